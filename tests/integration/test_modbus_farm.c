/* test_modbus_farm.c - hundreds of devices at once, and many of them dead: who lives is
 * read on time, nothing piles up. One slave stands for all of them, each at an address of
 * its own in 127.0.0.0/8. */
#include "support/test.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "integration/modbus_rig.h"
#include "support/stall.h"

enum { SCAN_MS = 500, ALIVE = 1, MORTAL = 2, WINDOWS = 8 };

static struct peer slave;
static char port[16];

static int start(void **state)
{
	const char *const argv[] = { "chaos_slave", "any", NULL };
	char line[100];

	(void)state;
	slave = peer_start(argv);
	peer_line(&slave, line, sizeof(line));
	snprintf(port, sizeof(port), "%ld", strtol(line + 5, NULL, 10));
	return 0;
}

static int stop(void **state)
{
	(void)state;
	peer_stop(&slave);
	return 0;
}

/* Device i at 127.0.i/200.1+i%200 with one tag that is news at each scan. */
static void add_device(struct harness *h, uint32_t i, int unit)
{
	char name[16], endpoint[64], number[8];

	snprintf(name, sizeof(name), "plc%u", i);
	snprintf(endpoint, sizeof(endpoint), "tcp://127.0.%u.%u:%s", 1 + i / 200,
		 1 + i % 200, port);
	snprintf(number, sizeof(number), "%d", unit);
	harness_device(h, i, name, "endpoint", endpoint, "unit", number, "scan_ms", "500",
		       "timeout_ms", "1000", NULL);
	harness_tag(h, i, i, NULL, "address", "holding:9000", NULL);
}

static size_t entries_of(pid_t pid, const char *what)
{
	char path[64];
	size_t n = 0;

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, what);
	DIR *dir = opendir(path);
	assert_non_null(dir);
	while (readdir(dir))
		n++;
	closedir(dir);
	return n - 2; /* . and .. */
}

struct sums {
	uint64_t done, late, skipped;
};

static struct sums sum_of(const struct harness *h, uint32_t first, uint32_t n)
{
	struct sums all = { 0, 0, 0 };

	for (uint32_t i = first; i < first + n; i++) {
		const struct class_stats *c = &h->stats[i].classes[0];

		all.done += c->done;
		all.late += c->late;
		all.skipped += c->skipped;
	}
	return all;
}

/* Over some seconds: of all scans of these devices next to none is lost or late. While
 * the machine stands still no scan can begin: those due in that time are not counted.
 * However busy the machine is, half of them come: who waits for the dead, and be it for
 * their first failure only, loses more. */
static bool on_time(struct harness *h, uint32_t first, uint32_t n, int64_t ms)
{
	struct sums before = sum_of(h, first, n);

	struct stall_span span = stall_begin();
	harness_watch(h, ms);
	struct sums after = sum_of(h, first, n);
	int64_t stood_ms = stall_lost_ms(&span);
	uint64_t done = after.done - before.done, late = after.late - before.late;
	uint64_t skipped = after.skipped - before.skipped;
	uint64_t excused = (uint64_t)n * (uint64_t)stood_ms / SCAN_MS;

	print_message("%u devices: %llu scans, %llu late, %llu skipped; the machine "
		      "stood still for %lld ms\n",
		      n, (unsigned long long)done, (unsigned long long)late,
		      (unsigned long long)skipped, (long long)stood_ms);
	/* the last second of each may not have been posted yet */
	uint64_t due = (uint64_t)n * (uint64_t)(ms - 1500) / SCAN_MS;

	assert_true(done + excused >= due / 2);
	return done + excused >= due && skipped <= done / 100 + excused &&
	       late <= done / 20 + excused;
}

/* Who is held up by the dead is held up at each of their tries: a time in which nobody is
 * late does not come. On a machine with much else to do it has to be waited for. */
static void wait_on_time(struct harness *h, uint32_t first, uint32_t n, int64_t ms)
{
	bool was = false;

	for (int i = 0; i < WINDOWS && !was; i++)
		was = on_time(h, first, n, ms);
	assert_true(was);
	for (uint32_t i = first; i < first + n; i++)
		assert_true(quality_is_good(h->tag[i].s.quality));
}

static void wait_all_good(struct harness *h, uint32_t first, uint32_t n)
{
	for (uint32_t i = first; i < first + n; i++)
		harness_wait_quality(h, i, QUALITY_GOOD, REASON_NONE);
}

static void PLC_25_200_devices_down_at_once_delay_no_other(void **state)
{
	enum { LIVING = 50, DYING = 200 };
	struct harness *h = harness_start("sightglass-modbus");

	(void)state;
	slave_tell(&slave, "mode normal");
	harness_begin(h);
	for (uint32_t i = 0; i < LIVING + DYING; i++)
		add_device(h, i, i < LIVING ? ALIVE : MORTAL);
	harness_commit(h);
	wait_all_good(h, 0, LIVING + DYING);
	/* no more begins or ends: each device has its channel */
	size_t threads = entries_of(h->pid, "task");
	assert_in_range(threads, LIVING + DYING, LIVING + DYING + 4);
	harness_wait_stats(h, 0);
	wait_on_time(h, 0, LIVING, 4000);
	slave_tell(&slave, "mode deaf 2");
	wait_on_time(h, 0, LIVING, 6000);
	for (uint32_t i = LIVING; i < LIVING + DYING; i++)
		harness_wait_state(h, i, DEVICE_FAILED);
	assert_int_equal(entries_of(h->pid, "task"), threads);
	slave_tell(&slave, "mode normal");
	wait_all_good(h, LIVING, DYING);
	assert_int_equal(entries_of(h->pid, "task"), threads);
	assert_int_equal(harness_stop(h), 0);
}

/* More descriptors than select() can watch, in one process. */
static void of_500_channels_the_living_half_is_on_time(void **state)
{
	enum { CHANNELS = 500, LIVING = 250 };
	struct harness *h = harness_start("sightglass-modbus");

	(void)state;
	slave_tell(&slave, "mode deaf 2");
	harness_begin(h);
	for (uint32_t i = 0; i < CHANNELS; i++)
		add_device(h, i, i < LIVING ? ALIVE : MORTAL);
	harness_commit(h);
	wait_all_good(h, 0, LIVING);
	for (uint32_t i = LIVING; i < CHANNELS; i++)
		harness_wait_state(h, i, DEVICE_FAILED);
	harness_wait_stats(h, 0);
	wait_on_time(h, 0, LIVING, 8000);
	print_message("%zu threads, %zu descriptors\n", entries_of(h->pid, "task"),
		      entries_of(h->pid, "fd"));
	assert_true(entries_of(h->pid, "task") <= CHANNELS + 4);
	harness_wait_unstuck(h);
	assert_int_equal(harness_stop(h), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(PLC_25_200_devices_down_at_once_delay_no_other),
		cmocka_unit_test(of_500_channels_the_living_half_is_on_time),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
