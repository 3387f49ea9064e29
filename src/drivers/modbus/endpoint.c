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

bool mb_endpoint_parse(const char *text, struct mb_endpoint *out, struct strbuf *why)
{
	static const char tcp[] = "tcp://";

	*out = (struct mb_endpoint){ .port = 502 };
	if (strncmp(text, tcp, sizeof(tcp) - 1) == 0)
		return parse_host(text + sizeof(tcp) - 1, out, why);
	if (strncmp(text, "rtu://", 6) == 0)
		strbuf_setf(why, "serial lines are not built yet; use "
				 "endpoint = \"tcp://host:port\"");
	else
		strbuf_setf(why,
			    "endpoint \"%.100s\" is not understood; expected "
			    "\"tcp://host:port\"",
			    text);
	return false;
}
