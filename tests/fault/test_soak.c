/*
 * test_soak.c - a server that runs for years: whoever comes, asks and goes leaves neither
 * memory nor a descriptor behind.
 */
#include "support/test.h"

#include <stdio.h>
#include <string.h>

#include "attack_rig.h"

/* A round is ROUND sessions. The first rounds fill what has its bound (the store keeps
 * 2,000 KiB of its file in memory) and find out how much waits at once on this machine;
 * then LEVEL rounds have to pass without growth. A leak of 32 bytes a session is seen. */
enum { ROUND = 2000, LEVEL = 4, ROUNDS_MAX = 24, GROWTH_KB = 128 };
enum { WATCHERS = 10, LIMIT_MS = 5000 };

static void subscribe(struct client *c)
{
	const char *const names[] = { "intake.flow", "system.sessions",
				      "intake.p101.speed_sp" };
	struct strbuf why = STRBUF_INIT;

	wire_put_subscribe(client_out(c), 1, names, 3);
	assert_int_equal(client_flush(c, &why), SG_OK);
	strbuf_release(&why);
}

static void select_what_is_refused(struct client *c)
{
	struct wire_select m = { .req = client_next_req(c) };

	snprintf(m.tag, sizeof(m.tag), "intake.p101.speed_sp");
	m.value = value_double(40.0);
	wire_put_select(client_out(c), &m);
}

/* The answer to the last question comes behind all others. */
static void visit(unsigned i)
{
	static const struct {
		enum wire_type type;
		const char *text;
	} questions[] = {
		{ WIRE_IN_DOUBT, "" },         { WIRE_TAGS, "intake.p101." },
		{ WIRE_GET, "intake.flow" },   { WIRE_EXPLAIN, "intake.flow" },
		{ WIRE_WHERE, "intake.flow" }, { WIRE_GET, "there.is.none" },
	};
	struct client *c = attack_client(rig);

	subscribe(c);
	if (i % 4 == 0)
		select_what_is_refused(c);
	for (size_t q = 0; q < sizeof(questions) / sizeof(questions[0]); q++)
		client_request(c, questions[q].type, 0, 0, questions[q].text);
	attack_served(c, LIMIT_MS);
	client_close(c);
}

static void crowd(unsigned n, struct client *const watchers[])
{
	for (unsigned i = 0; i < n; i++) {
		visit(i);
		if (i % 50 == 0)
			for (size_t w = 0; w < WATCHERS; w++)
				attack_served(watchers[w], LIMIT_MS);
	}
}

/* Until LEVEL rounds in a row have left memory where it was. */
static bool levels(struct client *const watchers[])
{
	long rss[ROUNDS_MAX];

	for (size_t i = 0; i < ROUNDS_MAX; i++) {
		crowd(ROUND, watchers);
		rss[i] = attack_rss_kb(rig);
		print_message("# %zu sessions: %ld kB\n", (i + 1) * ROUND, rss[i]);
		if (i >= LEVEL && rss[i] <= rss[i - LEVEL] + GROWTH_KB)
			return true;
	}
	return false;
}

static void
PR_20_sessions_that_come_and_go_leave_no_memory_and_no_descriptor(void **state)
{
	struct client *watchers[WATCHERS];
	size_t files;

	(void)state;
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
	skip(); /* what is freed is kept aside there */
#endif
	for (size_t w = 0; w < WATCHERS; w++)
		subscribe(watchers[w] = attack_client(rig));
	assert_true(levels(watchers));
	files = attack_descriptors(rig); /* by now all that is opened when needed is */
	crowd(ROUND, watchers);
	attack_until_descriptors(rig, files);
	for (size_t w = 0; w < WATCHERS; w++)
		client_close(watchers[w]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			PR_20_sessions_that_come_and_go_leave_no_memory_and_no_descriptor),
	};

	return cmocka_run_group_tests(tests, attack_open, attack_close);
}
