/* test_check.c - driver programs that are missing, hang, babble or lie cost a sentence.
 */
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "driver/check.h"
#include "driver/hint.h"
#include "driver/proto.h"
#include "driver/run.h"
#include "util/clock.h"
#include "util/diag.h"
#include "util/intern.h"
#include "util/xalloc.h"

static char *folder;

/* The finder the checks are given: sightglass-NAME in our folder. */
static bool find(const char *name, char *out, size_t size)
{
	int n = snprintf(out, size, "%s/%s", folder, name);

	return n > 0 && (size_t)n < size && access(out, X_OK) == 0;
}

static void put_program(const char *name, const char *script)
{
	char path[512], text[4096];

	snprintf(path, sizeof(path), "%s/sightglass-%s", folder, name);
	snprintf(text, sizeof(text), "#!/bin/sh\n%s\n", script);
	test_write_file(path, text);
	assert_int_equal(chmod(path, 0700), 0);
}

#define ABOUT                                                                            \
	"if [ $1 = --describe ]; then echo '{\"name\":\"x\",\"device_settings\":"        \
	"[{\"name\":\"endpoint\"},{\"name\":\"scan_ms\"}],\"tag_settings\":"             \
	"[{\"name\":\"address\"},{\"name\":\"scale\"}]}'; exit 0; fi\n"

/* One device and one tag of driver x; all diagnostics' texts, one a line. */
static char *ask(const char *setting, int limit_ms)
{
	static const char *const own[] = { "decimals", NULL };
	struct device_def d = { .name = (char *)"plc",
				.driver = (char *)"x",
				.scan_ms = 1000,
				.loc = { "devices.cfg", 3, 1 } };
	struct tag_def t[2] = { { .name = "a.b",
				  .kind = TAG_DEVICE,
				  .type = VALUE_DOUBLE,
				  .numbers = &tag_numbers_none,
				  .write = &tag_write_none,
				  .line = 7,
				  .column = 2,
				  .file = intern_number("tags.cfg") },
				{ .name = "a.c",
				  .kind = TAG_DEVICE,
				  .type = VALUE_DOUBLE,
				  .numbers = &tag_numbers_none,
				  .write = &tag_write_none,
				  .line = 7,
				  .column = 2,
				  .file = intern_number("tags.cfg") } };
	struct driver_check in = { .find = find,
				   .devices = &d,
				   .n_devices = 1,
				   .tags = t,
				   .n_tags = 2,
				   .own_device_settings = NULL,
				   .own_tag_settings = own,
				   .limit_ms = limit_ms };
	struct diag_list diags = DIAG_LIST_INIT;
	struct strbuf out = STRBUF_INIT;

	settings_add(&d.settings, "endpoint", "tcp://x");
	for (int i = 0; i < 2; i++) {
		settings_add(&t[i].settings, "address", "1");
		if (setting)
			settings_add(&t[i].settings, setting, "2");
	}
	bool fine = driver_check(&in, &diags);
	assert_int_equal(fine, diags.errors == 0);
	for (size_t i = 0; i < diags.n; i++) {
		diag_format(&diags.v[i], &out);
		strbuf_addch(&out, '\n');
	}
	diag_list_release(&diags);
	settings_release(&d.settings);
	settings_release(&t[0].settings);
	settings_release(&t[1].settings);
	return strbuf_detach(&out);
}

static void assert_answer(const char *script, const char *setting, int limit_ms,
			  const char *want)
{
	put_program("x", script);
	char *out = ask(setting, limit_ms);
	if (want)
		assert_has(out, want);
	else
		assert_string_equal(out, "");
	free(out);
}

/* A file with records, for a script to print. */
static void put_records(const char *name, const struct strbuf *records)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	FILE *f = fopen(path, "we");
	assert_non_null(f);
	fwrite(records->buf, 1, records->len, f);
	fclose(f);
}

