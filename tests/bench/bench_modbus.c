/*
 * bench_modbus.c - the real Modbus driver program over one connection, each of 65,500
 * registers a tag of its own, in blocks of 125: requests a second and CPU a request
 * against a libmodbus loop on the same slave, which throws the values away.
 *
 * A scan of all blocks takes longer than the shortest period a device may have, so the
 * driver polls without a pause.
 */
#include "bench/bench.h"

#include <stdio.h>

#include "bench/bare/bare.h"
#include "bench/driver_host.h"

enum { REGISTERS = 65500, BLOCK = 125, SCAN_MS = 0 };

static const double side_s = 1.0;

struct bed {
	struct bare_slave slave;
	struct bare_modbus *bare;
	bool ends_only;
	double requests, cpu;
};

static double driver_side(struct bed *b)
{
	const struct driver_host_plan plan = { .port = b->slave.port,
					       .registers = REGISTERS,
					       .scan_ms = SCAN_MS,
					       .ends_only = b->ends_only };
	struct driver_host h;

	driver_host_start(&h, &plan);
	driver_host_run(&h, 0.5);
	uint64_t before = b->slave.shared->requests;
	double start = bench_seconds(), cpu = bench_cpu_of(h.pid);

	driver_host_run(&h, side_s);
	b->requests = (double)(b->slave.shared->requests - before);
	b->cpu = bench_cpu_of(h.pid) - cpu;
	double seconds = bench_seconds() - start;
	driver_host_stop(&h);
	return b->requests / seconds;
}

static double bare_side(struct bed *b)
{
	double start = bench_seconds(), cpu = bench_cpu();
	struct bare_modbus *m = bare_modbus_open(b->slave.port);
	unsigned n = 0;

	for (; bench_seconds() - start < side_s; n++)
		bare_modbus_read(m, (int)(n % (REGISTERS / BLOCK)) * BLOCK, BLOCK);
	b->requests = n;
	b->cpu = bench_cpu() - cpu;
	double seconds = bench_seconds() - start;
	bare_modbus_close(m);
	return n / seconds;
}

static void run(struct bed *b, int changing)
{
	double ours[BENCH_PAIRS], bare[BENCH_PAIRS], raw[BENCH_PAIRS];
	double cpu[BENCH_PAIRS], bare_cpu[BENCH_PAIRS], tag[BENCH_PAIRS];
	char name[80];
	struct bench_row row = { .name = name,
				 .unit = "requests/s",
				 .against = "bare libmodbus loop",
				 .scale = "29.5 k",
				 .goal = 0.9 };

	b->slave.shared->changing = changing;
	for (int i = 0; i < BENCH_PAIRS; i++) {
		ours[i] = driver_side(b);
		cpu[i] = b->cpu / b->requests * 1e6;
		tag[i] = cpu[i] / BLOCK;
		bare[i] = bare_side(b);
		bare_cpu[i] = b->cpu / b->requests * 1e6;
		raw[i] = bare_ping_pong(b->slave.port, 0.5);
	}
	snprintf(name, sizeof(name), "Modbus, 125 registers, %s, %d %% changing",
		 b->ends_only ? "2 tags" : "125 tags", changing);
	bench_compare(&row, ours, bare, BENCH_PAIRS);
	row.against = "bare socket ping-pong";
	row.scale = "36.9 k";
	row.goal = 0;
	bench_compare(&row, ours, raw, BENCH_PAIRS);
	row.unit = "us CPU/request";
	row.against = "bare libmodbus loop";
	row.scale = "21.4";
	bench_compare(&row, cpu, bare_cpu, BENCH_PAIRS);
	if (b->ends_only)
		return;
	snprintf(name, sizeof(name), "driver CPU a polled tag, %d %% changing", changing);
	row.unit = "us";
	row.against = "goal, Neuron 5.1";
	row.scale = NULL;
	row.goal = 1;
	row.at_most = true;
	bench_known(&row, bench_median(tag, BENCH_PAIRS), 0.6);
}

int main(void)
{
	static struct bed b;

	bare_slave_start(&b.slave);
	run(&b, 2);
	run(&b, 100);
	b.ends_only = true;
	run(&b, 0);
	bare_slave_stop(&b.slave);
	return 0;
}
