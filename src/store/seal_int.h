/*
 * seal_int.h - what the files about the seal share: seal.c (while it is written),
 * seal_start.c (what a start finds), anchors.c (what others have of it).
 */
#ifndef SG_STORE_SEAL_INT_H
#define SG_STORE_SEAL_INT_H

#include "audit/anchor.h"
#include "audit/record.h"
#include "audit/sign.h"
#include "store/keys.h"
#include "store/seal.h"

struct store_seal {
	char *dir, *folder; /* folder: the second one for anchors; NULL = none */
	char build[48];
	uint8_t boot_id[AUDIT_BOOT_ID_SIZE];
	struct sign_keys sign, next; /* next: while it is handed over */
	struct seal_key first;       /* while sealing begins */
	int fd;                      /* of seal.key */
	uint64_t file_since;         /* the statement that seal.key has moved on behind */
	char anchor[ANCHOR_TEXT_SIZE];
	struct audit_head anchor_head;
	int64_t anchor_ms;
	bool folder_failed;
	bool first_is_here;
};

/* Makes an anchor of the last statement and keeps it where this machine can. */
void seal_anchor(struct store *s);
/* What this machine kept is held against the record. */
void seal_check_anchors(struct store *s);

#endif
