/*
 * statement.h - what the record says of itself, signed (Ed25519): a checkpoint, the keys,
 * an acceptance, an export. A statement is a record like any other: its text is the
 * record's detail, the signature its result. Each of them vouches for everything before
 * it, so each is a checkpoint:
 *
 *   checkpoint chain=ID seq=N hash=H rows=N epoch=N journal=N:H time=MS config=C
 *   previous=N:H key=K [more]
 *
 * chain, seq, hash: the record right before the statement; rows: since the statement
 * before; epoch: of the key that seals the statement (audit/seal.h); journal: where the
 * alarm journal ended; previous: the statement before (0: and zeros when it is the
 * first). Hashes and keys in hex. Pure.
 */
#ifndef SG_AUDIT_STATEMENT_H
#define SG_AUDIT_STATEMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "audit/chain.h"
#include "audit/record.h"
#include "audit/sign.h"

struct strbuf;

enum { STATEMENT_MORE_MAX = 480, STATEMENT_SIGNATURE_SIZE = 2 * SIGN_SIZE + 1 };

struct audit_statement {
	char what[16]; /* the kind's name */
	struct audit_head at;
	uint64_t rows, epoch;
	struct audit_head journal, previous; /* their chain ids are unused */
	int64_t wall_ms;
	char config[AUDIT_MANIFEST_MAX + 1];
	uint8_t key[SIGN_PUBLIC_SIZE];
	const char *more; /* borrowed; "" = nothing */
};

/* True for the kinds whose records are statements. */
bool audit_kind_is_statement(enum audit_kind kind);
void audit_statement_put(struct strbuf *out, const struct audit_statement *s);
/* False when text is none; s->more then points into text. */
bool audit_statement_get(const char *text, struct audit_statement *s);
/* The value of " name=VALUE" in more, up to the next space, as bytes; false when it is
 * not there or not n bytes in hex. */
bool audit_statement_hex(const char *more, const char *name, uint8_t *out, size_t n);
bool audit_statement_number(const char *more, const char *name, uint64_t *out);

void audit_statement_sign(const struct sign_keys *k, const char *text,
			  char signature[STATEMENT_SIGNATURE_SIZE]);
bool audit_statement_signed(const uint8_t key[SIGN_PUBLIC_SIZE], const char *text,
			    const char *signature);

/* A key as people compare it: "3f2a 90bc 11de 77a0 ..." (16 bytes of its hash). */
enum { KEY_FINGERPRINT_SIZE = 40 };
void audit_key_fingerprint(const uint8_t key[SIGN_PUBLIC_SIZE],
			   char out[KEY_FINGERPRINT_SIZE]);

#endif
