/*
 * bench_modbus.c - requests a second and CPU a request, from the wire to tags and alarms,
 * against a libmodbus loop on the same slave, which throws the values away.
 *
 * One channel: the real server with its driver, 12,500 registers each a tag with four
 * limits, in blocks of 125, scan_ms = 0. Fifty channels: the driver with the bench as its
 * server, against a libmodbus thread a connection.
 *
 * Where both ends of a connection run decides more than what they compute: on one
 * processor a reply wakes its reader at once, on two it has to wake the other processor,
 * which takes a virtual machine twenty times as long. So the rows with a goal keep both
 * ends of either side on one processor; the same left to the scheduler is printed too.
 */
#include "bench/bench.h"

#include <stdio.h>

#include "bench/bare/bare.h"
#include "bench/driver_host.h"
#include "bench/server_rig.h"

enum {
	BLOCK = 125,
	TAGS = 100 * BLOCK,
	LIMITS = 4,
	CHANNELS = 50,
	CPU_A = 1, /* bench_pin() */
	CPU_B = 2
};

static const unsigned CPU_ANY = ~0U;

static const double side_s = 1.0, settle_s = 0.3;

struct bed {
	struct bare_slave slave;
	struct rig_station station;
	bool pinned;
	double requests, cpu;
};

/* Requests a second of the slave over the next side_s, and the CPU of pid meanwhile. */
static double measure(struct bed *b, int pid)
{
	uint64_t before = b->slave.shared->requests;
	double start = bench_seconds(), cpu = bench_cpu_of(pid);

	bench_pause((int)(side_s * 1000));
	b->requests = (double)(b->slave.shared->requests - before);
	b->cpu = bench_cpu_of(pid) - cpu;
	return b->requests / (bench_seconds() - start);
}

static double driver_side(struct bed *b)
{
	uint64_t before = b->slave.shared->requests;
	struct rig_server server;

	rig_server_start(&server, &b->station);
	rig_server_wait_poll(&server, &b->slave, before);
	rig_server_find_driver(&server);
	if (b->pinned) {
		bench_pin(server.driver, CPU_A);
		bench_pin(server.pid, CPU_B);
	}
	bench_pause((int)(settle_s * 1000));
	double rate = measure(b, server.driver);
	rig_server_stop(&server);
	return rate;
}

static double bare_side(struct bed *b)
{
	double start = bench_seconds(), cpu = bench_cpu();
	struct bare_modbus *m = bare_modbus_open(b->slave.port);
	unsigned n = 0;

	for (; bench_seconds() - start < side_s; n++)
		bare_modbus_read(m, (int)(n % (TAGS / BLOCK)) * BLOCK, BLOCK);
	b->requests = n;
	b->cpu = bench_cpu() - cpu;
	double seconds = bench_seconds() - start;
	bare_modbus_close(m);
	return n / seconds;
}

static void one_channel(struct bed *b, int changing, double goal)
{
	double ours[BENCH_PAIRS], bare[BENCH_PAIRS], raw[BENCH_PAIRS];
	double cpu[BENCH_PAIRS], bare_cpu[BENCH_PAIRS], tag[BENCH_PAIRS];
	char name[80];
	struct bench_row row = { .name = name,
				 .unit = "requests/s",
				 .against = "bare libmodbus loop",
				 .scale = "29.5 k",
				 .goal = goal };

	b->slave.shared->changing = changing;
	if (b->pinned)
		bench_pin(b->slave.pid, CPU_A);
	for (int i = 0; i < BENCH_PAIRS; i++) {
		ours[i] = driver_side(b);
		cpu[i] = b->cpu / b->requests * 1e6;
		tag[i] = cpu[i] / BLOCK;
		bench_pin(0, b->pinned ? CPU_A : CPU_ANY);
		bare[i] = bare_side(b);
		bare_cpu[i] = b->cpu / b->requests * 1e6;
		raw[i] = bare_ping_pong(b->slave.port, 0.5);
		bench_pin(0, CPU_ANY);
	}
	bench_pin(b->slave.pid, CPU_ANY);
	snprintf(name, sizeof(name), "Modbus, 125 registers, 1 channel, %d %% changing%s",
		 changing, b->pinned ? "" : ", scheduler's choice");
	bench_compare(&row, ours, bare, BENCH_PAIRS);
	row.goal = 0;
	if (!b->pinned)
		return;
	row.against = "bare socket ping-pong";
	row.scale = "36.9 k";
	bench_compare(&row, ours, raw, BENCH_PAIRS);
	row.unit = "us CPU/request";
	row.against = "bare libmodbus loop";
	row.scale = "21.4";
	bench_compare(&row, cpu, bare_cpu, BENCH_PAIRS);
	snprintf(name, sizeof(name), "driver CPU a polled tag, %d %% changing", changing);
	row.unit = "us";
	row.against = "goal, Neuron 5.1";
	row.scale = NULL;
	row.goal = 1;
	row.at_most = true;
	bench_known(&row, bench_median(tag, BENCH_PAIRS), 0.6);
}

static void with_server(void)
{
	static struct bed b;
	const struct rig_plan plan = {
		.tags = TAGS, .limits = LIMITS, .scan_ms = 0, .tags_a_device = TAGS
	};

	bare_slave_start(&b.slave);
	rig_station_write(&b.station, &plan, b.slave.port);
	b.pinned = true;
	one_channel(&b, 2, 0.95);
	one_channel(&b, 100, 0);
	b.pinned = false;
	one_channel(&b, 2, 0);
	rig_station_release(&b.station);
	bare_slave_stop(&b.slave);
}

/* --- many channels --- */

static double channels_ours(void *arg)
{
	struct bed *b = arg;
	const struct driver_host_plan plan = { .port = b->slave.port,
					       .devices = CHANNELS,
					       .registers = 2 * BLOCK,
					       .scan_ms = 0 };
	struct driver_host h;

	driver_host_start(&h, &plan);
	driver_host_run(&h, settle_s);
	uint64_t before = b->slave.shared->requests;
	double start = bench_seconds();
	driver_host_run(&h, side_s);
	double requests = (double)(b->slave.shared->requests - before);
	double seconds = bench_seconds() - start;
	driver_host_stop(&h);
	return requests / seconds;
}

static double channels_bare(void *arg)
{
	const struct bed *b = arg;

	return bare_modbus_threads(b->slave.port, CHANNELS, BLOCK, side_s);
}

static void many_channels(void)
{
	static struct bed b;
	const struct bench_row row = { .name = "Modbus, 125 registers, 50 channels, "
					       "2 % changing",
				       .unit = "requests/s",
				       .against = "a bare libmodbus thread each",
				       .scale = "58 k",
				       .goal = 0.9 };

	bare_slave_start_at(&b.slave, CHANNELS);
	b.slave.shared->changing = 2;
	bench_pair(&row, channels_ours, channels_bare, &b);
	bare_slave_stop(&b.slave);
}

int main(void)
{
	with_server();
	many_channels();
	return 0;
}
