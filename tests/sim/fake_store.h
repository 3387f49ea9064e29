/*
 * fake_store.h - station.db in memory: what was committed is there, nothing else. It
 * passes store_contract() like the real one.
 */
#ifndef SG_TESTS_FAKE_STORE_H
#define SG_TESTS_FAKE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit/record.h"
#include "audit/txn.h"

struct fake_audit {
	enum audit_kind kind;
	uint64_t request;
	char subject[64], result[64], detail[64], reason[64];
	char person[32], approver[32];
};

struct fake_alarm {
	char name[64];
	struct strbuf record;
};

struct fake_write {
	uint64_t request;
	char tag[64], outcome[32];
	struct strbuf body;
	bool settled;
};

struct fake_substitution {
	char tag[128];
	struct strbuf body;
};

struct fake_store {
	struct fake_substitution *substitutions;
	size_t n_substitutions;
	struct fake_substitution *accounts; /* by name instead of tag */
	size_t n_accounts;
	struct fake_audit *audit;
	size_t n_audit;
	struct fake_alarm *alarms;
	size_t n_alarms;
	struct fake_write *writes;
	size_t n_writes;
	uint64_t last_occurrence, last_request;
};

void fake_store_release(struct fake_store *s);
bool fake_store_commit(struct fake_store *s, struct txn *const *txns, size_t n);
void fake_store_load(const struct fake_store *s, struct store_snapshot *out);
const struct fake_write *fake_store_write(const struct fake_store *s, uint64_t request);
const struct fake_alarm *fake_store_alarm(const struct fake_store *s, const char *name);

#endif
