/*
 * test_exit_matrix.c - every signal in every place: whatever ends the console, wherever
 * it is, the terminal comes back as it was found, at once, and what must not end it does
 * not.
 *
 * A column of the matrix (a signal) is one test: a console for each place is started, all
 * at the same time, each with a server of its own; then one after another is hit.
 */
#include "support/test.h"

#include "screen/console_rig.h"
#include "screen/given_back.h"
#include "support/stall.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "util/xalloc.h"

enum { STEPS = 3, TALL = 27 };

static const struct place {
	const char *name;
	struct {
		const char *keys, *shows; /* NULL: no more */
	} way[STEPS];
} places[] = {
	{ "the picture", { { "", "50.0" } } },
	{ "a faceplate", { { "F\t", "Esc closes" } } },
	{ "an entry", { { "\033[H\r", "Write p.a" }, { "5", "5 " } } },
	{ "the write dialog",
	  { { "\033[H\r", "Write p.a" }, { "55.5\r", "Enter or Y sends it" } } },
	{ "the act dialog",
	  { { "3", "Alarms 1" }, { "\033[B", "raised" }, { "cwhy", "why" } } },
	{ "the go-to list", { { "g", " Go to" }, { "two", "1 found" } } },
	{ "help", { { "1", "MARKS" } } },
	{ "the trend page", { { "\033[H", "p.a  50.0" }, { "t", " Trend" } } },
	{ "the mouse", { { "\033[<0;24;", "50.0" } } },
	{ "a paste", { { "\033[200~half a paste", "50.0" } } },
	{ "half a sequence", { { "\033[1;", "50.0" } } },
	{ "the alarm list", { { "3", "Alarms 1" } } },
	{ "the journal", { { "j", "searches" } } },
	{ "the question to leave", { { "\021", "Leave the console?" } } },
};

enum { PLACES = sizeof(places) / sizeof(places[0]) };

static bool with_mouse(const struct place *p)
{
	return strcmp(p->name, "the mouse") == 0;
}

struct column {
	struct fake *f[PLACES];
	struct tty *t[PLACES];
	struct termios found;
};

static struct tty *start(struct fake *f, const struct place *p)
{
	static const char *const mouse[] = { "--mouse", NULL };
	const struct fake_terminal at = { .args = with_mouse(p) ? mouse : NULL };

	return fake_console_on(f, &at);
}

static void go_to(struct column *c, size_t i)
{
	const struct place *p = &places[i];
	struct tty *t = c->t[i];
	const char *bytes;
	size_t n;

	tty_expect(t, "50.0");
	tty_expect(t, "server ok");
	tty_expect(t, "message of x.high");
	assert_false(modes_are_back(t, &c->found));
	assert_false(all_modes_off(t, NULL));
	for (size_t k = 0; k < STEPS && p->way[k].keys; k++) {
		tty_type(t, p->way[k].keys);
		tty_expect_read(t);
		tty_expect(t, p->way[k].shows);
	}
	bytes = tty_bytes(t, &n);
	assert_int_equal(memmem(bytes, n, "\033[?1000h", 8) != NULL, with_mouse(p));
}

static int setup(void **state)
{
	struct column *c = xcalloc(1, sizeof(*c));

	*state = c;
	c->found = tty_fresh_modes();
	for (size_t i = 0; i < PLACES; i++) {
		c->f[i] = fake_start();
		fake_alarm(c->f[i], "x.high", 2, 1, 0);
		c->t[i] = start(c->f[i], &places[i]);
	}
	return 0;
}

static int teardown(void **state)
{
	struct column *c = *state;

	for (size_t i = 0; i < PLACES; i++) {
		if (c->t[i])
			tty_free(c->t[i]);
		if (c->f[i])
			fake_stop(c->f[i]);
	}
	free(c);
	return 0;
}

static void say_where(struct tty *t, int sig, const struct place *p, const char *what)
{
	tty_dump(t);
	fail_msg("%s: %s after %s", p->name, what, strsignal(sig));
}

