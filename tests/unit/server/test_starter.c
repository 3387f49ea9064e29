/* test_starter.c - the starter of programs: what it starts, what it refuses, and that
 * nothing it started outlives who asked for it. */
#include "support/test.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "server/starter_int.h"
#include "station/def.h"
#include "util/clock.h"

enum { SOON_MS = 10000 };

static char dir[200], config[240], script[240];
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

static int up(void **state)
{
	struct strbuf why = STRBUF_INIT;

	(void)state;
	snprintf(dir, sizeof(dir), "%s", test_tmpdir());
	snprintf(config, sizeof(config), "%s/sightglass.cfg", dir);
	snprintf(script, sizeof(script), "%s/page.sh", dir);
	put("sightglass.cfg", "station = { name = \"s\"; }; devices = \"devices.cfg\"; "
			      "tags = \"tags.cfg\"; "
			      "access = \"access.cfg\"; alarms = \"alarms.cfg\";\n");
	put("devices.cfg", "devices = ();\n");
	put("tags.cfg", "tags = ();\n");
	put("access.cfg", "roles = ( { name = \"r\"; rights = ( \"view\" ); } );\n"
			  "operators = ();\n");
	put("page.sh",
	    "#!/bin/sh\nread x\ntest \"$x\" = wait && exec sleep 60\nexit 7\n");
	assert_int_equal(chmod(script, 0700), 0);
	put_alarms(script);
	starter = starter_launch(config, WALL_OFF, &why);
	assert_non_null(starter);
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

	if (poll(&p, 1, SOON_MS) != 1 || starter_news(channel, &news) != 1)
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

/* What the server says is believed only before it has met anybody. */
static void SEC_20_after_the_seal_only_the_files_count(void **state)
{
	char *words[] = { (char[]){ "/bin/true" }, NULL };
	char *late[] = { (char[]){ "/bin/false" }, NULL };
	struct notify_def said = { .kind = NOTIFY_COMMAND, .command = words };
	struct notify_def said_late = { .kind = NOTIFY_COMMAND, .command = late };
	struct station_def def = { .notify = &said, .n_notify = 1 };
	int in, channel;

	(void)state;
	starter_seal(starter, &def, WALL_OFF);
	channel = ask(START_NOTIFY, (const char *const *)words, &in);
	assert_int_equal(next(channel).kind, START_RUNS);
	close(channel);
	close(in);
	def.notify = &said_late;
	starter_seal(starter, &def, WALL_OFF);
	refused(START_NOTIFY, (const char *const *)late,
		"the station's files name no such command");
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

#define STARTER_TEST(name) cmocka_unit_test_setup_teardown(name, up, down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		STARTER_TEST(what_the_files_name_is_run_to_its_end),
		STARTER_TEST(SEC_20_what_no_file_names_is_not_started),
		STARTER_TEST(SEC_20_after_the_seal_only_the_files_count),
		STARTER_TEST(drivers_are_names_and_no_paths),
		STARTER_TEST(a_byte_and_a_closed_channel_end_it),
		STARTER_TEST(malformed_requests_hurt_nobody),
	};

	return cmocka_run_group_tests_name("starter", tests, NULL, NULL);
}
