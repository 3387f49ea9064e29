/*
 * reader_int.h - one who reads beside the store: reader.c searches the journal, walk.c
 * reads it through, from its begin or from what stood, audit_search.c searches the audit.
 */
#ifndef SG_STORE_READER_INT_H
#define SG_STORE_READER_INT_H

#include "store/store.h"
#include "util/strbuf.h"

struct db;
struct db_stmt;
struct search;

enum reader_sql {
	SQL_UP,
	SQL_DOWN,
	SQL_ONE,
	SQL_LAST,
	SQL_AUDIT_UP,
	SQL_AUDIT_DOWN,
	SQL_COUNT
};

struct store_reader {
	char *path, *index_path;
	struct db *db;
	struct db_stmt *sql[SQL_COUNT];
	struct search *index;
	uint8_t chain_id[AUDIT_CHAIN_ID_SIZE], audit_chain_id[AUDIT_CHAIN_ID_SIZE];
	struct strbuf texts; /* of the row in hand */
	bool (*stop)(void *arg);
	void *stop_arg;
};

struct hunt {
	struct store_reader *r;
	const struct store_search *ask;
	const char *expression;
	store_row_fn fn;
	void *arg;
	uint32_t told;
	uint64_t looked_at;
	bool done; /* enough, or fn wants no more */
};

/* Rows [first, last] one after the other, those that are asked for. */
enum sg_err reader_scan(struct hunt *h, uint64_t first, uint64_t last,
			struct strbuf *why);

#endif
