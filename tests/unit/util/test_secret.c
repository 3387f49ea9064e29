/* test_secret.c - files with passwords: who may keep them, and what is said of others. */
#include "support/test.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/secret.h"
#include "util/strbuf.h"

static char path[300];

static void put(const char *text, unsigned mode)
{
	snprintf(path, sizeof(path), "%s/secret", test_tmpdir());
	test_write_file(path, text);
	assert_int_equal(chmod(path, mode), 0);
}

static void CF_15_a_secret_is_read_only_from_a_file_that_others_cannot_read(void **state)
{
	static const struct {
		unsigned mode;
		const char *fault; /* NULL: good */
	} modes[] = {
		{ 0400, NULL },
		{ 0600, NULL },
		{ 0440, NULL },
		{ 0640, NULL },
		{ 0644, "can be read or changed by every user of this machine" },
		{ 0604, "can be read or changed by every user of this machine" },
		{ 0602, "can be read or changed by every user of this machine" },
		{ 0601, "can be read or changed by every user of this machine" },
		{ 0660, "can be changed by its group: chmod g-wx it" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		struct strbuf why = STRBUF_INIT, lint = STRBUF_INIT;
		char out[64], want[400];
		bool good;

		put("sesame\nnot this\n", modes[i].mode);
		good = secret_read(path, "password_file", out, sizeof(out), &why);
		assert_int_equal(good, !modes[i].fault);
		assert_int_equal(secret_is_open(path, "password_file", &lint), !good);
		assert_string_equal(lint.buf, why.buf);
		assert_string_equal(out, good ? "sesame" : "");
		if (!good) {
			snprintf(want, sizeof(want), "password_file %s %s", path,
				 modes[i].fault);
			assert_has(why.buf, want);
		}
		strbuf_release(&why);
		strbuf_release(&lint);
	}
}

static void assert_unreadable(const char *want)
{
	struct strbuf why = STRBUF_INIT;
	char out[16];

	assert_false(secret_read(path, "key_file", out, sizeof(out), &why));
	assert_has(why.buf, want);
	assert_null(strstr(why.buf, "sesame"));
	assert_string_equal(out, "");
	strbuf_release(&why);
}

static void CF_15_what_is_no_secret_is_said_without_repeating_it(void **state)
{
	struct strbuf why = STRBUF_INIT;

	(void)state;
	put("", 0600);
	assert_unreadable("cannot be read: its first line is empty");
	put("\nsesame\n", 0600);
	assert_unreadable("its first line is empty");
	put("sesame, and it goes on", 0600);
	assert_unreadable("its first line is too long");
	unlink(path);
	assert_unreadable("cannot be read: No such file");
	assert_false(secret_is_open(path, "key_file", &why)); /* another machine's */
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_unreadable("is no regular file");
	unlink(path);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_unreadable("is no regular file");
	rmdir(path);
	put("sesame", 0600); /* no end of line */
	char out[16];
	assert_true(secret_read(path, "key_file", out, sizeof(out), &why));
	assert_string_equal(out, "sesame");
	if (geteuid() == 0) {
		assert_int_equal(chown(path, 54321, 54321), 0);
		assert_unreadable("belongs to neither root nor the user who reads it");
		assert_false(secret_is_open(path, "key_file", &why)); /* theirs to read */
	}
	strbuf_release(&why);
}

static void CF_15_names_and_addresses_of_secrets_are_known(void **state)
{
	static const char *const names[] = { "password", "mqtt_password", "write.token",
					     "api_key",  "private_key",   "x_psk" };
	static const char *const not [] = { "password_file", "monkey", "address", "key",
					    "secrets",       "",       "topic" };

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		assert_true(secret_name(names[i]));
	for (size_t i = 0; i < sizeof(not ) / sizeof(not [0]); i++)
		assert_false(secret_name(not [i]));
	assert_true(secret_in_address("mqtt://ivan:sesame@host:1883"));
	assert_true(secret_in_address("opc.tcp://:x@host/path"));
	assert_false(secret_in_address("mqtt://host:1883"));
	assert_false(secret_in_address("mqtt://ivan@host:1883"));
	assert_false(secret_in_address("http://host/a:b@c"));
	assert_false(secret_in_address("ivan:sesame@host"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			CF_15_a_secret_is_read_only_from_a_file_that_others_cannot_read),
		cmocka_unit_test(CF_15_what_is_no_secret_is_said_without_repeating_it),
		cmocka_unit_test(CF_15_names_and_addresses_of_secrets_are_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
