/*
 * frame.h - does this reply answer that request?
 *
 * libmodbus compares neither the unit id nor the echo of a write (hazards 2.4), so every
 * byte of a reply is judged here before the library sees it: transaction, protocol and
 * unit id, length, function, byte count, echo. Pure.
 */
#ifndef SG_DRIVERS_MODBUS_FRAME_H
#define SG_DRIVERS_MODBUS_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "driver/stats.h"

struct strbuf;

enum {
	MB_HEAD_SIZE = 6, /* transaction, protocol, length */
	MB_ADU_MAX = 260,
	MB_LENGTH_MIN = 3, /* unit, function, one byte */
	MB_LENGTH_MAX = 254
};

enum frame_verdict {
	FRAME_OK,
	FRAME_EXCEPTION, /* a well-formed exception reply to this very request */
	FRAME_MISMATCH   /* anything else: the connection cannot be trusted any more */
};

/* Why a reply is not believed. */
struct frame_fault {
	enum refused_kind kind;
	struct strbuf *why; /* a sentence; borrowed */
};

/* The header's length field as the size of the whole frame; 0 with a sentence when the
 * six bytes cannot begin a reply to request. */
size_t frame_size(const uint8_t head[MB_HEAD_SIZE], struct strbuf *why);
/* reply[0..n) is one whole frame. exception is set for FRAME_EXCEPTION, *f for
 * FRAME_MISMATCH. */
enum frame_verdict frame_judge(const uint8_t *request, size_t request_n,
			       const uint8_t *reply, size_t n, uint8_t *exception,
			       struct frame_fault *f);

/* "illegal data address"; "unknown exception" for others. */
const char *exception_name(uint8_t code);
/* 5 and 6: the device is fine and asks for patience. */
bool exception_is_busy(uint8_t code);
/* 10 and 11: a gateway says it in the unit's place. */
bool exception_is_gateway(uint8_t code);
/* 2 and 3: something about the address or the quantity. */
bool exception_is_address(uint8_t code);

#endif
