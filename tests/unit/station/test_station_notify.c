/* test_station_notify.c - who is told of which alarm, when: under a fake clock. */
#include "unit/station/rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/xalloc.h"

static struct notify_def *target(struct station_def *def, const char *name)
{
	struct notify_def *d = GROW(&def->notify, &def->n_notify);

	d->name = xstrdup(name);
	d->kind = NOTIFY_COMMAND;
	d->priority = ALARM_DIAGNOSTIC;
	return d;
}

static void start(struct rig *r, struct station_def *def)
{
	static const struct store_snapshot nothing = { .next_occurrence = 1,
						       .next_request = 1 };

	rig_release(r);
	rig_init_from(r, def, &nothing);
	rig_plant(r);
	r->n_told = 0;
	strbuf_clear(&r->told);
}

/* "escalated after 10 s, then each 20 s" */
static struct station_def *with_escalation(enum rig_change change)
{
	struct station_def *def = rig_station(change);
	struct notify_def *d = target(def, "lead");

	*GROW(&d->areas, &d->n_areas) = xstrdup("a");
	d->after_ms = 10000;
	d->repeat_ms = 20000;
	return def;
}

static void reload(struct rig *r, struct station_def *def)
{
	struct diag_list diags = DIAG_LIST_INIT;
	struct event ev = { .kind = EV_RELOADED };

	ev.u.reloaded.def = def;
	ev.u.reloaded.diags = &diags;
	rig_step(r, &ev);
}

static void nobody_waits_longer_than_after_s_unheard(void **state)
{
	struct rig *r = *state;

	start(r, with_escalation(RIG_SAME));
	rig_number(r, "a.level", 5.5);
	rig_wait(r, 9900);
	assert_int_equal(r->n_told, 0);
	rig_wait(r, 200);
	assert_int_equal(r->n_told, 1);
	assert_has(r->told.buf, "{\"event\":\"not acknowledged\"");
	assert_has(r->told.buf, "\"alarm\":\"a.level.high\"");
	assert_has(r->told.buf, "\"waits_s\":10");
	rig_wait(r, 19800);
	assert_int_equal(r->n_told, 1);
	rig_wait(r, 400);
	assert_int_equal(r->n_told, 2);
}

static void an_acknowledgement_ends_it(void **state)
{
	struct rig *r = *state;
	struct wire_alarm_row row;
	uint64_t ivan;

	start(r, with_escalation(RIG_SAME));
	ivan = rig_open(r, RIG_IVAN);
	rig_request(r, ivan, WIRE_ALARMS, 1, 1, "");
	rig_number(r, "a.level", 5.5);
	assert_true(rig_alarm_row(r, ivan, "a.level.high", &row));
	rig_ack(r, ivan, 2, row.name, row.occurrence, row.epoch, row.version);
	rig_wait(r, 25000);
	assert_int_equal(r->n_told, 0);
}

/* One that went and came again waits anew: the newer occurrence is its own. */
static void each_occurrence_waits_for_itself(void **state)
{
	struct rig *r = *state;

	start(r, with_escalation(RIG_SAME));
	rig_number(r, "a.level", 5.5);
	rig_wait(r, 6000);
	rig_number(r, "a.level", 1);
	rig_number(r, "a.level", 5.5);
	rig_wait(r, 6000); /* 12 s after the first */
	assert_int_equal(r->n_told, 0);
	rig_wait(r, 4100);
	assert_int_equal(r->n_told, 1);
}

static void a_reload_goes_on_waiting_from_when_it_came(void **state)
{
	struct rig *r = *state;

	start(r, with_escalation(RIG_SAME));
	rig_number(r, "a.level", 5.5);
	rig_wait(r, 8000);
	reload(r, with_escalation(RIG_RANGE));
	rig_wait(r, 1900);
	assert_int_equal(r->n_told, 0);
	rig_wait(r, 200);
	assert_int_equal(r->n_told, 1);
	reload(r, rig_station(RIG_RANGE)); /* nobody any more */
	rig_wait(r, 25000);
	assert_int_equal(r->n_told, 1);
}

static void filters_are_priority_area_class_and_event(void **state)
{
	struct rig *r = *state;
	struct station_def *def = rig_station(RIG_SAME);
	struct notify_def *d;

	d = target(def, "only critical");
	d->priority = ALARM_CRITICAL;
	d = target(def, "elsewhere");
	*GROW(&d->areas, &d->n_areas) = xstrdup("b");
	d = target(def, "class");
	*GROW(&d->classes, &d->n_classes) = xstrdup("safety");
	d = target(def, "cleared");
	d->events = UINT64_C(1) << ALARM_E_GO;
	d = target(def, "here");
	*GROW(&d->areas, &d->n_areas) = xstrdup("a");
	start(r, def);
	rig_number(r, "a.level", 5.5);
	assert_int_equal(r->n_told, 1); /* here */
	assert_has(r->told.buf, "\"event\":\"came\"");
	rig_number(r, "a.level", 1);
	assert_int_equal(r->n_told, 2); /* cleared */
	assert_has(r->told.buf, "\"event\":\"cleared\"");
}

