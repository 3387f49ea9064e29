/* faceplate.c - a call becomes a screen; the faceplate of a plain tag is built in. */
#include "screen/faceplate.h"

#include <string.h>

#include "config/cfg.h"
#include "screen/compose.h"
#include "screen/library.h"
#include "util/strbuf.h"

static const char builtin_file[] = "(built in)";
static const char builtin[] =
	"templates = { tag = {\n"
	"  parameters = [ \"T\" ];\n"
	"  title = \"$(T)\";\n"
	"  size = [ 44, 11 ];\n"
	"  picture = \"\n"
	"{d:desc                                    }\n"
	"\n"
	" now     {v                                }\n"
	" scale   {v:gauge                          }\n"
	"\n"
	" LAST HOUR\n"
	"\";\n"
	"  zones = \"\n\n\n\n\n\n\n"
	" HHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHH\n"
	" HHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHH\n"
	" HHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHH\n"
	" HHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHH\n"
	" HHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHH\n"
	"\";\n"
	"  fields = { d = { tag = \"$(T)\"; }; v = { tag = \"$(T)\"; }; };\n"
	"  widgets = { H = { type = \"trend\"; pens = \"$(T)\"; span = \"1h\"; }; };\n"
	"  grow = { columns = [ 42, 42 ]; rows = [ 11, 11 ]; };\n"
	"}; };\n";

void faceplate_builtin(struct library *lib)
{
	struct diag_list none = DIAG_LIST_INIT;
	struct cfg *tree;

	if (template_find(&lib->templates, "tag"))
		return;
	tree = cfg_parse(builtin, strlen(builtin), builtin_file, &none);
	if (tree)
		templates_read(&lib->templates, cfg_get(cfg_root(tree), "templates"),
			       builtin_file, &none);
	lib->trees[lib->n_trees - 1] = tree;
	diag_list_release(&none);
}

struct screen *screen_faceplate(const struct screen_set *set, const char *call,
				struct diag_list *diags)
{
	const struct template_list *all = &set->library->templates;
	struct template_call parsed;
	struct strbuf why = STRBUF_INIT;
	const struct template *t = NULL;

	if (template_call_parse(call, &parsed, &why)) {
		t = template_find(all, parsed.name);
		if (!t) {
			strbuf_setf(&why, "there is no template \"%s\"", parsed.name);
			template_suggest(all, parsed.name, &why);
		}
	}
	if (!t)
		diag_add(diags, DIAG_ERROR, "", 0, 0, "faceplate", "%s", why.buf);
	strbuf_release(&why);
	return t ? compose_faceplate(t, &parsed, call, set->library, diags) : NULL;
}

const struct screen *screen_set_look(struct screen_set *set, const char *id_or_call,
				     struct diag_list *diags)
{
	const struct screen *known = screen_set_find(set, id_or_call);
	struct screen *plate;

	if (known || !strchr(id_or_call, '('))
		return known;
	plate = screen_faceplate(set, id_or_call, diags);
	if (plate)
		screen_set_keep(set, plate);
	return plate;
}
