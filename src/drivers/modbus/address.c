/* address.c - the grammar of Modbus addresses, with sentences for every way to get them
 * wrong (PLC-26). */
#include "drivers/modbus/address.h"

#include <stdlib.h>
#include <string.h>

#include "util/diag.h"
#include "util/num.h"
#include "util/strbuf.h"

static const char *const areas[MB_AREAS] = { "coil", "discrete", "input", "holding" };

static const struct {
	const char *name;
	enum mb_kind kind;
	uint32_t count;
	uint8_t bits;
} types[] = {
	{ "bit", MB_BIT, 1, 1 },        { "bits", MB_UINT, 0, 0 },
	{ "int8", MB_INT, 1, 8 },       { "uint8", MB_UINT, 1, 8 },
	{ "int16", MB_INT, 1, 16 },     { "uint16", MB_UINT, 1, 16 },
	{ "int32", MB_INT, 2, 32 },     { "uint32", MB_UINT, 2, 32 },
	{ "int64", MB_INT, 4, 64 },     { "uint64", MB_UINT, 4, 64 },
	{ "float32", MB_FLOAT, 2, 32 }, { "float64", MB_FLOAT, 4, 64 },
	{ "float16", MB_FLOAT, 1, 16 }, { "bcd16", MB_BCD, 1, 16 },
	{ "bcd32", MB_BCD, 2, 32 },     { "string", MB_TEXT, 0, 0 },
};

static const struct {
	const char *name;
	uint32_t count; /* registers it is a name for; 4 letters serve 64 bits too */
	bool swap_words, swap_bytes;
} orders[] = {
	{ "ab", 1, false, false },       { "ba", 1, false, true },
	{ "abcd", 2, false, false },     { "cdab", 2, true, false },
	{ "badc", 2, false, true },      { "dcba", 2, true, true },
	{ "abcdefgh", 4, false, false }, { "ghefcdab", 4, true, false },
	{ "badcfehg", 4, false, true },  { "hgfedcba", 4, true, true },
};

enum { PARTS = 5, PART_SIZE = 24 };

static const char grammar[] = "coil|discrete|input|holding:N[:type[:order]][.bit]";

/* The digit that begins a traditional number: 00001, 10001, 30001, 40001. */
static const char prefixes[MB_AREAS] = { '0', '1', '3', '4' };

const char *mb_area_name(enum mb_area area)
{
	return area < MB_AREAS ? areas[area] : "?";
}

bool mb_area_is_bits(enum mb_area area)
{
	return area == MB_COIL || area == MB_DISCRETE;
}

enum value_type mb_address_type(const struct mb_address *a)
{
	if (a->texts || a->kind == MB_TEXT)
		return VALUE_STRING;
	if (a->kind == MB_BIT)
		return VALUE_BOOL;
	return a->scaled || a->kind == MB_FLOAT ? VALUE_DOUBLE : VALUE_INT;
}

/* --- parts --- */

struct parts {
	char part[PARTS][PART_SIZE]; /* area, number, type, order */
	size_t n;
	char bit[PART_SIZE];    /* "" = none */
	char length[PART_SIZE]; /* of a string, "" = none */
	uint32_t base;          /* what the first cell is called */
};

static bool copy_part(char out[PART_SIZE], const char *from, size_t n)
{
	if (n == 0 || n >= PART_SIZE)
		return false;
	memcpy(out, from, n);
	out[n] = '\0';
	return true;
}

static bool split(const char *text, struct parts *p)
{
	const char *dot = strchr(text, '.');
	const char *end = dot ? dot : text + strlen(text);

	p->n = 0;
	if (dot && !copy_part(p->bit, dot + 1, strlen(dot + 1)))
		return false;
	while (p->n < PARTS) {
		const char *colon = memchr(text, ':', (size_t)(end - text));
		const char *stop = colon ? colon : end;

		if (!copy_part(p->part[p->n++], text, (size_t)(stop - text)))
			return false;
		if (!colon)
			return true;
		text = colon + 1;
	}
	return false;
}

static void drop_part(struct parts *p, size_t at)
{
	p->n--;
	memmove(p->part[at], p->part[at + 1], (p->n - at) * PART_SIZE);
}

