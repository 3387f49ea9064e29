/*
 * test_many_tags.c - a station as large as one may be: it loads, is served and reloaded
 * within what docs/bench.md states, and one tag more is refused with a sentence.
 */
#include "support/test.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "own_station.h"
#include "station/def.h"
#include "util/clock.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { MANY = 20000, MEASURED = 0 }; /* each byte weighs more there */
#else
/* The server's own tags and those of a device take their part. */
enum { MANY = STATION_TAGS_MAX - 200, MEASURED = 1 };
#endif
enum { UP_MS = 60000, RELOADED_MS = 60000 };
/* Bytes a tag, as docs/bench.md states them: at rest, and while it starts or reloads. */
enum { SERVER_BYTES = 400, DRIVER_BYTES = 250, PEAK_BYTES = 800 };

static struct own_station own;
static char out[1 << 16];

static void write_station(long rows)
{
	char path[300];

	own_station_make(&own);
	own_station_put(
		&own, "sightglass.cfg",
		"station = { name = \"own\"; }; devices = \"devices.cfg\"; tags = "
		"\"tags.cfg\"; tags_csv = \"many.csv\"; access = \"access.cfg\";\n");
	own_station_put(&own, "devices.cfg",
			"devices = ( { name = \"plc\"; driver = \"modbus\"; endpoint = "
			"\"tcp://127.0.0.1:1\"; } );\n");
	snprintf(path, sizeof(path), "%s/many.csv", own.dir);
	FILE *f = fopen(path, "we");
	assert_non_null(f);
	fputs("name,device,address,unit,description\n", f);
	for (long i = 0; i < rows; i++)
		fprintf(f, "b.area%03ld.t%07ld,plc,holding:%ld,m3/h,number %ld of many\n",
			i / 10000, i, i % 65000, i);
	assert_int_equal(fclose(f), 0);
}

static long kilobytes(pid_t pid, const char *name)
{
	char path[64], line[200];
	long kb = 0;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	FILE *f = fopen(path, "re");
	assert_non_null(f);
	while (fgets(line, sizeof(line), f))
		if (strncmp(line, name, strlen(name)) == 0)
			kb = strtol(line + strlen(name) + 1, NULL, 10);
	fclose(f);
	assert_true(kb > 0);
	return kb;
}

static void assert_bytes_a_tag(pid_t pid, const char *name, long limit)
{
	long bytes = kilobytes(pid, name) * 1024 / MANY;

	print_message("%s %ld bytes a tag\n", name, bytes);
	if (MEASURED && bytes > limit)
		fail_msg("%s of %d is %ld bytes a tag, not %ld", name, (int)pid, bytes,
			 limit);
}

static void await_reload(void)
{
	struct mono end = mono_add_ms(clock_mono(), RELOADED_MS);

	for (bool done = false; !done;) {
		char *log = own_station_log(&own), *said = strstr(log, "reload: ");

		done = said && strstr(said, "0 differences");
		if (!done && mono_reached(clock_mono(), end))
			fail_msg("no reload: %s", log);
		free(log);
		poll(NULL, 0, 20); /* between two looks */
	}
}

static void CF_06_a_million_tags_load_within_what_is_stated(void **state)
{
	char last[64];
	struct mono begun = clock_mono();

	(void)state;
	write_station(MANY);
	own_station_start(&own, NULL);
	snprintf(last, sizeof(last), "b.area%03d.t%07d", (MANY - 1) / 10000, MANY - 1);
	DEMO_UNTIL(&own.as, "bad (the device does not answer)", UP_MS, "get", last);
	print_message("up after %lld ms\n",
		      (long long)mono_ms_between(begun, clock_mono()));
	pid_t driver = demo_find_process(&own.as, "sightglass-modb");
	assert_bytes_a_tag(own.pid, "VmRSS:", SERVER_BYTES);
	assert_bytes_a_tag(driver, "VmRSS:", DRIVER_BYTES);
	begun = clock_mono();
	/* on a busy machine the loop stands still for longer than a client waits */
	DEMO_RUN(&own.as, out, "reload");
	await_reload();
	print_message("reloaded after %lld ms\n",
		      (long long)mono_ms_between(begun, clock_mono()));
	DEMO_UNTIL(&own.as, last, UP_MS, "get", last);
	assert_bytes_a_tag(own.pid, "VmHWM:", PEAK_BYTES);
	/* nobody was held to be dead meanwhile */
	assert_int_equal(demo_find_process(&own.as, "sightglass-modb"), driver);
	assert_int_equal((int)demo_number(&own.as, "system.driver_restarts"), 0);
	assert_int_equal(own_station_stop(&own), 0);
}

static void CF_06_more_than_a_million_tags_are_refused_with_a_sentence(void **state)
{
	char *log;

	(void)state;
	write_station(STATION_TAGS_MAX + 1);
	own_station_start(&own, NULL);
	assert_int_equal(own_station_await_end(&own, UP_MS), 1);
	log = own_station_log(&own);
	assert_has(log, "many.csv:");
	assert_has(log, "more than 1000000 tags");
	free(log);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(CF_06_a_million_tags_load_within_what_is_stated),
		cmocka_unit_test(
			CF_06_more_than_a_million_tags_are_refused_with_a_sentence),
	};

	setenv("LC_ALL", "C.UTF-8", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
