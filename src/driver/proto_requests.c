/* proto_requests.c - what the server asks a driver for: to read, to write and to explain
 * a tag; and the answers. */
#include <string.h>

#include "driver/proto_int.h"
#include "util/xalloc.h"

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
	struct bytes_reader in = driver_open(r);

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
	struct bytes_reader in = driver_open(r);

	m->generation = bytes_u32(&in);
	m->request = bytes_u64(&in);
	m->sample.tag = bytes_u32(&in);
	m->sample.quality = bytes_u16(&in);
	m->sample.source_ms = bytes_i64(&in);
	m->sample.mono_ns = bytes_i64(&in);
	m->sample.value = value_get(&in, text_buf);
	bytes_str(&in, m->text, sizeof(m->text));
	return bytes_done(&in) && driver_sample_is_sound(&m->sample);
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
	struct bytes_reader in = driver_open(r);

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
	struct bytes_reader in = driver_open(r);

	m->generation = bytes_u32(&in);
	m->request = bytes_u64(&in);
	m->outcome = bytes_u8(&in);
	bytes_str(&in, m->text, sizeof(m->text));
	return bytes_done(&in) && m->outcome <= WRITE_UNKNOWN;
}

/* --- publish --- */

void driver_put_publish(struct strbuf *w, const struct driver_publish *m)
{
	size_t at = driver_begin(w, DR_PUBLISH);

	bytes_put_u32(w, m->device);
	bytes_put_u8(w, m->retain);
	bytes_put_str(w, m->topic);
	bytes_put_blob(w, m->payload, m->len);
	driver_end(w, at);
}

bool driver_get_publish(const struct driver_record_view *r, struct driver_publish *m,
			char topic_buf[DRIVER_TOPIC_MAX + 1])
{
	struct bytes_reader in = driver_open(r);

	m->device = bytes_u32(&in);
	m->retain = bytes_u8(&in) != 0;
	bytes_str(&in, topic_buf, DRIVER_TOPIC_MAX + 1);
	m->payload = (const char *)bytes_blob(&in, &m->len);
	m->topic = topic_buf;
	return bytes_done(&in) && topic_buf[0] && m->len <= DRIVER_PAYLOAD_MAX;
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
	struct bytes_reader in = driver_open(r);

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
	struct bytes_reader in = driver_open(r);
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
