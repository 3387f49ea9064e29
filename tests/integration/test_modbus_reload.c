/* test_modbus_reload.c - sightglass-modbus gets configuration after configuration: who is
 * the same keeps its connection, its place in time and its commands. */
#include "support/test.h"

#include <dirent.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "integration/modbus_rig.h"
#include "util/clock.h"

/* Device id with its unit, at a time. */
static void device(struct rig *r, uint32_t id, const char *endpoint, const char *scan_ms)
{
	char name[20];

	snprintf(name, sizeof(name), "plc%u", id);
	harness_device(r->h, id, name, "endpoint", endpoint, "unit", "1", "scan_ms",
		       scan_ms, "timeout_ms", "5000", NULL);
}

static void begin(struct rig *r)
{
	r->slave = slave_start(r->endpoint);
	r->h = harness_start("sightglass-modbus");
	harness_begin(r->h);
}

/* Until the slave has nobody on the line any more. */
static void wait_open(struct peer *slave, long n)
{
	struct mono end = mono_add_ms(clock_mono(), HARNESS_WAIT_MS);

	while (slave_stat(slave, "open ") != n) {
		assert_false(mono_reached(clock_mono(), end));
		poll(NULL, 0, 5);
	}
}

/* Until the driver waits for a reply that will not come soon. */
static void hold_one_reply(struct rig *r, const char *mode)
{
	long before = slave_stat(&r->slave, "odd ");

	slave_tell(&r->slave, mode);
	while (slave_stat(&r->slave, "odd ") == before)
		harness_pump(r->h, 5);
}

static void CF_08_an_unchanged_device_keeps_its_connection(void **state)
{
	struct rig r;
	struct peer other;
	char elsewhere[64];

	(void)state;
	begin(&r);
	other = slave_start(elsewhere);
	device(&r, 0, r.endpoint, "50");
	rig_tags(&r, 0, 0, 20, 0);
	harness_commit(r.h);
	rig_wait_tags(&r, 0, 20, 0);
	harness_wait_state(r.h, 0, DEVICE_CONNECTED);
	for (int i = 0; i < 50; i++) {
		harness_begin(r.h);
		device(&r, 0, r.endpoint, "50");
		rig_tags(&r, 0, 0, 20, 0);
		if (i % 2) { /* another one comes and goes */
			device(&r, 1, elsewhere, "50");
			rig_tags(&r, 1, 20, 30, 0);
		}
		harness_commit(r.h);
		if (i % 10 == 1)
			rig_wait_tags(&r, 20, 30, 0);
	}
	harness_wait_news(r.h, 0);
	assert_int_equal(slave_stat(&r.slave, "connections "), 1);
	wait_open(&other, 1);
	harness_begin(r.h);
	device(&r, 0, r.endpoint, "50");
	rig_tags(&r, 0, 0, 20, 0);
	harness_commit(r.h);
	wait_open(&other, 0);
	assert_int_equal(r.h->device[0].state, DEVICE_CONNECTED);
	peer_stop(&other);
	rig_close(&r);
}

/* Nothing is posted twice because somebody else's tag changed. */
static void CF_08_unchanged_tags_are_not_told_again(void **state)
{
	struct rig r;
	uint64_t before;

	(void)state;
	begin(&r);
	device(&r, 0, r.endpoint, "5000");
	rig_tags(&r, 0, 0, 20, 0);
	harness_commit(r.h);
	rig_wait_tags(&r, 0, 20, 0);
	before = r.h->tag[0].count;
	harness_begin(r.h);
	device(&r, 0, r.endpoint, "5000");
	rig_tags(&r, 0, 0, 19, 0);
	rig_tags(&r, 0, 19, 20, 50);
	rig_tags(&r, 0, 20, 21, 0);
	harness_commit(r.h);
	harness_watch(r.h, 300); /* the next scan is seconds away */
	assert_int_equal(r.h->tag[0].count, before);
	rig_wait_tags(&r, 19, 20, 50);
	rig_wait_tags(&r, 20, 21, 0);
	assert_int_equal(slave_stat(&r.slave, "connections "), 1);
	rig_close(&r);
}

