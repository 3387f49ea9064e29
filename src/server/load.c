/* load.c - the station loader and the drivers' own judgement, one after the other. */
#include "server/load.h"

#include <stdlib.h>
#include <string.h>

#include "config/others.h"
#include "driver/check.h"
#include "server/shell.h"
#include "server/signed.h"
#include "util/log.h"
#include "util/program.h"
#include "util/strbuf.h"

/* A mistake on a screen stops nobody: the rest of the picture is shown. */
static void log_screen_findings(const struct station_def *def)
{
	struct diag_list found = DIAG_LIST_INIT;

	station_check_screens(def, false, &found);
	diag_sort(&found);
	for (size_t i = 0; i < found.n; i++) {
		struct strbuf line = STRBUF_INIT;
		diag_format(&found.v[i], &line);
		log_warn("%s", line.buf);
		strbuf_release(&line);
	}
	diag_list_release(&found);
}

struct station_def *load_trusted(const char *path, struct diag_list *diags)
{
	struct station_def *def = station_load(path, diags);

	/* `sightglass check` only warns of them: what a checkout's modes are on another
	 * machine says nothing about this one. Here they decide. */
	if (diag_raise(diags, CFG_OPEN_ID)) {
		station_def_free(def);
		return NULL;
	}
	return def;
}

struct station_def *load_checked(const char *path, struct diag_list *diags)
{
	struct station_def *def = load_trusted(path, diags);

	if (!def)
		return NULL;
	struct driver_check in = {
		.find = program_find,
		.devices = def->devices,
		.n_devices = def->n_devices,
		.tags = def->tags,
		.n_tags = def->n_tags,
		.own_device_settings = station_device_settings,
		.own_tag_settings = station_tag_settings,
	};
	driver_check(&in, diags);
	if (diags->errors == 0) {
		log_screen_findings(def);
		station_judge_screens(def);
		return def;
	}
	station_def_free(def);
	return NULL;
}

/* Nothing of it is shown: its older version stays, or no picture. */
static void refuse_screen(struct station_file *f, const struct diag *d)
{
	struct strbuf line = STRBUF_INIT;

	diag_format(d, &line);
	free(f->mistake);
	f->mistake = strbuf_detach(&line);
	f->text[0] = '\0';
	f->len = 0;
}

/* Others could exchange it, or nobody signed what is in it. */
static bool is_untrusted(const struct diag *d)
{
	return strcmp(d->id, CFG_OPEN_ID) == 0 || strcmp(d->id, SIGNED_ID) == 0;
}

struct station_def *load_for_screens(const char *path, bool with_tags,
				     const struct signed_policy *policy,
				     struct diag_list *diags)
{
	struct station_def *def = with_tags ? station_load_partial(path, diags)
					    : station_load_screens(path, diags);

	if (!def)
		return NULL;
	station_judge_screens(def);
	diag_raise(diags, CFG_OPEN_ID);
	signed_judge_screens(policy, path, def, diags);
	for (size_t i = 0; i < diags->n; i++)
		for (size_t k = 0; k < def->n_screens; k++)
			if (is_untrusted(&diags->v[i]) &&
			    strcmp(diags->v[i].file, def->screens[k].path) == 0)
				refuse_screen(&def->screens[k], &diags->v[i]);
	return def;
}
