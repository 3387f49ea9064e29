/* test_modbus_plan.c - how a device is asked: rates and fixed times, what it refuses, the
 * order of reads and writes, several connections, units that do not answer, and what of
 * all this is counted. */
#include "support/test.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "integration/modbus_rig.h"
#include "support/stall.h"
#include "util/clock.h"

static const struct class_stats *class_of(const struct harness *h, uint32_t device,
					  const char *name)
{
	const struct device_stats *s = &h->stats[device];

	for (uint32_t i = 0; i < s->n_classes; i++)
		if (strcmp(s->classes[i].name, name) == 0)
			return &s->classes[i];
	fail_msg("device %u has no rate %s", device, name);
	return NULL;
}

static void tag_at(struct rig *r, uint32_t id, const char *address)
{
	harness_tag(r->h, id, 0, &rig_writable, "address", address, NULL);
}

/* --- what a device refuses --- */

static void a_reserved_hole_is_learned_and_remembered(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r);
	slave_tell(&r.slave, "mode hole 106");
	rig_tags(&r, 0, 0, 6, 0);
	rig_tags(&r, 0, 8, 14, 0);
	harness_commit(r.h);
	rig_wait_tags(&r, 0, 6, 0);
	rig_wait_tags(&r, 8, 14, 0);
	harness_wait_stats(r.h, 0);
	const struct device_stats *s = &r.h->stats[0];
	assert_int_equal(s->holes, 1);
	assert_string_equal(s->hole_list, "holding:106-107 (exception 2)");
	assert_int_equal(class_of(r.h, 0, "normal")->requests, 2);
	uint64_t exceptions = s->exceptions;
	assert_in_range(exceptions, 1, 3); /* one to see it, with the look before */
	/* a new connection does not make it ask again */
	slave_tell(&r.slave, "down");
	harness_wait_quality(r.h, 0, QUALITY_BAD, REASON_COMM);
	slave_tell(&r.slave, "up");
	rig_wait_tags(&r, 0, 6, 0);
	rig_wait_tags(&r, 8, 14, 0);
	harness_wait_stats(r.h, 0);
	assert_int_equal(s->exceptions, exceptions);
	assert_int_equal(s->holes, 1);
	assert_true(s->connects >= 2);
	rig_close(&r);
}

static void around_a_refused_tag_all_is_read_together(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r);
	slave_tell(&r.slave, "mode hole 107");
	rig_tags(&r, 0, 0, 40, 0);
	harness_commit(r.h);
	rig_wait_tags(&r, 0, 7, 0);
	rig_wait_tags(&r, 8, 40, 0);
	harness_wait_quality(r.h, 7, QUALITY_BAD, REASON_DEVICE);
	harness_wait_stats(r.h, 0);
	assert_string_equal(r.h->stats[0].hole_list, "holding:107 (exception 2)");
	assert_int_equal(class_of(r.h, 0, "normal")->requests, 3);
	/* two requests a scan: what is refused is left alone for a minute */
	uint64_t asked = r.h->stats[0].requests;
	uint64_t scans = class_of(r.h, 0, "normal")->done;
	harness_wait_stats(r.h, 0);
	assert_int_equal(r.h->stats[0].requests - asked,
			 2 * (class_of(r.h, 0, "normal")->done - scans));
	rig_close(&r);
}

static void a_seam_no_read_may_cross_is_learned(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r);
	slave_tell(&r.slave, "mode seam 113");
	rig_tags(&r, 0, 0, 30, 0);
	harness_commit(r.h);
	rig_wait_tags(&r, 0, 30, 0);
	/* halving may find the two sides before it finds the seam itself */
	for (int i = 0; i < 10 && r.h->stats[0].holes == 0; i++)
		harness_wait_stats(r.h, 0);
	assert_string_equal(r.h->stats[0].hole_list, "across holding:113 (exception 2)");
	assert_int_equal(class_of(r.h, 0, "normal")->requests, 2);
	rig_close(&r);
}

