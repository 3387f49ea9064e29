/* server_msg.c - what the server says of itself and of requests: welcome, replies, rows,
 * writes. */
#include "wire/msg.h"

#include <stdlib.h>
#include <string.h>

#include "util/bytes.h"

void wire_put_welcome(struct strbuf *w, const struct wire_welcome *m)
{
	size_t at = wire_begin(w, WIRE_WELCOME);

	bytes_put_u32(w, m->version);
	bytes_put_u64(w, m->session);
	bytes_put_str(w, m->station);
	bytes_put_str(w, m->station_text);
	bytes_put_str(w, m->operator_name);
	bytes_put_str(w, m->roles);
	bytes_put_u32(w, m->rights);
	bytes_put_str(w, m->notice);
	bytes_put_str(w, m->server);
	wire_end(w, at);
}

bool wire_get_welcome(const uint8_t *p, size_t n, struct wire_welcome *m)
{
	struct bytes_reader r = bytes_reader(p, n);

	m->version = bytes_u32(&r);
	m->session = bytes_u64(&r);
	bytes_str(&r, m->station, sizeof(m->station));
	bytes_str(&r, m->station_text, sizeof(m->station_text));
	bytes_str(&r, m->operator_name, sizeof(m->operator_name));
	bytes_str(&r, m->roles, sizeof(m->roles));
	m->rights = bytes_u32(&r);
	bytes_str(&r, m->notice, sizeof(m->notice));
	bytes_str(&r, m->server, sizeof(m->server));
	return bytes_done(&r);
}

void wire_put_goodbye(struct strbuf *w, bool stay_away, const char *text)
{
	size_t at = wire_begin(w, WIRE_GOODBYE);

	bytes_put_u8(w, stay_away);
	bytes_put_str(w, text);
	wire_end(w, at);
}

bool wire_get_goodbye(const uint8_t *p, size_t n, struct wire_goodbye *m)
{
	struct bytes_reader r = bytes_reader(p, n);

	m->stay_away = bytes_u8(&r);
	bytes_str(&r, m->text, sizeof(m->text));
	return bytes_done(&r);
}

/* Cut to what a reply may carry; never in the middle of a character. */
static void put_text(struct strbuf *w, const char *text)
{
	size_t n = strnlen(text, WIRE_TEXT_MAX + 1);

	if (n > WIRE_TEXT_MAX) {
		n = WIRE_TEXT_MAX;
		while (n > 0 && ((unsigned char)text[n] & 0xC0) == 0x80)
			n--;
	}
	bytes_put_u16(w, (uint16_t)n);
	strbuf_add(w, text, n);
}

void wire_put_notice(struct strbuf *w, bool refused, const char *text)
{
	size_t at = wire_begin(w, WIRE_NOTICE);

	bytes_put_u8(w, refused);
	put_text(w, text);
	wire_end(w, at);
}

bool wire_get_notice(const uint8_t *p, size_t n, struct wire_notice *m)
{
	struct bytes_reader r = bytes_reader(p, n);

	m->refused = bytes_u8(&r);
	bytes_str(&r, m->text, sizeof(m->text));
	return bytes_done(&r);
}

void wire_put_reply(struct strbuf *w, uint32_t req, enum wire_status status,
		    const char *text)
{
	size_t at = wire_begin(w, WIRE_REPLY);

	bytes_put_u32(w, req);
	bytes_put_u8(w, (uint8_t)status);
	put_text(w, text);
	wire_end(w, at);
}

bool wire_get_reply(const uint8_t *p, size_t n, struct wire_reply *m)
{
	struct bytes_reader r = bytes_reader(p, n);

	m->req = bytes_u32(&r);
	m->status = bytes_u8(&r);
	bytes_str(&r, m->text, sizeof(m->text));
	return bytes_done(&r) && m->status <= WIRE_UNKNOWN;
}

void wire_put_row(struct strbuf *w, uint32_t req, const char *const *fields, size_t n)
{
	size_t at = wire_begin(w, WIRE_ROW);

	bytes_put_u32(w, req);
	bytes_put_u16(w, (uint16_t)n);
	for (size_t i = 0; i < n; i++)
		put_text(w, fields[i] ? fields[i] : "");
	wire_end(w, at);
}

bool wire_get_row(const uint8_t *p, size_t n, struct wire_row *m)
{
	struct bytes_reader r = bytes_reader(p, n);

	*m = (struct wire_row){ .req = bytes_u32(&r) };
	uint16_t count = bytes_u16(&r);
	if (r.failed || count > WIRE_FIELDS_MAX)
		return false;
	for (m->n = 0; m->n < count; m->n++)
		m->field[m->n] = bytes_strdup(&r, WIRE_TEXT_MAX);
	if (bytes_done(&r))
		return true;
	wire_row_release(m);
	return false;
}

void wire_row_release(struct wire_row *m)
{
	for (size_t i = 0; i < m->n; i++)
		free(m->field[i]);
	m->n = 0;
}

void wire_put_beat(struct strbuf *w, const struct wire_beat *m)
{
	size_t at = wire_begin(w, WIRE_BEAT);

	bytes_put_i64(w, m->server_ms);
	bytes_put_u8(w, m->recording);
	bytes_put_u16(w, m->sessions);
	bytes_put_u16(w, m->in_doubt);
	bytes_put_u16(w, m->devices);
	bytes_put_u16(w, m->devices_down);
	bytes_put_u16(w, m->alarm_rate);
	bytes_put_u16(w, m->substituted);
	bytes_put_u16(w, m->simulated);
	bytes_put_u8(w, m->distrusted);
	bytes_put_str(w, m->anchor);
	wire_end(w, at);
}

