/* address_meaning.c - the settings beside an address: what its number is taken for. */
#include "drivers/modbus/address.h"

#include <stdlib.h>
#include <string.h>

#include "util/num.h"
#include "util/strbuf.h"

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
	if (out->scaled && out->kind == MB_TEXT) {
		strbuf_setf(why, "a string is no number: leave out scale and offset");
		return false;
	}
	return true;
}

static bool parse_factor(const struct settings *s, uint32_t base, struct mb_address *out,
			 struct strbuf *why)
{
	const char *text = settings_get(s, "scale_register");
	struct strbuf inner = STRBUF_INIT;
	struct mb_address f;

	if (!text)
		return true;
	bool ok = mb_address_text(text, base, &f, &inner);
	if (!ok)
		strbuf_setf(why, "scale_register: %s", inner.buf);
	strbuf_release(&inner);
	if (ok && (f.kind != MB_INT || f.count != 1)) {
		strbuf_setf(why,
			    "scale_register = \"%.60s\" is not an int16; expected "
			    "input|holding:N:int16[:order]",
			    text);
		ok = false;
	}
	if (ok && (out->kind == MB_BIT || out->kind == MB_TEXT)) {
		strbuf_setf(why, "a %s is no number: leave out scale_register",
			    out->kind == MB_BIT ? "bit" : "string");
		ok = false;
	}
	if (ok) {
		out->factor = (struct mb_factor){ true, f.area, f.first, f.swap_bytes };
		out->scaled = true;
	}
	return ok;
}

/* "0x8000", "65535", "-32768": the raw number, cut to the width of the address. */
static bool raw_number(const char *text, unsigned bits, uint64_t *out)
{
	uint64_t mask = bits == 64 ? UINT64_MAX : (UINT64_C(1) << bits) - 1;
	uint64_t v = 0;
	int64_t i;

	if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
		size_t n = strspn(text + 2, "0123456789abcdefABCDEF");

		if (n == 0 || n > 16 || text[2 + n])
			return false;
		v = strtoull(text + 2, NULL, 16);
	} else if (num_parse_int(text, INT64_MIN, INT64_MAX, &i)) {
		v = (uint64_t)i;
		if (i < 0 && (~v & ~(mask >> 1)) != 0)
			return false;
		if (i < 0)
			v &= mask;
	} else {
		return false;
	}
	*out = v;
	return v <= mask;
}

static bool parse_marker(const struct settings *s, struct mb_address *out,
			 struct strbuf *why)
{
	const char *text = settings_get(s, "not_implemented");

	if (!text)
		return true;
	if (out->kind == MB_BIT || out->kind == MB_TEXT) {
		strbuf_setf(why, "a %s has no marker: leave out not_implemented",
			    out->kind == MB_BIT ? "bit" : "string");
		return false;
	}
	if (!raw_number(text, out->bits, &out->marker)) {
		strbuf_setf(why,
			    "not_implemented = \"%.40s\" is not a number of %u bits, "
			    "like 0x8000",
			    text, out->bits);
		return false;
	}
	out->has_marker = true;
	return true;
}

bool mb_texts_next(const char **at, int64_t *code, const char **text, size_t *n,
		   struct strbuf *why)
{
	const char *from = *at;
	size_t digits = strcspn(from, "=,");
	char number[24] = "";

	if (!*from)
		return false;
	if (digits < sizeof(number))
		memcpy(number, from, digits);
	if (from[digits] != '=' || !num_parse_int(number, INT64_MIN, INT64_MAX, code)) {
		if (why)
			strbuf_setf(why,
				    "texts: \"%.40s\" is not understood; expected "
				    "\"0=off,1=run\"",
				    from);
		return false;
	}
	*text = from + digits + 1;
	*n = strcspn(*text, ",");
	*at = *text + *n + ((*text)[*n] == ',');
	return true;
}

static bool parse_texts(const struct settings *s, struct mb_address *out,
			struct strbuf *why)
{
	const char *at = settings_get(s, "texts"), *text;
	size_t n;
	int64_t code;

	if (!at)
		return true;
	if (out->scaled || out->kind == MB_FLOAT || out->kind == MB_TEXT) {
		strbuf_setf(why, "texts name whole numbers: %s",
			    out->scaled ? "leave out scale, offset and scale_register"
					: "the address gives none");
		return false;
	}
	out->texts = at;
	strbuf_clear(why);
	while (mb_texts_next(&at, &code, &text, &n, why)) {
		if (n == 0 || n > VALUE_STRING_MAX) {
			strbuf_setf(why, "texts: code %lld has no text of 1 to 255 bytes",
				    (long long)code);
			return false;
		}
	}
	if (why->len == 0 && !out->texts[0])
		strbuf_setf(why, "texts is empty; expected \"0=off,1=run\"");
	return why->len == 0;
}

bool mb_address_parse(const struct settings *s, uint32_t base, struct mb_address *out,
		      struct strbuf *why)
{
	return mb_address_text(settings_get(s, "address"), base, out, why) &&
	       parse_scaling(s, out, why) && parse_factor(s, base, out, why) &&
	       parse_marker(s, out, why) && parse_texts(s, out, why);
}
