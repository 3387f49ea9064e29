/* test_journal.c - journal rows to bytes and back: every field, both versions, and no
 * trust in bytes that came from a file. */
#include "support/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alarm/journal.h"
#include "util/bytes.h"
#include "util/strbuf.h"

static struct alarm_journal sample_row(void)
{
	return (struct alarm_journal){
		.occurrence = 4711,
		.at = { 1795341600123 },
		.source_time = { 1795341599000 },
		.clock_synced = true,
		.event = ALARM_E_SHELVE,
		.from = ALARM_S_UNACK,
		.to = ALARM_S_UNACK,
		.cause = ALARM_BY_OPERATOR,
		.priority = ALARM_HIGH,
		.quality = QUALITY_MAKE(QUALITY_UNCERTAIN, REASON_RANGE),
		.flags = 1,
		.value = 5.25,
		.limit = 5.0,
		.until = { 1795345200000 },
		.request = 99,
		.rule = "T15",
		.alarm = "intake.t101.level.hihi",
		.tag = "intake.t101.level",
		.area = "intake",
		.unit = "m",
		.type = "high",
		.class_name = "safety",
		.message = "Raw water tank at 5.25 m",
		.by = "ivan",
		.place = "pts/3",
		.text = "pump P-101 is out, Überlauf geprüft",
		.config = "0123456789abcdef",
	};
}

static void assert_same(const struct alarm_journal *a, const struct alarm_journal *b)
{
	assert_int_equal(a->occurrence, b->occurrence);
	assert_int_equal(a->at.ms, b->at.ms);
	assert_int_equal(a->source_time.ms, b->source_time.ms);
	assert_int_equal(a->clock_synced, b->clock_synced);
	assert_int_equal(a->event, b->event);
	assert_int_equal(a->from, b->from);
	assert_int_equal(a->to, b->to);
	assert_int_equal(a->cause, b->cause);
	assert_int_equal(a->priority, b->priority);
	assert_int_equal(a->quality, b->quality);
	assert_int_equal(a->flags, b->flags);
	assert_true(a->value == b->value || (isnan(a->value) && isnan(b->value)));
	assert_true(a->limit == b->limit || (isnan(a->limit) && isnan(b->limit)));
	assert_int_equal(a->until.ms, b->until.ms);
	assert_int_equal(a->request, b->request);
	assert_string_equal(a->rule, b->rule);
	assert_string_equal(a->alarm, b->alarm);
	assert_string_equal(a->tag, b->tag);
	assert_string_equal(a->area, b->area);
	assert_string_equal(a->unit, b->unit);
	assert_string_equal(a->type, b->type);
	assert_string_equal(a->class_name, b->class_name);
	assert_string_equal(a->message, b->message);
	assert_string_equal(a->by, b->by);
	assert_string_equal(a->place, b->place);
	assert_string_equal(a->text, b->text);
	assert_string_equal(a->config, b->config);
}

static void AM_10_a_row_says_again_all_that_was_put_into_it(void **state)
{
	struct alarm_journal row = sample_row(), back;
	struct strbuf body = STRBUF_INIT, texts = STRBUF_INIT;

	(void)state;
	alarm_journal_put(&body, &row);
	assert_true(alarm_journal_get(body.buf, body.len, &back, &texts));
	assert_same(&row, &back);
	assert_int_equal(back.seq, 0);

	row.value = row.limit = NAN;
	row.text = row.by = NULL;
	strbuf_clear(&body);
	alarm_journal_put(&body, &row);
	assert_true(alarm_journal_get(body.buf, body.len, &back, &texts));
	row.text = row.by = "";
	assert_same(&row, &back);
	strbuf_release(&body);
	strbuf_release(&texts);
}

static void a_text_that_is_too_long_is_cut_between_characters(void **state)
{
	struct alarm_journal row = sample_row(), back;
	struct strbuf body = STRBUF_INIT, texts = STRBUF_INIT, long_text = STRBUF_INIT;

	(void)state;
	strbuf_adds(&long_text, "x");
	while (long_text.len <= ALARM_JOURNAL_TEXT_MAX)
		strbuf_adds(&long_text, "\xc3\xa4");
	row.text = row.message = row.by = row.alarm = long_text.buf;
	alarm_journal_put(&body, &row);
	assert_true(body.len < ALARM_JOURNAL_BODY_MAX);
	assert_true(alarm_journal_get(body.buf, body.len, &back, &texts));
	assert_int_equal(strlen(back.text), ALARM_JOURNAL_TEXT_MAX - 1);
	assert_memory_equal(back.text, long_text.buf, strlen(back.text));
	strbuf_release(&long_text);
	strbuf_release(&body);
	strbuf_release(&texts);
}

