/* sequence.c - escape sequences of many terminals as keys. */
#include "console/term/input_int.h"

#include <string.h>

#include "console/term/term.h"

enum { WAIT = 0, PARAMS_MAX = 4 };

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
		input_skip(in, INPUT_SKIP_PASTE, INPUT_PASTE_MS, now);
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
		input_skip(in, INPUT_SKIP_STRING, INPUT_PASTE_MS, now);
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
	input_drop(in, 1);
	in->lone_escape = now;
	return TERM_KEY_ESC;
}

uint32_t input_escape(struct input *in, struct mono now, size_t *used)
{
	uint32_t key = TERM_KEY_NONE;
	bool partly;

	*used = own_sequence(in, &key, &partly);
	if (*used || (partly && in->n > 1 && !input_is_late(in, now)))
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
	if (!input_is_late(in, now) && in->n < INPUT_BYTES)
		return TERM_KEY_NONE;
	/* it never came whole, or is none: no letters of it */
	*used = in->n;
	input_skip(in, INPUT_SKIP_TAIL, INPUT_TAIL_MS, now);
	return TERM_KEY_NONE;
}
