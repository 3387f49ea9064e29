/* live_msg.c - what the server says of the plant: tags and values. */
#include "wire/msg.h"

#include "util/bytes.h"

static void put_info(struct strbuf *w, const struct wire_tag_info *m)
{
	bytes_put_u32(w, m->tag);
	bytes_put_str(w, m->name);
	bytes_put_str(w, m->area);
	bytes_put_str(w, m->description);
	bytes_put_str(w, m->unit);
	bytes_put_u8(w, m->type);
	bytes_put_u8(w, m->decimals);
	bytes_put_u8(w, m->has_range);
	bytes_put_u8(w, m->writable);
	bytes_put_u16(w, m->wants);
	bytes_put_str(w, m->words);
	bytes_put_f64(w, m->lo);
	bytes_put_f64(w, m->hi);
	bytes_put_u8(w, m->n_limits);
	for (size_t i = 0; i < m->n_limits; i++) {
		bytes_put_f64(w, m->limits[i].value);
		bytes_put_u8(w, m->limits[i].high);
		bytes_put_u8(w, m->limits[i].priority);
	}
}

static void get_info(struct bytes_reader *r, struct wire_tag_info *m)
{
	m->tag = bytes_u32(r);
	bytes_str(r, m->name, sizeof(m->name));
	bytes_str(r, m->area, sizeof(m->area));
	bytes_str(r, m->description, sizeof(m->description));
	bytes_str(r, m->unit, sizeof(m->unit));
	m->type = bytes_u8(r);
	m->decimals = bytes_u8(r);
	m->has_range = bytes_u8(r);
	m->writable = bytes_u8(r);
	m->wants = bytes_u16(r);
	bytes_str(r, m->words, sizeof(m->words));
	m->lo = bytes_f64(r);
	m->hi = bytes_f64(r);
	m->n_limits = bytes_u8(r);
	if (m->n_limits > WIRE_LIMITS_MAX) {
		m->n_limits = 0;
		r->failed = true;
	}
	for (size_t i = 0; i < m->n_limits; i++) {
		m->limits[i].value = bytes_f64(r);
		m->limits[i].high = bytes_u8(r);
		m->limits[i].priority = bytes_u8(r);
	}
	if (m->type > VALUE_STRING)
		r->failed = true;
}

void wire_put_tag_info(struct strbuf *w, const struct wire_tag_info *m)
{
	size_t at = wire_begin(w, WIRE_TAG_INFO);

	put_info(w, m);
	wire_end(w, at);
}

bool wire_get_tag_info(const uint8_t *p, size_t n, struct wire_tag_info *m)
{
	struct bytes_reader r = bytes_reader(p, n);

	get_info(&r, m);
	return bytes_done(&r);
}

enum { VALUE_HEAD_BYTES = 25 };

void wire_put_value(struct strbuf *w, const struct wire_value *v)
{
	uint8_t head[VALUE_HEAD_BYTES], *p = head;

	p = bytes_le(p, v->tag, 4);
	p = bytes_le(p, v->quality, 2);
	p = bytes_le(p, v->alarm_priority, 1);
	p = bytes_le(p, (uint64_t)(v->alarm_unacked | v->alarm_hidden << 1), 1);
	p = bytes_le(p, v->leased, 1);
	p = bytes_le(p, (uint64_t)v->source_ms, 8);
	bytes_le(p, (uint64_t)v->server_ms, 8);
	strbuf_add(w, head, sizeof(head)); /* many a second: in one piece */
	value_put(w, &v->value);
}

static void get_value(struct bytes_reader *r, struct wire_value *v,
		      char text[VALUE_STRING_MAX + 1])
{
	uint8_t marks;

	v->tag = bytes_u32(r);
	v->quality = bytes_u16(r);
	v->alarm_priority = bytes_u8(r);
	marks = bytes_u8(r);
	v->alarm_unacked = marks & 1;
	v->alarm_hidden = marks >> 1 & 1;
	v->leased = bytes_u8(r);
	v->source_ms = bytes_i64(r);
	v->server_ms = bytes_i64(r);
	v->value = value_get(r, text);
	if (!quality_is_valid(v->quality) || marks > 3 || v->leased > WIRE_LEASE_COMMAND)
		r->failed = true;
}

bool wire_next_value(struct bytes_reader *r, struct wire_value *v,
		     char text[VALUE_STRING_MAX + 1])
{
	if (r->left == 0 || r->failed)
		return false;
	get_value(r, v, text);
	return !r->failed;
}

void wire_put_tag_state(struct strbuf *w, const struct wire_tag_state *m)
{
	size_t at = wire_begin(w, WIRE_TAG_STATE);

	bytes_put_u32(w, m->req);
	put_info(w, &m->info);
	wire_put_value(w, &m->now);
	bytes_put_u8(w, m->has_last_good);
	bytes_put_i64(w, m->last_good_ms);
	value_put(w, &m->last_good);
	wire_end(w, at);
}

bool wire_get_tag_state(const uint8_t *p, size_t n, struct wire_tag_state *m)
{
	struct bytes_reader r = bytes_reader(p, n);

	m->req = bytes_u32(&r);
	get_info(&r, &m->info);
	get_value(&r, &m->now, m->text);
	m->has_last_good = bytes_u8(&r);
	m->last_good_ms = bytes_i64(&r);
	m->last_good = value_get(&r, m->last_text);
	return bytes_done(&r);
}