static void holes_an_engineer_names_are_never_asked_for(void **state)
{
	struct rig r;

	(void)state;
	r.slave = slave_start(r.endpoint);
	r.h = harness_start("sightglass-modbus");
	slave_tell(&r.slave, "mode hole 106");
	harness_begin(r.h);
	harness_device(r.h, 0, "plc1", "endpoint", r.endpoint, "scan_ms", "50", "holes",
		       "holding:106-107", NULL);
	rig_tags(&r, 0, 0, 6, 0);
	rig_tags(&r, 0, 8, 14, 0);
	harness_commit(r.h);
	rig_wait_tags(&r, 0, 6, 0);
	rig_wait_tags(&r, 8, 14, 0);
	harness_wait_stats(r.h, 0);
	assert_int_equal(r.h->stats[0].exceptions, 0);
	assert_int_equal(r.h->stats[0].holes, 0); /* none was learned */
	assert_int_equal(class_of(r.h, 0, "normal")->requests, 2);
	rig_close(&r);
}

/* --- times --- */

static void every_rate_has_its_own_times(void **state)
{
	struct rig r;

	(void)state;
	r.slave = slave_start(r.endpoint);
	r.h = harness_start("sightglass-modbus");
	harness_begin(r.h);
	harness_device(r.h, 0, "plc1", "endpoint", r.endpoint, "scan_ms", "200",
		       "fast_ms", "50", "slow_ms", "1000", NULL);
	harness_tag(r.h, 0, 0, NULL, "address", "holding:9000", "scan", "fast", NULL);
	harness_tag(r.h, 1, 0, NULL, "address", "holding:9001", NULL);
	harness_tag(r.h, 2, 0, NULL, "address", "holding:9002", "scan", "slow", NULL);
	harness_tag(r.h, 3, 0, NULL, "address", "holding:200", "scan", "normal", NULL);
	harness_commit(r.h);
	harness_wait_number(r.h, 3, 200, 0);
	harness_wait_stats(r.h, 0);
	static struct device_stats before;
	before = r.h->stats[0];
	struct stall_span begun = stall_begin();
	harness_watch(r.h, 2500);
	harness_wait_stats(r.h, 0);
	double seconds = (double)stall_whole_ms(&begun) / 1000;
	double off = 1.2 + (double)stall_lost_ms(&begun) / 1000;
	const double periods[] = { 0.2, 0.05, 1.0 };
	for (uint32_t i = 0; i < 3; i++) {
		const struct class_stats *c = &r.h->stats[0].classes[i];
		double all = (double)(c->done + c->skipped - before.classes[i].done -
				      before.classes[i].skipped);

		/* both ends may be off by a scan and the second between two posts */
		assert_true(all >= (seconds - off) / periods[i] - 1);
		assert_true(all <= (seconds + off) / periods[i] + 1);
	}
	assert_string_equal(r.h->stats[0].classes[0].name, "normal");
	assert_string_equal(r.h->stats[0].classes[1].name, "fast");
	assert_int_equal(r.h->stats[0].classes[2].period_ms, 1000);
	rig_close(&r);
}

/* A device that takes 120 ms for what is due each 50: nothing queues up, and every scan
 * that could not be is counted. */
static void what_cannot_start_in_time_is_skipped_and_counted(void **state)
{
	struct rig r;

	(void)state;
	rig_open_with(&r, "50", "1000");
	rig_tags(&r, 0, 0, 3, 0);
	harness_commit(r.h);
	rig_wait_tags(&r, 0, 3, 0);
	slave_tell(&r.slave, "mode late 120");
	harness_wait_stats(r.h, 0);
	uint64_t done = class_of(r.h, 0, "normal")->done;
	uint64_t skipped = class_of(r.h, 0, "normal")->skipped;
	long asked = slave_stat(&r.slave, "requests ");
	struct mono begun = clock_mono();
	harness_watch(r.h, 2000);
	long answered = slave_stat(&r.slave, "requests ") - asked;
	int64_t ms = mono_ms_between(begun, clock_mono());
	assert_true(answered <= ms / 120 + 1);
	harness_wait_stats(r.h, 0);
	done = class_of(r.h, 0, "normal")->done - done;
	skipped = class_of(r.h, 0, "normal")->skipped - skipped;
	assert_true(done >= 5 && skipped >= done); /* 3 periods a scan: 2 are lost */
	/* and it is on time again as soon as the device is */
	slave_tell(&r.slave, "mode normal");
	harness_wait_stats(r.h, 0);
	skipped = class_of(r.h, 0, "normal")->skipped;
	done = class_of(r.h, 0, "normal")->done;
	struct stall_span since = stall_begin();
	harness_wait_stats(r.h, 0);
	uint64_t excused = (uint64_t)stall_lost_ms(&since) / 50;
	assert_true(class_of(r.h, 0, "normal")->done - done + excused >= 10);
	assert_true(class_of(r.h, 0, "normal")->skipped - skipped <= 4 + excused);
	rig_close(&r);
}

