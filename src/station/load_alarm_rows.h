/*
 * load_alarm_rows.h - the settings that a class and an alarm have in common, as rows of
 * both tables; and what bounds them.
 */
#ifndef SG_STATION_LOAD_ALARM_ROWS_H
#define SG_STATION_LOAD_ALARM_ROWS_H

#include "station/load_alarms_int.h"

/* TIMES_MAX bounds what an alarm remembers; nothing stays on a shelf for a month. */
enum {
	DELAY_MAX_S = 86400,
	WINDOW_MAX_S = 30 * 86400,
	TIMES_MAX = 1000,
	SHELF_MAX_S = 30 * 86400
};

/* clang-format off */
#define ALARM_SAYS_ROWS                                                                  \
	{ .name = "latching", .kind = CFG_K_BOOL,                                        \
	  .help = "stays when its cause is gone, until somebody resets it" },            \
	{ .name = "ack_required", .kind = CFG_K_BOOL,                                    \
	  .help = "false: goes by itself, nobody has to acknowledge it" },               \
	{ .name = "confirm", .kind = CFG_K_BOOL,                                         \
	  .help = "after the acknowledgement somebody confirms what was done" },         \
	{ .name = "annunciate", .kind = CFG_K_BOOL,                                      \
	  .help = "false: shown, never sounded" },                                       \
	{ .name = "highly_managed", .kind = CFG_K_BOOL,                                  \
	  .help = "its settings and its shelving are looked at" },                       \
	{ .name = "realarm_s", .kind = CFG_K_NUMBER, .lo = 0, .hi = WINDOW_MAX_S,         \
	  .help = "acknowledged and still there after this: comes again; 0 = never" },   \
	{ .name = "shelvable", .kind = CFG_K_BOOL,                                       \
	  .help = "false: nobody may put it on the shelf" },                             \
	{ .name = "shelve_max_s", .kind = CFG_K_NUMBER, .lo = 1, .hi = SHELF_MAX_S,       \
	  .help = "the longest it may be shelved; 28800 by default" },                   \
	{ .name = "on_delay_s", .kind = CFG_K_NUMBER, .lo = 0, .hi = DELAY_MAX_S,         \
	  .help = "present this long before it comes" },                                 \
	{ .name = "off_delay_s", .kind = CFG_K_NUMBER, .lo = 0, .hi = DELAY_MAX_S,        \
	  .help = "gone this long before it goes" },                                     \
	{ .name = "deadband_percent", .kind = CFG_K_NUMBER, .lo = 0, .hi = 100,           \
	  .help = "the deadband, of the tag's range" },                                  \
	{ .name = "respond_within_s", .kind = CFG_K_INT, .lo = 1, .hi = DELAY_MAX_S,      \
	  .help = "time to act before the consequence" },                                \
	{ .name = "owner", .kind = CFG_K_TEXT,                                           \
	  .help = "who answers for the alarm and its settings" },                        \
	{ .name = "suppress_when", .kind = CFG_K_TEXT,                                   \
	  .help = "expression: suppressed by design while it is true" },                 \
	{ .name = "suppress_in", .kind = CFG_K_TEXTS,                                    \
	  .help = "states of its area's state tag in which it is suppressed" }
/* clang-format on */

#endif
