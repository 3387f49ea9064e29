/*
 * main.c - sightglassd: read the station, open its store, listen, and run until told to
 * stop. Every step that fails says what, where and what to do, and leaves nothing
 * behind.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/load.h"
#include "server/notify.h"
#include "server/options.h"
#include "server/pam.h"
#include "server/record_check.h"
#include "server/service.h"
#include "server/shell.h"
#include "server/walls.h"
#include "util/alloc_guard.h"
#include "util/log.h"
#include "util/xalloc.h"

static void print_diags(const struct diag_list *diags)
{
	for (size_t i = 0; i < diags->n; i++) {
		struct strbuf line = STRBUF_INIT;
		diag_format(&diags->v[i], &line);
		fprintf(stderr, "%s\n", line.buf);
		strbuf_release(&line);
	}
}

static struct station_def *load_or_explain(const char *path)
{
	struct diag_list diags = DIAG_LIST_INIT;
	struct station_def *def = load_checked(path, &diags);

	diag_sort(&diags);
	print_diags(&diags);
	diag_list_release(&diags);
	return def;
}

/* Before anything is done for def. */
static bool is_signed(struct shell *sh, struct station_def *def)
{
	struct diag_list diags = DIAG_LIST_INIT;
	bool good = signed_judge(&sh->policy, sh->config_path, def,
				 sh->policy.state_dir != NULL, &diags);

	print_diags(&diags);
	diag_list_release(&diags);
	return good;
}

static void take_answer(struct shell *sh, struct store_answer *a)
{
	struct event ev = { .kind = EV_COMMITTED };

	if (a->kind == STORE_COMMITTED) {
		ev.u.committed.ticket = a->ticket;
		ev.u.committed.ok = a->ok;
		ev.u.committed.head = a->head;
		snprintf(ev.u.committed.why, sizeof(ev.u.committed.why), "%s", a->why);
		ev.u.committed.back = a->back;
		a->back = NULL;
	} else if (a->kind == STORE_RECORD) {
		ev.kind = EV_RECORD;
		ev.u.record_state = a->record;
	} else if (a->kind == STORE_RESERVE) {
		ev.kind = EV_RESERVE;
		ev.u.reserve.there = a->reserve.there;
		ev.u.reserve.in_use = a->reserve.in_use;
		ev.u.reserve.rows = a->reserve.rows;
		ev.u.reserve.percent = a->reserve.percent;
		snprintf(ev.u.reserve.why, sizeof(ev.u.reserve.why), "%s", a->why);
	} else {
		ev.kind = EV_ANSWER;
		ev.u.answer.session = a->session;
		ev.u.answer.req = a->req;
		ev.u.answer.frames = &a->frames;
		ev.u.answer.secret = a->secret;
	}
	shell_event(sh, &ev);
	store_answer_release(a);
}

/* Commits first: people wait for them, and the plant does. */
static void on_store_wake(uv_async_t *async)
{
	struct shell *sh = async->data;
	struct store_answer a;

	while (store_thread_next(sh->store, &a))
		take_answer(sh, &a);
	while (reader_thread_next(sh->reader, &a))
		take_answer(sh, &a);
	while (reader_thread_next(sh->reporter, &a))
		take_answer(sh, &a);
}

static void wake_loop(void *arg)
{
	struct shell *sh = arg;

	uv_async_send(&sh->store_wake);
}

static void on_terminate(uv_signal_t *handle, int sig)
{
	struct shell *sh = handle->data;

	if (sh->stopping)
		return;
	sh->stopping = true;
	log_info("stopping on %s", strsignal(sig));
	service_stopping();
	shell_event(sh, &(struct event){ .kind = EV_STOP });
}

static void on_hangup(uv_signal_t *handle, int sig)
{
	(void)sig;
	reload_request(handle->data, 0, 0, false);
}

static void watch_signal(struct shell *sh, uv_signal_t *handle, uv_signal_cb fn, int sig)
{
	uv_signal_init(&sh->loop, handle);
	handle->data = sh;
	uv_signal_start(handle, fn, sig);
}

