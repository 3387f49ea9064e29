/* alarm_msg.c - the alarm list as the server tells it, and what a person does to an
 * alarm. */
#include "wire/msg.h"

#include "util/bytes.h"

/* --- acts ------------------------------------------------------------------------- */

void wire_put_alarm_act(struct strbuf *w, const struct wire_alarm_act *m)
{
	size_t at = wire_begin(w, WIRE_ALARM_ACT);

	bytes_put_u32(w, m->req);
	bytes_put_u64(w, m->epoch);
	bytes_put_u64(w, m->version);
	bytes_put_u8(w, m->event);
	bytes_put_u8(w, m->older);
	bytes_put_u8(w, m->shelf);
	bytes_put_u64(w, m->occurrence);
	bytes_put_i64(w, m->duration_ms);
	bytes_put_str(w, m->alarm);
	bytes_put_str(w, m->text);
	wire_end(w, at);
}

bool wire_get_alarm_act(const uint8_t *p, size_t n, struct wire_alarm_act *m)
{
	struct bytes_reader r = bytes_reader(p, n);

	m->req = bytes_u32(&r);
	m->epoch = bytes_u64(&r);
	m->version = bytes_u64(&r);
	m->event = bytes_u8(&r);
	m->older = bytes_u8(&r);
	m->shelf = bytes_u8(&r);
	m->occurrence = bytes_u64(&r);
	m->duration_ms = bytes_i64(&r);
	bytes_str(&r, m->alarm, sizeof(m->alarm));
	bytes_str(&r, m->text, sizeof(m->text));
	return bytes_done(&r) && m->older <= 1;
}

/* --- the list --------------------------------------------------------------------- */

void wire_put_alarm_reset(struct strbuf *w, uint64_t epoch)
{
	wire_put_revision(w, WIRE_ALARM_RESET, epoch);
}

bool wire_get_alarm_reset(const uint8_t *p, size_t n, struct wire_alarm_reset *m)
{
	return wire_get_revision(p, n, &m->epoch);
}

/* As it is now, and what its definition says of it. */
static void put_core(struct strbuf *w, const struct wire_alarm_row *m)
{
	bytes_put_u64(w, m->epoch);
	bytes_put_u64(w, m->version);
	bytes_put_u64(w, m->occurrence);
	bytes_put_str(w, m->name);
	bytes_put_str(w, m->tag);
	bytes_put_str(w, m->area);
	bytes_put_str(w, m->unit);
	bytes_put_str(w, m->type);
	bytes_put_u8(w, m->state);
	bytes_put_u8(w, m->flags);
	bytes_put_u8(w, m->priority);
	bytes_put_u8(w, m->source_bad);
	bytes_put_u8(w, m->recording);
	bytes_put_i64(w, m->raised_ms);
	bytes_put_i64(w, m->changed_ms);
	bytes_put_i64(w, m->acked_ms);
	bytes_put_f64(w, m->value);
	bytes_put_f64(w, m->limit);
	bytes_put_str(w, m->acked_by);
	bytes_put_str(w, m->message);
	bytes_put_str(w, m->cause);
	bytes_put_str(w, m->consequence);
	bytes_put_str(w, m->action);
	bytes_put_str(w, m->screen);
	bytes_put_i64(w, m->respond_within_s);
}

static void get_core(struct bytes_reader *r, struct wire_alarm_row *m)
{
	m->epoch = bytes_u64(r);
	m->version = bytes_u64(r);
	m->occurrence = bytes_u64(r);
	bytes_str(r, m->name, sizeof(m->name));
	bytes_str(r, m->tag, sizeof(m->tag));
	bytes_str(r, m->area, sizeof(m->area));
	bytes_str(r, m->unit, sizeof(m->unit));
	bytes_str(r, m->type, sizeof(m->type));
	m->state = bytes_u8(r);
	m->flags = bytes_u8(r);
	m->priority = bytes_u8(r);
	m->source_bad = bytes_u8(r);
	m->recording = bytes_u8(r);
	m->raised_ms = bytes_i64(r);
	m->changed_ms = bytes_i64(r);
	m->acked_ms = bytes_i64(r);
	m->value = bytes_f64(r);
	m->limit = bytes_f64(r);
	bytes_str(r, m->acked_by, sizeof(m->acked_by));
	bytes_str(r, m->message, sizeof(m->message));
	bytes_str(r, m->cause, sizeof(m->cause));
	bytes_str(r, m->consequence, sizeof(m->consequence));
	bytes_str(r, m->action, sizeof(m->action));
	bytes_str(r, m->screen, sizeof(m->screen));
	m->respond_within_s = bytes_i64(r);
}

