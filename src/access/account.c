/* account.c - an account as bytes, and what its name and roles may be. */
#include "access/account.h"

#include <ctype.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "util/bytes.h"
#include "util/strbuf.h"
#include "util/xalloc.h"

enum { LAYOUT = 1, ROLES_MAX = 64, ROLE_MAX = 191 };

enum { FLAG_TOTP = 1, FLAG_DISABLED = 2, FLAG_MUST_CHANGE = 4, FLAG_GONE = 8 };

void account_put(struct strbuf *body, const struct account *a)
{
	bytes_put_u8(body, LAYOUT);
	bytes_put_str(body, a->who.name);
	bytes_put_str(body, a->full_name);
	bytes_put_u8(body, (uint8_t)((a->has_totp ? FLAG_TOTP : 0) |
				     (a->disabled ? FLAG_DISABLED : 0) |
				     (a->must_change ? FLAG_MUST_CHANGE : 0) |
				     (a->gone ? FLAG_GONE : 0)));
	bytes_put_str(body, a->hash);
	bytes_put_blob(body, a->totp, a->has_totp ? TOTP_SECRET_SIZE : 0);
	bytes_put_i64(body, a->last_step);
	bytes_put_u32(body, a->failures);
	bytes_put_i64(body, a->failed_ms);
	bytes_put_i64(body, a->created_ms);
	bytes_put_i64(body, a->password_ms);
	bytes_put_i64(body, a->signed_in_ms);
	bytes_put_u16(body, (uint16_t)a->who.n_roles);
	for (size_t i = 0; i < a->who.n_roles; i++)
		bytes_put_str(body, a->who.roles[i]);
}

static void get_flags(struct account *a, uint8_t flags)
{
	a->has_totp = flags & FLAG_TOTP;
	a->disabled = flags & FLAG_DISABLED;
	a->must_change = flags & FLAG_MUST_CHANGE;
	a->gone = flags & FLAG_GONE;
}

static void get_totp(struct bytes_reader *r, struct account *a)
{
	size_t n = 0;
	const uint8_t *secret = bytes_blob(r, &n);

	if (r->failed || n != (a->has_totp ? (size_t)TOTP_SECRET_SIZE : 0))
		r->failed = true;
	else if (n)
		memcpy(a->totp, secret, n);
}

static void get_roles(struct bytes_reader *r, struct account *a)
{
	size_t n = bytes_u16(r);

	if (n > ROLES_MAX)
		r->failed = true;
	for (size_t i = 0; i < n && !r->failed; i++)
		*GROW(&a->who.roles, &a->who.n_roles) = bytes_strdup(r, ROLE_MAX);
}

bool account_get(const void *body, size_t n, struct account *a)
{
	struct bytes_reader r = bytes_reader(body, n);

	*a = (struct account){ 0 };
	if (bytes_u8(&r) != LAYOUT)
		return false;
	a->who.name = bytes_strdup(&r, ACCOUNT_NAME_MAX);
	bytes_str(&r, a->full_name, sizeof(a->full_name));
	get_flags(a, bytes_u8(&r));
	bytes_str(&r, a->hash, sizeof(a->hash));
	get_totp(&r, a);
	a->last_step = bytes_i64(&r);
	a->failures = bytes_u32(&r);
	a->failed_ms = bytes_i64(&r);
	a->created_ms = bytes_i64(&r);
	a->password_ms = bytes_i64(&r);
	a->signed_in_ms = bytes_i64(&r);
	get_roles(&r, a);
	if (bytes_done(&r))
		return true;
	account_release(a);
	return false;
}

void account_release(struct account *a)
{
	access_operator_release(&a->who);
	sodium_memzero(a, sizeof(*a));
}

bool account_name_fits(const char *name, struct strbuf *why)
{
	size_t n = strlen(name);

	if (n == 0 || n > ACCOUNT_NAME_MAX || !isalpha((unsigned char)name[0]) ||
	    !isascii((unsigned char)name[0])) {
		strbuf_setf(why,
			    "a name begins with a letter and has at most %d "
			    "characters",
			    ACCOUNT_NAME_MAX);
		return false;
	}
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)name[i];
		if (isascii(c) && (isalnum(c) || strchr("-_.", c)))
			continue;
		strbuf_setf(why, "a name is made of letters, digits and - _ .");
		return false;
	}
	return true;
}

/* --- roles ----------------------------------------------------------------------- */

static bool is_among(char *const *v, size_t n, const char *s)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(v[i], s) == 0)
			return true;
	return false;
}

static bool area_fits(const char *area)
{
	if (!area || strcmp(area, "*") == 0)
		return true;
	for (const char *p = area; *p; p++)
		if (!isalnum((unsigned char)*p) && !strchr("-_.", *p))
			return false;
	return *area != '\0';
}

static bool add_role(struct access_operator *to, const struct access_def *d,
		     const char *role, struct strbuf *why)
{
	const char *area;

	if (!access_role_rights(d, role, &area))
		strbuf_setf(why, "there is no role \"%s\" in access.cfg", role);
	else if (!area_fits(area) || strlen(role) > ROLE_MAX)
		strbuf_setf(why, "\"%s\": an area is a name like intake.wells", role);
	else if (is_among(to->roles, to->n_roles, role))
		strbuf_setf(why, "the role \"%s\" is given twice", role);
	else if (to->n_roles == ACCESS_POSTS_MAX)
		strbuf_setf(why, "more than %d roles", ACCESS_POSTS_MAX);
	else {
		*GROW(&to->roles, &to->n_roles) = xstrdup(role);
		return true;
	}
	return false;
}

bool account_take_roles(struct account *a, const struct access_def *d, const char *text,
			struct strbuf *why)
{
	struct access_operator got = { 0 };
	bool ok = true;

	while (ok && *(text += strspn(text, ", "))) {
		size_t n = strcspn(text, ", ");
		char *role = xasprintf("%.*s", (int)n, text);

		ok = add_role(&got, d, role, why);
		free(role);
		text += n;
	}
	if (ok && got.n_roles == 0) {
		strbuf_setf(why, "an account needs a role at least");
		ok = false;
	}
	if (ok) {
		char **roles = a->who.roles;
		size_t n = a->who.n_roles;

		a->who.roles = got.roles;
		a->who.n_roles = got.n_roles;
		got.roles = roles;
		got.n_roles = n;
	}
	access_operator_release(&got);
	return ok;
}