static bool init_loop(struct shell *sh, struct strbuf *why)
{
	int rc = uv_loop_init(&sh->loop);

	if (rc < 0) {
		strbuf_setf(why, "cannot make an event loop: %s", uv_strerror(rc));
		return false;
	}
	uv_timer_init(&sh->loop, &sh->deadline);
	uv_timer_init(&sh->loop, &sh->screens_settle);
	uv_timer_init(&sh->loop, &sh->screens_again);
	uv_timer_init(&sh->loop, &sh->not_begun);
	for (size_t i = 0; i < SCREENS_FOLDERS_MAX; i++) {
		uv_fs_event_init(&sh->loop, &sh->screens_watch[i]);
		sh->screens_watch[i].data = sh;
	}
	uv_async_init(&sh->loop, &sh->store_wake, on_store_wake);
	sh->deadline.data = sh->screens_settle.data = sh;
	sh->screens_again.data = sh->not_begun.data = sh;
	sh->store_wake.data = sh;
	watch_signal(sh, &sh->sigterm, on_terminate, SIGTERM);
	watch_signal(sh, &sh->sigint, on_terminate, SIGINT);
	watch_signal(sh, &sh->sighup, on_hangup, SIGHUP);
	return true;
}

static void close_any(uv_handle_t *handle, void *arg)
{
	(void)arg;
	shell_close(handle);
}

static void run_down(struct shell *sh)
{
	sh->stopped = true;
	record_check_stop(sh->record_check);
	notify_carrier_stop(sh->notify);
	driver_process_stop_all(sh);
	sessions_stop_all(sh);
	uv_run(&sh->loop, UV_RUN_NOWAIT);
	uv_walk(&sh->loop, close_any, NULL);
	uv_run(&sh->loop, UV_RUN_DEFAULT);
	reader_thread_stop(sh->reporter);
	reader_thread_stop(sh->reader); /* they wake the loop for each answer */
	store_thread_stop(sh->store);
	uv_loop_close(&sh->loop);
	record_check_free(sh->record_check);
	hash_pool_free(sh->hashes);
	starter_stop(sh->starter);
	station_free(sh->station);
	actions_release(&sh->actions);
	free(sh->pending);
	unlink(sh->socket_path);
}

static void read_boot_id(uint8_t out[AUDIT_BOOT_ID_SIZE])
{
	char text[64] = "";
	FILE *f = fopen("/proc/sys/kernel/random/boot_id", "re");
	size_t n = 0;

	if (f && !fgets(text, sizeof(text), f))
		text[0] = '\0';
	if (f)
		fclose(f);
	for (const char *p = text; p[0] && p[1] && n < AUDIT_BOOT_ID_SIZE;) {
		unsigned byte;
		if (*p == '-') {
			p++;
		} else if (sscanf(p, "%2x", &byte) == 1) {
			out[n++] = (uint8_t)byte;
			p += 2;
		} else {
			break;
		}
	}
}

/* One server a socket, also while the other one is only starting (PR-16). */
static bool lock_run_folder(const struct shell *sh, struct strbuf *why)
{
	char path[sizeof(sh->socket_path) + sizeof(".lock")];

	snprintf(path, sizeof(path), "%s.lock", sh->socket_path);
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0)
		return true; /* held until the process ends */
	strbuf_setf(why, "another server uses %s (cannot lock %s: %s)", sh->socket_path,
		    path, strerror(errno));
	if (fd >= 0)
		close(fd);
	return false;
}

static bool choose_places(struct shell *sh, const struct server_options *o,
			  const struct station_def *def, struct strbuf *why)
{
	char dir[PATH_MAX], *slash;

	if (!server_state_dir(o, def, sh->state_dir, sizeof(sh->state_dir)) ||
	    !server_socket_path(o, def, sh->socket_path, sizeof(sh->socket_path))) {
		strbuf_setf(why,
			    "no place for state or socket is known: give --state DIR "
			    "and --socket PATH");
		return false;
	}
	snprintf(dir, sizeof(dir), "%s", sh->socket_path);
	slash = strrchr(dir, '/');
	if (slash && slash != dir) {
		*slash = '\0';
		if (!server_make_dir(dir, 0750)) {
			strbuf_setf(why, "cannot make the folder %s: %s", dir,
				    strerror(errno));
			return false;
		}
	}
	if (server_make_dir(sh->state_dir, 0700))
		return true;
	strbuf_setf(why, "cannot make the state folder %s: %s", sh->state_dir,
		    strerror(errno));
	return false;
}

/* Takes def. False with a sentence when the station cannot run. */
static bool start(struct shell *sh, const struct server_options *o,
		  struct station_def *def, struct strbuf *why)
{
	struct store_snapshot snapshot = { 0 };
	struct store_seal_options seal = { .build = SIGHTGLASS_VERSION };
	static char file[PATH_MAX];
	struct station_options options = {
		.server = "sightglassd " SIGHTGLASS_VERSION,
		.has_service_uid = true,
		.service_uid = (uint32_t)geteuid(),
		.cheap_hashes = o->cheap_hashes,
		.has_pam = pam_is_built(),
	};

