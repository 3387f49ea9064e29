/* test_tool.c - the pure half of `sightglass modbus`: words, meanings of registers, and
 * the search for the cells a device has. */
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/modbus/tool.h"

/* --- words --- */

static void endpoints_as_people_type_them(void **state)
{
	static const struct {
		const char *typed, *endpoint;
	} row[] = {
		{ "plc7", "tcp://plc7" },
		{ "192.0.2.7:1502", "tcp://192.0.2.7:1502" },
		{ "[::1]:502", "tcp://[::1]:502" },
		{ "tcp://plc7:502", "tcp://plc7:502" },
		{ "rtu:/dev/ttyS0", "rtu:///dev/ttyS0" },
		{ "rtu:/dev/ttyS0:9600:8N1",
		  "rtu:///dev/ttyS0?baud=9600&parity=none&stop=1" },
		{ "rtu:/dev/ttyS0:19200:8E2",
		  "rtu:///dev/ttyS0?baud=19200&parity=even&stop=2" },
		{ "rtu:/dev/ttyS0:38400", "rtu:///dev/ttyS0?baud=38400" },
		{ "rtu:///dev/ttyS0?parity=odd", "rtu:///dev/ttyS0?parity=odd" },
	};
	struct tool_options *o = calloc(1, sizeof(*o));
	struct strbuf why = STRBUF_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		if (!tool_endpoint(row[i].typed, o, &why))
			fail_msg("%s: %s", row[i].typed, why.buf);
		assert_string_equal(o->endpoint, row[i].endpoint);
	}
	assert_false(tool_endpoint("rtu:/dev/ttyS0:9600:7E1", o, &why));
	assert_has(why.buf, "expected the speed and the frame, \"9600:8N1\"");
	assert_false(tool_endpoint("rtu:/dev/ttyS0:fast", o, &why));
	assert_false(tool_endpoint("rtu:/dev/ttyS0:9601:8N1", o, &why));
	assert_has(why.buf, "baud");
	assert_false(tool_endpoint("plc7:70000", o, &why));
	assert_has(why.buf, "is not a number from 1 to 65535");
	assert_false(tool_endpoint("", o, &why));
	free(o);
	strbuf_release(&why);
}

static void lists_of_units_and_areas(void **state)
{
	static const char *const wrong[] = { "",  "0",  "248", "1-300",   "9-5", "1,,2",
					     "a", "-1", "1-",  "250-255", "1;2", "1 2" };
	struct tool_options *o = calloc(1, sizeof(*o));
	struct strbuf why = STRBUF_INIT;

	(void)state;
	assert_true(tool_units("5,9-12,5", o, &why));
	assert_int_equal(o->n_units, 5);
	assert_int_equal(o->first_unit, 5);
	assert_true(o->units[12] && !o->units[13] && !o->units[1]);
	assert_true(tool_units("255", o, &why));
	assert_true(tool_units("1-247", o, &why));
	assert_int_equal(o->n_units, 247);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		if (tool_units(wrong[i], o, &why))
			fail_msg("\"%s\" was taken", wrong[i]);
		assert_has(why.buf, "is no list of units");
	}
	assert_true(tool_areas("input,coil", o, &why));
	assert_true(o->areas[MB_INPUT] && o->areas[MB_COIL] && !o->areas[MB_HOLDING]);
	assert_false(tool_areas("registers", o, &why));
	assert_has(why.buf, "expected coil, discrete, input or holding");
	assert_true(tool_addresses("0-999", o, &why));
	assert_int_equal(o->count, 1000);
	assert_true(tool_addresses("65535", o, &why));
	assert_int_equal(o->count, 1000);
	assert_false(tool_fits(o, &why));
	assert_false(tool_addresses("65536", o, &why));
	assert_has(why.buf, "40001 of a manual is 0");
	free(o);
	strbuf_release(&why);
}

/* --- meanings --- */

struct found {
	struct tool_meaning v[200];
	size_t n;
};

static void keep(void *arg, const struct tool_meaning *m)
{
	struct found *f = arg;

	assert_true(f->n < 200);
	f->v[f->n++] = *m;
}

static const struct tool_meaning *at(const struct found *f, const char *address)
{
	for (size_t i = 0; i < f->n; i++)
		if (strcmp(f->v[i].address, address) == 0)
			return &f->v[i];
	return NULL;
}

