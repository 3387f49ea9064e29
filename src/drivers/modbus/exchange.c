/* exchange.c - one transaction on the wire: the request leaves, one whole reply is read
 * within the total deadline, and judged before the library sees any of it. */
#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "drivers/modbus/link_int.h"
#include "drivers/modbus/rtu.h"
#include "drivers/modbus/serial.h"

enum {
	STOP_GRACE_MS = 800, /* what a command on the wire still gets at stop */
	TRUST_MS = 20        /* so soon after an answer nothing stale is looked for */
};

static ssize_t put_bytes(struct mb_link *l, const void *buf, size_t n)
{
	return l->to.serial ? serial_write(l->fd, buf, n)
			    : sendto(l->fd, buf, n, MSG_DONTWAIT | MSG_NOSIGNAL, NULL, 0);
}

/* --- waiting --- */

void exchange_broke(struct exchange *x, const char *why)
{
	x->broken = true;
	if (why)
		strbuf_setf(&x->reply->why, "%s", why);
}

void exchange_refuse(struct exchange *x, enum refused_kind kind, const char *fmt, ...)
{
	char text[160];
	va_list ap;

	x->broken = x->reply->is_refused = true;
	x->reply->refused = kind;
	if (!fmt)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	strbuf_setf(&x->reply->why, "%s", text);
}

/* Waits on the socket. A write that is on the wire outlives the stop of the driver for
 * a moment, so that its outcome is known if it can be. */
enum net_result exchange_wait(struct exchange *x, short events)
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

void exchange_late(struct exchange *x, enum net_result r, size_t got)
{
	if (r == NET_QUIT)
		exchange_broke(x, "the driver is stopping");
	else if (got == 0)
		strbuf_setf(&x->reply->why, "no reply within %lld ms",
			    (long long)x->rq->timeout_ms);
	else
		exchange_refuse(x, REFUSED_CUT,
				"the reply stopped after %zu bytes (%lld ms)", got,
				(long long)x->rq->timeout_ms);
	x->reply->timed_out = r == NET_TIMEOUT && got == 0;
	x->broken = true;
}

bool exchange_outlives(struct exchange *x, ssize_t k, size_t got)
{
	if (k < 0 && (errno == EAGAIN || errno == EINTR))
		return true;
	strbuf_setf(&x->reply->why,
		    "the connection ended after %zu bytes of the reply%s%s", got,
		    k < 0 ? ": " : "", k < 0 ? strerrordesc_np(errno) : "");
	x->reply->is_refused = got > 0;
	x->reply->refused = REFUSED_CUT;
	/* it may have been closed before the request, had anybody looked */
	x->reply->closed_before = x->trusting && got == 0;
	x->broken = true;
	return false;
}

/* --- TCP --- */

/* A read of the socket that waits by itself, a slice at most: one system call where a
 * wait and a read are two. Only for reads, whose stop may come a slice late, only before
 * the first byte, and only while the deadline is far. */
static bool may_block(const struct exchange *x)
{
	return x->link->blocks && !x->rq->is_write && x->link->in_n == 0 &&
	       mono_ms_between(clock_mono(), x->deadline) > 2 * NET_BLOCK_MS;
}

/* NET_READY: *k is what recv() said. */
static enum net_result read_socket(struct exchange *x, ssize_t *k)
{
	struct mb_link *l = x->link;
	bool block = may_block(x);
	enum net_result r = NET_READY;

	if (!block)
		r = exchange_wait(x, POLLIN);
	else if (net_is_quitting(l->waiter))
		r = NET_QUIT;
	else
		net_progress(l->waiter);
	if (r == NET_READY)
		*k = recvfrom(l->fd, l->in + l->in_n, sizeof(l->in) - l->in_n,
			      block ? 0 : MSG_DONTWAIT, NULL, NULL);
	return r;
}

/* Until n bytes have come. */
static bool gather(struct exchange *x, size_t n)
{
	struct mb_link *l = x->link;

	while (l->in_n < n) {
		ssize_t k = 0;
		enum net_result r = read_socket(x, &k);

		if (r != NET_READY) {
			exchange_late(x, r, l->in_n);
			return false;
		}
		if (k > 0)
			l->in_n += (size_t)k;
		else if (!exchange_outlives(x, k, l->in_n))
			return false;
	}
	return true;
}

static bool receive_tcp(struct exchange *x)
{
	struct mb_link *l = x->link;

	if (!gather(x, MB_HEAD_SIZE))
		return false;
	size_t n = frame_size(l->in, &x->reply->why);
	if (n == 0) {
		exchange_refuse(x, REFUSED_HEADER, NULL);
		return false;
	}
	if (!gather(x, n))
		return false;
	memcpy(x->answer, l->in, n);
	x->answer_n = n;
	l->in_n -= n;
	memmove(l->in, l->in + n, l->in_n);
	return true;
}

