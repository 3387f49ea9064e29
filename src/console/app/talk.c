/* talk.c - what the server says, into the model; and what is asked of it. */
#include "console/app/app_int.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "console/view/picture.h"
#include "util/bytes.h"
#include "util/log.h"
#include "util/xalloc.h"

enum { BUNDLE_MAX = 2000 };

/* --- asking ---------------------------------------------------------------------- */

void talk_expect(struct app *a, uint32_t req, enum wire_type type, const char *what)
{
	static size_t oldest;
	struct pending *p = NULL;

	for (size_t i = 0; i < PENDING_MAX && !p; i++)
		if (a->pending[i].req == 0)
			p = &a->pending[i];
	if (!p)
		p = &a->pending[oldest++ % PENDING_MAX];
	*p = (struct pending){ .req = req, .type = type, .since = a->now.mono };
	snprintf(p->what, sizeof(p->what), "%s", what);
}

void talk_pending_turn(struct app *a)
{
	for (size_t i = 0; i < PENDING_MAX; i++) {
		struct pending *p = &a->pending[i];

		if (!p->req || p->said || model_lost(&a->model) ||
		    !mono_reached(a->now.mono, mono_add_ms(p->since, PENDING_MS)))
			continue;
		p->said = true;
		app_say(a, ROLE_REFUSED,
			"%s: pending: the server has not answered for %d s", p->what,
			PENDING_MS / 1000);
	}
}

static void bundle_clear(struct bundle *b)
{
	for (size_t i = 0; i < b->n; i++) {
		free((char *)(uintptr_t)b->files[i].path);
		free((char *)(uintptr_t)b->files[i].text);
	}
	free(b->files);
	*b = (struct bundle){ 0 };
}

void talk_forget(struct app *a)
{
	memset(a->pending, 0, sizeof(a->pending));
	bundle_clear(&a->bundle);
	a->alarms_req = 0;
	a->devices_req = 0;
	a->journal_req = a->audit_req = a->report_req = 0;
	people_forget(a);
	changes_forget(a);
	shift_forget(a);
	rows_forget(a);
	a->goto_req = 0;
	a->plate_told = false;
}

void talk_fetch_screens(struct app *a)
{
	if (!a->client || !a->greeted)
		return;
	if (a->bundle.req) {
		a->bundle.again = true;
		return;
	}
	a->bundle.req = client_request(a->client, WIRE_SCREEN_GET, 0, 0, "");
}

void talk_fetch_alarms(struct app *a)
{
	if (a->client && a->greeted)
		a->alarms_req = client_request(a->client, WIRE_ALARMS, 1, 0, "");
}

void talk_subscribe(struct app *a)
{
	const struct screen *s = a->model.shown;

	if (!a->client || !a->greeted)
		return;
	wire_put_subscribe(client_out(a->client), VIEW_SHOWN,
			   s ? (const char *const *)s->tags : NULL, s ? s->n_tags : 0);
	plate_subscribe(a);
	a->pens_told = false; /* all values were forgotten */
}

static bool devices_are_due(const struct app *a)
{
	/* a thousand devices are a megabyte: not every second */
	int64_t every = DEVICES_MS + (int64_t)a->model.devices.n * 10;

	return a->ui.page == UI_DEVICES && a->client && a->model.link == LINK_UP &&
	       !a->devices_req &&
	       (a->devices_asked.ns == 0 ||
		mono_reached(a->now.mono, mono_add_ms(a->devices_asked, every)));
}

void talk_devices_turn(struct app *a)
{
	if (!devices_are_due(a))
		return;
	model_device_begin(&a->model);
	a->devices_asked = a->now.mono;
	a->devices_req = client_request(a->client, WIRE_DEVICES, 0, 0, "");
}

/* --- values ---------------------------------------------------------------------- */

static bool on_tag_info(struct app *a, const uint8_t *p, size_t n)
{
	struct wire_tag_info m;

	if (!wire_get_tag_info(p, n, &m))
		return false;
	model_tag_info(&a->model, &m);
	return true;
}

