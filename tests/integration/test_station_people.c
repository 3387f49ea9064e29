/*
 * test_station_people.c - what people do to the whole station: writes through every step
 * of the gate with the simulated plant as witness, refusals with their reasons, two
 * consoles with one alarm, and a user nobody listed.
 */
#include "support/test.h"

#include <fcntl.h>
#include <grp.h>
#include <jansson.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "station_client.h"
#include "station_rig.h"

enum { SOON_MS = 10000, AT_ONCE_MS = 1000, NOBODY = 65534 };

static char user[64]; /* who runs this test, as the server names them */

static int open_demo(void **state)
{
	const struct passwd *pw = getpwuid(getuid());

	snprintf(user, sizeof(user), "%s", pw ? pw->pw_name : "");
	station_open(state);
	DEMO_UNTIL(demo, "\"good\"", SOON_MS, "get", "--json", "intake.p101.speed_sp");
	return 0;
}

/* Runs any program; its output in static storage. uid 0: as we are. */
static const char *run_as(unsigned uid, int *code, char *const argv[])
{
	static char out[STATION_OUT];
	int fds[2], status;
	size_t n = 0;
	ssize_t got;

	if (pipe2(fds, O_CLOEXEC) < 0)
		fail();
	pid_t pid = fork();
	if (pid == 0) {
		dup2(fds[1], STDOUT_FILENO);
		dup2(fds[1], STDERR_FILENO);
		if (uid && (setgroups(0, NULL) < 0 || setgid(uid) < 0 || setuid(uid) < 0))
			_exit(126);
		execvp(argv[0], argv);
		_exit(127);
	}
	close(fds[1]);
	while ((got = read(fds[0], out + n, sizeof(out) - 1 - n)) > 0)
		n += (size_t)got;
	out[n] = '\0';
	close(fds[0]);
	waitpid(pid, &status, 0);
	*code = WIFEXITED(status) ? WEXITSTATUS(status) : 128;
	return out;
}

/* The holding registers of plc1 as an independent program reads them. */
static double holding_of_plc1(const char *address)
{
	char path[512], port[16];
	int code;

	snprintf(path, sizeof(path), "%s/config/devices.cfg", demo->dir);
	char *text = test_read_file(path);
	const char *at = strstr(text, "127.0.0.1:");
	assert_non_null(at);
	snprintf(port, sizeof(port), "%.*s", (int)strspn(at + 10, "0123456789"), at + 10);
	free(text);
	const char *said = run_as(
		0, &code,
		(char *[]){ (char[]){ "mbpoll" }, (char[]){ "-0" }, (char[]){ "-1" },
			    (char[]){ "-q" }, (char[]){ "-m" }, (char[]){ "tcp" },
			    (char[]){ "-p" }, port, (char[]){ "-a" }, (char[]){ "1" },
			    (char[]){ "-B" }, (char[]){ "-t" }, (char[]){ "4:float" },
			    (char[]){ "-r" }, (char *)(uintptr_t)address,
			    (char[]){ "127.0.0.1" }, NULL });
	const char *value = strstr(said, "]:");
	if (code != 0 || !value)
		fail_msg("mbpoll: %s", said);
	return strtod(value + 2, NULL);
}

/* The newest audit record of the kind about the subject, as a JSON line. */
static const char *newest_record(const char *kind, const char *subject)
{
	static char line[4096];
	char kind_key[64], subject_key[128];
	char *text = strdup(
		STATION_SAY(demo, 0, "audit", "list", "--json", "--count", "1000"));
	char *rest = text, *one;

	snprintf(kind_key, sizeof(kind_key), "\"kind\":\"%s\"", kind);
	snprintf(subject_key, sizeof(subject_key), "\"subject\":\"%s\"", subject);
	line[0] = '\0';
	while (!line[0] && (one = strsep(&rest, "\n")) != NULL)
		if (strstr(one, kind_key) && strstr(one, subject_key))
			snprintf(line, sizeof(line), "%s", one);
	free(text);
	if (!line[0])
		fail_msg("no \"%s\" of %s in the audit", kind, subject);
	return line;
}

static void expect_record(const char *kind, const char *subject, const char *words)
{
	char actor[96];
	const char *line = newest_record(kind, subject);

	snprintf(actor, sizeof(actor), "\"actor\":\"%s\"", user);
	assert_has(line, actor);
	assert_has(line, words);
}

