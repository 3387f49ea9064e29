/* accounts_msg.c - signing in and accounts as bytes. */
#include "wire/accounts.h"

#include <string.h>

#include "util/bytes.h"
#include "wire/msg.h"

void wire_put_sign_in(struct strbuf *w, const struct wire_sign_in *m)
{
	size_t at = wire_begin(w, WIRE_SIGN_IN);

	bytes_put_u32(w, m->req);
	bytes_put_str(w, m->name);
	bytes_put_str(w, m->password);
	bytes_put_str(w, m->code);
	bytes_put_str(w, m->new_password);
	wire_end(w, at);
}

bool wire_get_sign_in(const uint8_t *p, size_t n, struct wire_sign_in *m)
{
	struct bytes_reader r = bytes_reader(p, n);

	m->req = bytes_u32(&r);
	bytes_str(&r, m->name, sizeof(m->name));
	bytes_str(&r, m->password, sizeof(m->password));
	bytes_str(&r, m->code, sizeof(m->code));
	bytes_str(&r, m->new_password, sizeof(m->new_password));
	return bytes_done(&r);
}

void wire_put_user(struct strbuf *w, const struct wire_user *m)
{
	size_t at = wire_begin(w, WIRE_USER);

	bytes_put_u32(w, m->req);
	bytes_put_u8(w, m->act);
	bytes_put_u8(w, m->flags);
	bytes_put_str(w, m->name);
	bytes_put_str(w, m->full_name);
	bytes_put_str(w, m->roles);
	bytes_put_str(w, m->password);
	bytes_put_str(w, m->code);
	bytes_put_str(w, m->new_password);
	wire_end(w, at);
}

bool wire_get_user(const uint8_t *p, size_t n, struct wire_user *m)
{
	struct bytes_reader r = bytes_reader(p, n);

	m->req = bytes_u32(&r);
	m->act = bytes_u8(&r);
	m->flags = bytes_u8(&r);
	bytes_str(&r, m->name, sizeof(m->name));
	bytes_str(&r, m->full_name, sizeof(m->full_name));
	bytes_str(&r, m->roles, sizeof(m->roles));
	bytes_str(&r, m->password, sizeof(m->password));
	bytes_str(&r, m->code, sizeof(m->code));
	bytes_str(&r, m->new_password, sizeof(m->new_password));
	return bytes_done(&r) && m->act > 0 && m->act < WIRE_USER_ACTS && m->flags <= 3;
}

void wire_wipe(void *p, size_t n)
{
	explicit_bzero(p, n);
}