static bool on_values(struct app *a, const uint8_t *p, size_t n)
{
	struct bytes_reader r = bytes_reader(p, n);
	char text[VALUE_STRING_MAX + 1];
	struct wire_value v;

	while (wire_next_value(&r, &v, text))
		model_value(&a->model, &v);
	return !r.failed;
}

static bool on_beat(struct app *a, const uint8_t *p, size_t n)
{
	struct wire_beat m;

	if (!wire_get_beat(p, n, &m))
		return false;
	a->model.offset_ms = m.server_ms - a->now.wall.ms;
	a->model.beat = m;
	a->model.has_beat = true;
	a->beaten = true;
	return true;
}

static bool on_station_changed(struct app *a, const uint8_t *p, size_t n)
{
	uint64_t revision;

	if (!wire_get_revision(p, n, &revision))
		return false;
	/* indexes, ranges and limits may be others now */
	app_say(a, ROLE_MESSAGE, "the station was reloaded (revision %llu)",
		(unsigned long long)revision);
	talk_fetch_screens(a);
	talk_subscribe(a);
	return true;
}

static bool on_screens_changed(struct app *a, const uint8_t *p, size_t n)
{
	uint64_t revision;

	if (!wire_get_revision(p, n, &revision))
		return false;
	talk_fetch_screens(a);
	return true;
}

/* --- alarms ---------------------------------------------------------------------- */

static void resync(struct app *a)
{
	if (!mono_reached(a->now.mono, a->resync_at))
		return;
	a->resync_at = mono_add_ms(a->now.mono, RESYNC_MS);
	app_say(a, ROLE_REFUSED,
		"the alarm list differed from the server's and is fetched again");
	log_warn("the alarm list differed from the server's");
	talk_fetch_alarms(a);
}

static bool on_alarm_reset(struct app *a, const uint8_t *p, size_t n)
{
	struct wire_alarm_reset m;

	if (!wire_get_alarm_reset(p, n, &m))
		return false;
	model_alarm_reset(&a->model, m.epoch);
	return true;
}

static bool on_alarm_row(struct app *a, const uint8_t *p, size_t n)
{
	static struct wire_alarm_row m;

	if (!wire_get_alarm_row(p, n, &m))
		return false;
	if (!model_alarm_row(&a->model, &m))
		resync(a);
	return true;
}

static bool on_flood(struct app *a, const uint8_t *p, size_t n)
{
	static struct wire_flood m;

	if (!wire_get_flood(p, n, &m))
		return false;
	a->model.flood = m;
	return true;
}

static bool on_alarm_sync(struct app *a, const uint8_t *p, size_t n)
{
	struct wire_alarm_sync m;

	if (!wire_get_alarm_sync(p, n, &m))
		return false;
	if (!model_alarm_sync(&a->model, &m))
		resync(a);
	return true;
}

/* --- screens --------------------------------------------------------------------- */

static bool on_screen_file(struct app *a, const uint8_t *p, size_t n)
{
	struct wire_screen_file m;
	struct screen_file *f;

	if (!wire_get_screen_file(p, n, &m))
		return false;
	if (m.req != a->bundle.req || a->bundle.n >= BUNDLE_MAX)
		return true;
	f = GROW(&a->bundle.files, &a->bundle.n);
	f->path = xstrdup(m.path);
	f->text = xstrndup(m.text, m.len);
	return true;
}

/* The station's themes came with its screens. */
static void use_theme(struct app *a)
{
	struct strbuf why = STRBUF_INIT;
	const struct theme *theme =
		a->theme_fixed
			? NULL
			: theme_set_find(&a->model.screens->themes, a->theme, &why);

	if (theme)
		term_theme(a->term, theme);
	if (why.len)
		app_say(a, ROLE_REFUSED, "%s", why.buf);
	strbuf_release(&why);
}

