/*
 * apply.c - a definition becomes the station: at start from nothing, at a reload over
 * the old one. Who stays keeps number, value and alarm state; numbers of those who go
 * are never used again (CF-09).
 */
#include "station/apply_int.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/xalloc.h"

/* --- devices ------------------------------------------------------------------------ */

static uint32_t find_driver(struct station *s, const char *name)
{
	struct driver_live *d;

	for (uint32_t i = 0; i < s->n_drivers; i++)
		if (strcmp(s->drivers[i].name, name) == 0)
			return i;
	d = GROW(&s->drivers, &s->n_drivers);
	d->name = xstrdup(name);
	d->due = d->ready = MONO_NEVER;
	return (uint32_t)(s->n_drivers - 1);
}

uint32_t station_device_find(const struct station *s, const char *name)
{
	for (uint32_t i = 0; i < s->n_devices; i++)
		if (s->devices[i].def && strcmp(s->devices[i].name, name) == 0)
			return i;
	return NO_DEVICE;
}

static void forget(char **text)
{
	free(*text);
	*text = NULL;
}

static struct device_live *new_device(struct station *s, const struct device_def *def)
{
	struct device_live *d = GROW(&s->devices, &s->n_devices);

	d->name = xstrdup(def->name);
	return d;
}

static void take_device(struct station *s, const struct device_def *def)
{
	uint32_t at = station_device_find(s, def->name);
	struct device_live *d = at == NO_DEVICE ? new_device(s, def) : &s->devices[at];

	d->changed = !d->def || !device_def_same(d->def, def);
	d->moved = !d->def || !device_source_same(d->def, def);
	if (d->changed) {
		if (d->def)
			s->drivers[d->driver].reconfigure = true; /* may lose it */
		d->driver = find_driver(s, def->driver);
		s->drivers[d->driver].reconfigure = true;
		d->untold = true;
		forget(&d->refusal);
	}
	if (d->moved)
		d->told = d->connected = false;
	d->def = def;
	d->n_tags = 0;
}

/* Those of the old definition that the new one has no more. */
static void drop_devices(struct station *s, const struct station_def *def)
{
	for (size_t i = 0; i < s->n_devices; i++) {
		struct device_live *d = &s->devices[i];

		if (!d->def ||
		    (d->def >= def->devices && d->def < def->devices + def->n_devices))
			continue;
		d->def = NULL;
		d->n_tags = 0;
		s->drivers[d->driver].reconfigure = true;
	}
}

/* --- tags ------------------------------------------------------------------------ */

static struct tag_limits limits_of(const struct station_def *def, const struct tag_def *t)
{
	struct tag_limits l = {
		.frozen_ms = t->numbers->frozen_ms,
		.deadband = t->numbers->deadband,
		.has_range = t->numbers->has_range,
		.lo = t->numbers->lo,
		.hi = t->numbers->hi,
	};

	if (t->kind == TAG_DEVICE) {
		l.stale_ms = t->numbers->stale_ms ? t->numbers->stale_ms
						  : 3 * station_def_period_ms(def, t);
		if (!t->numbers->stale_ms && l.stale_ms < 3000)
			l.stale_ms = 3000; /* design 7.3: max(3 s, 3 scans) */
	}
	return l;
}

static void release_rules(struct tag_live *t)
{
	struct tag_rare *r;

	if (t->rare == &tag_rare_none)
		return;
	r = tag_rare(t);
	expr_free(r->expression);
	expr_free(r->permissive);
	free(r->point);
	r->expression = r->permissive = NULL;
	r->point = NULL;
	r->level = 0;
	r->pending = false;
	tag_rare_tidy(t);
}

/* Of a device's tag of the definition being applied. */
static struct driver_live *driver_of(struct station *s, const struct tag_def *t)
{
	return &s->drivers[s->devices[s->def_device[t->device]].driver];
}

const char *station_tag_name(const void *station, uint32_t tag)
{
	const struct station *s = station;

	return s->tags[tag].def->name;
}

static uint32_t add_tag(struct station *s, const struct station_def *def,
			const struct tag_def *t)
{
	struct tag_limits limits = limits_of(def, t);
	uint32_t tag = tag_db_add_borrowed(s->db, t->name, &limits);

	while (s->n_tags <= tag) {
		struct tag_live *live = GROW(&s->tags, &s->n_tags);

		live->device = NO_DEVICE;
		live->rare = &tag_rare_none;
	}
	s->tags[tag].revision = s->revision & REVISION_MAX;
	s->tags[tag].untold = t->kind == TAG_DEVICE;
	if (t->kind == TAG_DEVICE)
		driver_of(s, t)->reconfigure = true;
	return tag;
}

const struct tag_rare tag_rare_none = { .level = 0 };

struct tag_rare *tag_rare(struct tag_live *t)
{
	if (t->rare == &tag_rare_none)
		t->rare = xcalloc(1, sizeof(*t->rare));
	return (struct tag_rare *)(uintptr_t)t->rare; /* made right here */
}

