/*
 * test_bad_disk.c - the real server on a disk that is full, broken or slow, with its
 * plant, commands and a console: what is acknowledged is recorded, what cannot be
 * recorded is not sent, and everything else goes on (ST-02, ST-03, ST-11, ST-19, WR-20,
 * WR-21).
 *
 * The full disk is a small tmpfs in a mount namespace of this program; strace makes
 * system calls fail or last. Where one of them is not allowed its tests are skipped.
 */
#include "support/test.h"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kill_rig.h"
#include "kill_verdict.h"
#include "support/tty.h"
#include "util/clock.h"

/* A look is a session: more than ten a second are taken for a flood (AU-14). */
enum { DISK_MB = 40, SOON_MS = 20000, QUICK_MS = 700, STEP_MS = 120, SWEEP = 40 };

static char small_disk[300]; /* "" = there is none */

/* --- a disk of our own --- */

static bool write_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool ok = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);

	if (fd >= 0)
		close(fd);
	return ok;
}

/* Before any thread and any child: they are all in it. */
static bool own_mounts(void)
{
	char uid[40], gid[40];

	snprintf(uid, sizeof(uid), "%u %u 1", getuid(), getuid());
	snprintf(gid, sizeof(gid), "%u %u 1", getgid(), getgid());
	if (unshare(CLONE_NEWNS) == 0)
		return mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0;
	return unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0 &&
	       write_text("/proc/self/setgroups", "deny") &&
	       write_text("/proc/self/uid_map", uid) &&
	       write_text("/proc/self/gid_map", gid);
}

static void make_small_disk(void)
{
	char size[40];

	snprintf(small_disk, sizeof(small_disk), "%.290s", test_tmpdir());
	snprintf(size, sizeof(size), "size=%dm,mode=0700", DISK_MB);
	if (!own_mounts() || mount("tmpfs", small_disk, "tmpfs", 0, size) < 0)
		small_disk[0] = '\0';
}

static void fill_disk(const char *name)
{
	static const char block[65536];
	char path[400];
	size_t n = sizeof(block);

	snprintf(path, sizeof(path), "%s/%s", small_disk, name);
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	while (n > 0)
		if (write(fd, block, n) <= 0)
			n /= 2; /* to the last byte */
	close(fd);
}

static void free_disk(const char *name)
{
	char path[400];

	snprintf(path, sizeof(path), "%s/%s", small_disk, name);
	assert_int_equal(unlink(path), 0);
}

/* --- what the server says --- */

static bool says(struct kill_rig *r, const char *command, const char *what)
{
	char *text = KILL_ASK(r, NULL, command);
	bool found = strstr(text, what) != NULL;

	free(text);
	return found;
}

static void until(struct kill_rig *r, const char *command, const char *what)
{
	struct mono deadline = mono_add_ms(clock_mono(), SOON_MS);

	while (!says(r, command, what)) {
		if (mono_reached(clock_mono(), deadline))
			fail_msg("\"%s\" does not say \"%s\": %s", command, what,
				 KILL_ASK(r, NULL, command));
		poll(NULL, 0, STEP_MS);
	}
}

/* A row of "sightglass status": its name and how its value begins. */
static bool status_is(struct kill_rig *r, const char *name, const char *value)
{
	char *text = KILL_ASK(r, NULL, "status"), *rest = text, *line;
	bool is = false;

	while (!is && (line = strsep(&rest, "\n")) != NULL) {
		size_t n = strlen(name);
		if (strncmp(line, name, n) != 0 || line[n] != ' ')
			continue;
		line += n + strspn(line + n, " ");
		is = strncmp(line, value, strlen(value)) == 0;
	}
	free(text);
	return is;
}

static void until_status(struct kill_rig *r, const char *name, const char *value)
{
	struct mono deadline = mono_add_ms(clock_mono(), SOON_MS);

	while (!status_is(r, name, value)) {
		if (mono_reached(clock_mono(), deadline))
			fail_msg("\"%s\" does not become \"%s\": %s", name, value,
				 KILL_ASK(r, NULL, "status"));
		poll(NULL, 0, STEP_MS);
	}
}

/* A write from its beginning to its end; what was printed is in the job. */
static struct kill_job *set_one(struct kill_rig *r)
{
	struct kill_job *j = kill_rig_set(r, 0);

	assert_non_null(j);
	kill_rig_wait_jobs(r);
	return j;
}

static void expect_said(const struct kill_job *j, int code, const char *what)
{
	char *text = kill_rig_said(j);

	if (j->code != code || !strstr(text, what))
		fail_msg("exit code %d, not %d with \"%s\": %s", j->code, code, what,
			 text);
	free(text);
}

