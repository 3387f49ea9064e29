/* shell.c - one event in, the station's actions out: the carrier and nothing more. */
#include "server/shell.h"

#include <stdlib.h>
#include <string.h>

#include "server/audit_search.h"
#include "server/notify.h"
#include "server/report.h"
#include "util/log.h"
#include "util/xalloc.h"

void shell_close(uv_handle_t *handle)
{
	if (!uv_is_closing(handle))
		uv_close(handle, NULL);
}

static void commit(struct shell *sh, const struct action *a)
{
	store_thread_commit(sh->store, a->txn);
}

static void audit_list(struct shell *sh, const struct action *a)
{
	store_thread_audit_list(sh->store, a->session, a->req, a->num, (uint32_t)a->num2);
}

static void journal(struct shell *sh, const struct action *a)
{
	struct wire_journal ask;

	if (wire_get_journal((const uint8_t *)a->bytes.buf, a->bytes.len, &ask))
		reader_thread_search(sh->reader, a->session, &ask);
}

static void backup(struct shell *sh, const struct action *a)
{
	store_thread_backup(sh->store, a->session, a->req, a->name);
}

static void seal_key(struct shell *sh, const struct action *a)
{
	store_thread_seal_key(sh->store, a->session, a->req, a->num != 0);
}

static void anchor_check(struct shell *sh, const struct action *a)
{
	store_thread_check_anchor(sh->store, a->name, a->bytes.buf);
}

static void reload(struct shell *sh, const struct action *a)
{
	reload_request(sh, a->session, a->req, a->dry_run);
}

static void log_text(struct shell *sh, const struct action *a)
{
	(void)sh;
	log_line(a->level, "%s", a->name);
}

static void stopped(struct shell *sh, const struct action *a)
{
	(void)a;
	sh->stopped = true;
	uv_stop(&sh->loop);
}

static void (*const carriers[])(struct shell *sh, const struct action *a) = {
	[ACT_DRIVER_START] = driver_process_start,
	[ACT_DRIVER_SEND] = driver_process_send,
	[ACT_DRIVER_KILL] = driver_process_kill,
	[ACT_SESSION_SEND] = sessions_send,
	[ACT_SESSIONS_SEND] = sessions_send_each,
	[ACT_SESSION_CLOSE] = sessions_close,
	[ACT_RELOAD] = reload,
	[ACT_AUDIT_LIST] = audit_list,
	[ACT_AUDIT_SEARCH] = audit_search_request,
	[ACT_JOURNAL] = journal,
	[ACT_REPORT] = report_request,
	[ACT_BACKUP] = backup,
	[ACT_SEAL_KEY] = seal_key,
	[ACT_ANCHOR_CHECK] = anchor_check,
	[ACT_SYSLOG] = notify_syslog,
	[ACT_NOTIFY] = notify_carry,
	[ACT_HASH] = hash_pool_take,
	[ACT_LOG] = log_text,
	[ACT_STOPPED] = stopped,
};

/* All commits before action n that have not gone yet, in their order. */
static void hand_over(struct shell *sh, size_t *at, size_t n)
{
	for (; *at < n; (*at)++) {
		struct action *a = &sh->actions.v[*at];

		if (a->kind != ACT_COMMIT)
			continue;
		commit(sh, a);
		a->txn = NULL; /* the store has taken it */
	}
}

static bool overtakes(const struct action *a)
{
	return a->kind == ACT_SESSION_SEND || a->kind == ACT_SESSIONS_SEND;
}

/* A commit for which nobody waits lets answers to people go first: waking the store's
 * thread takes as long as answering. Everything else finds it handed over. */
static void carry(struct shell *sh)
{
	size_t committed = 0;

	for (size_t i = 0; i < sh->actions.n; i++) {
		struct action *a = &sh->actions.v[i];

		if (a->kind == ACT_COMMIT) {
			if (a->txn->urgent)
				hand_over(sh, &committed, i + 1);
			continue;
		}
		if (!overtakes(a))
			hand_over(sh, &committed, i);
		carriers[a->kind](sh, a);
		if (a->kind == ACT_HASH)
			a->hash = NULL; /* the pool has taken it */
	}
	hand_over(sh, &committed, sh->actions.n);
	actions_clear(&sh->actions);
}

static void keep_for_later(struct shell *sh, const struct event *ev)
{
	if (sh->n_pending == sh->cap_pending) {
		sh->cap_pending = sh->cap_pending ? sh->cap_pending * 2 : 16;
		sh->pending =
			xreallocarray(sh->pending, sh->cap_pending, sizeof(*sh->pending));
	}
	sh->pending[sh->n_pending++] = *ev;
}

static void on_deadline(uv_timer_t *timer)
{
	struct shell *sh = timer->data;

	shell_event(sh, &(struct event){ .kind = EV_TIME });
}

static void arm_deadline(struct shell *sh)
{
	struct mono due = station_next_deadline(sh->station);

	if (due.ns == INT64_MAX) {
		uv_timer_stop(&sh->deadline);
		return;
	}
	/* rounded up, so that the timer never fires a moment early and finds nothing */
	int64_t ns = due.ns - clock_mono().ns;
	uint64_t ms = ns > 0 ? (uint64_t)(ns + 999999) / 1000000 : 0;
	uv_update_time(&sh->loop);
	uv_timer_start(&sh->deadline, on_deadline, ms, 0);
}

void shell_event(struct shell *sh, const struct event *ev)
{
	if (sh->stepping) {
		keep_for_later(sh, ev);
		return;
	}
	sh->stepping = true;
	station_step(sh->station, ev, clock_now(), &sh->actions);
	carry(sh);
	for (size_t i = 0; i < sh->n_pending; i++) {
		struct event next = sh->pending[i]; /* the array may move meanwhile */
		station_step(sh->station, &next, clock_now(), &sh->actions);
		carry(sh);
	}
	sh->n_pending = 0;
	sh->stepping = false;
	arm_deadline(sh);
}
