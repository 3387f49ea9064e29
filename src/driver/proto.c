/* proto.c - the driver protocol's records to bytes and back; every length is checked
 * and a payload must be used up exactly, so that nothing is read by guess. */
#include "driver/proto.h"

#include <stdlib.h>
#include <string.h>

#include "util/bytes.h"
#include "util/err.h"
#include "util/xalloc.h"

enum {
	HEAD_SIZE = 8,      /* length, type, flags */
	LENGTH_MIN = 4,     /* type and flags are counted */
	SAMPLE_SIZE = 32,   /* fixed part of one sample */
	SETTINGS_MAX = 256, /* of one item */
	NAME_MAX_BYTES = 255
};

/* --- framing --- */

size_t driver_begin(struct strbuf *w, enum driver_record type)
{
	size_t at = w->len;

	bytes_put_u32(w, 0);
	bytes_put_u16(w, (uint16_t)type);
	bytes_put_u16(w, 0);
	return at;
}

void driver_end(struct strbuf *w, size_t at)
{
	if (!w->truncated)
		bytes_patch_u32(w, at, (uint32_t)(w->len - at - 4));
}

int64_t driver_record_next(const uint8_t *buf, size_t n, struct driver_record_view *out)
{
	struct bytes_reader r = bytes_reader(buf, n);
	uint32_t length = bytes_u32(&r);

	if (r.failed)
		return 0;
	if (length < LENGTH_MIN || length > DRIVER_RECORD_MAX)
		return SG_EPROTO;
	uint16_t type = bytes_u16(&r), flags = bytes_u16(&r);
	if (r.failed)
		return 0;
	if (flags != 0)
		return SG_EPROTO;
	const uint8_t *payload = bytes_raw(&r, length - LENGTH_MIN);
	if (!payload)
		return 0;
	*out = (struct driver_record_view){ type, payload, length - LENGTH_MIN };
	return (int64_t)length + 4;
}

static struct bytes_reader open_record(const struct driver_record_view *r)
{
	return bytes_reader(r->payload, r->len);
}

static void put_one_u32(struct strbuf *w, enum driver_record type, uint32_t v)
{
	size_t at = driver_begin(w, type);

	bytes_put_u32(w, v);
	driver_end(w, at);
}

bool driver_get_u32(const struct driver_record_view *r, uint32_t *v)
{
	struct bytes_reader in = open_record(r);

	*v = bytes_u32(&in);
	return bytes_done(&in);
}

void driver_put_config_begin(struct strbuf *w, uint32_t generation)
{
	put_one_u32(w, DR_CONFIG_BEGIN, generation);
}

void driver_put_config_end(struct strbuf *w, uint32_t generation)
{
	put_one_u32(w, DR_CONFIG_END, generation);
}

void driver_put_config_ready(struct strbuf *w, uint32_t generation)
{
	put_one_u32(w, DR_CONFIG_READY, generation);
}

void driver_put_credit(struct strbuf *w, uint32_t samples)
{
	put_one_u32(w, DR_CREDIT, samples);
}

void driver_put_stop(struct strbuf *w)
{
	driver_end(w, driver_begin(w, DR_STOP));
}

/* --- hello --- */

void driver_put_hello(struct strbuf *w, const struct driver_hello *m)
{
	size_t at = driver_begin(w, DR_HELLO);

	bytes_put_u32(w, m->version);
	bytes_put_u32(w, m->capabilities);
	driver_end(w, at);
}

bool driver_get_hello(const struct driver_record_view *r, struct driver_hello *m)
{
	struct bytes_reader in = open_record(r);

	m->version = bytes_u32(&in);
	m->capabilities = bytes_u32(&in);
	return bytes_done(&in);
}

/* --- configuration --- */

static void put_settings(struct strbuf *w, const struct settings *s)
{
	struct setting one;

	bytes_put_u16(w, (uint16_t)s->n);
	for (uint32_t at = 0; settings_next(s, &at, &one);) {
		bytes_put_str(w, one.name);
		bytes_put_str(w, one.value);
	}
}

static void get_settings(struct bytes_reader *in, struct settings *s)
{
	size_t n = bytes_u16(in);

	if (n > SETTINGS_MAX)
		in->failed = true;
	for (size_t i = 0; i < n && !in->failed; i++) {
		size_t name_len, value_len;
		const char *name = bytes_view(in, NAME_MAX_BYTES, &name_len);
		const char *value = bytes_view(in, DRIVER_RECORD_MAX, &value_len);

		settings_add_bytes(s, name, name_len, value, value_len);
	}
}

