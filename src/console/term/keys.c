/*
 * keys.c - keys from bytes: terminfo's, the keypad's in application mode, pastes and
 * answers to queries swallowed.
 */
#include "console/term/term_int.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

enum {
	PASTE_LIMIT_MS = 1000, /* a lost end mark must not freeze the keyboard */
	/* our numbers for define_key, above curses' own; +n carries what it stands for */
	OUR_CHARACTER = KEY_MAX + 1000,
	OUR_PASTE_BEGIN = KEY_MAX + 2000,
	OUR_PASTE_END,
	OUR_KEY = KEY_MAX + 3000,
	SEQUENCE_MAX = 4096
};

/* What terminals send that their terminfo entry does not say: the numeric keypad in
 * application mode (PuTTY and others), and cursor keys in the other mode. */
static const struct {
	const char *bytes;
	int code;
} sequences[] = {
	{ "\033Op", OUR_CHARACTER + '0' },
	{ "\033Oq", OUR_CHARACTER + '1' },
	{ "\033Or", OUR_CHARACTER + '2' },
	{ "\033Os", OUR_CHARACTER + '3' },
	{ "\033Ot", OUR_CHARACTER + '4' },
	{ "\033Ou", OUR_CHARACTER + '5' },
	{ "\033Ov", OUR_CHARACTER + '6' },
	{ "\033Ow", OUR_CHARACTER + '7' },
	{ "\033Ox", OUR_CHARACTER + '8' },
	{ "\033Oy", OUR_CHARACTER + '9' },
	{ "\033On", OUR_CHARACTER + '.' },
	{ "\033Oj", OUR_CHARACTER + '*' },
	{ "\033Ok", OUR_CHARACTER + '+' },
	{ "\033Ol", OUR_CHARACTER + '+' },
	{ "\033Om", OUR_CHARACTER + '-' },
	{ "\033Oo", OUR_CHARACTER + '/' },
	{ "\033OX", OUR_CHARACTER + '=' },
	{ "\033OM", KEY_ENTER },
	{ "\033[A", KEY_UP },
	{ "\033[B", KEY_DOWN },
	{ "\033[C", KEY_RIGHT },
	{ "\033[D", KEY_LEFT },
	{ "\033OA", KEY_UP },
	{ "\033OB", KEY_DOWN },
	{ "\033OC", KEY_RIGHT },
	{ "\033OD", KEY_LEFT },
	{ "\033OP", KEY_F(1) },
	{ "\033OQ", KEY_F(2) },
	{ "\033OR", KEY_F(3) },
	{ "\033OS", KEY_F(4) },
	{ "\033[11~", KEY_F(1) },
	{ "\033[12~", KEY_F(2) },
	{ "\033[13~", KEY_F(3) },
	{ "\033[14~", KEY_F(4) },
	{ "\033[1~", KEY_HOME },
	{ "\033[4~", KEY_END },
	{ "\033[H", KEY_HOME },
	{ "\033[F", KEY_END },
	{ "\033[Z", KEY_BTAB },
	{ "\033[200~", OUR_PASTE_BEGIN },
	{ "\033[201~", OUR_PASTE_END },
};

void keys_define(void)
{
	for (size_t i = 0; i < sizeof(sequences) / sizeof(sequences[0]); i++)
		define_key(sequences[i].bytes, sequences[i].code);
}

static const struct {
	int curses;
	uint32_t ours;
} named[] = {
	{ KEY_UP, TERM_KEY_UP },
	{ KEY_DOWN, TERM_KEY_DOWN },
	{ KEY_LEFT, TERM_KEY_LEFT },
	{ KEY_RIGHT, TERM_KEY_RIGHT },
	{ KEY_HOME, TERM_KEY_HOME },
	{ KEY_END, TERM_KEY_END },
	{ KEY_PPAGE, TERM_KEY_PAGE_UP },
	{ KEY_NPAGE, TERM_KEY_PAGE_DOWN },
	{ KEY_ENTER, TERM_KEY_ENTER },
	{ KEY_BTAB, TERM_KEY_BACK_TAB },
	{ KEY_BACKSPACE, TERM_KEY_BACKSPACE },
	{ KEY_DC, TERM_KEY_DELETE },
};

