/*
 * cmd_edit.c - `sightglass edit`: a screen in the person's own editor, with a picture
 * beside it that follows every save.
 *
 * Inside tmux the picture takes a pane beside the editor, or below it where the window is
 * narrow. Outside of tmux, where it is installed, a session is started for the two of
 * them. Without it the picture is shown each time the editor ends.
 */
#include <ctype.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cli/args.h"
#include "cli/edit_file.h"
#include "cli/edit_run.h"
#include "cli/preview.h"
#include "cli/remote.h"
#include "cli/render_theme.h"
#include "cli/station_path.h"
#include "station/def.h"
#include "util/clock.h"
#include "util/strbuf.h"
#include "util/xalloc.h"

extern const struct cli_command cmd_edit;

enum { BESIDE_COLS = 160, PICTURE_PERCENT = 60 };

struct edit {
	const char *id, *values, *socket;
	char *station, *file, *self;
	char **editor;
};

/* --- the picture in a pane --------------------------------------------------------- */

/* What a pane has to be told: it has the environment that tmux was started in, not ours.
 */
static const char *socket_of_now(void)
{
	const char *env = getenv("SIGHTGLASS_SOCKET");

	return cli_socket ? cli_socket : env && *env ? env : NULL;
}

/* `sightglass [--socket S] COMMAND ID --station F [--values V]` behind the n words that
 * are already in argv; returns how many there are then. */
static size_t add_self(const struct edit *e, const char *command, char **argv, size_t n)
{
	argv[n++] = e->self;
	if (e->socket) {
		argv[n++] = (char *)"--socket";
		argv[n++] = (char *)e->socket;
	}
	argv[n++] = (char *)command;
	argv[n++] = (char *)e->id;
	argv[n++] = (char *)"--station";
	argv[n++] = e->station;
	if (e->values) {
		argv[n++] = (char *)"--values";
		argv[n++] = (char *)e->values;
	}
	argv[n] = NULL;
	return n;
}

static bool is_wide(void)
{
	struct winsize w;

	return ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_col >= BESIDE_COLS;
}

/* Opens the pane without taking the cursor; its name goes to pane. */
static bool open_pane(const struct edit *e, char *pane, size_t size)
{
	char percent[8];
	char *argv[32] = { (char *)"tmux",       (char *)"split-window",
			   (char *)"-d",         is_wide() ? (char *)"-h" : (char *)"-v",
			   (char *)"-l",         percent,
			   (char *)"-P",         (char *)"-F",
			   (char *)"#{pane_id}", NULL };
	size_t n;

	snprintf(percent, sizeof(percent), "%d%%", PICTURE_PERCENT);
	n = add_self(e, "render", argv, 9);
	argv[n++] = (char *)"--watch";
	argv[n] = NULL;
	return edit_ask(argv, pane, size) == 0 && pane[0] == '%';
}

static void close_pane(char *pane)
{
	char *argv[] = { (char *)"tmux", (char *)"kill-pane", (char *)"-t", pane, NULL };
	char line[64];

	edit_ask(argv, line, sizeof(line)); /* it may be closed already */
}

static int run_editor(const struct edit *e)
{
	size_t n = 0;
	int code;

	while (e->editor[n])
		n++;
	e->editor[n] = e->file;
	code = edit_run(e->editor);
	e->editor[n] = NULL;
	if (code < 0) {
		struct strbuf why = STRBUF_INIT;

		strbuf_setf(&why, "cannot start the editor \"%s\": set VISUAL or EDITOR",
			    e->editor[0]);
		remote_fail(CLI_FAILED, why.buf);
		strbuf_release(&why);
	}
	return code;
}

static int beside_a_pane(const struct edit *e)
{
	char pane[32];
	bool open = open_pane(e, pane, sizeof(pane));
	int code;

	if (!open)
		remote_fail(CLI_FAILED,
			    "tmux opened no pane for the picture; `sightglass "
			    "render SCREEN --watch` shows it anywhere");
	code = run_editor(e);
	if (open)
		close_pane(pane);
	return code == 0 ? CLI_OK : CLI_FAILED;
}

/* --- a session of its own ---------------------------------------------------------- */

/* Does not return when it works: the session runs this command once more, inside. A
 * server of its own has the environment of this moment, the editor's name among it. */
static void into_session(const struct edit *e)
{
	char name[32];
	char *argv[32] = { (char *)"tmux", (char *)"-L", name, (char *)"new-session" };
	size_t n = 4;

	snprintf(name, sizeof(name), "sightglass-%d", (int)getpid());
	add_self(e, "edit", argv, n);
	while (argv[n])
		n++;
	/* nothing is left behind when the terminal goes */
	argv[n++] = (char *)";";
	argv[n++] = (char *)"set-option";
	argv[n++] = (char *)"destroy-unattached";
	argv[n++] = (char *)"on";
	argv[n] = NULL;
	execvp(argv[0], argv);
}

