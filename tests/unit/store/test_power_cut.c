/*
 * test_power_cut.c - fifty power cuts of a real file system: ext4 on an image of its own,
 * shut down without its log at a random moment while records are stored, in every second
 * round on a full disk with the reserve journal in use (ST-04). Needs root and a loop
 * device; elsewhere test_disk and test_reserve simulate the cut.
 *
 * This program runs itself with "--writer DIR" and counts what that one acknowledged.
 */
#include "support/test.h"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "rig.h"

enum { CUTS = 50, IMAGE_MB = 64, RESERVE = 1 << 20, LONGEST_NS = 40000000 };
enum { WITHOUT_ITS_LOG = 2 };
#define EXT4_SHUTDOWN _IOR('X', 125, uint32_t)

static const char *self; /* argv[0] */

/* Prints a line "SEQ" for each record that was acknowledged, "-" for each refused. */
static int writer(const char *dir)
{
	struct strbuf why = STRBUF_INIT;
	struct store *s = NULL;
	char line[32];
	unsigned n = 0;

	log_open("writer", LOG_L_ERROR);
	if (store_open(dir, &s, &why) != SG_OK ||
	    store_make_reserve(s, RESERVE, &why) != SG_OK) {
		fprintf(stderr, "writer: %s\n", why.buf);
		return 3;
	}
	for (;;) {
		uint64_t rows = store_head(s)->seq + store_reserve_state(s).rows;
		bool ok = rig_commit_audit(s, ++n, &why) == SG_OK;
		int len = snprintf(line, sizeof(line), ok ? "%u\n" : "-\n",
				   (unsigned)rows + 1);
		if (write(STDOUT_FILENO, line, (size_t)len) != len)
			return 0;
	}
}

static bool run(char *const argv[])
{
	int status = -1;
	pid_t pid = fork();

	if (pid == 0) {
		int null = open("/dev/null", O_WRONLY);
		dup2(null, STDERR_FILENO);
		execvp(argv[0], argv);
		_exit(127);
	}
	waitpid(pid, &status, 0);
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}
#define RUN(...) run((char *[]){ __VA_ARGS__, NULL })
#define WORD(s)  ((char[]){ s })

struct bed {
	char image[300], at[300], dir[320], ballast[320];
};

/* In the machine's mounts any program that makes itself a view of them takes the disk
 * along and keeps it alive over our umount: dead, as the cut has left it. */
static void own_mounts(void)
{
	if (unshare(CLONE_NEWNS) == 0)
		(void)mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL);
}

static bool mount_it(struct bed *b)
{
	return RUN(WORD("mount"), WORD("-o"), WORD("loop"), b->image, b->at);
}

static bool make_disk(struct bed *b)
{
	snprintf(b->image, sizeof(b->image), "%.280s/disk", test_tmpdir());
	snprintf(b->at, sizeof(b->at), "%.290s", test_tmpdir());
	snprintf(b->dir, sizeof(b->dir), "%s/state", b->at);
	snprintf(b->ballast, sizeof(b->ballast), "%s/ballast", b->at);
	int fd = open(b->image, O_RDWR | O_CREAT | O_EXCL, 0600);
	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, (off_t)IMAGE_MB << 20), 0);
	close(fd);
	own_mounts();
	return geteuid() == 0 &&
	       RUN(WORD("mkfs.ext4"), WORD("-q"), WORD("-F"), b->image) && mount_it(b);
}

/* To the last block. */
static void fill(const struct bed *b)
{
	struct statvfs v;
	int fd = open(b->ballast, O_RDWR | O_CREAT, 0600);

	assert_true(fd >= 0);
	for (off_t at = 0, n = 16 << 20; n >= 4096;) {
		if (posix_fallocate(fd, at, n) == 0)
			at += n;
		else
			n /= 2;
	}
	close(fd);
	assert_int_equal(statvfs(b->at, &v), 0);
}

struct told {
	uint64_t highest;
	unsigned acknowledged;
};

