/* draw.c - marks, values and scales, drawn in one way for every widget. */
#include "console/widget/draw.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "screen/glyph.h"
#include "tag/words.h"
#include "util/utf8.h"

enum draw_trust draw_trust(quality q)
{
	if (quality_is_valid(q) && quality_is_good(q))
		return q & (QUALITY_SUBSTITUTED | QUALITY_SIMULATED) ? DRAW_DOUBT
								     : DRAW_GOOD;
	if (quality_is_valid(q) && quality_reason(q) == REASON_STALE)
		return DRAW_STALE;
	return quality_class(q) == QUALITY_UNCERTAIN ? DRAW_DOUBT : DRAW_BAD;
}

enum role draw_alarm_role(const struct tag_live *live)
{
	int base = live->unacked ? ROLE_ALARM_CRITICAL_UNACK : ROLE_ALARM_CRITICAL;

	return (enum role)(base + (live->alarm > GLYPH_PRIORITIES ? 3 : live->alarm - 1));
}

enum role draw_trust_role(enum draw_trust trust, enum role good)
{
	switch (trust) {
	case DRAW_GOOD:
		return good;
	case DRAW_DOUBT:
		return ROLE_UNCERTAIN;
	case DRAW_STALE:
		return ROLE_STALE;
	case DRAW_BAD:
		break;
	}
	return ROLE_BAD;
}

int draw_marks(const struct tag_live *live, struct draw_mark out[DRAW_MARKS_MAX])
{
	enum draw_trust trust = draw_trust(live->sample.quality);
	char mark = quality_mark(live->sample.quality);
	int n = 0;

	if (trust == DRAW_BAD)
		out[n++] = (struct draw_mark){ '?', ROLE_BAD };
	if (trust == DRAW_STALE)
		out[n++] = (struct draw_mark){ '~', ROLE_STALE };
	if (live->alarm)
		out[n++] = (struct draw_mark){ glyph_alarm(live->alarm),
					       draw_alarm_role(live) };
	if (trust == DRAW_DOUBT)
		out[n++] = (struct draw_mark){ (unsigned char)mark,
					       mark == 'u' ? ROLE_UNCERTAIN : ROLE_MARK };
	if (live->disabled)
		out[n++] = (struct draw_mark){ 'x', ROLE_MARK };
	return n;
}

/* First mark at col 0, the others at the columns before `end`. */
static void draw_status(const struct canvas *c, const struct tag_live *live, int end)
{
	struct draw_mark marks[DRAW_MARKS_MAX];
	int n = draw_marks(live, marks);

	for (int i = 0; i < n && (i == 0 || i < end); i++)
		canvas_put(c, i, 0, marks[i].cp, marks[i].role);
}

void draw_status_ends(const struct canvas *c, const struct tag_live *live)
{
	struct draw_mark m[DRAW_MARKS_MAX];
	int n = draw_marks(live, m);

	for (int i = 0; i < n; i++) {
		int col = i == 0 ? 0 : c->cols - i;
		const struct cell *cell = grid_at(c->grid, c->col + col, c->row);

		if (i == 0 || (col > 1 && cell && cell->cp == ' '))
			canvas_put(c, col, 0, m[i].cp, m[i].role);
	}
}

bool draw_is_abnormal(const struct tag_live *live)
{
	return live->alarm || draw_trust(live->sample.quality) != DRAW_GOOD;
}

bool draw_tag_abnormal(const struct widget_draw *d)
{
	struct tag_view v = picture_tag(d->src, d->item->tag);

	return draw_is_abnormal(&v.live);
}

void draw_age(const struct sample *s, struct now now, char out[16])
{
	int64_t age_s = (now.wall.ms - s->source_time.ms) / 1000;

	out[0] = '\0';
	if (s->source_time.ms <= 0 || now.wall.ms <= 0 || age_s < 0)
		return;
	if (age_s < 120)
		snprintf(out, 16, "%ds", (int)age_s);
	else if (age_s < 120 * 60)
		snprintf(out, 16, "%dm", (int)(age_s / 60));
	else if (age_s < 48 * 3600)
		snprintf(out, 16, "%dh", (int)(age_s / 3600));
	else
		snprintf(out, 16, "%dd",
			 (int)(age_s / 86400 > 9999 ? 9999 : age_s / 86400));
}

void draw_left(const struct canvas *c, int col, const char *text, enum role role)
{
	int room = c->cols - col, cells = canvas_cells(text);

	canvas_text_fit(c, col, 0, room, "", ROLE_LABEL);
	canvas_text_fit(c, col, 0, cells < room ? cells : room, text, role);
}