	if (!choose_places(sh, o, def, why) || !walls_tight(sh, why) ||
	    !lock_run_folder(sh, why) || !init_loop(sh, why)) {
		station_def_free(def);
		return false;
	}
	sh->policy.state_dir = sh->state_dir;
	options.file = realpath(sh->config_path, file) ? file : sh->config_path;
	read_boot_id(options.boot_id);
	if (!is_signed(sh, def))
		strbuf_setf(why, "the station is not started: its files are not signed");
	else {
		starter_seal(sh->starter, def, walls_policy(o, def), sh->state_dir);
		options.walls = walls_up(sh, def, walls_policy(o, def), why);
	}
	if (!options.walls) {
		station_def_free(def);
		return false;
	}
	log_info("walls: %s", options.walls);
	seal.folder = def->audit.folder;
	memcpy(seal.boot_id, options.boot_id, sizeof(seal.boot_id));
	sh->store =
		store_thread_start(sh->state_dir, &seal, &snapshot, wake_loop, sh, why);
	if (sh->store)
		sh->reader = reader_thread_start(sh->state_dir, READER_SEARCHES,
						 wake_loop, sh, why);
	if (sh->reader)
		sh->reporter = reader_thread_start(sh->state_dir, READER_WALKS, wake_loop,
						   sh, why);
	if (!sh->reporter) {
		reader_thread_stop(sh->reader);
		store_snapshot_release(&snapshot);
		store_thread_stop(sh->store);
		station_def_free(def);
		return false;
	}
	if (sessions_listen(sh, o->socket_mode, why) != SG_OK) {
		store_snapshot_release(&snapshot);
		reader_thread_stop(sh->reporter);
		reader_thread_stop(sh->reader);
		store_thread_stop(sh->store);
		station_def_free(def);
		return false;
	}
	sh->notify = notify_carrier_new(sh);
	sh->hashes = hash_pool_new(sh);
	sh->station = station_new(def, &snapshot, &options, clock_now(), &sh->actions);
	store_snapshot_release(&snapshot);
	xalloc_trim();
	return true;
}

static void harden(void)
{
	static const int ignored[] = { SIGPIPE, SIGUSR1, SIGUSR2, SIGALRM };

	setlocale(LC_CTYPE, "C.UTF-8"); /* how wide a character on a screen is */
	umask(077);
	wall_basics();
	/* what nobody has a reason to send must not end a station */
	for (size_t i = 0; i < sizeof(ignored) / sizeof(ignored[0]); i++)
		signal(ignored[i], SIG_IGN);
}

static int fail(struct strbuf *why)
{
	log_error("%s", why->buf);
	strbuf_release(why);
	return 1;
}

int main(int argc, char **argv)
{
	static struct shell sh;
	struct server_options o;
	struct strbuf why = STRBUF_INIT;
	int rc = server_options_parse(argc, argv, &o);

	if (rc >= 0)
		return rc;
	xalloc_libraries_too = true; /* in this thread; the store answers for itself */
	log_open("sightglassd", o.verbose ? LOG_L_DEBUG : LOG_L_INFO);
	harden();
	xalloc_thrifty();
	sh.config_path = o.config;
	sh.policy = (struct signed_policy){ .keys = o.config_keys,
					    .warn_only = o.unsigned_warns };
	if (!walls_become(&o, &why))
		return fail(&why);
	if (!o.check_only) {
		service_open();
		sh.starter = starter_launch(o.config, &sh.policy, walls_policy(&o, NULL),
					    &why);
		if (!sh.starter)
			return fail(&why);
		starter_runs_checks(sh.starter);
	}
	struct station_def *def = load_or_explain(o.config);
	if (!def)
		return 1;
	if (o.check_only) {
		bool good = is_signed(&sh, def);
		station_def_free(def);
		return good ? 0 : 1;
	}
	if (o.cheap_hashes)
		log_warn("--cheap-hashes: passwords are hashed for a test, not for a "
			 "plant");
	if (!start(&sh, &o, def, &why))
		return fail(&why);
	log_info("station %s at %s, state in %s", station_current_def(sh.station)->name,
		 sh.socket_path, sh.state_dir);
	shell_event(&sh,
		    &(struct event){ .kind = EV_TIME }); /* carries the first actions */
	measure_start(&sh);
	screens_watch_start(&sh);
	sh.record_check = record_check_start(&sh);
	service_ready(station_current_def(sh.station)->name);
	uv_run(&sh.loop, UV_RUN_DEFAULT);
	run_down(&sh);
	log_info("stopped");
	return 0;
}