/* --- writes ------------------------------------------------------------------------- */
static void a_written_setpoint_changes_the_pump_and_is_on_record(void **state)
{
	static const char tag[] = "intake.p101.speed_sp";
	int64_t end = station_ms() + SOON_MS;

	(void)state;
	const char *said = STATION_SAY(demo, 0, "set", tag, "62.5", "--yes", "--reason",
				       "less water");
	assert_has(said, "intake.p101.speed_sp: 70.0 \xe2\x86\x92 62.5 %, limits 0 to "
			 "100, on plc1");
	assert_has(said, "recording the intent");
	assert_has(said, "plc1 accepted 62.5 %; the device shows 62.5 %");
	/* now: each look at the pump is on record, too, and the list has an end */
	expect_record("select", tag, "\"new\":\"62.5\"");
	expect_record("intent", tag, "\"reason\":\"less water\"");
	expect_record("outcome", tag, "\"result\":\"accepted\"");
	expect_record("read-back", tag, "\"result\":\"match\"");
	assert_has(newest_record("read-back", tag), "\"old\":\"70\"");
	assert_double(holding_of_plc1("120"), 62.5, 1e-6);
	assert_double(station_plant(demo, tag), 62.5, 1e-6);
	while (demo_number(demo, "intake.p101.speed") > 63.0) {
		if (station_ms() > end)
			fail_msg("the pump does not follow");
		station_pause();
	}
	assert_double(demo_number(demo, "intake.p101.speed"), 62.5, 0.6);
}

static void WR_10_a_value_beyond_its_limits_is_refused_with_the_limits(void **state)
{
	static const char tag[] = "intake.p101.speed_sp";
	static const char sentence[] =
		"150 % is above the limit of 100 %: intake.p101.speed_sp takes 0 to "
		"100 %";

	(void)state;
	assert_has(STATION_SAY(demo, 1, "set", tag, "150", "--yes"), sentence);
	expect_record("refused", tag, sentence);
	assert_has(STATION_SAY(demo, 1, "set", tag, "-0.5", "--yes"),
		   "below the limit of 0 %");
	assert_double(station_plant(demo, tag), 62.5, 1e-6);
}

static void WR_10_a_step_that_is_too_large_is_refused(void **state)
{
	(void)state;
	assert_has(STATION_SAY(demo, 1, "set", "intake.v101.position_sp", "10", "--yes"),
		   "a step of 70 % is more than the allowed 25 %: now 80 %");
	expect_record("refused", "intake.v101.position_sp", "a step of 70 %");
}

static void WR_11_a_number_with_two_readings_is_refused(void **state)
{
	static const char *const odd[] = { "1e1", "6,5", "nan", "0x10", "007", "" };

	(void)state;
	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++)
		assert_has(STATION_SAY(demo, 1, "set", "intake.p101.speed_sp", odd[i],
				       "--yes"),
			   "is not accepted");
}

static void a_tag_without_a_write_group_is_refused(void **state)
{
	static const char sentence[] =
		"intake.flow cannot be written: its definition has no write group";

	(void)state;
	assert_has(STATION_SAY(demo, 1, "set", "intake.flow", "3", "--yes"), sentence);
	expect_record("refused", "intake.flow", sentence);
}

static void a_false_permissive_is_shown_with_its_operands(void **state)
{
	static const char sentence[] =
		"not permitted: intake.p101.auto must be true and good; now "
		"intake.p101.auto = false (good)";
	static const char other[] = "intake.p101.auto = true (good), intake.p101.trip = "
				    "false (good)";

	(void)state;
	assert_has(STATION_SAY(demo, 1, "set", "intake.p101.run_cmd", "false", "--yes"),
		   other);
	expect_record("refused", "intake.p101.run_cmd", other);
	station_fault(demo, "set", "intake.p101.auto_cmd",
		      "0"); /* by hand, at the plant */
	DEMO_UNTIL(demo, "\"value\":false", SOON_MS, "get", "--json", "intake.p101.auto");
	assert_has(STATION_SAY(demo, 1, "set", "intake.p101.speed_sp", "40", "--yes"),
		   sentence);
	expect_record("refused", "intake.p101.speed_sp", sentence);
	assert_double(holding_of_plc1("120"), 62.5, 1e-6);
	STATION_SAY(demo, 0, "set", "intake.p101.auto_cmd", "true", "--yes");
	DEMO_UNTIL(demo, "\"value\":true", SOON_MS, "get", "--json", "intake.p101.auto");
}