void driver_put_config_device(struct strbuf *w, const struct driver_device *m)
{
	size_t at = driver_begin(w, DR_CONFIG_DEVICE);

	bytes_put_u32(w, m->id);
	bytes_put_str(w, m->name);
	put_settings(w, &m->settings);
	driver_end(w, at);
}

bool driver_get_config_device(const struct driver_record_view *r, struct driver_device *m)
{
	struct bytes_reader in = open_record(r);

	*m = (struct driver_device){ .id = bytes_u32(&in) };
	m->name = bytes_strdup(&in, NAME_MAX_BYTES);
	get_settings(&in, &m->settings);
	if (bytes_done(&in))
		return true;
	driver_device_release(m);
	return false;
}

enum { TAG_WRITABLE = 1, TAG_HAS_RANGE = 2 };

void driver_put_config_tag(struct strbuf *w, const struct driver_tag *m)
{
	size_t at = driver_begin(w, DR_CONFIG_TAG);

	bytes_put_u32(w, m->id);
	bytes_put_u32(w, m->device);
	bytes_put_str(w, m->name);
	bytes_put_u8(w, (uint8_t)m->type);
	bytes_put_u8(w, (uint8_t)((m->writable ? TAG_WRITABLE : 0) |
				  (m->has_range ? TAG_HAS_RANGE : 0)));
	bytes_put_f64(w, m->deadband);
	bytes_put_f64(w, m->lo);
	bytes_put_f64(w, m->hi);
	put_settings(w, &m->settings);
	driver_end(w, at);
}

bool driver_get_config_tag(const struct driver_record_view *r, struct driver_tag *m)
{
	struct bytes_reader in = open_record(r);

	*m = (struct driver_tag){ .id = bytes_u32(&in) };
	m->device = bytes_u32(&in);
	m->name = bytes_strdup(&in, NAME_MAX_BYTES);
	uint8_t type = bytes_u8(&in), bits = bytes_u8(&in);
	m->deadband = bytes_f64(&in);
	m->lo = bytes_f64(&in);
	m->hi = bytes_f64(&in);
	get_settings(&in, &m->settings);
	m->type = (enum value_type)type;
	m->writable = bits & TAG_WRITABLE;
	m->has_range = bits & TAG_HAS_RANGE;
	if (bytes_done(&in) && type <= VALUE_STRING &&
	    !(bits & ~(TAG_WRITABLE | TAG_HAS_RANGE)))
		return true;
	driver_tag_release(m);
	return false;
}

void driver_device_release(struct driver_device *m)
{
	free(m->name);
	settings_release(&m->settings);
	*m = (struct driver_device){ 0 };
}

void driver_tag_release(struct driver_tag *m)
{
	free((char *)(uintptr_t)m->name);
	settings_release(&m->settings);
	*m = (struct driver_tag){ 0 };
}

void driver_put_config_result(struct strbuf *w, const struct driver_config_result *m)
{
	size_t at = driver_begin(w, DR_CONFIG_RESULT);

	bytes_put_u32(w, m->generation);
	bytes_put_u8(w, m->item_kind);
	bytes_put_u32(w, m->id);
	bytes_put_str(w, m->text);
	driver_end(w, at);
}

bool driver_get_config_result(const struct driver_record_view *r,
			      struct driver_config_result *m)
{
	struct bytes_reader in = open_record(r);

	m->generation = bytes_u32(&in);
	m->item_kind = bytes_u8(&in);
	m->id = bytes_u32(&in);
	bytes_str(&in, m->text, sizeof(m->text));
	return bytes_done(&in) && m->item_kind <= 1 && m->text[0];
}

/* --- samples: fixed rows, then all their strings one after the other --- */

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

