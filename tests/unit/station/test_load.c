/* test_load.c - a station's files as the server reads them: whole, or every mistake. */
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config/file.h"
#include "files.h"
#include "station/def.h"
#include "station/schema.h"
#include "station/system_tags.h"
#include "util/strbuf.h"
#include "util/xalloc.h"

/* --- a small station in a folder ------------------------------------------------- */

struct files {
	const char *station, *devices, *tags, *alarms, *access;
};

static const struct files good = {
	.station =
		"station = { name = \"t\"; };\ndevices = \"devices.cfg\";\n"
		"tags = \"tags\";\nalarms = \"alarms.cfg\";\naccess = \"access.cfg\";\n",
	.devices = "devices = ( { name = \"plc\"; driver = \"modbus\"; } );\n",
	.tags = "tags = (\n { name = \"a.level\"; device = \"plc\"; address = "
		"\"input:0:float32\"; range = ( 0, 10 ); },\n { name = \"a.run\"; device "
		"= "
		"\"plc\"; address = \"discrete:0\"; } );\n",
	.alarms = "alarms = ();\n",
	.access = "operators = ( { name = \"o\"; unix_user = \"o\"; roles = \"r\"; } );\n"
		  "roles = ( { name = \"r\"; rights = ( \"view\", \"acknowledge\", "
		  "\"operate\" ); } );\n",
};

static char *write_station(const struct files *f)
{
	char *dir = xstrdup(test_tmpdir());

	files_put(dir, "s.cfg", f->station ? f->station : good.station);
	files_put(dir, "devices.cfg", f->devices ? f->devices : good.devices);
	files_put(dir, "tags/t.cfg", f->tags ? f->tags : good.tags);
	files_put(dir, "alarms.cfg", f->alarms ? f->alarms : good.alarms);
	files_put(dir, "access.cfg", f->access ? f->access : good.access);
	return dir;
}

static void assert_says(const struct files *f, const char *want)
{
	struct strbuf lines = STRBUF_INIT;
	char *dir = write_station(f);

	station_def_free(files_load(dir, &lines));
	assert_has(lines.buf, want);
	strbuf_release(&lines);
	free(dir);
}

static struct station_def *load_good(const struct files *f)
{
	char *dir = write_station(f);
	struct station_def *d = files_load_good(dir);

	free(dir);
	return d;
}

/* --- the demonstration station --------------------------------------------------- */

static void the_demonstration_station_loads_whole(void **state)
{
	struct diag_list diags = DIAG_LIST_INIT;
	struct station_def *d = station_load(test_top("config/sightglass.cfg"), &diags);

	(void)state;
	for (size_t i = 0; i < diags.n; i++)
		print_error("%s:%d: %s\n", diags.v[i].file, diags.v[i].line,
			    diags.v[i].text);
	assert_int_equal(diags.n, 0);
	assert_non_null(d);
	assert_string_equal(d->name, "demo-waterworks");
	assert_true(d->screens_on_save);
	assert_int_equal(d->n_devices, 3);
	assert_in_range(d->n_tags, 120, 200);
	assert_in_range(d->n_alarms, 20, 50);
	assert_int_equal(d->devices[0].scan_ms, 500);
	assert_string_equal(settings_get(&d->devices[0].settings, "endpoint"),
			    "tcp://127.0.0.1:1502");

	const struct tag_def *t = files_tag(d, "intake.p102.speed_sp");
	assert_string_equal(settings_get(&t->settings, "address"), "holding:220:float32");
	assert_string_equal(t->write->permissive, "intake.p102.auto");
	assert_string_equal(t->write->right, "operate");
	assert_double(t->write->tolerance, 0.5, 0);
	assert_int_equal(t->write->readback_ms, 3000);
	assert_string_equal(t->area, "intake");
	assert_int_equal(t->type, VALUE_DOUBLE);
	t = files_tag(d, "dosing.cl2_sp");
	assert_string_equal(settings_get(&t->settings, "write.topic"),
			    "works/dosing/cl2_sp/set");
	assert_string_equal(settings_get(&t->settings, "write.qos"), "0");
	assert_double(t->write->max_step, 0.5, 0);
	assert_double(t->numbers->hi, 5, 0);
	t = files_tag(d, "intake.t101.level");
	assert_int_equal(t->numbers->stale_ms, 5000);
	assert_int_equal(t->numbers->frozen_ms, 600000);
	assert_int_equal(t->decimals, 2);
	assert_int_equal(files_tag(d, "intake.p101.running")->type, VALUE_BOOL);
	assert_int_equal(files_tag(d, "network.boosters")->type, VALUE_INT);
	assert_int_equal(files_tag(d, "intake.efficiency")->type, VALUE_DOUBLE);
	assert_int_equal(
		d->alarms[station_def_alarm(d, "intake.t101.level.hihi")].priority,
		ALARM_CRITICAL);
	station_def_free(d);
	diag_list_release(&diags);
}

