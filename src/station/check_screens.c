/* check_screens.c - screens against the tags, alarms and areas of their station. */
#include "station/pictures.h"

#include <stdlib.h>
#include <string.h>

#include "alarm/type.h"
#include "screen/lint.h"
#include "station/screen_rules.h"
#include "station/trend_ring.h"
#include "util/strbuf.h"
#include "util/xalloc.h"
#include "wire/msg.h"

struct book { /* what the linter asks */
	const struct station_def *d;
	struct tag_meta *metas; /* of a tag that nobody asked for yet: no name */
	const char **names;
};

static void add_limit(struct tag_meta *m, const struct alarm_def *a)
{
	struct tag_limit *v = (struct tag_limit *)m->limits;

	struct tag_limit *one = GROW(&v, &m->n_limits);

	*one = (struct tag_limit){ a->limit, a->type->upper, (uint8_t)a->priority };
	m->limits = v;
}

struct tag_meta station_tag_meta(const struct tag_def *t)
{
	return (struct tag_meta){
		.name = t->name,
		.unit = t->unit,
		.description = t->description,
		.area = t->area,
		.type = t->type,
		.has_range = t->numbers->has_range,
		.lo = t->numbers->lo,
		.hi = t->numbers->hi,
		.decimals = t->decimals,
		.writable = t->write->allowed,
	};
}

/* A station has more tags than its screens show. */
static struct tag_meta *meta_of(const struct book *b, int64_t tag)
{
	struct tag_meta *m = &b->metas[tag];

	if (!m->name)
		*m = station_tag_meta(&b->d->tags[tag]);
	return m;
}

static const struct tag_meta *find_tag(void *arg, const char *name)
{
	const struct book *b = arg;
	int64_t i = station_def_tag(b->d, name);

	return i < 0 ? NULL : meta_of(b, i);
}

static void book_open(struct book *b, const struct station_def *d)
{
	b->d = d;
	b->metas = xcalloc(d->n_tags + 1, sizeof(*b->metas));
	b->names = xcalloc(d->n_tags + 1, sizeof(*b->names));
	for (size_t i = 0; i < d->n_tags; i++)
		b->names[i] = d->tags[i].name;
	for (size_t i = 0; i < d->n_alarms; i++) {
		const struct alarm_def *a = &d->alarms[i];
		int64_t tag = a->tag ? station_def_tag(d, a->tag) : -1;

		if (tag >= 0 && alarm_has_scale_limit(a))
			add_limit(meta_of(b, tag), a);
	}
}

static void book_close(struct book *b)
{
	for (size_t i = 0; i < b->d->n_alarms; i++) { /* only these brought limits */
		const struct alarm_def *a = &b->d->alarms[i];
		int64_t tag = a->tag ? station_def_tag(b->d, a->tag) : -1;

		if (tag < 0)
			continue;
		free((struct tag_limit *)b->metas[tag].limits);
		b->metas[tag].limits = NULL;
	}
	free(b->metas);
	free(b->names);
}

/* A screen file travels to the consoles in one frame. */
static void check_size(const struct station_file *f, struct diag_list *diags)
{
	if (f->len > WIRE_SCREEN_MAX)
		diag_add(diags, DIAG_ERROR, f->path, 0, 0, "screen-size",
			 "the file has %zu bytes, and no console is sent more than %d of "
			 "one: move its symbols and templates to files in lib",
			 f->len, WIRE_SCREEN_MAX);
}

static struct screen_file *files_of(const struct station_def *d)
{
	struct screen_file *files = xcalloc(d->n_screens + 1, sizeof(*files));

	for (size_t i = 0; i < d->n_screens; i++)
		files[i] = (struct screen_file){ d->screens[i].path, d->screens[i].text };
	return files;
}

struct screen_set *station_parse_screens(const struct station_def *d,
					 struct diag_list *diags)
{
	struct screen_file *files = files_of(d);

	for (size_t i = 0; i < d->n_screens; i++)
		check_size(&d->screens[i], diags);
	struct screen_set *set = screen_set_load(files, d->n_screens, diags);
	free(files);
	return set;
}

static char *first_mistake(const struct diag_list *found, const char *path)
{
	for (size_t i = 0; i < found->n; i++) {
		struct strbuf line = STRBUF_INIT;
		if (found->v[i].severity != DIAG_ERROR ||
		    strcmp(found->v[i].file, path) != 0)
			continue;
		diag_format(&found->v[i], &line);
		return strbuf_detach(&line);
	}
	return NULL;
}

static void add_pen(struct station_file *f, const char *tag)
{
	for (size_t i = 0; i < f->n_pens; i++)
		if (strcmp(f->pens[i], tag) == 0)
			return;
	*GROW(&f->pens, &f->n_pens) = xstrdup(tag);
}

