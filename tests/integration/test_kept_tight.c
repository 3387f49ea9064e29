/*
 * test_kept_tight.c - who may look into what the server keeps: modes of files, its user,
 * its memory, a crash, files swapped while they are read; and what a service manager
 * hears.
 */
#include "support/test.h"

#include <dirent.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "script.h"
#include "util/clock.h"
#include "util/xalloc.h"
#include "wall/wall.h"
#include "wall_rig.h"

static struct own_station own;

/* --- modes, users, places in /proc ------------------------------------------------- */

static mode_t mode_of(const char *name)
{
	char path[400];
	struct stat st;

	snprintf(path, sizeof(path), "%s/%s", own.dir, name);
	assert_int_equal(stat(path, &st), 0);
	return st.st_mode & 07777;
}

static void set_mode(const char *name, mode_t mode)
{
	char path[400];

	snprintf(path, sizeof(path), "%s/%s", own.dir, name);
	assert_int_equal(chmod(path, mode), 0);
}

static void SEC_14_what_was_opened_is_closed_again(void **state)
{
	(void)state;
	umask(0); /* the server has its own */
	own_station_make(&own);
	own_station_start(&own, NULL);
	DEMO_UNTIL(&own.as, "recording", WALL_SOON_MS, "status");
	assert_int_equal(mode_of("state"), 0700);
	assert_int_equal(mode_of("state/station.db"), 0600);
	assert_int_equal(mode_of("run.sock"), 0600);
	assert_int_equal(own_station_stop(&own), 0);
	umask(022);
	set_mode("state", 0755);
	set_mode("state/station.db", 0644);
	set_mode("log", 0666);
	own_station_put(&own, "state/audit.key", "k");
	set_mode("state/audit.key", 0440);
	own_station_start(&own, NULL);
	DEMO_UNTIL(&own.as, "recording", WALL_SOON_MS, "status");
	assert_int_equal(mode_of("state"), 0700);
	assert_int_equal(mode_of("state/station.db"), 0600);
	assert_int_equal(mode_of("state/audit.key"), 0400);
	assert_int_equal(mode_of("log"), 0640);
	free(wall_log_until(
		&own, "state/station.db was open to others (mode 0644): it is 0600 now"));
	assert_int_equal(own_station_stop(&own), 0);
}

static void refused_with(const char *sentence)
{
	own_station_start(&own, NULL);
	assert_int_equal(own_station_await_end(&own, WALL_SOON_MS), 1);
	free(wall_log_until(&own, sentence));
}

static void SEC_14_links_and_strangers_files_are_refused(void **state)
{
	char path[400], victim[400];

	(void)state;
	own_station_make(&own);
	own_station_start(&own, NULL);
	DEMO_UNTIL(&own.as, "recording", WALL_SOON_MS, "status");
	assert_int_equal(own_station_stop(&own), 0);
	snprintf(path, sizeof(path), "%s/state/search.db", own.dir);
	unlink(path);
	/* a file of the test's own: a server with a fault would change it */
	own_station_put(&own, "victim", "x");
	snprintf(victim, sizeof(victim), "%s/victim", own.dir);
	assert_int_equal(symlink(victim, path), 0);
	refused_with("search.db in the state folder is not ours to open: it is a link");
	unlink(path);
	if (geteuid() == 0) {
		own_station_put(&own, "state/odd", "x");
		snprintf(path, sizeof(path), "%s/state/odd", own.dir);
		assert_int_equal(chown(path, 12345, 12345), 0);
		refused_with("odd in the state folder belongs to user id 12345");
		unlink(path);
	}
	assert_int_equal(chmod(own.dir, 0777), 0);
	/* the folder holds the station's files as well: they say it first, or the socket
	 */
	own_station_start(&own, NULL);
	assert_int_equal(own_station_await_end(&own, WALL_SOON_MS), 1);
	assert_int_equal(chmod(own.dir, 0700), 0);
}

static void field_of(pid_t pid, const char *field, char *value, size_t size)
{
	char path[64], line[256];

	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	FILE *f = fopen(path, "re");
	value[0] = '\0';
	while (f && fgets(line, sizeof(line), f))
		if (strncmp(line, field, strlen(field)) == 0)
			snprintf(value, size, "%s", line + strlen(field));
	if (f)
		fclose(f);
	value[strcspn(value, "\n")] = '\0';
}

