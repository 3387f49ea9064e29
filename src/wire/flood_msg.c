/* flood_msg.c - an alarm flood as bytes and back. */
#include "wire/flood.h"

#include "util/bytes.h"
#include "wire/msg.h"

static void put_counts(struct strbuf *w, const uint32_t n[WIRE_PRIORITIES])
{
	for (int i = 0; i < WIRE_PRIORITIES; i++)
		bytes_put_u32(w, n[i]);
}

static void get_counts(struct bytes_reader *r, uint32_t n[WIRE_PRIORITIES])
{
	for (int i = 0; i < WIRE_PRIORITIES; i++)
		n[i] = bytes_u32(r);
}

void wire_put_flood(struct strbuf *w, const struct wire_flood *m)
{
	size_t at = wire_begin(w, WIRE_FLOOD);

	bytes_put_u8(w, m->on);
	bytes_put_i64(w, m->since_ms);
	bytes_put_i64(w, m->until_ms);
	bytes_put_u32(w, m->rate);
	bytes_put_u32(w, m->peak);
	bytes_put_u64(w, m->total);
	put_counts(w, m->n);
	bytes_put_u8(w, m->n_areas);
	for (size_t i = 0; i < m->n_areas; i++) {
		bytes_put_str(w, m->areas[i].area);
		put_counts(w, m->areas[i].n);
	}
	bytes_put_u64(w, m->elsewhere);
	bytes_put_u32(w, m->criticals);
	bytes_put_u8(w, m->n_criticals);
	for (size_t i = 0; i < m->n_criticals; i++)
		bytes_put_str(w, m->critical[i]);
	wire_end(w, at);
}

bool wire_get_flood(const uint8_t *p, size_t n, struct wire_flood *m)
{
	struct bytes_reader r = bytes_reader(p, n);

	*m = (struct wire_flood){ 0 };
	m->on = bytes_u8(&r);
	m->since_ms = bytes_i64(&r);
	m->until_ms = bytes_i64(&r);
	m->rate = bytes_u32(&r);
	m->peak = bytes_u32(&r);
	m->total = bytes_u64(&r);
	get_counts(&r, m->n);
	m->n_areas = bytes_count(&r, WIRE_FLOOD_AREAS);
	for (size_t i = 0; i < m->n_areas; i++) {
		bytes_str(&r, m->areas[i].area, sizeof(m->areas[i].area));
		get_counts(&r, m->areas[i].n);
	}
	m->elsewhere = bytes_u64(&r);
	m->criticals = bytes_u32(&r);
	m->n_criticals = bytes_count(&r, WIRE_FLOOD_CRITICALS);
	for (size_t i = 0; i < m->n_criticals; i++)
		bytes_str(&r, m->critical[i], sizeof(m->critical[i]));
	return bytes_done(&r) && m->on <= 1;
}