static bool was_read(const struct station_def *d, const char *path)
{
	for (size_t i = 0; i < d->n_paths; i++)
		if (strcmp(d->paths[i], path) == 0)
			return true;
	return false;
}

static void every_file_of_the_demonstration_is_read(void **state)
{
	static const char *const folders[] = { "config", "alarms", "screens" };
	struct diag_list diags = DIAG_LIST_INIT;
	struct station_def *d = station_load(test_top("config/sightglass.cfg"), &diags);
	struct strbuf why = STRBUF_INIT;
	char real[2][4096];

	(void)state;
	assert_non_null(d);
	for (size_t f = 0; f < 3; f++) {
		struct cfg_names names;
		assert_true(cfg_dir_list(test_top(folders[f]), &names, &why));
		assert_true(names.n > 0);
		for (size_t i = 0; i < names.n; i++) {
			char path[4096];
			snprintf(path, sizeof(path), "%s/%s", folders[f], names.v[i]);
			assert_non_null(realpath(test_top(path), real[0]));
			bool found = was_read(d, real[0]);
			for (size_t k = 0; k < d->n_paths && !found; k++)
				found = realpath(d->paths[k], real[1]) &&
					strcmp(real[0], real[1]) == 0;
			if (!found)
				fail_msg("%s is not part of the station", path);
		}
		cfg_names_release(&names);
	}
	strbuf_release(&why);
	station_def_free(d);
	diag_list_release(&diags);
}

static void the_server_adds_its_own_tags_and_alarms(void **state)
{
	struct station_def *d = load_good(&good);

	(void)state;
	for (size_t i = 0; i < SYSTEM_TAG_COUNT; i++) {
		const struct tag_def *t = files_tag(d, system_tags[i].name);
		assert_int_equal(t->kind, TAG_SYSTEM);
		assert_int_equal(t->type, system_tags[i].type);
		assert_true(system_tags[i].description[0]);
	}
	assert_int_equal(files_tag(d, "system.plc.connected")->type, VALUE_BOOL);
	assert_int_equal(files_tag(d, "system.plc.scan_late")->type, VALUE_INT);
	int64_t a = station_def_alarm(d, "system.plc.comm");
	assert_true(a >= 0);
	assert_true(d->alarms[a].system);
	assert_false(d->alarms[a].state);
	assert_int_equal(d->alarms[a].priority, ALARM_HIGH);
	assert_string_equal(d->alarms[a].tag, "system.plc.connected");
	assert_string_equal(d->alarms[a].area, "system");
	station_def_free(d);
}

/* --- mistakes -------------------------------------------------------------------- */

#define TAG(text)                                                                        \
	"tags = ( { name = \"a.x\"; device = \"plc\"; address = \"input:0\"; " text      \
	" } );"
#define ALARM(text)                                                                      \
	"alarms = ( { name = \"a.al\"; priority = \"low\"; message = \"m\"; " text " } " \
	");"

