/* hash_job.c - the work that is done off the loop, and wiping what it was done with. */
#include "access/hash_job.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/xalloc.h"

enum { STACK_USED = 16384 };

struct hash_job *hash_job_new(enum hash_task task, const struct password_cost *cost)
{
	struct hash_job *job = xcalloc(1, sizeof(*job));

	job->task = task;
	job->cost = *cost;
	return job;
}

void hash_job_free(struct hash_job *job)
{
	if (!job)
		return;
	sodium_memzero(job, sizeof(*job));
	free(job);
}

static void no_memory(struct hash_job *job)
{
	snprintf(job->why, sizeof(job->why), "the server has no memory for a password");
}

static void verify(struct hash_job *job)
{
	enum password_verdict v = password_verify(job->stored, job->password, &job->cost);

	job->ok = v == PASSWORD_RIGHT;
	if (v == PASSWORD_NO_MEMORY)
		no_memory(job);
	/* made with another cost: from now on with this one */
	if (job->ok && password_is_of_other_cost(job->stored, &job->cost) &&
	    !password_hash(job->password, &job->cost, job->made))
		job->made[0] = '\0';
}

static void make(struct hash_job *job)
{
	job->ok = password_hash(job->password, &job->cost, job->made);
	if (!job->ok)
		no_memory(job);
}

static void draw(struct hash_job *job)
{
	job->ok = sodium_init() >= 0;
	if (job->ok)
		totp_new_secret(job->secret);
}

void hash_job_run(struct hash_job *job)
{
	static void (*const run[])(struct hash_job * job) = {
		[HASH_VERIFY] = verify,
		[HASH_MAKE] = make,
		[HASH_RANDOM] = draw,
	};

	run[job->task](job);
	sodium_memzero(job->password, sizeof(job->password));
	sodium_stackzero(STACK_USED); /* the first block that is hashed is the password */
}
