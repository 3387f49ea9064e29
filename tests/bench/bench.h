/*
 * bench.h - what the benchmark programs share: pairs, medians and the table.
 *
 * A figure is worth little on a machine that others use as well, so each is taken
 * beside a peer: five pairs, one side and then the other, and the median of the five
 * ratios is what a goal is held against. Nothing here is a test: a row says "short"
 * and the run goes on. Tab-separated rows: name, figure, unit, compared with, ratio,
 * goal, holds, short or void.
 */
#ifndef SG_TESTS_BENCH_H
#define SG_TESTS_BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum { BENCH_PAIRS = 5 };

/* One side, once: its figure. */
typedef double (*bench_fn)(void *arg);

struct bench_row {
	const char *name, *unit;
	const char *against; /* what the peer is */
	const char *scale; /* what the peer measured elsewhere: "99 M"; NULL. A row whose
			      peer stays below 0.7 of it is void: this machine, or what
			      else it does just now, allows no judgement */
	double goal;       /* of ratio = ours / peer; 0 = none */
	bool at_most;      /* else the ratio has to reach it */
};

void bench_pair(const struct bench_row *row, bench_fn ours, bench_fn peer, void *arg);
/* The same with figures taken before: n of each, n <= BENCH_PAIRS. */
void bench_compare(const struct bench_row *row, const double *ours, const double *peer,
		   size_t n);
/* Against a number that is known: the ratio is figure / known. */
void bench_known(const struct bench_row *row, double figure, double known);
/* Against a ceiling that is a promise: exact figures such as bytes. What is above it
 * fails the run (bench_end). */
void bench_ceiling(const char *name, const char *unit, double figure, double ceiling);
/* The exit code of a program with ceilings. */
int bench_end(void);
/* Something could not be measured; why is a few words. */
void bench_absent(const char *name, const char *why);

double bench_median(double *v, size_t n); /* sorts v */
/* v[n * share], sorted: 0.99 for the 99th percentile. */
double bench_percentile(double *v, size_t n, double share);

double bench_seconds(void);     /* some monotonic moment */
double bench_cpu(void);         /* CPU seconds of this process so far */
double bench_cpu_thread(void);  /* of this thread */
double bench_cpu_of(int pid);   /* of another process, all its threads */
double bench_cpu_tree(int pid); /* and of children that it has waited for */
double bench_pss_kb(int pid);   /* its memory, shared pages by share */
uint64_t bench_random(uint64_t *seed);
/* Ends the program with a sentence: a bench that cannot run says so. */
void bench_die(const char *fmt, ...) __attribute__((format(printf, 1, 2), noreturn));
/* A moment in loops that wait for a condition with a deadline. */
void bench_pause(int ms);
/* All threads of a process, 0 = this one, on these processors only: bit 0 is the first.
 * Without effect where there is only one. */
void bench_pin(int pid, unsigned cpus);
/* dir/name, made anew to be written; closed by the caller. */
FILE *bench_file(const char *dir, const char *name);
/* A fresh folder under BENCH_TMP (a real disk), removed at exit. */
const char *bench_tmpdir(void);

#endif
