/*
 * quality.h - how far a value can be trusted, in 16 bits.
 *
 *   bits 0-1  class    good, uncertain, bad
 *   bits 2-7  reason   why it is not good
 *   bits 8-15 flags    how it came to be
 *
 * Only a good value without flags passes an interlock; a value that is not good
 * never raises or clears a process alarm (design: the words).
 */
#ifndef SG_TAG_QUALITY_H
#define SG_TAG_QUALITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint16_t quality;

enum quality_class { QUALITY_GOOD = 0, QUALITY_UNCERTAIN = 1, QUALITY_BAD = 2 };

enum quality_reason {
	REASON_NONE = 0,
	REASON_NO_VALUE,    /* nothing has arrived yet */
	REASON_COMM,        /* the device or broker does not answer */
	REASON_STALE,       /* older than the tag's age limit */
	REASON_SENSOR,      /* NaN, infinity or a marker the device sends for "broken" */
	REASON_RANGE,       /* outside the tag's range, or does not fit its type */
	REASON_CONFIG,      /* the driver refused the tag: address, type, topic */
	REASON_FROZEN,      /* has not moved for longer than frozen_s */
	REASON_DEVICE,      /* the device answered with an error (Modbus exception) */
	REASON_FORMAT,      /* a payload that cannot be read */
	REASON_OPERAND,     /* an operand of the expression is not good */
	REASON_MATH,        /* division by zero, NaN or overflow in an expression */
	REASON_AGE_UNKNOWN, /* retained message without a source time */
	REASON_HEARTBEAT,   /* the device answers, but its program stands still */
	REASON_RESTART,     /* of before the device started again */
	REASON_COUNT
};

enum quality_flag {
	QUALITY_SUBSTITUTED = 1 << 8, /* a person typed it */
	QUALITY_SIMULATED = 1 << 9,
	QUALITY_CLOCK = 1 << 10, /* the source's clock is not believed */
	QUALITY_RETAINED =
		1 << 11, /* from the broker's memory, not from the device now */
	QUALITY_FLAGS = 0xFF00
};

#define QUALITY_MAKE(cls, reason) ((quality)((unsigned)(cls) | (unsigned)(reason) << 2))

static inline enum quality_class quality_class(quality q)
{
	return (enum quality_class)(q & 3u);
}

static inline enum quality_reason quality_reason(quality q)
{
	return (enum quality_reason)(q >> 2 & 0x3Fu);
}

static inline bool quality_is_good(quality q)
{
	return quality_class(q) == QUALITY_GOOD;
}

/* Good and unflagged: what a permissive or a select asks for. */
static inline bool quality_is_interlock_grade(quality q)
{
	return q == 0;
}

/* The worse class wins with its reason; flags add up. Used by expressions. */
quality quality_worst(quality a, quality b);
/* False for a class or reason that no version of ours writes. */
static inline bool quality_is_valid(quality q)
{
	return (q & 3u) != 3 && quality_reason(q) < REASON_COUNT;
}

/* "good", "uncertain", "bad" */
const char *quality_class_name(quality q);
/* "comm", "stale", ...; "" for none */
const char *quality_reason_name(quality q);
/* "the device does not answer": for a message line */
const char *quality_reason_text(quality q);
/* "substituted,retained"; "" for none */
void quality_flags_text(quality q, char *out, size_t size);
/* The mark on the glass: ' ' good, '?' bad, '~' stale, 'u' uncertain, 'S' substituted
 * by hand, 'T' test: simulated. IEC 60870-5 and IEC 61850 name the two so. */
char quality_mark(quality q);

#endif
