/* render_theme.c - by its name, from the station, or from a file of one's own. */
#include "cli/render_theme.h"

#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/remote.h"
#include "config/file.h"
#include "screen/theme_load.h"
#include "station/pictures.h"

static int bad_theme(const struct diag_list *diags, const struct strbuf *why)
{
	remote_fail_diags(CLI_FAILED, diags);
	return why->len ? remote_fail(CLI_FAILED, why->buf) : CLI_FAILED;
}

int render_theme(const char *name, const struct screen_set *set, struct theme *out)
{
	bool is_file = name && strpbrk(name, "/.");
	struct diag_list diags = DIAG_LIST_INIT;
	struct strbuf why = STRBUF_INIT;
	const struct theme *found =
		is_file ? NULL : theme_set_find(&set->themes, name, &why);
	char *text = NULL;
	size_t len;
	int code = CLI_OK;

	if (found)
		*out = *found;
	else if (!is_file || !cfg_file_read_path(name, &text, &len, &why) ||
		 !theme_read_text(text, len, name, out, &diags))
		code = bad_theme(&diags, &why);
	free(text);
	diag_list_release(&diags);
	strbuf_release(&why);
	return code;
}

int render_theme_of(const char *name, const char *station, struct theme *out)
{
	struct diag_list ignored = DIAG_LIST_INIT; /* the preview tells them */
	struct station_def *d = station_load_partial(station, &ignored);
	struct screen_set *set = d ? station_parse_screens(d, &ignored) : NULL;
	const struct screen_set none = { 0 };
	int code = render_theme(name, set ? set : &none, out);

	screen_set_free(set);
	station_def_free(d);
	diag_list_release(&ignored);
	return code;
}