void tag_rare_tidy(struct tag_live *t)
{
	const struct tag_rare *r = t->rare;

	if (r == &tag_rare_none || r->expression || r->point || r->permissive ||
	    r->refusal || r->n_watched || r->pen || r->outside)
		return;
	free(r->watched);
	free(tag_rare(t));
	t->rare = &tag_rare_none;
}

void tag_refuse(struct tag_live *t, const char *text)
{
	if (!text && !t->rare->refusal)
		return;
	forget(&tag_rare(t)->refusal);
	if (text)
		tag_rare(t)->refusal = xstrdup(text);
	tag_rare_tidy(t);
}

/* The value of before means nothing. */
static void change_source(struct station *s, struct tag_live *live, uint32_t tag)
{
	live->untold = true;
	tag_db_set_quality(s->db, tag, QUALITY_MAKE(QUALITY_BAD, REASON_NO_VALUE),
			   s->now);
}

/* Whether the driver has to hear of it; of a device that changed it hears anyway. */
static void tell_driver(struct station *s, struct tag_live *live, const struct tag_def *t)
{
	if (live->device != NO_DEVICE)
		s->drivers[s->devices[live->device].driver].reconfigure = true;
	if (t->kind == TAG_DEVICE)
		driver_of(s, t)->reconfigure = true;
	tag_refuse(live, NULL);
}

static bool same_source(const struct station *s, const struct station_def *def,
			const struct tag_live *live, const struct tag_def *t)
{
	const struct device_live *d;

	if (live->device == NO_DEVICE || t->kind != TAG_DEVICE)
		return live->device == NO_DEVICE && tag_source_same(live->def, t);
	d = &s->devices[live->device];
	return !d->moved && strcmp(def->devices[t->device].name, d->name) == 0 &&
	       tag_source_same(live->def, t);
}

static void change_tag(struct station *s, const struct station_def *def, uint32_t tag,
		       const struct tag_def *t)
{
	struct tag_live *live = &s->tags[tag];
	bool device_changed =
		live->device != NO_DEVICE && s->devices[live->device].changed;
	bool same = tag_def_same(s->def, live->def, def, t);
	bool source = same_source(s, def, live, t);
	struct tag_limits limits;

	if (!same)
		*GROW(&s->reworded, &s->n_reworded) = tag;
	if (!device_changed && same)
		return;
	limits = limits_of(def, t);
	tag_db_limits(s->db, tag, &limits);
	if (device_changed || !source || !tag_def_same_for_driver(live->def, t))
		tell_driver(s, live, t);
	if (!source)
		change_source(s, live, tag);
	if (same && source) /* its device is only asked more or less often */
		return;
	live->revision = s->revision & REVISION_MAX;
	write_gate_tag_changed(s->gate, tag, s->now);
}

static void take_tag(struct station *s, const struct station_def *def,
		     const struct tag_def *t)
{
	uint32_t tag = s->def ? tag_db_find(s->db, t->name) : TAG_NONE;
	struct device_live *d;

	if (tag == TAG_NONE)
		tag = add_tag(s, def, t);
	else
		change_tag(s, def, tag, t);
	s->tags[tag].def = t;
	s->tags[tag].type = t->type & 7u;
	s->tags[tag].device = NO_DEVICE;
	if (t->kind != TAG_DEVICE)
		return;
	s->tags[tag].device = s->def_device[t->device];
	d = &s->devices[s->tags[tag].device];
	*GROW(&d->tags, &d->n_tags) = tag;
}

static void drop_tags(struct station *s, const struct station_def *def)
{
	for (uint32_t tag = 0; tag < s->n_tags; tag++) {
		struct tag_live *t = &s->tags[tag];

		if (!t->def || (t->def >= def->tags && t->def < def->tags + def->n_tags))
			continue;
		if (t->device != NO_DEVICE)
			s->drivers[s->devices[t->device].driver].reconfigure = true;
		write_gate_tag_changed(s->gate, tag, s->now);
		release_rules(t);
		tag_refuse(t, NULL);
		tag_db_remove(s->db, tag);
		t->def = NULL;
		t->device = NO_DEVICE;
		watch_touch(s, tag);
	}
}

/* --- rules: expressions and permissives ------------------------------------------ */

/* The loader has checked every text: what does not compile here is a fault of ours and
 * leaves a tag without a value, or one that cannot be written. */
struct expr *apply_compile(struct station *s, const char *text, const char *whose)
{
	struct expr *e = expr_compile(text, NULL, &s->why, NULL);

	if (!e) {
		station_log(s, LOG_L_ERROR, "%s: expression \"%s\": %s", whose, text,
			    s->why.buf);
		return NULL;
	}
	for (size_t i = 0; i < expr_operand_count(e); i++) {
		uint32_t tag = tag_db_find(s->db, expr_operand_name(e, i));

		expr_bind(e, i, tag);
		expr_bind_place(e, i, tag_db_get(s->db, tag));
	}
	return e;
}

