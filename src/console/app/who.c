/* who.c - whose session this is and what it may do, as the server says; and its lock. */
#include "console/app/app_int.h"

#include <stdio.h>
#include <string.h>

/* What is open was begun by somebody who may no longer act here. */
static void rests_now(struct app *a)
{
	const struct wire_who *w = &a->model.who;

	dialog_rest(a);
	approval_forget(a);
	if (w->state != SESSION_NOTICE)
		app_say(a, ROLE_REFUSED, "%s: %s; i: act again",
			w->state == SESSION_LOCKED ? "locked" : "looking only", w->why);
}

bool who_frame(struct app *a, const uint8_t *p, size_t n)
{
	bool rested = model_rests(&a->model);
	struct wire_who m;

	if (!wire_get_who(p, n, &m))
		return false;
	if (strcmp(m.name, a->model.who.name) != 0)
		approval_forget(a); /* they were somebody else's to answer */
	model_who(&a->model, &m);
	if (model_rests(&a->model) && !rested)
		rests_now(a);
	return true;
}

void lock_session(struct app *a, uint32_t key)
{
	(void)key;
	if (!a->client || model_lost(&a->model))
		app_say(a, ROLE_REFUSED, "nothing can be locked: the server is lost");
	else
		talk_expect(a, client_request(a->client, WIRE_LOCK, 0, 0, ""), WIRE_LOCK,
			    "lock");
}
