/*
 * app.c - the console's loop: terminal, server and signals in one poll with one deadline;
 * a frame at most every 50 ms, and only when something may have changed.
 */
#include "console/app/app.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "console/app/app_int.h"
#include "console/app/options.h"
#include "console/plain/plain.h"
#include "console/view/picture.h"
#include "util/strmap.h"
#include "util/utf8.h"
#include "wall/wall.h"

enum { EXIT_LEFT = 0, EXIT_FAILED = 1, EXIT_USAGE = 2, EXIT_NO_SERVER = 3 };

void app_say(struct app *a, enum role role, const char *fmt, ...)
{
	struct ui_message *m = &a->ui.message;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(m->text, sizeof(m->text), fmt, ap);
	va_end(ap);
	m->role = role;
	m->first = mono_add_ms(a->now.mono, FIRST_MS);
	m->until =
		mono_add_ms(a->now.mono, role == ROLE_REFUSED ? REFUSAL_MS : MESSAGE_MS);
	a->dirty = true;
}

/* --- frames ---------------------------------------------------------------------- */

static void draw(struct app *a)
{
	struct frame_input in = { .m = &a->model, .ui = &a->ui, .now = a->now };
	int cols = term_cols(a->term), rows = term_rows(a->term);

	if (cols != a->grid.cols || rows != a->grid.rows)
		grid_resize(&a->grid, cols, rows);
	model_resize(&a->model, cols, frame_body_rows(rows), &a->ui.selected);
	a->model.tier = term_tier(a->term);
	a->model.slow_line = term_is_slow(a->term);
	frame_paint(&a->grid, &in);
	sound_turn(a);
	if (term_draw(a->term, &a->grid, a->repaint) == SG_EIO)
		a->leaving = true;
	a->painted = true;
	if (a->repaint)
		a->last_whole = a->now.mono;
	a->dirty = a->repaint = a->hurry = false;
	a->last_frame = a->now.mono;
}

/* Everything that belongs on the glass has been told. */
static bool is_complete(const struct app *a)
{
	const struct model *m = &a->model;

	if (!a->painted && (!m->screens || !m->has_list))
		return false;
	return model_view_complete(m);
}

/* When the terminal is free for a frame. Values take at most half of a slow line, so that
 * a key or a new alarm waits for little. */
static struct mono line_deadline(const struct app *a)
{
	struct mono at = term_frame_at(a->term);

	if (!a->hurry && !a->model.bell && at.ns > a->last_frame.ns && at.ns != INT64_MAX)
		at.ns += at.ns - a->last_frame.ns;
	return at;
}

/* When the next frame may or must come. */
static struct mono frame_deadline(const struct app *a)
{
	struct mono soonest =
		mono_add_ms(a->last_frame, a->hurry ? KEY_FRAME_MS : FRAME_MS);
	struct mono line = line_deadline(a);
	/* the clock on the glass turns with the second, what blinks twice in it */
	int64_t half = a->ui.drawn.blinks ? BLINK_MS : 1000;
	int64_t to_second = half - a->now.wall.ms % half;

	if (!a->dirty && !a->repaint)
		return mono_add_ms(a->now.mono, to_second);
	if (line.ns > soonest.ns)
		soonest = line;
	if (a->hold_until.ns > soonest.ns && !is_complete(a))
		return a->hold_until;
	return soonest;
}

/* --- keys ------------------------------------------------------------------------ */

static void take_keys(struct app *a)
{
	uint32_t keys[KEYS_A_TURN];
	size_t n = 0;

	while (n < KEYS_A_TURN && (keys[n] = term_key(a->term)) != TERM_KEY_NONE) {
		if (keys[n] == TERM_KEY_GONE) {
			a->leaving = true;
			return;
		}
		n++;
	}
	a->alone = n == 1;
	a->hurry |= n > 0;
	for (size_t i = 0; i < n && !a->leaving; i++)
		act_key(a, keys[i]);
}

/* --- the loop -------------------------------------------------------------------- */

static int timeout_ms(const struct app *a)
{
	struct mono at = mono_earlier(frame_deadline(a), link_deadline(a));
	int64_t ns;

	at = mono_earlier(at, dialog_deadline(a));
	at = mono_earlier(at, sound_deadline(a));
	at = mono_earlier(at, term_key_deadline(a->term));
	at = mono_earlier(at, approval_deadline(a));
	ns = at.ns - clock_mono().ns;
	if (ns <= 0)
		return 0;
	ns = (ns + 999999) / 1000000;
	return ns > 1000 ? 1000 : (int)ns;
}

/* The rest of a frame, as the terminal takes it. */
static void push_frame(struct app *a)
{
	int64_t stalled_ms;

	if (term_push(a->term, &stalled_ms) == SG_EIO)
		a->leaving = true;
	if (stalled_ms)
		app_say(a, ROLE_MESSAGE,
			"the terminal took nothing for %lld s; what stands here is of "
			"now",
			(long long)stalled_ms / 1000);
}

static void wait_for_something(struct app *a)
{
	struct pollfd p[4] = {
		{ .fd = term_fd(a->term), .events = POLLIN },
		{ .fd = a->signal_fd, .events = POLLIN },
		{ .fd = a->client ? client_fd(a->client) : -1,
		  .events = link_has_unsent(a) ? POLLIN | POLLOUT : POLLIN },
		{ .fd = term_has_unsent(a->term) ? term_out_fd(a->term) : -1,
		  .events = POLLOUT },
	};

	if (poll(p, 4, timeout_ms(a)) < 0 && errno != EINTR)
		a->leaving = true;
	a->now = clock_now();
	if (p[1].revents)
		signals_take(a);
	if (p[3].revents)
		push_frame(a);
	if (p[0].revents & (POLLHUP | POLLERR | POLLNVAL))
		a->leaving = true;
	else if (p[0].revents || mono_reached(a->now.mono, term_key_deadline(a->term)))
		take_keys(a);
}

