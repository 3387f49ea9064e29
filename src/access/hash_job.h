/*
 * hash_job.h - a password on its way to the pool and back.
 *
 * The pure station makes a job and hands it over (ACT_HASH), the shell runs it off the
 * loop, one at a time, and hands it back (EV_HASHED). A job belongs to whoever has it;
 * hash_job_free() wipes it (SEC-13).
 */
#ifndef SG_ACCESS_HASH_JOB_H
#define SG_ACCESS_HASH_JOB_H

#include <stdbool.h>
#include <stdint.h>

#include "access/account.h"

enum hash_task {
	HASH_VERIFY, /* is it the password of stored? */
	HASH_MAKE,   /* a hash of it, into made */
	HASH_RANDOM  /* a secret of codes, into secret */
};

struct hash_job {
	uint64_t id;
	enum hash_task task;
	struct password_cost cost;
	char name[ACCOUNT_NAME_MAX + 1]; /* for PAM */
	char password[PASSWORD_MAX + 1];
	char stored[PASSWORD_HASH_SIZE]; /* VERIFY: "" = of nobody */
	/* what came of it */
	bool ok;
	char made[PASSWORD_HASH_SIZE]; /* also after a VERIFY: it was of another cost */
	uint8_t secret[TOTP_SECRET_SIZE];
	char why[128]; /* not ok, and not because the password is wrong */
};

struct hash_job *hash_job_new(enum hash_task task, const struct password_cost *cost);
void hash_job_free(struct hash_job *job); /* NULL is allowed */
/* Blocks for as long as a hash takes. Any thread. */
void hash_job_run(struct hash_job *job);

#endif
