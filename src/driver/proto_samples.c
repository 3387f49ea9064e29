/* proto_samples.c - samples: fixed rows, then all their strings one after the other. */
#include <string.h>

#include "driver/proto_int.h"

enum { SAMPLE_SIZE = 32 /* fixed part of one sample */ };

static uint64_t value_bits(const struct value *v)
{
	uint64_t bits = 0;

	switch (v->type) {
	case VALUE_BOOL:
		return v->u.b;
	case VALUE_INT:
		return (uint64_t)v->u.i;
	case VALUE_DOUBLE:
		memcpy(&bits, &v->u.d, sizeof(bits));
		return bits;
	case VALUE_STRING:
		return strnlen(v->u.s, VALUE_STRING_MAX);
	case VALUE_NONE:
		break;
	}
	return 0;
}

static uint8_t *put_row(uint8_t *p, const struct driver_sample *s)
{
	p = bytes_le(p, s->tag, 4);
	p = bytes_le(p, s->quality, 2);
	p = bytes_le(p, s->value.type, 2);
	p = bytes_le(p, (uint64_t)s->source_ms, 8);
	p = bytes_le(p, (uint64_t)s->mono_ns, 8);
	return bytes_le(p, value_bits(&s->value), 8);
}

void driver_put_samples(struct strbuf *w, uint32_t generation,
			const struct driver_sample *v, size_t n)
{
	size_t at = driver_begin(w, DR_SAMPLES);
	bool texts = false;
	uint8_t *p;

	bytes_put_u32(w, generation);
	bytes_put_u32(w, (uint32_t)n);
	p = (uint8_t *)strbuf_room(w, n * SAMPLE_SIZE);
	for (size_t i = 0; p && i < n; i++) {
		p = put_row(p, &v[i]);
		texts |= v[i].value.type == VALUE_STRING;
	}
	for (size_t i = 0; texts && i < n; i++)
		if (v[i].value.type == VALUE_STRING)
			strbuf_add(w, v[i].value.u.s,
				   strnlen(v[i].value.u.s, VALUE_STRING_MAX));
	driver_end(w, at);
}

/* False for a value that no writer makes. A string's bits are its length; where it
 * lies is settled afterwards. */
static bool value_from_bits(uint16_t type, uint64_t bits, struct value *out)
{
	double d;

	switch (type) {
	case VALUE_NONE:
		*out = (struct value){ 0 };
		return bits == 0;
	case VALUE_BOOL:
		*out = value_bool(bits == 1);
		return bits <= 1;
	case VALUE_INT:
		*out = value_int((int64_t)bits);
		return true;
	case VALUE_DOUBLE:
		memcpy(&d, &bits, sizeof(d));
		*out = value_double(d);
		return true;
	case VALUE_STRING:
		*out = (struct value){ VALUE_STRING, { .i = (int64_t)bits } };
		return bits <= VALUE_STRING_MAX;
	default:
		return false;
	}
}

bool driver_sample_is_sound(const struct driver_sample *s)
{
	return quality_is_valid(s->quality) &&
	       (s->value.type != VALUE_NONE || quality_class(s->quality) == QUALITY_BAD);
}

static bool get_row(const uint8_t *p, struct driver_sample *s)
{
	s->tag = (uint32_t)bytes_from_le(p, 4);
	s->quality = (quality)bytes_from_le(p + 4, 2);
	s->source_ms = (int64_t)bytes_from_le(p + 8, 8);
	s->mono_ns = (int64_t)bytes_from_le(p + 16, 8);
	return value_from_bits((uint16_t)bytes_from_le(p + 6, 2),
			       bytes_from_le(p + 24, 8), &s->value) &&
	       driver_sample_is_sound(s);
}

/* Copies the strings out of the tail, each with a NUL, then lets the values borrow
 * them: only then has the arena stopped moving. */
static bool get_strings(struct bytes_reader *in, struct driver_sample_batch *b)
{
	strbuf_clear(&b->text);
	for (size_t i = 0; i < b->n; i++) {
		if (b->v[i].value.type != VALUE_STRING)
			continue;
		size_t len = (size_t)b->v[i].value.u.i;
		const uint8_t *p = bytes_raw(in, len);
		if (!p || memchr(p, 0, len))
			return false;
		strbuf_add(&b->text, p, len);
		strbuf_addch(&b->text, '\0');
	}
	size_t at = 0;
	for (size_t i = 0; i < b->n; i++) {
		if (b->v[i].value.type != VALUE_STRING)
			continue;
		size_t len = (size_t)b->v[i].value.u.i;
		b->v[i].value = value_string(b->text.buf + at);
		at += len + 1;
	}
	return !b->text.truncated;
}

/* Sets texts where one of them is a string. */
static bool get_rows(struct bytes_reader *in, struct driver_sample_batch *b, bool *texts)
{
	const uint8_t *p = bytes_raw(in, b->n * SAMPLE_SIZE);

	for (size_t i = 0; i < b->n; i++) {
		if (!get_row(p + i * SAMPLE_SIZE, &b->v[i]))
			return false;
		*texts |= b->v[i].value.type == VALUE_STRING;
	}
	return true;
}

bool driver_get_samples(const struct driver_record_view *r, struct driver_sample_batch *b)
{
	struct bytes_reader in = driver_open(r);
	bool texts = false;

	b->generation = bytes_u32(&in);
	b->n = bytes_u32(&in);
	if (in.failed || b->n > DRIVER_SAMPLES_MAX || b->n * SAMPLE_SIZE > in.left)
		b->n = 0;
	else if (get_rows(&in, b, &texts) && (!texts || get_strings(&in, b)) &&
		 bytes_done(&in))
		return true;
	b->n = 0;
	return false;
}
