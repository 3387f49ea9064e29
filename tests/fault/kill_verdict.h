/*
 * kill_verdict.h - what must hold after any number of kills: nothing a command showed as
 * done is missing from the record, nothing arrived at the plant that the record does not
 * intend, and nothing arrived twice. Each function fails the running test with the first
 * contradiction.
 */
#ifndef SG_TESTS_KILL_VERDICT_H
#define SG_TESTS_KILL_VERDICT_H

#include "kill_rig.h"

struct record { /* of the audit */
	uint64_t seq, request;
	char kind[16], subject[64], result[64];
	double value; /* the new one */
};

struct evidence {
	struct record *record; /* oldest first */
	size_t n;
	uint64_t *doubt; /* requests `in-doubt --json` lists */
	size_t n_doubts;
	char *in_doubt; /* its text */
	char *alarms;   /* `alarms --json` */
};

/* Asks the server, and checks the chain of its audit and of a backup's. */
void evidence_take(struct kill_rig *r, struct evidence *e);
void evidence_release(struct evidence *e);

bool ack_is_recorded(const struct evidence *e, const char *alarm);

/* Each returns how many cases it has looked at. */
size_t acks_shown_are_recorded(const struct kill_rig *r, const struct evidence *e);
size_t acks_recorded_are_in_the_alarm_state(const struct evidence *e);
size_t writes_shown_are_recorded(const struct kill_rig *r, const struct evidence *e);
size_t intents_have_one_outcome(const struct evidence *e);
size_t unknown_outcomes_are_in_doubt(const struct evidence *e);
/* Asked of a server that has only just started: what its audit calls unknown since the
 * restart is on its list already. Nobody settles anything here. */
void unknown_is_in_doubt_from_the_start(struct kill_rig *r);
/* What arrived at the plant was intended, and arrived once. */
size_t arrivals_are_intended_and_single(struct kill_rig *r, const struct evidence *e);

#endif