/* As the same user: only root may look into what is not dumpable. */
static bool user_can_read(uid_t uid, const char *path)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		if (setgroups(0, NULL) < 0 || setgid(uid) < 0 || setuid(uid) < 0)
			_exit(2);
		int fd = open(path, O_RDONLY);
		char c;
		_exit(fd >= 0 && read(fd, &c, 1) >= 0 ? 1 : 0);
	}
	waitpid(pid, &status, 0);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) != 2);
	return WEXITSTATUS(status) == 1;
}

/* A user of every Debian. */
static void give_to(uid_t uid)
{
	char path[400];
	static const char *const names[] = { "sightglass.cfg", "devices.cfg", "tags.cfg",
					     "alarms.cfg",     "access.cfg",  "." };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", own.dir, names[i]);
		assert_int_equal(chown(path, uid, uid), 0);
	}
}

/* Where everybody may go: a clone may lie in a folder of root's own. */
static void programs_for_everybody(void)
{
	static char dir[300];
	char command[1200];

	snprintf(dir, sizeof(dir), "%.250s/bin", own.dir);
	snprintf(command, sizeof(command),
		 "umask 022 && mkdir '%s' && cp '%s/sightglassd' '%s/sightglass-modbus' "
		 "'%s'",
		 dir, getenv("SIGHTGLASS_BIN"), getenv("SIGHTGLASS_BIN"), dir);
	FILE *p = popen(command, "r");
	assert_non_null(p);
	assert_int_equal(pclose(p), 0);
	own.bin = dir;
}

static void SEC_30_nobody_looks_into_it_and_root_s_rights_are_gone(void **state)
{
	static const char *const inside[] = { "environ", "maps", "mem", "fd/0", "auxv" };
	const struct passwd *nobody = getpwnam("nobody");
	uint16_t port = 0;
	char value[200];

	(void)state;
	if (geteuid() != 0 || !nobody) {
		print_message("only root can start a server as somebody else\n");
		return;
	}
	own_station_make(&own);
	/* the whole way to it must be open to nobody */
	char parent[300];
	snprintf(parent, sizeof(parent), "%s", own.dir);
	*strrchr(parent, '/') = '\0';
	assert_int_equal(chmod(parent, 0755), 0);
	int fd = wall_listen(&port);
	wall_modbus_at(&own, port);
	give_to(nobody->pw_uid);
	programs_for_everybody();
	own_station_start(&own, "--user=nobody");
	char *log = wall_log_until(&own, "walls: ");
	assert_null(strstr(log, "runs as root"));
	free(log);
	pid_t driver = demo_wait_process(&own.as, "sightglass-modb", 0);
	pid_t starter = demo_wait_process(&own.as, "sg-starter", 0);
	pid_t all[] = { own.pid, starter, driver };
	for (size_t i = 0; i < 3; i++) {
		struct mono deadline = mono_add_ms(clock_mono(), WALL_SOON_MS);
		do
			field_of(all[i], "Uid:\t", value, sizeof(value));
		while (strncmp(value, "65534\t65534\t65534\t65534", 23) != 0 &&
		       !mono_reached(clock_mono(), deadline));
		assert_string_equal(value, "65534\t65534\t65534\t65534");
		field_of(all[i], "Groups:\t", value, sizeof(value));
		assert_true(strncmp(value, "65534", 5) == 0);
		field_of(all[i], "CapEff:\t", value, sizeof(value));
		assert_string_equal(value, "0000000000000000");
		field_of(all[i], "NoNewPrivs:\t", value, sizeof(value));
		assert_string_equal(value, "1");
		for (size_t k = 0; k < sizeof(inside) / sizeof(inside[0]); k++) {
			char path[64];

			snprintf(path, sizeof(path), "/proc/%d/%s", (int)all[i],
				 inside[k]);
			/* a driver becomes so once it serves */
			deadline = mono_add_ms(clock_mono(), WALL_SOON_MS);
			while (user_can_read(nobody->pw_uid, path) &&
			       !mono_reached(clock_mono(), deadline))
				poll(NULL, 0, 20);
			if (user_can_read(nobody->pw_uid, path))
				fail_msg("%s can be read by its own user", path);
		}
		snprintf(value, sizeof(value), "/proc/%d/limits", (int)all[i]);
		char *limits = test_read_file(value);
		const char *core = strstr(limits, "Max core file size");
		assert_true(core && strtol(core + 18, NULL, 10) == 0);
		free(limits);
	}
	assert_int_equal(own_station_stop(&own), 0);
	own.as.pid = 0;
	own_station_start(&own, "--user=nosuchuser");
	assert_int_equal(own_station_await_end(&own, WALL_SOON_MS), 1);
	free(wall_log_until(&own, "--user nosuchuser: there is no such user"));
	close(fd);
}

