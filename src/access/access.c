/*
 * access.c - resolving a Unix user to rights, and answering for each right and area.
 *
 * Nothing is implied: admin is not operate, and a right somebody has in one area says
 * nothing about another.
 */
#include "access/access.h"

#include <stdlib.h>
#include <string.h>

#include "util/area.h"
#include "util/strbuf.h"

#define BIT(right) ((uint32_t)1 << (right))

static const char *const names[RIGHT_COUNT] = {
	[RIGHT_VIEW] = "view",       [RIGHT_ACKNOWLEDGE] = "acknowledge",
	[RIGHT_OPERATE] = "operate", [RIGHT_SHELVE] = "shelve",
	[RIGHT_APPROVE] = "approve", [RIGHT_ENGINEER] = "engineer",
	[RIGHT_ADMIN] = "admin",     [RIGHT_AUDIT] = "audit",
};

/* What uid 0 keeps without allow_root: looking, never acting (SEC-27). */
static const uint32_t looking = BIT(RIGHT_VIEW) | BIT(RIGHT_AUDIT);

const char *right_name(enum right r)
{
	return (unsigned)r < RIGHT_COUNT ? names[r] : "none";
}

bool right_parse(const char *name, enum right *out)
{
	for (int r = 0; r < RIGHT_COUNT; r++) {
		if (strcmp(name, names[r]) == 0) {
			*out = (enum right)r;
			return true;
		}
	}
	return false;
}

static void free_names(char **v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(v[i]);
	free(v);
}

void access_def_release(struct access_def *d)
{
	for (size_t i = 0; i < d->n_roles; i++)
		free(d->roles[i].name);
	free(d->roles);
	for (size_t i = 0; i < d->n_operators; i++) {
		struct access_operator *op = &d->operators[i];
		free(op->name);
		free(op->unix_user);
		free_names(op->roles, op->n_roles);
		free_names(op->areas, op->n_areas);
	}
	free(d->operators);
	free(d->sessions.notice);
	*d = (struct access_def){ 0 };
}

static const struct access_operator *find_user(const struct access_def *d,
					       const char *unix_user)
{
	for (size_t i = 0; i < d->n_operators; i++)
		if (strcmp(d->operators[i].unix_user, unix_user) == 0)
			return &d->operators[i];
	return NULL;
}

static uint32_t rights_of(const struct access_def *d, const struct access_operator *op)
{
	uint32_t rights = 0;

	for (size_t i = 0; i < op->n_roles; i++)
		for (size_t k = 0; k < d->n_roles; k++)
			if (strcmp(op->roles[i], d->roles[k].name) == 0)
				rights |= d->roles[k].rights;
	return rights;
}

struct access_grant access_resolve(const struct access_def *d, const char *unix_user,
				   uint32_t uid)
{
	struct access_grant g = { .name = unix_user };

	g.op = find_user(d, unix_user);
	if (g.op) {
		g.name = g.op->name;
		g.rights = rights_of(d, g.op);
	} else if (d->unlisted_view) {
		g.rights = BIT(RIGHT_VIEW);
	}
	if (uid == 0 && !d->allow_root) {
		g.root_looks_only = (g.rights & ~looking) != 0;
		g.rights &= looking;
	}
	g.admitted = (g.rights & BIT(RIGHT_VIEW)) != 0;
	return g;
}

static bool in_area(const struct access_grant *g, const char *area)
{
	if (!area || !*area || !g->op || g->op->n_areas == 0)
		return true;
	for (size_t i = 0; i < g->op->n_areas; i++)
		if (area_holds(g->op->areas[i], area))
			return true;
	return false;
}

/* Areas limit acting, not looking: who may look sees the whole plant. */
bool access_allows(const struct access_grant *g, enum right right, const char *area)
{
	if ((unsigned)right >= RIGHT_COUNT || !g->admitted || !(g->rights & BIT(right)))
		return false;
	return right == RIGHT_VIEW || in_area(g, area);
}

bool access_acts(const struct access_grant *g)
{
	return g->admitted && (g->rights & ~looking) != 0;
}

void access_only_looks(struct access_grant *g)
{
	g->rights &= BIT(RIGHT_VIEW);
}

void access_explain(const struct access_grant *g, enum right right, const char *area,
		    struct strbuf *why)
{
	strbuf_setf(why, "%s", "");
	if (!g->admitted)
		strbuf_setf(why, "%s is no operator of this station", g->name);
	else if (!g->op)
		strbuf_setf(why,
			    "%s may look only: no operator with that Unix user is "
			    "configured",
			    g->name);
	else if (g->root_looks_only && !(g->rights & BIT(right)))
		strbuf_setf(why,
			    "root may look only, whatever its roles say (allow_root in "
			    "access.cfg): sign in as yourself");
	else if ((g->rights & BIT(right)) && !in_area(g, area))
		strbuf_setf(why, "%s has the right \"%s\" but not in area %s", g->name,
			    right_name(right), area);
	else if (area && *area)
		strbuf_setf(why, "%s has no right \"%s\" in area %s", g->name,
			    right_name(right), area);
	else
		strbuf_setf(why, "%s has no right \"%s\"", g->name, right_name(right));
}

void access_role_names(const struct access_grant *g, char *out, size_t size)
{
	struct strbuf sb = STRBUF_INIT;

	if (size == 0)
		return;
	for (size_t i = 0; g->op && i < g->op->n_roles; i++)
		strbuf_addf(&sb, "%s%s", i ? "," : "", g->op->roles[i]);
	if (sb.len == 0)
		strbuf_adds(&sb, g->admitted ? "view" : "");
	size_t n = sb.len < size ? sb.len : size - 1;
	memcpy(out, sb.buf, n);
	out[n] = '\0';
	strbuf_release(&sb);
}
