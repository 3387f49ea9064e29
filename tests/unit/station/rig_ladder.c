/* rig_ladder.c - the station of tests whose tags ask for more than a key. */
#include "unit/station/rig_ladder.h"

#include <stdlib.h>

static void plant(struct rig *r)
{
	rig_plant(r);
	rig_number(r, "a.two", 40);
	rig_number(r, "a.typed", 40);
	rig_number(r, "a.digits", 40);
	rig_number(r, "a.named", 40);
	rig_sample(r, "a.way", value_int(1), 0);
	rig_number(r, "a.slow", 40);
	rig_sample(r, "a.start", value_bool(false), 0);
	rig_sample(r, "a.horn", value_bool(false), 0);
	rig_sample(r, "a.runs", value_bool(false), 0);
}

static int begin(void **state, enum rig_change change)
{
	struct store_snapshot nothing = { .next_request = 1, .next_occurrence = 1 };
	struct rig *r = calloc(1, sizeof(*r));

	rig_init_from(r, rig_station(change), &nothing);
	plant(r);
	*state = r;
	return 0;
}

int rig_ladder(void **state)
{
	return begin(state, RIG_LADDER);
}

int rig_ladder_alone(void **state)
{
	return begin(state, RIG_LADDER_ALONE);
}

bool rig_selected(struct rig *r, uint64_t session, const char *tag, struct value v,
		  struct wire_selected *m)
{
	const uint8_t *p;
	size_t n;

	rig_forget(r, session);
	rig_select(r, session, 500, tag, v);
	return rig_last(r, session, WIRE_SELECTED, &p, &n) && wire_get_selected(p, n, m);
}

void rig_confirm_typed(struct rig *r, uint64_t session, uint32_t req, uint64_t token,
		       const char *typed)
{
	rig_request(r, session, WIRE_CONFIRM, req, token, typed);
}

void rig_send(struct rig *r, uint64_t session, enum wire_type type,
	      const struct wire_request *m)
{
	struct strbuf w = STRBUF_INIT;

	wire_put_request(&w, type, m);
	rig_frame(r, session, &w);
	strbuf_release(&w);
}
