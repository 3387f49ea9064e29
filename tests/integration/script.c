/* script.c - shell scripts from the documentation, run against the programs under test.
 */
#include "integration/script.h"

#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "driver/run.h"
#include "util/strbuf.h"
#include "util/xalloc.h"

enum { OUT_MAX = 1 << 20, LIMIT_MS = 60000 };

char *script_run(const char *text)
{
	struct run_result r = { .out = STRBUF_INIT, .err = STRBUF_INIT };
	struct strbuf why = STRBUF_INIT;
	char path[400], *whole;

	whole = xasprintf("exec 2>&1\nPATH=\"$SIGHTGLASS_BIN:$PATH\"\n%s\n", text);
	snprintf(path, sizeof(path), "%s/script.sh", test_tmpdir());
	test_write_file(path, whole);
	if (!run_program("/bin/sh", path, &(struct run_input){ NULL, NULL }, OUT_MAX,
			 LIMIT_MS, &r, &why))
		fail_msg("%s\n%s", why.buf, text);
	char *out = xstrdup(r.out.buf);
	run_result_release(&r);
	strbuf_release(&why);
	free(whole);
	return out;
}

/* The block behind the nth mark of this kind; owned. */
static char *block(const char *readme, const char *kind, int nth)
{
	char mark[64];
	const char *p = readme, *end;

	snprintf(mark, sizeof(mark), "<!-- check: %s -->\n```sh\n", kind);
	for (int i = 0; p && i <= nth; i++) {
		p = strstr(p, mark);
		p = p ? p + strlen(mark) : NULL;
	}
	end = p ? strstr(p, "\n```") : NULL;
	return end ? xstrndup(p, (size_t)(end - p) + 1) : NULL;
}

char *script_of_readme(const char *kind, int nth)
{
	return script_of_page("README.md", kind, nth);
}

char *script_of_page(const char *page, const char *kind, int nth)
{
	char *readme = test_read_file(test_top(page));
	char *text = block(readme, kind, nth);
	struct strbuf out = STRBUF_INIT;

	free(readme);
	for (const char *p = text; p && *p;) {
		if (strncmp(p, "../build/bin/", 13) == 0)
			p += 13;
		else if (strncmp(p, "build/bin/", 10) == 0)
			p += 10;
		else
			strbuf_addch(&out, *p++);
	}
	free(text);
	if (!text) {
		strbuf_release(&out);
		return NULL;
	}
	return strbuf_detach(&out);
}
