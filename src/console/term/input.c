/* input.c - one byte string after another is a key, no key, or not yet whole. */
#include "console/term/input.h"

#include <string.h>

#include "console/term/term.h"
#include "util/utf8.h"

enum { WAIT = 0, ESC = 033, PARAMS_MAX = 4 };

#define NEVER ((struct mono){ INT64_MAX })

static const char paste_end[] = "\033[201~";

/* --- tables ---------------------------------------------------------------------- */

/* "CSI number ~" */
static const uint32_t by_number[] = {
	[1] = TERM_KEY_HOME,     [3] = TERM_KEY_DELETE,    [4] = TERM_KEY_END,
	[5] = TERM_KEY_PAGE_UP,  [6] = TERM_KEY_PAGE_DOWN, [7] = TERM_KEY_HOME,
	[8] = TERM_KEY_END,      [11] = TERM_KEY_F1,       [12] = TERM_KEY_F1 + 1,
	[13] = TERM_KEY_F1 + 2,  [14] = TERM_KEY_F1 + 3,   [15] = TERM_KEY_F1 + 4,
	[17] = TERM_KEY_F1 + 5,  [18] = TERM_KEY_F1 + 6,   [19] = TERM_KEY_F1 + 7,
	[20] = TERM_KEY_F1 + 8,  [21] = TERM_KEY_F1 + 9,   [23] = TERM_KEY_F1 + 10,
	[24] = TERM_KEY_F1 + 11,
};

enum { NUMBERS = sizeof(by_number) / sizeof(by_number[0]) };

struct letter_key {
	char letter;
	uint32_t key;
};

/* "CSI letter" and "SS3 letter": the cursor keys in both modes. */
static const struct letter_key cursor_keys[] = {
	{ 'A', TERM_KEY_UP },     { 'B', TERM_KEY_DOWN },     { 'C', TERM_KEY_RIGHT },
	{ 'D', TERM_KEY_LEFT },   { 'H', TERM_KEY_HOME },     { 'F', TERM_KEY_END },
	{ 'P', TERM_KEY_F1 },     { 'Q', TERM_KEY_F1 + 1 },   { 'R', TERM_KEY_F1 + 2 },
	{ 'S', TERM_KEY_F1 + 3 }, { 'Z', TERM_KEY_BACK_TAB }, { 0, 0 },
};

/* "SS3 letter": the numeric keypad in application mode. */
static const struct letter_key keypad_keys[] = {
	{ 'p', '0' },          { 'q', '1' }, { 'r', '2' },
	{ 's', '3' },          { 't', '4' }, { 'u', '5' },
	{ 'v', '6' },          { 'w', '7' }, { 'x', '8' },
	{ 'y', '9' },          { 'n', '.' }, { 'j', '*' },
	{ 'k', '+' },          { 'l', '+' }, { 'm', '-' },
	{ 'o', '/' },          { 'X', '=' }, { 'M', TERM_KEY_ENTER },
	{ 'I', TERM_KEY_TAB }, { 0, 0 },
};

/* PF1..PF4 where they are the keypad's top row: NumLock / * - */
static const struct letter_key top_row[] = {
	{ 'P', TERM_KEY_NONE }, { 'Q', '/' }, { 'R', '*' }, { 'S', '-' }, { 0, 0 },
};

static const struct letter_key *find(const struct letter_key *table, char letter)
{
	for (; table->letter; table++)
		if (table->letter == letter)
			return table;
	return NULL;
}

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

static void drop(struct input *in, size_t n)
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
static bool is_late(const struct input *in, struct mono now)
{
	return mono_reached(now, mono_add_ms(in->since, INPUT_SEQUENCE_MS));
}

/* --- what is thrown away --------------------------------------------------------- */

static void skip_begin(struct input *in, enum input_skip what, int64_t ms,
		       struct mono now)
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
	skip_begin(in, in->skip, skip_ms(in), now);
	return true;
}

/* Throws away what is there; true when a paste has ended and is to be told. */
static bool skip(struct input *in, struct mono now)
{
	bool end, pasted = in->skip == INPUT_SKIP_PASTE;
	size_t n = skip_length(in, &end);

	in->skipped += n;
	drop(in, n);
	if (end && pasted)
		skip_begin(in, INPUT_SKIP_TAIL, INPUT_TAIL_MS, now);
	else if (end || !skip_goes_on(in, now))
		in->skip = INPUT_SKIP_NOTHING;
	return pasted && in->skip != INPUT_SKIP_PASTE;
}

