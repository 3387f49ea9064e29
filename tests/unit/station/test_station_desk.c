/* test_station_desk.c - what the operators' pages ask the station: who is here, what is
 * overridden, and which tags fit what was typed. */
#include "unit/station/rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/bytes.h"
#include "wire/people.h"

enum { REQ = 70, ROWS_MAX = 64 };

struct answer {
	struct wire_row row[ROWS_MAX];
	size_t n;
};

/* Asks, and reads all rows of the answer, in order. */
static struct answer ask(struct rig *r, uint64_t who, enum wire_type type, uint64_t num,
			 const char *text)
{
	struct answer a = { .n = 0 };
	const struct strbuf *b = &r->frames[who];
	size_t at = 0;

	rig_forget(r, who);
	rig_request(r, who, type, REQ, num, text);
	while (at < b->len) {
		const uint8_t *payload;
		uint16_t kind;
		size_t len;
		int64_t used = wire_frame_next((const uint8_t *)b->buf + at, b->len - at,
					       &kind, &payload, &len);

		assert_true(used > 0);
		at += (size_t)used;
		if (kind != WIRE_ROW)
			continue;
		assert_true(a.n < ROWS_MAX);
		assert_true(wire_get_row(payload, len, &a.row[a.n++]));
	}
	return a;
}

static void forget(struct answer *a)
{
	for (size_t i = 0; i < a->n; i++)
		wire_row_release(&a->row[i]);
}

static const struct wire_row *find(const struct answer *a, size_t field, const char *text)
{
	for (size_t i = 0; i < a->n; i++)
		if (strcmp(a->row[i].field[field], text) == 0)
			return &a->row[i];
	fail_msg("no row says \"%s\"", text);
	return NULL;
}

/* --- people ------------------------------------------------------------------------- */

static void say_place(struct rig *r, uint64_t who, const char *page, const char *field,
		      uint32_t idle_s)
{
	struct wire_place m = { .req = 1, .idle_s = idle_s };
	struct strbuf w = STRBUF_INIT;

	snprintf(m.page, sizeof(m.page), "%s", page);
	snprintf(m.field, sizeof(m.field), "%s", field);
	wire_put_place(&w, &m);
	rig_frame(r, who, &w);
	strbuf_release(&w);
}

static void everybody_sees_who_is_here_and_what_they_look_at(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN), vera = rig_open(r, RIG_VERA);
	const struct wire_row *row;
	struct answer a;

	say_place(r, ivan, "Intake", "", 0);
	rig_wait(r, 42000);
	a = ask(r, vera, WIRE_PEOPLE, 0, "");
	assert_int_equal(a.n, 2);
	row = find(&a, PEOPLE_NAME, "ivan");
	assert_int_equal(row->n, PEOPLE_FIELDS);
	assert_string_equal(row->field[PEOPLE_PAGE], "Intake");
	assert_string_equal(row->field[PEOPLE_IDLE], "42");
	assert_string_equal(row->field[PEOPLE_FIELD], "");
	assert_string_equal(row->field[PEOPLE_YOU], "");
	assert_has(row->field[PEOPLE_FROM], "pid");
	row = find(&a, PEOPLE_NAME, "vera");
	assert_string_equal(row->field[PEOPLE_YOU], "you");
	assert_string_equal(row->field[PEOPLE_IDLE], ""); /* it has not said */
	forget(&a);
	/* a console that was left alone for a while says so itself */
	say_place(r, ivan, "Alarms", "", 300);
	a = ask(r, vera, WIRE_PEOPLE, 0, "");
	row = find(&a, PEOPLE_NAME, "ivan");
	assert_string_equal(row->field[PEOPLE_PAGE], "Alarms");
	assert_string_equal(row->field[PEOPLE_IDLE], "300");
	forget(&a);
	rig_close(r, ivan);
	a = ask(r, vera, WIRE_PEOPLE, 0, "");
	assert_int_equal(a.n, 1);
	forget(&a);
}

