/* rig_read.c - what the sessions of a rig were told, and what its store has. */
#include "unit/station/rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void rig_forget(struct rig *r, uint64_t session)
{
	strbuf_clear(&r->frames[session]);
}

typedef bool (*match_fn)(void *arg, const uint8_t *payload, size_t len);

static size_t each(const struct rig *r, uint64_t session, enum wire_type type,
		   match_fn match, void *arg, const uint8_t **last, size_t *last_len)
{
	const struct strbuf *all = &r->frames[session];
	const uint8_t *p = (const uint8_t *)all->buf, *payload;
	size_t at = 0, len, n = 0;
	uint16_t got;
	int64_t used;

	while ((used = wire_frame_next(p + at, all->len - at, &got, &payload, &len)) >
	       0) {
		at += (size_t)used;
		if (got != type || (match && !match(arg, payload, len)))
			continue;
		n++;
		if (last)
			*last = payload;
		if (last_len)
			*last_len = len;
	}
	assert_int_equal(at, all->len);
	return n;
}

bool rig_last(const struct rig *r, uint64_t session, enum wire_type type,
	      const uint8_t **payload, size_t *len)
{
	return each(r, session, type, NULL, NULL, payload, len) > 0;
}

size_t rig_count(const struct rig *r, uint64_t session, enum wire_type type)
{
	return each(r, session, type, NULL, NULL, NULL, NULL);
}

static bool is_reply(void *arg, const uint8_t *payload, size_t len)
{
	static struct wire_reply m;

	return wire_get_reply(payload, len, &m) && m.req == *(const uint32_t *)arg;
}

const char *rig_reply(const struct rig *r, uint64_t session, uint32_t req,
		      enum wire_status *status)
{
	static struct wire_reply m;
	const uint8_t *payload;
	size_t len;

	if (!each(r, session, WIRE_REPLY, is_reply, &req, &payload, &len))
		return "";
	assert_true(wire_get_reply(payload, len, &m));
	if (status)
		*status = (enum wire_status)m.status;
	return m.text;
}

const char *rig_goodbye(const struct rig *r, uint64_t session)
{
	static struct wire_goodbye m;
	const uint8_t *payload;
	size_t len;

	if (!rig_last(r, session, WIRE_GOODBYE, &payload, &len))
		return "";
	assert_true(wire_get_goodbye(payload, len, &m));
	return m.text;
}

static bool is_done(void *arg, const uint8_t *payload, size_t len)
{
	static struct wire_write_done m;

	return wire_get_write_done(payload, len, &m) && m.req == *(const uint32_t *)arg;
}

bool rig_done(const struct rig *r, uint64_t session, uint32_t req,
	      struct wire_write_done *m)
{
	const uint8_t *payload;
	size_t len;

	return each(r, session, WIRE_WRITE_DONE, is_done, &req, &payload, &len) &&
	       wire_get_write_done(payload, len, m);
}

uint64_t rig_token(struct rig *r, uint64_t session, const char *tag, struct value v)
{
	struct wire_selected m;
	const uint8_t *payload;
	size_t len, before = rig_count(r, session, WIRE_SELECTED);

	rig_select(r, session, 500, tag, v);
	if (rig_count(r, session, WIRE_SELECTED) == before)
		return 0;
	assert_true(rig_last(r, session, WIRE_SELECTED, &payload, &len));
	assert_true(wire_get_selected(payload, len, &m));
	return m.token;
}

static bool is_row_of(void *arg, const uint8_t *payload, size_t len)
{
	static struct wire_alarm_row row;

	return wire_get_alarm_row(payload, len, &row) &&
	       strcmp(row.name, (const char *)arg) == 0;
}

bool rig_alarm_row(const struct rig *r, uint64_t session, const char *alarm,
		   struct wire_alarm_row *row)
{
	char name[128];
	const uint8_t *payload;
	size_t len;

	snprintf(name, sizeof(name), "%s", alarm);
	return each(r, session, WIRE_ALARM_ROW, is_row_of, name, &payload, &len) &&
	       wire_get_alarm_row(payload, len, row);
}

bool rig_sync(const struct rig *r, uint64_t session, struct wire_alarm_sync *m)
{
	const uint8_t *payload;
	size_t len;

	return rig_last(r, session, WIRE_ALARM_SYNC, &payload, &len) &&
	       wire_get_alarm_sync(payload, len, m);
}

/* --- records ----------------------------------------------------------------------- */

size_t rig_audits(const struct rig *r, enum audit_kind kind, struct audit_record *last)
{
	static struct strbuf texts = STRBUF_INIT, kept = STRBUF_INIT;
	struct audit_record one;
	const struct strbuf *found = NULL;
	size_t n = 0;

	for (size_t i = 0; i < r->n_stored; i++)
		for (size_t k = 0; k < r->stored[i]->n; k++) {
			const struct txn_op *op = &r->stored[i]->ops[k];

			if (op->kind != TXN_AUDIT)
				continue;
			strbuf_clear(&texts);
			assert_true(audit_record_get(op->body.buf, op->body.len, &one,
						     &texts));
			if (one.kind != kind)
				continue;
			n++;
			found = &op->body;
		}
	strbuf_clear(&kept);
	if (found && last)
		assert_true(audit_record_get(found->buf, found->len, last, &kept));
	return n;
}

bool rig_outcome_settles(const struct rig *r)
{
	bool settles = false;

	for (size_t i = 0; i < r->n_stored; i++)
		for (size_t k = 0; k < r->stored[i]->n; k++)
			if (r->stored[i]->ops[k].kind == TXN_OUTCOME)
				settles = r->stored[i]->ops[k].settled;
	return settles;
}

size_t rig_stored_ops(const struct rig *r, enum txn_kind kind)
{
	size_t n = 0;

	for (size_t i = 0; i < r->n_stored; i++)
		for (size_t k = 0; k < r->stored[i]->n; k++)
			n += r->stored[i]->ops[k].kind == kind;
	return n;
}
