/*
 * run.h - runs a program to its end: bytes in, bounded bytes out, within a time.
 *
 * Blocking; any thread. The program gets a clean signal state and no descriptor but its
 * three. Whatever happens, it has ended and been waited for when the call returns.
 */
#ifndef SG_DRIVER_RUN_H
#define SG_DRIVER_RUN_H

#include <stdbool.h>
#include <stddef.h>

#include "util/strbuf.h"

struct run_result {
	struct strbuf out; /* standard output */
	struct strbuf err; /* the beginning of standard error */
	int code;          /* exit code; -1 when a signal ended it */
};

/* What the program is told: appends some more of it to chunk, which is empty; nothing
 * more is the end. Asked for while the program reads what came before. */
struct run_input {
	void (*more)(void *arg, struct strbuf *chunk); /* NULL: nothing is told */
	void *arg;
};

/* False with a sentence in why when it could not be started, took longer than limit_ms
 * or wrote more than out_max. Release r in any case. */
bool run_program(const char *path, const char *arg, const struct run_input *in,
		 size_t out_max, int limit_ms, struct run_result *r, struct strbuf *why);
void run_result_release(struct run_result *r);

/* Who starts the programs of run_program() instead of this process: a server behind a
 * wall starts none itself. Descriptors in ends are the program's 0, 1 and 2 and stay the
 * caller's. NULL: this process. Set before the first thread; borrowed for ever. */
struct run_starter {
	int (*start)(const char *path, const char *arg,
		     const int ends[3]);       /* or -errno */
	bool (*ended)(int child, int *status); /* status as of wait() */
	void (*kill)(int child);
	void (*forget)(int child); /* always the last */
};
void run_starter_set(const struct run_starter *starter);

#endif
