/*
 * test_edit.c - `sightglass edit` and the picture beside it, as a person uses them: a
 * scripted editor in a pseudo-terminal, alone and inside tmux.
 */
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/tty.h"
#include "util/strbuf.h"
#include "util/xalloc.h"

enum { END_MS = 15000 };

static char plant[512]; /* a copy of the demonstration's files */

static void run(const char *const argv[])
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		execv(argv[0], (char *const *)argv);
		_exit(127);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

/* folder: the name of the plant's own folder, which may be an odd one. */
static void copy_plant(const char *folder)
{
	char parts[3][4096];
	const char *const names[] = { "config", "alarms", "screens" };

	snprintf(plant, sizeof(plant), "%s/%s", test_tmpdir(), folder);
	mkdir(plant, 0700);
	for (size_t i = 0; i < 3; i++) {
		snprintf(parts[i], sizeof(parts[i]), "%s", test_top(names[i]));
		run((const char *const[]){ "/bin/cp", "-r", parts[i], plant, NULL });
	}
}

static const char *in_plant(const char *name)
{
	static char path[4][700];
	static unsigned turn;

	turn = (turn + 1) % 4;
	snprintf(path[turn], sizeof(path[turn]), "%s/%s", plant, name);
	return path[turn];
}

static char *program(void)
{
	static char path[512];

	snprintf(path, sizeof(path), "%s", test_program("sightglass"));
	return path;
}

/* A program of sh that takes the place of the editor; its path has no blank. */
static const char *editor(const char *script)
{
	static char path[600];
	char *text = xasprintf("#!/bin/sh\n%s\n", script);

	if (!path[0])
		snprintf(path, sizeof(path), "%s/editor.sh", test_tmpdir());
	test_write_file(path, text);
	chmod(path, 0700);
	free(text);
	return path;
}

static void edit_file_text(const char *name, const char *old, const char *new)
{
	char *was = test_read_file(in_plant(name)), *at = strstr(was, old), *text;

	assert_non_null(at);
	text = xasprintf("%.*s%s%s", (int)(at - was), was, new, at + strlen(old));
	test_write_file(in_plant(name), text);
	free(text);
	free(was);
}

static const char *no_server(void)
{
	static char path[600];

	snprintf(path, sizeof(path), "%s/no.sock", test_tmpdir());
	return path;
}

/* --- the picture alone ------------------------------------------------------------- */

static struct tty *watch(const char *id, int cols, int rows)
{
	static char station[700], values[4096], socket[600];
	char *argv[] = { program(),
			 (char *)"--socket",
			 socket,
			 (char *)"render",
			 (char *)id,
			 (char *)"--watch",
			 (char *)"--station",
			 station,
			 (char *)"--values",
			 values,
			 NULL };
	const char *env[] = { "TERM=xterm-256color", "LC_ALL=C.UTF-8", NULL };

	snprintf(station, sizeof(station), "%s", in_plant("config/sightglass.cfg"));
	snprintf(values, sizeof(values), "%s", test_top("tests/golden/calm.values"));
	snprintf(socket, sizeof(socket), "%s", no_server());
	return tty_start(argv, env, cols, rows);
}

static void a_save_shows_beside_the_editor_and_a_mistake_below_it(void **state)
{
	struct tty *t;
	int row, col;
	size_t n;

	(void)state;
	copy_plant("plant");
	t = watch("intake", 100, 40);
	tty_expect(t, "TANK T101");
	tty_expect(t, "no mistakes");
	edit_file_text("screens/intake.cfg", "WELL 1", "HOLE 1");
	tty_expect(t, "HOLE 1");
	edit_file_text("screens/intake.cfg", "{next    }", "{next    ");
	tty_expect(t, "THE PICTURE IS AN OLDER ONE");
	tty_expect(t, "intake.cfg:17:68: error: this field has no closing brace");
	assert_true(tty_shows(t, "HOLE 1")); /* the older picture stays */
	/* the pointer stands below the brace */
	tty_expect(t, "unused-field"); /* below it: the whole frame stands */
	row = tty_find_row(t, "} {next");
	assert_true(row > 0);
	for (col = 99; tty_cell(t, col, row).cp != '{';)
		col--;
	assert_int_equal(tty_cell(t, col, row + 1).cp, '^');
	edit_file_text("screens/intake.cfg", "{next    ", "{next    }");
	tty_expect(t, "no mistakes");
	tty_expect_gone(t, "closing brace");
	tty_type(t, "q");
	assert_int_equal(tty_wait_exit(t, END_MS), 0);
	const char *bytes = tty_bytes(t, &n);
	assert_non_null(memmem(bytes, n, "\x1b[?1049l", 8));
	assert_non_null(memmem(bytes, n, "\x1b[?25h", 6));
	tty_free(t);
}

