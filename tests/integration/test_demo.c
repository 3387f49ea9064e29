/* test_demo.c - `sightglass demo` whole: broker, plant, drivers and server come up, obey
 * fault commands, come back after a kill, and never outlive the demo. */
#include "support/test.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "plant_rig.h"
#include "script.h"
#include "support/tty.h"
#include "util/num.h"
#include "util/xalloc.h"

enum { READY_MS = 60000 };

#define IS_GOOD "\"quality\":\"good\""
#define IS_BAD  "\"quality\":\"bad\""

struct demo_run {
	struct rig_proc proc;
	char dir[512], socket[600];
};

/* --- processes of a demonstration ------------------------------------------------- */
static bool reads_as(int pid, const char *file, const char *needle)
{
	char path[64], text[8192];

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, file);
	FILE *f = fopen(path, "re");
	size_t n = f ? fread(text, 1, sizeof(text) - 1, f) : 0;
	if (f)
		fclose(f);
	for (size_t i = 0; i < n; i++)
		if (!text[i])
			text[i] = ' ';
	text[n] = '\0';
	return strstr(text, needle) != NULL;
}

static bool works_in(int pid, const char *dir)
{
	char path[64], cwd[1024];

	snprintf(path, sizeof(path), "/proc/%d/cwd", pid);
	ssize_t n = readlink(path, cwd, sizeof(cwd) - 1);
	cwd[n > 0 ? n : 0] = '\0';
	return strcmp(cwd, dir) == 0;
}

/* Processes that live in dir or name it; name NULL: any. The last one's id in *one. */
static int count_processes(const char *dir, const char *name, int *one)
{
	DIR *proc = opendir("/proc");
	int n = 0;

	for (const struct dirent *e; (e = readdir(proc)) != NULL;) {
		int64_t id;
		if (!num_parse_int(e->d_name, 1, INT32_MAX, &id) || id == getpid())
			continue;
		int pid = (int)id;
		if (!rig_alive(pid) ||
		    (!works_in(pid, dir) && !reads_as(pid, "cmdline", dir)) ||
		    (name && !reads_as(pid, "comm", name)))
			continue;
		n++;
		if (one)
			*one = pid;
	}
	closedir(proc);
	return n;
}

/* Its id, once there is exactly one (a fork takes a moment to become its program). */
static int the_one_process(const char *dir, const char *name)
{
	long long deadline = rig_ms() + RIG_WAIT_MS;
	int pid = 0;

	while (rig_ms() < deadline) {
		if (count_processes(dir, name, &pid) == 1)
			return pid;
		rig_pause();
	}
	fail_msg("%d processes %s in %s", count_processes(dir, name, &pid), name, dir);
	return -1;
}

static void expect_no_process(const char *dir)
{
	long long deadline = rig_ms() + RIG_WAIT_MS;
	int pid = 0;

	while (count_processes(dir, NULL, &pid) > 0 && rig_ms() < deadline)
		rig_pause();
	if (count_processes(dir, NULL, &pid) > 0)
		fail_msg("process %d of the demonstration in %s lives on", pid, dir);
}

/* --- starting, asking -------------------------------------------------------------- */
static void start_in(struct demo_run *d, const char *dir)
{
	char option[] = "--dir";
	char *argv[] = { (char[]){ "sightglass" },
			 (char[]){ "demo" },
			 (char[]){ "--headless" },
			 NULL,
			 d->dir,
			 NULL };

	if (dir)
		argv[3] = option;
	snprintf(d->dir, sizeof(d->dir), "%s", dir ? dir : "");
	rig_start(&d->proc, argv);
	const char *line = rig_expect(&d->proc, "ready ", READY_MS);
	if (!line)
		fail_msg("the demonstration does not become ready");
	snprintf(d->socket, sizeof(d->socket), "%.590s", line + strlen("ready "));
	char *end = strstr(d->socket, "/run/station.sock");
	assert_non_null(end);
	snprintf(d->dir, sizeof(d->dir), "%.*s", (int)(end - d->socket), d->socket);
}

