/* lint_alarms.c - the rules of good alarms, and those that look at one alarm alone. */
#include "station/lint_int.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "alarm/type.h"
#include "util/strbuf.h"

enum {
	REVIEW_MONTHS = 24,         /* then a review is old */
	REVIEW_MONTHS_MANAGED = 12, /* of a highly managed alarm */
	DAYS_A_MONTH = 30
};

/* --- shared ------------------------------------------------------------------------ */

void lint_warn(struct lint *t, const struct loc *at, const char *fmt, ...)
{
	char text[900];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	load_warn(t->l, at, t->id, "%s", text);
}

/* The tag it watches, or NULL. */
static const struct tag_def *lint_tag(const struct lint *t, const struct alarm_def *a)
{
	int64_t tag = a->tag ? station_def_tag(t->l->d, a->tag) : -1;

	return tag < 0 ? NULL : &t->l->d->tags[tag];
}

bool lint_is(const struct alarm_def *a, const char *type)
{
	return strcmp(a->type->name, type) == 0;
}

static bool lint_said(const struct alarm_note *n, enum alarm_said what)
{
	return says_has(&n->says, what);
}

static bool is_limit(const struct alarm_def *a)
{
	return lint_is(a, "high") || lint_is(a, "low");
}

/* --- what it means and what to do --------------------------------------------------- */

/* What an alarm of a priority owes the operator: bits in the order of texts[]. */
static unsigned owed(enum alarm_priority p)
{
	static const uint8_t bits[] = { [ALARM_CRITICAL] = 15,
					[ALARM_HIGH] = 15,
					[ALARM_MEDIUM] = 5,
					[ALARM_LOW] = 4,
					[ALARM_DIAGNOSTIC] = 0 };

	return bits[p];
}

static void rationale(struct lint *t, const struct alarm_def *a,
		      const struct alarm_note *n)
{
	static const char *const texts[] = { "consequence", "cause", "action",
					     "respond_within_s" };
	const bool has[] = { a->consequence[0], a->cause[0], a->action[0],
			     a->respond_within_s > 0 };
	struct strbuf missing = STRBUF_INIT;

	(void)n;
	for (size_t i = 0; i < 4; i++)
		if (owed(a->priority) >> i & 1u && !has[i])
			strbuf_addf(&missing, "%s%s", missing.len ? ", " : "", texts[i]);
	if (missing.len)
		lint_warn(t, &a->loc,
			  "alarm \"%s\" has priority %s but no %s; say what the operator "
			  "should know",
			  a->name, alarm_priority_name(a->priority), missing.buf);
	strbuf_release(&missing);
}

static void review(struct lint *t, const struct alarm_def *a, const struct alarm_note *n)
{
	int64_t months =
		alarm_life(a)->highly_managed ? REVIEW_MONTHS_MANAGED : REVIEW_MONTHS;
	int64_t day;

	if (!t->has_today || !n->says.reviewed || !load_date(n->says.reviewed, &day))
		return;
	if (day > t->today)
		lint_warn(t, &a->loc,
			  "alarm \"%s\" was reviewed on %s, which is still to come; "
			  "correct the day",
			  a->name, n->says.reviewed);
	else if (t->today - day > months * DAYS_A_MONTH)
		lint_warn(t, &a->loc,
			  "alarm \"%s\" was reviewed on %s, more than %lld months ago; "
			  "look "
			  "whether it is still right and write the new day",
			  a->name, n->says.reviewed, (long long)months);
}

static void managed(struct lint *t, const struct alarm_def *a, const struct alarm_note *n)
{
	if (!alarm_life(a)->highly_managed || (n->says.reviewed && n->says.approved_by))
		return;
	lint_warn(
		t, &a->loc,
		"alarm \"%s\" is highly managed but has no %s; say when it was looked at "
		"and who approved it",
		a->name, n->says.reviewed ? "approved_by" : "reviewed");
}

/* --- deadband and delays (AM-07) ------------------------------------------------ */