static void a_screen_of_the_library_changes_the_picture_too(void **state)
{
	struct tty *t;

	(void)state;
	copy_plant("plant2");
	t = watch("intake", 100, 40);
	tty_expect(t, "auto");
	edit_file_text("screens/lib/symbols.cfg", "text = \"auto\"", "text = \"self\"");
	tty_expect(t, "self");
	tty_type(t, "\x03"); /* Ctrl-C ends it as well */
	assert_int_equal(tty_wait_exit(t, END_MS), 0);
	tty_free(t);
}

static void what_is_not_drawn_yet_is_waited_for(void **state)
{
	struct tty *t;

	(void)state;
	copy_plant("plant3");
	t = watch("wells", 60, 12);
	tty_expect(t, "wells");
	tty_expect(t, "not drawn yet");
	test_write_file(
		in_plant("screens/wells.cfg"),
		"screen = { id = \"wells\"; title = \"W\"; level = 1; size = [ 30, 1 "
		"]; picture = \"\nNEW ONE {/intake.flow    }\n\"; };");
	tty_expect(t, "NEW ONE");
	tty_expect_gone(t, "not drawn yet");
	tty_resize(t, 30, 5); /* any size does */
	tty_expect(t, "NEW ONE");
	tty_type(t, "q");
	assert_int_equal(tty_wait_exit(t, END_MS), 0);
	tty_free(t);
}

/* --- the editor -------------------------------------------------------------------- */

static struct tty *edit(const char *id, const char *editor_words, bool alone)
{
	static char station[700], socket[600], words[800], tmp[600], path[4096];
	char *argv[] = { program(),      (char *)"--socket", socket,
			 (char *)"edit", (char *)id,         (char *)"--station",
			 station,        (char *)"--alone",  NULL };
	const char *env[] = {
		"TERM=xterm-256color", "LC_ALL=C.UTF-8", words, tmp, path, NULL
	};

	if (!alone)
		argv[7] = NULL;
	snprintf(station, sizeof(station), "%s", in_plant("config/sightglass.cfg"));
	snprintf(socket, sizeof(socket), "%s", no_server());
	snprintf(words, sizeof(words), "VISUAL=%s", editor_words);
	snprintf(tmp, sizeof(tmp), "TMUX_TMPDIR=%s", test_tmpdir());
	snprintf(path, sizeof(path), "PATH=%s", getenv("PATH"));
	return tty_start(argv, env, 170, 44);
}

static void alone_the_picture_comes_when_the_editor_ends(void **state)
{
	struct tty *t;

	(void)state;
	copy_plant("plant4");
	t = edit("intake", editor("sed -i 's/WELL 1/HOLE 1/' \"$1\""), true);
	tty_expect(t, "HOLE 1");
	tty_expect(t, "No mistakes.");
	editor("sed -i 's/{next    }/{next    /' \"$1\"");
	tty_type(t, "\r");
	tty_expect(t, "this field has no closing brace");
	tty_expect(t, "See above.");
	tty_type(t, "q\r");
	/* left with a mistake in it */
	assert_int_equal(WEXITSTATUS(tty_wait_exit(t, END_MS)), 1);
	tty_free(t);
}

/* What is written for a new screen can be drawn as it is. */
static void a_new_screen_begins_with_something(void **state)
{
	struct tty *t;
	char *text;

	(void)state;
	copy_plant("plant5");
	t = edit("reservoir-two", editor(":"), true);
	tty_expect(t, "RESERVOIR-TWO");
	tty_expect(t, "No mistakes.");
	tty_type(t, "q\r");
	assert_int_equal(tty_wait_exit(t, END_MS), 0);
	tty_free(t);
	text = test_read_file(in_plant("screens/reservoir-two.cfg"));
	assert_has(text, "id = \"reservoir-two\"");
	assert_has(text, "up = \"overview\"");
	free(text);
	/* an area of that name brings its tags */
	unlink(in_plant("screens/dosing.cfg"));
	t = edit("dosing", editor(":"), true);
	tty_expect(t, "DOSING");
	tty_expect(t, "dosing.residual");
	tty_expect(t, "No mistakes.");
	tty_type(t, "q\r");
	assert_int_equal(tty_wait_exit(t, END_MS), 0);
	tty_free(t);
	t = edit("Bad Name", editor(":"), true);
	tty_expect(t, "no new one can be called so");
	tty_free(t);
}

/* No shell reads a name: not of a folder, not the words of VISUAL. */
static void SEC_17_names_are_words_and_never_commands(void **state)
{
	char words[900], log[700], *said;
	struct tty *t;

	(void)state;
	copy_plant("od'd $(touch pwned) `touch pwned` \"one");
	snprintf(log, sizeof(log), "%s/said", test_tmpdir());
	char *script = xasprintf("printf '%%s\\n' \"$@\" >%s", log);
	snprintf(words, sizeof(words), "%s -x $(touch${IFS}pwned) ;", editor(script));
	free(script);
	t = edit("intake", words, true);
	tty_expect(t, "No mistakes.");
	tty_type(t, "q\r");
	assert_int_equal(tty_wait_exit(t, END_MS), 0);
	tty_free(t);
	said = test_read_file(log);
	assert_has(said, "-x\n$(touch${IFS}pwned)\n;\n");
	assert_has(said, "/od'd $(touch pwned) `touch pwned` \"one/screens/intake.cfg\n");
	assert_int_not_equal(access("pwned", F_OK), 0);
	assert_int_not_equal(access(in_plant("pwned"), F_OK), 0);
	free(said);
}