/* Ends the one in that place: all of it is within the limit, stalls apart. */
static void end_one(struct column *c, size_t i, int sig)
{
	struct stall_span begun = stall_begin();
	struct tty *t = c->t[i];
	int status;

	kill(tty_pid(t), sig);
	status = tty_wait_exit(t, 5 * GONE_MS);
	if (status == -1)
		say_where(t, sig, &places[i], "it lives on");
	if (sig != SIGTERM && sig != SIGHUP)
		assert_true(WIFSIGNALED(status) && WTERMSIG(status) == sig);
	else
		assert_true(WIFEXITED(status) || WTERMSIG(status) == sig);
	if (!tty_wait(t, modes_are_back, &c->found, GONE_MS))
		say_where(t, sig, &places[i], "its modes are left");
	if (!tty_wait(t, all_modes_off, NULL, GONE_MS))
		say_where(t, sig, &places[i], "a mode is left on");
	if (!tty_wait(t, session_is_empty, NULL, GONE_MS))
		say_where(t, sig, &places[i], "a process is left");
	assert_in_range(stall_own_ms(&begun), 0, GONE_MS);
}

static void ends_everywhere(void **state, int sig)
{
	struct column *c = *state;

	for (size_t i = 0; i < PLACES; i++)
		go_to(c, i);
	for (size_t i = 0; i < PLACES; i++)
		end_one(c, i, sig);
}

/* --- what must not end it ---------------------------------------------------------- */

static bool is_tall(struct tty *t, void *arg)
{
	(void)arg;
	return tty_row(t, TALL - 1)[0] != '\0';
}

/* It stands where it stood, and paints for a new size: it is alive. */
static void expect_unmoved(struct column *c, size_t i, int sig)
{
	const struct place *p = &places[i];
	size_t last = 0;

	assert_int_equal(tty_wait_exit(c->t[i], 0), -1);
	tty_resize(c->t[i], 80, TALL);
	if (!tty_wait(c->t[i], is_tall, NULL, 10 * GONE_MS))
		say_where(c->t[i], sig, p, "it paints no more");
	while (last + 1 < STEPS && p->way[last + 1].keys)
		last++;
	tty_expect(c->t[i], p->way[last].shows);
}

static void changes_nothing_anywhere(void **state, int sig)
{
	struct column *c = *state;

	for (size_t i = 0; i < PLACES; i++)
		go_to(c, i);
	for (size_t i = 0; i < PLACES; i++) {
		kill(tty_pid(c->t[i]), sig);
		expect_unmoved(c, i, sig);
		end_one(c, i, SIGTERM);
	}
}

static void PR_11_INT_changes_nothing_anywhere(void **state)
{
	changes_nothing_anywhere(state, SIGINT);
}

static void PR_11_QUIT_changes_nothing_anywhere(void **state)
{
	changes_nothing_anywhere(state, SIGQUIT);
}

/* The terminal is set and painted anew, the values are asked for anew. */
static void PR_12_STOP_and_CONT_come_back_everywhere(void **state)
{
	struct column *c = *state;
	unsigned asked;

	for (size_t i = 0; i < PLACES; i++)
		go_to(c, i);
	for (size_t i = 0; i < PLACES; i++) {
		asked = fake_count(c->f[i], WIRE_SUBSCRIBE);
		kill(tty_pid(c->t[i]), SIGSTOP);
		tty_resize(c->t[i], 80, TALL);
		kill(tty_pid(c->t[i]), SIGCONT);
		fake_expect(c->f[i], c->t[i], WIRE_SUBSCRIBE, asked + 1);
		if (!tty_wait(c->t[i], is_tall, NULL, 10 * GONE_MS))
			say_where(c->t[i], SIGCONT, &places[i], "it paints no more");
		tty_expect(c->t[i], "message of x.high");
		assert_false(modes_are_back(c->t[i], &c->found));
		assert_false(all_modes_off(c->t[i], NULL));
		end_one(c, i, SIGTERM);
	}
}

/* --- what ends it ------------------------------------------------------------------ */

#define ENDS(sig)                                                                        \
	static void PR_11_##sig##_gives_the_terminal_back_everywhere(void **state)       \
	{                                                                                \
		ends_everywhere(state, SIG##sig);                                        \
	}

ENDS(HUP)
ENDS(TERM)
ENDS(KILL)
ENDS(SEGV)
ENDS(BUS)
ENDS(ILL)
ENDS(FPE)
ENDS(ABRT)

#define COLUMN(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
#define ENDED(sig) COLUMN(PR_11_##sig##_gives_the_terminal_back_everywhere)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ENDED(HUP),
		ENDED(TERM),
		COLUMN(PR_11_INT_changes_nothing_anywhere),
		COLUMN(PR_11_QUIT_changes_nothing_anywhere),
		ENDED(KILL),
		ENDED(SEGV),
		ENDED(BUS),
		ENDED(ILL),
		ENDED(FPE),
		ENDED(ABRT),
		COLUMN(PR_12_STOP_and_CONT_come_back_everywhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