/* --- a crash, and what is kept in memory --- */

/* A sanitizer tells of a crash and exits; here the kernel is to end it. */
static void crashes_unseen(const char *options)
{
	const char *given = getenv(options);
	char *all = xasprintf("%s%shandle_segv=0:handle_abort=0", given ? given : "",
			      given ? ":" : "");

	setenv(options, all, 1);
	free(all);
}

static void wants_a_core(void *arg)
{
	struct rlimit all = { RLIM_INFINITY, RLIM_INFINITY };

	(void)arg;
	setrlimit(RLIMIT_CORE, &all);
	crashes_unseen("ASAN_OPTIONS");
	crashes_unseen("TSAN_OPTIONS");
	if (chdir(own.dir) < 0)
		_exit(126);
}

static bool has_core(const char *dir)
{
	DIR *d = opendir(dir);
	struct dirent *e;
	bool found = false;

	assert_non_null(d);
	while ((e = readdir(d)))
		found |= strstr(e->d_name, "core") != NULL;
	closedir(d);
	return found;
}

/* Keys lie in locked memory, and a crash leaves no copy of any. */
static void SEC_13_a_crash_leaves_no_core_and_keys_are_not_swapped(void **state)
{
	static const int signals[] = { SIGSEGV, SIGABRT, SIGQUIT };
	char value[100], path[300];

	(void)state;
	own_station_make(&own);
	own.prepare = wants_a_core;
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
		own_station_start(&own, NULL);
		DEMO_UNTIL(&own.as, "recording", WALL_SOON_MS, "status");
		field_of(own.pid, "VmLck:\t", value, sizeof(value));
		/* a sanitizer's mlock() does nothing */
		if (wall_policy_default() != WALL_OFF && strtol(value, NULL, 10) <= 0)
			fail_msg("no memory is locked: \"%s\"", value);
		kill(own.pid, signals[i]);
		assert_int_equal(own_station_await_end(&own, WALL_SOON_MS),
				 128 + signals[i]);
		unlink(own.as.socket);
		assert_false(has_core(own.dir));
		snprintf(path, sizeof(path), "%s/state", own.dir);
		assert_false(has_core(path));
	}
}

/* --- handles, not names --- */

/* The line of the trace behind at that holds both words, or NULL. */
static const char *line_with(const char *at, const char *one, const char *other)
{
	while (at && *at) {
		size_t n = strcspn(at, "\n");

		if (memmem(at, n, one, strlen(one)) &&
		    memmem(at, n, other, strlen(other)))
			return at;
		at += n + (at[n] == '\n');
	}
	return NULL;
}

static size_t lines_with(const char *text, const char *one, const char *other)
{
	size_t n = 0;

	for (const char *at = text; (at = line_with(at, one, other)); n++)
		at += strcspn(at, "\n");
	return n;
}

/* Opened once, below a folder that is open, by no link; and what is judged is what was
 * opened. Between a look at a name and the reading of it, it may become another file. */
static void judged_by_its_handle(const char *trace, const char *name)
{
	char quoted[100], by_handle[400];
	const char *open_line;

	snprintf(quoted, sizeof(quoted), ", \"%s\", O_RDONLY", name);
	if (lines_with(trace, "openat(", quoted) != 1)
		fail_msg("%s is opened %zu times", name,
			 lines_with(trace, "openat(", quoted));
	open_line = line_with(trace, "openat(", quoted);
	if (memmem(open_line, strcspn(open_line, "\n"), "AT_FDCWD", 8) ||
	    !memmem(open_line, strcspn(open_line, "\n"), "O_NOFOLLOW", 10))
		fail_msg("%.*s", (int)strcspn(open_line, "\n"), open_line);
	snprintf(by_handle, sizeof(by_handle), "/%s>, ", name); /* fstat or newfstatat */
	if (!line_with(open_line, "fstat", by_handle))
		fail_msg("%s is not judged after it was opened", name);
	snprintf(by_handle, sizeof(by_handle), "/%s\"", name);
	assert_null(line_with(trace, " access(", by_handle));
	assert_null(line_with(trace, "faccessat", by_handle));
}