static void start(struct demo_run *d)
{
	char dir[256];

	snprintf(dir, sizeof(dir), "%s/D", test_tmpdir());
	start_in(d, dir);
	assert_string_equal(d->dir, dir);
}

static void stop(struct demo_run *d)
{
	assert_int_equal(rig_end(&d->proc, SIGTERM), 0);
	expect_no_process(d->dir);
}

/* Runs the words as a command; its output (standard error, too) replaces text. */
static int run_cli(char text[8192], const char *const *words)
{
	static struct rig_proc p;

	rig_start(&p, (char *const *)(uintptr_t)words);
	close(p.in);
	p.in = -1;
	while (rig_line(&p, RIG_WAIT_MS))
		;
	int code = rig_wait(&p, RIG_WAIT_MS);
	snprintf(text, 8192, "%.8000s", p.text);
	rig_end(&p, SIGKILL);
	return code;
}

/* The exit code of `sightglass WORDS...`. */
#define CLI(text, ...)                                                                   \
	run_cli((text), (const char *const[]){ "sightglass", __VA_ARGS__, NULL })

static int get_json(const struct demo_run *d, const char *tag, char text[8192])
{
	return CLI(text, "--socket", d->socket, "get", tag, "--json");
}

/* Until `get --json` of tag holds needle. */
static void expect_tag(const struct demo_run *d, const char *tag, const char *needle)
{
	static char text[8192];
	long long deadline = rig_ms() + RIG_WAIT_MS;

	do {
		get_json(d, tag, text);
		if (strstr(text, needle))
			return;
		rig_pause();
	} while (rig_ms() < deadline);
	fail_msg("%s never shows %s; it shows %s", tag, needle, text);
}

static int fault(const struct demo_run *d, char text[8192], const char *a, const char *b)
{
	return CLI(text, "demo", "--dir", d->dir, "fault", a, b);
}

static void do_fault(const struct demo_run *d, const char *a, const char *b)
{
	static char text[8192];

	if (fault(d, text, a, b) != 0)
		fail_msg("demo fault %s %s: %s", a, b ? b : "", text);
}

