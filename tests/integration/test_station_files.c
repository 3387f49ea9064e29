/*
 * test_station_files.c - the whole station and its files: reload, screens saved under a
 * running server, backup and proof, questions and their answers, one server a station,
 * and how it stops.
 */
#include "support/test.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "station_client.h"
#include "station_rig.h"
#include "support/server.h"

enum { SOON_MS = 10000, SCREENS_MS = 2000, STOP_MS = 3000 };

static const char *file_of(const char *name)
{
	static char path[600];

	snprintf(path, sizeof(path), "%s/%s", demo->dir, name);
	return path;
}

/* Puts new in the place of old in a file; returns the whole old text, owned. */
static char *edit(const char *name, const char *old, const char *new)
{
	char path[600];

	snprintf(path, sizeof(path), "%s", file_of(name));
	char *text = test_read_file(path);
	char *at = strstr(text, old);
	assert_non_null(at);
	size_t size = strlen(text) + strlen(new) + 1;
	char *changed = malloc(size);
	assert_non_null(changed);
	snprintf(changed, size, "%.*s%s%s", (int)(at - text), text, new,
		 at + strlen(old));
	test_write_file(path, changed);
	free(changed);
	return text;
}

static void put_back(const char *name, char *text)
{
	test_write_file(file_of(name), text);
	free(text);
}

static const char *configuration(void)
{
	static char line[256];

	snprintf(line, sizeof(line), "%s",
		 station_line(STATION_SAY(demo, 0, "status"), "configuration"));
	return line;
}

/* --- reload ------------------------------------------------------------------------- */
static void a_dry_run_shows_the_difference_and_changes_nothing(void **state)
{
	char before[256];

	(void)state;
	snprintf(before, sizeof(before), "%s", configuration());
	char *old = edit("config/tags/pump.cfg",
			 "range = ( 0, 100 ); description = \"Speed "
			 "setpoint\"",
			 "range = ( 0, 90 ); description = \"Speed setpoint\"");
	const char *said = STATION_SAY(demo, 0, "reload", "--dry-run");
	assert_has(said, "intake.p101.speed_sp   range");
	assert_has(said, "differences, nothing was changed");
	assert_string_equal(configuration(), before);
	assert_has(STATION_SAY(demo, 1, "set", "intake.p101.speed_sp", "150", "--yes"),
		   "takes 0 to 100 %");
	put_back("config/tags/pump.cfg", old);
	assert_has(STATION_SAY(demo, 0, "reload", "--dry-run"), "0 differences");
}

static void a_reload_applies_and_disturbs_nothing_else(void **state)
{
	(void)state;
	char *old = edit("config/tags/pump.cfg",
			 "range = ( 0, 100 ); description = \"Speed "
			 "setpoint\"",
			 "range = ( 0, 90 ); description = \"Speed setpoint\"");
	assert_has(STATION_SAY(demo, 0, "reload"), "applied: 5 differences");
	DEMO_UNTIL(demo, "\"good\"", SOON_MS, "get", "--json", "intake.p101.speed_sp");
	assert_has(STATION_SAY(demo, 1, "set", "intake.p101.speed_sp", "95", "--yes"),
		   "takes 0 to 90 %");
	put_back("config/tags/pump.cfg", old);
	STATION_SAY(demo, 0, "reload");
	DEMO_UNTIL(demo, "\"good\"", SOON_MS, "get", "--json", "intake.p101.speed_sp");
	/* what was not changed was never lost */
	assert_int_equal(
		station_count(STATION_SAY(demo, 0, "alarms", "--json"), ".comm\""), 0);
	assert_int_equal((int)demo_number(demo, "system.driver_restarts"), 0);
	assert_has(STATION_SAY(demo, 0, "audit", "list", "--count", "400"),
		   "demo-waterworks  applied");
}

static void CF_07_a_broken_file_changes_nothing(void **state)
{
	char before[256];

	(void)state;
	snprintf(before, sizeof(before), "%s", configuration());
	char *old = edit("config/tags/intake.cfg", "range = ( 0, 250 )", "range = ( 0, ");
	const char *said = STATION_SAY(demo, 1, "reload");
	assert_has(said, "config/tags/intake.cfg:");
	assert_has(said, "error: ");
	assert_has(said, "the station stays as it was");
	assert_string_equal(configuration(), before);
	assert_has(STATION_SAY(demo, 0, "get", "intake.flow"), "m3/h  good");
	assert_has(STATION_SAY(demo, 1, "check", file_of("config/sightglass.cfg")),
		   "config/tags/intake.cfg:");
	put_back("config/tags/intake.cfg", old);
	STATION_SAY(demo, 0, "check", file_of("config/sightglass.cfg"));
}

