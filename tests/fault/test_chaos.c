/* test_chaos.c - sightglass-modbus polls slaves whose registers say whose they are
 * through a proxy that spoils a quarter of all replies: not one wrong value may come out,
 * most of the right ones must, and what was refused must be counted by its kind.
 *
 * SIGHTGLASS_SOAK=1 (make soak): a million values and a thousand faults of each kind.
 * SIGHTGLASS_SEED=n repeats the faults of a run; it is printed. */
#include "support/test.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "integration/driver_harness.h"
#include "peers/addressed.h"
#include "util/clock.h"

enum {
	TIMEOUT_MS = 200,
	PERCENT = 26,
	SETTLE_MS = 60000,
	FIRST_GROUP = 0,
	SECOND_GROUP = 63 * ADDRESSED_GROUP, /* odd: see addressed.h */
	BITS_AT = 500,
	BITS = 16,
	LINE_MAX_BYTES = 4000
};

struct place {
	unsigned unit, area, at;
	uint32_t newest; /* request number of the last good value of 64 bits */
};

struct goal {
	uint64_t values, each; /* values asked for, faults of each kind */
	int64_t within_ms;
};

struct plant {
	struct harness *h;
	struct peer slave, proxy;
	bool serial;
	uint32_t devices, tags;
	struct place place[HARNESS_TAGS];
	uint64_t good; /* values, without bits */
	uint64_t bits, wrong;
	char first_wrong[300];
	char stats[LINE_MAX_BYTES]; /* the proxy's */
};

/* --- what a value may be --- */

static bool long_is_right(struct place *p, uint64_t v)
{
	uint32_t request = (uint32_t)v;
	bool right = v - request == addressed_long(p->unit, p->area, p->at) &&
		     request > p->newest;

	if (right)
		p->newest = request;
	return right;
}

static bool value_is_right(struct plant *t, struct place *p, uint64_t v)
{
	if (p->area <= AREA_DISCRETE) {
		t->bits++;
		return v == addressed_bit(p->unit, p->area, p->at);
	}
	t->good++;
	if (p->at % ADDRESSED_GROUP < 4 * ADDRESSED_LONGS)
		return long_is_right(p, v);
	return (v & ~(uint64_t)ADDRESSED_TURN) ==
	       addressed_short(p->unit, p->area, p->at);
}

static void judge(void *arg, const struct driver_sample *s)
{
	struct plant *t = arg;
	struct place *p = &t->place[s->tag];
	uint64_t v = s->value.type == VALUE_BOOL ? s->value.u.b : (uint64_t)s->value.u.i;

	if (!quality_is_good(s->quality) || value_is_right(t, p, v))
		return;
	if (t->wrong++ == 0)
		snprintf(t->first_wrong, sizeof(t->first_wrong),
			 "unit %u area %u address %u became 0x%016" PRIx64
			 ", its newest request is %" PRIu32,
			 p->unit, p->area, p->at, v, p->newest);
}

/* --- the plant --- */

static uint64_t seed(void)
{
	const char *text = getenv("SIGHTGLASS_SEED");

	return text ? strtoull(text, NULL, 10) : (uint64_t)clock_now().wall.ms;
}

static void add_tag(struct plant *t, uint32_t device, unsigned unit, unsigned area,
		    unsigned at, const char *type)
{
	static const char *const names[] = { "", "coil", "discrete", "holding", "input" };
	char address[60];

	t->place[t->tags] = (struct place){ .unit = unit, .area = area, .at = at };
	snprintf(address, sizeof(address), "%s:%u%s", names[area], at, type);
	harness_tag(t->h, t->tags++, device, NULL, "address", address, NULL);
}

static void add_group(struct plant *t, uint32_t device, unsigned unit, unsigned area,
		      unsigned first)
{
	for (unsigned i = 0; i < ADDRESSED_LONGS; i++)
		add_tag(t, device, unit, area, first + 4 * i, ":int64");
	for (unsigned i = 0; i < ADDRESSED_SHORTS; i++)
		add_tag(t, device, unit, area, first + 4 * ADDRESSED_LONGS + i, "");
}

/* Two blocks of the same size, which only their contents tell apart; some devices have
 * the second among their input registers, some have bits too. */
static void add_device(struct plant *t, const char *endpoint)
{
	uint32_t id = t->devices++;
	unsigned unit_no = id + 1;
	char name[20], unit[20];

	snprintf(name, sizeof(name), "plc%u", unit_no);
	snprintf(unit, sizeof(unit), "%u", unit_no);
	harness_device(t->h, id, name, "endpoint", endpoint, "unit", unit, "scan_ms",
		       "50", "timeout_ms", "200", NULL);
	add_group(t, id, unit_no, AREA_HOLDING, FIRST_GROUP);
	add_group(t, id, unit_no, id % 4 ? AREA_HOLDING : AREA_INPUT, SECOND_GROUP);
	for (unsigned i = 0; id % 4 == 1 && i < BITS; i++)
		add_tag(t, id, unit_no, id % 8 == 1 ? AREA_COIL : AREA_DISCRETE,
			BITS_AT + i, "");
}

