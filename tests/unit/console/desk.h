/*
 * desk.h - a console without a terminal: the real app structure over a model filled by
 * hand, a clock that the test sets, a connection whose frames are read back before they
 * leave, and a bell that is counted. Keys go the way they go in the program.
 */
#ifndef SG_TESTS_UNIT_CONSOLE_DESK_H
#define SG_TESTS_UNIT_CONSOLE_DESK_H

#include "support/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "alarm/engine.h"
#include "console/app/app_int.h"
#include "console/term/term_int.h"
#include "console/view/picture.h"
#include "util/strmap.h"
#include "util/utf8.h"
#include "util/xalloc.h"

enum { DESK_WALL_MS = 1000000000, DESK_SENT_MAX = 300 };

struct desk {
	struct app *a;
	struct term term;
	int listener;
	uint64_t version;
	struct wire_alarm_act sent[DESK_SENT_MAX];
	size_t n_sent;
};

static inline struct wire_alarm_row desk_row(const char *name, int priority,
					     enum alarm_state state, uint64_t occurrence,
					     int64_t raised_ms)
{
	struct wire_alarm_row r = { .epoch = 1,
				    .occurrence = occurrence,
				    .priority = (uint8_t)priority,
				    .state = (uint8_t)state,
				    .raised_ms = raised_ms,
				    .value = NAN,
				    .limit = NAN,
				    .shelve_max_s = 8 * 3600 };

	snprintf(r.name, sizeof(r.name), "%s", name);
	snprintf(r.message, sizeof(r.message), "message of %s", name);
	return r;
}

static inline void desk_tell(struct desk *d, struct wire_alarm_row r)
{
	r.version = ++d->version;
	assert_true(model_alarm_row(&d->a->model, &r));
}

static inline int desk_listen(const char *path)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(at.sun_path, sizeof(at.sun_path), "%s", path);
	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(listen(fd, 4), 0);
	return fd;
}

static inline void desk_connect(struct desk *d)
{
	static unsigned serial;
	struct strbuf why = STRBUF_INIT;
	char path[100];

	snprintf(path, sizeof(path), "%s/d%u", test_tmpdir(), serial++);
	d->listener = desk_listen(path);
	d->a->client = client_begin(path, "test", &why);
	assert_string_equal(why.buf, "");
	assert_non_null(d->a->client);
	strbuf_clear(client_out(d->a->client));
	strbuf_release(&why);
	d->a->greeted = true;
}

/* A console of 80 by 24 on the page of alarms, greeted, with an empty list in sync. */
static inline void desk_open(struct desk *d)
{
	struct wire_alarm_sync sync = { .epoch = 1 };

	memset(d, 0, sizeof(*d));
	d->term.frame = (struct strbuf)STRBUF_INIT;
	d->a = xcalloc(1, sizeof(*d->a));
	d->a->term = &d->term;
	d->a->now.mono.ns = 1000000000;
	d->a->now.wall.ms = DESK_WALL_MS;
	d->a->ui.selected = PICTURE_NOTHING;
	d->a->ui.list.selected = -1;
	d->a->ui.overrides.selected = d->a->ui.people.selected = -1;
	d->a->ui.page = UI_ALARMS;
	d->a->ui.keys = app_key_help();
	model_init(&d->a->model);
	d->a->model.link = LINK_UP;
	model_alarm_reset(&d->a->model, 1);
	assert_true(model_alarm_sync(&d->a->model, &sync));
	grid_init(&d->a->grid, 80, 24);
	desk_connect(d);
}

static inline void desk_close(struct desk *d)
{
	struct app *a = d->a;

	approval_forget(a);
	talk_forget(a);
	client_close(a->client);
	close(d->listener);
	free(a->ui.list.names);
	free(a->ui.overrides.row);
	free(a->ui.people.row);
	free(a->ui.staged.row);
	free(a->ui.doubts.row);
	strmap_free(a->warned);
	model_release(&a->model);
	grid_release(&a->grid);
	strbuf_release(&d->term.frame);
	free(a);
}

static inline void desk_paint(struct desk *d)
{
	struct frame_input in = { .m = &d->a->model, .ui = &d->a->ui, .now = d->a->now };

	frame_paint(&d->a->grid, &in);
}

static inline void desk_resize(struct desk *d, int cols, int rows)
{
	grid_resize(&d->a->grid, cols, rows);
	desk_paint(d);
}

