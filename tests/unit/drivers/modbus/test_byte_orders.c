/* test_byte_orders.c - what another gateway reads from the same bytes: its own test data,
 * which lie beside the checkout, or not. */
#include "support/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/modbus/convert.h"
#include "util/strbuf.h"

static char text_[VALUE_STRING_MAX + 1];

static struct mb_address address(const char *text, const char *scale)
{
	struct settings s = { 0 };
	struct strbuf why = STRBUF_INIT;
	struct mb_address a;

	settings_add(&s, "address", text);
	if (scale)
		settings_add(&s, "scale", scale);
	if (!mb_address_parse(&s, 0, &a, &why))
		fail_msg("%s: %s", text, why.buf);
	settings_release(&s);
	return a;
}

enum {
	COLUMNS = 13,
	COL_ORDER = 4,
	COL_TYPE,
	COL_TYPE_OUT,
	COL_SCALE,
	COL_BIT,
	COL_BYTES,
	COL_EXPECT_TYPE,
	COL_EXPECT,
	COL_SOURCE
};

enum { AGREED = 64 }; /* docs/internals/byte-orders.md lists the others */

static size_t split_row(char *line, char *column[COLUMNS])
{
	size_t n = 0;

	line[strcspn(line, "\r\n")] = '\0';
	while (n < COLUMNS && line) {
		column[n++] = line;
		line = strchr(line, ',');
		if (line)
			*line++ = '\0';
	}
	return n;
}

/* Their type names as ours; NULL for what we do not have. */
static const char *our_type(const char *theirs, size_t registers)
{
	static const char *const same[][2] = {
		{ "INT16", "int16" },          { "UINT16", "uint16" },
		{ "INT32", "int32" },          { "UINT32", "uint32" },
		{ "INT64", "int64" },          { "UINT64", "uint64" },
		{ "FLOAT32-IEEE", "float32" }, { "FLOAT64-IEEE", "float64" },
		{ "FLOAT32", "float32" },      { "FLOAT64", "float64" },
		{ "FLOAT16-IEEE", "float16" }, { "FLOAT16", "float16" },
		{ "UINT8L", "uint8" },         { "UINT8H", "uint8" },
		{ "INT8L", "int8" },           { "INT8H", "int8" },
	};
	static const char *const fixed[] = {
		[1] = "int16", [2] = "int32", [4] = "int64"
	};

	if (strcmp(theirs, "FIXED") == 0)
		return fixed[registers];
	if (strcmp(theirs, "BIT") == 0)
		return "uint16";
	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++)
		if (strcmp(theirs, same[i][0]) == 0)
			return same[i][1];
	return NULL;
}

static const char *our_order(const char *theirs, const char *type, size_t registers)
{
	static const char *const rows[][3] = {
		{ "AB", "ab", "ab" },           { "BA", "ba", "ba" },
		{ "ABCD", "abcd", "ab" },       { "CDAB", "cdab", "ab" },
		{ "BADC", "badc", "ba" },       { "DCBA", "dcba", "ba" },
		{ "ABCDEFGH", "abcdefgh", "" }, { "GHEFCDAB", "ghefcdab", "" },
		{ "BADCFEHG", "badcfehg", "" }, { "HGFEDCBA", "hgfedcba", "" },
	};

	if (strstr(type, "INT8"))
		return type[strlen(type) - 1] == 'H' ? "high" : "low";
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (strcmp(theirs, rows[i][0]) == 0)
			return rows[i][registers == 1 ? 2 : 1];
	return NULL;
}

enum { ROW_REGISTERS = 8 };

static size_t registers_of(const char *hex, uint16_t regs[ROW_REGISTERS])
{
	size_t n = strlen(hex) / 4;

	for (size_t i = 0; i < n && i < ROW_REGISTERS; i++) {
		char four[5] = { hex[4 * i], hex[4 * i + 1], hex[4 * i + 2],
				 hex[4 * i + 3] };
		regs[i] = (uint16_t)strtoul(four, NULL, 16);
	}
	return n;
}

/* A negative number as an unsigned one: here bad(range), never another number. */
static bool casts_the_sign_away(char *column[COLUMNS])
{
	return column[COL_TYPE][0] == 'I' && column[COL_TYPE_OUT][0] == 'U';
}

