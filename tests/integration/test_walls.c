/*
 * test_walls.c - the walls around the real programs: an attacker inside each of them
 * (tests/shims/try_forbidden.c) tries what it must not do, and what is needed still
 * works.
 */
#include "support/test.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <pwd.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "own_station.h"
#include "script.h"
#include "support/tty.h"
#include "util/clock.h"
#include "util/strbuf.h"
#include "util/xalloc.h"
#include "wall/wall.h"

enum { SOON_MS = 20000 };

static struct own_station own;
static char out[1 << 16];

/* --- what every test begins with -------------------------------------------------------
 */

/* A sanitizer's program has no walls (wall_policy_default). */
static bool walls_are_built_in(void)
{
	if (wall_policy_default() != WALL_OFF)
		return true;
	print_message("built with a sanitizer: no walls\n");
	return false;
}

/* On a free port of this machine; nobody answers. */
static int listen_any(uint16_t *port)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
				 .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof(a);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	assert_int_equal(listen(fd, 16), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &n), 0);
	*port = ntohs(a.sin_port);
	return fd;
}

static char *log_until(const char *text)
{
	struct mono deadline = mono_add_ms(clock_mono(), SOON_MS);

	for (;;) {
		char *log =
			access(own.log, R_OK) == 0 ? own_station_log(&own) : xstrdup("");
		if (strstr(log, text))
			return log;
		if (mono_reached(clock_mono(), deadline)) {
			size_t n = strlen(log);
			fail_msg("the log never said \"%s\":\n%s", text,
				 n > 3000 ? log + n - 3000 : log);
		}
		free(log);
		poll(NULL, 0, 20); /* between two looks */
	}
}

static void write_devices(const char *text)
{
	own_station_put(&own, "devices.cfg", text);
}

static void modbus_at(int port)
{
	char text[300];

	snprintf(text, sizeof(text),
		 "devices = ( { name = \"plc\"; driver = \"modbus\"; endpoint = "
		 "\"tcp://127.0.0.1:%d\"; } );\n",
		 port);
	write_devices(text);
}

static const char one_tag[] = "tags = ( { name = \"a.v\"; device = \"plc\"; address = "
			      "\"holding:0\"; } );\n";

/* --- the attacker ----------------------------------------------------------------------
 */

struct attack {
	const char *in; /* the program he is in */
	char secret[600], target[600], socket[600], port[8];
};

static void invade(void *arg)
{
	const struct attack *a = arg;
	char shim[4096];

	snprintf(shim, sizeof(shim), "%s/../test/shims/try_forbidden.so",
		 getenv("SIGHTGLASS_BIN"));
	char *real = realpath(shim, NULL);
	setenv("LD_PRELOAD", real ? real : shim, 1);
	setenv("TRY_IN", a->in, 1);
	setenv("TRY_SECRET", a->secret, 1);
	setenv("TRY_TARGET", a->target, 1);
	setenv("TRY_SOCKET", a->socket, 1);
	setenv("TRY_PORT", a->port, 1);
	setenv("TRY_AFTER", "5", 1);
}

struct verdict {
	const char *act, *one, *other; /* errors that are right; other may be NULL */
};

static void judge(const char *log, const struct verdict *v, size_t n)
{
	struct strbuf wrong = STRBUF_INIT;

	for (size_t i = 0; i < n; i++) {
		char line[128];

		snprintf(line, sizeof(line), "TRY %s: %s\n", v[i].act, v[i].one);
		if (strstr(log, line))
			continue;
		snprintf(line, sizeof(line), "TRY %s: %s\n", v[i].act,
			 v[i].other ? v[i].other : v[i].one);
		if (!strstr(log, line))
			strbuf_addf(&wrong, "%s is not %s\n", v[i].act, v[i].one);
	}
	if (wrong.len)
		fail_msg("%s\n%s", wrong.buf,
			 strstr(log, "TRY ") ? strstr(log, "TRY ") : log);
	strbuf_release(&wrong);
}

