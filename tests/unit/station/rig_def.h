/*
 * rig_def.h - a small station made in memory, for tests that need thousands of them.
 *
 *   plc1 (modbus)  a.sp a.auto a.level a.step_sp a.mode a.cmd a.text
 *   plc2 (modbus)  b.sp
 *   bus  (mqtt)    c.sp
 *   expressions    e.sum = a.level * 2, e.twice = e.sum + 1
 *   alarms         a.level.high (5.5), e.high (expression e.twice > 12), system.*.comm
 *   operators      ivan (1000: a, b, c) oleg (1001: b) vera (1002: looks) eng (1003)
 *                  sam (1004: acknowledges, shelves, approves everywhere)
 */
#ifndef SG_TESTS_RIG_DEF_H
#define SG_TESTS_RIG_DEF_H

#include "station/def.h"

/* What a second definition has otherwise. */
enum rig_change {
	RIG_SAME,
	RIG_RANGE,       /* a.sp takes 0 to 90 only */
	RIG_ADDRESS,     /* a.sp has another address */
	RIG_NO_SP,       /* a.sp is gone */
	RIG_NO_LEVEL,    /* a.level, its alarm and what hangs on it are gone */
	RIG_NEW_TAG,     /* a.extra more, on plc1 */
	RIG_ENDPOINT,    /* plc1 has another endpoint */
	RIG_NO_PLC2,     /* plc2 and b.sp are gone */
	RIG_NO_IVAN,     /* ivan is no operator any more */
	RIG_LIMIT,       /* a.level.high has another limit */
	RIG_SCAN,        /* plc1 is asked every 2 s */
	RIG_DELAY,       /* a.level.high has an on delay */
	RIG_VITALS,      /* plc1 has a heartbeat a.beat (5 s) and an uptime a.uptime */
	RIG_TYPES,       /* alarms a.level.top (limit b.sp, 1 to 9), a.step.still (2 s) */
	RIG_HIDING,      /* alarms that latch, hide and group: rig_def.c */
	RIG_UNGROUPED,   /* RIG_HIDING without its groups */
	RIG_HIDING_BARE, /* the same without suppress_when */
	RIG_LADDER,      /* tags with every rung of a write: rig_def.c */
	RIG_LADDER_TWO,  /* the same, l.two with another range */
	RIG_LADDER_ALONE, /* the same, and in an emergency one may go alone */
	RIG_CHANGES
};

enum {
	RIG_IVAN = 1000,
	RIG_OLEG = 1001,
	RIG_VERA = 1002,
	RIG_ENG = 1003,
	RIG_SAM = 1004,
	RIG_MARA = 1005 /* leads a shift: operates, approves, engineers */
};

struct station_def *rig_station(enum rig_change change);
/* The passwd name of one of the uids above; "stranger" for others. */
const char *rig_user(uint32_t uid);

#endif
