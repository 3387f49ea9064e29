/* test_audit_cli.c - `sightglass audit` against files, an honest server and servers that
 * lie: the command line believes none of them. The server here is a small one of our own
 * that answers WIRE_AUDIT from a real store and can be told what to falsify. */
#include "support/test.h"

#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "audit/hash.h"
#include "audit/record.h"
#include "audit/row.h"
#include "store/store.h"
#include "support/journal_rows.h"
#include "util/strbuf.h"
#include "util/xalloc.h"
#include "wire/journal.h"
#include "wire/msg.h"

enum { RECORDS = 250, VICTIM = 120, ROWS = 700, VICTIM_ROW = 555 };

enum mischief {
	HONEST,
	FALSE_COLUMN, /* a column that does not say what the body says */
	FALSE_BODY,   /* another body, columns to match */
	FALSE_HASH,
	FALSE_CHAIN,
	LEFT_OUT,
	CUT_SHORT, /* pretends that the chain ends earlier */
	TEN_AT_A_TIME,
	NEVER_DOWN, /* hands out the newest again and again */
	FALSE_ROW,  /* of the journal: another body */
	FALSE_ROW_CHAIN,
	ROW_LEFT_OUT,
	REFUSED
};

/* --- the server ------------------------------------------------------------------ */

struct session {
	struct store *store;
	struct store_reader *reader;
	enum mischief mischief;
	uint32_t req;
	unsigned n;
	struct strbuf out;
};

static void forged_body(struct strbuf *body)
{
	struct audit_record r = { .kind = AUDIT_ACK, .actor = "nobody" };

	audit_record_put(body, &r);
}

static bool put_row(void *arg, uint64_t seq, const void *body, size_t n,
		    const uint8_t hash[AUDIT_HASH_SIZE], const uint8_t *seal)
{
	struct session *s = arg;
	struct audit_head head = *store_head(s->store);
	struct strbuf other = STRBUF_INIT;
	struct audit_row row;
	bool victim = seq == VICTIM;

	memcpy(head.hash, hash, AUDIT_HASH_SIZE);
	if (victim && s->mischief == FALSE_HASH)
		head.hash[3] ^= 1;
	if (victim && s->mischief == FALSE_CHAIN)
		head.chain_id[0] ^= 1;
	if (victim && s->mischief == FALSE_BODY)
		forged_body(&other);
	audit_row_make(&row, seq, other.len ? other.buf : body, other.len ? other.len : n,
		       head.hash, head.chain_id, seal);
	if (victim && s->mischief == FALSE_COLUMN)
		row.field[AUDIT_COL_ACTOR][0] ^= 1;
	if (!victim || s->mischief != LEFT_OUT)
		wire_put_row(&s->out, s->req, (const char *const *)row.field, row.n);
	audit_row_release(&row);
	strbuf_release(&other);
	return s->mischief != TEN_AT_A_TIME || ++s->n % 10 != 0;
}

static void answer_audit(struct session *s, const struct wire_request *m)
{
	uint64_t before = m->num;

	s->req = m->req;
	s->n = 0;
	if (s->mischief == REFUSED) {
		wire_put_reply(&s->out, m->req, WIRE_REFUSED,
			       "ivan has no right \"audit\"");
		return;
	}
	if (s->mischief == CUT_SHORT && (before == 0 || before > VICTIM))
		before = VICTIM + 1;
	if (s->mischief == NEVER_DOWN)
		before = 0;
	store_audit_list(s->store, before, (uint32_t)m->num2, put_row, s, NULL);
	wire_put_reply(&s->out, m->req, WIRE_OK, "records");
}

static bool put_journal_row(void *arg, const struct store_journal_row *row)
{
	struct session *s = arg;
	struct wire_journal_row m = {
		.req = s->req, .seq = row->row.seq, .body = row->body, .n = row->n
	};
	struct alarm_journal forged = row->row;
	struct strbuf other = STRBUF_INIT;
	bool victim = m.seq == VICTIM_ROW;

	memcpy(m.hash, row->hash, sizeof(m.hash));
	memcpy(m.chain, store_reader_chain(s->reader), sizeof(m.chain));
	forged.by = "nobody";
	alarm_journal_put(&other, &forged);
	if (victim && s->mischief == FALSE_ROW) {
		m.body = (const uint8_t *)other.buf;
		m.n = other.len;
	}
	if (victim && s->mischief == FALSE_ROW_CHAIN)
		m.chain[0] ^= 1;
	if (!victim || s->mischief != ROW_LEFT_OUT)
		wire_put_journal_row(&s->out, &m);
	strbuf_release(&other);
	s->n++;
	return true;
}

