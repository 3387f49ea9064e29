/*
 * plain_int.h - what the files of this folder share. Nobody else includes it.
 * One thread; struct plain owns everything.
 */
#ifndef SG_CONSOLE_PLAIN_PLAIN_INT_H
#define SG_CONSOLE_PLAIN_PLAIN_INT_H

#include "console/view/model.h"
#include "util/clock.h"
#include "util/strbuf.h"
#include "wire/accounts.h"
#include "wire/approval.h"
#include "wire/changes.h"
#include "wire/client.h"

enum {
	PLAIN_LINE_MAX = 1024,
	PLAIN_ALARMS_MAX = 5000, /* with a number of their own */
	PLAIN_FILES_MAX = 2000,
	PLAIN_APPROVALS_MAX = 16
};

/* A request for approval as it was said: what `approve N` means. */
struct said_approval {
	uint64_t number;         /* 0 = free */
	unsigned lines, n_lines; /* of a change set: it has, and were said */
	uint64_t seal;           /* over what was said */
};

/* An alarm as it was said last: what `ack N` means. */
struct said_alarm {
	char name[128];
	uint64_t occurrence, epoch, version;
	uint8_t state;
	bool recording;
};

enum plain_ask {
	ASK_NOTHING,
	ASK_VALUE,   /* GET is out, to say it */
	ASK_TYPE,    /* GET is out, for the type of what is to be written */
	ASK_OFFER,   /* SELECT is out */
	ASK_WRITE,   /* CONFIRM is out */
	ASK_ACK,     /* ALARM_ACT is out */
	ASK_APPROVE, /* APPROVE is out */
	ASK_LOOK,    /* CHANGES_LOOK is out */
	ASK_SET,     /* CHANGES is out */
	ASK_ROWS     /* whose rows are said as they come */
};

/* stage.c: several setpoints, signed together. */
struct plain_set {
	struct wire_change line[WIRE_CHANGES_MAX];
	struct wire_change_line told[WIRE_CHANGES_MAX]; /* of each, as it was said */
	size_t n;
	bool looked;                 /* told is of these lines, and none is barred */
	size_t of[WIRE_CHANGES_MAX]; /* line of each that is signed */
	bool out;                    /* signed and not over, in the request req */
	uint32_t req;
};

struct plain_rows; /* duty.c */

enum plain_secret { SECRET_NONE, SECRET_PASSWORD, SECRET_CODE }; /* the next line */

struct plain {
	const char *socket, *first;
	struct client *client; /* NULL: lost */
	bool greeted;
	struct mono heard, retry_at;
	struct now now;
	struct model model;
	/* screens as they come */
	uint32_t screens_req;
	struct screen_file *files; /* owned texts and paths */
	size_t n_files;
	bool to_say; /* the screen, as soon as its values are there */
	bool follow; /* each change, not only when asked */
	char **told; /* by item of the shown screen: what was said of it */
	size_t n_told;
	/* alarms by the number that they were said with, from 1 */
	struct said_alarm *alarms;
	size_t n_alarms;
	bool alarms_said; /* the list as it was at the beginning */
	/* the question that is out */
	enum plain_ask ask;
	uint32_t req;
	struct mono asked;
	char tag[128], value[VALUE_STRING_MAX + 1];
	char reason[256];           /* of what is to be written */
	struct wire_selected offer; /* token 0: none stands */
	struct mono offer_ends;
	bool offer_of_set; /* it is that of the set */
	struct plain_set set;
	bool staging; /* the value that is asked for is to be staged */
	/* duty.c: rows that are said, and the shift that they are of */
	const struct plain_rows *rows;
	size_t n_rows;
	uint64_t shift;        /* that waits to be taken */
	bool drafted, waiting; /* it was said */
	uint8_t sign_act;      /* enum wire_handover_act that the secrets are for */
	char notes[PLAIN_LINE_MAX];
	/* rungs.c: a write of one's own that waits for a second person; 0 = none */
	uint32_t second_req;
	uint64_t second_token;
	struct said_approval approvals[PLAIN_APPROVALS_MAX];
	/* who signs in, while it is typed */
	enum plain_secret secret;
	struct wire_sign_in sign;
	/* what was typed and not yet done */
	char line[PLAIN_LINE_MAX];
	size_t n_line;
	bool too_long, eof, leaving;
	int exit_code;
};

