/*
 * bench_startup.c - from exec to the first poll with 10 k and 100 k tags, against
 * libconfig reading the same files; memory a tag of server and driver together; CPU a
 * polled tag of both together.
 */
#include "bench/bench.h"

#include <stdio.h>

#include "bench/server_rig.h"

enum { SMALL = 10000, LARGE = 100000 };

struct bed {
	struct bare_slave slave;
	struct rig_station station;
};

static double start_side(void *arg)
{
	struct bed *b = arg;
	struct rig_server r;
	uint64_t before = b->slave.shared->requests;

	rig_server_start(&r, &b->station);
	double seconds = rig_server_wait_poll(&r, &b->slave, before);
	rig_server_stop(&r);
	return seconds * 1000;
}

static double parse_side(void *arg)
{
	struct bed *b = arg;
	double start = bench_seconds();

	bare_config_parse((const char *const *)b->station.files, b->station.n_files);
	return (bench_seconds() - start) * 1000;
}

/* Until every tag has been polled a few times. */
static void settle(const struct bed *b, unsigned tags)
{
	uint64_t enough = b->slave.shared->requests + 3 * (uint64_t)tags / 125 + 100;
	double end = bench_seconds() + 30;

	while (b->slave.shared->requests < enough && bench_seconds() < end)
		bench_pause(20);
}

struct memory {
	double server, driver; /* bytes */
};

static struct memory memory(struct bed *b, unsigned tags)
{
	struct rig_server r;
	uint64_t before = b->slave.shared->requests;

	rig_server_start(&r, &b->station);
	rig_server_wait_poll(&r, &b->slave, before);
	rig_server_find_driver(&r);
	settle(b, tags);
	struct memory m = { bench_pss_kb(r.pid) * 1024, bench_pss_kb(r.driver) * 1024 };
	rig_server_stop(&r);
	return m;
}

/* The same tags as rows; what libconfig parses is the files they would otherwise fill. */
static void from_csv(struct bed *b, unsigned tags)
{
	const struct rig_plan plan = { .tags = tags, .scan_ms = 1000, .csv = true };
	char name[80];
	const struct bench_row row = { .name = name,
				       .unit = "ms",
				       .against = "bare libconfig parse",
				       .goal = 1,
				       .at_most = true };

	snprintf(name, sizeof(name), "start-up, %u k tags from CSV, until polling",
		 tags / 1000);
	rig_station_write(&b->station, &plan, b->slave.port);
	bench_pair(&row, start_side, parse_side, b);
	rig_station_release(&b->station);
}

static struct memory run_size(struct bed *b, unsigned tags)
{
	const struct rig_plan plan = { .tags = tags, .scan_ms = 1000 };
	char name[80];
	const struct bench_row row = { .name = name,
				       .unit = "ms",
				       .against = "bare libconfig parse",
				       .goal = 3,
				       .at_most = true };

	snprintf(name, sizeof(name), "start-up, %u k tags, until polling", tags / 1000);
	rig_station_write(&b->station, &plan, b->slave.port);
	bench_pair(&row, start_side, parse_side, b);
	struct memory m = memory(b, tags);
	rig_station_release(&b->station);
	from_csv(b, tags);
	return m;
}

/* 10 k tags at 10 Hz, 2 % changing: microseconds of CPU a polled tag, both programs. */
static void cpu_a_tag(struct bed *b)
{
	const struct rig_plan plan = { .tags = SMALL, .limits = 4, .scan_ms = 100 };
	const struct bench_row row = {
		.name = "CPU a polled tag, driver + server, 4 limits",
		.unit = "us",
		.against = "goal, Neuron 5.1",
		.goal = 1,
		.at_most = true
	};
	struct rig_server r;
	double us[BENCH_PAIRS];
	uint64_t before = b->slave.shared->requests;

	rig_station_write(&b->station, &plan, b->slave.port);
	b->slave.shared->changing = 2;
	rig_server_start(&r, &b->station);
	rig_server_wait_poll(&r, &b->slave, before);
	rig_server_find_driver(&r);
	settle(b, SMALL);
	for (int i = 0; i < BENCH_PAIRS; i++) {
		double cpu = bench_cpu_of(r.pid) + bench_cpu_of(r.driver);

		before = b->slave.shared->requests;
		bench_pause(1000);
		cpu = bench_cpu_of(r.pid) + bench_cpu_of(r.driver) - cpu;
		us[i] = cpu * 1e6 / (double)(b->slave.shared->requests - before) / 125;
	}
	rig_server_stop(&r);
	rig_station_release(&b->station);
	bench_known(&row, bench_median(us, BENCH_PAIRS), 0.6);
}

/* The slope: what the programs need without tags does not count. */
static void print_memory(const struct memory *small, const struct memory *large)
{
	const double more = LARGE - SMALL;
	double server = (large->server - small->server) / more;
	double driver = (large->driver - small->driver) / more;
	struct bench_row row = { .name = "memory a tag, server + driver, no alarms",
				 .unit = "bytes",
				 .against = "goal, EPICS 2,920",
				 .goal = 1,
				 .at_most = true };

	bench_known(&row, server + driver, 400);
	row = (struct bench_row){ .name = "of it the server",
				  .unit = "bytes",
				  .against = "both" };
	bench_known(&row, server, server + driver);
	row.name = "of it the driver";
	bench_known(&row, driver, server + driver);
}

int main(void)
{
	static struct bed b;

	bare_slave_start(&b.slave);
	cpu_a_tag(&b);
	struct memory small = run_size(&b, SMALL), large = run_size(&b, LARGE);
	print_memory(&small, &large);
	bare_slave_stop(&b.slave);
	return 0;
}
