/* test_starter.c - the starter of programs: what it starts, what it refuses, and that
 * nothing it started outlives who asked for it. */
#include "support/test.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "audit/sign.h"
#include "server/load.h"
#include "server/starter_int.h"
#include "station/def.h"
#include "util/clock.h"

enum { SOON_MS = 10000 };

static char dir[200], config[240], script[240], other[240], keys[240];
static struct sign_keys engineer;
static struct signed_policy signers;
static struct starter *starter;

static void put(const char *name, const char *text)
{
	char path[300];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	test_write_file(path, text);
}

static void put_alarms(const char *command)
{
	char text[600];

	snprintf(text, sizeof(text),
		 "notify = ( { name = \"page\"; command = ( \"%s\", \"one\" ); } );\n",
		 command);
	put("alarms.cfg", text);
}

static void make_station(void)
{
	snprintf(dir, sizeof(dir), "%s", test_tmpdir());
	snprintf(config, sizeof(config), "%s/sightglass.cfg", dir);
	snprintf(script, sizeof(script), "%s/page.sh", dir);
	snprintf(other, sizeof(other), "%s/other.sh", dir);
	put("sightglass.cfg", "station = { name = \"s\"; }; devices = \"devices.cfg\"; "
			      "tags = \"tags.cfg\"; "
			      "access = \"access.cfg\"; alarms = \"alarms.cfg\";\n");
	put("devices.cfg", "devices = ();\n");
	put("tags.cfg", "tags = ();\n");
	put("access.cfg", "roles = ( { name = \"r\"; rights = ( \"view\" ); } );\n"
			  "operators = ();\n");
	put("page.sh",
	    "#!/bin/sh\nread x\ntest \"$x\" = wait && exec sleep 60\nexit 7\n");
	put("other.sh", "#!/bin/sh\nexit 8\n");
	assert_int_equal(chmod(script, 0700), 0);
	assert_int_equal(chmod(other, 0700), 0);
	put_alarms(script);
}

/* The files as they are now, as the server reads them. */
static struct station_def *files_now(void)
{
	struct diag_list diags = DIAG_LIST_INIT;
	struct station_def *def = load_trusted(config, &diags);

	assert_non_null(def);
	diag_list_release(&diags);
	return def;
}

/* As a server that runs what the files say, signed or not asked for it. */
static void launch(uint64_t version)
{
	struct strbuf why = STRBUF_INIT;
	struct station_def *def = files_now();

	starter = starter_launch(config, &signers, WALL_OFF, &why);
	assert_non_null(starter);
	def->vouched_version = version;
	starter_seal(starter, def, WALL_OFF, dir);
	station_def_free(def);
}

static int up(void **state)
{
	(void)state;
	signers = (struct signed_policy){ 0 };
	make_station();
	launch(0);
	return 0;
}

static int down(void **state)
{
	(void)state;
	if (starter)
		starter_stop(starter);
	starter = NULL;
	return 0;
}

static struct start_news next(int channel)
{
	struct pollfd p = { .fd = channel, .events = POLLIN };
	struct start_news news = { 0 };

	if (poll(&p, 1, SOON_MS) != 1 || !starter_news(channel, &news))
		fail_msg("the starter says nothing");
	return news;
}