bool exchange_is_clear(struct exchange *x)
{
	struct mb_link *l = x->link;

	/* A command is never sent into a connection nobody has looked at. For a read
	 * right after an answer the look is saved: what is stale is read with the reply,
	 * and its transaction id tells. */
	x->trusting = !x->rq->is_write && l->answers &&
		      mono_ms_between(l->looked, x->begun) < TRUST_MS;
	if (!x->trusting) {
		ssize_t k = recvfrom(l->fd, l->in + l->in_n, sizeof(l->in) - l->in_n,
				     MSG_DONTWAIT, NULL, NULL);

		if (k > 0)
			l->in_n += (size_t)k;
		if (k == 0 || (k < 0 && errno != EAGAIN && errno != EINTR)) {
			x->reply->closed_before = l->answers > 0;
			strbuf_setf(&x->reply->why, "the device closed the connection");
			return false;
		}
	}
	if (l->in_n <= l->last_n && memcmp(l->in, l->last, l->in_n) == 0)
		return true;
	exchange_refuse(x, REFUSED_UNASKED, "the device sent bytes nobody asked for");
	return false;
}

/* --- replies --- */

static bool receive_frame(struct exchange *x)
{
	return x->link->to.serial ? exchange_receive_rtu(x) : receive_tcp(x);
}

static void judge(struct exchange *x)
{
	uint8_t request[MB_ADU_MAX + MB_HEAD_SIZE], answer[MB_ADU_MAX + MB_HEAD_SIZE];
	struct frame_fault fault = { .why = &x->reply->why };
	uint8_t *exception = &x->reply->exception;

	if (x->link->to.serial) {
		size_t request_n = rtu_as_frame(x->request, x->request_n, request);
		size_t answer_n = rtu_as_frame(x->answer, x->answer_n, answer);

		x->verdict = frame_judge(request, request_n, answer, answer_n, exception,
					 &fault);
	} else {
		x->verdict = frame_judge(x->request, x->request_n, x->answer, x->answer_n,
					 exception, &fault);
	}
	if (x->verdict == FRAME_MISMATCH)
		exchange_refuse(x, fault.kind, NULL);
}

static bool is_duplicate(const struct exchange *x)
{
	const struct mb_link *l = x->link;

	return x->answer_n == l->last_n && memcmp(x->answer, l->last, l->last_n) == 0;
}

/* Reads one whole reply and judges it. A reply that is byte for byte the last one is
 * dropped, once: some devices answer twice (PLC-11); its transaction is over, so
 * nothing can be mistaken for it. */
void exchange_fetch(struct exchange *x)
{
	if (x->fetched)
		return;
	x->fetched = true;
	if (x->link->to.serial && !exchange_swallow_echo(x))
		return;
	if (!receive_frame(x))
		return;
	/* on a serial line the same request has the same answer */
	if (!x->link->to.serial && is_duplicate(x)) {
		x->link->duplicates++;
		if (!receive_frame(x))
			return;
	}
	judge(x);
	if (x->broken)
		return;
	memcpy(x->link->last, x->answer, x->answer_n);
	x->link->last_n = x->answer_n;
	if (!x->link->to.serial)
		memcpy(x->answer, x->library_id, sizeof(x->library_id));
}

/* --- requests --- */

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
			x->reply->closed_before = x->trusting && at == 0;
			strbuf_setf(&x->reply->why, "the connection is broken: %s",
				    strerrordesc_np(errno));
			x->broken = true;
			return false;
		}
		enum net_result r = exchange_wait(x, POLLOUT);
		if (r != NET_READY) {
			exchange_late(x, r, 0);
			return false;
		}
	}
	return true;
}

/* libmodbus counts transactions from 1 on each connection, so the requests that two
 * connections of a device wait for may have the same number: a gateway that swaps the
 * replies would not be noticed (PLC-12). Ours count for all connections together. */
static void number_transaction(struct exchange *x)
{
	static _Atomic uint16_t last;
	unsigned id = atomic_fetch_add(&last, 1) + 1U;

	memcpy(x->library_id, x->request, sizeof(x->library_id));
	x->request[0] = (uint8_t)(id >> 8);
	x->request[1] = (uint8_t)id;
}

ssize_t exchange_send(struct exchange *x, const void *buf, size_t n)
{
	const char *refusal;

	if (n > sizeof(x->request) || x->request_n) {
		exchange_broke(x, "libmodbus made a request of impossible size");
		errno = EMSGSIZE;
		return -1;
	}
	memcpy(x->request, buf, n);
	x->request_n = n;
	if (!x->link->to.serial)
		number_transaction(x);
	if (!exchange_await_silence(x)) {
		errno = ECANCELED;
		return -1;
	}
	refusal = x->rq->gate ? x->rq->gate(x->rq->gate_arg) : NULL;
	if (refusal) {
		exchange_broke(x, refusal);
		x->reply->held = true;
	}
	if (refusal || !transmit(x)) {
		errno = ECANCELED;
		return -1;
	}
	x->link->last_byte = clock_mono();
	return (ssize_t)n;
}

ssize_t exchange_hand_over(struct exchange *x, void *buf, size_t n)
{
	exchange_fetch(x);
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
