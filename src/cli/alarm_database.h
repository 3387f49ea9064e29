/*
 * alarm_database.h - the master alarm database: every attribute of every alarm a station
 * is configured with, class and area applied, for the people who rationalise them.
 */
#ifndef SG_CLI_ALARM_DATABASE_H
#define SG_CLI_ALARM_DATABASE_H

#include "station/def.h"

enum database_form { DATABASE_TEXT, DATABASE_CSV, DATABASE_JSON };

/* On standard output, in the order of the names. */
void alarm_database_print(const struct station_def *d, enum database_form form);

#endif
