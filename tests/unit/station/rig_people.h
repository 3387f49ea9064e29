/*
 * rig_people.h - a rig with accounts: maria (operator in a, supervisor in b), ada (the
 * one admin), lena (operator, with codes), ivan (access.cfg's: only a password), all
 * with the password RIG_PASSWORD.
 */
#ifndef SG_TESTS_RIG_PEOPLE_H
#define SG_TESTS_RIG_PEOPLE_H

#include "unit/station/rig.h"
#include "wire/accounts.h"

#define RIG_PASSWORD "three lamps and a boat"

extern const uint8_t rig_totp_secret[TOTP_SECRET_SIZE];

int rig_people_setup(void **state);
#define PEOPLE_TEST(name)                                                                \
	cmocka_unit_test_setup_teardown(name, rig_people_setup, rig_teardown)

/* Asks and runs what waits in the pool, unless the rig holds it; the reply. */
const char *rig_sign_in(struct rig *r, uint64_t session, uint32_t req, const char *name,
			const char *password, const char *code);
/* The same, of USER; m.req is taken as it is. */
const char *rig_user_act(struct rig *r, uint64_t session, const struct wire_user *m,
			 enum wire_status *status);
/* The code of lena at the rig's time, steps later. */
const char *rig_code(const struct rig *r, int steps);
/* A second process on what the first one stored: with its accounts. rig_stop() it. */
struct rig *rig_people_restart(const struct rig *r);
const struct session *rig_session(const struct rig *r, uint64_t session);
/* Signs name in on a console of vera's; its session. */
uint64_t rig_on_the_glass(struct rig *r, const char *name);
#endif
