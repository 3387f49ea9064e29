/* keys.c - keys from the terminal: what it sends into input.c, and its own names for
 * keys from terminfo. */
#include "console/term/term_int.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "console/term/env.h"

/* A paste of a megabyte, or a line that babbles, must not keep us from painting. */
enum { READS_A_TURN = 4 };

/* Names of terminfo. */
static const struct {
	const char *name;
	uint32_t key;
} capabilities[] = {
	{ "kcuu1", TERM_KEY_UP },     { "kcud1", TERM_KEY_DOWN },
	{ "kcub1", TERM_KEY_LEFT },   { "kcuf1", TERM_KEY_RIGHT },
	{ "khome", TERM_KEY_HOME },   { "kend", TERM_KEY_END },
	{ "kpp", TERM_KEY_PAGE_UP },  { "knp", TERM_KEY_PAGE_DOWN },
	{ "kent", TERM_KEY_ENTER },   { "kcbt", TERM_KEY_BACK_TAB },
	{ "kdch1", TERM_KEY_DELETE }, { "kf1", TERM_KEY_F1 },
	{ "kf2", TERM_KEY_F1 + 1 },   { "kf3", TERM_KEY_F1 + 2 },
	{ "kf4", TERM_KEY_F1 + 3 },   { "kf5", TERM_KEY_F1 + 4 },
	{ "kf6", TERM_KEY_F1 + 5 },   { "kf7", TERM_KEY_F1 + 6 },
	{ "kf8", TERM_KEY_F1 + 7 },   { "kf9", TERM_KEY_F1 + 8 },
	{ "kf10", TERM_KEY_F1 + 9 },  { "kf11", TERM_KEY_F1 + 10 },
	{ "kf12", TERM_KEY_F1 + 11 },
};

static const char *capability(const char *name)
{
	const char *s = tigetstr(name);

	return s == (const char *)-1 ? NULL : s;
}

void keys_define(struct term *t, int64_t escape_ms)
{
	const char *f1 = capability("kf1");

	input_init(&t->input, term_env_is_utf8(), escape_ms);
	for (size_t i = 0; i < sizeof(capabilities) / sizeof(capabilities[0]); i++)
		input_define(&t->input, capability(capabilities[i].name),
			     capabilities[i].key);
	/* where F1 is something else, ESC O P is the keypad's (PuTTY, the Linux console)
	 */
	t->input.keypad_pf = f1 && strcmp(f1, "\033OP") != 0;
}

static bool readable(short *revents)
{
	struct pollfd p = { .fd = STDIN_FILENO, .events = POLLIN };

	*revents = 0;
	if (poll(&p, 1, 0) <= 0)
		return false;
	*revents = p.revents;
	return (p.revents & POLLIN) != 0;
}

/* Takes what is there; false: the terminal is gone. */
static bool take_bytes(struct term *t)
{
	char buf[INPUT_BYTES];
	short revents;
	ssize_t n;

	if (!readable(&revents))
		return !(revents & (POLLHUP | POLLERR | POLLNVAL));
	if (input_room(&t->input) == 0)
		return true;
	n = read(STDIN_FILENO, buf, input_room(&t->input));
	if (n > 0)
		input_feed(&t->input, buf, (size_t)n, clock_mono());
	return n > 0 || (n < 0 && (errno == EINTR || errno == EAGAIN));
}

uint32_t term_key(struct term *t)
{
	for (int i = 0; i < READS_A_TURN; i++) {
		uint32_t key = input_key(&t->input, clock_mono());
		size_t had = t->input.n;
		enum input_skip skipping = t->input.skip;

		if (key != TERM_KEY_NONE)
			return key;
		if (!take_bytes(t))
			return TERM_KEY_GONE;
		if (t->input.n == had && t->input.skip == skipping)
			return TERM_KEY_NONE;
	}
	return input_key(&t->input, clock_mono());
}

struct mono term_key_deadline(const struct term *t)
{
	return input_deadline(&t->input);
}

void term_mouse(const struct term *t, int *col, int *row)
{
	*col = t->input.mouse.col;
	*row = t->input.mouse.row;
}

void term_flush_input(struct term *t)
{
	for (int i = 0; i < READS_A_TURN; i++) {
		short revents;

		input_flush(&t->input);
		if (!readable(&revents) || !take_bytes(t))
			return;
	}
}