/* What hides it, who said what of it, its groups and its older occurrences. */
static void put_beside(struct strbuf *w, const struct wire_alarm_row *m)
{
	bytes_put_str(w, m->class_name);
	bytes_put_str(w, m->owner);
	bytes_put_str(w, m->reviewed);
	bytes_put_u8(w, m->life);
	bytes_put_u16(w, m->realarms);
	bytes_put_u64(w, m->unconfirmed);
	bytes_put_i64(w, m->shelve_max_s);
	bytes_put_u8(w, m->shelf);
	bytes_put_i64(w, m->shelf_until_ms);
	bytes_put_u8(w, m->suppressed);
	bytes_put_str(w, m->hidden_by);
	bytes_put_str(w, m->hidden_reason);
	bytes_put_i64(w, m->hidden_since_ms);
	bytes_put_i64(w, m->comment_ms);
	bytes_put_str(w, m->comment_by);
	bytes_put_str(w, m->comment);
	bytes_put_u8(w, m->first_out);
	bytes_put_str(w, m->group);
	bytes_put_u8(w, m->superseded);
	bytes_put_u8(w, m->habits);
	bytes_put_u8(w, m->n_older);
	for (size_t i = 0; i < m->n_older; i++) {
		bytes_put_u64(w, m->older[i].occurrence);
		bytes_put_i64(w, m->older[i].raised_ms);
	}
}

static void get_older(struct bytes_reader *r, struct wire_alarm_row *m)
{
	m->n_older = bytes_u8(r);
	if (m->n_older > WIRE_OLDER_MAX) {
		m->n_older = 0;
		r->failed = true;
	}
	for (size_t i = 0; i < m->n_older; i++) {
		m->older[i].occurrence = bytes_u64(r);
		m->older[i].raised_ms = bytes_i64(r);
	}
}

static void get_beside(struct bytes_reader *r, struct wire_alarm_row *m)
{
	bytes_str(r, m->class_name, sizeof(m->class_name));
	bytes_str(r, m->owner, sizeof(m->owner));
	bytes_str(r, m->reviewed, sizeof(m->reviewed));
	m->life = bytes_u8(r);
	m->realarms = bytes_u16(r);
	m->unconfirmed = bytes_u64(r);
	m->shelve_max_s = bytes_i64(r);
	m->shelf = bytes_u8(r);
	m->shelf_until_ms = bytes_i64(r);
	m->suppressed = bytes_u8(r);
	bytes_str(r, m->hidden_by, sizeof(m->hidden_by));
	bytes_str(r, m->hidden_reason, sizeof(m->hidden_reason));
	m->hidden_since_ms = bytes_i64(r);
	m->comment_ms = bytes_i64(r);
	bytes_str(r, m->comment_by, sizeof(m->comment_by));
	bytes_str(r, m->comment, sizeof(m->comment));
	m->first_out = bytes_u8(r);
	bytes_str(r, m->group, sizeof(m->group));
	m->superseded = bytes_u8(r);
	m->habits = bytes_u8(r);
	get_older(r, m);
}

void wire_put_alarm_row(struct strbuf *w, const struct wire_alarm_row *m)
{
	size_t at = wire_begin(w, WIRE_ALARM_ROW);

	put_core(w, m);
	put_beside(w, m);
	wire_end(w, at);
}

bool wire_get_alarm_row(const uint8_t *p, size_t n, struct wire_alarm_row *m)
{
	struct bytes_reader r = bytes_reader(p, n);

	*m = (struct wire_alarm_row){ 0 };
	get_core(&r, m);
	get_beside(&r, m);
	return bytes_done(&r);
}

void wire_put_alarm_sync(struct strbuf *w, const struct wire_alarm_sync *m)
{
	size_t at = wire_begin(w, WIRE_ALARM_SYNC);

	bytes_put_u64(w, m->epoch);
	bytes_put_u64(w, m->version);
	bytes_put_u64(w, m->hash);
	wire_end(w, at);
}

bool wire_get_alarm_sync(const uint8_t *p, size_t n, struct wire_alarm_sync *m)
{
	struct bytes_reader r = bytes_reader(p, n);

	m->epoch = bytes_u64(&r);
	m->version = bytes_u64(&r);
	m->hash = bytes_u64(&r);
	return bytes_done(&r);
}
