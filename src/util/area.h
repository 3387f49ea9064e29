/*
 * area.h - areas of the plant are dotted paths: "intake.wells" lies in "intake".
 *
 * Whoever is asked for an area, an operator's rights, a list, a report, is asked for all
 * that lies in it. Pure.
 */
#ifndef SG_UTIL_AREA_H
#define SG_UTIL_AREA_H

#include <stdbool.h>

/* Is area outer itself, or does it lie in it? "intake" holds no "intake2". "*" holds all.
 */
bool area_holds(const char *outer, const char *area);

#endif
