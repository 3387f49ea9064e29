/* test_render.c - `sightglass render` from files, as an author runs it. */
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "util/strbuf.h"
#include "util/xalloc.h"

static void child(const int out[2], const int err[2], char *const argv[])
{
	if (dup2(out[1], 1) < 0 || dup2(err[1], 2) < 0 || chdir(test_top("")) < 0)
		_exit(126);
	unsetenv("SIGHTGLASS_SOCKET");
	setenv("TZ", "UTC0", 1);
	setenv("LC_ALL", "C", 1); /* box lines must come out all the same */
	execv(argv[0], argv);
	_exit(127);
}

static void drain(int fd, struct strbuf *text)
{
	char buf[65536];
	ssize_t n;

	while ((n = read(fd, buf, sizeof(buf))) > 0)
		strbuf_add(text, buf, (size_t)n);
	close(fd);
}

struct run {
	int code;
	struct strbuf out, err;
};

/* The words behind `render`; stderr is small, so that reading in turn cannot block. */
static struct run render(const char *const *words)
{
	struct run r = { .out = STRBUF_INIT, .err = STRBUF_INIT };
	char *argv[24] = { (char *)test_program("sightglass"), (char *)"render" };
	int out[2], err[2], status;

	for (int i = 0; words[i]; i++)
		argv[2 + i] = (char *)words[i];
	assert_int_equal(pipe(out), 0);
	assert_int_equal(pipe(err), 0);
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0)
		child(out, err, argv);
	close(out[1]);
	close(err[1]);
	drain(out[0], &r.out);
	drain(err[0], &r.err);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	r.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128;
	return r;
}

static void release(struct run *r)
{
	strbuf_release(&r->out);
	strbuf_release(&r->err);
}

#define RENDER(...) render((const char *const[]){ __VA_ARGS__, NULL })
#define STATION     "--station", "config/sightglass.cfg"
#define UPSET       "--values", "tests/golden/upset.values"

static void it_prints_what_the_console_shows(void **state)
{
	static const char *const ids[] = { "dosing", "filters", "intake", "network",
					   "reservoir" };

	(void)state;
	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		struct run r =
			RENDER(ids[i], STATION, UPSET, "--at", "2025-11-22T02:00:00Z");
		char path[64];

		snprintf(path, sizeof(path), "tests/golden/%s.upset.80x24.txt", ids[i]);
		char *want = test_read_file(test_top(path));

		assert_string_equal(r.err.buf, "");
		assert_int_equal(r.code, 0);
		assert_int_equal(strncmp(want, r.out.buf, r.out.len), 0);
		assert_int_equal(strncmp(want + r.out.len, "---\n", 4), 0);
		free(want);
		release(&r);
	}
}

static void sizes_tiers_and_selection_are_obeyed(void **state)
{
	struct run r =
		RENDER("intake", STATION, UPSET, "--size", "20x3", "--glyphs", "ascii");

	(void)state;
	assert_string_equal(r.out.buf, " WELL 1\n  +----+\n  |____+--P101    ^x\n");
	release(&r);
	r = RENDER("intake", STATION, UPSET, "--select", "p101/speed_sp", "--size",
		   "9x1");
	assert_string_equal(r.out.buf, "    70.0\n");
	release(&r);
}

/* A letter a role below each cell, a legend, and where the selection lies. */
static void roles_say_what_cells_mean(void **state)
{
	struct run r =
		RENDER("intake", STATION, UPSET, "--roles", "--select", "p101/speed_sp");

	(void)state;
	assert_int_equal(r.code, 0);
	assert_has(r.out.buf, "\nl label\n");
	assert_has(r.out.buf, "\nH alarm-high-unack\n");
	assert_has(r.out.buf, "\nselected row ");
	assert_null(strchr(r.out.buf, '\033'));
	release(&r);
}

static void a_frame_has_header_banner_and_keys(void **state)
{
	struct run r = RENDER("intake", STATION, UPSET, "--frame", "--size", "80x24",
			      "--select", "p101/speed_sp");

	(void)state;
	assert_int_equal(r.code, 0);
	assert_has(r.out.buf, "server ok");
	assert_has(r.out.buf, "■1* ");
	assert_has(r.out.buf, "1Help");
	assert_has(r.out.buf, "WELL 1");
	release(&r);
	r = RENDER("intake", STATION, UPSET, "--frame", "--size", "1x1"); /* any size */
	assert_int_equal(r.code, 0);
	release(&r);
}

/* By name, by file, and as the station's default. */
static void themes_come_from_the_station_or_a_file(void **state)
{
	const char *dir = test_tmpdir();
	char *path = xasprintf("%s/mine.cfg", dir);
	struct run r = RENDER("intake", STATION, UPSET, "--ansi", "--theme", "paper");

	(void)state;
	assert_has(r.out.buf, ";48;5;255m");
	assert_null(strstr(r.out.buf, "48;5;233m"));
	release(&r);
	test_write_file(path,
			"theme = { name = \"mine\"; rgb = { label = \"#a0a1a2\"; }; };");
	r = RENDER("intake", STATION, UPSET, "--ansi", "--color", "rgb", "--theme", path);
	assert_has(r.out.buf, "38;2;160;161;162");
	release(&r);
	r = RENDER("intake", STATION, UPSET, "--ansi", "--color", "16");
	assert_has(r.out.buf, ";30;103m"); /* black on bright yellow: a high one */
	release(&r);
	test_write_file(path, "theme = {\n name = \"mine\";\n colours256 = {\n"
			      " label = \"46\"; }; };");
	r = RENDER("intake", STATION, UPSET, "--theme", path);
	assert_int_equal(r.code, 1);
	assert_has(r.err.buf, "mine.cfg:4: error: label is coloured in theme \"mine\"");
	release(&r);
	free(path);
}

