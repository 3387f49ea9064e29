/*
 * proofs.c - is it who it says? The password's hash is computed in the shell's pool, the
 * code is looked at here; who fails waits, longer each time.
 *
 * Waits are of two kinds: of the name, and of the uid the tries come from. The name of
 * the last admin has none of its own, so that nobody can keep that person out from
 * elsewhere; the server's own user has none of its uid, so that there is always one way
 * in (SEC-08). Looking is never touched by any of it. An unknown name costs the same
 * work, the same waits and gets the same words (SEC-09).
 */
#include "station/identity_int.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "station/handover_int.h"
#include "util/xalloc.h"

enum {
	NAME_FREE = 3, /* failures that cost nothing: fingers slip */
	UID_FREE = 10, /* a shared console has many fingers */
	WAIT_MAX_S = 60,
	FORGET_MS = 15 * 60 * 1000 /* without a failure, all is forgotten */
};

static const char wrong[] = "name, password or code is wrong";

/* What a proof may be asked for, by enum proof_purpose. */
static const struct purpose {
	const char *words; /* in the record */
	bool may_change;   /* what is asked for may be a new password: that one is due is
			      no hindrance */
	void (*proved)(struct station *s, const struct proof *p);
} purposes[PROOF_PURPOSES] = {
	[PROOF_SIGN_IN] = { "to sign in", false, signed_in },
	[PROOF_ACCOUNT] = { "to change the account", true, user_act_proved },
	[PROOF_SHIFT_GOES] = { "to hand the shift over", false, shift_goes_proved },
	[PROOF_SHIFT_COMES] = { "to take the shift over", false, shift_comes_proved },
	[PROOF_SHIFT_TAKES] = { "to take the shift over", false, shift_takes_proved },
};

/* --- waits ----------------------------------------------------------------------- */

static int64_t wait_ms(uint32_t failures, uint32_t free_ones)
{
	uint32_t over = failures > free_ones ? failures - free_ones : 0;

	if (over == 0)
		return 0;
	return 1000 * (int64_t)(over > 6 || (1 << (over - 1)) > WAIT_MAX_S
					? WAIT_MAX_S
					: 1 << (over - 1));
}

static void count(struct failing *f, struct mono now, uint32_t free_ones)
{
	if (f->failures && mono_ms_between(f->last, now) >= FORGET_MS)
		f->failures = 0;
	f->failures++;
	f->last = now;
	f->until = mono_add_ms(now, wait_ms(f->failures, free_ones));
}

static int64_t left(const struct failing *f, struct mono now)
{
	int64_t ms = f->failures ? mono_ms_between(now, f->until) : 0;

	return ms > 0 ? ms : 0;
}

static struct failing *of_uid(struct identity *id, uint32_t uid)
{
	for (size_t i = 0; i < id->n_uids; i++)
		if (id->uids[i].uid == uid)
			return &id->uids[i].failing;
	return NULL;
}

static struct failing *of_stranger(struct identity *id, const char *name)
{
	uint8_t typed[TYPED_SIZE];

	typed_fingerprint(name, typed);
	for (size_t i = 0; i < id->n_strangers; i++)
		if (memcmp(id->strangers[i].typed, typed, sizeof(typed)) == 0)
			return &id->strangers[i].failing;
	return NULL;
}

/* The place of who failed longest ago is given away when all are taken. */
static struct failing *new_uid(struct identity *id, uint32_t uid)
{
	size_t at = 0;

	if (id->n_uids < UIDS_MAX)
		at = id->n_uids++;
	else
		for (size_t i = 1; i < UIDS_MAX; i++)
			if (id->uids[i].failing.last.ns < id->uids[at].failing.last.ns)
				at = i;
	id->uids[at] = (struct failing_uid){ .uid = uid };
	return &id->uids[at].failing;
}

static struct failing *new_stranger(struct identity *id, const char *name)
{
	size_t at = 0;

	if (id->n_strangers < STRANGERS_MAX)
		at = id->n_strangers++;
	else
		for (size_t i = 1; i < STRANGERS_MAX; i++)
			if (id->strangers[i].failing.last.ns <
			    id->strangers[at].failing.last.ns)
				at = i;
	id->strangers[at] = (struct failing_name){ 0 };
	typed_fingerprint(name, id->strangers[at].typed);
	return &id->strangers[at].failing;
}

int64_t identity_wait(struct station *s, const char *name, uint32_t uid)
{
	const struct known *k = known_find(s, name);
	const struct failing *by_uid = of_uid(s->identity, uid);
	const struct failing *by_name = k ? &k->failing : of_stranger(s->identity, name);
	int64_t ms = 0, more;

	if (by_uid && !station_is_service(s, uid))
		ms = left(by_uid, s->now.mono);
	if (by_name && !(k && known_is_last_admin(s, k))) {
		more = left(by_name, s->now.mono);
		ms = more > ms ? more : ms;
	}
	return ms;
}

