/* squeeze.c - reads curses' output as a terminal would, as far as attributes go. */
#include "console/term/squeeze.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "util/strbuf.h"

enum { PARAMS_MAX = 16, PARAM_LIMIT = 65535 };

static const struct squeeze_attr plain = { .fg = -1, .bg = -1 };

void squeeze_reset(struct squeeze *s)
{
	*s = (struct squeeze){
		.have = plain, .want = plain, .colours = s->colours, .poor = s->poor
	};
}

/* --- writing attributes ------------------------------------------------------------ */

/* "1;38;5;250". Attributes change a hundred times a frame: nothing is allocated. */
struct params {
	char text[64]; /* both colours in 24 bits and three attributes are 42 */
	size_t len;
};

__attribute__((format(printf, 2, 3))) static void add_param(struct params *out,
							    const char *fmt, ...)
{
	va_list ap;

	if (out->len)
		out->text[out->len++] = ';';
	va_start(ap, fmt);
	out->len += (size_t)vsnprintf(out->text + out->len, sizeof(out->text) - out->len,
				      fmt, ap);
	va_end(ap);
}

/* base: 30 of the foreground, 40 of the background. */
static void add_colour(struct params *out, const uint32_t *colours, int base, int colour)
{
	uint32_t rgb = colours && colour >= 16 ? colours[colour] : 0;

	if (colour < 0)
		add_param(out, "%d", base + 9);
	else if (colour < 8)
		add_param(out, "%d", base + colour);
	else if (colour < 16)
		add_param(out, "%d", base + 60 + colour - 8);
	else if (colours)
		add_param(out, "%d;2;%u;%u;%u", base + 8, rgb >> 16 & 0xFF,
			  rgb >> 8 & 0xFF, rgb & 0xFF);
	else
		add_param(out, "%d;5;%d", base + 8, colour);
}

/* The parameters that lead from one state to another. */
static void add_change(struct params *out, const uint32_t *colours,
		       const struct squeeze_attr *from, const struct squeeze_attr *to)
{
	if (from->bold != to->bold)
		add_param(out, "%d", to->bold ? 1 : 22);
	if (from->underline != to->underline)
		add_param(out, "%d", to->underline ? 4 : 24);
	if (from->reverse != to->reverse)
		add_param(out, "%d", to->reverse ? 7 : 27);
	if (from->fg != to->fg)
		add_colour(out, colours, 30, to->fg);
	if (from->bg != to->bg)
		add_colour(out, colours, 40, to->bg);
}

static bool same(const struct squeeze_attr *a, const struct squeeze_attr *b)
{
	return a->fg == b->fg && a->bg == b->bg && a->bold == b->bold &&
	       a->underline == b->underline && a->reverse == b->reverse;
}

/* What can only be taken back with everything else. */
static bool takes_back(const struct squeeze_attr *from, const struct squeeze_attr *to)
{
	return (from->bold && !to->bold) || (from->underline && !to->underline) ||
	       (from->reverse && !to->reverse);
}

/* Before a cell is written: brings the terminal to what is wanted. */
static void settle(struct squeeze *s, struct strbuf *out)
{
	struct params change = { .len = 0 }, anew = { .len = 0 };

	if (s->foreign || (s->known && same(&s->have, &s->want)))
		return;
	add_change(&change, s->colours, &s->have, &s->want);
	add_change(&anew, s->colours, &plain, &s->want);
	/* "0" in front, or nothing at all, begins anew */
	if (!s->known || anew.len + 2 < change.len || !anew.len ||
	    (s->poor && takes_back(&s->have, &s->want)))
		strbuf_addf(out, "\033[%s%sm", anew.len ? "0;" : "", anew.text);
	else
		strbuf_addf(out, "\033[%sm", change.text);
	s->have = s->want;
	s->known = true;
}

/* The same, before a blank: its text has no colour that could be seen. */
static void settle_ground(struct squeeze *s, struct strbuf *out)
{
	const struct squeeze_attr *a = &s->have, *b = &s->want;

	if (!s->known || a->bg != b->bg || a->underline || b->underline || a->reverse ||
	    b->reverse)
		settle(s, out);
}

/* --- reading attributes ------------------------------------------------------------ */

/* True when p is one of those that are no colour. */
static bool set_basic(struct squeeze_attr *a, int p)
{
	switch (p) {
	case 0:
		*a = plain;
		return true;
	case 1:
	case 22:
		a->bold = p == 1;
		return true;
	case 4:
	case 24:
		a->underline = p == 4;
		return true;
	case 7:
	case 27:
		a->reverse = p == 7;
		return true;
	case 10: /* the usual font: the Linux console's sgr0 says so */
		return true;
	default:
		return false;
	}
}

/* One parameter without others after it; false when it is not understood. */
static bool set_one(struct squeeze_attr *a, int p)
{
	static const struct {
		int first, last;
		bool is_ground;
		int colour; /* of the first */
	} ranges[] = {
		{ 30, 37, false, 0 }, { 39, 39, false, -1 }, { 40, 47, true, 0 },
		{ 49, 49, true, -1 }, { 90, 97, false, 8 },  { 100, 107, true, 8 },
	};

	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++) {
		if (p < ranges[i].first || p > ranges[i].last)
			continue;
		*(ranges[i].is_ground ? &a->bg : &a->fg) =
			ranges[i].colour + p - ranges[i].first;
		return true;
	}
	return set_basic(a, p);
}

