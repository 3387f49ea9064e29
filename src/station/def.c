/* def.c - life cycle of a station definition, and looking things up in it. */
#include "station/def.h"

#include <stdlib.h>
#include <string.h>

#include "util/strmap.h"

static void free_names(char **v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(v[i]);
	free(v);
}

static void free_screens(struct station_file *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(v[i].path);
		free(v[i].text);
		free(v[i].mistake);
	}
	free(v);
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
	free(d->devices);
	for (size_t i = 0; i < d->n_tags; i++)
		tag_def_release(&d->tags[i]);
	free(d->tags);
	for (size_t i = 0; i < d->n_alarms; i++)
		alarm_def_release(&d->alarms[i]);
	free(d->alarms);
	access_def_release(&d->access);
	free(d->screens_dir);
	free_screens(d->screens, d->n_screens);
	free_names(d->paths, d->n_paths);
	strmap_free(d->tag_index);
	strmap_free(d->alarm_index);
	free(d);
}

int64_t station_def_tag(const struct station_def *d, const char *name)
{
	int64_t at;

	if (d->tag_index)
		return strmap_get(d->tag_index, name, &at) ? at : -1;
	for (size_t i = 0; i < d->n_tags; i++)
		if (strcmp(d->tags[i].name, name) == 0)
			return (int64_t)i;
	return -1;
}

int64_t station_def_alarm(const struct station_def *d, const char *name)
{
	int64_t at;

	if (d->alarm_index)
		return strmap_get(d->alarm_index, name, &at) ? at : -1;
	for (size_t i = 0; i < d->n_alarms; i++)
		if (strcmp(d->alarms[i].name, name) == 0)
			return (int64_t)i;
	return -1;
}

int64_t station_def_device(const struct station_def *d, const char *name)
{
	for (size_t i = 0; i < d->n_devices; i++)
		if (strcmp(d->devices[i].name, name) == 0)
			return (int64_t)i;
	return -1;
}
