/*
 * kill_rig.h - a server of the test's own on the demonstration's plant and broker, with
 * commands in flight, and a way to kill any part of it at any moment.
 *
 * The demonstration restarts what dies after a second; here the test does it at once,
 * so that two hundred kills fit into a test run. The station is the demonstration's with
 * a faster scan and one alarm more for each value that will be written, so that every
 * write brings an occurrence of its own to acknowledge.
 */
#ifndef SG_TESTS_KILL_RIG_H
#define SG_TESTS_KILL_RIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "support/demo.h"

enum { KILL_TAGS = 6, KILL_ALARMS = 70, KILL_JOBS_MAX = 4096 };

/* Setpoints that are written: five pumps over Modbus, the chlorine over MQTT. */
struct kill_tag {
	const char *name;
	double first, step; /* the k-th write asks for first + k * step */
	int written;        /* how many values were asked for */
};
extern struct kill_tag kill_tags[KILL_TAGS];

enum kill_what { KILL_SET, KILL_ACK, KILL_ACT };

/* One command: what it was asked and what it said. */
struct kill_job {
	enum kill_what what;
	pid_t pid; /* 0 once it has ended */
	int tag;   /* of a set */
	double value;
	char alarm[64]; /* of an ack or another act */
	char text[40];  /* of an act: its reason or comment */
	char path[300]; /* its output */
	int code;       /* exit code, or 128 + signal */
};

struct kill_rig {
	struct demo *demo;
	struct demo own; /* the server under test, as the helpers of demo.h want it */
	char dir[300], state[400];
	struct kill_job job[KILL_JOBS_MAX];
	size_t n_jobs;
	size_t starts; /* of the server */
};

struct kill_rig *kill_rig_up(void);
/* Its state folder at this path. */
struct kill_rig *kill_rig_up_on(const char *state);
void kill_rig_down(struct kill_rig *r);

void kill_rig_start_server(struct kill_rig *r);
/* SIGKILL and wait; the drivers must be gone, too. */
void kill_rig_kill_server(struct kill_rig *r);
/* strace -e inject=WHAT on the server from now on, counted in each of its threads by
 * itself; its number is in *tracer. False when strace cannot do that here. */
bool kill_rig_trap(struct kill_rig *r, const char *what, pid_t *tracer);
/* From now on nothing is injected. */
void kill_rig_untrap(pid_t tracer);
/* Until the trap has struck, or kills the server when it has not within ms; true: it has.
 * The next server may be started. */
bool kill_rig_wait_trap(struct kill_rig *r, pid_t tracer, int ms);
/* Until the server answers and the pumps' setpoints are good; fails after 30 s. */
void kill_rig_wait_serving(struct kill_rig *r);

/* A set of the next value of some tag no command is busy with; NULL when all are. */
struct kill_job *kill_rig_set(struct kill_rig *r, uint64_t pick);
/* An ack of some alarm of ours that waits for one; NULL when none does. */
struct kill_job *kill_rig_ack(struct kill_rig *r);
/* `shelve`, `suppress`, `out-of-service` or `comment`, with a text of its own. */
struct kill_job *kill_rig_act(struct kill_rig *r, const char *command, const char *alarm);
/* Notes which commands have ended. */
void kill_rig_reap(struct kill_rig *r);
void kill_rig_wait_jobs(struct kill_rig *r);
/* A command's output so far; owned. */
char *kill_rig_said(const struct kill_job *j);

/* Runs a command and returns all it says, however much; owned. */
char *kill_rig_ask(struct kill_rig *r, int *code, const char *const args[]);
#define KILL_ASK(r, code, ...)                                                           \
	kill_rig_ask((r), (code), (const char *const[]){ __VA_ARGS__, NULL })

#endif
