/* test_file.c - files that are written whole, or not at all and with a reason. */
#include "support/test.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/file.h"

static const char *below(const char *name)
{
	static const char *folder;
	static char path[2][300];
	static unsigned turn;
	char *out = path[turn++ % 2];

	if (!folder)
		folder = test_tmpdir();
	snprintf(out, sizeof(path[0]), "%s/%s", folder, name);
	return out;
}

static void assert_holds(const char *path, const char *text)
{
	char *is = test_read_file(path);

	assert_string_equal(is, text);
	free(is);
}

/* From now on no file of this process grows above n bytes: a disk that is full. */
static void disk_of(rlim_t n)
{
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &(struct rlimit){ n, RLIM_INFINITY }),
			 0);
}

static void a_new_file_is_made_for_whom_it_is(void **state)
{
	const char *path = below("new");
	struct stat st;

	(void)state;
	assert_true(file_make(path, 0400, "text\n", 5));
	assert_holds(path, "text\n");
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0400);
}

static void what_exists_is_not_written_over_by_a_new_file(void **state)
{
	const char *path = below("here"), *link = below("link");

	(void)state;
	test_write_file(path, "mine");
	assert_false(file_make(path, 0600, "other", 5));
	assert_int_equal(errno, EEXIST);
	assert_holds(path, "mine");
	assert_int_equal(symlink("elsewhere", link), 0);
	assert_false(file_make(link, 0600, "other", 5));
	assert_int_equal(access(below("elsewhere"), F_OK), -1);
}

static void a_file_is_replaced_with_its_mode(void **state)
{
	const char *path = below("replaced");
	struct stat st;

	(void)state;
	assert_true(file_replace(path, 0600, "first and longer", 16));
	assert_true(file_replace(path, 0400, "second", 6));
	assert_holds(path, "second");
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0400);
	assert_int_equal(access(below("replaced.new"), F_OK), -1);
}

/* What was left by a program that was killed, or laid there by somebody else. */
static void what_lies_beside_is_taken_away_not_followed(void **state)
{
	const char *path = below("beside");

	(void)state;
	test_write_file(below("victim"), "untouched");
	assert_int_equal(symlink("victim", below("beside.new")), 0);
	assert_true(file_replace(path, 0600, "ours", 4));
	assert_holds(path, "ours");
	assert_holds(below("victim"), "untouched");
}

static void a_full_disk_keeps_the_old_file_and_says_why(void **state)
{
	static char big[8192];
	const char *path = below("full");

	(void)state;
	memset(big, 'x', sizeof(big));
	assert_true(file_replace(path, 0600, "old", 3));
	disk_of(4096);
	assert_false(file_replace(path, 0600, big, sizeof(big)));
	assert_true(errno == EFBIG || errno == ENOSPC);
	assert_false(file_make(below("half"), 0600, big, sizeof(big)));
	assert_true(errno == EFBIG || errno == ENOSPC);
	disk_of(RLIM_INFINITY);
	assert_holds(path, "old");
	assert_int_equal(access(below("full.new"), F_OK), -1);
	assert_int_equal(access(below("half"), F_OK), -1);
}

static void a_folder_that_is_not_there_says_so(void **state)
{
	(void)state;
	assert_false(file_make(below("none/x"), 0600, "", 0));
	assert_int_equal(errno, ENOENT);
	assert_false(file_replace(below("none/x"), 0600, "", 0));
	assert_int_equal(errno, ENOENT);
	assert_false(file_sync_folder_of(below("none/x")));
	assert_int_equal(errno, ENOENT);
}

static void a_read_that_ends_too_early_is_an_error(void **state)
{
	const char *path = below("short");
	char out[8] = "";
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	(void)state;
	assert_true(file_write(fd, "0123", 4));
	assert_true(file_write_at(fd, "ab", 2, 4));
	assert_true(file_read_at(fd, out, 4, 2));
	assert_string_equal(out, "23ab");
	assert_false(file_read_at(fd, out, 4, 3));
	assert_int_equal(errno, EIO);
	close(fd);
}

/* A pipe takes what it has room for; the rest follows when somebody reads. */
static void all_of_it_goes_through_a_pipe(void **state)
{
	static char in[300000], out[sizeof(in)];
	int end[2];
	size_t got = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(in); i++)
		in[i] = (char)(i * 7 + i / 251);
	assert_int_equal(pipe(end), 0);
	pid_t child = fork();
	if (child == 0) {
		close(end[0]);
		_exit(file_write(end[1], in, sizeof(in)) ? 0 : 1);
	}
	close(end[1]);
	for (ssize_t n; (n = read(end[0], out + got, sizeof(out) - got)) > 0;)
		got += (size_t)n;
	close(end[0]);
	assert_int_equal(got, sizeof(in));
	assert_memory_equal(in, out, sizeof(in));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_new_file_is_made_for_whom_it_is),
		cmocka_unit_test(what_exists_is_not_written_over_by_a_new_file),
		cmocka_unit_test(a_file_is_replaced_with_its_mode),
		cmocka_unit_test(what_lies_beside_is_taken_away_not_followed),
		cmocka_unit_test(a_full_disk_keeps_the_old_file_and_says_why),
		cmocka_unit_test(a_folder_that_is_not_there_says_so),
		cmocka_unit_test(a_read_that_ends_too_early_is_an_error),
		cmocka_unit_test(all_of_it_goes_through_a_pipe),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
