/* audit_search.c - a question to the audit record on its way to the reader and back. */
#include "server/audit_search.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/row.h"
#include "store/store.h"
#include "util/xalloc.h"
#include "wire/audit.h"
#include "wire/msg.h"

_Static_assert((int)WIRE_AUDIT_KINDS == (int)STORE_AUDIT_KINDS, "one set, two names");
_Static_assert((int)WIRE_AUDIT_FIELDS == (int)AUDIT_COLUMNS, "one row, two names");

struct page {
	struct store_reader *reader;
	struct strbuf *frames;
	uint32_t req;
};

static bool put_record(void *arg, uint64_t seq, const void *body, size_t n,
		       const uint8_t hash[AUDIT_HASH_SIZE], const uint8_t *seal)
{
	struct page *p = arg;
	struct audit_row row;

	if (p->frames->len >= READER_PAGE_BYTES)
		return false;
	audit_row_make(&row, seq, body, n, hash, store_reader_audit_chain(p->reader),
		       seal);
	wire_put_row(p->frames, p->req, (const char *const *)row.field, row.n);
	audit_row_release(&row);
	return true;
}

static void say_found(const struct store_audit_found *found, struct page *p)
{
	char text[96], more[48] = "";

	if (found->more)
		snprintf(more, sizeof(more), "; more behind %" PRIu64, found->reached);
	snprintf(text, sizeof(text), "%" PRIu32 " records%s", found->n, more);
	wire_put_reply(p->frames, p->req, WIRE_OK, text);
}

static void do_search(void *arg, struct store_reader *r, uint32_t req,
		      struct strbuf *frames)
{
	const struct wire_audit_search *m = arg;
	struct store_audit_ask ask = { .after = m->after,
				       .before = m->before,
				       .from = { m->from_ms },
				       .to = { m->to_ms },
				       .by = m->by,
				       .subject = m->subject,
				       .area = m->area,
				       .text = m->text,
				       .oldest_first = m->oldest_first,
				       .count = m->count };
	struct page p = { r, frames, req };
	struct strbuf why = STRBUF_INIT;
	struct store_audit_found found;

	memcpy(ask.kinds, m->kinds, sizeof(ask.kinds));
	if (store_audit_search(r, &ask, put_record, &p, &found, &why) == SG_OK) {
		say_found(&found, &p);
	} else {
		strbuf_clear(frames); /* half a page is none */
		wire_put_reply(frames, req, WIRE_FAILED, why.buf);
	}
	strbuf_release(&why);
}

void audit_search_request(struct shell *sh, const struct action *a)
{
	struct wire_audit_search *m = xcalloc(1, sizeof(*m));

	if (wire_get_audit_search((const uint8_t *)a->bytes.buf, a->bytes.len, m))
		reader_thread_call(sh->reader, a->session, a->req, READER_SEARCH_MS,
				   do_search, m, free);
	else
		free(m);
}
