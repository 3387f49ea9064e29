/*
 * identity_int.h - inside of sign_in.c, proofs.c, accounts.c and account_*.c: accounts,
 * proofs under way, and who has to wait. Owned by the station, as s->identity.
 */
#ifndef SG_STATION_IDENTITY_INT_H
#define SG_STATION_IDENTITY_INT_H

#include "access/account.h"
#include "access/hash_job.h"
#include "station/sign_in.h"
#include "station/station_int.h"
#include "wire/accounts.h"

enum {
	PROOFS_MAX = 16,   /* under way, of all sessions: one is computed at a time */
	UIDS_MAX = 256,    /* whose failures are remembered */
	STRANGERS_MAX = 64 /* names without an account, likewise */
};

/* How often somebody failed lately, and until when no try is taken. */
struct failing {
	uint32_t failures;
	struct mono until, last;
};

struct known { /* an account, while the server runs */
	struct account a;
	struct failing failing;
	bool changing;      /* what an admin does to it is being stored */
	uint64_t enrolling; /* the session that was shown new_totp; 0 = none */
	uint8_t new_totp[TOTP_SECRET_SIZE]; /* not switched on before a code fits */
};

struct failing_uid {
	uint32_t uid;
	struct failing failing;
};

struct failing_name {
	uint8_t typed[TYPED_SIZE]; /* typed_fingerprint() */
	struct failing failing;
};

/* What a finished job of the pool is for. */
typedef void (*hashed_fn)(struct station *s, uint64_t what, struct hash_job *job);

struct hashing { /* handed over to the pool */
	uint64_t id, what;
	hashed_fn then;
};

struct proving {
	uint64_t id, session;
	enum proof_purpose purpose;
	uint64_t number;
	uint32_t req, uid;
	char name[ACCOUNT_NAME_MAX + 1];
	char code[WIRE_CODE_MAX + 1];
};

struct user_act; /* account_acts_int.h */
void user_act_free(struct user_act *act);

struct identity {
	struct known **known; /* sorted by name */
	size_t n_known;
	char **gone; /* names whose persons are gone; never given to others */
	size_t n_gone;
	struct proving **proving;
	size_t n_proving;
	struct hashing *hashing;
	size_t n_hashing;
	struct user_act **acts;
	size_t n_acts;
	struct failing_uid uids[UIDS_MAX];
	size_t n_uids;
	struct failing_name strangers[STRANGERS_MAX];
	size_t n_strangers;
	uint64_t last_id;
};

/* --- accounts.c ------------------------------------------------------------------ */
struct known *known_find(const struct station *s, const char *name);
struct known *known_add(struct station *s, struct account *a); /* takes a */
void known_remove(struct station *s, struct known *k); /* sessions follow at once */
/* The name stays that of who had it, for the record's sake. */
bool name_is_gone(const struct station *s, const char *name);
void name_goes(struct station *s, const char *name);
/* The account's body as it is now, in t. */
void known_store(struct txn *t, const struct known *k);
void account_store(struct txn *t, const struct account *a);
void account_copy(struct account *to, const struct account *from);
/* It may sign in, and has the right admin everywhere: access.cfg's roles count. */
bool account_is_admin(const struct station *s, const struct account *a);
bool known_is_admin(const struct station *s, const struct known *k);
size_t accounts_admins(const struct station *s);
/* So is no other account. */
bool known_is_last_admin(const struct station *s, const struct known *k);
/* Somebody of access.cfg who may, whatever becomes of the accounts. */
bool accounts_file_has_admin(const struct station *s);

/* --- proofs.c -------------------------------------------------------------------- */
struct password_cost identity_cost(const struct station *s);
void identity_hash(struct station *s, struct hash_job *job, hashed_fn then,
		   uint64_t what);
/* The station asks for codes, and this account has none. */
bool identity_lacks_code(const struct station *s, const struct known *k);
#define IDENTITY_LACKS_CODE                                                              \
	"this station asks for codes: begin with `sightglass user totp %s`"
/* Milliseconds until a try of that name from that uid is taken; 0 = now. */
int64_t identity_wait(struct station *s, const char *name, uint32_t uid);
/* After a restart: failures that were stored count on. */
void identity_resume(struct station *s, struct known *k);
void identity_failed(struct station *s, const char *name, uint32_t uid);
void identity_succeeded(struct station *s, struct known *k, uint32_t uid);

/* --- account_acts.c -------------------------------------------------------------- */
void user_act_proved(struct station *s, const struct proof *p); /* PROOF_ACCOUNT */
/* A SIGN_IN that brings a new password along. */
void accounts_sign_in_anew(struct station *s, struct session *who,
			   const struct wire_sign_in *m);

#endif
