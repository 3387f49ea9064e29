/* render_remote.c - what `sightglass render` asks of the server: the files of a screen,
 * then tag by tag what the painter needs. */
#include "cli/render_remote.h"

#include <stdlib.h>

#include "alarm/engine.h"
#include "cli/alarm_list.h"
#include "cli/command.h"
#include "cli/remote.h"
#include "console/view/picture.h"
#include "util/xalloc.h"

enum { FILES_MAX = 200 };

struct bundle {
	uint32_t req;
	struct screen_file *v; /* path and text owned */
	size_t n;
};

static void keep_file(void *arg, const struct client_frame *f)
{
	struct bundle *b = arg;
	struct wire_screen_file file;

	if (f->type != WIRE_SCREEN_FILE || b->n == FILES_MAX ||
	    !wire_get_screen_file(f->payload, f->len, &file) || file.req != b->req)
		return;
	struct screen_file *kept = GROW(&b->v, &b->n);

	kept->path = xstrdup(file.path);
	kept->text = xstrndup(file.text, file.len);
}

static void bundle_release(struct bundle *b)
{
	for (size_t i = 0; i < b->n; i++) {
		free((char *)b->v[i].path);
		free((char *)b->v[i].text);
	}
	free(b->v);
}

/* Says why a screen cannot be painted: its own mistakes, or that nobody drew it. */
static int no_screen(const struct screen_set *set, const char *id,
		     const struct diag_list *diags)
{
	const char **ids = xreallocarray(NULL, set->n, sizeof(*ids));
	struct strbuf line = STRBUF_INIT;

	remote_fail_diags(CLI_FAILED, diags);
	for (size_t i = 0; i < set->n; i++)
		ids[i] = set->v[i]->id;
	strbuf_setf(&line, "the station has no screen \"%s\" that can be drawn", id);
	diag_suggest(&line, id, ids, set->n);
	remote_fail(CLI_FAILED, line.buf);
	strbuf_release(&line);
	free(ids);
	return CLI_FAILED;
}

static int parse_bundle(const struct bundle *b, const char *id, struct screen_set **set)
{
	struct diag_list diags = DIAG_LIST_INIT;
	int code = CLI_OK;

	*set = screen_set_load(b->v, b->n, &diags);
	if (!screen_set_look(*set, id, &diags)) {
		code = no_screen(*set, id, &diags);
		screen_set_free(*set);
		*set = NULL;
	}
	diag_list_release(&diags);
	return code;
}

int render_remote_screen(struct client *c, const char *id, struct screen_set **set)
{
	struct bundle b = { .req = client_request(c, WIRE_SCREEN_GET, 0, 0, "") };
	struct wire_reply reply;
	int code;

	*set = NULL;
	code = remote_wait(c, b.req, &reply, keep_file, &b);
	if (code == CLI_OK)
		code = parse_bundle(&b, id, set);
	bundle_release(&b);
	return code;
}

static void take_meta(struct render_tag *t, const struct wire_tag_info *info)
{
	size_t n =
		info->n_limits < RENDER_LIMITS_MAX ? info->n_limits : RENDER_LIMITS_MAX;

	t->texts[0] = xstrdup(info->name);
	t->texts[1] = xstrdup(info->unit);
	t->texts[2] = xstrdup(info->description);
	t->texts[3] = xstrdup(info->area);
	for (size_t i = 0; i < n; i++)
		t->limits[i] = (struct tag_limit){ info->limits[i].value,
						   info->limits[i].high != 0,
						   info->limits[i].priority };
	t->meta = (struct tag_meta){
		.name = t->texts[0],
		.unit = t->texts[1],
		.description = t->texts[2],
		.area = t->texts[3],
		.type = (enum value_type)info->type,
		.has_range = info->has_range != 0,
		.lo = info->lo,
		.hi = info->hi,
		.decimals = info->decimals,
		.writable = info->writable != 0,
		.limits = t->limits,
		.n_limits = n,
	};
	t->known = true;
}

