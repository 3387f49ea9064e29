/*
 * changes.h - what is staged at this console, and the set that was signed. It is kept
 * here, not in the server: nothing is held or promised by staging. Inside console/app.
 */
#ifndef SG_CONSOLE_APP_CHANGES_H
#define SG_CONSOLE_APP_CHANGES_H

#include "util/clock.h"
#include "wire/changes.h"

struct app_changes {
	struct wire_change line[WIRE_CHANGES_MAX];
	char who[WIRE_CHANGES_MAX][64];
	/* what the server says to each; .tag "" = nothing yet */
	struct wire_change_line told[WIRE_CHANGES_MAX];
	size_t n;
	char label[32];
	char edited[128]; /* the tag whose line is typed anew */
	char title[64];   /* of the recipe, if it is one */
	bool changed;     /* since the rows were made */
	struct mono put;

	uint32_t look_req;
	bool look_old; /* what is staged is another one now */
	struct mono looked;

	/* the set: its lines are of[] of those that are staged */
	uint32_t sign_req, recall_req;
	size_t of[WIRE_CHANGES_MAX], n_of;
	struct wire_change_set set;
	bool running, over;
	bool lost; /* the connection, while it ran: it is asked for when it is back */
	struct mono arm_at;

	/* a recipe */
	uint32_t list_req, recipe_req;
	char list[4000], first[64];
	size_t n_listed;
};

#endif