static void CF_08_a_plan_changes_on_the_connection_that_stands(void **state)
{
	struct rig r;
	uint64_t gone;

	(void)state;
	begin(&r);
	device(&r, 0, r.endpoint, "50");
	rig_tags(&r, 0, 0, 20, 0);
	harness_commit(r.h);
	rig_wait_tags(&r, 0, 20, 0);
	harness_begin(r.h); /* five go, five are elsewhere, ten come */
	device(&r, 0, r.endpoint, "50");
	rig_tags(&r, 0, 5, 10, 3000);
	rig_tags(&r, 0, 10, 30, 0);
	harness_commit(r.h);
	gone = r.h->tag[0].count;
	rig_wait_tags(&r, 5, 10, 3000);
	rig_wait_tags(&r, 10, 30, 0);
	harness_begin(r.h); /* and another rate */
	device(&r, 0, r.endpoint, "40");
	rig_tags(&r, 0, 5, 10, 3000);
	rig_tags(&r, 0, 10, 30, 0);
	harness_commit(r.h);
	rig_wait_tags(&r, 10, 30, 0);
	harness_wait_news(r.h, 5);
	assert_int_equal(r.h->tag[0].count, gone);
	assert_int_equal(slave_stat(&r.slave, "connections "), 1);
	assert_outcome(harness_write(r.h, 12, value_int(4711)), WRITE_ACCEPTED, "");
	harness_wait_number(r.h, 12, 4711, 0);
	rig_close(&r);
}

static void a_device_that_moves_leaves_its_old_place(void **state)
{
	struct rig r;
	struct peer other;
	char elsewhere[64];

	(void)state;
	begin(&r);
	other = slave_start(elsewhere);
	device(&r, 0, r.endpoint, "50");
	rig_tags(&r, 0, 0, 5, 0);
	harness_commit(r.h);
	rig_wait_tags(&r, 0, 5, 0);
	slave_tell(&other, "set holding 100 7");
	harness_begin(r.h);
	device(&r, 0, elsewhere, "50");
	rig_tags(&r, 0, 0, 5, 0);
	harness_commit(r.h);
	harness_wait_number(r.h, 0, 7, 0);
	wait_open(&r.slave, 0);
	harness_begin(r.h); /* and nothing is left at all */
	harness_commit(r.h);
	wait_open(&other, 0);
	peer_stop(&other);
	rig_close(&r);
}

/* A command waits behind a slow reply while its tag becomes another register. */
static void CF_09_a_waiting_command_to_a_changed_tag_is_not_sent(void **state)
{
	struct rig r;
	uint64_t changed, same;

	(void)state;
	begin(&r);
	device(&r, 0, r.endpoint, "50");
	device(&r, 1, r.endpoint, "50"); /* the same connection */
	rig_tags(&r, 0, 0, 5, 0);
	rig_tags(&r, 1, 5, 10, 0);
	harness_commit(r.h);
	rig_wait_tags(&r, 0, 10, 0);
	harness_wait_state(r.h, 1, DEVICE_CONNECTED);
	hold_one_reply(&r, "mode late 1500 3 1");
	changed = harness_send_write(r.h, 0, value_int(1), 5000);
	same = harness_send_write(r.h, 5, value_int(2), 5000);
	harness_begin(r.h);
	device(&r, 0, r.endpoint, "50");
	device(&r, 1, r.endpoint, "50");
	rig_tags(&r, 0, 0, 1, 40);
	rig_tags(&r, 0, 1, 5, 0);
	rig_tags(&r, 1, 5, 10, 0);
	harness_commit(r.h);
	assert_outcome(harness_wait_outcome(r.h, changed), WRITE_NOT_SENT,
		       "the configuration changed before the command could be sent");
	assert_outcome(harness_wait_outcome(r.h, same), WRITE_ACCEPTED, "");
	assert_int_equal(slave_stat(&r.slave, "writes "), 1);
	assert_int_equal(slave_stat(&r.slave, "connections "), 1);
	rig_wait_tags(&r, 0, 1, 40);
	rig_close(&r);
}

