/* changes_msg.c - change sets as bytes and back. */
#include "wire/changes.h"

#include <stdlib.h>

#include "util/bytes.h"
#include "util/xalloc.h"
#include "wire/msg.h"

void wire_put_changes(struct strbuf *w, const struct wire_changes *m)
{
	size_t at = wire_begin(w, m->look ? WIRE_CHANGES_LOOK : WIRE_CHANGES);

	bytes_put_u32(w, m->req);
	bytes_put_str(w, m->title);
	bytes_put_str(w, m->reason);
	bytes_put_u16(w, (uint16_t)m->n);
	for (size_t i = 0; i < m->n; i++) {
		bytes_put_str(w, m->lines[i].tag);
		value_put(w, &m->lines[i].value);
	}
	wire_end(w, at);
}

bool wire_get_changes(const uint8_t *p, size_t n, struct wire_changes *m)
{
	struct bytes_reader r = bytes_reader(p, n);

	m->req = bytes_u32(&r);
	m->look = false;
	bytes_str(&r, m->title, sizeof(m->title));
	bytes_str(&r, m->reason, sizeof(m->reason));
	m->n = bytes_u16(&r);
	m->lines = NULL;
	if (r.failed || m->n < 1 || m->n > WIRE_CHANGES_MAX)
		return false;
	m->lines = xcalloc(m->n, sizeof(*m->lines));
	for (size_t i = 0; i < m->n; i++) {
		bytes_str(&r, m->lines[i].tag, sizeof(m->lines[i].tag));
		m->lines[i].value = value_get(&r, m->lines[i].text);
	}
	if (bytes_done(&r))
		return true;
	wire_changes_release(m);
	return false;
}

void wire_changes_release(struct wire_changes *m)
{
	free(m->lines);
	m->lines = NULL;
	m->n = 0;
}

void wire_put_change_line(struct strbuf *w, const struct wire_change_line *m)
{
	size_t at = wire_begin(w, WIRE_CHANGE_LINE);

	bytes_put_u32(w, m->req);
	bytes_put_u16(w, m->at);
	bytes_put_u8(w, m->state);
	bytes_put_u8(w, m->same);
	bytes_put_u64(w, m->request);
	bytes_put_str(w, m->tag);
	bytes_put_str(w, m->unit);
	bytes_put_str(w, m->device);
	bytes_put_str(w, m->old_value);
	bytes_put_str(w, m->new_value);
	bytes_put_u8(w, m->has_range);
	bytes_put_f64(w, m->lo);
	bytes_put_f64(w, m->hi);
	bytes_put_str(w, m->text);
	wire_end(w, at);
}

bool wire_get_change_line(const uint8_t *p, size_t n, struct wire_change_line *m)
{
	struct bytes_reader r = bytes_reader(p, n);

	m->req = bytes_u32(&r);
	m->at = bytes_u16(&r);
	m->state = bytes_u8(&r);
	m->same = bytes_u8(&r);
	m->request = bytes_u64(&r);
	bytes_str(&r, m->tag, sizeof(m->tag));
	bytes_str(&r, m->unit, sizeof(m->unit));
	bytes_str(&r, m->device, sizeof(m->device));
	bytes_str(&r, m->old_value, sizeof(m->old_value));
	bytes_str(&r, m->new_value, sizeof(m->new_value));
	m->has_range = bytes_u8(&r);
	m->lo = bytes_f64(&r);
	m->hi = bytes_f64(&r);
	bytes_str(&r, m->text, sizeof(m->text));
	return bytes_done(&r) && m->at < WIRE_CHANGES_MAX && m->state >= CHANGE_READY &&
	       m->state <= CHANGE_UNKNOWN && m->same <= 1 && m->has_range <= 1;
}

void wire_put_change_set(struct strbuf *w, const struct wire_change_set *m)
{
	size_t at = wire_begin(w, WIRE_CHANGE_SET);

	bytes_put_u32(w, m->req);
	bytes_put_u8(w, m->phase);
	bytes_put_u64(w, m->token);
	bytes_put_u64(w, m->request);
	bytes_put_u32(w, m->expires_ms);
	bytes_put_u16(w, m->n);
	bytes_put_u16(w, m->n_done);
	bytes_put_u16(w, m->n_unknown);
	bytes_put_i64(w, m->signed_ms);
	bytes_put_u16(w, m->wants);
	bytes_put_str(w, m->challenge);
	bytes_put_str(w, m->who);
	bytes_put_str(w, m->title);
	bytes_put_str(w, m->reason);
	bytes_put_str(w, m->text);
	wire_end(w, at);
}

bool wire_get_change_set(const uint8_t *p, size_t n, struct wire_change_set *m)
{
	struct bytes_reader r = bytes_reader(p, n);

	m->req = bytes_u32(&r);
	m->phase = bytes_u8(&r);
	m->token = bytes_u64(&r);
	m->request = bytes_u64(&r);
	m->expires_ms = bytes_u32(&r);
	m->n = bytes_u16(&r);
	m->n_done = bytes_u16(&r);
	m->n_unknown = bytes_u16(&r);
	m->signed_ms = bytes_i64(&r);
	m->wants = bytes_u16(&r);
	bytes_str(&r, m->challenge, sizeof(m->challenge));
	bytes_str(&r, m->who, sizeof(m->who));
	bytes_str(&r, m->title, sizeof(m->title));
	bytes_str(&r, m->reason, sizeof(m->reason));
	bytes_str(&r, m->text, sizeof(m->text));
	return bytes_done(&r) && m->phase >= SET_LOOKED && m->phase <= SET_APPROVAL &&
	       m->n <= WIRE_CHANGES_MAX;
}

const char *wire_change_state_name(enum wire_change_state state)
{
	static const char *const names[] = {
		[CHANGE_READY] = "ready",       [CHANGE_BARRED] = "barred",
		[CHANGE_WAITING] = "waiting",   [CHANGE_ACTIVE] = "writing",
		[CHANGE_DONE] = "done",         [CHANGE_MISMATCH] = "differs",
		[CHANGE_UNREAD] = "not read",   [CHANGE_DECLINED] = "refused",
		[CHANGE_NOT_SENT] = "not sent", [CHANGE_UNKNOWN] = "unknown",
	};

	return state >= CHANGE_READY && state <= CHANGE_UNKNOWN ? names[state] : "?";
}

bool wire_change_is_done(enum wire_change_state state)
{
	return state == CHANGE_DONE;
}
