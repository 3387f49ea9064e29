/* load_util.c - names, places and small readers shared by the parts of the loader. */
#include "station/load_alarms_int.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/intern.h"
#include "util/strmap.h"
#include "util/xalloc.h"

/* A name is compared with every tag: not for each of thousands of mistakes. */
enum { SENTENCE_MAX = 900, SUGGESTIONS_MAX = 200 };

/* --- places and messages --------------------------------------------------------- */

struct loc load_loc(const struct cfg_node *n)
{
	return (struct loc){ cfg_file(n), cfg_line(n), cfg_column(n) };
}

struct loc load_text_loc(const struct cfg_node *n)
{
	const char *s = cfg_as_text(n);

	if (!s || macro_present(s))
		return load_loc(n);
	return (struct loc){ cfg_file(n), cfg_value_line(n), cfg_value_column(n) + 1 };
}

struct loc load_loc_of(const struct cfg_node *group, const char *name)
{
	const struct cfg_node *n = cfg_get(group, name);

	return load_loc(n ? n : group);
}

struct loc load_text_loc_of(const struct cfg_node *group, const char *name)
{
	const struct cfg_node *n = cfg_get(group, name);

	return n && cfg_as_text(n) ? load_text_loc(n) : load_loc_of(group, name);
}

static void __attribute__((format(printf, 5, 0)))
report(struct loader *l, const struct loc *at, enum diag_severity severity,
       const char *id, const char *fmt, va_list ap)
{
	char text[SENTENCE_MAX];

	vsnprintf(text, sizeof(text), fmt, ap);
	diag_add(l->diags, severity, at->file, at->line, at->column, id, "%s", text);
}

void load_error(struct loader *l, const struct loc *at, const char *id, const char *fmt,
		...)
{
	va_list ap;

	va_start(ap, fmt);
	report(l, at, DIAG_ERROR, id, fmt, ap);
	va_end(ap);
}

void load_secret_error(struct loader *l, const struct cfg_node *one, const char *kind,
		       const char *name)
{
	cfg_error(one, l->diags, "secret-in-file",
		  "%s of %s \"%s\" is a secret, and this file is read by many: put it "
		  "alone into a file of mode 0400 and name that (%s_file)",
		  cfg_name(one), kind, name, cfg_name(one));
}

void load_warn(struct loader *l, const struct loc *at, const char *id, const char *fmt,
	       ...)
{
	va_list ap;

	va_start(ap, fmt);
	report(l, at, DIAG_WARNING, id, fmt, ap);
	va_end(ap);
}

/* --- readers --------------------------------------------------------------------- */

char *load_text(const struct cfg_node *group, const char *name, const char *fallback)
{
	const char *s = group ? cfg_as_text(cfg_get(group, name)) : NULL;

	if (!s)
		s = fallback;
	return s ? xstrdup(s) : NULL;
}

const char *load_kept(struct loader *l, const struct cfg_node *group, const char *name,
		      const char *fallback)
{
	const char *s = group ? cfg_as_text(cfg_get(group, name)) : NULL;

	return s ? station_def_text(l->d, s) : fallback;
}

double load_double(const struct cfg_node *group, const char *name, double fallback)
{
	double v;

	return cfg_as_double(cfg_get(group, name), &v) ? v : fallback;
}

int64_t load_ms(const struct cfg_node *group, const char *name, int64_t fallback_ms)
{
	double s;

	if (!cfg_as_double(cfg_get(group, name), &s) || !(s >= 0 && s < 1e9))
		return fallback_ms;
	return llround(s * 1000);
}

/* --- names ----------------------------------------------------------------------- */

int64_t load_device_of(struct loader *l, const char *name)
{
	size_t last = (size_t)l->last_device;

	if (last < l->d->n_devices && strcmp(l->d->devices[last].name, name) == 0)
		return l->last_device;
	int64_t found = station_def_device(l->d, name);
	if (found >= 0)
		l->last_device = found;
	return found;
}

const char *load_area_of(struct loader *l, const char *name)
{
	char area[TAG_NAME_MAX + 1];
	size_t n = strcspn(name, ".");

	if (n > TAG_NAME_MAX)
		n = TAG_NAME_MAX;
	memcpy(area, name, n);
	area[n] = '\0';
	return station_def_text(l->d, area);
}