/* As station/alarms.c wrote it before schema 3. */
static void put_version_1(struct strbuf *w, int from, int to, int cause, quality q)
{
	bytes_put_u8(w, 1);
	bytes_put_u8(w, (uint8_t)from);
	bytes_put_u8(w, (uint8_t)to);
	bytes_put_u8(w, (uint8_t)cause);
	bytes_put_u8(w, ALARM_MEDIUM);
	bytes_put_u16(w, q);
	bytes_put_f64(w, 1.5);
	bytes_put_f64(w, 1.0);
	bytes_put_i64(w, 1000);
	bytes_put_i64(w, 2000);
	bytes_put_str(w, "ivan");
	bytes_put_str(w, "a.level");
	bytes_put_str(w, "a");
	bytes_put_str(w, "m");
	bytes_put_str(w, "high");
	bytes_put_str(w, "too much");
	bytes_put_str(w, "0011");
}

static void a_row_of_an_older_database_is_read(void **state)
{
	static const struct {
		int from, to, cause;
		quality q;
		enum alarm_event event;
	} step[] = {
		{ 0, 1, ALARM_BY_PROCESS, 0, ALARM_E_COME },
		{ 3, 1, ALARM_BY_PROCESS, 0, ALARM_E_COME },
		{ 1, 3, ALARM_BY_PROCESS, 0, ALARM_E_GO },
		{ 2, 0, ALARM_BY_PROCESS, 0, ALARM_E_GO },
		{ 1, 2, ALARM_BY_OPERATOR, 0, ALARM_E_ACK },
		{ 3, 0, ALARM_BY_OPERATOR, 0, ALARM_E_ACK },
		{ 1, 0, ALARM_BY_CONFIG, 0, ALARM_E_REMOVE },
		{ 1, 1, ALARM_BY_SYSTEM, QUALITY_BAD, ALARM_E_SOURCE_BAD },
		{ 1, 1, ALARM_BY_SYSTEM, 0, ALARM_E_SOURCE_GOOD },
	};
	struct strbuf body = STRBUF_INIT, texts = STRBUF_INIT;
	struct alarm_journal row;

	(void)state;
	for (size_t i = 0; i < sizeof(step) / sizeof(step[0]); i++) {
		strbuf_clear(&body);
		put_version_1(&body, step[i].from, step[i].to, step[i].cause, step[i].q);
		assert_true(alarm_journal_get(body.buf, body.len, &row, &texts));
		assert_int_equal(row.event, step[i].event);
		assert_int_equal(row.at.ms, 2000);
		assert_int_equal(row.source_time.ms, 1000);
		assert_string_equal(row.by, "ivan");
		assert_string_equal(row.tag, "a.level");
		assert_string_equal(row.message, "too much");
		assert_string_equal(row.config, "0011");
		assert_string_equal(row.alarm, "");
		assert_string_equal(row.class_name, "");
		assert_int_equal(row.occurrence, 0);
	}
	strbuf_release(&body);
	strbuf_release(&texts);
}

/* Every byte of the fixed part at every value, every length: refused or sound, and
 * nothing is read beyond (the sanitizers' part). */
