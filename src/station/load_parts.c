/* load_parts.c - a tag that was read takes its place in the station. */
#include "station/load_tags_int.h"

#include <string.h>

#include "driver/hint.h"

static bool may_be_added(struct loader *l, const struct tag_parts *p, uint32_t hash)
{
	if (l->d->n_tags >= STATION_TAGS_MAX) {
		if (l->too_many)
			return false;
		l->too_many = true; /* said once */
		load_error(l, &p->at, "too-many", "more than %d tags", STATION_TAGS_MAX);
		return false;
	}
	if (!load_tag_name(l, p->name, hash, &p->at))
		return false;
	if (strncmp(p->name, "system.", 7) == 0)
		load_error(l, &p->at, "reserved-name",
			   "tag \"%s\" begins with \"system.\", which belongs to the "
			   "server",
			   p->name);
	return true;
}

static void take_source(struct loader *l, const struct tag_parts *p, struct tag_def *t)
{
	t->kind = p->expression && !p->device ? TAG_EXPRESSION : TAG_DEVICE;
	if (t->kind == TAG_EXPRESSION) {
		tag_set_expression(t, station_def_text(l->d, p->expression));
		load_place(l, t)->expression = p->expression_at;
		return;
	}
	if (p->device) {
		int64_t device = load_device_of(l, p->device);

		t->device = p->broken ? -1 : (int)device;
		if (device < 0) {
			load_place(l, t)->device_name = arena_keep(l->scratch, p->device);
			load_place(l, t)->device = p->device_at;
		}
	}
	t->settings = settings_keep(&p->settings, l->d->texts);
}

/* The kind of value, where file or address tell; cross_tags() infers expressions. */
static void take_type(struct loader *l, const struct tag_parts *p, struct tag_def *t)
{
	struct tag_note *note = load_note(l, t);
	enum value_type type = VALUE_NONE;

	note->type_given = p->type && value_type_parse(p->type, &type);
	note->decimals_given = p->decimals_given;
	t->decimals = p->decimals & 0xF;
	if (!note->type_given && t->kind == TAG_DEVICE) {
		type = driver_type_hint(&t->settings);
		if (type == VALUE_NONE &&
		    (t->unit[0] || p->numbers.has_range || p->decimals_given))
			type = VALUE_DOUBLE;
	}
	t->type = type;
}

static bool has_numbers(const struct tag_numbers *n)
{
	return n->has_range || n->deadband != 0 || n->stale_ms || n->frozen_ms;
}

static void take_write(struct loader *l, const struct tag_parts *p, struct tag_def *t)
{
	if (!p->write.allowed)
		return;
	t->write = station_def_write(l->d, &p->write);
	if (t->write->permissive)
		load_place(l, t)->permissive = p->permissive_at;
	if (t->write->feedback)
		load_place(l, t)->feedback = p->feedback_at;
	if (t->numbers->has_range && t->type == VALUE_BOOL)
		load_place(l, t)->range = p->range_at;
}

void load_parts(struct loader *l, const struct tag_parts *p)
{
	const uint32_t hash = names_hash(p->name);
	struct tag_def *t;

	if (!may_be_added(l, p, hash))
		return;
	t = load_new_tag(l, p->name, hash);
	tag_set_loc(t, &p->at, load_file_number(l, p->at.file));
	t->area = p->area ? station_def_text(l->d, p->area) : load_area_of(l, p->name);
	t->description = station_def_text(l->d, p->description);
	t->unit = station_def_text(l->d, p->unit);
	if (has_numbers(&p->numbers))
		t->numbers = station_def_numbers(l->d, &p->numbers);
	take_source(l, p, t);
	take_type(l, p, t);
	take_write(l, p, t);
}
