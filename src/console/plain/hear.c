/* hear.c - what the server says, into the model and into words. */
#include "console/plain/plain_int.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/bytes.h"
#include "util/xalloc.h"

enum { VIEW_SHOWN = 1 };

void ask_all(struct plain *p)
{
	struct client *c = p->client;

	p->screens_req = client_request(c, WIRE_SCREEN_GET, 0, 0, "");
	client_request(c, WIRE_ALARMS, 1, 0, "");
}

/* --- screens --------------------------------------------------------------------- */

static void forget_files(struct plain *p)
{
	for (size_t i = 0; i < p->n_files; i++) {
		free((char *)(uintptr_t)p->files[i].path);
		free((char *)(uintptr_t)p->files[i].text);
	}
	free(p->files);
	p->files = NULL;
	p->n_files = 0;
}

static bool on_screen_file(struct plain *p, const uint8_t *bytes, size_t n)
{
	struct wire_screen_file m;
	struct screen_file *f;

	if (!wire_get_screen_file(bytes, n, &m))
		return false;
	if (m.req != p->screens_req || p->n_files == PLAIN_FILES_MAX)
		return true;
	f = GROW(&p->files, &p->n_files);
	f->path = xstrdup(m.path);
	f->text = xstrndup(m.text, m.len);
	return true;
}

static void use_screens(struct plain *p)
{
	struct strbuf why = STRBUF_INIT;
	char id[SCREEN_ID_MAX + 1] = "";

	if (p->model.shown)
		snprintf(id, sizeof(id), "%s", p->model.shown->id);
	else if (p->first)
		snprintf(id, sizeof(id), "%s", p->first);
	say_forget(p);
	model_screens(&p->model, p->files, p->n_files, &why);
	forget_files(p);
	if (why.len)
		say("%s", why.buf);
	if (!id[0] && model_overview(&p->model))
		snprintf(id, sizeof(id), "%s", model_overview(&p->model)->id);
	show(p, id);
	strbuf_release(&why);
}

void show(struct plain *p, const char *id)
{
	const struct screen *s =
		p->model.screens ? screen_set_find(p->model.screens, id) : NULL;

	if (!s && id[0])
		say("there is no screen \"%s\"; `screens` names them", id);
	if (!s && p->model.shown)
		return;
	say_forget(p);
	model_view(&p->model, s);
	wire_put_subscribe(client_out(p->client), VIEW_SHOWN,
			   s ? (const char *const *)s->tags : NULL, s ? s->n_tags : 0);
	p->to_say = true;
}

static bool on_changed(struct plain *p, const uint8_t *bytes, size_t n)
{
	uint64_t revision;

	if (!wire_get_revision(bytes, n, &revision))
		return false;
	forget_files(p);
	p->screens_req = client_request(p->client, WIRE_SCREEN_GET, 0, 0, "");
	return true;
}

/* --- values ---------------------------------------------------------------------- */

static bool on_tag_info(struct plain *p, const uint8_t *bytes, size_t n)
{
	static struct wire_tag_info m;

	if (!wire_get_tag_info(bytes, n, &m))
		return false;
	model_tag_info(&p->model, &m);
	return true;
}

static bool on_values(struct plain *p, const uint8_t *bytes, size_t n)
{
	struct bytes_reader r = bytes_reader(bytes, n);
	char text[VALUE_STRING_MAX + 1];
	struct wire_value v;

	while (wire_next_value(&r, &v, text))
		model_value(&p->model, &v);
	return !r.failed;
}

static bool on_tag_state(struct plain *p, const uint8_t *bytes, size_t n)
{
	static struct wire_tag_state m;

	if (!wire_get_tag_state(bytes, n, &m))
		return false;
	if (m.req != p->req)
		return true;
	if (p->ask == ASK_VALUE)
		say_tag(&m);
	else if (p->ask == ASK_TYPE)
		select_value(p, &m);
	return true;
}

static bool on_beat(struct plain *p, const uint8_t *bytes, size_t n)
{
	struct wire_beat m;

	if (!wire_get_beat(bytes, n, &m))
		return false;
	p->model.beat = m;
	p->model.has_beat = true;
	return true;
}

/* --- alarms ---------------------------------------------------------------------- */

static bool on_alarm_reset(struct plain *p, const uint8_t *bytes, size_t n)
{
	struct wire_alarm_reset m;

	if (!wire_get_alarm_reset(bytes, n, &m))
		return false;
	model_alarm_reset(&p->model, m.epoch);
	return true;
}

static void ask_alarms(struct plain *p)
{
	client_request(p->client, WIRE_ALARMS, 1, 0, "");
}

static bool on_alarm_row(struct plain *p, const uint8_t *bytes, size_t n)
{
	static struct wire_alarm_row m;

	if (!wire_get_alarm_row(bytes, n, &m))
		return false;
	if (!model_alarm_row(&p->model, &m))
		ask_alarms(p);
	else if (p->model.has_list)
		say_alarm(p, &m);
	return true;
}

static bool on_alarm_sync(struct plain *p, const uint8_t *bytes, size_t n)
{
	struct wire_alarm_sync m;

	if (!wire_get_alarm_sync(bytes, n, &m))
		return false;
	if (!model_alarm_sync(&p->model, &m))
		ask_alarms(p);
	else if (!p->alarms_said)
		say_alarms(p);
	return true;
}