static struct kill_job *ack_one(struct kill_rig *r)
{
	struct mono deadline = mono_add_ms(clock_mono(), SOON_MS);
	struct kill_job *j;

	while ((j = kill_rig_ack(r)) == NULL) {
		if (mono_reached(clock_mono(), deadline))
			fail_msg("no alarm comes");
		poll(NULL, 0, STEP_MS);
	}
	kill_rig_wait_jobs(r);
	return j;
}

static struct tty *open_console(const struct kill_rig *r)
{
	char program[4096];
	char *argv[] = { program, (char[]){ "--socket" },
			 (char *)(uintptr_t)r->own.socket, NULL };
	const char *env[] = { "TERM=xterm-256color", "LC_ALL=C.UTF-8", NULL };

	snprintf(program, sizeof(program), "%s", test_program("sightglass"));
	struct tty *t = tty_start(argv, env, 120, 30);
	tty_expect(t, "1Help");
	return t;
}

/* Everything the commands were told is in the record, and it is whole. */
static void judge(struct kill_rig *r)
{
	struct evidence e;

	kill_rig_wait_jobs(r);
	evidence_take(r, &e);
	acks_shown_are_recorded(r, &e);
	acks_recorded_are_in_the_alarm_state(&e);
	assert_true(writes_shown_are_recorded(r, &e) > 0);
	intents_have_one_outcome(&e);
	unknown_outcomes_are_in_doubt(&e);
	arrivals_are_intended_and_single(r, &e);
	evidence_release(&e);
}

/* --- full --- */

static void ST_01_ST_02_a_full_disk_costs_no_record_no_write_and_no_alarm(void **state)
{
	struct kill_rig *r;

	(void)state;
	if (!small_disk[0]) {
		print_message("# skipped: no file system may be mounted here\n");
		skip();
	}
	r = kill_rig_up_on(small_disk);
	kill_rig_wait_serving(r);
	expect_said(set_one(r), 0, "the device shows");
	until_status(r, "reserve journal", "ready");
	fill_disk("ballast");
	struct tty *glass = open_console(r);
	expect_said(set_one(r), 0,
		    "the device shows"); /* recorded in the reserve, then sent */
	until_status(r, "recording", "in the reserve journal");
	until(r, "alarms", "system.reserve");
	until(r, "status", "records in the reserve");
	until(r, "journal", "wait in the reserve journal");
	char *listed = KILL_ASK(r, NULL, "audit", "list");
	assert_non_null(strstr(listed, "wait in the reserve journal"));
	free(listed);
	until(r, "alarms", "system.disk.very_high");
	tty_expect(glass, "RESERVE RECORDING");
	expect_said(ack_one(r), 0, "acknowledged");
	int code; /* what is searched by cannot grow; what was before is found */
	free(KILL_ASK(r, &code, "journal"));
	assert_int_equal(code, 0);

	/* a server that starts on the full disk knows all of it: one that was killed, and
	 * one that ended well and left nothing open */
	for (int i = 0; i < 2; i++) {
		if (i == 0) {
			kill_rig_kill_server(r);
		} else {
			kill(r->own.pid, SIGTERM);
			waitpid(r->own.pid, NULL, 0);
			fill_disk("ballast"); /* with what it has left */
		}
		kill_rig_start_server(r);
		kill_rig_wait_serving(r);
		until_status(r, "recording", "in the reserve journal");
		expect_said(set_one(r), 0, "the device shows");
		expect_said(ack_one(r), 0, "acknowledged");
	}

	free_disk("ballast");
	until_status(r, "recording", "yes");
	assert_false(says(r, "journal", "wait in the reserve journal"));
	tty_expect(glass, "server ok");
	expect_said(set_one(r), 0, "the device shows");
	judge(r);
	tty_free(glass);
	kill_rig_down(r);
}

/* --- broken --- */

static bool trap(struct kill_rig *r, const char *what, pid_t *tracer)
{
	kill_rig_wait_serving(r);
	until_status(r, "recording", "yes");
	if (kill_rig_trap(r, what, tracer))
		return true;
	kill_rig_down(r);
	print_message("# skipped: strace may not trace the server here\n");
	return false;
}

/* Neither file nor reserve can be written from the n-th write on, at any point of a
 * command: what was not recorded was not sent. */
/* At the write's own record, or at one that the store took just before. */
static bool says_not_sent(const char *text)
{
	return strstr(text, "not recorded, not sent") ||
	       strstr(text, "cannot store records now, so nothing is sent");
}

