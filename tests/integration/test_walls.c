/*
 * test_walls.c - the walls around the real programs: an attacker inside each of them
 * (tests/shims/try_forbidden.c) tries what it must not do, and what is needed still
 * works.
 */
#include "support/test.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/tty.h"
#include "util/clock.h"
#include "util/strbuf.h"
#include "util/xalloc.h"
#include "wall/wall.h"
#include "wall_rig.h"

static struct own_station own;
static char out[1 << 16];

/* --- the attacker ------------------------------------------------------------------ */

struct attack {
	const char *in; /* the program he is in */
	char secret[600], target[600], socket[600], port[8];
};

static void invade(void *arg)
{
	const struct attack *a = arg;
	char shim[4096];

	snprintf(shim, sizeof(shim), "%s",
		 test_program("../test/shims/try_forbidden.so"));
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
	int fd = wall_listen(&port);

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
	int plc = wall_listen(&right_port), fd = prepare_attack(&a, "sightglass-modb");
	wall_modbus_at(&own, right_port);
	own_station_start(&own, NULL);
	char *log = wall_log_until(&own, "TRY end");
	judge(log, nobodys, NOBODYS);
	judge(log, own_walls, sizeof(own_walls) / sizeof(own_walls[0]));
	assert_non_null(strstr(log, "the wall denied system call "));
	free(log);
	/* and it may connect where it is told to */
	struct pollfd p = { .fd = plc, .events = POLLIN };
	assert_int_equal(poll(&p, 1, WALL_SOON_MS), 1);
	assert_int_equal(own_station_stop(&own), 0);
	close(fd);
	close(plc);
}

/* Bytes of a broker are as foreign as those of a PLC. It may read what its device names
 * (a certificate), which is not the secret, and connect to its broker's port. */