/* --- tests -------------------------------------------------------------------------- */
static void headless_is_ready_with_every_device_and_ends_when_stdin_closes(void **state)
{
	static struct demo_run d;
	static char text[8192];
	char path[700];

	(void)state;
	start(&d);
	/* ready means: every device connected, and values come at once */
	assert_int_equal(get_json(&d, "system.plc1.connected", text), 0);
	assert_has(text, "\"value\":true");
	assert_int_equal(get_json(&d, "system.bus.connected", text), 0);
	assert_has(text, "\"value\":true");
	expect_tag(&d, "intake.t101.level", IS_GOOD);
	expect_tag(&d, "filter.f1.turbidity", IS_GOOD);
	expect_tag(&d, "network.pressure", IS_GOOD);
	snprintf(path, sizeof(path), "%s/config/access.cfg", d.dir);
	char *access_cfg = test_read_file(path);
	assert_has(access_cfg, "unlisted = \"view\"");
	assert_has(access_cfg,
		   getuid() == 0 ? "allow_root = true" : "allow_root = false");
	free(access_cfg);
	struct stat st;
	assert_int_equal(stat(d.socket, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	the_one_process(d.dir, "mosquitto");
	close(d.proc.in);
	d.proc.in = -1;
	assert_int_equal(rig_wait(&d.proc, RIG_WAIT_MS), 0);
	expect_no_process(d.dir);
	rig_end(&d.proc, SIGKILL);
}

static void a_folder_that_is_used_again_keeps_what_was_edited(void **state)
{
	static struct demo_run d;
	char path[700], dir[512];

	(void)state;
	start(&d);
	stop(&d);
	snprintf(path, sizeof(path), "%s/alarms/mine.cfg", d.dir);
	test_write_file(path, "alarms = ();\n");
	snprintf(dir, sizeof(dir), "%s", d.dir);
	start_in(&d, dir); /* new ports, the same station, its own state */
	assert_int_equal(access(path, F_OK), 0);
	expect_tag(&d, "intake.t101.level", IS_GOOD);
	stop(&d);
}

/* Two accounts, their passwords drawn for this folder and kept over its next use. */
static void two_people_can_sign_in_with_passwords_of_this_folder(void **state)
{
	static struct demo_run d;
	char line[3000], path[700], dir[512];
	struct stat st;

	(void)state;
	start(&d);
	snprintf(path, sizeof(path), "%s/people", d.dir);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	char *first = test_read_file(path);
	for (int again = 0; again < 2; again++) {
		snprintf(line, sizeof(line),
			 "export SIGHTGLASS_SOCKET=%s\n"
			 "sightglass demo --dir %s people | while read name password "
			 "role; do\n"
			 "  printf '%%s\\n\\n' \"$password\" |\n"
			 "    sightglass --as \"$name\" people --json 2>&1; done",
			 d.socket, d.dir);
		char *out = script_run(line);
		assert_has(out, "\"name\":\"maria\",\"roles\":\"operator\"");
		assert_has(out, "\"name\":\"ivan\",\"roles\":\"operator\"");
		free(out);
		if (again)
			break;
		snprintf(dir, sizeof(dir), "%s", d.dir);
		stop(&d);
		start_in(&d, dir);
	}
	char *second = test_read_file(path);
	assert_string_equal(first, second);
	free(first);
	free(second);
	stop(&d);
}

static void kill_9_of_the_demo_leaves_no_child(void **state)
{
	static struct demo_run d;

	(void)state;
	start(&d);
	assert_true(count_processes(d.dir, NULL, NULL) >= 6); /* with both drivers */
	assert_int_equal(rig_end(&d.proc, SIGKILL), 128 + SIGKILL);
	expect_no_process(d.dir);
}

static void killed_programs_are_started_again(void **state)
{
	static const struct {
		const char *comm, *name;
	} parts[] = { { "sightglassd", "server" },
		      { "plantsim", "plant" },
		      { "mosquitto", "broker" } };
	static struct demo_run d;
	char said[64];

	(void)state;
	start(&d);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		int pid = the_one_process(d.dir, parts[i].comm), again;
		kill(pid, SIGKILL);
		snprintf(said, sizeof(said), "the %s ended (signal 9)", parts[i].name);
		assert_non_null(rig_expect(&d.proc, said, RIG_WAIT_MS));
		snprintf(said, sizeof(said), "the %s is started again", parts[i].name);
		assert_non_null(rig_expect(&d.proc, said, RIG_WAIT_MS));
		again = the_one_process(d.dir, parts[i].comm);
		assert_int_not_equal(pid, again);
		expect_tag(&d, "intake.t101.level", IS_GOOD);
		expect_tag(&d, "dosing.residual", IS_GOOD);
	}
	stop(&d);
}

static void faults_reach_the_plant_and_the_broker_and_are_cleared(void **state)
{
	/* a fault (part NULL: none), then what a tag comes to show (tag NULL: nothing) */
	static const struct {
		const char *part, *what, *tag, *shows;
	} steps[] = {
		{ NULL, NULL, "intake.flow", IS_GOOD },
		{ "plc1", "silent", "intake.flow", IS_BAD },
		{ "plc1", "on", "intake.flow", IS_GOOD },
		{ "plc2", "off", "network.flow", IS_BAD },
		{ "broker", "stop", "dosing.residual", IS_BAD },
		{ "trip", "P101", "intake.p101.trip", "\"value\":true" },
		{ "frozen", "intake.t101.level", NULL, NULL },
		{ "clear", NULL, "dosing.residual", IS_GOOD },
		{ NULL, NULL, "network.flow", IS_GOOD },
		{ NULL, NULL, "intake.p101.trip", "\"value\":false" },
		{ "plc1", "restart", "intake.flow", IS_BAD },
		{ NULL, NULL, "intake.flow", IS_GOOD },
	};
	static struct demo_run d;
	static char text[8192];

	(void)state;
	start(&d);
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		if (steps[i].part)
			do_fault(&d, steps[i].part, steps[i].what);
		if (steps[i].tag)
			expect_tag(&d, steps[i].tag, steps[i].shows);
	}
	assert_int_equal(fault(&d, text, "trip", "P999"), 1);
	assert_has(text, "sightglass: there is no P999 to trip; parts are P101");
	assert_int_equal(fault(&d, text, "broker", "sleep"), 1);
	assert_has(text, "the form is: broker stop|start");
	stop(&d);
}

