/* test_record_seal.c - the record nobody can bend, with the real server, a real broker
 * and the real command line: keys, anchors, what a start does not believe, and bundles.
 */
#include "support/test.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "audit/hash.h"
#include "audit/seal.h"
#include "integration/own_station.h"
#include "support/broker.h"
#include "support/memory_scan.h"
#include "util/clock.h"
#include "util/xalloc.h"

enum { SOON_MS = 20000, OUT = 1 << 18 };

static struct own_station own;
static struct broker broker;
static char out[OUT];

#define SAY(code, ...) assert_int_equal(DEMO_RUN(&own.as, out, __VA_ARGS__), code)

static void station_with(const char *audit)
{
	char text[900];

	own_station_make(&own);
	snprintf(text, sizeof(text),
		 "station = { name = \"own\"; }; devices = \"devices.cfg\"; tags = "
		 "\"tags.cfg\"; access = \"access.cfg\"; alarms = \"alarms.cfg\";\n"
		 "audit = { checkpoint_s = 1; %s };\n",
		 audit);
	own_station_put(&own, "sightglass.cfg", text);
	own_station_put(&own, "tags.cfg",
			"tags = ( { name = \"a.sum\"; expression = \"1 + 1\"; } );\n");
}

static void begin(void)
{
	own_station_start(&own, NULL);
	DEMO_UNTIL(&own.as, "station  ", SOON_MS, "status");
}

static char *in_station(const char *name)
{
	return xasprintf("%s/%s", own.dir, name);
}

static void copy_file(const char *from, const char *to)
{
	char block[65536];
	ssize_t n;
	int in = open(from, O_RDONLY | O_CLOEXEC);
	int fd = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(in >= 0 && fd >= 0);
	while ((n = read(in, block, sizeof(block))) > 0)
		assert_int_equal(write(fd, block, (size_t)n), n);
	close(in);
	close(fd);
}

/* The log beside a file would bring it up to date again. */
static void without_log(const char *db)
{
	char *log = xasprintf("%s-wal", db), *shm = xasprintf("%s-shm", db);

	unlink(log);
	unlink(shm);
	free(log);
	free(shm);
}

/* Something for the record, and the checkpoint after it. */
static void live_a_little(void)
{
	SAY(0, "status");
	DEMO_UNTIL(&own.as, "not anchored  0", SOON_MS, "status");
}

/* --- keys in memory ---------------------------------------------------------------- */

struct at_rest { /* of seal.key */
	unsigned long long epoch;
	char key[65];
};

static struct at_rest seal_now(void)
{
	char *path = in_station("state/seal.key"), *text = test_read_file(path);
	struct at_rest now = { 0 };

	if (sscanf(text, "%*[^:]:%*[0-9a-f]:%*[0-9]:%llu:%64[0-9a-f]", &now.epoch,
		   now.key) != 2)
		fail_msg("seal.key is %s", text);
	free(text);
	free(path);
	return now;
}

static enum memory_found memory_of(const void *p, size_t n)
{
	enum memory_found found = memory_holds(own.pid, p, n);

	return found == MEMORY_UNREADABLE && geteuid() != 0 ? MEMORY_CLEAN : found;
}

/* Until it has moved on some times and rests. */
static struct at_rest let_it_move(unsigned long long times)
{
	struct mono deadline = mono_add_ms(clock_mono(), SOON_MS);
	struct at_rest before, now = seal_now();

	while (now.epoch < times) {
		SAY(0, "reload");
		for (before = now; now.epoch == before.epoch; now = seal_now()) {
			assert_false(mono_reached(clock_mono(), deadline));
			poll(NULL, 0, 50); /* between two looks */
		}
	}
	return now;
}

/* The key that left the machine, those of the past, and that of now. */
static void SEC_13_of_the_seals_keys_only_the_present_one_is_in_memory(void **state)
{
	struct seal_key k = { .epoch = 0 };
	struct at_rest now;
	char hex[65];

	(void)state;
	station_with("");
	begin();
	DEMO_UNTIL(&own.as, "last anchor", SOON_MS, "status");
	SAY(0, "audit", "seal-key");
	const char *paper = strstr(out, "sg-seal-key-1:");
	assert_non_null(paper);
	assert_int_equal(sscanf(paper, "%*[^:]:%*[0-9a-f]:%*[0-9]:%64[0-9a-f]", hex), 1);
	assert_int_equal(hash_unhex(hex, k.k, sizeof(k.k)), 0);
	SAY(0, "status");
	assert_int_equal(memory_of(hex, 64), MEMORY_CLEAN);
	now = let_it_move(3);
	for (; k.epoch < now.epoch; seal_next(&k)) {
		if (memory_of(k.k, sizeof(k.k)) != MEMORY_CLEAN)
			fail_msg("key %llu of %llu is still in memory",
				 (unsigned long long)k.epoch, now.epoch);
	}
	hash_hex(k.k, sizeof(k.k), hex);
	assert_string_equal(hex, now.key);
	assert_int_equal(memory_of(hex, 64), MEMORY_CLEAN);
	if (memory_is_locked_here())
		assert_int_equal(memory_of(k.k, sizeof(k.k)), MEMORY_LOCKED);
	own_station_stop(&own);
}

