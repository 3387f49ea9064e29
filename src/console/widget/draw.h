/*
 * draw.h - what all widgets share: the marks of the status cell and the order in which
 * they win, the look of a value by its quality, and the scale of a range. Pure.
 *
 * Order of marks: bad or stale first (a value that is not there cannot be in alarm any
 * more than it can be calm), then the alarm, then M, S, u, then x. The first stands in
 * the status cell; the others follow while blank cells are left.
 */
#ifndef SG_CONSOLE_WIDGET_DRAW_H
#define SG_CONSOLE_WIDGET_DRAW_H

#include "console/widget/widget.h"

struct draw_mark {
	uint32_t cp;
	enum role role;
};

enum { DRAW_MARKS_MAX = 4 };

/* How far the sample may be shown. */
enum draw_trust {
	DRAW_GOOD,
	DRAW_DOUBT, /* uncertain, substituted, simulated: shown, not like a good one */
	DRAW_STALE, /* the last value, dimmed */
	DRAW_BAD    /* not shown */
};

enum draw_trust draw_trust(quality q);
/* good: the role of a value that may be believed. */
enum role draw_trust_role(enum draw_trust trust, enum role good);
enum role draw_alarm_role(const struct tag_live *live);
int draw_marks(const struct tag_live *live, struct draw_mark out[DRAW_MARKS_MAX]);
/* First mark at col 0, the others at the right end while it is blank there: for words. */
void draw_status_ends(const struct canvas *c, const struct tag_live *live);
/* In alarm, or not to be believed. */
bool draw_is_abnormal(const struct tag_live *live);
bool draw_tag_abnormal(const struct widget_draw *d); /* the item's tag */
/* A number and its unit, right-aligned in [1, cols), or text, left-aligned, after the
 * status cell; everything that quality demands included. good: the role of a good
 * value. */
void draw_value(const struct canvas *c, const struct tag_view *v, bool show_unit,
		enum role good, struct now now);
/* Text from col to the canvas edge in its role; what is left over stays plain. */
void draw_left(const struct canvas *c, int col, const char *text, enum role role);
/* Text alone in the first row, left or right, cut with ">" where it does not fit; nothing
 * else is touched. Returns the cells used. */
int draw_fit(const struct canvas *c, const char *text, enum role role);
int draw_right(const struct canvas *c, const char *text, enum role role);
void draw_worse_tag(struct tag_live *worst, const struct picture_source *src,
		    uint32_t tag); /* SCREEN_NO_TAG is allowed */
/* All tags an item shows. */
void draw_worse_item(struct tag_live *worst, const struct picture_source *src,
		     const struct screen_item *item);
/* The first alarm of an area; false: there is none, or no area. */
bool draw_worse_area(struct tag_live *worst, const struct picture_source *src,
		     const char *area);
/* "intake.p101.speed  62.0 %  good  Speed"; word: what stands for the value, or NULL. */
struct strbuf;
void draw_describe(const struct tag_view *v, const char *name, const char *word,
		   struct strbuf *out);
/* "  an alarm of priority high waits" */
void draw_describe_worst(const struct tag_live *worst, struct strbuf *out);
/* "12s", "5m", "3h", "9d"; "" when the source told no time. */
void draw_age(const struct sample *s, struct now now, char out[16]);

/* The place of value on a scale of n cells: 0..n-1, -1 below, n above; -2 when there
 * is no scale or no number. */
enum { DRAW_NOWHERE = -2 };
int draw_scale(const struct tag_meta *meta, double value, int n);
/* The item's setpoint; false when it has none or none that is good. */
bool draw_setpoint(const struct widget_draw *d, double *value);
/* The innermost limits: the band in which nothing alarms. NaN when there is none. */
void draw_band(const struct tag_meta *meta, double *lo, double *hi);

#endif
