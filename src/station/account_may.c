/*
 * account_may.c - who may do what to an account.
 *
 * An admin does it to others, never to himself; a person changes their own password and
 * codes by proving the old ones. The first admin is made by the server's own user, who
 * may also give the last admin a new password, and nothing else. The last admin cannot
 * be taken away.
 */
#include "station/account_acts_int.h"

#include <string.h>

#include "util/utf8.h"

enum { ACTS_MAX = 16 };

bool account_is_bootstrap(const struct station *s, const struct session *who)
{
	return station_is_service(s, who->uid) && accounts_admins(s) == 0;
}

/* What the server's own user may do to get a station its first admin, or the last one
 * back who has forgotten the password. */
static bool service_may(const struct station *s, const struct session *who,
			const struct user_act *act)
{
	const struct known *k = known_find(s, act->m.name);

	if (!station_is_service(s, who->uid))
		return false;
	if (act->m.act == WIRE_USER_PASSWORD)
		return k && known_is_last_admin(s, k);
	return act->m.act == WIRE_USER_ADD && account_is_bootstrap(s, who);
}

/* NULL: it may. */
static const char *forbids(const struct station *s, const struct session *who,
			   const struct user_act *act)
{
	bool own = strcmp(act->m.name, who->name) == 0;

	if (service_may(s, who, act))
		return NULL;
	if (!access_everywhere(&who->grant, RIGHT_ADMIN))
		return "the right \"admin\" for the whole station is needed to change "
		       "accounts";
	/* who has none yet may have a password of his own: it changes no right */
	if (own && !(act->m.act == WIRE_USER_ADD && !act->m.roles[0]))
		return act_rows[act->m.act].by_owner
			       ? "this is your own account: give your password"
			       : "nobody changes their own rights: ask another admin";
	return NULL;
}

bool account_act_leaves_an_admin(const struct station *s, const struct user_act *act,
				 const struct known *k)
{
	if (!act_rows[act->m.act].lessens || !known_is_last_admin(s, k) ||
	    accounts_file_has_admin(s))
		return true;
	return act->m.act == WIRE_USER_ROLES && account_is_admin(s, &act->next);
}

const char *account_act_forbidden(const struct station *s, const struct user_act *act)
{
	const struct session *who = session_find(s, act->session);

	if (act->is_owner || act->m.act == WIRE_USER_TOTP_CONFIRM)
		return NULL;
	return who ? forbids(s, who, act) : "who asked for it has left";
}

static const char *is_malformed(const struct station *s, const struct user_act *act)
{
	if (s->stopping || !s->recording)
		return "nothing can be recorded now: nothing is changed";
	if (!act->m.name[0])
		return "whose account?";
	if (s->identity->n_acts > ACTS_MAX)
		return "too many changes at once: try again in a moment";
	if (!utf8_valid(act->m.full_name, strlen(act->m.full_name)))
		return "the full name is no text";
	if ((act->m.flags & WIRE_USER_PAM) && !s->options.has_pam)
		return "this server is built without PAM";
	return NULL;
}

const char *account_act_stops(struct station *s, const struct session *who,
			      const struct user_act *act, bool by_owner,
			      struct strbuf *text)
{
	const struct known *k = known_find(s, act->m.name);
	const char *why = is_malformed(s, act);

	if (why)
		return why;
	if (act->m.act == WIRE_USER_ADD && !account_name_fits(act->m.name, text))
		return text->buf;
	if (act->m.act == WIRE_USER_TOTP_CONFIRM)
		return k && k->enrolling == who->id ? NULL : "begin again: user totp";
	return by_owner ? NULL : forbids(s, who, act);
}
