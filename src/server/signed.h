/*
 * signed.h - only files that an engineer has signed are run (hazard CF-11).
 *
 * --config-keys FILE names who may sign, a line each: NAME and a public key in hex; lines
 * with # are remarks. The signed manifest lies beside the station file, its name with
 * ".signed" behind (`sightglass config sign`). What is not signed by one of these keys,
 * is signed for other bytes, or has a version below one that ran before (a replay) is
 * refused, or with --config-unsigned=warn run with a notice on every console.
 *
 * Blocking; the loader's thread.
 */
#ifndef SG_SERVER_SIGNED_H
#define SG_SERVER_SIGNED_H

#include <stdbool.h>

struct diag_list;
struct station_def;

#define SIGNED_ID "unsigned" /* the sentence's id, in diagnostics */

struct signed_policy {
	const char *keys; /* file; NULL = signatures are not asked for */
	bool warn_only;
	const char *state_dir; /* holds config-version: the highest that ran; NULL = not
				  known, nothing will run */
};

/* Sets def->vouched or def->unvouched. False, with an error added, when it may not run.
 * to_run: it will, so an older version is a replay from now on. */
bool signed_judge(const struct signed_policy *p, const char *station,
		  struct station_def *def, bool to_run, struct diag_list *diags);
/* Why this one of def's screens may not be shown, into a diagnostic for each; def is of
 * station_load_screens(). fn is called for them. */
void signed_judge_screens(const struct signed_policy *p, const char *station,
			  struct station_def *def, struct diag_list *diags);

#endif
