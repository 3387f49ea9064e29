/* term.c - taking the terminal, knowing its size and depth, giving it back. */
#include "console/term/term_int.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <termios.h>
#include <unistd.h>

#include "console/term/choose.h"
#include "console/term/env.h"
#include "console/term/facts.h"
#include "console/term/restore.h"
#include "util/xalloc.h"

enum {
	ESCAPE_MS_LOCAL = 25,
	ESCAPE_MS_SSH = 100,
	ESCAPE_MS_SLOW = 200, /* a slow line tears sequences apart */
	FALLBACK_COLS = 80,
	FALLBACK_ROWS = 24
};

enum glyph_tier term_tier(const struct term *t)
{
	return t->glyphs;
}

bool term_is_slow(const struct term *t)
{
	return out_is_slow(&t->out);
}

int term_cols(const struct term *t)
{
	return t->cols;
}

int term_rows(const struct term *t)
{
	return t->rows;
}

int term_fd(const struct term *t)
{
	(void)t;
	return STDIN_FILENO;
}

static void read_size(int *cols, int *rows)
{
	struct winsize ws;

	*cols = FALLBACK_COLS;
	*rows = FALLBACK_ROWS;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &ws) == 0 && ws.ws_col > 0 &&
	    ws.ws_row > 0) {
		*cols = ws.ws_col < GRID_MAX ? ws.ws_col : GRID_MAX;
		*rows = ws.ws_row < GRID_MAX ? ws.ws_row : GRID_MAX;
	}
}

bool term_resized(struct term *t)
{
	int cols, rows;

	read_size(&cols, &rows);
	if (cols == t->cols && rows == t->rows)
		return false;
	t->cols = cols;
	t->rows = rows;
	resizeterm(rows, cols);
	grid_release(&t->drawn);
	return true;
}

/* Raw bytes both ways: Ctrl-C, Ctrl-Z and Ctrl-\ are keys, Ctrl-S freezes nothing. */
static void set_modes(void)
{
	struct termios m;

	if (tcgetattr(STDIN_FILENO, &m) < 0)
		return;
	cfmakeraw(&m);
	m.c_iflag &= ~(tcflag_t)(IXON | IXOFF | IXANY);
	m.c_cc[VMIN] = 1;
	m.c_cc[VTIME] = 0;
	tcsetattr(STDIN_FILENO, TCSANOW, &m);
}

/* xterm's way to the alternate screen also puts the window's title on a stack. */
static bool pushes_title(void)
{
	const char *enter = tigetstr("smcup");

	/* -1: no string at all, says terminfo */
	return enter && enter != (const char *)-1 && strstr(enter, "\033[22;0;0t");
}

/* After start_color(). Too few pairs for the theme: the next lower depth that fits. */
static void init_colours(struct term *t)
{
	const struct term_facts f = facts_of(getenv("TERM"), has_colors() ? COLORS : 0);

	t->depth = choose_depth(&f, t->depth_asked);
	t->direct = choose_direct(&f);
	while (!paint_init_pairs(t))
		t->depth = (enum theme_depth)(t->depth - 1);
}

/* Creates the SCREEN on a memfd; false with a sentence when TERM is not known here. */
static bool start_curses(struct term *t, const char *name, struct strbuf *why)
{
	t->memory_fd = memfd_create("frame", MFD_CLOEXEC);
	t->memory = t->memory_fd >= 0 ? fdopen(t->memory_fd, "w") : NULL;
	if (!t->memory) {
		strbuf_setf(why, "cannot make memory for frames: %s", strerror(errno));
		return false;
	}
	t->screen = newterm(name, t->memory, stdin);
	if (t->screen)
		return true;
	facts_say_unknown(name, why);
	return false;
}

/* How long an Esc waits for the rest of a sequence; asked (ESCDELAY) goes first. */
static int64_t escape_ms(const struct term *t, int64_t asked)
{
	if (asked > 0)
		return asked;
	if (out_is_slow(&t->out))
		return ESCAPE_MS_SLOW;
	return getenv("SSH_CONNECTION") ? ESCAPE_MS_SSH : ESCAPE_MS_LOCAL;
}

