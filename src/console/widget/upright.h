/*
 * upright.h - gauge and bar as a column, for tall zones. Only for this folder. Pure.
 */
#ifndef SG_CONSOLE_WIDGET_UPRIGHT_H
#define SG_CONSOLE_WIDGET_UPRIGHT_H

#include "console/widget/draw.h"

/* Scale, limits, setpoint; mark: the pointer, 0 when there is no value to point at. */
void upright_gauge(const struct widget_draw *d, const struct tag_view *v, uint32_t mark,
		   enum role role);
/* Filled from the floor, in eighths of a row. */
void upright_bar(const struct canvas *c, int eighths, enum role role, bool believed);

#endif