/* A processor that has no time for the driver, made by stopping it: shorter than what the
 * server takes for a hang. */
static void PR_15_a_starved_driver_counts_what_it_lost(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r);
	rig_with_tags(&r, 3);
	harness_wait_stats(r.h, 0);
	uint64_t skipped = class_of(r.h, 0, "normal")->skipped;
	struct stall_span since = stall_begin();
	assert_int_equal(kill(r.h->pid, SIGSTOP), 0);
	harness_watch(r.h, 1100);
	assert_int_equal(kill(r.h->pid, SIGCONT), 0);
	harness_wait_stats(r.h, 0);
	/* 22 scans of 50 ms; the one that was under way may end as it would have */
	assert_in_range(class_of(r.h, 0, "normal")->skipped - skipped, 19,
			40 + stall_lost_ms(&since) / 50);
	harness_wait_news(r.h, 0);
	assert_true(quality_is_good(r.h->tag[0].s.quality));
	assert_int_equal(r.h->device[0].state, DEVICE_CONNECTED);
	rig_close(&r);
}

/* 20 blocks of 60 ms each: a write is answered after the one in flight and itself. */
static void a_write_waits_for_the_request_in_flight_and_no_other(void **state)
{
	struct rig r;
	int64_t worst = 0;

	(void)state;
	r.slave = slave_start(r.endpoint);
	r.h = harness_start("sightglass-modbus");
	harness_begin(r.h);
	harness_device(r.h, 0, "plc1", "endpoint", r.endpoint, "scan_ms", "10", "max_gap",
		       "-1", "timeout_ms", "1000", NULL);
	rig_tags(&r, 0, 0, 20, 0);
	harness_commit(r.h);
	rig_wait_tags(&r, 0, 20, 0);
	slave_tell(&r.slave, "mode late 60");
	for (int i = 0; i < 8; i++) {
		harness_watch(r.h, 17 * i);
		struct stall_span begun = stall_begin();
		assert_outcome(harness_write(r.h, 3, value_int(500 + i)), WRITE_ACCEPTED,
			       "");
		assert_true(stall_whole_ms(&begun) >= 60);
		int64_t took = stall_own_ms(&begun);
		worst = took > worst ? took : worst;
	}
	print_message("the slowest of 8 writes took %lld ms\n", (long long)worst);
	assert_in_range(worst, 0, 240); /* a whole scan takes 1200 */
	rig_close(&r);
}

/* --- several connections --- */

static void connections_share_a_device_s_blocks(void **state)
{
	struct rig r;

	(void)state;
	r.slave = slave_start(r.endpoint);
	r.h = harness_start("sightglass-modbus");
	harness_begin(r.h);
	harness_device(r.h, 0, "plc1", "endpoint", r.endpoint, "scan_ms", "300",
		       "max_gap", "-1", "connections", "4", NULL);
	rig_tags(&r, 0, 0, 12, 0);
	harness_commit(r.h);
	rig_wait_tags(&r, 0, 12, 0);
	assert_int_equal(slave_stat(&r.slave, "connections "), 4);
	/* 12 blocks of 50 ms: 600 over one connection, 150 over four */
	slave_tell(&r.slave, "mode late 50");
	harness_wait_stats(r.h, 0);
	assert_int_equal(class_of(r.h, 0, "normal")->requests, 12);
	uint64_t done = class_of(r.h, 0, "normal")->done;
	uint64_t skipped = class_of(r.h, 0, "normal")->skipped;
	struct stall_span since = stall_begin();
	harness_watch(r.h, 2000);
	harness_wait_stats(r.h, 0);
	uint64_t excused = (uint64_t)stall_lost_ms(&since) / 300;
	assert_true(class_of(r.h, 0, "normal")->done - done + excused >= 7);
	assert_true(class_of(r.h, 0, "normal")->skipped - skipped <= 1 + excused);
	for (uint32_t i = 0; i < 12; i++)
		assert_outcome(harness_write(r.h, i, value_int(1000 + i)), WRITE_ACCEPTED,
			       "");
	slave_tell(&r.slave, "mode normal");
	for (uint32_t i = 0; i < 12; i++)
		harness_wait_number(r.h, i, 1000 + i, 0);
	rig_close(&r);
}

