/* area.c - which area lies in which. */
#include "util/area.h"

#include <string.h>

bool area_holds(const char *outer, const char *area)
{
	size_t n = strlen(outer);

	if (strcmp(outer, "*") == 0)
		return true;
	return strncmp(outer, area, n) == 0 && (area[n] == '\0' || area[n] == '.');
}
