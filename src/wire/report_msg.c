/* report_msg.c - the request for figures of the alarm system as bytes and back. */
#include "wire/report.h"

#include "util/bytes.h"
#include "wire/msg.h"

void wire_put_report(struct strbuf *w, const struct wire_report *m)
{
	size_t at = wire_begin(w, WIRE_REPORT);

	bytes_put_u32(w, m->req);
	bytes_put_u8(w, m->kind);
	bytes_put_i64(w, m->from_ms);
	bytes_put_i64(w, m->to_ms);
	bytes_put_str(w, m->area);
	bytes_put_str(w, m->class_name);
	bytes_put_str(w, m->operator_name);
	bytes_put_str(w, m->position);
	wire_end(w, at);
}

bool wire_get_report(const uint8_t *p, size_t n, struct wire_report *m)
{
	struct bytes_reader r = bytes_reader(p, n);

	m->req = bytes_u32(&r);
	m->kind = bytes_u8(&r);
	m->from_ms = bytes_i64(&r);
	m->to_ms = bytes_i64(&r);
	bytes_str(&r, m->area, sizeof(m->area));
	bytes_str(&r, m->class_name, sizeof(m->class_name));
	bytes_str(&r, m->operator_name, sizeof(m->operator_name));
	bytes_str(&r, m->position, sizeof(m->position));
	return bytes_done(&r) && m->kind >= WIRE_REPORT_ALARMS &&
	       m->kind <= WIRE_REPORT_PROPOSALS;
}
