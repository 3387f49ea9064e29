/* trend_keys.c - the trend page under the keys: pens come by `t` and stay while the
 * console runs; rulers and windows count from what was drawn. */
#include "console/app/app_int.h"

#include <stdio.h>
#include <string.h>

#include "console/view/picture.h"
#include "console/view/trend_view.h"

enum { HOUR_ZOOM = 3 };

/* --- pens --------------------------------------------------------------------------- */

static void add_pen(struct app *a, const char *tag)
{
	struct ui_trend *u = &a->ui.trend;
	bool full = u->n_pens == UI_PENS_MAX;

	for (size_t i = 0; i < u->n_pens; i++)
		if (strcmp(u->pens[i], tag) == 0) {
			u->selected = i;
			return;
		}
	if (!full)
		u->selected = u->n_pens++;
	snprintf(u->pens[u->selected], sizeof(u->pens[0]), "%s", tag);
	u->changed = true;
	app_say(a, ROLE_MESSAGE, "pen %zu: %s%s", u->selected + 1, tag,
		full ? " (there are eight: it took the selected one's place)" : "");
}

/* Those pens and no others. */
static void take_pens(struct app *a, const struct screen *s, const uint32_t *pens,
		      size_t n)
{
	struct ui_trend *u = &a->ui.trend;

	u->n_pens = u->selected = 0;
	for (size_t i = 0; i < n; i++)
		add_pen(a, s->tags[pens[i]]);
	u->selected = 0;
	a->ui.message.text[0] = '\0';
}

/* The first trend that the picture shows, with all its pens. */
static void take_trend(struct app *a)
{
	const struct screen *s = app_focus(a).s;

	for (size_t i = 0; s && i < s->n_items; i++)
		if (s->items[i].n_pens) {
			take_pens(a, s, s->items[i].pens, s->items[i].n_pens);
			return;
		}
}

void app_selected_tag(struct app *a, char out[128])
{
	struct focus f = app_focus(a);
	const struct wire_alarm_row *alarm = NULL;

	out[0] = '\0';
	if (a->ui.page == UI_ALARMS && a->ui.drawn.selected.there)
		alarm = model_alarm_find(&a->model, a->ui.drawn.selected.name);
	if (alarm) {
		snprintf(out, 128, "%s", alarm->tag);
	} else if (a->ui.page == UI_PICTURE && f.s && *f.selected != PICTURE_NOTHING) {
		struct picture_target t = picture_target(f.s, &f.src, *f.selected);

		snprintf(out, 128, "%s", t.tag ? t.tag : "");
	}
}

static void open_page(struct app *a)
{
	struct ui_trend *u = &a->ui.trend;

	if (a->ui.page != UI_TREND)
		u->from = a->ui.page == UI_ALARMS ? UI_ALARMS : UI_PICTURE;
	if (!u->opened) {
		u->opened = u->live = true;
		u->zoom = HOUR_ZOOM;
	}
	a->ui.page = UI_TREND;
}

void trend_open(struct app *a, const char *tag)
{
	open_page(a);
	add_pen(a, tag);
}

void trend_of_key(struct app *a, const struct screen_key *key)
{
	take_pens(a, a->model.shown, key->pens, key->n_pens);
	open_page(a);
}

/* The item the selection rests on, when it is a trend. */
static const struct screen_item *selected_trend(const struct focus *f)
{
	const struct screen_item *item =
		f->s && *f->selected >= 0 && (size_t)*f->selected < f->s->n_items
			? &f->s->items[*f->selected]
			: NULL;

	return item && item->kind->enter == ENTER_PENS ? item : NULL;
}

bool trend_of_selected(struct app *a)
{
	struct focus f = app_focus(a);
	const struct screen_item *item =
		a->ui.page == UI_PICTURE ? selected_trend(&f) : NULL;

	if (!item)
		return false;
	take_pens(a, f.s, item->pens, item->n_pens);
	open_page(a);
	return true;
}

/* On the page itself: back to where one came from. */
void go_trend(struct app *a, uint32_t key)
{
	char tag[128];

	(void)key;
	if (a->ui.page == UI_TREND) {
		a->ui.page = a->ui.trend.from;
		return;
	}
	if (trend_of_selected(a))
		return;
	app_selected_tag(a, tag);
	if (tag[0])
		add_pen(a, tag);
	else if (a->ui.page == UI_PICTURE && a->ui.trend.n_pens == 0)
		take_trend(a);
	open_page(a);
}

void drop_pen(struct app *a, uint32_t key)
{
	struct ui_trend *u = &a->ui.trend;

	(void)key;
	if (u->n_pens == 0)
		return;
	memmove(u->pens[u->selected], u->pens[u->selected + 1],
		(u->n_pens - 1 - u->selected) * sizeof(u->pens[0]));
	u->n_pens--;
	if (u->selected >= u->n_pens)
		u->selected = u->n_pens ? u->n_pens - 1 : 0;
	u->changed = true;
}

void next_pen(struct app *a, uint32_t key)
{
	struct ui_trend *u = &a->ui.trend;
	size_t step = key == TERM_KEY_UP || key == TERM_KEY_BACK_TAB ? u->n_pens - 1 : 1;

	if (u->table && (key == TERM_KEY_UP || key == TERM_KEY_DOWN)) {
		if (key == TERM_KEY_DOWN)
			u->table_top++; /* painting holds it to what there is */
		else if (u->table_top)
			u->table_top--;
		return;
	}
	if (u->n_pens)
		u->selected = (u->selected + step) % u->n_pens;
}

