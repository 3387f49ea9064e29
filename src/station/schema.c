/* schema.c - the tables of settings in the order a reader wants them. */
#include "station/schema.h"

#include "station/recipe.h"
#include "util/strbuf.h"

const struct station_schema station_schemas[] = {
	{ "the station file", station_file_rows },
	{ "station = { }", station_name_rows },
	{ "audit = { }", station_audit_rows },
	{ "a device: devices = ( { } )", station_device_rows },
	{ "a file of tags", station_tags_file_rows },
	{ "a tag: tags = ( { } )", station_tag_rows },
	{ "write = { } of a tag", station_write_rows },
	{ "history = { } of a tag", station_history_rows },
	{ "a template: templates = ( { } )", station_template_rows },
	{ "an instance: instances = ( { } )", station_instance_rows },
	{ "a file of alarms", station_alarm_file_rows },
	{ "an alarm: alarms = ( { } )", station_alarm_rows },
	{ "a class of alarms: classes = ( { } )", station_class_rows },
	{ "an area: areas = ( { } )", station_area_rows },
	{ "a group of alarms: groups = ( { } )", station_group_rows },
	{ "who is told: notify = ( { } )", station_notify_rows },
	{ "the access file", station_access_rows },
	{ "sessions = { } of the access file", station_sessions_rows },
	{ "passwords = { } of the access file", station_passwords_rows },
	{ "a role: roles = ( { } )", station_role_rows },
	{ "an operator: operators = ( { } )", station_operator_rows },
	{ "a file of a recipe", recipe_file_rows },
	{ "recipe = { } of a recipe", recipe_head_rows },
	{ "a change: changes = ( { } )", recipe_line_rows },
	{ 0 },
};

void station_schema_help(struct strbuf *out)
{
	for (const struct station_schema *s = station_schemas; s->title; s++) {
		strbuf_addf(out, "%s%s\n", s == station_schemas ? "" : "\n", s->title);
		cfg_schema_help(s->rows, out);
	}
}
