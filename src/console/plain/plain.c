/* plain.c - the loop of the line mode: lines in, lines out, one question at a time. */
#include "console/plain/plain.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "console/plain/plain_int.h"
#include "wall/wall.h"

enum {
	EXIT_LEFT = 0,
	EXIT_FAILED = 1,
	EXIT_NO_SERVER = 3,
	RETRY_MS = 2000,
	FOLLOW_MS = 1000, /* changes are said no oftener */
	ANSWER_MS = 30000 /* a write may take its time */
};

/* --- the connection -------------------------------------------------------------- */

static void greeted(struct plain *p)
{
	const struct wire_welcome *w = client_welcome(p->client);

	p->greeted = true;
	p->heard = p->now.mono;
	p->model.link = LINK_UP;
	model_welcome(&p->model, w);
	model_forget_values(&p->model);
	say("station %s, operator %s%s%s%s", w->station, w->operator_name,
	    w->roles[0] ? " (" : "", w->roles, w->roles[0] ? ")" : "");
	if (w->notice[0])
		say("notice: %s", w->notice);
	ask_all(p);
}

void plain_lose(struct plain *p, const char *why)
{
	bool ended = p->client && client_stays_away(p->client);

	client_close(p->client);
	p->client = NULL;
	p->greeted = false;
	p->model.link = LINK_DOWN;
	p->retry_at = mono_add_ms(p->now.mono, RETRY_MS);
	sign_forget(p);
	stage_lost(p);
	p->offer.token = 0;
	p->alarms_said = false; /* all of them anew: some may be over by then */
	if (p->ask == ASK_WRITE)
		say("whether it was written is not known: look at `sightglass in-doubt`");
	p->ask = ASK_NOTHING;
	rung_forget(p);
	say("the server is lost: %s; nothing said before is live", why);
	p->leaving |= p->eof;
	p->exit_code = p->eof ? EXIT_NO_SERVER : p->exit_code;
	if (ended) { /* by somebody, who said why */
		p->leaving = true;
		p->exit_code = EXIT_FAILED;
	}
}

static void join_again(struct plain *p)
{
	struct strbuf why = STRBUF_INIT;

	p->client = client_begin(p->socket, "console", &why);
	p->heard = p->now.mono;
	if (!p->client)
		p->retry_at = mono_add_ms(p->now.mono, RETRY_MS);
	strbuf_release(&why);
}

static void greet(struct plain *p)
{
	struct strbuf why = STRBUF_INIT;
	enum sg_err rc = client_greeted(p->client, 0, &why);

	if (rc == SG_OK) {
		say("the server is back");
		greeted(p);
	} else if (rc != SG_ENOENT) {
		client_close(p->client);
		p->client = NULL;
		p->retry_at = mono_add_ms(p->now.mono, RETRY_MS);
	}
	strbuf_release(&why);
}

static void read_frames(struct plain *p)
{
	struct strbuf why = STRBUF_INIT;
	struct client_frame f;
	enum sg_err rc = SG_ENOENT;

	while (p->client && (rc = client_next(p->client, 0, &f, &why)) == SG_OK) {
		p->heard = p->now.mono;
		hear(p, &f);
	}
	if (p->client && rc != SG_ENOENT)
		plain_lose(p, why.buf);
	strbuf_release(&why);
}

static void link_turn(struct plain *p)
{
	struct strbuf why = STRBUF_INIT;

	if (!p->client && mono_reached(p->now.mono, p->retry_at))
		join_again(p);
	if (p->client && !p->greeted)
		greet(p);
	else if (p->client)
		read_frames(p);
	if (p->client && p->greeted &&
	    mono_reached(p->now.mono, mono_add_ms(p->heard, WIRE_SILENCE_MS)))
		plain_lose(p, "it is silent");
	if (p->client && p->greeted && client_push(p->client, &why) != SG_OK)
		plain_lose(p, why.buf);
	strbuf_release(&why);
}

/* --- lines ----------------------------------------------------------------------- */

void plain_forget_typed(struct plain *p)
{
	if (!isatty(STDIN_FILENO))
		return;
	/* what was typed before the question stood there is no answer to it */
	tcflush(STDIN_FILENO, TCIFLUSH);
	p->n_line = 0;
}