static void note_drawing(struct station_file *f, const struct screen *s)
{
	for (size_t i = 0; i < s->n_items; i++) {
		const struct screen_item *item = &s->items[i];

		for (size_t k = 0; k < item->n_pens; k++)
			add_pen(f, s->tags[item->pens[k]]);
		if (item->kind->shows_past && item->tag != SCREEN_NO_TAG)
			add_pen(f, s->tags[item->tag]);
	}
}

static void note_plate(struct station_file *f, const struct screen_set *set,
		       const char *call)
{
	struct diag_list none = DIAG_LIST_INIT; /* reported by the linter */
	struct screen *plate = call ? screen_faceplate(set, call, &none) : NULL;

	if (plate)
		note_drawing(f, plate);
	screen_free(plate);
	diag_list_release(&none);
}

static void note_key(struct station_file *f, const struct screen_set *set,
		     const struct screen *s, const struct screen_key *key)
{
	if (key->is_call)
		note_plate(f, set, key->to);
	for (size_t i = 0; i < key->n_pens; i++)
		add_pen(f, s->tags[key->pens[i]]);
}

/* Of the screen, its drawings for other sizes and the faceplates it opens. */
static void note_pens(struct station_file *f, const struct screen_set *set,
		      const struct screen *s)
{
	note_drawing(f, s);
	for (size_t i = 0; i < s->n_items; i++)
		note_plate(f, set, s->items[i].opens);
	for (size_t i = 0; i < s->n_keys && !s->base; i++)
		note_key(f, set, s, &s->keys[i]);
	for (size_t i = 0; i < s->n_variants; i++)
		note_pens(f, set, s->variants[i]);
}

static void note_all_pens(struct station_def *d, const struct screen_set *set)
{
	for (size_t i = 0; i < set->n; i++)
		for (size_t k = 0; k < d->n_screens; k++)
			if (strcmp(d->screens[k].path, set->v[i]->path) == 0)
				note_pens(&d->screens[k], set, set->v[i]);
}

static void count_pens(const struct screen_set *set, struct diag_list *diags)
{
	struct station_file all = { 0 };

	for (size_t i = 0; i < set->n; i++) {
		size_t before = all.n_pens;

		note_pens(&all, set, set->v[i]);
		if (all.n_pens > TRENDS_SHOWN_MAX && before <= TRENDS_SHOWN_MAX)
			diag_add(diags, DIAG_WARNING, set->v[i]->path, 0, 0, "trends",
				 "the screens show the past of more than %d tags: a "
				 "server keeps that many, and what goes beyond begins "
				 "empty each time somebody looks",
				 TRENDS_SHOWN_MAX);
	}
	for (size_t i = 0; i < all.n_pens; i++)
		free(all.pens[i]);
	free(all.pens);
}

/* Against tags only when they are all known. */
static void lint(const struct station_def *d, const struct screen_set *set,
		 struct screen_lookup lookup, struct diag_list *diags)
{
	struct station_areas areas;
	struct book b;

	book_open(&b, d);
	station_areas_of_tags(d, &areas);
	lookup.arg = &b;
	lookup.tag = find_tag;
	lookup.names = b.names;
	lookup.n_names = d->n_tags;
	lookup.areas = areas.v;
	lookup.n_areas = areas.n;
	lookup.files = files_of(d);
	lookup.n_files = d->n_screens;
	screen_set_lint(set, &lookup, diags);
	free((struct screen_file *)lookup.files);
	station_areas_release(&areas);
	book_close(&b);
}

void station_judge_screens(struct station_def *d)
{
	struct diag_list found = DIAG_LIST_INIT;
	struct screen_set *set = station_parse_screens(d, &found);

	if (d->n_tags && !d->tags_incomplete)
		lint(d, set, (struct screen_lookup){ .incomplete = found.errors > 0 },
		     &found);
	note_all_pens(d, set);
	screen_set_free(set);
	diag_sort(&found);
	for (size_t i = 0; i < d->n_screens; i++) {
		free(d->screens[i].mistake);
		d->screens[i].mistake = first_mistake(&found, d->screens[i].path);
	}
	diag_list_release(&found);
}

void station_check_screens(const struct station_def *d, bool notes,
			   struct diag_list *diags)
{
	if (!d->screens_dir)
		return;
	size_t before = diags->errors;
	struct screen_set *set = station_parse_screens(d, diags);
	struct screen_lookup lookup = { .incomplete = diags->errors > before,
					.notes = notes };
	lint(d, set, lookup, diags);
	station_judge_ways(d, set, lookup.incomplete, diags);
	count_pens(set, diags);
	screen_set_free(set);
}