/* 23.5 as float32 is 41BC0000. */
static void the_order_of_an_expected_value_is_found(void **state)
{
	static const struct {
		uint16_t regs[4];
		const char *expected, *address;
		double scale;
	} row[] = {
		{ { 0x41BC, 0, 1, 1 }, "23.5", "holding:100:float32:abcd", 1 },
		{ { 0, 0x41BC, 1, 1 }, "23.5", "holding:100:float32:cdab", 1 },
		{ { 0xBC41, 0, 1, 1 }, "23.5", "holding:100:float32:badc", 1 },
		{ { 0, 0xBC41, 1, 1 }, "23.5", "holding:100:float32:dcba", 1 },
		{ { 1, 0x41BC, 0, 1 }, "23.5", "holding:101:float32:abcd", 1 },
		{ { 235, 1, 1, 1 }, "23.5", "holding:100:uint16:ab", 0.1 },
		{ { 0xEB00, 1, 1, 1 }, "23.5", "holding:100:uint16:ba", 0.1 },
		{ { 0xFFFB, 1, 1, 1 }, "-5", "holding:100:int16:ab", 1 },
		{ { 0xFFFE, 0x7960, 1, 1 }, "-100000", "holding:100:int32:abcd", 1 },
		{ { 0x7960, 0xFFFE, 1, 1 }, "-100000", "holding:100:int32:cdab", 1 },
		{ { 0x4037, 0x8000, 0, 0 }, "23.5", "holding:100:float64:abcd", 1 },
		{ { 0, 0, 0x8000, 0x4037 }, "23.5", "holding:100:float64:cdab", 1 },
		{ { 0x1234, 0xFFFF, 1, 1 }, "1234", "holding:100:bcd16:ab", 1 },
		{ { 0x4DE0, 0xFFFF, 1, 1 }, "23.5", "holding:100:float16:ab", 1 },
		{ { 0xFB07, 0xFFFF, 1, 1 }, "-5", "holding:100:int8:high", 1 },
		{ { 0xFB07, 0xFFFF, 1, 1 }, "7", "holding:100:uint8:low", 1 },
	};
	struct strbuf why = STRBUF_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct found f = { 0 };

		assert_true(tool_find(MB_HOLDING, 100, row[i].regs, 4, row[i].expected,
				      100, keep, &f, &why));
		if (!at(&f, row[i].address))
			fail_msg("row %zu: no %s", i, row[i].address);
		assert_double(at(&f, row[i].address)->scale, row[i].scale, 0);
	}
	strbuf_release(&why);
}

static void the_simplest_and_closest_meaning_comes_first(void **state)
{
	/* 235 with a scale, 23.5 as it is, and 23.50001 by chance */
	static const uint16_t regs[] = { 235, 0, 0x41BC, 7 };
	struct strbuf why = STRBUF_INIT;
	struct found f = { 0 };

	(void)state;
	assert_true(tool_find(MB_INPUT, 0, regs, 4, "23.5", 2, keep, &f, &why));
	assert_int_equal(f.n, 2);
	assert_string_equal(f.v[0].address, "input:1:float32:cdab");
	assert_string_equal(f.v[0].value, "23.5");
	assert_string_equal(f.v[1].value, "23.50001");
	strbuf_release(&why);
}

static void an_expected_value_that_tells_nothing_is_refused(void **state)
{
	static const uint16_t regs[] = { 0, 0 };
	struct strbuf why = STRBUF_INIT;
	struct found f = { 0 };

	(void)state;
	assert_false(tool_find(MB_INPUT, 0, regs, 2, "0", 9, keep, &f, &why));
	assert_has(why.buf, "fits every empty register");
	assert_false(tool_find(MB_INPUT, 0, regs, 2, "0.00", 9, keep, &f, &why));
	assert_false(tool_find(MB_INPUT, 0, regs, 2, "warm", 9, keep, &f, &why));
	assert_true(why.len > 0);
	assert_true(tool_find(MB_INPUT, 0, regs, 2, "7", 9, keep, &f, &why));
	assert_int_equal(f.n, 0);
	strbuf_release(&why);
}

static void implausible_meanings_are_left_out(void **state)
{
	/* NaN, and a float so small that it is an integer seen wrongly */
	static const uint16_t nan_regs[] = { 0x7FC0, 0 }, small[] = { 0, 235 };
	struct found f = { 0 };

	(void)state;
	tool_meanings(MB_HOLDING, 0, nan_regs, 2, keep, &f);
	assert_null(at(&f, "holding:0:float32:abcd"));
	assert_non_null(at(&f, "holding:0:uint16:ab"));
	assert_null(at(&f, "holding:0:bcd16:ab")); /* 7FC0 has letters */
	f.n = 0;
	tool_meanings(MB_HOLDING, 0, small, 2, keep, &f);
	assert_null(at(&f, "holding:0:float32:abcd"));
	assert_string_equal(at(&f, "holding:0:uint32:abcd")->value, "235");
	assert_null(at(&f, "holding:0:float64:abcd")); /* there are only two registers */
}

/* --- scanning --- */

/* A device with some addresses, and what it was asked. */
struct device {
	const char *has; /* one letter a cell: '#' read, '.' refused, '!' silence */
	size_t requests;
	uint32_t limit; /* cells in one request; more is exception 3 */
	bool no_function;
};

