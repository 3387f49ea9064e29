/* def.c - life cycle of a station definition, and looking things up in it. */
#include "station/def.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "station/recipe.h"
#include "util/area.h"
#include "util/num.h"
#include "util/xalloc.h"

static void free_names(char **v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(v[i]);
	free(v);
}

void station_files_free(struct station_file *files, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(files[i].path);
		free(files[i].name);
		free(files[i].text);
		free(files[i].mistake);
		free(files[i].kept);
		free_names(files[i].pens, files[i].n_pens);
	}
	free(files);
}

static const char *file_name(const struct station_file *f)
{
	return f->name ? f->name : f->path;
}

void station_def_manifest(const struct station_def *d, struct manifest *out)
{
	manifest_copy(out, &d->files);
	for (size_t i = 0; i < d->n_screens; i++)
		manifest_add(out, file_name(&d->screens[i]), d->screens[i].text,
			     d->screens[i].len);
	manifest_sort(out);
}

void station_def_free(struct station_def *d)
{
	if (!d)
		return;
	free(d->name);
	free(d->description);
	free(d->dir);
	free(d->socket);
	free(d->state);
	for (size_t i = 0; i < d->n_devices; i++)
		device_def_release(&d->devices[i]);
	for (size_t i = 0; i < d->n_notify; i++)
		notify_def_release(&d->notify[i]);
	free(d->notify);
	audit_def_release(&d->audit);
	free(d->devices);
	free(d->tags);
	arena_free(d->texts);
	names_release(&d->tag_names);
	free(d->alarms);
	names_release(&d->alarm_names);
	free(d->areas);
	for (size_t i = 0; i < d->n_recipes; i++)
		recipe_release(&d->recipes[i]);
	free(d->recipes);
	access_def_release(&d->access);
	manifest_release(&d->files);
	free(d->vouched);
	free(d->unvouched);
	free(d->screens_dir);
	station_files_free(d->screens, d->n_screens);
	free_names(d->paths, d->n_paths);
	free_names(d->folders, d->n_folders);
	free(d->backups);
	free(d);
}

static const char *tag_name(const void *def, uint32_t tag)
{
	const struct station_def *d = def;

	return d->tags[tag].name;
}

static struct arena *texts(struct station_def *d)
{
	if (!d->texts)
		d->texts = arena_new();
	return d->texts;
}

struct tag_def *station_def_add_tag(struct station_def *d, const char *name)
{
	if (station_def_tag(d, name) >= 0)
		return NULL;
	return station_def_add_new_tag(d, name, names_hash(name));
}

struct tag_def *station_def_add_new_tag(struct station_def *d, const char *name,
					uint32_t hash)
{
	struct tag_def *t = GROW(&d->tags, &d->n_tags);

	t->name = arena_text(texts(d), name);
	t->area = t->description = t->unit = "";
	t->numbers = &tag_numbers_none;
	t->write = &tag_write_none;
	t->device = -1;
	d->tag_names.name_of = tag_name;
	names_add_hashed(&d->tag_names, (uint32_t)(d->n_tags - 1), hash);
	return t;
}

const char *station_def_text(struct station_def *d, const char *text)
{
	return *text ? arena_keep(texts(d), text) : "";
}

/* Member by member: what lies between them would make equal ones differ. */
const struct tag_numbers *station_def_numbers(struct station_def *d,
					      const struct tag_numbers *n)
{
	struct tag_numbers plain;

	memset(&plain, 0, sizeof(plain));
	plain.has_range = n->has_range;
	plain.lo = n->lo;
	plain.hi = n->hi;
	plain.deadband = n->deadband;
	plain.stale_ms = n->stale_ms;
	plain.frozen_ms = n->frozen_ms;
	return arena_keep_bytes(texts(d), &plain, sizeof(plain));
}

static const char *kept_or_null(struct station_def *d, const char *text)
{
	return text ? station_def_text(d, text) : NULL;
}

const struct tag_write *station_def_write(struct station_def *d,
					  const struct tag_write *w)
{
	struct tag_write plain;

	memset(&plain, 0, sizeof(plain));
	plain.allowed = w->allowed;
	plain.blind = w->blind;
	plain.permissive = kept_or_null(d, w->permissive);
	plain.right = station_def_text(d, w->right);
	plain.tolerance = w->tolerance;
	plain.select_tolerance = w->select_tolerance;
	plain.max_step = w->max_step;
	plain.min_interval_ms = w->min_interval_ms;
	plain.readback_ms = w->readback_ms;
	plain.outside_ms = w->outside_ms;
	plain.blind_right = kept_or_null(d, w->blind_right);
	plain.max_change = w->max_change;
	plain.max_change_ms = w->max_change_ms;
	plain.challenge = kept_or_null(d, w->challenge);
	plain.words = kept_or_null(d, w->words);
	plain.feedback = kept_or_null(d, w->feedback);
	plain.feedback_value = w->feedback_value;
	plain.feedback_ms = w->feedback_ms;
	plain.reason = w->reason;
	plain.approve = w->approve;
	plain.critical = w->critical;
	plain.pulse = w->pulse;
	return arena_keep_bytes(texts(d), &plain, sizeof(plain));
}

