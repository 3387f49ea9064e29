/* demo_rig.c - `sightglass demo --headless` until its server answers. */
#include "bench/demo_rig.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/bench.h"

void demo_rig_start(struct demo_rig *d)
{
	const char *bin = getenv("SIGHTGLASS_BIN");
	char path[4200];
	int ends[2];
	double end = bench_seconds() + 30;

	snprintf(d->dir, sizeof(d->dir), "%.4000s/demo", bench_tmpdir());
	snprintf(d->socket, sizeof(d->socket), "%s/run/station.sock", d->dir);
	snprintf(path, sizeof(path), "%s/sightglass", bin ? bin : "build/bin");
	if (pipe2(ends, O_CLOEXEC) < 0)
		bench_die("no pipe");
	d->pid = fork();
	if (d->pid == 0) {
		int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

		prctl(PR_SET_PDEATHSIG, SIGTERM);
		dup2(ends[0], STDIN_FILENO);
		dup2(null, STDOUT_FILENO);
		execl(path, path, "demo", "--headless", "--dir", d->dir, (char *)NULL);
		_exit(127);
	}
	close(ends[0]);
	d->stdin_fd = ends[1];
	while (access(d->socket, F_OK) != 0) {
		if (bench_seconds() > end || waitpid(d->pid, NULL, WNOHANG) == d->pid)
			bench_die("the demonstration does not start");
		bench_pause(50);
	}
}

void demo_rig_stop(struct demo_rig *d)
{
	close(d->stdin_fd); /* it ends then */
	for (int i = 0; i < 500 && waitpid(d->pid, NULL, WNOHANG) == 0; i++)
		bench_pause(20);
	kill(d->pid, SIGKILL);
}
