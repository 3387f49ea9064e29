/* convert.c - word order, scaling and its inverse; see the header. */
#include "drivers/modbus/convert.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "util/num.h"
#include "util/strbuf.h"
#include "util/utf8.h"

static uint16_t swapped(uint16_t r)
{
	return (uint16_t)(r << 8 | r >> 8);
}

/* Coils in a row: the first one is the lowest bit. */
static uint64_t assemble_bits(const struct mb_address *a, const uint16_t *cells)
{
	uint64_t raw = 0;

	for (uint32_t i = 0; i < a->count; i++)
		raw |= (uint64_t)(cells[i] & 1) << i;
	return raw;
}

uint64_t mb_assemble(const struct mb_address *a, const uint16_t *regs)
{
	uint64_t raw = 0;

	if (mb_area_is_bits(a->area))
		return assemble_bits(a, regs);
	for (uint32_t i = 0; i < a->count; i++) {
		uint16_t r = regs[a->swap_words ? a->count - 1 - i : i];

		raw = raw << 16 | (a->swap_bytes ? swapped(r) : r);
	}
	return a->bits == 8 ? raw >> a->shift & 0xFF : raw;
}

static void disassemble(const struct mb_address *a, uint64_t raw, uint16_t *regs)
{
	for (uint32_t i = 0; mb_area_is_bits(a->area) && i < a->count; i++)
		regs[i] = raw >> i & 1;
	if (mb_area_is_bits(a->area))
		return;
	if (a->bits == 8)
		raw = (raw & 0xFF) << a->shift;
	for (uint32_t i = 0; i < a->count; i++) {
		uint16_t r = (uint16_t)(raw >> 16 * (a->count - 1 - i));

		regs[a->swap_words ? a->count - 1 - i : i] =
			a->swap_bytes ? swapped(r) : r;
	}
}

bool mb_is_part(const struct mb_address *a)
{
	return a->bit >= 0 || (a->bits == 8 && !mb_area_is_bits(a->area));
}

uint32_t mb_part_place(const struct mb_address *a, uint16_t *mask)
{
	uint16_t regs[4] = { 0 };
	uint32_t i = 0;

	disassemble(a, a->bit >= 0 ? UINT64_C(1) << a->bit : 0xFF, regs);
	while (i + 1 < a->count && regs[i] == 0)
		i++;
	*mask = regs[i];
	return i;
}

/* --- reading --- */

enum { HALF_FRACTION = 10, HALF_BIAS = 15, HALF_SPECIAL = 31 };

static double half_of(uint16_t raw)
{
	int exponent = raw >> HALF_FRACTION & HALF_SPECIAL;
	int fraction = raw & ((1 << HALF_FRACTION) - 1);
	double v;

	if (exponent == HALF_SPECIAL)
		v = fraction ? NAN : INFINITY;
	else if (exponent == 0)
		v = ldexp(fraction, 1 - HALF_BIAS - HALF_FRACTION);
	else
		v = ldexp(fraction + (1 << HALF_FRACTION),
			  exponent - HALF_BIAS - HALF_FRACTION);
	return raw & 0x8000 ? -v : v;
}

static double float_of(const struct mb_address *a, uint64_t raw)
{
	uint32_t low = (uint32_t)raw;
	float f;
	double d;

	if (a->count == 1)
		return half_of((uint16_t)raw);

	if (a->count == 4) {
		memcpy(&d, &raw, sizeof(d));
		return d;
	}
	memcpy(&f, &low, sizeof(f));
	return (double)f;
}

static int64_t signed_of(const struct mb_address *a, uint64_t raw)
{
	if (a->bits == 8)
		return (int8_t)raw;
	if (a->bits == 16)
		return (int16_t)raw;
	return a->bits == 32 ? (int32_t)raw : (int64_t)raw;
}

static quality bad(struct value *out, enum quality_reason reason)
{
	*out = (struct value){ 0 };
	return (quality)QUALITY_MAKE(QUALITY_BAD, reason);
}

