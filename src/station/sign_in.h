/*
 * sign_in.h - proving who somebody is, and putting a person on a session.
 *
 * station_prove() asks for name, password and code; the hash is computed in the shell's
 * pool (ACT_HASH), one at a time, and the answer comes when what it changes (the step of
 * the code, the count of failures) and its record are durable. Used for signing in,
 * unlocking, hand-over and signatures. Who fails is made to wait, longer each time
 * (SEC-08); nothing else of a session waits with it.
 */
#ifndef SG_STATION_SIGN_IN_H
#define SG_STATION_SIGN_IN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct session;
struct station;

/* What a person proved with password and code. why: a sentence, when not. */
struct proof {
	bool ok;
	const char *name; /* the account's; what was typed when not ok; borrowed */
	char why[256];
	bool must_change; /* not ok only for this: a new password has to be chosen */
};

/* session may be gone meanwhile: session_find(). */
typedef void (*proved_fn)(struct station *s, uint64_t session, uint32_t req,
			  const struct proof *p);

/* Calls then exactly once, now or later. name "" = the person of the session. The texts
 * are copied; the caller wipes its own. One proof a session at a time. */
void station_prove(struct station *s, struct session *who, uint32_t req, const char *name,
		   const char *password, const char *code, proved_fn then);

/* The person has an account that may do more than look. */
bool station_person_acts(const struct station *s, const char *name, uint32_t uid);
/* Puts the person of a proof on the session, records and replies. */
void session_sign_in(struct station *s, struct session *who, uint32_t req,
		     const char *name);
/* There is an account of that name that can prove something: it has a password and is
 * not disabled. */
bool station_can_prove(const struct station *s, const char *name);

/* The person on a session from now on, with the rights of the account; "" takes the
 * person off: the connection's own user again. What the other had selected for writing
 * is freed. Not recorded here. */
void session_set_person(struct station *s, struct session *who, const char *name);
/* It is not admitted because its account is disabled. */
bool session_is_barred(const struct station *s, const struct session *who);
/* Takes a person off and records it; nothing when there is none. */
void session_person_off(struct station *s, struct session *who, const char *why);
/* The account is disabled or gone: the person is taken off and told. */
bool session_lost_person(struct station *s, struct session *who);
/* Grant, name and roles as definition and accounts are now. */
void session_resolve(struct station *s, struct session *who);

/* The uid is the one the server runs as. */
bool station_is_service(const struct station *s, uint32_t uid);

/* --- the station's own ----------------------------------------------------------- */
struct event;
struct identity;
struct store_snapshot;
struct wire_request;
struct identity *identity_new(void);
void identity_free(struct identity *id);
void accounts_restore(struct station *s, const struct store_snapshot *snapshot);
void station_hashed(struct station *s, const struct event *ev);
bool on_sign_in(struct station *s, struct session *who, const uint8_t *p, size_t n);
bool on_user(struct station *s, struct session *who, const uint8_t *p, size_t n);
void query_users(struct station *s, struct session *who, const struct wire_request *m);
void on_sign_out(struct station *s, struct session *who, const struct wire_request *m);

#endif
