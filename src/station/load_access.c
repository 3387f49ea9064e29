/* load_access.c - operators, roles and their rights. */
#include "station/load_int.h"

#include <stdlib.h>
#include <string.h>

#include "util/xalloc.h"

static const char *const unlisted_words[] = { "refuse", "view", NULL };

const struct cfg_row station_role_rows[] = {
	{ .name = "name",
	  .kind = CFG_K_TEXT,
	  .flags = CFG_REQUIRED,
	  .help = "what operators call it" },
	{ .name = "rights",
	  .kind = CFG_K_TEXTS,
	  .flags = CFG_REQUIRED,
	  .help = "view, acknowledge, operate, ..." },
	{ 0 },
};

const struct cfg_row station_operator_rows[] = {
	{ .name = "name",
	  .kind = CFG_K_TEXT,
	  .flags = CFG_REQUIRED,
	  .help = "name in the audit record" },
	{ .name = "unix_user",
	  .kind = CFG_K_TEXT,
	  .flags = CFG_REQUIRED,
	  .help = "account the kernel vouches for" },
	{ .name = "roles",
	  .kind = CFG_K_TEXTS,
	  .flags = CFG_REQUIRED,
	  .help = "names of roles" },
	{ .name = "areas", .kind = CFG_K_TEXTS, .help = "where; everywhere if absent" },
	{ 0 },
};

enum { IDLE_MIN = 15, MINUTES_MAX = 24 * 60, HOURS_MAX = 7 * 24, PER_PERSON_MAX = 200 };

const struct cfg_row station_sessions_rows[] = {
	{ .name = "idle_min",
	  .kind = CFG_K_NUMBER,
	  .hi = MINUTES_MAX,
	  .help = "minutes without a key until a session only looks (15); 0 = never" },
	{ .name = "lock_min",
	  .kind = CFG_K_NUMBER,
	  .hi = MINUTES_MAX,
	  .help = "minutes without a key until it is locked (0 = never)" },
	{ .name = "absolute_h",
	  .kind = CFG_K_NUMBER,
	  .hi = HOURS_MAX,
	  .help = "hours after which a person signs in anew (0 = never)" },
	{ .name = "per_person",
	  .kind = CFG_K_INT,
	  .hi = PER_PERSON_MAX,
	  .help = "sessions of one person that may act (0 = no limit)" },
	{ .name = "notice",
	  .kind = CFG_K_TEXT,
	  .help = "what everybody accepts before acting" },
	{ 0 },
};

enum { LENGTH_MOST = 64, HASH_MIB_LEAST = 64, HASH_MIB_MOST = 4096 };

const struct cfg_row station_passwords_rows[] = {
	{ .name = "min_length",
	  .kind = CFG_K_INT,
	  .lo = PASSWORD_LENGTH_LEAST,
	  .hi = LENGTH_MOST,
	  .help = "characters of a new password (10)" },
	{ .name = "hash_mib",
	  .kind = CFG_K_INT,
	  .lo = HASH_MIB_LEAST,
	  .hi = HASH_MIB_MOST,
	  .help = "memory that one try of a password costs (128)" },
	{ .name = "codes_required",
	  .kind = CFG_K_BOOL,
	  .help = "nobody signs in without a code that changes" },
	{ 0 },
};

const struct cfg_row station_access_rows[] = {
	{ .name = "unlisted",
	  .kind = CFG_K_WORD,
	  .words = unlisted_words,
	  .help = "what others may do: refuse (default) or view" },
	{ .name = "allow_root", .kind = CFG_K_BOOL, .help = "root may act" },
	{ .name = "sessions",
	  .kind = CFG_K_GROUP,
	  .members = station_sessions_rows,
	  .help = "how long a session may act" },
	{ .name = "passwords",
	  .kind = CFG_K_GROUP,
	  .members = station_passwords_rows,
	  .help = "what passwords have to be, and what they cost" },
	{ .name = "single_in_emergency",
	  .kind = CFG_K_BOOL,
	  .help = "a write may do without its second person, with a reason; loud" },
	{ .name = "roles", .kind = CFG_K_GROUPS, .help = "roles" },
	{ .name = "operators", .kind = CFG_K_GROUPS, .help = "operators" },
	{ 0 },
};

/* --- roles ----------------------------------------------------------------------- */

static void unknown_right(struct loader *l, const struct cfg_node *at, const char *role)
{
	const char *names[RIGHT_COUNT];
	struct strbuf text = STRBUF_INIT;

	strbuf_addf(&text, "role \"%s\" has the unknown right \"%s\"; there is", role,
		    cfg_as_text(at));
	for (int r = 0; r < RIGHT_COUNT; r++) {
		names[r] = right_name((enum right)r);
		strbuf_addf(&text, "%s %s", r ? "," : "", names[r]);
	}
	diag_suggest(&text, cfg_as_text(at), names, RIGHT_COUNT);
	cfg_error(at, l->diags, "unknown-right", "%s", text.buf);
	strbuf_release(&text);
}

static uint32_t take_rights(struct loader *l, const struct cfg_node *list,
			    const char *role)
{
	uint32_t rights = 0;
	enum right right;

	for (size_t i = 0; i < load_text_count(list); i++) {
		const char *name = cfg_as_text(load_text_at(list, i));
		if (!name)
			continue;
		if (right_parse(name, &right))
			rights |= (uint32_t)1 << right;
		else
			unknown_right(l, load_text_at(list, i), role);
	}
	return rights;
}