static void WR_20_what_cannot_be_recorded_is_not_sent(void **state)
{
	struct kill_rig *r = kill_rig_up();
	unsigned not_sent = 0, done = 0;
	pid_t tracer;
	char what[64];

	(void)state;
	for (unsigned n = 1; n <= SWEEP; n += 4) {
		snprintf(what, sizeof(what), "pwrite64:error=EIO:when=%u+", n);
		if (!trap(r, what, &tracer))
			skip();
		struct kill_job *j = set_one(r);
		char *text = kill_rig_said(j);
		if (n == 1 && !says_not_sent(text))
			fail_msg("%s", text);
		done += j->code == 0;
		not_sent += says_not_sent(text);
		free(text);
		/* looking, alarms and values go on */
		if (n == 1)
			until(r, "alarms", "system.not_recording");
		char *value = KILL_ASK(r, NULL, "get", kill_tags[0].name);
		assert_non_null(strstr(value, "good"));
		free(value);
		kill_rig_untrap(tracer);
	}
	until_status(r, "recording", "yes");
	expect_said(set_one(r), 0, "the device shows");
	print_message("# %u writes were not sent, %u went through\n", not_sent, done);
	assert_true(not_sent > 0);
	/* where the disk broke at the answer the record says accepted late, and in doubt
	 * it stays until a person settles it (WR-21) */
	struct evidence e;
	evidence_take(r, &e);
	arrivals_are_intended_and_single(r, &e);
	evidence_release(&e);
	kill_rig_down(r);
}

/* --- read-only while it runs --- */

/* A line that a program prints; "" when it fails. */
static void ask_shell(const char *command, char *line, int size)
{
	FILE *p = popen(command, "r");
	bool good = p && fgets(line, size, p);

	line[good ? strcspn(line, "\n") : 0] = '\0';
	if (p && pclose(p) != 0)
		line[0] = '\0';
}

/* A disk that ext4 makes read-only by itself, as a kernel does behind an I/O error. */
struct frail_disk {
	char image[300], at[300], trigger[400];
};

static bool attach(struct frail_disk *d)
{
	char command[1000], device[100], *name;

	snprintf(command, sizeof(command),
		 "mount -o loop,errors=remount-ro %s %s 2>/dev/null && "
		 "findmnt -no SOURCE %s",
		 d->image, d->at, d->at);
	ask_shell(command, device, sizeof(device));
	name = strrchr(device, '/');
	if (!name)
		return false;
	snprintf(d->trigger, sizeof(d->trigger), "/sys/fs/ext4/%s/trigger_fs_error",
		 name + 1);
	return true;
}

static bool make_frail_disk(struct frail_disk *d)
{
	char command[800], line[100];

	snprintf(d->image, sizeof(d->image), "%s/image", test_tmpdir());
	snprintf(d->at, sizeof(d->at), "%s", test_tmpdir());
	snprintf(command, sizeof(command),
		 "PATH=$PATH:/sbin:/usr/sbin; truncate -s 96M %s && mkfs.ext4 -q -F %s "
		 "2>/dev/null && echo made",
		 d->image, d->image);
	ask_shell(command, line, sizeof(line));
	if (!small_disk[0] || strcmp(line, "made") != 0 || !attach(d))
		return false;
	if (access(d->trigger, W_OK) == 0)
		return true;
	umount2(d->at, MNT_DETACH);
	return false;
}

/* Who had files open there may take a moment to be gone. */
static void detach(struct frail_disk *d)
{
	struct mono deadline = mono_add_ms(clock_mono(), SOON_MS);

	while (umount(d->at) < 0) {
		if (mono_reached(clock_mono(), deadline))
			fail_msg("%s cannot be unmounted", d->at);
		poll(NULL, 0, STEP_MS);
	}
}

static void ST_11_a_disk_that_turns_read_only_costs_no_record(void **state)
{
	struct frail_disk disk;
	struct kill_rig *r;
	struct kill_job *j;
	char *text;
	int code;

	(void)state;
	if (!make_frail_disk(&disk)) {
		print_message("# skipped: no ext4 may be mounted from a file here\n");
		skip();
	}
	r = kill_rig_up_on(disk.at);
	kill_rig_wait_serving(r);
	until_status(r, "recording", "yes");
	expect_said(set_one(r), 0, "the device shows");
	expect_said(ack_one(r), 0, "acknowledged");
	assert_true(write_text(disk.trigger, "1"));
	/* file and reserve are on it: what cannot be recorded is not sent */
	j = set_one(r);
	text = kill_rig_said(j);
	if (j->code == 0 || !says_not_sent(text))
		fail_msg("%s", text);
	free(text);
	until(r, "alarms", "system.not_recording");
	free(KILL_ASK(r, &code, "shelve", "system.not_recording", "--for", "5m",
		      "--reason", "not now"));
	assert_int_equal(code, 1); /* nor is what a person does to an alarm */
	text = KILL_ASK(r, NULL, "get", kill_tags[0].name);
	assert_non_null(strstr(text, "good")); /* looking goes on */
	free(text);
	kill_rig_kill_server(r);
	detach(&disk);
	assert_true(attach(&disk));
	kill_rig_start_server(r);
	kill_rig_wait_serving(r);
	until_status(r, "recording", "yes");
	expect_said(set_one(r), 0, "the device shows");
	judge(r); /* all that was said to be done is there */
	kill_rig_down(r);
	detach(&disk);
}

