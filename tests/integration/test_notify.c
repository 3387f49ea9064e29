/*
 * test_notify.c - alarms on their way out: a program, a syslog socket and a real broker
 * hear of a pump that trips in the running demonstration.
 */
#include "support/test.h"

#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "integration/mqtt_client.h"
#include "integration/station_rig.h"
#include "util/xalloc.h"

enum { SOON_MS = 30000, ESCALATION_S = 2 };

#define TRIP  "intake.p101.trip"
#define TOPIC "sightglass/demo-waterworks/alarm/intake/p101/trip"

static int syslog_fd;
static char pages[400], calls[400];

static void write_demo(const char *name, const char *text)
{
	char *path = xasprintf("%s/%s", demo->dir, name);

	test_write_file(path, text);
	free(path);
}

/* Appends what it reads to the file that its argument names. */
static void write_program(void)
{
	char *path = xasprintf("%s/page.sh", demo->dir);

	test_write_file(path, "#!/bin/sh\ncat >>\"$1\"\n");
	assert_int_equal(chmod(path, 0700), 0);
	free(path);
}

static void listen_syslog(const char *path)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };

	assert_true(strlen(path) < sizeof(at.sun_path));
	memcpy(at.sun_path, path, strlen(path));
	syslog_fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(syslog_fd, (struct sockaddr *)&at, sizeof(at)), 0);
}

static int open_with_targets(void **state)
{
	char *socket_path, *text;

	if (station_open(state))
		return -1;
	write_program();
	socket_path = xasprintf("%s/log.sock", demo->dir);
	listen_syslog(socket_path);
	snprintf(pages, sizeof(pages), "%s/pages", demo->dir);
	snprintf(calls, sizeof(calls), "%s/calls", demo->dir);
	text = xasprintf(
		"notify = (\n"
		" { name = \"page\"; command = ( \"%s/page.sh\", \"%s\" ); priority = "
		"\"high\"; areas = ( \"intake\" ); },\n"
		" { name = \"boss\"; command = ( \"%s/page.sh\", \"%s\" ); priority = "
		"\"high\"; areas = ( \"intake\" ); after_s = %d; },\n"
		" { name = \"broken\"; command = ( \"/nowhere/at/all\" ); },\n"
		" { name = \"log\"; syslog = \"%s\"; areas = ( \"intake\" ); },\n"
		" { name = \"board\"; mqtt = \"bus\"; } );\n",
		demo->dir, pages, demo->dir, calls, ESCALATION_S, socket_path);
	write_demo("alarms/notify.cfg", text);
	free(text);
	free(socket_path);
	STATION_SAY(demo, 0, "reload");
	return 0;
}

static int close_it(void **state)
{
	close(syslog_fd);
	return station_close(state);
}

static int broker_port(void)
{
	char *path = xasprintf("%s/config/devices.cfg", demo->dir);
	char *text = test_read_file(path), *at = strstr(text, "mqtt://127.0.0.1:");
	int port;

	assert_non_null(at);
	port = (int)strtol(at + strlen("mqtt://127.0.0.1:"), NULL, 10);
	free(text);
	free(path);
	return port;
}

/* Until the file holds the text; static storage. */
static const char *file_until(const char *path, const char *text)
{
	static char kept[1 << 16];

	for (int64_t end = station_ms() + SOON_MS; station_ms() < end; station_pause()) {
		char *now = access(path, R_OK) == 0 ? test_read_file(path) : xstrdup("");

		snprintf(kept, sizeof(kept), "%s", now);
		free(now);
		if (strstr(kept, text))
			return kept;
	}
	fail_msg("%s never held %s: %s", path, text, kept);
	return kept;
}

/* The next line of syslog that holds the text; static storage. */
static const char *log_until(const char *text)
{
	static char line[9000];

	for (int64_t end = station_ms() + SOON_MS; station_ms() < end; station_pause()) {
		ssize_t n;

		while ((n = recv(syslog_fd, line, sizeof(line) - 1, 0)) > 0) {
			line[n] = '\0';
			if (strstr(line, text))
				return line;
		}
	}
	fail_msg("no line of syslog held %s", text);
	return line;
}

static void assert_like(const char *text, const char *pattern)
{
	regex_t re;

	assert_int_equal(regcomp(&re, pattern, REG_EXTENDED | REG_NOSUB), 0);
	if (regexec(&re, text, 0, NULL, 0) != 0)
		fail_msg("%s\nis not like\n%s", text, pattern);
	regfree(&re);
}

/* Until the newest message of the topic holds the text. */
static void state_until(struct mqtt_client *c, const char *text)
{
	char last[4096] = "";

	for (int64_t end = station_ms() + SOON_MS; station_ms() < end; station_pause()) {
		mqtt_client_wait(c, 1, last, sizeof(last));
		if (strstr(last, text))
			return;
	}
	fail_msg("the state never held %s: %s", text, last);
}

/* --- tests ------------------------------------------------------------------------- */

