/* load.c - the station file, and the order in which all others are read. */
#include "station/load_alarms_int.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "expr/expr.h"
#include "station/load_audit.h"
#include "util/strmap.h"
#include "util/xalloc.h"

const struct cfg_row station_name_rows[] = {
	{ .name = "name",
	  .kind = CFG_K_TEXT,
	  .flags = CFG_REQUIRED,
	  .help = "short name of the station" },
	{ .name = "description", .kind = CFG_K_TEXT0, .help = "one line about it" },
	{ 0 },
};

static const char *const reload_words[] = { "save", "station", NULL };

const struct cfg_row station_file_rows[] = {
	{ .name = "station",
	  .kind = CFG_K_GROUP,
	  .flags = CFG_REQUIRED,
	  .members = station_name_rows,
	  .help = "name and description" },
	{ .name = "devices",
	  .kind = CFG_K_TEXT,
	  .flags = CFG_REQUIRED,
	  .help = "file or folder of the devices" },
	{ .name = "tags",
	  .kind = CFG_K_TEXT,
	  .flags = CFG_REQUIRED,
	  .help = "file or folder of the tags" },
	{ .name = "tags_csv",
	  .kind = CFG_K_TEXTS,
	  .help = "files with long lists of tags, a row each" },
	{ .name = "access",
	  .kind = CFG_K_TEXT,
	  .flags = CFG_REQUIRED,
	  .help = "file of operators and roles" },
	{ .name = "alarms", .kind = CFG_K_TEXT, .help = "file or folder of the alarms" },
	{ .name = "screens", .kind = CFG_K_TEXT, .help = "folder of the screens" },
	{ .name = "recipes",
	  .kind = CFG_K_TEXT,
	  .help = "file or folder of the recipes" },
	{ .name = "screens_reload",
	  .kind = CFG_K_WORD,
	  .words = reload_words,
	  .help = "when a changed screen shows" },
	{ .name = "audit",
	  .kind = CFG_K_GROUP,
	  .members = station_audit_rows,
	  .help = "signing the record, and where its anchors go" },
	{ .name = "socket", .kind = CFG_K_TEXT, .help = "path of the server's socket" },
	{ .name = "state", .kind = CFG_K_TEXT, .help = "folder of the databases" },
	{ .name = "backups",
	  .kind = CFG_K_TEXT,
	  .help = "one more folder that backups may be written to" },
	{ .name = "walls",
	  .kind = CFG_K_WORD,
	  .words = wall_policy_words,
	  .help = "whether the server and its drivers run behind walls" },
	{ 0 },
};

void load_change(struct loader *l, struct cfg *file, const struct cfg_node *alarm)
{
	const char *name = cfg_as_text(cfg_get(alarm, "name"));

	for (size_t i = 0; name && i < l->n_changes; i++) {
		struct station_change *c = &l->changes[i];

		if (strcmp(name, c->alarm) != 0)
			continue;
		c->used = true;
		if (!cfg_change(file, alarm, c->setting, c->value))
			cfg_error(cfg_get(alarm, c->setting), l->diags, "wrong-type",
				  "%s of alarm \"%s\" is no single value: it cannot be "
				  "changed",
				  c->setting, c->alarm);
	}
}

/* --- the parts ---------------------------------------------------------------------- */

typedef void (*part_loader)(struct loader *l, const struct cfg_set *files);

static void part(struct loader *l, const struct cfg_node *root, const char *name,
		 part_loader load, bool *incomplete)
{
	const struct cfg_node *where = cfg_get(root, name);

	if (!cfg_as_text(where) || !*cfg_as_text(where))
		return;
	struct cfg_set files = load_part(l, where, incomplete);
	load(l, &files);
	cfg_set_release(&files);
}

static char *path_setting(const struct loader *l, const struct cfg_node *root,
			  const char *name)
{
	const char *path = cfg_as_text(cfg_get(root, name));

	if (!path || !*path)
		return NULL;
	return path[0] == '/' ? xstrdup(path) : xasprintf("%s/%s", l->d->dir, path);
}

static void load_plant(struct loader *l, const struct cfg_node *root)
{
	bool access_incomplete = false;

	part(l, root, "devices", load_devices, &l->devices_incomplete);
	load_audit(l, root);
	load_system(l, cfg_file(root));
	load_audit_tag(l, cfg_file(root));
	load_tags(l, cfg_get(root, "tags"), cfg_get(root, "tags_csv"));
	if (cfg_as_text(cfg_get(root, "alarms")) && *cfg_as_text(cfg_get(root, "alarms")))
		load_each(l, cfg_get(root, "alarms"), &l->alarms_incomplete, load_alarms,
			  NULL);
	part(l, root, "access", load_access, &access_incomplete);
}

