/* widgets.c - the table of widgets: the one place to add yours (and its kind, with help
 * and settings, in screen/kind.c). */
#include "console/widget/widgets.h"

#include <string.h>

const struct widget_class *const widget_classes[] = {
	&widget_alarms, &widget_bar,   &widget_button, &widget_clock, &widget_desc,
	&widget_gauge,  &widget_group, &widget_mode,   &widget_nav,   &widget_setpoint,
	&widget_sp,     &widget_spark, &widget_state,  &widget_table, &widget_tank,
	&widget_text,   &widget_time,  &widget_trend,  &widget_unit,  &widget_value,
	NULL,
};

const struct widget_class *widget_class_of(const struct screen_kind *kind)
{
	for (size_t i = 0; widget_classes[i]; i++)
		if (strcmp(widget_classes[i]->name, kind->name) == 0)
			return widget_classes[i];
	return NULL;
}