static void MQ_20_a_published_command_is_unknown_until_the_value_follows(void **state)
{
	static const char tag[] = "dosing.cl2_sp";

	(void)state;
	const char *said = STATION_SAY(demo, 0, "set", tag, "0.95", "--yes",
				       "--emergency", "--reason", "one person at night");
	assert_has(said, "unknown: published; the device has not confirmed");
	assert_has(said, "the device shows 0.95 mg/L");
	assert_double(station_plant(demo, tag), 0.95, 1e-6);
	expect_record("outcome", tag, "\"result\":\"unknown\"");
	expect_record("read-back", tag, "\"result\":\"match\"");
	assert_has(STATION_SAY(demo, 0, "in-doubt"), "0 writes in doubt");
}

static void without_a_terminal_set_wants_yes(void **state)
{
	(void)state;
	assert_has(STATION_SAY(demo, 2, "set", "intake.p101.speed_sp", "60"),
		   "give --yes");
	assert_double(station_plant(demo, "intake.p101.speed_sp"), 62.5, 1e-6);
}

/* --- alarms on two consoles --------------------------------------------------------- */
static void an_acknowledgement_shows_on_a_second_console_at_once(void **state)
{
	static struct station_client a, b;

	(void)state;
	station_client_open(&a, demo->socket, "intake.p102.trip");
	station_client_open(&b, demo->socket, "intake.p102.trip");
	station_fault(demo, "trip", "P102", NULL);
	station_client_until(&a, station_client_unacked, SOON_MS, "the alarm");
	station_client_until(&b, station_client_unacked, SOON_MS, "the alarm");
	station_client_ack(&a);
	station_client_until(&b, station_client_acked, AT_ONCE_MS,
			     "the acknowledgement on the second console");
	assert_string_equal(b.row.acked_by, user);
	station_client_until(&a, station_client_answered, AT_ONCE_MS, "the answer");
	assert_int_equal(a.reply.status, WIRE_OK);
	expect_record("acknowledge", "intake.p102.trip", "\"result\":\"acknowledged\"");
	station_client_close(&a);
	station_client_close(&b);
}

static void AL_03_of_two_acknowledgements_one_wins_and_one_is_told_who(void **state)
{
	static struct station_client a, b;
	char told[160];

	(void)state;
	station_client_open(&a, demo->socket, "network.p401.trip");
	station_client_open(&b, demo->socket, "network.p401.trip");
	station_fault(demo, "trip", "P401", NULL);
	station_client_until(&a, station_client_unacked, SOON_MS, "the alarm");
	station_client_until(&b, station_client_unacked, SOON_MS, "the alarm");
	station_client_ack(&a); /* nobody reads between the two */
	station_client_ack(&b);
	station_client_until(&a, station_client_answered, AT_ONCE_MS, "an answer");
	station_client_until(&b, station_client_answered, AT_ONCE_MS, "an answer");
	assert_true((a.reply.status == WIRE_OK) != (b.reply.status == WIRE_OK));
	const struct wire_reply *lost = a.reply.status == WIRE_OK ? &b.reply : &a.reply;
	snprintf(told, sizeof(told), "%s ", user);
	assert_has(lost->text, told);
	assert_has(lost->text, "acknowledge");
	char *all = strdup(STATION_SAY(demo, 0, "audit", "list", "--json"));
	size_t rows = 0;
	for (char *rest = all, *one; (one = strsep(&rest, "\n")) != NULL;)
		rows += strstr(one, "\"kind\":\"acknowledge\"") &&
			strstr(one, "\"subject\":\"network.p401.trip\"");
	free(all);
	assert_int_equal(rows, 1);
	station_client_close(&a);
	station_client_close(&b);
}

/* --- who is not listed -------------------------------------------------------------- */
static const char *nobody_says(int want, const char *a, const char *b, const char *c)
{
	char program[4096];
	int code;

	snprintf(program, sizeof(program), "%s", test_program("sightglass"));
	const char *said = run_as(NOBODY, &code,
				  (char *[]){ program, (char[]){ "--socket" },
					      demo->socket, (char *)(uintptr_t)a,
					      (char *)(uintptr_t)b, (char *)(uintptr_t)c,
					      c ? (char[]){ "--yes" } : NULL, NULL });
	if (code == 127 || code == 126)
		return NULL; /* the build lies where another user cannot reach it */
	if (code != want)
		fail_msg("`%s` as nobody ends with %d: %s", a, code, said);
	return said;
}

