/*
 * glass.h - a real console, or any other program, on a pseudo-terminal whose bytes are
 * counted and whose speed can be that of a serial line.
 */
#ifndef SG_TESTS_BENCH_GLASS_H
#define SG_TESTS_BENCH_GLASS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* What kind of terminal the console believes to have. */
struct glass_kind {
	const char *name, *term;
	const char *glyphs; /* --glyphs, or NULL = the console's own choice */
};
enum { GLASS_KINDS = 3 };
extern const struct glass_kind glass_kinds[GLASS_KINDS]; /* full, vt100, ascii */

struct glass {
	pid_t pid;
	int pty;
	int bytes_a_second; /* a slower line than this machine; 0 = none */
	double carried;     /* until when its bytes have been taken */
	char tail[256];     /* the last bytes read, NUL-terminated */
};

/* The console on that server; screen may be NULL. */
void glass_console(struct glass *g, const char *socket, const struct glass_kind *kind,
		   int cols, int rows, const char *screen);
/* Any program. */
void glass_run(struct glass *g, char *const argv[], const char *term, int cols, int rows);
/* run() in a child on the terminal. */
void glass_fork(struct glass *g, void (*run)(void), const char *term);
/* Bytes that come within ms, or until none came for quiet ms after the first (0: the
 * whole time). */
size_t glass_read(struct glass *g, int ms, int quiet);
/* Seconds from begin (bench_seconds) until at least so many bytes came; what is read
 * before counts from zero at the call. Negative: not within ms. */
double glass_painted(struct glass *g, double begin, size_t at_least, int ms);
/* Seconds from begin until text was among the bytes; negative: not within ms. */
double glass_shows(struct glass *g, double begin, const char *text, int ms);
void glass_type(struct glass *g, const char *keys);
void glass_close(struct glass *g);

#endif
