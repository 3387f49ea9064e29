/* tool.c - `sightglass-modbus --tool read|scan`: words, then the device, then the page.
 */
#include "drivers/modbus/tool.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/modbus/frame.h"
#include "util/strbuf.h"
#include "util/utf8.h"
#include "util/xalloc.h"

int tool_fail(int code, const char *text)
{
	struct strbuf clean = STRBUF_INIT;

	utf8_clean(&clean, text, strlen(text));
	fprintf(stderr, "sightglass modbus: %s\n", clean.buf);
	strbuf_release(&clean);
	return code;
}

int tool_tell(const struct tool_line *l, uint8_t unit, enum tool_answer answer)
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
	tool_fail(TOOL_FAILED, text.buf);
	strbuf_release(&name);
	strbuf_release(&text);
	return TOOL_FAILED;
}

static const struct {
	const char *name;
	int (*run)(const struct tool_options *o, struct strbuf *why);
} verbs[] = { { "read", tool_read }, { "scan", tool_scan_run } };

int mb_tool_main(int argc, char **argv)
{
	struct strbuf why = STRBUF_INIT;
	struct tool_options *o;
	int code = TOOL_USAGE;

	setlocale(LC_CTYPE, "C.UTF-8");
	if (argc > 0 && strcmp(argv[0], "write") == 0)
		return tool_fail(TOOL_USAGE,
				 "this looks and never writes: commands go "
				 "through the server, which checks and records "
				 "them; see `sightglass set`");
	o = xcalloc(1, sizeof(*o));
	strbuf_setf(&why, "say read or scan, then the device");
	for (size_t i = 0; argc > 0 && i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		if (strcmp(argv[0], verbs[i].name) != 0)
			continue;
		strbuf_clear(&why);
		if (tool_options_parse(argc, argv, o, &why))
			code = verbs[i].run(o, &why);
	}
	if (why.len)
		tool_fail(code, why.buf);
	free(o);
	strbuf_release(&why);
	return code;
}