static void SIGHUP_reloads(void **state)
{
	(void)state;
	char *old = edit("config/tags/intake.cfg", "Raw water turbidity",
			 "Turbidity of the raw water");
	kill(demo_find_process(demo, "sightglassd"), SIGHUP);
	DEMO_UNTIL(demo, "Turbidity of the raw water", SOON_MS, "tags",
		   "intake.turbidity");
	put_back("config/tags/intake.cfg", old);
	kill(demo_find_process(demo, "sightglassd"), SIGHUP);
	DEMO_UNTIL(demo, "Raw water turbidity", SOON_MS, "tags", "intake.turbidity");
}

/* --- screens ------------------------------------------------------------------------ */
static unsigned seen_before;

static bool screens_changed(const struct station_client *s)
{
	return s->screens_changed > seen_before;
}

static void a_saved_screen_reaches_every_console(void **state)
{
	static struct station_client c;

	(void)state;
	station_client_open(&c, demo->socket, "");
	station_client_take(&c);
	seen_before = c.screens_changed;
	char *old = edit("screens/intake.cfg", "WELL 1", "FONT 1");
	station_client_until(&c, screens_changed, SCREENS_MS, "SCREENS_CHANGED");
	assert_has(STATION_SAY(demo, 0, "render", "intake"), "FONT 1");
	seen_before = c.screens_changed;
	put_back("screens/intake.cfg", old);
	station_client_until(&c, screens_changed, SCREENS_MS, "SCREENS_CHANGED");
	seen_before = c.screens_changed;
	old = edit("screens/lib/symbols.cfg", "x TRIP", "x FAIL"); /* shared by many */
	station_client_until(&c, screens_changed, SCREENS_MS, "SCREENS_CHANGED");
	seen_before = c.screens_changed;
	put_back("screens/lib/symbols.cfg", old);
	station_client_until(&c, screens_changed, SCREENS_MS, "SCREENS_CHANGED");
	assert_has(STATION_SAY(demo, 0, "render", "intake"), "WELL 1");
	station_client_close(&c);
}

static void a_broken_screen_keeps_its_older_version(void **state)
{
	static struct station_client c;

	(void)state;
	station_client_open(&c, demo->socket, "");
	char *old = edit("screens/intake.cfg", "picture = \"", "picture = ");
	DEMO_UNTIL(demo, "kept as it was", SOON_MS, "audit", "list", "--count", "400");
	assert_has(STATION_SAY(demo, 0, "audit", "list", "--count", "400"),
		   "screens/intake.cfg:");
	assert_has(STATION_SAY(demo, 0, "render", "intake"), "WELL 1");
	/* another one saved meanwhile shows at once */
	station_client_take(&c);
	seen_before = c.screens_changed;
	char *other = edit("screens/filters.cfg", " BOTH ", " PAIR ");
	station_client_until(&c, screens_changed, SCREENS_MS, "SCREENS_CHANGED");
	assert_has(STATION_SAY(demo, 0, "render", "filters"), " PAIR ");
	assert_has(STATION_SAY(demo, 0, "render", "intake"), "WELL 1");
	STATION_SAY(demo, 0, "reload"); /* nor does a reload take it away */
	assert_has(STATION_SAY(demo, 0, "render", "intake"), "WELL 1");
	put_back("screens/filters.cfg", other);
	put_back("screens/intake.cfg", old);
	station_client_close(&c);
}

/* --- another server on the same files ------------------------------------------- */
struct server {
	pid_t pid;
	struct demo as; /* for commands */
	char out[700];
};

/* On the demonstration's files with this state folder and socket. */
static void start_server(struct server *v, const char *state, const char *socket)
{
	char config[700], folder[700];

	memset(v, 0, sizeof(*v));
	snprintf(config, sizeof(config), "%s", file_of("config/sightglass.cfg"));
	snprintf(folder, sizeof(folder), "%s", file_of(state));
	snprintf(v->as.socket, sizeof(v->as.socket), "%.511s", file_of(socket));
	snprintf(v->out, sizeof(v->out), "%s", file_of("log/second.log"));
	unlink(v->out); /* each says what it says alone */
	v->pid = server_start(&(struct server_start){ .config = config,
						      .state = folder,
						      .socket = v->as.socket,
						      .log = v->out });
}

