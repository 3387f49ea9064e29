/* client_msg.c - what clients say: hello, requests, subscriptions, selects. */
#include "wire/msg.h"

#include <stdlib.h>

#include "util/bytes.h"
#include "util/xalloc.h"

void wire_put_hello(struct strbuf *w, const struct wire_hello *m)
{
	size_t at = wire_begin(w, WIRE_HELLO);

	bytes_put_u32(w, m->version);
	bytes_put_str(w, m->program);
	bytes_put_str(w, m->place);
	wire_end(w, at);
}

bool wire_get_hello(const uint8_t *p, size_t n, struct wire_hello *m)
{
	struct bytes_reader r = bytes_reader(p, n);

	m->version = bytes_u32(&r);
	bytes_str(&r, m->program, sizeof(m->program));
	bytes_str(&r, m->place, sizeof(m->place));
	return bytes_done(&r);
}

void wire_put_request(struct strbuf *w, enum wire_type type, const struct wire_request *m)
{
	size_t at = wire_begin(w, type);

	bytes_put_u32(w, m->req);
	bytes_put_u64(w, m->num);
	bytes_put_u64(w, m->num2);
	bytes_put_str(w, m->text);
	wire_end(w, at);
}

bool wire_get_request(const uint8_t *p, size_t n, struct wire_request *m)
{
	struct bytes_reader r = bytes_reader(p, n);

	m->req = bytes_u32(&r);
	m->num = bytes_u64(&r);
	m->num2 = bytes_u64(&r);
	bytes_str(&r, m->text, sizeof(m->text));
	return bytes_done(&r);
}

void wire_put_subscribe(struct strbuf *w, uint32_t view, const char *const *names,
			size_t n)
{
	size_t at = wire_begin(w, WIRE_SUBSCRIBE);

	if (n > WIRE_NAMES_MAX)
		n = WIRE_NAMES_MAX;
	bytes_put_u32(w, view);
	bytes_put_u16(w, (uint16_t)n);
	for (size_t i = 0; i < n; i++)
		bytes_put_str(w, names[i]);
	wire_end(w, at);
}

bool wire_get_subscribe(const uint8_t *p, size_t n, struct wire_subscribe *m)
{
	struct bytes_reader r = bytes_reader(p, n);

	m->view = bytes_u32(&r);
	m->n = bytes_u16(&r);
	m->names = NULL;
	if (m->n > WIRE_NAMES_MAX || r.failed)
		return false;
	m->names = xcalloc(m->n, sizeof(*m->names));
	for (size_t i = 0; i < m->n; i++)
		m->names[i] = bytes_strdup(&r, 127);
	if (bytes_done(&r))
		return true;
	wire_subscribe_release(m);
	return false;
}

void wire_subscribe_release(struct wire_subscribe *m)
{
	for (size_t i = 0; i < m->n; i++)
		free(m->names[i]);
	free(m->names);
	m->names = NULL;
	m->n = 0;
}

void wire_put_select(struct strbuf *w, const struct wire_select *m)
{
	size_t at = wire_begin(w, WIRE_SELECT);

	bytes_put_u32(w, m->req);
	bytes_put_str(w, m->tag);
	bytes_put_str(w, m->reason);
	value_put(w, &m->value);
	wire_end(w, at);
}

bool wire_get_select(const uint8_t *p, size_t n, struct wire_select *m)
{
	struct bytes_reader r = bytes_reader(p, n);

	m->req = bytes_u32(&r);
	bytes_str(&r, m->tag, sizeof(m->tag));
	bytes_str(&r, m->reason, sizeof(m->reason));
	m->value = value_get(&r, m->text);
	return bytes_done(&r);
}

void wire_put_substitute(struct strbuf *w, const struct wire_substitute *m)
{
	size_t at = wire_begin(w, WIRE_SUBSTITUTE);

	bytes_put_u32(w, m->req);
	bytes_put_u8(w, m->end);
	bytes_put_str(w, m->tag);
	bytes_put_str(w, m->reason);
	value_put(w, &m->value);
	wire_end(w, at);
}

bool wire_get_substitute(const uint8_t *p, size_t n, struct wire_substitute *m)
{
	struct bytes_reader r = bytes_reader(p, n);

	m->req = bytes_u32(&r);
	m->end = bytes_u8(&r);
	bytes_str(&r, m->tag, sizeof(m->tag));
	bytes_str(&r, m->reason, sizeof(m->reason));
	m->value = value_get(&r, m->text);
	return bytes_done(&r) && m->end <= 1;
}