static void HM_03_every_tier_has_its_own_bytes(void **state)
{
	static const struct {
		const char *tier, *has, *has_not;
	} tiers[] = { { "full", "◐", "b~" },
		      { "blocks", "▆▆", "⣀" },
		      { "console", "▒▒▒", "▆" },
		      { "vt100", "┌────────┐", "▶" },
		      { "ascii", "+--------+", "─" } };

	(void)state;
	for (size_t i = 0; i < sizeof(tiers) / sizeof(tiers[0]); i++) {
		struct run r =
			RENDER("overview", STATION, UPSET, "--tier", tiers[i].tier);

		assert_int_equal(r.code, 0);
		assert_has(r.out.buf, tiers[i].has);
		assert_null(strstr(r.out.buf, tiers[i].has_not));
		for (const char *p = r.out.buf; i == 4 && *p; p++)
			assert_true((unsigned char)*p < 0x80);
		release(&r);
	}
}

/* The whole grammar of --ansi: SGR, clean text, newline. */
static void SEC_15_ansi_output_holds_nothing_else(void **state)
{
	struct run r = RENDER("network", STATION, UPSET, "--ansi", "--color", "256");
	int lines = 0;

	(void)state;
	assert_int_equal(r.code, 0);
	for (const char *p = r.out.buf; *p; p++) {
		if (*p == '\033') {
			size_t n = strspn(p + 2, "0123456789;");

			assert_int_equal(p[1], '[');
			assert_int_equal(p[2 + n], 'm');
			p += 2 + n;
			continue;
		}
		lines += *p == '\n';
		assert_true(*p == '\n' || (unsigned char)*p >= ' ');
		assert_true(*p != 0x7F);
	}
	assert_int_equal(lines, 19);
	release(&r);
}

static void hostile_values_are_made_visible(void **state)
{
	const char *dir = test_tmpdir();
	char *values = xasprintf("%s/evil.values", dir);

	(void)state;
	test_write_file(values, "dosing.mode \"\033[2J\xe2\x80\xae\"\n");
	struct run r = RENDER("dosing", STATION, "--values", values);

	assert_int_equal(r.code, 0);
	assert_null(strchr(r.out.buf, '\033'));
	assert_has(r.out.buf, "<U+00");
	release(&r);
	free(values);
}

/* It ended with code and said sentence on standard error. */
static void is_explained(struct run r, int code, const char *sentence)
{
	assert_int_equal(r.code, code);
	assert_has(r.err.buf, sentence);
	release(&r);
}

static void each_mistake_is_explained(void **state)
{
	const char *dir = test_tmpdir();
	char *values = xasprintf("%s/bad.values", dir);
	struct run r;

	(void)state;
	test_write_file(values,
			"# comment\nintake.flow\nintake.flow x\nintake.flow 1 wrong\n");
	r = RENDER("intake", STATION, "--values", values);
	assert_has(r.err.buf,
		   "bad.values:2: error: \"intake.flow\" has no value; \"-\" stands "
		   "for none [values]");
	assert_has(r.err.buf, "bad.values:3: error: \"x\" is no value for intake.flow");
	is_explained(r, 1,
		     "bad.values:4: error: \"wrong\" is no quality: good, bad:REASON");
	is_explained(RENDER("intak", STATION), 1,
		     "config/sightglass.cfg has no screen \"intak\"");
	is_explained(RENDER("intake", UPSET), 2, "--values needs --station FILE");
	is_explained(RENDER("intake", STATION, "--size", "80"), 2,
		     "--size is COLUMNSxROWS");
	is_explained(RENDER("intake", STATION, "--theme", "papr"), 1,
		     "there is no theme \"papr\": the station has dark, paper");
	is_explained(RENDER("intake", STATION, "--theme", "./no.cfg"), 1,
		     "cannot read \"no.cfg\"");
	is_explained(RENDER("intake", STATION, "--tier", "x"), 2,
		     "--tier is full, blocks");
	is_explained(RENDER("intake", STATION, "--color", "x"), 2,
		     "--color is mono, 8, 16");
	is_explained(RENDER("intake", STATION, "--ansi", "--roles"), 2,
		     "--text, --roles and --ansi exclude one another");
	is_explained(RENDER("intake", STATION, "--values", "/nonexistent"), 1,
		     "the values file /nonexistent: cannot read");
	is_explained(RENDER("intake", STATION, "--select", "nothing"), 1,
		     "screen \"intake\" has no field \"nothing\" to select");
	free(values);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_prints_what_the_console_shows),
		cmocka_unit_test(sizes_tiers_and_selection_are_obeyed),
		cmocka_unit_test(roles_say_what_cells_mean),
		cmocka_unit_test(a_frame_has_header_banner_and_keys),
		cmocka_unit_test(themes_come_from_the_station_or_a_file),
		cmocka_unit_test(HM_03_every_tier_has_its_own_bytes),
		cmocka_unit_test(SEC_15_ansi_output_holds_nothing_else),
		cmocka_unit_test(hostile_values_are_made_visible),
		cmocka_unit_test(each_mistake_is_explained),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
