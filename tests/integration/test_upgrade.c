/* test_upgrade.c - a station.db that an older Sightglass wrote is opened by this one: it
 * becomes the newest schema, nothing in it is lost, and its record still proves. The
 * files of tests/integration/older were written by those versions themselves. */
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "integration/own_station.h"
#include "integration/script.h"
#include "store/schema.h"
#include "util/strbuf.h"
#include "util/xalloc.h"

enum { SOON_MS = 30000 };

static struct own_station own;
static char out[65536];

#define SAY(code, ...) assert_int_equal(DEMO_RUN(&own.as, out, __VA_ARGS__), code)

/* The lines run in the station's folder; what they print. Owned. */
static char *in_folder(const char *lines)
{
	char *text = xasprintf("cd '%s'\n%s", own.dir, lines), *said = script_run(text);

	free(text);
	return said;
}

static void put_older_file(int schema)
{
	char *lines = xasprintf("rm -f state/station.db*; mkdir -p -m 700 state\n"
				"sqlite3 state/station.db "
				"<\"$SIGHTGLASS_TOP\"/tests/integration/older/"
				"schema-%d.sql && chmod 600 state/station.db",
				schema);
	char *said = in_folder(lines);

	assert_string_equal(said, "");
	free(said);
	free(lines);
}

static void make_station(int schema)
{
	own_station_make(&own);
	own_station_put(&own, "tags.cfg",
			"tags = ( { name = \"tank.want\"; expression = \"3.0\"; type = "
			"\"double\"; unit = \"m\"; range = ( 0, 10 ); } );\n");
	own_station_put(&own, "alarms.cfg",
			"alarms = ( { tag = \"tank.want\"; name = \"tank.want.hi\"; "
			"type = \"high\"; limit = 2.0; priority = \"high\"; message = "
			"\"much is wanted\"; } );\n");
	put_older_file(schema);
	own_station_start(&own, "--verbose");
	DEMO_UNTIL(&own.as, "station  ", SOON_MS, "status");
}

static int teardown(void **state)
{
	(void)state;
	return own.pid > 0 ? own_station_stop(&own) : 0;
}

/* The record of then and of now, in one chain; what stood still stands. */
static void check_upgraded(void)
{
	SAY(0, "audit", "verify");
	assert_has(out, "good");
	SAY(0, "audit", "list", "--count", "100");
	assert_has(out, "reason: the sensor is out");
	assert_has(out, "left on over the upgrade");
	assert_has(out, "acknowledged  occurrence 1");
	SAY(0, "journal", "--from", "2026-11-01");
	assert_has(out, "much is wanted");
	assert_has(out, "acknowledged    tank.want.hi");
	DEMO_UNTIL(&own.as, "\"value\":8", SOON_MS, "get", "tank.want", "--json");
	SAY(0, "overrides");
	assert_has(out, "left on over the upgrade");
}

static void check_file(void)
{
	char *want = xasprintf("%d\n", SCHEMA_VERSION);
	char *said = in_folder("sqlite3 state/station.db 'PRAGMA user_version'");

	assert_string_equal(said, want);
	free(said);
	free(want);
	said = in_folder("sightglass audit verify state/station.db && echo proved");
	assert_has(said, ": good\n");
	assert_has(said, "\nproved\n");
	free(said);
}

static void ST_17_a_station_of_schema_3_goes_on_where_it_was(void **state)
{
	(void)state;
	make_station(3);
	check_upgraded();
	assert_int_equal(own_station_stop(&own), 0);
	check_file();
	own_station_start(&own, NULL); /* and once more, as any other */
	DEMO_UNTIL(&own.as, "station  ", SOON_MS, "status");
	check_upgraded();
}

/* With the password typed; what is said. Owned. */
static char *sign_in_olga(const char *password)
{
	char *lines = xasprintf("export SIGHTGLASS_SOCKET='%s'\n"
				"printf '%%s\\n\\n' %s | sightglass --as olga people",
				own.as.socket, password);
	char *said = in_folder(lines);

	free(lines);
	return said;
}

/* Her first password was an administrator's: it lets her in to choose another one. */
static void ST_17_accounts_of_schema_4_sign_in_with_their_passwords(void **state)
{
	char *said;

	(void)state;
	make_station(4);
	check_upgraded();
	said = sign_in_olga("horse-battery-staple");
	assert_has(said, "a new password has to be chosen first");
	free(said);
	said = sign_in_olga("horse-battery-stable");
	assert_null(strstr(said, "a new password has to be chosen first"));
	assert_has(said, "name, password or code is wrong");
	free(said);
	assert_int_equal(own_station_stop(&own), 0);
	check_file();
}

/* The way back and forth again: the copy from before the upgrade is put in the place of
 * the file. It lacks what was recorded since, and that is told. */
static void ST_18_the_copy_from_before_the_upgrade_has_to_be_accepted(void **state)
{
	(void)state;
	make_station(4);
	check_upgraded();
	assert_int_equal(own_station_stop(&own), 0);
	put_older_file(4);
	own_station_start(&own, NULL);
	DEMO_UNTIL(&own.as, "station  ", SOON_MS, "status");
	SAY(1, "substitute", "tank.want", "5", "--reason", "too early");
	assert_has(out, "its end was cut off, or an older copy was put in its place");
	SAY(0, "audit", "accept", "--reason", "the copy of before the upgrade");
	SAY(0, "substitute", "tank.want", "8", "--reason", "in order again");
	SAY(0, "audit", "list", "--count", "100");
	assert_has(out, "left on over the upgrade");
	assert_has(out, "the copy of before the upgrade");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(
			ST_17_a_station_of_schema_3_goes_on_where_it_was, teardown),
		cmocka_unit_test_teardown(
			ST_17_accounts_of_schema_4_sign_in_with_their_passwords,
			teardown),
		cmocka_unit_test_teardown(
			ST_18_the_copy_from_before_the_upgrade_has_to_be_accepted,
			teardown),
	};

	return cmocka_run_group_tests_name("upgrade", tests, NULL, NULL);
}