static void SEC_26_files_are_judged_by_what_is_read(void **state)
{
	static const char *const files[] = { "sightglass.cfg", "devices.cfg", "tags.cfg",
					     "alarms.cfg", "access.cfg" };
	static const char *const keys[] = { "/state/sign.key\"", "/state/seal.key\"",
					    "/state/station.sock" };
	char line[4096], *text;

	(void)state;
	own_station_make(&own);
	snprintf(
		line, sizeof(line),
		"cd '%s' && mkdir -p state && chmod 700 state && strace -f -y -s 300 -e "
		"trace=file,fstat,newfstatat -o trace timeout -s TERM 3 '%s/sightglassd' "
		"--config '%s/sightglass.cfg' --state '%s/state' --socket '%s/s.sock' "
		"2>&1; "
		"test -s trace && echo traced",
		own.dir, getenv("SIGHTGLASS_BIN"), own.dir, own.dir, own.dir);
	char *said = script_run(line);
	if (!strstr(said, "traced")) {
		print_message("strace does not work here: %s\n", said);
		free(said);
		return;
	}
	free(said);
	snprintf(line, sizeof(line), "%s/trace", own.dir);
	text = test_read_file(line);
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		judged_by_its_handle(text, files[i]);
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		size_t opened = lines_with(text, "openat(", keys[i]);
		size_t safely = lines_with(text, keys[i], "O_NOFOLLOW");

		if (opened != safely)
			fail_msg("%s: %zu of %zu times no link is followed", keys[i],
				 safely, opened);
		assert_int_equal(lines_with(text, " access(", keys[i]), 0);
	}
	assert_true(lines_with(text, "openat(", keys[0]) > 0);
	free(text);
}

/* --- the service manager --- */

static char notify_path[300];

static void under_a_manager(void *arg)
{
	(void)arg;
	setenv("NOTIFY_SOCKET", notify_path, 1);
	setenv("WATCHDOG_USEC", "400000", 1);
}

static void manager_hears(int fd, const char *text)
{
	struct mono deadline = mono_add_ms(clock_mono(), WALL_SOON_MS);
	char heard[1024];

	for (;;) {
		struct pollfd p = { .fd = fd, .events = POLLIN };
		int64_t left = mono_ms_between(clock_mono(), deadline);
		if (left <= 0 || poll(&p, 1, (int)left) <= 0)
			fail_msg("the service manager never heard %s", text);
		ssize_t n = recv(fd, heard, sizeof(heard) - 1, 0);
		heard[n > 0 ? n : 0] = '\0';
		if (strstr(heard, text))
			return;
	}
}

static void ready_alive_and_stopping_are_told(void **state)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0), n = 0;
	char heard[100];

	(void)state;
	own_station_make(&own);
	snprintf(notify_path, sizeof(notify_path), "%s/notify", own.dir);
	assert_true(strlen(notify_path) < sizeof(at.sun_path));
	memcpy(at.sun_path, notify_path, strlen(notify_path));
	assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	own.prepare = under_a_manager;
	own_station_start(&own, NULL);
	manager_hears(fd, "READY=1\nSTATUS=own");
	manager_hears(fd, "WATCHDOG=1");
	manager_hears(fd, "WATCHDOG=1");
	/* a loop that stands is not fed for by anybody else */
	kill(own.pid, SIGSTOP);
	while (recv(fd, heard, sizeof(heard), MSG_DONTWAIT) > 0)
		continue;
	struct pollfd p = { .fd = fd, .events = POLLIN };
	assert_int_equal(poll(&p, 1, 1000), 0);
	kill(own.pid, SIGCONT);
	manager_hears(fd, "WATCHDOG=1");
	kill(own.pid, SIGTERM);
	manager_hears(fd, "STOPPING=1");
	n = own_station_await_end(&own, WALL_SOON_MS);
	assert_int_equal(n, 0);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(SEC_14_what_was_opened_is_closed_again),
		cmocka_unit_test(SEC_14_links_and_strangers_files_are_refused),
		cmocka_unit_test(SEC_30_nobody_looks_into_it_and_root_s_rights_are_gone),
		cmocka_unit_test(SEC_13_a_crash_leaves_no_core_and_keys_are_not_swapped),
		cmocka_unit_test(SEC_26_files_are_judged_by_what_is_read),
		cmocka_unit_test(ready_alive_and_stopping_are_told),
	};

	return cmocka_run_group_tests_name("kept tight", tests, NULL, NULL);
}
