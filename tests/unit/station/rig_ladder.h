/*
 * rig_ladder.h - the station of tests whose tags ask for more than a key: a reason, what
 * is shown typed, a second person.
 */
#ifndef SG_TESTS_UNIT_STATION_RIG_LADDER_H
#define SG_TESTS_UNIT_STATION_RIG_LADDER_H

#include "unit/station/rig.h"

/* For cmocka_unit_test_setup_teardown() with rig_teardown: the plant runs. Alone: where
 * one may go alone in an emergency. */
int rig_ladder(void **state);
int rig_ladder_alone(void **state);

/* SELECT, request 500; true with its SELECTED. */
bool rig_selected(struct rig *r, uint64_t session, const char *tag, struct value v,
		  struct wire_selected *m);
void rig_confirm_typed(struct rig *r, uint64_t session, uint32_t req, uint64_t token,
		       const char *typed);
/* A request with all its fields. */
void rig_send(struct rig *r, uint64_t session, enum wire_type type,
	      const struct wire_request *m);

#endif
