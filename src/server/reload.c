/*
 * reload.c - reading the files again: the station on request (SIGHUP, `sightglass
 * reload`), the screens when one is saved. Both are read in libuv's pool, so that
 * polling and sessions go on meanwhile; one after the other, so that what was read
 * first never replaces what was read later.
 */
#include "server/shell.h"

#include <stdlib.h>
#include <string.h>

#include "server/load.h"
#include "util/log.h"
#include "util/xalloc.h"

/* Editors write a file in several steps: look when it has been quiet this long. */
enum { SETTLE_MS = 200 };

struct reload_job {
	uv_work_t work;
	struct reload_job *next;
	struct shell *shell;
	uint64_t session;
	uint32_t req;
	bool dry_run, screens_only;
	struct station_def *def;
	struct diag_list diags;
};

static void in_pool(uv_work_t *work)
{
	struct reload_job *job = work->data;

	xalloc_libraries_too = true; /* half a station is none */
	if (!job->screens_only) {
		job->def = load_checked(job->shell->config_path, &job->diags);
		return;
	}
	job->def = load_for_screens(job->shell->config_path, &job->diags);
}

/* Only the screens of what was read are of use here. */
static void tell_screens(struct reload_job *job)
{
	struct event ev = { .kind = EV_SCREENS };

	if (!job->def)
		return;
	ev.u.screens.files = job->def->screens;
	ev.u.screens.n = job->def->n_screens;
	job->def->screens = NULL;
	job->def->n_screens = 0;
	shell_event(job->shell, &ev);
	station_def_free(job->def);
}

static void tell_station(struct reload_job *job)
{
	struct event ev = { .kind = EV_RELOADED };

	ev.u.reloaded.session = job->session;
	ev.u.reloaded.req = job->req;
	ev.u.reloaded.dry_run = job->dry_run;
	ev.u.reloaded.def = job->def;
	ev.u.reloaded.diags = &job->diags;
	shell_event(job->shell, &ev);
}

static void start_next(struct shell *sh);

static void done(uv_work_t *work, int status)
{
	struct reload_job *job = work->data;
	struct shell *sh = job->shell;

	(void)status;
	if (sh->stopped)
		station_def_free(job->def);
	else if (job->screens_only)
		tell_screens(job);
	else
		tell_station(job);
	diag_list_release(&job->diags);
	free(job);
	xalloc_trim();
	sh->loading = NULL;
	screens_watch_start(sh); /* the folder may be another one now */
	start_next(sh);
}

static void start_next(struct shell *sh)
{
	struct reload_job *job;

	while (!sh->loading && (job = sh->waiting)) {
		sh->waiting = job->next;
		if (!sh->stopped &&
		    uv_queue_work(&sh->loop, &job->work, in_pool, done) == 0) {
			sh->loading = job;
			return;
		}
		if (!sh->stopped)
			log_error("cannot queue reading the station's files");
		free(job);
	}
}

/* Nobody waits for an answer, and it has not begun: it will see the newest files. */
static bool serves_both(const struct reload_job *a, const struct reload_job *b)
{
	return !a->session && !b->session && a->screens_only == b->screens_only;
}

static void queue(struct shell *sh, struct reload_job job)
{
	struct reload_job *j, **at;

	for (at = &sh->waiting; *at; at = &(*at)->next)
		if (serves_both(*at, &job))
			return;
	j = xmalloc(sizeof(*j));
	*j = job;
	j->shell = sh;
	j->work.data = j;
	*at = j;
	start_next(sh);
}

void reload_request(struct shell *sh, uint64_t session, uint32_t req, bool dry_run)
{
	queue(sh,
	      (struct reload_job){ .session = session, .req = req, .dry_run = dry_run });
}

static void on_settled(uv_timer_t *timer)
{
	queue(timer->data, (struct reload_job){ .screens_only = true });
}

/* The folder is watched, not the files: editors replace a file by renaming. */
static void on_change(uv_fs_event_t *watch, const char *name, int events, int status)
{
	struct shell *sh = watch->data;

	(void)events;
	if (status == 0 && name && name[0] != '.')
		uv_timer_start(&sh->screens_settle, on_settled, SETTLE_MS, 0);
}

static void watch(uv_fs_event_t *handle, const char *dir)
{
	uv_fs_event_stop(handle);
	if (!dir[0])
		return;
	int rc = uv_fs_event_start(handle, on_change, dir, 0);
	if (rc < 0 && rc != UV_ENOENT) /* a station need not have a lib/ */
		log_warn("cannot watch %s: %s; `sightglass reload` still reads it", dir,
			 uv_strerror(rc));
}

void screens_watch_start(struct shell *sh)
{
	const struct station_def *def = station_current_def(sh->station);
	const char *dir =
		def->screens_on_save && def->screens_dir ? def->screens_dir : "";
	char lib[sizeof(sh->screens_dir) + sizeof("/lib")] = "";

	if (sh->stopped || strcmp(dir, sh->screens_dir) == 0)
		return;
	snprintf(sh->screens_dir, sizeof(sh->screens_dir), "%s", dir);
	if (dir[0])
		snprintf(lib, sizeof(lib), "%s/lib", sh->screens_dir);
	watch(&sh->screens_watch[0], dir);
	watch(&sh->screens_watch[1], lib);
}