/* --- plain.c --- */
void plain_lose(struct plain *p, const char *why);
/* On a terminal: what was typed before a question is no answer to it (SEC-18). */
void plain_forget_typed(struct plain *p);

/* --- sign.c --- */
void word_accept(struct plain *p, char *rest);
void word_lock(struct plain *p, char *rest);
void word_signin(struct plain *p, char *rest);
void word_signout(struct plain *p, char *rest);
/* A line that is a secret: taken and wiped. False: it is none. */
bool sign_line(struct plain *p, char *line);
void sign_ask_secrets(struct plain *p, const char *name);
void sign_forget(struct plain *p);  /* the terminal echoes again */
void sign_pressed(struct plain *p); /* somebody is here */
bool hear_who(struct plain *p, const uint8_t *bytes, size_t n);
bool hear_use_notice(struct plain *p, const uint8_t *bytes, size_t n);

/* --- rungs.c: what some writes ask for on the way --- */
/* "0.7 because the lab asks": the value ends there; the rest is kept as the reason. */
void rung_reason(struct plain *p, char *value);
void rung_offer(const struct wire_selected *m); /* what has to be said */
/* Is it what has to be said behind yes? Says so when it is not. */
bool rung_yes(const struct plain *p, const char *typed);
bool hear_approval(struct plain *p, const uint8_t *bytes, size_t n);
bool hear_approval_line(struct plain *p, const uint8_t *bytes, size_t n);
void rung_forget(struct plain *p); /* the connection is gone */
void word_approve(struct plain *p, char *rest);
void word_decline(struct plain *p, char *rest);
void word_withdraw(struct plain *p, char *rest);

/* --- stage.c --- */
void word_stage(struct plain *p, char *rest);
void word_staged(struct plain *p, char *rest);
void word_unstage(struct plain *p, char *rest);
void word_sign(struct plain *p, char *rest);
void stage_value(struct plain *p, const char *tag, const struct value *v);
void stage_signed(struct plain *p); /* a yes to it is out */
/* It is being written, and something of it was heard not long ago. */
bool stage_waits(const struct plain *p);
void stage_lost(struct plain *p); /* the connection is gone */
bool hear_change_line(struct plain *p, const uint8_t *bytes, size_t n);
bool hear_change_set(struct plain *p, const uint8_t *bytes, size_t n);

/* --- duty.c --- */
void word_doubts(struct plain *p, char *rest);
void word_settle(struct plain *p, char *rest);
void word_handover(struct plain *p, char *rest);
bool hear_row(struct plain *p, const uint8_t *bytes, size_t n);
void duty_rows_end(struct plain *p);
/* The secrets are there: false when they are not for a hand-over. */
bool duty_signed(struct plain *p);

/* --- say.c --- */
/* A line, cleaned. */
void say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void say_screen(struct plain *p);                    /* all of it, now */
void say_changes(struct plain *p, bool nothing_too); /* what differs from what was said */
void say_forget(struct plain *p); /* another screen: nothing was said of it */
void say_alarms(struct plain *p); /* the list, in the order of attention */
/* A row came: says it when it differs from what was said. */
void say_alarm(struct plain *p, const struct wire_alarm_row *r);
void say_tag(const struct wire_tag_state *m);

/* --- hear.c --- */
void hear(struct plain *p, const struct client_frame *f);
void ask_all(struct plain *p); /* a new connection: screens, alarms */

/* --- words.c --- */
void obey(struct plain *p, char *line);
/* "TAG VALUE" of set or stage: asks for the tag's type first; else says usage. */
void plain_ask_type(struct plain *p, char *rest, const char *usage);
void show(struct plain *p, const char *id);
/* The type of the tag is known: SELECT with it. */
void select_value(struct plain *p, const struct wire_tag_state *m);
void take_back(struct plain *p, const char *why); /* the offer; why may be NULL */

#endif
