/* input.c - bytes one after another: a sequence, a character, or something to be thrown
 * away. */
#include "console/term/input.h"

#include <string.h>

#include "console/term/input_int.h"
#include "console/term/term.h"
#include "util/utf8.h"

static const char paste_end[] = "\033[201~";

/* --- the buffer ------------------------------------------------------------------ */

void input_init(struct input *in, bool utf8, int64_t escape_ms)
{
	memset(in, 0, sizeof(*in));
	in->utf8 = utf8;
	in->escape_ms = escape_ms;
}

void input_define(struct input *in, const char *bytes, uint32_t key)
{
	size_t n = bytes ? strlen(bytes) : 0;

	if (n < 2 || n >= INPUT_OWN_SIZE || bytes[0] != ESC || in->n_own == INPUT_OWN_MAX)
		return;
	memcpy(in->own[in->n_own].bytes, bytes, n + 1);
	in->own[in->n_own++].key = key;
}

size_t input_room(const struct input *in)
{
	return INPUT_BYTES - in->n;
}

void input_feed(struct input *in, const char *bytes, size_t n, struct mono now)
{
	memcpy(in->bytes + in->n, bytes, n);
	in->n += n;
	in->since = now;
}

void input_drop(struct input *in, size_t n)
{
	memmove(in->bytes, in->bytes + n, in->n - n);
	in->n -= n;
}

void input_flush(struct input *in)
{
	/* within a paste they are still to be counted */
	if (in->skip == INPUT_SKIP_NOTHING)
		in->n = 0;
}

/* The rest of a sequence has been waited for long enough. */
bool input_is_late(const struct input *in, struct mono now)
{
	return mono_reached(now, mono_add_ms(in->since, INPUT_SEQUENCE_MS));
}

/* --- what is thrown away --------------------------------------------------------- */

void input_skip(struct input *in, enum input_skip what, int64_t ms, struct mono now)
{
	in->skip = what;
	in->skip_end = mono_add_ms(now, ms);
	in->skipped = 0;
}

static int64_t skip_ms(const struct input *in)
{
	return in->skip == INPUT_SKIP_TAIL ? INPUT_TAIL_MS : INPUT_PASTE_MS;
}

/* Bytes that certainly belong to what is skipped; *end = its mark stands behind them. */
static size_t skip_length(const struct input *in, bool *end)
{
	size_t mark = sizeof(paste_end) - 1;
	const char *found;

	*end = false;
	if (in->skip == INPUT_SKIP_TAIL)
		return in->n;
	if (in->skip == INPUT_SKIP_PASTE) {
		found = memmem(in->bytes, in->n, paste_end, mark);
		*end = found != NULL;
		if (found)
			return (size_t)(found - in->bytes) + mark;
		/* the beginning of a mark may stand at the end */
		for (size_t k = mark - 1; k > 0; k--)
			if (in->n >= k &&
			    memcmp(in->bytes + in->n - k, paste_end, k) == 0)
				return in->n - k;
		return in->n;
	}
	for (size_t i = 0; i < in->n; i++) {
		if (in->bytes[i] != '\a' && in->bytes[i] != ESC)
			continue;
		if (in->bytes[i] == ESC && i + 1 == in->n)
			return i;
		*end = true; /* BEL, ESC \, or another sequence that ends it */
		return i + (in->bytes[i] == '\a' ? 1 : in->bytes[i + 1] == '\\' ? 2 : 0);
	}
	return in->n;
}

/* A stretch of time is over: a flow goes on, a trickle is somebody who types. */
static bool skip_goes_on(struct input *in, struct mono now)
{
	if (!mono_reached(now, in->skip_end))
		return true;
	if (in->skipped < INPUT_FLOW)
		return false;
	input_skip(in, in->skip, skip_ms(in), now);
	return true;
}

/* Throws away what is there; true when a paste has ended and is to be told. */
static bool skip(struct input *in, struct mono now)
{
	bool end, pasted = in->skip == INPUT_SKIP_PASTE;
	size_t n = skip_length(in, &end);

	in->skipped += n;
	input_drop(in, n);
	if (end && pasted)
		input_skip(in, INPUT_SKIP_TAIL, INPUT_TAIL_MS, now);
	else if (end || !skip_goes_on(in, now))
		in->skip = INPUT_SKIP_NOTHING;
	return pasted && in->skip != INPUT_SKIP_PASTE;
}

/* --- characters ------------------------------------------------------------------ */

static uint32_t from_character(uint32_t c)
{
	switch (c) {
	case '\r':
	case '\n':
		return TERM_KEY_ENTER;
	case '\t':
		return TERM_KEY_TAB;
	case 0x7F:
	case '\b':
		return TERM_KEY_BACKSPACE;
	default:
		return c >= 0x80 && c < 0xA0 ? TERM_KEY_NONE : c;
	}
}

/* The first bytes of one: the others are under way. */
static bool may_become_character(const struct input *in)
{
	const unsigned char *p = (const unsigned char *)in->bytes;
	size_t len = p[0] >= 0xF0 ? 4 : p[0] >= 0xE0 ? 3 : 2;

	for (size_t i = 1; i < in->n && i < len; i++)
		if ((p[i] & 0xC0) != 0x80)
			return false;
	return p[0] >= 0xC2 && p[0] <= 0xF4 && in->n < len;
}

static uint32_t character(struct input *in, struct mono now, size_t *used)
{
	unsigned char first = (unsigned char)in->bytes[0];
	uint32_t cp = TERM_KEY_NONE;

	*used = 1;
	if (first < 0x80)
		return from_character(first);
	if (!in->utf8)
		return TERM_KEY_NONE; /* whatever it is, it is none of our keys */
	*used = utf8_decode(in->bytes, in->n, &cp);
	if (*used)
		return from_character(cp);
	*used = !may_become_character(in) || input_is_late(in, now);
	return TERM_KEY_NONE;
}

/* What begins a sequence right after an Esc that was told alone: the line was slow, and
 * the letters behind it are no keys. */
static void rejoin(struct input *in, struct mono now)
{
	struct mono limit = mono_add_ms(in->lone_escape, INPUT_CONTINUE_MS);

	if (in->lone_escape.ns && in->n < INPUT_BYTES && !mono_reached(now, limit) &&
	    in->bytes[0] && strchr("[O]P_^X", in->bytes[0])) {
		memmove(in->bytes + 1, in->bytes, in->n++);
		in->bytes[0] = ESC;
	}
	in->lone_escape = (struct mono){ 0 };
}

uint32_t input_key(struct input *in, struct mono now)
{
	for (;;) {
		uint32_t key;
		size_t used;

		if (in->skip != INPUT_SKIP_NOTHING) {
			if (skip(in, now))
				return TERM_KEY_PASTE;
			if (in->skip != INPUT_SKIP_NOTHING)
				return TERM_KEY_NONE;
		}
		if (in->n == 0)
			return TERM_KEY_NONE;
		rejoin(in, now);
		key = in->bytes[0] == ESC ? input_escape(in, now, &used)
					  : character(in, now, &used);
		if (used == 0)
			return TERM_KEY_NONE;
		if (used != SIZE_MAX)
			input_drop(in, used);
		if (key != TERM_KEY_NONE)
			return key;
	}
}

struct mono input_deadline(const struct input *in)
{
	if (in->skip != INPUT_SKIP_NOTHING)
		return in->skip_end;
	if (in->n == 0)
		return MONO_NEVER;
	return mono_add_ms(in->since, in->n == 1 && in->bytes[0] == ESC
					      ? in->escape_ms
					      : INPUT_SEQUENCE_MS);
}
