/* convert.c - word order, scaling and its inverse; see the header. */
#include "drivers/modbus/convert.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "util/num.h"
#include "util/strbuf.h"

static uint16_t swapped(uint16_t r)
{
	return (uint16_t)(r << 8 | r >> 8);
}

uint64_t mb_assemble(const struct mb_address *a, const uint16_t *regs)
{
	uint64_t raw = 0;

	for (uint32_t i = 0; i < a->count; i++) {
		uint16_t r = regs[a->swap_words ? a->count - 1 - i : i];

		raw = raw << 16 | (a->swap_bytes ? swapped(r) : r);
	}
	return raw;
}

void mb_disassemble(const struct mb_address *a, uint64_t raw, uint16_t *regs)
{
	for (uint32_t i = 0; i < a->count; i++) {
		uint16_t r = (uint16_t)(raw >> 16 * (a->count - 1 - i));

		regs[a->swap_words ? a->count - 1 - i : i] =
			a->swap_bytes ? swapped(r) : r;
	}
}

/* --- reading --- */

static double float_of(const struct mb_address *a, uint64_t raw)
{
	uint32_t low = (uint32_t)raw;
	float f;
	double d;

	if (a->count == 4) {
		memcpy(&d, &raw, sizeof(d));
		return d;
	}
	memcpy(&f, &low, sizeof(f));
	return (double)f;
}

static int64_t signed_of(const struct mb_address *a, uint64_t raw)
{
	if (a->count == 1)
		return (int16_t)raw;
	return a->count == 2 ? (int32_t)raw : (int64_t)raw;
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

quality mb_decode(const struct mb_address *a, enum value_type wanted,
		  const uint16_t *regs, struct value *out)
{
	uint64_t raw = mb_assemble(a, regs);

	if (a->kind == MB_BIT) {
		*out = value_bool(raw >> (a->bit < 0 ? 0 : a->bit) & 1);
		return 0;
	}
	if (a->kind == MB_FLOAT)
		return scaled_number(a, float_of(a, raw), out);
	bool as_double = a->scaled || wanted == VALUE_DOUBLE;
	if (a->kind == MB_INT && as_double)
		return scaled_number(a, (double)signed_of(a, raw), out);
	if (as_double)
		return scaled_number(a, (double)raw, out);
	if (a->kind == MB_UINT && raw > INT64_MAX)
		return bad(out, REASON_RANGE);
	*out = value_int(a->kind == MB_INT ? signed_of(a, raw) : (int64_t)raw);
	return 0;
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

static bool encode_float(const struct mb_address *a, double raw, double v, uint16_t *regs,
			 struct strbuf *why)
{
	uint64_t bits;
	uint32_t low;

	if (a->count == 4) {
		memcpy(&bits, &raw, sizeof(bits));
		mb_disassemble(a, bits, regs);
		return true;
	}
	if (fabs(raw) > (double)FLT_MAX)
		return refuse(why, v, "is too large for the device's float32");
	float f = (float)raw;
	memcpy(&low, &f, sizeof(low));
	mb_disassemble(a, low, regs);
	return true;
}

/* The bounds of an integer type, exclusive above because 2^63 and 2^64 are doubles and
 * their predecessors are not. */
static bool integer_fits(const struct mb_address *a, double raw)
{
	int bits = (int)a->count * 16;

	if (a->kind == MB_UINT)
		return raw >= 0 && raw < ldexp(1, bits);
	return raw >= -ldexp(1, bits - 1) && raw < ldexp(1, bits - 1);
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
	mb_disassemble(a, bits, regs);
	return true;
}

/* An int64 into an unscaled integer register goes without a detour over double, which
 * would lose the digits beyond 2^53. */
static bool encode_exact(const struct mb_address *a, int64_t i, uint16_t *regs,
			 struct strbuf *why)
{
	int bits = (int)a->count * 16;
	bool fits = a->kind == MB_UINT
			    ? i >= 0 && (bits == 64 || i >> bits == 0)
			    : bits == 64 || (i >= -(INT64_C(1) << (bits - 1)) &&
					     i < INT64_C(1) << (bits - 1));

	if (!fits) {
		strbuf_setf(why, "%lld does not fit into the device's %s", (long long)i,
			    a->type);
		return false;
	}
	mb_disassemble(a, (uint64_t)i, regs);
	return true;
}

bool mb_encode(const struct mb_address *a, const struct value *v, uint16_t *regs,
	       struct strbuf *why)
{
	double d;

	if (a->kind == MB_BIT)
		return encode_bit(v, regs, why);
	if (!value_number(v, &d) || v->type == VALUE_BOOL) {
		strbuf_setf(why, "the device takes a number here");
		return false;
	}
	if (!isfinite(d)) {
		strbuf_setf(why, "not a number cannot be written");
		return false;
	}
	if (v->type == VALUE_INT && !a->scaled && a->kind != MB_FLOAT)
		return encode_exact(a, v->u.i, regs, why);
	double raw = a->scaled ? (d - a->offset) / a->scale : d;
	if (!isfinite(raw))
		return refuse(why, d, "cannot be scaled to the device's registers");
	if (a->kind == MB_FLOAT)
		return encode_float(a, raw, d, regs, why);
	return encode_integer(a, raw, d, regs, why);
}
