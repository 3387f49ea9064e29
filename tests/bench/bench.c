/* bench.c - clocks, medians and the rows of the table. */
#include "bench/bench.h"

#include <dirent.h>
#include <errno.h>
#include <ftw.h>
#include <poll.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

void bench_die(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fputs("bench: ", stderr);
	vfprintf(stderr, fmt, ap);
	fputc('\n', stderr);
	va_end(ap);
	exit(1);
}

/* --- clocks and counters --- */

static double seconds_of(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

double bench_seconds(void)
{
	return seconds_of(CLOCK_MONOTONIC);
}

double bench_cpu(void)
{
	return seconds_of(CLOCK_PROCESS_CPUTIME_ID);
}

double bench_cpu_thread(void)
{
	return seconds_of(CLOCK_THREAD_CPUTIME_ID);
}

double bench_cpu_of(int pid)
{
	clockid_t clock;

	return clock_getcpuclockid(pid, &clock) == 0 ? seconds_of(clock) : 0;
}

/* In ticks of a hundredth of a second. */
double bench_cpu_tree(int pid)
{
	char path[64], line[1024] = "", *at;
	double ticks = 0;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	FILE *f = fopen(path, "re");

	if (!f || !fgets(line, sizeof(line), f))
		bench_die("cannot read %s", path);
	fclose(f);
	at = strrchr(line, ')'); /* then state and ten numbers, then four of time */
	for (int i = 0; at && i < 12; i++)
		at = strchr(at + 1, ' ');
	for (int i = 0; at && i < 4; i++)
		ticks += strtod(at, &at);
	return ticks / (double)sysconf(_SC_CLK_TCK);
}

double bench_pss_kb(int pid)
{
	char path[64], line[256];
	double kb = 0;

	snprintf(path, sizeof(path), "/proc/%d/smaps_rollup", pid);
	FILE *f = fopen(path, "re");

	if (!f)
		bench_die("cannot read %s", path);
	while (fgets(line, sizeof(line), f))
		if (strncmp(line, "Pss:", 4) == 0)
			kb = strtod(line + 4, NULL);
	fclose(f);
	return kb;
}

uint64_t bench_random(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

void bench_pin(int pid, unsigned cpus)
{
	char path[64];
	struct dirent *entry;
	cpu_set_t set;

	if (sysconf(_SC_NPROCESSORS_ONLN) < 2)
		return;
	CPU_ZERO(&set);
	for (size_t i = 0; i < 8 * sizeof(cpus); i++)
		if (cpus >> i & 1)
			CPU_SET(i, &set);
	snprintf(path, sizeof(path), "/proc/%d/task", pid ? pid : (int)getpid());
	DIR *d = opendir(path);
	while (d && (entry = readdir(d)) != NULL)
		if (entry->d_name[0] != '.')
			sched_setaffinity((pid_t)strtol(entry->d_name, NULL, 10),
					  sizeof(set), &set);
	if (d)
		closedir(d);
}

void bench_pause(int ms)
{
	poll(NULL, 0, ms);
}

/* --- folders --- */

static char tmp[4096];

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
	(void)st, (void)kind, (void)ftw;
	return remove(path);
}

static void remove_tmp(void)
{
	nftw(tmp, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

const char *bench_tmpdir(void)
{
	static char path[4200];
	static unsigned n;
	const char *under = getenv("BENCH_TMP");

	if (!*tmp) {
		snprintf(tmp, sizeof(tmp), "%s/bench-XXXXXX", under ? under : "/var/tmp");
		if (!mkdtemp(tmp))
			bench_die("cannot make %s: %s", tmp, strerror(errno));
		atexit(remove_tmp);
	}
	snprintf(path, sizeof(path), "%s/%u", tmp, ++n);
	if (mkdir(path, 0700) < 0)
		bench_die("cannot make %s: %s", path, strerror(errno));
	return path;
}

FILE *bench_file(const char *dir, const char *name)
{
	char path[4400];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "we");
	if (!f)
		bench_die("cannot write %s", path);
	return f;
}

/* --- the table --- */

static const double VOID_BELOW = 0.7;

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

double bench_percentile(double *v, size_t n, double share)
{
	size_t at = (size_t)((double)n * share);

	qsort(v, n, sizeof(*v), by_size);
	return v[at < n ? at : n - 1];
}

double bench_median(double *v, size_t n)
{
	return bench_percentile(v, n, 0.5);
}

/* Three digits that count: 12.3 M, 456 k, 7.89. */
static const char *figure_text(double v, char out[32])
{
	const char *mark = "";

	if (v >= 1e6) {
		v /= 1e6;
		mark = " M";
	} else if (v >= 1e4) {
		v /= 1e3;
		mark = " k";
	}
	snprintf(out, 32, "%.*f%s", v >= 100 ? 0 : v >= 10 ? 1 : v >= 1 ? 2 : 3, v, mark);
	return out;
}

/* "29.5 k" as a number; 0 when it is none. */
static double scale_of(const char *text)
{
	char *end;
	double v = text ? strtod(text, &end) : 0;

	if (text && strchr(end, 'M'))
		v *= 1e6;
	else if (text && strchr(end, 'k'))
		v *= 1e3;
	return v;
}

/* What a peer did elsewhere says nothing about rows that count cost: less is better. */
static bool is_void(const struct bench_row *row, double peer)
{
	return !row->at_most && peer < VOID_BELOW * scale_of(row->scale);
}

static void print_row(const struct bench_row *row, double figure, double peer,
		      double ratio)
{
	char text[32], other[32], goal[32] = "-";
	const char *verdict = "-";

	if (row->goal > 0) {
		bool holds = row->at_most ? ratio <= row->goal : ratio >= row->goal;

		snprintf(goal, sizeof(goal), "%s %g",
			 row->at_most ? "<=" : ">=", row->goal);
		verdict = is_void(row, peer) ? "void" : holds ? "holds" : "short";
	}
	printf("%s\t%s\t%s\t%s: %s%s%s%s\t%.2f\t%s\t%s\n", row->name,
	       figure_text(figure, text), row->unit, row->against,
	       figure_text(peer, other), row->scale ? " (" : "",
	       row->scale ? row->scale : "", row->scale ? ")" : "", ratio, goal, verdict);
	fflush(stdout);
}

void bench_compare(const struct bench_row *row, const double *ours, const double *peer,
		   size_t n)
{
	double a[BENCH_PAIRS], b[BENCH_PAIRS], r[BENCH_PAIRS];

	for (size_t i = 0; i < n; i++) {
		a[i] = ours[i];
		b[i] = peer[i];
		r[i] = ours[i] / peer[i];
	}
	print_row(row, bench_median(a, n), bench_median(b, n), bench_median(r, n));
}

void bench_pair(const struct bench_row *row, bench_fn ours, bench_fn peer, void *arg)
{
	double a[BENCH_PAIRS], b[BENCH_PAIRS];

	for (size_t i = 0; i < BENCH_PAIRS; i++) {
		a[i] = ours(arg);
		b[i] = peer(arg);
	}
	bench_compare(row, a, b, BENCH_PAIRS);
}

void bench_known(const struct bench_row *row, double figure, double known)
{
	print_row(row, figure, known, figure / known);
}

static bool above_ceiling;

void bench_ceiling(const char *name, const char *unit, double figure, double ceiling)
{
	const struct bench_row row = { .name = name,
				       .unit = unit,
				       .against = "ceiling",
				       .goal = 1,
				       .at_most = true };

	above_ceiling |= figure > ceiling;
	bench_known(&row, figure, ceiling);
}

int bench_end(void)
{
	if (above_ceiling)
		fprintf(stderr, "bench: a ceiling does not hold\n");
	return above_ceiling ? 3 : 0;
}

void bench_absent(const char *name, const char *why)
{
	printf("%s\t-\t-\t%s\t-\t-\t-\n", name, why);
	fflush(stdout);
}
