/*
 * bench_beside.c - the same fifty registers, read once a second, on three glasses: the
 * console (with its server and driver), a dashboard of blessed-contrib, and `watch`
 * around mbpoll. CPU, memory and bytes while all registers move, and how soon a change is
 * seen.
 *
 * No goal: they do different things. Without npm, or where it cannot install, the
 * dashboard is left out, and without mbpoll the other one.
 */
#include "bench/bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/glass.h"
#include "bench/server_rig.h"
#include "util/xalloc.h"

enum { REGISTERS = 50, COST_S = 10, CHANGES = 15, WAIT_MS = 4000, INSTALL_S = 120 };

struct bed {
	struct bare_slave slave;
	struct rig_station station;
	struct rig_server server;
};

/* One of the three. */
struct side {
	const char *name;
	bool decimal; /* registers are shown in tenths */
	struct glass glass;
	int pids[3]; /* its processes; ends with 0 */
};

static double cpu_of(const struct side *s)
{
	double sum = 0;

	for (size_t i = 0; i < 3 && s->pids[i]; i++)
		sum += bench_cpu_tree(s->pids[i]);
	return sum;
}

static double memory_of(const struct side *s)
{
	double sum = 0;

	for (size_t i = 0; i < 3 && s->pids[i]; i++)
		sum += bench_pss_kb(s->pids[i]);
	return sum / 1024;
}

static void print(const struct side *s, const char *what, const char *unit, double figure,
		  const struct side *ours, double of_ours)
{
	char name[128];
	const struct bench_row row = { .name = name,
				       .unit = unit,
				       .against = ours->name };

	snprintf(name, sizeof(name), "50 registers a second, %s: %s", s->name, what);
	bench_known(&row, figure, of_ours);
}

/* 1111, 2222, ... 9999: register 0 then has a text that no other has, and all of its
 * digits are others than before. */
static double seen(struct bed *b, struct side *s)
{
	double ms[CHANGES];
	uint64_t seed = 521288629;

	for (unsigned i = 0; i < CHANGES; i++) {
		unsigned digit = i % 9 + 1;
		char text[16];
		double took, began;

		glass_read(&s->glass, 1000 + (int)(bench_random(&seed) % 1000), 0);
		snprintf(text, sizeof(text), s->decimal ? "%u%u%u.%u" : "%u%u%u%u", digit,
			 digit, digit, digit);
		began = bench_seconds();
		b->slave.shared->offset = (uint16_t)(digit * 1111);
		took = glass_shows(&s->glass, began, text, WAIT_MS);
		ms[i] = took < 0 ? WAIT_MS : took * 1000;
	}
	return bench_median(ms, CHANGES);
}

struct result {
	double cpu, memory, bytes, seen;
};

static struct result measure(struct bed *b, struct side *s)
{
	struct result r;
	double before;

	glass_read(&s->glass, 4000, 0); /* it has started */
	b->slave.shared->changing = 100;
	before = cpu_of(s);
	r.bytes = (double)glass_read(&s->glass, COST_S * 1000, 0) / COST_S;
	r.cpu = (cpu_of(s) - before) / COST_S;
	r.memory = memory_of(s);
	b->slave.shared->changing = 0;
	r.seen = seen(b, s);
	glass_close(&s->glass);
	return r;
}

static void tell(const struct side *s, const struct result *r, const struct side *ours,
		 const struct result *of_ours)
{
	print(s, "CPU", "of a core", r->cpu, ours, of_ours->cpu);
	print(s, "memory", "MB", r->memory, ours, of_ours->memory);
	print(s, "bytes to the terminal", "bytes/s", r->bytes, ours, of_ours->bytes);
	print(s, "change to glass, p50", "ms", r->seen, ours, of_ours->seen);
}

/* --- the dashboard ----------------------------------------------------------------- */

static int run_quietly(const char *dir, char *const argv[])
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		if (chdir(dir) != 0 || !freopen("/dev/null", "r", stdin) ||
		    !freopen("/dev/null", "w", stdout) ||
		    !freopen("/dev/null", "w", stderr))
			_exit(127);
		execvp(argv[0], argv);
		_exit(127);
	}
	return waitpid(pid, &status, 0) == pid && WIFEXITED(status) ? WEXITSTATUS(status)
								    : -1;
}

