/* diff.c - what one definition has otherwise than another, in rows a person can read. */
#include "station/station_int.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "station/recipe.h"
#include "util/strmap.h"

static bool same_text(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "") == 0;
}

/* NaN means "not given" and equals itself. */
static bool same_number(double a, double b)
{
	return !(a < b) && !(a > b) && (a == a) == (b == b);
}

bool device_def_same(const struct device_def *a, const struct device_def *b)
{
	return same_text(a->driver, b->driver) && a->scan_ms == b->scan_ms &&
	       settings_same(&a->settings, &b->settings);
}

/* The next one that is not the scan period. */
static bool next_but_scan(const struct settings *s, uint32_t *at, struct setting *one)
{
	while (settings_next(s, at, one))
		if (strcmp(one->name, "scan_ms") != 0)
			return true;
	return false;
}

/* How often it is asked says nothing about what it answers. */
static bool same_but_scan(const struct settings *a, const struct settings *b)
{
	struct setting x, y;
	uint32_t i = 0, k = 0;

	for (;;) {
		bool more = next_but_scan(a, &i, &x);

		if (next_but_scan(b, &k, &y) != more)
			return false;
		if (!more)
			return true;
		if (!same_text(x.name, y.name) || !same_text(x.value, y.value))
			return false;
	}
}

bool device_source_same(const struct device_def *a, const struct device_def *b)
{
	return same_text(a->driver, b->driver) &&
	       same_but_scan(&a->settings, &b->settings);
}

/* The driver hears nothing of what watches it. */
static const char *device_difference(const struct device_def *a,
				     const struct device_def *b)
{
	if (!device_def_same(a, b))
		return "settings";
	if (!same_text(a->heartbeat, b->heartbeat) || a->heartbeat_ms != b->heartbeat_ms)
		return "heartbeat";
	if (!same_text(a->owner, b->owner) || a->owner_id != b->owner_id)
		return "owner";
	return same_text(a->restart, b->restart) ? NULL : "restart";
}

static bool same_range(const struct tag_def *a, const struct tag_def *b)
{
	return a->numbers->has_range == b->numbers->has_range &&
	       (!a->numbers->has_range || (same_number(a->numbers->lo, b->numbers->lo) &&
					   same_number(a->numbers->hi, b->numbers->hi)));
}

bool tag_source_same(const struct tag_def *a, const struct tag_def *b)
{
	return a->kind == b->kind && a->type == b->type &&
	       settings_same(&a->settings, &b->settings);
}

bool tag_def_same_for_driver(const struct tag_def *a, const struct tag_def *b)
{
	return a->type == b->type &&
	       same_number(a->numbers->deadband, b->numbers->deadband) &&
	       same_range(a, b) && a->write->allowed == b->write->allowed &&
	       settings_same(&a->settings, &b->settings);
}

static const char *device_name(const struct station_def *d, const struct tag_def *t)
{
	return t->kind == TAG_DEVICE ? d->devices[t->device].name : "";
}

/* --- fields: what is compared by its kind, and the word for it in a row ---------- */

enum field_kind { FIELD_TEXT, FIELD_DOUBLE, FIELD_INT64, FIELD_INT, FIELD_BOOL };

struct field {
	size_t at;
	enum field_kind kind;
	const char *word;
};

static bool same_field(const void *a, const void *b, const struct field *f)
{
	const char *x = (const char *)a + f->at, *y = (const char *)b + f->at;

	switch (f->kind) {
	case FIELD_TEXT:
		return same_text(*(char *const *)(const void *)x,
				 *(char *const *)(const void *)y);
	case FIELD_DOUBLE:
		return same_number(*(const double *)(const void *)x,
				   *(const double *)(const void *)y);
	case FIELD_INT64:
		return memcmp(x, y, sizeof(int64_t)) == 0;
	case FIELD_INT:
		return memcmp(x, y, sizeof(int)) == 0;
	case FIELD_BOOL:
		return memcmp(x, y, sizeof(bool)) == 0;
	}
	return false;
}

/* The word of the first field that differs; NULL = none. */
static const char *first_difference(const void *a, const void *b, const struct field *f,
				    size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!same_field(a, b, &f[i]))
			return f[i].word;
	return NULL;
}

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define FIELD(type, field, kind, word)                                                   \
	{                                                                                \
		offsetof(struct type, field), FIELD_##kind, word                         \
	}
#define TAG(field, word)          FIELD(tag_def, field, TEXT, word)
#define WRITE(field, kind, word)  FIELD(tag_write, field, kind, word)
#define NUMBER(field, kind, word) FIELD(tag_numbers, field, kind, word)
#define ALARM(field, kind, word)  FIELD(alarm_def, field, kind, word)
#define MORE(field, kind, word)   FIELD(alarm_more, field, kind, word)
#define LIFE(field, kind, word)   FIELD(alarm_life, field, kind, word)

_Static_assert(sizeof(int) == sizeof(int32_t), "delays are compared as ints");

static const struct field tag_fields[] = {
	TAG(unit, "unit"),
	TAG(area, "area"),
	TAG(description, "description"),
};