static quality scaled_number(const struct mb_address *a, double raw, struct value *out)
{
	double v = a->scaled ? raw * a->scale + a->offset : raw;

	if (!isfinite(raw))
		return bad(out, REASON_SENSOR);
	if (!isfinite(v))
		return bad(out, REASON_RANGE);
	*out = value_double(v + 0.0); /* -0 is 0 */
	return 0;
}

/* --- factors --- */

enum { FACTOR_NONE = -32768, FACTOR_MOST = 10 }; /* SunSpec: -10 to 10 */

quality mb_address_resolve(const struct mb_address *at, uint16_t factor,
			   struct mb_address *out)
{
	int16_t power = (int16_t)(at->factor.swap_bytes ? swapped(factor) : factor);

	*out = *at;
	if (!at->factor.used)
		return 0;
	if (power == FACTOR_NONE)
		return (quality)QUALITY_MAKE(QUALITY_BAD, REASON_SENSOR);
	if (power < -FACTOR_MOST || power > FACTOR_MOST)
		return (quality)QUALITY_MAKE(QUALITY_BAD, REASON_RANGE);
	for (; power > 0; power--)
		out->scale *= 10;
	if (power < 0) { /* one division by a whole power: 0.001 as it is written */
		double by = 1;
		for (; power < 0; power++)
			by *= 10;
		out->scale /= by;
	}
	return 0;
}

/* --- texts --- */

/* Bytes as they stand: blanks and NULs at the end are padding, a NUL before is where
 * the device ended it. */
static quality decode_string(const struct mb_address *a, const uint16_t *regs, char *text,
			     struct value *out)
{
	size_t n = 0, end = 0;

	for (uint32_t i = 0; i < a->count; i++) {
		uint16_t r = a->swap_bytes ? swapped(regs[i]) : regs[i];

		text[n++] = (char)(r >> 8);
		text[n++] = (char)(r & 0xFF);
	}
	text[n] = '\0';
	n = strlen(text);
	for (size_t i = 0; i < n; i++)
		if (text[i] != ' ')
			end = i + 1;
	text[end] = '\0';
	if (!utf8_valid(text, end))
		return bad(out, REASON_FORMAT);
	*out = value_string(text);
	return 0;
}

/* A code without a text is shown as its number, and is not believed. */
static quality name_code(const struct mb_address *a, int64_t code, char *text,
			 struct value *out)
{
	const char *at = a->texts, *word;
	int64_t one;
	size_t n;

	*out = value_string(text);
	while (mb_texts_next(&at, &one, &word, &n, NULL)) {
		if (one != code)
			continue;
		memcpy(text, word, n);
		text[n] = '\0';
		return 0;
	}
	snprintf(text, VALUE_STRING_MAX + 1, "%lld", (long long)code);
	return (quality)QUALITY_MAKE(QUALITY_UNCERTAIN, REASON_RANGE);
}

/* --- numbers --- */

static bool bcd_of(const struct mb_address *a, uint64_t raw, uint64_t *out)
{
	uint64_t v = 0;

	for (int shift = (int)a->count * 16 - 4; shift >= 0; shift -= 4) {
		unsigned digit = raw >> shift & 0xF;

		if (digit > 9)
			return false;
		v = v * 10 + digit;
	}
	*out = v;
	return true;
}

bool mb_is_marker(const struct mb_address *a, const uint16_t *regs)
{
	return a->has_marker && mb_assemble(a, regs) == a->marker;
}

static quality decode_whole(const struct mb_address *a, enum value_type wanted,
			    uint64_t raw, char *text, struct value *out)
{
	bool as_double = a->scaled || wanted == VALUE_DOUBLE;

	if (a->kind == MB_BCD && !bcd_of(a, raw, &raw))
		return bad(out, REASON_RANGE);
	if (a->kind == MB_INT && as_double)
		return scaled_number(a, (double)signed_of(a, raw), out);
	if (as_double)
		return scaled_number(a, (double)raw, out);
	if (a->kind != MB_INT && raw > INT64_MAX)
		return bad(out, REASON_RANGE);
	int64_t i = a->kind == MB_INT ? signed_of(a, raw) : (int64_t)raw;
	if (a->texts)
		return name_code(a, i, text, out);
	*out = value_int(i);
	return 0;
}

