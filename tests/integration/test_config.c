/*
 * test_config.c - the configuration under control: which files run, what differs on
 * disk, and that a server told to asks for an engineer's signature (CF-11); and that the
 * record of it can be searched.
 */
#include "support/test.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "own_station.h"
#include "util/clock.h"

enum { SOON_MS = 20000, OUT = 1 << 18 };

static struct own_station own;
static char out[OUT], keys[300], secret[300], keys_option[340], config[300];

static void says(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("\"%s\" is not in: %s", part, text);
}

static size_t lines_of(const char *text, const char *part)
{
	size_t n = 0;

	for (; (text = strstr(text, part)); text += strlen(part))
		n++;
	return n;
}

/* --- a station with a screen, and a key --------------------------------------------- */

#define SCREEN(text)                                                                     \
	"screen = { id = \"one\"; title = \"One\"; level = 1; size = [ 20, 2 ]; "        \
	"picture = "                                                                     \
	"\"\n" text "\n\"; };\n"

static void write_tag(const char *expression)
{
	char text[200];

	snprintf(text, sizeof(text),
		 "tags = ( { name = \"a.sum\"; expression = \"%s\"; } );\n", expression);
	own_station_put(&own, "tags.cfg", text);
}

static void make_station(void)
{
	char path[400];

	own_station_make(&own);
	snprintf(path, sizeof(path), "%s/screens", own.dir);
	assert_int_equal(mkdir(path, 0755), 0);
	own_station_put(&own, "screens/one.cfg", SCREEN("first"));
	own_station_put(&own, "sightglass.cfg",
			"station = { name = \"own\"; }; devices = \"devices.cfg\"; tags "
			"= \"tags.cfg\"; access = \"access.cfg\"; alarms = "
			"\"alarms.cfg\"; screens = \"screens\"; screens_reload = "
			"\"save\";\n");
	write_tag("1 + 1");
	snprintf(config, sizeof(config), "%s/sightglass.cfg", own.dir);
}

static void make_key(const char *name, char *path, size_t size)
{
	snprintf(path, size, "%s/%s.key", own.dir, name);
	assert_int_equal(DEMO_RUN(&own.as, out, "config", "keygen", path, "--name", name),
			 0);
}

static void make_signed_station(void)
{
	make_station();
	make_key("anna", secret, sizeof(secret));
	snprintf(keys, sizeof(keys), "%s/keys", own.dir);
	test_write_file(keys, out);
	assert_int_equal(chmod(keys, 0644), 0);
	snprintf(keys_option, sizeof(keys_option), "--config-keys=%s", keys);
	own.keys = keys_option;
}

static void sign_with(const char *key)
{
	assert_int_equal(DEMO_RUN(&own.as, out, "config", "sign", config, "--key", key),
			 0);
}

static void start(const char *more)
{
	own_station_start(&own, more);
	DEMO_UNTIL(&own.as, "own", SOON_MS, "status");
}

static void must_not_start(const char *because)
{
	own_station_start(&own, NULL);
	assert_int_equal(own_station_await_end(&own, SOON_MS), 1);
	char *log = own_station_log(&own);
	says(log, because);
	says(log, "not signed");
	free(log);
	unlink(own.log);
}

static int leave(void **state)
{
	(void)state;
	if (own.pid)
		own_station_stop(&own);
	return 0;
}

/* --- what runs and what lies there ------------------------------------------------- */

static void CF_11_a_difference_on_disk_is_named_file_by_file(void **state)
{
	(void)state;
	make_station();
	start(NULL);
	assert_int_equal(DEMO_RUN(&own.as, out, "config", "diff", config), 0);
	says(out, "no difference");
	/* without a name: what the server runs from, wherever one stands */
	assert_int_equal(DEMO_RUN(&own.as, out, "config", "diff"), 0);
	says(out, config);
	says(out, "no difference");
	write_tag("2 + 2");
	own_station_put(&own, "alarms.cfg", "alarms = ( );\n");
	assert_int_equal(DEMO_RUN(&own.as, out, "config", "diff", config), 1);
	says(out, "~ tags.cfg");
	says(out, "~ alarms.cfg");
	says(out, "a.sum"); /* and what it means */
	assert_null(strstr(out, "access.cfg"));
	assert_int_equal(DEMO_RUN(&own.as, out, "reload"), 0);
	assert_int_equal(DEMO_RUN(&own.as, out, "config", "diff", config), 0);
}

/* The manifest is another one after a save of a screen, and in the records from there. */
static void CF_11_every_record_names_the_files_that_ran(void **state)
{
	char before[80], line[160];

	(void)state;
	make_station();
	start(NULL);
	assert_int_equal(DEMO_RUN(&own.as, out, "config", "files"), 0);
	says(out, "screens/one.cfg");
	assert_int_equal(sscanf(strstr(out, "manifest "), "manifest %64[0-9a-f]", before),
			 1);
	assert_int_equal(DEMO_RUN(&own.as, out, "audit", "list", "--json"), 0);
	snprintf(line, sizeof(line), "\"manifest\":\"%.16s", before);
	says(out, line);
	own_station_put(&own, "screens/one.cfg", SCREEN("other"));
	DEMO_UNTIL(&own.as, "changed", SOON_MS, "audit", "list");
	assert_int_equal(DEMO_RUN(&own.as, out, "config", "files"), 0);
	assert_null(strstr(out, before));
}