static const struct field write_fields[] = {
	WRITE(allowed, BOOL, "write"),
	WRITE(permissive, TEXT, "write: permissive"),
	WRITE(right, TEXT, "write: right"),
	WRITE(tolerance, DOUBLE, "write: tolerance"),
	WRITE(select_tolerance, DOUBLE, "write: select_tolerance"),
	WRITE(max_step, DOUBLE, "write: max_step"),
	WRITE(min_interval_ms, INT64, "write: min_interval"),
	WRITE(readback_ms, INT64, "write: readback"),
	WRITE(outside_ms, INT64, "write: outside"),
	WRITE(blind, BOOL, "write: blind"),
	WRITE(blind_right, TEXT, "write: blind_right"),
	WRITE(max_change, DOUBLE, "write: max_change"),
	WRITE(max_change_ms, INT64, "write: max_change_s"),
	WRITE(challenge, TEXT, "write: challenge"),
	WRITE(words, TEXT, "write: words"),
	WRITE(feedback, TEXT, "write: feedback"),
	WRITE(feedback_value, DOUBLE, "write: feedback_value"),
	WRITE(feedback_ms, INT64, "write: feedback_s"),
	WRITE(reason, BOOL, "write: reason"),
	WRITE(approve, BOOL, "write: approve"),
	WRITE(critical, BOOL, "write: critical"),
	WRITE(pulse, BOOL, "write: pulse"),
};

static const struct field number_fields[] = {
	NUMBER(deadband, DOUBLE, "deadband"),
	NUMBER(stale_ms, INT64, "age limit"),
	NUMBER(frozen_ms, INT64, "frozen limit"),
};

static const struct field alarm_fields[] = {
	ALARM(tag, TEXT, "tag"),
	ALARM(limit, DOUBLE, "limit"),
	ALARM(state, BOOL, "state"),
	ALARM(deadband, DOUBLE, "deadband"),
	ALARM(on_delay_ms, INT, "on delay"),
	ALARM(off_delay_ms, INT, "off delay"),
	ALARM(area, TEXT, "area"),
	ALARM(message, TEXT, "message"),
	ALARM(consequence, TEXT, "consequence"),
	ALARM(cause, TEXT, "cause"),
	ALARM(action, TEXT, "action"),
	ALARM(screen, TEXT, "screen"),
	ALARM(respond_within_s, INT, "time to respond"),
};

static const struct field more_fields[] = {
	MORE(expression, TEXT, "expression"),
	MORE(second, TEXT, "limit, setpoint or command"),
	MORE(limit_min, DOUBLE, "limit_min"),
	MORE(limit_max, DOUBLE, "limit_max"),
	MORE(setpoint, DOUBLE, "setpoint"),
	MORE(plus, DOUBLE, "plus"),
	MORE(minus, DOUBLE, "minus"),
	MORE(sigmas, DOUBLE, "sigmas"),
	MORE(min_distance, DOUBLE, "min_distance"),
	MORE(per_ms, INT64, "per"),
	MORE(direction, INT64, "direction"),
	MORE(window_ms, INT64, "window"),
	MORE(after_ms, INT64, "time to wait"),
	MORE(travel_ms, INT64, "travel time"),
	MORE(min_samples, INT64, "min_samples"),
	MORE(times, INT64, "times"),
	MORE(within_ms, INT64, "time to count in"),
	MORE(suppress_when, TEXT, "suppression"),
	MORE(first_out, TEXT, "first-out group"),
	MORE(first_out_hides, BOOL, "first-out group"),
	MORE(exclusive, TEXT, "exclusive group"),
	MORE(owner, TEXT, "owner"),
	MORE(reviewed, TEXT, "review"),
	MORE(approved_by, TEXT, "approval"),
};

static const struct field life_fields[] = {
	LIFE(latching, BOOL, "latching"),
	LIFE(no_ack, BOOL, "ack_required"),
	LIFE(confirm, BOOL, "confirm"),
	LIFE(silent, BOOL, "annunciate"),
	LIFE(highly_managed, BOOL, "highly_managed"),
	LIFE(realarm_ms, INT64, "re-alarm time"),
	LIFE(shelve_max_ms, INT64, "shelving"),
	LIFE(class_name, TEXT, "class"),
};

static const char *tag_difference(const struct station_def *da, const struct tag_def *a,
				  const struct station_def *db, const struct tag_def *b)
{
	if (a->kind != b->kind || !same_text(device_name(da, a), device_name(db, b)))
		return "device";
	if (!settings_same(&a->settings, &b->settings))
		return "address or driver settings";
	if (!same_range(a, b))
		return "range";
	if (a->type != b->type)
		return "type";
	if (a->decimals != b->decimals)
		return "decimals";
	if (!same_text(tag_expression(a), tag_expression(b)))
		return "expression";
	const char *word = first_difference(a, b, tag_fields, COUNT(tag_fields));
	if (!word)
		word = first_difference(a->write, b->write, write_fields,
					COUNT(write_fields));
	if (!word)
		word = first_difference(a->numbers, b->numbers, number_fields,
					COUNT(number_fields));
	return word;
}

