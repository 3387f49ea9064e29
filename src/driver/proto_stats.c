/* proto_stats.c - what a driver counts about a device, as a record and back. */
#include "driver/proto.h"

#include "util/bytes.h"

static void put_classes(struct strbuf *w, const struct device_stats *v)
{
	bytes_put_u8(w, (uint8_t)v->n_classes);
	for (size_t i = 0; i < v->n_classes; i++) {
		bytes_put_str(w, v->classes[i].name);
		bytes_put_u32(w, v->classes[i].period_ms);
		bytes_put_u32(w, v->classes[i].requests);
		bytes_put_u64(w, v->classes[i].done);
		bytes_put_u64(w, v->classes[i].late);
		bytes_put_u64(w, v->classes[i].skipped);
	}
}

static void get_classes(struct bytes_reader *in, struct device_stats *v)
{
	uint8_t n = bytes_u8(in);

	if (n > STATS_CLASSES_MAX)
		in->failed = true;
	for (v->n_classes = 0; v->n_classes < n && !in->failed; v->n_classes++) {
		struct class_stats *c = &v->classes[v->n_classes];

		bytes_str(in, c->name, sizeof(c->name));
		c->period_ms = bytes_u32(in);
		c->requests = bytes_u32(in);
		c->done = bytes_u64(in);
		c->late = bytes_u64(in);
		c->skipped = bytes_u64(in);
	}
}

/* A later version may know more kinds: they are counted, but not here. */
static void get_refused(struct bytes_reader *in, struct device_stats *v)
{
	uint8_t n = bytes_u8(in);

	for (size_t i = 0; i < n && !in->failed; i++) {
		uint64_t count = bytes_u64(in);

		if (i < REFUSED_KINDS)
			v->refused[i] = count;
	}
}

static void put_numbers(struct strbuf *w, const struct device_stats *v)
{
	bytes_put_u64(w, v->connects);
	bytes_put_u64(w, v->requests);
	bytes_put_u64(w, v->writes);
	bytes_put_u64(w, v->exceptions);
	bytes_put_u64(w, v->timeouts);
	bytes_put_u64(w, v->messages);
	bytes_put_u64(w, v->parse_errors);
	bytes_put_u32(w, v->p50_us);
	bytes_put_u32(w, v->p95_us);
	bytes_put_u32(w, v->p99_us);
	bytes_put_u32(w, v->max_us);
}

static void get_numbers(struct bytes_reader *in, struct device_stats *v)
{
	v->connects = bytes_u64(in);
	v->requests = bytes_u64(in);
	v->writes = bytes_u64(in);
	v->exceptions = bytes_u64(in);
	v->timeouts = bytes_u64(in);
	v->messages = bytes_u64(in);
	v->parse_errors = bytes_u64(in);
	v->p50_us = bytes_u32(in);
	v->p95_us = bytes_u32(in);
	v->p99_us = bytes_u32(in);
	v->max_us = bytes_u32(in);
}

void driver_put_stats(struct strbuf *w, uint32_t generation, uint32_t device,
		      const struct device_stats *v)
{
	size_t at = driver_begin(w, DR_STATS);

	bytes_put_u32(w, generation);
	bytes_put_u32(w, device);
	put_numbers(w, v);
	bytes_put_u8(w, REFUSED_KINDS);
	for (size_t i = 0; i < REFUSED_KINDS; i++)
		bytes_put_u64(w, v->refused[i]);
	put_classes(w, v);
	bytes_put_u32(w, v->holes);
	bytes_put_str(w, v->hole_list);
	bytes_put_i64(w, v->last_error_ms);
	bytes_put_str(w, v->last_error);
	driver_end(w, at);
}

bool driver_get_stats(const struct driver_record_view *r, struct driver_stats *m)
{
	struct bytes_reader in = bytes_reader(r->payload, r->len);

	*m = (struct driver_stats){ .generation = bytes_u32(&in) };
	m->device = bytes_u32(&in);
	get_numbers(&in, &m->v);
	get_refused(&in, &m->v);
	get_classes(&in, &m->v);
	m->v.holes = bytes_u32(&in);
	bytes_str(&in, m->v.hole_list, sizeof(m->v.hole_list));
	m->v.last_error_ms = bytes_i64(&in);
	bytes_str(&in, m->v.last_error, sizeof(m->v.last_error));
	return bytes_done(&in);
}