static void expect_refused(const char *state, const char *socket, const char *sentence)
{
	struct server v;

	start_server(&v, state, socket);
	assert_int_equal(server_await_end(v.pid, SOON_MS, v.out), 1);
	char *said = test_read_file(v.out);
	assert_has(said, sentence);
	free(said);
	assert_has(STATION_SAY(demo, 0, "get", "intake.flow"), "good");
}

/* --- files that others may change ----------------------------------------------- */

static void set_mode(const char *name, unsigned mode)
{
	assert_int_equal(chmod(file_of(name), mode), 0);
}

/* The demonstration keeps its folders to itself: nobody else could change a thing. */
static void open_the_way(unsigned above, unsigned mode)
{
	static const char *const folders[] = { "", "config", "config/tags", "screens" };
	char path[600];

	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		set_mode(folders[i], mode);
	snprintf(path, sizeof(path), "%s", demo->dir);
	*strrchr(path, '/') = '\0';
	assert_int_equal(chmod(path, above), 0);
}

static void CF_12_a_file_that_everybody_may_change_is_not_obeyed(void **state)
{
	const char *const mode = "every user of this machine may change "
				 "\"intake.cfg\" (mode 0666): chmod o-w it";
	char config[600];

	(void)state;
	snprintf(config, sizeof(config), "%s", file_of("config/sightglass.cfg"));
	set_mode("config/tags/intake.cfg", 0666);
	STATION_SAY(demo, 0, "reload"); /* others do not come as far as there */
	open_the_way(0711, 0755);
	const char *said = STATION_SAY(demo, 1, "reload");
	assert_has(said, mode);
	assert_has(said, "the station stays as it was");
	expect_refused("state-4", "run-4/station.sock", mode);
	assert_has(STATION_SAY(demo, 0, "check", config), "warning: every user");
	set_mode("config/tags/intake.cfg", 0664); /* a group is somebody's decision */
	STATION_SAY(demo, 0, "reload");
	set_mode("config/tags", 0777);
	assert_has(STATION_SAY(demo, 1, "reload"),
		   "may exchange what lies in the folder");
	set_mode("config/tags", 0755);
	set_mode("config/tags/intake.cfg", 0644);
	STATION_SAY(demo, 0, "reload");
}

static void CF_12_a_screen_that_everybody_may_change_is_not_shown(void **state)
{
	(void)state;
	open_the_way(0711, 0755);
	char *old = test_read_file(file_of("screens/intake.cfg"));
	set_mode("screens/intake.cfg", 0606);
	free(edit("screens/intake.cfg", "WELL 1", "EVIL 1"));
	DEMO_UNTIL(demo, "screens/intake.cfg: error: every user of this machine", SOON_MS,
		   "audit", "list", "--count", "400");
	assert_has(STATION_SAY(demo, 0, "render", "intake"), "WELL 1");
	set_mode("screens/intake.cfg", 0644);
	put_back("screens/intake.cfg", old);
	open_the_way(0700, 0700);
}

/* --- questions ---------------------------------------------------------------------- */
static void a_backup_verifies_as_the_server_does(void **state)
{
	char copy[600];

	(void)state;
	snprintf(copy, sizeof(copy), "%s", file_of("state/copy.db"));
	assert_has(STATION_SAY(demo, 0, "backup", copy), "copied to ");
	assert_has(STATION_SAY(demo, 0, "audit", "verify", copy), ": good");
	assert_has(STATION_SAY(demo, 0, "audit", "verify"), ": good");
	assert_has(STATION_SAY(demo, 0, "audit", "verify", "--json"), "{\"good\":true,");
	assert_has(STATION_SAY(demo, 1, "backup", copy), "exists");
}

/* The server and `check` judge by the same characters, whatever the server's locale. */
static void the_server_finds_nothing_wrong_on_its_screens(void **state)
{
	(void)state;
	char *log = test_read_file(file_of("log/server.log"));
	char *first = strstr(log, "station demo-waterworks at");
	assert_non_null(first);
	*first = '\0';
	if (strstr(log, "screens/"))
		fail_msg("%s", log);
	free(log);
}

static void explain_tells_how_a_value_came_about(void **state)
{
	(void)state;
	const char *said = STATION_SAY(demo, 0, "explain", "intake.temperature");
	assert_has(said, "input 11, read with function 4");
	assert_has(said, "int16");
	assert_has(said, "raw * 0.1 + 0");
	assert_has(said, "good");
	said = STATION_SAY(demo, 0, "explain", "dosing.residual");
	assert_has(said, "works/dosing/residual");
	assert_has(said, "json:/value");
	assert_has(said, "{\"value\": ");
	said = STATION_SAY(demo, 0, "explain", "intake.power");
	assert_has(said, "expression: intake.p101.power + intake.p102.power");
	assert_has(said, "intake.p101.power = ");
}

