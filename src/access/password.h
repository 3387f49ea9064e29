/*
 * password.h - what a password has to be, and its argon2id hash.
 *
 * A hash takes much memory and a good part of a second by intention: it is computed off
 * the loop, one at a time (hash_job.h). Its parameters stand in it, so that the cost can
 * be raised while old hashes still verify. Passwords belong to the caller, who wipes
 * them. Any thread.
 */
#ifndef SG_ACCESS_PASSWORD_H
#define SG_ACCESS_PASSWORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct strbuf;

enum {
	PASSWORD_MAX = 255, /* bytes */
	PASSWORD_HASH_SIZE = 128,
	PASSWORD_KIB = 128 * 1024, /* what one hash takes */
	PASSWORD_PASSES = 3,
	PASSWORD_LENGTH = 10, /* characters at least, unless the policy says otherwise */
	PASSWORD_LENGTH_LEAST = 8
};

struct password_cost {
	uint32_t kib, passes;
};

/* What access.cfg asks of a new password; 0 = the default. */
struct password_policy {
	uint32_t min_length; /* characters */
	uint32_t hash_mib;
};

uint32_t password_min_length(const struct password_policy *p);
struct password_cost password_cost(const struct password_policy *p);
/* False with a sentence that does not repeat the password: too short or long, hidden
 * characters, the name or the station's in it, one character over and over, a row of
 * the alphabet or keyboard, or one of the commonest. */
bool password_fits(const struct password_policy *p, const char *name, const char *station,
		   const char *password, struct strbuf *why);

/* False when there is no memory for it. */
bool password_hash(const char *password, const struct password_cost *c,
		   char out[PASSWORD_HASH_SIZE]);
enum password_verdict { PASSWORD_WRONG, PASSWORD_RIGHT, PASSWORD_NO_MEMORY };
/* hash "" = of nobody: the work of cost c is done all the same, and it is wrong (SEC-09).
 */
enum password_verdict password_verify(const char *hash, const char *password,
				      const struct password_cost *c);
/* It was made with another cost than c. */
bool password_is_of_other_cost(const char *hash, const struct password_cost *c);
/* Of what was typed for a name, which may have been a password: other in each process. */
enum { TYPED_SIZE = 16 };
void typed_fingerprint(const char *typed, uint8_t out[TYPED_SIZE]);
/* How often the work of a hash was done in this process: for tests. */
uint64_t password_works(void);

#endif
