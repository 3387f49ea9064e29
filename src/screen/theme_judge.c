/* theme_judge.c - the rules, each over every depth of a theme. */
#include "screen/theme_judge.h"

#include "screen/vision.h"
#include "util/diag.h"

/* Contrast of text with its ground: WCAG 2.1 asks 4.5 of text and 3 of large shapes. What
 * only guides the eye may be fainter. Palettes of 8 and 16 colours are the terminal's
 * own: there only the worst is refused. */
#define CONTRAST_FAINT 2.0
#define CONTRAST_LEAST 3.0
#define CONTRAST_TEXT  4.5
/* Delta E between two priorities: told apart at a glance. */
#define DISTANCE_LEAST 10.0

enum { PRIORITIES = ROLE_ALARM_DIAGNOSTIC - ROLE_ALARM_CRITICAL + 1 };

struct judging {
	const struct theme *t;
	const struct theme_places *at;
	struct diag_list *diags;
	enum theme_depth depth;
};

static int line_of(const struct judging *j, int role)
{
	const struct theme_places *at = j->at;

	return at->line[j->depth][role] ? at->line[j->depth][role]
					: at->depth_line[j->depth];
}

#define SAY(j, severity, role, id, ...)                                                  \
	diag_add((j)->diags, (severity), (j)->at->file, line_of((j), (role)), 0, (id),   \
		 __VA_ARGS__)

static struct theme_attr look(const struct judging *j, int role)
{
	return theme_look(j->t, j->depth, role);
}

static const char *name_of(int role)
{
	return role == THEME_SELECTION ? "selection" : role_name((enum role)role);
}

static bool is_alarm(int role)
{
	return role >= ROLE_ALARM_CRITICAL && role <= ROLE_ALARM_DIAGNOSTIC_UNACK;
}

static uint32_t fg_of(const struct judging *j, int role)
{
	return theme_rgb(j->depth, look(j, role).fg);
}

static uint32_t bg_of(const struct judging *j, int role)
{
	return theme_rgb(j->depth, look(j, role).bg);
}

/* --- HM-01, HM-02 ------------------------------------------------------------------ */

static void judge_calm(const struct judging *j)
{
	for (int r = 0; r <= ROLE_COUNT; r++) {
		if (!theme_role_is_calm(r) || (!vision_is_saturated(fg_of(j, r)) &&
					       !vision_is_saturated(bg_of(j, r))))
			continue;
		SAY(j, DIAG_ERROR, r, "theme-calm-colour",
		    "%s is coloured in theme \"%s\": colour is for what is abnormal; "
		    "take "
		    "a grey or a pale tint (saturation at most 25 %%)",
		    name_of(r), j->t->name);
	}
}

/* The saturated colour that role shares with an alarm; that alarm's role, or -1. */
static int borrowed_from(const struct judging *j, int role)
{
	uint32_t mine[] = { fg_of(j, role), bg_of(j, role) };

	for (int a = ROLE_ALARM_CRITICAL; a <= ROLE_ALARM_DIAGNOSTIC_UNACK; a++)
		for (int i = 0; i < 2; i++)
			if (vision_is_saturated(mine[i]) &&
			    (mine[i] == fg_of(j, a) || mine[i] == bg_of(j, a)))
				return a;
	return -1;
}

static void judge_borrowed(const struct judging *j)
{
	for (int r = 0; r < ROLE_COUNT; r++) {
		int alarm =
			is_alarm(r) || theme_role_is_calm(r) ? -1 : borrowed_from(j, r);

		if (alarm >= 0)
			SAY(j, DIAG_ERROR, r, "theme-alarm-colour",
			    "%s has a colour of %s in theme \"%s\": an alarm's colour "
			    "means that alarm and nothing else",
			    name_of(r), name_of(alarm), j->t->name);
	}
}

