/*
 * widgets.h - the rows that widgets.c puts into its table; each is defined in the file
 * of its widget. Only for this folder.
 */
#ifndef SG_CONSOLE_WIDGET_WIDGETS_H
#define SG_CONSOLE_WIDGET_WIDGETS_H

#include "console/widget/widget.h"

extern const struct widget_class widget_alarms, widget_bar, widget_desc, widget_gauge,
	widget_nav, widget_setpoint, widget_state, widget_tank, widget_text, widget_unit,
	widget_value;

#endif