static void CF_04_duplicate_and_confusable_names_are_refused(void **state)
{
	static const struct {
		const char *tags, *want;
	} row[] = {
		{ "tags = ( { name = \"a.b\"; device = \"plc\"; },\n { name = \"a.b\"; "
		  "device = "
		  "\"plc\"; } );",
		  "tags/t.cfg:2:2: error: tag \"a.b\" is defined twice; the first stands "
		  "in" },
		{ "tags = ( { name = \"a.b\"; device = \"plc\"; },\n { name = \"a.B\"; "
		  "device = "
		  "\"plc\"; } );",
		  "tags/t.cfg:2:2: error: tag \"a.B\" has capital letters; names are "
		  "lower case "
		  "(did you mean \"a.b\"?)" },
		{ "tags = ( { name = \"a.p10\"; device = \"plc\"; },\n { name = "
		  "\"a.pl0\"; device "
		  "= \"plc\"; } );",
		  "tag \"a.pl0\" looks like \"a.p10\"" },
		{ "tags = ( { name = \"a.to\"; device = \"plc\"; },\n { name = \"a.t0\"; "
		  "device = "
		  "\"plc\"; } );",
		  "0 and o, 1 and l are told apart by nobody [confusable-name]" },
		{ "tags = ( { name = \"a.\xD0\xB0\"; device = \"plc\"; } );", /* cyrillic
										 a */
		  "is no valid name: use a-z, 0-9 and _" },
		{ "tags = ( { name = \"a..b\"; device = \"plc\"; } );",
		  "is no valid name" },
		{ "tags = ( { name = \"system.x\"; device = \"plc\"; } );",
		  "begins with \"system.\", which belongs to the server" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++)
		assert_says(&(struct files){ .tags = row[i].tags }, row[i].want);
	assert_says(&(struct files){ .devices =
					     "devices = ( { name = \"plc\"; driver = "
					     "\"modbus\"; }, { name = \"plc\"; driver = "
					     "\"mqtt\"; } );" },
		    "device \"plc\" is defined twice; the first stands in");
}

static void CF_10_numbers_that_make_no_sense_are_refused(void **state)
{
	static const struct {
		struct files f;
		const char *want;
	} row[] = {
		{ { .tags = TAG("range = ( 5, 1 );") },
		  "range of tag \"a.x\" is crossed" },
		{ { .tags = TAG("range = ( 1, 1 );") },
		  "the first number must be below" },
		{ { .tags = TAG("deadband = -0.1;") },
		  "deadband of tag \"a.x\" is -0.1; it must "
		  "be 0 or more" },
		{ { .tags = TAG("scale = 0.0;") }, "scale of tag \"a.x\" must not be 0" },
		{ { .tags = TAG("stale_s = 0;") },
		  "stale_s of tag \"a.x\" is 0; it must be above" },
		{ { .tags = TAG("decimals = 12;") },
		  "decimals of tag \"a.x\" is 12; allowed is 0 "
		  "to 9" },
		{ { .tags = TAG("history = { deadband = -1; };") },
		  "deadband of history of tag \"a.x\" is -1" },
		{ { .tags = TAG("write = { max_step = 0; };") },
		  "max_step of write of tag \"a.x\" is 0; it must be above 0" },
		{ { .tags = TAG("write = { tolerance = -1; };") },
		  "tolerance of write of tag" },
		{ { .devices = "devices = ( { name = \"plc\"; driver = \"modbus\"; "
			       "scan_ms = -1; } "
			       ");" },
		  "scan_ms of device \"plc\" is -1; allowed is 0 to 3600000" },
		{ { .alarms = ALARM("type = \"high\"; tag = \"a.level\"; limit = 5; "
				    "deadband = -1;") },
		  "deadband of alarm \"a.al\" is -1; it must be 0 or more" },
		{ { .alarms = ALARM(
			    "type = \"high\"; tag = \"a.level\"; limit = 5; on_delay_s = "
			    "-1;") },
		  "on_delay_s of alarm \"a.al\" is -1; allowed is 0 to 86400" },
		{ { .alarms = "alarms = ( { name = \"a.hi\"; priority = \"low\"; message "
			      "= \"m\"; "
			      "type = \"high\"; tag = \"a.level\"; limit = 3; },\n { "
			      "name = "
			      "\"a.lo\"; priority = \"low\"; message = \"m\"; type = "
			      "\"low\"; tag = "
			      "\"a.level\"; limit = 4; } );" },
		  "high limit 3 of alarm \"a.hi\" is not above low limit 4 of alarm "
		  "\"a.lo\"" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++)
		assert_says(&row[i].f, row[i].want);
}

static void tags_are_judged_with_the_rest_of_the_station(void **state)
{
	static const struct {
		const char *tags, *want;
	} row[] = {
		{ "tags = ( { name = \"a.x\"; device = \"plx\"; } );",
		  "tags/t.cfg:1:26: error: tag \"a.x\" names the unknown device \"plx\" "
		  "(did you "
		  "mean \"plc\"?) [unknown-device]" },
		{ "tags = ( { name = \"a.x\"; } );",
		  "has neither a device nor an expression" },
		{ "tags = ( { name = \"a.x\"; device = \"plc\"; expression = \"1\"; } );",
		  "has a device and an expression; keep one of them" },
		{ "tags = ( { name = \"a.x\"; expression = \"1 +\"; } );",
		  "expression of \"a.x\"" },
		{ "tags = ( { name = \"a.level\"; device = \"plc\"; },\n { name = "
		  "\"a.x\";\n"
		  "expression = \"2 * a.levle\"; } );",
		  "tags/t.cfg:3:19: error: expression of \"a.x\" names the unknown tag "
		  "\"a.levle\" (did you mean \"a.level\"?) [unknown-tag]" },
		{ "tags = ( { name = \"a.x\"; expression = \"a.y + 1\"; }, { name = "
		  "\"a.y\"; "
		  "expression = \"a.z\"; }, { name = \"a.z\"; expression = \"-a.x\"; } "
		  ");",
		  "depends on itself: a.x -> a.y -> a.z -> a.x [cyclic-expression]" },
		{ "tags = ( { name = \"a.x\"; expression = \"a.x\"; } );",
		  "tag \"a.x\" depends on itself: a.x -> a.x" },
		{ "tags = ( { name = \"a.x\"; expression = \"1\"; write = { }; } );",
		  "is computed and cannot be written; remove write" },
		{ "tags = ( { name = \"a.x\"; expression = \"1\"; adress = \"x\"; } );",
		  "unknown setting \"adress\" in tag \"a.x\"" },
		{ TAG("write = { permissive = \"a.x + 1\"; };"),
		  "permissive of \"a.x\" gives a number; a condition must be true or "
		  "false" },
		{ TAG("write = { permissive = \"a.nix == 1\"; };"),
		  "permissive of \"a.x\" names the unknown tag \"a.nix\"" },
		{ TAG("write = { right = \"operat\"; };"),
		  "(did you mean \"operate\"?)" },
		{ TAG("write = { topic = ( 1 ); };"),
		  "topic of tag \"a.x\" must be a text" },
		{ TAG("range = ( 0, 1 ); write = { max_step = 5; };"),
		  "warning: max_step of tag \"a.x\" is larger than its whole range" },
		{ TAG("type = \"float\";"),
		  "type of tag \"a.x\" is \"float\"; it can be bool, "
		  "int64, double, string" },
		{ "tags = ( { name = \"a.x\"; expression = \"1 < 2\"; type = \"double\"; "
		  "} );",
		  "tag \"a.x\" is declared double but its expression gives bool" },
		{ TAG("description = \"$(p)\";"),
		  "\"$(p)\" has a $( ) outside a template" },
		{ "tagz = ();",
		  "unknown setting \"tagz\" in the tags file (did you mean \"tags\"?)" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++)
		assert_says(&(struct files){ .tags = row[i].tags }, row[i].want);
}

static void alarms_and_access_are_judged_with_the_rest_of_the_station(void **state)
{
	static const struct {
		struct files f;
		const char *want;
	} row[] = {
		{ { .alarms = ALARM("type = \"higth\"; tag = \"a.level\"; limit = 1;") },
		  "unknown type \"higth\"; there is bad_quality, count, deviation, "
		  "expression, frozen, high, low, mismatch, rate, stale, state, "
		  "statistical (did you mean \"high\"?)" },
		{ { .alarms = ALARM("type = \"high\"; tag = \"a.leve\"; limit = 1;") },
		  "alarm \"a.al\" names the unknown tag \"a.leve\" (did you mean "
		  "\"a.level\"?)" },
		{ { .alarms = ALARM("type = \"high\"; tag = \"a.level\";") },
		  "alarm \"a.al\" of type high has no limit; add it" },
		{ { .alarms = ALARM("type = \"state\"; tag = \"a.run\"; limit = 1;") },
		  "alarm \"a.al\" of type state does not use limit; remove it" },
		{ { .alarms = ALARM("type = \"state\"; tag = \"a.level\";") },
		  "only true/false tags have a state" },
		{ { .alarms = ALARM("type = \"high\"; tag = \"a.run\"; limit = 1;") },
		  "only numbers have limits" },
		{ { .alarms = ALARM("type = \"high\"; tag = \"a.level\"; limit = 11;") },
		  "warning: limit of alarm \"a.al\" lies outside the range 0 to 10" },
		{ { .alarms = ALARM(
			    "type = \"expression\"; expression = \"a.level * 2\";") },
		  "expression of alarm \"a.al\" gives a number" },
		{ { .alarms = ALARM("type = \"state\"; tag = \"a.run\"; area = \"b\";") },
		  "alarm \"a.al\" names the area \"b\", which no tag is in" },
		{ { .alarms = "alarms = ( { name = \"a.al\"; priority = \"urgent\"; "
			      "message = "
			      "\"m\"; type = \"state\"; tag = \"a.run\"; } );" },
		  "priority of alarm \"a.al\" is \"urgent\"; it can be critical, high, "
		  "medium, low" },
		{ { .alarms = "alarms = ( { name = \"a.al\"; priority = \"low\"; message "
			      "= \"m\"; "
			      "type = \"state\"; tag = \"a.run\"; }, { name = \"a.al\"; "
			      "priority = "
			      "\"low\"; message = \"m\"; type = \"state\"; tag = "
			      "\"a.run\"; } );" },
		  "alarm \"a.al\" is defined twice" },
		{ { .access = "operators = ( { name = \"o\"; unix_user = \"o\"; roles = "
			      "\"boss\"; } "
			      ");" },
		  "access.cfg:1: error: operator \"o\" has the unknown role \"boss\"" },
		{ { .access = "roles = ( { name = \"r\"; rights = ( \"veiw\" ); } );" },
		  "role \"r\" has the unknown right \"veiw\"; there is view, "
		  "acknowledge" },
		{ { .access = "operators = ( { name = \"o\"; unix_user = \"o\"; roles = "
			      "\"r\"; areas "
			      "= \"intak\"; } ); roles = ( { name = \"r\"; rights = "
			      "\"view\"; } );" },
		  "operator \"o\" names the area \"intak\", which no tag is in" },
		{ { .access = "operators = ( { name = \"o\"; unix_user = \"u\"; roles = "
			      "\"r\"; }, { "
			      "name = \"p\"; unix_user = \"u\"; roles = \"r\"; } ); "
			      "roles = ( { name "
			      "= \"r\"; rights = \"view\"; } );" },
		  "unix_user \"u\" of operator \"p\" belongs to operator \"o\" already" },
		{ { .access = "operators = ( { name = \"o\"; unix_user = \"o\"; roles = "
			      "\"r\"; } ); "
			      "roles = ( { name = \"r\"; rights = \"view\"; } );" },
		  "warning: no operator has the right \"acknowledge\"" },
		{ { .station = "station = { name = \"t\"; };\ndevices = "
			       "\"none.cfg\";\ntags = "
			       "\"tags\";\naccess = \"access.cfg\";\n" },
		  "s.cfg:2:1: error: devices names cannot read \"none.cfg\": No such "
		  "file" },
		{ { .station = "station = { name = \"t\"; };" },
		  "s.cfg:1:1: error: the station file has no devices" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++)
		assert_says(&row[i].f, row[i].want);
}

/* --- templates ------------------------------------------------------------------- */

#define PUMP                                                                             \
	"templates = ( { name = \"pump\"; parameters = [ \"p\", \"base\" ]; tags = (\n"  \
	" { name = \"$(p).run\"; device = \"plc\"; address = "                           \
	"\"discrete:$(base*10+1)\"; "                                                    \
	"description = \"$(text=no text)\"; },\n"                                        \
	" { name = \"$(p).sp\"; device = \"plc\"; address = \"holding:$(base)\"; write " \
	"= { "                                                                           \
	"permissive = \"$(p).run\"; }; } ); } );\n"

static void templates_make_tags(void **state)
{
	struct station_def *d = load_good(&(struct files){
		.tags = PUMP
		"instances = ( { template = \"pump\"; args = { p = \"a.p1\"; base = 5; "
		"}; } );",
		.alarms = "alarms = ( { name = \"a.x\"; type = \"state\"; tag = "
			  "\"a.p1.run\"; "
			  "priority = \"low\"; message = \"m\"; } );" });
	const struct tag_def *t = files_tag(d, "a.p1.run");

	(void)state;
	assert_string_equal(settings_get(&t->settings, "address"), "discrete:51");
	assert_string_equal(t->description, "no text");
	assert_int_equal(t->line, 2);
	assert_string_equal(files_tag(d, "a.p1.sp")->write->permissive, "a.p1.run");
	station_def_free(d);
}

static void nested_templates_pass_their_parameters_on(void **state)
{
	struct station_def *d = load_good(&(struct files){
		.tags = "templates = ( { name = \"one\"; parameters = [ \"p\", \"n\" ]; "
			"tags = ( { "
			"name = \"$(p).x\"; device = \"plc\"; address = \"input:$(n)\"; "
			"} ); },\n"
			"{ name = \"two\"; parameters = [ \"q\", \"m\" ]; instances = (\n"
			"{ template = \"one\"; args = { p = \"$(q).l\"; n = \"$(m+1)\"; "
			"}; },\n"
			"{ template = \"one\"; args = { p = \"$(q).r\"; n = \"$(m*2)\"; "
			"}; } ); } );\n"
			"instances = ( { template = \"two\"; args = { q = \"a\"; m = 7; "
			"}; } );" });

	(void)state;
	assert_string_equal(settings_get(&files_tag(d, "a.l.x")->settings, "address"),
			    "input:8");
	assert_string_equal(settings_get(&files_tag(d, "a.r.x")->settings, "address"),
			    "input:14");
	station_def_free(d);
}

static void mistakes_in_templates_are_told_where_they_are(void **state)
{
	static const struct {
		const char *tags, *want;
	} row[] = {
		{ PUMP "instances = ( { template = \"pumpe\"; } );",
		  "tags/t.cfg:4:17: error: unknown template \"pumpe\" (did you mean "
		  "\"pump\"?)" },
		{ PUMP
		  "instances = ( { template = \"pump\"; args = { p = \"a.p1\"; }; } );",
		  "tags/t.cfg:4:15: error: template \"pump\" needs \"base\"; add it to "
		  "args" },
		{ PUMP "instances = ( { template = \"pump\"; args = { p = \"a.p1\"; base "
		       "= 1; bas = "
		       "2; }; } );",
		  "template \"pump\" has no parameter \"bas\" (did you mean \"base\"?)" },
		{ PUMP "instances = ( { template = \"pump\"; args = { p = \"a.p1\"; base "
		       "= \"x\"; }; "
		       "} );",
		  "cannot be filled in: \"x\" is not a whole number" },
		{ "templates = ( { name = \"t\"; parameters = [ \"p\" ]; tags = ( { name "
		  "= "
		  "\"$(pp).x\"; device = \"plc\"; } ); } );",
		  "$(pp) is no parameter of template \"t\" (did you mean \"p\"?)" },
		{ "templates = ( { name = \"t\"; instances = ( { template = \"t\"; } ); "
		  "} ); "
		  "instances = ( { template = \"t\"; } );",
		  "templates nest deeper than 8; does \"t\" contain itself?" },
		{ PUMP "instances = ( { template = \"pump\"; args = { p = \"a.p1\"; base "
		       "= 1; }; }, "
		       "{ template = \"pump\"; args = { p = \"a.p1\"; base = 2; }; } );",
		  "tag \"a.p1.run\" is defined twice" },
		{ "templates = ( { name = \"t\"; tags = (); }, { name = \"t\"; tags = "
		  "(); } );",
		  "template \"t\" is defined twice" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++)
		assert_says(&(struct files){ .tags = row[i].tags }, row[i].want);
}

/* --- the whole ------------------------------------------------------------------- */

static void all_files_are_judged_at_once(void **state)
{
	struct strbuf lines = STRBUF_INIT;
	char *dir = write_station(&(struct files){
		.devices = "devices = ( { name = \"plc\"; driver = 5; } );",
		.tags = "tags = (\n{ name = \"a.x\"; device = \"plc\"; range = 5; } ",
		.alarms = "alarms = 3;",
		.access = "unlisted = \"maybe\";" });

	(void)state;
	assert_null(files_load(dir, &lines));
	assert_has(lines.buf,
		   "devices.cfg:1:29: error: driver of device \"plc\" must be a text");
	assert_has(lines.buf,
		   "tags/t.cfg:1:8: error: the file ends before the \"(\" that begins "
		   "here is closed");
	assert_has(lines.buf,
		   "alarms.cfg:1:1: error: alarms of the alarms file must be a list");
	assert_has(lines.buf,
		   "access.cfg:1:1: error: unlisted of the access file is \"maybe\"");
	strbuf_release(&lines);
	free(dir);
}

static void CF_01_a_station_cut_anywhere_never_half_loads(void **state)
{
	char *text = test_read_file(test_top("config/tags/dosing.cfg"));
	char *dir = write_station(&good);
	size_t n = strlen(text), whole = 0;
	struct strbuf lines = STRBUF_INIT;

	(void)state;
	files_put(dir, "devices.cfg",
		  "devices = ( { name = \"bus\"; driver = \"mqtt\"; }, { name = "
		  "\"plc2\"; driver = \"modbus\"; } );");
	for (size_t cut = 0; cut < n; cut += 7) {
		char *part = xstrndup(text, cut);
		files_put(dir, "tags/t.cfg", part);
		struct station_def *d = files_load(dir, &lines);
		whole += d != NULL;
		station_def_free(d);
		free(part);
	}
	assert_true(whole < n / 14);
	strbuf_release(&lines);
	free(text);
	free(dir);
}

static void the_hash_covers_content_and_not_place(void **state)
{
	struct strbuf lines = STRBUF_INIT;
	char *one = write_station(&good), *two = write_station(&good);
	struct station_def *a = files_load(one, &lines), *b = files_load(two, &lines), *c;

	(void)state;
	assert_memory_equal(a->hash, b->hash, STATION_HASH_SIZE);
	assert_int_equal(a->n_paths, 5);
	files_put(two, "access.cfg", "unlisted = \"view\";");
	c = files_load(two, &lines);
	assert_non_null(c);
	assert_true(memcmp(a->hash, c->hash, STATION_HASH_SIZE) != 0);
	station_def_free(a);
	station_def_free(b);
	station_def_free(c);
	strbuf_release(&lines);
	free(one);
	free(two);
}

/* The manual page without its backslashes; owned. */
static char *manual(void)
{
	char *text = test_read_file(test_top("docs/man/sightglass.cfg.5")), *to = text;

	for (const char *p = text; *p; p++)
		if (*p != '\\')
			*to++ = *p;
	*to = '\0';
	return text;
}

static void each_setting_explains_itself_and_stands_in_the_manual(void **state)
{
	struct strbuf help = STRBUF_INIT;
	char *page = manual(), name[64];

	(void)state;
	for (const struct station_schema *s = station_schemas; s->title; s++) {
		assert_non_null(s->rows[0].name);
		for (const struct cfg_row *r = s->rows; r->name; r++) {
			assert_true(r->help && r->help[0]);
			assert_int_equal(r->kind == CFG_K_WORD, r->words != NULL);
			snprintf(name, sizeof(name), ".B %s\n", r->name);
			assert_has(page, name);
			assert_has(page, r->help + 1); /* a capital letter there */
		}
	}
	for (const struct cfg_row *r = station_tag_rows; r->name; r++) {
		bool found = false;
		for (size_t i = 0; station_tag_settings[i]; i++)
			found |= strcmp(station_tag_settings[i], r->name) == 0;
		assert_true(found);
	}
	station_schema_help(&help);
	assert_has(help.buf, "scan_ms");
	assert_has(help.buf, "a whole number, 0 to 3600000");
	assert_has(help.buf, "a word: critical, high, medium, low, diagnostic");
	strbuf_release(&help);
	free(page);
}

static void a_station_that_is_not_there_is_an_error(void **state)
{
	struct diag_list diags = DIAG_LIST_INIT;

	(void)state;
	assert_null(station_load("/nowhere/s.cfg", &diags));
	assert_int_equal(diags.errors, 1);
	assert_has(diags.v[0].text, "cannot open the folder \"/nowhere/\"");
	diag_list_release(&diags);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_demonstration_station_loads_whole),
		cmocka_unit_test(every_file_of_the_demonstration_is_read),
		cmocka_unit_test(the_server_adds_its_own_tags_and_alarms),
		cmocka_unit_test(CF_04_duplicate_and_confusable_names_are_refused),
		cmocka_unit_test(CF_10_numbers_that_make_no_sense_are_refused),
		cmocka_unit_test(tags_are_judged_with_the_rest_of_the_station),
		cmocka_unit_test(
			alarms_and_access_are_judged_with_the_rest_of_the_station),
		cmocka_unit_test(templates_make_tags),
		cmocka_unit_test(nested_templates_pass_their_parameters_on),
		cmocka_unit_test(mistakes_in_templates_are_told_where_they_are),
		cmocka_unit_test(all_files_are_judged_at_once),
		cmocka_unit_test(CF_01_a_station_cut_anywhere_never_half_loads),
		cmocka_unit_test(the_hash_covers_content_and_not_place),
		cmocka_unit_test(each_setting_explains_itself_and_stands_in_the_manual),
		cmocka_unit_test(a_station_that_is_not_there_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