static void configure_curses(struct term *t)
{
	typeahead(-1);
	noecho();
	nonl();
	idlok(stdscr, TRUE);
	start_color();
	init_colours(t);
	/* every cell sets both colours: pair 0 is only what a frame ends with, and the
	 * terminal's own defaults are the shortest */
	use_default_colors();
	resizeterm(t->rows, t->cols);
}

/* Our ways of its keys, with the next frame: the keypad sends what is printed on it,
 * pastes come between marks (to be refused), and the mouse if that was asked for. */
static void ask_for_keys(struct term *t)
{
	strbuf_adds(&t->frame, "\033[?1l\033>");
	if (t->pastes)
		strbuf_adds(&t->frame, "\033[?2004h");
	if (t->mouse)
		strbuf_adds(&t->frame, "\033[?1000h\033[?1006h");
}

/* Curses' own way out, then ours. */
static void give_back(struct term *t)
{
	bool pushed = t->pushes_title;

	endwin();
	t->pushes_title = false;
	paint_flush(t);
	if (out_has_unsent(&t->out)) /* never came there: it is thrown away */
		restore_title_pushed(pushed);
	restore_now();
	out_forget(&t->out);
}

void term_suspend(struct term *t)
{
	give_back(t);
}

void term_resume(struct term *t)
{
	restore_again();
	set_modes();
	t->pushes_title = pushes_title();
	ask_for_keys(t);
	input_flush(&t->input);
	term_resized(t);
}

static void release(struct term *t)
{
	if (t->screen)
		delscreen(t->screen);
	if (t->memory)
		fclose(t->memory);
	out_release(&t->out);
	strbuf_release(&t->frame);
	strbuf_release(&t->spare);
	grid_release(&t->drawn);
	free(t);
}

static void take_options(struct term *t, const struct term_options *o, const char *name)
{
	const struct term_facts f = facts_of(name, 0);

	t->theme = *(o->theme ? o->theme : theme_dark());
	t->depth_asked = o->depth;
	t->glyphs = choose_glyphs(&f, o->glyphs);
	t->draws_dec = choose_dec(&f, t->glyphs);
}

void term_theme(struct term *t, const struct theme *theme)
{
	if (memcmp(&t->theme, theme, sizeof(*theme)) == 0)
		return;
	t->theme = *theme;
	init_colours(t);
	t->repaints = true;
}

enum sg_err term_open(const struct term_options *o, struct term **out, struct strbuf *why)
{
	struct term *t;
	const char *name;
	int64_t escape = term_env_escape_ms();

	if (!term_env_scrub(why))
		return SG_ECONFIG;
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
		strbuf_setf(why,
			    "the console needs a terminal on standard input and output; "
			    "for scripts use the subcommands (sightglass --help)");
		return SG_EIO;
	}
	name = getenv("TERM");
	t = xcalloc(1, sizeof(*t));
	strbuf_init(&t->frame, 16 << 20);
	strbuf_init(&t->spare, 16 << 20);
	if (!start_curses(t, name, why)) {
		release(t);
		return SG_ECONFIG;
	}
	/* armed before the first change, so that every way out undoes it */
	out_init_terminal(&t->out, o->baud);
	restore_arm(STDOUT_FILENO);
	restore_start_keeper();
	set_modes();
	read_size(&t->cols, &t->rows);
	take_options(t, o, name);
	t->synchronized = choose_knows_frames(name);
	t->squeeze.poor = choose_is_serial(name);
	t->squeezes = t->squeeze.poor || choose_takes_attributes_back(name);
	squeeze_reset(&t->squeeze);
	t->pushes_title = pushes_title();
	t->pastes = choose_takes_attributes_back(
		name); /* who does not know the marks passes over them */
	t->mouse = o->mouse;
	configure_curses(t);
	keys_define(t, escape_ms(t, escape));
	ask_for_keys(t);
	*out = t;
	return SG_OK;
}

void term_close(struct term *t)
{
	if (!t)
		return;
	if (!t->gone)
		give_back(t);
	restore_now();
	release(t);
}
