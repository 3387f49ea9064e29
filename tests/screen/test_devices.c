/* test_devices.c - the page of devices: its pictures, and the real console following what
 * the server tells of them. */
#include "support/test.h"

#include "screen/console_rig.h"
#include "screen/golden_file.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "console/view/frame.h"
#include "console/view/picture.h"
#include "screen/glyph.h"
#include "util/clock.h"

#define DOWN "\033[B"
#define END  "\033[F"

enum { NOW_MS = 1763776800 };

static const struct wire_device well = {
	.name = "plc1",
	.driver = "modbus",
	.where = "tcp://192.0.2.7:502 unit 1",
	.link = WIRE_LINK_UP,
	.text = "connected to 192.0.2.7 port 502 unit 1",
	.since_ms = 1763770000000,
	.tags = 54,
	.has_stats = 1,
	.stats_ms = 1763776799000,
	.connects = 1,
	.requests = 123456,
	.writes = 12,
	.per_second = 24.0,
	.p50_us = 1240,
	.p95_us = 3100,
	.p99_us = 12800,
	.max_us = 140000,
	.n_classes = 2,
	.classes = { { "fast", 200, 1, 60000, 2, 0 }, { "slow", 5000, 11, 1200, 0, 0 } },
};

static const struct wire_device silent = {
	.name = "plc2",
	.driver = "modbus",
	.where = "tcp://192.0.2.8:502 unit 1",
	.link = WIRE_LINK_DOWN,
	.ne107 = WIRE_NE107_FAILURE,
	.text = "192.0.2.8 port 502 unit 1: no reply within 1000 ms",
	.since_ms = 1763776740000,
	.last_error = "192.0.2.8 port 502 unit 1: no reply within 1000 ms",
	.last_error_ms = 1763776740000,
	.tags = 50,
	.tags_bad = 50,
	.has_stats = 1,
	.stats_ms = 1763776799000,
	.connects = 9,
	.requests = 99872,
	.timeouts = 7,
	.exceptions = 3,
	.p50_us = 900,
	.p95_us = 2000,
	.p99_us = 4300,
	.max_us = 9000,
	.n_classes = 1,
	.classes = { { "normal", 500, 11, 4300, 5, 120 } },
	.n_refused = 2,
	.refused = { { "wrong unit", 4 }, { "short reply", 1 } },
	.n_holes = 1,
	.holes = "holding:10-12 (2)",
};

static const struct wire_device broker = {
	.name = "bus",
	.driver = "mqtt",
	.where = "mqtt://192.0.2.9:1883",
	.link = WIRE_LINK_UP,
	.ne107 = WIRE_NE107_OUT_OF_SPEC,
	.text = "connected to 192.0.2.9:1883, 9 topics",
	.since_ms = 1763776000000,
	.tags = 15,
	.tags_bad = 1,
	.has_stats = 1,
	.connects = 1,
	.messages = 5021,
	.parse_errors = 3,
	.per_second = 6.7,
};

static const struct wire_device by_hand = {
	.name = "the-long-named-device-of-pump-station-northwest",
	.driver = "modbus",
	.where = "rtu:///dev/ttyS0 unit 17",
	.link = WIRE_LINK_NO_DRIVER,
	.ne107 = WIRE_NE107_FUNCTION,
	.tags = 3,
	.tags_bad = 3,
	.tags_by_hand = 2,
};

static const struct wire_device *const all[] = { &well, &silent, &broker, &by_hand };
enum { N = sizeof(all) / sizeof(all[0]) };

/* --- as a picture ------------------------------------------------------------------ */

static const struct ui_key no_keys[] = { { NULL, NULL, 0 } };

static void paint(struct grid *g, int cols, int rows, const char *selected, int age_s)
{
	const struct now then = { .mono = { 1000000000000 },
				  .wall = { NOW_MS * INT64_C(1000) } };
	struct now now = { .mono = mono_add_ms(then.mono, age_s * 1000),
			   .wall = { then.wall.ms + age_s * 1000 } };
	struct ui ui = { .page = UI_DEVICES,
			 .selected = PICTURE_NOTHING,
			 .keys = no_keys,
			 .list = { .selected = -1 } };
	struct wire_alarm_sync sync = { .epoch = 1 };
	struct frame_input in = { .ui = &ui, .now = now };
	static struct model m;

	model_init(&m);
	m.link = LINK_UP;
	m.has_beat = true;
	m.beat = (struct wire_beat){ .recording = 1, .devices = N, .devices_down = 2 };
	snprintf(m.who.name, sizeof(m.who.name), "ivan");
	model_alarm_reset(&m, 1);
	assert_true(model_alarm_sync(&m, &sync));
	model_device_begin(&m);
	for (size_t i = 0; i < N; i++)
		model_device(&m, all[i]);
	model_device_end(&m, then, "");
	snprintf(ui.devices.selected, sizeof(ui.devices.selected), "%s", selected);
	in.m = &m;
	grid_init(g, cols, rows);
	frame_paint(g, &in);
	model_release(&m);
}

