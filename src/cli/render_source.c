/* render_source.c - a picture's values without a console: from files. */
#include "cli/render_source.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alarm/message.h"
#include "alarm/type.h"
#include "station/pictures.h"
#include "util/num.h"
#include "util/strbuf.h"
#include "util/xalloc.h"

void render_source_init(struct render_source *r, const struct screen *screen,
			struct now now)
{
	*r = (struct render_source){ .screen = screen, .now = now };
	r->tags = xcalloc(screen->n_tags, sizeof(*r->tags));
	for (size_t i = 0; i < screen->n_tags; i++)
		r->tags[i].live.sample.quality =
			QUALITY_MAKE(QUALITY_BAD, REASON_NO_VALUE);
}

void render_source_release(struct render_source *r)
{
	for (size_t i = 0; i < r->screen->n_tags; i++) {
		free(r->tags[i].string);
		free(r->tags[i].past.v);
		for (size_t k = 0; k < 4; k++)
			free(r->tags[i].texts[k]);
	}
	for (size_t i = 0; i < r->n_alarms; i++) {
		free(r->alarms[i].name);
		free(r->alarms[i].message);
		free(r->alarms[i].area);
	}
	model_trends_release(&r->trends);
	free(r->tags);
	r->tags = NULL;
	r->n_alarms = 0;
}

/* --- alarms ------------------------------------------------------------------------ */

void render_source_alarm(struct render_source *r, const char *area,
			 const struct picture_alarm *row)
{
	struct render_alarm *a;

	if (r->n_alarms == RENDER_ALARMS_MAX)
		return;
	a = &r->alarms[r->n_alarms++];
	a->name = xstrdup(row->name);
	a->message = xstrdup(row->message);
	a->area = xstrdup(area);
	a->row = *row;
	a->row.name = a->name;
	a->row.message = a->message;
}

static int by_urgency(const void *a, const void *b)
{
	const struct render_alarm *x = a, *y = b;

	if (x->row.unacked != y->row.unacked)
		return x->row.unacked ? -1 : 1;
	if (x->row.priority != y->row.priority)
		return x->row.priority - y->row.priority;
	return strcmp(x->name, y->name);
}

void render_source_sort(struct render_source *r)
{
	qsort(r->alarms, r->n_alarms, sizeof(r->alarms[0]), by_urgency);
}

/* --- metadata ---------------------------------------------------------------------- */

static size_t limits_of(const struct station_def *d, const char *tag,
			struct tag_limit *limits)
{
	size_t n = 0;

	for (size_t i = 0; i < d->n_alarms && n < RENDER_LIMITS_MAX; i++) {
		const struct alarm_def *a = &d->alarms[i];

		if (!a->tag || strcmp(a->tag, tag) != 0 || !alarm_has_scale_limit(a))
			continue;
		limits[n++] = (struct tag_limit){ a->limit, a->type->upper,
						  (uint8_t)a->priority };
	}
	return n;
}

struct tag_meta render_meta(const struct station_def *d, const struct tag_def *t,
			    struct tag_limit *limits)
{
	struct tag_meta m = station_tag_meta(t);

	m.limits = limits;
	m.n_limits = limits_of(d, t->name, limits);
	return m;
}

void render_source_station(struct render_source *r, const struct station_def *d)
{
	for (size_t i = 0; i < r->screen->n_tags; i++) {
		int64_t tag = station_def_tag(d, r->screen->tags[i]);

		if (tag < 0)
			continue;
		r->tags[i].meta = render_meta(d, &d->tags[tag], r->tags[i].limits);
		r->tags[i].known = true;
	}
}

/* --- the values file ---------------------------------------------------------------- */

struct values_line {
	struct render_source *r;
	const struct station_def *d;
	struct diag_list *diags;
	const char *path;
	int line;
};

#define LINE_ERROR(v, id, ...)                                                           \
	diag_add((v)->diags, DIAG_ERROR, (v)->path, (v)->line, 0, (id), __VA_ARGS__)

static bool parse_reason(const char *name, enum quality_reason *out)
{
	for (int i = REASON_NONE + 1; i < REASON_COUNT; i++) {
		*out = (enum quality_reason)i;
		if (strcmp(quality_reason_name(QUALITY_MAKE(QUALITY_BAD, i)), name) == 0)
			return true;
	}
	return false;
}

static bool word_quality(struct tag_live *live, const char *word, const char *arg)
{
	enum quality_reason reason =
		strcmp(word, "bad") == 0 ? REASON_COMM : REASON_RANGE;
	enum quality_class class = QUALITY_BAD;

	if (strcmp(word, "good") == 0) {
		live->sample.quality = 0;
		return !arg;
	}
	if (strcmp(word, "uncertain") == 0)
		class = QUALITY_UNCERTAIN;
	else if (strcmp(word, "bad") != 0)
		return false;
	if (arg && !parse_reason(arg, &reason))
		return false;
	live->sample.quality = (quality)((live->sample.quality & QUALITY_FLAGS) |
					 QUALITY_MAKE(class, reason));
	return true;
}

