/* tool.c - `sightglass-modbus --tool read|scan`: words, then the device, then the page.
 */
#include "drivers/modbus/tool.h"

#include <getopt.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "drivers/modbus/frame.h"
#include "util/num.h"
#include "util/strbuf.h"
#include "util/utf8.h"
#include "util/xalloc.h"

enum {
	READ_COUNT = 10,
	SCAN_COUNT = 1000,
	TIMEOUT_MS = 1000,
	PAUSE_MS = 10,
	MATCHES = 12,
	GATEWAY_PATH = 0x0A, /* exceptions 10 and 11: a gateway speaks, no device */
	GATEWAY_TARGET = 0x0B
};

static int fail(int code, const char *text)
{
	struct strbuf clean = STRBUF_INIT;

	utf8_clean(&clean, text, strlen(text));
	fprintf(stderr, "sightglass modbus: %s\n", clean.buf);
	strbuf_release(&clean);
	return code;
}

/* --- options --- */

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

static bool parse(int argc, char **argv, struct tool_options *o, struct strbuf *why)
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

/* --- what went wrong --- */

static int tell(const struct tool_line *l, uint8_t unit, enum tool_answer answer)
{
	struct strbuf name = STRBUF_INIT, text = STRBUF_INIT;

	mb_endpoint_name(&l->o->to, &name);
	if (answer == TOOL_REFUSED)
		strbuf_addf(&text, "%s unit %u refused it: exception %u, %s", name.buf,
			    unit, l->reply.exception, exception_name(l->reply.exception));
	else if (answer == TOOL_INTERRUPTED)
		strbuf_addf(&text, "interrupted");
	else if (answer == TOOL_UNREACHABLE)
		strbuf_addf(&text, "%s", l->reply.why.buf);
	else
		strbuf_addf(&text, "%s unit %u: %s", name.buf, unit, l->reply.why.buf);
	fail(TOOL_FAILED, text.buf);
	strbuf_release(&name);
	strbuf_release(&text);
	return TOOL_FAILED;
}

/* --- read --- */

static bool one_request(const struct tool_options *o, struct strbuf *why)
{
	uint32_t max = mb_area_is_bits(o->area) ? MB_MAX_BITS : MB_MAX_REGISTERS;

	if (o->n_units > 1)
		strbuf_setf(why, "read asks one unit; `sightglass modbus scan` walks "
				 "through several");
	else if (o->count > max)
		strbuf_setf(why,
			    "one request reads at most %u %s; `sightglass modbus scan` "
			    "reads more",
			    max, mb_area_is_bits(o->area) ? "bits" : "registers");
	else if (o->expect && mb_area_is_bits(o->area))
		strbuf_setf(why, "--expect looks through registers, not through bits");
	else
		return true;
	return false;
}

struct finding {
	struct tool_config config;
	bool to_config;
	size_t n;
	uint8_t unit;
};

static void keep_meaning(void *arg, const struct tool_meaning *m)
{
	struct finding *f = arg;

	if (f->to_config && f->n == 0)
		tool_config_tag(&f->config, f->unit, m->address, m->scale, m->value);
	else if (!f->to_config)
		tool_print_meaning(f->config.o, m);
	f->n++;
}

static int find(struct finding *f, const uint16_t *cells)
{
	const struct tool_options *o = f->config.o;
	struct strbuf why = STRBUF_INIT;
	int code = TOOL_OK;

	if (!tool_find(o->area, o->first, cells, o->count, o->expect, MATCHES,
		       keep_meaning, f, &why)) {
		code = fail(TOOL_USAGE, why.buf);
	} else if (f->n == 0) {
		strbuf_setf(&why,
			    "nothing in %s %u-%u reads as %s in any type and order: is "
			    "the value live? Try more registers, another area, or one "
			    "address lower (manuals count from 1)",
			    mb_area_name(o->area), o->first, o->first + o->count - 1,
			    o->expect);
		code = fail(TOOL_FAILED, why.buf);
	}
	strbuf_release(&why);
	return code;
}

