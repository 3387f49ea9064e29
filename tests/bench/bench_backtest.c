/*
 * bench_backtest.c - recorded values a CPU second that `sightglass backtest` takes
 * through four limits each, reading of the CSV file and loading of the station included.
 */
#include "bench/bench.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { TAGS = 100, ROWS = 20000 };
#define GOAL 5e6

static void finish(FILE *f)
{
	if (fclose(f) != 0)
		bench_die("cannot write the station");
}

static void write_alarm(FILE *f, int tag, int k, const char *type, double limit)
{
	fprintf(f,
		"%s{ name = \"t%02d.a%d\"; type = \"%s\"; tag = \"t%02d.v\"; limit = %g; "
		"deadband = 0.5; priority = \"low\"; message = \"m\"; }",
		tag || k ? ",\n" : "", tag, k, type, tag, limit);
}

static void write_station(const char *dir)
{
	FILE *f = bench_file(dir, "station.cfg");

	fputs("station = { name = \"b\"; }; devices = \"devices.cfg\"; tags = "
	      "\"tags.cfg\";"
	      "access = \"access.cfg\"; alarms = \"alarms.cfg\";\n",
	      f);
	finish(f);
	f = bench_file(dir, "devices.cfg");
	fputs("devices = ({ name = \"p\"; driver = \"modbus\"; endpoint = "
	      "\"tcp://127.0.0.1:1\"; });\n",
	      f);
	finish(f);
	f = bench_file(dir, "access.cfg");
	fputs("unlisted = \"view\"; roles = (); operators = ();\n", f);
	finish(f);
	f = bench_file(dir, "tags.cfg");
	fputs("tags = (\n", f);
	for (int i = 0; i < TAGS; i++)
		fprintf(f,
			"%s{ name = \"t%02d.v\"; device = \"p\"; address = \"hr:%d\"; "
			"type "
			"= \"double\"; }",
			i ? ",\n" : "", i, i * 4);
	fputs(");\n", f);
	finish(f);
	f = bench_file(dir, "alarms.cfg");
	fputs("alarms = (\n", f);
	for (int i = 0; i < TAGS; i++) {
		write_alarm(f, i, 0, "high", 90);
		write_alarm(f, i, 1, "high", 95);
		write_alarm(f, i, 2, "low", 10);
		write_alarm(f, i, 3, "low", 5);
	}
	fputs(");\n", f);
	finish(f);
}

/* Values between 20 and 80; one in fifty lies beyond a limit. */
static void write_recording(const char *dir)
{
	FILE *f = bench_file(dir, "data.csv");
	uint64_t seed = 4;

	fputs("time", f);
	for (int i = 0; i < TAGS; i++)
		fprintf(f, ",t%02d.v", i);
	for (int row = 0; row < ROWS; row++) {
		fprintf(f, "\n%d", 1795348800 + row);
		for (int i = 0; i < TAGS; i++) {
			uint64_t r = bench_random(&seed);

			fprintf(f, ",%.3f",
				r % 50 ? 20 + (double)(r >> 8 & 0xFFFF) / 1100 : 92.5);
		}
	}
	fputs("\n", f);
	finish(f);
}

static void child(const char *dir)
{
	char bin[4400], station[4400], data[4400];
	int null = open("/dev/null", O_WRONLY);

	snprintf(bin, sizeof(bin), "%s/sightglass", getenv("SIGHTGLASS_BIN"));
	snprintf(station, sizeof(station), "%s/station.cfg", dir);
	snprintf(data, sizeof(data), "%s/data.csv", dir);
	dup2(null, 1);
	execl(bin, bin, "backtest", "--station", station, "--data", data, "--no-journal",
	      (char *)NULL);
	_exit(127);
}

static double samples_a_second(const char *dir)
{
	struct rusage use;
	int status;
	pid_t pid = fork();

	if (pid == 0)
		child(dir);
	if (wait4(pid, &status, 0, &use) != pid || status != 0)
		bench_die("sightglass backtest did not end well");
	return (double)TAGS * ROWS /
	       ((double)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) +
		(double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec) / 1e6);
}

int main(void)
{
	const struct bench_row row = { .name = "backtest, 100 tags, 4 limits",
				       .unit = "samples/s",
				       .against = "goal",
				       .goal = 1 };
	const char *dir = bench_tmpdir();
	double v[BENCH_PAIRS];

	write_station(dir);
	write_recording(dir);
	for (size_t i = 0; i < BENCH_PAIRS; i++)
		v[i] = samples_a_second(dir);
	bench_known(&row, bench_median(v, BENCH_PAIRS), GOAL);
	return 0;
}