static void load_role(struct loader *l, const struct cfg_node *node)
{
	struct access_def *a = &l->d->access;
	const char *name = cfg_as_text(cfg_get(node, "name"));
	struct strbuf what = STRBUF_INIT;

	strbuf_addf(&what, name ? "role \"%s\"" : "this role", name);
	cfg_check(node, what.buf, station_role_rows, false, l->diags);
	strbuf_release(&what);
	if (!name)
		return;
	for (size_t i = 0; i < a->n_roles; i++) {
		if (strcmp(a->roles[i].name, name) != 0)
			continue;
		cfg_error(node, l->diags, "duplicate-role",
			  "role \"%s\" is defined twice; the first stands in %s line %d",
			  name, a->roles[i].file, a->roles[i].line);
		return;
	}
	if (strpbrk(name, "@, ")) {
		cfg_error(node, l->diags, "role-name",
			  "role \"%s\": \"ROLE@AREA\" and lists of roles are written "
			  "with @, comma and blank: take another name",
			  name);
		return;
	}
	struct access_role *role = GROW(&a->roles, &a->n_roles);
	*role = (struct access_role){ xstrdup(name),
				      take_rights(l, cfg_get(node, "rights"), name),
				      cfg_file(node), cfg_line(node) };
}

/* --- operators ------------------------------------------------------------------- */

static bool operator_is_new(struct loader *l, const struct cfg_node *node,
			    const char *name, const char *user)
{
	const struct access_def *a = &l->d->access;

	for (size_t i = 0; i < a->n_operators; i++) {
		const struct access_operator *op = &a->operators[i];
		if (strcmp(op->name, name) == 0)
			cfg_error(node, l->diags, "duplicate-operator",
				  "operator \"%s\" is defined twice; the first stands in "
				  "%s line %d",
				  name, op->file, op->line);
		else if (user[0] && strcmp(op->unix_user, user) == 0)
			cfg_error(node, l->diags, "duplicate-operator",
				  "unix_user \"%s\" of operator \"%s\" belongs to "
				  "operator \"%s\" already (%s line %d)",
				  user, name, op->name, op->file, op->line);
		else
			continue;
		return false;
	}
	return true;
}

static void load_operator(struct loader *l, const struct cfg_node *node)
{
	const char *name = cfg_as_text(cfg_get(node, "name"));
	const char *user = cfg_as_text(cfg_get(node, "unix_user"));
	struct strbuf what = STRBUF_INIT;

	strbuf_addf(&what, name ? "operator \"%s\"" : "this operator", name);
	cfg_check(node, what.buf, station_operator_rows, false, l->diags);
	strbuf_release(&what);
	if (!name || !operator_is_new(l, node, name, user ? user : ""))
		return;
	struct access_operator *op =
		GROW(&l->d->access.operators, &l->d->access.n_operators);
	op->name = xstrdup(name);
	op->unix_user = xstrdup(user ? user : "");
	op->file = cfg_file(node);
	op->line = cfg_line(node);
	load_texts(cfg_get(node, "roles"), &op->roles, &op->n_roles);
	load_texts(cfg_get(node, "areas"), &op->areas, &op->n_areas);
}

static void load_list(struct loader *l, const struct cfg_node *list,
		      void (*one)(struct loader *, const struct cfg_node *))
{
	for (size_t i = 0; i < cfg_count(list); i++)
		if (cfg_type(cfg_at(list, i)) == CFG_GROUP)
			one(l, cfg_at(list, i));
}

/* In minutes or hours as written, which the schema has held to its limits. */
static void take_time(const struct cfg_node *group, const char *name, int64_t unit_ms,
		      int64_t *ms)
{
	double v;

	if (cfg_as_double(cfg_get(group, name), &v) && v >= 0)
		*ms = (int64_t)(v * (double)unit_ms);
}

static void load_sessions(struct access_sessions *out, const struct cfg_node *group)
{
	const char *notice = cfg_as_text(cfg_get(group, "notice"));
	int64_t per_person;

	take_time(group, "idle_min", 60000, &out->idle_ms);
	take_time(group, "lock_min", 60000, &out->lock_ms);
	take_time(group, "absolute_h", 3600000, &out->absolute_ms);
	if (cfg_as_int(cfg_get(group, "per_person"), &per_person) && per_person >= 0)
		out->per_person = (uint32_t)per_person;
	if (notice && !out->notice)
		out->notice = xstrdup(notice);
}

static void load_passwords(struct access_def *a, const struct cfg_node *group)
{
	int64_t v;

	if (cfg_as_int(cfg_get(group, "min_length"), &v) && v > 0)
		a->passwords.min_length = (uint32_t)v;
	if (cfg_as_int(cfg_get(group, "hash_mib"), &v) && v > 0)
		a->passwords.hash_mib = (uint32_t)v;
	cfg_as_bool(cfg_get(group, "codes_required"), &a->codes_required);
}

void load_access(struct loader *l, const struct cfg_set *files)
{
	l->d->access.sessions.idle_ms = IDLE_MIN * 60000;
	for (size_t f = 0; f < files->n; f++) {
		const struct cfg_node *root = cfg_root(files->v[f]);
		const char *unlisted = cfg_as_text(cfg_get(root, "unlisted"));
		cfg_check(root, "the access file", station_access_rows, false, l->diags);
		l->d->access.unlisted_view |= unlisted && strcmp(unlisted, "view") == 0;
		cfg_as_bool(cfg_get(root, "allow_root"), &l->d->access.allow_root);
		load_passwords(&l->d->access, cfg_get(root, "passwords"));
		load_sessions(&l->d->access.sessions, cfg_get(root, "sessions"));
		cfg_as_bool(cfg_get(root, "single_in_emergency"),
			    &l->d->access.single_in_emergency);
		load_list(l, cfg_get(root, "roles"), load_role);
		load_list(l, cfg_get(root, "operators"), load_operator);
	}
}
