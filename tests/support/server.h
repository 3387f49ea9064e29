/*
 * server.h - a server of a test: the real program, as a child that dies with the test and
 * says everything into a file.
 */
#ifndef SG_TESTS_SUPPORT_SERVER_H
#define SG_TESTS_SUPPORT_SERVER_H

#include <stdbool.h>
#include <sys/types.h>

struct server_start {
	const char *bin; /* the folder of the program; NULL = that under test */
	const char *config, *state, *socket;
	const char *log;            /* added to */
	const char *more[2];        /* arguments; NULL = none */
	void (*prepare)(void *arg); /* in the child, before the program; NULL allowed */
	void *arg;
};

pid_t server_start(const struct server_start *s);
/* Waits; the exit code, or 128 + signal. After ms it is killed, and the test fails with
 * the end of what log holds. */
int server_await_end(pid_t pid, int ms, const char *log);

#endif
