/*
 * store_contract.h - what the station may expect of whatever keeps station.db, as one
 * test that the real store and the scheduler's fake one both have to pass.
 */
#ifndef SG_TESTS_STORE_CONTRACT_H
#define SG_TESTS_STORE_CONTRACT_H

#include <stdbool.h>
#include <stddef.h>

#include "audit/txn.h"

struct store_under_test {
	void *arg;
	/* n transactions as one commit: all or none. Borrowed. */
	bool (*commit)(void *arg, struct txn *const *txns, size_t n);
	/* What a start would find. */
	void (*load)(void *arg, struct store_snapshot *out);
	/* The process ends and another one opens the same store. */
	void (*reopen)(void *arg);
};

/* Asserts by cmocka. The store must be new. */
void store_contract(const struct store_under_test *s);

#endif
