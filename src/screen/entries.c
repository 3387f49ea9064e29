/* entries.c - entries that no drawing uses, and settings that no kind knows. */
#include "screen/build.h"

#include <stdlib.h>

#include "config/cfg.h"
#include "util/strbuf.h"
#include "util/strmap.h"
#include "util/xalloc.h"

/* "f/p101" or "w/L", with the index of a kind; "f/p101/use" for a setting it has. */
static void mark(struct strmap *used, bool zone, const char *name, const char *setting,
		 int64_t value)
{
	char *key = xasprintf("%c/%s%s%s", zone ? 'w' : 'f', name, setting ? "/" : "",
			      setting ? setting : "");

	strmap_put(used, key, value);
	free(key);
}

static bool marked(const struct strmap *used, bool zone, const char *name,
		   const char *setting, int64_t *value)
{
	char *key = xasprintf("%c/%s%s%s", zone ? 'w' : 'f', name, setting ? "/" : "",
			      setting ? setting : "");
	bool there = strmap_get(used, key, value);

	free(key);
	return there;
}

static int64_t kind_index(const struct screen_kind *kind)
{
	int64_t i = 0;

	while (screen_kinds[i] && screen_kinds[i] != kind)
		i++;
	return i;
}

void entries_drawn(const struct screen_build *owner, const struct cfg_node *entry,
		   bool zone)
{
	int64_t kind;

	if (!marked(owner->used, zone, cfg_name(entry), NULL, &kind))
		mark(owner->used, zone, cfg_name(entry), NULL, kind_index(NULL));
}

void entries_use(const struct screen_build *owner, const struct screen_item *item,
		 const struct cfg_node *entry)
{
	static const char *const always[] = { "type", "at", "size" };
	const char *name = cfg_name(entry);

	mark(owner->used, item->is_zone, name, NULL, kind_index(item->kind));
	for (size_t i = 0; i < (item->is_zone ? 3u : 1u); i++)
		mark(owner->used, item->is_zone, name, always[i], 1);
	for (const struct screen_setting *s = item->kind->settings; s->name; s++)
		mark(owner->used, item->is_zone, name, s->name, 1);
}

static void unknown_setting(struct screen_build *b, const struct cfg_node *node,
			    const char *owner, const struct screen_kind *kind)
{
	const char *names[32] = { "type" };
	struct strbuf hint = STRBUF_INIT;
	size_t n = 1;

	for (const struct screen_setting *s = kind->settings; s->name && n < 32; s++)
		names[n++] = s->name;
	diag_suggest(&hint, cfg_name(node), names, n);
	scope_error_at(&b->scope, node, "unknown-setting",
		       "a %s has no setting \"%s\"%s [%s]", kind->name, cfg_name(node),
		       hint.buf, owner);
	strbuf_release(&hint);
}

static void suggest_field(const struct screen_build *b, const char *name,
			  struct strbuf *out)
{
	const struct layout_box *box = b->box;
	const char **names = xreallocarray(NULL, box->n_items, sizeof(*names));
	size_t n = 0;

	for (size_t i = 0; i < box->n_items; i++)
		if (!box->items[i].is_zone)
			names[n++] = box->items[i].name;
	diag_suggest(out, name, names, n);
	free(names);
}

static void unused(struct screen_build *b, const struct cfg_node *entry, bool zone)
{
	struct strbuf hint = STRBUF_INIT;
	const char *name = cfg_name(entry);

	if (zone) {
		scope_error_at(&b->scope, entry, "widget-without-zone",
			       "widget %s has no zone: draw %s%s in `zones`, or give it "
			       "at = [ row, column ] and size = [ rows, columns ]",
			       name, name[1] ? "one letter" : "the letter ",
			       name[1] ? "" : name);
	} else {
		suggest_field(b, name, &hint);
		scope_error_at(&b->scope, entry, "unused-field",
			       "the picture has no field {%s}%s", name, hint.buf);
	}
	strbuf_release(&hint);
}

static void check_group(struct screen_build *b, const struct cfg_node *group, bool zone)
{
	for (size_t i = 0; group && i < cfg_count(group); i++) {
		const struct cfg_node *entry = cfg_at(group, i);
		int64_t kind, known;

		if (cfg_type(entry) != CFG_GROUP) {
			scope_error_at(&b->scope, entry, "wrong-kind",
				       "\"%s\" must be a group { }", cfg_name(entry));
			continue;
		}
		if (!marked(b->used, zone, cfg_name(entry), NULL, &kind)) {
			unused(b, entry, zone);
			continue;
		}
		for (size_t m = 0; m < cfg_count(entry); m++) {
			const char *setting = cfg_name(cfg_at(entry, m));

			if (screen_kinds[kind] &&
			    !marked(b->used, zone, cfg_name(entry), setting, &known))
				unknown_setting(b, cfg_at(entry, m), cfg_name(entry),
						screen_kinds[kind]);
		}
	}
}

void entries_check(struct screen_build *b)
{
	check_group(b, b->fields, false);
	check_group(b, b->widgets, true);
}