/* --- the window --------------------------------------------------------------------- */

static int64_t window_ms(const struct app *a)
{
	return a->ui.drawn.trend.bucket_ms * a->ui.drawn.trend.slots;
}

static void show_until(struct app *a, int64_t end_ms)
{
	struct ui_trend *u = &a->ui.trend;
	int64_t now_ms = a->now.wall.ms + a->model.offset_ms;

	u->live = end_ms >
		  now_ms - (a->ui.drawn.trend.step + 1) * a->ui.drawn.trend.bucket_ms;
	u->end_ms = end_ms;
	u->table_top = 0;
}

void pan_trend(struct app *a, uint32_t key)
{
	int64_t half = window_ms(a) / 2;
	const struct drawn_trend *d = &a->ui.drawn.trend;

	if (!d->slots)
		return;
	show_until(a, d->end_ms + (key == TERM_KEY_PAGE_UP ? -half : half));
}

/* As far back as the server knows of the selected pen. */
void oldest_trend(struct app *a, uint32_t key)
{
	const int64_t kept_ms = INT64_C(25) * 3600 * 1000;
	int64_t now_ms = a->now.wall.ms + a->model.offset_ms;
	int64_t from = a->ui.drawn.trend.began_ms;

	(void)key;
	if (!a->ui.drawn.trend.slots)
		return;
	if (from < now_ms - kept_ms)
		from = now_ms - kept_ms;
	show_until(a, from + window_ms(a));
}

void live_trend(struct app *a, uint32_t key)
{
	struct ui_trend *u = &a->ui.trend;

	(void)key;
	u->live = true;
	u->ruler_ms = u->ruler2_ms = 0;
	u->table_top = 0;
}

/* Around the ruler; without one the end stays where it is. */
void zoom_trend(struct app *a, uint32_t key)
{
	struct ui_trend *u = &a->ui.trend;
	const struct drawn_trend *d = &a->ui.drawn.trend;
	size_t zoom = key == '-' ? u->zoom + 1 : u->zoom - 1;
	int64_t span_ms = 0;

	if ((key != '-' && u->zoom == 0) || !ui_trend_span(zoom, &span_ms)[0] ||
	    !d->slots)
		return;
	u->zoom = zoom;
	u->table_top = 0;
	if (u->ruler_ms)
		show_until(a, u->ruler_ms + span_ms / 2);
}

/* --- rulers ------------------------------------------------------------------------- */

void move_ruler(struct app *a, uint32_t key)
{
	struct ui_trend *u = &a->ui.trend;
	const struct drawn_trend *d = &a->ui.drawn.trend;
	int64_t first = d->end_ms - window_ms(a), last = d->end_ms - d->bucket_ms;

	if (!d->slots)
		return;
	if (!u->ruler_ms)
		u->ruler_ms = last;
	else
		u->ruler_ms += key == TERM_KEY_LEFT ? -d->bucket_ms : d->bucket_ms;
	if (u->ruler_ms < first) /* the window follows */
		show_until(a, d->end_ms - window_ms(a) / 2);
	else if (u->ruler_ms > last)
		show_until(a, d->end_ms + window_ms(a) / 2);
	if (u->live && u->ruler_ms > last)
		u->ruler_ms = last;
	if (u->live) { /* what one looks at does not move away */
		u->live = false;
		u->end_ms = d->end_ms;
	}
}

void second_ruler(struct app *a, uint32_t key)
{
	struct ui_trend *u = &a->ui.trend;

	(void)key;
	if (!u->ruler_ms)
		app_say(a, ROLE_MESSAGE, "first the ruler: left and right");
	else
		u->ruler2_ms = u->ruler2_ms ? 0 : u->ruler_ms;
}

void table_trend(struct app *a, uint32_t key)
{
	(void)key;
	a->ui.trend.table = !a->ui.trend.table;
	a->ui.trend.table_top = 0;
}

bool let_go_trend(struct app *a)
{
	struct ui_trend *u = &a->ui.trend;

	if (a->ui.page != UI_TREND)
		return false;
	if (u->ruler2_ms)
		u->ruler2_ms = 0;
	else if (u->ruler_ms)
		u->ruler_ms = 0;
	else
		a->ui.page = u->from;
	return true;
}

/* --- what is told of them ---------------------------------------------------------- */

/* The pens' values are asked for while the page stands there, and no longer. */
void pens_turn(struct app *a)
{
	struct ui_trend *u = &a->ui.trend;
	bool wanted = a->ui.page == UI_TREND && u->n_pens > 0;
	const char *names[UI_PENS_MAX];

	if (!a->client || !a->greeted || (wanted == a->pens_told && !u->changed))
		return;
	u->changed = false;
	for (size_t i = 0; i < u->n_pens; i++)
		names[i] = u->pens[i];
	model_pens(&a->model, names, wanted ? u->n_pens : 0);
	if (wanted)
		wire_put_subscribe(client_out(a->client), VIEW_PENS, names, u->n_pens);
	else if (a->pens_told)
		client_request(a->client, WIRE_UNSUBSCRIBE, VIEW_PENS, 0, "");
	a->pens_told = wanted;
}