/* --- signatures -------------------------------------------------------------------- */

static void CF_11_unsigned_and_changed_files_are_not_run(void **state)
{
	(void)state;
	make_signed_station();
	must_not_start("sightglass.cfg.signed");
	sign_with(secret);
	start(NULL);
	DEMO_UNTIL(&own.as, "version 1, signed by anna", SOON_MS, "status");
	write_tag("3 + 3");
	assert_int_equal(DEMO_RUN(&own.as, out, "reload"), 1);
	says(out, "tags.cfg was changed");
	assert_int_equal(DEMO_RUN(&own.as, out, "get", "a.sum"), 0);
	says(out, "2"); /* what was signed runs on */
	sign_with(secret);
	assert_int_equal(DEMO_RUN(&own.as, out, "reload"), 0);
	DEMO_UNTIL(&own.as, "version 2, signed by anna", SOON_MS, "status");
	DEMO_UNTIL(&own.as, "6", SOON_MS, "get", "a.sum");
}

/* Files that were good once are a replay: they hold what was mended since. */
static void CF_11_an_older_version_is_refused(void **state)
{
	char path[400];

	(void)state;
	make_signed_station();
	sign_with(secret);
	snprintf(path, sizeof(path), "%s.signed", config);
	char *old = test_read_file(path);
	write_tag("4 + 4");
	sign_with(secret);
	start(NULL);
	write_tag("1 + 1");
	test_write_file(path, old);
	assert_int_equal(DEMO_RUN(&own.as, out, "reload"), 1);
	says(out, "older than version 2");
	assert_int_equal(own_station_stop(&own), 0);
	must_not_start("older than version 2");
	own_station_put(&own, "state/config-version", "none\n");
	must_not_start("which version ran last");
	free(old);
}

static void CF_11_a_key_that_nobody_knows_vouches_for_nothing(void **state)
{
	char other[300];

	(void)state;
	make_signed_station();
	make_key("mallory", other, sizeof(other));
	sign_with(other);
	must_not_start("a key that");
}

/* The folders of a test are closed to others, and what is in them. */
static void open_folders(mode_t mode)
{
	char above[400], *slash;

	snprintf(above, sizeof(above), "%s", own.dir);
	assert_int_equal(chmod(above, mode), 0);
	slash = strrchr(above, '/');
	assert_non_null(slash);
	*slash = '\0';
	assert_int_equal(chmod(above, mode), 0);
}

/* Whoever may write it could put another one in its place. */
static void CF_12_what_others_may_write_vouches_for_nothing(void **state)
{
	char path[400];

	(void)state;
	make_signed_station();
	sign_with(secret);
	snprintf(path, sizeof(path), "%s.signed", config);
	open_folders(0755);
	assert_int_equal(chmod(path, 0666), 0);
	must_not_start("sightglass.cfg.signed\" (mode 0666)");
	assert_int_equal(chmod(path, 0644), 0);
	assert_int_equal(chmod(keys, 0666), 0);
	must_not_start("keys\" (mode 0666)");
	open_folders(0700);
}

static void CF_11_a_saved_screen_waits_for_its_signature(void **state)
{
	(void)state;
	make_signed_station();
	sign_with(secret);
	start(NULL);
	own_station_put(&own, "screens/one.cfg", SCREEN("evil"));
	DEMO_UNTIL(&own.as, "after it was signed", SOON_MS, "audit", "list");
	assert_int_equal(DEMO_RUN(&own.as, out, "render", "one", "--text"), 0);
	says(out, "first");
	sign_with(secret);
	assert_int_equal(DEMO_RUN(&own.as, out, "reload"), 0);
	assert_int_equal(DEMO_RUN(&own.as, out, "render", "one", "--text"), 0);
	says(out, "evil");
}

/* --- what the station has executed ------------------------------------------------- */

/* A program that says where it was, and an alarm that has it called. */
static void name_program(const char *name, double limit)
{
	char path[400], text[1200];

	snprintf(path, sizeof(path), "%s/%s.sh", own.dir, name);
	snprintf(text, sizeof(text), "#!/bin/sh\ncat >'%s/%s.called'\n", own.dir, name);
	test_write_file(path, text);
	assert_int_equal(chmod(path, 0700), 0);
	snprintf(text, sizeof(text),
		 "alarms = ( { name = \"a.%s\"; type = \"high\"; tag = \"a.sum\"; "
		 "limit = %.1f; priority = \"high\"; message = \"High\"; } );\n"
		 "notify = ( { name = \"page\"; command = ( \"%s\" ); } );\n",
		 name, limit, path);
	own_station_put(&own, "alarms.cfg", text);
}