static void CF_09_a_waiting_command_to_a_removed_tag_is_not_sent(void **state)
{
	struct rig r;
	uint64_t gone;

	(void)state;
	begin(&r);
	device(&r, 0, r.endpoint, "50");
	rig_tags(&r, 0, 0, 5, 0);
	harness_commit(r.h);
	rig_wait_tags(&r, 0, 5, 0);
	hold_one_reply(&r, "mode late 1500 3 1");
	gone = harness_send_write(r.h, 0, value_int(1), 5000);
	harness_begin(r.h);
	device(&r, 0, r.endpoint, "50");
	rig_tags(&r, 0, 1, 5, 0);
	harness_commit(r.h);
	assert_outcome(harness_wait_outcome(r.h, gone), WRITE_NOT_SENT,
		       "a reload took the tag out");
	assert_int_equal(slave_stat(&r.slave, "writes "), 0);
	rig_close(&r);
}

/* Many come while one reply is awaited: the newest is what runs in the end. */
static void PR_19_updates_overtake_each_other_behind_a_slow_reply(void **state)
{
	struct rig r;

	(void)state;
	begin(&r);
	device(&r, 0, r.endpoint, "50");
	device(&r, 1, r.endpoint, "50");
	rig_tags(&r, 0, 0, 5, 0);
	rig_tags(&r, 1, 5, 10, 0);
	harness_commit(r.h);
	rig_wait_tags(&r, 0, 10, 0);
	hold_one_reply(&r, "mode late 700 3 3");
	for (uint32_t i = 1; i <= 30; i++) { /* in turn, and both in the last */
		harness_begin(r.h);
		device(&r, 0, r.endpoint, "50");
		device(&r, 1, r.endpoint, "50");
		rig_tags(&r, 0, 0, 5, 10 * (i / 2));
		rig_tags(&r, 1, 5, 10, 10 * ((i + 1) / 2));
		harness_commit(r.h);
	}
	rig_wait_tags(&r, 0, 10, 150);
	assert_int_equal(slave_stat(&r.slave, "connections "), 1);
	rig_close(&r);
}

/* What the device refuses need not be found out again. */
static void refusals_are_remembered_over_an_update(void **state)
{
	struct rig r;

	(void)state;
	begin(&r);
	slave_tell(&r.slave, "mode hole 102 3");
	device(&r, 0, r.endpoint, "50");
	rig_tags(&r, 0, 0, 5, 0);
	harness_commit(r.h);
	rig_wait_tags(&r, 3, 5, 0);
	harness_wait_quality(r.h, 2, QUALITY_BAD, REASON_DEVICE);
	harness_begin(r.h);
	device(&r, 0, r.endpoint, "50");
	rig_tags(&r, 0, 0, 6, 0);
	harness_commit(r.h);
	rig_wait_tags(&r, 5, 6, 0);
	assert_true(rig_is_bad(r.h, 2));
	rig_wait_tags(&r, 3, 5, 0);
	assert_int_equal(slave_stat(&r.slave, "connections "), 1);
	rig_close(&r);
}

/* --- a serial line ---------------------------------------------------------------- */

