/*
 * widgets.h - the rows that widgets.c puts into its table; each is defined in the file
 * of its widget. Only for this folder.
 */
#ifndef SG_CONSOLE_WIDGET_WIDGETS_H
#define SG_CONSOLE_WIDGET_WIDGETS_H

#include "console/widget/widget.h"

extern const struct widget_class widget_alarms, widget_bar, widget_button, widget_clock,
	widget_desc, widget_gauge, widget_group, widget_mode, widget_nav, widget_setpoint,
	widget_sp, widget_spark, widget_state, widget_table, widget_tank, widget_text,
	widget_time, widget_trend, widget_unit, widget_value;

#endif
