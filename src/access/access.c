/*
 * access.c - resolving a Unix user to rights, and answering for each right and area.
 *
 * Nothing is implied: admin is not operate, and a right somebody has in one area says
 * nothing about another.
 */
#include "access/access.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/area.h"
#include "util/strbuf.h"
#include "util/utf8.h"

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

void access_operator_release(struct access_operator *op)
{
	free(op->name);
	free(op->unix_user);
	free_names(op->roles, op->n_roles);
	free_names(op->areas, op->n_areas);
	*op = (struct access_operator){ 0 };
}

void access_def_release(struct access_def *d)
{
	for (size_t i = 0; i < d->n_roles; i++)
		free(d->roles[i].name);
	free(d->roles);
	for (size_t i = 0; i < d->n_operators; i++)
		access_operator_release(&d->operators[i]);
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

const struct access_operator *access_find_operator(const struct access_def *d,
						   const char *name)
{
	for (size_t i = 0; i < d->n_operators; i++)
		if (strcmp(d->operators[i].name, name) == 0)
			return &d->operators[i];
	return NULL;
}

uint32_t access_role_rights(const struct access_def *d, const char *role,
			    const char **area)
{
	const char *at = strchr(role, '@');
	size_t n = at ? (size_t)(at - role) : strlen(role);

	if (area)
		*area = at ? at + 1 : NULL;
	for (size_t k = 0; k < d->n_roles; k++)
		if (strlen(d->roles[k].name) == n &&
		    strncmp(d->roles[k].name, role, n) == 0)
			return d->roles[k].rights;
	return 0;
}

static bool same_area(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

/* What is too much is not given: the loader and the accounts refuse it before. */
static void add_post(struct access_grant *g, uint32_t rights, const char *area)
{
	uint32_t i = 0;

	if (area && strcmp(area, "*") == 0)
		area = NULL;
	while (i < g->n_posts && !same_area(g->posts[i].area, area))
		i++;
	if (i == ACCESS_POSTS_MAX)
		return;
	if (i == g->n_posts)
		g->posts[g->n_posts++] = (struct access_post){ 0, area };
	g->posts[i].rights |= rights;
	g->rights |= rights;
}

static void add_role(struct access_grant *g, const struct access_def *d, const char *role)
{
	const char *area;
	uint32_t rights = access_role_rights(d, role, &area);

	if (area || g->op->n_areas == 0)
		add_post(g, rights, area);
	for (size_t i = 0; !area && i < g->op->n_areas; i++)
		add_post(g, rights, g->op->areas[i]);
}

static void admit(struct access_grant *g, const struct access_def *d, uint32_t uid)
{
	if (uid == 0 && !d->allow_root) {
		g->root_looks_only = (g->rights & ~looking) != 0;
		g->rights &= looking;
	}
	g->admitted = (g->rights & BIT(RIGHT_VIEW)) != 0;
}

struct access_grant access_resolve_operator(const struct access_def *d,
					    const struct access_operator *op,
					    uint32_t uid)
{
	struct access_grant g = { .name = op->name, .op = op };

	for (size_t i = 0; i < op->n_roles; i++)
		add_role(&g, d, op->roles[i]);
	admit(&g, d, uid);
	return g;
}

struct access_grant access_resolve(const struct access_def *d, const char *unix_user,
				   uint32_t uid)
{
	const struct access_operator *op = find_user(d, unix_user);
	struct access_grant g = { .name = unix_user };

	if (op)
		return access_resolve_operator(d, op, uid);
	if (d->unlisted_view)
		g.rights = BIT(RIGHT_VIEW);
	admit(&g, d, uid);
	return g;
}

static bool in_area(const struct access_grant *g, enum right right, const char *area)
{
	if (!area || !*area)
		return true;
	for (uint32_t i = 0; i < g->n_posts; i++)
		if ((g->posts[i].rights & BIT(right)) &&
		    (!g->posts[i].area || area_holds(g->posts[i].area, area)))
			return true;
	return false;
}

/* Areas limit acting, not looking: who may look sees the whole plant. */
bool access_allows(const struct access_grant *g, enum right right, const char *area)
{
	if ((unsigned)right >= RIGHT_COUNT || !g->admitted || !(g->rights & BIT(right)))
		return false;
	return right == RIGHT_VIEW || in_area(g, right, area);
}

bool access_everywhere(const struct access_grant *g, enum right right)
{
	if (!access_allows(g, right, NULL))
		return false;
	for (uint32_t i = 0; i < g->n_posts; i++)
		if ((g->posts[i].rights & BIT(right)) && !g->posts[i].area)
			return true;
	return false;
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
	else if ((g->rights & BIT(right)) && !in_area(g, right, area))
		strbuf_setf(why, "%s has the right \"%s\" but not in area %s", g->name,
			    right_name(right), area);
	else if (area && *area)
		strbuf_setf(why, "%s has no right \"%s\" in area %s", g->name,
			    right_name(right), area);
	else
		strbuf_setf(why, "%s has no right \"%s\"", g->name, right_name(right));
}

void access_roles_text(const struct access_operator *op, char *out, size_t size)
{
	size_t at = 0;

	if (size == 0)
		return;
	out[0] = '\0';
	for (size_t i = 0; i < op->n_roles && at + 1 < size; i++)
		at += (size_t)snprintf(out + at, size - at, "%s%s", i ? "," : "",
				       op->roles[i]);
	utf8_cut_end(out, size);
}

void access_role_names(const struct access_grant *g, char *out, size_t size)
{
	if (g->op && g->op->n_roles)
		access_roles_text(g->op, out, size);
	else if (size)
		snprintf(out, size, "%s", g->admitted ? "view" : "");
}