/* What none of our programs does. */
static const struct verdict nobodys[] = {
	{ "fork", "EPERM", NULL },
	{ "execute", "EPERM", NULL },
	{ "execute itself", "EPERM", NULL },
	{ "ptrace", "EPERM", NULL },
	{ "read another's memory", "EPERM", NULL },
	{ "signal its parent", "EPERM", NULL },
	{ "a raw socket", "EPERM", NULL },
	{ "a packet socket", "EPERM", NULL },
	{ "a vsock", "EPERM", NULL },
	{ "listen on a port", "EPERM", "EACCES" },
	{ "TIOCSTI", "EPERM", NULL },
	{ "TIOCLINUX", "EPERM", NULL },
	{ "io_uring", "EPERM", NULL },
	{ "bpf", "EPERM", NULL },
	{ "unshare", "EPERM", NULL },
	{ "mount", "EPERM", NULL },
	{ "keyctl", "EPERM", NULL },
	{ "perf", "EPERM", NULL },
	{ "userfaultfd", "EPERM", NULL },
	{ "become root", "EPERM", NULL },
	{ "dumpable again", "EPERM", NULL },
	{ "more of a wall's system calls", "EPERM", NULL },
	{ "end, not dumpable", "done", NULL },
};
enum { NOBODYS = sizeof(nobodys) / sizeof(nobodys[0]) };

/* A secret beside the station, something that listens, and the attacker. */
static int prepare_attack(struct attack *a, const char *in)
{
	uint16_t port = 0;
	int fd = listen_any(&port);

	*a = (struct attack){ .in = in };
	snprintf(a->port, sizeof(a->port), "%d", port);
	snprintf(a->secret, sizeof(a->secret), "%s/state/station.db", own.dir);
	snprintf(a->target, sizeof(a->target), "%s/sightglass.cfg", own.dir);
	snprintf(a->socket, sizeof(a->socket), "%s", own.as.socket);
	own.prepare = invade;
	own.arg = a;
	return fd;
}

static void SEC_21_a_driver_taken_over_reaches_nothing(void **state)
{
	static const struct verdict own_walls[] = {
		{ "read the secret", "EACCES", NULL },
		{ "write the target", "EACCES", NULL },
		{ "a file in /tmp", "EACCES", NULL },
		{ "connect to the port", "EACCES", NULL },
		{ "connect to the socket", "EPERM", NULL },
		{ "a UDP socket", "done", NULL }, /* to look names up */
	};
	uint16_t right_port = 0;
	struct attack a;

	(void)state;
	if (!walls_are_built_in())
		return;
	own_station_make(&own);
	int plc = listen_any(&right_port), fd = prepare_attack(&a, "sightglass-modb");
	modbus_at(right_port);
	own_station_put(&own, "tags.cfg", one_tag);
	own_station_start(&own, NULL);
	char *log = log_until("TRY end");
	judge(log, nobodys, NOBODYS);
	judge(log, own_walls, sizeof(own_walls) / sizeof(own_walls[0]));
	assert_non_null(strstr(log, "the wall denied system call "));
	free(log);
	/* and it may connect where it is told to */
	struct pollfd p = { .fd = plc, .events = POLLIN };
	assert_int_equal(poll(&p, 1, SOON_MS), 1);
	assert_int_equal(own_station_stop(&own), 0);
	close(fd);
	close(plc);
}

static void SEC_20_a_server_taken_over_starts_nothing(void **state)
{
	static const struct verdict own_walls[] = {
		{ "read the secret", "done", NULL }, /* it is its own */
		{ "write the target", "EACCES", NULL },
		{ "a file in /tmp", "EACCES", NULL },
		{ "connect to the port", "EPERM", NULL },
		{ "a UDP socket", "done", NULL }, /* syslog */
	};
	struct attack a;

	(void)state;
	if (!walls_are_built_in())
		return;
	own_station_make(&own);
	int fd = prepare_attack(&a, "sightglassd");
	own_station_start(&own, NULL);
	char *log = log_until("TRY end");
	judge(log, nobodys, NOBODYS);
	judge(log, own_walls, sizeof(own_walls) / sizeof(own_walls[0]));
	free(log);
	DEMO_UNTIL(&own.as, "recording", SOON_MS, "status"); /* none of it hurt */
	assert_int_equal(own_station_stop(&own), 0);
	close(fd);
}