/* Two requests of the same shape wait at once, and each gets the other one's reply: never
 * a value under another tag, and every swap is seen. */
static void PLC_12_swapped_replies_are_never_another_value(void **state)
{
	struct rig r;
	uint64_t good = 0;

	(void)state;
	r.slave = slave_start(r.endpoint);
	r.h = harness_start("sightglass-modbus");
	harness_begin(r.h);
	harness_device(r.h, 0, "plc1", "endpoint", r.endpoint, "scan_ms", "20", "max_gap",
		       "-1", "connections", "2", "timeout_ms", "500", NULL);
	rig_tags(&r, 0, 0, 2, 0);
	harness_commit(r.h);
	rig_wait_tags(&r, 0, 2, 0);
	slave_tell(&r.slave, "mode swap");
	struct mono begun = clock_mono(), end = mono_add_ms(begun, HARNESS_WAIT_MS);
	const uint64_t *refused = &r.h->stats[0].refused[REFUSED_TRANSACTION];
	/* a slow machine has a device between two tries for longer than it is there */
	while (mono_ms_between(begun, clock_mono()) < 4000 ||
	       ((good == 0 || *refused < 4) && !mono_reached(clock_mono(), end))) {
		harness_pump(r.h, 20);
		for (uint32_t i = 0; i < 2; i++) {
			if (!quality_is_good(r.h->tag[i].s.quality))
				continue;
			assert_int_equal(r.h->tag[i].s.value.u.i, 100 + i);
			good++;
		}
	}
	slave_tell(&r.slave, "mode normal");
	rig_wait_tags(&r, 0, 2, 0);
	harness_wait_stats(r.h, 0);
	print_message("%llu swapped replies were refused\n",
		      (unsigned long long)*refused);
	assert_true(*refused >= 4);
	assert_true(good > 0);
	rig_close(&r);
}

static void configure_lanes(struct rig *r, uint32_t tags)
{
	harness_begin(r->h);
	harness_device(r->h, 0, "plc1", "endpoint", r->endpoint, "scan_ms", "50",
		       "max_gap", "0", "connections", "3", NULL);
	for (uint32_t i = 0; i < tags; i++) {
		char address[24];
		snprintf(address, sizeof(address), "holding:%u", 100 + i + i / 10);
		tag_at(r, i, address);
	}
	harness_commit(r->h);
}

/* A tag more is a new plan: the connections, the counts and what was learned stay. */
static void a_reload_keeps_connections_counts_and_holes(void **state)
{
	struct rig r;

	(void)state;
	r.slave = slave_start(r.endpoint);
	r.h = harness_start("sightglass-modbus");
	slave_tell(&r.slave, "mode hole 105");
	configure_lanes(&r, 60);
	harness_wait_quality(r.h, 5, QUALITY_BAD, REASON_DEVICE);
	harness_wait_number(r.h, 59, 164, 0);
	harness_wait_stats(r.h, 0);
	assert_string_equal(r.h->stats[0].hole_list, "holding:105 (exception 2)");
	uint64_t exceptions = r.h->stats[0].exceptions;
	uint64_t done = class_of(r.h, 0, "normal")->done;
	for (uint32_t tags = 61; tags < 66; tags++) {
		configure_lanes(&r, tags);
		harness_wait_number(r.h, tags - 1, 100 + (tags - 1) + (tags - 1) / 10, 0);
	}
	harness_wait_stats(r.h, 0);
	assert_int_equal(slave_stat(&r.slave, "connections "), 3);
	assert_int_equal(r.h->stats[0].connects, 3);
	assert_int_equal(r.h->stats[0].exceptions, exceptions);
	assert_int_equal(r.h->stats[0].holes, 1);
	assert_true(class_of(r.h, 0, "normal")->done > done);
	for (uint32_t i = 0; i < 65; i += 13)
		assert_outcome(harness_write(r.h, i, value_int(7)), WRITE_ACCEPTED, "");
	rig_close(&r);
}

