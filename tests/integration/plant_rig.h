/*
 * plant_rig.h - real programs for tests: a child with its output, a broker of one's own,
 * a plantsim with its control socket. Every wait has a deadline and fails the running
 * test with what was seen instead. One thread.
 */
#ifndef SG_TESTS_PLANT_RIG_H
#define SG_TESTS_PLANT_RIG_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum { RIG_WAIT_MS = 15000 };

struct rig_proc {
	pid_t pid;        /* 0 once it has been waited for */
	int in;           /* its standard input, -1 once closed */
	int out;          /* its standard output and error */
	char text[16384]; /* what it has printed so far, NUL-terminated */
	size_t len, taken;
};

/* argv[0] is a path, or a name in $SIGHTGLASS_BIN. The child dies with the test. */
void rig_start(struct rig_proc *p, char *const *argv);
/* The next whole line it prints, without newline; NULL when it closes first. */
const char *rig_line(struct rig_proc *p, int ms);
/* Lines until one holds text; NULL when it closes first. */
const char *rig_expect(struct rig_proc *p, const char *text, int ms);
/* Waits for its end: exit code, or 128 + signal; -1 when it still runs after ms. */
int rig_wait(struct rig_proc *p, int ms);
/* Signal, then wait; SIGKILL and -1 when it does not end. Closes the pipes. */
int rig_end(struct rig_proc *p, int signal);
/* The process exists and is no zombie. */
bool rig_alive(pid_t pid);
void rig_pause(void); /* a few ms, in loops that wait for a condition with a deadline */
/* Milliseconds since some moment, for deadlines. */
long long rig_ms(void);

/* mosquitto on a free loopback port. */
struct rig_broker {
	struct rig_proc proc;
	int port;
};
void rig_broker_start(struct rig_broker *b);
/* The same port again after rig_end(&b->proc, ...). */
void rig_broker_again(struct rig_broker *b);

struct rig_plant {
	struct rig_proc proc;
	int port[2]; /* of plc1, plc2 */
	char control[128];
};
/* mqtt_port 0: no broker. speed as text. */
void rig_plant_start(struct rig_plant *r, const char *seed, const char *speed,
		     int mqtt_port);
/* Ends it and expects exit code 0. */
void rig_plant_stop(struct rig_plant *r);
/* Sends a command; the answer without newline ("ok: ..."), in static storage. */
const char *rig_plant_ask(struct rig_plant *r, const char *line);
/* Asks and expects "ok: ". */
void rig_plant_do(struct rig_plant *r, const char *line);
/* The instrument's value. */
double rig_plant_get(struct rig_plant *r, const char *tag);

#endif