static void a_spoilt_body_is_refused_or_sound(void **state)
{
	struct strbuf body = STRBUF_INIT, texts = STRBUF_INIT;
	struct alarm_journal row = sample_row();
	char *copy;

	(void)state;
	alarm_journal_put(&body, &row);
	for (size_t n = 0; n < body.len; n++) {
		copy = malloc(n ? n : 1);
		memcpy(copy, body.buf, n);
		assert_false(alarm_journal_get(copy, n, &row, &texts));
		free(copy);
	}
	for (size_t at = 0; at < body.len; at++) {
		char was = body.buf[at];
		for (int v = 0; v < 256; v++) {
			body.buf[at] = (char)v;
			if (!alarm_journal_get(body.buf, body.len, &row, &texts))
				continue;
			assert_true((unsigned)row.event < ALARM_E_COUNT);
			assert_true((unsigned)row.to < ALARM_JOURNAL_STATES);
			assert_true((unsigned)row.from < ALARM_JOURNAL_STATES);
			assert_true((unsigned)row.cause < ALARM_JOURNAL_CAUSES);
			assert_true(row.priority >= 1 && row.priority <= 5);
		}
		body.buf[at] = was;
	}
	strbuf_addch(&body, 'x');
	assert_false(alarm_journal_get(body.buf, body.len, &row, &texts));
	strbuf_release(&body);
	strbuf_release(&texts);
}

static void AM_11_only_what_was_seen_and_heard_counts_as_annunciated(void **state)
{
	static const struct {
		enum alarm_event event;
		enum alarm_state from, to;
		uint8_t flags;
		enum alarm_priority priority;
		bool want;
	} step[] = {
		{ ALARM_E_COME, 0, 1, 0, ALARM_LOW, true },
		{ ALARM_E_COME, 3, 1, 0, ALARM_CRITICAL, true },
		{ ALARM_E_COME, 0, 1, 1, ALARM_LOW, false }, /* shelved */
		{ ALARM_E_COME, 0, 1, 2, ALARM_LOW, false }, /* suppressed */
		{ ALARM_E_COME, 0, 1, 4, ALARM_LOW, false }, /* out of service */
		{ ALARM_E_COME, 0, 1, 8, ALARM_LOW,
		  true }, /* unconfirmed hides nothing */
		{ ALARM_E_COME, 0, 1, 0, ALARM_DIAGNOSTIC, false },
		{ ALARM_E_REALARM, 2, 1, 0, ALARM_HIGH, true },
		{ ALARM_E_SHELF_EXPIRED, 2, 1, 0, ALARM_HIGH, true },
		{ ALARM_E_SHELF_EXPIRED, 1, 1, 0, ALARM_HIGH, true },
		{ ALARM_E_SHELF_EXPIRED, 3, 0, 0, ALARM_HIGH, false },
		{ ALARM_E_UNSUPPRESS, 2, 1, 0, ALARM_HIGH, true },
		{ ALARM_E_IN_SERVICE, 2, 1, 2, ALARM_HIGH, false },
		{ ALARM_E_UNSHELVE, 1, 1, 0, ALARM_HIGH, false },
		{ ALARM_E_GO, 1, 3, 0, ALARM_HIGH, false },
		{ ALARM_E_SOURCE_BAD, 1, 1, 0, ALARM_HIGH, false },
		{ ALARM_E_COMMENT, 1, 1, 0, ALARM_HIGH, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(step) / sizeof(step[0]); i++) {
		struct alarm_journal row = { .event = step[i].event,
					     .from = step[i].from,
					     .to = step[i].to,
					     .flags = step[i].flags,
					     .priority = step[i].priority };
		assert_int_equal(alarm_journal_is_annunciated(&row), step[i].want);
	}
}

static void every_event_has_a_name_that_leads_back_to_it(void **state)
{
	enum alarm_event e;

	(void)state;
	for (unsigned i = 0; i < ALARM_E_COUNT; i++) {
		assert_true(alarm_event_parse(alarm_event_name((enum alarm_event)i), &e));
		assert_int_equal(e, i);
	}
	assert_false(alarm_event_parse("went for lunch", &e));
	assert_string_equal(alarm_event_name(ALARM_E_COUNT), "unknown");
	assert_string_equal(alarm_cause_name(ALARM_BY_CONFIG), "configuration");
	assert_string_equal(alarm_cause_name((enum alarm_cause)6), "unknown");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(AM_10_a_row_says_again_all_that_was_put_into_it),
		cmocka_unit_test(a_text_that_is_too_long_is_cut_between_characters),
		cmocka_unit_test(a_row_of_an_older_database_is_read),
		cmocka_unit_test(a_spoilt_body_is_refused_or_sound),
		cmocka_unit_test(
			AM_11_only_what_was_seen_and_heard_counts_as_annunciated),
		cmocka_unit_test(every_event_has_a_name_that_leads_back_to_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