static void take_live(struct render_tag *t, const struct wire_value *v)
{
	t->live = (struct tag_live){ .sample = { .value = v->value,
						 .quality = v->quality,
						 .source_time = { v->source_ms } },
				     .alarm = v->alarm_priority,
				     .unacked = v->alarm_unacked != 0,
				     .disabled = v->alarm_hidden != 0 };
	if (v->value.type == VALUE_STRING) {
		t->string = xstrdup(v->value.u.s);
		t->live.sample.value.u.s = t->string;
	}
}

static bool shows_alarms(const struct screen *s)
{
	for (size_t i = 0; i < s->n_items; i++)
		if (s->items[i].kind->lists_alarms)
			return true;
	for (size_t i = 0; i < s->n_variants; i++)
		if (shows_alarms(s->variants[i]))
			return true;
	return false;
}

static int take_alarms(struct client *c, struct render_source *r)
{
	struct alarm_list list;
	int code = alarm_list_fetch(c, &list);

	for (size_t i = 0; i < list.n; i++) {
		const struct wire_alarm_row *a = &list.v[i];
		struct picture_alarm row = {
			.name = a->name,
			.message = a->message,
			.priority = a->priority,
			.active = a->state != ALARM_S_RTNUN,
			.unacked = a->state != ALARM_S_ACKED,
			.raised = { a->raised_ms },
		};

		render_source_alarm(r, a->area, &row);
	}
	render_source_sort(r);
	alarm_list_release(&list);
	return code;
}

int render_remote_fill(struct client *c, struct render_source *r)
{
	static struct wire_tag_state state;

	for (size_t i = 0; i < r->screen->n_tags; i++) {
		int code = remote_get(c, r->screen->tags[i], &state);

		if (code == CLI_NO_SERVER)
			return code;
		if (code != CLI_OK)
			continue; /* an unknown tag was named; it is drawn as bad */
		take_meta(&r->tags[i], &state.info);
		take_live(&r->tags[i], &state.now);
	}
	return shows_alarms(r->screen) ? take_alarms(c, r) : CLI_OK;
}

/* --- the past ----------------------------------------------------------------------- */

static void keep_past(void *arg, const struct client_frame *f)
{
	static struct wire_trend_data d;
	struct render_source *r = arg;

	if (f->type == WIRE_TREND_DATA && wire_get_trend_data(f->payload, f->len, &d))
		model_trends_data(&r->trends, &d);
}

static void paint_once(struct render_source *r, const struct screen *s, int cols,
		       int rows)
{
	struct picture_source src = render_source_picture(r);
	struct canvas all;
	struct grid g;

	if (cols)
		s = screen_for_size(s, cols, rows);
	grid_init(&g, cols ? cols : s->cols, cols ? rows : s->rows);
	all = grid_canvas(&g);
	picture_paint(&all, s, &src, PICTURE_NOTHING);
	grid_release(&g);
}

int render_remote_past(struct client *c, struct render_source *r, const struct screen *s,
		       int cols, int rows)
{
	static struct wire_reply reply;
	struct strbuf why = STRBUF_INIT;
	struct model_trend *t;
	struct wire_trend m;
	int code = CLI_OK;

	paint_once(r, s, cols, rows);
	while (code == CLI_OK && (t = model_trends_due(&r->trends, r->now, &m))) {
		t->req = m.req = client_next_req(c);
		wire_put_trend(client_out(c), &m);
		if (client_flush(c, &why) < 0 ||
		    client_wait_reply(c, m.req, &reply, keep_past, r, &why) != SG_OK)
			code = remote_fail(CLI_NO_SERVER, why.buf);
		else
			model_trends_reply(&r->trends, m.req,
					   reply.status == WIRE_OK ? "" : reply.text,
					   r->now);
	}
	strbuf_release(&why);
	return code;
}
