/* test_settings.c - what an engineer may write for a broker and its tags, and what is
 * answered to mistakes. */
#include "support/test.h"

#include <locale.h>
#include <stdarg.h>
#include <string.h>

#include "drivers/mqtt/settings.h"
#include "util/strbuf.h"

static struct settings settings_of(const char *const *pairs)
{
	struct settings s = { 0 };

	for (; *pairs; pairs += 2)
		settings_add(&s, pairs[0], pairs[1]);
	return s;
}

#define SETTINGS(...) settings_of((const char *const[]){ __VA_ARGS__, NULL })

static bool device_ok(struct settings s, struct mqtt_device_settings *out,
		      struct strbuf *why)
{
	static char name[] = "bus";
	struct driver_device d = { .id = 1, .name = name, .settings = s };

	return mqtt_device_parse(&d, out, why);
}

static void endpoints_and_defaults(void **state)
{
	struct mqtt_device_settings d;
	struct strbuf why = STRBUF_INIT;
	struct settings s = SETTINGS("endpoint", "mqtt://10.0.0.7");

	(void)state;
	assert_true(device_ok(s, &d, &why));
	assert_string_equal(d.host, "10.0.0.7");
	assert_int_equal(d.port, 1883);
	assert_int_equal(d.keepalive_s, 10);
	assert_string_equal(d.client_id, "sightglass-bus");
	assert_null(d.username);
	settings_release(&s);
	s = SETTINGS("endpoint", "mqtt://[::1]:2883", "keepalive_s", "5", "client_id",
		     "console-7", "username", "u", "password_file", "/etc/x");
	assert_true(device_ok(s, &d, &why));
	assert_string_equal(d.host, "::1");
	assert_int_equal(d.port, 2883);
	assert_int_equal(d.keepalive_s, 5);
	assert_string_equal(d.client_id, "console-7");
	settings_release(&s);
	strbuf_release(&why);
}

static void device_mistakes_are_sentences(void **state)
{
	static const char *const cases[][4] = {
		{ "tcp://10.0.0.7", "", "", "is not mqtt://host:port" },
		{ "mqtts://10.0.0.7", "", "", "TLS is not available yet; use mqtt://" },
		{ "mqtt://", "", "", "has no valid host" },
		{ "mqtt://:1883", "", "", "has no valid host" },
		{ "mqtt://[::1", "", "", "has no valid host" },
		{ "mqtt://h:0", "", "", "has no valid port (1 to 65535)" },
		{ "mqtt://h:65536", "", "", "has no valid port" },
		{ "mqtt://h:18x", "", "", "has no valid port" },
		{ "mqtt://h/path", "", "", "is not mqtt://host:port" },
		{ "mqtt://me:secret@h", "", "", "carries no user or password" },
		{ "mqtt://h", "keepalive_s", "4", "keepalive_s must be 5 to 3600" },
		{ "mqtt://h", "client_id", "", "client_id must be 1 to 128 bytes" },
		{ "mqtt://h", "client_id", "a\033b", "client_id must be 1 to 128 bytes" },
		{ "mqtt://h", "username", "", "username is empty" },
		{ "mqtt://h", "password_file", "/x", "password_file needs a username" },
	};
	struct mqtt_device_settings d;
	struct strbuf why = STRBUF_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct settings s = SETTINGS("endpoint", cases[i][0]);
		if (cases[i][1][0])
			settings_add(&s, cases[i][1], cases[i][2]);
		assert_false(device_ok(s, &d, &why));
		assert_has(why.buf, cases[i][3]);
		settings_release(&s);
	}
	struct settings s = SETTINGS("endpoint", "mqtt://h", "username", "u",
				     "password_file", "secret");
	assert_false(device_ok(s, &d, &why));
	assert_string_equal(why.buf, "password_file \"secret\" must be an absolute path");
	settings_release(&s);
	strbuf_release(&why);
}

static bool tag_ok(struct settings s, bool is_writable, struct mqtt_tag_settings *out,
		   struct strbuf *why)
{
	struct driver_tag t = { .id = 1, .writable = is_writable, .settings = s };

	return mqtt_tag_parse(&t, out, why);
}