/* in: our end of the program's input. */
static int ask(enum start_kind kind, const char *const *words, int *in)
{
	struct start_request rq = { .kind = kind, .words = words, .n_fds = 1 };
	int ends[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
	rq.fds[0] = ends[1];
	int channel = starter_start(starter, &rq);
	assert_true(channel >= 0);
	close(ends[1]);
	*in = ends[0];
	return channel;
}

static void refused(enum start_kind kind, const char *const *words, const char *why)
{
	int in, channel = ask(kind, words, &in);
	struct start_news news = next(channel);

	assert_int_equal(news.kind, START_FAILED);
	assert_string_equal(news.text, why);
	close(channel);
	close(in);
}

static void what_the_files_name_is_run_to_its_end(void **state)
{
	const char *words[] = { script, "one", NULL };
	int in, channel = ask(START_NOTIFY, words, &in);

	(void)state;
	assert_int_equal(next(channel).kind, START_RUNS);
	assert_int_equal(write(in, "go\n", 3), 3);
	struct start_news news = next(channel);
	assert_int_equal(news.kind, START_ENDED);
	assert_true(WIFEXITED(news.value) && WEXITSTATUS(news.value) == 7);
	close(channel);
	close(in);
}

/* A server that was taken over cannot have a shell started. */
static void SEC_20_what_no_file_names_is_not_started(void **state)
{
	const char *shell[] = { "/bin/sh", "-c", "true", NULL };
	const char *other_words[] = { script, "two", NULL };
	const char *fewer[] = { script, NULL };
	const char *no_words[] = { NULL };

	(void)state;
	refused(START_NOTIFY, shell, "the station's files name no such command");
	refused(START_NOTIFY, other_words, "the station's files name no such command");
	refused(START_NOTIFY, fewer, "the station's files name no such command");
	refused(START_NOTIFY, no_words, "a request without a name");
}

/* --- what the files say, and when it is asked -------------------------------------- */

static const char no_such[] = "the station's files name no such command";

static void runs(const char *path)
{
	const char *words[] = { path, "one", NULL };
	int in, channel = ask(START_NOTIFY, words, &in);
	struct start_news news = next(channel);

	if (news.kind != START_RUNS)
		fail_msg("%s is not run: %s", path, news.text);
	close(channel);
	close(in);
}

static void does_not_run(const char *path)
{
	const char *words[] = { path, "one", NULL };

	refused(START_NOTIFY, words, no_such);
}

/* A reload of the files as they are: NULL, or why the starter does not agree. */
static const char *reload(void)
{
	static char text[400];
	struct station_def *def = files_now();
	struct strbuf why = STRBUF_INIT;
	bool good = starter_look(starter, def, &why);

	if (good)
		starter_accept(starter, def);
	snprintf(text, sizeof(text), "%s", why.buf);
	strbuf_release(&why);
	station_def_free(def);
	return good ? NULL : text;
}

/* What the server says is believed only before it has met anybody. */
static void SEC_20_after_the_seal_the_servers_word_is_nothing(void **state)
{
	char *late[] = { (char[]){ "/bin/false" }, NULL };
	struct notify_def said_late = { .kind = NOTIFY_COMMAND, .command = late };
	struct station_def def = { .notify = &said_late, .n_notify = 1 };

	(void)state;
	starter_seal(starter, &def, WALL_OFF, dir);
	refused(START_NOTIFY, (const char *const *)late, no_such);
	runs(script);
}

/* An engineer who is not done yet, or somebody else: what lies there is no order. */
static void SEC_20_files_that_do_not_run_have_nothing_executed(void **state)
{
	(void)state;
	put_alarms(other);
	does_not_run(other);
	runs(script); /* that is what runs */
	assert_null(reload());
	runs(other);
	does_not_run(script);
	put("alarms.cfg", "alarms = ();\n");
	assert_null(reload());
	does_not_run(other);
}

static void SEC_20_other_files_than_the_servers_are_not_agreed_to(void **state)
{
	struct station_def *def = files_now();
	struct strbuf why = STRBUF_INIT;

	(void)state;
	put_alarms(other); /* in between */
	assert_false(starter_look(starter, def, &why));
	assert_has(why.buf, "changed while they were read");
	starter_accept(starter, def);
	does_not_run(other);
	runs(script);
	strbuf_release(&why);
	station_def_free(def);
}

static void SEC_20_files_that_others_may_write_are_not_agreed_to(void **state)
{
	struct station_def *def;
	struct strbuf why = STRBUF_INIT;
	char path[300];

	(void)state;
	put_alarms(other);
	def = files_now();
	snprintf(path, sizeof(path), "%s/alarms.cfg", dir);
	assert_int_equal(chmod(path, 0666), 0);
	assert_int_equal(chmod(dir, 0755), 0); /* where others come in */
	snprintf(path, sizeof(path), "%s/..", dir);
	assert_int_equal(chmod(path, 0755), 0);
	assert_false(starter_look(starter, def, &why));
	assert_has(why.buf, "alarms.cfg");
	does_not_run(other);
	strbuf_release(&why);
	station_def_free(def);
}

/* --- signed ------------------------------------------------------------------------ */

static void sign_files(uint64_t version)
{
	struct station_def *def = files_now();
	struct manifest m = { 0 };
	struct strbuf text = STRBUF_INIT;

	station_def_manifest(def, &m);
	manifest_sign(&m, version, &engineer, &text);
	put("sightglass.cfg.signed", text.buf);
	manifest_release(&m);
	strbuf_release(&text);
	station_def_free(def);
}

static int up_signed(void **state)
{
	char hex[2 * SIGN_PUBLIC_SIZE + 1], line[120];

	(void)state;
	make_station();
	sign_make_keys(&engineer);
	hash_hex(engineer.public, SIGN_PUBLIC_SIZE, hex);
	snprintf(line, sizeof(line), "anna %s\n", hex);
	put("keys", line);
	snprintf(keys, sizeof(keys), "%s/keys", dir);
	signers = (struct signed_policy){ .keys = keys };
	sign_files(5);
	launch(5);
	return 0;
}

/* Who may write files and sign none; and a server that says yes to everything. */
static void CF_11_a_command_that_nobody_signed_is_not_executed(void **state)
{
	const char *why;

	(void)state;
	put_alarms(other);
	why = reload();
	assert_non_null(why);
	assert_has(why, "alarms.cfg was changed");
	does_not_run(other);
	runs(script);
	sign_files(6);
	assert_null(reload());
	runs(other);
	does_not_run(script);
}

/* No file of the server's own is needed to know what ran before. */
static void CF_11_a_command_of_an_older_version_is_not_executed(void **state)
{
	(void)state;
	put_alarms(other);
	sign_files(4);
	assert_string_equal(reload(), "these files are older than what ran before");
	does_not_run(other);
	sign_files(9);
	assert_null(reload());
	put_alarms(script);
	sign_files(8);
	assert_non_null(reload());
	does_not_run(script);
	put("config-version", "12\n");
	sign_files(11);
	assert_has(reload(), "older than version 12");
}

/* --- what is slow, and what is not there ------------------------------------------- */

/* The disk does not answer: a pipe in the place of a file. */
static void a_disk_that_hangs_holds_nobody_up(void **state)
{
	char path[300];
	const char *drv[] = { "nosuch", NULL };
	struct station_def *def;
	struct strbuf why = STRBUF_INIT;

	(void)state;
	put_alarms(other);
	sign_files(6);
	def = files_now();
	snprintf(path, sizeof(path), "%s/config-version", dir);
	assert_int_equal(mkfifo(path, 0600), 0);
	pid_t pid = fork();
	if (pid == 0) /* a thread of the server's pool, so to speak */
		_exit(starter_look(starter, def, &why) ? 0 : 1);
	int in, opened = -1;
	struct mono deadline = mono_add_ms(clock_mono(), SOON_MS);
	/* as soon as the reader hangs there, somebody may write */
	while ((opened = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC)) < 0 &&
	       !mono_reached(clock_mono(), deadline))
		poll(NULL, 0, 2);
	assert_true(opened >= 0);
	struct mono before = clock_mono();
	runs(script);
	refused(START_DRIVER, drv, "the program is not installed");
	assert_true(mono_ms_between(before, clock_mono()) < 5000);
	assert_int_equal(waitpid(pid, &in, WNOHANG), 0); /* and it waits still */
	assert_int_equal(write(opened, "5\n", 2), 2);
	close(opened);
	assert_int_equal(waitpid(pid, &in, 0), pid);
	assert_true(WIFEXITED(in) && WEXITSTATUS(in) == 0);
	starter_accept(starter, def);
	runs(other);
	station_def_free(def);
}