/* An alarm in grey is lost among what is calm; diagnostics may be. */
static void judge_pale(const struct judging *j)
{
	for (int r = ROLE_ALARM_CRITICAL; r <= ROLE_ALARM_LOW_UNACK; r++)
		if (r != ROLE_ALARM_DIAGNOSTIC && !vision_is_saturated(fg_of(j, r)) &&
		    !vision_is_saturated(bg_of(j, r)))
			SAY(j, DIAG_ERROR, r, "theme-pale-alarm",
			    "%s has no colour in theme \"%s\": it would be lost among "
			    "what "
			    "is calm",
			    name_of(r), j->t->name);
}

/* --- HM-03 ------------------------------------------------------------------------- */

static bool alike(struct theme_attr a, struct theme_attr b)
{
	return a.fg == b.fg && a.bg == b.bg && a.style == b.style;
}

static void judge_pair(const struct judging *j, int a, int b)
{
	if (alike(look(j, a), look(j, b)))
		SAY(j, DIAG_ERROR, j->at->line[j->depth][b] ? b : a, "theme-alike",
		    "%s and %s look alike in theme \"%s\": give one another colour or "
		    "underline it",
		    name_of(a), name_of(b), j->t->name);
}

/* Priorities among themselves where there are colours for it; acknowledged and not,
 * everywhere. */
static void judge_alike(const struct judging *j)
{
	for (int p = 0; p < PRIORITIES; p++) {
		for (int q = 0; q < p && j->depth != THEME_MONO; q++) {
			judge_pair(j, ROLE_ALARM_CRITICAL + q, ROLE_ALARM_CRITICAL + p);
			judge_pair(j, ROLE_ALARM_CRITICAL_UNACK + q,
				   ROLE_ALARM_CRITICAL_UNACK + p);
		}
		judge_pair(j, ROLE_ALARM_CRITICAL + p, ROLE_ALARM_CRITICAL_UNACK + p);
	}
}

/* What an operator without colours must tell apart. */
static void judge_mono(const struct judging *j)
{
	static const int apart[] = { ROLE_VALUE, ROLE_SETPOINT, ROLE_STALE, ROLE_BAD,
				     ROLE_ALARM_HIGH_UNACK };
	const struct theme_attr selected = theme_attr(j->t, THEME_MONO, ROLE_VALUE, true);

	for (size_t i = 0; i < sizeof(apart) / sizeof(apart[0]); i++) {
		for (size_t k = 0; k < i; k++)
			judge_pair(j, apart[k], apart[i]);
		if (alike(look(j, apart[i]), selected))
			SAY(j, DIAG_ERROR, apart[i], "theme-alike",
			    "%s looks like a selected value in theme \"%s\"",
			    name_of(apart[i]), j->t->name);
	}
}

/* --- to be read -------------------------------------------------------------------- */

/* Guides the eye, or is dim because it is no longer true: need not be read at once. */
static bool may_be_faint(int role)
{
	return role == ROLE_PIPE || role == ROLE_FILL;
}

static bool is_dim(int role)
{
	return role == ROLE_STALE || role == ROLE_STOPPED || is_alarm(role);
}

static double asked_of(const struct judging *j, int role)
{
	if (may_be_faint(role))
		return CONTRAST_FAINT;
	return is_dim(role) || j->depth < THEME_256 ? CONTRAST_LEAST : CONTRAST_TEXT;
}

static void judge_contrast(const struct judging *j)
{
	for (int r = 0; r <= ROLE_COUNT; r++) {
		double got = vision_contrast(fg_of(j, r), bg_of(j, r), VISION_USUAL);
		double asked = asked_of(j, r);
		bool refused = got < (may_be_faint(r) ? CONTRAST_FAINT : CONTRAST_LEAST);

		if (got < asked)
			SAY(j, refused ? DIAG_ERROR : DIAG_WARNING, r, "theme-contrast",
			    "%s has a contrast of %.1f with its ground in theme \"%s\"; "
			    "it "
			    "takes %.1f to be read",
			    name_of(r), got, j->t->name, asked);
	}
}

