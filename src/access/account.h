/*
 * account.h - a person who signs in by name and password: what station.db keeps of them.
 *
 * An account never changes what an operator of access.cfg with the same name may do: it
 * then only gives him a password and codes. Bodies hold a hash and a secret of codes:
 * whoever copies one wipes it. Pure.
 */
#ifndef SG_ACCESS_ACCOUNT_H
#define SG_ACCESS_ACCOUNT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "access/access.h"
#include "access/password.h"
#include "access/totp.h"

enum { ACCOUNT_NAME_MAX = 63, ACCOUNT_FULL_NAME_MAX = 127 };

/* In the place of a hash: PAM is asked (a build with PAM=1). */
#define ACCOUNT_PAM "pam"

struct account {
	struct access_operator who; /* name and roles; owned */
	char full_name[ACCOUNT_FULL_NAME_MAX + 1];
	char hash[PASSWORD_HASH_SIZE]; /* "" = none: nobody signs in with it */
	bool has_totp;
	uint8_t totp[TOTP_SECRET_SIZE];
	int64_t last_step; /* of the last code that was taken */
	bool disabled;
	bool gone; /* removed after it was used: only the name is kept, so that nobody
		      else ever gets it; no hash, no codes, no roles */
	bool must_change;  /* somebody else has set its password */
	uint32_t failures; /* since the last success */
	int64_t failed_ms; /* wall clock */
	int64_t created_ms, password_ms, signed_in_ms; /* 0 = never */
};

void account_put(struct strbuf *body, const struct account *a);
/* False leaves *a empty. */
bool account_get(const void *body, size_t n, struct account *a);
/* Wipes what is secret. */
void account_release(struct account *a);
/* Letters, digits and "-_." from a letter on: it stands in records and on screens. */
bool account_name_fits(const char *name, struct strbuf *why);
/* The roles are separated by commas or blanks, each known, and none twice. roles is
 * replaced only when they fit. */
bool account_take_roles(struct account *a, const struct access_def *d, const char *text,
			struct strbuf *why);

#endif