static bool apply(struct squeeze_attr *a, const int *p, int n)
{
	struct squeeze_attr next = *a;

	for (int i = 0; i < n; i++) {
		bool palette = (p[i] == 38 || p[i] == 48) && i + 2 < n && p[i + 1] == 5 &&
			       p[i + 2] <= 255;

		if (palette) {
			*(p[i] == 38 ? &next.fg : &next.bg) = p[i + 2];
			i += 2;
		} else if (!set_one(&next, p[i])) {
			return false;
		}
	}
	*a = next;
	return true;
}

/* The numbers between "ESC [" and the final byte; -1 when there is anything else. */
static int read_params(const char *at, const char *end, int p[PARAMS_MAX])
{
	int n = 1;

	p[0] = 0;
	for (; at < end; at++) {
		if (*at == ';' && n < PARAMS_MAX)
			p[n++] = 0;
		else if (*at >= '0' && *at <= '9' && p[n - 1] < PARAM_LIMIT)
			p[n - 1] = p[n - 1] * 10 + (*at - '0');
		else
			return -1;
	}
	return n;
}

/* --- the stream -------------------------------------------------------------------- */

/* Up to the end of a string like a title: BEL, or ESC and a backslash. */
static size_t string_bytes(const char *in, size_t n)
{
	for (size_t i = 2; i < n; i++) {
		if (in[i] == '\a')
			return i + 1;
		if (in[i] == '\033')
			return i + 1 < n ? i + 2 : n;
	}
	return n;
}

/* Bytes of the escape sequence at in: nothing may come between them. 0 = none there. */
static size_t sequence(const char *in, size_t n)
{
	size_t i = 1;

	if (in[0] != '\033')
		return 0;
	if (n > 1 && in[1] == '[') {
		for (i = 2; i < n && in[i] >= 0x20 && in[i] < 0x40; i++)
			;
	} else if (n > 1 && strchr("]P_^X", in[1]) && in[1]) {
		return string_bytes(in, n);
	} else {
		while (i < n && in[i] >= 0x20 && in[i] < 0x30)
			i++; /* "ESC ( B", and "ESC D" without any */
	}
	return i < n ? i + 1 : n;
}

static bool is_csi(const char *in, size_t n)
{
	return n > 2 && in[1] == '[';
}

/* Moves of the cursor touch no cell: attributes may wait. */
static bool is_move(const char *in, size_t n)
{
	return is_csi(in, n) && in[n - 1] && strchr("ABCDGHd", in[n - 1]) != NULL;
}

/* Erases to the ground. */
static bool is_erase(const char *in, size_t n)
{
	return is_csi(in, n) && in[n - 1] && strchr("JKX", in[n - 1]) != NULL;
}

static void take_charset(struct squeeze *s, const char *in, struct strbuf *out)
{
	if (in[2] == 'B' && s->ascii)
		return;
	s->ascii = in[2] == 'B';
	strbuf_add(out, in, 3);
}

static void take_attributes(struct squeeze *s, const char *in, size_t n,
			    struct strbuf *out)
{
	int p[PARAMS_MAX], count = read_params(in + 2, in + n - 1, p);
	struct squeeze_attr next = s->want;
	bool understood = count >= 0 && apply(&next, p, count);

	if (understood && s->foreign && p[0] == 0) {
		s->foreign = s->known = false; /* a reset ends what is not known */
		s->have = plain;
	}
	if (understood && !s->foreign) {
		s->want = next;
		return;
	}
	settle(s, out);
	strbuf_add(out, in, n);
	s->foreign = true;
}

static void take_sequence(struct squeeze *s, const char *in, size_t n, struct strbuf *out)
{
	if (n == 3 && in[1] == '(') {
		take_charset(s, in, out);
		return;
	}
	if (is_csi(in, n) && in[n - 1] == 'm') {
		take_attributes(s, in, n, out);
		return;
	}
	if (is_erase(in, n))
		settle_ground(s, out);
	else if (!is_move(in, n))
		settle(s, out);
	strbuf_add(out, in, n);
	if (n == 2 && in[1] == '8') /* the cursor comes back with attributes of then */
		s->known = false;
	if (n == 2 && strchr("78c", in[1]) && in[1]) /* and with the set of then */
		s->set = SQUEEZE_SET_UNKNOWN;
}

enum { SHIFT_OUT = 14, SHIFT_IN = 15 };

/* Both sets draw the rest alike: the DEC set differs from _ on, and the Linux console has
 * arrows and a block among the signs. */
static bool differs_by_set(char c)
{
	return (c >= '_' && c <= '~') || (c != '\0' && strchr("+,-.0", c));
}

static void settle_set(struct squeeze *s, char c, struct strbuf *out)
{
	enum squeeze_set want = s->graphics ? SQUEEZE_GRAPHICS : SQUEEZE_LETTERS;

	if (!s->shifts || s->set == want || !differs_by_set(c))
		return;
	s->set = want;
	strbuf_addch(out, s->graphics ? SHIFT_OUT : SHIFT_IN);
}

static void take_byte(struct squeeze *s, char c, struct strbuf *out)
{
	bool is_control = (unsigned char)c < ' ' && c != '\n';

	if (c == SHIFT_OUT || c == SHIFT_IN) {
		s->shifts = true;
		s->graphics = c == SHIFT_OUT;
		return;
	}
	settle_set(s, c, out);
	if (c == ' ')
		settle_ground(s, out);
	else if (!is_control)
		settle(s, out);
	strbuf_addch(out, c);
}

void squeeze(struct squeeze *s, const char *in, size_t n, struct strbuf *out)
{
	for (size_t i = 0, used; i < n; i += used) {
		used = sequence(in + i, n - i);
		if (used) {
			take_sequence(s, in + i, used, out);
			continue;
		}
		used = 1;
		take_byte(s, in[i], out);
	}
	settle(s, out);
}
