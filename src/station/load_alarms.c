/* load_alarms.c - alarms with their rationalisation: what it means and what to do. */
#include "station/load_alarm_rows.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "alarm/type.h"
#include "util/xalloc.h"

static const char *const per_words[] = { "s", "min", "h", NULL };
/* in the order of enum alarm_direction */
static const char *const direction_words[] = { "either", "up", "down", NULL };

const struct cfg_row station_alarm_rows[] = {
	{ .name = "name",
	  .kind = CFG_K_TEXT,
	  .flags = CFG_REQUIRED,
	  .help = "dotted name, lower case" },
	{ .name = "type",
	  .kind = CFG_K_TEXT,
	  .flags = CFG_REQUIRED,
	  .help = "what is judged; the types follow below" },
	{ .name = "tag", .kind = CFG_K_TEXT, .help = "the tag it watches" },
	{ .name = "expression", .kind = CFG_K_TEXT, .help = "true while abnormal" },
	{ .name = "limit",
	  .kind = CFG_K_SCALAR,
	  .help = "a number; of types high and low also the name of a tag" },
	{ .name = "limit_min",
	  .kind = CFG_K_NUMBER,
	  .help = "a limit that is a tag does not count below" },
	{ .name = "limit_max",
	  .kind = CFG_K_NUMBER,
	  .help = "a limit that is a tag does not count above" },
	{ .name = "setpoint",
	  .kind = CFG_K_SCALAR,
	  .help = "a number or the name of a tag" },
	{ .name = "plus",
	  .kind = CFG_K_NUMBER,
	  .flags = CFG_POSITIVE,
	  .help = "so far above the setpoint is too far" },
	{ .name = "minus",
	  .kind = CFG_K_NUMBER,
	  .flags = CFG_POSITIVE,
	  .help = "so far below the setpoint is too far" },
	{ .name = "per",
	  .kind = CFG_K_WORD,
	  .words = per_words,
	  .help = "limit and deadband of type rate are per this time" },
	{ .name = "direction",
	  .kind = CFG_K_WORD,
	  .words = direction_words,
	  .help = "which way is too fast; either by default" },
	{ .name = "window_s",
	  .kind = CFG_K_NUMBER,
	  .lo = 1,
	  .hi = WINDOW_MAX_S,
	  .help = "time the moving window covers" },
	{ .name = "command", .kind = CFG_K_TEXT, .help = "tag the feedback must follow" },
	{ .name = "travel_s",
	  .kind = CFG_K_NUMBER,
	  .lo = 0,
	  .hi = DELAY_MAX_S,
	  .help = "how long the feedback may take to follow" },
	{ .name = "after_s",
	  .kind = CFG_K_NUMBER,
	  .lo = 0.1,
	  .hi = WINDOW_MAX_S,
	  .help = "how long without movement or news is too long" },
	{ .name = "sigmas",
	  .kind = CFG_K_NUMBER,
	  .flags = CFG_POSITIVE,
	  .help = "so many standard deviations are too far" },
	{ .name = "min_samples",
	  .kind = CFG_K_INT,
	  .lo = 8,
	  .hi = 64,
	  .help = "not judged with fewer in the window; 16 by default" },
	{ .name = "min_distance",
	  .kind = CFG_K_NUMBER,
	  .flags = CFG_NOT_NEGATIVE,
	  .help = "nearer to the mean is never too far; 0 by default" },
	{ .name = "times",
	  .kind = CFG_K_INT,
	  .lo = 1,
	  .hi = TIMES_MAX,
	  .help = "comes when the condition came so many times within_s" },
	{ .name = "within_s",
	  .kind = CFG_K_NUMBER,
	  .lo = 0.1,
	  .hi = WINDOW_MAX_S,
	  .help = "the time in which times counts" },
	{ .name = "state", .kind = CFG_K_BOOL, .help = "the abnormal state" },
	{ .name = "deadband",
	  .kind = CFG_K_NUMBER,
	  .flags = CFG_NOT_NEGATIVE,
	  .help = "how far the value must come back" },
	{ .name = "priority",
	  .kind = CFG_K_WORD,
	  .words = load_priority_words,
	  .help = "critical, high, medium, low or diagnostic; its class may say it" },
	{ .name = "class", .kind = CFG_K_TEXT, .help = "the class it belongs to" },
	ALARM_SAYS_ROWS,
	{ .name = "reviewed",
	  .kind = CFG_K_TEXT,
	  .help = "day of the last review, 2026-03-31" },
	{ .name = "approved_by", .kind = CFG_K_TEXT, .help = "who approved it then" },
	{ .name = "first_out",
	  .kind = CFG_K_TEXT,
	  .help = "group of alarms of which the first to come is marked" },
	{ .name = "exclusive",
	  .kind = CFG_K_TEXT,
	  .help = "group of limits of which the worst one is shown" },
	{ .name = "area", .kind = CFG_K_TEXT, .help = "the tag's area by default" },
	{ .name = "message",
	  .kind = CFG_K_TEXT,
	  .flags = CFG_REQUIRED,
	  .help = "what is wrong, in the operator's words" },
	{ .name = "consequence", .kind = CFG_K_TEXT0, .help = "what follows" },
	{ .name = "cause", .kind = CFG_K_TEXT0, .help = "what usually causes it" },
	{ .name = "action", .kind = CFG_K_TEXT0, .help = "what the operator does" },
	{ .name = "screen", .kind = CFG_K_TEXT, .help = "id of the screen to act on" },
	{ 0 },
};