static void where_names_every_use_of_a_tag(void **state)
{
	(void)state;
	const char *said = STATION_SAY(demo, 0, "where", "intake.t101.level");
	assert_has(said, "config/tags/intake.cfg:");
	assert_has(said, "address = input:0:float32");
	assert_has(said, "intake.t101.volume");
	assert_has(said, "intake.t101.level.hihi");
	assert_has(said, "screens/intake.cfg:");
	assert_has(STATION_SAY(demo, 0, "where", "intake.p101.auto"),
		   "permissive  intake.p101.speed_sp");
	assert_has(STATION_SAY(demo, 1, "where", "intake.t101.levle"),
		   "there is no tag named \"intake.t101.levle\"");
}

static void rows_of_a_csv_file_live_like_other_tags(void **state)
{
	(void)state;
	test_write_file(file_of("config/bulk.csv"),
			"name,device,address,unit,expression\n"
			"bulk.level,plc1,input:0:float32,m,\n"
			"bulk.twice,,,m,bulk.level * 2\n");
	char *old = edit("config/sightglass.cfg", "tags    = \"tags\";",
			 "tags    = \"tags\"; tags_csv = ( \"bulk.csv\" );");
	assert_has(STATION_SAY(demo, 0, "reload"), "applied: 2 differences");
	DEMO_UNTIL(demo, "\"good\"", SOON_MS, "get", "--json", "bulk.twice");
	const char *said = STATION_SAY(demo, 0, "where", "bulk.level");
	assert_has(said, "config/bulk.csv:2");
	assert_has(said, "address = input:0:float32");
	assert_has(said, "bulk.twice");
	assert_has(STATION_SAY(demo, 0, "explain", "bulk.twice"),
		   "expression: bulk.level * 2");
	/* a broken row changes nothing, and is named */
	test_write_file(file_of("config/bulk.csv"),
			"name,device,address\nbulk.level,plc9,input:0:float32\n");
	said = STATION_SAY(demo, 1, "reload");
	assert_has(said, "config/bulk.csv:2:12: error: tag \"bulk.level\" names the "
			 "unknown device \"plc9\"");
	assert_has(STATION_SAY(demo, 0, "get", "bulk.level"), "m  good");
	put_back("config/sightglass.cfg", old);
	assert_has(STATION_SAY(demo, 0, "reload"), "applied: 2 differences");
	assert_has(STATION_SAY(demo, 1, "get", "bulk.level"), "there is no tag named");
}

static void status_and_tags_speak_json(void **state)
{
	(void)state;
	const char *said = STATION_SAY(demo, 0, "status", "--json");
	assert_has(said, "{\"name\":\"recording\",\"value\":\"yes\"}");
	assert_has(said, "{\"name\":\"device plc1\",\"value\":\"connected");
	said = STATION_SAY(demo, 0, "tags", "intake.p101.speed_sp", "--json");
	assert_has(said, "\"tag\":\"intake.p101.speed_sp\",\"type\":\"double\"");
	assert_has(said, "\"write\":\"writable\"");
	said = STATION_SAY(demo, 0, "get", "--json", "intake.flow");
	assert_has(said, "{\"tag\":\"intake.flow\",\"value\":");
	assert_has(said, "\"unit\":\"m3/h\",\"quality\":\"good\",\"reason\":\"\","
			 "\"flags\":[],\"source_time\":");
}

static void exit_codes_tell_misuse_and_absence_apart(void **state)
{
	static struct demo nowhere;
	static char out[4096];

	(void)state;
	assert_has(STATION_SAY(demo, 2, "frobnicate"), "there is no command");
	assert_has(STATION_SAY(demo, 2, "get"), "usage: sightglass get");
	assert_has(STATION_SAY(demo, 2, "set", "intake.p101.speed_sp", "--yes"),
		   "usage: sightglass set");
	assert_has(STATION_SAY(demo, 1, "get", "no.such.tag"), "there is no tag named");
	nowhere = *demo;
	snprintf(nowhere.socket, sizeof(nowhere.socket), "%s/nobody.sock", demo->dir);
	assert_int_equal(DEMO_RUN(&nowhere, out, "get", "intake.flow"), 3);
	assert_has(out, nowhere.socket);
	assert_has(out, "sightglassd");
}