static void verdicts_come_back_with_their_place(void **state)
{
	struct strbuf w = STRBUF_INIT;
	char script[1024];

	(void)state;
	driver_put_config_ready(&w, 1);
	put_records("ready", &w);
	snprintf(script, sizeof(script), ABOUT "cat >/dev/null; cat %s/ready", folder);
	assert_answer(script, NULL, 0, NULL);
	assert_answer(script, "scale", 0, NULL);

	struct driver_config_result m = { .generation = 1, .item_kind = 1, .id = 1 };
	snprintf(m.text, sizeof(m.text), "address 1 is odd\x1b[2J");
	strbuf_clear(&w);
	driver_put_config_result(&w, &m);
	m.item_kind = 0;
	m.id = 0;
	snprintf(m.text, sizeof(m.text), "no endpoint");
	driver_put_config_result(&w, &m);
	m.id = 77; /* not ours: ignored */
	driver_put_config_result(&w, &m);
	driver_put_config_ready(&w, 1);
	put_records("ready", &w);
	put_program("x", script);
	char *out = ask(NULL, 0);
	assert_has(
		out,
		"tags.cfg:7:2: error: tag \"a.c\": address 1 is odd<U+001B>[2J [driver]");
	assert_has(out, "devices.cfg:3:1: error: device \"plc\": no endpoint [driver]");
	free(out);
	strbuf_release(&w);
}

/* What only the station knows of is said of all tags, also when nobody reads them. */
static void a_driver_that_ends_early_hides_no_unknown_setting(void **state)
{
	put_program("x", ABOUT "exit 3");
	char *out = ask("decimal", 0);

	(void)state;
	assert_has(out, "unknown setting \"decimal\"");
	assert_has(out, "failed");
	free(out);
}

enum { MANY = 40000 };

static char *read_bytes(const char *path, size_t *len)
{
	FILE *f = fopen(path, "re");
	struct stat st;

	assert_non_null(f);
	assert_int_equal(fstat(fileno(f), &st), 0);
	char *bytes = xmalloc((size_t)st.st_size);
	*len = fread(bytes, 1, (size_t)st.st_size, f);
	fclose(f);
	assert_int_equal(*len, st.st_size);
	return bytes;
}

/* Megabytes, while they are read slowly: all of them arrive, in order. */
static void a_long_list_of_tags_arrives_whole(void **state)
{
	struct device_def d = { .name = (char *)"plc", .driver = (char *)"x" };
	struct tag_def *t = xcalloc(MANY, sizeof(*t));
	struct driver_check in = {
		.find = find, .devices = &d, .n_devices = 1, .tags = t, .n_tags = MANY
	};
	struct diag_list diags = DIAG_LIST_INIT;
	struct strbuf w = STRBUF_INIT;
	char script[1024], path[512];

	(void)state;
	driver_put_config_ready(&w, 1);
	put_records("ready", &w);
	snprintf(script, sizeof(script),
		 ABOUT "sleep 0.2; cat >%s/questions; cat %s/ready", folder, folder);
	put_program("x", script);
	settings_add(&d.settings, "endpoint", "tcp://x");
	for (int i = 0; i < MANY; i++) {
		t[i] = (struct tag_def){ .name = "an.area.a.unit.transmitter.pv",
					 .kind = i % 4 ? TAG_DEVICE : TAG_SYSTEM,
					 .numbers = &tag_numbers_none,
					 .write = &tag_write_none };
		settings_add(&t[i].settings, "address", "1");
	}
	assert_true(driver_check(&in, &diags));

	size_t len;
	snprintf(path, sizeof(path), "%s/questions", folder);
	char *text = read_bytes(path, &len);
	struct driver_record_view r = { 0 };
	uint32_t id = 0;
	int64_t n;
	for (size_t at = 0;
	     (n = driver_record_next((const uint8_t *)text + at, len - at, &r)) > 0;
	     at += (size_t)n) {
		if (r.type != DR_CONFIG_TAG)
			continue;
		id += id % 4 == 3 ? 2 : 1;
		assert_int_equal(r.payload[0] | r.payload[1] << 8, id);
	}
	assert_int_equal(id, MANY - 1);
	assert_int_equal(r.type, DR_CONFIG_END);
	for (int i = 0; i < MANY; i++)
		settings_release(&t[i].settings);
	settings_release(&d.settings);
	diag_list_release(&diags);
	strbuf_release(&w);
	free(text);
	free(t);
}

static void unknown_settings_are_told_once_with_a_suggestion(void **state)
{
	struct strbuf w = STRBUF_INIT;
	char script[1024];

	(void)state;
	driver_put_config_ready(&w, 1);
	put_records("ready", &w);
	strbuf_release(&w);
	snprintf(script, sizeof(script), ABOUT "cat >/dev/null; cat %s/ready", folder);
	put_program("x", script);
	char *out = ask("adress", 0); /* both tags come from one template line */
	assert_string_equal(
		out, "tags.cfg:7:2: error: tag \"a.b\": unknown setting \"adress\" "
		     "(did you mean \"address\"?) [unknown-setting]\n");
	free(out);
	assert_answer(script, "decmals", 0, "(did you mean \"decimals\"?)");
}