static void fault_finds_the_newest_demonstration_by_itself(void **state)
{
	static struct demo_run older, newer;
	static char text[8192];
	const char *const argv[] = {
		"sightglass", "demo", "fault", "trip", "P102", NULL
	};

	(void)state;
	assert_int_equal(run_cli(text, argv), 3);
	assert_has(text, "no demonstration of yours runs");
	start(&older);
	start(&newer);
	assert_int_equal(run_cli(text, argv), 0);
	assert_string_equal(text, "P102 has failed\n");
	/* which one is meant can be said: people and passwords of another help nobody */
	assert_int_equal(CLI(text, "--socket", older.socket, "demo", "socket"), 0);
	assert_has(text, older.socket);
	assert_int_equal(CLI(text, "--socket", newer.socket, "demo", "socket"), 0);
	assert_has(text, newer.socket);
	assert_int_equal(CLI(text, "--socket", "/nowhere/station.sock", "demo", "people"),
			 3);
	assert_has(text, "no demonstration listens on /nowhere/station.sock");
	expect_tag(&newer, "intake.p102.trip", "\"value\":true");
	expect_tag(&older, "intake.p102.trip", "\"value\":false");
	rig_end(&newer.proc, SIGKILL); /* its record stays behind and misleads nobody */
	expect_no_process(newer.dir);
	assert_int_equal(run_cli(text, argv), 0);
	expect_tag(&older, "intake.p102.trip", "\"value\":true");
	stop(&older);
	assert_int_equal(run_cli(text, argv), 3);
}

static void a_second_demonstration_in_the_same_folder_is_refused(void **state)
{
	static struct demo_run d;
	static char text[8192];

	(void)state;
	start(&d);
	assert_int_equal(CLI(text, "demo", "--headless", "--dir", d.dir), 1);
	assert_has(text, "a demonstration already runs in ");
	assert_has(text, "give --dir another folder");
	expect_tag(&d, "intake.flow", IS_GOOD); /* and the first lives on */
	stop(&d);
}

static void a_temporary_folder_is_removed_on_a_clean_exit(void **state)
{
	static struct demo_run d;

	(void)state;
	start_in(&d, NULL);
	assert_int_equal(access(d.dir, F_OK), 0);
	assert_int_equal(rig_end(&d.proc, SIGINT), 0);
	assert_int_equal(access(d.dir, F_OK), -1);
	expect_no_process(d.dir);
}

static void a_path_longer_than_a_socket_address_works(void **state)
{
	static struct demo_run d;
	char dir[512];

	(void)state;
	snprintf(dir, sizeof(dir), "%s/%0150d", test_tmpdir(), 7);
	start_in(&d, dir);
	assert_true(strlen(d.socket) > 160);
	expect_tag(&d, "network.flow", IS_GOOD);
	do_fault(&d, "trip", "P401");
	expect_tag(&d, "network.p401.trip", "\"value\":true");
	stop(&d);
}

static void mistakes_are_explained(void **state)
{
	static char text[8192];

	(void)state;
	assert_int_equal(CLI(text, "demo"), 2);
	assert_has(text, "the console needs a terminal; without one use --headless");
	assert_int_equal(CLI(text, "demo", "--headless", "--speed", "fast"), 2);
	assert_has(text, "--speed is a number from 0 to 3600, not \"fast\"");
	assert_int_equal(CLI(text, "demo", "--headless", "--dir", "/proc/x"), 1);
	assert_has(text, "cannot make the folder /proc/x");
}