/* Each key comes alone, and a frame follows it. */
static inline void desk_key(struct desk *d, uint32_t key)
{
	act_key(d->a, key);
	desk_paint(d);
}

static inline void desk_type(struct desk *d, const char *text)
{
	for (; *text; text++)
		desk_key(d, (uint32_t)(unsigned char)*text);
}

static inline void desk_pass(struct desk *d, int64_t ms)
{
	d->a->now.mono = mono_add_ms(d->a->now.mono, ms);
	d->a->now.wall.ms += ms;
}

static inline const char *desk_line(const struct desk *d, int row)
{
	static struct strbuf line = STRBUF_INIT;

	strbuf_clear(&line);
	grid_row_text(&d->a->grid, row, &line);
	return line.buf;
}

/* The first row that has the text; -1 = none. */
static inline int desk_find(const struct desk *d, const char *text)
{
	for (int r = 0; r < d->a->grid.rows; r++)
		if (strstr(desk_line(d, r), text))
			return r;
	return -1;
}

static inline void desk_shows(const struct desk *d, const char *text)
{
	if (desk_find(d, text) >= 0)
		return;
	for (int r = 0; r < d->a->grid.rows; r++)
		print_error("%s\n", desk_line(d, r));
	fail_msg("the frame does not show \"%s\"", text);
}

static inline const char *desk_message(const struct desk *d)
{
	return d->a->ui.message.text;
}

/* Takes what the console sent since the last call; d->sent holds the acts. */
static inline size_t desk_sent(struct desk *d)
{
	struct strbuf *out = client_out(d->a->client);
	const uint8_t *p = (const uint8_t *)out->buf, *payload;
	size_t left = out->len, len;
	uint16_t type;
	int64_t used;

	d->n_sent = 0;
	while (left && (used = wire_frame_next(p, left, &type, &payload, &len)) > 0) {
		if (type == WIRE_ALARM_ACT && d->n_sent < DESK_SENT_MAX)
			assert_true(
				wire_get_alarm_act(payload, len, &d->sent[d->n_sent++]));
		p += used;
		left -= (size_t)used;
	}
	assert_int_equal(left, 0);
	strbuf_clear(out);
	return d->n_sent;
}

/* How many frames of that type the console sent since it was last asked; the last of them
 * in out, which is to be released. */
static inline size_t desk_asked(struct desk *d, enum wire_type wanted,
				struct strbuf *last)
{
	struct strbuf *out = client_out(d->a->client);
	const uint8_t *p = (const uint8_t *)out->buf, *payload;
	size_t left = out->len, len, n = 0;
	uint16_t type;
	int64_t used;

	while (left && (used = wire_frame_next(p, left, &type, &payload, &len)) > 0) {
		if (type == wanted && last) {
			strbuf_clear(last);
			strbuf_add(last, payload, len);
		}
		n += type == wanted;
		p += used;
		left -= (size_t)used;
	}
	strbuf_clear(out);
	return n;
}

/* What the server says. */
static inline void desk_hear(struct desk *d, const struct strbuf *frames)
{
	const uint8_t *p = (const uint8_t *)frames->buf, *payload;
	size_t left = frames->len, len;
	uint16_t type;
	int64_t used;

	while (left && (used = wire_frame_next(p, left, &type, &payload, &len)) > 0) {
		struct client_frame f = { .type = type, .payload = payload, .len = len };

		talk_frame(d->a, &f);
		p += used;
		left -= (size_t)used;
	}
	assert_int_equal(left, 0);
}

/* Rows of an answer and its end. */
static inline void desk_answer(struct desk *d, uint32_t req, const char *const *fields,
			       size_t n_fields, size_t n_rows, const char *text)
{
	struct strbuf w = STRBUF_INIT;

	for (size_t i = 0; i < n_rows; i++)
		wire_put_row(&w, req, fields + i * n_fields, n_fields);
	wire_put_reply(&w, req, WIRE_OK, text);
	desk_hear(d, &w);
	strbuf_release(&w);
	desk_paint(d);
}

/* How often the bell rang since the last call. */
static inline size_t desk_rings(struct desk *d)
{
	size_t n = 0;

	for (size_t i = 0; i < d->term.frame.len; i++)
		n += d->term.frame.buf[i] == '\a';
	strbuf_clear(&d->term.frame);
	return n;
}

#endif
