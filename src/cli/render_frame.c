/* render_frame.c - plays the server to a console's model, as far as a frame shows it; the
 * picture in it is painted from the source. */
#include "cli/render_frame.h"

#include <math.h>
#include <stdio.h>

#include "alarm/engine.h"
#include "console/view/frame.h"
#include "console/view/picture.h"

enum { FRAME_ROWS = 5, FRAME_COLS = 80, EPOCH = 1 };

static void copy(char *to, size_t size, const char *text)
{
	snprintf(to, size, "%s", text ? text : "");
}

static void tell_alarm(struct model *m, const struct render_alarm *a, uint64_t version)
{
	struct wire_alarm_row row = {
		.epoch = EPOCH,
		.version = version,
		.occurrence = version,
		.state = (uint8_t)(!a->row.unacked ? ALARM_S_ACKED
				   : a->row.active ? ALARM_S_UNACK
						   : ALARM_S_RTNUN),
		.priority = a->row.priority,
		.raised_ms = a->row.raised.ms,
		.changed_ms = a->row.raised.ms,
		.value = NAN,
		.limit = NAN,
	};

	copy(row.name, sizeof(row.name), a->name);
	copy(row.area, sizeof(row.area), a->area);
	copy(row.message, sizeof(row.message), a->message);
	model_alarm_row(m, &row);
}

static void tell(struct model *m, const struct render_frame *f)
{
	const struct render_source *r = f->source;
	struct wire_alarm_sync all = { .epoch = EPOCH, .version = r->n_alarms };

	m->link = LINK_UP;
	m->has_beat = true;
	m->beat = (struct wire_beat){ .server_ms = r->now.wall.ms, .recording = 1 };
	copy(m->welcome.station, sizeof(m->welcome.station), f->station);
	model_set(m, (struct screen_set *)r->set); /* lent: taken back before release */
	model_view(m, f->screen);
	model_alarm_reset(m, EPOCH);
	for (size_t i = 0; i < r->n_alarms; i++)
		tell_alarm(m, &r->alarms[i], i + 1);
	model_alarm_sync(m, &all); /* whatever its hash says, the list is whole */
}

/* Where the frame put it. */
static void paint_picture(const struct drawn_area *at, const struct screen *s,
			  struct render_source *source, int selected, struct grid *g)
{
	struct picture_source src = render_source_picture(source);
	struct canvas all = grid_canvas(g);
	struct canvas part = canvas_sub(&all, at->col, at->row, at->cols, at->rows);

	if (at->cols > 0)
		picture_paint(&part, s, &src, selected);
}

void render_frame(const struct render_frame *f, struct grid *g)
{
	struct model m;
	struct ui ui = { .selected = PICTURE_NOTHING, .list = { .selected = -1 } };
	struct frame_input in = { .m = &m, .ui = &ui, .now = f->source->now };
	int wide = f->screen->cols > FRAME_COLS ? f->screen->cols : FRAME_COLS;

	grid_init(g, f->cols ? f->cols : wide,
		  f->rows ? f->rows : f->screen->rows + FRAME_ROWS);
	model_init(&m);
	tell(&m, f);
	model_resize(&m, g->cols, frame_body_rows(g->rows), &ui.selected);
	if (f->select && model_picture(&m))
		ui.selected = picture_find(model_picture(&m), f->select);
	frame_paint(g, &in);
	paint_picture(&ui.drawn.picture, model_picture(&m), f->source, ui.selected, g);
	m.screens = NULL;
	m.shown = NULL;
	model_release(&m);
}