/* False for a row about something we do not do: to cut a scaled number, to cast the sign
 * away; and for the rows of one test whose column of bytes is the number and not what
 * travels. */
static bool row_is_ours(char *column[COLUMNS], size_t registers, bool scaled)
{
	if (registers == 0 || registers == 3 || registers > 4 ||
	    casts_the_sign_away(column) ||
	    strcmp(column[COL_SOURCE], "TestRequestTypesHoldingDCBA") == 0)
		return false;
	if (scaled && strncmp(column[COL_EXPECT_TYPE], "float", 5) != 0)
		return false;
	return our_type(column[COL_TYPE], registers) &&
	       our_order(column[COL_ORDER], column[COL_TYPE], registers);
}

/* A bit on the wire; the table has the byte it was packed in. */
static bool coil_agrees(char *column[COLUMNS])
{
	uint16_t cell = strtoul(column[COL_BYTES], NULL, 16) & 1;
	bool want = strcmp(column[COL_EXPECT], "1") == 0 ||
		    strcmp(column[COL_EXPECT], "true") == 0;
	struct mb_address a = address("coil:1", NULL);
	struct value v;

	assert_int_equal(mb_decode(&a, VALUE_NONE, &cell, text_, &v), 0);
	assert_int_equal(v.type, VALUE_BOOL);
	assert_int_equal(v.u.b, want);
	return true;
}

static bool string_agrees(char *column[COLUMNS], const uint16_t *regs, size_t n)
{
	bool turned = strcmp(column[COL_ORDER], "BA") == 0 ||
		      strcmp(column[COL_ORDER], "DCBA") == 0;
	char text[80];

	snprintf(text, sizeof(text), "holding:1:string:%zu:%s", n, turned ? "ba" : "ab");
	struct mb_address a = address(text, NULL);
	struct value v;
	assert_int_equal(mb_decode(&a, VALUE_NONE, regs, text_, &v), 0);
	assert_string_equal(v.u.s, column[COL_EXPECT]);
	return true;
}

static bool row_agrees(char *column[COLUMNS])
{
	uint16_t regs[ROW_REGISTERS] = { 0 };
	size_t n = registers_of(column[COL_BYTES], regs);

	if (strcmp(column[1], "coil") == 0)
		return coil_agrees(column);
	if (strcmp(column[COL_TYPE], "STRING") == 0)
		return string_agrees(column, regs, n);
	bool scaled = column[COL_SCALE][0] && strcmp(column[COL_SCALE], "1") != 0;
	char text[80];
	struct value v;
	double d;

	if (!row_is_ours(column, n, scaled))
		return false;
	snprintf(text, sizeof(text), "holding:1:%s:%s%s%s", our_type(column[COL_TYPE], n),
		 our_order(column[COL_ORDER], column[COL_TYPE], n),
		 column[COL_BIT][0] ? "." : "", column[COL_BIT]);
	struct mb_address a = address(text, scaled ? column[COL_SCALE] : NULL);
	enum value_type as = a.kind == MB_UINT ? VALUE_DOUBLE : VALUE_NONE;
	assert_int_equal(mb_decode(&a, as, regs, text_, &v), 0);
	assert_true(value_number(&v, &d));
	double want = strtod(column[COL_EXPECT], NULL);
	if (!(fabs(d - want) <= fabs(want) * 1e-6))
		fail_msg("%s (%s): %.17g instead of %.17g", column[0], text, d, want);
	return true;
}

static void PLC_18_agrees_with_what_another_gateway_reads(void **state)
{
	FILE *f = fopen(test_top("../shared/material/modbus/byte_orders.csv"), "r");
	char line[512], *column[COLUMNS];
	size_t agreed = 0;

	(void)state;
	if (!f) {
		print_message("../shared/material/modbus/byte_orders.csv is not here\n");
		skip();
		return;
	}
	while (fgets(line, sizeof(line), f))
		if (split_row(line, column) == COLUMNS)
			agreed += row_agrees(column);
	fclose(f);
	print_message("%zu rows agree\n", agreed);
	assert_int_equal(agreed, AGREED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(PLC_18_agrees_with_what_another_gateway_reads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