static void an_editor_that_is_not_there_is_named(void **state)
{
	struct tty *t;

	(void)state;
	copy_plant("plant6");
	t = edit("intake", "no-such-editor -f", true);
	tty_expect(t, "cannot start the editor \"no-such-editor\": set VISUAL or EDITOR");
	assert_int_equal(WEXITSTATUS(tty_wait_exit(t, END_MS)), 1);
	tty_free(t);
}

/* Outside of tmux it starts a session: the editor and the picture beside it. */
static void with_tmux_the_picture_stands_beside_the_editor(void **state)
{
	char done[700];
	struct tty *t;

	(void)state;
	if (access("/usr/bin/tmux", X_OK) != 0)
		skip();
	copy_plant("plant7");
	snprintf(done, sizeof(done), "%s/done", test_tmpdir());
	char *script = xasprintf("echo I AM THE EDITOR; while [ ! -e %s ]; do sleep 0.1; "
				 "done",
				 done);
	t = edit("intake", editor(script), false);
	free(script);
	tty_expect(t, "I AM THE EDITOR");
	tty_expect(t, "TANK T101"); /* both on one glass */
	assert_true(tty_shows(t, "I AM THE EDITOR"));
	edit_file_text("screens/intake.cfg", "WELL 1", "HOLE 1");
	tty_expect(t, "HOLE 1");
	edit_file_text("screens/intake.cfg", "{next    }", "{next    ");
	tty_expect(t, "this field has no closing brace");
	test_write_file(done, "");
	assert_int_equal(tty_wait_exit(t, END_MS), 0);
	tty_free(t);
}

/* A pane of a tmux that runs has that one's environment and folder: whatever names the
 * server and the values is said in the command. The tmux here writes down what it is
 * asked for. */
static void in_a_tmux_that_runs_the_pane_is_told_where_the_server_is(void **state)
{
	char bin[600], shim[700], asked[700], socket[700], station[700], path[2000];
	char *argv[] = { program(),           (char *)"edit", (char *)"intake",
			 (char *)"--station", station,        NULL };
	const char *env[] = { "TERM=xterm-256color",
			      "LC_ALL=C.UTF-8",
			      "TMUX=/tmp/x,1,0",
			      "EDITOR=true",
			      socket,
			      path,
			      NULL };
	char *text, *want;
	struct tty *t;

	(void)state;
	copy_plant("plant8");
	snprintf(bin, sizeof(bin), "%s/shims", test_tmpdir());
	snprintf(shim, sizeof(shim), "%s/tmux", bin);
	snprintf(asked, sizeof(asked), "%s/asked", test_tmpdir());
	snprintf(socket, sizeof(socket), "SIGHTGLASS_SOCKET=%s", no_server());
	snprintf(path, sizeof(path), "PATH=%s:%s", bin, getenv("PATH"));
	snprintf(station, sizeof(station), "%s", in_plant("config/sightglass.cfg"));
	mkdir(bin, 0700);
	text = xasprintf("#!/bin/sh\necho \"$@\" >>%s\necho %%7\n", asked);
	test_write_file(shim, text);
	chmod(shim, 0700);
	free(text);
	t = tty_start(argv, env, 80, 24);
	assert_int_equal(WEXITSTATUS(tty_wait_exit(t, END_MS)), 0);
	tty_free(t);
	text = test_read_file(asked);
	assert_non_null(strstr(text, "split-window"));
	assert_non_null(strstr(text, "kill-pane -t %7"));
	want = xasprintf("--socket %s render intake --station", strchr(socket, '/'));
	assert_non_null(strstr(text, want));
	free(want);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_save_shows_beside_the_editor_and_a_mistake_below_it),
		cmocka_unit_test(a_screen_of_the_library_changes_the_picture_too),
		cmocka_unit_test(what_is_not_drawn_yet_is_waited_for),
		cmocka_unit_test(alone_the_picture_comes_when_the_editor_ends),
		cmocka_unit_test(a_new_screen_begins_with_something),
		cmocka_unit_test(SEC_17_names_are_words_and_never_commands),
		cmocka_unit_test(an_editor_that_is_not_there_is_named),
		cmocka_unit_test(with_tmux_the_picture_stands_beside_the_editor),
		cmocka_unit_test(
			in_a_tmux_that_runs_the_pane_is_told_where_the_server_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
