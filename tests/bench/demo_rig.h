/*
 * demo_rig.h - the demonstration, headless: the screens people know, with values that
 * move as they do.
 */
#ifndef SG_TESTS_BENCH_DEMO_RIG_H
#define SG_TESTS_BENCH_DEMO_RIG_H

#include <sys/types.h>

struct demo_rig {
	pid_t pid;
	int stdin_fd;
	char dir[4200], socket[4300];
};

void demo_rig_start(struct demo_rig *d);
void demo_rig_stop(struct demo_rig *d);

#endif
