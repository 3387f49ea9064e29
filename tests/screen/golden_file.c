/* golden_file.c - see the header. */
#include "support/test.h"

#include "screen/golden_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "screen/grid.h"
#include "util/diag.h"
#include "util/strbuf.h"

/* One letter a role, so that a row of roles lies under its row of text. */
static char letter(const struct cell *cell)
{
	return cell->role == ROLE_LABEL && cell->cp == ' '
		       ? ' '
		       : role_letter((enum role)cell->role);
}

static char *picture_text(const struct grid *g)
{
	struct strbuf out = STRBUF_INIT;

	for (int row = 0; row < g->rows; row++) {
		grid_row_text(g, row, &out);
		strbuf_addch(&out, '\n');
	}
	strbuf_adds(&out, "---\n");
	for (int row = 0; row < g->rows; row++) {
		for (int col = 0; col < g->cols; col++)
			strbuf_addch(&out, letter(grid_at(g, col, row)));
		while (out.len && out.buf[out.len - 1] == ' ')
			out.buf[--out.len] = '\0';
		strbuf_addch(&out, '\n');
	}
	return strbuf_detach(&out);
}

/* Row by row: what cmocka prints at once ends after a kilobyte. */
static void print_differences(const char *want, const char *got)
{
	while (*want || *got) {
		size_t w = strcspn(want, "\n"), n = strcspn(got, "\n");

		if (w != n || memcmp(want, got, n) != 0)
			print_error("- %.*s\n+ %.*s\n", (int)w, want, (int)n, got);
		want += w + (want[w] == '\n');
		got += n + (got[n] == '\n');
	}
}

void golden_text(const char *name, const char *got)
{
	const char *mode = getenv("SIGHTGLASS_GOLDEN");
	char path[128], *want;

	snprintf(path, sizeof(path), "tests/golden/%s.txt", name);
	if (mode && strcmp(mode, "write") == 0)
		test_write_file(test_top(path), got);
	want = test_read_file(test_top(path));
	if (strcmp(got, want) != 0) {
		print_error("%s differs:\n", path);
		print_differences(want, got);
		fail();
	}
	free(want);
}

void golden(const char *name, const struct grid *g)
{
	char *got = picture_text(g);

	golden_text(name, got);
	free(got);
}

void golden_fail_on(const struct diag_list *diags)
{
	struct strbuf text = STRBUF_INIT;

	for (size_t i = 0; i < diags->n; i++) {
		diag_format(&diags->v[i], &text);
		strbuf_addch(&text, '\n');
	}
	if (diags->n)
		fail_msg("%s", text.buf);
}