/* One state for all of them: gone is gone, and it comes back as one. */
static void connections_of_a_device_fail_as_one_device(void **state)
{
	struct rig r;

	(void)state;
	r.slave = slave_start(r.endpoint);
	r.h = harness_start("sightglass-modbus");
	harness_begin(r.h);
	harness_device(r.h, 0, "plc1", "endpoint", r.endpoint, "scan_ms", "50", "max_gap",
		       "-1", "connections", "2", NULL);
	rig_tags(&r, 0, 0, 4, 0);
	harness_commit(r.h);
	rig_wait_tags(&r, 0, 4, 0);
	harness_wait_state(r.h, 0, DEVICE_CONNECTED);
	slave_tell(&r.slave, "down");
	harness_wait_state_text(r.h, 0, DEVICE_FAILED, "of 2: ");
	for (uint32_t i = 0; i < 4; i++)
		harness_wait_quality(r.h, i, QUALITY_BAD, REASON_COMM);
	slave_tell(&r.slave, "up");
	rig_wait_tags(&r, 0, 4, 0);
	harness_wait_state(r.h, 0, DEVICE_CONNECTED);
	rig_close(&r);
}

/* --- units that do not answer --- */

/* One unit lives, six behind the same gateway do not: each time one is tried costs 300 ms
 * of the line, and all of it together is no more than about a tenth. */
static void dead_units_get_a_tenth_of_their_line(void **state)
{
	struct rig r;
	char name[16], unit[8];

	(void)state;
	r.slave = slave_start(r.endpoint);
	r.h = harness_start("sightglass-modbus");
	slave_tell(&r.slave, "mode deaf 2");
	harness_begin(r.h);
	for (uint32_t i = 0; i < 7; i++) {
		snprintf(name, sizeof(name), "unit%u", i + 1);
		snprintf(unit, sizeof(unit), "%u", i + 1);
		harness_device(r.h, i, name, "endpoint", r.endpoint, "unit", unit,
			       "scan_ms", "50", "timeout_ms", "300", NULL);
		harness_tag(r.h, i, i, NULL, "address", "holding:9000", NULL);
	}
	harness_commit(r.h);
	for (uint32_t i = 1; i < 7; i++)
		harness_wait_state(r.h, i, DEVICE_FAILED);
	harness_wait_stats(r.h, 0);
	uint64_t done = class_of(r.h, 0, "normal")->done;
	uint64_t skipped = class_of(r.h, 0, "normal")->skipped;
	uint64_t timeouts = 0;
	for (uint32_t i = 1; i < 7; i++)
		timeouts += r.h->stats[i].timeouts;
	struct stall_span since = stall_begin();
	harness_watch(r.h, 6000);
	harness_wait_stats(r.h, 0);
	uint64_t excused = (uint64_t)stall_lost_ms(&since) / 50;
	done = class_of(r.h, 0, "normal")->done - done;
	skipped = class_of(r.h, 0, "normal")->skipped - skipped;
	print_message("%llu scans done, %llu skipped\n", (unsigned long long)done,
		      (unsigned long long)skipped);
	assert_true(skipped * 100 <= (done + skipped) * 20 + excused * 100);
	for (uint32_t i = 1; i < 7; i++)
		timeouts -= r.h->stats[i].timeouts;
	assert_in_range(-timeouts, 1, 4); /* they are tried, one in 3 s */
	/* and who comes back is found */
	slave_tell(&r.slave, "mode normal");
	harness_wait_state(r.h, 3, DEVICE_CONNECTED);
	rig_close(&r);
}

/* A gateway answers in the place of a unit that is gone: that costs one request now and
 * then, not one for each of its blocks. */
static void a_unit_a_gateway_misses_is_asked_once(void **state)
{
	struct rig r;

	(void)state;
	r.slave = slave_start(r.endpoint);
	r.h = harness_start("sightglass-modbus");
	slave_tell(&r.slave, "mode gateway 2");
	harness_begin(r.h);
	harness_device(r.h, 0, "here", "endpoint", r.endpoint, "scan_ms", "50", NULL);
	harness_device(r.h, 1, "gone", "endpoint", r.endpoint, "unit", "9", "scan_ms",
		       "50", "max_gap", "-1", NULL);
	tag_at(&r, 0, "holding:100");
	for (uint32_t i = 1; i < 9; i++) {
		char address[24];
		snprintf(address, sizeof(address), "holding:%u", 100 + i);
		harness_tag(r.h, i, 1, NULL, "address", address, NULL);
	}
	harness_commit(r.h);
	harness_wait_number(r.h, 0, 100, 0);
	harness_wait_state_text(r.h, 1, DEVICE_FAILED,
				"the gateway answers exception 11 (gateway target does "
				"not respond)");
	harness_wait_quality(r.h, 8, QUALITY_BAD, REASON_COMM);
	harness_wait_stats(r.h, 0);
	uint64_t asked = r.h->stats[1].requests;
	harness_watch(r.h, 3000);
	assert_true(r.h->stats[1].requests - asked <= 6);
	assert_int_equal(slave_stat(&r.slave, "connections "), 1);
	slave_tell(&r.slave, "mode normal");
	harness_wait_number(r.h, 8, 108, 0);
	rig_close(&r);
}