static void config_cells(struct tool_config *c, uint8_t unit, enum mb_area area,
			 uint32_t first, const uint16_t *cells, size_t n)
{
	struct strbuf why = STRBUF_INIT;

	for (size_t i = 0; i < n;) {
		struct mb_address a;
		char text[64], value[80];

		if (!tool_type(area, first + (uint32_t)i, c->o->type, &a, text, &why) ||
		    a.count > n - i)
			break;
		tool_value(&a, cells + i, value, sizeof(value));
		tool_config_tag(c, unit, text, 1, value);
		i += a.count;
	}
	strbuf_release(&why);
}

static int show(const struct tool_options *o, const uint16_t *cells, struct strbuf *why)
{
	struct finding f = { .unit = o->first_unit,
			     .to_config = o->output == TOOL_CONFIG };
	int code = TOOL_OK;

	f.config.o = o;
	if (f.to_config) {
		if (!tool_config_possible(o, why) ||
		    !tool_config_begin(&f.config, o, why))
			return TOOL_FAILED;
		tool_config_device(&f.config, o->first_unit);
	}
	if (o->expect)
		code = find(&f, cells);
	else if (f.to_config)
		config_cells(&f.config, o->first_unit, o->area, o->first, cells,
			     o->count);
	else
		tool_print_cells(o, o->first_unit, o->area, o->first, cells, o->count);
	if (f.to_config && !tool_config_end(&f.config, why))
		return TOOL_FAILED;
	return code;
}

static int run_read(const struct tool_options *o, struct strbuf *why)
{
	uint16_t cells[MB_MAX_BITS];
	enum tool_answer answer;
	struct tool_line l;
	int code;

	if (!one_request(o, why))
		return TOOL_USAGE;
	if (!tool_line_open(&l, o, why))
		return TOOL_FAILED;
	answer = tool_line_read(&l, o->first_unit, o->area, o->first, o->count, cells);
	code = answer == TOOL_ANSWERED ? show(o, cells, why)
				       : tell(&l, o->first_unit, answer);
	tool_line_close(&l);
	return code;
}

/* --- scan --- */

struct scanning {
	const struct tool_options *o;
	struct tool_line line;
	struct tool_config config;
	struct tool_map *map;
	uint8_t unit;
	enum mb_area area;
	size_t n_answering;
	uint32_t n_read;
};

static enum tool_answer scan_read(void *arg, uint32_t first, uint32_t count,
				  uint16_t *out, uint8_t *exception)
{
	struct scanning *s = arg;
	enum tool_answer answer =
		tool_line_read(&s->line, s->unit, s->area, first, count, out);

	if (isatty(STDERR_FILENO))
		fprintf(stderr, "\runit %u %s %u ... \x1b[K", s->unit,
			mb_area_name(s->area), first);
	*exception = s->line.reply.exception;
	return answer;
}

static void end_progress(void)
{
	if (isatty(STDERR_FILENO))
		fprintf(stderr, "\r\x1b[K");
}

static void keep_area(struct scanning *s)
{
	uint32_t at = 0, count;
	enum tool_cell state;

	s->n_read += s->map->n_read;
	if (s->o->output != TOOL_CONFIG) {
		tool_print_map(s->o, s->unit, s->area, s->map);
		return;
	}
	for (; tool_next_run(s->map, &at, &count, &state); at += count)
		if (state == CELL_READ)
			config_cells(&s->config, s->unit, s->area, at, s->map->value + at,
				     count);
}

static enum tool_answer scan_area(struct scanning *s)
{
	struct tool_scan scan = { scan_read, s,
				  mb_area_is_bits(s->area) ? MB_MAX_BITS
							   : MB_MAX_REGISTERS };
	enum tool_answer answer;

	memset(s->map, 0, sizeof(*s->map));
	answer = tool_scan_range(&scan, s->o->first, s->o->count, s->map);
	end_progress();
	keep_area(s);
	if (answer == TOOL_REFUSED && s->o->output == TOOL_TABLE)
		printf("unit %u has no %s\n", s->unit, mb_area_name(s->area));
	return answer;
}

/* Does anybody answer as this unit? Any answer will do, but a gateway's own. */
static enum tool_answer knock(struct scanning *s)
{
	uint16_t cell[MB_MAX_BITS];
	enum tool_answer answer =
		tool_line_read(&s->line, s->unit, MB_HOLDING, s->o->first, 1, cell);

