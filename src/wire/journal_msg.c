/* journal_msg.c - questions to the journal and its rows as bytes and back. */
#include "wire/journal.h"

#include <string.h>

#include "util/bytes.h"
#include "util/strbuf.h"
#include "wire/msg.h"

void wire_put_journal(struct strbuf *w, const struct wire_journal *m)
{
	size_t at = wire_begin(w, WIRE_JOURNAL);

	bytes_put_u32(w, m->req);
	bytes_put_u64(w, m->after);
	bytes_put_u64(w, m->before);
	bytes_put_i64(w, m->from_ms);
	bytes_put_i64(w, m->to_ms);
	bytes_put_u32(w, m->events);
	bytes_put_u16(w, m->count);
	bytes_put_u8(w, m->priorities);
	bytes_put_u8(w, m->oldest_first);
	bytes_put_str(w, m->area);
	bytes_put_str(w, m->tag);
	bytes_put_str(w, m->alarm);
	bytes_put_str(w, m->by);
	bytes_put_str(w, m->text);
	wire_end(w, at);
}

bool wire_get_journal(const uint8_t *p, size_t n, struct wire_journal *m)
{
	struct bytes_reader r = bytes_reader(p, n);

	m->req = bytes_u32(&r);
	m->after = bytes_u64(&r);
	m->before = bytes_u64(&r);
	m->from_ms = bytes_i64(&r);
	m->to_ms = bytes_i64(&r);
	m->events = bytes_u32(&r);
	m->count = bytes_u16(&r);
	m->priorities = bytes_u8(&r);
	m->oldest_first = bytes_u8(&r);
	bytes_str(&r, m->area, sizeof(m->area));
	bytes_str(&r, m->tag, sizeof(m->tag));
	bytes_str(&r, m->alarm, sizeof(m->alarm));
	bytes_str(&r, m->by, sizeof(m->by));
	bytes_str(&r, m->text, sizeof(m->text));
	return bytes_done(&r) && m->count >= 1 && m->count <= WIRE_JOURNAL_MAX &&
	       m->oldest_first <= 1;
}

void wire_put_journal_row(struct strbuf *w, const struct wire_journal_row *m)
{
	size_t at = wire_begin(w, WIRE_JOURNAL_ROW);

	bytes_put_u32(w, m->req);
	bytes_put_u64(w, m->seq);
	strbuf_add(w, m->hash, sizeof(m->hash));
	strbuf_add(w, m->chain, sizeof(m->chain));
	bytes_put_blob(w, m->body, m->n);
	wire_end(w, at);
}

bool wire_get_journal_row(const uint8_t *p, size_t n, struct wire_journal_row *m)
{
	struct bytes_reader r = bytes_reader(p, n);

	m->req = bytes_u32(&r);
	m->seq = bytes_u64(&r);
	const uint8_t *hash = bytes_raw(&r, sizeof(m->hash));
	const uint8_t *chain = bytes_raw(&r, sizeof(m->chain));
	m->body = bytes_blob(&r, &m->n);
	if (!bytes_done(&r))
		return false;
	memcpy(m->hash, hash, sizeof(m->hash));
	memcpy(m->chain, chain, sizeof(m->chain));
	return true;
}