/* --- sequences ------------------------------------------------------------------- */

/* Each returns how many bytes (from the one behind ESC) it used, WAIT when more are
 * needed; *key is set. */

struct csi {
	char mark; /* one of < = > ?, or 0 */
	int param[PARAMS_MAX];
	int n;
	char final;
};

/* s stands behind "CSI". */
static size_t read_csi(const char *s, size_t n, struct csi *c)
{
	size_t i = 0;

	*c = (struct csi){ 0 };
	if (i < n && s[i] >= '<' && s[i] <= '?')
		c->mark = s[i++];
	for (; i < n; i++) {
		if (s[i] >= '0' && s[i] <= '9') {
			int *p = &c->param[c->n < PARAMS_MAX ? c->n : PARAMS_MAX - 1];
			*p = *p < 10000 ? *p * 10 + (s[i] - '0') : *p;
		} else if (s[i] == ';') {
			c->n++;
		} else if (s[i] >= 0x40 && s[i] <= 0x7E) {
			c->final = s[i];
			return i + 1;
		} else if (s[i] < ' ') {
			return i; /* broken off; 0x80 and above are not ours either */
		}
	}
	return WAIT;
}

/* SGR 1006: only where button 1 was let go, and the wheel. */
static uint32_t mouse_key(struct input *in, const struct csi *c)
{
	enum { BUTTON_1 = 0, WHEEL_UP = 64, WHEEL_DOWN = 65 };

	if (c->n != 2 || c->param[1] < 1 || c->param[2] < 1)
		return TERM_KEY_NONE;
	in->mouse = (struct input_mouse){ c->param[1] - 1, c->param[2] - 1 };
	if (c->param[0] == BUTTON_1 && c->final == 'm')
		return TERM_KEY_CLICK;
	if (c->param[0] == WHEEL_UP && c->final == 'M')
		return TERM_KEY_WHEEL_UP;
	if (c->param[0] == WHEEL_DOWN && c->final == 'M')
		return TERM_KEY_WHEEL_DOWN;
	return TERM_KEY_NONE;
}

/* With Shift, Alt or Ctrl held (";2" and so on) it means nothing. */
static bool is_plain(const struct csi *c)
{
	return !c->mark && (c->n == 0 || (c->n == 1 && c->param[1] <= 1));
}

static uint32_t csi_key(struct input *in, const struct csi *c, struct mono now)
{
	const struct letter_key *k = find(cursor_keys, c->final);

	if (c->mark == '<' && (c->final == 'M' || c->final == 'm'))
		return mouse_key(in, c);
	if (!is_plain(c))
		return TERM_KEY_NONE;
	if (c->final == '~' && c->param[0] == 200) {
		skip_begin(in, INPUT_SKIP_PASTE, INPUT_PASTE_MS, now);
		return TERM_KEY_NONE;
	}
	if (c->final == '~')
		return c->param[0] < NUMBERS ? by_number[c->param[0]] : TERM_KEY_NONE;
	return k && c->param[0] <= 1 ? k->key : TERM_KEY_NONE;
}

static size_t after_csi(struct input *in, const char *s, size_t n, struct mono now,
			uint32_t *key)
{
	struct csi c;
	size_t used;

	/* the Linux console's F1..F5 */
	if (n > 0 && s[0] == '[') {
		if (n > 1 && s[1] >= 'A' && s[1] <= 'E')
			*key = TERM_KEY_F1 + (uint32_t)(s[1] - 'A');
		return n > 1 ? 2 : WAIT;
	}
	used = read_csi(s, n, &c);
	/* the oldest form of a mouse: three bytes more, never asked for */
	if (used == 1 && c.final == 'M')
		return n >= 4 ? 4 : WAIT;
	if (used != WAIT && c.final)
		*key = csi_key(in, &c, now);
	return used;
}

static size_t after_ss3(const struct input *in, const char *s, size_t n, uint32_t *key)
{
	const struct letter_key *k = NULL;
	size_t i = 0;

	while (i < n && s[i] >= '0' && s[i] <= '9')
		i++; /* a modifier: some key with Shift or Ctrl */
	if (i == n)
		return WAIT;
	if (i == 0 && in->keypad_pf)
		k = find(top_row, s[0]);
	if (i == 0 && !k)
		k = find(cursor_keys, s[0]);
	if (i == 0 && !k)
		k = find(keypad_keys, s[0]);
	*key = k ? k->key : TERM_KEY_NONE;
	return s[i] < ' ' ? i : i + 1;
}