static void SEC_21_a_driver_of_a_broker_taken_over_reaches_nothing(void **state)
{
	static const struct verdict own_walls[] = {
		{ "read the secret", "EACCES", NULL },
		{ "write the target", "EACCES", NULL },
		{ "a file in /tmp", "EACCES", NULL },
		{ "connect to the port", "EACCES", NULL },
		{ "connect to the socket", "EPERM", NULL },
		{ "a UDP socket", "done", NULL }, /* to look names up */
	};
	uint16_t broker_port = 0;
	char text[400];
	struct attack a;

	(void)state;
	if (!walls_are_built_in())
		return;
	own_station_make(&own);
	int broker = wall_listen(&broker_port),
	    fd = prepare_attack(&a, "sightglass-mqtt");
	snprintf(text, sizeof(text),
		 "devices = ( { name = \"bus\"; driver = \"mqtt\"; endpoint = "
		 "\"mqtt://127.0.0.1:%d\"; } );\n",
		 broker_port);
	own_station_put(&own, "devices.cfg", text);
	own_station_put(&own, "tags.cfg",
			"tags = ( { name = \"a.t\"; device = \"bus\"; topic = \"t\"; "
			"type = \"double\"; } );\n");
	own_station_start(&own, NULL);
	char *log = wall_log_until(&own, "TRY end");
	judge(log, nobodys, NOBODYS);
	judge(log, own_walls, sizeof(own_walls) / sizeof(own_walls[0]));
	assert_non_null(strstr(log, "sightglass-mqtt: the wall denied system call "));
	free(log);
	struct pollfd p = { .fd = broker, .events = POLLIN };
	assert_int_equal(poll(&p, 1, WALL_SOON_MS), 1); /* its own broker it reaches */
	assert_int_equal(own_station_stop(&own), 0);
	close(fd);
	close(broker);
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
	char *log = wall_log_until(&own, "TRY end");
	judge(log, nobodys, NOBODYS);
	judge(log, own_walls, sizeof(own_walls) / sizeof(own_walls[0]));
	free(log);
	DEMO_UNTIL(&own.as, "recording", WALL_SOON_MS, "status"); /* none of it hurt */
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
	DEMO_UNTIL(&own.as, "recording", WALL_SOON_MS, "status");
	int fd = prepare_attack(&a, "sightglass");
	own.prepare = NULL;
	snprintf(program, sizeof(program), "%s", test_program("sightglass"));
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
	struct mono deadline = mono_add_ms(clock_mono(), WALL_SOON_MS);
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

/* --- what stands, and what is missing ---------------------------------------------- */

static void the_walls_are_in_status_record_and_log(void **state)
{
	(void)state;
	if (!walls_are_built_in())
		return;
	own_station_make(&own);
	own_station_start(&own, NULL);
	DEMO_UNTIL(&own.as, "seccomp", WALL_SOON_MS, "status");
	DEMO_UNTIL(&own.as, "walls: ", WALL_SOON_MS, "audit", "list");
	free(wall_log_until(&own, "walls: "));
	assert_int_equal(own_station_stop(&own), 0);
	own_station_start(&own, "--walls=off");
	DEMO_UNTIL(&own.as, "recording", WALL_SOON_MS, "status");
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
	DEMO_UNTIL(&own.as, "no Landlock, seccomp (missing: rules for TCP", WALL_SOON_MS,
		   "status");
	char *log = wall_log_until(&own, "warning: walls: no Landlock");
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
	assert_int_equal(own_station_await_end(&own, WALL_SOON_MS), 1);
	char *log = wall_log_until(
		&own, "walls = \"require\", and sightglassd cannot have all of "
		      "its wall here: ");
	free(log);
	own.prepare = NULL;
	own_station_put(
		&own, "sightglass.cfg",
		"station = { name = \"own\"; }; devices = \"devices.cfg\"; tags = "
		"\"tags.cfg\"; access = \"access.cfg\"; alarms = \"alarms.cfg\"; walls = "
		"\"require\";\n");
	own_station_start(&own, NULL);
	DEMO_UNTIL(&own.as, "walls ", WALL_SOON_MS, "status");
	assert_int_equal(own_station_stop(&own), 0);
}

/* --- reloads ----------------------------------------------------------------------- */

static void a_driver_that_needs_another_port_starts_anew(void **state)
{
	uint16_t first = 0, second = 0;
	struct pollfd p = { .events = POLLIN };

	(void)state;
	if (!walls_are_built_in())
		return;
	own_station_make(&own);
	int one = wall_listen(&first), two = wall_listen(&second);
	wall_modbus_at(&own, first);
	own_station_start(&own, NULL);
	p.fd = one;
	assert_int_equal(poll(&p, 1, WALL_SOON_MS), 1);
	pid_t before = demo_wait_process(&own.as, "sightglass-modb", 0);
	assert_int_equal(DEMO_RUN(&own.as, out, "reload"),
			 0); /* the same needs: it stays */
	assert_int_equal(demo_find_process(&own.as, "sightglass-modb"), before);
	wall_modbus_at(&own, second);
	assert_int_equal(DEMO_RUN(&own.as, out, "reload"), 0);
	free(wall_log_until(&own,
			    "sightglass-modbus starts anew: its wall does not let pass"));
	p.fd = two;
	assert_int_equal(poll(&p, 1, WALL_SOON_MS), 1); /* it got there */
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
	DEMO_UNTIL(&own.as, "recording", WALL_SOON_MS, "status");
	snprintf(path, sizeof(path), "%s/copy.db", own.dir);
	assert_int_equal(DEMO_RUN(&own.as, out, "backup", path), 1);
	assert_has(out, "the folder \"backups\" of the station file");
	snprintf(path, sizeof(path), "%s/copies/copy.db", own.dir);
	assert_int_equal(DEMO_RUN(&own.as, out, "backup", path), 0);
	assert_int_equal(own_station_stop(&own), 0);
}

/* --- the starter ------------------------------------------------------------------- */

static void a_server_without_its_starter_ends(void **state)
{
	uint16_t port = 0;

	(void)state;
	own_station_make(&own);
	int fd = wall_listen(&port);
	wall_modbus_at(&own, port);
	own_station_start(&own, NULL);
	DEMO_UNTIL(&own.as, "recording", WALL_SOON_MS, "status");
	pid_t driver = demo_wait_process(&own.as, "sightglass-modb", 0);
	kill(demo_wait_process(&own.as, "sg-starter", 0), SIGKILL);
	assert_int_equal(own_station_await_end(&own, WALL_SOON_MS), 128 + SIGABRT);
	free(wall_log_until(&own, "the starter of programs has ended"));
	struct mono deadline = mono_add_ms(clock_mono(), WALL_SOON_MS);
	while (kill(driver, 0) == 0 && !mono_reached(clock_mono(), deadline))
		poll(NULL, 0, 10); /* its driver goes with it */
	assert_int_equal(kill(driver, 0), -1);
	unlink(own.as.socket);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(SEC_21_a_driver_taken_over_reaches_nothing),
		cmocka_unit_test(SEC_21_a_driver_of_a_broker_taken_over_reaches_nothing),
		cmocka_unit_test(SEC_20_a_server_taken_over_starts_nothing),
		cmocka_unit_test(SEC_20_a_console_taken_over_starts_nothing),
		cmocka_unit_test(the_walls_are_in_status_record_and_log),
		cmocka_unit_test(a_kernel_without_it_is_said_and_lived_with),
		cmocka_unit_test(with_require_all_of_it_must_stand),
		cmocka_unit_test(a_driver_that_needs_another_port_starts_anew),
		cmocka_unit_test(a_backup_outside_is_refused_with_the_reason),
		cmocka_unit_test(a_server_without_its_starter_ends),
	};

	return cmocka_run_group_tests_name("walls", tests, NULL, NULL);
}