static void texts_from_outside_stay_json(void **state)
{
	struct rig *r = *state;
	struct station_def *def = rig_station(RIG_SAME);

	target(def, "page");
	def->alarms[station_def_alarm(def, "a.level.high")].message =
		station_def_text(def, "say \"no\" \\ \x1b[2J \xE2\x80\xAE");
	start(r, def);
	rig_number(r, "a.level", 5.5);
	assert_has(r->told.buf, "say \\\"no\\\" \\\\ ");
	assert_null(strchr(r->told.buf, '\x1b'));
	assert_null(strstr(r->told.buf, "\xE2\x80\xAE"));
}

/* --- the horn ----------------------------------------------------------------------- */

static struct station_def *with_horn(enum rig_change change)
{
	struct station_def *def = with_escalation(change);

	def->notify[0].horn = true;
	return def;
}

static void silence(struct rig *r, uint64_t who, enum wire_status expected)
{
	enum wire_status status = WIRE_UNKNOWN;

	r->n_told = 0;
	strbuf_clear(&r->told);
	rig_forget(r, who);
	rig_request(r, who, WIRE_SILENCE, 5, 0, "");
	rig_reply(r, who, 5, &status);
	assert_int_equal(status, expected);
}

/* Its drivers beat meanwhile. */
static void live(struct rig *r, int64_t ms)
{
	for (; ms > 0; ms -= 500) {
		rig_wait(r, ms < 500 ? ms : 500);
		rig_beats(r);
	}
}

static void AM_02_a_silenced_horn_waits_for_the_next_alarm(void **state)
{
	struct rig *r = *state;
	const uint8_t *payload;
	struct audit_record a;
	uint64_t ivan, vera, watch;
	size_t len;

	start(r, with_horn(RIG_SAME));
	ivan = rig_open(r, RIG_IVAN);
	vera = rig_open(r, RIG_VERA);
	rig_number(r, "a.level", 5.5);
	live(r, 10100);
	assert_int_equal(r->n_told, 1);
	silence(r, ivan, WIRE_OK);
	/* it hears of that once, and then nothing of what it has told */
	assert_int_equal(r->n_told, 1);
	assert_has(r->told.buf, "{\"event\":\"silenced\"");
	assert_has(r->told.buf, "\"by\":\"ivan\"");
	live(r, 25000);
	assert_int_equal(r->n_told, 1);
	assert_int_equal(rig_audits(r, AUDIT_SILENCE, &a), 1);
	assert_string_equal(a.actor, "ivan");
	watch = rig_watch(r, RIG_SAM);
	assert_int_equal(rig_row(r, watch, "a.level.high").state,
			 ALARM_S_UNACK); /* nothing is acknowledged */
	assert_true(rig_last(r, vera, WIRE_NOTICE, &payload, &len));
	/* another occurrence sounds again */
	rig_number(r, "a.level", 1);
	rig_number(r, "a.level", 5.5);
	assert_int_equal(rig_row(r, watch, "a.level.high").occurrence, 2);
	live(r, 10100);
	assert_int_equal(r->n_told, 2);
	assert_has(r->told.buf, "not acknowledged");
}

static void AM_02_silence_stops_no_escalation_that_has_not_sounded(void **state)
{
	struct rig *r = *state;
	uint64_t ivan;

	start(r, with_horn(RIG_SAME));
	ivan = rig_open(r, RIG_IVAN);
	rig_number(r, "a.level", 5.5);
	rig_wait(r, 5000);
	silence(r, ivan, WIRE_OK);
	assert_int_equal(r->n_told, 1);
	rig_wait(r, 5200);
	assert_int_equal(r->n_told, 2);
}

static void AM_02_only_a_horn_is_silenced_and_not_by_everybody(void **state)
{
	struct rig *r = *state;

	start(r, with_escalation(RIG_SAME)); /* a pager is no horn */
	rig_number(r, "a.level", 5.5);
	rig_wait(r, 10100);
	silence(r, rig_open(r, RIG_IVAN), WIRE_REFUSED);
	assert_int_equal(r->n_told, 0);
	rig_wait(r, 20100);
	assert_int_equal(r->n_told, 1);
	start(r, with_horn(RIG_SAME));
	rig_number(r, "a.level", 5.5);
	rig_wait(r, 10100);
	silence(r, rig_open(r, RIG_VERA), WIRE_REFUSED);
	rig_wait(r, 20100);
	assert_int_equal(r->n_told, 1);
	assert_has(r->told.buf, "not acknowledged");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RIG_TEST(nobody_waits_longer_than_after_s_unheard),
		RIG_TEST(an_acknowledgement_ends_it),
		RIG_TEST(each_occurrence_waits_for_itself),
		RIG_TEST(a_reload_goes_on_waiting_from_when_it_came),
		RIG_TEST(filters_are_priority_area_class_and_event),
		RIG_TEST(texts_from_outside_stay_json),
		RIG_TEST(AM_02_a_silenced_horn_waits_for_the_next_alarm),
		RIG_TEST(AM_02_silence_stops_no_escalation_that_has_not_sounded),
		RIG_TEST(AM_02_only_a_horn_is_silenced_and_not_by_everybody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