static bool copy(const char *from, const char *to)
{
	char *argv[] = { (char *)"cp", (char *)from, (char *)to, NULL };

	return run_quietly(".", argv) == 0;
}

/* Into the folder of what is built, where a second run finds it; NULL: it cannot be. */
static const char *install(void)
{
	static char dir[4300];
	const char *under = getenv("BENCH_TMP");
	char limit[16], *have;
	char *argv[] = { (char *)"timeout",
			 limit,
			 (char *)"npm",
			 (char *)"install",
			 (char *)"--no-audit",
			 (char *)"--no-fund",
			 (char *)"--no-package-lock",
			 NULL };
	bool there;

	snprintf(dir, sizeof(dir), "%s/beside", under ? under : "build/bench");
	snprintf(limit, sizeof(limit), "%d", INSTALL_S);
	mkdir(dir, 0755);
	if (!copy("tests/bench/beside/package.json", dir) ||
	    !copy("tests/bench/beside/dashboard.js", dir))
		return NULL;
	have = xasprintf("%s/node_modules/blessed-contrib/package.json", dir);
	there = access(have, R_OK) == 0 ||
		(run_quietly(dir, argv) == 0 && access(have, R_OK) == 0);
	free(have);
	return there ? dir : NULL;
}

static bool dashboard(struct bed *b, struct side *s)
{
	const char *dir = install();
	char script[4400], port[16];
	char *argv[] = { (char *)"node", script, port, NULL };

	if (!dir)
		return false;
	snprintf(script, sizeof(script), "%s/dashboard.js", dir);
	snprintf(port, sizeof(port), "%d", b->slave.port);
	*s = (struct side){ .name = "blessed-contrib" };
	glass_run(&s->glass, argv, "xterm-256color", 80, 24);
	s->pids[0] = s->glass.pid;
	return true;
}

/* --- watch and mbpoll -------------------------------------------------------------- */

static bool watch(struct bed *b, struct side *s)
{
	char port[16];
	char *argv[] = { (char *)"watch",
			 (char *)"-n1",
			 (char *)"-x",
			 (char *)"mbpoll",
			 (char *)"-0",
			 (char *)"-1",
			 (char *)"-q",
			 (char *)"-m",
			 (char *)"tcp",
			 (char *)"-p",
			 port,
			 (char *)"-t3",
			 (char *)"-r0",
			 (char *)"-c50",
			 (char *)"127.0.0.1",
			 NULL };

	if (access("/usr/bin/watch", X_OK) != 0 || access("/usr/bin/mbpoll", X_OK) != 0)
		return false;
	snprintf(port, sizeof(port), "%d", b->slave.port);
	*s = (struct side){ .name = "watch mbpoll" };
	/* a taller glass: it shows a register a line */
	glass_run(&s->glass, argv, "xterm-256color", 80, 70);
	s->pids[0] = s->glass.pid;
	return true;
}

int main(void)
{
	const struct rig_plan plan = { .tags = REGISTERS, .scan_ms = 1000 };
	static struct bed b;
	static struct side ours = { .name = "Sightglass", .decimal = true }, theirs;
	struct result mine, other;
	uint64_t before;

	bare_slave_start(&b.slave);
	rig_station_write(&b.station, &plan, b.slave.port);
	before = b.slave.shared->requests;
	rig_server_start(&b.server, &b.station);
	rig_server_wait_poll(&b.server, &b.slave, before);
	rig_server_find_driver(&b.server);
	bench_pause(2000); /* values are there */
	glass_console(&ours.glass, b.station.socket, &glass_kinds[0], 80, 24, NULL);
	ours.pids[0] = ours.glass.pid;
	ours.pids[1] = b.server.pid;
	ours.pids[2] = b.server.driver;
	mine = measure(&b, &ours);
	rig_server_stop(&b.server);
	tell(&ours, &mine, &ours, &mine);
	if (dashboard(&b, &theirs)) {
		other = measure(&b, &theirs);
		tell(&theirs, &other, &ours, &mine);
	} else {
		bench_absent("50 registers a second, blessed-contrib",
			     "npm is absent or cannot install");
	}
	if (watch(&b, &theirs)) {
		other = measure(&b, &theirs);
		tell(&theirs, &other, &ours, &mine);
	} else {
		bench_absent("50 registers a second, watch mbpoll",
			     "watch or mbpoll is absent");
	}
	rig_station_release(&b.station);
	bare_slave_stop(&b.slave);
	return 0;
}
