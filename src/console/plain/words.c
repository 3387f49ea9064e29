/* words.c - what a person or a script says, one line a command. */
#include "console/plain/plain_int.h"

#include <stdio.h>
#include <string.h>

#include "alarm/engine.h"
#include "util/num.h"

static void ask(struct plain *p, enum plain_ask what, uint32_t req)
{
	p->ask = what;
	p->req = req;
	p->asked = p->now.mono;
}

/* --- one word each --------------------------------------------------------------- */

static void word_screen(struct plain *p, char *rest)
{
	if (rest[0])
		show(p, rest);
	else
		say_screen(p);
}

static void word_screens(struct plain *p, char *rest)
{
	(void)rest;
	if (!p->model.screens || p->model.screens->n == 0)
		say("this station has no screens");
	for (size_t i = 0; p->model.screens && i < p->model.screens->n; i++)
		say("screen %s: %s", p->model.screens->v[i]->id,
		    p->model.screens->v[i]->title);
}

static void word_changes(struct plain *p, char *rest)
{
	(void)rest;
	say_changes(p, true);
}

static void word_follow(struct plain *p, char *rest)
{
	if (strcmp(rest, "on") != 0 && strcmp(rest, "off") != 0) {
		say("follow on, or follow off");
		return;
	}
	p->follow = strcmp(rest, "on") == 0;
	say(p->follow ? "each change is said as it comes"
		      : "changes are said when you ask: an empty line");
}

static void word_alarms(struct plain *p, char *rest)
{
	(void)rest;
	if (p->model.has_list)
		say_alarms(p);
	else
		say("the alarm list has not come yet");
}

/* Only the occurrence that was said with this number: one that came since is another. */
static void word_ack(struct plain *p, char *rest)
{
	struct wire_alarm_act m = { .event = ALARM_E_ACK };
	const struct said_alarm *a;
	int64_t number;

	if (!num_parse_int(rest, 1, (int64_t)p->n_alarms, &number)) {
		say("ack N: the number of an alarm as `alarms` says it");
		return;
	}
	a = &p->alarms[number - 1];
	m.req = client_next_req(p->client);
	m.epoch = a->epoch;
	m.version = a->version;
	m.occurrence = a->occurrence;
	snprintf(m.alarm, sizeof(m.alarm), "%s", a->name);
	wire_put_alarm_act(client_out(p->client), &m);
	say("%s: recording", a->name);
	ask(p, ASK_ACK, m.req);
}

static void word_value(struct plain *p, char *rest)
{
	if (!rest[0]) {
		say("value TAG");
		return;
	}
	ask(p, ASK_VALUE, client_request(p->client, WIRE_GET, 0, 0, rest));
}

void plain_ask_type(struct plain *p, char *rest, const char *usage)
{
	char *value = rest + strcspn(rest, " \t");

	if (*value)
		*value++ = '\0';
	value += strspn(value, " \t");
	rung_reason(p, value);
	if (!rest[0] || !value[0] || strlen(rest) >= sizeof(p->tag) ||
	    strlen(value) >= sizeof(p->value)) {
		say("%s", usage);
		return;
	}
	snprintf(p->tag, sizeof(p->tag), "%s", rest);
	snprintf(p->value, sizeof(p->value), "%s", value);
	ask(p, ASK_TYPE, client_request(p->client, WIRE_GET, 0, 0, rest));
}

static void word_set(struct plain *p, char *rest)
{
	p->staging = false;
	plain_ask_type(p, rest,
		       "set TAG VALUE, and because REASON where the tag asks for one");
}

void select_value(struct plain *p, const struct wire_tag_state *m)
{
	static struct wire_select s;
	struct strbuf why = STRBUF_INIT;

	s = (struct wire_select){ 0 };
	p->ask = ASK_NOTHING;
	double number;

	if (tag_words_value(m->info.words, p->value, &number)) {
		s.value = value_string(p->value);
	} else if (!value_parse_operator(p->value, (enum value_type)m->info.type,
					 &s.value, &why)) {
		say("refused: %s", why.buf);
		strbuf_release(&why);
		return;
	}
	if (p->staging) {
		stage_value(p, p->tag, &s.value);
	} else {
		s.req = client_next_req(p->client);
		snprintf(s.tag, sizeof(s.tag), "%s", p->tag);
		snprintf(s.reason, sizeof(s.reason), "%s", p->reason);
		wire_put_select(client_out(p->client), &s);
		ask(p, ASK_OFFER, s.req);
	}
	strbuf_release(&why);
}

