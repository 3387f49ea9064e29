/* screen_rig.c - see screen_rig.h. */
#include "support/test.h"

#include "screen_rig.h"

#include <stdlib.h>
#include <string.h>

#include "screen/lint.h"
#include "util/strbuf.h"
#include "util/utf8.h"

static const struct tag_limit level_limits[] = { { 5.5, true, 1 }, { 1.0, false, 2 } };
const struct tag_meta rig_tags[] = {
	{ .name = "intake.t101.level",
	  .unit = "m",
	  .type = VALUE_DOUBLE,
	  .has_range = true,
	  .hi = 6,
	  .decimals = 2,
	  .limits = level_limits,
	  .n_limits = 2 },
	{ .name = "intake.flow",
	  .unit = "m3/h",
	  .type = VALUE_DOUBLE,
	  .has_range = true,
	  .hi = 400,
	  .decimals = 1 },
	{ .name = "intake.temperature",
	  .unit = "\xc2\xb0"
		  "C",
	  .type = VALUE_DOUBLE,
	  .has_range = true,
	  .lo = -20,
	  .hi = 40,
	  .decimals = 1 },
	{ .name = "intake.p101.running", .type = VALUE_BOOL },
	{ .name = "intake.p101.trip", .type = VALUE_BOOL },
	{ .name = "intake.p101.speed_sp",
	  .unit = "%",
	  .type = VALUE_DOUBLE,
	  .has_range = true,
	  .hi = 100,
	  .decimals = 1,
	  .writable = true },
	{ .name = "intake.total", .unit = "m3", .type = VALUE_INT },
	{ .name = "intake.mode", .type = VALUE_STRING },
	{ .name = "intake.p101.run_cmd", .type = VALUE_BOOL, .writable = true },
};
enum { N_TAGS = sizeof(rig_tags) / sizeof(rig_tags[0]) };

static const struct tag_meta *find_tag(void *arg, const char *name)
{
	(void)arg;
	for (size_t i = 0; i < N_TAGS; i++)
		if (strcmp(rig_tags[i].name, name) == 0)
			return &rig_tags[i];
	return NULL;
}

struct loaded rig_load(const struct screen_file *files, size_t n)
{
	const char *names[N_TAGS];
	struct screen_lookup lookup = { .tag = find_tag,
					.names = names,
					.n_names = N_TAGS };
	struct loaded l = { .diags = DIAG_LIST_INIT };
	struct strbuf text = STRBUF_INIT;

	for (size_t i = 0; i < N_TAGS; i++)
		names[i] = rig_tags[i].name;
	l.set = screen_set_load(files, n, &l.diags);
	lookup.incomplete = l.diags.errors > 0;
	screen_set_lint(l.set, &lookup, &l.diags);
	for (size_t i = 0; i < l.diags.n; i++) {
		diag_format(&l.diags.v[i], &text);
		strbuf_addch(&text, '\n');
	}
	l.text = strbuf_detach(&text);
	return l;
}

void rig_unload(struct loaded *l)
{
	screen_set_free(l->set);
	diag_list_release(&l->diags);
	free(l->text);
}

const char rig_top[] = "screen = { id = \"top\"; title = \"Top\"; level = 1;"
		       " size = [ 30, 1 ]; picture = \"\nTop {a:nav }\n\"; };\n";
const char rig_lib[] =
	"symbols = { pump = ( { when = \".trip\"; text = \"x TRIP\"; role = \"fault\"; "
	"},\n"
	"                     { when = \".running\"; text = \"● run\"; role = "
	"\"running\"; },\n"
	"                     { text = \"○ stop\"; role = \"stopped\"; } ); };\n";

struct loaded rig_load_one(const char *text)
{
	struct screen_file files[] = { { "screens/top.cfg", rig_top },
				       { "screens/lib/sym.cfg", rig_lib },
				       { "screens/a.cfg", text } };

	return rig_load(files, 3);
}

const struct screen_item *rig_item(const struct screen *s, const char *name)
{
	for (size_t i = 0; i < s->n_items; i++)
		if (strcmp(s->items[i].name, name) == 0)
			return &s->items[i];
	fail_msg("there is no item %s", name);
	return NULL;
}

char *rig_row(const struct screen *s, int row)
{
	struct strbuf out = STRBUF_INIT;
	int n = s->cols;
	char bytes[4];

	while (n > 0 && s->cells[row * s->cols + n - 1].cp == ' ')
		n--;
	for (int i = 0; i < n; i++)
		strbuf_add(&out, bytes,
			   utf8_encode(s->cells[row * s->cols + i].cp, bytes));
	return strbuf_detach(&out);
}
