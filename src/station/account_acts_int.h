/*
 * account_acts_int.h - inside of account_acts.c, account_may.c, account_changes.c and
 * account_store.c: what is done to an account, on its way. Owned by s->identity.
 */
#ifndef SG_STATION_ACCOUNT_ACTS_INT_H
#define SG_STATION_ACCOUNT_ACTS_INT_H

#include "station/identity_int.h"

struct user_act {
	uint64_t id, session;
	struct wire_user m; /* with its passwords */
	bool signs_in;      /* it is part of a SIGN_IN */
	uint64_t turn;      /* of the session, when it signs in */
	bool is_owner;      /* has proved to be the account's */
	bool to_be_changed; /* somebody else chose this password */
	bool first_admin;   /* by the server's own user */
	bool is_storing;
	struct account next;
};

struct act_row { /* by enum wire_user_act */
	enum audit_kind kind;
	const char *done;   /* "NAME DONE" */
	bool needs_account; /* it must be there */
	bool by_owner;      /* or by who proves to be the owner */
	bool lessens;       /* must not be done to the last admin */
};
extern const struct act_row act_rows[WIRE_USER_ACTS];

/* --- account_acts.c -------------------------------------------------------------- */
struct user_act *user_act_find(const struct station *s, uint64_t id);
/* It is over. */
void user_act_end(struct station *s, struct user_act *act);
/* Tells, records and ends it. */
void user_act_refuse(struct station *s, struct user_act *act, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* --- account_may.c --------------------------------------------------------------- */
/* The server's own user, while the station has no admin. */
bool account_is_bootstrap(const struct station *s, const struct session *who);
/* Why it may not go on; NULL: it may. text is scratch. */
const char *account_act_stops(struct station *s, const struct session *who,
			      const struct user_act *act, bool by_owner,
			      struct strbuf *text);
/* The same, of who asked for it, after a while. */
const char *account_act_forbidden(const struct station *s, const struct user_act *act);
/* After it, next being the account then, somebody still is an admin. */
bool account_act_leaves_an_admin(const struct station *s, const struct user_act *act,
				 const struct known *k);

/* --- account_changes.c ----------------------------------------------------------- */
/* The change, on act->next, which is a copy of the account. False with a sentence. */
bool account_act_take(struct station *s, struct user_act *act, const struct hash_job *job,
		      struct strbuf *why);

/* --- account_store.c ------------------------------------------------------------- */
/* One transaction with its record; in force and told when that is stored. k: NULL when
 * it is added. */
void account_act_store(struct station *s, struct user_act *act, struct known *k);

#endif