static void judge_bold_black(const struct judging *j)
{
	for (int r = 0; r <= ROLE_COUNT; r++) {
		struct theme_attr a = look(j, r);

		if (a.fg == 0 && (a.style & THEME_BOLD))
			SAY(j, DIAG_ERROR, r, "theme-bold-black",
			    "%s is bold black in theme \"%s\", which some consoles draw "
			    "as grey or not at all: leave bold out",
			    name_of(r), j->t->name);
	}
}

/* --- other eyes -------------------------------------------------------------------- */

/* The colour that carries a priority: of the sign, or of its ground. */
static uint32_t carrier(const struct judging *j, int role)
{
	return vision_is_saturated(bg_of(j, role)) ? bg_of(j, role) : fg_of(j, role);
}

static void judge_distance(const struct judging *j, int a, int b)
{
	if (alike(look(j, a), look(j, b)))
		return; /* told already */
	for (int v = VISION_USUAL; v < VISION_COUNT; v++) {
		double got =
			vision_distance(carrier(j, a), carrier(j, b), (enum vision)v);

		if (got < DISTANCE_LEAST)
			SAY(j, DIAG_WARNING, j->at->line[j->depth][b] ? b : a,
			    "theme-vision",
			    "with %s %s and %s look alike in theme \"%s\" (distance "
			    "%.0f, "
			    "at least %.0f is told apart)",
			    vision_name((enum vision)v), name_of(a), name_of(b),
			    j->t->name, got, DISTANCE_LEAST);
	}
}

static void judge_vision(const struct judging *j)
{
	for (int p = 0; p < PRIORITIES; p++) {
		for (int q = 0; q < p; q++) {
			judge_distance(j, ROLE_ALARM_CRITICAL + q,
				       ROLE_ALARM_CRITICAL + p);
			judge_distance(j, ROLE_ALARM_CRITICAL_UNACK + q,
				       ROLE_ALARM_CRITICAL_UNACK + p);
		}
	}
	for (int r = ROLE_BAD; r <= ROLE_ALARM_DIAGNOSTIC_UNACK; r++) {
		for (int v = VISION_PROTANOPIA; v < VISION_COUNT; v++) {
			double got =
				vision_contrast(fg_of(j, r), bg_of(j, r), (enum vision)v);

			if (got < CONTRAST_LEAST)
				SAY(j, DIAG_WARNING, r, "theme-vision",
				    "with %s %s has a contrast of %.1f in theme \"%s\"; "
				    "it "
				    "takes %.1f to be read",
				    vision_name((enum vision)v), name_of(r), got,
				    j->t->name, CONTRAST_LEAST);
		}
	}
}

/* --- all of them ------------------------------------------------------------------- */

void theme_judge(const struct theme *t, const struct theme_places *at,
		 struct diag_list *diags)
{
	static const struct {
		enum theme_depth first, last;
		void (*judge)(const struct judging *j);
	} rules[] = {
		{ THEME_MONO, THEME_RGB, judge_alike },
		{ THEME_MONO, THEME_MONO, judge_mono },
		{ THEME_8, THEME_RGB, judge_calm },
		{ THEME_8, THEME_RGB, judge_borrowed },
		{ THEME_8, THEME_RGB, judge_pale },
		{ THEME_8, THEME_RGB, judge_contrast },
		{ THEME_8, THEME_16, judge_bold_black },
		{ THEME_256, THEME_RGB, judge_vision },
	};
	struct judging j = { t, at, diags, THEME_MONO };

	for (int d = 0; d < THEME_DEPTH_COUNT; d++) {
		j.depth = (enum theme_depth)d;
		if (!at->depth_line[d])
			continue; /* another depth's or theme's looks */
		for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
			if (d >= (int)rules[i].first && d <= (int)rules[i].last)
				rules[i].judge(&j);
	}
}
