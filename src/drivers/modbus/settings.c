/* settings.c - the settings of a Modbus device: rates, limits, holes, ways to write. */
#include "drivers/modbus/settings.h"

#include <string.h>

#include "util/num.h"
#include "util/strbuf.h"

enum { SCAN_MS = 1000, TIMEOUT_MS = 1000, MAX_GAP = 10, HOLE_SIZE = 48 };

static const char *const rates[MB_RATES] = {
	[MB_NORMAL] = "normal",
	[MB_FAST] = "fast",
	[MB_SLOW] = "slow",
};

const char *mb_rate_name(enum mb_rate rate)
{
	return (unsigned)rate < MB_RATES ? rates[rate] : "?";
}

bool mb_rate_parse(const struct settings *s, enum mb_rate *out, struct strbuf *why)
{
	const char *word = settings_get(s, "scan");

	*out = MB_NORMAL;
	for (int i = 0; word && i < MB_RATES; i++) {
		if (strcmp(word, rates[i]) != 0)
			continue;
		*out = (enum mb_rate)i;
		return true;
	}
	if (!word)
		return true;
	strbuf_setf(why, "scan = \"%.40s\" is not fast, normal or slow", word);
	return false;
}

/* The schema has checked type and bounds. */
static int64_t int_setting(const struct settings *s, const char *name, int64_t otherwise)
{
	const char *text = settings_get(s, name);
	int64_t v;

	return text && num_parse_int(text, INT64_MIN, INT64_MAX, &v) ? v : otherwise;
}

static bool flag_setting(const struct settings *s, const char *name)
{
	const char *text = settings_get(s, name);

	return text && strcmp(text, "true") == 0;
}

static bool parse_bit_write(const struct settings *s, struct mb_device_settings *out,
			    struct strbuf *why)
{
	const char *text = settings_get(s, "bit_write");

	out->read_modify_write = text && strcmp(text, "read_modify_write") == 0;
	if (!text || out->read_modify_write || strcmp(text, "mask") == 0)
		return true;
	strbuf_setf(why, "bit_write = \"%.40s\" is not mask or read_modify_write", text);
	return false;
}

static bool parse_unit(const struct settings *s, struct mb_device_settings *out,
		       struct strbuf *why)
{
	int64_t unit = int_setting(s, "unit", 1);

	if (unit < 1 || (unit > 247 && unit != 255)) {
		strbuf_setf(why, "unit = %lld is not 1 to 247 or 255 (0 would broadcast)",
			    (long long)unit);
		return false;
	}
	out->unit = (uint8_t)unit;
	return true;
}

/* --- holes --- */

/* Where a range ends: "109" of "holding:100-109", "40110" of "40101-40110". */
static bool parse_end(const char *first, const char *last, uint32_t base,
		      enum mb_area *area, uint32_t *at, struct strbuf *why)
{
	const char *colon = strchr(first, ':');
	struct strbuf whole = STRBUF_INIT;

	strbuf_addf(&whole, "%.*s%s", colon ? (int)(colon - first) + 1 : 0, first, last);
	bool ok = mb_place_parse(whole.buf, base, area, at, why);
	strbuf_release(&whole);
	return ok;
}

/* "holding:100-109", "input:7", "40101-40110" */
static bool parse_hole(char *text, uint32_t base, struct plan_hole *out,
		       struct strbuf *why)
{
	char *dash = strchr(text, '-');
	enum mb_area area, end_area;
	uint32_t first, last;

	if (dash)
		*dash = '\0';
	if (!mb_place_parse(text, base, &area, &first, why))
		return false;
	end_area = area;
	last = first;
	if (dash && !parse_end(text, dash + 1, base, &end_area, &last, why))
		return false;
	if (end_area != area || last < first) {
		strbuf_setf(why, "%s-%s runs backwards", text, dash + 1);
		return false;
	}
	*out = (struct plan_hole){ area, first, last - first + 1 };
	return true;
}

static bool parse_holes(const struct settings *s, struct mb_device_settings *out,
			struct strbuf *why)
{
	const char *at = settings_get(s, "holes");
	struct strbuf inner = STRBUF_INIT;
	bool ok = true;

