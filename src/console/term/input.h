/*
 * input.h - keys from the bytes a terminal sends: escape sequences of many terminals,
 * the numeric keypad in both its modes, the mouse, UTF-8.
 *
 * What is no key never becomes one: the rest of a sequence that came in pieces, an
 * answer to a query of some other program (SEC-19), a paste (SEC-17). Pure: reads
 * nothing, asks no clock; whoever feeds it says when.
 */
#ifndef SG_CONSOLE_TERM_INPUT_H
#define SG_CONSOLE_TERM_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/clock.h"

enum {
	INPUT_BYTES = 4096,
	INPUT_SEQUENCE_MS = 1000, /* so long is waited for the rest of a sequence */
	INPUT_CONTINUE_MS = 500,  /* "[" so soon after a lone Esc goes on with it */
	INPUT_PASTE_MS = 1000,    /* a paste that brings less than INPUT_FLOW bytes in */
	INPUT_FLOW = 64,          /* this time has lost its end mark */
	INPUT_TAIL_MS = 100,      /* what comes so soon behind a paste belongs to it */
	INPUT_OWN_MAX = 32,
	INPUT_OWN_SIZE = 12
};

/* What is thrown away as it comes. */
enum input_skip {
	INPUT_SKIP_NOTHING,
	INPUT_SKIP_PASTE,
	INPUT_SKIP_TAIL,  /* behind the end mark of a paste */
	INPUT_SKIP_STRING /* OSC, DCS, APC, PM, SOS */
};

struct input_mouse {
	int col, row; /* from 0 */
};

struct input {
	bool utf8;
	bool keypad_pf; /* ESC O P..S are the keypad's top row, not F1..F4 */
	int64_t escape_ms;
	char bytes[INPUT_BYTES];
	size_t n;
	struct mono since;       /* the last byte came */
	struct mono lone_escape; /* an Esc was told alone, and nothing since; 0 = none */
	enum input_skip skip;
	struct mono skip_end;
	size_t skipped;           /* bytes in this stretch of time */
	struct input_mouse mouse; /* of the last TERM_KEY_CLICK */
	struct {
		char bytes[INPUT_OWN_SIZE];
		uint32_t key;
	} own[INPUT_OWN_MAX];
	size_t n_own;
};

void input_init(struct input *in, bool utf8, int64_t escape_ms);
/* A sequence of this terminal that goes before the common ones; NULL, too long and
 * plain characters are ignored. */
void input_define(struct input *in, const char *bytes, uint32_t key);
/* Bytes that fit now; input_key() makes room. */
size_t input_room(const struct input *in);
/* n <= input_room(in). */
void input_feed(struct input *in, const char *bytes, size_t n, struct mono now);
/* The next key (enum term_key or a code point), TERM_KEY_NONE when there is none yet. */
uint32_t input_key(struct input *in, struct mono now);
/* When input_key() may have one without another byte; INT64_MAX ns = never. */
struct mono input_deadline(const struct input *in);
/* Forgets what was typed ahead; a paste goes on being one. */
void input_flush(struct input *in);

#endif
