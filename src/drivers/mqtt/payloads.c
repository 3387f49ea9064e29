/* payloads.c - the table of payload formats, and how a tag names one. */
#include "drivers/mqtt/payload.h"

#include <string.h>

#include "util/diag.h"
#include "util/strbuf.h"

const struct payload_format *const payload_formats[] = {
	&payload_json,
	&payload_plain,
	NULL,
};

static void say_unknown(const char *spec, size_t n, struct strbuf *why)
{
	const char *names[sizeof(payload_formats) / sizeof(payload_formats[0])];
	char wrong[32];
	size_t count = 0;

	for (; payload_formats[count]; count++)
		names[count] = payload_formats[count]->name;
	if (n >= sizeof(wrong))
		n = sizeof(wrong) - 1;
	memcpy(wrong, spec, n);
	wrong[n] = '\0';
	strbuf_setf(why, "\"%s\" is not a payload format", wrong);
	diag_suggest(why, wrong, names, count);
	for (size_t i = 0; i < count; i++)
		strbuf_addf(why, "%s %s", i ? "," : "; there are", names[i]);
}

bool payload_find(const char *spec, const struct payload_format **format,
		  const char **path, struct strbuf *why)
{
	size_t n = strcspn(spec, ":");

	for (size_t i = 0; payload_formats[i]; i++) {
		if (strlen(payload_formats[i]->name) != n ||
		    strncmp(payload_formats[i]->name, spec, n) != 0)
			continue;
		*format = payload_formats[i];
		*path = spec[n] ? spec + n + 1 : "";
		return (*format)->check(*path, why);
	}
	say_unknown(spec, n, why);
	return false;
}
