/* sqlite.c - one row, one durable commit: WAL, synchronous = FULL, a prepared insert. */
#include "bench/bare/bare.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench/bench.h"
#include "util/xalloc.h"

struct bare_sqlite {
	sqlite3 *db;
	sqlite3_stmt *insert;
	sqlite3_int64 seq;
};

static void check(struct bare_sqlite *s, int rc, int wanted)
{
	if (rc != wanted)
		bench_die("SQLite: %s", sqlite3_errmsg(s->db));
}

struct bare_sqlite *bare_sqlite_open(const char *dir)
{
	struct bare_sqlite *s = xcalloc(1, sizeof(*s));
	char path[4300];

	snprintf(path, sizeof(path), "%s/bare.db", dir);
	check(s, sqlite3_open(path, &s->db), SQLITE_OK);
	check(s,
	      sqlite3_exec(
		      s->db,
		      "pragma journal_mode = wal; pragma synchronous = full;"
		      "create table audit(seq integer primary key, body blob not null,"
		      " hash blob not null) strict;",
		      NULL, NULL, NULL),
	      SQLITE_OK);
	check(s,
	      sqlite3_prepare_v2(s->db, "insert into audit values(?, ?, ?)", -1,
				 &s->insert, NULL),
	      SQLITE_OK);
	return s;
}

void bare_sqlite_commit(struct bare_sqlite *s, const void *body, size_t n)
{
	static const uint8_t hash[32] = { 1 };

	sqlite3_bind_int64(s->insert, 1, ++s->seq);
	sqlite3_bind_blob(s->insert, 2, body, (int)n, SQLITE_STATIC);
	sqlite3_bind_blob(s->insert, 3, hash, sizeof(hash), SQLITE_STATIC);
	check(s, sqlite3_step(s->insert), SQLITE_DONE);
	sqlite3_reset(s->insert);
}

void bare_sqlite_close(struct bare_sqlite *s)
{
	sqlite3_finalize(s->insert);
	sqlite3_close(s->db);
	free(s);
}