static void tags_and_defaults(void **state)
{
	struct mqtt_tag_settings t;
	struct strbuf why = STRBUF_INIT;
	struct settings s = SETTINGS("topic", "works/level");

	(void)state;
	assert_true(tag_ok(s, false, &t, &why));
	assert_string_equal(t.format->name, "plain");
	assert_null(t.time_path);
	assert_null(t.write_topic);
	settings_release(&s);
	s = SETTINGS("topic", "works/sp", "payload", "json:/value", "time", "json:/ts",
		     "write.topic", "works/sp/set", "write.qos", "2", "write.retain",
		     "true");
	assert_true(tag_ok(s, true, &t, &why));
	assert_string_equal(t.path, "/value");
	assert_string_equal(t.time_path, "/ts");
	assert_string_equal(t.write_path, "/value"); /* as the payload, unless said */
	assert_int_equal(t.write_qos, 2);
	assert_true(t.write_retain);
	settings_release(&s);
	strbuf_release(&why);
}

static void tag_mistakes_are_sentences(void **state)
{
	static const char *const cases[][4] = {
		{ "", "", "", "topic \"\" is empty" },
		{ "a/#", "", "",
		  "topic \"a/#\" has a wildcard: a tag reads one exact topic" },
		{ "a/+/b", "", "", "has a wildcard" },
		{ "a\nb", "", "", "holds control characters" },
		{ "a\xff", "", "", "holds control characters or is not UTF-8" },
		{ "$share/g/t", "", "", "is a broker's own syntax" },
		{ "t", "payload", "xml:/a", "payload: \"xml\" is not a payload format" },
		{ "t", "payload", "json:a",
		  "payload: the JSON pointer \"a\" must begin" },
		{ "t", "time", "plain", "time: a plain payload holds no time" },
		{ "t", "time", "json:/ts",
		  "time is json but payload is plain: both are read "
		  "from the same message" },
		{ "t", "write.topic", "t/+", "write.topic \"t/+\" has a wildcard" },
		{ "t", "write.topic", "t",
		  "our command would come back and pass for the "
		  "device's answer" },
	};
	struct mqtt_tag_settings t;
	struct strbuf why = STRBUF_INIT, deep = STRBUF_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct settings s = SETTINGS("topic", cases[i][0]);
		if (cases[i][1][0])
			settings_add(&s, cases[i][1], cases[i][2]);
		assert_false(tag_ok(s, false, &t, &why));
		assert_has(why.buf, cases[i][3]);
		settings_release(&s);
	}
	struct settings s = SETTINGS("topic", "t");
	assert_false(tag_ok(s, true, &t, &why));
	assert_string_equal(why.buf, "the tag may be written but has no write.topic");
	settings_release(&s);
	for (int i = 0; i < 130; i++)
		strbuf_adds(&deep, "a/");
	s = SETTINGS("topic", deep.buf);
	assert_false(tag_ok(s, false, &t, &why));
	assert_has(why.buf, "has more than 128 levels");
	settings_release(&s);
	strbuf_release(&why);
	strbuf_release(&deep);
}

static void MQ_23_a_mistake_with_a_strange_topic_is_shown_escaped(void **state)
{
	struct mqtt_tag_settings t;
	struct strbuf why = STRBUF_INIT;
	struct settings s = SETTINGS("topic", "a/\xe2\x80\xae/#");

	(void)state;
	assert_false(tag_ok(s, false, &t, &why));
	assert_has(why.buf, "topic \"a/<U+202E>/#\" has a wildcard");
	settings_release(&s);
	strbuf_release(&why);
}

static void every_setting_has_help(void **state)
{
	static const struct driver_setting *const tables[] = { mqtt_device_settings,
							       mqtt_tag_settings };

	(void)state;
	for (size_t i = 0; i < 2; i++)
		for (const struct driver_setting *row = tables[i]; row->name; row++)
			assert_true(row->help && strlen(row->help) > 5 && row->type);
	assert_has(mqtt_address_help, "topic");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(endpoints_and_defaults),
		cmocka_unit_test(device_mistakes_are_sentences),
		cmocka_unit_test(tags_and_defaults),
		cmocka_unit_test(tag_mistakes_are_sentences),
		cmocka_unit_test(MQ_23_a_mistake_with_a_strange_topic_is_shown_escaped),
		cmocka_unit_test(every_setting_has_help),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
