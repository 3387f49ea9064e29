/* wall.c - putting a wall up: limits, Landlock, and the report of what stands. */
#include "wall/wall.h"

#include <errno.h>
#include <glob.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "util/log.h"
#include "wall/landlock.h"

/* --- the report -------------------------------------------------------------------- */

void wall_report_init(struct wall_report *r, enum wall_policy policy)
{
	*r = (struct wall_report){ .policy = policy, .missing = STRBUF_INIT };
}

void wall_report_release(struct wall_report *r)
{
	strbuf_release(&r->missing);
}

static void __attribute__((format(printf, 2, 3)))
misses(struct wall_report *r, const char *fmt, ...)
{
	char text[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	strbuf_addf(&r->missing, "%s%s", r->missing.len ? "; " : "", text);
}

void wall_report_text(const struct wall_report *r, struct strbuf *out)
{
	if (r->policy == WALL_OFF) {
		strbuf_adds(out, "off");
		return;
	}
	if (r->abi)
		strbuf_addf(out, "Landlock ABI %d%s%s%s", r->abi,
			    r->files || r->tcp ? " for " : "", r->files ? "files" : "",
			    r->files && r->tcp ? " and TCP"
			    : r->tcp           ? "TCP"
					       : "");
	else
		strbuf_adds(out, "no Landlock");
	strbuf_adds(out, r->calls ? ", seccomp" : ", no seccomp");
	if (r->missing.len)
		strbuf_addf(out, " (missing: %s)", r->missing.buf);
}

/* --- what every program does -------------------------------------------------------- */

void wall_basics(void)
{
	struct rlimit none = { 0, 0 };

	setrlimit(RLIMIT_CORE, &none);
	prctl(PR_SET_DUMPABLE, 0);
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

void wall_limits(enum wall_program program)
{
	const struct wall_row *row = wall_row(program);

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
	rlim_t bytes = (rlim_t)row->memory_mb << 20;
	struct rlimit limit = { bytes, bytes };

	if (row->memory_mb)
		(void)setrlimit(RLIMIT_DATA, &limit);
#endif
	errno = 0;
	if (row->niceness && nice(row->niceness) < 0 && errno) {
		/* it works for others all the same */
	}
}

/* --- Landlock ----------------------------------------------------------------------- */

static unsigned access_of(const char *letters, size_t n)
{
	unsigned access = 0;

	for (size_t i = 0; i < n; i++)
		access |= letters[i] == 'r'   ? WALL_READ
			  : letters[i] == 'x' ? WALL_RUN
					      : WALL_DEVICE;
	return access;
}

/* What is not there, nobody can touch. */
static void allow(int rules, int abi, const char *path, unsigned access, int *failed)
{
	if (landlock_allow(rules, abi, path, access) < 0 && errno != ENOENT &&
	    errno != ENOTDIR && errno != EACCES)
		*failed = errno;
}

static void allow_pattern(int rules, int abi, const char *pattern, unsigned access,
			  int *failed)
{
	glob_t found;

	if (!strchr(pattern, '*')) {
		allow(rules, abi, pattern, access, failed);
		return;
	}
	if (glob(pattern, 0, NULL, &found) == 0)
		for (size_t i = 0; i < found.gl_pathc; i++)
			allow(rules, abi, found.gl_pathv[i], access, failed);
	globfree(&found);
}

/* The words of a row: letters, then paths. */
static void allow_places(int rules, int abi, const char *places, int *failed)
{
	unsigned access = 0;
	char path[PATH_MAX];

	while (*places) {
		size_t n = strcspn(places, " ;");

		if (places[0] == '/') {
			snprintf(path, sizeof(path), "%.*s", (int)n, places);
			allow_pattern(rules, abi, path, access, failed);
		} else if (n) {
			access = access_of(places, n);
		}
		places += n;
		places += *places != '\0';
	}
}

static void allow_all(int rules, int abi, const struct wall_row *row,
		      const struct wall_needs *needs, int *failed)
{
	bool ports = abi >= LANDLOCK_ABI_TCP && row->tcp == WALL_TCP_PORTS;

	if (row->files && row->places)
		allow_places(rules, abi, row->places, failed);
	for (size_t i = 0; row->files && needs && i < needs->n_places; i++)
		allow(rules, abi, needs->place[i].path, needs->place[i].access, failed);
	for (size_t i = 0; ports && needs && !needs->any_port && i < needs->n_ports; i++)
		if (landlock_allow_port(rules, needs->port[i]) < 0)
			*failed = errno;
}

static enum sg_err judged(const struct wall_report *r, const struct wall_row *row,
			  struct strbuf *why)
{
	if (r->policy != WALL_REQUIRE || !r->missing.len)
		return SG_OK;
	strbuf_setf(why,
		    "walls = \"require\", and %s cannot have all of its wall here: %s. "
		    "Another kernel, or walls = \"best-effort\"",
		    row->name, r->missing.buf);
	return SG_EREFUSED;
}

/* What this kernel cannot hold the program to. */
static void note_missing(struct wall_report *r, bool tcp)
{
	if (tcp && r->abi < LANDLOCK_ABI_TCP)
		misses(r, "rules for TCP (Landlock ABI 4, this kernel has %d)", r->abi);
	if (r->abi == 0)
		misses(r, "rules for files (Landlock is off or not in this kernel)");
	else if (r->abi < LANDLOCK_ABI_TRUNCATE)
		misses(r,
		       "the rule against cutting a file (Landlock ABI 3, this kernel "
		       "has %d)",
		       r->abi);
}

/* 0 or errno. */
static int build(const struct wall_row *row, int abi, bool tcp,
		 const struct wall_needs *needs)
{
	/* a console suspends all of its job */
	bool scopes = row->files && !(row->calls & WALL_CALLS_TERMINAL);
	int rules = landlock_begin(abi, row->files, tcp, scopes), failed = 0;

	if (rules < 0)
		return errno;
	allow_all(rules, abi, row, needs, &failed);
	if (failed)
		close(rules);
	else if (landlock_end(rules) < 0)
		failed = errno;
	return failed;
}

enum sg_err wall_files(enum wall_program program, const struct wall_needs *needs,
		       struct wall_report *r, struct strbuf *why)
{
	const struct wall_row *row = wall_row(program);
	bool tcp = row->tcp == WALL_TCP_NONE ||
		   (row->tcp == WALL_TCP_PORTS && !(needs && needs->any_port));
	int error;

	if (r->policy == WALL_OFF || (!row->files && !tcp))
		return SG_OK;
	r->abi = landlock_abi();
	note_missing(r, tcp);
	tcp &= r->abi >= LANDLOCK_ABI_TCP;
	if (r->abi == 0 || (!row->files && !tcp))
		return judged(r, row, why);
	error = build(row, r->abi, tcp, needs);
	if (error)
		misses(r, "rules for files and TCP (Landlock: %s)", strerror(error));
	r->files = row->files && !error;
	r->tcp = tcp && !error;
	return judged(r, row, why);
}

enum sg_err wall_around_me(enum wall_program program, bool files, struct strbuf *why)
{
	const char *word = getenv("SIGHTGLASS_WALLS");
	enum wall_policy policy = wall_policy_default();
	struct wall_report r;
	enum sg_err rc = SG_OK;

	wall_basics();
	if (word && !wall_policy_parse(word, &policy)) {
		strbuf_setf(why,
			    "SIGHTGLASS_WALLS is \"%s\", not best-effort, require or "
			    "off",
			    word);
		return SG_ECONFIG;
	}
	wall_report_init(&r, policy);
	if (files)
		rc = wall_files(program, NULL, &r, why);
	if (rc == SG_OK)
		rc = wall_calls(program, &r, why);
	if (rc == SG_OK && r.missing.len)
		log_debug("the wall around %s lacks %s", wall_row(program)->name,
			  r.missing.buf);
	wall_report_release(&r);
	return rc;
}