enum { TCP_HOSTS = 48, TCP_DEVICES = 60, LINES = 40, LINE_DEVICES = 48 };

static void add_devices(struct plant *t, unsigned port, const char *folder)
{
	uint32_t n = t->serial ? LINE_DEVICES : TCP_DEVICES;
	char endpoint[300];

	for (uint32_t i = 0; i < n; i++) {
		if (t->serial)
			snprintf(endpoint, sizeof(endpoint),
				 "rtu://%s/line%u?baud=38400&turnaround_ms=150", folder,
				 i % LINES);
		else
			snprintf(endpoint, sizeof(endpoint), "tcp://127.0.0.%u:%u",
				 2 + i % TCP_HOSTS, port);
		add_device(t, endpoint);
	}
}

static long start_slave(struct plant *t)
{
	const char *const argv[] = { "addressed", NULL };
	char line[100];

	t->slave = peer_start(argv);
	peer_line(&t->slave, line, sizeof(line));
	return strtol(line + 5, NULL, 10);
}

/* The port the proxy listens on. */
static unsigned start_proxy(struct plant *t, const char *folder)
{
	static char words[4][30], lines[LINES][200];
	const char *argv[6 + LINES] = { "chaos_proxy", words[0], words[1], words[2],
					words[3] };
	char line[200];

	snprintf(words[0], sizeof(words[0]), "%" PRIu64, seed());
	snprintf(words[1], sizeof(words[1]), "%d", PERCENT);
	snprintf(words[2], sizeof(words[2]), "%d", TIMEOUT_MS);
	snprintf(words[3], sizeof(words[3]), "%ld", start_slave(t));
	for (int i = 0; t->serial && i < LINES; i++) {
		snprintf(lines[i], sizeof(lines[i]), "%s/line%d", folder, i);
		argv[5 + i] = lines[i];
	}
	t->proxy = peer_start(argv);
	peer_line(&t->proxy, line, sizeof(line));
	print_message("# chaos: %s %s\n", t->serial ? "RTU" : "TCP", line);
	return (unsigned)strtoul(strstr(line, "PORT ") + 5, NULL, 10);
}

static struct plant *open_plant(bool serial)
{
	struct plant *t = calloc(1, sizeof(*t));
	const char *folder = test_tmpdir();

	assert_non_null(t);
	t->serial = serial;
	unsigned port = start_proxy(t, folder);
	t->h = harness_start("sightglass-modbus");
	t->h->on_sample = judge;
	t->h->on_sample_arg = t;
	harness_begin(t->h);
	add_devices(t, port, folder);
	harness_commit(t->h);
	if (t->h->n_refusals)
		fail_msg("%s", t->h->refusals[0].text);
	return t;
}

static void close_plant(struct plant *t)
{
	assert_int_equal(harness_stop(t->h), 0);
	peer_stop(&t->proxy);
	peer_stop(&t->slave);
	free(t);
}

/* --- what the proxy did --- */

static void ask_proxy(struct plant *t)
{
	peer_tell(&t->proxy, "stats\n");
	t->stats[0] = ' ';
	peer_line(&t->proxy, t->stats + 1, sizeof(t->stats) - 1);
}

static uint64_t proxy_count(const struct plant *t, const char *name)
{
	char word[60];

	snprintf(word, sizeof(word), " %s ", name);
	const char *at = strstr(t->stats, word);
	assert_non_null(at);
	return strtoull(at + strlen(word), NULL, 10);
}

/* What the driver counts for each kind of fault. One fault is one event, but for those
 * two whose reply comes after the time-out. */
enum { TIMED_OUT = REFUSED_KINDS, EXCEPTION, EVENTS, NOTHING };

/* NOTHING: no reply that could be refused, or one that is right; NEVER: not made there.
 */
enum { NEVER = -1 };