const struct cfg_row station_alarm_file_rows[] = {
	{ .name = "alarms", .kind = CFG_K_GROUPS, .help = "the alarms" },
	{ .name = "classes",
	  .kind = CFG_K_GROUPS,
	  .help = "classes: what alarms alike have in common" },
	{ .name = "areas",
	  .kind = CFG_K_GROUPS,
	  .help = "areas of the plant: who answers for them, and in which state they "
		  "are" },
	{ .name = "groups",
	  .kind = CFG_K_GROUPS,
	  .help = "first-out groups that say more than their name" },
	{ .name = "notify",
	  .kind = CFG_K_GROUPS,
	  .help = "who outside the control room is told of alarms" },
	{ 0 },
};

/* --- type ------------------------------------------------------------------------ */

static const struct alarm_type *find_type(struct loader *l, const struct cfg_node *node,
					  const char *alarm)
{
	const char *name = cfg_as_text(node);
	const struct alarm_type *type = name ? alarm_type_find(name) : NULL;
	struct strbuf text = STRBUF_INIT;
	const char **names = NULL;
	size_t n = 0;

	if (!name || type)
		return type;
	strbuf_addf(&text, "alarm \"%s\" has the unknown type \"%s\"; there is", alarm,
		    name);
	for (; alarm_types[n];
	     strbuf_addf(&text, "%s %s", n > 1 ? "," : "", alarm_types[n - 1]->name))
		*GROW(&names, &n) = alarm_types[n]->name;
	diag_suggest(&text, name, names, n);
	cfg_error(node, l->diags, "unknown-alarm-type", "%s", text.buf);
	strbuf_release(&text);
	free(names);
	return NULL;
}

/* A setting the type needs, or one it would ignore. */
static void one_setting(struct loader *l, const struct cfg_node *node, const char *name,
			bool wanted, const struct alarm_def *a)
{
	const struct cfg_node *given = cfg_get(node, name);

	if (wanted && !given)
		cfg_error(node, l->diags, "missing-setting",
			  "alarm \"%s\" of type %s has no %s; add it", a->name,
			  a->type->name, name);
	else if (!wanted && given)
		cfg_error(given, l->diags, "useless-setting",
			  "alarm \"%s\" of type %s does not use %s; remove it", a->name,
			  a->type->name, name);
}

static bool in(const char *const *list, const char *name)
{
	while (list && *list && strcmp(*list, name) != 0)
		list++;
	return list && *list;
}

static bool needs(const struct alarm_type *t, const char *name)
{
	return in(t->needs, name) || (t->needs_limit && strcmp(name, "limit") == 0);
}

static bool takes(const struct alarm_type *t, const char *name)
{
	static const char *const counting[] = { "times", "within_s", NULL };

	return in(t->takes, name) || in(counting, name) ||
	       (t->needs_limit && strcmp(name, "deadband") == 0) ||
	       (t->second && strcmp(t->second, "command") != 0 &&
		strcmp(name, "deadband_percent") == 0);
}

/* One of the two alone counts nothing. */
static void check_counting(struct loader *l, const struct cfg_node *node,
			   const struct alarm_def *a)
{
	bool times = cfg_get(node, "times"), within = cfg_get(node, "within_s");

	if (times != within && !in(a->type->needs, "times"))
		cfg_error(cfg_get(node, times ? "times" : "within_s"), l->diags,
			  "missing-setting",
			  "alarm \"%s\" has %s without %s; it counts with both or not at "
			  "all",
			  a->name, times ? "times" : "within_s",
			  times ? "within_s" : "times");
}

