/*
 * ne107.h - one NAMUR NE 107 status a device, from all that is known of it.
 *
 *   failure               it does not answer, its program stands still, or half of its
 *                         values are bad
 *   function check        a value of it is substituted by hand or simulated
 *   out of specification  answers late, lost or not believed lately, or a tenth of its
 *                         values are bad
 *   maintenance required  a connection made anew lately, addresses it refuses, or any
 *                         value bad
 *
 * The worst wins, at once; a better one has to last before it is shown, and a share of
 * bad values that was reached is left only well below it, so that nothing flutters. Pure.
 */
#ifndef SG_STATION_NE107_H
#define SG_STATION_NE107_H

#include <stdbool.h>
#include <stdint.h>

#include "util/clock.h"
#include "wire/device.h"

enum { NE107_HOLD_MS = 10000 }; /* so long it must have been better */

struct ne107_signs {
	bool failed;          /* refused by its driver, or not connected */
	bool dead;            /* its heartbeat stands still */
	uint32_t spoken, bad; /* tags that ever had a value, and those now bad */
	uint32_t by_hand;     /* substituted or simulated */
	bool trouble, worn;   /* lately: of its answers, of its connection */
};

struct ne107 {
	enum wire_ne107 shown;
	bool known;                /* shown means something */
	bool mostly_bad, some_bad; /* shares that were reached */
	struct mono better;        /* since when; 0 = it is not */
};

/* What is to be shown at now. Call it whenever signs change, and about once a second. */
enum wire_ne107 ne107_update(struct ne107 *n, const struct ne107_signs *signs,
			     struct mono now);

#endif
