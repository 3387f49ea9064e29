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
struct strbuf;

/* What a password and a code are asked for. */
enum proof_purpose {
	PROOF_SIGN_IN,
	PROOF_ACCOUNT,     /* something is done to an account, by its owner */
	PROOF_SHIFT_GOES,  /* who goes signs the hand-over of a shift */
	PROOF_SHIFT_COMES, /* who comes does, in the same session */
	PROOF_SHIFT_TAKES, /* who comes does, in one of his own */
	PROOF_PURPOSES
};

/* The number of what it is asked for, of that purpose: of a user_act, of a shift; of a
 * sign-in who->turn. It is never used again. Texts are borrowed; name "" = the person of
 * the session. */
struct proof_ask {
	enum proof_purpose purpose;
	uint64_t number;
	uint32_t req; /* for a reply; it finds nothing */
	const char *name, *password, *code;
};

/* What a person proved with password and code. It carries what it was asked for, and
 * comes to the function of that purpose alone (proofs.c): an answer can serve no other
 * request, whatever numbers a client gives its requests. why: a sentence, when not. */
struct proof {
	bool ok;
	uint64_t number;
	uint64_t session; /* may be gone meanwhile: session_find() */
	uint32_t req;
	const char *name; /* the account's; what was typed when not ok; borrowed */
	char why[256];
	bool must_change; /* not ok only for this: a new password has to be chosen */
};

/* The purpose's function is called exactly once, now or later. The texts are copied; the
 * caller wipes its own. One proof a session at a time. */
void station_prove(struct station *s, struct session *who, const struct proof_ask *ask);

/* The person has an account that may do more than look. */
bool station_person_acts(const struct station *s, const char *name, uint32_t uid);
/* That person may be put on the session now; false with a sentence. */
bool session_takes(struct station *s, const struct session *who, const char *name,
		   struct strbuf *why);
/* Puts the person of a proof on the session, records and replies; if it does not take
 * him, that is recorded and replied. */
void session_sign_in(struct station *s, struct session *who, uint32_t req,
		     const char *name);
/* The same, unless the session was locked or got another person since that turn. */
void session_sign_in_since(struct station *s, struct session *who, uint32_t req,
			   const char *name, uint64_t turn);
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
void signed_in(struct station *s, const struct proof *p); /* PROOF_SIGN_IN */
void station_hashed(struct station *s, const struct event *ev);
bool on_sign_in(struct station *s, struct session *who, const uint8_t *p, size_t n);
bool on_user(struct station *s, struct session *who, const uint8_t *p, size_t n);
void query_users(struct station *s, struct session *who, const struct wire_request *m);
void on_sign_out(struct station *s, struct session *who, const struct wire_request *m);

#endif
