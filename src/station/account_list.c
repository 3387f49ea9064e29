/* account_list.c - the accounts and the operators of access.cfg, without their secrets.
 */
#include "station/identity_int.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { ROLES_TEXT = 600 };

static const char *password_word(const struct account *a)
{
	if (!a->hash[0])
		return "none";
	if (strcmp(a->hash, ACCOUNT_PAM) == 0)
		return "pam";
	return a->must_change ? "to be changed" : "set";
}

static void time_of(int64_t ms, char *out, size_t size)
{
	out[0] = '\0';
	if (ms)
		snprintf(out, size, "%" PRId64, ms);
}

static void user_row(struct station *s, struct session *who, uint32_t req,
		     const struct account *a, bool in_file)
{
	char roles[ROLES_TEXT], failures[16], since[24], signed_in[24];
	const struct access_operator *op =
		access_find_operator(&s->def->access, a->who.name);
	struct access_grant g = { .op = op ? op : &a->who };
	const char *fields[USER_FIELDS] = {
		[USER_NAME] = a->who.name,
		[USER_FULL_NAME] = a->full_name,
		[USER_ROLES] = roles,
		[USER_STATE] = a->disabled ? "disabled" : "enabled",
		[USER_PASSWORD] = password_word(a),
		[USER_CODES] = a->has_totp ? "on" : "off",
		[USER_FAILURES] = failures,
		[USER_SINCE] = since,
		[USER_SIGNED_IN] = signed_in,
		[USER_ORIGIN] = !in_file ? "access.cfg"
				: op     ? "access.cfg, account"
					 : "account",
	};

	access_role_names(&g, roles, sizeof(roles));
	snprintf(failures, sizeof(failures), "%" PRIu32, a->failures);
	time_of(a->created_ms, since, sizeof(since));
	time_of(a->signed_in_ms, signed_in, sizeof(signed_in));
	station_row(s, who, req, fields, USER_FIELDS);
}

static bool may_list(const struct station *s, const struct session *who)
{
	return access_everywhere(&who->grant, RIGHT_ADMIN) ||
	       access_everywhere(&who->grant, RIGHT_AUDIT) ||
	       station_is_service(s, who->uid);
}

void query_users(struct station *s, struct session *who, const struct wire_request *m)
{
	const struct access_def *d = &s->def->access;
	static const char no_list[] =
		"the right \"admin\" or \"audit\" for the whole station is needed to "
		"see the accounts";
	size_t n = s->identity->n_known;

	if (!may_list(s, who)) {
		station_note_refusal(s, who, "users", NULL, no_list);
		station_reply(s, who, m->req, WIRE_REFUSED, "%s", no_list);
		return;
	}
	for (size_t i = 0; i < s->identity->n_known; i++)
		user_row(s, who, m->req, &s->identity->known[i]->a, true);
	for (size_t i = 0; i < d->n_operators; i++) {
		struct account none = { .who = { .name = d->operators[i].name } };

		if (known_find(s, none.who.name))
			continue;
		user_row(s, who, m->req, &none, false);
		n++;
	}
	station_reply(s, who, m->req, WIRE_OK, "%zu", n);
}
