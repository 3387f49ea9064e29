/* test_station_steady.c - a station that runs asks for no memory. */
#include "unit/station/rig.h"

#include <stdlib.h>

#include "support/count_allocs.h"

static void feed(struct station *st, struct actions *out, struct strbuf *record,
		 struct now *now, double level)
{
	struct driver_sample v[2] = {
		{ .tag = tag_db_find(station_tags(st), "a.level"),
		  .source_ms = now->wall.ms,
		  .mono_ns = now->mono.ns,
		  .value = value_double(level) },
		{ .tag = tag_db_find(station_tags(st), "a.text"),
		  .source_ms = now->wall.ms,
		  .mono_ns = now->mono.ns,
		  .value = value_string(level > 3 ? "high" : "low") },
	};
	struct driver_beat beat = { .generation = 1 };
	struct event ev = { .kind = EV_DRIVER_RECORD };

	ev.u.record.driver = 0;
	ev.u.record.instance = 1;
	strbuf_clear(record);
	driver_put_samples(record, 1, v, 2);
	ev.u.record.bytes = (const uint8_t *)record->buf;
	ev.u.record.len = record->len;
	station_step(st, &ev, *now, out);
	actions_clear(out);
	strbuf_clear(record);
	driver_put_beat(record, &beat);
	ev.u.record.bytes = (const uint8_t *)record->buf;
	ev.u.record.len = record->len;
	station_step(st, &ev, *now, out);
	actions_clear(out);
}

static void values_flow_to_consoles_without_an_allocation(void **state)
{
	struct rig *r = calloc(1, sizeof(*r));
	const char *names[] = { "a.level", "e.sum", "e.twice", "a.text", "a.sp" };
	struct actions out = { 0 };
	struct strbuf w = STRBUF_INIT;
	unsigned long before = 0;

	(void)state;
	rig_init(r);
	for (int i = 0; i < 3; i++) {
		uint64_t session = rig_open(r, RIG_IVAN);

		strbuf_clear(&w);
		wire_put_subscribe(&w, 1, names, 5);
		rig_frame(r, session, &w);
		rig_request(r, session, WIRE_ALARMS, 1, 1, "");
	}
	for (int i = 0; i < 2000; i++) {
		if (i == 1000)
			before = alloc_count; /* every buffer has its size now */
		r->now.mono.ns += 20000000;
		r->now.wall.ms += 20;
		feed(r->st, &out, &w, &r->now, 2 + i % 20 / 10.0);
	}
	assert_int_equal(alloc_count - before, 0);
	actions_release(&out);
	strbuf_release(&w);
	rig_release(r);
	free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_flow_to_consoles_without_an_allocation),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
