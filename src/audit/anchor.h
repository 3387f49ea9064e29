/*
 * anchor.h - a signed statement "record SEQ had this hash", short enough to be kept
 * elsewhere: on a broker, in a collector's log, in a second folder, in a photograph. Who
 * cuts the record off, or puts an older copy in its place, cannot change what others
 * already have (AU-03, AU-07, AU-08).
 *
 *   sg-anchor-1:BASE64(chain id | seq | hash | time | public key | signature)
 *
 * Pure.
 */
#ifndef SG_AUDIT_ANCHOR_H
#define SG_AUDIT_ANCHOR_H

#include <stdbool.h>
#include <stdint.h>

#include "audit/chain.h"
#include "audit/sign.h"

enum {
	ANCHOR_BYTES = AUDIT_CHAIN_ID_SIZE + 8 + AUDIT_HASH_SIZE + 8 + SIGN_PUBLIC_SIZE +
		       SIGN_SIZE,
	ANCHOR_LENGTH = 226,
	ANCHOR_TEXT_SIZE = 240, /* with its NUL; fits the value of a tag */
	ANCHOR_CODE_SIZE = 7
};

struct audit_anchor {
	struct audit_head head;
	int64_t wall_ms;
	uint8_t key[SIGN_PUBLIC_SIZE];
};

void audit_anchor_put(const struct audit_anchor *a, const struct sign_keys *k,
		      char out[ANCHOR_TEXT_SIZE]);
/* The first anchor in text, whatever stands around it; *end (may be NULL) behind it.
 * False when there is none whose signature its own key made: whether that key is the
 * record's is the caller's question. */
bool audit_anchor_get(const char *text, struct audit_anchor *a, const char **end);
/* Six letters and digits of a hash, for a status line and a logbook. */
void audit_anchor_code(const uint8_t hash[AUDIT_HASH_SIZE], char out[ANCHOR_CODE_SIZE]);

#endif
