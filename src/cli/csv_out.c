/* csv_out.c - fields of CSV. */
#include "cli/csv_out.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "util/strbuf.h"

static void begin(struct strbuf *line)
{
	if (line->len > 0 && line->buf[line->len - 1] != '\n')
		strbuf_addch(line, ',');
}

/* An empty first field would look like no field at all: it is quoted. */
void csv_text(struct strbuf *line, const char *text)
{
	bool first = line->len == 0 || line->buf[line->len - 1] == '\n';
	bool formula = text[0] && strchr("=+-@\t\r\n", text[0]);

	begin(line);
	if (!formula && !strpbrk(text, ",\"\r\n") && !(first && !text[0])) {
		strbuf_adds(line, text);
		return;
	}
	strbuf_addch(line, '"');
	if (formula)
		strbuf_addch(line, '\'');
	for (; *text; text++) {
		if (*text == '"')
			strbuf_addch(line, '"');
		strbuf_addch(line, *text);
	}
	strbuf_addch(line, '"');
}

void csv_int(struct strbuf *line, int64_t v)
{
	begin(line);
	strbuf_addf(line, "%" PRId64, v);
}

void csv_number(struct strbuf *line, double v)
{
	begin(line);
	if (isfinite(v))
		strbuf_addf(line, "%.15g", v);
}

void csv_end(struct strbuf *line)
{
	strbuf_adds(line, "\r\n");
}
