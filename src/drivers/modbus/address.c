/* address.c - the grammar of Modbus addresses and endpoints, with sentences for every
 * way to get them wrong (PLC-26). */
#include "drivers/modbus/address.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "util/diag.h"
#include "util/num.h"
#include "util/strbuf.h"

static const char *const areas[MB_AREAS] = { "coil", "discrete", "input", "holding" };

static const struct {
	const char *name;
	enum mb_kind kind;
	uint32_t count;
} types[] = {
	{ "bit", MB_BIT, 1 },     { "int16", MB_INT, 1 },     { "uint16", MB_UINT, 1 },
	{ "int32", MB_INT, 2 },   { "uint32", MB_UINT, 2 },   { "int64", MB_INT, 4 },
	{ "uint64", MB_UINT, 4 }, { "float32", MB_FLOAT, 2 }, { "float64", MB_FLOAT, 4 },
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

enum { PARTS = 4, PART_SIZE = 24 };

static const char grammar[] = "coil|discrete|input|holding:N[:type[:order]][.bit]";

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
	if (a->kind == MB_BIT)
		return VALUE_BOOL;
	return a->scaled || a->kind == MB_FLOAT ? VALUE_DOUBLE : VALUE_INT;
}

/* --- parts --- */

struct parts {
	char part[PARTS][PART_SIZE]; /* area, number, type, order */
	size_t n;
	char bit[PART_SIZE]; /* "" = none */
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

	*p = (struct parts){ 0 };
	if (dot && !copy_part(p->bit, dot + 1, strlen(dot + 1)))
		return false;
	while (p->n < PARTS) {
		const char *colon = memchr(text, ':', (size_t)(end - text));
		const char *stop = colon ? colon : end;

		if (!copy_part(p->part[p->n++], text, (size_t)(stop - text)))
			return false;
		if (!colon)
			return p->n >= 2;
		text = colon + 1;
	}
	return false;
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

static bool set_type(const char *word, struct mb_address *out, struct strbuf *why)
{
	const char *names[sizeof(types) / sizeof(types[0])];

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		names[i] = types[i].name;
		if (strcmp(word, types[i].name) == 0) {
			out->type = types[i].name;
			out->kind = types[i].kind;
			out->count = types[i].count;
			return true;
		}
	}
	return unknown_word("type", word, names, sizeof(types) / sizeof(types[0]), why);
}

static bool parse_type(const struct parts *p, struct mb_address *out, struct strbuf *why)
{
	bool bits = mb_area_is_bits(out->area);
	const char *word = p->n > 2 ? p->part[2] : bits ? "bit" : "uint16";

	if (!bits && strcmp(word, "bit") == 0 && p->bit[0])
		word = "uint16"; /* holding:5:bit.3 says it twice */
	if (!set_type(word, out, why))
		return false;
	if (bits && out->kind != MB_BIT) {
		strbuf_setf(why, "a %s is one bit: leave out \"%s\"", areas[out->area],
			    word);
		return false;
	}
	if (!bits && out->kind == MB_BIT) {
		strbuf_setf(why, "say which bit of the register: .0 to .15");
		return false;
	}
	return true;
}

static bool parse_order(const struct parts *p, struct mb_address *out, struct strbuf *why)
{
	const char *names[sizeof(orders) / sizeof(orders[0])];
	size_t n = 0;

	if (p->n < 4)
		return true;
	if (out->kind == MB_BIT) {
		strbuf_setf(why, "one bit has no byte order: leave out \"%s\"",
			    p->part[3]);
		return false;
	}
	for (size_t i = 0; i < sizeof(orders) / sizeof(orders[0]); i++) {
		if (orders[i].count != out->count &&
		    !(orders[i].count == 2 && out->count == 4))
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

static bool parse_number(const char *word, struct mb_address *out, struct strbuf *why)
{
	int64_t v;

	if (!num_parse_int(word, 0, MB_MAX_CELLS - 1, &v)) {
		strbuf_setf(why, "address %s is not a number from 0 to 65535", word);
		return false;
	}
	out->first = (uint32_t)v;
	if (out->first + out->count <= MB_MAX_CELLS)
		return true;
	strbuf_setf(why, "%s at %u takes %u registers and would pass 65535", out->type,
		    out->first, out->count);
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
	if (out->kind == MB_FLOAT) {
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

static bool parse_scaling(const struct settings *s, struct mb_address *out,
			  struct strbuf *why)
{
	const char *scale = settings_get(s, "scale"), *offset = settings_get(s, "offset");

	if (scale && (!num_parse_double(scale, &out->scale) || out->scale == 0)) {
		strbuf_setf(why, "scale = %s is not a number other than 0", scale);
		return false;
	}
	if (offset && !num_parse_double(offset, &out->offset)) {
		strbuf_setf(why, "offset = %s is not a number", offset);
		return false;
	}
	out->scaled = out->scale != 1 || out->offset != 0;
	if (out->scaled && out->kind == MB_BIT) {
		strbuf_setf(why, "a bit is true or false: leave out scale and offset");
		return false;
	}
	return true;
}

bool mb_address_parse(const struct settings *s, struct mb_address *out,
		      struct strbuf *why)
{
	const char *text = settings_get(s, "address");
	struct parts p;

	*out = (struct mb_address){ .bit = -1, .scale = 1, .order = "" };
	if (!text || !split(text, &p)) {
		strbuf_setf(why, "address \"%.60s\" is not understood; expected %s",
			    text ? text : "", grammar);
		return false;
	}
	return parse_area(p.part[0], out, why) && parse_type(&p, out, why) &&
	       parse_order(&p, out, why) && parse_number(p.part[1], out, why) &&
	       parse_bit(p.bit, out, why) && parse_scaling(s, out, why);
}

/* --- endpoints --- */

static bool parse_port(const char *text, uint16_t *port, struct strbuf *why)
{
	int64_t v;

	if (!num_parse_int(text, 1, 65535, &v)) {
		strbuf_setf(why, "port \"%.20s\" is not a number from 1 to 65535", text);
		return false;
	}
	*port = (uint16_t)v;
	return true;
}

/* host, [host], host:port or [host]:port */
static bool parse_host(const char *text, struct mb_endpoint *out, struct strbuf *why)
{
	bool bracket = text[0] == '[';
	const char *host = text + bracket;
	size_t n = strcspn(host, bracket ? "]" : ":/?");
	const char *rest = host + n + (bracket && host[n] == ']');

	if (n == 0 || n >= sizeof(out->host) || (bracket && host[n] != ']') ||
	    (*rest && *rest != ':')) {
		strbuf_setf(why, "endpoint \"tcp://%.100s\" names no host and port",
			    text);
		return false;
	}
	memcpy(out->host, host, n);
	out->host[n] = '\0';
	return *rest == '\0' || parse_port(rest + 1, &out->port, why);
}

bool mb_endpoint_parse(const char *text, struct mb_endpoint *out, struct strbuf *why)
{
	static const char tcp[] = "tcp://";

	*out = (struct mb_endpoint){ .port = 502 };
	if (strncmp(text, tcp, sizeof(tcp) - 1) == 0)
		return parse_host(text + sizeof(tcp) - 1, out, why);
	if (strncmp(text, "rtu://", 6) == 0)
		strbuf_setf(why, "serial lines are not built yet; use "
				 "endpoint = \"tcp://host:port\"");
	else
		strbuf_setf(why,
			    "endpoint \"%.100s\" is not understood; expected "
			    "\"tcp://host:port\"",
			    text);
	return false;
}