/* "40012" is holding:12 counted from 1, whatever the device's base. */
static bool take_traditional(struct parts *p)
{
	size_t digits = strspn(p->part[0], "0123456789");

	if (p->part[0][digits] || (digits != 5 && digits != 6) || p->n == PARTS)
		return false;
	for (size_t i = 0; i < MB_AREAS; i++) {
		if (p->part[0][0] != prefixes[i])
			continue;
		const char *number = p->part[0] + 1 + strspn(p->part[0] + 1, "0");
		memmove(p->part[1], p->part[0], p->n * PART_SIZE);
		p->n++;
		copy_part(p->part[1], *number ? number : "0",
			  *number ? strlen(number) : 1);
		copy_part(p->part[0], areas[i], strlen(areas[i]));
		p->base = 1;
		return true;
	}
	return false;
}

static bool take_apart(const char *text, uint32_t base, struct parts *p)
{
	*p = (struct parts){ .base = base };
	if (!split(text, p) || (!take_traditional(p) && p->n < 2))
		return false;
	if (p->n > 3 &&
	    (strcmp(p->part[2], "string") == 0 || strcmp(p->part[2], "bits") == 0)) {
		memcpy(p->length, p->part[3], PART_SIZE);
		drop_part(p, 3);
	}
	return p->n < PARTS;
}

static bool unknown_word(const char *what, const char *word, const char *const *names,
			 size_t n, struct strbuf *why)
{
	strbuf_setf(why, "unknown %s \"%s\"", what, word);
	diag_suggest(why, word, names, n);
	strbuf_addf(why, "; expected %s", grammar);
	return false;
}

static bool parse_area(const char *word, struct mb_address *out, struct strbuf *why)
{
	for (size_t i = 0; i < MB_AREAS; i++) {
		if (strcmp(word, areas[i]) == 0) {
			out->area = (enum mb_area)i;
			return true;
		}
	}
	return unknown_word("area", word, areas, MB_AREAS, why);
}

static bool unknown_type(const char *word, struct strbuf *why)
{
	const char *names[sizeof(types) / sizeof(types[0])];

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		names[i] = types[i].name;
	return unknown_word("type", word, names, sizeof(types) / sizeof(types[0]), why);
}

static bool set_type(const char *word, struct mb_address *out, struct strbuf *why)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (word[0] != types[i].name[0] || strcmp(word, types[i].name) != 0)
			continue;
		out->type = types[i].name;
		out->kind = types[i].kind;
		out->count = types[i].count;
		out->bits = types[i].bits;
		return true;
	}
	return unknown_type(word, why);
}

/* Several coils in a row: one number, the first coil its lowest bit. */
static bool parse_group(const struct parts *p, struct mb_address *out, struct strbuf *why)
{
	int64_t v;

	if (!num_parse_int(p->length, 1, MB_MAX_GROUP, &v)) {
		strbuf_setf(why, "say how many %ss make the number, 1 to %d: bits:8",
			    areas[out->area], MB_MAX_GROUP);
		return false;
	}
	out->count = (uint32_t)v;
	out->bits = (uint8_t)v;
	return true;
}

static bool parse_length(const struct parts *p, struct mb_address *out,
			 struct strbuf *why)
{
	int64_t v;

	if (out->count != 0)
		return true;
	if (out->kind != MB_TEXT)
		return parse_group(p, out, why);
	if (!num_parse_int(p->length, 1, MB_MAX_REGISTERS, &v)) {
		strbuf_setf(why, "say how many registers the string takes, 1 to 125: "
				 "string:8");
		return false;
	}
	out->count = (uint32_t)v;
	return true;
}

static bool parse_type(const struct parts *p, struct mb_address *out, struct strbuf *why)
{
	bool bits = mb_area_is_bits(out->area);
	const char *word = p->n > 2 ? p->part[2] : bits ? "bit" : "uint16";

	if (!bits && strcmp(word, "bit") == 0 && p->bit[0])
		word = "uint16"; /* holding:5:bit.3 says it twice */
	if (!set_type(word, out, why))
		return false;
	bool group = strcmp(word, "bits") == 0;
	if (bits && out->kind != MB_BIT && !group) {
		strbuf_setf(why, "a %s is one bit: leave out \"%s\"", areas[out->area],
			    word);
		return false;
	}
	if (!bits && group) {
		strbuf_setf(why, "bits:COUNT are coils or discretes in a row; of a "
				 "register name one bit, .0 to .15");
		return false;
	}
	if (!bits && out->kind == MB_BIT) {
		strbuf_setf(why, "say which bit of the register: .0 to .15");
		return false;
	}
	return true;
}

/* Whether row i of orders is a way to send this type. */
static bool order_serves(size_t i, const struct mb_address *a)
{
	if (a->kind == MB_TEXT)
		return orders[i].count == 1;
	return orders[i].count == a->count || (orders[i].count == 2 && a->count == 4);
}

