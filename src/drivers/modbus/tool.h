/*
 * tool.h - `sightglass-modbus --tool`: looking at a device by hand while it is put into
 * service, behind `sightglass modbus`. It reads and never writes: commands go through the
 * server, which checks and records them.
 *
 * One thread. Ctrl-C ends a wait at once; what was found until then is printed.
 */
#ifndef SG_DRIVERS_MODBUS_TOOL_H
#define SG_DRIVERS_MODBUS_TOOL_H

#include <stdio.h>

#include "drivers/modbus/address.h"
#include "drivers/modbus/link.h"

enum { TOOL_OK = 0, TOOL_FAILED = 1, TOOL_USAGE = 2 };

/* The whole mode: argv[0] is "read", "scan" or something to be refused. Returns the exit
 * code, one of `sightglass`. */
int mb_tool_main(int argc, char **argv);

/* Says it, cleaned; returns code. */
int tool_fail(int code, const char *text);

/* --- tool_options.c, tool_words.c: words to settings --- */

enum tool_output { TOOL_TABLE, TOOL_JSON, TOOL_CONFIG };

struct tool_options {
	struct mb_endpoint to;
	char endpoint[MB_ENDPOINT_SIZE + 80]; /* as a station file has it */
	bool units[256];
	uint8_t first_unit; /* the lowest of them */
	size_t n_units;
	bool areas[MB_AREAS];
	enum mb_area area; /* of read */
	uint32_t first, count;
	const char *type; /* "float32:cdab"; NULL = all there are */
	const char *expect;
	int64_t timeout_ms, pause_ms;
	enum tool_output output;
	const char *folder; /* of TOOL_CONFIG */
};

/* argv[0] is the verb. False with a sentence. */
bool tool_options_parse(int argc, char **argv, struct tool_options *o,
			struct strbuf *why);
/* The endpoint as people type it: HOST, HOST:PORT, rtu:/dev/ttyS0:9600:8N1, or as a
 * station file has it. */
bool tool_endpoint(const char *text, struct tool_options *o, struct strbuf *why);
/* "1", "1-247", "1,5,9-12" */
bool tool_units(const char *text, struct tool_options *o, struct strbuf *why);
/* "100", "0-999"; count is left alone for a single number. */
bool tool_addresses(const char *text, struct tool_options *o, struct strbuf *why);
bool tool_areas(const char *text, struct tool_options *o, struct strbuf *why);
/* False with a sentence when first and count leave the address space. */
bool tool_fits(const struct tool_options *o, struct strbuf *why);

/* --- tool_line.c: one device, one request at a time --- */

struct tool_line {
	const struct tool_options *o;
	struct net_waiter waiter;
	struct mb_link *link;
	struct mb_reply reply;
	uint64_t requests;
};

enum tool_answer {
	TOOL_ANSWERED,
	TOOL_REFUSED,     /* with line->reply.exception */
	TOOL_SILENT,      /* no proper answer: line->reply.why */
	TOOL_UNREACHABLE, /* no connection: line->reply.why */
	TOOL_INTERRUPTED
};

/* False with a sentence. */
bool tool_line_open(struct tool_line *l, const struct tool_options *o,
		    struct strbuf *why);
void tool_line_close(struct tool_line *l);
/* A read, paced; connects where needed and asks again while the device is busy. */
enum tool_answer tool_line_read(struct tool_line *l, uint8_t unit, enum mb_area area,
				uint32_t first, uint32_t count, uint16_t *out);

/* Says why there was no answer; returns TOOL_FAILED (tool.c). */
int tool_tell(const struct tool_line *l, uint8_t unit, enum tool_answer answer);

/* The verbs (tool_read.c, tool_scan_run.c): an exit code, or why holds a sentence. */

int tool_read(const struct tool_options *o, struct strbuf *why);
int tool_scan_run(const struct tool_options *o, struct strbuf *why);

