/* escapes.c - a parser for the small language our console speaks to terminals. */
#include "screen/escapes.h"

#include <stdlib.h>
#include <string.h>

#include "util/utf8.h"

/* After "ESC [": parameters and a final byte that paints. 0 = not allowed. */
static size_t control(const char *s, size_t n)
{
	size_t i = 0;

	/* xterm's alternate screen keeps and restores the title: not ours to choose */
	if (n >= 7 && (memcmp(s, "22;0;0t", 7) == 0 || memcmp(s, "23;0;0t", 7) == 0))
		return 7;
	while (i < n && i < 40 && strchr("0123456789;?", s[i]))
		i++;
	if (i == n)
		return n; /* cut by the reader, not by the writer */
	/* no reports (n, c), no window operations (t), no media copy (i), no resets (p)
	 */
	if (strchr("ABCDGHJKLMPSTXZ@abdfhlmr", s[i]))
		return i + 1;
	/* the shape of the Linux console's cursor */
	return s[0] == '?' && s[i] == 'c' ? i + 1 : 0;
}

/* Bytes of an allowed sequence after ESC; 0 = not allowed. */
static size_t sequence(const char *s, size_t n)
{
	size_t used;

	if (n == 0)
		return 0;
	if (memchr("=>78MDH", s[0], 7))
		return 1;
	if ((s[0] == '(' || s[0] == ')') && n > 1 && strchr("B0AU", s[1]))
		return 2;
	used = s[0] == '[' ? control(s + 1, n - 1) : 0;
	return used ? 1 + used : 0;
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
		else if ((used = utf8_decode(s, left, &cp)) && !utf8_is_safe(cp))
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
