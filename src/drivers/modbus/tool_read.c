/* tool_read.c - `sightglass modbus read`: one request, and what its cells may mean. */
#include "drivers/modbus/tool.h"

#include "util/strbuf.h"

enum { MATCHES = 12 };

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
		code = tool_fail(TOOL_USAGE, why.buf);
	} else if (f->n == 0) {
		strbuf_setf(&why,
			    "nothing in %s %u-%u reads as %s in any type and order: is "
			    "the value live? Try more registers, another area, or one "
			    "address lower (manuals count from 1)",
			    mb_area_name(o->area), o->first, o->first + o->count - 1,
			    o->expect);
		code = tool_fail(TOOL_FAILED, why.buf);
	}
	strbuf_release(&why);
	return code;
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
		tool_config_cells(&f.config, o->first_unit, o->area, o->first, cells,
				  o->count);
	else
		tool_print_cells(o, o->first_unit, o->area, o->first, cells, o->count);
	if (f.to_config && !tool_config_end(&f.config, why))
		return TOOL_FAILED;
	return code;
}

int tool_read(const struct tool_options *o, struct strbuf *why)
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
				       : tool_tell(&l, o->first_unit, answer);
	tool_line_close(&l);
	return code;
}
