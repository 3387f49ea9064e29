/*
 * proposal.h - what may make a nuisance alarm useful, from how it behaved: a deadband, a
 * delay, a look at its cause. Text and figures for an engineer; nothing acts on them, and
 * nothing is ever hidden by them. Pure.
 */
#ifndef SG_ALARM_PROPOSAL_H
#define SG_ALARM_PROPOSAL_H

#include <stddef.h>

#include "alarm/metrics.h"

enum { ALARM_PROPOSALS_MAX = 4, ALARM_PROPOSAL_TEXT = 320 };

struct alarm_proposal {
	const char *setting; /* "deadband", "off_delay_s", "on_delay_s", "shelve_h",
				"review" */
	double value;        /* NaN when there is none to set */
	char text[ALARM_PROPOSAL_TEXT]; /* why, with the figures */
};

/* Those for one alarm; how many. Most useful first. */
size_t alarm_proposals(const struct alarm_actor *a,
		       struct alarm_proposal out[ALARM_PROPOSALS_MAX]);

#endif
