/* link.c - the strict wrapper around libmodbus; the header says what it is for. */
#include "drivers/modbus/link.h"

#include <errno.h>
#include <modbus.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "drivers/modbus/frame.h"
#include "drivers/modbus/rtu.h"
#include "drivers/modbus/serial.h"
#include "util/xalloc.h"

enum { STOP_GRACE_MS = 800 }; /* what a command on the wire still gets at stop */

struct mb_link {
	modbus_t *ctx;
	int fd; /* -1 = down; libmodbus holds the same number */
	struct mb_endpoint to;
	const struct net_waiter *waiter;
	uint64_t duplicates, answers; /* answers: on this connection */
	uint8_t last[MB_ADU_MAX];     /* the last reply, to know it again */
	size_t last_n;
	/* a serial line */
	bool disturbed;        /* something may still arrive that nobody waits for */
	struct mono last_byte; /* either way */
	uint32_t unanswered;
};

/* One transaction as the hooks see it. */
struct exchange {
	struct mb_link *link;
	const struct mb_request *rq;
	struct mb_reply *reply;
	struct mono deadline;
	uint8_t request[MB_ADU_MAX], answer[MB_ADU_MAX];
	size_t request_n, answer_n, served;
	bool stopping; /* the driver stops: finish soon */
	bool fetched, broken;
	enum frame_verdict verdict;
};

static _Thread_local struct exchange *current;

static ssize_t put_bytes(struct mb_link *l, const void *buf, size_t n)
{
	return l->to.serial ? serial_write(l->fd, buf, n)
			    : sendto(l->fd, buf, n, MSG_DONTWAIT | MSG_NOSIGNAL, NULL, 0);
}

static ssize_t get_bytes(struct mb_link *l, void *buf, size_t n)
{
	return l->to.serial ? serial_read(l->fd, buf, n)
			    : recvfrom(l->fd, buf, n, MSG_DONTWAIT, NULL, NULL);
}

/* --- the exchange --- */

static void broke(struct exchange *x, const char *why)
{
	x->broken = true;
	if (why)
		strbuf_setf(&x->reply->why, "%s", why);
}

/* Waits on the socket. A write that is on the wire outlives the stop of the driver for
 * a moment, so that its outcome is known if it can be. */
static enum net_result wait_for(struct exchange *x, short events)
{
	bool must_quit = !(x->rq->is_write && x->reply->byte_left);
	enum net_result r = net_wait(x->link->waiter, x->link->fd, events, x->deadline,
				     must_quit || !x->stopping);

	if (r != NET_QUIT || must_quit)
		return r;
	struct mono soon = mono_add_ms(clock_mono(), STOP_GRACE_MS);
	if (soon.ns < x->deadline.ns)
		x->deadline = soon;
	x->stopping = true;
	return net_wait(x->link->waiter, x->link->fd, events, x->deadline, false);
}

static void broke_waiting(struct exchange *x, enum net_result r, size_t got)
{
	if (r == NET_QUIT)
		broke(x, "the driver is stopping");
	else if (got == 0)
		strbuf_setf(&x->reply->why, "no reply within %lld ms",
			    (long long)x->rq->timeout_ms);
	else
		strbuf_setf(&x->reply->why, "the reply stopped after %zu bytes (%lld ms)",
			    got, (long long)x->rq->timeout_ms);
	x->broken = true;
}

/* Until n bytes are there; got = bytes of this frame before them. */
static bool receive_exactly(struct exchange *x, uint8_t *buf, size_t n, size_t got)
{
	size_t have = 0;

	while (have < n) {
		enum net_result r = wait_for(x, POLLIN);
		if (r != NET_READY) {
			broke_waiting(x, r, got + have);
			return false;
		}
		ssize_t k = get_bytes(x->link, buf + have, n - have);
		if (k < 0 && (errno == EAGAIN || errno == EINTR))
			continue;
		if (k <= 0) {
			strbuf_setf(
				&x->reply->why,
				"the connection ended after %zu bytes of the reply%s%s",
				got + have, k < 0 ? ": " : "",
				k < 0 ? strerrordesc_np(errno) : "");
			x->broken = true;
			return false;
		}
		have += (size_t)k;
	}
	return true;
}