static void until_sent(struct kill_job *j)
{
	struct mono deadline = mono_add_ms(clock_mono(), SOON_MS);

	for (bool sent = false; !sent; poll(NULL, 0, 1)) {
		char *text = kill_rig_said(j);
		sent = strstr(text, "sent to") != NULL;
		free(text);
		if (mono_reached(clock_mono(), deadline))
			fail_msg("it is never sent");
	}
}

/* The command is at the device, which takes its time; its answer finds a broken disk. */
static void WR_21_an_outcome_that_cannot_be_recorded_is_in_doubt(void **state)
{
	struct kill_rig *r = kill_rig_up();
	pid_t tracer, plant = demo_find_process(r->demo, "plantsim");

	(void)state;
	kill_rig_wait_serving(r);
	expect_said(set_one(r), 0, "the device shows");
	kill(plant, SIGSTOP);
	struct kill_job *j = kill_rig_set(r, 0);
	until_sent(j);
	bool works = kill_rig_trap(r, "pwrite64:error=EIO:when=1+", &tracer);
	kill(plant, SIGCONT);
	kill_rig_wait_jobs(r);
	if (!works) {
		kill_rig_down(r);
		print_message("# skipped: strace may not trace the server here\n");
		skip();
	}
	char *text = kill_rig_said(j);
	if (!strstr(text, "in doubt until a person settles it"))
		fail_msg("%s", text);
	free(text);
	until(r, "in-doubt", kill_tags[0].name);
	/* and no other is begun */
	assert_int_not_equal(set_one(r)->code, 0);
	kill_rig_untrap(tracer);
	until_status(r, "recording", "yes");
	until(r, "in-doubt", kill_tags[0].name);
	kill_rig_kill_server(r);
	kill_rig_start_server(r);
	kill_rig_wait_serving(r);
	until(r, "in-doubt", kill_tags[0].name); /* nobody has settled it */
	struct evidence e; /* accepted it says by now, and in doubt it is */
	evidence_take(r, &e);
	arrivals_are_intended_and_single(r, &e);
	evidence_release(&e);
	kill_rig_down(r);
}

/* --- slow --- */

static void ST_19_a_slow_disk_slows_down_neither_looking_nor_polling(void **state)
{
	struct kill_rig *r = kill_rig_up();
	pid_t tracer;

	(void)state;
	kill_rig_wait_serving(r);
	expect_said(set_one(r), 0, "the device shows");
	struct tty *glass = open_console(r);
	tty_expect(glass, "kill.");
	if (!trap(r, "fdatasync:delay_enter=2000000", &tracer))
		skip();
	tty_type(glass, "*");
	tty_expect(glass, "recording...");
	int64_t worst = 0;
	for (int i = 0; i < 10; i++) {
		struct mono begin = clock_mono();
		char *text = KILL_ASK(r, NULL, "get", kill_tags[0].name);
		int64_t took = mono_ms_between(begin, clock_mono());
		assert_non_null(strstr(text, "good"));
		worst = took > worst ? took : worst;
		free(text);
	}
	tty_expect(glass, ": acknowledged");
	kill_rig_untrap(tracer);
	print_message("# each sync lasts 2 s: the slowest look took %d ms\n", (int)worst);
	assert_true(worst < QUICK_MS);
	until_status(r, "recording", "yes");
	tty_free(glass);
	judge(r);
	kill_rig_down(r);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(ST_01_ST_02_a_full_disk_costs_no_record_no_write_and_no_alarm),
	cmocka_unit_test(WR_20_what_cannot_be_recorded_is_not_sent),
	cmocka_unit_test(ST_11_a_disk_that_turns_read_only_costs_no_record),
	cmocka_unit_test(WR_21_an_outcome_that_cannot_be_recorded_is_in_doubt),
	cmocka_unit_test(ST_19_a_slow_disk_slows_down_neither_looking_nor_polling),
};

int main(void)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	/* records and temporary folders of this test must not mix with a person's */
	setenv("XDG_RUNTIME_DIR", test_tmpdir(), 1);
	setenv("TMPDIR", getenv("XDG_RUNTIME_DIR"), 1);
	make_small_disk();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