static const struct kind {
	const char *name;
	int tcp, line;  /* the event there */
	bool times_out; /* before it */
} kinds[] = {
	{ "silent", NOTHING, NOTHING, true },
	{ "late", NOTHING, NOTHING, true },
	{ "stale", REFUSED_TRANSACTION, REFUSED_SIZE, true },
	{ "reordered", REFUSED_UNASKED, REFUSED_UNASKED, true },
	{ "doubled", REFUSED_DUPLICATE, REFUSED_UNASKED, false },
	{ "cut", REFUSED_CUT, REFUSED_CUT, false },
	{ "cut-fin", REFUSED_CUT, NEVER, false },
	{ "cut-reset", REFUSED_CUT, NEVER, false },
	{ "reset", NOTHING, NEVER, false },
	{ "trickled", NOTHING, NOTHING, false },
	{ "crawling", REFUSED_CUT, REFUSED_CUT, false },
	{ "transaction", REFUSED_TRANSACTION, NEVER, false },
	{ "unit", REFUSED_UNIT, REFUSED_UNIT, false },
	{ "function", REFUSED_FUNCTION, REFUSED_FUNCTION, false },
	{ "exception", EXCEPTION, EXCEPTION, false },
	{ "foreign-exception", REFUSED_FUNCTION, REFUSED_FUNCTION, false },
	{ "byte-count", REFUSED_SIZE, REFUSED_CUT, false },
	{ "short", REFUSED_SIZE, REFUSED_SIZE, false },
	{ "length", REFUSED_HEADER, NEVER, false },
	{ "protocol", REFUSED_HEADER, NEVER, false },
	{ "tail", REFUSED_UNASKED, REFUSED_UNASKED, false },
	{ "noise", REFUSED_HEADER, REFUSED_CHECKSUM, false },
	{ "flipped", NEVER, REFUSED_CHECKSUM, false },
};

enum { N_KINDS = sizeof(kinds) / sizeof(kinds[0]) };

static int event_of(const struct plant *t, const struct kind *k)
{
	return t->serial ? k->line : k->tcp;
}

/* The rarest kind that makes sense here. */
static uint64_t rarest(const struct plant *t)
{
	uint64_t least = UINT64_MAX;

	for (size_t i = 0; i < N_KINDS; i++) {
		uint64_t n = proxy_count(t, kinds[i].name);

		if (event_of(t, &kinds[i]) != NEVER && n < least)
			least = n;
	}
	return least;
}

static uint64_t values_asked(const struct plant *t)
{
	return proxy_count(t, "words") * ADDRESSED_VALUES;
}

static struct goal goal_of(bool serial)
{
	if (getenv("SIGHTGLASS_SOAK"))
		return (struct goal){ 1000000, 1000, 1800000 };
	return serial ? (struct goal){ 25000, 1, 60000 }
		      : (struct goal){ 75000, 10, 60000 };
}

static void poll_until(struct plant *t, struct goal goal)
{
	struct mono end = mono_add_ms(clock_mono(), goal.within_ms);

	do {
		harness_watch(t->h, 500);
		if (t->wrong)
			fail_msg("%s\n%s", t->first_wrong, t->stats);
		if (mono_reached(clock_mono(), end))
			fail_msg("not enough in time:%s", t->stats);
		ask_proxy(t);
	} while (values_asked(t) < goal.values || rarest(t) < goal.each);
}

/* --- does the driver count what the proxy did? ------------------------------------- */

static uint32_t connected(const struct plant *t)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < t->devices; i++)
		n += t->h->device[i].state == DEVICE_CONNECTED;
	return n;
}

/* Devices that have told twice since then what they counted. */
static uint32_t told(const struct plant *t, const uint64_t before[HARNESS_DEVICES])
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < t->devices; i++)
		n += t->h->n_stats[i] >= before[i] + 2;
	return n;
}

/* No more faults; until every device answers again, which may take the longest back-off,
 * and has told what it counted. */
static void calm_down(struct plant *t)
{
	struct mono end = mono_add_ms(clock_mono(), SETTLE_MS);
	uint64_t before[HARNESS_DEVICES];
	char line[20];

	peer_tell(&t->proxy, "calm\n");
	peer_line(&t->proxy, line, sizeof(line));
	assert_string_equal(line, "ok");
	while (connected(t) < t->devices && !mono_reached(clock_mono(), end))
		harness_pump(t->h, 50);
	assert_int_equal(connected(t), t->devices);
	memcpy(before, t->h->n_stats, sizeof(before));
	while (told(t, before) < t->devices && !mono_reached(clock_mono(), end))
		harness_pump(t->h, 50);
	assert_int_equal(told(t, before), t->devices);
	ask_proxy(t);
}

static void expect_events(const struct plant *t, int64_t count[EVENTS])
{
	for (size_t i = 0; i < N_KINDS; i++) {
		int64_t n = (int64_t)proxy_count(t, kinds[i].name);
		int event = event_of(t, &kinds[i]);

		if (event >= 0 && event < EVENTS)
			count[event] += n;
		if (kinds[i].times_out)
			count[TIMED_OUT] += n;
	}
}

