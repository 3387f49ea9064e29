/* lint_alarms.c - placeholder */
#include "station/load_alarms_int.h"
void lint_alarms(struct loader *l)
{
	(void)l;
}
