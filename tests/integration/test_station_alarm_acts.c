/*
 * test_station_alarm_acts.c - what people do to alarms on the whole station: the commands
 * of the command line, two consoles that act at once, and a server that is killed and
 * finds all of it again.
 */
#include "support/test.h"

#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alarm/engine.h"
#include "station_rig.h"
#include "wire/client.h"

enum { SOON_MS = 10000, ACTS = 120, ROWS_MAX = 20000, ALARMS_MAX = 400 };

static int open_demo(void **state)
{
	static const char *const pumps[] = { "P101", "P102", "P401" };

	station_open(state);
	for (size_t i = 0; i < 3; i++)
		station_fault(demo, "trip", pumps[i], NULL);
	DEMO_UNTIL(demo, "intake.p101.trip", SOON_MS, "alarms");
	DEMO_UNTIL(demo, "intake.p102.trip", SOON_MS, "alarms");
	DEMO_UNTIL(demo, "network.p401.trip", SOON_MS, "alarms");
	return 0;
}

/* One alarm of `alarms --all --json`; borrowed until the next call. */
static json_t *alarm_now(const char *name)
{
	static json_t *kept;
	char *text = strdup(STATION_SAY(demo, 0, "alarms", "--all", "--json"));
	char *rest = text, *line;

	json_decref(kept);
	kept = NULL;
	while (!kept && (line = strsep(&rest, "\n")) != NULL) {
		json_t *o = *line ? json_loads(line, 0, NULL) : NULL;
		const char *is = json_string_value(json_object_get(o, "alarm"));

		if (is && strcmp(is, name) == 0)
			kept = o;
		else
			json_decref(o);
	}
	free(text);
	if (!kept)
		fail_msg("%s is not in the list", name);
	return kept;
}

static const char *word(const char *alarm, const char *key)
{
	return json_string_value(json_object_get(alarm_now(alarm), key));
}

static bool is(const char *alarm, const char *key)
{
	return json_is_true(json_object_get(alarm_now(alarm), key));
}

/* --- the command line ----------------------------------------------------------- */

static void AM_05_shelving_says_who_why_and_how_long(void **state)
{
	static const char alarm[] = "intake.p101.trip";

	(void)state;
	STATION_SAY(demo, 2, "shelve", alarm, "--reason", "no time given");
	STATION_SAY(demo, 2, "shelve", alarm, "--for", "soon", "--reason", "x");
	STATION_SAY(demo, 2, "shelve", alarm, "--until", "30m", "--reason", "x");
	assert_has(STATION_SAY(demo, 1, "shelve", alarm, "--for", "30m"),
		   "this needs a reason");
	assert_has(STATION_SAY(demo, 1, "shelve", alarm, "--for", "9d", "--reason", "x"),
		   "may be shelved for");
	assert_has(STATION_SAY(demo, 0, "shelve", alarm, "--for", "30m", "--reason",
			       "fitter is on his way"),
		   "shelved until 2");
	assert_true(is(alarm, "shelved"));
	assert_string_equal(word(alarm, "hidden_reason"), "fitter is on his way");
	assert_false(strstr(STATION_SAY(demo, 0, "alarms"), "intake.p101.trip ") != NULL);
	assert_has(STATION_SAY(demo, 0, "alarms"), "hidden: 1 shelved");
	assert_has(STATION_SAY(demo, 0, "alarms", "--shelved"), "fitter is on his way");
	assert_int_equal(station_count(STATION_SAY(demo, 0, "alarms", "--suppressed"),
				       "fitter is on his way"),
			 0);
	DEMO_UNTIL(demo, "\"value\":1", SOON_MS, "get", "--json",
		   "system.alarms.shelved");
	assert_has(STATION_SAY(demo, 0, "unshelve", alarm, "--json"),
		   "\"event\":\"unshelved\",\"done\":true");
	assert_has(STATION_SAY(demo, 1, "unshelve", alarm, "--json"),
		   "\"done\":false,\"text\":\"it is not shelved: ");
	assert_has(STATION_SAY(demo, 0, "shelve", alarm, "--once", "--reason", "x"),
		   "shelved until it clears, at the latest until");
	STATION_SAY(demo, 0, "unshelve", alarm);
	assert_has(STATION_SAY(demo, 0, "alarms", "--area", "intake"), alarm);
	assert_int_equal(
		station_count(STATION_SAY(demo, 0, "alarms", "--area", "intak"), alarm),
		0);
}

