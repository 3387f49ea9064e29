/* who.c - WHO as bytes, and the words for the states of a session. */
#include "wire/who.h"

#include "util/bytes.h"
#include "util/strbuf.h"
#include "wire/msg.h"

void wire_put_who(struct strbuf *w, const struct wire_who *m)
{
	size_t at = wire_begin(w, WIRE_WHO);

	bytes_put_u8(w, m->state);
	bytes_put_u32(w, m->rights);
	bytes_put_u8(w, m->person);
	bytes_put_u8(w, m->provable);
	bytes_put_str(w, m->name);
	bytes_put_str(w, m->roles);
	bytes_put_str(w, m->user);
	bytes_put_str(w, m->why);
	wire_end(w, at);
}

bool wire_get_who(const uint8_t *p, size_t n, struct wire_who *m)
{
	struct bytes_reader r = bytes_reader(p, n);

	m->state = bytes_u8(&r);
	m->rights = bytes_u32(&r);
	m->person = bytes_u8(&r);
	m->provable = bytes_u8(&r);
	bytes_str(&r, m->name, sizeof(m->name));
	bytes_str(&r, m->roles, sizeof(m->roles));
	bytes_str(&r, m->user, sizeof(m->user));
	bytes_str(&r, m->why, sizeof(m->why));
	return bytes_done(&r) && m->state >= SESSION_VIEWING &&
	       m->state <= SESSION_NOTICE;
}

void wire_put_use_notice(struct strbuf *w, const char *text)
{
	size_t at = wire_begin(w, WIRE_USE_NOTICE);

	bytes_put_str(w, text);
	wire_end(w, at);
}

bool wire_get_use_notice(const uint8_t *p, size_t n, char *text, size_t size)
{
	struct bytes_reader r = bytes_reader(p, n);

	bytes_str(&r, text, size);
	return bytes_done(&r);
}

const char *session_state_name(enum session_state state)
{
	static const char *const names[] = {
		[SESSION_VIEWING] = "view only", [SESSION_ACTING] = "acting",
		[SESSION_IDLE] = "idle",         [SESSION_LOCKED] = "locked",
		[SESSION_NOTICE] = "notice",
	};

	return state >= SESSION_VIEWING && state <= SESSION_NOTICE ? names[state] : "?";
}