static void bad_name(struct loader *l, const char *what, const char *name,
		     const struct loc *at)
{
	char lower[TAG_NAME_MAX + 1] = "";
	size_t n = strlen(name);

	for (size_t i = 0; i < n && n <= TAG_NAME_MAX; i++) {
		char c = name[i];
		lower[i] = (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
	}
	if (lower[0] && tag_name_valid(lower))
		load_error(l, at, "bad-name",
			   "%s \"%s\" has capital letters; names are lower case (did you "
			   "mean \"%s\"?)",
			   what, name, lower);
	else
		load_error(l, at, "bad-name",
			   "%s \"%s\" is no valid name: use a-z, 0-9 and _ in parts "
			   "joined by dots, at most %d characters",
			   what, name, TAG_NAME_MAX);
}

bool load_tag_name(struct loader *l, const char *name, uint32_t hash,
		   const struct loc *at)
{
	uint32_t other;

	if (!tag_name_valid(name)) {
		bad_name(l, "tag", name, at);
		return false;
	}
	if (!names_alike_hashed(&l->d->tag_names, l->d, name, hash, &other))
		return true;
	const struct tag_def *t = &l->d->tags[other];
	const struct loc first = tag_loc(t);
	if (strcmp(t->name, name) == 0)
		load_error(l, at, "duplicate-tag",
			   "tag \"%s\" is defined twice; the first stands in %s line %d",
			   name, first.file, first.line);
	else
		load_error(l, at, "confusable-name",
			   "tag \"%s\" looks like \"%s\" (%s line %d); 0 and o, 1 and l "
			   "are told apart by nobody",
			   name, t->name, first.file, first.line);
	return false;
}

bool load_alarm_name(struct loader *l, const char *name, const struct loc *at)
{
	int64_t other;

	if (!tag_name_valid(name)) {
		bad_name(l, "alarm", name, at);
		return false;
	}
	other = station_def_alarm(l->d, name);
	if (other >= 0) {
		const struct loc *first = &l->d->alarms[other].loc;
		load_error(
			l, at, "duplicate-alarm",
			"alarm \"%s\" is defined twice; the first stands in %s line %d",
			name, first->file, first->line);
		return false;
	}
	return true;
}

struct tag_def *load_new_tag(struct loader *l, const char *name, uint32_t hash)
{
	GROW(&l->tag_notes, &l->n_tag_notes);
	return station_def_add_new_tag(l->d, name, hash);
}

uint16_t load_file_number(struct loader *l, const char *file)
{
	if (!file)
		return 0;
	if (file != l->last_file) {
		l->last_file = file;
		l->last_file_number = intern_number(file);
	}
	return l->last_file_number;
}

struct tag_note *load_note(struct loader *l, const struct tag_def *t)
{
	return &l->tag_notes[t - l->d->tags];
}

struct tag_place *load_place(struct loader *l, const struct tag_def *t)
{
	struct tag_note *note = load_note(l, t);

	if (!note->place)
		note->place = arena_alloc(l->scratch, sizeof(*note->place));
	return note->place;
}

struct alarm_def *load_new_alarm(struct loader *l, const char *name)
{
	struct alarm_def *a = station_def_add_alarm(l->d, name);

	if (a)
		GROW(&l->alarm_notes, &l->n_alarm_notes);
	return a;
}

static void suggest_tag(const struct loader *l, const char *wrong, struct strbuf *out)
{
	const char **names = xcalloc(l->d->n_tags + 1, sizeof(*names));

	for (size_t i = 0; i < l->d->n_tags; i++)
		names[i] = l->d->tags[i].name;
	diag_suggest(out, wrong, names, l->d->n_tags);
	free(names);
}

void load_unknown_tag(struct loader *l, const struct loc *at, const char *where,
		      const char *name)
{
	struct strbuf near = STRBUF_INIT;

	if (l->suggestions++ < SUGGESTIONS_MAX)
		suggest_tag(l, name, &near);
	if (near.len || !l->d->tags_incomplete)
		load_error(l, at, "unknown-tag", "%s names the unknown tag \"%s\"%s",
			   where, name, near.buf);
	strbuf_release(&near);
}

const char **load_areas(const struct loader *l, size_t *n)
{
	struct strmap *seen = strmap_new();
	const char **areas = NULL;

	*n = 0;
	for (size_t i = 0; i < l->d->n_tags; i++) {
		const char *area = l->d->tags[i].area;
		if ((i && area == l->d->tags[i - 1].area) || strmap_has(seen, area))
			continue;
		strmap_put(seen, area, 1);
		*GROW(&areas, n) = area;
	}
	strmap_free(seen);
	return areas;
}

/* --- lists of texts --------------------------------------------------------------- */

size_t load_text_count(const struct cfg_node *n)
{
	return cfg_as_text(n) ? 1 : cfg_count(n);
}

const struct cfg_node *load_text_at(const struct cfg_node *n, size_t i)
{
	return cfg_as_text(n) ? n : cfg_at(n, i);
}

void load_texts(const struct cfg_node *n, char ***texts, size_t *count)
{
	for (size_t i = 0; i < load_text_count(n); i++)
		if (cfg_as_text(load_text_at(n, i)))
			*GROW(texts, count) = xstrdup(cfg_as_text(load_text_at(n, i)));
}

size_t load_word(const char *const *words, const char *word)
{
	for (size_t i = 0; word && words[i]; i++)
		if (strcmp(words[i], word) == 0)
			return i;
	return 0;
}
