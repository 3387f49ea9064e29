/* test_audit.c - records, their texts and rows, the chain and the walk along it. */
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "audit/hash.h"
#include "audit/proof.h"
#include "audit/row.h"
#include "audit/txn.h"
#include "audit/walk.h"
#include "util/strbuf.h"
#include "util/utf8.h"
#include "util/xalloc.h"

static struct audit_record example(void)
{
	struct audit_record r = {
		.kind = AUDIT_INTENT,
		.wall_ms = 1763798703120,
		.mono_ns = 123456789,
		.boot_id = { 1, 2, 3 },
		.clock_synced = true,
		.uid = 1000,
		.actor = "ivan",
		.roles = "operator",
		.session = 7,
		.from = "pts/3",
		.request = 42,
		.subject = "intake.p101.speed_sp",
		.area = "intake",
		.config = "0123456789abcdef",
		.old_value = "40",
		.new_value = "45.5",
		.unit = "%",
		.quality = "good",
		.reason = "more water",
		.result = "",
		.detail = NULL,
		.person = "ivan.petrov",
		.approver = "olga",
		.old_raw = "400",
		.new_raw = "455",
		.manifest = "feedface",
	};
	return r;
}

static void a_record_survives_bytes_exactly(void **state)
{
	struct audit_record r = example(), back;
	struct strbuf body = STRBUF_INIT, text = STRBUF_INIT, again = STRBUF_INIT;

	(void)state;
	audit_record_put(&body, &r);
	assert_true(audit_record_get(body.buf, body.len, &back, &text));
	assert_int_equal(back.kind, AUDIT_INTENT);
	assert_int_equal(back.wall_ms, r.wall_ms);
	assert_int_equal(back.mono_ns, r.mono_ns);
	assert_memory_equal(back.boot_id, r.boot_id, sizeof(r.boot_id));
	assert_true(back.clock_synced);
	assert_int_equal(back.uid, 1000);
	assert_int_equal(back.session, 7);
	assert_int_equal(back.request, 42);
	assert_string_equal(back.actor, "ivan");
	assert_string_equal(back.subject, "intake.p101.speed_sp");
	assert_string_equal(back.new_value, "45.5");
	assert_string_equal(back.reason, "more water");
	assert_string_equal(back.detail, "");
	assert_string_equal(back.person, "ivan.petrov");
	assert_string_equal(back.approver, "olga");
	assert_string_equal(back.old_raw, "400");
	assert_string_equal(back.new_raw, "455");
	assert_string_equal(back.manifest, "feedface");
	audit_record_put(&again, &back);
	assert_int_equal(again.len, body.len);
	assert_memory_equal(again.buf, body.buf, body.len);
	assert_int_equal(audit_record_request(body.buf, body.len), 42);
	strbuf_release(&body);
	strbuf_release(&text);
	strbuf_release(&again);
}

/* What a Sightglass before layout 2 wrote: 13 texts behind the numbers. */
static void a_body_of_the_older_layout_stays_readable(void **state)
{
	struct audit_record r = example(), back;
	struct strbuf body = STRBUF_INIT, text = STRBUF_INIT;

	(void)state;
	r.person = r.approver = r.old_raw = r.new_raw = r.manifest = "";
	audit_record_put(&body, &r);
	body.len -= 5 * 2; /* the lengths of five empty texts */
	body.buf[0] = 1;
	assert_true(audit_record_get(body.buf, body.len, &back, &text));
	assert_true(audit_record_is_sound(body.buf, body.len, NULL));
	assert_string_equal(back.reason, "more water");
	assert_string_equal(back.person, "");
	assert_string_equal(back.manifest, "");
	assert_int_equal(audit_record_request(body.buf, body.len), 42);
	body.buf[0] = 2; /* what the new one says is missing */
	assert_false(audit_record_get(body.buf, body.len, &back, &text));
	body.buf[0] = 3;
	assert_false(audit_record_is_sound(body.buf, body.len, NULL));
	strbuf_release(&body);
	strbuf_release(&text);
}