/* The same thing stays selected through a change of the picture: by its name. */
static void use_bundle(struct app *a)
{
	struct strbuf why = STRBUF_INIT;
	char item[64] = "", id[SCREEN_ID_MAX + 1] = "";
	const struct screen *s = model_picture(&a->model);
	enum ui_page page = a->ui.page;
	bool again = a->bundle.again;
	struct plate_place plate;

	plate_keep(a, &plate);
	if (s) {
		snprintf(id, sizeof(id), "%s", s->id);
		if (a->ui.selected >= 0 && (size_t)a->ui.selected < s->n_items)
			snprintf(item, sizeof(item), "%s", s->items[a->ui.selected].name);
	} else if (a->first) {
		snprintf(id, sizeof(id), "%s", a->first);
	}
	model_screens(&a->model, a->bundle.files, a->bundle.n, &why);
	bundle_clear(&a->bundle);
	use_theme(a);
	if (why.len)
		app_say(a, ROLE_REFUSED, "%s", why.buf);
	if (id[0] && !screen_set_find(a->model.screens, id)) {
		app_say(a, ROLE_REFUSED, "there is no screen \"%s\"", id);
		id[0] = '\0';
	}
	if (!id[0] && model_overview(&a->model))
		snprintf(id, sizeof(id), "%s", model_overview(&a->model)->id);
	show_screen(a, id, false);
	a->ui.page = page; /* nobody asked to leave the alarm list */
	s = model_picture(&a->model);
	if (s && item[0])
		a->ui.selected = picture_find(s, item);
	plate_again(a, &plate);
	strbuf_release(&why);
	if (again)
		talk_fetch_screens(a);
}

/* --- replies --------------------------------------------------------------------- */

static void bundle_reply(struct app *a, const struct wire_reply *m)
{
	if (m->status == WIRE_OK) {
		use_bundle(a);
		return;
	}
	bundle_clear(&a->bundle);
	app_say(a, ROLE_REFUSED, "no screens: %s", m->text);
}

static bool on_device(struct app *a, const uint8_t *p, size_t n)
{
	static struct wire_device m;

	if (!wire_get_device(p, n, &m))
		return false;
	if (m.req == a->devices_req)
		model_device(&a->model, &m);
	return true;
}

static void devices_reply(struct app *a, const struct wire_reply *m)
{
	a->devices_req = 0;
	model_device_end(&a->model, a->now, m->status == WIRE_OK ? "" : m->text);
}

static void pending_reply(struct app *a, const struct wire_reply *m)
{
	for (size_t i = 0; i < PENDING_MAX; i++) {
		struct pending *p = &a->pending[i];

		if (p->req != m->req)
			continue;
		p->req = 0;
		if (m->status == WIRE_OK &&
		    (p->type == WIRE_ALARM_ACT || p->type == WIRE_SILENCE ||
		     p->type == WIRE_APPROVE))
			app_say(a, ROLE_MESSAGE, "%s: %s", p->what,
				m->text[0] ? m->text : "acknowledged");
		else if (m->status != WIRE_OK)
			app_say(a, ROLE_REFUSED, "%s: %s", p->what, m->text);
		return;
	}
}

/* Whose request it was knows it by its number. */
static void other_reply(struct app *a, const struct wire_reply *m)
{
	static bool (*const theirs[])(struct app * a, const struct wire_reply *m) = {
		form_reply,   shift_reply, changes_reply, goto_reply,
		people_reply, rows_reply,  journal_reply, audit_reply,
		report_reply, trend_reply, dialog_reply,
	};

	for (size_t i = 0; i < sizeof(theirs) / sizeof(theirs[0]); i++)
		if (theirs[i](a, m))
			return;
	pending_reply(a, m);
}

static bool on_reply(struct app *a, const uint8_t *p, size_t n)
{
	static struct wire_reply m;

	if (!wire_get_reply(p, n, &m))
		return false;
	if (m.req == 0)
		return true;
	if (m.req == a->bundle.req)
		bundle_reply(a, &m);
	else if (m.req == a->alarms_req && m.status != WIRE_OK)
		app_say(a, ROLE_REFUSED, "no alarm list: %s", m.text);
	else if (m.req == a->devices_req)
		devices_reply(a, &m);
	else
		other_reply(a, &m);
	return true;
}

