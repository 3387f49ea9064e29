/* test_load_csv.c - tags_csv: what a row becomes, and what is said of one that cannot
 * become anything. */
#include "support/test.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "files.h"
#include "station/def.h"
#include "util/strbuf.h"
#include "util/xalloc.h"

static const char station[] =
	"station = { name = \"t\"; };\ndevices = \"devices.cfg\";\ntags = \"tags.cfg\";\n"
	"tags_csv = ( \"bulk.csv\" );\naccess = \"access.cfg\";\n";
static const char devices[] = "devices = ( { name = \"plc\"; driver = \"modbus\"; } );\n";
static const char access_cfg[] =
	"operators = ( { name = \"o\"; unix_user = \"o\"; roles = \"r\"; } );\n"
	"roles = ( { name = \"r\"; rights = ( \"view\", \"acknowledge\", \"operate\" ); "
	"} );\n";

static char *write_station(const char *tags, const char *csv)
{
	char *dir = xstrdup(test_tmpdir());

	files_put(dir, "s.cfg", station);
	files_put(dir, "devices.cfg", devices);
	files_put(dir, "access.cfg", access_cfg);
	files_put(dir, "tags.cfg", tags ? tags : "tags = ( );\n");
	if (csv)
		files_put(dir, "bulk.csv", csv);
	return dir;
}

static struct station_def *load_good(const char *tags, const char *csv)
{
	char *dir = write_station(tags, csv);
	struct station_def *d = files_load_good(dir);

	free(dir);
	return d;
}

static void a_row_is_a_tag_with_all_its_settings(void **state)
{
	struct station_def *d = load_good(
		NULL,
		"# from the tag export of line 4\n"
		"name,device,address,scale,unit,range,decimals,deadband,stale_s,frozen_s,"
		"area,description,write.permissive,write.max_step,write.right,type,"
		"expression,history.deadband\n"
		"a.level,plc,input:0:float32,,m,0..6,2,0.005,5,600,,\"Level, raw "
		"water\",,,,,,0.01\n"
		"a.sp,plc,holding:4,0.1,%,0..100,,0.5,,,east,,a.run,10,approve,,,\n"
		"a.run,plc,discrete:1,,,,,,,,,,,,,,,\n"
		"a.twice,,,,,,,,,,,,,,,,a.level * 2,\n");
	const struct tag_def *t = files_tag(d, "a.level");

	(void)state;
	assert_string_equal(t->unit, "m");
	assert_string_equal(t->area, "a");
	assert_string_equal(t->description, "Level, raw water");
	assert_string_equal(settings_get(&t->settings, "address"), "input:0:float32");
	assert_null(settings_get(&t->settings, "scale"));
	assert_true(t->numbers->has_range);
	assert_double(t->numbers->hi, 6, 0);
	assert_double(t->numbers->deadband, 0.005, 0);
	assert_int_equal(t->numbers->stale_ms, 5000);
	assert_int_equal(t->numbers->frozen_ms, 600000);
	assert_int_equal(t->decimals, 2);
	assert_int_equal(t->type, VALUE_DOUBLE);
	assert_false(t->write->allowed);
	assert_int_equal(t->line, 3);
	assert_non_null(strstr(tag_loc(t).file, "bulk.csv"));
	t = files_tag(d, "a.sp");
	assert_true(t->write->allowed);
	assert_string_equal(t->write->permissive, "a.run");
	assert_string_equal(t->write->right, "approve");
	assert_double(t->write->max_step, 10, 0);
	assert_double(t->write->tolerance, 0.5, 0); /* the deadband */
	assert_int_equal(t->write->readback_ms, 3000);
	assert_string_equal(t->area, "east");
	assert_int_equal(files_tag(d, "a.run")->type, VALUE_BOOL);
	assert_int_equal(files_tag(d, "a.twice")->kind, TAG_EXPRESSION);
	assert_string_equal(tag_expression(files_tag(d, "a.twice")), "a.level * 2");
	station_def_free(d);
}

static void rows_and_settings_files_make_the_same_tags(void **state)
{
	static const char both[] =
		"name,device,address,unit,range,write,write.readback_s\n"
		"b.x,plc,holding:7:int16,bar,-5..5,true,0\n";
	struct station_def *c = load_good(NULL, both);
	struct station_def *f = load_good(
		"tags = ( { name = \"b.x\"; device = \"plc\"; address = "
		"\"holding:7:int16\"; unit = \"bar\"; range = ( -5, 5 ); write = { "
		"readback_s = 0; }; } );",
		"name,device\n");
	const struct tag_def *x = files_tag(c, "b.x"), *y = files_tag(f, "b.x");

	(void)state;
	assert_true(settings_same(&x->settings, &y->settings));
	assert_int_equal(x->type, y->type);
	assert_int_equal(x->decimals, y->decimals);
	assert_memory_equal(x->numbers, y->numbers, sizeof(*x->numbers));
	assert_int_equal(x->write->readback_ms, y->write->readback_ms);
	assert_double(x->write->tolerance, y->write->tolerance, 0);
	assert_string_equal(x->write->right, y->write->right);
	station_def_free(c);
	station_def_free(f);
}

