/* frame.c - the strict comparison of a Modbus TCP reply with its request. */
#include "drivers/modbus/frame.h"

#include <string.h>

#include "util/strbuf.h"

/* Offsets in a frame. */
enum {
	AT_TRANSACTION = 0,
	AT_PROTOCOL = 2,
	AT_LENGTH = 4,
	AT_UNIT = 6,
	AT_FUNCTION = 7,
	AT_DATA = 8
};

enum { EXCEPTION_BIT = 0x80, EXCEPTION_SIZE = 9, ECHO_SIZE = 12, MASK_SIZE = 14 };

static unsigned u16_at(const uint8_t *p, size_t at)
{
	return (unsigned)p[at] << 8 | p[at + 1];
}

size_t frame_size(const uint8_t head[MB_HEAD_SIZE], struct strbuf *why)
{
	unsigned length = u16_at(head, AT_LENGTH);

	if (u16_at(head, AT_PROTOCOL) != 0) {
		strbuf_setf(why, "the reply has protocol id %u instead of 0",
			    u16_at(head, AT_PROTOCOL));
		return 0;
	}
	if (length < MB_LENGTH_MIN || length > MB_LENGTH_MAX) {
		strbuf_setf(why, "the reply claims a length of %u", length);
		return 0;
	}
	return MB_HEAD_SIZE + length;
}

static enum frame_verdict differs(struct frame_fault *f, enum refused_kind kind,
				  const char *what, unsigned got, unsigned wanted)
{
	f->kind = kind;
	strbuf_setf(f->why, "the reply's %s is %u instead of %u", what, got, wanted);
	return FRAME_MISMATCH;
}

enum { READ_BITS_LAST = 2, READ_LAST = 4, WRITE_AND_READ = 23 };

/* Function 23 is answered like a read: its request names first what it reads. */
static bool answers_with_data(unsigned function)
{
	return function <= READ_LAST || function == WRITE_AND_READ;
}

/* The byte count follows from the quantity asked for. */
static enum frame_verdict judge_read(const uint8_t *request, const uint8_t *reply,
				     size_t n, struct frame_fault *f)
{
	unsigned quantity = u16_at(request, AT_DATA + 2);
	bool bits = request[AT_FUNCTION] <= READ_BITS_LAST;
	unsigned bytes = bits ? (quantity + 7) / 8 : quantity * 2;

	if (reply[AT_DATA] != bytes)
		return differs(f, REFUSED_SIZE, "byte count", reply[AT_DATA], bytes);
	if (n != AT_DATA + 1 + bytes)
		return differs(f, REFUSED_SIZE, "size", (unsigned)n, AT_DATA + 1 + bytes);
	return FRAME_OK;
}

/* A write is answered by its own address and value (5, 6), quantity (15, 16) or masks
 * (22). */
static enum frame_verdict judge_write(const uint8_t *request, const uint8_t *reply,
				      size_t n, struct frame_fault *f)
{
	unsigned function = request[AT_FUNCTION];
	bool mask = function == 22, several = function == 15 || function == 16;
	unsigned size = mask ? MASK_SIZE : ECHO_SIZE;

	if (n != size)
		return differs(f, REFUSED_SIZE, "size", (unsigned)n, size);
	if (u16_at(reply, AT_DATA) != u16_at(request, AT_DATA))
		return differs(f, REFUSED_ECHO, "address", u16_at(reply, AT_DATA),
			       u16_at(request, AT_DATA));
	if (u16_at(reply, AT_DATA + 2) != u16_at(request, AT_DATA + 2))
		return differs(f, REFUSED_ECHO, several ? "quantity" : "echoed value",
			       u16_at(reply, AT_DATA + 2), u16_at(request, AT_DATA + 2));
	if (mask && u16_at(reply, AT_DATA + 4) != u16_at(request, AT_DATA + 4))
		return differs(f, REFUSED_ECHO, "echoed or-mask",
			       u16_at(reply, AT_DATA + 4), u16_at(request, AT_DATA + 4));
	return FRAME_OK;
}

enum frame_verdict frame_judge(const uint8_t *request, size_t request_n,
			       const uint8_t *reply, size_t n, uint8_t *exception,
			       struct frame_fault *f)
{
	f->kind = REFUSED_HEADER;
	if (request_n < AT_DATA + 4 || n < EXCEPTION_SIZE) {
		f->kind = REFUSED_CUT;
		strbuf_setf(f->why, "the reply is cut short after %zu bytes", n);
		return FRAME_MISMATCH;
	}
	if (frame_size(reply, f->why) != n)
		return FRAME_MISMATCH;
	if (u16_at(reply, AT_TRANSACTION) != u16_at(request, AT_TRANSACTION))
		return differs(f, REFUSED_TRANSACTION, "transaction id",
			       u16_at(reply, AT_TRANSACTION),
			       u16_at(request, AT_TRANSACTION));
	if (reply[AT_UNIT] != request[AT_UNIT])
		return differs(f, REFUSED_UNIT, "unit id", reply[AT_UNIT],
			       request[AT_UNIT]);
	if (reply[AT_FUNCTION] == (request[AT_FUNCTION] | EXCEPTION_BIT) &&
	    n == EXCEPTION_SIZE) {
		*exception = reply[AT_DATA];
		return FRAME_EXCEPTION;
	}
	if (reply[AT_FUNCTION] != request[AT_FUNCTION])
		return differs(f, REFUSED_FUNCTION, "function", reply[AT_FUNCTION],
			       request[AT_FUNCTION]);
	return answers_with_data(request[AT_FUNCTION])
		       ? judge_read(request, reply, n, f)
		       : judge_write(request, reply, n, f);
}

const char *exception_name(uint8_t code)
{
	static const char *const names[] = {
		[1] = "illegal function",
		[2] = "illegal data address",
		[3] = "illegal data value",
		[4] = "device failure",
		[5] = "acknowledged, still working on it",
		[6] = "device busy",
		[7] = "negative acknowledge",
		[8] = "memory parity error",
		[10] = "gateway path unavailable",
		[11] = "gateway target does not respond",
	};

	if (code < sizeof(names) / sizeof(names[0]) && names[code])
		return names[code];
	return "unknown exception";
}

bool exception_is_busy(uint8_t code)
{
	return code == 5 || code == 6;
}

bool exception_is_address(uint8_t code)
{
	return code == 2 || code == 3;
}

bool exception_is_gateway(uint8_t code)
{
	return code == 10 || code == 11;
}
