/* audit_search.c - searching the audit record beside the store: from the newest record
 * down, or from the oldest up, in pieces that hold no transaction long. There is no
 * index: the record is the one thing that is never made from anything else, and two
 * hundred thousand records are read in a second. */
#include <stdlib.h>
#include <string.h>

#include "audit/record.h"
#include "store/db.h"
#include "store/reader_int.h"
#include "util/area.h"
#include "util/strbuf.h"

enum { PIECE = 1000 };

/* --- one record --------------------------------------------------------------------- */

static bool is_any(const char *want)
{
	return !want || !want[0];
}

static bool is_of_kind(const struct store_audit_ask *q, enum audit_kind kind)
{
	uint64_t any = 0;

	for (size_t i = 0; i < STORE_AUDIT_KINDS; i++)
		any |= q->kinds[i];
	return !any || ((unsigned)kind / 64 < STORE_AUDIT_KINDS &&
			q->kinds[(unsigned)kind / 64] >> ((unsigned)kind % 64) & 1u);
}

static bool did(const struct audit_record *r, const char *who)
{
	return strcmp(r->actor, who) == 0 || strcmp(r->person, who) == 0 ||
	       strcmp(r->approver, who) == 0;
}

static bool holds_word(const struct audit_record *r, const char *word)
{
	const char *const texts[] = { audit_kind_name(r->kind),
				      r->subject,
				      r->detail,
				      r->actor,
				      r->person,
				      r->approver,
				      r->reason,
				      r->result,
				      r->old_value,
				      r->new_value,
				      r->unit,
				      r->area,
				      r->from,
				      r->roles };

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (strcasestr(texts[i], word))
			return true;
	return false;
}

static bool holds_words(const struct audit_record *r, const char *text)
{
	char word[STORE_SEARCH_TEXT];

	while (*(text += strspn(text, " "))) {
		size_t n = strcspn(text, " ");
		if (n >= sizeof(word))
			return false;
		memcpy(word, text, n);
		word[n] = '\0';
		if (!holds_word(r, word))
			return false;
		text += n;
	}
	return true;
}

static bool is_wanted(const struct store_audit_ask *q, const struct audit_record *r)
{
	return r->wall_ms >= q->from.ms && (!q->to.ms || r->wall_ms < q->to.ms) &&
	       is_of_kind(q, r->kind) && (is_any(q->by) || did(r, q->by)) &&
	       (is_any(q->subject) || strcmp(r->subject, q->subject) == 0) &&
	       (is_any(q->area) || area_holds(q->area, r->area)) &&
	       (is_any(q->text) || holds_words(r, q->text));
}

/* --- all of them -------------------------------------------------------------------- */

struct look {
	struct store_reader *r;
	const struct store_audit_ask *ask;
	store_audit_fn fn;
	void *arg;
	struct store_audit_found *found;
	uint32_t looked_at;
	bool done;
};

/* The row q stands on. What cannot be read is told: it is the most telling of all. */
static void consider(struct look *l, struct db_stmt *q, uint64_t seq)
{
	struct audit_record record;
	size_t n = 0, hash_n = 0, seal_n = 0;
	const void *body = db_col_blob(q, 1, &n), *hash = db_col_blob(q, 2, &hash_n);
	const void *seal = db_col_blob(q, 3, &seal_n);

	l->looked_at++;
	if (!body || !hash || hash_n != AUDIT_HASH_SIZE) {
		l->found->reached = seq;
		return;
	}
	if (audit_record_get(body, n, &record, &l->r->texts) &&
	    !is_wanted(l->ask, &record)) {
		l->found->reached = seq;
		return;
	}
	if (l->found->n == l->ask->count ||
	    !l->fn(l->arg, seq, body, n, hash, seal_n == AUDIT_SEAL_SIZE ? seal : NULL)) {
		l->found->more = l->done = true;
		return;
	}
	l->found->n++;
	l->found->reached = seq;
}

/* Returns rows read, or an error. */
static int piece(struct look *l, uint64_t first, uint64_t last, struct strbuf *why)
{
	struct db_stmt *q =
		l->r->sql[l->ask->oldest_first ? SQL_AUDIT_UP : SQL_AUDIT_DOWN];
	int rc = 0, n = 0;

	db_bind_int(q, 1, (int64_t)first);
	db_bind_int(q, 2, (int64_t)last);
	db_bind_int(q, 3, PIECE);
	while (!l->done && (rc = db_row(q, why)) > 0) {
		int64_t seq = 0;
		db_col_int(q, 0, &seq);
		consider(l, q, (uint64_t)seq);
		n++;
	}
	db_reset(q);
	return rc < 0 ? rc : n;
}

static bool has_looked_enough(const struct look *l)
{
	return l->looked_at >= STORE_AUDIT_LOOKS ||
	       (l->r->stop && l->r->stop(l->r->stop_arg));
}

enum sg_err store_audit_search(struct store_reader *r, const struct store_audit_ask *ask,
			       store_audit_fn fn, void *arg,
			       struct store_audit_found *found, struct strbuf *why)
{
	struct look l = { .r = r, .ask = ask, .fn = fn, .arg = arg, .found = found };
	uint64_t first = ask->after + 1;
	uint64_t last = ask->before ? ask->before - 1 : INT64_MAX;
	int n = PIECE;

	*found = (struct store_audit_found){ 0 };
	while (n == PIECE && !l.done && first <= last) {
		if (has_looked_enough(&l)) {
			found->more = true;
			break;
		}
		n = piece(&l, first, last, why);
		if (n < 0)
			return (enum sg_err)n;
		if (ask->oldest_first)
			first = found->reached + 1;
		else
			last = found->reached - 1;
	}
	return SG_OK;
}