/* --- tool_find.c: what registers may mean; pure --- */

struct tool_meaning {
	char address[64]; /* "holding:100:float32:cdab" */
	double scale;     /* 1 = none is needed */
	char value[80];
};

typedef void (*tool_meaning_fn)(void *arg, const struct tool_meaning *m);

/* A finite number that is neither huge nor tiny; BCD with digits only. */
bool tool_plausible(const struct mb_address *a, const uint16_t *regs);
/* Every plausible meaning of the registers that begin at regs (n of them left there):
 */
void tool_meanings(enum mb_area area, uint32_t first, const uint16_t *regs, size_t n,
		   tool_meaning_fn fn, void *arg);
/* The meanings anywhere in the registers that read as `expected`, to half of its last
 * digit, the simplest first; at most max. False with a sentence when expected is no
 * number or cannot tell anything (0). */
bool tool_find(enum mb_area area, uint32_t first, const uint16_t *regs, size_t n,
	       const char *expected, size_t max, tool_meaning_fn fn, void *arg,
	       struct strbuf *why);
/* "float32", "float32:cdab" as an address; false with a sentence. */
bool tool_type(enum mb_area area, uint32_t first, const char *type,
	       struct mb_address *out, char text[64], struct strbuf *why);
/* The registers as a value in words: "23.5", "bad (sensor)". */
void tool_value(const struct mb_address *a, const uint16_t *regs, char *out, size_t size);

/* --- tool_scan.c: which cells there are; pure --- */

enum tool_cell { CELL_UNKNOWN, CELL_READ, CELL_REFUSED };

struct tool_map { /* of one area of one unit */
	uint16_t value[MB_MAX_CELLS];
	uint8_t state[MB_MAX_CELLS];     /* enum tool_cell */
	uint8_t exception[MB_MAX_CELLS]; /* of a refused one */
	uint32_t n_read;
};

struct tool_scan {
	enum tool_answer (*read)(void *arg, uint32_t first, uint32_t count, uint16_t *out,
				 uint8_t *exception);
	void *arg;
	uint32_t max; /* cells in one request */
};

/* Reads first to first + count - 1 in blocks; a refused block is split until the cells
 * that are refused stand alone. TOOL_ANSWERED when the range is through, TOOL_REFUSED
 * when the device does not know the function at all, else why it ended early. */
enum tool_answer tool_scan_range(const struct tool_scan *s, uint32_t first,
				 uint32_t count, struct tool_map *map);

/* --- tool_print.c, tool_config.c --- */

/* The next run of cells in one state (and exception); false at the end. */
bool tool_next_run(const struct tool_map *map, uint32_t *at, uint32_t *count,
		   enum tool_cell *state);
void tool_print_cells(const struct tool_options *o, uint8_t unit, enum mb_area area,
		      uint32_t first, const uint16_t *cells, size_t n);
void tool_print_meaning(const struct tool_options *o, const struct tool_meaning *m);
void tool_print_map(const struct tool_options *o, uint8_t unit, enum mb_area area,
		    const struct tool_map *map);

/* A station's folder being written: tool_config_begin makes it, which must not be there
 * yet. All are false with a sentence. */
struct tool_config {
	FILE *devices, *tags;
	size_t n_devices, n_tags;
	const struct tool_options *o;
};
bool tool_config_possible(const struct tool_options *o, struct strbuf *why);
bool tool_config_begin(struct tool_config *c, const struct tool_options *o,
		       struct strbuf *why);
void tool_config_device(struct tool_config *c, uint8_t unit);
void tool_config_tag(struct tool_config *c, uint8_t unit, const char *address,
		     double scale, const char *found);
/* Cells that lie in a row, each value of --type a tag. */
void tool_config_cells(struct tool_config *c, uint8_t unit, enum mb_area area,
		       uint32_t first, const uint16_t *cells, size_t n);
bool tool_config_end(struct tool_config *c, struct strbuf *why);

#endif