/* --- alone ------------------------------------------------------------------------- */

/* True when it is as it should be. */
static bool show_once(const struct edit *e)
{
	struct theme theme = *theme_dark();
	struct preview_look look = { .station = e->station,
				     .values = e->values,
				     .id = e->id,
				     .theme = &theme,
				     .depth = THEME_256,
				     .ansi = isatty(STDOUT_FILENO) };
	struct preview *p = preview_new(&look);
	struct strbuf out = STRBUF_INIT;
	struct winsize w;
	int cols = 80, rows = 24;
	bool right;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_col && w.ws_row > 2) {
		cols = w.ws_col;
		rows = w.ws_row - 2; /* the question */
	}
	render_theme_of(NULL, e->station, &theme);
	strbuf_init(&out, 16 << 20);
	preview_look(p);
	preview_values(p, clock_now());
	preview_paint(p, cols < GRID_MAX ? cols : GRID_MAX,
		      rows < GRID_MAX ? rows : GRID_MAX, clock_now(), &out);
	fwrite(out.buf, 1, out.len, stdout);
	right = !preview_is_wrong(p);
	strbuf_release(&out);
	preview_free(p);
	return right;
}

static bool wants_more(bool right)
{
	char line[64];

	printf("%s  Enter edits again, q ends: ", right ? "No mistakes." : "See above.");
	fflush(stdout);
	return fgets(line, sizeof(line), stdin) && tolower((unsigned char)line[0]) != 'q';
}

static int alone(const struct edit *e)
{
	bool right;

	do {
		if (run_editor(e) != 0)
			return CLI_FAILED;
		right = show_once(e);
	} while (isatty(STDIN_FILENO) && wants_more(right));
	return right ? CLI_OK : CLI_FAILED;
}

/* --- the command ------------------------------------------------------------------- */

static char *own_path(void)
{
	char path[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);

	return n > 0 ? xstrndup(path, (size_t)n) : xstrdup("sightglass");
}

static char *find_file(const struct edit *e)
{
	struct diag_list diags = DIAG_LIST_INIT;
	struct station_def *d = station_load_partial(e->station, &diags);
	struct strbuf why = STRBUF_INIT;
	char *file = NULL;

	if (d)
		file = edit_file(d, e->id, &why);
	else if (diags.n)
		diag_format(&diags.v[0], &why);
	if (!file)
		remote_fail(CLI_FAILED, why.buf);
	strbuf_release(&why);
	station_def_free(d);
	diag_list_release(&diags);
	return file;
}

static int edit(struct edit *e, bool no_tmux)
{
	bool can_split = !no_tmux && edit_program("tmux") && isatty(STDOUT_FILENO);

	if (!e->editor)
		return remote_fail(CLI_FAILED,
				   "no editor was found: set VISUAL or EDITOR");
	e->file = find_file(e);
	if (!e->file)
		return CLI_FAILED;
	if (can_split && getenv("TMUX"))
		return beside_a_pane(e);
	if (can_split)
		into_session(e);
	return alone(e);
}

static int run(int argc, char **argv)
{
	struct cli_args a;
	int code = cli_args_parse(&cmd_edit, argc, argv, 1, 1, &a);

	if (code >= 0)
		return code;
	char *given = cli_station_path(cli_arg(&cmd_edit, &a, "station"));
	char full[PATH_MAX];
	struct edit e = { .id = a.arg[0],
			  .values = cli_arg(&cmd_edit, &a, "values"),
			  /* a pane begins in another folder */
			  .station = xstrdup(realpath(given, full) ? full : given),
			  .self = own_path(),
			  .editor = edit_editor() };
	char values[PATH_MAX], socket[PATH_MAX];
	if (e.values && realpath(e.values, values))
		e.values = values;
	e.socket = socket_of_now();
	if (e.socket && realpath(e.socket, socket))
		e.socket = socket;
	code = edit(&e, cli_arg(&cmd_edit, &a, "alone") != NULL);
	edit_words_free(e.editor);
	free(e.self);
	free(e.file);
	free(e.station);
	free(given);
	return code;
}

static const struct cli_option options[] = {
	{ "station", "FILE", "the station file (config/sightglass.cfg)" },
	{ "values", "FILE", "values from a file instead of the server" },
	{ "alone", NULL, "without tmux: the picture when the editor ends" },
	{ NULL, NULL, NULL },
};

const struct cli_command cmd_edit = {
	.name = "edit",
	.runs_programs = true,
	.args = "SCREEN [--station FILE] [--values FILE] [--alone]",
	.help = "draw a screen in your editor beside its picture",
	.options = options,
	.run = run,
};