static void a_cut_or_padded_body_is_refused(void **state)
{
	struct audit_record r = example(), back;
	struct strbuf body = STRBUF_INIT, text = STRBUF_INIT;

	(void)state;
	audit_record_put(&body, &r);
	for (size_t n = 0; n < body.len; n++)
		assert_false(audit_record_get(body.buf, n, &back, &text));
	strbuf_addch(&body, 'x');
	assert_false(audit_record_get(body.buf, body.len, &back, &text));
	assert_int_equal(audit_record_request("\1abc", 4), 0);
	assert_int_equal(audit_record_request("", 0), 0);
	strbuf_release(&body);
	strbuf_release(&text);
}

static void AU_15_random_bodies_never_crash_the_reader(void **state)
{
	struct strbuf body = STRBUF_INIT, text = STRBUF_INIT;
	struct audit_record r = example(), back;
	struct audit_columns c;

	(void)state;
	srand(1);
	audit_record_put(&body, &r);
	for (int i = 0; i < 20000; i++) {
		char copy[512];
		size_t n = body.len < sizeof(copy) ? body.len : sizeof(copy);
		memcpy(copy, body.buf, n);
		for (int k = rand() % 6; k >= 0; k--)
			copy[(size_t)rand() % n] = (char)rand();
		assert_int_equal(audit_record_get(copy, n, &back, &text),
				 audit_record_is_sound(copy, n, NULL));
		audit_columns_make(&c, 1, copy, (size_t)rand() % (n + 1));
		for (size_t k = 0; k < AUDIT_COLUMNS; k++)
			assert_true(utf8_is_clean(c.v[k]));
		audit_columns_release(&c);
	}
	strbuf_release(&body);
	strbuf_release(&text);
}

static void the_longest_texts_still_make_a_record_and_a_row(void **state)
{
	char *longest = xmalloc(3001), *wide = xmalloc(3001);
	struct strbuf body = STRBUF_INIT, text = STRBUF_INIT, why = STRBUF_INIT;
	struct strbuf back = STRBUF_INIT;
	struct audit_record r = example(), got;
	struct audit_head head;
	struct audit_row row;
	uint8_t seal[AUDIT_SEAL_SIZE];
	size_t seal_n;
	uint8_t hash[AUDIT_HASH_SIZE] = { 9 }, chain[AUDIT_CHAIN_ID_SIZE] = { 8 };

	(void)state;
	memset(longest, 'a', 3000);
	longest[3000] = '\0';
	for (size_t i = 0; i < 3000; i += 2)
		memcpy(wide + i, "\xC3\xA4", 2); /* a character of two bytes */
	wide[3000] = '\0';
	wide[0] = 'x', wide[1] = 'x';
	r.actor = r.roles = r.from = r.subject = r.area = r.config = longest;
	r.old_value = r.new_value = r.unit = r.quality = r.reason = longest;
	r.result = r.person = r.approver = r.old_raw = longest;
	r.new_raw = r.manifest = longest;
	r.detail = wide + 1;
	audit_record_put(&body, &r);
	assert_true(body.len <= AUDIT_BODY_MAX);
	assert_true(audit_record_get(body.buf, body.len, &got, &text));
	assert_int_equal(strlen(got.actor), AUDIT_TEXT_MAX);
	assert_int_equal(strlen(got.detail), AUDIT_TEXT_MAX - 1); /* whole characters */
	assert_true(utf8_valid(got.detail, strlen(got.detail)));

	audit_row_make(&row, 5, body.buf, body.len, hash, chain, NULL);
	for (size_t i = 0; i < row.n; i++)
		assert_true(strlen(row.field[i]) <= 2047); /* WIRE_TEXT_MAX */
	assert_true(audit_row_read(row.field, row.n, &head, seal, &seal_n, &back, &why));
	assert_int_equal(head.seq, 5);
	assert_memory_equal(head.hash, hash, sizeof(hash));
	assert_memory_equal(head.chain_id, chain, sizeof(chain));
	assert_int_equal(back.len, body.len);
	assert_memory_equal(back.buf, body.buf, body.len);
	audit_row_release(&row);
	strbuf_release(&body);
	strbuf_release(&text);
	strbuf_release(&why);
	strbuf_release(&back);
	free(longest);
	free(wide);
}

/* The row of r as record number seq of an unnamed chain. */
static void row_of(struct audit_row *row, const struct audit_record *r, uint64_t seq)
{
	static const uint8_t zero[AUDIT_HASH_SIZE];
	struct strbuf body = STRBUF_INIT;

	audit_record_put(&body, r);
	audit_row_make(row, seq, body.buf, body.len, zero, zero, zero);
	strbuf_release(&body);
}

