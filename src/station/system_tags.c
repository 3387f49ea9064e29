/* system_tags.c - the tables of the server's own tags: add yours here and in the enum. */
#include "station/system_tags.h"

const struct system_tag_row system_tags[SYSTEM_TAG_COUNT] = {
	[SYSTEM_SCAN_LATE] = { "system.scan_late", VALUE_INT, "",
			       "Scans of all drivers that started late" },
	[SYSTEM_LOOP_LATENESS_MS] = { "system.loop_lateness_ms", VALUE_INT, "ms",
				      "Worst lateness of the server in the last second" },
	[SYSTEM_AUDIT_LAG_MS] = { "system.audit_lag_ms", VALUE_INT, "ms",
				  "Age of the oldest record that waits to be stored" },
	[SYSTEM_DISK_FREE_MB] = { "system.disk_free_mb", VALUE_INT, "MB",
				  "Free space where the station keeps its state" },
	[SYSTEM_DISK_USED] = { "system.disk_used_pct", VALUE_INT, "%",
			       "How full the disk is where the station keeps its state" },
	[SYSTEM_RECORDING] = { "system.recording", VALUE_BOOL, "",
			       "Records are stored; else writes and acknowledgements are "
			       "refused" },
	[SYSTEM_RESERVE_IN_USE] = { "system.reserve_in_use", VALUE_BOOL, "",
				    "Records go to the reserve journal, for station.db "
				    "cannot be written" },
	[SYSTEM_RESERVE_USED] = { "system.reserve_used_pct", VALUE_INT, "%",
				  "How full the reserve journal is" },
	[SYSTEM_NOT_ANCHORED] = { "system.audit.not_anchored", VALUE_INT, "",
				  "Records that no anchor outside vouches for yet" },
	[SYSTEM_RECORD_BELIEVED] = { "system.audit.believed", VALUE_BOOL, "",
				     "The record is what it was; else writes and acts "
				     "are refused" },
	[SYSTEM_SESSIONS] = { "system.sessions", VALUE_INT, "",
			      "Consoles and commands connected" },
	[SYSTEM_DRIVER_RESTARTS] = { "system.driver_restarts", VALUE_INT, "",
				     "Driver programs started again since the server "
				     "did" },
	[SYSTEM_CLOCK_SYNCED] = { "system.clock_synced", VALUE_BOOL, "",
				  "The kernel says the clock is synchronised" },
	[SYSTEM_IN_DOUBT] = { "system.writes_in_doubt", VALUE_INT, "",
			      "Writes whose outcome nobody knows yet" },
	[SYSTEM_OVERWRITTEN] = { "system.samples_overwritten", VALUE_INT, "",
				 "Samples drivers replaced for want of credit" },
	[SYSTEM_SUBSTITUTED] = { "system.values_substituted", VALUE_INT, "",
				 "Values that somebody typed in the place of measured "
				 "ones" },
	[SYSTEM_ALARMS_ACTIVE] = { "system.alarms.active", VALUE_INT, "",
				   "Alarms that stand and are not hidden" },
	[SYSTEM_ALARMS_UNACKED] = { "system.alarms.unacked", VALUE_INT, "",
				    "Alarms that wait to be acknowledged" },
	[SYSTEM_ALARMS_SHELVED] = { "system.alarms.shelved", VALUE_INT, "",
				    "Alarms that an operator has put aside for a time" },
	[SYSTEM_ALARMS_SUPPRESSED] = { "system.alarms.suppressed", VALUE_INT, "",
				       "Alarms that are suppressed, by design or by "
				       "hand" },
	[SYSTEM_ALARMS_OUT_OF_SERVICE] = { "system.alarms.out_of_service", VALUE_INT, "",
					   "Alarms that were taken out of service" },
	[SYSTEM_ALARMS_UNCONFIRMED] = { "system.alarms.unconfirmed", VALUE_INT, "",
					"Alarms whose acknowledgement waits to be "
					"confirmed" },
	[SYSTEM_ALARMS_RATE] = { "system.alarms.rate_10min", VALUE_INT, "",
				 "Alarms annunciated in the last 10 minutes" },
	[SYSTEM_ALARMS_FLOOD] = { "system.alarms.flood", VALUE_BOOL, "",
				  "An alarm flood lasts: more than 10 came in 10 "
				  "minutes, and not yet fewer than 5" },
	[SYSTEM_ALARMS_CHATTERING] = { "system.alarms.chattering", VALUE_INT, "",
				       "Alarms that came three times within a minute, "
				       "for 10 minutes after" },
	[SYSTEM_ALARMS_STALE] = { "system.alarms.stale", VALUE_INT, "",
				  "Alarms active for more than a day" },
};

const struct system_tag_row device_tags[DEVICE_TAG_COUNT] = {
	[DEVICE_TAG_LATE] = { "scan_late", VALUE_INT, "",
			      "Scans of the device that started late" },
	[DEVICE_TAG_SKIPPED] = { "scan_skipped", VALUE_INT, "",
				 "Scans of the device that were left out" },
	[DEVICE_TAG_ROUND_TRIP] = { "round_trip_p99_ms", VALUE_DOUBLE, "ms",
				    "99 of 100 answers of the last minutes came in "
				    "this time" },
	[DEVICE_TAG_REQUESTS] = { "requests_s", VALUE_DOUBLE, "1/s",
				  "Requests to the device, or messages from it" },
	[DEVICE_TAG_ERRORS] = { "errors", VALUE_INT, "",
				"Time-outs, refusals and answers that were not "
				"believed" },
	[DEVICE_TAG_STATUS] = { "status", VALUE_INT, "",
				"NAMUR NE 107: 0 ok, 1 maintenance required, 2 out of "
				"specification, 3 function check, 4 failure" },
};