static void SEC_20_a_console_taken_over_starts_nothing(void **state)
{
	static const struct verdict own_walls[] = {
		{ "read the secret", "EACCES", NULL },
		{ "write the target", "EACCES", NULL },
		{ "a file in /tmp", "EACCES", NULL },
		{ "connect to the port", "EPERM", NULL },
		{ "connect to the socket", "done", NULL },
		{ "a UDP socket", "EPERM", NULL },
	};
	char program[4096], preload[4200], secret[700], target[700], socket_env[700];
	char log_file[300], where[700];
	struct attack a;
	char *text;

	(void)state;
	if (!walls_are_built_in())
		return;
	own_station_make(&own);
	own_station_start(&own, NULL);
	DEMO_UNTIL(&own.as, "recording", SOON_MS, "status");
	int fd = prepare_attack(&a, "sightglass");
	own.prepare = NULL;
	snprintf(program, sizeof(program), "%s/sightglass", getenv("SIGHTGLASS_BIN"));
	snprintf(preload, sizeof(preload), "LD_PRELOAD=%s/../test/shims/try_forbidden.so",
		 getenv("SIGHTGLASS_BIN"));
	snprintf(secret, sizeof(secret), "TRY_SECRET=%s", a.secret);
	snprintf(target, sizeof(target), "TRY_TARGET=%s", a.target);
	snprintf(socket_env, sizeof(socket_env), "TRY_SOCKET=%s", a.socket);
	snprintf(log_file, sizeof(log_file), "%s/console.log", own.dir);
	snprintf(where, sizeof(where), "--socket=%s", own.as.socket);
	char port[32];
	snprintf(port, sizeof(port), "TRY_PORT=%s", a.port);
	char *argv[] = { program, where, (char[]){ "--log" }, log_file, NULL };
	const char *env[] = { preload, "TRY_IN=sightglass", secret, target, socket_env,
			      port,    "TRY_AFTER=3",       NULL };
	struct tty *t = tty_start(argv, env, 80, 24);
	struct mono deadline = mono_add_ms(clock_mono(), SOON_MS);
	for (text = NULL; !text || !strstr(text, "TRY end");) {
		tty_pump(t, 50);
		free(text);
		text = access(log_file, R_OK) == 0 ? test_read_file(log_file)
						   : xstrdup("");
		if (mono_reached(clock_mono(), deadline))
			fail_msg("the console was never tried: %s", text);
	}
	judge(text, nobodys, NOBODYS);
	judge(text, own_walls, sizeof(own_walls) / sizeof(own_walls[0]));
	free(text);
	tty_type(t, "?"); /* it goes on as if nothing had been */
	tty_expect(t, "elp");
	tty_free(t);
	assert_int_equal(own_station_stop(&own), 0);
	close(fd);
}

/* --- what stands, and what is missing
 * ---------------------------------------------------- */

static void the_walls_are_in_status_record_and_log(void **state)
{
	(void)state;
	if (!walls_are_built_in())
		return;
	own_station_make(&own);
	own_station_start(&own, NULL);
	DEMO_UNTIL(&own.as, "seccomp", SOON_MS, "status");
	DEMO_UNTIL(&own.as, "walls: ", SOON_MS, "audit", "list");
	free(log_until("walls: "));
	assert_int_equal(own_station_stop(&own), 0);
	own_station_start(&own, "--walls=off");
	DEMO_UNTIL(&own.as, "recording", SOON_MS, "status");
	assert_int_equal(DEMO_RUN(&own.as, out, "status"), 0);
	const char *line = strstr(out, "\nwalls ");
	assert_non_null(line);
	assert_true(strncmp(line + 7 + strspn(line + 7, " "), "off\n", 4) == 0);
	assert_int_equal(own_station_stop(&own), 0);
}

/* A kernel without Landlock, as an older one is: the call does not exist. */
static void no_landlock(void *arg)
{
	scmp_filter_ctx f = seccomp_init(SCMP_ACT_ALLOW);

	(void)arg;
	seccomp_rule_add(f, SCMP_ACT_ERRNO(ENOSYS),
			 seccomp_syscall_resolve_name("landlock_create_ruleset"), 0);
	if (seccomp_load(f) < 0)
		_exit(126);
	seccomp_release(f);
}

static void a_kernel_without_it_is_said_and_lived_with(void **state)
{
	(void)state;
	if (!walls_are_built_in())
		return;
	own_station_make(&own);
	own.prepare = no_landlock;
	own_station_start(&own, NULL);
	DEMO_UNTIL(&own.as, "no Landlock, seccomp (missing: rules for TCP", SOON_MS,
		   "status");
	char *log = log_until("warning: walls: no Landlock");
	free(log);
	assert_int_equal(own_station_stop(&own), 0);
}

