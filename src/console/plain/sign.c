/* sign.c - who sits at a console of words: the notice of use, signing in and out, the
 * lock. Secrets are lines of their own, which a terminal does not echo. */
#include "console/plain/plain_int.h"

#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "util/tty_silent.h"
#include "wire/people.h"

static void echo(bool on)
{
	if (on)
		tty_silent_end(TCSADRAIN);
	else
		tty_silent_begin(STDIN_FILENO, ECHO, TCSADRAIN);
}

static void send(struct plain *p, enum wire_type type)
{
	p->ask = ASK_ACK; /* its reply is said */
	p->asked = p->now.mono;
	p->req = client_request(p->client, type, 0, 0, "");
}

void word_accept(struct plain *p, char *rest)
{
	(void)rest;
	send(p, WIRE_ACCEPT);
}

void word_lock(struct plain *p, char *rest)
{
	(void)rest;
	send(p, WIRE_LOCK);
}

void word_signout(struct plain *p, char *rest)
{
	(void)rest;
	send(p, WIRE_SIGN_OUT);
}

void word_signin(struct plain *p, char *rest)
{
	if (!*rest) {
		say("say signin and your name");
		return;
	}
	p->sign_act = 0;
	sign_ask_secrets(p, rest);
}

void sign_ask_secrets(struct plain *p, const char *name)
{
	snprintf(p->sign.name, sizeof(p->sign.name), "%.63s", name);
	p->secret = SECRET_PASSWORD;
	echo(false);
	say("password of %s, on a line of its own; an empty line gives up", p->sign.name);
}

void sign_forget(struct plain *p)
{
	if (p->secret != SECRET_NONE)
		echo(true);
	p->secret = SECRET_NONE;
	wire_wipe(&p->sign, sizeof(p->sign));
}

static void sign_send(struct plain *p)
{
	if (!p->client || !p->greeted) {
		say("not now: the server is lost");
	} else if (!duty_signed(p)) {
		p->ask = ASK_ACK;
		p->asked = p->now.mono;
		p->req = p->sign.req = client_next_req(p->client);
		wire_put_sign_in(client_out(p->client), &p->sign);
	}
	sign_forget(p);
}

bool sign_line(struct plain *p, char *line)
{
	if (p->secret == SECRET_NONE)
		return false;
	if (p->secret == SECRET_PASSWORD && !*line) {
		say(p->sign_act ? "nothing is signed" : "nobody signed in");
		p->sign_act = 0;
		sign_forget(p);
	} else if (p->secret == SECRET_PASSWORD) {
		snprintf(p->sign.password, sizeof(p->sign.password), "%.255s", line);
		p->secret = SECRET_CODE;
		say("code; an empty line without one");
	} else {
		snprintf(p->sign.code, sizeof(p->sign.code), "%.15s", line);
		sign_send(p);
	}
	wire_wipe(line, strlen(line));
	return true;
}

void sign_pressed(struct plain *p)
{
	struct wire_place m = { .page = "lines of words" };

	if (!p->client || !p->greeted)
		return;
	m.req = client_next_req(p->client);
	wire_put_place(client_out(p->client), &m);
}

bool hear_who(struct plain *p, const uint8_t *bytes, size_t n)
{
	struct wire_who m;
	bool told = p->model.who.state != 0;

	if (!wire_get_who(bytes, n, &m))
		return false;
	if (told &&
	    (m.state != p->model.who.state || strcmp(m.name, p->model.who.name) != 0))
		say("this session is %s now: %s%s%s%s",
		    session_state_name((enum session_state)m.state), m.name,
		    m.roles[0] ? " (" : "", m.roles, m.roles[0] ? ")" : "");
	if (m.why[0])
		say("why: %s; say signin and a name to act again", m.why);
	model_who(&p->model, &m);
	return true;
}

bool hear_use_notice(struct plain *p, const uint8_t *bytes, size_t n)
{
	if (!wire_get_use_notice(bytes, n, p->model.notice, sizeof(p->model.notice)))
		return false;
	say("notice of use: %s", p->model.notice);
	say("say accept to accept it; until then nothing can be done here");
	return true;
}
