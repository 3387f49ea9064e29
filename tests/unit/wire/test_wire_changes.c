/* test_wire_changes.c - change sets survive the trip, and no cut or rubbish gets through.
 */
#include "support/test.h"

#include <stdlib.h>
#include <string.h>

#include "wire/changes.h"
#include "wire/msg.h"

static struct wire_change lines[] = {
	{ .tag = "a.sp", .value = { .type = VALUE_DOUBLE, .u.d = 4.5 } },
	{ .tag = "a.mode", .value = { .type = VALUE_INT, .u.i = -3 } },
	{ .tag = "a.text", .value = { .type = VALUE_STRING, .u.s = "open" } },
};
static const struct wire_changes full_changes = {
	.req = 1, .look = 1, .title = "night", .reason = "rain", .n = 3, .lines = lines
};
static const struct wire_change_line full_line = {
	.req = 1,
	.at = 2,
	.state = CHANGE_UNKNOWN,
	.same = 1,
	.request = 4,
	.tag = "a.sp",
	.unit = "%",
	.device = "plc1",
	.old_value = "40.0",
	.new_value = "55.0",
	.has_range = 1,
	.lo = -5.5,
	.hi = 100,
	.text = "no answer",
};
static const struct wire_change_set full_set = {
	.req = 1,
	.phase = SET_RUNNING,
	.token = 2,
	.request = 3,
	.expires_ms = 4,
	.n = 5,
	.n_done = 6,
	.n_unknown = 7,
	.signed_ms = 8,
	.who = "ivan",
	.title = "night",
	.reason = "rain",
	.text = "6 of 20 done",
};

static bool read_changes(const uint8_t *p, size_t n)
{
	struct wire_changes m;
	bool ok = wire_get_changes(p, n, &m);

	if (ok)
		wire_changes_release(&m);
	return ok;
}

static bool read_line(const uint8_t *p, size_t n)
{
	struct wire_change_line m;
	return wire_get_change_line(p, n, &m);
}

static bool read_set(const uint8_t *p, size_t n)
{
	struct wire_change_set m;
	return wire_get_change_set(p, n, &m);
}

static bool (*const readers[])(const uint8_t *p, size_t n) = { read_changes, read_line,
							       read_set };
enum { KINDS = 3 };

static void put_all(struct strbuf w[KINDS])
{
	for (size_t i = 0; i < KINDS; i++)
		w[i] = (struct strbuf)STRBUF_INIT;
	wire_put_changes(&w[0], &full_changes);
	wire_put_change_line(&w[1], &full_line);
	wire_put_change_set(&w[2], &full_set);
}

static void every_message_is_read_whole_and_never_cut(void **state)
{
	struct strbuf w[KINDS];

	(void)state;
	put_all(w);
	for (size_t i = 0; i < KINDS; i++) {
		const uint8_t *p = (const uint8_t *)w[i].buf + 6;
		size_t len = w[i].len - 6;

		assert_true(readers[i](p, len));
		for (size_t cut = 0; cut < len; cut++)
			assert_false(readers[i](p, cut));
		strbuf_addch(&w[i], 'x');
		assert_false(readers[i]((const uint8_t *)w[i].buf + 6, len + 1));
		strbuf_release(&w[i]);
	}
}

static void what_was_put_is_what_is_read(void **state)
{
	struct wire_change_line line = { 0 };
	struct wire_change_set set = { 0 };
	struct wire_changes m;
	struct strbuf w[KINDS];

	(void)state;
	put_all(w);
	assert_true(wire_get_changes((const uint8_t *)w[0].buf + 6, w[0].len - 6, &m));
	assert_true(m.req == 1 && !m.look && m.n == 3);
	assert_string_equal(m.title, "night");
	assert_string_equal(m.reason, "rain");
	for (size_t i = 0; i < 3; i++) {
		assert_string_equal(m.lines[i].tag, lines[i].tag);
		assert_true(value_equal(&m.lines[i].value, &lines[i].value));
	}
	wire_changes_release(&m);
	assert_true(
		wire_get_change_line((const uint8_t *)w[1].buf + 6, w[1].len - 6, &line));
	assert_int_equal(line.at, 2);
	assert_int_equal(line.state, CHANGE_UNKNOWN);
	assert_true(line.same && line.has_range && line.request == 4);
	assert_true(line.lo < -5.4 && line.hi > 99);
	assert_string_equal(line.old_value, "40.0");
	assert_string_equal(line.new_value, "55.0");
	assert_string_equal(line.device, "plc1");
	assert_true(
		wire_get_change_set((const uint8_t *)w[2].buf + 6, w[2].len - 6, &set));
	assert_true(set.token == 2 && set.request == 3 && set.expires_ms == 4);
	assert_true(set.n == 5 && set.n_done == 6 && set.n_unknown == 7);
	assert_true(set.signed_ms == 8);
	assert_string_equal(set.who, "ivan");
	assert_string_equal(set.text, "6 of 20 done");
	for (size_t i = 0; i < KINDS; i++)
		strbuf_release(&w[i]);
}

static void SEC_06_random_bytes_are_refused_without_harm(void **state)
{
	struct strbuf w[KINDS];
	unsigned seed = 7;

	(void)state;
	put_all(w);
	for (size_t i = 0; i < KINDS; i++) {
		for (int round = 0; round < 3000; round++) {
			uint8_t copy[1024];
			size_t len = w[i].len - 6;

			memcpy(copy, w[i].buf + 6, len);
			for (int k = 0; k < 3; k++)
				copy[(size_t)rand_r(&seed) % len] =
					(uint8_t)rand_r(&seed);
			readers[i](copy, len);
		}
		strbuf_release(&w[i]);
	}
}

static void SEC_05_a_set_has_one_to_a_hundred_lines(void **state)
{
	static struct wire_change many[WIRE_CHANGES_MAX + 1];
	static const struct {
		size_t n;
		bool ok;
	} rows[] = { { 0, false },
		     { 1, true },
		     { WIRE_CHANGES_MAX, true },
		     { WIRE_CHANGES_MAX + 1, false } };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct wire_changes m = { .req = 1, .n = rows[i].n, .lines = many };
		struct strbuf w = STRBUF_INIT;

		wire_put_changes(&w, &m);
		assert_int_equal(read_changes((const uint8_t *)w.buf + 6, w.len - 6),
				 rows[i].ok);
		strbuf_release(&w);
	}
}

static void states_have_names_and_only_done_goes_on(void **state)
{
	(void)state;
	for (int i = CHANGE_READY; i <= CHANGE_UNKNOWN; i++) {
		assert_string_not_equal(wire_change_state_name((enum wire_change_state)i),
					"?");
		assert_int_equal(wire_change_is_done((enum wire_change_state)i),
				 i == CHANGE_DONE);
	}
	assert_string_equal(wire_change_state_name((enum wire_change_state)99), "?");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_message_is_read_whole_and_never_cut),
		cmocka_unit_test(what_was_put_is_what_is_read),
		cmocka_unit_test(SEC_06_random_bytes_are_refused_without_harm),
		cmocka_unit_test(SEC_05_a_set_has_one_to_a_hundred_lines),
		cmocka_unit_test(states_have_names_and_only_done_goes_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
