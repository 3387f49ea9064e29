/* device_msg.c - one device as bytes and back. */
#include "wire/device.h"

#include "util/bytes.h"
#include "wire/msg.h"

static void put_refused(struct strbuf *w, const struct wire_device *m)
{
	bytes_put_u8(w, m->n_refused);
	for (size_t i = 0; i < m->n_refused; i++) {
		bytes_put_str(w, m->refused[i].name);
		bytes_put_u64(w, m->refused[i].n);
	}
}

static void get_refused(struct bytes_reader *r, struct wire_device *m)
{
	m->n_refused = bytes_count(r, WIRE_REFUSED_MAX);
	for (size_t i = 0; i < m->n_refused; i++) {
		bytes_str(r, m->refused[i].name, sizeof(m->refused[i].name));
		m->refused[i].n = bytes_u64(r);
	}
}

static void put_classes(struct strbuf *w, const struct wire_device *m)
{
	bytes_put_u8(w, m->n_classes);
	for (size_t i = 0; i < m->n_classes; i++) {
		bytes_put_str(w, m->classes[i].name);
		bytes_put_u32(w, m->classes[i].period_ms);
		bytes_put_u32(w, m->classes[i].requests);
		bytes_put_u64(w, m->classes[i].done);
		bytes_put_u64(w, m->classes[i].late);
		bytes_put_u64(w, m->classes[i].skipped);
	}
}

static void get_classes(struct bytes_reader *r, struct wire_device *m)
{
	m->n_classes = bytes_count(r, WIRE_CLASSES_MAX);
	for (size_t i = 0; i < m->n_classes; i++) {
		bytes_str(r, m->classes[i].name, sizeof(m->classes[i].name));
		m->classes[i].period_ms = bytes_u32(r);
		m->classes[i].requests = bytes_u32(r);
		m->classes[i].done = bytes_u64(r);
		m->classes[i].late = bytes_u64(r);
		m->classes[i].skipped = bytes_u64(r);
	}
}

static void put_stats(struct strbuf *w, const struct wire_device *m)
{
	bytes_put_i64(w, m->stats_ms);
	bytes_put_u64(w, m->connects);
	bytes_put_u64(w, m->requests);
	bytes_put_u64(w, m->writes);
	bytes_put_u64(w, m->exceptions);
	bytes_put_u64(w, m->timeouts);
	bytes_put_u64(w, m->messages);
	bytes_put_u64(w, m->parse_errors);
	bytes_put_f64(w, m->per_second);
	bytes_put_u32(w, m->p50_us);
	bytes_put_u32(w, m->p95_us);
	bytes_put_u32(w, m->p99_us);
	bytes_put_u32(w, m->max_us);
	put_classes(w, m);
	put_refused(w, m);
	bytes_put_u32(w, m->n_holes);
	bytes_put_str(w, m->holes);
}

static void get_stats(struct bytes_reader *r, struct wire_device *m)
{
	m->stats_ms = bytes_i64(r);
	m->connects = bytes_u64(r);
	m->requests = bytes_u64(r);
	m->writes = bytes_u64(r);
	m->exceptions = bytes_u64(r);
	m->timeouts = bytes_u64(r);
	m->messages = bytes_u64(r);
	m->parse_errors = bytes_u64(r);
	m->per_second = bytes_f64(r);
	m->p50_us = bytes_u32(r);
	m->p95_us = bytes_u32(r);
	m->p99_us = bytes_u32(r);
	m->max_us = bytes_u32(r);
	get_classes(r, m);
	get_refused(r, m);
	m->n_holes = bytes_u32(r);
	bytes_str(r, m->holes, sizeof(m->holes));
}

void wire_put_device(struct strbuf *w, const struct wire_device *m)
{
	size_t at = wire_begin(w, WIRE_DEVICE);

	bytes_put_u32(w, m->req);
	bytes_put_str(w, m->name);
	bytes_put_str(w, m->driver);
	bytes_put_str(w, m->where);
	bytes_put_u8(w, m->link);
	bytes_put_u8(w, m->ne107);
	bytes_put_str(w, m->text);
	bytes_put_i64(w, m->since_ms);
	bytes_put_str(w, m->last_error);
	bytes_put_i64(w, m->last_error_ms);
	bytes_put_u32(w, m->tags);
	bytes_put_u32(w, m->tags_bad);
	bytes_put_u32(w, m->tags_by_hand);
	bytes_put_u8(w, m->has_stats);
	if (m->has_stats)
		put_stats(w, m);
	wire_end(w, at);
}

bool wire_get_device(const uint8_t *p, size_t n, struct wire_device *m)
{
	struct bytes_reader r = bytes_reader(p, n);

	*m = (struct wire_device){ .req = bytes_u32(&r) };
	bytes_str(&r, m->name, sizeof(m->name));
	bytes_str(&r, m->driver, sizeof(m->driver));
	bytes_str(&r, m->where, sizeof(m->where));
	m->link = bytes_u8(&r);
	m->ne107 = bytes_u8(&r);
	bytes_str(&r, m->text, sizeof(m->text));
	m->since_ms = bytes_i64(&r);
	bytes_str(&r, m->last_error, sizeof(m->last_error));
	m->last_error_ms = bytes_i64(&r);
	m->tags = bytes_u32(&r);
	m->tags_bad = bytes_u32(&r);
	m->tags_by_hand = bytes_u32(&r);
	m->has_stats = bytes_u8(&r);
	if (m->has_stats)
		get_stats(&r, m);
	return bytes_done(&r) && m->link <= WIRE_LINK_NO_DRIVER &&
	       m->ne107 <= WIRE_NE107_FAILURE && m->has_stats <= 1;
}

const char *wire_link_name(enum wire_link l)
{
	static const char *const names[] = {
		[WIRE_LINK_UNKNOWN] = "starting",    [WIRE_LINK_UP] = "connected",
		[WIRE_LINK_DOWN] = "not connected",  [WIRE_LINK_REFUSED] = "refused",
		[WIRE_LINK_NO_DRIVER] = "no driver",
	};

	return l <= WIRE_LINK_NO_DRIVER ? names[l] : "?";
}

const char *wire_ne107_name(enum wire_ne107 s)
{
	static const char *const names[] = { "ok", "maintenance required",
					     "out of specification", "function check",
					     "failure" };

	return s <= WIRE_NE107_FAILURE ? names[s] : "?";
}

char wire_ne107_letter(enum wire_ne107 s)
{
	return s <= WIRE_NE107_FAILURE ? " MSCF"[s] : '?';
}
