/*
 * test_secrets.c - a password that a whole station uses is in nothing the station says,
 * stores or hands on.
 */
#include "support/test.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "own_station.h"
#include "support/broker.h"

enum { SOON_MS = 20000, OUT = 1 << 20 };

#define SECRET "sesame-4711-opens"

static struct own_station own;
static struct broker broker;
static char out[OUT];

static void start_broker(void)
{
	char passwd[300], extra[400], command[400];

	snprintf(passwd, sizeof(passwd), "%s/../passwd", own.dir);
	test_write_file(passwd, "ivan:" SECRET "\n");
	snprintf(command, sizeof(command), "mosquitto_passwd -U %s", passwd);
	FILE *p = popen(command, "r");
	assert_non_null(p);
	assert_int_equal(pclose(p), 0);
	snprintf(extra, sizeof(extra), "allow_anonymous false\npassword_file %s", passwd);
	broker_start(&broker, extra);
}

static void write_station(const char *secret)
{
	char text[800];

	own_station_make(&own);
	start_broker();
	snprintf(text, sizeof(text),
		 "devices = ( { name = \"bus\"; driver = \"mqtt\"; endpoint = "
		 "\"mqtt://localhost:%d\"; username = \"ivan\"; password_file = "
		 "\"%s/%s\"; } );\n",
		 broker.port, own.dir, secret);
	own_station_put(&own, "devices.cfg", text);
	own_station_put(
		&own, "tags.cfg",
		"tags = ( { name = \"a.t\"; device = \"bus\"; topic = \"t\"; type = "
		"\"double\"; } );\n");
}

/* Nothing of n bytes at text is the password, as it is or as JSON would have it. */
static void assert_silent(const char *where, const char *text, size_t n)
{
	if (memmem(text, n, SECRET, strlen(SECRET)))
		fail_msg("%s holds the password", where);
}

#define SAYS_NOTHING(...) says_nothing((const char *const[]){ __VA_ARGS__, NULL })
static void says_nothing(const char *const args[])
{
	demo_run(&own.as, out, sizeof(out), args);
	assert_true(strlen(out) > 0);
	assert_silent(args[0], out, strlen(out));
}

static void file_says_nothing(const char *path)
{
	int fd = open(path, O_RDONLY);
	size_t n = 0;
	ssize_t got;

	assert_true(fd >= 0);
	while (n < sizeof(out) && (got = read(fd, out + n, sizeof(out) - n)) > 0)
		n += (size_t)got;
	close(fd);
	assert_silent(path, out, n);
}

static void folder_says_nothing(const char *dir)
{
	DIR *d = opendir(dir);
	struct dirent *e;
	char path[900];
	int files = 0;

	assert_non_null(d);
	while ((e = readdir(d))) {
		snprintf(path, sizeof(path), "%.500s/%s", dir, e->d_name);
		if (e->d_type != DT_REG)
			continue;
		file_says_nothing(path);
		files++;
	}
	closedir(d);
	assert_true(files > 0);
}

static void process_says_nothing(pid_t pid)
{
	char path[64];

	assert_true(pid > 0);
	snprintf(path, sizeof(path), "/proc/%d/cmdline", (int)pid);
	file_says_nothing(path);
	if (geteuid() == 0) { /* nobody else may look */
		snprintf(path, sizeof(path), "/proc/%d/environ", (int)pid);
		file_says_nothing(path);
	}
}

static void CF_15_a_password_in_use_is_nowhere_to_be_seen(void **state)
{
	char config[300], folder[300], secret[300];

	(void)state;
	write_station("bus.secret");
	own_station_put(&own, "bus.secret", SECRET "\n");
	snprintf(secret, sizeof(secret), "%s/bus.secret", own.dir);
	assert_int_equal(chmod(secret, 0400), 0);
	own_station_start(&own, "--verbose");
	DEMO_UNTIL(&own.as, "connected", SOON_MS, "browse"); /* the broker took it */
	snprintf(config, sizeof(config), "%s/sightglass.cfg", own.dir);
	SAYS_NOTHING("check", config);
	SAYS_NOTHING("check", config, "--json");
	SAYS_NOTHING("status");
	SAYS_NOTHING("status", "--json");
	SAYS_NOTHING("browse", "--json");
	SAYS_NOTHING("browse", "bus");
	SAYS_NOTHING("tags");
	SAYS_NOTHING("explain", "a.t");
	SAYS_NOTHING("where", "a.t");
	SAYS_NOTHING("get", "a.t", "--json");
	own_station_put(&own, "tags.cfg", "tags = ( );\n");
	SAYS_NOTHING("reload", "--dry-run");
	SAYS_NOTHING("reload");
	SAYS_NOTHING("audit", "list", "--count", "1000", "--json");
	process_says_nothing(own.pid);
	process_says_nothing(demo_find_process(&own.as, "sightglass-mqtt"));
	assert_int_equal(own_station_stop(&own), 0);
	file_says_nothing(own.log);
	snprintf(folder, sizeof(folder), "%s/state", own.dir);
	folder_says_nothing(folder);
	broker_stop(&broker);
}

static void CF_15_a_password_others_can_read_keeps_the_server_from_starting(void **state)
{
	char config[300], secret[300];

	(void)state;
	write_station("open.secret");
	own_station_put(&own, "open.secret", SECRET "\n");
	snprintf(secret, sizeof(secret), "%s/open.secret", own.dir);
	assert_int_equal(chmod(secret, 0644), 0);
	own_station_start(&own, NULL);
	assert_int_equal(own_station_await_end(&own, SOON_MS), 1);
	char *log = own_station_log(&own);
	assert_has(log, "open.secret can be read or changed by every user");
	assert_silent("the log", log, strlen(log));
	free(log);
	snprintf(config, sizeof(config), "%s/sightglass.cfg", own.dir);
	assert_int_equal(DEMO_RUN(&own.as, out, "check", config), 1);
	assert_has(out, "chmod o= it");
	assert_silent("check", out, strlen(out));
	broker_stop(&broker);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(CF_15_a_password_in_use_is_nowhere_to_be_seen),
		cmocka_unit_test(
			CF_15_a_password_others_can_read_keeps_the_server_from_starting),
	};

	setenv("LC_ALL", "C", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