static bool was_called(const char *name, int within_ms)
{
	struct mono deadline = mono_add_ms(clock_mono(), within_ms);
	char path[400];

	snprintf(path, sizeof(path), "%s/%s.called", own.dir, name);
	while (access(path, F_OK) != 0) {
		if (mono_reached(clock_mono(), deadline))
			return false;
		poll(NULL, 0, 20); /* between two looks */
	}
	return true;
}

static void CF_11_what_is_executed_is_what_was_signed(void **state)
{
	(void)state;
	make_signed_station();
	name_program("first", 1.0);
	sign_with(secret);
	start(NULL);
	assert_true(was_called("first", SOON_MS));
	name_program("second", 1.5);
	assert_int_equal(DEMO_RUN(&own.as, out, "reload"), 1);
	says(out, "alarms.cfg was changed");
	sign_with(secret);
	assert_int_equal(DEMO_RUN(&own.as, out, "reload"), 0);
	assert_true(was_called("second", SOON_MS)); /* by the alarm of the new files */
}

static void CF_11_by_policy_they_run_with_a_notice(void **state)
{
	(void)state;
	make_signed_station();
	start("--config-unsigned=warn");
	DEMO_UNTIL(&own.as, "these files are not signed", SOON_MS, "status");
	write_tag("5 + 5");
	assert_int_equal(DEMO_RUN(&own.as, out, "reload"), 0);
	DEMO_UNTIL(&own.as, "10", SOON_MS, "get", "a.sum");
}

static void CF_11_a_secret_key_overwrites_nothing_and_is_its_owners(void **state)
{
	struct stat st;

	(void)state;
	make_signed_station();
	assert_int_equal(stat(secret, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0400);
	assert_int_equal(
		DEMO_RUN(&own.as, out, "config", "keygen", secret, "--name", "anna"), 1);
	assert_int_equal(chmod(secret, 0644), 0);
	assert_int_equal(
		DEMO_RUN(&own.as, out, "config", "sign", config, "--key", secret), 1);
	says(out, secret);
}

/* --- the record, searched ---------------------------------------------------------- */

/* Records are on the disk a moment after what they tell of. */
static void record(size_t reloads)
{
	struct mono deadline = mono_add_ms(clock_mono(), SOON_MS);
	size_t n = 0;

	for (size_t i = 0; i < reloads; i++)
		assert_int_equal(DEMO_RUN(&own.as, out, "reload"), 0);
	while (n < reloads && !mono_reached(clock_mono(), deadline)) {
		DEMO_RUN(&own.as, out, "audit", "list", "--count", "100");
		n = lines_of(out, "applied");
	}
	assert_int_equal(n, reloads);
}

static void records_are_found_by_words_kind_and_person(void **state)
{
	(void)state;
	make_station();
	start(NULL);
	record(3);
	assert_int_equal(DEMO_RUN(&own.as, out, "audit", "search", "APPLIED", "--kind",
				  "reload", "--by", "eng", "--count", "2"),
			 0);
	assert_int_equal(lines_of(out, "applied"), 2);
	says(out, "there may be more");
	assert_int_equal(DEMO_RUN(&own.as, out, "audit", "search", "applied", "--from",
				  "8h", "--count", "0", "--json"),
			 0);
	assert_int_equal(lines_of(out, "\"kind\":\"reload\""), 3);
	assert_int_equal(DEMO_RUN(&own.as, out, "audit", "search", "--kind", "nonsense"),
			 2);
	says(out, "the kinds are start, stop");
}

static void an_export_holds_every_record_once(void **state)
{
	char row[32];

	(void)state;
	make_station();
	start(NULL);
	record(1);
	assert_int_equal(DEMO_RUN(&own.as, out, "audit", "export", "--csv"), 0);
	says(out, "seq,time,kind,actor");
	for (int seq = 1; seq <= 3; seq++) {
		snprintf(row, sizeof(row), "\n%d,20", seq);
		assert_int_equal(lines_of(out, row), 1);
	}
	assert_int_equal(DEMO_RUN(&own.as, out, "audit", "export"), 2);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_teardown(name, leave)
	const struct CMUnitTest tests[] = {
		TEST(CF_11_a_difference_on_disk_is_named_file_by_file),
		TEST(CF_11_every_record_names_the_files_that_ran),
		TEST(CF_11_unsigned_and_changed_files_are_not_run),
		TEST(CF_11_an_older_version_is_refused),
		TEST(CF_11_a_key_that_nobody_knows_vouches_for_nothing),
		TEST(CF_12_what_others_may_write_vouches_for_nothing),
		TEST(CF_11_a_saved_screen_waits_for_its_signature),
		TEST(CF_11_what_is_executed_is_what_was_signed),
		TEST(CF_11_by_policy_they_run_with_a_notice),
		TEST(CF_11_a_secret_key_overwrites_nothing_and_is_its_owners),
		TEST(records_are_found_by_words_kind_and_person),
		TEST(an_export_holds_every_record_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
