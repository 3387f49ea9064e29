/* escapes.c - a parser for the small language our console speaks to terminals. */
#include "screen/escapes.h"

#include <stdlib.h>
#include <string.h>

#include "support/tty.h"
#include "util/utf8.h"

/* All of it that follows "ESC [": a mark, so many numbers at most, each below so much,
 * and a final byte. What is not here did not come from us. */
static const struct {
	const char *finals;
	char mark;   /* '?' or 0 */
	int numbers; /* at most */
	int below;   /* each */
} controls[] = {
	{ "ABCDGd", 0, 1, 1000 },   /* move */
	{ "Hf", 0, 2, 1000 },       /* move to */
	{ "JK", 0, 1, 3 },          /* erase */
	{ "LMPX@STb", 0, 1, 1000 }, /* insert, delete, erase, scroll, repeat */
	{ "r", 0, 2, 1000 },        /* scroll region */
	{ "m", 0, 16, 256 },        /* attributes and colours */
	{ "c", '?', 1, 32 },        /* the shape of the Linux console's cursor */
};

/* Modes that we, or curses for us, may set and reset. */
static const int private_modes[] = { 1,    7,    12,   25,   1000, 1002,
				     1003, 1006, 1049, 2004, 2026 };
static const int ansi_modes[] = { 4, 34 }; /* insert; screen's visible cursor */

static bool is_one_of(int n, const int *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (list[i] == n)
			return true;
	return false;
}

struct control {
	char mark, final;
	int number[16], n;
};

static bool is_mode(const struct control *c)
{
	if (c->n != 1 || (c->final != 'h' && c->final != 'l'))
		return false;
	/* tracking of each motion is only ever switched off */
	if (c->mark == '?' && c->final == 'h' &&
	    (c->number[0] == 1002 || c->number[0] == 1003))
		return false;
	return c->mark == '?'
		       ? is_one_of(c->number[0], private_modes,
				   sizeof(private_modes) / sizeof(private_modes[0]))
		       : is_one_of(c->number[0], ansi_modes,
				   sizeof(ansi_modes) / sizeof(ansi_modes[0]));
}

static bool is_control(const struct control *c)
{
	for (size_t i = 0; i < sizeof(controls) / sizeof(controls[0]); i++) {
		bool fits = strchr(controls[i].finals, c->final) != NULL &&
			    c->mark == controls[i].mark && c->n <= controls[i].numbers;

		for (int k = 0; k < c->n && fits; k++)
			fits = c->number[k] < controls[i].below;
		if (fits)
			return true;
	}
	return is_mode(c);
}

/* "?1;22": returns the bytes it takes; SIZE_MAX = too much of it. */
static size_t numbers(const char *s, size_t n, struct control *c)
{
	size_t i = 0;

	if (i < n && s[i] == '?')
		c->mark = s[i++];
	for (; i < n && ((s[i] >= '0' && s[i] <= '9') || s[i] == ';'); i++) {
		int *number = &c->number[c->n];

		if (s[i] == ';' ? ++c->n == 16 : *number > 9999)
			return SIZE_MAX;
		if (s[i] != ';')
			*number = *number * 10 + (s[i] - '0');
	}
	c->n += i > (c->mark ? 1u : 0u);
	return i;
}

/* xterm's alternate screen keeps and restores the title: not ours to choose. */
static bool is_title_kept(const char *s, size_t n)
{
	return n >= 7 && (memcmp(s, "22;0;0t", 7) == 0 || memcmp(s, "23;0;0t", 7) == 0);
}

/* After "ESC [": the bytes of a sequence of ours. 0 = it is none. */
static size_t control(const char *s, size_t n)
{
	struct control c = { 0 };
	size_t i;

	if (is_title_kept(s, n))
		return 7;
	i = numbers(s, n, &c);
	if (i >= n)
		return i == n ? n : 0; /* cut by the reader, not by the writer */
	c.final = s[i];
	return c.final && is_control(&c) ? i + 1 : 0;
}

/* Bytes of an allowed sequence after ESC; 0 = not allowed. */
static size_t sequence(const char *s, size_t n)
{
	size_t used;

	if (n == 0)
		return 0;
	if (memchr("=>78DM", s[0], 6)) /* keypad, cursor kept and restored, scroll */
		return 1;
	if ((s[0] == '(' || s[0] == ')') && n > 1 && (s[1] == 'B' || s[1] == '0'))
		return 2;
	used = s[0] == '[' ? control(s + 1, n - 1) : 0;
	return used ? 1 + used : 0;
}

/* What no terminal may get as text; a list of its own, so that a hole in the program's is
 * seen here. */
static bool may_be_printed(uint32_t cp)
{
	static const struct {
		uint32_t lo, hi;
	} never[] = {
		{ 0, 0x1F },
		{ 0x7F, 0x9F },
		{ 0xAD, 0xAD },
		{ 0x61C, 0x61C },
		{ 0x180B, 0x180F },
		{ 0x200B, 0x200F },
		{ 0x2028, 0x202E },
		{ 0x2060, 0x206F },
		{ 0xD800, 0xF8FF },
		{ 0xFE00, 0xFE0F },
		{ 0xFEFF, 0xFEFF },
		{ 0xFFF9, 0xFFFF },
		{ 0xE0000, UINT32_MAX },
	};

	for (size_t i = 0; i < sizeof(never) / sizeof(never[0]); i++)
		if (cp >= never[i].lo && cp <= never[i].hi)
			return false;
	return true;
}

bool escapes_allowed(const char *bytes, size_t n, size_t *at)
{
	for (*at = 0; *at < n;) {
		const char *s = bytes + *at;
		size_t left = n - *at, used = 0;
		uint32_t cp;

		if (*s == 033 && left == 1)
			used = 1; /* cut by the reader */
		else if (*s == 033)
			used = sequence(s + 1, left - 1) ? 1 + sequence(s + 1, left - 1)
							 : 0;
		else if (memchr("\r\n\b\a\016\017", *s, 6))
			used = 1;
		else if ((used = utf8_decode(s, left, &cp)) && !may_be_printed(cp))
			used = 0;
		if (!used)
			return false;
		*at += used;
	}
	return true;
}

static bool last_is_reset(const char *bytes, size_t n, int mode)
{
	bool on = false;

	for (size_t i = 0; i + 4 < n; i++) {
		char *end;

		if (memcmp(bytes + i, "\033[?", 3) != 0)
			continue;
		if (strtol(bytes + i + 3, &end, 10) == mode)
			on = *end == 'h';
	}
	return !on;
}

int escapes_mode_left_on(const char *bytes, size_t n)
{
	/* 25, the visible cursor, is what a terminal begins with */
	static const int modes[] = { 1, 1000, 1002, 1003, 1006, 1049, 47, 2004, 2026 };

	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++)
		if (!last_is_reset(bytes, n, modes[i]))
			return modes[i];
	return 0;
}

int escapes_titles_kept(const char *bytes, size_t n)
{
	int kept = 0;

	for (size_t i = 0; i + 9 <= n; i++)
		kept += (memcmp(bytes + i, "\033[22;0;0t", 9) == 0) -
			(memcmp(bytes + i, "\033[23;0;0t", 9) == 0);
	return kept;
}

bool escapes_all_off(struct tty *t, void *arg)
{
	size_t n;
	const char *bytes = tty_bytes(t, &n);

	(void)arg;
	return escapes_mode_left_on(bytes, n) == 0 && escapes_titles_kept(bytes, n) == 0;
}
