/* tool_print.c - what was read, for people (80 columns) and for scripts. */
#include "drivers/modbus/tool.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/modbus/frame.h"
#include "util/num.h"
#include "util/strbuf.h"

enum { WORDS_A_LINE = 8, BITS_A_LINE = 50, MEANINGS_UP_TO = 4 };

static void print_json(json_t *o)
{
	char *line = json_dumps(o, JSON_COMPACT | JSON_PRESERVE_ORDER |
					   JSON_REAL_PRECISION(12));

	if (line)
		puts(line);
	free(line);
	json_decref(o);
}

/* The two bytes of a register as text; "." for what is no visible ASCII. */
static void as_text(uint16_t cell, char out[3])
{
	for (int i = 0; i < 2; i++) {
		int c = cell >> (i ? 0 : 8) & 0xFF;

		out[i] = c >= 0x20 && c < 0x7F ? (char)c : '.';
	}
	out[2] = '\0';
}

static void value_at(enum mb_area area, uint32_t address, const char *type,
		     const uint16_t *cells, size_t n, char out[80])
{
	struct strbuf why = STRBUF_INIT;
	struct mb_address a;
	char text[64];

	snprintf(out, 80, "-");
	if (tool_type(area, address, type, &a, text, &why) && a.count <= n &&
	    tool_plausible(&a, cells))
		tool_value(&a, cells, out, 80);
	strbuf_release(&why);
}

/* --- one run of cells, cell by cell --- */

static void print_registers(const struct tool_options *o, enum mb_area area,
			    uint32_t first, const uint16_t *cells, size_t n)
{
	(void)o;
	printf("%-7s %-4s %6s %6s %-4s  %-18s %-18s\n", "ADDRESS", "HEX", "UINT16",
	       "INT16", "TEXT", "FLOAT32 abcd", "FLOAT32 cdab");
	for (size_t i = 0; i < n; i++) {
		char text[3], abcd[80], cdab[80];

		as_text(cells[i], text);
		value_at(area, first + (uint32_t)i, "float32:abcd", cells + i, n - i,
			 abcd);
		value_at(area, first + (uint32_t)i, "float32:cdab", cells + i, n - i,
			 cdab);
		printf("%-7u %04X %6u %6d %-4s  %-18.18s %.18s\n", first + (uint32_t)i,
		       cells[i], cells[i], (int16_t)cells[i], text, abcd, cdab);
	}
}

static void print_bits(uint32_t first, const uint16_t *cells, size_t n)
{
	printf("%-7s VALUE\n", "ADDRESS");
	for (size_t i = 0; i < n; i++)
		printf("%-7u %u\n", first + (uint32_t)i, cells[i]);
}

struct meanings {
	json_t *list;
	const char *address;
};

static void keep_meaning(void *arg, const struct tool_meaning *m)
{
	struct meanings *out = arg;
	const char *type = strchr(m->address, ':');

	type = type ? strchr(type + 1, ':') : NULL;
	if (type)
		json_object_set_new(out->list, type + 1, json_string(m->value));
}

static void json_cells(uint8_t unit, enum mb_area area, uint32_t first,
		       const uint16_t *cells, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		json_t *o = json_pack("{s:i, s:s, s:i, s:i}", "unit", unit, "area",
				      mb_area_name(area), "address", (int)(first + i),
				      "value", (int)cells[i]);
		struct meanings m = { .list = json_object() };
		char hex[8], text[3];

		if (!mb_area_is_bits(area)) {
			snprintf(hex, sizeof(hex), "%04X", cells[i]);
			as_text(cells[i], text);
			json_object_set_new(o, "hex", json_string(hex));
			json_object_set_new(o, "text", json_string(text));
			tool_meanings(area, first + (uint32_t)i, cells + i, n - i,
				      keep_meaning, &m);
		}
		json_object_set_new(o, "meanings", m.list);
		print_json(o);
	}
}

/* Values of one type, one behind the other. */
static void print_typed(const struct tool_options *o, uint8_t unit, enum mb_area area,
			uint32_t first, const uint16_t *cells, size_t n)
{
	struct strbuf why = STRBUF_INIT;

	for (size_t i = 0; i < n;) {
		struct mb_address a;
		char text[64], value[80];

		if (!tool_type(area, first + (uint32_t)i, o->type, &a, text, &why) ||
		    a.count > n - i)
			break;
		tool_value(&a, cells + i, value, sizeof(value));
		if (o->output == TOOL_JSON)
			print_json(json_pack("{s:i, s:s, s:s}", "unit", unit, "address",
					     text, "value", value));
		else
			printf("%-32s %s\n", text, value);
		i += a.count;
	}
	strbuf_release(&why);
}

