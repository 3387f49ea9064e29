/* test_payload.c - bytes to values and back: plain text, JSON, pointers, times. */
#include "support/test.h"

#include <inttypes.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/mqtt/payload.h"
#include "drivers/mqtt/pointer.h"
#include "util/strbuf.h"
#include "util/when.h"

/* "double 12.5", or "format: sentence" for what is refused. */
static void decode(const char *spec, enum value_type type, const void *bytes, size_t n,
		   struct strbuf *out)
{
	const struct payload_format *format;
	const char *path;
	struct payload_value v;
	struct strbuf why = STRBUF_INIT;
	char text[400] = "";

	assert_true(payload_find(spec, &format, &path, &why));
	void *parsed = format->parse(bytes, n, &why);
	if (!parsed) {
		strbuf_setf(out, "unread: %s", why.buf);
	} else if (!format->read(parsed, path, type, &v, &why)) {
		strbuf_setf(out, "%s: %s",
			    quality_reason_name(QUALITY_MAKE(QUALITY_BAD, v.reason)),
			    why.buf);
	} else {
		value_format(&v.value, -1, text, sizeof(text));
		strbuf_setf(out, "%s %s", value_type_name(v.value.type), text);
	}
	format->release(parsed);
	strbuf_release(&why);
}

static void expect(const char *spec, enum value_type type, const char *bytes,
		   const char *want)
{
	struct strbuf got = STRBUF_INIT;
	/* exactly as many bytes as there are: a read beyond shows under ASan */
	size_t n = strlen(bytes);
	char *copy = malloc(n ? n : 1);

	assert_non_null(copy);
	memcpy(copy, bytes, n);
	decode(spec, type, copy, n, &got);
	if (!strstr(got.buf, want))
		fail_msg("%s %s of %s is %s, expected %s", spec, value_type_name(type),
			 bytes, got.buf, want);
	free(copy);
	strbuf_release(&got);
}