	while (ok && at && *at) {
		char one[HOLE_SIZE] = "";
		at += strspn(at, " ,");
		size_t n = strcspn(at, " ,");

		if (n == 0)
			break;
		ok = n < sizeof(one) && out->n_holes < MB_HOLES_MAX;
		if (!ok) {
			strbuf_setf(&inner, "more than %d, or one longer than %d bytes",
				    MB_HOLES_MAX, HOLE_SIZE - 1);
			break;
		}
		memcpy(one, at, n);
		ok = parse_hole(one, out->address_base, &out->holes[out->n_holes],
				&inner);
		out->n_holes += ok;
		at += n;
	}
	if (!ok)
		strbuf_setf(why, "holes: %s; expected \"holding:100-109, input:7\"",
			    inner.buf);
	strbuf_release(&inner);
	return ok;
}

/* --- identity --- */

static bool parse_identity(const struct settings *s, struct mb_device_settings *out,
			   struct strbuf *why)
{
	const char *place = settings_get(s, "identity");
	const char *is = settings_get(s, "identity_is");
	struct settings one = { 0 };
	struct strbuf inner = STRBUF_INIT;

	if (!place != !is) {
		strbuf_setf(why, "%s needs %s beside it",
			    place ? "identity" : "identity_is",
			    place ? "identity_is" : "identity");
		return false;
	}
	if (!place)
		return true;
	settings_add(&one, "address", place);
	bool ok = mb_address_parse(&one, out->address_base, &out->identity, &inner);
	if (!ok)
		strbuf_setf(why, "identity: %s", inner.buf);
	out->identity_is = is;
	settings_release(&one);
	strbuf_release(&inner);
	return ok;
}

/* --- all of it --- */

static void parse_rates(const struct settings *s, struct mb_device_settings *out)
{
	out->scan_ms[MB_NORMAL] = int_setting(s, "scan_ms", SCAN_MS);
	out->scan_ms[MB_FAST] = int_setting(s, "fast_ms", 0);
	out->scan_ms[MB_SLOW] = int_setting(s, "slow_ms", 0);
	out->has_rate[MB_NORMAL] = true;
	out->has_rate[MB_FAST] = settings_get(s, "fast_ms") != NULL;
	out->has_rate[MB_SLOW] = settings_get(s, "slow_ms") != NULL;
}

static bool rates_are_ordered(const struct mb_device_settings *set, struct strbuf *why)
{
	int64_t normal = set->scan_ms[MB_NORMAL];

	if (set->has_rate[MB_FAST] && set->scan_ms[MB_FAST] >= normal) {
		strbuf_setf(why, "fast_ms = %lld is not faster than scan_ms = %lld",
			    (long long)set->scan_ms[MB_FAST], (long long)normal);
		return false;
	}
	if (set->has_rate[MB_SLOW] && set->scan_ms[MB_SLOW] <= normal) {
		strbuf_setf(why, "slow_ms = %lld is not slower than scan_ms = %lld",
			    (long long)set->scan_ms[MB_SLOW], (long long)normal);
		return false;
	}
	return true;
}

static bool fits_the_line(const struct mb_device_settings *set, struct strbuf *why)
{
	if (set->endpoint.serial && set->unit == 255) {
		strbuf_setf(why, "unit = 255 is for TCP; on a serial line units are 1 to "
				 "247");
		return false;
	}
	if (!set->endpoint.serial || set->connections == 1)
		return true;
	strbuf_setf(why,
		    "connections = %u: a serial line carries one request at a time; "
		    "leave it out",
		    set->connections);
	return false;
}

bool mb_device_settings_parse(const struct driver_device *d,
			      struct mb_device_settings *out, struct strbuf *why)
{
	const struct settings *s = &d->settings;
	const char *endpoint = settings_get(s, "endpoint");
	int64_t gap = int_setting(s, "max_gap", MAX_GAP); /* -1: not even neighbours */
	struct plan_limits bits = { (uint32_t)int_setting(s, "max_bits", MB_MAX_BITS),
				    (uint32_t)(gap < 0 ? gap : gap * 16) };
	struct plan_limits regs = {
		(uint32_t)int_setting(s, "max_registers", MB_MAX_REGISTERS), (uint32_t)gap
	};

	*out = (struct mb_device_settings){
		.timeout_ms = int_setting(s, "timeout_ms", TIMEOUT_MS),
		.connections = (uint32_t)int_setting(s, "connections", 1),
		.write_and_read = flag_setting(s, "fc23"),
		.address_base = (uint32_t)int_setting(s, "address_base", 0),
		.limits = { bits, bits, regs, regs },
	};
	parse_rates(s, out);
	return parse_unit(s, out, why) && parse_bit_write(s, out, why) &&
	       mb_endpoint_parse(endpoint ? endpoint : "", &out->endpoint, why) &&
	       fits_the_line(out, why) && rates_are_ordered(out, why) &&
	       parse_holes(s, out, why) && parse_identity(s, out, why);
}
