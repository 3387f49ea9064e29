/* console_rig.c - see the header. */
#include "support/test.h"

#include "screen/console_rig.h"

#include <stdlib.h>

#include "util/clock.h"
#include "util/xalloc.h"

int console_rig(void **state)
{
	struct rig *r = xcalloc(1, sizeof(*r));

	r->f = fake_start();
	*state = r;
	return 0;
}

int console_rig_ready(void **state)
{
	console_rig(state);

	struct rig *r = *state;

	r->t = fake_console_ready(r->f);
	return 0;
}

int console_rig_free(void **state)
{
	struct rig *r = *state;

	if (r->t)
		tty_free(r->t);
	fake_stop(r->f);
	free(r);
	return 0;
}

void pump_for(struct tty *t, int ms)
{
	struct mono until = mono_add_ms(clock_mono(), ms);

	while (!mono_reached(clock_mono(), until))
		tty_pump(t, 5);
}