/* Which byte of the register an 8-bit number is. */
static bool parse_byte(const struct parts *p, struct mb_address *out, struct strbuf *why)
{
	const char *word = p->n < 4 ? "" : p->part[3];

	if (strcmp(word, "high") == 0 || strcmp(word, "low") == 0) {
		out->order = word[0] == 'h' ? "high" : "low";
		out->shift = word[0] == 'h' ? 8 : 0;
		return true;
	}
	strbuf_setf(why, "say which byte of the register: %s:high or %s:low", out->type,
		    out->type);
	return false;
}

static bool parse_order(const struct parts *p, struct mb_address *out, struct strbuf *why)
{
	const char *names[sizeof(orders) / sizeof(orders[0])];
	size_t n = 0;

	if (out->bits == 8 && !mb_area_is_bits(out->area))
		return parse_byte(p, out, why);
	if (p->n < 4)
		return true;
	if (out->kind == MB_BIT || mb_area_is_bits(out->area)) {
		strbuf_setf(why, "%s no byte order: leave out \"%s\"",
			    out->kind == MB_BIT ? "one bit has" : "bits have",
			    p->part[3]);
		return false;
	}
	for (size_t i = 0; i < sizeof(orders) / sizeof(orders[0]); i++) {
		if (!order_serves(i, out))
			continue;
		names[n++] = orders[i].name;
		if (strcmp(p->part[3], orders[i].name) != 0)
			continue;
		out->order = orders[i].name;
		out->swap_words = orders[i].swap_words;
		out->swap_bytes = orders[i].swap_bytes;
		return true;
	}
	strbuf_setf(why, "\"%s\" is no byte order of %s; expected", p->part[3],
		    out->type);
	for (size_t i = 0; i < n; i++)
		strbuf_addf(why, "%s %s", i ? "," : "", names[i]);
	return false;
}

static bool parse_number(const struct parts *p, struct mb_address *out,
			 struct strbuf *why)
{
	uint32_t last = MB_MAX_CELLS - 1 + p->base;
	int64_t v;

	if (!num_parse_int(p->part[1], p->base, last, &v)) {
		strbuf_setf(why, "address %s is not a number from %u to %u", p->part[1],
			    p->base, last);
		return false;
	}
	out->first = (uint32_t)v - p->base;
	if (out->first + out->count <= MB_MAX_CELLS)
		return true;
	strbuf_setf(why, "%s at %u takes %u %s and would pass %u", out->type, (uint32_t)v,
		    out->count, mb_area_is_bits(out->area) ? "cells" : "registers", last);
	return false;
}

static bool parse_bit(const char *word, struct mb_address *out, struct strbuf *why)
{
	int64_t last = (int64_t)out->count * 16 - 1, v;

	if (!word[0])
		return true;
	if (mb_area_is_bits(out->area)) {
		strbuf_setf(why, "a %s has no bits: leave out \".%s\"", areas[out->area],
			    word);
		return false;
	}
	if (out->bits == 8) {
		strbuf_setf(why, "name the bit of the register instead: :uint16.%s",
			    word);
		return false;
	}
	if (out->kind != MB_INT && out->kind != MB_UINT) {
		strbuf_setf(why, "a %s has no bits to name: leave out \".%s\"", out->type,
			    word);
		return false;
	}
	if (!num_parse_int(word, 0, last, &v)) {
		strbuf_setf(why, "bit \"%s\" of %s is not a number from 0 to %d", word,
			    out->type, (int)last);
		return false;
	}
	out->bit = (int)v;
	out->kind = MB_BIT;
	return true;
}

/* --- the whole --- */

bool mb_address_text(const char *text, uint32_t base, struct mb_address *out,
		     struct strbuf *why)
{
	struct parts p;

	*out = (struct mb_address){ .bit = -1, .scale = 1, .order = "" };
	if (!text || !take_apart(text, base, &p)) {
		strbuf_setf(why, "address \"%.60s\" is not understood; expected %s",
			    text ? text : "", grammar);
		return false;
	}
	return parse_area(p.part[0], out, why) && parse_type(&p, out, why) &&
	       parse_length(&p, out, why) && parse_order(&p, out, why) &&
	       parse_number(&p, out, why) && parse_bit(p.bit, out, why);
}

bool mb_place_parse(const char *text, uint32_t base, enum mb_area *area, uint32_t *first,
		    struct strbuf *why)
{
	struct mb_address at;

	if (!mb_address_text(text, base, &at, why))
		return false;
	*area = at.area;
	*first = at.first;
	return true;
}
