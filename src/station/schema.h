/*
 * schema.h - every table of settings a station's files may hold, for help, manual page
 * and the test that walks them. The rows live beside the code that reads them.
 */
#ifndef SG_STATION_SCHEMA_H
#define SG_STATION_SCHEMA_H

#include "config/schema.h"

struct strbuf;

struct station_schema {
	const char *title; /* "a tag: tags = ( { ... } )" */
	const struct cfg_row *rows;
};

/* Ends with a NULL title; in the order of the manual. */
extern const struct station_schema station_schemas[];

extern const struct cfg_row station_file_rows[], station_name_rows[],
	station_device_rows[], station_tags_file_rows[], station_tag_rows[],
	station_write_rows[], station_history_rows[], station_template_rows[],
	station_instance_rows[], station_alarm_file_rows[], station_alarm_rows[],
	station_class_rows[], station_area_rows[], station_group_rows[],
	station_notify_rows[], station_audit_rows[], station_access_rows[],
	station_sessions_rows[], station_passwords_rows[], station_role_rows[],
	station_operator_rows[];

/* All of them as text. */
void station_schema_help(struct strbuf *out);

#endif
