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

/* Asked for each thing of a picture in each frame: halved, as the table is sorted. */
const struct widget_class *widget_class_of(const struct screen_kind *kind)
{
	size_t low = 0, high = sizeof(widget_classes) / sizeof(widget_classes[0]) - 1;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(widget_classes[middle]->name, kind->name);

		if (order == 0)
			return widget_classes[middle];
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}