/* --- a copy and its proof ---------------------------------------------------------- */

static void AU_06_a_copy_is_proved_with_the_key_that_left_the_machine(void **state)
{
	char *copy, *keys, *key;

	(void)state;
	station_with("");
	begin();
	copy = in_station("state/copy.db");
	keys = in_station("k0");
	DEMO_UNTIL(&own.as, "last anchor", SOON_MS, "status");
	SAY(0, "status");
	assert_has(out, "still on this machine: sightglass audit seal-key");
	SAY(0, "audit", "seal-key");
	assert_has(out, "sg-seal-key-1:");
	test_write_file(keys, out); /* text, QR code and all */
	SAY(0, "audit", "seal-key", "--yes");
	assert_has(out, "wiped on this machine");
	SAY(1, "audit", "seal-key");
	assert_has(out, "it was taken away");
	SAY(0, "status");
	assert_null(strstr(out, "audit seal-key"));
	SAY(0, "audit", "list", "--count", "500");
	assert_has(out, "seal key");
	SAY(0, "backup", copy);
	own_station_stop(&own);

	SAY(0, "audit", "verify", copy, "--seal-key", keys);
	assert_has(out, ": good");
	assert_has(out, "sealed records proved with the seal key");
	key = strstr(out, "key: ");
	assert_non_null(key);
	key = xstrndup(key + 5, 39);
	SAY(0, "audit", "verify", copy, "--key", key, "--since", "1h");
	SAY(1, "audit", "verify", copy, "--key",
	    "0000 0000 0000 0000 0000 0000 0000 0000");
	assert_has(out, "BAD: record 1: it is signed by the key");
	free(key);
	free(copy);
	free(keys);
}

static void AU_11_the_key_is_handed_over_by_command(void **state)
{
	(void)state;
	station_with("");
	begin();
	SAY(2, "audit", "new-key");
	assert_has(out, "--reason");
	SAY(0, "audit", "new-key", "--reason", "anna has left");
	assert_has(out, "recorded and signed");
	live_a_little();
	SAY(0, "audit", "verify");
	assert_has(out, ": good");
	SAY(0, "audit", "list", "--count", "500");
	assert_has(out, "anna has left");
	own_station_stop(&own);
	begin();
	SAY(0, "status");
	assert_has(out, "believed");
	own_station_stop(&own);
}

/* --- what a start does not believe ------------------------------------------------- */

/* View only: looking works, acting is refused and told why; then it is accepted. */
static void is_not_believed_until_accepted(const char *why)
{
	SAY(0, "status");
	assert_has(out, "NOT BELIEVED");
	assert_has(out, why);
	SAY(0, "get", "a.sum");
	assert_has(out, "2");
	DEMO_UNTIL(&own.as, "system.record", SOON_MS, "alarms");
	SAY(1, "ack", "system.record");
	assert_has(out, "the record is not believed");
	SAY(1, "reload");
	assert_has(out, "sightglass audit accept");
	SAY(2, "audit", "accept");
	SAY(0, "audit", "accept", "--reason", "restored on purpose");
	SAY(0, "status");
	assert_null(strstr(out, "NOT BELIEVED"));
	SAY(0, "reload");
	SAY(1, "audit", "accept", "--reason", "twice");
	assert_has(out, "there is nothing to accept");
	SAY(0, "audit", "list", "--count", "500");
	assert_has(out, "distrust");
	assert_has(out, "accepted");
	assert_has(out, "restored on purpose");
	own_station_stop(&own);
	begin();
	SAY(0, "status");
	assert_null(strstr(out, "NOT BELIEVED"));
	own_station_stop(&own);
}