/* --- one server, and its end -------------------------------------------------------- */
static void PR_16_a_second_server_is_refused(void **state)
{
	(void)state;
	expect_refused("state", "run/other.sock", "runs on the state folder");
	expect_refused("other-state", "run/station.sock", "another server uses");
}

static void PR_17_a_socket_left_behind_is_healed(void **state)
{
	static char out[STATION_OUT];
	struct server v;

	(void)state;
	start_server(&v, "state-2", "run-2/station.sock");
	DEMO_UNTIL(&v.as, "  start  ", SOON_MS, "audit", "list");
	kill(v.pid, SIGKILL);
	assert_int_equal(server_await_end(v.pid, SOON_MS, v.out), 128 + SIGKILL);
	assert_int_equal(access(v.as.socket, F_OK), 0);
	start_server(&v, "state-2", "run-2/station.sock");
	DEMO_UNTIL(&v.as, "\"good\"", SOON_MS, "get", "--json", "intake.flow");
	assert_int_equal(DEMO_RUN(&v.as, out, "audit", "list", "--count", "10000"), 0);
	assert_int_equal(station_count(out, "  start  "), 2);
	kill(v.pid, SIGTERM);
	assert_int_equal(server_await_end(v.pid, STOP_MS, v.out), 0);
	assert_int_equal(access(v.as.socket, F_OK), -1);
	assert_int_equal(errno, ENOENT);
}

static void SIGTERM_stops_at_once_and_is_on_record(void **state)
{
	static char out[STATION_OUT];
	struct server v;

	(void)state;
	start_server(&v, "state-3", "run-3/station.sock");
	DEMO_UNTIL(&v.as, "\"good\"", SOON_MS, "get", "--json", "intake.flow");
	kill(v.pid, SIGTERM);
	assert_int_equal(server_await_end(v.pid, STOP_MS, v.out), 0);
	char *said = test_read_file(v.out);
	assert_has(said, "stopping on Terminated");
	assert_has(said, "stopped");
	free(said);
	start_server(&v, "state-3", "run-3/station.sock");
	DEMO_UNTIL(&v.as, "connected", SOON_MS, "status");
	assert_int_equal(DEMO_RUN(&v.as, out, "audit", "list", "--count", "10000"), 0);
	assert_int_equal(station_count(out, "  stop  "), 1);
	assert_int_equal(DEMO_RUN(&v.as, out, "audit", "verify"), 0);
	kill(v.pid, SIGTERM);
	assert_int_equal(server_await_end(v.pid, STOP_MS, v.out), 0);
	assert_int_equal(
		DEMO_RUN(demo, out, "audit", "verify", file_of("state-3/station.db")), 0);
	assert_has(out, ": good");
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(a_dry_run_shows_the_difference_and_changes_nothing),
	cmocka_unit_test(a_reload_applies_and_disturbs_nothing_else),
	cmocka_unit_test(CF_07_a_broken_file_changes_nothing),
	cmocka_unit_test(SIGHUP_reloads),
	cmocka_unit_test(a_saved_screen_reaches_every_console),
	cmocka_unit_test(a_broken_screen_keeps_its_older_version),
	cmocka_unit_test(CF_12_a_file_that_everybody_may_change_is_not_obeyed),
	cmocka_unit_test(CF_12_a_screen_that_everybody_may_change_is_not_shown),
	cmocka_unit_test(a_backup_verifies_as_the_server_does),
	cmocka_unit_test(the_server_finds_nothing_wrong_on_its_screens),
	cmocka_unit_test(explain_tells_how_a_value_came_about),
	cmocka_unit_test(where_names_every_use_of_a_tag),
	cmocka_unit_test(rows_of_a_csv_file_live_like_other_tags),
	cmocka_unit_test(status_and_tags_speak_json),
	cmocka_unit_test(exit_codes_tell_misuse_and_absence_apart),
	cmocka_unit_test(PR_16_a_second_server_is_refused),
	cmocka_unit_test(PR_17_a_socket_left_behind_is_healed),
	cmocka_unit_test(SIGTERM_stops_at_once_and_is_on_record),
};

int main(void)
{
	/* records and temporary folders of this test must not mix with a person's */
	setenv("XDG_RUNTIME_DIR", test_tmpdir(), 1);
	setenv("LC_ALL", "C", 1); /* as a service may find it */
	setenv("TMPDIR", getenv("XDG_RUNTIME_DIR"), 1);
	return cmocka_run_group_tests(tests, station_open, station_close);
}
