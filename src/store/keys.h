/*
 * keys.h - the key files of the state folder, each for its owner's eyes alone (0400):
 *
 *   sign.key    the pair that signs statements and anchors
 *   seal.key    the seal's key as it is now; overwritten in place each time it moves on
 *   seal.first  k_0, until somebody has taken it away
 *   distrust    why the record is not believed, until an admin has accepted it (no key)
 *   last.anchor the newest anchor (no key)
 *
 * A file system or a disk may keep what was overwritten: docs/audit.md says so.
 */
#ifndef SG_STORE_KEYS_H
#define SG_STORE_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit/seal.h"
#include "audit/sign.h"
#include "util/err.h"

struct strbuf;

#define KEYS_SIGN     "sign.key"
#define KEYS_SIGN_NEW "sign.key.new" /* while it is handed over */
#define KEYS_SEAL     "seal.key"
#define KEYS_FIRST    "seal.first"
#define KEYS_DISTRUST "distrust"
#define KEYS_ANCHOR   "last.anchor"

enum keys_found { KEYS_NONE, KEYS_GOOD, KEYS_BAD };

/* The seal's key for the records after `since`, the statement that it moved on behind. */
struct seal_state {
	uint8_t chain_id[AUDIT_CHAIN_ID_SIZE];
	uint64_t since;
	struct seal_key key;
};

enum keys_found keys_read_sign(const char *dir, const char *name, struct sign_keys *k);
enum sg_err keys_write_sign(const char *dir, const char *name, const struct sign_keys *k,
			    struct strbuf *why);

/* *fd is for keys_put_seal; -1 unless KEYS_GOOD. */
enum keys_found keys_open_seal(const char *dir, int *fd, struct seal_state *s);
/* Makes the file anew. */
enum sg_err keys_make_seal(const char *dir, int *fd, const struct seal_state *s,
			   struct strbuf *why);
/* In place, and on the disk when it returns. */
bool keys_put_seal(int fd, const struct seal_state *s);

/* Small text files as a whole: replaced in one piece; read up to size - 1 bytes (false
 * when there is none). */
enum sg_err keys_write_text(const char *dir, const char *name, const char *text,
			    struct strbuf *why);
bool keys_read_text(const char *dir, const char *name, char *out, size_t size);
/* Overwritten with zeros, then gone. */
enum sg_err keys_wipe(const char *dir, const char *name, struct strbuf *why);

#endif