/* --- answers --------------------------------------------------------------------- */

static void screens_reply(struct plain *p, const struct wire_reply *m)
{
	p->screens_req = 0;
	if (m->status == WIRE_OK)
		use_screens(p);
	else
		say("no screens: %s", m->text);
}

/* To the question that is out: a selection or a write goes on after a good one. */
static void asked_reply(struct plain *p, const struct wire_reply *m)
{
	bool told = p->ask == ASK_ACK || p->ask == ASK_APPROVE;

	if (m->status != WIRE_OK && p->ask == ASK_WRITE)
		p->set.out = false;
	if (m->status != WIRE_OK)
		say("refused: %s", m->text);
	else if (told)
		say("%s", m->text[0] ? m->text : "acknowledged");
	else if (p->ask == ASK_ROWS)
		duty_rows_end(p);
	if (m->status != WIRE_OK || told || p->ask == ASK_VALUE || p->ask == ASK_ROWS)
		p->ask = ASK_NOTHING;
}

static bool on_reply(struct plain *p, const uint8_t *bytes, size_t n)
{
	static struct wire_reply m;

	if (!wire_get_reply(bytes, n, &m))
		return false;
	if (m.req && m.req == p->screens_req) {
		screens_reply(p, &m);
	} else if (m.req && m.req == p->second_req) {
		p->second_req = 0;
		say("not written: %s", m.text);
	} else if (m.req && m.req == p->req && p->ask != ASK_NOTHING) {
		asked_reply(p, &m);
	}
	return true;
}

static bool on_selected(struct plain *p, const uint8_t *bytes, size_t n)
{
	static struct wire_selected m;

	if (!wire_get_selected(bytes, n, &m))
		return false;
	if (m.req != p->req || p->ask != ASK_OFFER)
		return true;
	p->ask = ASK_NOTHING;
	p->offer = m;
	p->offer_ends = mono_add_ms(p->now.mono, m.expires_ms);
	say("%s: %s to %s%s%s", m.tag, m.old_value, m.new_value, m.unit[0] ? " " : "",
	    m.unit);
	if (m.has_range)
		say("limits %g to %g%s%s", m.lo, m.hi, m.device[0] ? ", on " : "",
		    m.device);
	plain_forget_typed(p); /* before the question: a quick answer counts */
	rung_offer(&m);
	return true;
}

static bool on_write_step(struct plain *p, const uint8_t *bytes, size_t n)
{
	static struct wire_write_step m;

	if (!wire_get_write_step(bytes, n, &m))
		return false;
	if ((m.req == p->req && p->ask == ASK_WRITE) || (m.req && m.req == p->second_req))
		say("%s", m.text);
	return true;
}

static bool on_write_done(struct plain *p, const uint8_t *bytes, size_t n)
{
	static struct wire_write_done m;

	if (!wire_get_write_done(bytes, n, &m))
		return false;
	if (m.req != p->second_req && (m.req != p->req || p->ask != ASK_WRITE))
		return true;
	if (m.req == p->second_req)
		p->second_req = 0;
	else
		p->ask = ASK_NOTHING;
	say("write %llu: %s", (unsigned long long)m.request, m.text);
	return true;
}

static bool on_notice(struct plain *p, const uint8_t *bytes, size_t n)
{
	static struct wire_notice m;

	(void)p;
	if (!wire_get_notice(bytes, n, &m))
		return false;
	say("notice: %s", m.text);
	return true;
}

static const struct {
	uint16_t type;
	bool (*take)(struct plain *p, const uint8_t *bytes, size_t n);
} handlers[] = {
	{ WIRE_REPLY, on_reply },
	{ WIRE_TAG_INFO, on_tag_info },
	{ WIRE_VALUES, on_values },
	{ WIRE_TAG_STATE, on_tag_state },
	{ WIRE_BEAT, on_beat },
	{ WIRE_ALARM_RESET, on_alarm_reset },
	{ WIRE_ALARM_ROW, on_alarm_row },
	{ WIRE_ALARM_SYNC, on_alarm_sync },
	{ WIRE_SELECTED, on_selected },
	{ WIRE_WRITE_STEP, on_write_step },
	{ WIRE_WRITE_DONE, on_write_done },
	{ WIRE_SCREEN_FILE, on_screen_file },
	{ WIRE_SCREENS_CHANGED, on_changed },
	{ WIRE_STATION_CHANGED, on_changed },
	{ WIRE_NOTICE, on_notice },
	{ WIRE_APPROVAL, hear_approval },
	{ WIRE_APPROVAL_LINE, hear_approval_line },
	{ WIRE_CHANGE_LINE, hear_change_line },
	{ WIRE_CHANGE_SET, hear_change_set },
	{ WIRE_ROW, hear_row },
	{ WIRE_WHO, hear_who },
	{ WIRE_USE_NOTICE, hear_use_notice },
};

void hear(struct plain *p, const struct client_frame *f)
{
	for (size_t i = 0; i < sizeof(handlers) / sizeof(handlers[0]); i++) {
		if (handlers[i].type != f->type)
			continue;
		if (!handlers[i].take(p, f->payload, f->len))
			plain_lose(p, "the server sent a message that cannot be read");
		return;
	}
	/* a newer server may say more than we understand */
}