void identity_failed(struct station *s, const char *name, uint32_t uid)
{
	struct known *k = known_find(s, name);
	struct failing *by_uid = of_uid(s->identity, uid);
	struct failing *by_name = k ? &k->failing : of_stranger(s->identity, name);

	if (!by_uid)
		by_uid = new_uid(s->identity, uid);
	if (!by_name)
		by_name = new_stranger(s->identity, name);
	count(by_uid, s->now.mono, UID_FREE);
	count(by_name, s->now.mono, NAME_FREE);
	if (k) {
		k->a.failures = k->failing.failures;
		k->a.failed_ms = s->now.wall.ms;
	}
}

void identity_resume(struct station *s, struct known *k)
{
	k->failing.failures = k->a.failures;
	k->failing.last = s->now.mono;
	k->failing.until = mono_add_ms(s->now.mono, wait_ms(k->a.failures, NAME_FREE));
}

/* What this person failed is taken off the uid's count; what others failed stays. */
void identity_succeeded(struct station *s, struct known *k, uint32_t uid)
{
	struct failing *by_uid = of_uid(s->identity, uid);

	if (by_uid) {
		by_uid->failures -= k->failing.failures < by_uid->failures
					    ? k->failing.failures
					    : by_uid->failures;
		by_uid->until = s->now.mono;
	}
	k->failing = (struct failing){ 0 };
	k->a.failures = 0;
}

bool identity_lacks_code(const struct station *s, const struct known *k)
{
	return s->def->access.codes_required && !k->a.has_totp;
}

/* --- the pool -------------------------------------------------------------------- */

void identity_hash(struct station *s, struct hash_job *job, hashed_fn then, uint64_t what)
{
	struct identity *id = s->identity;
	struct hashing *h = GROW(&id->hashing, &id->n_hashing);

	job->id = ++id->last_id;
	*h = (struct hashing){ job->id, what, then };
	station_emit(s, ACT_HASH)->hash = job;
}

void station_hashed(struct station *s, const struct event *ev)
{
	struct identity *id = s->identity;
	struct hash_job *job = ev->u.hashed.job;

	for (size_t i = 0; i < id->n_hashing; i++) {
		struct hashing h = id->hashing[i];

		if (h.id != job->id)
			continue;
		id->hashing[i] = id->hashing[--id->n_hashing];
		h.then(s, h.what, job);
		return;
	}
}

/* --- a proof --------------------------------------------------------------------- */

static struct proving *find(const struct station *s, uint64_t id)
{
	for (size_t i = 0; i < s->identity->n_proving; i++)
		if (s->identity->proving[i]->id == id)
			return s->identity->proving[i];
	return NULL;
}

static void forget(struct station *s, struct proving *p)
{
	struct identity *id = s->identity;
	size_t i = 0;

	while (id->proving[i] != p)
		i++;
	id->proving[i] = id->proving[--id->n_proving];
	explicit_bzero(p, sizeof(*p));
	free(p);
}

/* Tells, once, and forgets. */
static void tell(struct station *s, struct proving *p, struct proof *proof)
{
	struct proving copy = *p;

	forget(s, p);
	proof->number = copy.number;
	proof->session = copy.session;
	proof->req = copy.req;
	proof->name = copy.name;
	purposes[copy.purpose].proved(s, proof);
	explicit_bzero(&copy, sizeof(copy));
}

static void __attribute__((format(printf, 3, 4)))
refuse(struct station *s, struct proving *p, const char *fmt, ...)
{
	struct proof proof = { .ok = false };
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(proof.why, sizeof(proof.why), fmt, ap);
	va_end(ap);
	tell(s, p, &proof);
}

/* A name that is no account's may be a password typed into the wrong line: it goes into
 * no record. */
static void record_proof(struct station *s, struct txn *t, const struct proving *p,
			 const char *result, const char *detail)
{
	const struct session *who = session_find(s, p->session);
	char text[96];
	struct audit_record r = {
		.kind = AUDIT_PROOF,
		.subject = known_find(s, p->name) ? p->name : "(unknown name)",
		.result = result,
		.detail = text,
	};

	snprintf(text, sizeof(text), "%s, %s", detail, purposes[p->purpose].words);
	station_describe(&r, who);
	station_audit(s, t, &r);
}

static void failed(struct station *s, struct proving *p, const char *detail)
{
	struct known *k = known_find(s, p->name);
	struct txn *t = txn_new(0, true);

	identity_failed(s, p->name, p->uid);
	record_proof(s, t, p, "wrong", detail);
	station_commit(s, t, true, NULL, 0, 0);
	if (k) { /* never stored late: a newer one may have been stored before */
		t = txn_new(0, true);
		known_store(t, k);
		station_commit(s, t, false, NULL, 0, 0);
	}
	int64_t ms = identity_wait(s, p->name, p->uid);
	if (ms)
		refuse(s, p, "%s; the next try is taken in %" PRId64 " s", wrong,
		       (ms + 999) / 1000);
	else
		refuse(s, p, "%s", wrong);
}

