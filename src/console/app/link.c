/* link.c - the connection to the server: lost within 3 s of silence, found again by our
 * own back-off, and nothing that came over the old one is believed on the new one. */
#include "console/app/app_int.h"

#include <stdio.h>

#include "util/log.h"

static void wait_longer(struct app *a)
{
	a->retry_at = mono_add_ms(a->now.mono, a->backoff_ms);
	a->backoff_ms = 2 * a->backoff_ms;
	if (a->backoff_ms > BACKOFF_MAX_MS)
		a->backoff_ms = BACKOFF_MAX_MS;
}

static void mark_lost(struct app *a, enum link_state state, const char *why)
{
	if (a->model.link == LINK_UP)
		a->model.lost_since = a->now.mono;
	a->model.link = state;
	snprintf(a->model.link_text, sizeof(a->model.link_text), "%.240s", why);
	a->dirty = true;
}

/* Ends the connection, whatever its state. */
static void drop(struct app *a, const char *why)
{
	client_close(a->client);
	a->client = NULL;
	a->greeted = false;
	mark_lost(a, LINK_DOWN, why);
	form_void(a);
	talk_forget(a);
	wait_longer(a);
}

/* Ended by somebody, with a reason: that stands there until somebody wants to go on. */
static void send_away(struct app *a, const char *why)
{
	struct strbuf text = STRBUF_INIT;

	strbuf_addf(&text, "%s; Enter joins again", why);
	drop(a, text.buf);
	a->sent_away = true;
	a->retry_at = MONO_NEVER;
	strbuf_release(&text);
}

bool link_key(struct app *a, uint32_t key)
{
	if (!a->sent_away || key != TERM_KEY_ENTER)
		return false;
	a->sent_away = false;
	a->backoff_ms = BACKOFF_MIN_MS;
	a->retry_at = a->now.mono;
	return true;
}

void link_lose(struct app *a, const char *why)
{
	log_warn("%s", why);
	if (a->client && client_stays_away(a->client))
		send_away(a, why);
	else
		drop(a, why);
	approval_forget(a);
	dialog_void(a);
}

void link_up(struct app *a)
{
	a->greeted = true;
	a->heard = a->now.mono;
	a->backoff_ms = BACKOFF_MIN_MS;
	a->model.link = LINK_UP;
	a->model.has_beat = false;
	model_welcome(&a->model, client_welcome(a->client));
	/* nothing of before is live: every value waits to be told anew */
	model_forget_values(&a->model);
	model_trends_forget(&a->model.trends);
	/* the first picture waits for the screens; later nothing holds back that what
	 * stands there is not live */
	a->hold_until = (struct mono){ 0 };
	if (!a->painted)
		a->hold_until = mono_add_ms(a->now.mono, HOLD_MS);
	talk_fetch_screens(a);
	talk_fetch_alarms(a);
	talk_subscribe(a);
	link_flush(a);
	a->dirty = true;
}

void link_refresh(struct app *a)
{
	if (!a->client || !a->greeted)
		return;
	model_view(&a->model, a->model.shown);
	talk_fetch_screens(a);
	talk_fetch_alarms(a);
	talk_subscribe(a);
}

void link_flush(struct app *a)
{
	struct strbuf why = STRBUF_INIT;

	if (link_has_unsent(a) && client_push(a->client, &why) != SG_OK)
		link_lose(a, why.buf);
	strbuf_release(&why);
}

/* While the server is silent nothing more is sent: it will be joined anew, and an order
 * given before that must not arrive late. */
bool link_has_unsent(const struct app *a)
{
	return a->client && a->model.link == LINK_UP && client_has_unsent(a->client);
}

static void try_again(struct app *a)
{
	struct strbuf why = STRBUF_INIT;

	a->client = client_begin(a->socket, "console", &why);
	a->begun = a->now.mono;
	if (a->client)
		mark_lost(a, LINK_WAITING, "the server does not answer yet");
	else
		drop(a, why.buf);
	strbuf_release(&why);
}

static void greet(struct app *a)
{
	struct strbuf why = STRBUF_INIT;
	enum sg_err rc = client_greeted(a->client, 0, &why);

	if (rc == SG_OK) {
		link_up(a);
		app_say(a, ROLE_MESSAGE, "the server is back");
	} else if (rc != SG_ENOENT ||
		   mono_reached(a->now.mono, mono_add_ms(a->begun, GREETING_MS))) {
		drop(a, why.buf);
	}
	strbuf_release(&why);
}

/* It hung and goes on: what it missed to say is not known. */
static void join_anew(struct app *a)
{
	link_lose(a, "the server was silent: joining it again");
	a->retry_at = a->now.mono;
}

static void read_frames(struct app *a)
{
	struct strbuf why = STRBUF_INIT;
	struct client_frame f;
	enum sg_err rc;

	while ((rc = client_next(a->client, 0, &f, &why)) == SG_OK) {
		a->heard = a->now.mono;
		if (a->model.link == LINK_SILENT)
			join_anew(a);
		else
			talk_frame(a, &f);
		if (!a->client)
			return;
	}
	if (rc != SG_ENOENT)
		link_lose(a, why.buf);
	strbuf_release(&why);
}

static bool is_silent(const struct app *a)
{
	return mono_reached(a->now.mono, mono_add_ms(a->heard, WIRE_SILENCE_MS));
}

void link_turn(struct app *a)
{
	if (!a->client) {
		if (mono_reached(a->now.mono, a->retry_at))
			try_again(a);
		return;
	}
	if (!a->greeted) {
		greet(a);
		return;
	}
	read_frames(a);
	if (a->client && a->model.link == LINK_UP && is_silent(a)) {
		mark_lost(a, LINK_SILENT,
			  "the server is silent: nothing on this screen is live");
		dialog_void(a);
	}
}

struct mono link_deadline(const struct app *a)
{
	if (!a->client)
		return a->retry_at;
	if (!a->greeted)
		return mono_add_ms(a->begun, GREETING_MS);
	if (a->model.link == LINK_UP)
		return mono_add_ms(a->heard, WIRE_SILENCE_MS);
	return MONO_NEVER;
}
