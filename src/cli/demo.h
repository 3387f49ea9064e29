/*
 * demo.h - a running demonstration: broker, plant and server as children, everything
 * they keep under one folder D:
 *
 *   config/ alarms/ screens/   copies of the demonstration station; devices.cfg has the
 *                              ports of this run
 *   state/  run/  log/         databases, sockets, a log a child
 *
 * One process, one thread, one loop (demo_turn). Every child dies with it: SIGKILL of
 * the demo included (PR_SET_PDEATHSIG).
 */
#ifndef SG_CLI_DEMO_H
#define SG_CLI_DEMO_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "util/clock.h"
#include "util/strbuf.h"

enum demo_child_id { DEMO_BROKER, DEMO_PLANT, DEMO_SERVER, DEMO_CONSOLE, DEMO_CHILDREN };

struct demo_child {
	const char *name;
	pid_t pid;     /* 0: does not run */
	bool wanted;   /* restarted when it ends */
	int status;    /* of waitpid, once it has ended */
	long log_from; /* where in its log this start begins */
	struct mono restart_at;
};

struct client;

struct demo {
	char dir[PATH_MAX];     /* D, absolute */
	char program[PATH_MAX]; /* of ourselves, for the console */
	bool temporary;         /* D is ours to remove */
	bool headless;
	const char *speed, *seed; /* handed on to the plant */
	int broker_port, plc_port[2];
	struct demo_child child[DEMO_CHILDREN];
	int signals, listener, lock;
	bool watch_stdin;
	bool running;          /* everything was started: what ends is restarted */
	bool stopping;         /* somebody asked for the end */
	char record[PATH_MAX]; /* file that tells `demo fault` about us; "" = none */
	struct client *client; /* to the server while we wait for its devices */
};

/* "D/name" into out; false when it does not fit. */
bool demo_path(const struct demo *d, const char *name, char *out, size_t size);
/* A line for who started us: on stderr while no console has the terminal, always in
 * D/log/demo.log. */
void demo_say(const struct demo *d, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* --- demo_files.c -------------------------------------------------------------- */
/* Makes D (dir NULL: a temporary folder), takes its lock, copies the station into it
 * unless it holds one. */
bool demo_files_prepare(struct demo *d, const char *dir, struct strbuf *why);
/* Writes config/devices.cfg for the ports of this run, and run/mosquitto.conf. */
bool demo_files_devices(const struct demo *d, struct strbuf *why);
bool demo_files_broker(const struct demo *d, struct strbuf *why);
/* Removes the record, the lock and, when it is temporary, D. */
void demo_files_release(struct demo *d, bool keep);

/* --- demo_find.c --------------------------------------------------------------- */
/* Leaves a record so that `demo fault` finds D without being told. */
void demo_record(struct demo *d);
/* D of the demonstration that --socket or SIGHTGLASS_SOCKET names, else of this user's
 * newest that still answers. False: it has said why. */
bool demo_find(char *dir, size_t size);

/* --- demo_people.c ------------------------------------------------------------- */
/* Two accounts with passwords of this folder, unless it has them; over d->client. */
void demo_people_add(struct demo *d);
/* Prints them; an exit code. */
int demo_people_show(const char *dir);

/* --- demo_children.c ----------------------------------------------------------- */
/* Starts argv[0] as a child; out < 0: stdout goes to its log. False when there is no
 * process to be had. A child whose program is missing ends with 127. */
bool demo_spawn(struct demo *d, enum demo_child_id id, char *const *argv, int out);
/* Notes every child that has ended, and when it shall come again. */
void demo_reap(struct demo *d);
/* SIGTERM, and SIGKILL when that is not heeded within ms. */
void demo_stop(struct demo *d, enum demo_child_id id, int ms);
/* "sightglassd ended with exit code 1; the end of D/log/server.log: ..." */
void demo_explain_end(const struct demo *d, enum demo_child_id id, struct strbuf *why);

/* --- demo_start.c -------------------------------------------------------------- */
bool demo_start_broker(struct demo *d, struct strbuf *why);
bool demo_start_plant(struct demo *d, struct strbuf *why);
bool demo_start_server(struct demo *d, struct strbuf *why);
/* Starts a child again as it ran before; waits for nothing. */
bool demo_restart(struct demo *d, enum demo_child_id id);
/* The broker listens on its port and is our own. */
bool demo_broker_ready(const struct demo *d);
/* Asks the server for system.DEVICE.connected of every device. */
bool demo_devices_connected(struct demo *d);

/* --- demo_loop.c --------------------------------------------------------------- */
/* Signals, standard input and the control socket become descriptors. */
bool demo_loop_open(struct demo *d, struct strbuf *why);
void demo_loop_close(struct demo *d);
/* One turn of at most ms: reaps, restarts, answers. False once we are to stop. */
bool demo_turn(struct demo *d, int ms);
/* Turns until ready() or ms have passed; false when neither will come. */
bool demo_wait(struct demo *d, bool (*ready)(struct demo *d), int ms);

/* --- demo_fault.c -------------------------------------------------------------- */
/* Runs one command line on the demonstration: its own, or the plant's. Appends one
 * answer line ("ok: ..." or "error: ..."). */
void demo_command(struct demo *d, const char *line, struct strbuf *out);
/* `sightglass demo fault WORD...`; dir NULL: the newest. Returns an exit code. */
int demo_fault(const char *dir, const char *const *word, int n);

#endif