void apply_depend(struct station *s, const struct expr *e, int kind, uint32_t on)
{
	for (size_t i = 0; i < expr_operand_count(e); i++)
		if (expr_operand_id(e, i) != TAG_NONE)
			tag_db_depend(s->db, expr_operand_id(e, i), kind, on);
}

static struct write_point *make_point(struct station *s, uint32_t tag)
{
	const struct tag_live *t = &s->tags[tag];
	struct write_point *p = xcalloc(1, sizeof(*p));

	*p = (struct write_point){
		.tag = tag,
		.revision = t->revision,
		.device = t->device,
		.driver = s->devices[t->device].driver,
		.device_name = s->devices[t->device].name,
		.def = t->def,
		.permissive = t->rare->permissive,
	};
	return p;
}

/* A permissive that does not compile must never permit: the point is left out. */
static void make_writable(struct station *s, uint32_t tag)
{
	struct tag_live *t = &s->tags[tag];

	if (t->def->kind != TAG_DEVICE || !t->def->write->allowed)
		return;
	if (t->def->write->permissive) {
		struct expr *e =
			apply_compile(s, t->def->write->permissive, t->def->name);

		if (!e)
			return;
		tag_rare(t)->permissive = e;
	}
	tag_rare(t)->point = make_point(s, tag);
}

static void make_rules(struct station *s)
{
	for (uint32_t tag = 0; tag < s->n_tags; tag++)
		release_rules(&s->tags[tag]);
	for (uint32_t tag = 0; tag < s->n_tags; tag++) {
		struct tag_live *t = &s->tags[tag];

		if (!t->def)
			continue;
		if (t->def->kind == TAG_EXPRESSION)
			tag_rare(t)->expression =
				apply_compile(s, tag_expression(t->def), t->def->name);
		if (t->rare->expression)
			apply_depend(s, t->rare->expression, TAG_DEP_EXPRESSION, tag);
		make_writable(s, tag);
	}
}

/* --- all of it ------------------------------------------------------------------- */

static void set_hash(struct station *s, const struct station_def *def)
{
	for (size_t i = 0; i < 8; i++)
		snprintf(s->config + 2 * i, 3, "%02x", def->hash[i]);
}

static void forget_device_tags(struct station *s)
{
	for (size_t i = 0; i < s->n_devices; i++) {
		free(s->devices[i].tags);
		s->devices[i].tags = NULL;
		s->devices[i].n_tags = 0;
		s->devices[i].changed = false;
	}
}

/* So that a tag finds its device without looking at names. */
static void number_devices(struct station *s, const struct station_def *def)
{
	s->def_device =
		xreallocarray(s->def_device, def->n_devices, sizeof(s->def_device[0]));
	for (size_t i = 0; i < def->n_devices; i++)
		s->def_device[i] = station_device_find(s, def->devices[i].name);
}

void station_apply(struct station *s, struct station_def *def)
{
	struct station_def *old = s->def;

	s->revision++;
	set_hash(s, def);
	forget_device_tags(s);
	for (size_t i = 0; i < def->n_devices; i++)
		take_device(s, &def->devices[i]);
	number_devices(s, def);
	if (!old) /* its tags are given the numbers that they have in it */
		tag_db_take_names(s->db, &def->tag_names);
	for (size_t i = 0; i < def->n_tags; i++)
		take_tag(s, def, &def->tags[i]);
	names_release(&def->tag_names);
	drop_tags(s, def);
	drop_devices(s, def);
	apply_take_alarms(s, def);
	tag_db_clear_depends(s->db);
	make_rules(s);
	apply_make_alarms(s);
	suppress_apply(s);
	station_order_expressions(s);
	s->def = def;
	control_apply(s);
	system_find(s);
	alarm_watch_apply(s);
	vitals_apply(s);
	outside_apply(s);
	sessions_regrant(s);
	station_def_free(old);
	substitutions_apply(s);
	notify_apply(s);
	trends_apply(s);
	for (uint32_t tag = 0; tag < s->n_tags; tag++)
		if (s->tags[tag].def)
			station_rejudge(s, tag);
	drivers_want(s);
}

void station_tags_release(struct station *s)
{
	outside_free(s);
	for (size_t i = 0; i < s->n_tags; i++) {
		struct tag_live *t = &s->tags[i];

		tag_refuse(t, NULL);
		if (t->rare->n_watched)
			tag_rare(t)->n_watched = 0; /* the watches went before */
		release_rules(t);
	}
	for (size_t i = 0; i < s->n_alarms; i++)
		alarm_seldom_release(&s->alarm[i]);
	for (size_t i = 0; i < s->n_devices; i++) {
		free(s->devices[i].name);
		free(s->devices[i].refusal);
		free(s->devices[i].report);
		free(s->devices[i].tags);
	}
	for (size_t i = 0; i < s->levels; i++)
		free(s->level[i]);
	free(s->level);
	free(s->n_level);
	free(s->touched);
	free(s->tags);
	free(s->alarm);
	free(s->devices);
	free(s->def_device);
}