/* What a line gives back of ourselves, when it is said to. */
static bool swallow_echo(struct exchange *x)
{
	uint8_t one;

	for (size_t i = 0; x->link->to.line.echo && i < x->request_n; i++) {
		if (!receive_exactly(x, &one, 1, i))
			return false;
		if (one == x->request[i])
			continue;
		broke(x, "the line did not give back what was sent: somebody else talks "
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
	broke(x,
	      echoed ? "the line gives back what is sent: add echo=on to the endpoint"
		     : "the reply's check sum is wrong (noise, or another baud rate or "
		       "parity)");
	return false;
}

/* A frame of a serial line ends where its size says. */
static bool receive_rtu(struct exchange *x)
{
	int size;

	x->answer_n = 0;
	while ((size = rtu_reply_size(x->answer, x->answer_n, &x->reply->why)) == 0) {
		if (!receive_exactly(x, x->answer + x->answer_n, 1, x->answer_n))
			return false;
		x->answer_n++;
	}
	if (size < 0 || size > MB_ADU_MAX) {
		broke(x, size < 0 ? NULL : "the reply claims an impossible size");
		return false;
	}
	if (!receive_exactly(x, x->answer + x->answer_n, (size_t)size - x->answer_n,
			     x->answer_n))
		return false;
	x->answer_n = (size_t)size;
	x->link->last_byte = clock_mono();
	return crc_is_right(x);
}

static bool receive_frame(struct exchange *x)
{
	if (x->link->to.serial)
		return receive_rtu(x);
	if (!receive_exactly(x, x->answer, MB_HEAD_SIZE, 0))
		return false;
	x->answer_n = frame_size(x->answer, &x->reply->why);
	if (x->answer_n == 0) {
		broke(x, NULL);
		return false;
	}
	return receive_exactly(x, x->answer + MB_HEAD_SIZE, x->answer_n - MB_HEAD_SIZE,
			       MB_HEAD_SIZE);
}

static enum frame_verdict judge(struct exchange *x)
{
	uint8_t request[MB_ADU_MAX + MB_HEAD_SIZE], answer[MB_ADU_MAX + MB_HEAD_SIZE];
	uint8_t *exception = &x->reply->exception;
	struct strbuf *why = &x->reply->why;

	if (!x->link->to.serial)
		return frame_judge(x->request, x->request_n, x->answer, x->answer_n,
				   exception, why);
	size_t request_n = rtu_as_frame(x->request, x->request_n, request);
	size_t answer_n = rtu_as_frame(x->answer, x->answer_n, answer);
	return frame_judge(request, request_n, answer, answer_n, exception, why);
}

static bool is_duplicate(const struct exchange *x)
{
	const struct mb_link *l = x->link;

	return x->answer_n == l->last_n && memcmp(x->answer, l->last, l->last_n) == 0;
}

/* Reads one whole reply and judges it. A reply that is byte for byte the last one is
 * dropped, once: some devices answer twice (PLC-11); its transaction is over, so
 * nothing can be mistaken for it. */
static void fetch(struct exchange *x)
{
	x->fetched = true;
	if (x->link->to.serial && !swallow_echo(x))
		return;
	if (!receive_frame(x))
		return;
	/* on a serial line the same request has the same answer */
	if (!x->link->to.serial && is_duplicate(x)) {
		x->link->duplicates++;
		if (!receive_frame(x))
			return;
	}
	x->verdict = judge(x);
	if (x->verdict == FRAME_MISMATCH) {
		broke(x, NULL);
		return;
	}
	memcpy(x->link->last, x->answer, x->answer_n);
	x->link->last_n = x->answer_n;
}

/* Sends all of the request. From the first byte on a write may have been obeyed. */
static bool transmit(struct exchange *x)
{
	size_t at = 0;

	while (at < x->request_n) {
		ssize_t k = put_bytes(x->link, x->request + at, x->request_n - at);

		if (k > 0) {
			x->reply->byte_left = true;
			at += (size_t)k;
			continue;
		}
		if (errno != EAGAIN && errno != EINTR) {
			strbuf_setf(&x->reply->why, "the connection is broken: %s",
				    strerrordesc_np(errno));
			x->broken = true;
			return false;
		}
		enum net_result r = wait_for(x, POLLOUT);
		if (r != NET_READY) {
			broke_waiting(x, r, 0);
			return false;
		}
	}
	return true;
}

/* --- hooks --- */

/* 3.5 characters of silence; what arrives meanwhile belongs to nobody. */
static bool await_silence(struct exchange *x)
{
	struct mb_link *l = x->link;

	if (!l->to.serial)
		return true;
	int64_t gap_us = serial_gap_us(&l->to.line);
	int64_t since_us = (clock_mono().ns - l->last_byte.ns) / 1000;
	/* also after a long pause: what waits may look like the reply to come (PLC-11) */
	if (serial_silence(l->waiter, l->fd, gap_us, since_us, x->deadline))
		return true;
	broke(x, net_is_quitting(l->waiter) ? "the driver is stopping"
					    : "the serial line is gone, or never silent");
	return false;
}

static ssize_t send_request(struct exchange *x, const void *buf, size_t n)
{
	const char *refusal;

	if (n > sizeof(x->request) || x->request_n) {
		broke(x, "libmodbus made a request of impossible size");
		errno = EMSGSIZE;
		return -1;
	}
	memcpy(x->request, buf, n);
	x->request_n = n;
	if (!await_silence(x)) {
		errno = ECANCELED;
		return -1;
	}
	refusal = x->rq->gate ? x->rq->gate(x->rq->gate_arg) : NULL;
	if (refusal) {
		broke(x, refusal);
		x->reply->held = true;
	}
	if (refusal || !transmit(x)) {
		errno = ECANCELED;
		return -1;
	}
	x->link->last_byte = clock_mono();
	return (ssize_t)n;
}

ssize_t mb_hook_send(int fd, const void *buf, size_t n, int flags)
{
	if (!current || fd != current->link->fd)
		return sendto(fd, buf, n, flags, NULL, 0);
	return send_request(current, buf, n);
}

ssize_t mb_hook_write(int fd, const void *buf, size_t n)
{
	if (!current || fd != current->link->fd)
		return serial_write(fd, buf, n);
	return send_request(current, buf, n);
}

int mb_hook_select(int n, fd_set *r, fd_set *w, fd_set *e, struct timeval *timeout)
{
	struct exchange *x = current;

	if (!x || !r || x->link->fd >= n || !FD_ISSET(x->link->fd, r)) {
		struct timespec ts = { 0 };

		if (timeout)
			ts = (struct timespec){ timeout->tv_sec,
						timeout->tv_usec * 1000 };
		return pselect(n, r, w, e, timeout ? &ts : NULL, NULL);
	}
	if (!x->fetched)
		fetch(x);
	if (!x->broken)
		return 1;
	errno = ECANCELED;
	return -1;
}

static ssize_t hand_over(struct exchange *x, void *buf, size_t n)
{
	if (!x->fetched)
		fetch(x);
	if (x->broken || x->served == x->answer_n) {
		errno = ECONNRESET;
		return -1;
	}
	if (n > x->answer_n - x->served)
		n = x->answer_n - x->served;
	memcpy(buf, x->answer + x->served, n);
	x->served += n;
	return (ssize_t)n;
}

ssize_t mb_hook_recv(int fd, void *buf, size_t n, int flags)
{
	if (!current || fd != current->link->fd)
		return recvfrom(fd, buf, n, flags, NULL, NULL);
	return hand_over(current, buf, n);
}

ssize_t mb_hook_read(int fd, void *buf, size_t n)
{
	if (!current || fd != current->link->fd)
		return serial_read(fd, buf, n);
	return hand_over(current, buf, n);
}

/* --- the connection --- */

struct mb_link *mb_link_new(const struct mb_endpoint *to, const struct net_waiter *w)
{
	struct mb_link *l = xcalloc(1, sizeof(*l));

	/* the context only frames: net_connect() makes the connection, so that
	 * connecting ends in time and no descriptor can be too large for select() */
	l->ctx = to->serial ? modbus_new_rtu(to->host, (int)to->line.baud,
					     to->line.parity, 8, to->line.stop)
			    : modbus_new_tcp_pi(NULL, "502");
	if (!l->ctx) {
		free(l);
		return NULL;
	}
	modbus_set_error_recovery(l->ctx, MODBUS_ERROR_RECOVERY_NONE);
	modbus_set_byte_timeout(l->ctx, 0, 0);
	l->to = *to;
	l->waiter = w;
	l->fd = -1;
	return l;
}

void mb_link_free(struct mb_link *l)
{
	if (!l)
		return;
	mb_link_close(l);
	modbus_free(l->ctx);
	free(l);
}

bool mb_link_is_up(const struct mb_link *l)
{
	return l->fd >= 0;
}

void mb_link_close(struct mb_link *l)
{
	if (l->fd >= 0 && l->to.serial) {
		/* modbus_close() would restore settings it never saw */
		serial_close(l->fd);
		modbus_set_socket(l->ctx, -1);
	} else if (l->fd >= 0) {
		modbus_close(l->ctx);
	}
	l->fd = -1;
	l->last_n = 0;
}

enum { SETTLE_FACTOR = 4 }; /* silences a disturbed line is given to keep one */

/* After a failure a late reply may still come: the line must have been silent for longer
 * than any device takes before it is spoken on again (PLC-10). */
static bool settle(struct mb_link *l, int fd, int64_t timeout_ms, struct strbuf *why)
{
	int64_t ms = l->to.line.turnaround_ms ? l->to.line.turnaround_ms : timeout_ms;
	struct mono deadline = mono_add_ms(clock_mono(), ms * SETTLE_FACTOR);

	if (!l->disturbed || serial_silence(l->waiter, fd, ms * 1000, 0, deadline)) {
		l->disturbed = false;
		return true;
	}
	strbuf_setf(why, "%s is never silent for %lld ms", l->to.host, (long long)ms);
	return false;
}

static int open_line(struct mb_link *l, int64_t timeout_ms, struct strbuf *why)
{
	int fd = serial_open(&l->to, why);

	if (fd < 0 || settle(l, fd, timeout_ms, why))
		return fd;
	serial_close(fd);
	return -1;
}

bool mb_link_connect(struct mb_link *l, int64_t timeout_ms, struct strbuf *why)
{
	struct mono deadline = mono_add_ms(clock_mono(), timeout_ms);
	int fd = l->to.serial ? open_line(l, timeout_ms, why)
			      : net_connect(l->waiter, &l->to, deadline, why);

	if (fd < 0)
		return false;
	l->fd = fd;
	l->answers = 0;
	modbus_set_socket(l->ctx, fd);
	return true;
}

uint32_t mb_link_unanswered(const struct mb_link *l)
{
	return l->unanswered;
}

uint64_t mb_link_duplicates(const struct mb_link *l)
{
	return l->duplicates;
}

/* --- transactions --- */

static bool write_is_sound(const struct mb_request *rq)
{
	if (rq->mask)
		return rq->area == MB_HOLDING && rq->count == 1;
	if (rq->area == MB_COIL)
		return rq->count == 1;
	return rq->area == MB_HOLDING && rq->count <= MB_MAX_WRITE;
}

static bool arguments_are_sound(const struct mb_request *rq)
{
	uint32_t most = mb_area_is_bits(rq->area) ? MB_MAX_BITS : MB_MAX_REGISTERS;

	if (rq->unit == 0 || (rq->unit > 247 && rq->unit != 255))
		return false;
	if (rq->is_write ? !write_is_sound(rq) : rq->mask != 0)
		return false;
	return rq->count >= 1 && rq->count <= most && rq->first < MB_MAX_CELLS &&
	       rq->first + rq->count <= MB_MAX_CELLS;
}

/* Nothing may wait in the socket before a request, but for the rest of a doubled reply,
 * which fetch() will know. */
static bool line_is_quiet(struct mb_link *l, struct mb_reply *reply)
{
	uint8_t waiting[MB_ADU_MAX];
	ssize_t k = recvfrom(l->fd, waiting, sizeof(waiting), MSG_PEEK | MSG_DONTWAIT,
			     NULL, NULL);

	if (k < 0 && (errno == EAGAIN || errno == EINTR))
		return true;
	if (k <= 0) {
		reply->closed_before = l->answers > 0;
		strbuf_setf(&reply->why, "the device closed the connection");
		return false;
	}
	if ((size_t)k <= l->last_n && memcmp(waiting, l->last, (size_t)k) == 0)
		return true;
	strbuf_setf(&reply->why, "the device sent bytes nobody asked for");
	return false;
}

static int read_bits(modbus_t *ctx, const struct mb_request *rq)
{
	uint8_t bits[MB_MAX_BITS];
	int first = (int)rq->first, count = (int)rq->count;
	int rc = rq->area == MB_COIL ? modbus_read_bits(ctx, first, count, bits)
				     : modbus_read_input_bits(ctx, first, count, bits);

	for (int i = 0; i < rc && i < count; i++)
		rq->read[i] = bits[i] != 0;
	return rc;
}

static int read_registers(modbus_t *ctx, const struct mb_request *rq)
{
	uint16_t regs[MB_MAX_REGISTERS];
	int first = (int)rq->first, count = (int)rq->count;
	int rc = rq->area == MB_INPUT
			 ? modbus_read_input_registers(ctx, first, count, regs)
			 : modbus_read_registers(ctx, first, count, regs);

	for (int i = 0; i < rc && i < count; i++)
		rq->read[i] = regs[i];
	return rc;
}

static int call_library(modbus_t *ctx, const struct mb_request *rq)
{
	int first = (int)rq->first, count = (int)rq->count;

	if (!rq->is_write)
		return mb_area_is_bits(rq->area) ? read_bits(ctx, rq)
						 : read_registers(ctx, rq);
	if (rq->mask)
		return modbus_mask_write_register(ctx, first, (uint16_t)~rq->mask,
						  rq->write[0] & rq->mask);
	if (rq->area == MB_COIL)
		return modbus_write_bit(ctx, first, rq->write[0] != 0);
	if (count == 1)
		return modbus_write_register(ctx, first, rq->write[0]);
	return modbus_write_registers(ctx, first, count, rq->write);
}

static bool prepare(struct mb_link *l, const struct mb_request *rq,
		    struct mb_reply *reply)
{
	if (!arguments_are_sound(rq)) {
		strbuf_setf(&reply->why, "unit %u, %s %u, %u cells: not a valid request",
			    rq->unit, mb_area_name(rq->area), rq->first, rq->count);
		return false;
	}
	if (!mb_link_is_up(l)) {
		strbuf_setf(&reply->why, "not connected");
		return false;
	}
	/* an ignored failure here would send to the unit of the last request */
	if (modbus_set_slave(l->ctx, rq->unit) != 0 ||
	    modbus_set_response_timeout(l->ctx, (uint32_t)(rq->timeout_ms / 1000),
					(uint32_t)(rq->timeout_ms % 1000) * 1000) != 0) {
		strbuf_setf(&reply->why, "libmodbus refused unit %u", rq->unit);
		return false;
	}
	return l->to.serial || line_is_quiet(l, reply);
}

/* The library's word counts only together with ours. */
static enum mb_result conclude(const struct exchange *x, int rc)
{
	if (x->broken || !x->fetched)
		return MB_FAILED;
	if (x->verdict == FRAME_EXCEPTION)
		return MB_REFUSED;
	return rc == (int)x->rq->count ? MB_ANSWERED : MB_FAILED;
}

enum mb_result mb_link_transact(struct mb_link *l, const struct mb_request *rq,
				struct mb_reply *reply)
{
	struct exchange x = { .link = l,
			      .rq = rq,
			      .reply = reply,
			      .deadline = mono_add_ms(clock_mono(), rq->timeout_ms) };

	reply->result = MB_FAILED;
	reply->byte_left = reply->closed_before = reply->held = false;
	reply->exception = 0;
	strbuf_clear(&reply->why);
	if (prepare(l, rq, reply)) {
		current = &x;
		int rc = call_library(l->ctx, rq);
		current = NULL;
		reply->result = conclude(&x, rc);
	}
	if (reply->result == MB_FAILED && !reply->held) {
		if (reply->why.len == 0)
			strbuf_setf(&reply->why, "libmodbus could not read the reply");
		l->disturbed = true;
		l->unanswered = rq->count;
		mb_link_close(l);
	} else if (reply->result != MB_FAILED) {
		l->answers++;
	}
	return reply->result;
}
