/* test_load_write.c - the write group of a tag: each setting as the gate gets it, from a
 * file and from a row of a CSV file, and each mistake in words. */
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "files.h"
#include "station/def.h"
#include "tag/words.h"
#include "util/strbuf.h"
#include "util/xalloc.h"

static char *station_of(const char *tags, const char *csv, const char *role)
{
	char *dir = xstrdup(test_tmpdir()), text[700];

	files_put(
		dir, "s.cfg",
		"station = { name = \"t\"; };\ndevices = \"devices.cfg\";\n"
		"tags = \"tags\";\ntags_csv = ( \"t.csv\" );\naccess = \"access.cfg\";\n"
		"alarms = \"alarms.cfg\";\n");
	files_put(dir, "devices.cfg",
		  "devices = ( { name = \"plc\"; driver = \"modbus\"; } );\n");
	files_put(dir, "alarms.cfg", "alarms = ();\n");
	files_put(dir, "tags/t.cfg", tags);
	files_put(dir, "t.csv", csv ? csv : "name,device,address\n");
	snprintf(text, sizeof(text),
		 "roles = ( { name = \"r\"; rights = ( \"view\", \"acknowledge\", "
		 "\"operate\"%s ); } );\n"
		 "operators = ( { name = \"o\"; unix_user = \"o\"; roles = \"r\"; } );\n",
		 role ? role : ", \"approve\"");
	files_put(dir, "access.cfg", text);
	return dir;
}

static void every_rung_is_read(void **state)
{
	char *dir = station_of(
		"tags = ( { name = \"a.run\"; device = \"plc\"; address = \"coil:0\"; "
		"},\n"
		" { name = \"a.sp\"; device = \"plc\"; address = \"holding:0:float32\"; "
		"range = ( 0, 100 );\n"
		"   write = { max_step = 5; max_change = 20; max_change_s = 120; "
		"challenge "
		"= \"digits\"; reason = true; approve = true; critical = true; blind = "
		"true; blind_right = \"approve\"; }; },\n"
		" { name = \"a.mode\"; device = \"plc\"; address = \"holding:4\"; range "
		"= "
		"( 0, 9 );\n"
		"   write = { words = ( \"off\", \"automatic\", \"7=by hand\" ); }; },\n"
		" { name = \"a.start\"; device = \"plc\"; address = \"coil:1\";\n"
		"   write = { pulse = true; feedback = \"a.run\"; feedback_value = "
		"false; "
		"feedback_s = 8; }; } );\n",
		"name,device,address,range,write.max_change,write.max_change_s,"
		"write.words,write.challenge,write.reason,write.approve,write.critical,"
		"write.blind,write.blind_right\n"
		"b.sp,plc,holding:8,0..100,20,120,,digits,true,true,true,true,approve\n"
		"b.mode,plc,holding:10,0..9,,,off|automatic|7=by hand,,,,,,\n",
		NULL);
	struct station_def *d = files_load_good(dir);
	const struct tag_write *w = files_tag(d, "a.sp")->write;
	const struct tag_write *csv = files_tag(d, "b.sp")->write;

	(void)state;
	assert_double(w->max_change, 20, 0);
	assert_int_equal(w->max_change_ms, 120000);
	assert_string_equal(w->challenge, "digits");
	assert_true(w->reason && w->approve && w->critical && w->blind && !w->pulse);
	assert_string_equal(w->blind_right, "approve");
	assert_null(w->words);
	assert_double(csv->max_change, 20, 0);
	assert_int_equal(csv->max_change_ms, 120000);
	assert_string_equal(csv->challenge, "digits");
	assert_true(csv->reason && csv->approve && csv->critical && csv->blind);
	assert_string_equal(csv->blind_right, "approve");
	w = files_tag(d, "a.mode")->write;
	assert_string_equal(w->words, "0=off\n1=automatic\n7=by hand");
	assert_string_equal(files_tag(d, "b.mode")->write->words, w->words);
	assert_null(w->challenge);
	assert_false(w->reason || w->approve || w->critical);
	assert_string_equal(w->blind_right, "engineer");
	assert_int_equal(w->max_change_ms, 60000);
	w = files_tag(d, "a.start")->write;
	assert_true(w->pulse);
	assert_string_equal(w->feedback, "a.run");
	assert_double(w->feedback_value, 0, 0);
	assert_int_equal(w->feedback_ms, 8000);
	station_def_free(d);
	free(dir);
}