static bool word_stale(struct values_line *v, struct tag_live *live, const char *arg)
{
	int64_t seconds = 0;

	if (arg && !num_parse_int(arg, 0, 1000000000, &seconds))
		return false;
	live->sample.quality = QUALITY_MAKE(QUALITY_BAD, REASON_STALE);
	if (arg)
		live->sample.source_time.ms = v->r->now.wall.ms - seconds * 1000;
	return true;
}

static bool word_flag(struct tag_live *live, const char *word)
{
	if (strcmp(word, "substituted") == 0)
		live->sample.quality |= QUALITY_SUBSTITUTED;
	else if (strcmp(word, "simulated") == 0)
		live->sample.quality |= QUALITY_SIMULATED;
	else if (strcmp(word, "shelved") == 0)
		live->disabled = true;
	else if (strcmp(word, "unacked") == 0)
		live->unacked = true;
	else
		return false;
	return true;
}

static bool apply_word(struct values_line *v, struct tag_live *live, char *word)
{
	enum alarm_priority priority;
	char *arg = strchr(word, ':');

	if (arg)
		*arg++ = '\0';
	if (strcmp(word, "alarm") == 0) {
		if (!arg || !alarm_priority_parse(arg, &priority))
			return false;
		live->alarm = (uint8_t)priority;
		return true;
	}
	if (strcmp(word, "stale") == 0)
		return word_stale(v, live, arg);
	return word_quality(live, word, arg) || (!arg && word_flag(live, word));
}

/* A quoted or bare word; returns it and moves *p behind it. NULL at the end. */
static char *next_word(char **p)
{
	char *word, end = ' ';

	*p += strspn(*p, " \t\r");
	if (!**p || **p == '#')
		return NULL;
	if (**p == '"') {
		end = '"';
		(*p)++;
	}
	word = *p;
	while (**p && **p != end && !(end == ' ' && **p == '\t'))
		(*p)++;
	if (**p)
		*(*p)++ = '\0';
	return word;
}

static bool parse_value(enum value_type type, const char *text, struct value *out)
{
	struct strbuf why = STRBUF_INIT;
	double number;
	bool ok = true;

	if (type == VALUE_DOUBLE) {
		ok = num_parse_double(text, &number);
		*out = value_double(number);
	} else {
		ok = value_parse_operator(text, type, out, &why);
	}
	strbuf_release(&why);
	return ok;
}

struct shown_alarm {
	const struct alarm_def *def;
	const struct tag_def *tag;
	const struct tag_live *live;
};

/* What is drawn has no other tags and no time: those places stay empty. */
static void put_part(void *arg, const struct alarm_part *part, struct strbuf *out)
{
	const struct shown_alarm *a = arg;
	char number[64];
	double v;

	if (part->kind == ALARM_PART_VALUE && value_number(&a->live->sample.value, &v)) {
		num_format(v, (int)a->tag->decimals, number, sizeof(number));
		strbuf_adds(out, number);
	} else if (part->kind == ALARM_PART_LIMIT && a->def->type->needs_limit) {
		num_format(a->def->limit, (int)a->tag->decimals, number, sizeof(number));
		strbuf_adds(out, number);
	} else if (part->kind == ALARM_PART_UNIT) {
		strbuf_adds(out, a->tag->unit);
	} else if (part->kind == ALARM_PART_AREA) {
		strbuf_adds(out, a->def->area);
	} else if (part->kind == ALARM_PART_NAME) {
		strbuf_adds(out, a->def->name);
	} else {
		strbuf_adds(out, "-");
	}
}

static void add_alarm(struct values_line *v, const char *name,
		      const struct tag_live *live)
{
	const struct alarm_def *found = NULL;
	struct strbuf message = STRBUF_INIT;
	int64_t tag = v->d ? station_def_tag(v->d, name) : -1;
	struct picture_alarm row = { .name = name,
				     .message = name,
				     .priority = live->alarm,
				     .active = true,
				     .unacked = live->unacked,
				     .raised = { v->r->now.wall.ms - 60000 } };

	for (size_t i = 0; v->d && i < v->d->n_alarms; i++) {
		const struct alarm_def *a = &v->d->alarms[i];

		if (a->tag && strcmp(a->tag, name) == 0 &&
		    (!found || a->priority == (enum alarm_priority)live->alarm))
			found = a;
	}
	if (found) {
		struct shown_alarm shown = { found, &v->d->tags[tag], live };

		row.name = found->name;
		alarm_message_fill(found->message, put_part, &shown, &message);
		row.message = message.buf;
	}
	if (live->alarm)
		render_source_alarm(v->r, tag >= 0 ? v->d->tags[tag].area : "", &row);
	strbuf_release(&message);
}

static struct render_tag *shown_tag(struct render_source *r, const char *name)
{
	for (size_t i = 0; i < r->screen->n_tags; i++)
		if (strcmp(r->screen->tags[i], name) == 0)
			return &r->tags[i];
	return NULL;
}