static void T18_out_of_service_and_suppression_by_hand(void **state)
{
	static const char alarm[] = "intake.p102.trip";

	(void)state;
	assert_has(STATION_SAY(demo, 1, "out-of-service", alarm), "needs a reason");
	STATION_SAY(demo, 0, "out-of-service", alarm, "--reason", "motor is away");
	STATION_SAY(demo, 0, "suppress", alarm, "--reason", "no motor");
	assert_true(is(alarm, "out_of_service"));
	assert_true(is(alarm, "suppressed"));
	assert_string_equal(word(alarm, "hidden_reason"), "motor is away");
	assert_has(STATION_SAY(demo, 0, "alarms", "--out-of-service"), "motor is away");
	assert_has(STATION_SAY(demo, 0, "out-of-service", alarm, "--end"),
		   "in service again; it stays hidden");
	STATION_SAY(demo, 0, "suppress", alarm, "--end");
	assert_false(is(alarm, "suppressed"));
	assert_has(STATION_SAY(demo, 1, "suppress", alarm, "--end"),
		   "nobody has suppressed it by hand");
	assert_has(STATION_SAY(demo, 0, "audit", "list", "--count", "20"),
		   "out-of-service");
}

static void T10_comment_confirm_and_reset_answer_what_is_true(void **state)
{
	static const char alarm[] = "network.p401.trip";

	(void)state;
	assert_has(STATION_SAY(demo, 0, "comment", alarm, "spare part ordered"),
		   "comment recorded");
	assert_string_equal(word(alarm, "comment"), "spare part ordered");
	assert_has(STATION_SAY(demo, 1, "confirm", alarm), "nothing of it waits");
	assert_has(STATION_SAY(demo, 1, "confirm", alarm, "--json"),
		   "\"done\":false,\"text\":\"nothing of it waits");
	assert_has(STATION_SAY(demo, 1, "ack", "no.such.alarm", "--json"),
		   "\"done\":false,\"text\":\"no.such.alarm is neither");
	assert_has(STATION_SAY(demo, 1, "reset", alarm), "still stands");
	assert_has(STATION_SAY(demo, 0, "ack", alarm, "--older", "--comment", "seen",
			       "--json"),
		   "\"event\":\"acknowledged\",\"done\":true");
	assert_string_equal(word(alarm, "state"), "acknowledged");
	assert_has(STATION_SAY(demo, 1, "ack", alarm), "has acknowledged it already");
	assert_has(STATION_SAY(demo, 1, "shelve", "no.such.alarm", "--for", "1h",
			       "--reason", "x"),
		   "there is no alarm named no.such.alarm");
}

/* --- two consoles --------------------------------------------------------------- */

/* The list as one console has it, and the hash of it after each row it was told. */
struct eye {
	struct client *c;
	uint64_t epoch, version;
	struct wire_alarm_row rows[ALARMS_MAX];
	size_t n;
	uint64_t hash[ROWS_MAX]; /* after the i-th row since the list began */
	size_t n_hashes;
	size_t sent, answered, done, refused;
	bool synced;
	uint64_t sync_hash;
};

static uint64_t hash_of(const struct wire_alarm_row *r)
{
	return alarm_row_hash(r->name, r->occurrence, (enum alarm_state)r->state,
			      r->flags, r->n_older);
}

static void note_row(struct eye *e, const struct wire_alarm_row *row)
{
	size_t i = 0;
	uint64_t sum = 0;

	assert_true(row->epoch == e->epoch);
	assert_true(row->version == e->version + 1);
	e->version = row->version;
	while (i < e->n && strcmp(e->rows[i].name, row->name) != 0)
		i++;
	assert_true(i < ALARMS_MAX);
	e->rows[i] = *row;
	e->n += i == e->n;
	if (!wire_alarm_listed(row))
		e->rows[i] = e->rows[--e->n];
	for (i = 0; i < e->n; i++)
		sum += hash_of(&e->rows[i]);
	assert_true(e->n_hashes < ROWS_MAX);
	e->hash[e->n_hashes++] = sum;
}

static void note_reply(struct eye *e, const struct client_frame *f)
{
	struct wire_reply reply;

	assert_true(wire_get_reply(f->payload, f->len, &reply));
	e->answered++;
	e->done += reply.status == WIRE_OK;
	e->refused += reply.status == WIRE_REFUSED;
	if (reply.status == WIRE_FAILED)
		fail_msg("%s", reply.text);
}

static void note_frame(struct eye *e, const struct client_frame *f)
{
	struct wire_alarm_reset reset;
	struct wire_alarm_row row;
	struct wire_alarm_sync sync;

	switch (f->type) {
	case WIRE_ALARM_RESET:
		assert_true(wire_get_alarm_reset(f->payload, f->len, &reset));
		e->epoch = reset.epoch;
		e->version = 0;
		e->n = e->n_hashes = 0;
		break;
	case WIRE_ALARM_ROW:
		assert_true(wire_get_alarm_row(f->payload, f->len, &row));
		note_row(e, &row);
		break;
	case WIRE_ALARM_SYNC:
		assert_true(wire_get_alarm_sync(f->payload, f->len, &sync));
		assert_true(sync.version == e->version);
		e->synced = true;
		e->sync_hash = sync.hash;
		/* at every moment: the server's hash is that of what it told us */
		assert_true(e->n_hashes == 0 || sync.hash == e->hash[e->n_hashes - 1]);
		break;
	case WIRE_REPLY:
		note_reply(e, f);
		break;
	default:
		break;
	}
}

