/*
 * reserve_entry.h - entries of the reserve journal (reserve.h) as bytes: entry 0 says
 * where station.db ended when the reserve took over; the others are groups of
 * transactions, not yet hashed, for their numbers and hashes follow when they are merged.
 */
#ifndef SG_STORE_RESERVE_ENTRY_H
#define SG_STORE_RESERVE_ENTRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/store_int.h"

/* Where station.db ended. */
struct reserve_begin {
	uint8_t chain_id[AUDIT_CHAIN_ID_SIZE];
	struct store_tail base;
	bool has_maybe; /* the first group may be in the file already, which ends so: */
	struct store_tail maybe;
};

void reserve_put_begin(struct strbuf *w, const struct reserve_begin *b);
bool reserve_get_begin(const void *payload, size_t n, struct reserve_begin *b);

void reserve_put_group(struct strbuf *w, struct txn *const *txns, size_t n);
/* Calls fn for each transaction of a group, in order; its error ends that. SG_EREFUSED:
 * it is no group. */
typedef enum sg_err (*reserve_txn_fn)(void *arg, struct txn *t, struct strbuf *why);
enum sg_err reserve_each_txn(const void *payload, size_t n, reserve_txn_fn fn, void *arg,
			     struct strbuf *why);

/* Raises ahead to the numbers an operation uses; what no table will take is refused
 * before it counts as recorded. Stricter than the tables: numbers only go up. */
enum sg_err reserve_use_numbers(const struct txn_op *op, struct store_tail *ahead,
				struct strbuf *why);

#endif
