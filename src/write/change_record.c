/*
 * change_record.c - the row of a set among the stored intents: enough to say after a
 * restart which lines were written and which were never begun. Never enough to go on.
 */
#include "write/change_set_int.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/bytes.h"
#include "util/xalloc.h"

enum { RECORD_VERSION = 1, SHOWN_MAX = 100 };

/* Long texts are cut: a hundred lines have to fit into one row. */
static void put_shown(struct strbuf *w, const char *text)
{
	char shown[SHOWN_MAX + 1];

	snprintf(shown, sizeof(shown), "%.*s", SHOWN_MAX, text);
	bytes_put_str(w, shown);
}

void write_set_put(struct strbuf *w, const struct write_set *set)
{
	bytes_put_u8(w, RECORD_VERSION);
	bytes_put_str(w, set->who.name);
	bytes_put_str(w, set->who.actor);
	bytes_put_str(w, set->who.from);
	bytes_put_u32(w, set->who.uid);
	bytes_put_i64(w, set->signed_ms);
	bytes_put_str(w, set->title);
	bytes_put_str(w, set->reason);
	bytes_put_u16(w, (uint16_t)set->n);
	for (size_t i = 0; i < set->n; i++) {
		bytes_put_str(w, set->lines[i].tag);
		bytes_put_str(w, set->lines[i].unit);
		put_shown(w, set->lines[i].old_value);
		put_shown(w, set->lines[i].new_value);
	}
}

bool write_set_get(const void *p, size_t n, struct write_set *set)
{
	struct bytes_reader b = bytes_reader(p, n);
	bool known = bytes_u8(&b) == RECORD_VERSION;

	bytes_str(&b, set->who.name, sizeof(set->who.name));
	bytes_str(&b, set->who.actor, sizeof(set->who.actor));
	bytes_str(&b, set->who.from, sizeof(set->who.from));
	set->who.uid = bytes_u32(&b);
	set->signed_ms = bytes_i64(&b);
	bytes_str(&b, set->title, sizeof(set->title));
	bytes_str(&b, set->reason, sizeof(set->reason));
	set->n = bytes_u16(&b);
	if (!known || b.failed || set->n > WIRE_CHANGES_MAX)
		return false;
	set->lines = xcalloc(set->n, sizeof(*set->lines));
	for (size_t i = 0; i < set->n; i++) {
		struct write_line *l = &set->lines[i];

		bytes_str(&b, l->tag, sizeof(l->tag));
		bytes_str(&b, l->unit, sizeof(l->unit));
		bytes_str(&b, l->old_value, sizeof(l->old_value));
		bytes_str(&b, l->new_value, sizeof(l->new_value));
		l->state = CHANGE_NOT_SENT;
	}
	return bytes_done(&b);
}

/* --- a start ------------------------------------------------------------------------ */

/* "line 7 of 20: accepted": lines before it are done, or the set had stopped. */
static void take_progress(struct write_set *set, const char *progress)
{
	static const char behind[] = "the server ended before its turn";
	const char *colon = progress ? strchr(progress, ':') : NULL;
	size_t at = 0;

	if (progress && strncmp(progress, "line ", 5) == 0)
		at = (size_t)strtoull(progress + 5, NULL, 10);
	for (size_t i = 0; i < set->n; i++) {
		struct write_line *l = &set->lines[i];

		if (i + 1 < at) {
			l->state = CHANGE_DONE;
		} else if (i + 1 > at) {
			snprintf(l->text, sizeof(l->text), "%s", behind);
		} else if (!colon || strcmp(colon, ": unknown") == 0) {
			l->state = CHANGE_UNKNOWN;
			snprintf(l->text, sizeof(l->text),
				 "the server ended while it was in hand: see what is in "
				 "doubt");
		} else if (strcmp(colon, ": accepted") == 0) {
			l->state = CHANGE_UNREAD;
			snprintf(l->text, sizeof(l->text),
				 "accepted; the server ended before it was read back");
		} else if (strcmp(colon, ": refused") == 0) {
			l->state = CHANGE_DECLINED;
		}
	}
}

static void say(struct write_set *set)
{
	snprintf(set->text, sizeof(set->text),
		 "the server ended in the middle: %zu of %zu done, %zu not sent%s",
		 write_set_count(set, CHANGE_DONE), set->n,
		 write_set_count(set, CHANGE_NOT_SENT),
		 write_set_count(set, CHANGE_UNKNOWN) ? ", 1 unknown" : "");
}

void write_set_restore(struct write_gate *g, const struct stored_write *w, struct now now)
{
	struct write_set *set = xcalloc(1, sizeof(*set));
	struct txn *t = g->host->txn(g->host->arg, true);

	set->request = w->request;
	set->phase = SET_ENDED;
	set->due = MONO_NEVER;
	if (!write_set_get(w->body.buf, w->body.len, set)) {
		snprintf(set->who.actor, sizeof(set->who.actor), "system");
		set->n = 0;
	}
	take_progress(set, w->outcome);
	say(set);
	txn_add(t, TXN_OUTCOME, set->request, "stopped (restart)")->settled = true;
	write_set_note(g, t, AUDIT_CHANGES_END, set, "stopped (restart)", set->text, now);
	g->host->commit(g->host->arg, t, WRITE_COMMIT_NOTE, 0);
	*GROW(&g->sets, &g->n_sets) = set;
}