quality mb_decode(const struct mb_address *a, enum value_type wanted,
		  const uint16_t *regs, char *text, struct value *out)
{
	if (a->kind == MB_TEXT)
		return decode_string(a, regs, text, out);
	uint64_t raw = mb_assemble(a, regs);
	if (a->kind == MB_BIT) {
		bool on = raw >> (a->bit < 0 ? 0 : a->bit) & 1;

		*out = value_bool(on);
		return a->texts ? name_code(a, on, text, out) : 0;
	}
	if (mb_is_marker(a, regs))
		return bad(out, REASON_SENSOR);
	if (a->kind == MB_FLOAT)
		return scaled_number(a, float_of(a, raw), out);
	return decode_whole(a, wanted, raw, text, out);
}

/* --- writing --- */

static bool refuse(struct strbuf *why, double v, const char *what)
{
	char text[40];

	num_format_exact(v, text, sizeof(text));
	strbuf_setf(why, "%s %s", text, what);
	return false;
}

static bool encode_bit(const struct value *v, uint16_t *regs, struct strbuf *why)
{
	double d;

	if (!value_number(v, &d) || (d != 0 && d != 1)) {
		strbuf_setf(why, "a bit takes true or false");
		return false;
	}
	regs[0] = d != 0;
	return true;
}

enum { HALF_LIMIT = 65520 }; /* from here it rounds to infinity */

/* The nearest one, ties to even. */
static uint16_t to_half(double v)
{
	unsigned sign = signbit(v) ? 0x8000 : 0;
	double size = fabs(v);
	int exponent = size < ldexp(1, 1 - HALF_BIAS) ? 1 - HALF_BIAS : ilogb(size);
	/* 1024 to 2048, below 1024 with the least exponent; what rounds up to 2048
	 * carries into the exponent by itself */
	unsigned fraction = (unsigned)nearbyint(ldexp(size, HALF_FRACTION - exponent));
	unsigned biased = (unsigned)(exponent + HALF_BIAS - 1);

	return (uint16_t)(sign | ((biased << HALF_FRACTION) + fraction));
}

static bool encode_float(const struct mb_address *a, double raw, double v, uint16_t *regs,
			 struct strbuf *why)
{
	uint64_t bits;
	uint32_t low;

	if (a->count == 1) {
		if (fabs(raw) >= HALF_LIMIT)
			return refuse(why, v, "is too large for the device's float16");
		disassemble(a, to_half(raw), regs);
		return true;
	}

	if (a->count == 4) {
		memcpy(&bits, &raw, sizeof(bits));
		disassemble(a, bits, regs);
		return true;
	}
	if (fabs(raw) > (double)FLT_MAX)
		return refuse(why, v, "is too large for the device's float32");
	float f = (float)raw;
	memcpy(&low, &f, sizeof(low));
	disassemble(a, low, regs);
	return true;
}

/* The bounds of an integer type, exclusive above because 2^63 and 2^64 are doubles and
 * their predecessors are not. */
static bool integer_fits(const struct mb_address *a, double raw)
{
	int bits = a->bits;

	if (a->kind == MB_BCD)
		return raw >= 0 && raw < (a->count == 1 ? 1e4 : 1e8);
	if (a->kind == MB_UINT)
		return raw >= 0 && raw < ldexp(1, bits);
	return raw >= -ldexp(1, bits - 1) && raw < ldexp(1, bits - 1);
}

static uint64_t to_bcd(uint64_t v)
{
	uint64_t raw = 0;

	for (int shift = 0; v; v /= 10, shift += 4)
		raw |= v % 10 << shift;
	return raw;
}

static bool encode_integer(const struct mb_address *a, double raw, double v,
			   uint16_t *regs, struct strbuf *why)
{
	double whole = nearbyint(raw);
	char step[40], text[40];

	if (fabs(raw - whole) > 1e-6 + fabs(raw) * 1e-12) {
		num_format_exact(v, text, sizeof(text));
		num_format_exact(fabs(a->scale), step, sizeof(step));
		strbuf_setf(why,
			    "%s falls between two values the device can hold: its "
			    "%s moves in steps of %s",
			    text, a->type, step);
		return false;
	}
	if (!integer_fits(a, whole))
		return refuse(why, v, "does not fit into the device's registers");
	uint64_t bits = a->kind == MB_UINT ? (uint64_t)whole : (uint64_t)(int64_t)whole;
	disassemble(a, a->kind == MB_BCD ? to_bcd(bits) : bits, regs);
	return true;
}

