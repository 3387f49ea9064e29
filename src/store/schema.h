/*
 * schema.h - what station.db looks like, version by version, and how an older one
 * becomes the newest: each step is one transaction, so a file is old or new, never
 * between (ST-17). A newer one is refused untouched (ST-16).
 */
#ifndef SG_STORE_SCHEMA_H
#define SG_STORE_SCHEMA_H

#include <stdbool.h>
#include <stdint.h>

#include "audit/chain.h"
#include "util/err.h"

struct db;
struct strbuf;

/* The two tables that are chains. */
enum schema_chain { SCHEMA_AUDIT, SCHEMA_JOURNAL };

/* "Sgls": in the header of every file of ours, none of others'. */
enum { SCHEMA_APPLICATION_ID = 0x53676c73, SCHEMA_VERSION = 5, SCHEMA_SEALED = 5 };

/* Looks only: is it ours, and not newer than we are? *fresh: an empty file. */
enum sg_err schema_probe(struct db *db, const char *path, bool *fresh,
			 struct strbuf *why);
/* Brings it to SCHEMA_VERSION; a fresh file gets its chain id here. */
enum sg_err schema_upgrade(struct db *db, struct strbuf *why);
/* The chain id of the audit; a file without one is refused. The journal's is made of it
 * (audit_chain_of_journal), so that no record can change over. */
enum sg_err schema_chain_id(struct db *db, const char *path,
			    uint8_t id[AUDIT_CHAIN_ID_SIZE], struct strbuf *why);
enum sg_err schema_chain_id_of(struct db *db, const char *path, enum schema_chain chain,
			       uint8_t id[AUDIT_CHAIN_ID_SIZE], struct strbuf *why);
/* False with a sentence unless the tables that a chain lives in are exactly as we make
 * them: no view, no extra column, no other type (AU-09, AU-15). */
bool schema_chain_is_ours(struct db *db, enum schema_chain chain, struct strbuf *why);
/* Where a chain ends; seq 0 when it is empty. Its chain id is left alone. */
enum sg_err schema_chain_head(struct db *db, const char *path, enum schema_chain chain,
			      struct audit_head *head, struct strbuf *why);

/* migrate.c: the journal of schema 2 as a chain. Within the step's transaction. */
enum sg_err schema_chain_journal(struct db *db, struct strbuf *why);

#endif
