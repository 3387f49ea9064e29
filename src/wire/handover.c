/* handover.c - HANDOVER as bytes. */
#include "wire/handover.h"

#include "util/bytes.h"
#include "util/strbuf.h"
#include "wire/msg.h"

void wire_put_handover(struct strbuf *w, const struct wire_handover *m)
{
	size_t at = wire_begin(w, WIRE_HANDOVER);

	bytes_put_u32(w, m->req);
	bytes_put_u8(w, m->act);
	bytes_put_u64(w, m->number);
	bytes_put_str(w, m->own_password);
	bytes_put_str(w, m->own_code);
	bytes_put_str(w, m->name);
	bytes_put_str(w, m->password);
	bytes_put_str(w, m->code);
	bytes_put_str(w, m->notes);
	wire_end(w, at);
}

bool wire_get_handover(const uint8_t *p, size_t n, struct wire_handover *m)
{
	struct bytes_reader r = bytes_reader(p, n);

	m->req = bytes_u32(&r);
	m->act = bytes_u8(&r);
	m->number = bytes_u64(&r);
	bytes_str(&r, m->own_password, sizeof(m->own_password));
	bytes_str(&r, m->own_code, sizeof(m->own_code));
	bytes_str(&r, m->name, sizeof(m->name));
	bytes_str(&r, m->password, sizeof(m->password));
	bytes_str(&r, m->code, sizeof(m->code));
	bytes_str(&r, m->notes, sizeof(m->notes));
	return bytes_done(&r) && m->act > 0 && m->act < HANDOVER_ACTS;
}
