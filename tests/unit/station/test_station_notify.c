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
	rig_wait(r, 60000);
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
	rig_wait(r, 60000);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		RIG_TEST(nobody_waits_longer_than_after_s_unheard),
		RIG_TEST(an_acknowledgement_ends_it),
		RIG_TEST(each_occurrence_waits_for_itself),
		RIG_TEST(a_reload_goes_on_waiting_from_when_it_came),
		RIG_TEST(filters_are_priority_area_class_and_event),
		RIG_TEST(texts_from_outside_stay_json),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
