/* endpoint.c - where a device listens, and the sentences for all that is no such place
 * (PLC-26). */
#include <string.h>

#include "drivers/modbus/address.h"
#include "util/num.h"
#include "util/strbuf.h"

static bool parse_port(const char *text, uint16_t *port, struct strbuf *why)
{
	int64_t v;

	if (!num_parse_int(text, 1, 65535, &v)) {
		strbuf_setf(why, "port \"%.20s\" is not a number from 1 to 65535", text);
		return false;
	}
	*port = (uint16_t)v;
	return true;
}

/* host, [host], host:port or [host]:port */
static bool parse_host(const char *text, struct mb_endpoint *out, struct strbuf *why)
{
	bool bracket = text[0] == '[';
	const char *host = text + bracket;
	size_t n = strcspn(host, bracket ? "]" : ":/?");
	const char *rest = host + n + (bracket && host[n] == ']');

	if (n == 0 || n >= sizeof(out->host) || (bracket && host[n] != ']') ||
	    (*rest && *rest != ':')) {
		strbuf_setf(why, "endpoint \"tcp://%.100s\" names no host and port",
			    text);
		return false;
	}
	memcpy(out->host, host, n);
	out->host[n] = '\0';
	return *rest == '\0' || parse_port(rest + 1, &out->port, why);
}

/* --- serial lines --- */

struct choice {
	const char *word;
	int value;
};

static const struct choice parities[] = {
	{ "none", 'N' }, { "even", 'E' }, { "odd", 'O' }, { NULL, 0 }
};
static const struct choice bauds[] = { { "1200", 1200 },     { "2400", 2400 },
				       { "4800", 4800 },     { "9600", 9600 },
				       { "19200", 19200 },   { "38400", 38400 },
				       { "57600", 57600 },   { "115200", 115200 },
				       { "230400", 230400 }, { NULL, 0 } };
static const struct choice stops[] = { { "1", 1 }, { "2", 2 }, { NULL, 0 } };
static const struct choice switches[] = { { "on", 1 }, { "off", 0 }, { NULL, 0 } };

enum option { OPTION_BAUD, OPTION_PARITY, OPTION_STOP, OPTION_RS485, OPTION_ECHO };

static const struct {
	const char *name;
	const struct choice *choices;
} options[] = {
	[OPTION_BAUD] = { "baud", bauds },    [OPTION_PARITY] = { "parity", parities },
	[OPTION_STOP] = { "stop", stops },    [OPTION_RS485] = { "rs485", switches },
	[OPTION_ECHO] = { "echo", switches },
};

enum { OPTIONS = sizeof(options) / sizeof(options[0]), WORD_SIZE = 32 };

static void set_option(struct mb_serial *line, enum option o, int value)
{
	switch (o) {
	case OPTION_BAUD:
		line->baud = (uint32_t)value;
		break;
	case OPTION_PARITY:
		line->parity = (char)value;
		break;
	case OPTION_STOP:
		line->stop = (uint8_t)value;
		break;
	case OPTION_RS485:
		line->rs485 = value != 0;
		break;
	case OPTION_ECHO:
		line->echo = value != 0;
		break;
	}
}

static bool choose(size_t o, const char *value, struct mb_serial *line,
		   struct strbuf *why)
{
	for (const struct choice *c = options[o].choices; c->word; c++) {
		if (strcmp(c->word, value) != 0)
			continue;
		set_option(line, (enum option)o, c->value);
		return true;
	}
	strbuf_setf(why, "%s = \"%s\" of the serial line is not one of", options[o].name,
		    value);
	for (const struct choice *c = options[o].choices; c->word; c++)
		strbuf_addf(why, " %s", c->word);
	return false;
}

static bool parse_option(const char *name, const char *value, struct mb_serial *line,
			 struct strbuf *why)
{
	for (size_t o = 0; o < OPTIONS; o++)
		if (strcmp(name, options[o].name) == 0)
			return choose(o, value, line, why);
	if (strcmp(name, "turnaround_ms") == 0) {
		if (num_parse_int(value, 1, 10000, &line->turnaround_ms))
			return true;
		strbuf_setf(why, "turnaround_ms = \"%s\" is not a number from 1 to 10000",
			    value);
		return false;
	}
	strbuf_setf(why,
		    "unknown option \"%s\" of the serial line; expected baud, "
		    "parity, stop, rs485, echo or turnaround_ms",
		    name);
	return false;
}

/* "baud=9600&parity=none" */
static bool parse_options(const char *at, struct mb_serial *line, struct strbuf *why)
{
	while (*at) {
		size_t n = strcspn(at, "&"), name_n = strcspn(at, "=&");
		char name[WORD_SIZE], value[WORD_SIZE];

		if (at[name_n] != '=' || name_n >= WORD_SIZE || n - name_n > WORD_SIZE) {
			strbuf_setf(why,
				    "\"%.60s\" of the serial line is not "
				    "understood; expected name=value",
				    at);
			return false;
		}
		memcpy(name, at, name_n);
		name[name_n] = '\0';
		memcpy(value, at + name_n + 1, n - name_n - 1);
		value[n - name_n - 1] = '\0';
		if (!parse_option(name, value, line, why))
			return false;
		at += n + (at[n] == '&');
	}
	return true;
}

static bool parse_line(const char *text, struct mb_endpoint *out, struct strbuf *why)
{
	size_t n = strcspn(text, "?");

	out->serial = true;
	out->line = (struct mb_serial){ .baud = 19200, .parity = 'E', .stop = 1 };
	if (text[0] != '/' || n < 2 || n >= sizeof(out->host)) {
		strbuf_setf(why,
			    "endpoint \"rtu://%.100s\" names no serial line; expected "
			    "\"rtu:///dev/ttyS0?baud=19200&parity=even\"",
			    text);
		return false;
	}
	memcpy(out->host, text, n);
	out->host[n] = '\0';
	return text[n] == '\0' || parse_options(text + n + 1, &out->line, why);
}

/* --- both --- */

bool mb_endpoint_parse(const char *text, struct mb_endpoint *out, struct strbuf *why)
{
	*out = (struct mb_endpoint){ .port = 502 };
	if (strncmp(text, "tcp://", 6) == 0)
		return parse_host(text + 6, out, why);
	if (strncmp(text, "rtu://", 6) == 0)
		return parse_line(text + 6, out, why);
	strbuf_setf(why,
		    "endpoint \"%.100s\" is not understood; expected "
		    "\"tcp://host:port\" or \"rtu:///dev/ttyS0\"",
		    text);
	return false;
}

void mb_endpoint_name(const struct mb_endpoint *e, struct strbuf *out)
{
	strbuf_adds(out, e->host);
	if (!e->serial)
		strbuf_addf(out, " port %u", e->port);
}

bool mb_endpoint_same(const struct mb_endpoint *a, const struct mb_endpoint *b)
{
	return a->serial == b->serial && a->port == b->port &&
	       strcmp(a->host, b->host) == 0;
}