/* How often the driver has the file open. */
static int times_open(pid_t pid, const char *path)
{
	char dir[64], link[400], to[400];
	struct dirent *e;
	int n = 0;

	snprintf(dir, sizeof(dir), "/proc/%d/fd", (int)pid);
	DIR *d = opendir(dir);
	assert_non_null(d);
	while ((e = readdir(d)) != NULL) {
		snprintf(link, sizeof(link), "%s/%s", dir, e->d_name);
		ssize_t len = readlink(link, to, sizeof(to) - 1);
		to[len > 0 ? len : 0] = '\0';
		n += strcmp(to, path) == 0;
	}
	closedir(d);
	return n;
}

static void unit(struct rig *r, uint32_t id, const char *endpoint, const char *number)
{
	char name[20];

	snprintf(name, sizeof(name), "unit%u", id);
	harness_device(r->h, id, name, "endpoint", endpoint, "unit", number, "scan_ms",
		       "50", "timeout_ms", "500", NULL);
	harness_tag(r->h, id, id, NULL, "address", "holding:100", NULL);
}

static void CF_08_a_line_keeps_its_one_owner(void **state)
{
	static char path[200], endpoint[300], faster[300], text[300];
	const char *const argv[] = { "rtu_slave", path, NULL };
	struct rig r;

	(void)state;
	snprintf(path, sizeof(path), "%s/line", test_tmpdir());
	r.slave = peer_start(argv);
	peer_line(&r.slave, text, sizeof(text));
	char *tty = realpath(path, NULL);
	assert_non_null(tty);
	snprintf(endpoint, sizeof(endpoint), "rtu://%s?baud=19200", path);
	snprintf(faster, sizeof(faster), "rtu://%s?baud=38400", path);
	r.h = harness_start("sightglass-modbus");
	harness_begin(r.h);
	unit(&r, 0, endpoint, "1");
	harness_commit(r.h);
	harness_wait_number(r.h, 0, 100, 0);
	harness_wait_state(r.h, 0, DEVICE_CONNECTED);
	for (int i = 0; i < 10; i++) { /* a second unit comes and goes */
		harness_begin(r.h);
		unit(&r, 0, endpoint, "1");
		if (i % 2 == 0)
			unit(&r, 1, endpoint, "2");
		harness_commit(r.h);
		harness_wait_news(r.h, 0);
		assert_int_equal(times_open(r.h->pid, tty), 1);
		assert_int_equal(r.h->device[0].state, DEVICE_CONNECTED);
	}
	harness_begin(r.h); /* one of two may not change the line for both */
	unit(&r, 0, endpoint, "1");
	unit(&r, 1, faster, "2");
	harness_commit(r.h);
	harness_wait_state_text(r.h, 1, DEVICE_FAILED, "give all its units the same");
	assert_int_equal(r.h->device[0].state, DEVICE_CONNECTED);
	harness_begin(r.h); /* both together may: the line is opened anew */
	unit(&r, 0, faster, "1");
	unit(&r, 1, faster, "2");
	harness_commit(r.h);
	harness_wait_number(r.h, 1, 10100, 0);
	harness_wait_number(r.h, 0, 100, 0);
	harness_wait_state(r.h, 1, DEVICE_CONNECTED);
	assert_int_equal(times_open(r.h->pid, tty), 1);
	assert_int_equal(slave_stat(&r.slave, "early "), 0);
	free(tty);
	rig_close(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(CF_08_an_unchanged_device_keeps_its_connection),
		cmocka_unit_test(CF_08_unchanged_tags_are_not_told_again),
		cmocka_unit_test(CF_08_a_plan_changes_on_the_connection_that_stands),
		cmocka_unit_test(a_device_that_moves_leaves_its_old_place),
		cmocka_unit_test(CF_09_a_waiting_command_to_a_changed_tag_is_not_sent),
		cmocka_unit_test(CF_09_a_waiting_command_to_a_removed_tag_is_not_sent),
		cmocka_unit_test(PR_19_updates_overtake_each_other_behind_a_slow_reply),
		cmocka_unit_test(refusals_are_remembered_over_an_update),
		cmocka_unit_test(CF_08_a_line_keeps_its_one_owner),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
