/*
 * journal_rows.h - alarm journal rows of a made-up plant, for tests and benchmarks: the
 * same seed gives the same rows.
 */
#ifndef SG_TESTS_JOURNAL_ROWS_H
#define SG_TESTS_JOURNAL_ROWS_H

#include <math.h>
#include <stdint.h>
#include <stdio.h>

#include "alarm/journal.h"
#include "audit/txn.h"
#include "util/strbuf.h"

enum { JOURNAL_T0_S = 1790000000, JOURNAL_ALARMS = 400 };

struct journal_rows {
	uint64_t seed, n;
	int64_t ms; /* of the newest; the clock is set back now and then */
	struct alarm_journal row;
	char alarm[128], tag[96], area[24], message[128], by[16], text[128];
};

static inline uint64_t journal_random(struct journal_rows *j, uint64_t below)
{
	j->seed = j->seed * 6364136223846793005u + 1442695040888963407u;
	return (j->seed >> 33) % below;
}

static const char *const journal_words[] = { "pump",  "valve",  "tripped",  "checked",
					     "noise", "leak",   "operator", "told",
					     "field", "motor",  "hot",      "replaced",
					     "wait",  "tuning", "Zulauf",   "Pegel" };

static inline const char *journal_word(struct journal_rows *j)
{
	return journal_words[journal_random(j, sizeof(journal_words) /
						       sizeof(journal_words[0]))];
}

static inline void journal_names(struct journal_rows *j)
{
	static const char *const units[] = { "intake",       "intake.well1",
					     "intake.well2", "filter",
					     "filter.f1",    "filter.f1.valves",
					     "network",      "intakes" };
	static const char *const kinds[] = { "hihi", "hi", "lo", "fault" };
	unsigned k = (unsigned)journal_random(j, JOURNAL_ALARMS);
	/* few alarms make most of the rows, as everywhere */
	unsigned k2 = (unsigned)journal_random(j, k + 1);

	snprintf(j->area, sizeof(j->area), "%s", units[k2 % 8]);
	snprintf(j->tag, sizeof(j->tag), "%.23s.t%u.level", j->area, 100 + k2);
	snprintf(j->alarm, sizeof(j->alarm), "%.95s.%s", j->tag, kinds[k2 % 4]);
	j->row.priority = (enum alarm_priority)(1 + k2 % 5);
	j->row.limit = 5.0;
	snprintf(j->message, sizeof(j->message), "Tank T-%u level %.2f m: %s %s",
		 100 + k2, 5.0 + (double)k2 / 100, journal_words[k2 % 16], kinds[k2 % 4]);
}

static inline void journal_person(struct journal_rows *j)
{
	static const char *const people[] = { "ivan", "maria", "chen", "o'neill" };

	j->row.cause = ALARM_BY_OPERATOR;
	snprintf(j->by, sizeof(j->by), "%s", people[journal_random(j, 4)]);
	if (journal_random(j, 2))
		snprintf(j->text, sizeof(j->text), "%s %s, %s", journal_word(j),
			 journal_word(j), journal_word(j));
}

/* The next row; valid until the one after it. */
static inline const struct alarm_journal *journal_next(struct journal_rows *j)
{
	static const uint8_t events[] = { 0, 0, 0, 1, 1, 1, 2, 2, 7, 8, 10, 15 };

	if (j->n++ == 0)
		j->ms = (int64_t)JOURNAL_T0_S * 1000;
	j->ms += (int64_t)journal_random(j, 4000);
	if (journal_random(j, 1500) == 0)
		j->ms -= 1800000; /* the clock was set back by half an hour */
	j->row = (struct alarm_journal){
		.occurrence = j->n,
		.at = { j->ms },
		.source_time = { j->ms - 100 },
		.clock_synced = true,
		.event = (enum alarm_event)events[journal_random(j, sizeof(events))],
		.to = ALARM_S_UNACK,
		.value = 5.25,
		.rule = "T01",
		.unit = "m",
		.type = "high",
		.class_name = "process",
		.config = "0123456789abcdef",
	};
	j->by[0] = j->text[0] = '\0';
	journal_names(j);
	if (j->row.event == ALARM_E_ACK || j->row.event == ALARM_E_COMMENT ||
	    j->row.event == ALARM_E_SHELVE)
		journal_person(j);
	j->row.alarm = j->alarm;
	j->row.tag = j->tag;
	j->row.area = j->area;
	j->row.message = j->message;
	j->row.by = j->by;
	j->row.place = j->by[0] ? "pts/3" : "";
	j->row.text = j->text;
	return &j->row;
}

/* The next row as an operation of a transaction. */
static inline void journal_add(struct journal_rows *j, struct txn *t)
{
	const struct alarm_journal *row = journal_next(j);
	struct txn_op *op = txn_add(t, TXN_JOURNAL, row->occurrence, row->alarm);

	op->wall_ms = row->at.ms;
	alarm_journal_put(&op->body, row);
}

#endif