static void the_page_looks_as_it_did(void **state)
{
	static const struct {
		const char *name, *selected;
		int cols, rows, age_s;
	} pages[] = {
		{ "devices.80x24", "plc2", 80, 24, 0 },
		{ "devices.none-selected", "", 80, 24, 1 },
		{ "devices.not-live", "plc1", 80, 24, 61 },
		{ "devices.120x40", "bus", 120, 40, 0 },
		{ "devices.40x12", "plc2", 40, 12, 0 },
	};
	struct grid g;

	(void)state;
	for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
		paint(&g, pages[i].cols, pages[i].rows, pages[i].selected,
		      pages[i].age_s);
		golden(pages[i].name, &g);
		grid_release(&g);
	}
	paint(&g, 80, 24, "the-long-named-device-of-pump-station-northwest", 0);
	glyph_to_tier(&g, GLYPHS_ASCII);
	golden("devices.ascii", &g);
	grid_release(&g);
}

/* --- on a terminal ----------------------------------------------------------------- */

static void to_devices(struct rig *r)
{
	for (size_t i = 0; i < N - 1; i++)
		fake_device(r->f, all[i]);
	r->t = fake_console_ready(r->f);
	tty_type(r->t, "d");
	tty_expect(r->t, "3 devices, 2 not well");
}

static void DV_01_each_device_shows_its_one_status(void **state)
{
	struct rig *r = *state;

	to_devices(r);
	assert_has(tty_row(r->t, 0), "Devices");
	assert_has(tty_row(r->t, tty_find_row(r->t, " plc1 ")), "  plc1");
	assert_has(tty_row(r->t, tty_find_row(r->t, " plc2 ")), "F plc2");
	assert_has(tty_row(r->t, tty_find_row(r->t, " plc2 ")), "not connected");
	assert_has(tty_row(r->t, tty_find_row(r->t, " bus ")), "S bus");
	tty_type(r->t, "\t");
	tty_expect(r->t, "failure: its values are not valid");
	tty_expect(r->t, "no reply within 1000 ms");
	tty_expect(r->t, "p50 0.90 ms, p95 2.00 ms, p99 4.30 ms, longest 9.00 ms");
	tty_expect(r->t, "4300 done, 5 late, 120 skipped");
	tty_expect(r->t, "wrong unit 4, short reply 1");
	tty_type(r->t, "\t");
	tty_expect(r->t, "errors or late scans within the last minute");
	tty_expect(r->t, "5021, of them 3 that could not be read");
	tty_type(r->t, "\033"); /* lets go */
	tty_expect(r->t, "arrows select");
	tty_type(r->t, "0");
	tty_expect(r->t, "50.0 %");
}

static void the_page_follows_while_it_stands_there_and_asks_no_more_after(void **state)
{
	struct rig *r = *state;
	struct wire_device now = well;
	unsigned asked;

	to_devices(r);
	now.link = WIRE_LINK_DOWN;
	now.ne107 = WIRE_NE107_FAILURE;
	fake_device(r->f, &now);
	tty_expect(r->t, "3 not well");
	tty_type(r->t, "2");
	tty_expect_gone(r->t, "3 not well");
	asked = fake_count(r->f, WIRE_DEVICES);
	pump_for(r->t, 1500);
	assert_int_equal(fake_count(r->f, WIRE_DEVICES), asked);
}

static void another_device_moves_nothing_under_the_cursor(void **state)
{
	struct rig *r = *state;

	to_devices(r);
	tty_type(r->t, END);
	tty_expect(r->t, "mqtt://192.0.2.9:1883");
	fake_device(r->f, &by_hand);
	tty_expect(r->t, "4 devices");
	assert_true(tty_cell(r->t, 20, tty_find_row(r->t, "S bus")).reverse);
	tty_expect(r->t, "mqtt://192.0.2.9:1883");
	tty_type(r->t, DOWN);
	tty_expect(r->t, "3 bad, 2 substituted by hand");
	assert_false(tty_cell(r->t, 20, tty_find_row(r->t, "S bus")).reverse);
}

static void a_refusal_and_a_silent_server_are_not_hidden(void **state)
{
	struct rig *r = *state;
	int row;

	to_devices(r);
	fake_hang(r->f, true);
	tty_expect(r->t, ": not live");
	tty_expect(r->t, "SERVER LOST");
	row = tty_find_row(r->t, " plc1 ");
	assert_false(tty_cell(r->t, 2, row).bold);
	fake_hang(r->f, false);
	tty_expect_gone(r->t, ": not live");
	fake_refuse_devices(r->f, "you may not see the devices");
	tty_expect(r->t, "you may not see the devices");
}

static void help_names_the_keys_of_the_page(void **state)
{
	struct rig *r = *state;

	to_devices(r);
	tty_type(r->t, "?");
	tty_expect(r->t, "select a device");
	tty_expect(r->t, "next device that is");
	tty_type(r->t, "?");
	tty_expect(r->t, "3 devices, 2 not well");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_page_looks_as_it_did),
		ON_RIG(DV_01_each_device_shows_its_one_status),
		ON_RIG(the_page_follows_while_it_stands_there_and_asks_no_more_after),
		ON_RIG(another_device_moves_nothing_under_the_cursor),
		ON_RIG(a_refusal_and_a_silent_server_are_not_hidden),
		ON_RIG(help_names_the_keys_of_the_page),
	};

	setlocale(LC_ALL, "C.UTF-8");
	setenv("TZ", "UTC0", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
