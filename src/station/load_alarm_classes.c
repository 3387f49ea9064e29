/* load_alarm_classes.c - classes of alarms, the tree of areas and the groups of alarms.
 */
#include "station/load_alarm_rows.h"

#include <stdlib.h>
#include <string.h>

#include "station/cross_int.h"
#include "util/strmap.h"
#include "util/xalloc.h"

static const char *const follower_words[] = { "marked", "suppressed", NULL };

const struct cfg_row station_class_rows[] = {
	{ .name = "name",
	  .kind = CFG_K_TEXT,
	  .flags = CFG_REQUIRED,
	  .help = "what alarms call it" },
	{ .name = "description", .kind = CFG_K_TEXT0, .help = "what it is for" },
	{ .name = "priority",
	  .kind = CFG_K_WORD,
	  .words = load_priority_words,
	  .help = "critical, high, medium, low or diagnostic" },
	ALARM_SAYS_ROWS,
	{ 0 },
};

const struct cfg_row station_area_rows[] = {
	{ .name = "name",
	  .kind = CFG_K_TEXT,
	  .flags = CFG_REQUIRED,
	  .help = "dotted: intake.wells lies in intake; * is the whole station" },
	{ .name = "title", .kind = CFG_K_TEXT0, .help = "its name for people" },
	{ .name = "owner", .kind = CFG_K_TEXT, .help = "who answers for its alarms" },
	{ .name = "position",
	  .kind = CFG_K_TEXT,
	  .help = "the operator's desk that looks after it; figures are told by it" },
	{ .name = "class", .kind = CFG_K_TEXT, .help = "of its alarms that name none" },
	{ .name = "state",
	  .kind = CFG_K_TEXT,
	  .help = "tag that says in which state its part of the plant is" },
	{ .name = "states",
	  .kind = CFG_K_ANY,
	  .help = "what the numbers of that tag mean: { off = 0; run = 2; }, or "
		  "a list of names from 0" },
	{ .name = "suppress_when",
	  .kind = CFG_K_TEXT,
	  .help = "expression: its alarms are suppressed by design while it is true" },
	{ .name = "suppress_in",
	  .kind = CFG_K_TEXTS,
	  .help = "states in which its alarms are suppressed" },
	{ 0 },
};

const struct cfg_row station_group_rows[] = {
	{ .name = "name",
	  .kind = CFG_K_TEXT,
	  .flags = CFG_REQUIRED,
	  .help = "what alarms call it" },
	{ .name = "description",
	  .kind = CFG_K_TEXT0,
	  .help = "what they have in common" },
	{ .name = "followers",
	  .kind = CFG_K_WORD,
	  .words = follower_words,
	  .help = "those that come after the first: marked (default) or suppressed" },
	{ 0 },
};

/* --- finding ---------------------------------------------------------------------- */

struct load_class *load_class_find(const struct loader *l, const char *name)
{
	int64_t at;

	if (!l->class_index || !strmap_get(l->class_index, name, &at))
		return NULL;
	return &l->classes[at];
}

void load_unknown_class(struct loader *l, const struct loc *at, const char *where,
			const char *name)
{
	const char **names = xcalloc(l->n_classes + 1, sizeof(*names));
	struct strbuf near = STRBUF_INIT;

	for (size_t i = 0; i < l->n_classes; i++)
		names[i] = l->classes[i].name;
	diag_suggest(&near, name, names, l->n_classes);
	if (near.len || !l->alarms_incomplete)
		load_error(l, at, "unknown-class", "%s names the unknown class \"%s\"%s",
			   where, name, near.buf);
	strbuf_release(&near);
	free(names);
}

struct load_group *load_group_find(const struct loader *l, const char *name)
{
	int64_t at;

	if (!l->group_index || !strmap_get(l->group_index, name, &at))
		return NULL;
	return &l->groups[at];
}

static int64_t area_named(const struct loader *l, const char *name)
{
	int64_t at;

	return l->area_index && strmap_get(l->area_index, name, &at) ? at : -1;
}

const struct load_area *load_area_find(const struct loader *l, const char *name)
{
	char path[TAG_NAME_MAX + 1];
	size_t n = strlen(name);
	int64_t at;

	if (!l->n_areas || n > TAG_NAME_MAX)
		return NULL;
	memcpy(path, name, n + 1);
	for (at = area_named(l, path); at < 0; at = area_named(l, path)) {
		char *dot = strrchr(path, '.');

		if (strcmp(path, "*") == 0)
			return NULL;
		if (dot)
			*dot = '\0';
		else
			memcpy(path, "*", 2);
	}
	return &l->areas[at];
}

