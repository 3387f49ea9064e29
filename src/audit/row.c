/* row.c - audit records to and from rows of the console protocol. */
#include "audit/row.h"

#include <stdlib.h>
#include <string.h>

#include "audit/hash.h"
#include "util/num.h"
#include "util/strbuf.h"
#include "util/xalloc.h"

static void add_hex(struct audit_row *row, const uint8_t *p, size_t n)
{
	char *text = xmalloc(2 * n + 1);

	hash_hex(p, n, text);
	row->field[row->n++] = text;
}

void audit_row_make(struct audit_row *row, uint64_t seq, const void *body, size_t n,
		    const uint8_t hash[AUDIT_HASH_SIZE],
		    const uint8_t chain_id[AUDIT_CHAIN_ID_SIZE], const uint8_t *seal)
{
	struct audit_columns c;

	audit_columns_make(&c, seq, body, n);
	memcpy(row->field, c.v, sizeof(c.v)); /* and with them, their ownership */
	row->n = AUDIT_COLUMNS;
	add_hex(row, hash, AUDIT_HASH_SIZE);
	add_hex(row, chain_id, AUDIT_CHAIN_ID_SIZE);
	add_hex(row, seal, seal ? AUDIT_SEAL_SIZE : 0);
	for (size_t at = 0; at < n && row->n < AUDIT_ROW_FIELDS; at += AUDIT_ROW_PIECE) {
		size_t left = n - at;
		add_hex(row, (const uint8_t *)body + at,
			left < AUDIT_ROW_PIECE ? left : AUDIT_ROW_PIECE);
	}
}

void audit_row_release(struct audit_row *row)
{
	for (size_t i = 0; i < row->n; i++)
		free(row->field[i]);
	row->n = 0;
}

static bool read_head(char *const *field, struct audit_head *head, struct strbuf *why)
{
	int64_t seq;

	if (!num_parse_int(field[AUDIT_COL_SEQ], 1, INT64_MAX, &seq)) {
		strbuf_setf(why, "a row without a record number");
		return false;
	}
	head->seq = (uint64_t)seq;
	if (hash_unhex(field[AUDIT_ROW_HASH], head->hash, AUDIT_HASH_SIZE) == 0 &&
	    hash_unhex(field[AUDIT_ROW_CHAIN], head->chain_id, AUDIT_CHAIN_ID_SIZE) == 0)
		return true;
	strbuf_setf(why, "its hash or chain id is malformed");
	return false;
}

static bool read_seal(const char *text, uint8_t seal[AUDIT_SEAL_SIZE], size_t *n,
		      struct strbuf *why)
{
	*n = text[0] ? AUDIT_SEAL_SIZE : 0;
	if (*n == 0 || hash_unhex(text, seal, AUDIT_SEAL_SIZE) == 0)
		return true;
	strbuf_setf(why, "its seal is malformed");
	return false;
}

static bool read_body(char *const *field, size_t n, struct strbuf *body)
{
	uint8_t piece[AUDIT_ROW_PIECE];

	strbuf_clear(body);
	for (size_t i = AUDIT_ROW_BODY; i < n; i++) {
		size_t bytes = strlen(field[i]) / 2;
		if (bytes > sizeof(piece) || hash_unhex(field[i], piece, bytes) != 0)
			return false;
		strbuf_add(body, piece, bytes);
	}
	return true;
}

/* The first column that differs from what the body says; AUDIT_COLUMNS when none. */
static size_t false_column(char *const *field, uint64_t seq, const struct strbuf *body)
{
	struct audit_columns c;
	size_t i = 0;

	audit_columns_make(&c, seq, body->buf, body->len);
	while (i < AUDIT_COLUMNS && strcmp(field[i], c.v[i]) == 0)
		i++;
	audit_columns_release(&c);
	return i;
}

bool audit_row_read(char *const *field, size_t n, struct audit_head *head,
		    uint8_t seal[AUDIT_SEAL_SIZE], size_t *seal_n, struct strbuf *body,
		    struct strbuf *why)
{
	head->seq = 0;
	if (n < AUDIT_ROW_BODY) {
		strbuf_setf(why, "a row of %zu fields is not an audit record", n);
		return false;
	}
	if (!read_head(field, head, why) ||
	    !read_seal(field[AUDIT_ROW_SEAL], seal, seal_n, why))
		return false;
	if (!read_body(field, n, body)) {
		strbuf_setf(why, "its body is not hexadecimal");
		return false;
	}
	size_t i = false_column(field, head->seq, body);
	if (i == AUDIT_COLUMNS)
		return true;
	strbuf_setf(why, "its column \"%s\" does not say what its body says",
		    audit_column_names[i]);
	return false;
}
