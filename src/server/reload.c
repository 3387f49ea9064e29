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
#include "server/starter.h"
#include "station/screen_keep.h"
#include "util/intern.h"
#include "util/log.h"
#include "util/xalloc.h"

enum {
	GONE_MS = 2000, /* the folder may come back */
	AGAIN_MS = 300, /* a file that looks broken may be half written */
	LINT_TAGS_MAX =
		50000 /* more are not read again to judge a screen that was saved */
};

struct reload_job {
	uv_work_t work;
	struct reload_job *next;
	struct shell *shell;
	uint64_t session;
	uint32_t req;
	bool dry_run, screens_only, with_tags, second_look;
	struct station_file *older; /* of the screens, owned */
	size_t n_older;
	struct station_def *def;
	struct diag_list diags;
};

static void queue(struct shell *sh, struct reload_job job);

/* The starter of programs has to find the same files good: what they have executed is
 * its to judge. */
static bool starter_agrees(struct reload_job *job)
{
	struct strbuf why = STRBUF_INIT;
	bool good = job->dry_run || starter_look(job->shell->starter, job->def, &why);

	if (!good)
		diag_add(&job->diags, DIAG_ERROR, intern(job->shell->config_path), 0, 0,
			 "programs", "its programs of notify cannot be settled: %s",
			 why.buf);
	strbuf_release(&why);
	return good;
}

static void in_pool(uv_work_t *work)
{
	struct reload_job *job = work->data;
	const struct signed_policy *policy = &job->shell->policy;
	const char *path = job->shell->config_path;

	xalloc_libraries_too = true; /* half a station is none */
	if (!job->screens_only) {
		job->def = load_checked(path, &job->diags);
		if (job->def &&
		    (!signed_judge(policy, path, job->def, !job->dry_run, &job->diags) ||
		     !starter_agrees(job))) {
			station_def_free(job->def);
			job->def = NULL;
		}
		return;
	}
	job->def = load_for_screens(path, job->with_tags, policy, &job->diags);
	if (job->def)
		station_keep_older(job->def, job->older, job->n_older);
}

static void on_again(uv_timer_t *timer)
{
	queue(timer->data,
	      (struct reload_job){ .screens_only = true, .second_look = true });
}

/* A file that is broken otherwise than a moment ago, or gone. */
static bool looks_unfinished(const struct reload_job *job)
{
	const struct station_def *now = job->def;

	for (size_t i = 0; i < now->n_screens; i++) {
		const struct station_file *f = &now->screens[i];
		const struct station_file *old =
			station_file_find(job->older, job->n_older, f->path);
		const char *was = !old ? NULL : old->kept ? old->kept : old->mistake;
		const char *is = f->kept ? f->kept : f->mistake;

		if (is && (!was || strcmp(is, was) != 0))
			return true;
	}
	return now->n_screens < job->n_older;
}

/* A folder that is gone or empty is no order to clear every console: it is on its way to
 * somewhere, and whoever means it reloads. */
static bool all_gone(struct reload_job *job)
{
	struct shell *sh = job->shell;
	bool gone = job->def->n_screens == 0 && job->n_older > 0;

	if (gone && !sh->screens_gone)
		log_warn(
			"the folder of screens is gone or empty: consoles keep what they "
			"have until it is back or the station is reloaded");
	sh->screens_gone = gone;
	return gone;
}

/* True when nothing shall come of this look: there will be another one. */
static bool look_again(struct reload_job *job)
{
	uint64_t ms = all_gone(job)                                ? GONE_MS
		      : !job->second_look && looks_unfinished(job) ? AGAIN_MS
								   : 0;

	if (ms)
		uv_timer_start(&job->shell->screens_again, on_again, ms, 0);
	return ms > 0;
}

/* Only the screens of what was read are of use here. */
static void tell_screens(struct reload_job *job)
{
	struct event ev = { .kind = EV_SCREENS };

	if (!job->def)
		return;
	if (look_again(job)) {
		station_def_free(job->def);
		return;
	}
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
	if (!job->dry_run && !job->shell->stopped &&
	    station_current_def(job->shell->station) == job->def)
		starter_accept(job->shell->starter, job->def);
	if (!job->dry_run && !job->shell->stopped)
		driver_process_rewall(job->shell);
}

static void start_next(struct shell *sh);

/* Frees job; the next one may begin. */
static void finish(struct reload_job *job)
{
	struct shell *sh = job->shell;

	if (sh->stopped)
		station_def_free(job->def);
	else if (job->screens_only)
		tell_screens(job);
	else
		tell_station(job);
	diag_list_release(&job->diags);
	station_files_free(job->older, job->n_older);
	free(job);
	sh->loading = NULL;
}

static void done(uv_work_t *work, int status)
{
	struct reload_job *job = work->data;
	struct shell *sh = job->shell;

	(void)status;
	finish(job);
	xalloc_trim();
	screens_watch_start(sh); /* the folder may be another one now */
	start_next(sh);
}

/* The pool may not look at what the loop owns. */
static void take_along(struct reload_job *job)
{
	const struct station_def *def = station_current_def(job->shell->station);

	job->with_tags = def->n_tags <= LINT_TAGS_MAX;
	job->older = station_files_copy(def->screens, def->n_screens);
	job->n_older = def->n_screens;
}

static void on_not_begun(uv_timer_t *timer)
{
	struct shell *sh = timer->data;

	finish(sh->loading);
	start_next(sh);
}

/* Whoever asked waits for an answer, which comes from the loop as ever. */
static void cannot_begin(struct shell *sh, int rc)
{
	if (sh->stopped) {
		finish(sh->loading);
		return;
	}
	diag_add(&sh->loading->diags, DIAG_ERROR, intern(sh->config_path), 0, 0, "busy",
		 "reading the station's files cannot begin (%s): try again",
		 uv_strerror(rc));
	uv_timer_start(&sh->not_begun, on_not_begun, 0, 0);
}

static void start_next(struct shell *sh)
{
	struct reload_job *job;

	while (!sh->loading && (job = sh->waiting)) {
		sh->waiting = job->next;
		if (job->screens_only)
			take_along(job);
		sh->loading = job;
		int rc = sh->stopped
				 ? UV_ECANCELED
				 : uv_queue_work(&sh->loop, &job->work, in_pool, done);
		if (rc < 0)
			cannot_begin(sh, rc);
	}
}

/* Nobody waits for an answer, and it has not begun: it will see the newest files. */
static bool serves_both(const struct reload_job *a, const struct reload_job *b)
{
	return !a->session && !b->session && a->screens_only == b->screens_only &&
	       a->second_look == b->second_look;
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

void screens_look(struct shell *sh)
{
	queue(sh, (struct reload_job){ .screens_only = true });
}
