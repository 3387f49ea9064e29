/*
 * preview_mistakes.h - the mistakes of a screen as lines: the sentence, the line of the
 * file, and a pointer below the place. Pure.
 */
#ifndef SG_CLI_PREVIEW_MISTAKES_H
#define SG_CLI_PREVIEW_MISTAKES_H

#include "screen/grid.h"
#include "screen/screen.h"
#include "station/def.h"
#include "util/diag.h"

struct mistakes {
	const struct diag_list *diags; /* sorted */
	const struct station_def *d;   /* has the texts; may be NULL */
	const char *path;              /* file of the screen, as diags name it */
};

/* The file that holds the screen, also when it cannot be drawn; "" when none does.
 * Borrowed from d or set, which may be NULL. */
const char *mistakes_path(const struct station_def *d, const struct screen_set *set,
			  const char *id);
/* Rows they take, at most that many. */
int mistakes_rows(const struct mistakes *m, int most);
/* Those of the screen first, then a line of how many there are elsewhere. */
void mistakes_paint(const struct mistakes *m, const struct canvas *c);

#endif