static void with_require_all_of_it_must_stand(void **state)
{
	(void)state;
	if (!walls_are_built_in())
		return;
	own_station_make(&own);
	own.prepare = no_landlock;
	own_station_start(&own, "--walls=require");
	assert_int_equal(own_station_await_end(&own, SOON_MS), 1);
	char *log = log_until("walls = \"require\", and sightglassd cannot have all of "
			      "its wall here: ");
	free(log);
	own.prepare = NULL;
	own_station_put(
		&own, "sightglass.cfg",
		"station = { name = \"own\"; }; devices = \"devices.cfg\"; tags = "
		"\"tags.cfg\"; access = \"access.cfg\"; alarms = \"alarms.cfg\"; walls = "
		"\"require\";\n");
	own_station_start(&own, NULL);
	DEMO_UNTIL(&own.as, "walls ", SOON_MS, "status");
	assert_int_equal(own_station_stop(&own), 0);
}

/* --- reloads
 * ------------------------------------------------------------------------------ */

static void a_driver_that_needs_another_port_starts_anew(void **state)
{
	uint16_t first = 0, second = 0;
	struct pollfd p = { .events = POLLIN };

	(void)state;
	if (!walls_are_built_in())
		return;
	own_station_make(&own);
	int one = listen_any(&first), two = listen_any(&second);
	modbus_at(first);
	own_station_put(&own, "tags.cfg", one_tag);
	own_station_start(&own, NULL);
	p.fd = one;
	assert_int_equal(poll(&p, 1, SOON_MS), 1);
	pid_t before = demo_wait_process(&own.as, "sightglass-modb", 0);
	assert_int_equal(DEMO_RUN(&own.as, out, "reload"),
			 0); /* the same needs: it stays */
	assert_int_equal(demo_find_process(&own.as, "sightglass-modb"), before);
	modbus_at(second);
	assert_int_equal(DEMO_RUN(&own.as, out, "reload"), 0);
	free(log_until("sightglass-modbus starts anew: its wall does not let pass"));
	p.fd = two;
	assert_int_equal(poll(&p, 1, SOON_MS), 1); /* it got there */
	assert_int_equal(own_station_stop(&own), 0);
	close(one);
	close(two);
}

static void a_backup_outside_is_refused_with_the_reason(void **state)
{
	char path[300];

	(void)state;
	if (!walls_are_built_in())
		return;
	own_station_make(&own);
	snprintf(path, sizeof(path), "%s/copies", own.dir);
	mkdir(path, 0700);
	own_station_put(
		&own, "sightglass.cfg",
		"station = { name = \"own\"; }; devices = \"devices.cfg\"; tags = "
		"\"tags.cfg\"; access = \"access.cfg\"; alarms = \"alarms.cfg\"; backups "
		"= "
		"\"copies\";\n");
	own_station_start(&own, NULL);
	DEMO_UNTIL(&own.as, "recording", SOON_MS, "status");
	snprintf(path, sizeof(path), "%s/copy.db", own.dir);
	assert_int_equal(DEMO_RUN(&own.as, out, "backup", path), 1);
	assert_has(out, "the folder \"backups\" of the station file");
	snprintf(path, sizeof(path), "%s/copies/copy.db", own.dir);
	assert_int_equal(DEMO_RUN(&own.as, out, "backup", path), 0);
	assert_int_equal(own_station_stop(&own), 0);
}

/* --- the starter
 * --------------------------------------------------------------------------- */

static void a_server_without_its_starter_ends(void **state)
{
	uint16_t port = 0;

	(void)state;
	own_station_make(&own);
	int fd = listen_any(&port);
	modbus_at(port);
	own_station_put(&own, "tags.cfg", one_tag);
	own_station_start(&own, NULL);
	DEMO_UNTIL(&own.as, "recording", SOON_MS, "status");
	pid_t driver = demo_wait_process(&own.as, "sightglass-modb", 0);
	kill(demo_wait_process(&own.as, "sg-starter", 0), SIGKILL);
	assert_int_equal(own_station_await_end(&own, SOON_MS), 128 + SIGABRT);
	free(log_until("the starter of programs has ended"));
	struct mono deadline = mono_add_ms(clock_mono(), SOON_MS);
	while (kill(driver, 0) == 0 && !mono_reached(clock_mono(), deadline))
		poll(NULL, 0, 10); /* its driver goes with it */
	assert_int_equal(kill(driver, 0), -1);
	unlink(own.as.socket);
	close(fd);
}