static void answer_journal(struct session *s, const struct wire_journal *m)
{
	const struct store_search ask = { .after = m->after,
					  .oldest_first = m->oldest_first,
					  .count = m->count };

	s->req = m->req;
	s->n = 0;
	store_journal_search(s->reader, &ask, put_journal_row, s, NULL);
	wire_put_reply(&s->out, m->req, WIRE_OK,
		       s->n == m->count ? "rows; more" : "rows");
}

static void answer(struct session *s, uint16_t type, const uint8_t *p, size_t n)
{
	static struct wire_request request;
	struct wire_journal journal;
	struct wire_welcome welcome = { .version = WIRE_VERSION, .session = 1 };

	if (type == WIRE_HELLO)
		wire_put_welcome(&s->out, &welcome);
	else if (type == WIRE_AUDIT && wire_get_request(p, n, &request))
		answer_audit(s, &request);
	else if (type == WIRE_JOURNAL && wire_get_journal(p, n, &journal))
		answer_journal(s, &journal);
}

static void serve_one(struct session *s, int fd)
{
	static uint8_t in[65536 * 2];
	size_t have = 0;
	ssize_t got;

	while ((got = read(fd, in + have, sizeof(in) - have)) > 0) {
		const uint8_t *payload;
		uint16_t type;
		size_t len;
		int64_t used;
		have += (size_t)got;
		while ((used = wire_frame_next(in, have, &type, &payload, &len)) > 0) {
			answer(s, type, payload, len);
			have -= (size_t)used;
			memmove(in, in + used, have);
		}
		for (size_t at = 0; at < s->out.len; at += (size_t)got) {
			got = write(fd, s->out.buf + at, s->out.len - at);
			if (got < 0)
				break;
		}
		strbuf_clear(&s->out);
	}
	close(fd);
}

static void fill(struct store *s)
{
	struct audit_record r = { .kind = AUDIT_INTENT,
				  .wall_ms = 1763798703120,
				  .uid = 1000,
				  .actor = "ivan",
				  .roles = "operator",
				  .session = 4,
				  .request = 9,
				  .subject = "intake.p101.speed_sp",
				  .old_value = "40",
				  .new_value = "45",
				  .unit = "%",
				  .quality = "good" };
	char detail[64];

	for (unsigned i = 1; i <= RECORDS; i++) {
		struct txn *t = txn_new(i, true);
		snprintf(detail, sizeof(detail), "number %u \x1B[31m", i);
		r.detail = detail;
		audit_record_put(&txn_add(t, TXN_AUDIT, 0, NULL)->body, &r);
		assert_int_equal(store_commit(s, &t, 1, NULL), SG_OK);
		txn_free(t);
	}
	struct journal_rows rows = { .seed = 5 };
	struct txn *t = txn_new(RECORDS + 1, true);
	for (unsigned i = 1; i <= ROWS; i++)
		journal_add(&rows, t);
	assert_int_equal(store_commit(s, &t, 1, NULL), SG_OK);
	txn_free(t);
}

static char *copy_path; /* a backup of the honest store: same chain, same head */
static struct audit_head true_head;

/* A fresh store, copied to copy_path, and a server process on it; the socket is owned. */
static pid_t start_server(enum mischief mischief, char **socket_path)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	const char *dir = test_tmpdir();
	struct session s = { .mischief = mischief, .out = STRBUF_INIT };
	int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	s.out.max = 16 << 20;
	assert_int_equal(store_open(dir, &s.store, NULL), SG_OK);
	fill(s.store);
	free(copy_path);
	copy_path = xasprintf("%s/copy.db", dir);
	assert_int_equal(store_backup(s.store, copy_path, NULL), SG_OK);
	true_head = *store_head(s.store);
	*socket_path = xasprintf("%s/s", dir);
	snprintf(addr.sun_path, sizeof(addr.sun_path), "%s/s", dir);
	assert_int_equal(bind(listener, (struct sockaddr *)&addr, sizeof(addr)), 0);
	assert_int_equal(listen(listener, 4), 0);
	store_close(s.store);
	pid_t pid = fork();
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		signal(SIGPIPE, SIG_IGN);
		if (store_open(dir, &s.store, NULL) != SG_OK ||
		    store_reader_open(dir, &s.reader, NULL) != SG_OK)
			_exit(1);
		for (;;)
			serve_one(&s, accept(listener, NULL, NULL));
	}
	close(listener);
	return pid;
}

