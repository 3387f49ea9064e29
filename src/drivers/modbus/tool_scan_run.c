/* tool_scan_run.c - `sightglass modbus scan`: unit by unit, area by area. */
#include "drivers/modbus/tool.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "drivers/modbus/frame.h"
#include "util/strbuf.h"
#include "util/xalloc.h"

enum {
	GATEWAY_PATH = 0x0A, /* exceptions 10 and 11: a gateway speaks, no device */
	GATEWAY_TARGET = 0x0B
};

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
			tool_config_cells(&s->config, s->unit, s->area, at,
					  s->map->value + at, count);
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
			tool_tell(&s->line, s->unit, answer);
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
		tool_tell(&s->line, s->unit, answer);
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
		return tool_fail(TOOL_FAILED, "no unit answered");
	return whole_way ? TOOL_OK : TOOL_FAILED;
}

int tool_scan_run(const struct tool_options *o, struct strbuf *why)
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
