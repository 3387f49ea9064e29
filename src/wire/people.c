/* people.c - PLACE as bytes. */
#include "wire/people.h"

#include "util/bytes.h"
#include "util/strbuf.h"
#include "wire/msg.h"

void wire_put_place(struct strbuf *w, const struct wire_place *m)
{
	size_t at = wire_begin(w, WIRE_PLACE);

	bytes_put_u32(w, m->req);
	bytes_put_u32(w, m->idle_s);
	bytes_put_str(w, m->page);
	bytes_put_str(w, m->field);
	wire_end(w, at);
}

bool wire_get_place(const uint8_t *p, size_t n, struct wire_place *m)
{
	struct bytes_reader r = bytes_reader(p, n);

	m->req = bytes_u32(&r);
	m->idle_s = bytes_u32(&r);
	bytes_str(&r, m->page, sizeof(m->page));
	bytes_str(&r, m->field, sizeof(m->field));
	return bytes_done(&r);
}