static void stop_server(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

/* --- the command ----------------------------------------------------------------- */

struct run {
	int code;
	struct strbuf text; /* stdout and stderr */
};

/* Runs `sightglass --socket S audit ARGS...`; args end with NULL. */
static struct run sightglass(const char *socket_path, const char *const args[])
{
	char *program = xstrdup(test_program("sightglass"));
	const char *argv[16] = { program, "--socket", socket_path ? socket_path : "/none",
				 "audit" };
	struct run r = { .text = STRBUF_INIT };
	char block[4096];
	ssize_t n;
	int up[2], status;

	for (size_t i = 0; args[i]; i++)
		argv[4 + i] = args[i];
	assert_int_equal(pipe(up), 0);
	pid_t pid = fork();
	if (pid == 0) {
		dup2(up[1], STDOUT_FILENO);
		dup2(up[1], STDERR_FILENO);
		close(up[0]);
		close(up[1]);
		execv(program, (char *const *)(uintptr_t)argv);
		_exit(127);
	}
	close(up[1]);
	while ((n = read(up[0], block, sizeof(block))) > 0)
		strbuf_add(&r.text, block, (size_t)n);
	close(up[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	r.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	free(program);
	return r;
}

#define RUN(socket, ...) sightglass((socket), (const char *const[]){ __VA_ARGS__, NULL })

static void expect(struct run r, int code, const char *text)
{
	assert_has(r.text.buf, text);
	assert_int_equal(r.code, code);
	strbuf_release(&r.text);
}

static size_t lines_of(const char *text)
{
	size_t n = 0;

	for (; *text; text++)
		n += *text == '\n';
	return n;
}

static void a_servers_chain_is_proved_from_its_bodies(void **state)
{
	static const enum mischief honest[] = { HONEST, TEN_AT_A_TIME };
	char hash[HASH_HEX_SIZE], want[160], *socket_path;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		pid_t pid = start_server(honest[i], &socket_path);
		hash_hex(true_head.hash, AUDIT_HASH_SIZE, hash);
		snprintf(want, sizeof(want), "250 records, head 250 %s: good\n", hash);
		expect(RUN(socket_path, "verify"), 0, want);
		expect(RUN(socket_path, "verify"), 0,
		       "alarm journal: 700 records, head ");
		expect(RUN(NULL, "verify", copy_path), 0, want); /* needs no server */
		expect(RUN(NULL, "verify", copy_path), 0,
		       "journal: 700 records, head 700");
		snprintf(want, sizeof(want), "250:%s", hash);
		expect(RUN(socket_path, "verify", "--head", want), 0, ": good");
		stop_server(pid);
		free(socket_path);
	}
}

static void AU_01_a_lying_server_is_told_the_record_it_lies_about(void **state)
{
	static const struct {
		enum mischief mischief;
		const char *text;
	} lies[] = {
		{ FALSE_COLUMN, "BAD: record 120: its column "
				"\"actor\" does not "
				"say what its body says" },
		{ FALSE_BODY, "BAD: record 120: its hash does not match its body" },
		{ FALSE_HASH, "BAD: record 120: its hash does not match its body" },
		{ FALSE_CHAIN, "BAD: record 120: it names another chain id" },
		{ LEFT_OUT,
		  "BAD: gap at 120: record 120 is missing, the next is record 121" },
		{ FALSE_ROW, "BAD: alarm journal: record 555: its hash does not match" },
		{ FALSE_ROW_CHAIN,
		  "BAD: alarm journal: record 555: it names another chain id" },
		{ ROW_LEFT_OUT, "BAD: alarm journal: gap at 555" },
	};
	char *socket_path;

	(void)state;
	for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		pid_t pid = start_server(lies[i].mischief, &socket_path);
		expect(RUN(socket_path, "verify"), 1, lies[i].text);
		stop_server(pid);
		free(socket_path);
	}
}

static void AU_03_a_shorter_chain_is_told_against_a_noted_head(void **state)
{
	char hash[HASH_HEX_SIZE], noted[128], *socket_path;
	pid_t pid = start_server(CUT_SHORT, &socket_path);

	(void)state;
	hash_hex(true_head.hash, AUDIT_HASH_SIZE, hash);
	snprintf(noted, sizeof(noted), "250:%s", hash);
	expect(RUN(socket_path, "verify"), 0, "120 records, head 120 ");
	expect(RUN(socket_path, "verify", "--head", noted), 1,
	       "BAD: the chain ends at record 120, shorter than what was noted (record "
	       "250)");
	hash[0] = hash[0] == '0' ? '1' : '0';
	snprintf(noted, sizeof(noted), "250:%s", hash);
	expect(RUN(NULL, "verify", "--head", noted, copy_path), 1,
	       "BAD: record 250: its hash is not the one that was noted");
	stop_server(pid);
	free(socket_path);
}

static void records_are_listed_newest_first_and_clean(void **state)
{
	char *socket_path;
	pid_t pid = start_server(TEN_AT_A_TIME, &socket_path);
	struct run r = RUN(socket_path, "list");

	(void)state;
	assert_int_equal(lines_of(r.text.buf), 50);
	assert_has(r.text.buf, "   250  2025-11-22 ");
	assert_has(r.text.buf, "  intent       ivan  intake.p101.speed_sp  40 -> 45 %  ");
	assert_has(r.text.buf, "number 201 <U+001B>[31m");
	assert_null(strstr(r.text.buf, "number 200 "));
	assert_null(strchr(r.text.buf, '\x1B'));
	strbuf_release(&r.text);
	r = RUN(socket_path, "list", "--count", "1000");
	assert_int_equal(lines_of(r.text.buf), RECORDS);
	strbuf_release(&r.text);
	r = RUN(socket_path, "list", "--count", "3", "--before", "3");
	assert_int_equal(lines_of(r.text.buf), 2);
	assert_has(r.text.buf, "number 2 ");
	strbuf_release(&r.text);
	stop_server(pid);
	free(socket_path);
}

static void a_script_gets_one_object_a_record(void **state)
{
	char *socket_path;
	pid_t pid = start_server(HONEST, &socket_path);
	struct run r = RUN(socket_path, "list", "--json", "--count", "1");
	json_t *o = json_loads(r.text.buf, 0, NULL);

	(void)state;
	assert_non_null(o);
	assert_int_equal(json_integer_value(json_object_get(o, "seq")), 250);
	assert_int_equal(json_integer_value(json_object_get(o, "time")), 1763798703120);
	assert_int_equal(json_integer_value(json_object_get(o, "uid")), 1000);
	assert_int_equal(json_integer_value(json_object_get(o, "session")), 4);
	assert_int_equal(json_integer_value(json_object_get(o, "request")), 9);
	assert_string_equal(json_string_value(json_object_get(o, "kind")), "intent");
	assert_string_equal(json_string_value(json_object_get(o, "actor")), "ivan");
	assert_string_equal(json_string_value(json_object_get(o, "old")), "40");
	assert_string_equal(json_string_value(json_object_get(o, "new")), "45");
	assert_string_equal(json_string_value(json_object_get(o, "roles")), "operator");
	assert_int_equal(strlen(json_string_value(json_object_get(o, "hash"))), 64);
	json_decref(o);
	strbuf_release(&r.text);
	r = RUN(socket_path, "verify", "--json");
	o = json_loads(r.text.buf, 0, NULL);
	assert_true(json_is_true(json_object_get(o, "good")));
	assert_int_equal(json_integer_value(json_object_get(o, "head_seq")), 250);
	assert_true(json_is_null(json_object_get(o, "first_bad")));
	json_decref(o);
	strbuf_release(&r.text);
	stop_server(pid);
	free(socket_path);
}

static void refusals_and_endless_servers_end_with_a_sentence(void **state)
{
	char *socket_path;
	pid_t pid = start_server(REFUSED, &socket_path);

	(void)state;
	expect(RUN(socket_path, "list"), 1, "ivan has no right \"audit\"");
	expect(RUN(socket_path, "verify"), 1, "ivan has no right \"audit\"");
	stop_server(pid);
	free(socket_path);
	pid = start_server(NEVER_DOWN, &socket_path);
	struct run r = RUN(socket_path, "list", "--count", "100000");
	assert_int_equal(lines_of(r.text.buf),
			 200); /* twice the newest page, then enough */
	strbuf_release(&r.text);
	r = RUN(socket_path, "verify");
	assert_int_equal(r.code, 1);
	strbuf_release(&r.text);
	stop_server(pid);
	free(socket_path);
}

static void mistakes_in_the_command_are_explained(void **state)
{
	(void)state;
	expect(RUN(NULL, "verify", "--head", "12"), 2, "--head wants SEQ:HASH");
	expect(RUN(NULL, "list", "--count", "0"), 2,
	       "--count wants a whole number from 1 to 1000000");
	expect(RUN(NULL, "show"), 2, "usage: sightglass audit list");
	expect(RUN(NULL, "list", "x"), 2, "usage: sightglass audit list");
	expect(RUN(NULL, "verify", "/nonexistent.db"), 1, "cannot read /nonexistent.db");
	expect(RUN(NULL, "list"), 3, "no station server at /none");
}

static int teardown(void **state)
{
	(void)state;
	free(copy_path);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_servers_chain_is_proved_from_its_bodies),
		cmocka_unit_test(AU_01_a_lying_server_is_told_the_record_it_lies_about),
		cmocka_unit_test(AU_03_a_shorter_chain_is_told_against_a_noted_head),
		cmocka_unit_test(records_are_listed_newest_first_and_clean),
		cmocka_unit_test(a_script_gets_one_object_a_record),
		cmocka_unit_test(refusals_and_endless_servers_end_with_a_sentence),
		cmocka_unit_test(mistakes_in_the_command_are_explained),
	};

	setvbuf(stdout, NULL, _IOLBF, 0);
	return cmocka_run_group_tests(tests, NULL, teardown);
}
