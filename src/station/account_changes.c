/*
 * account_changes.c - what each act changes, on a copy of the account: nothing is in
 * force before it is stored (account_store.c).
 */
#include "station/account_acts_int.h"

#include <stdio.h>
#include <string.h>

#include "util/xalloc.h"

static bool take_new(struct station *s, struct user_act *act, const struct hash_job *job,
		     struct strbuf *why)
{
	struct account *a = &act->next;

	/* who is an operator of access.cfg comes back as the same person */
	if (name_is_gone(s, act->m.name) &&
	    !access_find_operator(&s->def->access, act->m.name)) {
		strbuf_setf(why,
			    "%s was somebody whose account is removed, and is named in "
			    "the record: a name is never given to another person",
			    act->m.name);
		return false;
	}
	a->who.name = xstrdup(act->m.name);
	snprintf(a->full_name, sizeof(a->full_name), "%s", act->m.full_name);
	snprintf(a->hash, sizeof(a->hash), "%s", job ? job->made : ACCOUNT_PAM);
	a->created_ms = a->password_ms = s->now.wall.ms;
	a->must_change = job && act->to_be_changed;
	/* an operator of access.cfg has its roles there */
	if (access_find_operator(&s->def->access, act->m.name))
		return true;
	return account_take_roles(a, &s->def->access, act->m.roles, why);
}

static bool take_password(struct station *s, struct user_act *act,
			  const struct hash_job *job, struct strbuf *why)
{
	if (act->is_owner && strcmp(act->next.hash, ACCOUNT_PAM) == 0) {
		strbuf_setf(why, "the password of %s is PAM's: change it there",
			    act->m.name);
		return false;
	}
	snprintf(act->next.hash, sizeof(act->next.hash), "%s", job->made);
	act->next.password_ms = s->now.wall.ms;
	act->next.must_change = act->to_be_changed;
	act->next.failures = 0;
	return true;
}

/* Only kept aside; a code that fits switches it on. */
static bool take_secret(struct station *s, struct user_act *act,
			const struct hash_job *job, struct strbuf *why)
{
	struct known *k = known_find(s, act->m.name);

	(void)why;
	k->enrolling = act->session;
	memcpy(k->new_totp, job->secret, sizeof(k->new_totp));
	return true;
}

static bool take_confirm(struct station *s, struct user_act *act,
			 const struct hash_job *job, struct strbuf *why)
{
	struct known *k = known_find(s, act->m.name);
	int64_t step = totp_accept(k->new_totp, act->m.code, s->now.wall.ms / 1000, 0);

	(void)job;
	if (step < 0) {
		strbuf_setf(why, "that code does not fit: look at the clocks of this "
				 "machine and of the one that draws the codes");
		return false;
	}
	memcpy(act->next.totp, k->new_totp, sizeof(act->next.totp));
	act->next.has_totp = true;
	act->next.last_step = step;
	return true;
}

static bool take_totp_off(struct station *s, struct user_act *act,
			  const struct hash_job *job, struct strbuf *why)
{
	(void)s;
	(void)job;
	(void)why;
	explicit_bzero(act->next.totp, sizeof(act->next.totp));
	act->next.has_totp = false;
	return true;
}

static bool take_roles(struct station *s, struct user_act *act,
		       const struct hash_job *job, struct strbuf *why)
{
	(void)job;
	if (access_find_operator(&s->def->access, act->m.name)) {
		strbuf_setf(why, "the roles of %s stand in access.cfg: change them there",
			    act->m.name);
		return false;
	}
	return account_take_roles(&act->next, &s->def->access, act->m.roles, why);
}

static bool take_disable(struct station *s, struct user_act *act,
			 const struct hash_job *job, struct strbuf *why)
{
	(void)s;
	(void)job;
	(void)why;
	act->next.disabled = act->m.act == WIRE_USER_DISABLE;
	act->next.failures = 0;
	return true;
}

/* Who has proved to be somebody may be named in the record: the name stays his. */
static bool take_remove(struct station *s, struct user_act *act,
			const struct hash_job *job, struct strbuf *why)
{
	struct account *a = &act->next, bare = { .gone = true, .disabled = true };

	(void)s;
	(void)job;
	(void)why;
	if (a->signed_in_ms == 0)
		return true;
	bare.who.name = xstrdup(a->who.name);
	account_release(a);
	*a = bare;
	return true;
}

static bool (*const takes[WIRE_USER_ACTS])(struct station *s, struct user_act *act,
					   const struct hash_job *job,
					   struct strbuf *why) = {
	[WIRE_USER_ADD] = take_new,           [WIRE_USER_PASSWORD] = take_password,
	[WIRE_USER_TOTP] = take_secret,       [WIRE_USER_TOTP_CONFIRM] = take_confirm,
	[WIRE_USER_TOTP_OFF] = take_totp_off, [WIRE_USER_ROLES] = take_roles,
	[WIRE_USER_DISABLE] = take_disable,   [WIRE_USER_ENABLE] = take_disable,
	[WIRE_USER_REMOVE] = take_remove,
};

bool account_act_take(struct station *s, struct user_act *act, const struct hash_job *job,
		      struct strbuf *why)
{
	return takes[act->m.act](s, act, job, why);
}