/* --- what is counted --- */

static void refused_replies_are_counted_by_their_kind(void **state)
{
	static const struct {
		const char *mode;
		enum refused_kind kind;
	} row[] = {
		{ "mode tid 1 0 1", REFUSED_TRANSACTION },
		{ "mode protocol 1 0 1", REFUSED_HEADER },
		{ "mode unit 1 0 1", REFUSED_UNIT },
		{ "mode function 4 0 1", REFUSED_FUNCTION },
		{ "mode foreign 2 0 1", REFUSED_FUNCTION },
		{ "mode bytecount 250 0 1", REFUSED_SIZE },
		{ "mode cut 9 0 1", REFUSED_CUT },
		{ "mode cutfin 9 0 1", REFUSED_CUT },
		{ "mode unasked 9 0 1", REFUSED_TRANSACTION },
		{ "mode double 0 0 1", REFUSED_DUPLICATE },
	};
	struct rig r;

	(void)state;
	rig_open_with(&r, "50", "1000"); /* a slow machine is no silent device */
	rig_with_tags(&r, 3);
	harness_wait_stats(r.h, 0);
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		uint64_t before = r.h->stats[0].refused[row[i].kind], all = 0;

		slave_tell(&r.slave, row[i].mode);
		struct mono end = mono_add_ms(clock_mono(), HARNESS_WAIT_MS);
		while (r.h->stats[0].refused[row[i].kind] == before &&
		       !mono_reached(clock_mono(), end))
			harness_pump(r.h, 100);
		if (r.h->stats[0].refused[row[i].kind] != before + 1)
			fail_msg("%s is not counted as %s", row[i].mode,
				 refused_kind_name(row[i].kind));
		for (int k = 0; k < REFUSED_KINDS; k++)
			all += r.h->stats[0].refused[k];
		assert_int_equal(all, i + 1); /* once, and as nothing else */
		rig_wait_tags(&r, 0, 3, 0);
	}
	slave_tell(&r.slave, "mode echovalue 1 6 1");
	assert_outcome(harness_write(r.h, 0, value_int(7)), WRITE_UNKNOWN, "echoed");
	harness_wait_stats(r.h, 0);
	assert_int_equal(r.h->stats[0].refused[REFUSED_ECHO], 1);
	assert_int_equal(r.h->stats[0].writes, 1);
	assert_int_equal(r.h->stats[0].timeouts, 0);
	slave_tell(&r.slave, "mode silent 0 0 1");
	harness_wait_quality(r.h, 0, QUALITY_BAD, REASON_COMM);
	harness_wait_stats(r.h, 0);
	assert_int_equal(r.h->stats[0].timeouts, 1);
	rig_close(&r);
}

static void round_trips_are_measured(void **state)
{
	struct rig r;

	(void)state;
	rig_open_with(&r, "50", "1000");
	rig_with_tags(&r, 3);
	slave_tell(&r.slave, "mode late 30");
	for (int i = 0; i < 3; i++)
		harness_wait_stats(r.h, 0);
	const struct device_stats *s = &r.h->stats[0];
	assert_in_range(s->p50_us, 30000, 200000);
	assert_true(s->p50_us <= s->p95_us && s->p95_us <= s->p99_us);
	assert_true(s->p99_us <= s->max_us);
	assert_true(s->connects == 1 && s->requests >= 20 && s->exceptions == 0);
	rig_close(&r);
}

/* --- who it is --- */

static void configure_identity(struct rig *r, const char *is)
{
	harness_begin(r->h);
	harness_device(r->h, 0, "plc1", "endpoint", r->endpoint, "scan_ms", "50",
		       "identity", "holding:500:string:2", "identity_is", is, NULL);
	rig_tags(r, 0, 0, 2, 0);
	harness_commit(r->h);
}