static void deadband(struct lint *t, const struct alarm_def *a,
		     const struct alarm_note *n)
{
	const struct tag_def *tag = lint_tag(t, a);

	if (!(is_limit(a) || lint_is(a, "deviation")) || a->deadband > 0 ||
	    n->deadband_given || !tag || tag->type != VALUE_DOUBLE)
		return;
	lint_warn(t, &n->limit,
		  "alarm \"%s\" has no deadband: a value that moves around the limit "
		  "raises it again and again; give it one, or deadband = 0 when that is "
		  "meant",
		  a->name);
}

static bool ends_with(const char *text, const char *end)
{
	size_t n = strlen(text), m = strlen(end);

	return n >= m && strcmp(text + n - m, end) == 0;
}

/* Which kind of measurement a tag is: told by its unit, else by how its name ends. */
static const struct kind {
	const char *name;
	const char *units[8];
	int delay_s;
} kinds[] = {
	{ "flow", { "m3/h", "m3/s", "L/s", "L/min", "l/s", "l/min", "kg/h" }, 15 },
	{ "pressure", { "bar", "mbar", "kPa", "MPa", "Pa", "psi" }, 15 },
	{ "temperature",
	  { "\xC2\xB0"
	    "C",
	    "\xC2\xB0"
	    "F",
	    "K", "degC" },
	  60 },
	{ "level", { NULL }, 60 },
};

static const struct kind *kind_of(const struct tag_def *tag)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		for (size_t k = 0; k < 8 && kinds[i].units[k]; k++)
			if (strcmp(tag->unit, kinds[i].units[k]) == 0)
				return &kinds[i];
		if (ends_with(tag->name, kinds[i].name))
			return &kinds[i];
	}
	return NULL;
}

static void delay(struct lint *t, const struct alarm_def *a, const struct alarm_note *n)
{
	const struct tag_def *tag = lint_tag(t, a);
	const struct kind *kind;

	if (!is_limit(a) || !tag || lint_said(n, SAID_ON_DELAY))
		return;
	kind = kind_of(tag);
	if (kind)
		lint_warn(
			t, &n->limit,
			"alarm \"%s\" watches a %s and has no on_delay_s; %d s is where "
			"to begin, on_delay_s = 0 when none is meant",
			a->name, kind->name, kind->delay_s);
}

static void late(struct lint *t, const struct alarm_def *a, const struct alarm_note *n)
{
	if (!a->respond_within_s || a->on_delay_ms < a->respond_within_s * INT64_C(1000))
		return;
	lint_warn(t, &n->limit,
		  "alarm \"%s\" comes after %g s, but the operator has %d s to act: make "
		  "on_delay_s shorter",
		  a->name, a->on_delay_ms / 1000.0, a->respond_within_s);
}

static void never_clears(struct lint *t, const struct alarm_def *a,
			 const struct alarm_note *n)
{
	const struct tag_def *tag = lint_tag(t, a);
	double clear =
		lint_is(a, "high") ? a->limit - a->deadband : a->limit + a->deadband;

	if (!is_limit(a) || alarm_more(a)->second || !tag || !tag->numbers->has_range ||
	    a->limit < tag->numbers->lo || a->limit > tag->numbers->hi)
		return; /* nothing to say, or said already */
	if (clear < tag->numbers->lo || clear > tag->numbers->hi)
		lint_warn(t, &n->limit,
			  "alarm \"%s\" would clear at %g, outside the range %g to %g of "
			  "\"%s\": it never goes; make the deadband smaller",
			  a->name, clear, tag->numbers->lo, tag->numbers->hi, tag->name);
}

/* --- limits that are tags ------------------------------------------------------- */

static void bounds(struct lint *t, const struct alarm_def *a, const struct alarm_note *n)
{
	const struct alarm_more *m = alarm_more(a);
	const struct tag_def *tag = lint_tag(t, a);
	int64_t second = m->second ? station_def_tag(t->l->d, m->second) : -1;

	if (!is_limit(a) || second < 0 || !tag)
		return;
	if (t->l->d->tags[second].write->allowed && !isfinite(m->limit_min) &&
	    !isfinite(m->limit_max))
		lint_warn(t, &n->second,
			  "the limit of alarm \"%s\" is \"%s\", which operators move, "
			  "without bounds; give limit_min and limit_max",
			  a->name, m->second);
	else if (tag->numbers->has_range &&
		 ((isfinite(m->limit_min) && m->limit_min < tag->numbers->lo) ||
		  (isfinite(m->limit_max) && m->limit_max > tag->numbers->hi)))
		lint_warn(
			t, &n->second,
			"limit_min and limit_max of alarm \"%s\" reach outside the range "
			"%g to %g of \"%s\": a limit there is never reached",
			a->name, tag->numbers->lo, tag->numbers->hi, tag->name);
}

