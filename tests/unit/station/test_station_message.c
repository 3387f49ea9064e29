/* test_station_message.c - messages with values between process, list and journal. */
#include "unit/station/rig.h"

#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "alarm/journal.h"

static void set_message(struct rig *r, const char *alarm, const char *message)
{
	uint32_t i = alarm_engine_find(r->st->alarms, alarm);
	struct alarm_def *d = (struct alarm_def *)alarm_engine_def(r->st->alarms, i);

	d->message = message;
}

static uint64_t watch(struct rig *r)
{
	uint64_t session = rig_open(r, RIG_IVAN);

	rig_request(r, session, WIRE_ALARMS, 1, 1, "");
	return session;
}

static const char *shown(const struct rig *r, uint64_t session)
{
	static struct wire_alarm_row row;

	assert_true(rig_alarm_row(r, session, "a.level.high", &row));
	return row.message;
}

/* The message of the journal row stored last. */
static const char *journaled(const struct rig *r)
{
	static struct strbuf texts = STRBUF_INIT;
	static char message[300];
	struct alarm_journal row;

	for (size_t i = r->n_stored; i-- > 0;) {
		const struct txn *t = r->stored[i];

		for (size_t k = t->n; k-- > 0;) {
			const struct txn_op *op = &t->ops[k];

			if (op->kind != TXN_JOURNAL ||
			    strcmp(op->key, "a.level.high") != 0)
				continue;
			assert_true(alarm_journal_get(op->body.buf, op->body.len, &row,
						      &texts));
			snprintf(message, sizeof(message), "%s", row.message);
			strbuf_release(&texts);
			return message;
		}
	}
	return "";
}

static void AM_10_list_and_journal_show_the_values_that_made_the_alarm_come(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = watch(r);

	set_message(r, "a.level.high",
		    "{area}: {value} {unit} over {limit}, sp {tag:a.sp} {unit:a.sp}");
	rig_number(r, "a.level", 5.75);
	assert_string_equal(shown(r, ivan), "a: 5.8 m over 5.5, sp 40.0 %");
	assert_string_equal(journaled(r), shown(r, ivan));
	/* what goes on while it stands changes nothing of what was said */
	rig_number(r, "a.sp", 50);
	rig_number(r, "a.level", 5.9);
	rig_number(r, "a.level", 2);
	assert_string_equal(shown(r, ivan), "a: 5.8 m over 5.5, sp 40.0 %");
	assert_string_equal(journaled(r), shown(r, ivan));
	/* the next occurrence says its own */
	rig_number(r, "a.level", 6);
	assert_string_equal(shown(r, ivan), "a: 6.0 m over 5.5, sp 50.0 %");
	assert_string_equal(journaled(r), shown(r, ivan));
}

static void SEC_15_a_message_shows_foreign_text_clean_and_bad_values_as_bad(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = watch(r);

	set_message(r, "a.level.high", "{tag:a.text} {tag:a.sp} {{{name}}}");
	rig_sample(r, "a.text",
		   (struct value){ VALUE_STRING, { .s = "a\033[2Jb\xE2\x80\xAE" } }, 0);
	rig_sample(r, "a.sp", (struct value){ 0 },
		   QUALITY_MAKE(QUALITY_BAD, REASON_SENSOR));
	rig_number(r, "a.level", 6);
	assert_string_equal(shown(r, ivan), "a<U+001B>[2Jb<U+202E> #### {a.level.high}");
	assert_string_equal(journaled(r), shown(r, ivan));
}

/* The text is not stored: what the record has is shown, and other tags when they are
 * known again. */
