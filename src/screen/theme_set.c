/* theme_set.c - the themes of a station, by name. */
#include <stdlib.h>
#include <string.h>

#include "config/cfg.h"
#include "screen/theme_load.h"
#include "util/diag.h"
#include "util/strbuf.h"
#include "util/xalloc.h"

static bool is_taken(const struct theme_set *set, const struct theme *t,
		     const struct cfg_node *group, struct diag_list *diags)
{
	for (size_t i = 0; i < set->n; i++) {
		bool same = strcmp(set->v[i].name, t->name) == 0;

		if (!same && !(set->v[i].is_default && t->is_default))
			continue;
		cfg_error(cfg_get(group, same ? "name" : "default"), diags,
			  "duplicate-theme",
			  same ? "another file has a theme \"%s\""
			       : "the theme \"%s\" is the default already",
			  set->v[i].name);
		return true;
	}
	return false;
}

void theme_set_add(struct theme_set *set, const struct cfg_node *group,
		   struct diag_list *diags)
{
	struct theme t;

	if (theme_read(group, &t, diags) && !is_taken(set, &t, group, diags)) {
		struct theme *kept = GROW(&set->v, &set->n);

		*kept = t;
	}
}

void theme_set_release(struct theme_set *set)
{
	free(set->v);
	*set = (struct theme_set){ 0 };
}

static void say_themes(const struct theme_set *set, const char *name, struct strbuf *why)
{
	strbuf_setf(why, "there is no theme \"%s\": the station has dark", name);
	for (size_t i = 0; i < set->n; i++)
		strbuf_addf(why, ", %s", set->v[i].name);
}

const struct theme *theme_set_find(const struct theme_set *set, const char *name,
				   struct strbuf *why)
{
	for (size_t i = 0; i < set->n; i++)
		if (name ? strcmp(set->v[i].name, name) == 0 : set->v[i].is_default)
			return &set->v[i];
	if (!name || strcmp(name, theme_dark()->name) == 0)
		return theme_dark();
	if (why)
		say_themes(set, name, why);
	return NULL;
}
