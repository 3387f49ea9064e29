/*
 * driver_host.h - plays the server to a driver program at full speed: configures it,
 * gives credit as the server does, counts what it says. One thread; ends the program on
 * failure.
 */
#ifndef SG_TESTS_BENCH_DRIVER_HOST_H
#define SG_TESTS_BENCH_DRIVER_HOST_H

#include <stdint.h>
#include <sys/types.h>

#include "driver/proto.h"
#include "util/strbuf.h"

struct driver_host {
	pid_t pid;
	int fd;
	struct strbuf in;
	struct driver_beat beat;
	uint64_t samples;
	uint32_t used; /* of the credit */
	bool ready;
};

struct driver_host_plan {
	int port;           /* of the slave; device i is at its place i (bare.h) */
	unsigned devices;   /* 0 = one */
	unsigned registers; /* of each */
	unsigned scan_ms;
	bool ends_only; /* else each register is a tag: first and last of 125 */
};

void driver_host_start(struct driver_host *h, const struct driver_host_plan *plan);
/* Takes what it says for so long. */
void driver_host_run(struct driver_host *h, double seconds);
void driver_host_stop(struct driver_host *h);

#endif
