/* test_station_report.c - whose areas a report is of, as the station knows them. */
#include "unit/station/rig.h"

#include <stdio.h>
#include <string.h>

#include "util/xalloc.h"
#include "wire/report.h"

static const char *ask(struct rig *r, uint64_t session, struct wire_report m)
{
	struct strbuf w = STRBUF_INIT;
	static uint32_t req = 100;

	m.req = ++req;
	if (!m.kind)
		m.kind = WIRE_REPORT_ALARMS;
	wire_put_report(&w, &m);
	rig_frame(r, session, &w);
	strbuf_release(&w);
	return rig_reply(r, session, m.req, NULL);
}

static struct wire_report asked(const struct rig *r)
{
	struct wire_report m;
	const uint8_t *p;
	uint16_t type;
	size_t n;

	assert_true(wire_frame_next((const uint8_t *)r->report.buf, r->report.len, &type,
				    &p, &n) > 0);
	assert_int_equal(type, WIRE_REPORT);
	assert_true(wire_get_report(p, n, &m));
	return m;
}

static void AM_11_a_report_ends_now_at_the_latest(void **state)
{
	struct rig *r = *state;
	uint64_t session = rig_open(r, RIG_VERA);

	ask(r, session, (struct wire_report){ .from_ms = 5, .to_ms = INT64_MAX });
	assert_int_equal(r->n_reports, 1);
	assert_int_equal(asked(r).from_ms, 5);
	assert_int_equal(asked(r).to_ms, r->now.wall.ms);
	assert_string_equal(r->report_areas.buf, "");
	ask(r, session, (struct wire_report){ .to_ms = 7, .class_name = "safety" });
	assert_int_equal(asked(r).to_ms, 7);
	assert_string_equal(asked(r).class_name, "safety");
}

static void AM_11_an_operator_is_his_areas(void **state)
{
	struct rig *r = *state;
	uint64_t session = rig_open(r, RIG_VERA);

	ask(r, session, (struct wire_report){ .operator_name = "ivan" });
	assert_string_equal(r->report_areas.buf, "+a\n+b\n+c\n+e\n+system\n");
	ask(r, session, (struct wire_report){ .operator_name = "vera" });
	assert_string_equal(r->report_areas.buf, ""); /* everywhere */
	assert_has(ask(r, session, (struct wire_report){ .operator_name = "ivna" }),
		   "there is no operator named \"ivna\"");
	assert_int_equal(r->n_reports, 2);
}

static void AM_11_a_position_is_its_areas_without_those_of_others(void **state)
{
	static const struct area_def areas[] = { { "a", "", NULL, "east" },
						 { "a.b", "", NULL, "west" },
						 { "c", "", NULL, NULL } };
	struct rig *r = *state;
	uint64_t session = rig_open(r, RIG_VERA);

	for (size_t i = 0; i < 3; i++)
		*GROW(&r->st->def->areas, &r->st->def->n_areas) = areas[i];
	ask(r, session, (struct wire_report){ .position = "east" });
	assert_string_equal(r->report_areas.buf, "+a\n-a.b\n-c\n");
	assert_has(ask(r, session, (struct wire_report){ .position = "north" }),
		   "no area has the position \"north\"");
	assert_has(
		ask(r, session, (struct wire_report){ .position = "east", .area = "a" }),
		"name one of them");
	assert_int_equal(r->n_reports, 1);
}

static void few_reports_wait_at_a_time(void **state)
{
	struct rig *r = *state;
	uint64_t session = rig_open(r, RIG_VERA);
	const char *text = "";

	for (int i = 0; i < 5; i++)
		text = ask(r, session, (struct wire_report){ .area = "a" });
	assert_has(text, "still busy");
	assert_true(r->n_reports < 5);
	assert_string_equal(r->report_areas.buf, "+a\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RIG_TEST(AM_11_a_report_ends_now_at_the_latest),
		RIG_TEST(AM_11_an_operator_is_his_areas),
		RIG_TEST(AM_11_a_position_is_its_areas_without_those_of_others),
		RIG_TEST(few_reports_wait_at_a_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