static void check_needs(struct loader *l, const struct cfg_node *node,
			const struct alarm_def *a)
{
	static const char *const own[] = { "limit",
					   "limit_min",
					   "limit_max",
					   "state",
					   "deadband",
					   "setpoint",
					   "plus",
					   "minus",
					   "per",
					   "direction",
					   "window_s",
					   "command",
					   "travel_s",
					   "after_s",
					   "sigmas",
					   "min_samples",
					   "min_distance",
					   "times",
					   "within_s",
					   "deadband_percent",
					   NULL };

	one_setting(l, node, "tag", a->type->needs_tag, a);
	one_setting(l, node, "expression", a->type->needs_expression, a);
	for (size_t i = 0; own[i]; i++)
		if (needs(a->type, own[i]) || !takes(a->type, own[i]))
			one_setting(l, node, own[i], needs(a->type, own[i]), a);
	check_counting(l, node, a);
}

/* Where a number or a tag may stand, true and false may not; where only a number may,
 * a tag may not. */
static bool check_scalar(struct loader *l, const struct cfg_node *node, const char *name,
			 const struct alarm_def *a)
{
	const struct cfg_node *given = cfg_get(node, name);
	const char *second = a->type->second;
	bool tag = second && strcmp(second, name) == 0;
	const char *text = cfg_as_text(given);
	double v;

	if (!given || cfg_as_double(given, &v) || (tag && text && *text))
		return true;
	cfg_error(given, l->diags, "wrong-type", "%s of alarm \"%s\" must be a number%s",
		  name, a->name, tag ? " or the name of a tag" : "");
	return false;
}

/* --- what only some types use ----------------------------------------------------- */

enum more_kind { MORE_NUMBER, MORE_INT, MORE_MS };

static const struct more_row {
	const char *name;
	enum more_kind kind;
	size_t at; /* in struct alarm_more */
} more_rows[] = {
	{ "limit_min", MORE_NUMBER, offsetof(struct alarm_more, limit_min) },
	{ "limit_max", MORE_NUMBER, offsetof(struct alarm_more, limit_max) },
	{ "plus", MORE_NUMBER, offsetof(struct alarm_more, plus) },
	{ "minus", MORE_NUMBER, offsetof(struct alarm_more, minus) },
	{ "sigmas", MORE_NUMBER, offsetof(struct alarm_more, sigmas) },
	{ "min_distance", MORE_NUMBER, offsetof(struct alarm_more, min_distance) },
	{ "window_s", MORE_MS, offsetof(struct alarm_more, window_ms) },
	{ "after_s", MORE_MS, offsetof(struct alarm_more, after_ms) },
	{ "travel_s", MORE_MS, offsetof(struct alarm_more, travel_ms) },
	{ "within_s", MORE_MS, offsetof(struct alarm_more, within_ms) },
	{ "min_samples", MORE_INT, offsetof(struct alarm_more, min_samples) },
	{ "times", MORE_INT, offsetof(struct alarm_more, times) },
};
enum { MORE_ROWS = sizeof(more_rows) / sizeof(more_rows[0]) };

static void take_more_row(const struct cfg_node *node, struct alarm_more *m,
			  const struct more_row *row)
{
	char *at = (char *)m + row->at;

	if (!cfg_get(node, row->name))
		return;
	if (row->kind == MORE_NUMBER)
		*(double *)(void *)at = load_double(node, row->name, NAN);
	else if (row->kind == MORE_MS)
		*(int64_t *)(void *)at = load_ms(node, row->name, 0);
	else
		cfg_as_int(cfg_get(node, row->name), (int64_t *)(void *)at);
}

/* A number, or the name of the second tag. */
static void take_second(struct loader *l, const struct cfg_node *node,
			const struct alarm_def *a, struct alarm_more *m)
{
	const struct cfg_node *given =
		a->type && a->type->second ? cfg_get(node, a->type->second) : NULL;
	const char *tag = cfg_as_text(given);

	if (tag)
		m->second = station_def_text(l->d, tag);
	else if (given && strcmp(a->type->second, "setpoint") == 0)
		cfg_as_double(given, &m->setpoint);
}

static void take_more(struct loader *l, const struct cfg_node *node,
		      const struct alarm_def *a, struct alarm_note *n)
{
	struct alarm_more m = alarm_more_none;

	static const int64_t per_ms[] = { 1000, 60000, 3600000, 1000 };
	const char *per = cfg_as_text(cfg_get(node, "per"));
	const char *direction = cfg_as_text(cfg_get(node, "direction"));

	for (size_t i = 0; i < MORE_ROWS; i++)
		take_more_row(node, &m, &more_rows[i]);
	m.expression = load_kept(l, node, "expression", NULL);
	take_second(l, node, a, &m);
	if (per)
		m.per_ms = per_ms[load_word(per_words, per)];
	if (direction)
		m.direction = (int64_t)load_word(direction_words, direction);
	if (memcmp(&m, &alarm_more_none, sizeof(m)) == 0)
		return;
	n->more = arena_alloc(l->scratch, sizeof(*n->more));
	*n->more = m;
}