static void plain_text_becomes_the_tags_type(void **state)
{
	static const struct {
		enum value_type type;
		const char *text, *want;
	} cases[] = {
		{ VALUE_DOUBLE, "12.5", "double 12.5" },
		{ VALUE_DOUBLE, " 12.5\r\n", "double 12.5" },
		{ VALUE_DOUBLE, "-1e3", "double -1000" },
		{ VALUE_DOUBLE, "7", "double 7" },
		{ VALUE_DOUBLE, "12,5",
		  "format: \"12,5\" is not a value of type double" },
		{ VALUE_DOUBLE, "NaN", "format: \"NaN\" is not a value of type double" },
		{ VALUE_DOUBLE, "inf", "is not a value of type double" },
		{ VALUE_DOUBLE, "1e999", "is not a value of type double" },
		{ VALUE_DOUBLE, "0x10", "is not a value of type double" },
		{ VALUE_DOUBLE, "12.5 NTU", "is not a value of type double" },
		{ VALUE_DOUBLE, "   ", "format: \"\" is not a value of type double" },
		{ VALUE_DOUBLE, "\033[2J", "format: \"<U+001B>[2J\" is not a value" },
		{ VALUE_INT, "42", "int64 42" },
		{ VALUE_INT, "-9223372036854775808", "int64 -9223372036854775808" },
		{ VALUE_INT, "5.0", "int64 5" },
		{ VALUE_INT, "5.5", "is not a value of type int64" },
		{ VALUE_INT, "9223372036854775808", "is not a value of type int64" },
		{ VALUE_BOOL, "true", "bool true" },
		{ VALUE_BOOL, "OFF", "bool false" },
		{ VALUE_BOOL, "Yes", "bool true" },
		{ VALUE_BOOL, "0", "bool false" },
		{ VALUE_BOOL, "2", "is not a value of type bool" },
		{ VALUE_BOOL, "maybe", "is not a value of type bool" },
		{ VALUE_STRING, "AUTO", "string AUTO" },
		{ VALUE_STRING, "12", "string 12" },
		{ VALUE_NONE, "12", "double 12" },
		{ VALUE_NONE, "on", "bool true" },
		{ VALUE_NONE, "AUTO", "string AUTO" },
		{ VALUE_STRING, "\xff\xfe", "unread: the message is not UTF-8 text" },
		{ VALUE_NONE, "1\xc3", "unread: the message is not UTF-8 text" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		expect("plain", cases[i].type, cases[i].text, cases[i].want);
}

static void plain_text_has_limits(void **state)
{
	struct strbuf got = STRBUF_INIT;
	char big[300];

	(void)state;
	memset(big, 'a', sizeof(big));
	decode("plain", VALUE_STRING, big, 255, &got);
	assert_int_equal(got.len, 7 + 255);
	decode("plain", VALUE_STRING, big, 256, &got);
	assert_string_equal(got.buf, "format: text of 256 bytes; the limit is 255");
	decode("plain", VALUE_NONE, big, 256, &got);
	assert_string_equal(got.buf, "format: text of 256 bytes; the limit is 255");
	decode("plain", VALUE_STRING, "a\0b", 3, &got);
	assert_string_equal(got.buf, "unread: the message is not UTF-8 text");
	memset(big, '1', sizeof(big));
	decode("plain", VALUE_DOUBLE, big, 300, &got);
	assert_has(got.buf, "is not a value of type double");
	strbuf_release(&got);
}

static void json_values_stand_where_the_pointer_says(void **state)
{
	static const struct {
		const char *spec;
		enum value_type type;
		const char *text, *want;
	} cases[] = {
		{ "json:/value", VALUE_DOUBLE, "{\"value\": 1.5}", "double 1.5" },
		{ "json:/value", VALUE_DOUBLE, "{\"value\": 2}", "double 2" },
		{ "json:/value", VALUE_INT, "{\"value\": 2}", "int64 2" },
		{ "json:/value", VALUE_INT, "{\"value\": 2.0}", "int64 2" },
		{ "json:/value", VALUE_INT, "{\"value\": 2.5}",
		  "format: \"/value\" is a number, not a value of type int64" },
		{ "json:/value", VALUE_BOOL, "{\"value\": true}", "bool true" },
		{ "json:/value", VALUE_BOOL, "{\"value\": 0}", "bool false" },
		{ "json:/value", VALUE_BOOL, "{\"value\": \"on\"}", "bool true" },
		{ "json:/value", VALUE_BOOL, "{\"value\": 3}",
		  "is a whole number, not a" },
		{ "json:/value", VALUE_STRING, "{\"value\": \"AUTO\"}", "string AUTO" },
		{ "json:/value", VALUE_STRING, "{\"value\": 1}",
		  "not a value of type string" },
		{ "json:/value", VALUE_DOUBLE, "{\"value\": \"1e3\"}",
		  "format: \"/value\" is text, not a value of type double" },
		{ "json:/value", VALUE_DOUBLE, "{\"value\": true}",
		  "is true, not a value" },
		{ "json:/value", VALUE_DOUBLE, "{\"value\": null}",
		  "sensor: \"/value\" is null" },
		{ "json:/value", VALUE_NONE, "{\"value\": 7}", "double 7" },
		{ "json:/value", VALUE_NONE, "{\"value\": false}", "bool false" },
		{ "json:/value", VALUE_NONE, "{\"value\": \"x\"}", "string x" },
		{ "json:/value", VALUE_NONE, "{\"value\": {}}",
		  "is an object, not a value of type bool, double or string" },
		{ "json:/value", VALUE_NONE, "[1]",
		  "format: the document has nothing at" },
		{ "json:/a/1/b", VALUE_INT, "{\"a\":[0,{\"b\":9}]}", "int64 9" },
		{ "json:/a/2", VALUE_INT, "{\"a\":[0,1]}", "has nothing at \"/a/2\"" },
		{ "json:/a/01", VALUE_INT, "{\"a\":[0,1]}", "has nothing at \"/a/01\"" },
		{ "json:/a/-", VALUE_INT, "{\"a\":[0,1]}", "has nothing at \"/a/-\"" },
		{ "json:/a~1b", VALUE_INT, "{\"a/b\":1}", "int64 1" },
		{ "json:/m~0n", VALUE_INT, "{\"m~n\":1}", "int64 1" },
		{ "json:/", VALUE_INT, "{\"\":1}", "int64 1" },
		{ "json:/\xc3\xb6", VALUE_INT, "{\"\xc3\xb6\":1}", "int64 1" },
		{ "json", VALUE_DOUBLE, "12.5", "double 12.5" },
		{ "json:", VALUE_NONE, "\"text\"", "string text" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		expect(cases[i].spec, cases[i].type, cases[i].text, cases[i].want);
}

static void MQ_07_json_is_strict(void **state)
{
	static const char *const refused[] = {
		"",
		"{",
		"{\"value\": 1",
		"{\"value\": 1}}",
		"{\"value\": 1} x",
		"{\"value\": 1e999}",
		"{\"value\": -1e999}",
		"{\"value\": NaN}",
		"{\"value\": Infinity}",
		"{\"value\": 1, \"value\": 2}",
		"{value: 1}",
		"{'value': 1}",
		"{\"value\": 01}",
		"{\"value\": 1,}",
		"[1",
		"nul",
		"{\"value\": 99999999999999999999}",
		"{\"value\": \"\xff\"}",
		"{\"value\": \"\xc3\"}",
		"{\"value\": \"\xed\xa0\x80\"}",
		"{\"value\": \"a\\u0000b\"}",
		"{\"va\\u0000lue\": 1}",
		"\xef\xbb\xbf{}",
		"{\"value\": 1}/* */",
		"\x1b[2J",
	};
	struct strbuf deep = STRBUF_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		expect("json:/value", VALUE_DOUBLE, refused[i],
		       "unread: the message is not JSON: ");
	for (int i = 0; i < 100000; i++)
		strbuf_addch(&deep, i % 2 ? '[' : '[');
	expect("json:/value", VALUE_DOUBLE, deep.buf, "maximum parsing depth reached");
	strbuf_clear(&deep);
	for (int i = 0; i < 20000; i++)
		strbuf_adds(&deep, "{\"a\":");
	expect("json:/value", VALUE_DOUBLE, deep.buf, "maximum parsing depth reached");
	strbuf_release(&deep);
}

static void mutated_json_never_harms(void **state)
{
	static const char seed[] =
		"{\"value\": [1.5e3, \"a\\u00e4\\n\", true, null], \"ts\": "
		"\"2026-01-01T00:00:00Z\"}";
	uint64_t r = 12345;
	struct strbuf got = STRBUF_INIT;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		char text[sizeof(seed)];
		size_t n = sizeof(seed) - 1;
		memcpy(text, seed, sizeof(seed));
		for (int k = 0; k < 3; k++) {
			r = r * 6364136223846793005u + 1442695040888963407u;
			text[(r >> 33) % n] = (char)(r >> 56);
		}
		n = (r >> 40) % 4 ? n : (size_t)((r >> 20) % n);
		decode(i % 2 ? "json:/value/1" : "json:/value", (enum value_type)(i % 5),
		       text, n, &got);
		assert_true(got.len > 0);
		decode("plain", (enum value_type)(i % 5), text, n, &got);
		assert_true(got.len > 0);
	}
	strbuf_release(&got);
}

static void commands_are_written_in_the_same_formats(void **state)
{
	static const struct {
		const char *spec;
		struct value v;
		const char *want;
	} cases[] = {
		{ "plain", { VALUE_DOUBLE, { .d = 0.1 } }, "0.1" },
		{ "plain", { VALUE_DOUBLE, { .d = 1500 } }, "1500" },
		{ "plain", { VALUE_INT, { .i = -5 } }, "-5" },
		{ "plain", { VALUE_BOOL, { .b = true } }, "true" },
		{ "plain", { VALUE_STRING, { .s = "AUTO" } }, "AUTO" },
		{ "json:/value", { VALUE_DOUBLE, { .d = 0.1 } }, "{\"value\":0.1}" },
		{ "json:/value", { VALUE_DOUBLE, { .d = 40 } }, "{\"value\":40}" },
		{ "json:/value", { VALUE_BOOL, { .b = false } }, "{\"value\":false}" },
		{ "json:/a/b~1c", { VALUE_INT, { .i = 3 } }, "{\"a\":{\"b/c\":3}}" },
		{ "json", { VALUE_INT, { .i = 3 } }, "3" },
		{ "json:/v",
		  { VALUE_STRING, { .s = "say \"hi\"\n" } },
		  "{\"v\":\"say \\\"hi\\\"\\n\"}" },
	};
	struct strbuf out = STRBUF_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct payload_format *format;
		const char *path;
		assert_true(payload_find(cases[i].spec, &format, &path, &out));
		strbuf_clear(&out);
		format->write(path, &cases[i].v, &out);
		assert_string_equal(out.buf, cases[i].want);
	}
	strbuf_release(&out);
}

static void every_written_number_reads_back(void **state)
{
	uint64_t r = 99;
	struct strbuf out = STRBUF_INIT, why = STRBUF_INIT;

	(void)state;
	for (int i = 0; i < 2000; i++) {
		const struct payload_format *format;
		const char *path;
		struct payload_value back;
		r = r * 6364136223846793005u + 1442695040888963407u;
		double d = (double)(int64_t)r / (double)(1u << (r >> 60));
		assert_true(
			payload_find(i % 2 ? "json:/v" : "plain", &format, &path, &why));
		strbuf_clear(&out);
		struct value v = value_double(d);
		format->write(path, &v, &out);
		void *parsed = format->parse(out.buf, out.len, &why);
		assert_non_null(parsed);
		assert_true(format->read(parsed, path, VALUE_DOUBLE, &back, &why));
		assert_true(back.value.u.d == d);
		format->release(parsed);
	}
	strbuf_release(&out);
	strbuf_release(&why);
}

static void formats_and_paths_are_checked(void **state)
{
	static const struct {
		const char *spec, *sentence;
	} cases[] = {
		{ "jsno:/a",
		  "\"jsno\" is not a payload format (did you mean \"json\"?); there "
		  "are json, plain" },
		{ "", "\"\" is not a payload format" },
		{ "plain:/x", "takes no path" },
		{ "json:value", "the JSON pointer \"value\" must begin with \"/\"" },
		{ "json:/a~", "has a \"~\" that is not \"~0\" or \"~1\"" },
		{ "json:/a~2", "has a \"~\" that is not \"~0\" or \"~1\"" },
		{ "json:/\xff", "is not UTF-8" },
	};
	const struct payload_format *format;
	const char *path;
	struct strbuf why = STRBUF_INIT, deep = STRBUF_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_false(payload_find(cases[i].spec, &format, &path, &why));
		assert_has(why.buf, cases[i].sentence);
	}
	strbuf_adds(&deep, "json:");
	for (int i = 0; i < 33; i++)
		strbuf_adds(&deep, "/a");
	assert_false(payload_find(deep.buf, &format, &path, &why));
	assert_has(why.buf, "is too long");
	strbuf_clear(&deep);
	strbuf_adds(&deep, "json:/");
	for (int i = 0; i < 256; i++)
		strbuf_addch(&deep, 'x');
	assert_false(payload_find(deep.buf, &format, &path, &why));
	strbuf_release(&why);
	strbuf_release(&deep);
}

static void every_format_is_a_whole_row(void **state)
{
	(void)state;
	for (size_t i = 0; payload_formats[i]; i++) {
		const struct payload_format *f = payload_formats[i];
		assert_true(strlen(f->name) > 0 && strlen(f->help) > 0);
		assert_true(f->check && f->parse && f->release && f->read && f->write);
		if (i)
			assert_true(strcmp(payload_formats[i - 1]->name, f->name) < 0);
		f->release(NULL);
	}
}

static void times_are_read_in_one_way_only(void **state)
{
	static const struct {
		const char *text;
		int64_t ms;
	} good[] = {
		{ "1763802303", 1763802303000 },
		{ "1763802303.25", 1763802303250 },
		{ "1763802303120", 1763802303120 },
		{ "0", 0 },
		{ "2026-11-22T09:05:03Z", 1795338303000 },
		{ "2026-11-22t09:05:03z", 1795338303000 },
		{ "2026-11-22 09:05:03Z", 1795338303000 },
		{ "2026-11-22T10:05:03+01:00", 1795338303000 },
		{ "2026-11-22T10:05:03+0100", 1795338303000 },
		{ "2026-11-22T03:35:03-05:30", 1795338303000 },
		{ "2026-11-22T09:05:03.1Z", 1795338303100 },
		{ "2026-11-22T09:05:03.123456789Z", 1795338303123 },
		{ "1970-01-01T00:00:00Z", 0 },
		{ "2000-02-29T00:00:00Z", 951782400000 },
		{ "2024-12-31T23:59:60Z", 1735689600000 },
		{ "2100-03-01T00:00:00Z", 4107542400000 },
	};
	static const char *const bad[] = {
		"",
		"yesterday",
		"2026-11-22",
		"2026-11-22T09:05:03",
		"2026-11-22T09:05Z",
		"2026-13-01T00:00:00Z",
		"2026-00-01T00:00:00Z",
		"2026-02-29T00:00:00Z",
		"2100-02-29T00:00:00Z",
		"2026-11-31T00:00:00Z",
		"2026-11-22T24:00:00Z",
		"2026-11-22T09:60:03Z",
		"2026-11-22T09:05:61Z",
		"2026-11-22T09:05:03.Z",
		"2026-11-22T09:05:03+15:00",
		"2026-11-22T09:05:03Zx",
		"1969-01-01T00:00:00Z",
		"22.11.2026 09:05:03Z",
		"1e300",
		"nan",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		int64_t ms = -1;
		if (!when_from_text(good[i].text, &ms) || ms != good[i].ms)
			fail_msg("%s is %" PRId64 ", expected %" PRId64, good[i].text, ms,
				 good[i].ms);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		int64_t ms;
		if (when_from_text(bad[i], &ms))
			fail_msg("%s was taken for a time", bad[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_text_becomes_the_tags_type),
		cmocka_unit_test(plain_text_has_limits),
		cmocka_unit_test(json_values_stand_where_the_pointer_says),
		cmocka_unit_test(MQ_07_json_is_strict),
		cmocka_unit_test(mutated_json_never_harms),
		cmocka_unit_test(commands_are_written_in_the_same_formats),
		cmocka_unit_test(every_written_number_reads_back),
		cmocka_unit_test(formats_and_paths_are_checked),
		cmocka_unit_test(every_format_is_a_whole_row),
		cmocka_unit_test(times_are_read_in_one_way_only),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