/* --- reading ---------------------------------------------------------------------- */

/* True when the name may be used; *index is made when it is the first. */
static bool new_name(struct loader *l, const struct cfg_node *node, const char *what,
		     const char *name, struct strmap **index, size_t next)
{
	if (!*index)
		*index = strmap_new();
	if (strmap_has(*index, name)) {
		cfg_error(node, l->diags, "duplicate-name", "%s \"%s\" is defined twice",
			  what, name);
		return false;
	}
	strmap_put(*index, name, (int64_t)next);
	return true;
}

static const char *checked_name(struct loader *l, const struct cfg_node *node,
				const char *what, const struct cfg_row *rows)
{
	const char *name = cfg_as_text(cfg_get(node, "name"));
	struct strbuf full = STRBUF_INIT;

	strbuf_addf(&full, name ? "%s \"%s\"" : "this %s", what, name);
	cfg_check(node, full.buf, rows, false, l->diags);
	strbuf_release(&full);
	return name && *name ? station_def_text(l->d, name) : NULL;
}

static void load_class(struct loader *l, const struct cfg_node *node)
{
	const char *name = checked_name(l, node, "class", station_class_rows);

	if (!name || !new_name(l, node, "class", name, &l->class_index, l->n_classes))
		return;
	struct load_class *c = GROW(&l->classes, &l->n_classes);

	c->name = name;
	c->at = load_loc(node);
	c->suppress = load_text_loc_of(node, "suppress_when");
	says_take(l, node, &c->says);
}

static struct load_state *new_state(struct load_area *a, const char *word, int64_t number)
{
	struct load_state *s = &a->states[a->n_states++];

	*s = (struct load_state){ word, number };
	return s;
}

static void bad_states(struct loader *l, const struct cfg_node *n, const char *area)
{
	cfg_error(
		n, l->diags, "wrong-kind",
		"states of area \"%s\" must be names with whole numbers { off = 0; run = "
		"2; } or a list of names ( \"off\", \"run\" ) counted from 0",
		area);
}

static void take_states(struct loader *l, const struct cfg_node *n, struct load_area *a)
{
	size_t count = cfg_count(n);

	if (!n)
		return;
	a->states = arena_alloc(l->scratch, (count + 1) * sizeof(*a->states));
	for (size_t i = 0; i < count; i++) {
		const struct cfg_node *one = cfg_at(n, i);
		bool group = cfg_type(n) == CFG_GROUP;
		const char *word = group ? cfg_name(one) : cfg_as_text(one);
		int64_t number = (int64_t)i;

		if (!word || (group && !cfg_as_int(one, &number))) {
			bad_states(l, one, a->name);
			return;
		}
		new_state(a, station_def_text(l->d, word), number);
	}
	if (!count)
		bad_states(l, n, a->name);
}

static void load_area(struct loader *l, const struct cfg_node *node)
{
	const char *name = checked_name(l, node, "area", station_area_rows);

	if (name && strcmp(name, "*") != 0 && !tag_name_valid(name)) {
		cfg_error(node, l->diags, "bad-name",
			  "area \"%s\" is no valid name: use a-z, 0-9 and _ in parts "
			  "joined by dots, or \"*\" for the whole station",
			  name);
		return;
	}
	if (!name || !new_name(l, node, "area", name, &l->area_index, l->n_areas))
		return;
	struct load_area *a = GROW(&l->areas, &l->n_areas);

	a->name = name;
	a->title = load_kept(l, node, "title", "");
	a->position = load_kept(l, node, "position", NULL);
	a->state = load_kept(l, node, "state", NULL);
	a->at = load_loc(node);
	a->suppress = load_text_loc_of(node, "suppress_when");
	a->state_at = load_loc_of(node, "state");
	a->class_at = load_loc_of(node, "class");
	says_take(l, node, &a->says);
	take_states(l, cfg_get(node, "states"), a);
}

static void load_group(struct loader *l, const struct cfg_node *node)
{
	const char *name = checked_name(l, node, "group", station_group_rows);
	const char *followers = cfg_as_text(cfg_get(node, "followers"));

	if (!name || !new_name(l, node, "group", name, &l->group_index, l->n_groups))
		return;
	struct load_group *g = GROW(&l->groups, &l->n_groups);

	g->name = name;
	g->hides = followers && strcmp(followers, "suppressed") == 0;
	g->at = load_loc(node);
}

