/*
 * lint_int.h - the rules of good alarms: what `sightglass check` warns of beside what is
 * wrong. A rule is a row: an id, one line about it, and what it looks at.
 *
 * Rules only warn, look at nothing but the files and the day they are given, and say
 * what to do. Between lint_alarms.c, lint_groups.c and the tests.
 */
#ifndef SG_STATION_LINT_INT_H
#define SG_STATION_LINT_INT_H

#include "station/load_alarms_int.h"

struct lint {
	struct loader *l;
	const char *id; /* of the rule that looks */
	bool has_today;
	int64_t today; /* days since 1970 */
};

struct lint_rule {
	const char *id, *help;
	/* One of them: for each alarm that is no system alarm, or once. */
	void (*alarm)(struct lint *t, const struct alarm_def *a,
		      const struct alarm_note *n);
	void (*all)(struct lint *t);
};

/* Ends with a NULL id. */
extern const struct lint_rule lint_rules[];

void lint_warn(struct lint *t, const struct loc *at, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
bool lint_is(const struct alarm_def *a, const char *type);

/* --- lint_groups.c --- */
void lint_same_condition(struct lint *t);
void lint_exclusive(struct lint *t);
void lint_lonely(struct lint *t);
void lint_hiding(struct lint *t);
void lint_unused(struct lint *t);
void lint_split(struct lint *t);
void lint_owners(struct lint *t);

#endif