static void take(struct eye *e, int ms)
{
	struct strbuf why = STRBUF_INIT;
	struct client_frame f;
	enum sg_err rc;

	while ((rc = client_next(e->c, ms, &f, &why)) == SG_OK) {
		note_frame(e, &f);
		ms = 0;
	}
	if (rc != SG_ENOENT)
		fail_msg("the connection broke: %s", why.buf);
	strbuf_release(&why);
}

static void eye_open(struct eye *e)
{
	struct strbuf why = STRBUF_INIT;
	int64_t end = station_ms() + SOON_MS;

	*e = (struct eye){ .c = client_open(demo->socket, "test", &why) };
	if (!e->c)
		fail_msg("%s", why.buf);
	client_request(e->c, WIRE_ALARMS, 1, 0, "");
	assert_int_equal(client_flush(e->c, &why), SG_OK);
	while (!e->synced && station_ms() < end)
		take(e, 20);
	assert_true(e->synced);
	strbuf_release(&why);
}

/* Something to some alarm of the list as this console has it. */
static void act(struct eye *e, unsigned *seed)
{
	static const enum alarm_event deeds[] = { ALARM_E_ACK,
						  ALARM_E_COMMENT,
						  ALARM_E_SHELVE,
						  ALARM_E_UNSHELVE,
						  ALARM_E_SUPPRESS,
						  ALARM_E_UNSUPPRESS,
						  ALARM_E_OUT_OF_SERVICE,
						  ALARM_E_IN_SERVICE };
	static const char *const alarms[] = { "intake.p101.trip", "intake.p102.trip",
					      "network.p401.trip" };
	struct strbuf why = STRBUF_INIT;
	struct wire_alarm_act m = {
		.req = client_next_req(e->c),
		.epoch = e->epoch,
		.version = e->version,
		.event = (uint8_t)deeds[rand_r(seed) % 8],
		.shelf = ALARM_SHELF_TIMED,
		.duration_ms = 1000 + rand_r(seed) % 2000,
		.text = "two at once",
	};

	snprintf(m.alarm, sizeof(m.alarm), "%s", alarms[rand_r(seed) % 3]);
	for (size_t i = 0; i < e->n; i++)
		if (strcmp(e->rows[i].name, m.alarm) == 0)
			m.occurrence = e->rows[i].occurrence;
	wire_put_alarm_act(client_out(e->c), &m);
	assert_int_equal(client_flush(e->c, &why), SG_OK);
	strbuf_release(&why);
	e->sent++;
}

static void wait_for_answers(struct eye *a, struct eye *b)
{
	int64_t end = station_ms() + SOON_MS;

	while (a->answered < a->sent || b->answered < b->sent) {
		if (station_ms() > end)
			fail_msg("%zu of %zu and %zu of %zu answers came", a->answered,
				 a->sent, b->answered, b->sent);
		take(a, 5);
		take(b, 5);
	}
}

/* A snapshot that somebody asks for now is the list both have. */
static void all_three_agree(struct eye *a, struct eye *b)
{
	static struct eye third;
	int64_t end = station_ms() + SOON_MS;

	for (;;) {
		size_t from_a = a->n_hashes, from_b = b->n_hashes;

		eye_open(&third);
		client_close(third.c);
		take(a, 50);
		take(b, 50);
		if (from_a == a->n_hashes && from_b == b->n_hashes)
			break; /* nothing happened between */
		assert_true(station_ms() < end);
	}
	assert_true(third.sync_hash == a->hash[a->n_hashes - 1]);
	assert_true(third.sync_hash == b->hash[b->n_hashes - 1]);
}

