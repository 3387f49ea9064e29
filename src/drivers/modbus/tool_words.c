/* tool_words.c - endpoints, units, areas and addresses as people type them at a prompt,
 * with a sentence for whatever is none. */
#include "drivers/modbus/tool.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "util/num.h"
#include "util/strbuf.h"
#include "util/xalloc.h"

enum { UNIT_MAX = 247, UNIT_TCP = 255, WORD_SIZE = 64 };

/* "9600:8N1" behind the path of a line, as options of its endpoint. */
static bool line_options(const char *text, char *out, size_t size, struct strbuf *why)
{
	size_t n = strspn(text, "0123456789");
	const char *frame = text[n] == ':' ? text + n + 1 : "";
	const char *parity = NULL;

	if (strlen(frame) == 3 && frame[0] == '8' && strchr("12", frame[2]))
		parity = frame[1] == 'N'   ? "none"
			 : frame[1] == 'E' ? "even"
			 : frame[1] == 'O' ? "odd"
					   : NULL;
	if (n == 0 || n > 7 || (text[n] && !parity)) {
		strbuf_setf(
			why,
			"\"%.40s\" is no setting of a serial line: expected the speed "
			"and the frame, \"9600:8N1\" (8 bits, parity N, E or O, 1 or "
			"2 stop bits)",
			text);
		return false;
	}
	if (parity)
		snprintf(out, size, "?baud=%.*s&parity=%s&stop=%c", (int)n, text, parity,
			 frame[2]);
	else
		snprintf(out, size, "?baud=%.*s", (int)n, text);
	return true;
}

bool tool_endpoint(const char *text, struct tool_options *o, struct strbuf *why)
{
	char options[80] = "";
	bool serial = strncmp(text, "rtu:", 4) == 0 && strncmp(text, "rtu://", 6) != 0;
	size_t n = strlen(text);

	if (serial) {
		n = 4 + strcspn(text + 4, ":");
		if (text[n] && !line_options(text + n + 1, options, sizeof(options), why))
			return false;
		snprintf(o->endpoint, sizeof(o->endpoint), "rtu://%.*s%s",
			 (int)(n - 4 < MB_ENDPOINT_SIZE ? n - 4 : MB_ENDPOINT_SIZE),
			 text + 4, options);
	} else {
		snprintf(o->endpoint, sizeof(o->endpoint), "%s%s",
			 strstr(text, "://") ? "" : "tcp://", text);
	}
	if (n >= MB_ENDPOINT_SIZE) {
		strbuf_setf(why, "the name of the device is too long");
		return false;
	}
	return mb_endpoint_parse(o->endpoint, &o->to, why);
}

/* "5" or "9-12" of [lo, hi]; last is first for a single number. */
static bool take_span(const char *word, int64_t lo, int64_t hi, int64_t *first,
		      int64_t *last)
{
	char text[WORD_SIZE];
	char *dash;

	snprintf(text, sizeof(text), "%s", word);
	dash = strchr(text, '-');
	if (dash)
		*dash = '\0';
	if (!num_parse_int(text, lo, hi, first))
		return false;
	*last = *first;
	return !dash || (num_parse_int(dash + 1, lo, hi, last) && *last >= *first);
}

/* Each word of a list; false at the first that fn refuses. */
static bool each_word(const char *list,
		      bool (*fn)(const char *word, struct tool_options *o),
		      struct tool_options *o)
{
	char *copy = xstrdup(list), *rest = copy, *word;
	bool ok = *list != '\0';

	while (ok && (word = strsep(&rest, ",")))
		ok = strlen(word) < WORD_SIZE && fn(word, o);
	free(copy);
	return ok;
}

static bool take_units(const char *word, struct tool_options *o)
{
	int64_t first, last;

	if (!take_span(word, 1, UNIT_TCP, &first, &last) ||
	    (last > UNIT_MAX && last != UNIT_TCP) ||
	    (last == UNIT_TCP && first != UNIT_TCP))
		return false;
	for (int64_t i = first; i <= last; i++) {
		o->n_units += !o->units[i];
		o->units[i] = true;
	}
	if (!o->first_unit || first < o->first_unit)
		o->first_unit = (uint8_t)first;
	return true;
}

bool tool_units(const char *text, struct tool_options *o, struct strbuf *why)
{
	memset(o->units, 0, sizeof(o->units));
	o->n_units = 0;
	o->first_unit = 0;
	if (each_word(text, take_units, o))
		return true;
	strbuf_setf(why,
		    "\"%.60s\" is no list of units: expected numbers from 1 to 247 (or "
		    "255), \"1\" or \"1,5,9-12\"",
		    text);
	return false;
}

static bool take_area(const char *word, struct tool_options *o)
{
	for (int i = 0; i < MB_AREAS; i++) {
		if (strcmp(word, mb_area_name((enum mb_area)i)) != 0)
			continue;
		o->areas[i] = true;
		o->area = (enum mb_area)i;
		return true;
	}
	return false;
}

bool tool_areas(const char *text, struct tool_options *o, struct strbuf *why)
{
	memset(o->areas, 0, sizeof(o->areas));
	if (each_word(text, take_area, o))
		return true;
	strbuf_setf(why,
		    "\"%.60s\" names no area: expected coil, discrete, input or holding",
		    text);
	return false;
}

bool tool_addresses(const char *text, struct tool_options *o, struct strbuf *why)
{
	int64_t first, last;

	if (!take_span(text, 0, MB_MAX_CELLS - 1, &first, &last)) {
		strbuf_setf(
			why,
			"\"%.60s\" is no address: expected a number from 0 (as on the "
			"wire: 40001 of a manual is 0) to 65535, or a range, "
			"\"0-999\"",
			text);
		return false;
	}
	o->first = (uint32_t)first;
	if (strchr(text, '-'))
		o->count = (uint32_t)(last - first + 1);
	return true;
}

bool tool_fits(const struct tool_options *o, struct strbuf *why)
{
	if (o->first + o->count <= MB_MAX_CELLS)
		return true;
	strbuf_setf(why, "%u cells from address %u on end behind 65535, the last address",
		    o->count, o->first);
	return false;
}