void load_alarm_classes(struct loader *l, const struct cfg_node *root)
{
	static const struct {
		const char *list;
		void (*load)(struct loader *l, const struct cfg_node *node);
	} parts[] = { { "classes", load_class },
		      { "areas", load_area },
		      { "groups", load_group },
		      { "notify", load_notify } };

	for (size_t p = 0; p < sizeof(parts) / sizeof(parts[0]); p++) {
		const struct cfg_node *list = cfg_get(root, parts[p].list);

		for (size_t i = 0; i < cfg_count(list); i++)
			if (cfg_type(cfg_at(list, i)) == CFG_GROUP)
				parts[p].load(l, cfg_at(list, i));
	}
}

/* --- checking --------------------------------------------------------------------- */

static void check_state_tag(struct loader *l, const struct load_area *a)
{
	struct strbuf where = STRBUF_INIT;
	int64_t tag = station_def_tag(l->d, a->state);
	enum value_type type = tag < 0 ? VALUE_NONE : l->d->tags[tag].type;

	strbuf_addf(&where, "state of area \"%s\"", a->name);
	if (tag < 0)
		load_unknown_tag(l, &a->state_at, where.buf, a->state);
	else if (type == VALUE_DOUBLE)
		load_error(l, &a->state_at, "not-a-state",
			   "%s is the tag \"%s\", which is a measurement; a state is a "
			   "text, a whole number or true/false",
			   where.buf, a->state);
	else if (type != VALUE_STRING && type != VALUE_NONE && !a->n_states)
		load_error(
			l, &a->state_at, "no-states",
			"%s is the tag \"%s\", which is %s; say what its numbers mean: "
			"states = { off = 0; run = 1; }",
			where.buf, a->state, value_type_name(type));
	strbuf_release(&where);
}

static void check_area_class(struct loader *l, const struct load_area *a)
{
	struct strbuf where = STRBUF_INIT;

	strbuf_addf(&where, "area \"%s\"", a->name);
	if (says_has(&a->says, SAID_CLASS) && !load_class_find(l, a->says.class_name))
		load_unknown_class(l, &a->class_at, where.buf, a->says.class_name);
	strbuf_release(&where);
}

static void check_suppress(struct loader *l, const char *what, const char *name,
			   const struct alarm_says *says, const struct loc *at)
{
	struct strbuf where = STRBUF_INIT;

	strbuf_addf(&where, "suppress_when of %s \"%s\"", what, name);
	if (says_has(says, SAID_SUPPRESS_WHEN))
		cross_condition(l, says->suppress_when, at, where.buf);
	strbuf_release(&where);
}

static void link_area(struct loader *l, struct load_area *a)
{
	char above[TAG_NAME_MAX + 1] = "*";
	const char *dot = strrchr(a->name, '.');

	if (dot) {
		memcpy(above, a->name, (size_t)(dot - a->name));
		above[dot - a->name] = '\0';
	}
	if (strcmp(a->name, "*") != 0)
		a->above = (struct load_area *)load_area_find(l, above);
}

/* For those who ask the station: titles, owners and positions as they are inherited. */
static void keep_areas(struct loader *l)
{
	for (size_t i = 0; i < l->n_areas; i++) {
		const struct load_area *a = &l->areas[i];
		struct area_def *kept = GROW(&l->d->areas, &l->d->n_areas);

		*kept = (struct area_def){ .name = a->name, .title = a->title };
		for (; a; a = a->above) {
			if (!kept->owner && says_has(&a->says, SAID_OWNER))
				kept->owner = a->says.owner;
			if (!kept->position)
				kept->position = a->position;
		}
	}
}

void cross_areas(struct loader *l)
{
	for (size_t i = 0; i < l->n_areas; i++)
		link_area(l, &l->areas[i]);
	for (size_t i = 0; i < l->n_areas; i++) {
		const struct load_area *a = &l->areas[i];

		if (a->state)
			check_state_tag(l, a);
		check_area_class(l, a);
		check_suppress(l, "area", a->name, &a->says, &a->suppress);
	}
	for (size_t i = 0; i < l->n_classes; i++)
		check_suppress(l, "class", l->classes[i].name, &l->classes[i].says,
			       &l->classes[i].suppress);
	keep_areas(l);
}
