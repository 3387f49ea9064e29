/* files.c - writes and loads small stations. */
#include "support/test.h"

#include "files.h"

#include <stdio.h>
#include <string.h>

#include "util/strbuf.h"

const char *files_put(const char *dir, const char *name, const char *text)
{
	static char path[512];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	if (text)
		test_write_file(path, text);
	return path;
}

struct station_def *files_load(const char *dir, struct strbuf *lines)
{
	struct diag_list diags = DIAG_LIST_INIT;
	struct station_def *d = station_load(files_put(dir, "s.cfg", NULL), &diags);
	struct strbuf one = STRBUF_INIT;
	size_t n = strlen(dir);

	diag_sort(&diags);
	strbuf_clear(lines);
	for (size_t i = 0; i < diags.n; i++) {
		strbuf_clear(&one);
		diag_format(&diags.v[i], &one);
		strbuf_addf(lines, "%s\n",
			    strncmp(one.buf, dir, n) == 0 ? one.buf + n + 1 : one.buf);
	}
	assert_int_equal(d == NULL, diags.errors > 0);
	strbuf_release(&one);
	diag_list_release(&diags);
	return d;
}

struct station_def *files_load_good(const char *dir)
{
	struct strbuf lines = STRBUF_INIT;
	struct station_def *d = files_load(dir, &lines);

	assert_string_equal(lines.buf, "");
	assert_non_null(d);
	strbuf_release(&lines);
	return d;
}

const struct tag_def *files_tag(const struct station_def *d, const char *name)
{
	int64_t i = station_def_tag(d, name);

	if (i < 0)
		fail_msg("no tag %s", name);
	return &d->tags[i];
}
