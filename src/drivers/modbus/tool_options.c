/* tool_options.c - the words behind `sightglass modbus read` and `scan`. */
#include "drivers/modbus/tool.h"

#include <getopt.h>
#include <string.h>

#include "util/num.h"
#include "util/strbuf.h"

enum { READ_COUNT = 10, SCAN_COUNT = 1000, TIMEOUT_MS = 1000, PAUSE_MS = 10 };

enum {
	O_UNIT,
	O_AREA,
	O_ADDRESS,
	O_COUNT,
	O_TYPE,
	O_EXPECT,
	O_TIMEOUT,
	O_PAUSE,
	O_JSON,
	O_CONFIG
};

static const struct option longs[] = {
	[O_UNIT] = { "unit", required_argument, NULL, O_UNIT },
	[O_AREA] = { "area", required_argument, NULL, O_AREA },
	[O_ADDRESS] = { "address", required_argument, NULL, O_ADDRESS },
	[O_COUNT] = { "count", required_argument, NULL, O_COUNT },
	[O_TYPE] = { "type", required_argument, NULL, O_TYPE },
	[O_EXPECT] = { "expect", required_argument, NULL, O_EXPECT },
	[O_TIMEOUT] = { "timeout", required_argument, NULL, O_TIMEOUT },
	[O_PAUSE] = { "pause", required_argument, NULL, O_PAUSE },
	[O_JSON] = { "json", no_argument, NULL, O_JSON },
	[O_CONFIG] = { "config", required_argument, NULL, O_CONFIG },
	{ 0 },
};

static bool whole(const char *name, const char *text, int64_t lo, int64_t hi,
		  int64_t *out, struct strbuf *why)
{
	if (num_parse_int(text, lo, hi, out))
		return true;
	strbuf_setf(why, "--%s \"%.40s\" is not a whole number from %lld to %lld", name,
		    text, (long long)lo, (long long)hi);
	return false;
}

static bool take_count(const char *text, struct tool_options *o, struct strbuf *why)
{
	int64_t n;

	if (!whole("count", text, 1, MB_MAX_CELLS, &n, why))
		return false;
	o->count = (uint32_t)n;
	return true;
}

static bool take(struct tool_options *o, int option, const char *text, struct strbuf *why)
{
	switch (option) {
	case O_UNIT:
		return tool_units(text, o, why);
	case O_AREA:
		return tool_areas(text, o, why);
	case O_ADDRESS:
		return tool_addresses(text, o, why);
	case O_COUNT:
		return take_count(text, o, why);
	case O_TIMEOUT:
		return whole("timeout", text, 10, 60000, &o->timeout_ms, why);
	case O_PAUSE:
		return whole("pause", text, 0, 60000, &o->pause_ms, why);
	case O_TYPE:
		o->type = text;
		return true;
	case O_EXPECT:
		o->expect = text;
		return true;
	case O_JSON:
		o->output = TOOL_JSON;
		return true;
	case O_CONFIG:
		o->output = TOOL_CONFIG;
		o->folder = text;
		return true;
	default:
		strbuf_setf(why, "unknown or incomplete option; try --help");
		return false;
	}
}

/* --type says how many registers one value takes. */
static bool settle_type(struct tool_options *o, struct strbuf *why)
{
	struct mb_address a;
	char text[64];

	if (!o->type)
		return true;
	if (!tool_type(o->area, o->first, o->type, &a, text, why))
		return false;
	if (!o->count)
		o->count = a.count;
	if (o->count >= a.count)
		return true;
	strbuf_setf(why, "%s takes %u registers, --count %u is less", o->type, a.count,
		    o->count);
	return false;
}

bool tool_options_parse(int argc, char **argv, struct tool_options *o, struct strbuf *why)
{
	bool reading = strcmp(argv[0], "read") == 0;
	int c;

	*o = (struct tool_options){ .timeout_ms = TIMEOUT_MS, .pause_ms = PAUSE_MS };
	tool_units("1", o, why);
	tool_areas(reading ? "holding" : "coil,discrete,input,holding", o, why);
	opterr = 0;
	optind = 0;
	while ((c = getopt_long(argc, argv, "", longs, NULL)) != -1)
		if (!take(o, c, optarg, why))
			return false;
	if (argc - optind != 1) {
		strbuf_setf(why, "name one device: HOST, HOST:PORT or "
				 "rtu:/dev/ttyS0:9600:8N1");
		return false;
	}
	if (!tool_endpoint(argv[optind], o, why) || !settle_type(o, why))
		return false;
	if (!o->count)
		o->count = reading ? READ_COUNT : SCAN_COUNT;
	return tool_fits(o, why);
}