static bool is_read(const struct audit_row *row, size_t n, struct strbuf *why)
{
	struct strbuf body = STRBUF_INIT;
	struct audit_head head;
	uint8_t seal[AUDIT_SEAL_SIZE];
	size_t seal_n;
	bool ok = audit_row_read(row->field, n, &head, seal, &seal_n, &body, why);

	strbuf_release(&body);
	return ok;
}

/* The row with one field forged is refused with this sentence. */
static void is_refused(uint64_t seq, size_t field, const char *text, const char *sentence)
{
	struct audit_record r = example();
	struct strbuf why = STRBUF_INIT;
	struct audit_row row;

	row_of(&row, &r, seq);
	free(row.field[field]);
	row.field[field] = xstrdup(text);
	assert_false(is_read(&row, row.n, &why));
	assert_has(why.buf, sentence);
	audit_row_release(&row);
	strbuf_release(&why);
}

static void texts_that_grow_when_cleaned_still_fit_a_field(void **state)
{
	char hostile[AUDIT_TEXT_MAX + 1];
	struct strbuf why = STRBUF_INIT;
	struct audit_record r = example();
	struct audit_row row;

	(void)state;
	memset(hostile, 0x1B, AUDIT_TEXT_MAX);
	hostile[AUDIT_TEXT_MAX] = '\0';
	r.detail = hostile;
	row_of(&row, &r, 1);
	assert_true(strlen(row.field[AUDIT_COL_DETAIL]) <= AUDIT_COLUMN_MAX);
	assert_true(is_read(&row, row.n, &why));
	audit_row_release(&row);
	strbuf_release(&why);
}

static void AU_09_a_column_that_says_other_than_the_body_is_named(void **state)
{
	char sentence[64];

	(void)state;
	for (size_t i = AUDIT_COL_SEQ + 1; i < AUDIT_COLUMNS; i++) {
		snprintf(sentence, sizeof(sentence),
			 "its column \"%s\" does not say what its body says",
			 audit_column_names[i]);
		is_refused(3, i, "forged", sentence);
	}
}

static void malformed_rows_are_refused_with_a_sentence(void **state)
{
	static const struct {
		size_t field;
		const char *text, *why;
	} bad[] = {
		{ AUDIT_COL_SEQ, "", "without a record number" },
		{ AUDIT_COL_SEQ, "0", "without a record number" },
		{ AUDIT_COL_SEQ, "-3", "without a record number" },
		{ AUDIT_ROW_HASH, "00", "hash or chain id is malformed" },
		{ AUDIT_ROW_CHAIN, "zz", "hash or chain id is malformed" },
		{ AUDIT_ROW_SEAL, "00", "its seal is malformed" },
		{ AUDIT_ROW_BODY, "0", "not hexadecimal" },
		{ AUDIT_ROW_BODY, "0x", "not hexadecimal" },
	};
	struct audit_record r = example();
	struct strbuf why = STRBUF_INIT;
	struct audit_row row;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		is_refused(3, bad[i].field, bad[i].text, bad[i].why);
	row_of(&row, &r, 3);
	assert_false(is_read(&row, 4, &why));
	assert_has(why.buf, "4 fields is not an audit record");
	audit_row_release(&row);
	strbuf_release(&why);
}

static void a_line_says_who_did_what_and_cleans_foreign_text(void **state)
{
	struct strbuf line = STRBUF_INIT;
	struct audit_record r = example();

	(void)state;
	r.detail = "ok \x1B[31m";
	r.result = "accepted";
	audit_line(&line, 17, &r);
	assert_has(line.buf, "    17  2025-11-22 ");
	assert_has(line.buf, "  intent  ");
	assert_has(line.buf,
		   "  ivan (ivan.petrov) with olga  intake.p101.speed_sp  40 -> "
		   "45.5 %  accepted  ok ");
	assert_has(line.buf, "reason: more water  [write 42]  from pts/3");
	assert_true(utf8_is_clean(line.buf));
	strbuf_release(&line);
}