/* The next whole line, done; false when there is none. */
static bool do_line(struct plain *p)
{
	char *end = memchr(p->line, '\n', p->n_line), line[PLAIN_LINE_MAX];
	size_t n;

	if (!end)
		return false;
	n = (size_t)(end - p->line);
	memcpy(line, p->line, n);
	line[n] = '\0';
	p->n_line -= n + 1;
	memmove(p->line, end + 1, p->n_line);
	wire_wipe(p->line + p->n_line, n + 1); /* it may have been a secret */
	if (strlen(line) < n)                  /* a NUL in it */
		say("this line cannot be read");
	else if (p->too_long)
		say("a line has at most %d characters", PLAIN_LINE_MAX - 1);
	else if (!sign_line(p, line))
		obey(p, line);
	wire_wipe(line, sizeof(line));
	sign_pressed(p);
	p->too_long = false;
	return true;
}

static void read_lines(struct plain *p)
{
	ssize_t n;

	if (p->n_line == sizeof(p->line)) { /* full, and no end of a line in it */
		p->too_long = true;
		p->n_line = 0;
	}
	n = read(STDIN_FILENO, p->line + p->n_line, sizeof(p->line) - p->n_line);
	if (n > 0) {
		p->n_line += (size_t)n;
		return;
	}
	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	p->eof = true;
	if (p->n_line && p->n_line < sizeof(p->line)) /* the last without its end */
		p->line[p->n_line++] = '\n';
}

/* A set that is being written can be stopped, whatever is out. */
static bool is_stop(const struct plain *p)
{
	static const char stop[] = "withdraw\n";

	return p->set.out && p->n_line >= strlen(stop) &&
	       memcmp(p->line, stop, strlen(stop)) == 0;
}

/* One question at a time: what is said next may depend on its answer. */
static bool is_busy(const struct plain *p)
{
	if (is_stop(p))
		return false;
	return p->ask != ASK_NOTHING || (p->greeted && (p->to_say || !p->alarms_said));
}

static void lines_turn(struct plain *p)
{
	while (!p->leaving && !is_busy(p) && do_line(p))
		;
	if (p->eof && !is_busy(p) && !p->second_req &&
	    !memchr(p->line, '\n', p->n_line)) {
		take_back(p, NULL);
		p->leaving = true;
	}
}

/* --- the loop -------------------------------------------------------------------- */

static void wait_for_something(struct plain *p)
{
	bool full = memchr(p->line, '\n', p->n_line) != NULL;
	struct pollfd fds[2] = {
		{ .fd = p->eof || full ? -1 : STDIN_FILENO, .events = POLLIN },
		{ .fd = p->client ? client_fd(p->client) : -1, .events = POLLIN },
	};

	if (p->client && p->greeted && client_has_unsent(p->client))
		fds[1].events |= POLLOUT;
	if (poll(fds, 2, full && !is_busy(p) ? 0 : 500) < 0 && errno != EINTR)
		p->leaving = true;
	p->now = clock_now();
	if (fds[0].revents)
		read_lines(p);
}

static void turn(struct plain *p, struct mono *followed)
{
	wait_for_something(p);
	link_turn(p);
	if (p->to_say && p->greeted && model_view_complete(&p->model)) {
		p->to_say = false;
		say_screen(p);
	}
	if (p->offer.token && mono_reached(p->now.mono, p->offer_ends))
		take_back(p, "too late");
	if (p->ask != ASK_NOTHING && !stage_waits(p) &&
	    mono_reached(p->now.mono, mono_add_ms(p->asked, ANSWER_MS)))
		plain_lose(p, "it does not answer");
	if (p->follow && p->greeted && !p->to_say &&
	    mono_reached(p->now.mono, mono_add_ms(*followed, FOLLOW_MS))) {
		*followed = p->now.mono;
		say_changes(p, false);
	}
	lines_turn(p);
	if (ferror(stdout))
		p->leaving = true;
}

static void release(struct plain *p)
{
	client_close(p->client);
	say_forget(p);
	free(p->alarms);
	sign_forget(p);
	model_release(&p->model);
}

int plain_main(const char *socket, const char *first)
{
	static struct plain p;
	struct strbuf why = STRBUF_INIT;
	struct mono followed = { 0 };
	enum sg_err rc;

	p = (struct plain){ .socket = socket, .first = first, .exit_code = EXIT_LEFT };
	signal(SIGPIPE, SIG_IGN);
	p.now = clock_now();
	model_init(&p.model);
	rc = wall_around_me(WALL_CONSOLE, true, &why);
	if (rc == SG_OK)
		rc = client_join(socket, "console", &p.client, &why);
	if (rc != SG_OK) {
		say("sightglass: %s", why.buf);
		p.exit_code = rc == SG_EREFUSED ? EXIT_FAILED : EXIT_NO_SERVER;
		p.leaving = true;
	} else {
		greeted(&p);
	}
	while (!p.leaving)
		turn(&p, &followed);
	release(&p);
	strbuf_release(&why);
	return p.exit_code;
}
