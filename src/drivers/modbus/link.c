/* link.c - the strict wrapper around libmodbus; the header says what it is for. */
#include "drivers/modbus/link.h"

#include <modbus.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "drivers/modbus/link_int.h"
#include "drivers/modbus/serial.h"
#include "util/xalloc.h"

/* --- the connection --- */

struct mb_link *mb_link_new(const struct mb_endpoint *to, const struct net_waiter *w)
{
	struct mb_link *l = xcalloc(1, sizeof(*l));

	/* the context only frames: net_connect() makes the connection, so that
	 * connecting ends in time */
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
	} else if (l->fd >= 0) {
		shutdown(l->fd, SHUT_RDWR);
		close(l->fd);
	}
	modbus_set_socket(l->ctx, -1);
	l->fd = -1;
	l->last_n = l->in_n = 0;
}

enum { SETTLE_FACTOR = 4 }; /* silences a disturbed line is given to keep one */

/* After a failure a late reply may still come: the line must have been silent for longer
 * than any device takes before it is spoken on again (PLC-10). */
static bool settle(struct mb_link *l, int fd, int64_t timeout_ms, struct strbuf *why)
{
	int64_t ms = l->to.line.turnaround_ms ? l->to.line.turnaround_ms : timeout_ms;
	struct mono deadline = mono_add_ms(clock_mono(), ms * SETTLE_FACTOR);

	bool heard = false; /* the rest of what was refused already */

	if (!l->disturbed ||
	    serial_silence(l->waiter, fd, ms * 1000, 0, deadline, &heard)) {
		l->disturbed = false;
		return true;
	}
	strbuf_setf(why, "%s is never silent for %lld ms", l->to.host, (long long)ms);
	return false;
}

static int open_line(struct mb_link *l, int64_t timeout_ms, struct strbuf *why)
{
	int fd = serial_open(&l->to, why);

	/* who spoke there last is not known: perhaps its owner of before a reload */
	l->last_byte = clock_mono();
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
	l->last_byte = clock_mono(); /* who had the line before may just have spoken */
	l->blocks = !l->to.serial && net_let_block(fd);
	modbus_set_socket(l->ctx, LINK_HANDLE);
	return true;
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
		return rq->count <= MB_MAX_WRITE_BITS;
	return rq->area == MB_HOLDING &&
	       rq->count <= (rq->read ? MB_MAX_WRITE_BACK : MB_MAX_WRITE);
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

static int write_bits(modbus_t *ctx, const struct mb_request *rq)
{
	uint8_t bits[MB_MAX_WRITE_BITS];

	if (rq->count == 1)
		return modbus_write_bit(ctx, (int)rq->first, rq->write[0] != 0);
	for (uint32_t i = 0; i < rq->count; i++)
		bits[i] = rq->write[i] != 0;
	return modbus_write_bits(ctx, (int)rq->first, (int)rq->count, bits);
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
		return write_bits(ctx, rq);
	if (rq->read)
		return modbus_write_and_read_registers(ctx, first, count, rq->write,
						       first, count, rq->read);
	if (count == 1)
		return modbus_write_register(ctx, first, rq->write[0]);
	return modbus_write_registers(ctx, first, count, rq->write);
}

static bool prepare(struct exchange *x)
{
	struct mb_link *l = x->link;
	const struct mb_request *rq = x->rq;
	struct mb_reply *reply = x->reply;

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
	return l->to.serial || exchange_is_clear(x);
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

/* All but the two frames, which have their sizes. */
static void begin(struct exchange *x, struct mb_link *l, const struct mb_request *rq,
		  struct mb_reply *reply)
{
	x->link = l;
	x->rq = rq;
	x->reply = reply;
	x->begun = clock_mono();
	x->deadline = mono_add_ms(x->begun, rq->timeout_ms);
	x->request_n = x->answer_n = x->served = 0;
	x->stopping = x->trusting = x->fetched = x->broken = false;
	x->verdict = FRAME_MISMATCH;
}

enum mb_result mb_link_transact(struct mb_link *l, const struct mb_request *rq,
				struct mb_reply *reply)
{
	struct exchange x;

	begin(&x, l, rq, reply);
	reply->result = MB_FAILED;
	reply->byte_left = reply->closed_before = reply->held = false;
	reply->timed_out = reply->is_refused = reply->discarded = false;
	reply->exception = 0;
	strbuf_clear(&reply->why);
	if (prepare(&x)) {
		hooks_serve(&x);
		int rc = call_library(l->ctx, rq);
		hooks_serve(NULL);
		reply->result = conclude(&x, rc);
	}
	if (reply->result == MB_FAILED && !reply->held) {
		if (reply->why.len == 0)
			strbuf_setf(&reply->why, "libmodbus could not read the reply");
		l->disturbed = true;
		mb_link_close(l);
	} else if (reply->result != MB_FAILED) {
		l->answers++;
		l->looked = x.begun;
	}
	return reply->result;
}