#define TAG(write)                                                                       \
	"tags = ( { name = \"a.run\"; device = \"plc\"; address = \"coil:0\"; },\n"      \
	" { name = \"a.sum\"; expression = \"1 + 1\"; },\n"                              \
	" { name = \"a.sp\"; device = \"plc\"; address = \"holding:0:float32\"; range "  \
	"= "                                                                             \
	"( 0, 100 ); write = { " write " }; },\n"                                        \
	" { name = \"a.on\"; device = \"plc\"; address = \"coil:1\"; } );\n"

static void each_mistake_is_told_with_what_to_do(void **state)
{
	static const struct {
		const char *tags, *rights, *says;
	} rows[] = {
		{ TAG("challenge = \"valeu\";"), NULL, "value" },
		{ TAG("max_change = 5; max_step = 10;"), NULL,
		  "max_step of tag \"a.sp\" is larger than its max_change" },
		{ TAG("max_change_s = 30;"), NULL,
		  "max_change_s of tag \"a.sp\" means nothing without max_change" },
		{ TAG("max_change = 1; max_change_s = 0;"), NULL, "max_change_s" },
		{ TAG("pulse = true; feedback = \"a.rum\";"), NULL,
		  "did you mean \"a.run\"" },
		{ TAG("pulse = true; feedback = \"a.sum\";"), NULL,
		  "\"a.sum\" is not read from a device" },
		{ TAG("pulse = true; feedback = \"a.sp\";"), NULL,
		  "names the tag itself" },
		{ TAG("feedback = \"a.run\";"), NULL,
		  "feedback of tag \"a.sp\" means nothing without pulse = true" },
		{ TAG("pulse = true; max_step = 5;"), NULL,
		  "max_step and max_change mean nothing, use min_interval_s" },
		{ TAG("pulse = true; feedback = \"a.run\"; feedback_value = \"on\";"),
		  NULL,
		  "feedback_value of tag \"a.sp\" must be true, false or a number" },
		{ TAG("words = ( \"off\", \"off\" );"), NULL,
		  "words of tag \"a.sp\": \"off\" is the word of 0 already" },
		{ TAG("words = ( \"off\", \"0=on\" );"), NULL, "0 is \"off\" already" },
		{ TAG("words = ( \"x=off\" );"), NULL, "no whole number before the =" },
		{ TAG("words = ( \" off\" );"), NULL,
		  "may not be empty, nor begin or end with a space" },
		{ TAG("words = ( \"off\", \"120=far\" );"), NULL,
		  "\"far\" of tag \"a.sp\" is 120, outside its range of 0 to 100" },
		{ TAG("approve = true;"), "",
		  "tag \"a.sp\" asks for a second person, and no role has the right "
		  "approve" },
		{ TAG("critical = true;"), NULL,
		  "tag \"a.sp\" is critical, and one key writes it: add challenge" },
		{ TAG("blind_right = \"approve\";"), NULL,
		  "blind_right of tag \"a.sp\" means nothing without blind = true" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct strbuf lines = STRBUF_INIT;
		char *dir = station_of(rows[i].tags, NULL, rows[i].rights);

		station_def_free(files_load(dir, &lines));
		assert_has(lines.buf, rows[i].says);
		strbuf_release(&lines);
		free(dir);
	}
}

static void a_boolean_has_two_words_at_most(void **state)
{
	struct strbuf lines = STRBUF_INIT;
	char *dir = station_of("tags = ( { name = \"a.on\"; device = \"plc\"; address = "
			       "\"coil:1\"; write = { words = ( \"stop\", \"run\", "
			       "\"spin\" ); }; } );\n",
			       NULL, NULL);

	(void)state;
	station_def_free(files_load(dir, &lines));
	assert_has(lines.buf, "tag \"a.on\" is true or false, so 2 can have no word");
	strbuf_release(&lines);
	free(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_rung_is_read),
		cmocka_unit_test(each_mistake_is_told_with_what_to_do),
		cmocka_unit_test(a_boolean_has_two_words_at_most),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