static void T19_after_a_restart_a_message_waits_for_the_tags_it_names(void **state)
{
	struct rig *r = *state;
	struct alarm_record record = { .state = ALARM_S_UNACK,
				       .occurrence = 7,
				       .raised = { 1 },
				       .changed = { 2 },
				       .acked_by = "",
				       .value = 6.25 };
	struct stored_alarm stored = { (char *)(uintptr_t) "a.level.high", STRBUF_INIT };
	struct store_snapshot snapshot = {
		.next_request = 1, .next_occurrence = 9, .alarms = &stored, .n_alarms = 1
	};
	struct station_def *def = rig_station(RIG_SAME);
	uint64_t ivan;

	def->alarms[station_def_alarm(def, "a.level.high")].message =
		"{value} {unit}, sp {tag:a.sp}";
	rig_release(r);
	alarm_record_put(&stored.record, &record);
	rig_init_from(r, def, &snapshot);
	ivan = watch(r);
	assert_string_equal(shown(r, ivan), "6.2 m, sp ####");
	rig_number(r, "a.sp", 40);
	rig_number(r, "a.level", 6.5);
	rig_request(r, ivan, WIRE_ALARMS, 2, 1, "");
	assert_string_equal(shown(r, ivan), "6.5 m, sp 40.0");
	rig_number(r, "a.sp", 50); /* once known it stays */
	rig_number(r, "a.level", 6.6);
	rig_request(r, ivan, WIRE_ALARMS, 3, 1, "");
	assert_string_equal(shown(r, ivan), "6.5 m, sp 40.0");
	strbuf_release(&stored.record);
}

static void reload(struct rig *r, struct station_def *def)
{
	struct event ev = { .kind = EV_RELOADED };

	ev.u.reloaded.def = def;
	rig_step(r, &ev);
}

/* Nothing of the alarm changed but the words of what it is about. */
static void CF_09_a_standing_row_has_the_units_and_words_of_now(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = watch(r);
	struct station_def *def = rig_station(RIG_SAME);
	struct wire_alarm_row row;

	set_message(r, "a.level.high", "{value} {unit}, sp {tag:a.sp} {unit:a.sp}");
	rig_number(r, "a.level", 5.75);
	assert_string_equal(shown(r, ivan), "5.8 m, sp 40.0 %");
	/* another unit and more digits, and of the tag that it only names */
	def->alarms[station_def_alarm(def, "a.level.high")].message =
		"{value} {unit}, sp {tag:a.sp} {unit:a.sp}";
	def->tags[station_def_tag(def, "a.level")].unit = "ft";
	def->tags[station_def_tag(def, "a.level")].decimals = 2;
	def->tags[station_def_tag(def, "a.sp")].unit = "per cent";
	reload(r, def);
	assert_string_equal(shown(r, ivan), "5.75 ft, sp 40.0 per cent");
	assert_true(rig_alarm_row(r, ivan, "a.level.high", &row));
	assert_string_equal(row.unit, "ft");
	/* only its named tag */
	def = rig_station(RIG_SAME);
	def->alarms[station_def_alarm(def, "a.level.high")].message =
		"{value} {unit}, sp {tag:a.sp} {unit:a.sp}";
	def->tags[station_def_tag(def, "a.level")].unit = "ft";
	def->tags[station_def_tag(def, "a.level")].decimals = 2;
	def->tags[station_def_tag(def, "a.sp")].unit = "%";
	reload(r, def);
	assert_string_equal(shown(r, ivan), "5.75 ft, sp 40.0 %");
	/* only the message */
	def = rig_station(RIG_SAME);
	def->alarms[station_def_alarm(def, "a.level.high")].message = "at {value} {unit}";
	def->tags[station_def_tag(def, "a.level")].unit = "ft";
	def->tags[station_def_tag(def, "a.level")].decimals = 2;
	reload(r, def);
	assert_string_equal(shown(r, ivan), "at 5.75 ft");
}

static void AM_10_a_message_is_cut_at_a_whole_character(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = watch(r);
	static char text[400] = "{value} ";

	for (size_t i = 0; i < 150; i++)
		strncat(text, "\xC2\xB0", 3); /* 2 bytes each behind "6.0 " */
	set_message(r, "a.level.high", text);
	rig_number(r, "a.level", 6);
	assert_int_equal(strlen(shown(r, ivan)), 254);
	assert_string_equal(journaled(r), shown(r, ivan));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RIG_TEST(AM_10_list_and_journal_show_the_values_that_made_the_alarm_come),
		RIG_TEST(SEC_15_a_message_shows_foreign_text_clean_and_bad_values_as_bad),
		RIG_TEST(T19_after_a_restart_a_message_waits_for_the_tags_it_names),
		RIG_TEST(CF_09_a_standing_row_has_the_units_and_words_of_now),
		RIG_TEST(AM_10_a_message_is_cut_at_a_whole_character),
	};

	setlocale(LC_CTYPE, "C.UTF-8"); /* as the server does */
	return cmocka_run_group_tests(tests, NULL, NULL);
}
