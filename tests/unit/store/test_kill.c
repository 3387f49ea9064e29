/* test_kill.c - a writer that is killed, and one whose system calls fail: this program
 * runs itself with "--writer DIR COMMITS" and counts what that one acknowledged. */
#include "support/test.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "rig.h"

static const char *self; /* argv[0] */

/* --- the writer ------------------------------------------------------------------ */

static enum sg_err commit_step(struct store *s, unsigned n, struct strbuf *why)
{
	struct txn *t = txn_new(n, true);
	char text[32];

	snprintf(text, sizeof(text), "number %u", n);
	rig_audit(t, 0, text);
	strbuf_adds(&txn_add(t, TXN_ALARM, 0, "a.high")->body, text);
	strbuf_adds(&txn_add(t, TXN_JOURNAL, n, "a.high")->body, text);
	return rig_commit(s, t, why);
}

/* Prints a line "SEQ" for each commit that was acknowledged, "-" for each refused. */
static int writer(const char *dir, unsigned commits)
{
	struct strbuf why = STRBUF_INIT;
	struct store *s = NULL;
	char line[32];

	log_open("writer", LOG_L_ERROR);
	if (store_open(dir, &s, &why) != SG_OK) {
		fprintf(stderr, "writer: %s\n", why.buf);
		return 3;
	}
	for (unsigned i = 0; i < commits; i++) {
		bool ok = commit_step(s, (unsigned)store_head(s)->seq + 1, &why) == SG_OK;
		int n = snprintf(line, sizeof(line), ok ? "%u\n" : "-\n",
				 (unsigned)store_head(s)->seq);
		if (write(STDOUT_FILENO, line, (size_t)n) != n)
			break;
	}
	store_close(s);
	strbuf_release(&why);
	return 0;
}

struct child {
	pid_t pid;
	FILE *out;
};

static struct child start(const char *const argv[])
{
	struct child c;
	int out[2];

	assert_int_equal(pipe(out), 0);
	c.pid = fork();
	if (c.pid == 0) {
		dup2(out[1], STDOUT_FILENO);
		close(out[0]);
		close(out[1]);
		execvp(argv[0], (char *const *)(uintptr_t)argv);
		_exit(127);
	}
	close(out[1]);
	c.out = fdopen(out[0], "r");
	assert_non_null(c.out);
	return c;
}

struct told {
	uint64_t highest;
	unsigned acknowledged, refused;
};

/* Reads up to n lines (all = UINT_MAX); what was told is never less than before. */
static bool listen_to(struct child *c, unsigned n, struct told *t)
{
	char line[32];

	for (unsigned i = 0; i < n; i++) {
		if (!fgets(line, sizeof(line), c->out))
			return false;
		if (line[0] == '-') {
			t->refused++;
			continue;
		}
		t->acknowledged++;
		t->highest = strtoull(line, NULL, 10);
	}
	return true;
}

static int finish(struct child *c)
{
	int status;

	fclose(c->out);
	assert_int_equal(waitpid(c->pid, &status, 0), c->pid);
	return status;
}

static bool note_detail(void *arg, uint64_t seq, const void *body, size_t n,
			const uint8_t hash[AUDIT_HASH_SIZE], const uint8_t *seal)
{
	struct strbuf text = STRBUF_INIT;
	struct audit_record r;

	(void)seq, (void)hash, (void)seal;
	assert_true(audit_record_get(body, n, &r, &text));
	snprintf(arg, 32, "%s", r.detail);
	strbuf_release(&text);
	return false;
}

/* Everything acknowledged is there, nothing is half there, the chain is whole. */
static uint64_t check_state(const char *dir, uint64_t acknowledged, const char *when)
{
	struct store_snapshot snap;
	char last[32] = "";
	struct store *s = rig_open(dir);
	uint64_t head = store_head(s)->seq;

	if (head < acknowledged)
		fail_msg("%s: record %u was acknowledged, the file ends at %u", when,
			 (unsigned)acknowledged, (unsigned)head);
	assert_int_equal(store_load(s, &snap, NULL), SG_OK);
	assert_int_equal(store_audit_list(s, 0, 1, note_detail, last, NULL), SG_OK);
	if (head > 0)
		assert_string_equal(snap.alarms[0].record.buf, last);
	store_snapshot_release(&snap);
	store_close(s);
	return head;
}

