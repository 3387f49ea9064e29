/*
 * shell.h - what carries events to the station and its actions out: the only part of
 * the server that does I/O.
 *
 * One libuv loop, one thread; the store has a thread of its own (store_thread.h) and
 * slow look-ups go to libuv's pool. Every module here turns something that happened
 * into a struct event and calls shell_event(); shell.c carries the actions that come
 * back to the module that can perform them. Nothing here decides anything.
 */
#ifndef SG_SERVER_SHELL_H
#define SG_SERVER_SHELL_H

#include <stdbool.h>
#include <uv.h>

#include "server/reader_thread.h"
#include "server/signed.h"
#include "server/starter.h"
#include "server/store_thread.h"
#include "station/station.h"
#include "util/err.h"

struct driver_slot;    /* driver_process.c */
struct session_slot;   /* sessions.c */
struct reload_job;     /* reload.c */
struct notify_carrier; /* notify.c */
struct record_check;   /* record_check.c */
struct hash_pool;      /* hash_pool.c */

/* A folder that screens lie in: another one of the same name is another one. */
enum { SCREENS_FOLDERS_MAX = 64 };
struct screens_folder {
	char path[1024];
	uint64_t device, inode;
};

struct shell {
	uv_loop_t loop;
	struct station *station;
	struct actions actions; /* reused by every step */
	bool stepping;          /* events that happen meanwhile wait in `pending` */
	struct event *pending;
	size_t n_pending, cap_pending;
	bool stopping, stopped;

	uv_timer_t deadline; /* the station's next due time */
	uv_timer_t measure;  /* each second: measure.c */
	uv_timer_t watchdog; /* of the service manager: the same */
	uv_signal_t sigterm, sigint, sighup;
	uv_async_t store_wake;
	uv_fs_event_t
		screens_watch[SCREENS_FOLDERS_MAX]; /* the first of them are at it */
	struct screens_folder screens_folder[SCREENS_FOLDERS_MAX];
	size_t n_screens_watch;
	uv_timer_t screens_settle, screens_again;
	uv_timer_t not_begun; /* of a reload that the pool did not take */
	bool screens_gone;
	struct mono screens_touched; /* by what is not looked at yet; 0 = nothing */

	struct store_thread *store;
	struct reader_thread *reader;   /* searches */
	struct reader_thread *reporter; /* reports */
	struct starter *starter;        /* of drivers and other programs */
	struct driver_slot *drivers;
	struct notify_carrier *notify;
	struct record_check *record_check; /* NULL = none runs */
	uv_poll_t listener;                /* on listen_fd */
	uv_timer_t accept_again;
	int listen_fd, spare_fd; /* spare: to tell one that descriptors are used up */
	struct mono accept_warned;
	struct session_slot *sessions;
	uint64_t last_session;

	const char *config_path; /* station file; borrowed */
	struct signed_policy policy;
	char state_dir[4096], socket_path[4096];
	struct reload_job *loading; /* in the pool; one at a time, in order */
	struct reload_job *waiting; /* to be loaded after it */
	struct hash_pool *hashes;   /* hash_pool.c */
	struct mono last_measured;
	int64_t slept_ms;           /* the machine, since it started */
	int64_t wall_minus_mono_ms; /* to notice steps of the wall clock */
};

/* Lets the station take one event and carries what it answers. Borrowed parts of ev are
 * used before it returns, unless a step is running: such events carry no pointers. */
void shell_event(struct shell *sh, const struct event *ev);
/* For handles that are closed while the loop runs down. */
void shell_close(uv_handle_t *handle);

/* driver_process.c */
void driver_process_start(struct shell *sh, const struct action *a);
void driver_process_send(struct shell *sh, const struct action *a);
void driver_process_kill(struct shell *sh, const struct action *a);
void driver_process_stop_all(struct shell *sh);
/* What the wall of that driver's process has to let pass for these devices; added. */
void driver_needs(const struct station_def *def, const char *driver,
		  struct wall_needs *out);
/* After a reload: drivers that need a wider wall start anew. */
void driver_process_rewall(struct shell *sh);

/* sessions.c */
enum sg_err sessions_listen(struct shell *sh, mode_t mode, struct strbuf *why);
void sessions_send(struct shell *sh, const struct action *a);
void sessions_send_each(struct shell *sh, const struct action *a);
void sessions_close(struct shell *sh, const struct action *a);
void sessions_stop_all(struct shell *sh);

/* measure.c */
void measure_start(struct shell *sh);

/* reload.c */
void reload_request(struct shell *sh, uint64_t session, uint32_t req, bool dry_run);
/* Reads the screens when it is their turn. */
void screens_look(struct shell *sh);

/* --- screens_watch.c --- */
/* Watches the folders as they are now. */
void screens_watch_start(struct shell *sh);

/* --- hash_pool.c --- */
struct hash_pool *hash_pool_new(struct shell *sh);
/* Takes the action's job: one is computed at a time (SEC-10), in libuv's pool. */
void hash_pool_take(struct shell *sh, const struct action *a);
/* After the loop has run down. */
void hash_pool_free(struct hash_pool *pool);

#endif