static void load_all(struct loader *l, const struct cfg_node *root)
{
	const struct cfg_node *station = cfg_get(root, "station");
	const char *reload = cfg_as_text(cfg_get(root, "screens_reload"));
	const char *walls = cfg_as_text(cfg_get(root, "walls"));
	bool recipes_incomplete = false;

	cfg_check(root, "the station file", station_file_rows, false, l->diags);
	l->d->name = load_text(station, "name", "");
	l->d->description = load_text(station, "description", "");
	l->d->socket = path_setting(l, root, "socket");
	l->d->state = path_setting(l, root, "state");
	l->d->backups = path_setting(l, root, "backups");
	l->d->walls_given = walls && wall_policy_parse(walls, &l->d->walls);
	l->d->screens_on_save = reload && strcmp(reload, "save") == 0;
	if (!l->screens_only)
		load_plant(l, root);
	if (cfg_as_text(cfg_get(root, "screens")))
		load_screens(l, cfg_get(root, "screens"));
	if (l->screens_only)
		return;
	cross_tags(l);
	cross_devices(l);
	part(l, root, "recipes", load_recipes, &recipes_incomplete);
	cross_alarms(l);
	cross_notify(l);
	cross_audit(l);
	cross_access(l);
	if (l->lint && !l->diags->errors) /* what is wrong comes first */
		lint_alarms(l);
}

static void release(struct loader *l)
{
	for (size_t i = 0; i < l->n_tag_notes; i++)
		if (l->tag_notes[i].place)
			expr_free(l->tag_notes[i].place->expr);
	free(l->tag_notes);
	arena_free(l->scratch);
	settings_release(&l->settings);
	free(l->alarm_notes);
	free(l->classes);
	free(l->areas);
	free(l->groups);
	strmap_free(l->class_index);
	strmap_free(l->area_index);
	strmap_free(l->group_index);
	free(l->device_places);
	free(l->shown);
}

/* --- opening ------------------------------------------------------------------------ */

/* "config/" of "config/sightglass.cfg", "" of "sightglass.cfg"; owned. */
static char *folder_shown(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? xstrndup(path, (size_t)(slash - path + 1)) : xstrdup("");
}

static char *folder_real(const char *shown)
{
	char full[PATH_MAX];

	return xstrdup(realpath(shown[0] ? shown : ".", full) ? full : shown);
}

static void note_station_file(struct loader *l, const char *name, const struct cfg *c)
{
	char **path = GROW(&l->d->paths, &l->d->n_paths);
	size_t len;
	const char *text = cfg_text(c, &len);

	*path = xasprintf("%s/%s", l->d->dir, name);
	manifest_add(&l->d->files, name, text, len);
}

/* What grew by doubling keeps no room for more: nothing is added any more. */
static void shrink(struct station_def *d)
{
	if (d->n_alarms)
		d->alarms = xreallocarray(d->alarms, d->n_alarms, sizeof(*d->alarms));
	if (d->n_tags)
		d->tags = xreallocarray(d->tags, d->n_tags, sizeof(*d->tags));
}

/* l says how: where to report, what to change, whether to hold rules against it. */
static struct station_def *load_station(const char *path, struct loader *l)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;

	l->d = xcalloc(1, sizeof(*l->d));
	l->shown = folder_shown(path);
	l->d->dir = folder_real(l->shown);
	l->scratch = arena_new();
	struct cfg *c = cfg_load(l->d->dir, name, l->shown, l->diags);
	if (c) {
		note_station_file(l, name, c);
		load_all(l, cfg_root(c));
		manifest_sort(&l->d->files);
		manifest_hash(&l->d->files, l->d->hash);
		shrink(l->d);
		if (l->d->texts)
			arena_seal(l->d->texts);
	} else {
		station_def_free(l->d);
		l->d = NULL;
	}
	cfg_free(c);
	release(l);
	return l->d;
}

struct station_def *station_load_partial(const char *path, struct diag_list *diags)
{
	return station_load_linted(path, NULL, diags);
}

struct station_def *station_load_screens(const char *path, struct diag_list *diags)
{
	return load_station(path,
			    &(struct loader){ .diags = diags, .screens_only = true });
}

struct station_def *station_load_linted(const char *path, const struct lint_options *lint,
					struct diag_list *diags)
{
	return load_station(path, &(struct loader){ .diags = diags, .lint = lint });
}

struct station_def *station_load(const char *path, struct diag_list *diags)
{
	return station_load_changed(path, NULL, 0, diags);
}

struct station_def *station_load_changed(const char *path, struct station_change *changes,
					 size_t n_changes, struct diag_list *diags)
{
	size_t before = diags->errors;
	struct station_def *d =
		load_station(path, &(struct loader){ .diags = diags,
						     .changes = changes,
						     .n_changes = n_changes });

	if (diags->errors > before) {
		station_def_free(d);
		return NULL;
	}
	return d;
}
