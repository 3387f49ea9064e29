/*
 * wall.h - what a program of ours may touch, and the kernel's help in holding it to that
 * (hazards 5.5): Landlock for files and TCP, seccomp for system calls, no new privileges,
 * no core, not dumpable.
 *
 * One row a program says it all (rows.c). A wall never comes down and passes on to
 * children, so each goes up when what it would forbid has been done. What this kernel
 * cannot do is reported, and with WALL_REQUIRE refused. The home of libseccomp; Landlock
 * is asked by raw system calls, its ABI found at run time.
 *
 * Thread: Landlock holds the calling thread and those it starts later: call before the
 * first one.
 */
#ifndef SG_WALL_WALL_H
#define SG_WALL_WALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/err.h"
#include "util/strbuf.h"

enum wall_program {
	WALL_SERVER,
	WALL_STARTER, /* the server's child that starts programs (server/starter.h) */
	WALL_LOADER,  /* the starter's child that reads the station's files */
	WALL_MODBUS,
	WALL_MQTT,
	WALL_OTHER_DRIVER, /* a third party's */
	WALL_DRIVER_CHECK, /* a driver program that describes or checks */
	WALL_NOTIFY,       /* a program that is told of alarms */
	WALL_CONSOLE,
	WALL_CLI, /* subcommands that start no program */
	WALL_PROGRAMS
};

enum wall_policy {
	WALL_OFF,
	WALL_BEST_EFFORT, /* what the kernel can do */
	WALL_REQUIRE      /* all of it, or the program does not run */
};

/* What may be done with a file or with all below a folder. */
enum wall_access {
	WALL_READ = 1,
	WALL_WRITE = 2,   /* read, write, make, remove, rename */
	WALL_RUN = 4,     /* execute */
	WALL_SOCKETS = 8, /* make and remove sockets */
	WALL_DEVICE = 16  /* read, write and control */
};

struct wall_place {
	unsigned access;
	char *path;             /* owned */
	uint64_t device, inode; /* what lay there when it was named; 0 = nothing */
};

/* What one instance of a program needs besides what its row says. */
struct wall_needs {
	struct wall_place *place;
	size_t n_places;
	uint16_t *port;
	size_t n_ports;
	bool any_port; /* where it connects to is not known */
};

/* How system calls are judged: names of sets in calls.c. */
enum wall_calls {
	WALL_CALLS_BASE = 1,  /* memory, threads, time, signals to itself, reading */
	WALL_CALLS_STORE = 2, /* writing and managing files */
	WALL_CALLS_NET = 4,   /* using sockets */
	WALL_CALLS_SERVE =
		8, /* accepting them, watching files, reading the clock's state */
	WALL_CALLS_TERMINAL = 16,
	WALL_CALLS_SERIAL = 32,
	WALL_CALLS_EXEC = 64,    /* one's own program again: Landlock says which */
	WALL_CALLS_SANDBOX = 128 /* a wall more */
};

/* Kinds of sockets that may be made. */
enum wall_sockets { WALL_UNIX = 1, WALL_UDP = 2, WALL_TCP = 4 };

enum wall_tcp { WALL_TCP_ANY, WALL_TCP_PORTS, WALL_TCP_NONE };

struct wall_row {
	const char *name, *help; /* of the page of walls and of notices */
	bool files;              /* only the places of the row and of the needs */
	const char *places;      /* "r /usr /lib; x /lib64/ld-*": rows.c; or NULL */
	enum wall_tcp tcp;
	unsigned calls; /* 0 = all but what nobody needs (calls.c) */
	unsigned sockets;
	unsigned memory_mb; /* data it may hold; 0 = no limit */
	int niceness; /* more than the server has: who works for others comes first */
};

/* Never NULL. */
const struct wall_row *wall_row(enum wall_program program);
/* The row of a driver by the name of its program without "sightglass-". */
enum wall_program wall_driver(const char *name);

/* What stands, for the record of the start, `sightglass status` and the log. */
struct wall_report {
	enum wall_policy policy;
	int abi; /* of Landlock; 0 = none */
	bool files, tcp, calls;
	struct strbuf missing; /* a sentence a piece; "" = nothing */
};

void wall_report_init(struct wall_report *r, enum wall_policy policy);
void wall_report_release(struct wall_report *r);
/* "Landlock ABI 7 for files and TCP, seccomp"; appended. */
void wall_report_text(const struct wall_report *r, struct strbuf *out);

/* Not dumpable (a debugger or a core needs root), no core file, no new privileges for
 * whatever is executed later. Cannot fail in a way that matters. */
void wall_basics(void);
/* The calling process puts itself behind its wall, as $SIGHTGLASS_WALLS says, else by
 * default: the console, the command line; without files a driver, whose files and ports
 * the starter has settled. What is missing is a debug line of the log. */
enum sg_err wall_around_me(enum wall_program program, bool files, struct strbuf *why);
/* Memory and niceness of the row; in the process that is limited. */
void wall_limits(enum wall_program program);
/* Landlock. SG_EREFUSED with a sentence only under WALL_REQUIRE. needs may be NULL. */
enum sg_err wall_files(enum wall_program program, const struct wall_needs *needs,
		       struct wall_report *r, struct strbuf *why);
/* seccomp: what is denied fails with EPERM and is named in a line on standard error. */
enum sg_err wall_calls(enum wall_program program, struct wall_report *r,
		       struct strbuf *why);

/* "require", "best-effort", "off". */
bool wall_policy_parse(const char *word, enum wall_policy *out);
const char *wall_policy_name(enum wall_policy policy);
extern const char *const wall_policy_words[]; /* NULL-terminated */
/* Best-effort; off in a program built with a sanitizer, which looks into itself by means
 * that no wall lets pass. */
enum wall_policy wall_policy_default(void);

void wall_needs_place(struct wall_needs *n, unsigned access, const char *path);
void wall_needs_port(struct wall_needs *n, uint16_t port);
void wall_needs_release(struct wall_needs *n);
/* Whether a wall built for `have` lets all pass that `want` names. */
bool wall_needs_cover(const struct wall_needs *have, const struct wall_needs *want);
/* A setting of a device as an engineer wrote it: an endpoint names a host and a port or a
 * serial line, what begins with a slash a file. */
void wall_needs_setting(struct wall_needs *n, const char *value);

/* For tests: as if this kernel knew no more; -1 = what it knows. */
void wall_pretend_abi(int abi);

#endif
