/* test_wire_alarms.c - what is told of floods and asked of reports, as bytes and back. */
#include "support/test.h"

#include <stdio.h>
#include <string.h>

#include "wire/flood.h"
#include "wire/msg.h"
#include "wire/report.h"

static struct wire_flood full_flood(void)
{
	struct wire_flood m = { .on = 1,
				.since_ms = 1700000000000,
				.until_ms = 1700000600000,
				.rate = 40,
				.peak = 50,
				.total = 1234567890123,
				.n = { 1, 2, 3, 4 },
				.n_areas = WIRE_FLOOD_AREAS,
				.elsewhere = 77,
				.criticals = 9,
				.n_criticals = WIRE_FLOOD_CRITICALS };

	for (int i = 0; i < WIRE_FLOOD_AREAS; i++) {
		snprintf(m.areas[i].area, sizeof(m.areas[i].area), "area.%d", i);
		for (int p = 0; p < WIRE_PRIORITIES; p++)
			m.areas[i].n[p] = (uint32_t)(10 * i + p);
	}
	for (int i = 0; i < WIRE_FLOOD_CRITICALS; i++)
		snprintf(m.critical[i], sizeof(m.critical[i]), "alarm.%d", i);
	return m;
}

static void payload_of(const struct strbuf *w, uint16_t want, const uint8_t **p,
		       size_t *n)
{
	uint16_t type;

	assert_int_equal(wire_frame_next((const uint8_t *)w->buf, w->len, &type, p, n),
			 w->len);
	assert_int_equal(type, want);
}

static void a_flood_arrives_as_it_was_sent(void **state)
{
	struct wire_flood m = full_flood(), got;
	struct strbuf w = STRBUF_INIT;
	const uint8_t *p;
	size_t n;

	(void)state;
	wire_put_flood(&w, &m);
	payload_of(&w, WIRE_FLOOD, &p, &n);
	assert_true(wire_get_flood(p, n, &got));
	assert_memory_equal(&got.since_ms, &m.since_ms, 16);
	assert_int_equal(got.rate, 40);
	assert_int_equal(got.peak, 50);
	assert_int_equal(got.total, 1234567890123);
	assert_memory_equal(got.n, m.n, sizeof(m.n));
	assert_int_equal(got.n_areas, WIRE_FLOOD_AREAS);
	assert_memory_equal(got.areas, m.areas, sizeof(m.areas));
	assert_int_equal(got.elsewhere, 77);
	assert_int_equal(got.criticals, 9);
	assert_memory_equal(got.critical, m.critical, sizeof(m.critical));
	for (size_t cut = 0; cut < n; cut++)
		assert_false(wire_get_flood(p, cut, &got));
	strbuf_clear(&w);
	m.n_areas = 0;
	m.on = 2;
	wire_put_flood(&w, &m);
	payload_of(&w, WIRE_FLOOD, &p, &n);
	assert_false(wire_get_flood(p, n, &got));
	strbuf_release(&w);
}

static void more_areas_than_there_is_room_for_are_refused(void **state)
{
	struct wire_flood m = { .on = 1 }, got;
	struct strbuf w = STRBUF_INIT;
	const uint8_t *p;
	size_t n;

	(void)state;
	wire_put_flood(&w, &m);
	payload_of(&w, WIRE_FLOOD, &p, &n);
	size_t at = 1 + 8 + 8 + 4 + 4 + 8 + 16; /* of n_areas */
	assert_int_equal(p[at], 0);
	w.buf[(size_t)(p - (const uint8_t *)w.buf) + at] = WIRE_FLOOD_AREAS + 1;
	assert_false(wire_get_flood(p, n, &got));
	assert_int_equal(got.n_areas, 0);
	strbuf_release(&w);
}

static void a_report_is_asked_for_as_it_was_meant(void **state)
{
	struct wire_report m = { .req = 7,
				 .kind = WIRE_REPORT_PROPOSALS,
				 .from_ms = -5,
				 .to_ms = 1700000000000,
				 .area = "intake",
				 .class_name = "safety",
				 .operator_name = "ivan",
				 .position = "east" },
			   got;
	struct strbuf w = STRBUF_INIT;
	const uint8_t *p;
	size_t n;

	(void)state;
	wire_put_report(&w, &m);
	payload_of(&w, WIRE_REPORT, &p, &n);
	assert_true(wire_get_report(p, n, &got));
	assert_int_equal(got.req, 7);
	assert_int_equal(got.kind, WIRE_REPORT_PROPOSALS);
	assert_int_equal(got.from_ms, -5);
	assert_int_equal(got.to_ms, 1700000000000);
	assert_string_equal(got.area, "intake");
	assert_string_equal(got.class_name, "safety");
	assert_string_equal(got.operator_name, "ivan");
	assert_string_equal(got.position, "east");
	for (size_t cut = 0; cut < n; cut++)
		assert_false(wire_get_report(p, cut, &got));
	for (int kind = 0; kind < 256; kind += 3) {
		w.buf[(size_t)(p - (const uint8_t *)w.buf) + 4] = (char)kind;
		assert_int_equal(wire_get_report(p, n, &got), kind == 1 || kind == 2);
	}
	strbuf_release(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_flood_arrives_as_it_was_sent),
		cmocka_unit_test(more_areas_than_there_is_room_for_are_refused),
		cmocka_unit_test(a_report_is_asked_for_as_it_was_meant),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
