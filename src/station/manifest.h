/*
 * manifest.h - which files a station is made of: path, size and hash of each, and one
 * hash over all. It is in the audit, on the status page, and what an engineer signs.
 *
 * A file counts with what it includes. Paths are relative to the station file's folder
 * where they lie below or beside it. As text, which a signature is made over:
 *
 *   sightglass-manifest 1
 *   version 7
 *   file HASH SIZE PATH          sorted by path
 *   key PUBLIC
 *   signature SIGNATURE          Ed25519 over all bytes before this line
 *
 * Pure; everything in it is owned.
 */
#ifndef SG_STATION_MANIFEST_H
#define SG_STATION_MANIFEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit/hash.h"
#include "audit/sign.h"

struct strbuf;

struct manifest_file {
	char *path;
	uint64_t size;
	uint8_t hash[HASH_SIZE]; /* BLAKE2b-256 of its bytes */
};

struct manifest {
	struct manifest_file *v;
	size_t n;
};

void manifest_add(struct manifest *m, const char *path, const void *text, size_t len);
void manifest_copy(struct manifest *to, const struct manifest *from); /* adds */
void manifest_release(struct manifest *m);
/* A path that is there twice is once then. */
void manifest_sort(struct manifest *m);
/* Over a sorted one. */
void manifest_hash(const struct manifest *m, uint8_t out[HASH_SIZE]);
/* NULL when it is not among a sorted one's files. */
const struct manifest_file *manifest_find(const struct manifest *m, const char *path);
bool manifest_file_same(const struct manifest_file *a, const struct manifest_file *b);

/* What differs between two sorted ones, by path: sign '+' only in b, '-' only in a, '~'
 * in both with other bytes. Returns how many. */
typedef void (*manifest_diff_fn)(void *arg, char sign, const char *path);
size_t manifest_diff(const struct manifest *a, const struct manifest *b,
		     manifest_diff_fn fn, void *arg);

/* --- signed ------------------------------------------------------------------------ */

struct manifest_signed {
	uint64_t version; /* grows with every signature: an older one is a replay */
	struct manifest files;
	uint8_t key[SIGN_PUBLIC_SIZE]; /* who signed */
};

void manifest_sign(const struct manifest *m, uint64_t version,
		   const struct sign_keys *keys, struct strbuf *out);
/* False with a sentence when the text is no signed manifest or its signature is wrong.
 * Whether its key is trusted is the caller's to say. */
bool manifest_signed_read(const char *text, size_t len, struct manifest_signed *out,
			  struct strbuf *why);
void manifest_signed_release(struct manifest_signed *m);

#endif
