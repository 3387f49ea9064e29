/*
 * change_talk.h - a change set as a command line sees it: asked for, shown, signed, and
 * followed to its end. What is printed while it runs goes to standard output.
 */
#ifndef SG_CLI_CHANGE_TALK_H
#define SG_CLI_CHANGE_TALK_H

#include <stdbool.h>
#include <stddef.h>

#include "util/err.h"
#include "wire/changes.h"
#include "wire/client.h"

struct change_talk {
	uint32_t req;
	bool answered; /* a CHANGE_SET, or a refusal, came */
	bool refused;  /* in reply.text */
	bool running;  /* lines are told as they end */
	bool quiet;
	struct wire_change_set set;
	struct wire_change_line lines[WIRE_CHANGES_MAX];
	struct wire_reply reply;
};

/* Asks; the answer is in t. m->req is filled in. */
enum sg_err change_ask(struct client *c, struct change_talk *t, struct wire_changes *m,
		       struct strbuf *why);
/* Signs what was selected, and follows it. typed: the challenge, "" = none. */
enum sg_err change_sign(struct client *c, struct change_talk *t, const char *typed,
			struct strbuf *why);
/* CHANGE_SETS. */
enum sg_err change_recall(struct client *c, struct change_talk *t, uint64_t number,
			  struct strbuf *why);
/* What became of it, or what it would do: a table, or a JSON object a line and one of
 * the set. */
void change_print(const struct change_talk *t, bool json);
/* An enum cli_exit. */
int change_exit(const struct change_talk *t);

#endif