static void every_kind_has_a_name_of_its_own(void **state)
{
	static const enum audit_kind kinds[] = {
		AUDIT_START,   AUDIT_STOP,       AUDIT_SIGN_IN,  AUDIT_SIGN_OUT,
		AUDIT_REFUSED, AUDIT_SELECT,     AUDIT_CANCEL,   AUDIT_INTENT,
		AUDIT_OUTCOME, AUDIT_READBACK,   AUDIT_SETTLED,  AUDIT_ALARM_LIMIT,
		AUDIT_ACK,     AUDIT_RELOAD,     AUDIT_SCREENS,  AUDIT_BACKUP,
		AUDIT_CLOCK,   AUDIT_CHECKPOINT, AUDIT_KEYS,     AUDIT_ACCEPTED,
		AUDIT_EXPORT,  AUDIT_SEAL_KEY,   AUDIT_DISTRUST,
	};
	const size_t n = sizeof(kinds) / sizeof(kinds[0]);

	(void)state;
	for (size_t i = 0; i < n; i++) {
		assert_string_not_equal(audit_kind_name(kinds[i]), "?");
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(audit_kind_name(kinds[i]),
						audit_kind_name(kinds[k]));
	}
	assert_string_equal(audit_kind_name((enum audit_kind)999), "?");
	for (size_t i = 0; i < AUDIT_COLUMNS; i++)
		assert_non_null(audit_column_names[i]);
}

/* --- chain ----------------------------------------------------------------------- */

/* The published answer of BLAKE2b-256 for "abc", and of our chain's first step computed
 * with another implementation (python3 hashlib.blake2b, digest_size=32). */