static void a_program_that_misbehaves_is_an_error_and_never_a_hang(void **state)
{
	static const struct {
		const char *script, *want;
		int limit_ms;
	} row[] = {
		{ "exec sleep 100", "--describe did not end within 0.3 s", 300 },
		{ ABOUT "exec sleep 100", "--check did not end within 0.", 600 },
		{ "trap '' TERM; cat /dev/zero | tr '\\0' x",
		  "wrote more than 8388608 bytes", 0 },
		{ "echo no json", "its --describe is no description of a driver", 0 },
		{ "echo '{\"device_settings\":3}'", "no description of a driver", 0 },
		{ "echo out of order >&2; exit 3", "--describe failed: out of order", 0 },
		{ "kill -9 $$", "--describe failed: no reason given", 0 },
		{ ABOUT "exit 1", "--check failed", 0 },
		{ ABOUT "cat >/dev/null", "its --check gave no complete answer", 0 },
		{ ABOUT "printf '\\377\\377\\377\\377xxxx'",
		  "its --check gave no complete answer", 0 },
		{ ABOUT "exec <&-; sleep 0.1; exit 0",
		  "its --check gave no complete answer", 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct mono before = clock_mono();
		assert_answer(row[i].script, NULL, row[i].limit_ms, row[i].want);
		assert_true(mono_ms_between(before, clock_mono()) < 8000);
	}
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); /* nobody is left behind */
}

static void a_program_that_is_not_there_is_named(void **state)
{
	char path[512];

	(void)state;
	snprintf(path, sizeof(path), "%s/sightglass-x", folder);
	unlink(path);
	char *out = ask(NULL, 0);
	assert_has(out, "devices.cfg:3:1: error: device \"plc\": driver \"x\": there is "
			"no program "
			"sightglass-x; install it or correct the name");
	free(out);
}

static void the_address_tells_the_type(void **state)
{
	static const struct {
		const char *address, *scale;
		enum value_type want;
	} row[] = {
		{ "coil:1", NULL, VALUE_BOOL },
		{ "discrete:1", NULL, VALUE_BOOL },
		{ "input:3.4", NULL, VALUE_BOOL },
		{ "input:3", NULL, VALUE_INT },
		{ "input:3", "0.1", VALUE_DOUBLE },
		{ "holding:3:int32:cdab", NULL, VALUE_INT },
		{ "holding:3:float64", NULL, VALUE_DOUBLE },
		{ "holding:3:bcd16", NULL, VALUE_INT },
		{ "holding:3:string:8", NULL, VALUE_STRING },
		{ "40003", NULL, VALUE_INT },
		{ "30003:float32", NULL, VALUE_DOUBLE },
		{ "400003:string:8", NULL, VALUE_STRING },
		{ "40003.4", NULL, VALUE_BOOL },
		{ "10003", NULL, VALUE_BOOL },
		{ "00003", NULL, VALUE_BOOL },
		{ "coil:3:bits:8", NULL, VALUE_INT },
		{ "10003:bits:8", "0.5", VALUE_DOUBLE },
		{ "holding:3:uint8:high", NULL, VALUE_INT },
		{ "holding:3:float16", NULL, VALUE_DOUBLE },
		{ "20003", NULL, VALUE_NONE },
		{ "nonsense", NULL, VALUE_NONE },
		{ NULL, NULL, VALUE_NONE },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct settings s = { 0 };
		if (row[i].address)
			settings_add(&s, "address", row[i].address);
		if (row[i].scale)
			settings_add(&s, "scale", row[i].scale);
		assert_int_equal(driver_type_hint(&s), row[i].want);
		settings_release(&s);
	}
}

static int open_folder(void **state)
{
	(void)state;
	folder = xstrdup(test_tmpdir());
	return 0;
}

static int close_folder(void **state)
{
	(void)state;
	free(folder);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(verdicts_come_back_with_their_place),
		cmocka_unit_test(a_driver_that_ends_early_hides_no_unknown_setting),
		cmocka_unit_test(a_long_list_of_tags_arrives_whole),
		cmocka_unit_test(unknown_settings_are_told_once_with_a_suggestion),
		cmocka_unit_test(a_program_that_misbehaves_is_an_error_and_never_a_hang),
		cmocka_unit_test(a_program_that_is_not_there_is_named),
		cmocka_unit_test(the_address_tells_the_type),
	};

	return cmocka_run_group_tests(tests, open_folder, close_folder);
}