/* --- kill -9 --------------------------------------------------------------------- */

static void PR_01_hundreds_of_kills_lose_no_acknowledged_record(void **state)
{
	const int kills = getenv("SIGHTGLASS_SOAK") ? 1000 : 200;
	const char *dir = test_tmpdir();
	char *path = rig_path(dir);
	struct told t = { 0 };
	uint64_t head = 0;

	(void)state;
	srand(3);
	for (int i = 0; i < kills; i++) {
		const char *const argv[] = { self, "--writer", dir, "1000000", NULL };
		struct child c = start(argv);
		struct timespec some = { 0, rand() % 1500000 };
		/* at a random number of commits, at a random point of the next one */
		assert_true(listen_to(&c, (unsigned)(rand() % 6), &t));
		ppoll(NULL, 0, &some, NULL);
		kill(c.pid, SIGKILL);
		listen_to(&c, UINT32_MAX, &t); /* told before it died */
		assert_true(WIFSIGNALED(finish(&c)));
		head = check_state(dir, t.highest, "after kill -9");
		t.highest = head;
	}
	struct audit_verdict v = rig_verify(path);
	assert_true(v.good);
	assert_int_equal(v.records, head);
	print_message("# %d kills, %u commits acknowledged, %u on record\n", kills,
		      t.acknowledged, (unsigned)head);
	free(path);
}

/* --- strace ---------------------------------------------------------------------- */

static bool strace_works(void)
{
	const char *const argv[] = { "strace",    "-qq", "-o",
				     "/dev/null", "-e",  "inject=sync:error=EIO",
				     "true",      NULL };
	struct child c = start(argv);

	return finish(&c) == 0;
}

static unsigned inject_each(const char *call, const char *error, unsigned most)
{
	unsigned refused = 0;

	for (unsigned n = 1; n <= most; n++) {
		const char *dir = test_tmpdir();
		struct told t = { 0 };
		char inject[80], when[120];
		store_close(rig_open(dir));
		snprintf(inject, sizeof(inject), "inject=%s:error=%s:when=%u", call,
			 error, n);
		/* who is traced cannot be searched for leaks */
		const char *const argv[] = { "strace", "-qq",
					     "-o",     "/dev/null",
					     "-E",     "LSAN_OPTIONS=detect_leaks=0",
					     "-e",     inject,
					     self,     "--writer",
					     dir,      "6",
					     NULL };
		struct child c = start(argv);
		listen_to(&c, UINT32_MAX, &t);
		finish(&c);
		snprintf(when, sizeof(when), "%s number %u failed with %s", call, n,
			 error);
		check_state(dir, t.highest, when);
		refused += t.refused;
	}
	return refused;
}

static void ST_03_failing_system_calls_lose_no_acknowledged_record(void **state)
{
	(void)state;
	if (!strace_works()) {
		print_message("# skipped: strace cannot inject faults here\n");
		skip();
	}
	unsigned refused = inject_each("fdatasync", "EIO", 10);
	refused += inject_each("pwrite64", "EIO", 30);
	refused += inject_each("pwrite64", "ENOSPC", 12);
	assert_true(refused >= 20);
	print_message("# 52 failed system calls, %u commits refused\n", refused);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(PR_01_hundreds_of_kills_lose_no_acknowledged_record),
		cmocka_unit_test(ST_03_failing_system_calls_lose_no_acknowledged_record),
	};

	if (argc == 4 && strcmp(argv[1], "--writer") == 0)
		return writer(argv[2], (unsigned)strtoul(argv[3], NULL, 10));
	self = argv[0];
	rig_begin();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