static void a_trip_is_paged_logged_and_on_the_wallboard(void **state)
{
	struct mqtt_client *c;
	const char *text;

	(void)state;
	station_fault(demo, "trip", "P101", NULL);
	text = file_until(pages, "\"alarm\":\"" TRIP "\"");
	assert_has(text, "{\"event\":\"came\",\"time\":\"20");
	assert_has(text, "\"priority\":\"high\"");
	assert_has(text, "\"message\":\"");
	assert_has(text, "\"action\":\"");
	assert_null(strstr(text, "dosing."));
	/* <local0.error>1 time host program pid event [data] message */
	assert_like(
		log_until("alarm=\"" TRIP "\""),
		"^<131>1 20[0-9-]+T[0-9:.]+Z [^ ]+ sightglassd [0-9]+ came "
		"\\[alarm@32473 alarm=\"intake\\.p101\\.trip\"( [a-z]+=\"[^\"]*\")+\\] "
		"intake\\.p101\\.trip came: .*");
	c = mqtt_client_new(broker_port(), "wallboard");
	mqtt_client_subscribe(c,
			      TOPIC); /* later than the event: the broker has kept it */
	state_until(c, "\"state\":\"unacknowledged\"");
	mqtt_client_free(c);
}

static void who_does_not_acknowledge_is_told_on(void **state)
{
	const char *text;

	(void)state;
	text = file_until(calls, "\"alarm\":\"" TRIP "\"");
	assert_has(text, "{\"event\":\"not acknowledged\"");
	assert_has(text, "\"waits_s\":");
	assert_int_equal(station_count(text, "\"alarm\":\"" TRIP "\""), 1);
}

static void an_acknowledgement_is_told_and_ends_the_waiting(void **state)
{
	struct mqtt_client *c = mqtt_client_new(broker_port(), "wallboard");

	(void)state;
	STATION_SAY(demo, 0, "ack", TRIP);
	mqtt_client_subscribe(c, TOPIC);
	state_until(c, "\"state\":\"acknowledged\"");
	mqtt_client_free(c);
	assert_like(log_until(" acknowledged ["), "^<134>1 .* by=\"[^\"]+\"");
}

static void a_broker_that_comes_back_is_told_everything_anew(void **state)
{
	struct mqtt_client *c;

	(void)state;
	station_fault(demo, "broker", "stop", NULL);
	DEMO_UNTIL(demo, "\"state\":\"not connected\"", SOON_MS, "browse", "bus",
		   "--json");
	station_fault(demo, "broker", "start", NULL); /* it keeps nothing */
	c = mqtt_client_new(broker_port(), "wallboard");
	mqtt_client_subscribe(c, TOPIC);
	state_until(c, "\"state\":\"acknowledged\"");
	mqtt_client_free(c);
}

/* What is on the shelf calls nobody; it is on the wallboard as what it is. */
static void what_is_shelved_calls_nobody(void **state)
{
	size_t before;

	(void)state;
	station_fault(demo, "reset", "P101", NULL);
	log_until(" cleared [alarm@32473 alarm=\"" TRIP);
	STATION_SAY(demo, 0, "shelve", TRIP, "--for", "30m", "--reason",
		    "test of the pump");
	log_until(" shelved [");
	before = station_count(file_until(pages, TRIP), "\"event\"");
	station_fault(demo, "trip", "P101", NULL);
	log_until(" came [alarm@32473 alarm=\"" TRIP);
	STATION_SAY(demo, 0, "unshelve", TRIP);
	log_until(" unshelved [");
	assert_int_equal(station_count(file_until(pages, TRIP), "\"event\""), before);
	station_fault(demo, "reset", "P101", NULL);
}

static void mistakes_are_named(void **state)
{
	static const struct {
		const char *text, *say;
	} row[] = {
		{ "{ name = \"a\"; }", "needs exactly one of command, syslog and mqtt" },
		{ "{ name = \"a\"; command = \"page\"; }", "needs its whole path" },
		{ "{ name = \"a\"; syslog = \"host\"; }", "\"udp://HOST:PORT\"" },
		{ "{ name = \"a\"; mqtt = \"buss\"; }", "unknown device \"buss\"" },
		{ "{ name = \"a\"; mqtt = \"bus\"; topic = \"x/#\"; }", "no + and #" },
		{ "{ name = \"a\"; mqtt = \"bus\"; topic = \"x\"; }", "lacks {alarm}" },
		{ "{ name = \"a\"; syslog = \"/dev/log\"; events = (\"come\"); }",
		  "\"come\" happens to no alarm" },
		{ "{ name = \"a\"; command = \"/bin/true\"; repeat_s = 60; }",
		  "it goes with after_s" },
		{ "{ name = \"a\"; command = \"/bin/true\"; classes = (\"nono\"); }",
		  "unknown class \"nono\"" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		char *text = xasprintf("notify = ( %s );\n", row[i].text);

		write_demo("alarms/notify.cfg", text);
		assert_has(STATION_SAY(demo, 1, "reload"), row[i].say);
		free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_trip_is_paged_logged_and_on_the_wallboard),
		cmocka_unit_test(who_does_not_acknowledge_is_told_on),
		cmocka_unit_test(an_acknowledgement_is_told_and_ends_the_waiting),
		cmocka_unit_test(a_broker_that_comes_back_is_told_everything_anew),
		cmocka_unit_test(what_is_shelved_calls_nobody),
		cmocka_unit_test(mistakes_are_named),
	};

	return cmocka_run_group_tests(tests, open_with_targets, close_it);
}
