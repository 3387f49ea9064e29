/*
 * bench_load_alarms.c - a station of 100,000 alarms: how long its files take to be read,
 * checked and made into a station, and what an alarm needs in memory, its text counted.
 *
 * Every text of every alarm is its own, as if nothing were alike, and all five together
 * as long as those of the demonstration, 160 bytes; four limits on each of 25,000 tags,
 * in files of 5,000 alarms. Memory is the proportional set size of a process that has
 * loaded them less that of one that has loaded the same station without alarms.
 */
#include "bench/bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "station/station.h"
#include "util/clock.h"
#include "util/xalloc.h"

enum { TAGS = 25000, LIMITS = 4, A_FILE = 5000, LOADS = 5 };

struct cost {
	double read_s;  /* files to definition */
	double ready_s; /* and to a station that runs */
	double bytes;   /* of the process */
};

static void write_fixed(const char *dir)
{
	FILE *f = bench_file(dir, "devices.cfg");

	fputs("devices = ( { name = \"plc\"; driver = \"modbus\"; endpoint = "
	      "\"tcp://127.0.0.1:1\"; } );\n",
	      f);
	fclose(f);
	f = bench_file(dir, "access.cfg");
	fputs("unlisted = \"view\";\n", f);
	fclose(f);
	f = bench_file(dir, "tags.cfg");
	fputs("tags = (", f);
	for (unsigned i = 0; i < TAGS; i++)
		fprintf(f,
			"%s\n{ name = \"unit%02u.line%03u.temperature\"; device = "
			"\"plc\"; "
			"address = \"input:%u:float32\"; unit = \"bar\"; range = ( 0, "
			"100 "
			"); }",
			i ? "," : "", i / 1000, i % 1000, i % 30000 * 2);
	fputs(" );\n", f);
	fclose(f);
}

static void write_alarm(FILE *f, unsigned n, bool first)
{
	static const char *const names[] = { "lolo", "lo", "hi", "hihi" };
	static const char *const words[] = { "critical", "medium", "low", "high" };
	unsigned tag = n / LIMITS, k = n % LIMITS;

	fprintf(f,
		"%s{ name = \"unit%02u.line%03u.temperature.%s\"; type = \"%s\"; tag = "
		"\"unit%02u.line%03u.temperature\";\n  limit = %u; deadband = 0.5; "
		"on_delay_s = 15; priority = \"%s\"; class = \"pressure\";\n",
		first ? "" : ",\n", tag / 1000, tag % 1000, names[k],
		k < 2 ? "low" : "high", tag / 1000, tag % 1000, 10 + 20 * k, words[k]);
	fprintf(f,
		"  message = \"Line %u: {value} {unit}, limit {limit}\";\n"
		"  consequence = \"Line %u stops within the hour\";\n"
		"  cause = \"Valve %u shut, pump worn out\";\n"
		"  action = \"Open valve %u and start the pump\";\n"
		"  respond_within_s = 600; }",
		n, n, n, n);
}

static void write_alarms(const char *dir)
{
	char name[64];

	snprintf(name, sizeof(name), "%s/alarms", dir);
	mkdir(name, 0700);
	for (unsigned i = 0; i < TAGS * LIMITS; i += A_FILE) {
		snprintf(name, sizeof(name), "alarms/a%03u.cfg", i / A_FILE);
		FILE *f = bench_file(dir, name);

		if (i == 0)
			fputs("classes = ( { name = \"pressure\"; realarm_s = 3600; } "
			      ");\n",
			      f);
		fputs("alarms = (\n", f);
		for (unsigned n = i; n < i + A_FILE; n++)
			write_alarm(f, n, n == i);
		fputs("\n);\n", f);
		fclose(f);
	}
}

static void write_station(const char *dir, const char *name, bool alarms)
{
	FILE *f = bench_file(dir, name);

	fprintf(f,
		"station = { name = \"bench\"; };\ndevices = \"devices.cfg\";\ntags = "
		"\"tags.cfg\";\naccess = \"access.cfg\";\n%s",
		alarms ? "alarms = \"alarms\";\n" : "");
	fclose(f);
}

/* In a process of its own: what an earlier load left behind would be counted. */
static void load(const char *path, int to)
{
	const struct store_snapshot snapshot = { .next_occurrence = 1 };
	const struct station_options options = { .server = "bench" };
	struct diag_list diags = DIAG_LIST_INIT;
	struct actions out = { 0 };
	struct cost cost;
	double start = bench_cpu();

	xalloc_thrifty();
	struct station_def *d = station_load(path, &diags);
	if (!d)
		bench_die("the station of the bench does not load: %s", diags.v[0].text);
	cost.read_s = bench_cpu() - start;
	station_new(d, &snapshot, &options, clock_now(), &out);
	cost.ready_s = bench_cpu() - start;
	actions_clear(&out);
	xalloc_trim();
	cost.bytes = bench_pss_kb(getpid()) * 1024;
	if (write(to, &cost, sizeof(cost)) != (ssize_t)sizeof(cost))
		_exit(1);
	_exit(0);
}

static struct cost one(const char *path)
{
	struct cost cost = { 0 };
	int ends[2], status;

	if (pipe(ends) != 0)
		bench_die("no pipe");
	fflush(stdout); /* else the child would print it, too */
	pid_t pid = fork();
	if (pid == 0)
		load(path, ends[1]);
	close(ends[1]);
	ssize_t n = read(ends[0], &cost, sizeof(cost));
	close(ends[0]);
	waitpid(pid, &status, 0);
	if (n != (ssize_t)sizeof(cost) || status != 0)
		bench_die("a load ended early");
	return cost;
}

static void print(const struct cost *with, const struct cost *without)
{
	struct bench_row row = { .name = "load 100 k alarms, files to definition",
				 .unit = "s",
				 .against = "goal",
				 .goal = 1,
				 .at_most = true };
	double read_s[LOADS], ready_s[LOADS], bytes[LOADS];

	for (int i = 0; i < LOADS; i++) {
		read_s[i] = with[i].read_s - without[i].read_s;
		ready_s[i] = with[i].ready_s;
		bytes[i] = (with[i].bytes - without[i].bytes) / (TAGS * LIMITS);
	}
	bench_known(&row, bench_median(read_s, LOADS), 2);
	row.name = "load 100 k alarms and 25 k tags, until the station runs";
	bench_known(&row, bench_median(ready_s, LOADS), 2);
	row = (struct bench_row){ .name = "memory an alarm, its text counted",
				  .unit = "bytes",
				  .against = "goal",
				  .goal = 1,
				  .at_most = true };
	bench_known(&row, bench_median(bytes, LOADS), 512);
}

int main(void)
{
	static struct cost with[LOADS], without[LOADS];
	const char *dir = bench_tmpdir();
	char full[4300], bare[4300];

	write_fixed(dir);
	write_alarms(dir);
	write_station(dir, "full.cfg", true);
	write_station(dir, "bare.cfg", false);
	snprintf(full, sizeof(full), "%s/full.cfg", dir);
	snprintf(bare, sizeof(bare), "%s/bare.cfg", dir);
	for (int i = 0; i < LOADS; i++) {
		without[i] = one(bare);
		with[i] = one(full);
	}
	print(with, without);
	return 0;
}