const struct alarm_life *station_def_life(struct station_def *d,
					  const struct alarm_life *life)
{
	struct alarm_life plain;

	memset(&plain, 0, sizeof(plain));
	plain.latching = life->latching;
	plain.no_ack = life->no_ack;
	plain.confirm = life->confirm;
	plain.silent = life->silent;
	plain.highly_managed = life->highly_managed;
	plain.realarm_ms = life->realarm_ms;
	plain.shelve_max_ms = life->shelve_max_ms;
	plain.class_name = station_def_text(d, life->class_name ? life->class_name : "");
	return arena_keep_bytes(texts(d), &plain, sizeof(plain));
}

const struct alarm_more *station_def_more(struct station_def *d,
					  const struct alarm_more *more)
{
	struct alarm_more plain;

	/* its only hole lies behind first_out_hides */
	memcpy(&plain, more, sizeof(plain));
	memset((char *)&plain + offsetof(struct alarm_more, first_out_hides), 0,
	       offsetof(struct alarm_more, exclusive) -
		       offsetof(struct alarm_more, first_out_hides));
	plain.first_out_hides = more->first_out_hides;
	plain.expression = kept_or_null(d, more->expression);
	plain.second = kept_or_null(d, more->second);
	plain.suppress_when = kept_or_null(d, more->suppress_when);
	plain.first_out = kept_or_null(d, more->first_out);
	plain.exclusive = kept_or_null(d, more->exclusive);
	plain.owner = kept_or_null(d, more->owner);
	plain.reviewed = kept_or_null(d, more->reviewed);
	plain.approved_by = kept_or_null(d, more->approved_by);
	return arena_keep_bytes(texts(d), &plain, sizeof(plain));
}

static const char *alarm_name(const void *def, uint32_t alarm)
{
	const struct station_def *d = def;

	return d->alarms[alarm].name;
}

struct alarm_def *station_def_add_alarm(struct station_def *d, const char *name)
{
	if (station_def_alarm(d, name) >= 0)
		return NULL;
	struct alarm_def *a = GROW(&d->alarms, &d->n_alarms);

	a->name = arena_text(texts(d), name);
	a->area = a->message = a->consequence = a->cause = a->action = a->screen = "";
	a->state = true;
	a->priority = ALARM_LOW;
	d->alarm_names.name_of = alarm_name;
	names_add(&d->alarm_names, d, (uint32_t)(d->n_alarms - 1));
	return a;
}

int64_t station_def_tag(const struct station_def *d, const char *name)
{
	uint32_t at;

	return names_find(&d->tag_names, d, name, &at) ? (int64_t)at : -1;
}

int64_t station_def_alarm(const struct station_def *d, const char *name)
{
	uint32_t at;

	return names_find(&d->alarm_names, d, name, &at) ? (int64_t)at : -1;
}

const struct area_def *station_def_area(const struct station_def *d, const char *name)
{
	const struct area_def *found = NULL;

	for (size_t i = 0; i < d->n_areas; i++) {
		const struct area_def *a = &d->areas[i];

		if (strcmp(a->name, "*") == 0) {
			found = found ? found : a;
			continue;
		}
		if (area_holds(a->name, name) &&
		    (!found || strcmp(found->name, "*") == 0 ||
		     strlen(a->name) > strlen(found->name)))
			found = a;
	}
	return found;
}

int64_t station_def_device(const struct station_def *d, const char *name)
{
	for (size_t i = 0; i < d->n_devices; i++)
		if (strcmp(d->devices[i].name, name) == 0)
			return (int64_t)i;
	return -1;
}

int64_t station_def_period_ms(const struct station_def *d, const struct tag_def *t)
{
	const struct device_def *device = &d->devices[t->device];
	const char *rate = settings_get(&t->settings, "scan");
	char name[32];
	int64_t ms;

	if (!rate)
		return device->scan_ms;
	snprintf(name, sizeof(name), "%.20s_ms", rate);
	const char *text = settings_get(&device->settings, name);
	return text && num_parse_int(text, 0, INT32_MAX, &ms) ? ms : device->scan_ms;
}