static void print_may_be(void *arg, const struct tool_meaning *m)
{
	(void)arg;
	printf("  %-32s %s\n", m->address, m->value);
}

void tool_print_cells(const struct tool_options *o, uint8_t unit, enum mb_area area,
		      uint32_t first, const uint16_t *cells, size_t n)
{
	if (o->type) {
		print_typed(o, unit, area, first, cells, n);
	} else if (o->output == TOOL_JSON) {
		json_cells(unit, area, first, cells, n);
	} else if (mb_area_is_bits(area)) {
		print_bits(first, cells, n);
	} else {
		print_registers(o, area, first, cells, n);
		if (n > MEANINGS_UP_TO)
			return;
		printf("\n%s %u may be:\n", mb_area_name(area), first);
		tool_meanings(area, first, cells, n, print_may_be, NULL);
	}
}

void tool_print_meaning(const struct tool_options *o, const struct tool_meaning *m)
{
	char scale[32];

	num_format_exact(m->scale, scale, sizeof(scale));
	if (o->output == TOOL_JSON)
		print_json(json_pack("{s:s, s:f, s:s}", "address", m->address, "scale",
				     m->scale, "value", m->value));
	else if (m->scale == 1)
		printf("%-32s               %s\n", m->address, m->value);
	else
		printf("%-32s scale = %-6s %s\n", m->address, scale, m->value);
}

/* --- a whole area --- */

static void dump_words(uint32_t first, const uint16_t *cells, size_t n)
{
	for (size_t at = 0; at < n; at += WORDS_A_LINE) {
		size_t k = n - at < WORDS_A_LINE ? n - at : WORDS_A_LINE;
		char text[3];

		printf("  %5zu ", first + at);
		for (size_t i = 0; i < WORDS_A_LINE; i++)
			if (i < k)
				printf(" %04X", cells[at + i]);
			else
				printf("     ");
		printf("  ");
		for (size_t i = 0; i < k; i++) {
			as_text(cells[at + i], text);
			fputs(text, stdout);
		}
		putchar('\n');
	}
}

static void dump_bits(uint32_t first, const uint16_t *cells, size_t n)
{
	for (size_t at = 0; at < n; at += BITS_A_LINE) {
		printf("  %5zu ", first + at);
		for (size_t i = at; i < n && i < at + BITS_A_LINE; i++)
			printf("%s%u", (i - at) % 10 ? "" : " ", cells[i]);
		putchar('\n');
	}
}

static void json_run(uint8_t unit, enum mb_area area, const struct tool_map *map,
		     uint32_t at, uint32_t count, enum tool_cell state)
{
	json_t *o = json_pack("{s:i, s:s, s:i, s:i}", "unit", unit, "area",
			      mb_area_name(area), "first", (int)at, "count", (int)count);
	json_t *values;

	if (state == CELL_REFUSED) {
		json_object_set_new(o, "refused",
				    json_string(exception_name(map->exception[at])));
		print_json(o);
		return;
	}
	values = json_array();
	for (uint32_t i = at; i < at + count; i++)
		json_array_append_new(values, json_integer(map->value[i]));
	json_object_set_new(o, "values", values);
	print_json(o);
}

static void print_run(uint8_t unit, enum mb_area area, const struct tool_map *map,
		      uint32_t at, uint32_t count)
{
	printf("unit %u %s %u", unit, mb_area_name(area), at);
	if (count > 1)
		printf("-%u", at + count - 1);
	printf(" (%u)\n", count);
	(mb_area_is_bits(area) ? dump_bits : dump_words)(at, map->value + at, count);
}

static void print_holes(uint8_t unit, enum mb_area area, const struct tool_map *map)
{
	uint32_t at = 0, count, n = 0;
	enum tool_cell state;
	uint8_t exception = 0;

	for (; tool_next_run(map, &at, &count, &state); at += count) {
		if (state != CELL_REFUSED)
			continue;
		n += count;
		exception = map->exception[at];
	}
	if (n)
		printf("unit %u %s: %u addresses refused (%s)\n", unit,
		       mb_area_name(area), n, exception_name(exception));
}

void tool_print_map(const struct tool_options *o, uint8_t unit, enum mb_area area,
		    const struct tool_map *map)
{
	uint32_t at = 0, count;
	enum tool_cell state;

	for (; tool_next_run(map, &at, &count, &state); at += count) {
		if (o->output == TOOL_JSON)
			json_run(unit, area, map, at, count, state);
		else if (state == CELL_READ)
			print_run(unit, area, map, at, count);
	}
	if (o->output != TOOL_JSON)
		print_holes(unit, area, map);
}
