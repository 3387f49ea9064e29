/* edit_file.c - finding the file to edit, or making a small one. */
#include "cli/edit_file.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/preview_mistakes.h"
#include "screen/order.h"
#include "station/pictures.h"
#include "util/file.h"
#include "util/strbuf.h"
#include "util/xalloc.h"

enum { SKELETON_TAGS = 6, NAME_CELLS = 24 };

/* The absolute path of a screen file: what is shown of it may be relative. */
static char *absolute(const struct station_def *d, const char *shown)
{
	const char *name = strrchr(shown, '/');
	const char *last = strrchr(d->screens_dir, '/');
	const char *tail = strstr(shown, last ? last : d->screens_dir);

	/* ".../screens/lib/x.cfg": from the folder's own name on */
	for (const char *p = tail; p; p = strstr(p + 1, last ? last : d->screens_dir))
		tail = p;
	if (tail && last && tail[strlen(last)] == '/')
		return xasprintf("%s%s", d->screens_dir, tail + strlen(last));
	return xasprintf("%s/%s", d->screens_dir, name ? name + 1 : shown);
}

static void add_fields(const struct station_def *d, const char *area, struct strbuf *out)
{
	size_t n = 0;

	for (size_t i = 0; i < d->n_tags && n < SKELETON_TAGS; i++) {
		const struct tag_def *t = &d->tags[i];

		if (strcmp(t->area, area) != 0 || t->type != VALUE_DOUBLE ||
		    strlen(t->name) > NAME_CELLS)
			continue;
		strbuf_addf(out, " %-*s {/%s%*s}\n", NAME_CELLS, t->name, t->name,
			    NAME_CELLS + 4 - (int)strlen(t->name), "");
		n++;
	}
	if (n == 0)
		strbuf_adds(out, " a tag between braces shows its value\n");
}

/* Only the text of such a new one, owned. */
static char *skeleton(const struct station_def *d, const char *id)
{
	struct diag_list ignored = DIAG_LIST_INIT;
	struct screen_set *set = station_parse_screens(d, &ignored);
	const struct screen *top = screen_set_overview(set);
	struct strbuf out = STRBUF_INIT;

	strbuf_addf(&out, "// %s.cfg\nscreen = {\n\tid = \"%s\";  title = \"%c%s\";  ",
		    id, id, toupper((unsigned char)id[0]), id + 1);
	if (top)
		strbuf_addf(&out, "level = %d;  up = \"%s\";\n",
			    top->level < 4 ? top->level + 1 : 4, top->id);
	else
		strbuf_adds(&out, "level = 1;\n");
	strbuf_addf(&out, "\tsize = [ 80, 19 ];\n\tpicture = \"\n ");
	for (const char *p = id; *p; p++)
		strbuf_addch(&out, (char)toupper((unsigned char)*p));
	strbuf_adds(&out, "\n\n");
	add_fields(d, id, &out);
	strbuf_adds(&out, "\";\n};\n");
	screen_set_free(set);
	diag_list_release(&ignored);
	return strbuf_detach(&out);
}

char *edit_file(const struct station_def *d, const char *id, struct strbuf *why)
{
	const char *shown;
	char *path, *text;

	if (!d->screens_dir) {
		strbuf_setf(why,
			    "the station names no folder of screens: give the station "
			    "file screens = \"screens\"");
		return NULL;
	}
	shown = mistakes_path(d, NULL, id);
	if (shown[0])
		return absolute(d, shown);
	if (!screen_id_valid(id)) {
		strbuf_setf(
			why,
			"there is no screen \"%s\", and no new one can be called so: a "
			"lower-case letter, then letters, digits, - and _, at most %d",
			id, SCREEN_ID_MAX);
		return NULL;
	}
	path = xasprintf("%s/%s.cfg", d->screens_dir, id);
	text = skeleton(d, id);
	if (!file_make(path, 0644, text, strlen(text))) {
		strbuf_setf(why, "cannot make %s: %s", path, strerror(errno));
		free(path);
		path = NULL;
	}
	free(text);
	return path;
}
