/*
 * bed.h - one engine with one "high" alarm (limit 5, deadband 0.1), what is done to it
 * at which millisecond, and all that it handed out, as text.
 */
#ifndef SG_TEST_ALARM_BED_H
#define SG_TEST_ALARM_BED_H

#include "alarm/engine.h"
#include "util/strbuf.h"

#define COMM   QUALITY_MAKE(QUALITY_BAD, REASON_COMM)
#define SENSOR QUALITY_MAKE(QUALITY_BAD, REASON_SENSOR)

enum { BED_WALL = 1000000 }; /* wall time at millisecond 0 */

struct bed {
	struct alarm_engine *engine;
	struct alarm_def def;
	struct alarm_life life;
	char def_name[32];
	struct alarm_transition log[32];
	struct alarm_extra extras[32]; /* what their records pointed to */
	size_t n;
	struct strbuf text;
};

int bed_setup(void **state);
int bed_teardown(void **state);
#define BED_TEST(f) cmocka_unit_test_setup_teardown(f, bed_setup, bed_teardown)

struct now bed_now(int64_t ms);
void bed_sink(void *bed, const struct alarm_transition *t);
/* Timers, then a sample. */
void bed_sample(struct bed *b, int64_t ms, double v, unsigned q);
void bed_tick(struct bed *b, int64_t ms);
/* Checks, previews and does it: all three must say the same. */
enum alarm_act_result bed_act(struct bed *b, int64_t ms, const struct alarm_act *act);
enum alarm_act_result bed_ack(struct bed *b, int64_t ms, uint64_t occurrence);
/* By "petra", with a reason. */
enum alarm_act_result bed_do(struct bed *b, int64_t ms, enum alarm_event event);
enum alarm_act_result bed_shelve(struct bed *b, int64_t ms, enum alarm_shelf kind,
				 int64_t for_ms);
void bed_redefine(struct bed *b); /* as b->def is now; at millisecond 0 */
const struct alarm_record *bed_record(const struct bed *b);
unsigned bed_flags(const struct bed *b);
/* Everything handed out since the last look: " normal>unacknowledged#1" and, unless it
 * came, went or was acknowledged, what; " by " its cause, unless the process's. */
void bed_expect(struct bed *b, const char *want);
void bed_forget(struct bed *b);
/* The same with the rules only: " T01 T02". */
void bed_expect_rules(struct bed *b, const char *want);
/* Stored as bytes, read by a new engine that starts at ms. */
void bed_restart(struct bed *b, int64_t ms);
void bed_assert_same(const struct alarm_record *a, const struct alarm_record *b);

#endif