static void AU_07_ST_18_an_older_copy_starts_view_only_until_it_is_accepted(void **state)
{
	char *db, *old;

	(void)state;
	station_with("");
	db = in_station("state/station.db");
	old = in_station("old.db");
	begin();
	DEMO_UNTIL(&own.as, "last anchor", SOON_MS, "status");
	own_station_stop(&own);
	copy_file(db, old);
	SAY(0, "audit", "verify", old); /* all of it is in the file */
	begin();
	live_a_little();
	own_station_stop(&own);
	copy_file(old, db);
	without_log(db);
	begin();
	is_not_believed_until_accepted("its end was cut off, or an older copy");
	free(db);
	free(old);
}

static void AU_08_a_deleted_record_starts_view_only_until_it_is_accepted(void **state)
{
	char *db;

	(void)state;
	station_with("");
	db = in_station("state/station.db");
	begin();
	DEMO_UNTIL(&own.as, "last anchor", SOON_MS, "status");
	own_station_stop(&own);
	assert_int_equal(unlink(db), 0);
	begin();
	is_not_believed_until_accepted("another chain");
	free(db);
}

/* A file that SQLite cannot read: values, alarms and looking go on. */
static void ST_07_a_damaged_file_starts_view_only_and_names_it(void **state)
{
	char *db;
	int fd;

	(void)state;
	station_with("");
	db = in_station("state/station.db");
	begin();
	DEMO_UNTIL(&own.as, "last anchor", SOON_MS, "status");
	own_station_stop(&own);
	without_log(db);
	fd = open(db, O_WRONLY | O_CLOEXEC);
	for (long at = 100; at < 180; at++)
		assert_int_equal(pwrite(fd, "\xA5", 1, at), 1);
	close(fd);
	begin();
	SAY(0, "status");
	assert_has(out, "NOT BELIEVED");
	assert_has(out, "damaged");
	SAY(0, "get", "a.sum");
	SAY(1, "reload");
	own_station_stop(&own);
	free(db);
}

/* --- anchors elsewhere ------------------------------------------------------------- */

static void with_broker(void)
{
	char devices[200];

	station_with("mqtt = \"bus\";");
	snprintf(devices, sizeof(devices),
		 "devices = ( { name = \"bus\"; driver = \"mqtt\"; endpoint = "
		 "\"mqtt://127.0.0.1:%d\"; } );\n",
		 broker.port);
	own_station_put(&own, "devices.cfg", devices);
}

/* The broker is away: the count grows, for everybody to see; then it is made up for. */
static void AU_13_records_that_are_not_anchored_are_counted_and_made_up_for(void **state)
{
	(void)state;
	broker_start(&broker, NULL);
	with_broker();
	own_station_put(
		&own, "sightglass.cfg",
		"station = { name = \"own\"; }; devices = \"devices.cfg\"; tags = "
		"\"tags.cfg\"; access = \"access.cfg\"; alarms = \"alarms.cfg\";\n"
		"audit = { checkpoint_s = 1; mqtt = \"bus\"; unanchored_max = 12; "
		"};\n");
	begin();
	live_a_little();
	broker_stop(&broker);
	DEMO_UNTIL(&own.as, "system.bus.comm", SOON_MS, "alarms");
	for (int i = 0; i < 12; i++)
		SAY(0, "get", "a.sum");
	DEMO_UNTIL(&own.as, "system.anchors", SOON_MS, "alarms");
	SAY(0, "get", "system.audit.not_anchored");
	broker_restart(&broker);
	DEMO_UNTIL(&own.as, "not anchored  0", 2 * SOON_MS, "status");
	own_station_stop(&own);
	broker_stop(&broker);
}

static void keep_state(const char *from_folder, const char *to_folder)
{
	static const char *const names[] = { "station.db", "station.db-wal", "sign.key",
					     "seal.key", "last.anchor" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char *from = xasprintf("%s/%s/%s", own.dir, from_folder, names[i]);
		char *to = xasprintf("%s/%s/%s", own.dir, to_folder, names[i]);
		unlink(to);
		if (access(from, F_OK) == 0)
			copy_file(from, to);
		free(from);
		free(to);
	}
}

/* The whole state folder is put back to what it was: only the broker knows better. */
static void AU_07_an_older_state_folder_is_told_by_the_broker(void **state)
{
	char *old, *db;

	(void)state;
	broker_start(&broker, NULL);
	with_broker();
	old = in_station("old");
	db = in_station("state/station.db");
	assert_int_equal(mkdir(old, 0700), 0);
	begin();
	live_a_little();
	own_station_stop(&own);
	keep_state("state", "old");
	begin();
	live_a_little();
	own_station_stop(&own);
	without_log(db);
	keep_state("old", "state");
	begin();
	DEMO_UNTIL(&own.as, "as the broker of bus says", SOON_MS, "status");
	is_not_believed_until_accepted("but record");
	broker_stop(&broker);
	free(old);
	free(db);
}

