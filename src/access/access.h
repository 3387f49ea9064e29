/*
 * access.h - who may do what, where: operators, roles, rights, areas.
 *
 * Deny by default. A right is asked of (operator, right, area); admin does not imply
 * operate. A person may hold other roles in other areas: a role is given as "operator"
 * (in the operator's areas) or as "operator@intake" (there). Who it is, is the peer's
 * Unix user as the kernel vouches for it, or an account signed in on top
 * (access/account.h). Definitions are immutable after load. Pure.
 */
#ifndef SG_ACCESS_ACCESS_H
#define SG_ACCESS_ACCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "access/password.h"

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

enum { ACCESS_POSTS_MAX = 32 }; /* different areas in which a person has rights */

struct access_operator {
	char *name;
	char *unix_user; /* NULL of an account */
	char **roles;    /* "ROLE" or "ROLE@AREA" */
	size_t n_roles;
	char **areas; /* of roles without one; n_areas 0 = everywhere */
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
	bool unlisted_view;       /* unlisted = "view"; default "refuse" */
	bool allow_root;          /* uid 0 may act (demo only, lasting notice) */
	bool single_in_emergency; /* a write without its second person, with a reason */
	struct password_policy passwords;
	bool codes_required; /* nobody signs in without a code (access/totp.h) */
	struct access_role *roles;
	size_t n_roles;
	struct access_operator *operators;
	size_t n_operators;
	struct access_sessions sessions;
};

void access_operator_release(struct access_operator *op);
void access_def_release(struct access_def *d);

/* Rights that hold in one area. */
struct access_post {
	uint32_t rights;
	const char *area; /* NULL = everywhere */
};

/* What a session is allowed, resolved once at sign-in; borrowed strings point into
 * the definition, or into the operator it was made of. */
struct access_grant {
	const char *name; /* operator's name, or the Unix user's when unlisted */
	const struct access_operator *op; /* NULL = unlisted */
	uint32_t rights;                  /* somewhere */
	uint32_t n_posts;
	struct access_post posts[ACCESS_POSTS_MAX];
	bool root_looks_only; /* uid 0 without allow_root: its acting rights do not count
			       */
	bool admitted;        /* false: close before any data (SEC-01) */
};

/* uid 0 gets no acting right unless allow_root (SEC-27). */
struct access_grant access_resolve(const struct access_def *d, const char *unix_user,
				   uint32_t uid);
/* The same of an operator who is known otherwise: by name and password, over the
 * connection of a peer with that uid. */
struct access_grant access_resolve_operator(const struct access_def *d,
					    const struct access_operator *op,
					    uint32_t uid);
const struct access_operator *access_find_operator(const struct access_def *d,
						   const char *name);
/* Of "ROLE" or "ROLE@AREA": the role's rights, 0 when there is none such; *area (may be
 * NULL) points behind the "@", NULL without one. */
uint32_t access_role_rights(const struct access_def *d, const char *role,
			    const char **area);
/* The right without any limit of area: what concerns the whole station. */
bool access_everywhere(const struct access_grant *g, enum right right);
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
/* The roles' names joined by ",": for the status line and the audit. */
void access_roles_text(const struct access_operator *op, char *out, size_t size);
/* The same of who has that grant; "view" when unlisted. */
void access_role_names(const struct access_grant *g, char *out, size_t size);

const char *right_name(enum right r);
bool right_parse(const char *name, enum right *out);

#endif
