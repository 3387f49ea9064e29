/* role_words.c - colours and alarm roles are not for authors, and the answer says why. */
#include "screen/role_words.h"

#include <string.h>
#include <strings.h>

#include "screen/grid.h"
#include "util/diag.h"
#include "util/strbuf.h"

static const char *const colours[] = {
	"black",   "blue",    "brown",     "cyan", "gray",  "green",  "grey",
	"magenta", "orange",  "purple",    "red",  "teal",  "violet", "white",
	"yellow",  "bright",  "dim",       "bold", "amber", "pink",   "blink",
	"reverse", "inverse", "highlight", NULL,
};

/* The first n letters of text, less a "light" or "dark" before them. */
static bool names_colour(const char *text, size_t n)
{
	size_t skip = 0;

	if (n > 5 && strncasecmp(text, "light", 5) == 0)
		skip = 5;
	else if (n > 4 && strncasecmp(text, "dark", 4) == 0)
		skip = 4;
	for (size_t i = 0; colours[i]; i++)
		if (strlen(colours[i]) == n - skip &&
		    strncasecmp(text + skip, colours[i], n - skip) == 0)
			return true;
	return false;
}

/* "#ff0000", "light-blue", "Dark green" */
static bool is_colour(const char *text)
{
	static const char letters[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

	if (text[0] == '#')
		return true;
	for (size_t n; *text; text += n) {
		text += strcspn(text, letters);
		n = strspn(text, letters);
		if (n && names_colour(text, n))
			return true;
	}
	return false;
}

const char *role_refusal(const char *text, struct strbuf *out)
{
	const char *names[ROLE_AUTHOR_END];

	if (is_colour(text)) {
		strbuf_addf(out,
			    "\"%s\" says how it looks; a role says what it is, such as "
			    "running, stopped, moving or fault: colour is left to alarms",
			    text);
		return "colour";
	}
	for (int r = 0; r < ROLE_AUTHOR_END; r++)
		names[r] = role_name((enum role)r);
	strbuf_addf(out, "there is no role \"%s\" for screens", text);
	diag_suggest(out, text, names, ROLE_AUTHOR_END);
	strbuf_adds(out, "; colours and alarm roles are not for authors");
	return "unknown-role";
}