static enum tool_answer ask(void *arg, uint32_t first, uint32_t count, uint16_t *out,
			    uint8_t *exception)
{
	struct device *d = arg;

	d->requests++;
	*exception = d->no_function ? 1 : 2;
	if (d->no_function)
		return TOOL_REFUSED;
	if (count > d->limit) {
		*exception = 3;
		return TOOL_REFUSED;
	}
	for (uint32_t i = 0; i < count; i++) {
		if (d->has[first + i] == '!')
			return TOOL_SILENT;
		if (d->has[first + i] != '#')
			return TOOL_REFUSED;
		out[i] = (uint16_t)(first + i + 1000);
	}
	return TOOL_ANSWERED;
}

static enum tool_answer scan(struct device *d, uint32_t max, struct tool_map *map)
{
	struct tool_scan s = { ask, d, max };

	memset(map, 0, sizeof(*map));
	return tool_scan_range(&s, 0, (uint32_t)strlen(d->has), map);
}

static void exactly_the_cells_that_are_there_are_found(void **state)
{
	static const char *const shapes[] = {
		"################################",
		"................................",
		"####............................",
		"............................####",
		"...............##...............",
		"#.#.#.#.#.#.#.#.#.#.#.#.#.#.#.#.",
		".#",
		"#.",
		"#",
		".",
		"##########.####################.####....#",
	};
	struct tool_map *map = malloc(sizeof(*map));

	(void)state;
	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		for (uint32_t max = 1; max <= 32; max += 7) {
			for (uint32_t limit = 3; limit <= 40; limit += 37) {
				struct device d = { .has = shapes[i], .limit = limit };

				assert_int_equal(scan(&d, max, map), TOOL_ANSWERED);
				for (size_t k = 0; shapes[i][k]; k++) {
					bool is = shapes[i][k] == '#';

					assert_int_equal(map->state[k],
							 is ? CELL_READ : CELL_REFUSED);
					assert_int_equal(map->value[k],
							 is ? k + 1000 : 0);
				}
				assert_int_equal(map->state[strlen(shapes[i])],
						 CELL_UNKNOWN);
				/* never more than a tree over all cells */
				assert_true(d.requests <= 2 * strlen(shapes[i]));
			}
		}
	}
	free(map);
}

static void a_whole_block_costs_one_request(void **state)
{
	struct device d = { .has = "################", .limit = 125 };
	struct tool_map *map = malloc(sizeof(*map));

	(void)state;
	assert_int_equal(scan(&d, 16, map), TOOL_ANSWERED);
	assert_int_equal(d.requests, 1);
	assert_int_equal(map->n_read, 16);
	free(map);
}

static void a_scan_ends_where_it_is_pointless(void **state)
{
	struct device no = { .has = "################",
			     .limit = 125,
			     .no_function = true };
	struct device mute = { .has = "########!.......", .limit = 4 };
	struct tool_map *map = malloc(sizeof(*map));

	(void)state;
	assert_int_equal(scan(&no, 4, map), TOOL_REFUSED);
	assert_int_equal(no.requests, 1);
	assert_int_equal(scan(&mute, 4, map), TOOL_SILENT);
	assert_int_equal(map->n_read, 8); /* what was read stays */
	assert_int_equal(mute.requests, 3);
	free(map);
}

static void runs_of_cells_are_told_one_by_one(void **state)
{
	struct device d = { .has = "##..#", .limit = 125 };
	struct tool_map *map = malloc(sizeof(*map));
	uint32_t at = 0, count;
	enum tool_cell cell;

	(void)state;
	assert_int_equal(scan(&d, 125, map), TOOL_ANSWERED);
	assert_true(tool_next_run(map, &at, &count, &cell));
	assert_true(at == 0 && count == 2 && cell == CELL_READ);
	at += count;
	assert_true(tool_next_run(map, &at, &count, &cell));
	assert_true(at == 2 && count == 2 && cell == CELL_REFUSED);
	map->exception[3] = 4; /* another reason is another run */
	assert_true(tool_next_run(map, &at, &count, &cell));
	assert_int_equal(count, 1);
	at = 4;
	assert_true(tool_next_run(map, &at, &count, &cell));
	assert_true(at == 4 && count == 1 && cell == CELL_READ);
	at = 5;
	assert_false(tool_next_run(map, &at, &count, &cell));
	free(map);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(endpoints_as_people_type_them),
		cmocka_unit_test(lists_of_units_and_areas),
		cmocka_unit_test(the_order_of_an_expected_value_is_found),
		cmocka_unit_test(the_simplest_and_closest_meaning_comes_first),
		cmocka_unit_test(an_expected_value_that_tells_nothing_is_refused),
		cmocka_unit_test(implausible_meanings_are_left_out),
		cmocka_unit_test(exactly_the_cells_that_are_there_are_found),
		cmocka_unit_test(a_whole_block_costs_one_request),
		cmocka_unit_test(a_scan_ends_where_it_is_pointless),
		cmocka_unit_test(runs_of_cells_are_told_one_by_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
