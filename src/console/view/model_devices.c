/* model_devices.c - the devices, an answer at a time: what stands on the glass is always
 * one whole answer, never half of two. */
#include "console/view/model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/xalloc.h"

void model_device_begin(struct model *m)
{
	m->devices.n_coming = 0;
}

void model_device(struct model *m, const struct wire_device *d)
{
	struct model_devices *all = &m->devices;

	if (all->n_coming < MODEL_DEVICES_MAX)
		*GROW(&all->coming, &all->n_coming) = *d;
}

void model_device_end(struct model *m, struct now now, const char *refusal)
{
	struct model_devices *all = &m->devices;
	struct wire_device *older = all->v;

	snprintf(all->refusal, sizeof(all->refusal), "%.250s", refusal);
	if (refusal[0])
		return;
	all->v = all->coming;
	all->n = all->n_coming;
	all->coming = NULL;
	all->n_coming = 0;
	free(older);
	all->told = true;
	all->at = now.mono;
	all->at_ms = now.wall.ms;
}

void model_devices_release(struct model *m)
{
	free(m->devices.v);
	free(m->devices.coming);
}
