/* test_overlap.c - which tags may share registers, and which two cannot both be right. */
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/modbus/overlap.h"
#include "util/strbuf.h"

enum { TAGS = 8 };

struct said {
	size_t n;
	uint32_t id; /* of the last one */
	char why[300];
};

static void say(void *arg, const struct driver_told *t, const char *why)
{
	struct said *s = arg;

	s->n++;
	s->id = t->tag.id;
	snprintf(s->why, sizeof(s->why), "%s", why);
}

/* "address", "address w" = writable, "address w scale" */
static void tag_of(const char *text, uint32_t id, struct driver_told *out)
{
	static char names[TAGS][8];
	char address[40] = "", w[4] = "", scale[16] = "";

	sscanf(text, "%39s %3s %15s", address, w, scale);
	snprintf(names[id], sizeof(names[id]), "t%u", id);
	*out = (struct driver_told){ .tag = { .id = id, .writable = w[0] == 'w' },
				     .name = names[id] };
	settings_add(&out->tag.settings, "address", address);
	if (scale[0])
		settings_add(&out->tag.settings, "scale", scale);
}

static struct said check(const char *const texts[], size_t n)
{
	struct driver_device d = { .name = (char *)"plc" };
	struct driver_told tags[TAGS];
	const struct driver_told *v[TAGS];
	struct said said = { 0, UINT32_MAX, "" };

	settings_add(&d.settings, "endpoint", "tcp://a");
	for (size_t i = 0; i < n; i++) {
		tag_of(texts[i], (uint32_t)i, &tags[i]);
		v[i] = &tags[i];
	}
	mb_check_tags(&d, v, n, say, &said);
	for (size_t i = 0; i < n; i++)
		settings_release(&tags[i].tag.settings);
	settings_release(&d.settings);
	return said;
}

static void what_may_share_registers(void **state)
{
	static const char *const row[][3] = {
		{ "holding:1:float32", "holding:3:float32", "input:2:float32" },
		/* the whole and its parts */
		{ "holding:1:uint32", "holding:1", "holding:2" },
		{ "holding:1", "holding:1.0 w", "holding:1.15 w" },
		{ "holding:1 w", "holding:1.0 w", "holding:1:uint8:high w" },
		{ "coil:0:bits:8 w", "coil:4:bits:8 w", "coil:7 w" },
		/* one value, several names */
		{ "holding:1:int32 w 0.1", "holding:1:int32 w 0.1", "holding:1:int32" },
		/* read one way, written another: only one writes */
		{ "holding:1:float32 w", "holding:1:uint32", "holding:2" },
		{ "holding:5 w", "holding:5 r 0.1", "holding:5:int16" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct said s = check(row[i], 3);

		if (s.n)
			fail_msg("row %zu: %s", i, s.why);
	}
}

static void PLC_26_what_cannot_both_be_right_is_refused(void **state)
{
	static const struct {
		const char *tags[2];
		const char *why;
	} row[] = {
		{ { "holding:10:float32", "holding:11:float32" },
		  "holding:11-12 overlaps a part of tag \"t0\" (holding:10-11); correct "
		  "one address or type" },
		{ { "holding:11:float32", "holding:10:float32" },
		  "holding:10-11 overlaps a part of tag \"t0\" (holding:11-12); correct "
		  "one address or type" },
		{ { "input:4:string:4", "input:7:int32" },
		  "input:7-8 overlaps a part of tag \"t0\" (input:4-7); correct one "
		  "address or type" },
		{ { "holding:20 w", "holding:20 w 0.1" },
		  "holding:20 is written by tag \"t0\" too, with another type, order or "
		  "scale; leave write out of one of them" },
		{ { "holding:20:float32 w", "holding:20:float32:cdab w" },
		  "holding:20-21 is written by tag \"t0\" too" },
		{ { "holding:20:uint32 w", "holding:21 w" },
		  "holding:21 is written by tag \"t0\" too" },
		{ { "holding:20:int16 w", "holding:20:uint16 w" },
		  "holding:20 is written by tag \"t0\" too" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct said s = check(row[i].tags, 2);

		assert_int_equal(s.n, 1);
		assert_int_equal(s.id, 1); /* the later one */
		assert_has(s.why, row[i].why);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_may_share_registers),
		cmocka_unit_test(PLC_26_what_cannot_both_be_right_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