static void stored(struct station *s, uint32_t what, uint64_t id, bool ok,
		   const char *why)
{
	struct proving *p = find(s, id);
	struct proof proof = { .ok = ok };

	(void)what;
	if (!p)
		return;
	const struct known *k = known_find(s, p->name);
	bool may_change = purposes[p->purpose].may_change;
	if (!ok) {
		refuse(s, p, "it cannot be recorded (%s): nobody can sign in now", why);
	} else if (!k || k->a.disabled) {
		refuse(s, p, "%s", wrong);
	} else if (k->a.must_change && !may_change) {
		proof.ok = false;
		proof.must_change = true;
		snprintf(proof.why, sizeof(proof.why),
			 "somebody else has set this password: choose one of your own");
		tell(s, p, &proof);
	} else if (!may_change && identity_lacks_code(s, k)) {
		refuse(s, p, IDENTITY_LACKS_CODE, p->name);
	} else {
		tell(s, p, &proof);
	}
}

/* The step of the code, the end of the failures and the record are one transaction: the
 * proof counts when it is on the disk. */
static void succeeded(struct station *s, struct proving *p, struct known *k, int64_t step)
{
	struct txn *t = txn_new(0, true);

	identity_succeeded(s, k, p->uid);
	if (step > k->a.last_step)
		k->a.last_step = step;
	k->a.signed_in_ms = s->now.wall.ms;
	known_store(t, k);
	record_proof(s, t, p, "right", k->a.has_totp ? "password and code" : "password");
	station_commit(s, t, false, stored, 0, p->id);
}

/* The account as it is now, not as it was when the hash was begun. */
static void judge(struct station *s, struct proving *p, const struct hash_job *job)
{
	struct known *k = known_find(s, p->name);
	int64_t step = 0;

	if (k && k->changing) {
		refuse(s, p, "this account is being changed: try again in a moment");
		return;
	}
	if (!k || k->a.disabled || !job->ok || strcmp(job->stored, k->a.hash) != 0) {
		failed(s, p,
		       !k              ? "no such account"
		       : k->a.disabled ? "the account is disabled"
				       : "password");
		return;
	}
	if (k->a.has_totp)
		step = totp_accept(k->a.totp, p->code, s->now.wall.ms / 1000,
				   k->a.last_step);
	if (step < 0) {
		failed(s, p, "code");
		return;
	}
	if (job->made[0])
		snprintf(k->a.hash, sizeof(k->a.hash), "%s", job->made);
	succeeded(s, p, k, step);
}

static void hashed(struct station *s, uint64_t what, struct hash_job *job)
{
	struct proving *p = find(s, what);

	if (!p)
		return;
	/* begun before the others failed: many at once get no more tries than one after
	 * the other */
	if (identity_wait(s, p->name, p->uid))
		refuse(s, p, "too many failures: try again in a moment");
	else if (job->why[0])
		refuse(s, p, "%s", job->why);
	else
		judge(s, p, job);
}

static bool proves_already(const struct station *s, uint64_t session)
{
	for (size_t i = 0; i < s->identity->n_proving; i++)
		if (s->identity->proving[i]->session == session)
			return true;
	return false;
}

static const char *cannot_begin(struct station *s, const struct session *who,
				const char *name, char *text, size_t size)
{
	int64_t ms = identity_wait(s, name, who->uid);

	if (s->stopping)
		return "the server is stopping";
	if (!s->recording)
		return "nothing can be recorded: nobody can sign in now";
	if (proves_already(s, who->id))
		return "a password of this session is being looked at already";
	if (s->identity->n_proving >= PROOFS_MAX)
		return "too many sign-ins at once: try again in a moment";
	if (!ms)
		return NULL;
	snprintf(text, size, "too many failures: the next try is taken in %" PRId64 " s",
		 (ms + 999) / 1000);
	return text;
}

struct password_cost identity_cost(const struct station *s)
{
	return s->options.cheap_hashes ? (struct password_cost){ .kib = 64, .passes = 1 }
				       : password_cost(&s->def->access.passwords);
}

static void begin(struct station *s, struct proving *p, const char *password)
{
	const struct known *k = known_find(s, p->name);
	struct password_cost cost = identity_cost(s);
	struct hash_job *job = hash_job_new(HASH_VERIFY, &cost);

	snprintf(job->name, sizeof(job->name), "%s", p->name);
	snprintf(job->password, sizeof(job->password), "%s", password);
	if (k && !k->a.disabled)
		snprintf(job->stored, sizeof(job->stored), "%s", k->a.hash);
	identity_hash(s, job, hashed, p->id);
}

void station_prove(struct station *s, struct session *who, const struct proof_ask *ask)
{
	struct proving *p = xcalloc(1, sizeof(*p));
	const char *name = ask->name[0] ? ask->name : who->name, *why;
	char text[160];

	why = cannot_begin(s, who, name, text, sizeof(text));
	p->id = ++s->identity->last_id;
	p->session = who->id;
	p->purpose = ask->purpose;
	p->number = ask->number;
	p->req = ask->req;
	p->uid = who->uid;
	snprintf(p->name, sizeof(p->name), "%s", name);
	snprintf(p->code, sizeof(p->code), "%s", ask->code);
	*GROW(&s->identity->proving, &s->identity->n_proving) = p;
	if (!why) {
		begin(s, p, ask->password);
		return;
	}
	station_note_refusal(s, who, "sign-in", NULL, why);
	refuse(s, p, "%s", why);
}