static uint32_t from_code(int code)
{
	for (size_t i = 0; i < sizeof(named) / sizeof(named[0]); i++)
		if (named[i].curses == code)
			return named[i].ours;
	if (code >= KEY_F(1) && code <= KEY_F(12))
		return (uint32_t)(TERM_KEY_F1 + (code - KEY_F(1)));
	if (code > OUR_CHARACTER && code < OUR_CHARACTER + 128)
		return (uint32_t)(code - OUR_CHARACTER);
	return TERM_KEY_NONE; /* mouse, resize: handled elsewhere or not at all */
}

static uint32_t from_character(wint_t c)
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
		return (uint32_t)c;
	}
}

/* One character without interpreting it; 0 = nothing there. */
static wint_t raw_next(struct term *t)
{
	wint_t c;

	return wget_wch(t->input, &c) == OK ? c : 0;
}

/* The rest of "ESC [" or a string sequence nobody asked for (an answer to a query some
 * other program sent): swallowed, so that it cannot act as keys (SEC-19). */
static void swallow_control(struct term *t)
{
	wint_t c;

	for (int i = 0; i < SEQUENCE_MAX && (c = raw_next(t)); i++)
		if (c >= 0x40 && c <= 0x7E)
			return;
}

static void swallow_string(struct term *t)
{
	wint_t c, before = 0;

	for (int i = 0; i < SEQUENCE_MAX && (c = raw_next(t)); i++) {
		if (c == '\a' || (before == 033 && c == '\\'))
			return;
		before = c;
	}
}

/* After ESC: alone it is the key; with a digit an F-key; else part of a sequence. */
static uint32_t after_escape(struct term *t)
{
	wint_t c = raw_next(t);

	switch (c) {
	case 0:
		return TERM_KEY_ESC;
	case '[':
		swallow_control(t);
		return TERM_KEY_NONE;
	case ']':
	case 'P':
	case '_':
	case '^':
		swallow_string(t);
		return TERM_KEY_NONE;
	case 'O':
		raw_next(t);
		return TERM_KEY_NONE;
	default:
		break;
	}
	if (c >= '1' && c <= '9')
		return TERM_KEY_F1 + (c - '1');
	if (c == '0')
		return TERM_KEY_F1 + 9;
	t->pushed_back = from_character(c);
	return TERM_KEY_ESC;
}

static bool hung_up(void)
{
	struct pollfd p = { .fd = STDIN_FILENO, .events = POLLIN };
	char none;

	if (poll(&p, 1, 0) <= 0)
		return false;
	/* readable and still nothing for curses: end of file */
	return (p.revents & (POLLHUP | POLLERR | POLLNVAL)) || read(p.fd, &none, 0) < 0;
}

/* While a paste runs, everything up to its end mark (or the limit) goes. */
static bool in_paste(struct term *t, int rc, wint_t c)
{
	if (rc == KEY_CODE_YES && (int)c == OUR_PASTE_BEGIN) {
		t->pasting = true;
		t->paste_limit = mono_add_ms(clock_mono(), PASTE_LIMIT_MS);
		return true;
	}
	if (!t->pasting)
		return false;
	if (rc == KEY_CODE_YES && (int)c == OUR_PASTE_END)
		t->pasting = false;
	else if (mono_reached(clock_mono(), t->paste_limit))
		t->pasting = false;
	return true;
}

uint32_t term_key(struct term *t)
{
	wint_t c;

	if (t->pushed_back) {
		uint32_t key = t->pushed_back;
		t->pushed_back = 0;
		return key;
	}
	for (;;) {
		bool was_pasting = t->pasting;
		int rc = wget_wch(t->input, &c);
		if (rc == ERR)
			return hung_up() ? TERM_KEY_GONE : TERM_KEY_NONE;
		if (in_paste(t, rc, c)) {
			if (was_pasting && !t->pasting)
				return TERM_KEY_PASTE;
			continue;
		}
		uint32_t key = rc == KEY_CODE_YES ? from_code((int)c)
			       : c == 033         ? after_escape(t)
						  : from_character(c);
		if (key != TERM_KEY_NONE)
			return key;
	}
}

void term_flush_input(struct term *t)
{
	wint_t c;

	t->pushed_back = 0;
	while (wget_wch(t->input, &c) != ERR)
		;
}
