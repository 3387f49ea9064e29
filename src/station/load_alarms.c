/* load_alarms.c - alarms with their rationalisation: what it means and what to do. */
#include "station/load_int.h"

#include <stdlib.h>
#include <string.h>

#include "alarm/type.h"
#include "util/xalloc.h"

enum { DELAY_MAX_S = 86400 };

static const char *const priority_words[] = { "critical", "high", "medium", "low", NULL };

const struct cfg_row station_alarm_rows[] = {
	{ .name = "name",
	  .kind = CFG_K_TEXT,
	  .flags = CFG_REQUIRED,
	  .help = "dotted name, lower case" },
	{ .name = "type",
	  .kind = CFG_K_TEXT,
	  .flags = CFG_REQUIRED,
	  .help = "high, low, state, expression or bad_quality" },
	{ .name = "tag", .kind = CFG_K_TEXT, .help = "the tag it watches" },
	{ .name = "expression", .kind = CFG_K_TEXT, .help = "true while abnormal" },
	{ .name = "limit", .kind = CFG_K_NUMBER, .help = "of types high and low" },
	{ .name = "state", .kind = CFG_K_BOOL, .help = "the abnormal state" },
	{ .name = "deadband",
	  .kind = CFG_K_NUMBER,
	  .flags = CFG_NOT_NEGATIVE,
	  .help = "how far the value must come back" },
	{ .name = "on_delay_s",
	  .kind = CFG_K_NUMBER,
	  .lo = 0,
	  .hi = DELAY_MAX_S,
	  .help = "present this long before it comes" },
	{ .name = "off_delay_s",
	  .kind = CFG_K_NUMBER,
	  .lo = 0,
	  .hi = DELAY_MAX_S,
	  .help = "gone this long before it goes" },
	{ .name = "priority",
	  .kind = CFG_K_WORD,
	  .flags = CFG_REQUIRED,
	  .words = priority_words,
	  .help = "critical, high, medium or low" },
	{ .name = "area", .kind = CFG_K_TEXT, .help = "the tag's area by default" },
	{ .name = "message",
	  .kind = CFG_K_TEXT,
	  .flags = CFG_REQUIRED,
	  .help = "what is wrong, in the operator's words" },
	{ .name = "consequence", .kind = CFG_K_TEXT0, .help = "what follows" },
	{ .name = "cause", .kind = CFG_K_TEXT0, .help = "what usually causes it" },
	{ .name = "action", .kind = CFG_K_TEXT0, .help = "what the operator does" },
	{ .name = "respond_within_s",
	  .kind = CFG_K_INT,
	  .lo = 1,
	  .hi = DELAY_MAX_S,
	  .help = "time to act before the consequence" },
	{ .name = "screen", .kind = CFG_K_TEXT, .help = "id of the screen to act on" },
	{ 0 },
};

static const struct cfg_row file_rows[] = {
	{ .name = "alarms", .kind = CFG_K_GROUPS, .help = "the alarms" },
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

static void check_needs(struct loader *l, const struct cfg_node *node,
			const struct alarm_def *a)
{
	one_setting(l, node, "tag", a->type->needs_tag, a);
	one_setting(l, node, "expression", a->type->needs_expression, a);
	one_setting(l, node, "limit", a->type->needs_limit, a);
	if (!a->type->needs_limit && cfg_get(node, "deadband"))
		one_setting(l, node, "deadband", false, a);
	if (strcmp(a->type->name, "state") != 0 && cfg_get(node, "state"))
		one_setting(l, node, "state", false, a);
}

/* --- reading --------------------------------------------------------------------- */

static void take_texts(const struct cfg_node *node, struct alarm_def *a)
{
	a->message = load_text(node, "message", "");
	a->consequence = load_text(node, "consequence", "");
	a->cause = load_text(node, "cause", "");
	a->action = load_text(node, "action", "");
	a->screen = load_text(node, "screen", "");
	a->area = load_text(node, "area", NULL); /* else cross_alarms() asks the tag */
}

static void take_condition(const struct cfg_node *node, struct alarm_def *a)
{
	const char *priority = cfg_as_text(cfg_get(node, "priority"));

	a->tag = load_text(node, "tag", NULL);
	a->expression = load_text(node, "expression", NULL);
	a->limit = load_double(node, "limit", 0);
	a->state = true;
	cfg_as_bool(cfg_get(node, "state"), &a->state);
	a->deadband = load_double(node, "deadband", 0);
	a->on_delay_ms = load_ms(node, "on_delay_s", 0);
	a->off_delay_ms = load_ms(node, "off_delay_s", 0);
	a->priority = ALARM_LOW;
	if (priority)
		alarm_priority_parse(priority, &a->priority);
	cfg_as_int(cfg_get(node, "respond_within_s"), &a->respond_within_s);
}

static struct loc place_or(const struct cfg_node *group, const char *name)
{
	const struct cfg_node *n = cfg_get(group, name);

	return load_loc(n ? n : group);
}

static void take_places(struct loader *l, const struct cfg_node *node)
{
	struct alarm_place *p = &l->alarm_places[l->n_alarm_places - 1];
	const struct cfg_node *expression = cfg_get(node, "expression");

	p->tag = place_or(node, "tag");
	if (expression)
		p->tag = load_text_loc(expression);
	p->type = place_or(node, "type");
	p->limit = place_or(node, "limit");
	p->area = place_or(node, "area");
	p->screen = place_or(node, "screen");
}

/* An alarm nobody knows what to do about trains people to ignore alarms. */
static void check_rationalised(struct loader *l, const struct cfg_node *node,
			       const struct alarm_def *a)
{
	if (a->priority <= ALARM_HIGH && (!a->action[0] || !a->consequence[0]))
		cfg_warn(node, l->diags, "no-rationale",
			 "alarm \"%s\" has priority %s but no %s; say what the operator "
			 "should know",
			 a->name, alarm_priority_name(a->priority),
			 a->action[0] ? "consequence" : "action");
}

static void load_alarm(struct loader *l, const struct cfg_node *node)
{
	const char *name = cfg_as_text(cfg_get(node, "name"));
	struct strbuf what = STRBUF_INIT, why = STRBUF_INIT;
	struct loc at = load_loc(node);

	strbuf_addf(&what, name ? "alarm \"%s\"" : "this alarm", name);
	bool fine = cfg_check(node, what.buf, station_alarm_rows, false, l->diags);
	strbuf_release(&what);
	if (!name || !*name || !load_alarm_name(l, name, &at))
		return;
	const struct alarm_type *type = find_type(l, cfg_get(node, "type"), name);
	struct alarm_def *a = load_new_alarm(l, xstrdup(name));
	a->type = type;
	a->loc = at;
	take_texts(node, a);
	take_condition(node, a);
	take_places(l, node);
	if (!type)
		return;
	check_needs(l, node, a);
	if (fine && type->check && !type->check(a, &why))
		cfg_error(node, l->diags, "alarm", "alarm \"%s\": %s", name, why.buf);
	check_rationalised(l, node, a);
	strbuf_release(&why);
}

void load_alarms(struct loader *l, const struct cfg_set *files)
{
	for (size_t f = 0; f < files->n; f++) {
		const struct cfg_node *root = cfg_root(files->v[f]);
		cfg_check(root, "the alarms file", file_rows, false, l->diags);
		const struct cfg_node *list = cfg_get(root, "alarms");
		for (size_t i = 0; i < cfg_count(list); i++)
			if (cfg_type(cfg_at(list, i)) == CFG_GROUP)
				load_alarm(l, cfg_at(list, i));
	}
}