static void open_the_folders(void)
{
	char path[600];

	snprintf(path, sizeof(path), "%s", demo->socket);
	assert_int_equal(chmod(path, 0666), 0);
	for (int up = 0; up < 3; up++) {
		*strrchr(path, '/') = '\0';
		assert_int_equal(chmod(path, 0711), 0);
	}
}

static void SEC_01_an_unlisted_user_may_look_and_nothing_else(void **state)
{
	static const char sentence[] =
		"nobody may look only: no operator with that Unix user is configured";

	(void)state;
	if (getuid() != 0)
		skip();
	open_the_folders();
	const char *said = nobody_says(0, "get", "intake.flow", NULL);
	if (!said)
		skip();
	assert_has(said, "m3/h  good");
	/* WR-24 */
	assert_has(nobody_says(1, "set", "intake.p101.speed_sp", "40"), sentence);
	const char *line = newest_record("refused", "intake.p101.speed_sp");
	assert_has(line, "\"actor\":\"nobody\"");
	assert_has(line, sentence);
	/* AL-15: reset and trip again make an occurrence to acknowledge */
	station_fault(demo, "trip", "P403", NULL);
	DEMO_UNTIL(demo, "network.p403.trip", SOON_MS, "alarms");
	assert_has(nobody_says(1, "ack", "network.p403.trip", NULL), sentence);
	assert_has(station_line(STATION_SAY(demo, 0, "alarms", "--json"), "p403.trip"),
		   "\"state\":\"unacknowledged\"");
	assert_has(STATION_SAY(demo, 0, "audit", "list", "--json", "--count", "8"),
		   "\"kind\":\"refused\",\"actor\":\"nobody\"");
	assert_has(nobody_says(1, "reload", NULL, NULL), sentence);
	assert_has(nobody_says(1, "audit", "list", NULL), sentence);
	assert_double(station_plant(demo, "intake.p101.speed_sp"), 62.5, 1e-6);
}

/* More than a buffer of rows and a sentence in one file: no row is cut in two. */
static void rows_stay_whole_where_the_sentence_goes_to_the_same_file(void **state)
{
	size_t rows = 0, said = 0;

	(void)state;
	char *text = strdup(STATION_SAY(demo, 0, "tags", "--json"));
	char *rest = text, *line;
	assert_true(strlen(text) > 2 * 4096);
	while ((line = strsep(&rest, "\n")) != NULL && *line) {
		json_t *row = json_loads(line, JSON_REJECT_DUPLICATES, NULL);
		if (!row && strspn(line, "0123456789") == 0)
			fail_msg("half a row: %s", line);
		rows += row != NULL;
		said += row == NULL;
		if (!row)
			assert_int_equal(strtoul(line, NULL, 10), rows);
		json_decref(row);
	}
	assert_int_equal(said, 1);
	free(text);
	const char *wrong = STATION_SAY(demo, 1, "get", "intake.flow", "intake.nothing");
	assert_true(strncmp(wrong, "intake.flow  ", 13) == 0);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(rows_stay_whole_where_the_sentence_goes_to_the_same_file),
	cmocka_unit_test(a_written_setpoint_changes_the_pump_and_is_on_record),
	cmocka_unit_test(WR_10_a_value_beyond_its_limits_is_refused_with_the_limits),
	cmocka_unit_test(WR_10_a_step_that_is_too_large_is_refused),
	cmocka_unit_test(WR_11_a_number_with_two_readings_is_refused),
	cmocka_unit_test(a_tag_without_a_write_group_is_refused),
	cmocka_unit_test(a_false_permissive_is_shown_with_its_operands),
	cmocka_unit_test(MQ_20_a_published_command_is_unknown_until_the_value_follows),
	cmocka_unit_test(without_a_terminal_set_wants_yes),
	cmocka_unit_test(an_acknowledgement_shows_on_a_second_console_at_once),
	cmocka_unit_test(AL_03_of_two_acknowledgements_one_wins_and_one_is_told_who),
	cmocka_unit_test(SEC_01_an_unlisted_user_may_look_and_nothing_else),
};

int main(void)
{
	/* records and temporary folders of this test must not mix with a person's */
	setenv("XDG_RUNTIME_DIR", test_tmpdir(), 1);
	setenv("TMPDIR", getenv("XDG_RUNTIME_DIR"), 1);
	return cmocka_run_group_tests(tests, open_demo, station_close);
}
