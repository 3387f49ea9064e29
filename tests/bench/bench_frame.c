/*
 * bench_frame.c - bytes the real console sends to an 80x24 terminal: the first picture, a
 * second in which nothing happens, and sixty values that changed at once. Behind it the
 * real server, the real driver and a slave. Bytes are exact: no peer but the ceilings.
 */
#include "bench/bench.h"

#include <errno.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/server_rig.h"

enum { IDLE_S = 5, SETTLE_MS = 1500, CHANGE_MS = 800, QUIET_MS = 350 };

struct bed {
	struct bare_slave slave;
	struct rig_station station;
	struct rig_server server;
	pid_t console;
	int pty;
};

static void start_console(struct bed *b)
{
	const struct winsize size = { .ws_row = 24, .ws_col = 80 };
	const char *bin = getenv("SIGHTGLASS_BIN");
	char path[4200];

	snprintf(path, sizeof(path), "%s/sightglass", bin ? bin : "build/bin");
	b->console = forkpty(&b->pty, NULL, NULL, &size);
	if (b->console == 0) {
		setenv("TERM", "xterm-256color", 1);
		setenv("LC_ALL", "C.UTF-8", 1);
		execl(path, path, "--socket", b->station.socket, (char *)NULL);
		_exit(127);
	}
	if (b->console < 0)
		bench_die("no pseudo-terminal: %s", strerror(errno));
}

/* Bytes until ms have passed or nothing came for quiet ms (0: the whole time). */
static size_t read_for(struct bed *b, int ms, int quiet)
{
	struct pollfd p = { .fd = b->pty, .events = POLLIN };
	double end = bench_seconds() + ms / 1000.0, left;
	char chunk[65536];
	size_t bytes = 0;

	while ((left = end - bench_seconds()) > 0) {
		int wait = (int)(left * 1000) + 1;

		if (poll(&p, 1, quiet && bytes && quiet < wait ? quiet : wait) <= 0) {
			if (quiet && bytes)
				break;
			continue;
		}
		ssize_t n = read(b->pty, chunk, sizeof(chunk));
		if (n <= 0)
			bench_die("the console ended");
		bytes += (size_t)n;
	}
	return bytes;
}

static void stop_console(struct bed *b)
{
	kill(b->console, SIGTERM);
	close(b->pty);
	waitpid(b->console, NULL, 0);
}

static double first_picture(struct bed *b)
{
	start_console(b);
	return (double)read_for(b, 5000, QUIET_MS);
}

static double changes(struct bed *b, double idle)
{
	b->slave.shared->offset += 1111;
	return (double)read_for(b, CHANGE_MS, 0) - idle * CHANGE_MS / 1000;
}

static void print(const char *name, double *v, double ceiling)
{
	const struct bench_row row = { .name = name,
				       .unit = "bytes",
				       .against = "ceiling",
				       .goal = 1,
				       .at_most = true };

	bench_known(&row, bench_median(v, BENCH_PAIRS), ceiling);
}

static void begin(struct bed *b)
{
	const struct rig_plan plan = { .tags = 1000, .limits = 4, .scan_ms = 100 };
	uint64_t before;

	bare_slave_start(&b->slave);
	rig_station_write(&b->station, &plan, b->slave.port);
	before = b->slave.shared->requests;
	rig_server_start(&b->server, &b->station);
	rig_server_wait_poll(&b->server, &b->slave, before + 20);
	bench_pause(1000); /* values are there */
}

int main(void)
{
	static struct bed b;
	double first[BENCH_PAIRS], idle[BENCH_PAIRS], changed[BENCH_PAIRS];

	begin(&b);
	for (int i = 0; i < BENCH_PAIRS; i++) {
		first[i] = first_picture(&b);
		read_for(&b, SETTLE_MS, 0);
		idle[i] = (double)read_for(&b, IDLE_S * 1000, 0) / IDLE_S;
		changed[i] = changes(&b, idle[i]);
		stop_console(&b);
	}
	print("console, first picture, 80x24", first, 4096);
	print("console, a second without news", idle, 40);
	print("console, 60 values changed", changed, 900);
	rig_server_stop(&b.server);
	rig_station_release(&b.station);
	bare_slave_stop(&b.slave);
	return 0;
}
