/* test_search_kill.c - the index of the journal is made by a process that is killed again
 * and again: what a search finds afterwards is what the journal holds. This program runs
 * itself with "--index DIR". */
#include "support/test.h"

#include <ctype.h>
#include <poll.h>
#include <signal.h>
#include <strings.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "rig.h"
#include "support/journal_rows.h"

enum { ROWS = 12000, PIECE = 200, KILLS = 60 };

static const char *self; /* argv[0] */

static struct store_reader *open_reader(const char *dir)
{
	struct strbuf why = STRBUF_INIT;
	struct store_reader *r = NULL;

	if (store_reader_open(dir, &r, &why) != SG_OK)
		fail_msg("%s", why.buf);
	strbuf_release(&why);
	return r;
}

/* Prints a line for each piece. */
static int make_index(const char *dir)
{
	struct store_reader *r = NULL;
	uint64_t left = 1;

	log_open("index", LOG_L_ERROR);
	if (store_reader_open(dir, &r, NULL) != SG_OK)
		return 3;
	while (left > 0) {
		if (store_reader_index(r, PIECE, &left, NULL) != SG_OK)
			return 4;
		printf("%llu\n", (unsigned long long)left);
		fflush(stdout);
	}
	store_reader_close(r);
	return 0;
}

static void commit_rows(const char *dir)
{
	struct journal_rows gen = { .seed = 11 };
	struct store *s = rig_open(dir);
	struct txn *t = txn_new(1, false);

	for (size_t i = 0; i < ROWS; i++)
		journal_add(&gen, t);
	assert_int_equal(rig_commit(s, t, NULL), SG_OK);
	store_close(s);
}

struct count {
	const char *word;
	size_t n;
};

static bool has_word(const char *text, const char *word)
{
	size_t n = strlen(word);

	for (const char *p = text; (p = strcasestr(p, word)); p++)
		if ((p == text || !isalnum((unsigned char)p[-1])) &&
		    !isalnum((unsigned char)p[n]))
			return true;
	return false;
}

static bool count_naively(void *arg, const struct alarm_journal *row)
{
	struct count *c = arg;

	c->n += has_word(row->message, c->word) || has_word(row->text, c->word) ||
		has_word(row->alarm, c->word) || has_word(row->by, c->word) ||
		has_word(row->area, c->word);
	return true;
}

static bool count_row(void *arg, const struct store_journal_row *row)
{
	(void)row;
	++*(size_t *)arg;
	return true;
}

static void check(const char *dir, const char *word)
{
	const struct wall any = { 0 };
	const struct store_search ask = { .text = word, .count = ROWS };
	struct store_reader *r = open_reader(dir);
	struct count due = { .word = word };
	size_t found = 0;

	assert_int_equal(store_journal_walk(r, any, any, count_naively, &due, NULL),
			 SG_OK);
	assert_int_equal(store_journal_search(r, &ask, count_row, &found, NULL), SG_OK);
	assert_true(due.n > 0);
	assert_int_equal(found, due.n);
	store_reader_close(r);
}

/* The lines it said before it was killed, after about `lines` of them. */
static uint64_t killed_index(const char *dir, unsigned lines, long ns)
{
	struct timespec some = { 0, ns };
	uint64_t left = UINT64_MAX;
	char line[32];
	int out[2], status;

	assert_int_equal(pipe(out), 0);
	pid_t pid = fork();
	if (pid == 0) {
		dup2(out[1], STDOUT_FILENO);
		execl(self, self, "--index", dir, (char *)NULL);
		_exit(127);
	}
	close(out[1]);
	FILE *f = fdopen(out[0], "r");
	assert_non_null(f);
	for (unsigned i = 0; i < lines && fgets(line, sizeof(line), f); i++)
		left = strtoull(line, NULL, 10);
	ppoll(NULL, 0, &some, NULL);
	kill(pid, SIGKILL);
	while (fgets(line, sizeof(line), f))
		left = strtoull(line, NULL, 10);
	fclose(f);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status) || WEXITSTATUS(status) == 0);
	return left;
}

static void ST_08_an_index_killed_while_it_is_made_finds_every_row(void **state)
{
	const char *dir = test_tmpdir();
	char *index = xasprintf("%s/search.db", dir);
	struct store_reader *r;
	unsigned unfinished = 0;
	uint64_t left;

	(void)state;
	srand(5);
	commit_rows(dir);
	for (int i = 0; i < KILLS; i++) {
		left = killed_index(dir, (unsigned)(rand() % 4), rand() % 3000000);
		unfinished += left > 0;
		if (i % 20 != 19)
			continue;
		check(dir, "pump");
		check(dir, "ivan");
		unlink(index); /* and from the start again */
	}
	print_message("# killed %d times, %u times before it was done\n", KILLS,
		      unfinished);
	assert_true(unfinished > KILLS / 4);
	killed_index(dir, 3, 0);
	r = open_reader(dir); /* what was told as done is still done */
	assert_int_equal(store_reader_index(r, 0, &left, NULL), SG_OK);
	assert_true(left <= ROWS - 3 * PIECE);
	store_reader_close(r);
	check(dir, "tripped");
	free(index);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ST_08_an_index_killed_while_it_is_made_finds_every_row),
	};

	if (argc == 3 && strcmp(argv[1], "--index") == 0)
		return make_index(argv[2]);
	self = argv[0];
	rig_begin();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
