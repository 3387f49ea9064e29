/* entry.c - typing a line of text: characters, the cursor, rubbing out. */
#include "console/app/entry.h"

#include <stdio.h>
#include <string.h>

#include "console/term/term.h"
#include "util/utf8.h"

void entry_set(struct entry *e, const char *text)
{
	*e = (struct entry){ 0 };
	if (text)
		snprintf(e->text, sizeof(e->text), "%s", text);
	e->at = strlen(e->text);
}

bool entry_is_blank(const struct entry *e)
{
	return e->text[strspn(e->text, " ")] == '\0';
}

/* The byte is no first one of a character. */
static bool is_inside(const struct entry *e, size_t at)
{
	return ((unsigned char)e->text[at] & 0xC0) == 0x80;
}

static size_t before(const struct entry *e, size_t at)
{
	for (; at > 0; at--)
		if (!is_inside(e, at - 1))
			return at - 1;
	return 0;
}

static size_t behind(const struct entry *e, size_t at)
{
	size_t n = strlen(e->text);

	for (at++; at < n; at++)
		if (!is_inside(e, at))
			return at;
	return n;
}

static void take_out(struct entry *e, size_t from, size_t to)
{
	memmove(e->text + from, e->text + to, strlen(e->text + to) + 1);
	e->at = from;
}

static void put_in(struct entry *e, uint32_t key, size_t limit)
{
	size_t n = strlen(e->text), used;
	char bytes[4];

	used = utf8_encode(key, bytes);
	if (key < ' ' || !used || !utf8_is_safe(key) || utf8_width(key) < 1) {
		e->note = "this character cannot be typed here";
		return;
	}
	if (n + used > limit || n + used > ENTRY_MAX) {
		e->note = "no longer text fits";
		return;
	}
	memmove(e->text + e->at + used, e->text + e->at, n - e->at + 1);
	memcpy(e->text + e->at, bytes, used);
	e->at += used;
}

bool entry_key(struct entry *e, uint32_t key, size_t limit)
{
	e->note = NULL;
	if (key == TERM_KEY_LEFT)
		e->at = before(e, e->at);
	else if (key == TERM_KEY_RIGHT)
		e->at = behind(e, e->at);
	else if (key == TERM_KEY_HOME)
		e->at = 0;
	else if (key == TERM_KEY_END)
		e->at = strlen(e->text);
	else if (key == TERM_KEY_BACKSPACE)
		take_out(e, before(e, e->at), e->at);
	else if (key == TERM_KEY_DELETE)
		take_out(e, e->at, behind(e, e->at));
	else if (key == TERM_KEY_PASTE)
		e->note = "pasted text is refused: type it";
	else if (key < TERM_KEY_FIRST && key != TERM_KEY_ESC)
		put_in(e, key, limit);
	else
		return false;
	return true;
}
