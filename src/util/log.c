/* log.c - cleaned lines on stderr, one write each so that threads and children do not
 * mix. */
#include "util/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "util/clock.h"
#include "util/strbuf.h"
#include "util/utf8.h"

enum { LINE_MAX_BYTES = 2048 };

static const char *program_name = "sightglass";
static enum log_level lowest = LOG_L_INFO;

void log_open(const char *program, enum log_level level)
{
	program_name = program;
	lowest = level;
}

void log_line(enum log_level level, const char *fmt, ...)
{
	static const char *const word[] = { "error", "warning", "info", "debug" };
	char raw[LINE_MAX_BYTES], stamp[CLOCK_ISO_SIZE];
	struct strbuf line;
	va_list ap;

	if (level > lowest)
		return;
	va_start(ap, fmt);
	vsnprintf(raw, sizeof(raw), fmt, ap);
	va_end(ap);
	clock_iso_utc(clock_now().wall, stamp);
	strbuf_init(&line, LINE_MAX_BYTES * 8);
	strbuf_addf(&line, "%s %s %s: ", stamp, program_name, word[level]);
	utf8_clean(&line, raw, sizeof(raw));
	strbuf_addch(&line, '\n');
	if (write(STDERR_FILENO, line.buf, line.len) < 0) {
		/* no place is left to say so */
	}
	strbuf_release(&line);
}