/* An int64 into an unscaled integer register goes without a detour over double, which
 * would lose the digits beyond 2^53. */
static bool encode_exact(const struct mb_address *a, int64_t i, uint16_t *regs,
			 struct strbuf *why)
{
	int bits = a->bits;
	bool fits = a->kind == MB_UINT
			    ? i >= 0 && (bits == 64 || i >> bits == 0)
			    : bits == 64 || (i >= -(INT64_C(1) << (bits - 1)) &&
					     i < INT64_C(1) << (bits - 1));

	if (!fits) {
		strbuf_setf(why, "%lld does not fit into the device's %s", (long long)i,
			    a->type);
		return false;
	}
	disassemble(a, (uint64_t)i, regs);
	return true;
}

static bool encode_string(const struct mb_address *a, const struct value *v,
			  uint16_t *regs, struct strbuf *why)
{
	size_t n = v->type == VALUE_STRING ? strlen(v->u.s) : 0;

	if (v->type != VALUE_STRING) {
		strbuf_setf(why, "the device takes a text here");
		return false;
	}
	if (n > (size_t)a->count * 2) {
		strbuf_setf(why, "the text has %zu bytes, the device has room for %u", n,
			    a->count * 2);
		return false;
	}
	for (uint32_t i = 0; i < a->count; i++) {
		size_t at = (size_t)i * 2;
		unsigned high = at < n ? (uint8_t)v->u.s[at] : 0;
		unsigned low = at + 1 < n ? (uint8_t)v->u.s[at + 1] : 0;
		uint16_t r = (uint16_t)(high << 8 | low);

		regs[i] = a->swap_bytes ? swapped(r) : r;
	}
	return true;
}

/* The code of a text, as the number it stands for. */
static bool encode_code(const struct mb_address *a, const struct value *v, int64_t *code,
			struct strbuf *why)
{
	const char *at = a->texts, *word;
	size_t n, wanted = v->type == VALUE_STRING ? strlen(v->u.s) : 0;

	while (wanted && mb_texts_next(&at, code, &word, &n, NULL))
		if (n == wanted && memcmp(word, v->u.s, n) == 0)
			return true;
	strbuf_setf(why, "the device takes one of these texts here: %s", a->texts);
	return false;
}

static bool encode_number(const struct mb_address *a, const struct value *v,
			  uint16_t *regs, struct strbuf *why)
{
	double d;

	if (!value_number(v, &d) || v->type == VALUE_BOOL) {
		strbuf_setf(why, "the device takes a number here");
		return false;
	}
	if (!isfinite(d)) {
		strbuf_setf(why, "not a number cannot be written");
		return false;
	}
	if (v->type == VALUE_INT && !a->scaled && a->kind != MB_FLOAT &&
	    a->kind != MB_BCD)
		return encode_exact(a, v->u.i, regs, why);
	double raw = a->scaled ? (d - a->offset) / a->scale : d;
	if (!isfinite(raw))
		return refuse(why, d, "cannot be scaled to the device's registers");
	if (a->kind == MB_FLOAT)
		return encode_float(a, raw, d, regs, why);
	return encode_integer(a, raw, d, regs, why);
}

bool mb_encode(const struct mb_address *a, const struct value *v, uint16_t *regs,
	       struct strbuf *why)
{
	struct value named = *v;

	if (a->kind == MB_TEXT)
		return encode_string(a, v, regs, why);
	if (a->texts) {
		named.type = VALUE_INT;
		if (!encode_code(a, v, &named.u.i, why))
			return false;
	}
	if (a->kind == MB_BIT)
		return encode_bit(&named, regs, why);
	if (!encode_number(a, &named, regs, why))
		return false;
	if (!mb_is_marker(a, regs))
		return true;
	strbuf_setf(why, "the device would take this number for \"not implemented\"");
	return false;
}
