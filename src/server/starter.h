/*
 * starter.h - the server's child that starts programs for it: drivers, their checks, and
 * what is told of alarms.
 *
 * A wall passes on to children, and what a driver or a pager needs the server must not
 * have: TCP, programs, other files. So a small process forked before the server's wall
 * went up does it. It starts drivers by name, each behind a wall of its own (wall/), and
 * of other programs only those of notify in the configuration that runs. The server is
 * believed in that until it has met anybody (starter_seal). From then on the starter
 * reads and judges the files itself, owners, modes and signature as at a reload, and a
 * reload goes through only when both have read the same bytes.
 *
 * Each program has a channel: what becomes of it is told there, a byte from us ends it,
 * and so does closing it. When the server ends, so does the starter, and the drivers with
 * it. Any thread may start programs; a channel belongs to one thread.
 */
#ifndef SG_SERVER_STARTER_H
#define SG_SERVER_STARTER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "util/strbuf.h"
#include "wall/wall.h"

struct signed_policy;
struct station_def;
struct starter;

enum start_kind {
	START_DRIVER, /* words: name; descriptors: its socket */
	START_CHECK,  /* words: name, argument; descriptors: 0, 1, 2 */
	START_NOTIFY  /* words: the command; descriptors: 0 */
};

struct start_request {
	enum start_kind kind;
	const char *const *words; /* NULL-terminated */
	int fds[3];
	int n_fds;
	const struct wall_needs *needs; /* of a driver; or NULL */
};

enum start_news_kind { START_RUNS = 1, START_FAILED, START_ENDED };

struct start_news {
	enum start_news_kind kind;
	int32_t value;  /* RUNS: its number; FAILED: errno; ENDED: status as of wait() */
	char text[256]; /* FAILED: why */
};

/* Forks it, while this process has one thread and no wall. config is the station file,
 * signers says whose signature it needs (copied). NULL with a sentence. */
struct starter *starter_launch(const char *config, const struct signed_policy *signers,
			       enum wall_policy policy, struct strbuf *why);
/* How walls are to stand, where versions are remembered, and the programs of notify as
 * the station starts, after it was judged; from then on it believes only the files. */
void starter_seal(struct starter *s, const struct station_def *def,
		  enum wall_policy policy, const char *state_dir);
/* Before def is to run: the starter reads the files. False with a sentence when they are
 * other ones than def is of, or not to be trusted. Blocks for as long as that takes, at
 * most STARTER_LOOK_MS: never the loop. */
enum { STARTER_LOOK_MS = 60000 };
bool starter_look(struct starter *s, const struct station_def *def, struct strbuf *why);
/* def runs: only its programs from here on. */
void starter_accept(struct starter *s, const struct station_def *def);
/* Ends it, and what it started, and waits for it. */
void starter_stop(struct starter *s);

/* Returns the channel (non-blocking, owned) or -1 with errno. */
int starter_start(struct starter *s, const struct start_request *rq);
/* False when there is none now. A channel that ends without a last word is a FAILED: the
 * starter could not take the request. (When it is gone, the next request says so and
 * ends the process: without it no driver can be started any more.) */
bool starter_news(int channel, struct start_news *out);
void starter_kill(int channel);

/* From here on run_program() (driver/run.h) has its programs started by s. */
void starter_runs_checks(struct starter *s);

#endif