/* The starter has no descriptor left: each request has its answer, and it lives on. */
static void without_descriptors_a_start_fails_and_no_server(void **state)
{
	enum { FEW = 24, MANY = 40 };
	struct rlimit was, few = { FEW, FEW };
	const char *words[] = { script, "one", NULL };
	int in[MANY], channel[MANY];
	size_t failed = 0;

	(void)state;
	down(NULL);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &was), 0);
	few.rlim_max = was.rlim_max;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
	launch(0);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &was), 0);
	for (size_t i = 0; i < MANY; i++) {
		channel[i] = ask(START_NOTIFY, words, &in[i]);
		struct start_news news = next(channel[i]);
		failed += news.kind == START_FAILED && news.text[0];
		if (news.kind == START_RUNS)
			assert_int_equal(send(in[i], "wait\n", 5, MSG_NOSIGNAL), 5);
	}
	assert_true(failed > 0 && failed < MANY);
	for (size_t i = 0; i < MANY; i++) {
		close(channel[i]);
		close(in[i]);
	}
	/* when they have ended there is room again */
	struct mono deadline = mono_add_ms(clock_mono(), SOON_MS);
	for (bool good = false; !good;) {
		int one = ask(START_NOTIFY, words, &in[0]);
		struct start_news news = next(one);
		good = news.kind == START_RUNS;
		assert_false(!good && mono_reached(clock_mono(), deadline));
		close(one);
		close(in[0]);
	}
}