static void WR_15_who_edits_a_value_is_named_to_others(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN), oleg = rig_open(r, RIG_OLEG);
	struct answer a;

	say_place(r, ivan, "Intake", "b.sp", 0);
	a = ask(r, oleg, WIRE_PEOPLE, 0, "b.sp");
	assert_int_equal(a.n, 1);
	assert_string_equal(a.row[0].field[PEOPLE_NAME], "ivan");
	assert_string_equal(a.row[0].field[PEOPLE_DOES], "editing");
	forget(&a);
	/* what the gate knows goes before what the console says */
	assert_true(rig_token(r, ivan, "b.sp", value_double(6)) != 0);
	say_place(r, ivan, "Intake", "a.sp", 0);
	a = ask(r, oleg, WIRE_PEOPLE, 0, "b.sp");
	assert_int_equal(a.n, 1);
	assert_string_equal(a.row[0].field[PEOPLE_DOES], "writing");
	forget(&a);
	a = ask(r, oleg, WIRE_PEOPLE, 0, "a.sp");
	assert_int_equal(a.n, 0);
	rig_wait(r, WRITE_SELECT_MS + 1000); /* it let the time pass */
	a = ask(r, oleg, WIRE_PEOPLE, 0, "b.sp");
	assert_int_equal(a.n, 0);
	rig_close(r, ivan);
	a = ask(r, oleg, WIRE_PEOPLE, 0, "a.sp");
	assert_int_equal(a.n, 0);
}

/* --- overrides ---------------------------------------------------------------------- */

static void substitute(struct rig *r, uint64_t who, const char *tag)
{
	struct wire_substitute m = { .req = 3,
				     .value = value_double(3.5),
				     .reason = "sensor is cleaned" };
	struct strbuf w = STRBUF_INIT;

	snprintf(m.tag, sizeof(m.tag), "%s", tag);
	wire_put_substitute(&w, &m);
	rig_frame(r, who, &w);
	strbuf_release(&w);
}

static struct wire_beat beat_of(struct rig *r, uint64_t who)
{
	struct wire_beat m = { 0 };
	const uint8_t *payload;
	size_t len;

	rig_wait(r, 1000);
	assert_true(rig_last(r, who, WIRE_BEAT, &payload, &len));
	assert_true(wire_get_beat(payload, len, &m));
	return m;
}

static void HM_17_a_calm_plant_has_no_overrides(void **state)
{
	struct rig *r = *state;
	uint64_t vera = rig_open(r, RIG_VERA);
	struct answer a = ask(r, vera, WIRE_OVERRIDES, 0, "");

	assert_int_equal(a.n, 0);
	assert_string_equal(rig_reply(r, vera, REQ, NULL), "0");
	assert_int_equal(beat_of(r, vera).substituted, 0);
	assert_int_equal(beat_of(r, vera).simulated, 0);
}

static void HM_17_what_is_typed_or_simulated_is_listed_once(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN), vera = rig_open(r, RIG_VERA);
	const struct wire_row *row;
	struct wire_beat beat;
	struct answer a;
	int64_t since;

	substitute(r, ivan, "b.sp");
	since = r->now.wall.ms;
	rig_sample(r, "a.level", value_double(7), QUALITY_SIMULATED);
	beat = beat_of(r, vera);
	assert_int_equal(beat.substituted, 1);
	assert_int_equal(beat.simulated, 1);
	a = ask(r, vera, WIRE_OVERRIDES, 0, "");
	/* e.sum and e.twice, which are computed from a.level, are not said again */
	assert_int_equal(a.n, 2);
	row = find(&a, OVERRIDE_KIND, "substituted");
	assert_int_equal(row->n, OVERRIDE_FIELDS);
	assert_string_equal(row->field[OVERRIDE_WHAT], "b.sp");
	assert_string_equal(row->field[OVERRIDE_AREA], "b");
	assert_has(row->field[OVERRIDE_IS], "3.5");
	assert_string_equal(row->field[OVERRIDE_BY], "ivan");
	assert_string_equal(row->field[OVERRIDE_REASON], "sensor is cleaned");
	assert_int_equal(strtoll(row->field[OVERRIDE_SINCE], NULL, 10), since);
	assert_string_equal(row->field[OVERRIDE_UNTIL], "");
	row = find(&a, OVERRIDE_KIND, "simulated");
	assert_string_equal(row->field[OVERRIDE_WHAT], "a.level");
	forget(&a);
}