static bool on_row(struct app *a, const uint8_t *p, size_t n)
{
	struct wire_row m;

	if (!wire_get_row(p, n, &m))
		return false;
	if (goto_row(a, m.req, m.field, m.n))
		a->dirty = true;
	else if (!shift_row(a, m.req, m.field, m.n) &&
		 !people_row(a, m.req, m.field, m.n) &&
		 !rows_row(a, m.req, m.field, m.n) &&
		 !recipe_row(a, m.req, m.field, m.n) &&
		 !audit_row(a, m.req, m.field, m.n))
		report_row(a, m.req, m.field, m.n);
	wire_row_release(&m);
	return true;
}

/* --- writes ---------------------------------------------------------------------- */

static bool on_selected(struct app *a, const uint8_t *p, size_t n)
{
	static struct wire_selected m;

	if (!wire_get_selected(p, n, &m))
		return false;
	dialog_selected(a, &m);
	return true;
}

static bool on_write_step(struct app *a, const uint8_t *p, size_t n)
{
	static struct wire_write_step m;

	if (!wire_get_write_step(p, n, &m))
		return false;
	dialog_step(a, &m);
	return true;
}

static bool on_write_done(struct app *a, const uint8_t *p, size_t n)
{
	static struct wire_write_done m;

	if (!wire_get_write_done(p, n, &m))
		return false;
	dialog_done(a, &m);
	return true;
}

/* --- notices --------------------------------------------------------------------- */

static bool on_notice(struct app *a, const uint8_t *p, size_t n)
{
	static struct wire_notice m;

	if (!wire_get_notice(p, n, &m))
		return false;
	app_say(a, m.refused ? ROLE_REFUSED : ROLE_MESSAGE, "%s", m.text);
	return true;
}

static const struct {
	uint16_t type;
	bool quiet; /* shows only with the next tick of the clock */
	bool (*take)(struct app *a, const uint8_t *p, size_t n);
} handlers[] = {
	{ WIRE_REPLY, false, on_reply },
	{ WIRE_TAG_INFO, false, on_tag_info },
	{ WIRE_VALUES, false, on_values },
	{ WIRE_BEAT, true, on_beat },
	{ WIRE_DEVICE, true, on_device },
	{ WIRE_TREND_DATA, false, trend_data },
	{ WIRE_JOURNAL_ROW, true, journal_row },
	{ WIRE_ROW, true, on_row },
	{ WIRE_ALARM_RESET, false, on_alarm_reset },
	{ WIRE_ALARM_ROW, false, on_alarm_row },
	{ WIRE_ALARM_SYNC, false, on_alarm_sync },
	{ WIRE_FLOOD, false, on_flood },
	{ WIRE_SELECTED, false, on_selected },
	{ WIRE_WRITE_STEP, false, on_write_step },
	{ WIRE_WRITE_DONE, false, on_write_done },
	{ WIRE_SCREEN_FILE, false, on_screen_file },
	{ WIRE_SCREENS_CHANGED, false, on_screens_changed },
	{ WIRE_STATION_CHANGED, false, on_station_changed },
	{ WIRE_NOTICE, false, on_notice },
	{ WIRE_APPROVAL, false, approval_frame },
	{ WIRE_APPROVAL_LINE, false, approval_line_frame },
	{ WIRE_CHANGE_LINE, false, change_line_frame },
	{ WIRE_CHANGE_SET, false, change_set_frame },
	{ WIRE_WHO, false, who_frame },
	{ WIRE_USE_NOTICE, false, notice_frame },
};

void talk_frame(struct app *a, const struct client_frame *f)
{
	for (size_t i = 0; i < sizeof(handlers) / sizeof(handlers[0]); i++) {
		if (handlers[i].type != f->type)
			continue;
		if (!handlers[i].take(a, f->payload, f->len))
			link_lose(a, "the server sent a message that cannot be read");
		else if (!handlers[i].quiet)
			a->dirty = true;
		return;
	}
	/* a newer server may say more than we understand */
}