static void add_events(const struct plant *t, int64_t count[EVENTS])
{
	for (uint32_t i = 0; i < t->devices; i++) {
		const struct device_stats *s = &t->h->stats[i];

		for (int k = 0; k < REFUSED_KINDS; k++)
			count[k] += (int64_t)s->refused[k];
		count[TIMED_OUT] += (int64_t)s->timeouts;
		count[EXCEPTION] += (int64_t)s->exceptions;
	}
}

static const char *event_name(int event)
{
	return event == TIMED_OUT   ? "timed out"
	       : event == EXCEPTION ? "exception"
				    : refused_kind_name((enum refused_kind)event);
}

/* Counts a as b, in both. */
static void merge(int64_t want[EVENTS], int64_t got[EVENTS], int a, int b)
{
	want[b] += want[a];
	got[b] += got[a];
	want[a] = got[a] = 0;
}

/* A machine that is busy makes a reply late that was to be something else: an event may
 * become one of time, and a right reply too, but no other may come from nowhere. On a
 * line, where nothing tells a late reply from another one, it may be refused once more
 * there. What a reply to another request is taken for depends on when it is looked at
 * (TCP: unasked, or of another transaction), or on which block that was (lines: another
 * size or function). Returns the replies that were late only because the machine was. */
static int64_t compare_events(const struct plant *t)
{
	int64_t want[EVENTS] = { 0 }, got[EVENTS] = { 0 }, gone = 0, all = 0;
	int64_t extra = 0;

	expect_events(t, want);
	add_events(t, got);
	for (int i = 0; i < EVENTS; i++) {
		if (want[i] || got[i])
			print_message("# chaos: counted %s: %" PRId64 " of %" PRId64 "\n",
				      event_name(i), got[i], want[i]);
		all += want[i];
	}
	merge(want, got, REFUSED_CUT, TIMED_OUT);
	if (t->serial)
		merge(want, got, REFUSED_FUNCTION, REFUSED_SIZE);
	else
		merge(want, got, REFUSED_TRANSACTION, REFUSED_UNASKED);
	for (int i = 0; i < EVENTS; i++) {
		int64_t less = want[i] - got[i];

		if (i == TIMED_OUT)
			continue;
		if (less < 0 && !t->serial)
			fail_msg("%s: %" PRId64 " counted, %" PRId64 " made",
				 event_name(i), got[i], want[i]);
		gone += less > 0 ? less : 0;
		extra += less < 0 ? -less : 0;
	}
	int64_t late = got[TIMED_OUT] - want[TIMED_OUT];
	assert_true(late >= gone);
	assert_true(extra <= 2 + all / 50 + late);
	assert_true(gone <= all / 4); /* or nothing has been compared */
	return late;
}

static void one_run(bool serial)
{
	struct mono start = clock_mono();
	struct plant *t = open_plant(serial);
	struct goal goal = goal_of(serial);

	/* Each block's first good reply and what is on its way do not count as values: in
	 * a short run that would be many, so the share is taken from here on. */
	poll_until(t, (struct goal){ goal.values / 3, 0, goal.within_ms });
	uint64_t early_good = t->good, early_values = values_asked(t);
	goal.values += early_values;
	poll_until(t, goal);
	uint64_t asked = proxy_count(t, "asked"), faulted = proxy_count(t, "faulted");
	print_message("# chaos: %s %" PRIu64 " values asked, %" PRIu64
		      " accepted (%.0f %%), "
		      "%" PRIu64 " wrong, %" PRIu64 " bits seen; %.1f %% of %" PRIu64
		      " transactions faulted, %.0f s\n# chaos:%s\n",
		      serial ? "RTU" : "TCP", values_asked(t), t->good,
		      100.0 * (double)t->good / (double)values_asked(t), t->wrong,
		      t->bits, 100.0 * (double)faulted / (double)asked, asked,
		      (double)mono_ms_between(start, clock_mono()) / 1000, t->stats);
	assert_true(5 * faulted >= asked);
	uint64_t good = t->good - early_good, values = values_asked(t) - early_values;
	print_message("# chaos: %.0f %% once all had begun\n",
		      100.0 * (double)good / (double)values);
	calm_down(t);
	int64_t late = compare_events(t);
	/* such a reply takes the one with it that has to be right before a value counts
	 */
	assert_true(2 * good + 4 * (uint64_t)late * ADDRESSED_VALUES >= values);
	close_plant(t);
}

static void PLC_09_PLC_12_chaos_on_tcp_gives_no_wrong_value(void **state)
{
	(void)state;
	one_run(false);
}

static void PLC_10_PLC_15_chaos_on_lines_gives_no_wrong_value(void **state)
{
	(void)state;
	one_run(true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(PLC_09_PLC_12_chaos_on_tcp_gives_no_wrong_value),
		cmocka_unit_test(PLC_10_PLC_15_chaos_on_lines_gives_no_wrong_value),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