/* --- reading --------------------------------------------------------------------- */

static void take_texts(struct loader *l, const struct cfg_node *node, struct alarm_def *a)
{
	a->message = load_kept(l, node, "message", "");
	a->consequence = load_kept(l, node, "consequence", "");
	a->cause = load_kept(l, node, "cause", "");
	a->action = load_kept(l, node, "action", "");
	a->screen = load_kept(l, node, "screen", "");
	a->area = load_kept(l, node, "area", NULL); /* else cross_alarms() asks the tag */
}

/* A tag that is there has its name already. */
static const char *tag_name(struct loader *l, const char *name)
{
	int64_t tag = name ? station_def_tag(l->d, name) : -1;

	if (!name)
		return NULL;
	return tag < 0 ? station_def_text(l->d, name) : l->d->tags[tag].name;
}

static void take_condition(struct loader *l, const struct cfg_node *node,
			   struct alarm_def *a)
{
	a->tag = tag_name(l, cfg_as_text(cfg_get(node, "tag")));
	a->limit = load_double(node, "limit", 0);
	a->state = true;
	cfg_as_bool(cfg_get(node, "state"), &a->state);
	a->deadband = load_double(node, "deadband", 0);
}

static void take_places(const struct cfg_node *node, const struct alarm_type *type,
			struct alarm_note *n)
{
	n->tag = load_loc_of(node, "tag");
	if (cfg_get(node, "expression"))
		n->tag = load_text_loc_of(node, "expression");
	n->type = load_loc_of(node, "type");
	n->limit = load_loc_of(node, "limit");
	n->second = load_loc_of(node, type && type->second ? type->second : "type");
	n->area = load_loc_of(node, "area");
	n->screen = load_loc_of(node, "screen");
	n->message = load_text_loc_of(node, "message");
	n->suppress = load_text_loc_of(
		node, cfg_get(node, "suppress_when") ? "suppress_when" : "suppress_in");
	n->group = load_loc_of(node, cfg_get(node, "first_out") ? "first_out" : "class");
}

static void take_groups(struct loader *l, const struct cfg_node *node,
			struct alarm_note *n)
{
	n->first_out = load_kept(l, node, "first_out", NULL);
	n->exclusive = load_kept(l, node, "exclusive", NULL);
	n->deadband_given = cfg_get(node, "deadband") != NULL;
	says_take(l, node, &n->says);
	n->own = n->says.given;
}

/* "alarm \"x\"", cut at the size; without printf, for there are many. */
static void say_alarm(char *out, size_t size, const char *name)
{
	size_t n = strnlen(name, size - sizeof("alarm \"\""));

	memcpy(out, "alarm \"", 7);
	memcpy(out + 7, name, n);
	memcpy(out + 7 + n, "\"", 2);
}

static void load_alarm(struct loader *l, const struct cfg_node *node)
{
	const char *name = cfg_as_text(cfg_get(node, "name"));
	char what[160] = "this alarm";
	struct loc at = load_loc(node);

	if (name)
		say_alarm(what, sizeof(what), name);
	bool fine = cfg_check(node, what, station_alarm_rows, false, l->diags);
	if (!name || !*name || !load_alarm_name(l, name, &at))
		return;
	const struct alarm_type *type = find_type(l, cfg_get(node, "type"), name);
	struct alarm_def *a = load_new_alarm(l, name);
	struct alarm_note *n = &l->alarm_notes[l->n_alarm_notes - 1];
	a->type = type;
	a->loc = at;
	take_texts(l, node, a);
	take_condition(l, node, a);
	take_more(l, node, a, n);
	take_groups(l, node, n);
	take_places(node, type, n);
	if (!type)
		return;
	check_needs(l, node, a);
	n->sound = fine & check_scalar(l, node, "limit", a) &
		   check_scalar(l, node, "setpoint", a);
}

void load_alarms(struct loader *l, struct cfg *c, void *unused)
{
	const struct cfg_node *root = cfg_root(c);
	const struct cfg_node *list = cfg_get(root, "alarms");

	(void)unused;
	cfg_check(root, "the alarms file", station_alarm_file_rows, false, l->diags);
	load_alarm_classes(l, root);
	for (size_t i = 0; i < cfg_count(list); i++)
		if (cfg_type(cfg_at(list, i)) == CFG_GROUP) {
			load_change(l, c, cfg_at(list, i));
			load_alarm(l, cfg_at(list, i));
		}
	cfg_free(c);
}