static void AU_03_anchors_in_a_folder_and_a_log_prove_the_end(void **state)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	char *folder, *log, *file, *copy, *cut, text[400], line[2000] = "";
	int fd;

	(void)state;
	own_station_make(&own);
	folder = in_station("anchors");
	log = in_station("log.sock");
	assert_int_equal(mkdir(folder, 0700), 0);
	snprintf(at.sun_path, sizeof(at.sun_path), "%.100s", log);
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	snprintf(text, sizeof(text),
		 "station = { name = \"own\"; }; devices = \"devices.cfg\"; tags = "
		 "\"tags.cfg\"; access = \"access.cfg\"; alarms = \"alarms.cfg\";\n"
		 "audit = { checkpoint_s = 1; folder = \"anchors\"; syslog = \"%.150s\"; "
		 "};",
		 log);
	own_station_put(&own, "sightglass.cfg", text);
	file = xasprintf("%s/sightglass.anchors", folder);
	copy = in_station("state/station.db");
	cut = in_station("state/early.db");
	begin();
	DEMO_UNTIL(&own.as, "last anchor", SOON_MS, "status");
	SAY(0, "backup", cut);
	live_a_little();
	live_a_little();
	assert_true(recv(fd, line, sizeof(line) - 1, 0) > 0);
	assert_has(line, "sg-anchor-1:");
	assert_has(line, " code ");
	own_station_stop(&own);
	SAY(0, "audit", "verify", copy, "--anchor", file);
	assert_has(out, "compared");
	SAY(1, "audit", "verify", cut, "--anchor", file);
	assert_has(out, "shorter than what was anchored");
	free(cut);
	free(copy);
	free(file);
	free(log);
	free(folder);
	close(fd);
}

/* --- bundles ----------------------------------------------------------------------- */

static void a_bundle_proves_itself_and_tells_every_changed_byte(void **state)
{
	char *bundle, *bad, *text;
	size_t n, told = 0, tried = 0;

	(void)state;
	station_with("");
	bundle = in_station("bundle");
	bad = in_station("bad");
	begin();
	DEMO_UNTIL(&own.as, "last anchor", SOON_MS, "status");
	if (DEMO_RUN(&own.as, out, "audit", "export", "--bundle", bundle) != 0)
		fail_msg("%s", out);
	assert_has(out, "records 1 to ");
	SAY(1, "audit", "export", "--bundle", bundle);
	assert_has(out, "File exists");
	own_station_stop(&own);
	if (DEMO_RUN(&own.as, out, "audit", "verify", bundle) != 0)
		fail_msg("%s", out);
	assert_has(out, ": good");
	assert_has(out, "key: ");

	text = test_read_file(bundle);
	n = strlen(text);
	for (size_t at = 3; at < n; at += 1 + n / 60, tried++) {
		char was = text[at];
		text[at] = was == '7' ? '8' : '7';
		test_write_file(bad, text);
		told += DEMO_RUN(&own.as, out, "audit", "verify", bad) != 0;
		text[at] = was;
	}
	assert_int_equal(told, tried);
	text[n - 1] = '\0'; /* its last line is not ended */
	*strrchr(text, '\n') = '\0';
	test_write_file(bad, text);
	SAY(1, "audit", "verify", bad);
	assert_has(out, "its signed end is missing");
	free(text);
	free(bundle);
	free(bad);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			SEC_13_of_the_seals_keys_only_the_present_one_is_in_memory),
		cmocka_unit_test(
			AU_06_a_copy_is_proved_with_the_key_that_left_the_machine),
		cmocka_unit_test(AU_11_the_key_is_handed_over_by_command),
		cmocka_unit_test(
			AU_07_ST_18_an_older_copy_starts_view_only_until_it_is_accepted),
		cmocka_unit_test(
			AU_08_a_deleted_record_starts_view_only_until_it_is_accepted),
		cmocka_unit_test(ST_07_a_damaged_file_starts_view_only_and_names_it),
		cmocka_unit_test(
			AU_13_records_that_are_not_anchored_are_counted_and_made_up_for),
		cmocka_unit_test(AU_07_an_older_state_folder_is_told_by_the_broker),
		cmocka_unit_test(AU_03_anchors_in_a_folder_and_a_log_prove_the_end),
		cmocka_unit_test(a_bundle_proves_itself_and_tells_every_changed_byte),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