/* "A1  " and then, with the cable in another device of the same kind, "B2  ". */
static void PLC_22_nothing_is_written_to_a_device_that_was_exchanged(void **state)
{
	struct rig r;

	(void)state;
	r.slave = slave_start(r.endpoint);
	r.h = harness_start("sightglass-modbus");
	slave_tell(&r.slave, "set holding 500 16689"); /* A1 */
	slave_tell(&r.slave, "set holding 501 8224");
	configure_identity(&r, "A1");
	rig_wait_tags(&r, 0, 2, 0);
	harness_wait_state(r.h, 0, DEVICE_CONNECTED);
	assert_outcome(harness_write(r.h, 0, value_int(100)), WRITE_ACCEPTED, "");
	slave_tell(&r.slave, "down");
	harness_wait_state(r.h, 0, DEVICE_FAILED);
	slave_tell(&r.slave, "set holding 500 16946"); /* B2 */
	slave_tell(&r.slave, "up");
	harness_wait_state_text(
		r.h, 0, DEVICE_CONNECTED,
		"it says that it is \"B2\", not \"A1\": nothing is written "
		"to it");
	rig_wait_tags(&r, 0, 2, 0); /* it is read on */
	long writes = slave_stat(&r.slave, "writes ");
	assert_outcome(harness_write(r.h, 0, value_int(7)), WRITE_NOT_SENT,
		       "the device is not the one it was");
	assert_int_equal(slave_stat(&r.slave, "writes "), writes);
	/* an engineer accepts it */
	configure_identity(&r, "B2");
	harness_wait_state_text(r.h, 0, DEVICE_CONNECTED, "unit 1");
	harness_wait_news(r.h, 1);
	assert_outcome(harness_write(r.h, 0, value_int(7)), WRITE_ACCEPTED, "");
	harness_wait_number(r.h, 0, 7, 0);
	rig_close(&r);
}

/* A device that refuses to say who it is is not believed to be the one. */
static void PLC_22_a_device_that_does_not_say_who_it_is_is_a_stranger(void **state)
{
	struct rig r;

	(void)state;
	r.slave = slave_start(r.endpoint);
	r.h = harness_start("sightglass-modbus");
	slave_tell(&r.slave, "mode hole 500");
	configure_identity(&r, "A1");
	rig_wait_tags(&r, 0, 2, 0);
	harness_wait_state_text(r.h, 0, DEVICE_CONNECTED,
				"it says that it is \"\", not \"A1\"");
	assert_outcome(harness_write(r.h, 0, value_int(7)), WRITE_NOT_SENT, "identity");
	rig_close(&r);
}

/* --- functions 15 and 23 --- */

static void coils_in_a_row_are_written_by_one_request(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r);
	tag_at(&r, 0, "coil:16:bits:10");
	tag_at(&r, 1, "coil:25");
	tag_at(&r, 2, "coil:26");
	harness_commit(r.h);
	harness_wait_state(r.h, 0, DEVICE_CONNECTED);
	harness_wait_news(r.h, 2);
	bool beyond = r.h->tag[2].s.value.u.b;
	long writes = slave_stat(&r.slave, "writes ");
	assert_outcome(harness_write(r.h, 0, value_int(0x2A5)), WRITE_ACCEPTED, "");
	assert_int_equal(slave_stat(&r.slave, "writes ") - writes, 1);
	harness_wait_number(r.h, 0, 0x2A5, 0);
	harness_wait_number(r.h, 1, 1, 0);
	assert_int_equal(r.h->tag[2].s.value.u.b, beyond);
	assert_int_equal(slave_tell(&r.slave, "get coil 16"), 1);
	assert_int_equal(slave_tell(&r.slave, "get coil 17"), 0);
	assert_outcome(harness_write(r.h, 0, value_int(0x400)), WRITE_NOT_SENT,
		       "does not fit");
	slave_tell(&r.slave, "mode echovalue 1 15 1");
	assert_outcome(harness_write(r.h, 0, value_int(3)), WRITE_UNKNOWN,
		       "the reply's quantity is 11 instead of 10");
	rig_close(&r);
}

static void open_with_fc23(struct rig *r)
{
	r->slave = slave_start(r->endpoint);
	r->h = harness_start("sightglass-modbus");
	harness_begin(r->h);
	harness_device(r->h, 0, "plc1", "endpoint", r->endpoint, "scan_ms", "3000",
		       "fc23", "true", NULL);
	tag_at(r, 0, "holding:100:uint32");
	tag_at(r, 1, "holding:110");
	tag_at(r, 2, "holding:111.3");
	harness_commit(r->h);
	harness_wait_number(r->h, 1, 110, 0);
}

/* The value read back is there long before the next scan, which is 3 s
 * away. */
