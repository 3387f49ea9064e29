/* grow.h - the bands in which a drawing stretches. Only for src/screen. */
#ifndef SG_SCREEN_GROW_H
#define SG_SCREEN_GROW_H

struct cfg_node;
struct screen_build;

/* Sets the bands of b->box from `grow`; NULL: it keeps its size. */
void grow_read(struct screen_build *b, const struct cfg_node *group);

#endif
