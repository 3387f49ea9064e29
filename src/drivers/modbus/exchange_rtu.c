/* exchange_rtu.c - what a transaction on a serial line has of its own: silence before it,
 * the echo of what was sent, frames that end where their size says, the check sum. */
#include <poll.h>
#include <string.h>

#include "drivers/modbus/link_int.h"
#include "drivers/modbus/rtu.h"
#include "drivers/modbus/serial.h"

/* Until n bytes are there; got = bytes of this frame before them. */
static bool receive_exactly(struct exchange *x, uint8_t *buf, size_t n, size_t got)
{
	size_t have = 0;

	while (have < n) {
		enum net_result r = exchange_wait(x, POLLIN);
		if (r != NET_READY) {
			exchange_late(x, r, got + have);
			return false;
		}
		ssize_t k = serial_read(x->link->fd, buf + have, n - have);
		if (k > 0)
			have += (size_t)k;
		else if (!exchange_outlives(x, k, got + have))
			return false;
	}
	return true;
}

/* What a line gives back of ourselves, when it is said to. */
bool exchange_swallow_echo(struct exchange *x)
{
	uint8_t one;

	for (size_t i = 0; x->link->to.line.echo && i < x->request_n; i++) {
		if (!receive_exactly(x, &one, 1, i))
			return false;
		if (one == x->request[i])
			continue;
		exchange_refuse(
			x, REFUSED_UNASKED,
			"the line did not give back what was sent: somebody else talks "
			"on it, or it has no echo (leave echo out)");
		return false;
	}
	return true;
}

static bool crc_is_right(struct exchange *x)
{
	size_t body = x->answer_n - RTU_CRC_SIZE;
	unsigned crc = rtu_crc(x->answer, body);

	if (x->answer[body] == (crc & 0xFF) && x->answer[body + 1] == crc >> 8)
		return true;
	bool echoed =
		memcmp(x->answer, x->request, x->answer_n < 5 ? x->answer_n : 5) == 0;
	exchange_refuse(
		x, REFUSED_CHECKSUM, "%s",
		echoed ? "the line gives back what is sent: add echo=on to the endpoint"
		       : "the reply's check sum is wrong (noise, or another baud rate or "
			 "parity)");
	return false;
}

/* A frame of a serial line ends where its size says. */
bool exchange_receive_rtu(struct exchange *x)
{
	int size;

	x->answer_n = 0;
	while ((size = rtu_reply_size(x->answer, x->answer_n, &x->reply->why)) == 0) {
		if (!receive_exactly(x, x->answer + x->answer_n, 1, x->answer_n))
			return false;
		x->answer_n++;
	}
	if (size < 0 || size > MB_ADU_MAX) {
		exchange_refuse(x, REFUSED_HEADER,
				size < 0 ? NULL : "the reply claims an impossible size");
		return false;
	}
	if (!receive_exactly(x, x->answer + x->answer_n, (size_t)size - x->answer_n,
			     x->answer_n))
		return false;
	x->answer_n = (size_t)size;
	x->link->last_byte = clock_mono();
	return crc_is_right(x);
}

/* 3.5 characters of silence; what arrives meanwhile belongs to nobody. */
bool exchange_await_silence(struct exchange *x)
{
	struct mb_link *l = x->link;

	if (!l->to.serial)
		return true;
	int64_t gap_us = serial_gap_us(&l->to.line);
	int64_t since_us = (clock_mono().ns - l->last_byte.ns) / 1000;
	/* also after a long pause: what waits may look like the reply to come (PLC-11) */
	if (serial_silence(l->waiter, l->fd, gap_us, since_us, x->deadline,
			   &x->reply->discarded))
		return true;
	exchange_broke(x, net_is_quitting(l->waiter)
				  ? "the driver is stopping"
				  : "the serial line is gone, or never silent");
	return false;
}