static void HM_17_hidden_alarms_say_who_why_and_how_long(void **state)
{
	struct rig *r = *state;
	uint64_t sam = rig_watch(r, RIG_SAM);
	const struct wire_row *row;
	struct answer a;
	int64_t now;

	now = r->now.wall.ms;
	rig_act(r, sam, "a.level.high", rig_act_shelve(600000));
	rig_act(r, sam, "a.level.high",
		rig_act_of(ALARM_E_OUT_OF_SERVICE, "sensor sent in"));
	a = ask(r, sam, WIRE_OVERRIDES, 0, "");
	assert_int_equal(a.n, 2); /* each has to end by itself */
	row = find(&a, OVERRIDE_KIND, "shelved");
	assert_string_equal(row->field[OVERRIDE_WHAT], "a.level.high");
	assert_string_equal(row->field[OVERRIDE_BY], "sam");
	assert_int_equal(strtoll(row->field[OVERRIDE_UNTIL], NULL, 10), now + 600000);
	row = find(&a, OVERRIDE_KIND, "out of service");
	assert_string_equal(row->field[OVERRIDE_REASON], "sensor sent in");
	assert_string_equal(row->field[OVERRIDE_UNTIL], "");
	forget(&a);
}

static void HM_17_what_is_blind_is_summed_up_by_device(void **state)
{
	struct rig *r = *state;
	uint64_t vera = rig_open(r, RIG_VERA);
	const struct wire_row *row;
	struct answer a;

	rig_device(r, "plc1", DEVICE_FAILED, "no answer");
	rig_sample(r, "b.sp", value_double(0), QUALITY_MAKE(QUALITY_BAD, REASON_SENSOR));
	rig_wait(r, 1000);
	a = ask(r, vera, WIRE_OVERRIDES, 0, "");
	assert_int_equal(a.n, 2);
	row = find(&a, OVERRIDE_WHAT, "plc1");
	assert_string_equal(row->field[OVERRIDE_KIND], "blind");
	assert_has(row->field[OVERRIDE_IS], "device, 7 tags");
	assert_has(row->field[OVERRIDE_REASON], "no answer");
	row = find(&a, OVERRIDE_WHAT, "b.sp");
	assert_string_equal(row->field[OVERRIDE_IS], "####");
	forget(&a);
}

/* --- finding tags ------------------------------------------------------------------- */

static void HM_09_tags_are_found_by_what_is_typed_the_best_first(void **state)
{
	struct rig *r = *state;
	uint64_t vera = rig_open(r, RIG_VERA);
	struct answer a = ask(r, vera, WIRE_TAGS, 2, "LEVEL");

	assert_int_equal(a.n, 1);
	assert_string_equal(a.row[0].field[0], "a.level");
	forget(&a);
	a = ask(r, vera, WIRE_TAGS, 2, "b.sp");
	assert_true(a.n >= 1);
	assert_string_equal(a.row[0].field[0], "b.sp");
	forget(&a);
	a = ask(r, vera, WIRE_TAGS, 2, "sp b");
	assert_true(a.n >= 1);
	assert_string_equal(a.row[0].field[0], "b.sp");
	assert_string_equal(a.row[0].field[4], "writable");
	forget(&a);
	a = ask(r, vera, WIRE_TAGS, 2, "nothing of the kind");
	assert_int_equal(a.n, 0);
	assert_string_equal(rig_reply(r, vera, REQ, NULL), "0 tags fit");
}

static void no_more_tags_are_told_than_were_asked_for(void **state)
{
	struct rig *r = *state;
	uint64_t vera = rig_open(r, RIG_VERA);
	struct wire_request m = { .req = REQ, .num = 2, .num2 = 3 };
	struct strbuf w = STRBUF_INIT;

	rig_forget(r, vera);
	wire_put_request(&w, WIRE_TAGS, &m);
	rig_frame(r, vera, &w);
	strbuf_release(&w);
	assert_int_equal(rig_count(r, vera, WIRE_ROW), 3);
	assert_has(rig_reply(r, vera, REQ, NULL), "tags fit"); /* of many */
}

static int setup(void **state)
{
	rig_setup(state);
	rig_plant(*state);
	return 0;
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, rig_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(everybody_sees_who_is_here_and_what_they_look_at),
		T(WR_15_who_edits_a_value_is_named_to_others),
		T(HM_17_a_calm_plant_has_no_overrides),
		T(HM_17_what_is_typed_or_simulated_is_listed_once),
		T(HM_17_hidden_alarms_say_who_why_and_how_long),
		T(HM_17_what_is_blind_is_summed_up_by_device),
		T(HM_09_tags_are_found_by_what_is_typed_the_best_first),
		T(no_more_tags_are_told_than_were_asked_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