bool wire_get_beat(const uint8_t *p, size_t n, struct wire_beat *m)
{
	struct bytes_reader r = bytes_reader(p, n);

	m->server_ms = bytes_i64(&r);
	m->recording = bytes_u8(&r);
	m->sessions = bytes_u16(&r);
	m->in_doubt = bytes_u16(&r);
	m->devices = bytes_u16(&r);
	m->devices_down = bytes_u16(&r);
	m->alarm_rate = bytes_u16(&r);
	m->substituted = bytes_u16(&r);
	m->simulated = bytes_u16(&r);
	m->distrusted = bytes_u8(&r);
	bytes_str(&r, m->anchor, sizeof(m->anchor));
	return bytes_done(&r);
}

void wire_put_selected(struct strbuf *w, const struct wire_selected *m)
{
	size_t at = wire_begin(w, WIRE_SELECTED);

	bytes_put_u32(w, m->req);
	bytes_put_u64(w, m->token);
	bytes_put_u32(w, m->expires_ms);
	bytes_put_str(w, m->tag);
	bytes_put_str(w, m->unit);
	bytes_put_str(w, m->old_value);
	bytes_put_str(w, m->new_value);
	bytes_put_u8(w, m->has_range);
	bytes_put_f64(w, m->lo);
	bytes_put_f64(w, m->hi);
	bytes_put_str(w, m->device);
	bytes_put_u16(w, m->wants);
	bytes_put_str(w, m->challenge);
	wire_end(w, at);
}

bool wire_get_selected(const uint8_t *p, size_t n, struct wire_selected *m)
{
	struct bytes_reader r = bytes_reader(p, n);

	m->req = bytes_u32(&r);
	m->token = bytes_u64(&r);
	m->expires_ms = bytes_u32(&r);
	bytes_str(&r, m->tag, sizeof(m->tag));
	bytes_str(&r, m->unit, sizeof(m->unit));
	bytes_str(&r, m->old_value, sizeof(m->old_value));
	bytes_str(&r, m->new_value, sizeof(m->new_value));
	m->has_range = bytes_u8(&r);
	m->lo = bytes_f64(&r);
	m->hi = bytes_f64(&r);
	bytes_str(&r, m->device, sizeof(m->device));
	m->wants = bytes_u16(&r);
	bytes_str(&r, m->challenge, sizeof(m->challenge));
	return bytes_done(&r);
}

void wire_put_write_step(struct strbuf *w, const struct wire_write_step *m)
{
	size_t at = wire_begin(w, WIRE_WRITE_STEP);

	bytes_put_u32(w, m->req);
	bytes_put_u8(w, m->stage);
	bytes_put_str(w, m->text);
	wire_end(w, at);
}

bool wire_get_write_step(const uint8_t *p, size_t n, struct wire_write_step *m)
{
	struct bytes_reader r = bytes_reader(p, n);

	m->req = bytes_u32(&r);
	m->stage = bytes_u8(&r);
	bytes_str(&r, m->text, sizeof(m->text));
	return bytes_done(&r);
}

void wire_put_write_done(struct strbuf *w, const struct wire_write_done *m)
{
	size_t at = wire_begin(w, WIRE_WRITE_DONE);

	bytes_put_u32(w, m->req);
	bytes_put_u64(w, m->request);
	bytes_put_u8(w, m->outcome);
	bytes_put_u8(w, m->verdict);
	bytes_put_u8(w, m->in_doubt);
	bytes_put_str(w, m->text);
	wire_end(w, at);
}

bool wire_get_write_done(const uint8_t *p, size_t n, struct wire_write_done *m)
{
	struct bytes_reader r = bytes_reader(p, n);

	m->req = bytes_u32(&r);
	m->request = bytes_u64(&r);
	m->outcome = bytes_u8(&r);
	m->verdict = bytes_u8(&r);
	m->in_doubt = bytes_u8(&r);
	bytes_str(&r, m->text, sizeof(m->text));
	return bytes_done(&r);
}

void wire_put_screen_file(struct strbuf *w, const struct wire_screen_file *m)
{
	size_t at = wire_begin(w, WIRE_SCREEN_FILE);

	bytes_put_u32(w, m->req);
	bytes_put_u64(w, m->revision);
	bytes_put_str(w, m->path);
	bytes_put_blob(w, m->text, m->len);
	wire_end(w, at);
}

bool wire_get_screen_file(const uint8_t *p, size_t n, struct wire_screen_file *m)
{
	struct bytes_reader r = bytes_reader(p, n);
	size_t len;

	m->req = bytes_u32(&r);
	m->revision = bytes_u64(&r);
	bytes_str(&r, m->path, sizeof(m->path));
	m->text = (const char *)bytes_blob(&r, &len);
	m->len = (uint32_t)len;
	return bytes_done(&r);
}

void wire_put_revision(struct strbuf *w, enum wire_type type, uint64_t revision)
{
	size_t at = wire_begin(w, type);

	bytes_put_u64(w, revision);
	wire_end(w, at);
}

bool wire_get_revision(const uint8_t *p, size_t n, uint64_t *revision)
{
	struct bytes_reader r = bytes_reader(p, n);

	*revision = bytes_u64(&r);
	return bytes_done(&r);
}

const char *write_verdict_name(enum write_verdict v)
{
	static const char *const names[] = { "none", "match", "mismatch", "unreadable" };

	return v <= VERDICT_UNREADABLE ? names[v] : "?";
}