void take_back(struct plain *p, const char *why)
{
	if (!p->offer.token)
		return;
	if (p->client && p->greeted)
		client_request(p->client, WIRE_CANCEL, p->offer.token, 0, "");
	p->offer.token = 0;
	p->offer_of_set = false;
	say("%s%snothing was written", why ? why : "", why ? ": " : "");
}

static void word_yes(struct plain *p, char *rest)
{
	if (!p->offer.token) {
		say("there is nothing to say yes to");
		return;
	}
	if (!rung_yes(p, rest))
		return;
	ask(p, ASK_WRITE,
	    client_request(p->client, WIRE_CONFIRM, p->offer.token, 0, rest));
	p->second_token = p->offer.token;
	p->offer.token = 0;
	if (p->offer_of_set)
		stage_signed(p);
	p->offer_of_set = false;
}

static void word_no(struct plain *p, char *rest)
{
	(void)rest;
	if (p->offer.token)
		take_back(p, NULL);
	else
		say("there is nothing to say no to");
}

static void word_quit(struct plain *p, char *rest)
{
	(void)rest;
	p->leaving = true;
}

static void word_help(struct plain *p, char *rest);

/* --- the table ------------------------------------------------------------------- */

static const struct {
	const char *word, *args, *help;
	void (*act)(struct plain *p, char *rest);
	bool offline; /* needs no server */
} words[] = {
	{ "", "", "an empty line: what has changed on this screen", word_changes, false },
	{ "screen", " [ID]", "another screen, or all of this one again", word_screen,
	  false },
	{ "screens", "", "the names of all screens", word_screens, true },
	{ "follow", " on|off", "say each change as it comes, or when asked", word_follow,
	  true },
	{ "alarms", "", "all alarms, the most urgent first, with their numbers",
	  word_alarms, false },
	{ "ack", " N", "acknowledge the alarm of that number as it was said", word_ack,
	  false },
	{ "value", " TAG", "one value", word_value, false },
	{ "set", " TAG VALUE", "write; because REASON may follow. Then say yes", word_set,
	  false },
	{ "yes", " [TEXT]", "write what was just read back", word_yes, false },
	{ "no", "", "do not", word_no, true },
	{ "stage", " TAG VALUE", "put a change on the list; nothing is written",
	  word_stage, false },
	{ "staged", "", "the list, compared with the plant as it is", word_staged,
	  false },
	{ "unstage", " TAG|all", "take it off the list", word_unstage, true },
	{ "sign", " because REASON", "have the list written, in its order. Then say yes",
	  word_sign, false },
	{ "withdraw", "", "take back a write that waits for a second person",
	  word_withdraw, false },
	{ "approve", " N", "say yes to what somebody asks you, as the second person",
	  word_approve, false },
	{ "decline", " N [REASON]", "say no to it", word_decline, false },
	{ "doubts", "", "writes of which nobody knows what became", word_doubts, false },
	{ "settle", " N TEXT", "what was found at the device: it is in doubt no more",
	  word_settle, false },
	{ "handover", " [give NOTES|waiting|take|withdraw]",
	  "the shift as it stands; give it to who comes, or take it", word_handover,
	  false },
	{ "accept", "", "accept the notice of use", word_accept, false },
	{ "signin", " NAME", "sign in, or act again; asks for password and code",
	  word_signin, false },
	{ "signout", "", "sign out", word_signout, false },
	{ "lock", "", "lock this session; alarms go on", word_lock, false },
	{ "help", "", "these words", word_help, true },
	{ "quit", "", "leave", word_quit, true },
};

enum { WORDS = sizeof(words) / sizeof(words[0]) };

static void word_help(struct plain *p, char *rest)
{
	(void)p;
	(void)rest;
	for (size_t i = 0; i < WORDS; i++)
		say("%s%s%s%s", words[i].word, words[i].args,
		    words[i].word[0] ? ": " : "", words[i].help);
}

static char *trimmed(char *line)
{
	size_t n;

	line += strspn(line, " \t\r");
	n = strlen(line);
	while (n && strchr(" \t\r", line[n - 1]))
		line[--n] = '\0';
	return line;
}

void obey(struct plain *p, char *line)
{
	char *rest;

	line = trimmed(line);
	rest = line + strcspn(line, " \t");
	if (*rest)
		*rest++ = '\0';
	rest = trimmed(rest);
	/* whatever else is said means no */
	if (p->offer.token && strcmp(line, "yes") != 0 && strcmp(line, "no") != 0)
		take_back(p, NULL);
	for (size_t i = 0; i < WORDS; i++) {
		if (strcmp(words[i].word, line) != 0)
			continue;
		if (words[i].offline || (p->client && p->greeted))
			words[i].act(p, rest);
		else
			say("not now: the server is lost");
		return;
	}
	say("\"%s\" is no word here; say help", line);
}