/* --- hiding --------------------------------------------------------------------- */

static void hidden(struct lint *t, const struct alarm_def *a, const struct alarm_note *n)
{
	if (!n->suppressed_by_area ||
	    (a->priority != ALARM_CRITICAL && !alarm_life(a)->highly_managed))
		return;
	lint_warn(
		t, &a->loc,
		"alarm \"%s\" is %s, and a rule of its area suppresses it; repeat the "
		"rule at the alarm when that is meant, or say suppress_when = \"false\" "
		"and suppress_in = ( )",
		a->name, a->priority == ALARM_CRITICAL ? "critical" : "highly managed");
}

static void silent(struct lint *t, const struct alarm_def *a, const struct alarm_note *n)
{
	(void)n;
	if (alarm_life(a)->silent && a->priority <= ALARM_HIGH)
		lint_warn(t, &a->loc,
			  "alarm \"%s\" has priority %s and is never sounded; leave "
			  "annunciate out, or give it a lower priority",
			  a->name, alarm_priority_name(a->priority));
}

/* --- the table ------------------------------------------------------------------ */

const struct lint_rule lint_rules[] = {
	{ "no-rationale",
	  "critical and high alarms have consequence, cause, action and "
	  "respond_within_s; "
	  "medium ones consequence and action; low ones an action",
	  rationale, NULL },
	{ "no-owner", "somebody answers for the alarms of each area", NULL, lint_owners },
	{ "old-review",
	  "the last review is no older than 24 months, 12 of a highly managed alarm "
	  "(with --today)",
	  review, NULL },
	{ "not-approved", "a highly managed alarm has reviewed and approved_by", managed,
	  NULL },
	{ "no-deadband", "a limit on a measurement has a deadband", deadband, NULL },
	{ "no-delay",
	  "a limit on a flow, level, pressure or temperature has an on_delay_s", delay,
	  NULL },
	{ "late-alarm", "an alarm comes before the time to act is over", late, NULL },
	{ "never-clears", "the deadband leaves a value at which the alarm goes",
	  never_clears, NULL },
	{ "limit-bounds", "a limit that operators move has bounds within the range",
	  bounds, NULL },
	{ "hidden-by-area",
	  "a critical or highly managed alarm is not suppressed by its area's rule alone",
	  hidden, NULL },
	{ "silent-alarm", "critical and high alarms sound", silent, NULL },
	{ "same-condition", "no two alarms come on the same condition", NULL,
	  lint_same_condition },
	{ "exclusive-group",
	  "an exclusive group is limits of one tag in one direction, the worst with the "
	  "highest priority",
	  NULL, lint_exclusive },
	{ "hiding-group",
	  "a group that suppresses those who follow the first holds no critical alarm",
	  NULL, lint_hiding },
	{ "lonely-group", "a group has two alarms or more", NULL, lint_lonely },
	{ "unused", "each class and group that is declared is used", NULL, lint_unused },
	{ "priority-split",
	  "of 50 alarms or more, about 80 % are low, 15 % medium and 5 % high or "
	  "critical",
	  NULL, lint_split },
	{ 0 },
};

void lint_alarms(struct loader *l)
{
	struct lint t = { .l = l };

	t.has_today = l->lint->today && load_date(l->lint->today, &t.today);
	for (const struct lint_rule *r = lint_rules; r->id; r++) {
		t.id = r->id;
		if (r->all)
			r->all(&t);
		for (size_t i = 0; r->alarm && i < l->d->n_alarms; i++)
			if (l->d->alarms[i].type && !l->d->alarms[i].system)
				r->alarm(&t, &l->d->alarms[i], &l->alarm_notes[i]);
	}
}