static void leaving_the_console_stops_everything(void **state)
{
	char program[4096], dir[256], runtime[300];

	(void)state;
	snprintf(program, sizeof(program), "%s", test_program("sightglass"));
	snprintf(dir, sizeof(dir), "%s/D", test_tmpdir());
	snprintf(runtime, sizeof(runtime), "XDG_RUNTIME_DIR=%s",
		 getenv("XDG_RUNTIME_DIR"));
	char *argv[] = { program, (char[]){ "demo" }, (char[]){ "--dir" }, dir, NULL };
	const char *env[] = { "TERM=xterm-256color", "LC_ALL=C.UTF-8", runtime, NULL };
	struct tty *t = tty_start(argv, env, 100, 30);
	tty_expect(t, "T101");
	tty_expect(t, "server ok");
	assert_true(count_processes(dir, NULL, NULL) >= 6);
	tty_type(t, "\x11"); /* Ctrl-Q */
	tty_pump(t, 300);
	tty_type(t, "\r");
	int status = tty_wait_exit(t, RIG_WAIT_MS);
	assert_int_equal(status, 0);
	expect_no_process(dir);
	tty_free(t);
}

/* What it cannot draw on is said before a plant is started for it. */
static void an_unknown_terminal_is_told_before_anything_starts(void **state)
{
	static const char *const terms[] = { "TERM=nonsuch", "TERM=" };
	static const char *const says[] = { "\"nonsuch\" is not known",
					    "TERM names no terminal" };
	char program[4096], dir[256];

	(void)state;
	snprintf(program, sizeof(program), "%s", test_program("sightglass"));
	snprintf(dir, sizeof(dir), "%s/D", test_tmpdir());
	char *argv[] = { program, (char[]){ "demo" }, (char[]){ "--dir" }, dir, NULL };
	for (size_t i = 0; i < 2; i++) {
		const char *env[] = { terms[i], "LC_ALL=C.UTF-8", NULL };
		struct tty *t = tty_start(argv, env, 120, 30);
		tty_expect(t, says[i]);
		assert_int_equal(WEXITSTATUS(tty_wait_exit(t, RIG_WAIT_MS)), 2);
		assert_int_equal(access(dir, F_OK), -1);
		tty_free(t);
	}
}

/* As after a disk that was full: the next start makes the station whole. */
static void a_copy_that_was_cut_short_is_made_whole(void **state)
{
	static struct demo_run d;
	static char text[8192];
	char dir[256], path[300];

	(void)state;
	snprintf(dir, sizeof(dir), "%s/D", test_tmpdir());
	snprintf(path, sizeof(path), "%s/screens", dir);
	assert_int_equal(mkdir(dir, 0700), 0);
	test_write_file(path, "in the way\n");
	assert_int_equal(CLI(text, "demo", "--headless", "--dir", dir), 1);
	assert_has(text, "cannot copy the demonstration station");
	assert_int_equal(unlink(path), 0);
	start_in(&d, dir);
	expect_tag(&d, "intake.t101.level", IS_GOOD);
	stop(&d);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(headless_is_ready_with_every_device_and_ends_when_stdin_closes),
	cmocka_unit_test(a_folder_that_is_used_again_keeps_what_was_edited),
	cmocka_unit_test(two_people_can_sign_in_with_passwords_of_this_folder),
	cmocka_unit_test(kill_9_of_the_demo_leaves_no_child),
	cmocka_unit_test(killed_programs_are_started_again),
	cmocka_unit_test(faults_reach_the_plant_and_the_broker_and_are_cleared),
	cmocka_unit_test(fault_finds_the_newest_demonstration_by_itself),
	cmocka_unit_test(a_second_demonstration_in_the_same_folder_is_refused),
	cmocka_unit_test(a_temporary_folder_is_removed_on_a_clean_exit),
	cmocka_unit_test(a_path_longer_than_a_socket_address_works),
	cmocka_unit_test(mistakes_are_explained),
	cmocka_unit_test(leaving_the_console_stops_everything),
	cmocka_unit_test(an_unknown_terminal_is_told_before_anything_starts),
	cmocka_unit_test(a_copy_that_was_cut_short_is_made_whole),
};

int main(void)
{
	/* records and temporary folders of this test must not mix with a person's */
	setenv("XDG_RUNTIME_DIR", test_tmpdir(), 1);
	setenv("TMPDIR", getenv("XDG_RUNTIME_DIR"), 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