/* A sequence of this terminal's own; *partly: the beginning of one. */
static size_t own_sequence(const struct input *in, uint32_t *key, bool *partly)
{
	*partly = false;
	for (size_t i = 0; i < in->n_own; i++) {
		size_t len = strlen(in->own[i].bytes);

		if (in->n >= len && memcmp(in->bytes, in->own[i].bytes, len) == 0) {
			*key = in->own[i].key;
			return len;
		}
		*partly |= in->n < len && memcmp(in->bytes, in->own[i].bytes, in->n) == 0;
	}
	return 0;
}

/* From the byte behind ESC on. */
static size_t after_escape(struct input *in, const char *s, size_t n, struct mono now,
			   uint32_t *key)
{
	size_t used;

	switch (s[0]) {
	case '[':
		used = after_csi(in, s + 1, n - 1, now, key);
		return used == WAIT ? WAIT : 1 + used;
	case 'O':
		used = after_ss3(in, s + 1, n - 1, key);
		return used == WAIT ? WAIT : 1 + used;
	case ']':
	case 'P':
	case 'X':
	case '^':
	case '_':
		skip_begin(in, INPUT_SKIP_STRING, INPUT_PASTE_MS, now);
		return 1;
	case '\t':
		*key = TERM_KEY_BACK_TAB; /* the Linux console's */
		return 1;
	default:
		break;
	}
	if (s[0] >= '0' && s[0] <= '9') { /* as in mc */
		*key = TERM_KEY_F1 + (s[0] == '0' ? 9u : (uint32_t)(s[0] - '1'));
		return 1;
	}
	/* Alt and a key: Esc, which harms nothing; the key alone might do something */
	*key = TERM_KEY_ESC;
	return s[0] == ESC ? 0 : 1;
}

static uint32_t lone_escape(struct input *in, struct mono now)
{
	drop(in, 1);
	in->lone_escape = now;
	return TERM_KEY_ESC;
}

/* The buffer begins with ESC. *used = 0: not yet whole. */
static uint32_t escape(struct input *in, struct mono now, size_t *used)
{
	uint32_t key = TERM_KEY_NONE;
	bool partly;

	*used = own_sequence(in, &key, &partly);
	if (*used || (partly && in->n > 1 && !is_late(in, now)))
		return key;
	if (in->n == 1) {
		if (!mono_reached(now, mono_add_ms(in->since, in->escape_ms)))
			return TERM_KEY_NONE;
		*used = SIZE_MAX; /* told, and dropped already */
		return lone_escape(in, now);
	}
	*used = after_escape(in, in->bytes + 1, in->n - 1, now, &key);
	if (*used != WAIT || key == TERM_KEY_ESC) {
		*used += 1;
		return key;
	}
	if (!is_late(in, now) && in->n < INPUT_BYTES)
		return TERM_KEY_NONE;
	/* it never came whole, or is none: no letters of it */
	*used = in->n;
	skip_begin(in, INPUT_SKIP_TAIL, INPUT_TAIL_MS, now);
	return TERM_KEY_NONE;
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
	*used = !may_become_character(in) || is_late(in, now);
	return TERM_KEY_NONE;
}

/* "[" or "O" right after an Esc that was told alone: the line was slow, and the letter
 * behind it is no key. */
static void rejoin(struct input *in, struct mono now)
{
	struct mono limit = mono_add_ms(in->lone_escape, INPUT_CONTINUE_MS);

	if (in->lone_escape.ns && in->n < INPUT_BYTES && !mono_reached(now, limit) &&
	    (in->bytes[0] == '[' || in->bytes[0] == 'O')) {
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
		key = in->bytes[0] == ESC ? escape(in, now, &used)
					  : character(in, now, &used);
		if (used == 0)
			return TERM_KEY_NONE;
		if (used != SIZE_MAX)
			drop(in, used);
		if (key != TERM_KEY_NONE)
			return key;
	}
}

struct mono input_deadline(const struct input *in)
{
	if (in->skip != INPUT_SKIP_NOTHING)
		return in->skip_end;
	if (in->n == 0)
		return NEVER;
	return mono_add_ms(in->since, in->n == 1 && in->bytes[0] == ESC
					      ? in->escape_ms
					      : INPUT_SEQUENCE_MS);
}