void driver_put_samples(struct strbuf *w, uint32_t generation,
			const struct driver_sample *v, size_t n)
{
	size_t at = driver_begin(w, DR_SAMPLES);

	bytes_put_u32(w, generation);
	bytes_put_u32(w, (uint32_t)n);
	for (size_t i = 0; i < n; i++) {
		bytes_put_u32(w, v[i].tag);
		bytes_put_u16(w, v[i].quality);
		bytes_put_u16(w, (uint16_t)v[i].value.type);
		bytes_put_i64(w, v[i].source_ms);
		bytes_put_i64(w, v[i].mono_ns);
		bytes_put_u64(w, value_bits(&v[i].value));
	}
	for (size_t i = 0; i < n; i++)
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

static bool sample_is_sound(const struct driver_sample *s)
{
	return quality_is_valid(s->quality) &&
	       (s->value.type != VALUE_NONE || quality_class(s->quality) == QUALITY_BAD);
}

static bool get_row(struct bytes_reader *in, struct driver_sample *s)
{
	s->tag = bytes_u32(in);
	s->quality = bytes_u16(in);
	uint16_t type = bytes_u16(in);
	s->source_ms = bytes_i64(in);
	s->mono_ns = bytes_i64(in);
	return value_from_bits(type, bytes_u64(in), &s->value) && sample_is_sound(s);
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

bool driver_get_samples(const struct driver_record_view *r, struct driver_sample_batch *b)
{
	struct bytes_reader in = open_record(r);

	b->generation = bytes_u32(&in);
	b->n = bytes_u32(&in);
	if (in.failed || b->n > DRIVER_SAMPLES_MAX || b->n * SAMPLE_SIZE > in.left) {
		b->n = 0;
		return false;
	}
	for (size_t i = 0; i < b->n; i++) {
		if (!get_row(&in, &b->v[i])) {
			b->n = 0;
			return false;
		}
	}
	if (get_strings(&in, b) && bytes_done(&in))
		return true;
	b->n = 0;
	return false;
}

/* --- state and liveness --- */

void driver_put_device_state(struct strbuf *w, const struct driver_device_state *m)
{
	size_t at = driver_begin(w, DR_DEVICE_STATE);

	bytes_put_u32(w, m->generation);
	bytes_put_u32(w, m->device);
	bytes_put_u8(w, m->state);
	bytes_put_str(w, m->text);
	driver_end(w, at);
}

bool driver_get_device_state(const struct driver_record_view *r,
			     struct driver_device_state *m)
{
	struct bytes_reader in = open_record(r);

	m->generation = bytes_u32(&in);
	m->device = bytes_u32(&in);
	m->state = bytes_u8(&in);
	bytes_str(&in, m->text, sizeof(m->text));
	return bytes_done(&in) && m->state <= DEVICE_FAILED;
}

void driver_put_beat(struct strbuf *w, const struct driver_beat *m)
{
	size_t at = driver_begin(w, DR_BEAT);

	bytes_put_u32(w, m->generation);
	bytes_put_u64(w, m->scans);
	bytes_put_u64(w, m->late_scans);
	bytes_put_u64(w, m->overwritten);
	bytes_put_u32(w, m->stuck_ms);
	driver_end(w, at);
}

bool driver_get_beat(const struct driver_record_view *r, struct driver_beat *m)
{
	struct bytes_reader in = open_record(r);

	m->generation = bytes_u32(&in);
	m->scans = bytes_u64(&in);
	m->late_scans = bytes_u64(&in);
	m->overwritten = bytes_u64(&in);
	m->stuck_ms = bytes_u32(&in);
	return bytes_done(&in);
}

/* --- read --- */

void driver_put_read(struct strbuf *w, const struct driver_read *m)
{
	size_t at = driver_begin(w, DR_READ);

	bytes_put_u32(w, m->generation);
	bytes_put_u64(w, m->request);
	bytes_put_u32(w, m->tag);
	bytes_put_i64(w, m->deadline_ns);
	driver_end(w, at);
}

bool driver_get_read(const struct driver_record_view *r, struct driver_read *m)
{
	struct bytes_reader in = open_record(r);

	m->generation = bytes_u32(&in);
	m->request = bytes_u64(&in);
	m->tag = bytes_u32(&in);
	m->deadline_ns = bytes_i64(&in);
	return bytes_done(&in);
}

void driver_put_read_result(struct strbuf *w, const struct driver_read_result *m)
{
	size_t at = driver_begin(w, DR_READ_RESULT);

	bytes_put_u32(w, m->generation);
	bytes_put_u64(w, m->request);
	bytes_put_u32(w, m->sample.tag);
	bytes_put_u16(w, m->sample.quality);
	bytes_put_i64(w, m->sample.source_ms);
	bytes_put_i64(w, m->sample.mono_ns);
	value_put(w, &m->sample.value);
	bytes_put_str(w, m->text);
	driver_end(w, at);
}

bool driver_get_read_result(const struct driver_record_view *r,
			    struct driver_read_result *m,
			    char text_buf[VALUE_STRING_MAX + 1])
{
	struct bytes_reader in = open_record(r);

	m->generation = bytes_u32(&in);
	m->request = bytes_u64(&in);
	m->sample.tag = bytes_u32(&in);
	m->sample.quality = bytes_u16(&in);
	m->sample.source_ms = bytes_i64(&in);
	m->sample.mono_ns = bytes_i64(&in);
	m->sample.value = value_get(&in, text_buf);
	bytes_str(&in, m->text, sizeof(m->text));
	return bytes_done(&in) && sample_is_sound(&m->sample);
}

/* --- write --- */

void driver_put_write(struct strbuf *w, const struct driver_write *m)
{
	size_t at = driver_begin(w, DR_WRITE);

	bytes_put_u32(w, m->generation);
	bytes_put_u64(w, m->request);
	bytes_put_u32(w, m->tag);
	bytes_put_i64(w, m->deadline_ns);
	value_put(w, &m->value);
	driver_end(w, at);
}

bool driver_get_write(const struct driver_record_view *r, struct driver_write *m,
		      char text_buf[VALUE_STRING_MAX + 1])
{
	struct bytes_reader in = open_record(r);

	m->generation = bytes_u32(&in);
	m->request = bytes_u64(&in);
	m->tag = bytes_u32(&in);
	m->deadline_ns = bytes_i64(&in);
	m->value = value_get(&in, text_buf);
	return bytes_done(&in) && m->value.type != VALUE_NONE;
}

void driver_put_write_outcome(struct strbuf *w, const struct driver_write_outcome *m)
{
	size_t at = driver_begin(w, DR_WRITE_OUTCOME);

	bytes_put_u32(w, m->generation);
	bytes_put_u64(w, m->request);
	bytes_put_u8(w, m->outcome);
	bytes_put_str(w, m->text);
	driver_end(w, at);
}

bool driver_get_write_outcome(const struct driver_record_view *r,
			      struct driver_write_outcome *m)
{
	struct bytes_reader in = open_record(r);

	m->generation = bytes_u32(&in);
	m->request = bytes_u64(&in);
	m->outcome = bytes_u8(&in);
	bytes_str(&in, m->text, sizeof(m->text));
	return bytes_done(&in) && m->outcome <= WRITE_UNKNOWN;
}

/* --- explain --- */

void driver_put_explain(struct strbuf *w, const struct driver_explain *m)
{
	size_t at = driver_begin(w, DR_EXPLAIN);

	bytes_put_u32(w, m->generation);
	bytes_put_u64(w, m->request);
	bytes_put_u32(w, m->tag);
	driver_end(w, at);
}

bool driver_get_explain(const struct driver_record_view *r, struct driver_explain *m)
{
	struct bytes_reader in = open_record(r);

	m->generation = bytes_u32(&in);
	m->request = bytes_u64(&in);
	m->tag = bytes_u32(&in);
	return bytes_done(&in);
}

enum { EXPLAIN_TEXT_MAX = 32768 };

void driver_put_explain_result(struct strbuf *w, const struct driver_explain_result *m)
{
	size_t at = driver_begin(w, DR_EXPLAIN_RESULT);

	bytes_put_u32(w, m->generation);
	bytes_put_u64(w, m->request);
	bytes_put_blob(w, m->text, strnlen(m->text, EXPLAIN_TEXT_MAX));
	driver_end(w, at);
}

bool driver_get_explain_result(const struct driver_record_view *r,
			       struct driver_explain_result *m)
{
	struct bytes_reader in = open_record(r);
	size_t n;

	m->generation = bytes_u32(&in);
	m->request = bytes_u64(&in);
	const uint8_t *p = bytes_blob(&in, &n);
	m->text = NULL;
	if (!bytes_done(&in) || n > EXPLAIN_TEXT_MAX || memchr(p, 0, n))
		return false;
	m->text = xstrndup((const char *)p, n);
	return true;
}

/* --- words --- */

const char *write_outcome_name(enum write_outcome o)
{
	static const char *const names[] = { "accepted", "refused", "not sent",
					     "unknown" };

	return o <= WRITE_UNKNOWN ? names[o] : "unknown";
}

const char *device_state_name(enum device_state s)
{
	static const char *const names[] = { "connecting", "connected", "failed" };

	return s <= DEVICE_FAILED ? names[s] : "failed";
}