static void read_lines(FILE *out, unsigned n, struct told *t)
{
	char line[32];

	for (unsigned i = 0; i < n && fgets(line, sizeof(line), out); i++) {
		if (line[0] == '-')
			continue;
		t->acknowledged++;
		t->highest = strtoull(line, NULL, 10);
	}
}

/* What the writer has said up to now. */
static void read_said(FILE *out, struct told *t)
{
	struct pollfd p = { .fd = fileno(out), .events = POLLIN };

	while (poll(&p, 1, 0) > 0 && p.revents & POLLIN)
		read_lines(out, 1, t);
}

/* A writer at work, and the power goes: what it says from then on would have reached
 * nobody. The kernel can end an fsync() with success whose transaction the shutdown has
 * just dropped (jbd2_complete_transaction() finds it neither running nor committing),
 * which no lost power does. */
static void cut(struct bed *b, bool full, unsigned *seed, struct told *t)
{
	uint32_t how = WITHOUT_ITS_LOG;
	struct timespec some = { 0, rand_r(seed) % LONGEST_NS };
	int pipes[2], fd = open(b->at, O_RDONLY | O_DIRECTORY);

	assert_true(fd >= 0);
	assert_int_equal(pipe(pipes), 0);
	pid_t pid = fork();
	if (pid == 0) {
		dup2(pipes[1], STDOUT_FILENO);
		close(pipes[0]);
		close(pipes[1]);
		close(fd);
		execl(self, self, "--writer", b->dir, (char *)NULL);
		_exit(127);
	}
	close(pipes[1]);
	FILE *out = fdopen(pipes[0], "r");
	assert_non_null(out);
	setvbuf(out, NULL, _IONBF, 0); /* so that poll() knows what is unread */
	read_lines(out, 1 + (unsigned)rand_r(seed) % 6, t); /* it is at work */
	if (full) {
		fill(b);
		read_lines(out, 1 + (unsigned)rand_r(seed) % 40, t);
	}
	ppoll(NULL, 0, &some, NULL);
	read_said(out, t);
	assert_int_equal(ioctl(fd, EXT4_SHUTDOWN, &how), 0);
	close(fd);
	kill(pid, SIGKILL);
	fclose(out);
	waitpid(pid, NULL, 0);
	assert_true(RUN(WORD("umount"), b->at));
	assert_true(mount_it(b));
}

static void ST_04_fifty_power_cuts_of_a_real_file_system_lose_nothing(void **state)
{
	static struct bed b;
	struct told t = { 0 };
	unsigned seed = 4, in_reserve = 0;
	uint64_t head = 0;

	(void)state;
	if (!make_disk(&b)) {
		print_message("# skipped: no file system can be made and mounted here\n");
		skip();
	}
	assert_int_equal(mkdir(b.dir, 0700), 0);
	store_close(rig_open(b.dir));
	for (int i = 0; i < CUTS; i++) {
		struct store_snapshot found;
		cut(&b, i % 2, &seed, &t);
		unlink(b.ballast);
		struct store *s = rig_open(b.dir);
		assert_int_equal(store_load(s, &found, NULL), SG_OK);
		in_reserve += found.notice && strstr(found.notice, "were merged");
		store_snapshot_release(&found);
		head = store_head(s)->seq;
		store_close(s);
		if (head < t.highest)
			fail_msg("cut %d: record %u was acknowledged, the file ends at "
				 "%u",
				 i, (unsigned)t.highest, (unsigned)head);
		t.highest = head;
	}
	char *path = rig_path(b.dir);
	struct audit_verdict v = rig_verify(path);
	assert_true(v.good);
	assert_int_equal(v.records, head);
	assert_true(in_reserve >= CUTS / 4);
	free(path);
	print_message("# %d power cuts (%u with records in the reserve), %u records "
		      "acknowledged, %u on "
		      "record: 0 lost\n",
		      CUTS, in_reserve, t.acknowledged, (unsigned)head);
	assert_true(RUN(WORD("umount"), b.at));
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			ST_04_fifty_power_cuts_of_a_real_file_system_lose_nothing),
	};

	if (argc == 3 && strcmp(argv[1], "--writer") == 0)
		return writer(argv[2]);
	self = argv[0];
	rig_begin();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