/* The tag's type: as configured, else what the text looks like. */
static enum value_type type_of(const struct values_line *v, const char *name,
			       const char *text)
{
	int64_t tag = v->d ? station_def_tag(v->d, name) : -1;
	double number;

	if (tag >= 0)
		return v->d->tags[tag].type;
	if (strcmp(text, "true") == 0 || strcmp(text, "false") == 0)
		return VALUE_BOOL;
	return num_parse_double(text, &number) ? VALUE_DOUBLE : VALUE_STRING;
}

/* Behind "past:" */
static void read_past(struct values_line *v, char *line)
{
	char *name = next_word(&line), *seconds = name ? next_word(&line) : NULL, *word;
	struct render_tag *tag = name ? shown_tag(v->r, name) : NULL;
	struct render_past ignored = { .restart_at = SIZE_MAX };
	struct render_past *past = tag ? &tag->past : &ignored;

	if (!past->seconds)
		past->restart_at = SIZE_MAX;
	if (!seconds || !num_parse_int(seconds, 1, 86400, &past->seconds)) {
		LINE_ERROR(v, "values",
			   "after \"past:\" come a tag and the seconds of a bucket");
		return;
	}
	while ((word = next_word(&line)))
		if (!render_past_word(past, word))
			LINE_ERROR(
				v, "values",
				"\"%s\" is nothing of a past: a number, LO..HI, A>B*N, "
				"?, ~, -, R, each with *N",
				word);
	free(ignored.v);
}

static void read_line(struct values_line *v, char *line)
{
	char *name = next_word(&line), *text, *word;
	struct render_tag ignored = { 0 }, *tag;
	struct tag_live *live;

	if (!name)
		return;
	if (strcmp(name, "past:") == 0) {
		read_past(v, line);
		return;
	}
	text = next_word(&line);
	if (!text) {
		LINE_ERROR(v, "values", "\"%s\" has no value; \"-\" stands for none",
			   name);
		return;
	}
	tag = shown_tag(v->r, name);
	tag = tag ? tag : &ignored;
	live = &tag->live;
	*live = (struct tag_live){ .sample = { .source_time = v->r->now.wall,
					       .taken = v->r->now.mono } };
	if (strcmp(text, "-") != 0 &&
	    !parse_value(type_of(v, name, text), text, &live->sample.value)) {
		LINE_ERROR(v, "values", "\"%s\" is no value for %s", text, name);
		return;
	}
	if (live->sample.value.type == VALUE_STRING) {
		free(tag->string);
		tag->string = xstrdup(text);
		live->sample.value.u.s = tag->string;
	}
	while ((word = next_word(&line)))
		if (!apply_word(v, live, word))
			LINE_ERROR(v, "values",
				   "\"%s\" is no quality: good, bad:REASON, "
				   "uncertain:REASON, stale:SECONDS, substituted, "
				   "simulated, alarm:PRIORITY, unacked, shelved",
				   word);
	add_alarm(v, name, live);
	free(ignored.string);
}

void render_source_values(struct render_source *r, const char *path, const char *text,
			  const struct station_def *d, struct diag_list *diags)
{
	struct values_line v = { r, d, diags, path, 0 };

	while (*text) {
		size_t n = strcspn(text, "\n");
		char *line = xstrndup(text, n);

		v.line++;
		read_line(&v, line);
		free(line);
		text += n + (text[n] != '\0');
	}
	render_source_sort(r);
}

/* --- the source --------------------------------------------------------------------- */

static const struct tag_meta *source_meta(void *arg, uint32_t tag)
{
	const struct render_source *r = arg;

	return tag < r->screen->n_tags && r->tags[tag].known ? &r->tags[tag].meta : NULL;
}

static const struct tag_live *source_live(void *arg, uint32_t tag)
{
	const struct render_source *r = arg;

	return tag < r->screen->n_tags ? &r->tags[tag].live : NULL;
}

static size_t source_alarms(void *arg, const char *area, struct picture_alarm *out,
			    size_t max)
{
	const struct render_source *r = arg;
	size_t n = 0;

	for (size_t i = 0; i < r->n_alarms; i++) {
		if (area && area[0] && strcmp(area, r->alarms[i].area) != 0)
			continue;
		if (n < max)
			out[n] = r->alarms[i].row;
		n++;
	}
	return n;
}

static const char *source_screen_area(void *arg, const char *id)
{
	const struct render_source *r = arg;
	const struct screen *s = r->set ? screen_set_find(r->set, id) : NULL;

	if (!r->set)
		return "";
	return s ? s->area : NULL;
}

static bool source_trend(void *arg, const struct trend_ask *ask, struct trend_bucket *out,
			 struct trend_about *about)
{
	struct render_source *r = arg;
	struct render_tag *tag = shown_tag(r, ask->tag);

	if (tag && tag->past.seconds)
		return render_past_ask(&tag->past, r->now, ask, out, about);
	r->trends.now = r->now;
	return model_trends_ask(&r->trends, ask, out, about);
}

struct picture_source render_source_picture(struct render_source *r)
{
	return (struct picture_source){
		.arg = r,
		.meta = source_meta,
		.live = source_live,
		.alarms = source_alarms,
		.screen_area = source_screen_area,
		.trend = source_trend,
		.tier = r->tier,
		.now = r->now,
	};
}