bool tag_def_same(const struct station_def *da, const struct tag_def *a,
		  const struct station_def *db, const struct tag_def *b)
{
	return tag_difference(da, a, db, b) == NULL;
}

static const char *alarm_difference(const struct alarm_def *a, const struct alarm_def *b)
{
	if (a->type != b->type)
		return "type";
	if (a->priority != b->priority)
		return "priority";
	const char *word = first_difference(a, b, alarm_fields, COUNT(alarm_fields));
	if (!word)
		word = first_difference(alarm_more(a), alarm_more(b), more_fields,
					COUNT(more_fields));
	if (!word)
		word = first_difference(alarm_life(a), alarm_life(b), life_fields,
					COUNT(life_fields));
	return word;
}

bool alarm_def_same(const struct alarm_def *a, const struct alarm_def *b)
{
	return alarm_difference(a, b) == NULL;
}

/* --- rows ------------------------------------------------------------------------ */

enum part { PART_DEVICE, PART_TAG, PART_ALARM, PART_RECIPE, PARTS };

static const char *const part_names[PARTS] = { "device", "tag", "alarm", "recipe" };

static size_t part_count(const struct station_def *d, enum part part)
{
	const size_t n[PARTS] = { d->n_devices, d->n_tags, d->n_alarms, d->n_recipes };

	return n[part];
}

static const char *part_name(const struct station_def *d, enum part part, size_t i)
{
	if (part == PART_DEVICE)
		return d->devices[i].name;
	if (part == PART_RECIPE)
		return d->recipes[i].name;
	return part == PART_TAG ? d->tags[i].name : d->alarms[i].name;
}

static const char *part_difference(const struct station_def *a, size_t i,
				   const struct station_def *b, size_t k, enum part part)
{
	if (part == PART_TAG)
		return tag_difference(a, &a->tags[i], b, &b->tags[k]);
	if (part == PART_ALARM)
		return alarm_difference(&a->alarms[i], &b->alarms[k]);
	if (part == PART_RECIPE)
		return recipe_same(&a->recipes[i], &b->recipes[k]) ? NULL : "changes";
	return device_difference(&a->devices[i], &b->devices[k]);
}

static void diff_part(const struct station_def *was, const struct station_def *is,
		      enum part part, diff_fn fn, void *arg)
{
	struct strmap *before = strmap_new();
	int64_t at;

	for (size_t i = 0; i < part_count(was, part); i++)
		strmap_put(before, part_name(was, part, i), (int64_t)i);
	for (size_t i = 0; i < part_count(is, part); i++) {
		const char *name = part_name(is, part, i), *what;

		if (!strmap_get(before, name, &at)) {
			fn(arg, "+", part_names[part], name, "new");
			continue;
		}
		what = part_difference(was, (size_t)at, is, i, part);
		if (what)
			fn(arg, "~", part_names[part], name, what);
		strmap_del(before, name);
	}
	for (size_t i = 0; i < part_count(was, part); i++)
		if (strmap_has(before, part_name(was, part, i)))
			fn(arg, "-", part_names[part], part_name(was, part, i),
			   "removed");
	strmap_free(before);
}

static bool same_names(char *const *a, size_t n, char *const *b, size_t m)
{
	if (n != m)
		return false;
	for (size_t i = 0; i < n; i++)
		if (!same_text(a[i], b[i]))
			return false;
	return true;
}

static bool same_operator(const struct access_operator *a,
			  const struct access_operator *b)
{
	return same_text(a->name, b->name) && same_text(a->unix_user, b->unix_user) &&
	       same_names(a->roles, a->n_roles, b->roles, b->n_roles) &&
	       same_names(a->areas, a->n_areas, b->areas, b->n_areas);
}

static bool same_sessions(const struct access_sessions *a,
			  const struct access_sessions *b)
{
	return a->idle_ms == b->idle_ms && a->lock_ms == b->lock_ms &&
	       a->absolute_ms == b->absolute_ms && a->per_person == b->per_person &&
	       same_text(a->notice, b->notice);
}

static bool same_access(const struct access_def *a, const struct access_def *b)
{
	if (a->n_roles != b->n_roles || a->n_operators != b->n_operators ||
	    a->unlisted_view != b->unlisted_view || a->allow_root != b->allow_root ||
	    a->codes_required != b->codes_required ||
	    a->passwords.min_length != b->passwords.min_length ||
	    a->passwords.hash_mib != b->passwords.hash_mib ||
	    !same_sessions(&a->sessions, &b->sessions))
		return false;
	for (size_t i = 0; i < a->n_roles; i++)
		if (!same_text(a->roles[i].name, b->roles[i].name) ||
		    a->roles[i].rights != b->roles[i].rights)
			return false;
	for (size_t i = 0; i < a->n_operators; i++)
		if (!same_operator(&a->operators[i], &b->operators[i]))
			return false;
	return true;
}

void station_diff(const struct station_def *was, const struct station_def *is, diff_fn fn,
		  void *arg)
{
	for (enum part part = 0; part < PARTS; part++)
		diff_part(was, is, part, fn, arg);
	if (!same_access(&was->access, &is->access))
		fn(arg, "~", "access", "access", "operators, roles or settings");
}
