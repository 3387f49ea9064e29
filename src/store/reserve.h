/*
 * reserve.h - the reserve journal: a file of a fixed size beside station.db that takes
 * what has to be recorded while station.db cannot be written (ST-02, ST-03, ST-11).
 *
 * Its room is taken and written once when it is made, so that a full disk cannot keep an
 * entry out. An entry is on the disk when reserve_put() returns (O_DSYNC), begins at a
 * block of its own, so that nothing acknowledged is ever written over, and is hashed over
 * the one before it: what is torn, stale or out of order is never taken for an entry.
 *
 *   block 0, 1   two headers by turns: size, epoch, hash; the newest whole one counts
 *   block 2...   entries of that epoch: number, length, hash, payload
 *
 * A reset begins the next epoch; what is left of older ones is no longer an entry. What
 * a payload means is merge.c's. One thread at a time.
 */
#ifndef SG_STORE_RESERVE_H
#define SG_STORE_RESERVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/err.h"

struct reserve;
struct strbuf;

enum {
	RESERVE_BYTES = 16 << 20, /* more than 10,000 records of 1,500 bytes */
	RESERVE_BYTES_LEAST = 16 << 10,
	RESERVE_BLOCK = 512
};

/* Makes the file whole or not at all; an existing one is left as it is. */
enum sg_err reserve_make(const char *path, size_t bytes, struct strbuf *why);
/* SG_ENOENT: there is none; SG_EREFUSED: it is not one of ours, or damaged. */
enum sg_err reserve_open(const char *path, struct reserve **out, struct strbuf *why);
void reserve_close(struct reserve *r); /* NULL is allowed */

/* SG_ELIMIT: it is full. After a failure nothing is believed: the next call opens the
 * file again and compares it with what was acknowledged. */
enum sg_err reserve_put(struct reserve *r, const void *payload, size_t n,
			struct strbuf *why);
/* Entries are numbered from 0. fn's payload is borrowed; its error ends the walk. */
typedef enum sg_err (*reserve_fn)(void *arg, uint64_t number, const void *payload,
				  size_t n, struct strbuf *why);
enum sg_err reserve_walk(struct reserve *r, reserve_fn fn, void *arg, struct strbuf *why);
/* No entries from here on. */
enum sg_err reserve_reset(struct reserve *r, struct strbuf *why);

uint64_t reserve_entries(const struct reserve *r);
uint64_t reserve_epoch(const struct reserve *r);
unsigned reserve_used_percent(const struct reserve *r);
/* Whole entries lie behind a damaged one: something was lost. */
bool reserve_has_gap(const struct reserve *r);

#endif
