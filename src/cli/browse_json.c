/* browse_json.c - devices as scripts read them: an object a line. */
#include <math.h>
#include <string.h>

#include "cli/browse.h"
#include "cli/remote.h"
#include "tag/value.h"
#include "util/num.h"

static void set_int(json_t *o, const char *name, uint64_t v)
{
	json_object_set_new(o, name, json_integer((json_int_t)v));
}

static void set_text(json_t *o, const char *name, const char *text)
{
	json_object_set_new(o, name, remote_json_text(text));
}

static void set_number(json_t *o, const char *name, double v)
{
	json_object_set_new(o, name, isfinite(v) ? json_real(v) : json_null());
}

/* Milliseconds; null when nothing was measured yet. */
static void set_ms(json_t *o, const char *name, const struct wire_device *d, uint32_t us)
{
	json_object_set_new(o, name, d->max_us ? json_real(us / 1000.0) : json_null());
}

static json_t *classes(const struct wire_device *d)
{
	json_t *list = json_array();

	for (size_t i = 0; i < d->n_classes; i++) {
		const struct wire_scan_class *c = &d->classes[i];
		json_t *o = json_object();

		set_text(o, "class", c->name);
		set_int(o, "period_ms", c->period_ms);
		set_int(o, "requests", c->requests);
		set_int(o, "done", c->done);
		set_int(o, "late", c->late);
		set_int(o, "skipped", c->skipped);
		json_array_append_new(list, o);
	}
	return list;
}

static json_t *refused(const struct wire_device *d)
{
	json_t *o = json_object();

	for (size_t i = 0; i < d->n_refused; i++)
		set_int(o, d->refused[i].name, d->refused[i].n);
	return o;
}

static json_t *stats(const struct wire_device *d)
{
	json_t *o = json_object();

	set_int(o, "time", (uint64_t)d->stats_ms);
	set_int(o, "connections", d->connects);
	set_int(o, "requests", d->requests);
	set_int(o, "writes", d->writes);
	set_int(o, "exceptions", d->exceptions);
	set_int(o, "timeouts", d->timeouts);
	set_int(o, "messages", d->messages);
	set_int(o, "parse_errors", d->parse_errors);
	set_number(o, "per_second", d->per_second);
	set_ms(o, "p50_ms", d, d->p50_us);
	set_ms(o, "p95_ms", d, d->p95_us);
	set_ms(o, "p99_ms", d, d->p99_us);
	set_ms(o, "max_ms", d, d->max_us);
	json_object_set_new(o, "classes", classes(d));
	json_object_set_new(o, "not_believed", refused(d));
	set_int(o, "holes", d->n_holes);
	set_text(o, "hole_list", d->holes);
	return o;
}

static json_t *value(const struct wire_row *r)
{
	const char *text = r->field[BROWSE_VALUE];
	enum value_type type = VALUE_NONE;
	int64_t i;
	double v;

	value_type_parse(r->field[BROWSE_TYPE], &type);
	if (strncmp(r->field[BROWSE_QUALITY], "bad", 3) == 0 || !text[0])
		return json_null();
	if (type == VALUE_BOOL)
		return json_boolean(strcmp(text, "true") == 0);
	if (type == VALUE_INT && num_parse_int(text, INT64_MIN, INT64_MAX, &i))
		return json_integer(i);
	if (type == VALUE_DOUBLE && num_parse_double(text, &v))
		return json_real(v);
	return remote_json_text(text);
}

static json_t *tags(const struct browse *b)
{
	json_t *list = json_array();

	for (size_t i = 0; i < b->n_tags; i++) {
		const struct wire_row *r = &b->tags[i];
		json_t *o;

		if (r->n < BROWSE_FIELDS)
			continue;
		o = json_object();
		set_text(o, "tag", r->field[BROWSE_NAME]);
		set_text(o, "type", r->field[BROWSE_TYPE]);
		set_text(o, "unit", r->field[BROWSE_UNIT]);
		set_text(o, "area", r->field[BROWSE_AREA]);
		json_object_set_new(o, "writable",
				    json_boolean(r->field[BROWSE_WRITABLE][0]));
		set_text(o, "address", r->field[BROWSE_ADDRESS]);
		json_object_set_new(o, "value", value(r));
		set_text(o, "quality", r->field[BROWSE_QUALITY]);
		set_text(o, "description", r->field[BROWSE_DESCRIPTION]);
		json_array_append_new(list, o);
	}
	return list;
}

void browse_print_json(const struct browse *b)
{
	for (size_t i = 0; i < b->n_devices; i++) {
		const struct wire_device *d = &b->devices[i];
		json_t *o = json_object();

		set_text(o, "device", d->name);
		set_text(o, "driver", d->driver);
		set_text(o, "where", d->where);
		set_text(o, "state", wire_link_name((enum wire_link)d->link));
		set_text(o, "ne107", wire_ne107_name((enum wire_ne107)d->ne107));
		set_text(o, "text", d->text);
		set_int(o, "since", (uint64_t)d->since_ms);
		set_text(o, "last_error", d->last_error);
		set_int(o, "last_error_time", (uint64_t)d->last_error_ms);
		set_int(o, "tag_count", d->tags);
		set_int(o, "bad", d->tags_bad);
		set_int(o, "by_hand", d->tags_by_hand);
		json_object_set_new(o, "stats", d->has_stats ? stats(d) : json_null());
		if (b->tags)
			json_object_set_new(o, "tags", tags(b));
		remote_print_json(o);
	}
}
