/* audit_msg.c - questions to the audit record as bytes and back. */
#include "wire/audit.h"

#include <stdlib.h>
#include <string.h>

#include "util/bytes.h"
#include "util/strbuf.h"
#include "wire/msg.h"

void wire_put_audit_search(struct strbuf *w, const struct wire_audit_search *m)
{
	size_t at = wire_begin(w, WIRE_AUDIT_SEARCH);

	bytes_put_u32(w, m->req);
	bytes_put_u64(w, m->after);
	bytes_put_u64(w, m->before);
	bytes_put_i64(w, m->from_ms);
	bytes_put_i64(w, m->to_ms);
	for (size_t i = 0; i < WIRE_AUDIT_KINDS; i++)
		bytes_put_u64(w, m->kinds[i]);
	bytes_put_u16(w, m->count);
	bytes_put_u8(w, m->oldest_first);
	bytes_put_str(w, m->by);
	bytes_put_str(w, m->subject);
	bytes_put_str(w, m->area);
	bytes_put_str(w, m->text);
	wire_end(w, at);
}

bool wire_get_audit_search(const uint8_t *p, size_t n, struct wire_audit_search *m)
{
	struct bytes_reader r = bytes_reader(p, n);

	m->req = bytes_u32(&r);
	m->after = bytes_u64(&r);
	m->before = bytes_u64(&r);
	m->from_ms = bytes_i64(&r);
	m->to_ms = bytes_i64(&r);
	for (size_t i = 0; i < WIRE_AUDIT_KINDS; i++)
		m->kinds[i] = bytes_u64(&r);
	m->count = bytes_u16(&r);
	m->oldest_first = bytes_u8(&r);
	bytes_str(&r, m->by, sizeof(m->by));
	bytes_str(&r, m->subject, sizeof(m->subject));
	bytes_str(&r, m->area, sizeof(m->area));
	bytes_str(&r, m->text, sizeof(m->text));
	return bytes_done(&r) && m->count >= 1 && m->count <= WIRE_AUDIT_SEARCH_MAX &&
	       m->oldest_first <= 1;
}

uint64_t wire_audit_goes_on(const char *reply)
{
	static const char mark[] = "; more behind ";
	const char *at = strstr(reply, mark);

	return at ? strtoull(at + sizeof(mark) - 1, NULL, 10) : 0;
}