static void the_chain_hashes_what_the_format_says(void **state)
{
	struct audit_head head = { .chain_id = { 0 } };
	struct hash_state state_of;
	uint8_t hash[HASH_SIZE];
	char hex[HASH_HEX_SIZE];

	(void)state;
	hash_init(&state_of);
	hash_update(&state_of, "abc", 3);
	hash_final(&state_of, hash);
	hash_hex(hash, HASH_SIZE, hex);
	assert_string_equal(
		hex, "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
	for (size_t i = 0; i < AUDIT_CHAIN_ID_SIZE; i++)
		head.chain_id[i] = (uint8_t)i;
	audit_chain_append(&head, "hello", 5);
	assert_int_equal(head.seq, 1);
	hash_hex(head.hash, AUDIT_HASH_SIZE, hex);
	assert_string_equal(
		hex, "6a8346ea9a13452c7d0471de06a908485601a4fc13eacc3c5969506cc1329d36");
	audit_chain_append(&head, "", 0);
	hash_hex(head.hash, AUDIT_HASH_SIZE, hex);
	assert_string_equal(
		hex, "0a9fe49b75cadc2062f16d8f11f57e7c1ed72c03d91a65370578925053154747");
}

enum { CHAIN = 6 };

struct link {
	uint64_t seq;
	struct strbuf body;
	uint8_t hash[AUDIT_HASH_SIZE];
};

static void make_chain(struct link v[CHAIN], uint8_t id)
{
	struct audit_head head = { .chain_id = { id } };
	struct audit_record r = example();

	for (size_t i = 0; i < CHAIN; i++) {
		v[i].body = (struct strbuf)STRBUF_INIT;
		r.request = i;
		audit_record_put(&v[i].body, &r);
		audit_chain_append(&head, v[i].body.buf, v[i].body.len);
		v[i].seq = head.seq;
		memcpy(v[i].hash, head.hash, AUDIT_HASH_SIZE);
	}
}

static void free_chain(struct link v[CHAIN])
{
	for (size_t i = 0; i < CHAIN; i++)
		strbuf_release(&v[i].body);
}

static struct audit_verdict walk(const struct link *v, size_t n, uint8_t id,
				 const struct audit_head *noted)
{
	struct audit_head start = { .chain_id = { id } };
	struct audit_walk w;

	audit_walk_begin(&w, &start, noted);
	for (size_t i = 0; i < n; i++)
		if (!audit_walk_next(&w, v[i].seq, v[i].body.buf, v[i].body.len,
				     v[i].hash, AUDIT_HASH_SIZE))
			break;
	audit_walk_end(&w);
	return w.v;
}

static void AU_01_any_changed_byte_names_its_record(void **state)
{
	struct link v[CHAIN];
	char want[64];

	(void)state;
	make_chain(v, 1);
	assert_true(walk(v, CHAIN, 1, NULL).good);
	for (size_t i = 0; i < CHAIN; i++) {
		snprintf(want, sizeof(want), "record %zu: its hash does not match",
			 i + 1);
		for (size_t k = 0; k < v[i].body.len * 8; k++) {
			v[i].body.buf[k / 8] ^= (char)(1 << k % 8);
			struct audit_verdict got = walk(v, CHAIN, 1, NULL);
			assert_int_equal(got.first_bad, i + 1);
			assert_has(got.text, want);
			v[i].body.buf[k / 8] ^= (char)(1 << k % 8);
		}
		for (size_t k = 0; k < AUDIT_HASH_SIZE * 8; k++) {
			v[i].hash[k / 8] ^= (uint8_t)(1 << k % 8);
			assert_int_equal(walk(v, CHAIN, 1, NULL).first_bad, i + 1);
			v[i].hash[k / 8] ^= (uint8_t)(1 << k % 8);
		}
	}
	assert_true(walk(v, CHAIN, 1, NULL).good);
	free_chain(v);
}

static void AU_10_a_record_of_another_chain_is_told(void **state)
{
	struct link ours[CHAIN], theirs[CHAIN];

	(void)state;
	make_chain(ours, 1);
	make_chain(theirs, 2);
	struct link kept = ours[3];
	ours[3] = theirs[3];
	struct audit_verdict v = walk(ours, CHAIN, 1, NULL);
	assert_int_equal(v.first_bad, 4);
	assert_has(v.text, "its predecessor and the chain id");
	ours[3] = kept;
	assert_int_equal(walk(theirs, CHAIN, 1, NULL).first_bad, 1);
	free_chain(ours);
	free_chain(theirs);
}

static void AU_03_a_cut_end_is_told_against_a_noted_head(void **state)
{
	struct link v[CHAIN];
	struct audit_head noted = { .seq = CHAIN };

	(void)state;
	make_chain(v, 1);
	memcpy(noted.hash, v[CHAIN - 1].hash, AUDIT_HASH_SIZE);
	assert_true(walk(v, CHAIN, 1, &noted).good);
	/* without a noted head a shorter chain is a good chain: nothing can tell */
	assert_true(walk(v, CHAIN - 2, 1, NULL).good);
	struct audit_verdict got = walk(v, CHAIN - 2, 1, &noted);
	assert_false(got.good);
	assert_has(got.text, "the chain ends at record 4, shorter than what was noted "
			     "(record 6)");
	noted.seq = 3; /* the hash is record 6's */
	got = walk(v, CHAIN, 1, &noted);
	assert_int_equal(got.first_bad, 3);
	assert_has(got.text, "record 3: its hash is not the one that was noted");
	free_chain(v);
}

static void a_good_chain_is_told_with_its_head(void **state)
{
	struct link v[CHAIN];
	char hex[HASH_HEX_SIZE];

	(void)state;
	make_chain(v, 1);
	hash_hex(v[CHAIN - 1].hash, AUDIT_HASH_SIZE, hex);
	struct audit_verdict got = walk(v, CHAIN, 1, NULL);
	assert_has(got.text, "6 records, head 6 ");
	assert_has(got.text, hex);
	assert_has(got.text, ": good");
	assert_has(walk(v, 0, 1, NULL).text, "0 records, head 0 ");
	free_chain(v);
}

static void hex_goes_both_ways_and_refuses_the_rest(void **state)
{
	uint8_t raw[3] = { 0x00, 0xAB, 0xFF }, back[3];
	char hex[7];

	(void)state;
	hash_hex(raw, 3, hex);
	assert_string_equal(hex, "00abff");
	assert_int_equal(hash_unhex(hex, back, 3), 0);
	assert_memory_equal(raw, back, 3);
	assert_int_equal(hash_unhex("00abf", back, 3), -1);
	assert_int_equal(hash_unhex("00ABFF", back, 3), -1); /* one spelling only */
	assert_int_equal(hash_unhex("00abfg", back, 3), -1);
	assert_int_equal(hash_unhex("00abff0", back, 3), -1);
}

static void transactions_own_what_they_hold(void **state)
{
	struct txn *t = txn_new(5, true);

	(void)state;
	for (int i = 0; i < 20; i++)
		strbuf_adds(&txn_add(t, TXN_ALARM, 0, "a.b")->body, "state");
	txn_add(t, TXN_SETTLE, 9, NULL);
	assert_int_equal(t->n, 21);
	assert_int_equal(t->ticket, 5);
	assert_string_equal(t->ops[19].key, "a.b");
	assert_int_equal(t->ops[19].body.len, 5);
	txn_free(t);
	txn_free(NULL);
}

/* --- proofs ---------------------------------------------------------------------- */

static bool prove(struct audit_proof *p, uint64_t seq, int64_t wall_ms)
{
	struct audit_record numbers = { .kind = AUDIT_INTENT, .wall_ms = wall_ms };
	struct audit_head head = { .seq = seq };
	struct strbuf why = STRBUF_INIT;
	struct audit_proof_row row = { .numbers = &numbers, .after = &head };
	bool ok;

	memcpy(head.hash, &seq, sizeof(seq));
	ok = audit_proof_next(p, &row, &why);
	assert_int_equal(ok, why.len == 0);
	strbuf_release(&why);
	return ok;
}

static void AU_12_a_forged_time_is_odd_however_far_it_is(void **state)
{
	static const int64_t times[] = { 5, INT64_MAX, INT64_MIN, INT64_MAX, 0 };
	struct audit_proof p;

	(void)state;
	audit_proof_begin(&p);
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++)
		assert_true(prove(&p, i + 1, times[i]));
	assert_int_equal(p.odd_times, 2);
	assert_int_equal(p.odd[0], 3);
	assert_true(p.odd_by_ms[0] == INT64_MAX);
	assert_int_equal(p.odd[1], 5);
	audit_proof_release(&p);
}

