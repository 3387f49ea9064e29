/* diff.c - what one definition has otherwise than another, in rows a person can read. */
#include "station/station_int.h"

#include <stdio.h>
#include <string.h>

#include "util/num.h"
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

static bool same_settings(const struct settings *a, const struct settings *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++)
		if (!same_text(a->v[i].name, b->v[i].name) ||
		    !same_text(a->v[i].value, b->v[i].value))
			return false;
	return true;
}

bool device_def_same(const struct device_def *a, const struct device_def *b)
{
	return same_text(a->driver, b->driver) && a->scan_ms == b->scan_ms &&
	       same_settings(&a->settings, &b->settings);
}

static bool same_range(const struct tag_def *a, const struct tag_def *b)
{
	return a->has_range == b->has_range &&
	       (!a->has_range ||
		(same_number(a->lo, b->lo) && same_number(a->hi, b->hi)));
}

bool tag_def_same_for_driver(const struct tag_def *a, const struct tag_def *b)
{
	return a->type == b->type && same_number(a->deadband, b->deadband) &&
	       same_range(a, b) && a->write.allowed == b->write.allowed &&
	       same_settings(&a->settings, &b->settings);
}

static bool same_write(const struct tag_write *a, const struct tag_write *b)
{
	return a->allowed == b->allowed && same_text(a->permissive, b->permissive) &&
	       same_text(a->right, b->right) && same_number(a->tolerance, b->tolerance) &&
	       same_number(a->select_tolerance, b->select_tolerance) &&
	       same_number(a->max_step, b->max_step) &&
	       a->min_interval_ms == b->min_interval_ms &&
	       a->readback_ms == b->readback_ms && a->blind == b->blind;
}

static const char *device_name(const struct station_def *d, const struct tag_def *t)
{
	return t->kind == TAG_DEVICE ? d->devices[t->device].name : "";
}

/* What differs first, as a word for the row; NULL = nothing. */
static const char *tag_difference(const struct station_def *da, const struct tag_def *a,
				  const struct station_def *db, const struct tag_def *b)
{
	if (a->kind != b->kind || !same_text(device_name(da, a), device_name(db, b)))
		return "device";
	if (!same_settings(&a->settings, &b->settings))
		return "address or driver settings";
	if (a->type != b->type)
		return "type";
	if (!same_text(a->expression, b->expression))
		return "expression";
	if (!same_range(a, b))
		return "range";
	if (!same_write(&a->write, &b->write))
		return "write";
	if (!same_text(a->unit, b->unit) || a->decimals != b->decimals)
		return "unit or decimals";
	if (!same_text(a->area, b->area))
		return "area";
	if (!same_number(a->deadband, b->deadband) || a->stale_ms != b->stale_ms ||
	    a->frozen_ms != b->frozen_ms)
		return "deadband or age limits";
	return same_text(a->description, b->description) ? NULL : "description";
}

bool tag_def_same(const struct station_def *da, const struct tag_def *a,
		  const struct station_def *db, const struct tag_def *b)
{
	return tag_difference(da, a, db, b) == NULL;
}

static const char *alarm_difference(const struct alarm_def *a, const struct alarm_def *b)
{
	if (a->type != b->type || !same_text(a->tag, b->tag) ||
	    !same_text(a->expression, b->expression))
		return "condition";
	if (!same_number(a->limit, b->limit) || a->state != b->state ||
	    !same_number(a->deadband, b->deadband))
		return "limit or deadband";
	if (a->on_delay_ms != b->on_delay_ms || a->off_delay_ms != b->off_delay_ms)
		return "delays";
	if (a->priority != b->priority)
		return "priority";
	if (!same_text(a->area, b->area))
		return "area";
	if (!same_text(a->message, b->message) ||
	    !same_text(a->consequence, b->consequence) ||
	    !same_text(a->cause, b->cause) || !same_text(a->action, b->action) ||
	    !same_text(a->screen, b->screen) ||
	    a->respond_within_s != b->respond_within_s)
		return "texts";
	return NULL;
}

bool alarm_def_same(const struct alarm_def *a, const struct alarm_def *b)
{
	return alarm_difference(a, b) == NULL;
}

/* --- rows ------------------------------------------------------------------------------
 */

enum part { PART_DEVICE, PART_TAG, PART_ALARM, PARTS };

static const char *const part_names[PARTS] = { "device", "tag", "alarm" };

static size_t part_count(const struct station_def *d, enum part part)
{
	const size_t n[PARTS] = { d->n_devices, d->n_tags, d->n_alarms };

	return n[part];
}

static const char *part_name(const struct station_def *d, enum part part, size_t i)
{
	if (part == PART_DEVICE)
		return d->devices[i].name;
	return part == PART_TAG ? d->tags[i].name : d->alarms[i].name;
}

static const char *part_difference(const struct station_def *a, size_t i,
				   const struct station_def *b, size_t k, enum part part)
{
	if (part == PART_TAG)
		return tag_difference(a, &a->tags[i], b, &b->tags[k]);
	if (part == PART_ALARM)
		return alarm_difference(&a->alarms[i], &b->alarms[k]);
	return device_def_same(&a->devices[i], &b->devices[k]) ? NULL : "settings";
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

static bool same_operators(const struct access_def *a, const struct access_def *b)
{
	if (a->n_roles != b->n_roles || a->n_operators != b->n_operators ||
	    a->unlisted_view != b->unlisted_view || a->allow_root != b->allow_root)
		return false;
	for (size_t i = 0; i < a->n_roles; i++)
		if (!same_text(a->roles[i].name, b->roles[i].name) ||
		    a->roles[i].rights != b->roles[i].rights)
			return false;
	for (size_t i = 0; i < a->n_operators; i++) {
		const struct access_operator *x = &a->operators[i], *y = &b->operators[i];

		if (!same_text(x->name, y->name) ||
		    !same_text(x->unix_user, y->unix_user) || x->n_roles != y->n_roles ||
		    x->n_areas != y->n_areas)
			return false;
		for (size_t k = 0; k < x->n_roles; k++)
			if (!same_text(x->roles[k], y->roles[k]))
				return false;
		for (size_t k = 0; k < x->n_areas; k++)
			if (!same_text(x->areas[k], y->areas[k]))
				return false;
	}
	return true;
}

void station_diff(const struct station_def *was, const struct station_def *is, diff_fn fn,
		  void *arg)
{
	for (enum part part = 0; part < PARTS; part++)
		diff_part(was, is, part, fn, arg);
	if (!same_operators(&was->access, &is->access))
		fn(arg, "~", "access", "access", "operators, roles or settings");
}
