/* tool_find.c - from registers to all that they may mean, and from a value that is known
 * to the type and order that show it. */
#include "drivers/modbus/tool.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/modbus/convert.h"
#include "tag/quality.h"
#include "util/num.h"
#include "util/strbuf.h"
#include "util/xalloc.h"

static const char *const orders8[] = { "high", "low", NULL };
static const char *const orders16[] = { "ab", "ba", NULL };
static const char *const orders[] = { "abcd", "cdab", "badc", "dcba", NULL };

/* In the order of how common they are: the simplest answer comes first. */
static const struct {
	const char *name;
	uint32_t count;
	const char *const *orders;
} types[] = {
	{ "uint16", 1, orders16 }, { "int16", 1, orders16 },   { "float32", 2, orders },
	{ "int32", 2, orders },    { "uint32", 2, orders },    { "float64", 4, orders },
	{ "int64", 4, orders },    { "uint64", 4, orders },    { "bcd16", 1, orders16 },
	{ "bcd32", 2, orders },    { "float16", 1, orders16 }, { "uint8", 1, orders8 },
	{ "int8", 1, orders8 },
};
static const double scales[] = { 1, 0.1, 0.01, 0.001, 10, 100, 1000 };

enum { TYPES = sizeof(types) / sizeof(types[0]), SCALE_RANK = 1000, NEARLY_RANK = 500 };

static const double huge = 1e12, tiny = 1e-9;

bool tool_type(enum mb_area area, uint32_t first, const char *type,
	       struct mb_address *out, char text[64], struct strbuf *why)
{
	struct settings s = { 0 };
	bool ok;

	snprintf(text, 64, "%s:%u%s%.40s", mb_area_name(area), first, type ? ":" : "",
		 type ? type : "");
	settings_add(&s, "address", text);
	ok = mb_address_parse(&s, 0, out, why);
	settings_release(&s);
	return ok;
}

void tool_value(const struct mb_address *a, const uint16_t *regs, char *out, size_t size)
{
	char text[VALUE_STRING_MAX + 1];
	struct value v = { 0 };
	quality q = mb_decode(a, VALUE_NONE, regs, text, &v);

	if (quality_is_good(q) && a->kind == MB_FLOAT && a->count == 2 &&
	    v.type == VALUE_DOUBLE)
		snprintf(out, size, "%.7g", v.u.d); /* what 32 bits know of it */
	else if (quality_is_good(q))
		value_format(&v, -1, out, size);
	else
		snprintf(out, size, "%s (%s)", quality_class_name(q),
			 quality_reason_name(q));
}

static bool number_of(const struct mb_address *a, const uint16_t *regs, double *out)
{
	char text[VALUE_STRING_MAX + 1];
	struct value v = { 0 };

	return quality_is_good(mb_decode(a, VALUE_NONE, regs, text, &v)) &&
	       value_number(&v, out);
}

typedef void (*address_fn)(void *arg, const struct mb_address *a, const char *text,
			   const uint16_t *regs);

/* Each type and order that fits into n registers. */
static void each_address(enum mb_area area, uint32_t first, const uint16_t *regs,
			 size_t n, address_fn fn, void *arg)
{
	struct strbuf why = STRBUF_INIT;

	for (size_t t = 0; t < TYPES; t++) {
		const char *const *order = types[t].orders;

		for (; *order && types[t].count <= n; order++) {
			struct mb_address a;
			char type[32], text[64];

			snprintf(type, sizeof(type), "%s:%s", types[t].name, *order);
			if (tool_type(area, first, type, &a, text, &why))
				fn(arg, &a, text, regs);
		}
	}
	strbuf_release(&why);
}

struct telling {
	tool_meaning_fn fn;
	void *arg;
};

bool tool_plausible(const struct mb_address *a, const uint16_t *regs)
{
	double v;

	return number_of(a, regs, &v) &&
	       (a->kind != MB_FLOAT || v == 0 || (fabs(v) <= huge && fabs(v) >= tiny));
}

static void tell_plausible(void *arg, const struct mb_address *a, const char *text,
			   const uint16_t *regs)
{
	const struct telling *t = arg;
	struct tool_meaning m = { .scale = 1 };

	if (!tool_plausible(a, regs))
		return;
	snprintf(m.address, sizeof(m.address), "%s", text);
	tool_value(a, regs, m.value, sizeof(m.value));
	t->fn(t->arg, &m);
}

void tool_meanings(enum mb_area area, uint32_t first, const uint16_t *regs, size_t n,
		   tool_meaning_fn fn, void *arg)
{
	struct telling t = { fn, arg };

	each_address(area, first, regs, n, tell_plausible, &t);
}

/* --- an expected value --- */

struct match {
	struct tool_meaning m;
	int rank;
	size_t seen; /* ties keep the order in which they were found */
};

struct search {
	double expected, tolerance;
	struct match *v;
	size_t n;
	int order; /* place of the address in the tables: simple ones first */
};

static void add_match(struct search *s, const char *text, double value, size_t scale)
{
	struct match *m = GROW(&s->v, &s->n);

	m->m.scale = scales[scale];
	snprintf(m->m.address, sizeof(m->m.address), "%s", text);
	snprintf(m->m.value, sizeof(m->m.value), "%.7g", value);
	m->rank = (int)scale * SCALE_RANK + s->order;
	if (fabs(value - s->expected) > fabs(s->expected) * 1e-7)
		m->rank += NEARLY_RANK; /* near is good, the same is better */
	m->seen = s->n;
}

static void try_address(void *arg, const struct mb_address *a, const char *text,
			const uint16_t *regs)
{
	struct search *s = arg;
	double raw;

	s->order++;
	if (!number_of(a, regs, &raw))
		return;
	for (size_t i = 0; i < sizeof(scales) / sizeof(scales[0]); i++) {
		/* the powers of ten are exact in one direction only */
		double v = scales[i] < 1 ? raw / round(1 / scales[i]) : raw * scales[i];

		if (fabs(v - s->expected) > s->tolerance)
			continue;
		add_match(s, text, v, i);
		return; /* the least scale is enough of this address */
	}
}

static int by_rank(const void *a, const void *b)
{
	const struct match *x = a, *y = b;

	if (x->rank != y->rank)
		return x->rank < y->rank ? -1 : 1;
	return x->seen < y->seen ? -1 : x->seen > y->seen;
}

/* Half of the last digit that was typed. */
static double tolerance_of(const char *expected)
{
	const char *dot = strchr(expected, '.');
	int decimals = dot ? (int)strlen(dot + 1) : 0;

	return 0.5 * pow(10, -decimals) * (1 + 1e-9);
}

bool tool_find(enum mb_area area, uint32_t first, const uint16_t *regs, size_t n,
	       const char *expected, size_t max, tool_meaning_fn fn, void *arg,
	       struct strbuf *why)
{
	struct search s = { 0 };

	if (!num_parse_operator(expected, &s.expected, why))
		return false;
	s.tolerance = tolerance_of(expected);
	if (fabs(s.expected) <= s.tolerance) {
		strbuf_setf(why,
			    "an expected value of %s fits every empty register: wait "
			    "until the device shows another one",
			    expected);
		return false;
	}
	for (size_t i = 0; i < n; i++) {
		s.order = 0;
		each_address(area, first + (uint32_t)i, regs + i, n - i, try_address, &s);
	}
	if (s.n)
		qsort(s.v, s.n, sizeof(*s.v), by_rank);
	for (size_t i = 0; i < s.n && i < max; i++)
		fn(arg, &s.v[i].m);
	free(s.v);
	return true;
}
