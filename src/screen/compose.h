/*
 * compose.h - a screen from what a file says of it. Only for src/screen.
 */
#ifndef SG_SCREEN_COMPOSE_H
#define SG_SCREEN_COMPOSE_H

#include "screen/library.h"
#include "screen/screen.h"

struct cfg_node;

/* NULL when there is a mistake in it. path: the file that was read. Owned. */
struct screen *compose_screen(const struct cfg_node *group, const char *path,
			      const struct library *lib, struct diag_list *diags);
/* text is the call as written: the screen's id. */
struct screen *compose_faceplate(const struct template *t,
				 const struct template_call *call, const char *text,
				 const struct library *lib, struct diag_list *diags);

#endif
