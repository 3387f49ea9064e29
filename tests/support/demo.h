/*
 * demo.h - the whole demonstration running headless, and the command line against it:
 * what integration and fault tests stand on.
 *
 * demo_up() starts `sightglass demo --headless --dir D` and waits for its ready line;
 * demo_down() closes its standard input and waits for the end. Commands run the real
 * program with the demo's socket.
 */
#ifndef SG_TESTS_SUPPORT_DEMO_H
#define SG_TESTS_SUPPORT_DEMO_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct demo {
	pid_t pid;
	int stdin_fd, stdout_fd;
	char dir[256];
	char socket[512];
};

struct demo *demo_up(void); /* fails the test with the demo's own words */
/* Fails the test when something is left behind. NULL is allowed. */
void demo_down(struct demo *d);

/* Runs `sightglass ARGS...` (NULL-terminated); its output (stdout, then stderr) replaces
 * out, cut to size. Returns the exit code, or 128 + signal. */
int demo_run(struct demo *d, char *out, size_t size, const char *const args[]);
/* The same from words: DEMO_RUN(d, out, "get", "intake.flow", "--json") */
#define DEMO_RUN(d, out, ...)                                                            \
	demo_run((d), (out), sizeof(out), (const char *const[]){ __VA_ARGS__, NULL })
/* Starts a command without waiting; its output goes to the file at path. */
pid_t demo_launch(struct demo *d, const char *path, const char *const args[]);

/* Repeats the command until its output contains text; fails the test after limit_ms, in
 * which the machine's own stalls do not count. */
void demo_until(struct demo *d, const char *text, int limit_ms, const char *const args[]);
#define DEMO_UNTIL(d, text, limit_ms, ...)                                               \
	demo_until((d), (text), (limit_ms), (const char *const[]){ __VA_ARGS__, NULL })

/* The value of a good tag, by `get --json`; fails the test when it is not good. */
double demo_number(struct demo *d, const char *tag);

/* The newest process below the demo whose command is name ("sightglassd",
 * "sightglass-modbus"); 0 when there is none. */
pid_t demo_find_process(struct demo *d, const char *name);
/* Waits until such a process exists that is not `not_this`; fails the test after 20 s. */
pid_t demo_wait_process(struct demo *d, const char *name, pid_t not_this);

#endif