/* --- modes, users, places in /proc
 * ------------------------------------------------------------ */

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
	DEMO_UNTIL(&own.as, "recording", SOON_MS, "status");
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
	DEMO_UNTIL(&own.as, "recording", SOON_MS, "status");
	assert_int_equal(mode_of("state"), 0700);
	assert_int_equal(mode_of("state/station.db"), 0600);
	assert_int_equal(mode_of("state/audit.key"), 0400);
	assert_int_equal(mode_of("log"), 0640);
	free(log_until(
		"state/station.db was open to others (mode 0644): it is 0600 now"));
	assert_int_equal(own_station_stop(&own), 0);
}

static void refused_with(const char *sentence)
{
	own_station_start(&own, NULL);
	assert_int_equal(own_station_await_end(&own, SOON_MS), 1);
	free(log_until(sentence));
}

static void SEC_14_links_and_strangers_files_are_refused(void **state)
{
	char path[400];

	(void)state;
	own_station_make(&own);
	own_station_start(&own, NULL);
	DEMO_UNTIL(&own.as, "recording", SOON_MS, "status");
	assert_int_equal(own_station_stop(&own), 0);
	snprintf(path, sizeof(path), "%s/state/search.db", own.dir);
	unlink(path);
	assert_int_equal(symlink("/etc/passwd", path), 0);
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
	assert_int_equal(own_station_await_end(&own, SOON_MS), 1);
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
	int fd = listen_any(&port);
	modbus_at(port);
	own_station_put(&own, "tags.cfg", one_tag);
	give_to(nobody->pw_uid);
	own_station_start(&own, "--user=nobody");
	char *log = log_until("walls: ");
	assert_null(strstr(log, "runs as root"));
	free(log);
	pid_t driver = demo_wait_process(&own.as, "sightglass-modb", 0);
	pid_t starter = demo_wait_process(&own.as, "sg-starter", 0);
	pid_t all[] = { own.pid, starter, driver };
	for (size_t i = 0; i < 3; i++) {
		struct mono deadline = mono_add_ms(clock_mono(), SOON_MS);
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
			deadline = mono_add_ms(clock_mono(), SOON_MS);
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
	assert_int_equal(own_station_await_end(&own, SOON_MS), 1);
	free(log_until("--user nosuchuser: there is no such user"));
	close(fd);
}

/* --- a crash, and what is kept in memory --- */

static void wants_a_core(void *arg)
{
	struct rlimit all = { RLIM_INFINITY, RLIM_INFINITY };

	(void)arg;
	setrlimit(RLIMIT_CORE, &all);
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
		DEMO_UNTIL(&own.as, "recording", SOON_MS, "status");
		field_of(own.pid, "VmLck:\t", value, sizeof(value));
		if (strtol(value, NULL, 10) <= 0)
			fail_msg("no memory is locked: \"%s\"", value);
		kill(own.pid, signals[i]);
		assert_int_equal(own_station_await_end(&own, SOON_MS), 128 + signals[i]);
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
	snprintf(by_handle, sizeof(by_handle), "/%s>, \"\"", name);
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
	struct mono deadline = mono_add_ms(clock_mono(), SOON_MS);
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
	n = own_station_await_end(&own, SOON_MS);
	assert_int_equal(n, 0);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(SEC_21_a_driver_taken_over_reaches_nothing),
		cmocka_unit_test(SEC_20_a_server_taken_over_starts_nothing),
		cmocka_unit_test(SEC_20_a_console_taken_over_starts_nothing),
		cmocka_unit_test(the_walls_are_in_status_record_and_log),
		cmocka_unit_test(a_kernel_without_it_is_said_and_lived_with),
		cmocka_unit_test(with_require_all_of_it_must_stand),
		cmocka_unit_test(a_driver_that_needs_another_port_starts_anew),
		cmocka_unit_test(a_backup_outside_is_refused_with_the_reason),
		cmocka_unit_test(a_server_without_its_starter_ends),
		cmocka_unit_test(SEC_14_what_was_opened_is_closed_again),
		cmocka_unit_test(SEC_14_links_and_strangers_files_are_refused),
		cmocka_unit_test(SEC_30_nobody_looks_into_it_and_root_s_rights_are_gone),
		cmocka_unit_test(SEC_13_a_crash_leaves_no_core_and_keys_are_not_swapped),
		cmocka_unit_test(SEC_26_files_are_judged_by_what_is_read),
		cmocka_unit_test(ready_alive_and_stopping_are_told),
	};

	return cmocka_run_group_tests_name("walls", tests, NULL, NULL);
}
