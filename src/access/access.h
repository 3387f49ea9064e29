/*
 * access.h - who may do what, where: operators, roles, rights, areas.
 *
 * Deny by default. A right is asked of (operator, right, area); admin does not imply
 * operate. Identity here is the peer's Unix user as the kernel vouches for it.
 * Definitions are immutable after load. Pure.
 */
#ifndef SG_ACCESS_ACCESS_H
#define SG_ACCESS_ACCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum right {
	RIGHT_VIEW,
	RIGHT_ACKNOWLEDGE,
	RIGHT_OPERATE,
	RIGHT_SHELVE,
	RIGHT_APPROVE,
	RIGHT_ENGINEER,
	RIGHT_ADMIN,
	RIGHT_AUDIT,
	RIGHT_COUNT
};

struct access_role {
	char *name;
	uint32_t rights; /* bit per enum right */
	const char *file;
	int line;
};

struct access_operator {
	char *name;
	char *unix_user;
	char **roles;
	size_t n_roles;
	char **areas; /* n_areas 0 = everywhere */
	size_t n_areas;
	const char *file;
	int line;
};

/* How long a session stays what it is. 0 = without an end, without a limit. */
struct access_sessions {
	int64_t idle_ms;     /* without a key, then it only looks */
	int64_t lock_ms;     /* without a key, then it is locked */
	int64_t absolute_ms; /* after its person was proven, then it only looks */
	uint32_t per_person; /* sessions that may act at the same time */
	char *notice;        /* to be accepted before anybody acts; NULL = none */
};

struct access_def {
	bool unlisted_view; /* unlisted = "view"; default "refuse" */
	bool allow_root;    /* uid 0 may act (demo only, lasting notice) */
	struct access_role *roles;
	size_t n_roles;
	struct access_operator *operators;
	size_t n_operators;
	struct access_sessions sessions;
};

void access_def_release(struct access_def *d);

/* What a session is allowed, resolved once at sign-in; borrowed strings point into
 * the definition. */
struct access_grant {
	const char *name; /* operator's name, or the Unix user's when unlisted */
	const struct access_operator *op; /* NULL = unlisted */
	uint32_t rights;
	bool root_looks_only; /* uid 0 without allow_root: its acting rights do not count
			       */
	bool admitted;        /* false: close before any data (SEC-01) */
};

/* uid 0 gets no acting right unless allow_root (SEC-27). */
struct access_grant access_resolve(const struct access_def *d, const char *unix_user,
				   uint32_t uid);
/* area may be NULL for things without one. A right in an area is one in all that lies in
 * it (util/area.h). */
bool access_allows(const struct access_grant *g, enum right right, const char *area);
/* Any right beyond looking and reading the record. */
bool access_acts(const struct access_grant *g);
/* What is left of it where nobody acts: looking. */
void access_only_looks(struct access_grant *g);
/* Why not, as a sentence: "ivan has no right \"operate\" in area filter". */
struct strbuf;
void access_explain(const struct access_grant *g, enum right right, const char *area,
		    struct strbuf *why);
/* The roles' names joined by ",": for the status line and the audit. "view" when
 * unlisted. */
void access_role_names(const struct access_grant *g, char *out, size_t size);

const char *right_name(enum right r);
bool right_parse(const char *name, enum right *out);

#endif