#define PUMP                                                                             \
	"templates = ( { name = \"pump\"; parameters = [ \"p\", \"base\", \"text\" ];\n" \
	"tags = ( { name = \"$(p).run\"; device = \"plc\"; address = "                   \
	"\"discrete:$(base*10+1)\"; description = \"$(text=none)\"; } ); } );\n"

static void a_row_can_be_an_instance_of_a_template(void **state)
{
	struct station_def *d = load_good(PUMP, "template;p;base;text\n"
						"pump;a.p1;5;\npump;a.p2;6;Second\n");

	(void)state;
	assert_string_equal(settings_get(&files_tag(d, "a.p1.run")->settings, "address"),
			    "discrete:51");
	assert_string_equal(files_tag(d, "a.p1.run")->description, "none");
	assert_string_equal(files_tag(d, "a.p2.run")->description, "Second");
	station_def_free(d);
}

static void CF_10_mistakes_in_rows_have_file_line_column_and_sentence(void **state)
{
	static const struct {
		const char *tags, *csv, *want;
	} row[] = {
		{ NULL, "name,device\n\na.x,plcc\n",
		  "bulk.csv:3:5: error: tag \"a.x\" names the unknown device \"plcc\" "
		  "(did you mean \"plc\"?)" },
		{ NULL, "name,device,deadband\na.x,plc,-1\n",
		  "bulk.csv:2:9: error: deadband of tag \"a.x\" is -1; it must be 0 or "
		  "more" },
		{ NULL, "name,device,deadband\na.x,plc,much\n",
		  "bulk.csv:2:9: error: deadband of tag \"a.x\" must be a number, not "
		  "\"much\"" },
		{ NULL, "name,device,stale_s\na.x,plc,1e400\n",
		  "bulk.csv:2:9: error: stale_s of tag \"a.x\" must be a number" },
		{ NULL, "name,device,decimals\na.x,plc,12\n",
		  "bulk.csv:2:9: error: decimals of tag \"a.x\" is 12; allowed is 0 to "
		  "9" },
		{ NULL, "name,device,decimals\na.x,plc,1.5\n",
		  "decimals of tag \"a.x\" must be a whole number" },
		{ NULL, "name,device,range\na.x,plc,6..0\n",
		  "bulk.csv:2:9: error: range of tag \"a.x\" is crossed" },
		{ NULL, "name,device,range\na.x,plc,6\n",
		  "range of tag \"a.x\" must be two numbers lo..hi, not \"6\"" },
		{ NULL, "name,device,type\na.x,plc,float\n",
		  "bulk.csv:2:9: error: type of tag \"a.x\" is \"float\"; it can be "
		  "bool, "
		  "int64, double, string" },
		{ NULL, "name,device,write.blind\na.x,plc,maybe\n",
		  "write.blind of tag \"a.x\" must be true or false" },
		{ NULL, "name,device,write.max_step\na.x,plc,0\n",
		  "max_step of write of tag \"a.x\" is 0; it must be above 0" },
		{ NULL, "name,device\nA.X,plc\n",
		  "bulk.csv:2:1: error: tag \"A.X\" has capital letters" },
		{ NULL, "name,device\na.x,plc\na.x,plc\n",
		  "bulk.csv:3:1: error: tag \"a.x\" is defined twice; the first stands "
		  "in" },
		{ NULL, "name,device\na.x0,plc\na.xo,plc\n",
		  "bulk.csv:3:1: error: tag \"a.xo\" looks like \"a.x0\"" },
		{ NULL, "name,device\n,plc\n",
		  "bulk.csv:2:1: error: the tag has no name" },
		{ NULL, "name,device,expression\na.x,plc,1+1\n",
		  "bulk.csv:2:9: error: tag \"a.x\" has a device and an expression" },
		{ NULL, "name,device\na.x,\n",
		  "bulk.csv:2:1: error: tag \"a.x\" has neither a device nor an "
		  "expression" },
		{ NULL, "name,expression,write\na.x,1+1,true\n",
		  "bulk.csv:2:9: error: tag \"a.x\" is computed and cannot be written" },
		{ NULL, "name,expression\na.x,a.y + 1\n",
		  "bulk.csv:2:5: error: expression of \"a.x\" names the unknown tag "
		  "\"a.y\"" },
		{ NULL, "name,device\n$(p).x,plc\n",
		  "bulk.csv:2:1: error: \"$(p).x\" has a $( ) outside a template" },
		{ NULL, "name,device,name\na.x,plc,\n",
		  "bulk.csv:1:13: error: the header names \"name\" twice" },
		{ NULL, "name,Device!\na.x,plc\n",
		  "bulk.csv:1:6: error: \"Device!\" is no setting's name" },
		{ NULL, "device,address\nplc,input:1\n",
		  "bulk.csv:1:1: error: the header names neither \"name\" nor "
		  "\"template\"" },
		{ NULL, "name,device\nsystem.x,plc\n",
		  "tag \"system.x\" begins with \"system.\"" },
		{ NULL, "template,p\npumpe,a\n",
		  "bulk.csv:2:1: error: unknown template \"pumpe\"" },
		{ PUMP, "template,p,base\npumpe,a,1\n",
		  "unknown template \"pumpe\" (did you mean \"pump\"?)" },
		{ PUMP, "template,p,base\npump,a,\n",
		  "bulk.csv:2:1: error: template \"pump\" needs \"base\"" },
		{ PUMP, "template,p,base,bas\npump,a,1,2\n",
		  "template \"pump\" has no parameter \"bas\" (did you mean \"base\"?)" },
		{ PUMP, "template,p,base\npump,a,x\n",
		  "bulk.csv:2:1: error: \"discrete:$(base*10+1)\"" },
		{ PUMP, "template,p,base\npump,a,1\npump,a,2\n",
		  "tag \"a.run\" is defined twice" },
		{ PUMP, "template,p,base\n,a,1\n",
		  "bulk.csv:2:1: error: the row names no template" },
		{ NULL, NULL, "this list names cannot read \"bulk.csv\"" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct strbuf lines = STRBUF_INIT;
		char *dir = write_station(row[i].tags, row[i].csv);
		struct station_def *d = files_load(dir, &lines);

		assert_null(d);
		if (!strstr(lines.buf, row[i].want))
			fail_msg("%s\nwanted %s\ngot %s", row[i].csv, row[i].want,
				 lines.buf);
		strbuf_release(&lines);
		free(dir);
	}
}

/* A hole of 10 GB costs the disk nothing, and would cost the reader everything. */
static void CF_02_ten_gigabytes_of_tags_are_refused_before_they_are_read(void **state)
{
	static const char *const name[] = { "bulk.csv", "tags.cfg" };
	static const char *const want[] = {
		"\"bulk.csv\" has 10737418240 bytes; at most 256 MiB are read",
		"\"tags.cfg\" has 10737418240 bytes; at most 16 MiB are read"
	};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct strbuf lines = STRBUF_INIT;
		char *dir = write_station(NULL, "name,device\n");
		int fd = open(files_put(dir, name[i], NULL), O_WRONLY | O_CLOEXEC);

		assert_true(fd >= 0);
		assert_int_equal(ftruncate(fd, 10LL << 30), 0);
		close(fd);
		assert_null(files_load(dir, &lines));
		if (!strstr(lines.buf, want[i]))
			fail_msg("wanted %s got %s", want[i], lines.buf);
		strbuf_release(&lines);
		free(dir);
	}
}

static void the_hash_and_the_reload_watch_cover_the_rows(void **state)
{
	struct station_def *a = load_good(NULL, "name,device\na.x,plc\n");
	struct station_def *b = load_good(NULL, "name,device\na.y,plc\n");
	bool watched = false;

	(void)state;
	assert_memory_not_equal(a->hash, b->hash, sizeof(a->hash));
	for (size_t i = 0; i < a->n_paths; i++)
		watched |= strstr(a->paths[i], "/bulk.csv") != NULL;
	assert_true(watched);
	station_def_free(a);
	station_def_free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_row_is_a_tag_with_all_its_settings),
		cmocka_unit_test(rows_and_settings_files_make_the_same_tags),
		cmocka_unit_test(a_row_can_be_an_instance_of_a_template),
		cmocka_unit_test(
			CF_10_mistakes_in_rows_have_file_line_column_and_sentence),
		cmocka_unit_test(
			CF_02_ten_gigabytes_of_tags_are_refused_before_they_are_read),
		cmocka_unit_test(the_hash_and_the_reload_watch_cover_the_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