	if (answer == TOOL_REFUSED && (s->line.reply.exception == GATEWAY_PATH ||
				       s->line.reply.exception == GATEWAY_TARGET)) {
		strbuf_setf(&s->line.reply.why, "%s",
			    exception_name(s->line.reply.exception));
		return TOOL_SILENT;
	}
	return answer == TOOL_REFUSED ? TOOL_ANSWERED : answer;
}

/* A silent unit among many is left out; everything else that ends a unit is said. */
static enum tool_answer scan_unit(struct scanning *s)
{
	enum tool_answer answer = knock(s);

	if (answer != TOOL_ANSWERED) {
		end_progress();
		if (answer != TOOL_SILENT || s->o->n_units == 1)
			tell(&s->line, s->unit, answer);
		return answer;
	}
	if (s->o->output == TOOL_CONFIG) {
		if (s->n_answering == 0 &&
		    !tool_config_begin(&s->config, s->o, &s->line.reply.why))
			return TOOL_UNREACHABLE;
		tool_config_device(&s->config, s->unit);
	}
	s->n_answering++;
	for (int i = 0; i < MB_AREAS; i++) {
		if (!s->o->areas[i])
			continue;
		s->area = (enum mb_area)i;
		answer = scan_area(s);
		if (answer == TOOL_ANSWERED || answer == TOOL_REFUSED)
			continue;
		tell(&s->line, s->unit, answer);
		return answer;
	}
	return TOOL_ANSWERED;
}

static int scan_units(struct scanning *s)
{
	bool whole_way = true;

	for (int unit = 1; unit < 256; unit++) {
		enum tool_answer answer;

		if (!s->o->units[unit])
			continue;
		s->unit = (uint8_t)unit;
		answer = scan_unit(s);
		if (answer == TOOL_INTERRUPTED || answer == TOOL_UNREACHABLE)
			return TOOL_FAILED;
		if (answer != TOOL_ANSWERED && s->o->n_units == 1)
			whole_way = false;
	}
	if (s->n_answering == 0 && s->o->n_units > 1)
		return fail(TOOL_FAILED, "no unit answered");
	return whole_way ? TOOL_OK : TOOL_FAILED;
}

static int run_scan(const struct tool_options *o, struct strbuf *why)
{
	struct scanning s = { .o = o };
	int code;

	if (o->type || o->expect) {
		strbuf_setf(why, "--%s belongs to `sightglass modbus read`",
			    o->type ? "type" : "expect");
		return TOOL_USAGE;
	}
	/* before an hour of scanning, not after it */
	if (o->output == TOOL_CONFIG && !tool_config_possible(o, why))
		return TOOL_FAILED;
	if (!tool_line_open(&s.line, o, why))
		return TOOL_FAILED;
	s.map = xmalloc(sizeof(*s.map));
	code = scan_units(&s);
	end_progress();
	if (s.config.o && !tool_config_end(&s.config, why))
		code = TOOL_FAILED;
	fprintf(stderr, "%zu of %zu units answered, %u cells read with %llu requests\n",
		s.n_answering, o->n_units, s.n_read, (unsigned long long)s.line.requests);
	tool_line_close(&s.line);
	free(s.map);
	return code;
}

/* --- the mode --- */

static const struct {
	const char *name;
	int (*run)(const struct tool_options *o, struct strbuf *why);
} verbs[] = { { "read", run_read }, { "scan", run_scan } };

int mb_tool_main(int argc, char **argv)
{
	struct strbuf why = STRBUF_INIT;
	struct tool_options *o;
	int code = TOOL_USAGE;

	setlocale(LC_CTYPE, "C.UTF-8");
	if (argc > 0 && strcmp(argv[0], "write") == 0)
		return fail(TOOL_USAGE, "this looks and never writes: commands go "
					"through the server, which checks and records "
					"them; see `sightglass set`");
	o = xcalloc(1, sizeof(*o));
	strbuf_setf(&why, "say read or scan, then the device");
	for (size_t i = 0; argc > 0 && i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		if (strcmp(argv[0], verbs[i].name) != 0)
			continue;
		strbuf_clear(&why);
		if (parse(argc, argv, o, &why))
			code = verbs[i].run(o, &why);
	}
	if (why.len)
		fail(code, why.buf);
	free(o);
	strbuf_release(&why);
	return code;
}