static void WR_09_a_write_reads_back_what_the_device_made_of_it(void **state)
{
	struct rig r;

	(void)state;
	open_with_fc23(&r);
	struct stall_span begun = stall_begin();
	assert_outcome(harness_write(r.h, 0, value_int(0x00050006)), WRITE_ACCEPTED, "");
	harness_wait_number(r.h, 0, 0x00050006, 0);
	assert_int_equal(slave_tell(&r.slave, "get holding 101"), 6);
	slave_tell(&r.slave, "mode clamp 400 3"); /* takes effect with the next read */
	assert_int_equal(harness_read(r.h, 1)->sample.value.u.i, 110);
	const struct driver_write_outcome *o = harness_write(r.h, 1, value_int(900));
	assert_outcome(o, WRITE_ACCEPTED, "the device held 400 right after the write");
	harness_wait_number(r.h, 1, 400, 0);
	assert_true(stall_own_ms(&begun) < 2500);
	assert_outcome(harness_write(r.h, 2, value_bool(false)), WRITE_ACCEPTED, "");
	assert_int_equal(slave_tell(&r.slave, "get holding 111"), 111 & ~8);
	rig_close(&r);
}

static void a_device_without_function_23_says_so(void **state)
{
	struct rig r;

	(void)state;
	open_with_fc23(&r);
	slave_tell(&r.slave, "mode exception 1 23");
	assert_outcome(harness_write(r.h, 1, value_int(5)), WRITE_REFUSED,
		       "leave fc23 out");
	rig_close(&r);
}

static void one_byte_of_a_register_is_written_by_its_mask(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r);
	tag_at(&r, 0, "holding:300:uint8:high");
	tag_at(&r, 1, "holding:300:int8:low");
	tag_at(&r, 2, "holding:301:float16");
	harness_commit(r.h);
	slave_tell(&r.slave, "set holding 300 39309"); /* 0x998D */
	harness_wait_number(r.h, 0, 0x99, 0);
	harness_wait_number(r.h, 1, -115, 0);
	assert_outcome(harness_write(r.h, 0, value_int(0x12)), WRITE_ACCEPTED, "");
	assert_int_equal(slave_tell(&r.slave, "get holding 300"), 0x128D);
	assert_outcome(harness_write(r.h, 1, value_int(-1)), WRITE_ACCEPTED, "");
	assert_int_equal(slave_tell(&r.slave, "get holding 300"), 0x12FF);
	assert_outcome(harness_write(r.h, 2, value_double(-2)), WRITE_ACCEPTED, "");
	assert_int_equal(slave_tell(&r.slave, "get holding 301"), 0xC000);
	rig_close(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_reserved_hole_is_learned_and_remembered),
		cmocka_unit_test(around_a_refused_tag_all_is_read_together),
		cmocka_unit_test(a_seam_no_read_may_cross_is_learned),
		cmocka_unit_test(holes_an_engineer_names_are_never_asked_for),
		cmocka_unit_test(every_rate_has_its_own_times),
		cmocka_unit_test(what_cannot_start_in_time_is_skipped_and_counted),
		cmocka_unit_test(PR_15_a_starved_driver_counts_what_it_lost),
		cmocka_unit_test(a_write_waits_for_the_request_in_flight_and_no_other),
		cmocka_unit_test(connections_share_a_device_s_blocks),
		cmocka_unit_test(PLC_12_swapped_replies_are_never_another_value),
		cmocka_unit_test(a_reload_keeps_connections_counts_and_holes),
		cmocka_unit_test(connections_of_a_device_fail_as_one_device),
		cmocka_unit_test(dead_units_get_a_tenth_of_their_line),
		cmocka_unit_test(a_unit_a_gateway_misses_is_asked_once),
		cmocka_unit_test(refused_replies_are_counted_by_their_kind),
		cmocka_unit_test(round_trips_are_measured),
		cmocka_unit_test(
			PLC_22_nothing_is_written_to_a_device_that_was_exchanged),
		cmocka_unit_test(
			PLC_22_a_device_that_does_not_say_who_it_is_is_a_stranger),
		cmocka_unit_test(coils_in_a_row_are_written_by_one_request),
		cmocka_unit_test(WR_09_a_write_reads_back_what_the_device_made_of_it),
		cmocka_unit_test(a_device_without_function_23_says_so),
		cmocka_unit_test(one_byte_of_a_register_is_written_by_its_mask),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