/* A log of years: each of its anchors is held against its record, in one pass. */
static void AU_03_every_anchor_of_a_long_log_is_compared(void **state)
{
	enum { ANCHORS = 100000 };
	struct audit_noted *noted = xcalloc(ANCHORS, sizeof(*noted));
	clock_t begun = clock();
	struct audit_proof p;

	(void)state;
	for (uint64_t i = 0; i < ANCHORS; i++) { /* newest first, and two of some */
		noted[i].seq = 2 * (ANCHORS - i / 2);
		noted[i].has_hash = true;
		memcpy(noted[i].hash, &noted[i].seq, sizeof(noted[i].seq));
	}
	noted[1].hash[AUDIT_HASH_SIZE - 1] = 1; /* of the last record */
	audit_noted_sort(noted, ANCHORS);
	audit_proof_begin(&p);
	p.noted = noted;
	p.n_noted = ANCHORS;
	for (uint64_t seq = 1; seq < 2 * ANCHORS; seq++)
		assert_true(prove(&p, seq, 0));
	assert_int_equal(p.compared, ANCHORS - 2);
	assert_false(prove(&p, 2 * ANCHORS, 0));
	assert_true((double)(clock() - begun) / CLOCKS_PER_SEC < 5.0);
	audit_proof_release(&p);
	free(noted);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_record_survives_bytes_exactly),
		cmocka_unit_test(a_body_of_the_older_layout_stays_readable),
		cmocka_unit_test(a_cut_or_padded_body_is_refused),
		cmocka_unit_test(AU_15_random_bodies_never_crash_the_reader),
		cmocka_unit_test(the_longest_texts_still_make_a_record_and_a_row),
		cmocka_unit_test(texts_that_grow_when_cleaned_still_fit_a_field),
		cmocka_unit_test(AU_09_a_column_that_says_other_than_the_body_is_named),
		cmocka_unit_test(malformed_rows_are_refused_with_a_sentence),
		cmocka_unit_test(a_line_says_who_did_what_and_cleans_foreign_text),
		cmocka_unit_test(every_kind_has_a_name_of_its_own),
		cmocka_unit_test(the_chain_hashes_what_the_format_says),
		cmocka_unit_test(AU_01_any_changed_byte_names_its_record),
		cmocka_unit_test(AU_10_a_record_of_another_chain_is_told),
		cmocka_unit_test(AU_03_a_cut_end_is_told_against_a_noted_head),
		cmocka_unit_test(a_good_chain_is_told_with_its_head),
		cmocka_unit_test(hex_goes_both_ways_and_refuses_the_rest),
		cmocka_unit_test(transactions_own_what_they_hold),
		cmocka_unit_test(AU_12_a_forged_time_is_odd_however_far_it_is),
		cmocka_unit_test(AU_03_every_anchor_of_a_long_log_is_compared),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
