/*
 * test_station_days.c - thirty days of a station in some seconds: every beat of its
 * drivers, and each day people, writes, alarms, reloads, lost drivers and a store that
 * fails. Memory is where it was after the first days.
 */
#include "unit/station/rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/live_allocs.h"

enum { SETTLED = 4, HOURS = 24, BEAT_MS = 1500, HOUR_MS = 3600000 };
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { DAYS = 3 }; /* what is never freed is seen at the end */
#else
enum { DAYS = 30 };
#endif
enum { GROWTH_BYTES = 4096 };

/* The rig's own memory of what was stored and said. */
static void forget_all(struct rig *r)
{
	for (size_t i = 0; i < r->n_stored; i++)
		txn_free(r->stored[i]);
	free(r->stored);
	free(r->writes);
	r->stored = NULL;
	r->writes = NULL;
	r->n_stored = r->n_writes = 0;
	for (uint64_t i = 0; i <= r->last_session; i++) {
		strbuf_release(&r->frames[i]);
		r->closed[i] = false;
	}
	strbuf_release(&r->log);
	r->last_session = 0;
}

static void quietly(struct rig *r, int64_t ms)
{
	for (int64_t at = 0; at < ms; at += BEAT_MS) {
		rig_beats(r);
		rig_wait(r, BEAT_MS);
	}
}

/* An alarm that comes, is seen and goes. */
static void an_alarm(struct rig *r, uint64_t who, int64_t ms)
{
	struct wire_alarm_row row;

	rig_forget(r, who);
	rig_request(r, who, WIRE_ALARMS, 1, 1, "");
	rig_number(r, "a.level", 5.9);
	quietly(r, ms / 2);
	assert_true(rig_alarm_row(r, who, "a.level.high", &row));
	rig_ack(r, who, 2, row.name, row.occurrence, row.epoch, row.version);
	assert_string_equal(rig_reply(r, who, 2, NULL), "acknowledged");
	rig_number(r, "a.level", 2);
	quietly(r, ms / 2);
}

static void a_write(struct rig *r, uint64_t who, double v)
{
	uint64_t token;

	rig_plant(r); /* what is as old as this passes no permissive */
	token = rig_token(r, who, "a.sp", value_double(v));
	assert_true(token != 0);
	rig_request(r, who, WIRE_CONFIRM, 3, token, "");
	rig_wait(r, 100);
}

static void a_substitution(struct rig *r, uint64_t who, bool end)
{
	struct wire_substitute m = { .req = 4, .end = end, .value = value_double(3) };
	struct strbuf w = STRBUF_INIT;
	enum wire_status status = WIRE_FAILED;

	snprintf(m.tag, sizeof(m.tag), "a.level");
	snprintf(m.reason, sizeof(m.reason), "sensor is being cleaned");
	rig_forget(r, who);
	wire_put_substitute(&w, &m);
	rig_frame(r, who, &w);
	rig_reply(r, who, 4, &status);
	assert_int_equal(status, WIRE_OK);
	strbuf_release(&w);
}

static void a_failing_store(struct rig *r)
{
	r->fail_commits = true;
	rig_number(r, "a.level", 5.9);
	quietly(r, 60000);
	rig_number(r, "a.level", 2);
	quietly(r, 60000);
	r->fail_commits = false;
	quietly(r, 60000);
}

static void a_lost_driver(struct rig *r)
{
	rig_driver_exits(r, 0, "ended by signal 9");
	quietly(r, 60000);
	rig_plant(r);
}

static void an_hour(struct rig *r, int hour)
{
	static const char *const names[] = { "a.level", "e.sum", "e.twice", "a.sp" };
	uint64_t ivan = rig_open(r, RIG_IVAN), vera = rig_open(r, RIG_VERA);
	struct strbuf w = STRBUF_INIT;

	wire_put_subscribe(&w, 1, names, 4);
	rig_frame(r, vera, &w);
	strbuf_release(&w);
	an_alarm(r, ivan, HOUR_MS / 4);
	a_write(r, ivan, 40 + hour);
	a_substitution(r, ivan, false);
	quietly(r, HOUR_MS / 4);
	a_substitution(r, ivan, true);
	if (hour == 6)
		rig_reload(r, RIG_RANGE, false, 0, 0);
	if (hour == 7)
		rig_reload(r, RIG_SAME, false, 0, 0);
	if (hour == 8)
		a_lost_driver(r);
	if (hour == 9)
		a_failing_store(r);
	quietly(r, HOUR_MS / 2);
	rig_close(r, ivan);
	rig_close(r, vera);
	rig_wait(r, 100);
}

static void PR_20_thirty_days_leave_memory_as_it_was(void **state)
{
	struct rig *r = calloc(1, sizeof(*r));
	size_t was = 0, is;

	(void)state;
	rig_init(r);
	rig_plant(r);
	for (int day = 0; day < DAYS; day++) {
		for (int hour = 0; hour < HOURS; hour++) {
			an_hour(r, hour);
			forget_all(r);
		}
		is = live_bytes;
		if (day < SETTLED) {
			was = is;
			continue;
		}
		if (is > was + GROWTH_BYTES)
			fail_msg("%zu bytes on day %d, %zu on day %d", was, SETTLED, is,
				 day + 1);
	}
	print_message("%zu bytes on day %d, %zu on day %d\n", was, SETTLED, is, DAYS);
	rig_release(r);
	free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(PR_20_thirty_days_leave_memory_as_it_was),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