static void AL_03_two_consoles_acting_at_once_agree_at_every_moment(void **state)
{
	static struct eye a, b;
	unsigned seed = (unsigned)station_ms();
	size_t from_a, from_b;

	(void)state;
	printf("# seed %u\n", seed);
	eye_open(&a);
	eye_open(&b);
	/* both have the same list; from here on each row goes to both */
	wait_for_answers(&a, &b);
	take(&a, 100);
	take(&b, 100);
	from_a = a.n_hashes;
	from_b = b.n_hashes;
	for (int i = 0; i < ACTS; i++) {
		act(&a, &seed);
		act(&b, &seed);
		if (rand_r(&seed) % 3 == 0) /* else it acts on what it saw before */
			take(&a, 0);
		if (rand_r(&seed) % 3 == 0)
			take(&b, 0);
		if (i % 3 == 2)
			wait_for_answers(&a, &b);
	}
	wait_for_answers(&a, &b);
	all_three_agree(&a, &b);
	printf("# %zu rows; done %zu and %zu, refused %zu and %zu\n", b.n_hashes - from_b,
	       a.done, b.done, a.refused, b.refused);
	assert_true(a.done > 10 && b.done > 10 && a.refused + b.refused > 10);
	assert_true(a.n_hashes - from_a > 2 * (a.done + b.done) - 1);
	/* the same lists in the same order, compared after each single row; backwards,
	 * for the one that opened first may have heard of more */
	for (size_t i = 1; i < b.n_hashes - from_b; i++)
		assert_true(a.hash[a.n_hashes - i] == b.hash[b.n_hashes - i]);
	client_close(a.c);
	client_close(b.c);
}

/* --- a server that is killed ---------------------------------------------------- */

/* The pump trips, is mended and trips again before anybody acknowledges. */
static void come_twice(void)
{
	station_fault(demo, "reset", "P101", NULL);
	DEMO_UNTIL(demo, "\"value\":false", SOON_MS, "get", "--json", "intake.p101.trip");
	station_fault(demo, "trip", "P101", NULL);
	DEMO_UNTIL(demo, "intake.p101.trip             unack", SOON_MS, "alarms",
		   "--all");
	station_fault(demo, "reset", "P101", NULL);
	DEMO_UNTIL(demo, "intake.p101.trip             returned", SOON_MS, "alarms",
		   "--all");
	station_fault(demo, "trip", "P101", NULL);
	DEMO_UNTIL(demo, "(1 older unacknowledged)", SOON_MS, "alarms", "--all");
}

static void AL_06_what_was_done_is_there_after_a_kill(void **state)
{
	static const char *const names[] = { "intake.p101.trip", "intake.p102.trip",
					     "network.p401.trip" };
	static const char *const keys[] = {
		"state",      "comment",       "hidden_by",    "hidden_reason",
		"occurrence", "shelved_until", "hidden_since", "acknowledged_by",
		"shelved",    "suppressed",    "first_out",    "out_of_service",
		"raised",     "acknowledged",  "older"
	};
	json_t *was[3];
	pid_t before;

	(void)state;
	for (size_t i = 0; i < 3; i++) { /* whatever the two consoles left */
		char out[1024];

		DEMO_RUN(demo, out, "unshelve", names[i]);
		DEMO_RUN(demo, out, "suppress", names[i], "--end");
		DEMO_RUN(demo, out, "out-of-service", names[i], "--end");
		DEMO_RUN(demo, out, "ack", names[i], "--older");
	}
	come_twice();
	STATION_SAY(demo, 0, "shelve", names[0], "--for", "2h", "--reason", "cleaning");
	STATION_SAY(demo, 0, "comment", names[0], "until Monday");
	STATION_SAY(demo, 0, "out-of-service", names[1], "--reason", "motor is away");
	STATION_SAY(demo, 0, "suppress", names[2], "--reason", "not needed");
	for (size_t i = 0; i < 3; i++)
		was[i] = json_incref(alarm_now(names[i]));
	before = demo_find_process(demo, "sightglassd");
	kill(before, SIGKILL);
	demo_wait_process(demo, "sightglassd", before);
	DEMO_UNTIL(demo, "until Monday", SOON_MS, "alarms", "--all");
	for (size_t i = 0; i < 3; i++) {
		json_t *now = alarm_now(names[i]);

		for (size_t k = 0; k < sizeof(keys) / sizeof(keys[0]); k++)
			assert_true(json_equal(json_object_get(now, keys[k]),
					       json_object_get(was[i], keys[k])));
		assert_int_equal(json_array_size(json_object_get(now, "older")), i == 0);
		json_decref(was[i]);
	}
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(AM_05_shelving_says_who_why_and_how_long),
	cmocka_unit_test(T18_out_of_service_and_suppression_by_hand),
	cmocka_unit_test(T10_comment_confirm_and_reset_answer_what_is_true),
	cmocka_unit_test(AL_03_two_consoles_acting_at_once_agree_at_every_moment),
	cmocka_unit_test(AL_06_what_was_done_is_there_after_a_kill),
};

int main(void)
{
	/* records and temporary folders of this test must not mix with a person's */
	setenv("XDG_RUNTIME_DIR", test_tmpdir(), 1);
	setenv("TMPDIR", getenv("XDG_RUNTIME_DIR"), 1);
	return cmocka_run_group_tests(tests, open_demo, station_close);
}
