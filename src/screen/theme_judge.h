/*
 * theme_judge.h - what a theme may not do, whoever wrote it: colour a calm plant (HM-01),
 * lend an alarm's colour to something else (HM-02), make two priorities alike, hide text
 * in its ground, or leave people without colour (HM-03) or with other eyes behind. Pure.
 */
#ifndef SG_SCREEN_THEME_JUDGE_H
#define SG_SCREEN_THEME_JUDGE_H

#include "screen/theme.h"

struct diag_list;

/* Where each look is written. */
struct theme_places {
	const char *file;
	int depth_line[THEME_DEPTH_COUNT];           /* 0: not written, not judged */
	int line[THEME_DEPTH_COUNT][ROLE_COUNT + 1]; /* 0: that of its depth */
};

void theme_judge(const struct theme *t, const struct theme_places *at,
		 struct diag_list *diags);

#endif