/* Somebody may have written over the glass without our knowing (wall, a modem). */
void repaint_by_time(struct app *a)
{
	if (a->repaint_ms &&
	    mono_reached(a->now.mono, mono_add_ms(a->last_whole, a->repaint_ms)))
		a->repaint = true;
}

/* The mark beside the clock turns only while the server is heard. */
static void turn_clock(struct app *a)
{
	a->model.ticking ^= a->beaten;
	a->beaten = false;
	a->dirty = true;
	shelves_turn(a);
}

static void turn(struct app *a)
{
	int64_t second = a->now.wall.ms / 1000, half = a->now.wall.ms / BLINK_MS;
	struct mono due;

	wait_for_something(a);
	if (a->now.wall.ms / 1000 != second)
		turn_clock(a);
	a->dirty |= a->ui.drawn.blinks && a->now.wall.ms / BLINK_MS != half;
	link_turn(a);
	dialog_turn(a);
	approval_turn(a);
	talk_devices_turn(a);
	pens_turn(a);
	trends_turn(a);
	people_turn(a);
	rows_turn(a);
	changes_turn(a);
	talk_pending_turn(a);
	repaint_by_time(a);
	link_flush(a);
	due = frame_deadline(a);
	if ((a->dirty || a->repaint) && mono_reached(a->now.mono, due) && !a->leaving)
		draw(a);
	sound_turn(a);
	dialog_turn(a);
	approval_turn(a);
}

/* --- begin and end --------------------------------------------------------------- */

static int fail(int code, const char *text)
{
	struct strbuf clean = STRBUF_INIT;

	utf8_clean(&clean, text, WIRE_TEXT_MAX);
	fprintf(stderr, "sightglass: %s\n", clean.buf);
	strbuf_release(&clean);
	return code;
}

/* While the glass is ours nothing else may write on it: libraries' complaints go to the
 * log. Returns the descriptor that brings standard error back. */
static int redirect_errors(const char *log_file)
{
	int old = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
	int fd = open(log_file ? log_file : "/dev/null",
		      O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);

	if (fd < 0)
		fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
	if (fd >= 0) {
		dup2(fd, STDERR_FILENO);
		close(fd);
	}
	return old;
}

static void release(struct app *a)
{
	talk_forget(a);
	client_close(a->client);
	free(a->ui.list.names);
	free(a->ui.overrides.row);
	free(a->ui.staged.row);
	free(a->ui.doubts.row);
	free(a->ui.people.row);
	strmap_free(a->warned);
	model_release(&a->model);
	grid_release(&a->grid);
	close(a->signal_fd);
	if (a->pictures_fd > 0)
		close(a->pictures_fd);
}

static void run(struct app *a)
{
	a->now = clock_now();
	link_up(a);
	while (!a->leaving)
		turn(a);
}

static int open_and_run(struct app *a, const struct console_start *start)
{
	struct strbuf why = STRBUF_INIT;
	int code, errors;
	enum sg_err rc = client_join(a->socket, "console", &a->client, &why);

	if (rc != SG_OK) {
		code = fail(rc == SG_EREFUSED ? EXIT_FAILED : EXIT_NO_SERVER, why.buf);
		strbuf_release(&why);
		return code;
	}
	a->signal_fd = signals_catch();
	if (term_open(&start->terminal, &a->term, &why) != SG_OK) {
		code = fail(EXIT_FAILED, why.buf);
	} else {
		errors = redirect_errors(start->log_file);
		/* the keeper of the terminal runs, and all is open that will be needed */
		bool walled = wall_around_me(WALL_CONSOLE, true, &why) == SG_OK;
		if (walled)
			run(a);
		term_close(a->term);
		dup2(errors, STDERR_FILENO);
		code = walled ? a->exit_code : fail(EXIT_FAILED, why.buf);
	}
	release(a);
	strbuf_release(&why);
	return code;
}

/* A terminal that can do nothing but lines gets lines. */
static bool wants_plain(const struct app *a)
{
	const char *term = getenv("TERM");

	if (a->plain || !term || strcmp(term, "dumb") != 0)
		return a->plain;
	puts("TERM=dumb shows no screens: this is the line mode, as with --plain");
	return true;
}

int console_main(int argc, char **argv)
{
	static struct app a;
	struct console_start start = { .app = &a,
				       .terminal = { .depth = -1, .glyphs = -1 } };
	struct strbuf why = STRBUF_INIT;
	int code;

	a.exit_code = EXIT_LEFT;
	a.backoff_ms = BACKOFF_MIN_MS;
	a.ui.selected = PICTURE_NOTHING;
	a.ui.list.selected = a.ui.overrides.selected = a.ui.people.selected = -1;
	a.ui.staged.selected = a.ui.doubts.selected = -1;
	a.ui.keys = app_key_help();
	if (!options_parse(&start, argc, argv, &why)) {
		code = fail(EXIT_USAGE, why.buf);
		strbuf_release(&why);
		return code;
	}
	if (wants_plain(&a))
		return plain_main(a.socket, a.first);
	model_init(&a.model);
	grid_init(&a.grid, 1, 1);
	return open_and_run(&a, &start);
}