int draw_fit(const struct canvas *c, const char *text, enum role role)
{
	int cells = canvas_cells(text), used = cells < c->cols ? cells : c->cols;

	if (used > 0)
		canvas_text_fit(c, 0, 0, used, text, role);
	return used > 0 ? used : 0;
}

int draw_right(const struct canvas *c, const char *text, enum role role)
{
	int cells = canvas_cells(text);
	struct canvas right = *c;

	if (cells < c->cols)
		right = canvas_sub(c, c->cols - cells, 0, cells, 1);
	return draw_fit(&right, text, role);
}

static void draw_text(const struct canvas *c, const struct tag_view *v, enum role role)
{
	draw_left(c, 1, v->live.sample.value.u.s, role);
	draw_status(c, &v->live, 1);
}

/* Returns the first column of the number. */
static int draw_number(const struct canvas *c, const struct tag_view *v, const char *text,
		       bool show_unit, enum role role)
{
	int inner = c->cols - 1, number = utf8_cells(text);
	int unit = show_unit && v->meta->unit ? canvas_cells(v->meta->unit) : 0;

	if (unit && number + 1 + unit > inner)
		unit = 0; /* lint asked for a wider field; the number matters more */
	if (unit) {
		canvas_text_fit(c, c->cols - unit, 0, unit, v->meta->unit,
				role == ROLE_STALE ? ROLE_STALE : ROLE_UNIT);
		inner -= unit + 1;
	}
	if (number > inner) {
		canvas_number(c, 1, 0, inner, text, role);
		return 1;
	}
	/* the blanks before it stay plain: a setpoint underlines its digits only */
	canvas_number(c, 1, 0, inner - number, "", ROLE_LABEL);
	canvas_number(c, 1 + inner - number, 0, number, text, role);
	return 1 + inner - number;
}

static void draw_stale_age(const struct canvas *c, const struct tag_view *v,
			   struct now now, int from, int end)
{
	char age[16];

	draw_age(&v->live.sample, now, age);
	if (from + (int)strlen(age) < end)
		canvas_text(c, from, 0, age, ROLE_STALE);
}

void draw_value(const struct canvas *c, const struct tag_view *v, bool show_unit,
		enum role good, struct now now)
{
	enum draw_trust trust = draw_trust(v->live.sample.quality);
	enum role role = draw_trust_role(trust, good);
	char text[64] = "####";
	int start, after;

	if (trust == DRAW_BAD) {
		/* As wide as the number would be: seen as "no number" from afar. */
		int inner = c->cols - 1 < 4 ? c->cols - 1 : 4;

		text[inner < 0 ? 0 : inner] = '\0';
	} else if (v->live.sample.value.type == VALUE_STRING) {
		draw_text(c, v, role);
		return;
	} else if (v->live.sample.value.type != VALUE_NONE) {
		tag_words_format(v->meta->words, &v->live.sample.value, v->meta->decimals,
				 text, sizeof(text));
	}
	start = draw_number(c, v, text, show_unit, role);
	draw_status(c, &v->live, start);
	after = 1 + (v->live.alarm != 0);
	if (trust == DRAW_STALE)
		draw_stale_age(c, v, now, after, start);
}

int draw_scale(const struct tag_meta *meta, double value, int n)
{
	double at;

	if (!meta->has_range || !(meta->hi > meta->lo) || !isfinite(value) || n < 1)
		return DRAW_NOWHERE;
	at = (value - meta->lo) / (meta->hi - meta->lo);
	if (!isfinite(at))
		return DRAW_NOWHERE;
	if (at < 0.0)
		return -1;
	if (at > 1.0)
		return n;
	return (int)lround(at * (n - 1));
}

bool draw_setpoint(const struct widget_draw *d, double *value)
{
	struct tag_view sp;

	if (d->item->setpoint == SCREEN_NO_TAG)
		return false;
	sp = picture_tag(d->src, d->item->setpoint);
	return draw_trust(sp.live.sample.quality) == DRAW_GOOD &&
	       value_number(&sp.live.sample.value, value);
}

void draw_band(const struct tag_meta *meta, double *lo, double *hi)
{
	*lo = *hi = NAN;
	for (size_t i = 0; i < meta->n_limits; i++) {
		double v = meta->limits[i].value;

		if (meta->limits[i].is_high)
			*hi = isnan(*hi) || v < *hi ? v : *hi;
		else
			*lo = isnan(*lo) || v > *lo ? v : *lo;
	}
}