static void drivers_are_names_and_no_paths(void **state)
{
	const char *path[] = { "../../bin/sh", NULL }, *none[] = { "nosuch", NULL };

	(void)state;
	refused(START_DRIVER, path, "no name of a driver");
	refused(START_DRIVER, none, "the program is not installed");
}

static pid_t start_waiting(int *channel, int *in)
{
	const char *words[] = { script, "one", NULL };

	*channel = ask(START_NOTIFY, words, in);
	struct start_news news = next(*channel);
	assert_int_equal(news.kind, START_RUNS);
	assert_int_equal(write(*in, "wait\n", 5), 5);
	return news.value;
}

static void gone_soon(pid_t pid)
{
	struct mono deadline = mono_add_ms(clock_mono(), SOON_MS);

	while (kill(pid, 0) == 0) {
		if (mono_reached(clock_mono(), deadline))
			fail_msg("process %d lives on", (int)pid);
		poll(NULL, 0, 5); /* between two looks */
	}
}

static void a_byte_and_a_closed_channel_end_it(void **state)
{
	int channel, in;
	pid_t pid = start_waiting(&channel, &in);

	(void)state;
	starter_kill(channel);
	struct start_news news = next(channel);
	assert_int_equal(news.kind, START_ENDED);
	assert_true(WIFSIGNALED(news.value) && WTERMSIG(news.value) == SIGKILL);
	gone_soon(pid);
	close(channel);
	close(in);
	pid = start_waiting(&channel, &in);
	close(channel);
	gone_soon(pid);
	close(in);
}

/* Bytes that are no request: it lives, and says nothing. */
static void malformed_requests_hurt_nobody(void **state)
{
	static const char *const bad[] = {
		"", "x", "k9", "kA\0w", "p0", "a99 /x", "a1 x"
	};
	const char *words[] = { script, "one", NULL };
	struct start_packet p = { 0 };
	char text[300];

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(text, sizeof(text), "%s", bad[i]);
		memset(&p, 0, sizeof(p));
		/* with and without its end */
		start_get(&p, text, strlen(text));
		wall_needs_release(&p.needs);
		memset(&p, 0, sizeof(p));
		bool good = start_get(&p, text, strlen(text) + 1);
		assert_int_equal(good, i == 2 || i == 3);
		wall_needs_release(&p.needs);
	}
	int in, channel = ask(START_NOTIFY, words, &in);
	assert_int_equal(next(channel).kind, START_RUNS);
	close(channel);
	close(in);
}

#define SIGNED_TEST(name)  cmocka_unit_test_setup_teardown(name, up_signed, down)
#define STARTER_TEST(name) cmocka_unit_test_setup_teardown(name, up, down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		STARTER_TEST(what_the_files_name_is_run_to_its_end),
		STARTER_TEST(SEC_20_what_no_file_names_is_not_started),
		STARTER_TEST(SEC_20_after_the_seal_the_servers_word_is_nothing),
		STARTER_TEST(SEC_20_files_that_do_not_run_have_nothing_executed),
		STARTER_TEST(SEC_20_other_files_than_the_servers_are_not_agreed_to),
		STARTER_TEST(SEC_20_files_that_others_may_write_are_not_agreed_to),
		SIGNED_TEST(CF_11_a_command_that_nobody_signed_is_not_executed),
		SIGNED_TEST(CF_11_a_command_of_an_older_version_is_not_executed),
		SIGNED_TEST(a_disk_that_hangs_holds_nobody_up),
		STARTER_TEST(without_descriptors_a_start_fails_and_no_server),
		STARTER_TEST(drivers_are_names_and_no_paths),
		STARTER_TEST(a_byte_and_a_closed_channel_end_it),
		STARTER_TEST(malformed_requests_hurt_nobody),
	};

	return cmocka_run_group_tests_name("starter", tests, NULL, NULL);
}
