/*
 * test_server_attacks.c - what a hostile or a broken client tries on the server's
 * socket: the server stays as it was, and whoever behaves is served meanwhile.
 */
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
#include <unistd.h>

#include "attack_rig.h"
#include "util/bytes.h"

enum { SMALL_FILES = 56, FEW_FREE = 12, CROWD = 300 };
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { SERVED_MS = 6000, GROWTH_KB = 1 << 20 }; /* what is freed is kept aside */
#else
enum { SERVED_MS = 1500, GROWTH_KB = 24 * 1024 };
#endif

static void put_hello(struct strbuf *w)
{
	struct wire_hello m = { .version = WIRE_VERSION, .program = "cli test" };

	wire_put_hello(w, &m);
}

static void send_all(int fd, const struct strbuf *w)
{
	assert_int_equal(send(fd, w->buf, w->len, MSG_NOSIGNAL), (ssize_t)w->len);
}

/* --- frames ------------------------------------------------------------------------ */

static void impossible_length(uint32_t length)
{
	struct strbuf w = STRBUF_INIT, said = STRBUF_INIT;
	int fd = attack_connect(rig);

	bytes_put_u32(&w, length);
	bytes_put_u32(&w, 0xffffffff);
	send_all(fd, &w);
	attack_until_ended(fd, &said, SERVED_MS);
	close(fd);
	strbuf_release(&w);
	strbuf_release(&said);
}

static void SEC_05_an_impossible_frame_length_ends_its_connection(void **state)
{
	static const uint32_t lengths[] = { 0, 1, WIRE_FRAME_MAX + 1, 0x80000000,
					    0xffffffff };
	struct client *c = attack_client(rig);

	(void)state;
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++)
		impossible_length(lengths[i]);
	attack_served(c, SERVED_MS);
	client_close(c);
}

static void SEC_05_a_frame_of_the_greatest_length_is_read_and_judged(void **state)
{
	static char filler[WIRE_FRAME_MAX - 2];
	struct strbuf w = STRBUF_INIT, said = STRBUF_INIT;
	int fd = attack_connect(rig);
	size_t at;

	(void)state;
	strbuf_init(&w, 2 * WIRE_FRAME_MAX);
	memset(filler, 'x', sizeof(filler));
	at = wire_begin(&w, WIRE_HELLO);
	strbuf_add(&w, filler, sizeof(filler));
	wire_end(&w, at);
	send_all(fd, &w);
	attack_until_ended(fd, &said, SERVED_MS);
	assert_has(attack_text(&said), "a malformed \"hello\" message");
	close(fd);
	strbuf_release(&w);
	strbuf_release(&said);
}

static void SEC_05_a_hello_byte_by_byte_is_cut_after_two_seconds(void **state)
{
	struct strbuf w = STRBUF_INIT, said = STRBUF_INIT;
	int64_t start = attack_ms(), took;
	int fd = attack_connect(rig);

	(void)state;
	put_hello(&w);
	for (size_t i = 0; i < w.len; i++) {
		struct pollfd p = { .fd = fd, .events = POLLIN };
		send(fd, w.buf + i, 1, MSG_NOSIGNAL);
		if (poll(&p, 1, 500) > 0)
			break;
	}
	attack_until_ended(fd, &said, SERVED_MS);
	took = attack_ms() - start;
	assert_has(attack_text(&said), "no HELLO within 2 s");
	assert_in_range(took, 1900, 4500);
	close(fd);
	strbuf_release(&w);
	strbuf_release(&said);
}

/* --- crowds ------------------------------------------------------------------------ */

static void PR_07_300_half_open_hellos_pass_and_leave_nothing(void **state)
{
	size_t before = attack_descriptors(rig);
	struct client *c = attack_client(rig);
	struct strbuf said = STRBUF_INIT;
	static int fds[CROWD];
	int limited = 0;

	(void)state;
	for (int i = 0; i < CROWD; i++) {
		fds[i] = attack_connect(rig);
		send(fds[i], "\x20\0", 2, MSG_NOSIGNAL);
	}
	attack_served(c, SERVED_MS);
	for (int i = 0; i < CROWD; i++) {
		strbuf_clear(&said);
		attack_until_ended(fds[i], &said, 10000);
		limited += strstr(attack_text(&said), "the limit for one user") != NULL;
		close(fds[i]);
	}
	assert_true(limited >= CROWD - 50);
	attack_served(c, SERVED_MS);
	client_close(c);
	attack_until_descriptors(rig, before);
	strbuf_release(&said);
}

static void SEC_07_descriptors_that_are_passed_are_not_kept(void **state)
{
	enum { PASSED = 8, TIMES = 20 };
	union {
		struct cmsghdr head;
		char bytes[CMSG_SPACE(PASSED * sizeof(int))];
	} control;
	struct client *c = attack_client(rig);
	size_t before = attack_descriptors(rig);
	int fds[PASSED];

	(void)state;
	for (int i = 0; i < PASSED; i++)
		fds[i] = open("/dev/null", O_RDONLY | O_CLOEXEC);
	for (int i = 0; i < TIMES; i++) {
		struct strbuf w = STRBUF_INIT;
		wire_put_request(&w, WIRE_STATUS, &(struct wire_request){ .req = 9000 });
		struct iovec part = { w.buf, w.len };
		struct msghdr m = { .msg_iov = &part,
				    .msg_iovlen = 1,
				    .msg_control = &control,
				    .msg_controllen = sizeof(control) };
		memset(&control, 0, sizeof(control));
		control.head.cmsg_level = SOL_SOCKET;
		control.head.cmsg_type = SCM_RIGHTS;
		control.head.cmsg_len = CMSG_LEN(sizeof(fds));
		memcpy(CMSG_DATA(&control.head), fds, sizeof(fds));
		assert_true(sendmsg(client_fd(c), &m, MSG_NOSIGNAL) > 0);
		strbuf_release(&w);
	}
	attack_served(c, SERVED_MS);
	assert_in_range(attack_descriptors(rig), 1, before);
	for (int i = 0; i < PASSED; i++)
		close(fds[i]);
	client_close(c);
}

/* Fewer than the server takes in at one go: it runs out of them however slow it is. */
static void leave_few_descriptors(const struct attack_rig *few)
{
	size_t n = attack_descriptors(few) + FEW_FREE;
	struct rlimit limit = { n, n };

	assert_int_equal(prlimit(few->pid, RLIMIT_NOFILE, &limit, NULL), 0);
}

static void PR_06_without_descriptors_those_who_are_in_are_served(void **state)
{
	struct attack_rig *few = attack_up(SMALL_FILES);
	struct client *c = attack_client(few);
	struct strbuf said = STRBUF_INIT;
	int fds[SMALL_FILES];
	size_t told = 0;

	(void)state;
	leave_few_descriptors(few);
	for (int i = 0; i < SMALL_FILES; i++)
		fds[i] = attack_connect(few);
	attack_served(c, SERVED_MS);
	for (int i = 0; i < SMALL_FILES; i++) {
		strbuf_clear(&said);
		attack_until_ended(fds[i], &said, 10000);
		told += strstr(attack_text(&said), "has no descriptor left") != NULL;
		attack_served(c, SERVED_MS);
	}
	assert_true(told > 0);
	for (int i = 0; i < SMALL_FILES; i++)
		close(fds[i]);
	client_close(c);
	client_close(attack_client(few)); /* there is room again */
	attack_down(few);
	strbuf_release(&said);
}

/* --- floods ------------------------------------------------------------------------ */

/* Sends as much of w as the server takes, again and again; false when it is cut. */
static bool push(int fd, const struct strbuf *w, size_t *at)
{
	ssize_t n = send(fd, w->buf + *at, w->len - *at, MSG_NOSIGNAL | MSG_DONTWAIT);

	if (n < 0)
		return errno == EAGAIN || errno == EINTR;
	*at = (*at + (size_t)n) % w->len;
	return true;
}

static void PR_08_questions_whose_answers_nobody_reads_fill_no_memory(void **state)
{
	enum { QUESTIONS = 2000, CUT_MS = 20000 };
	struct strbuf w = STRBUF_INIT, said = STRBUF_INIT;
	struct client *c = attack_client(rig);
	int64_t end = attack_ms() + CUT_MS;
	int fd = attack_connect(rig);
	long before = attack_rss_kb(rig);
	size_t at = 0;

	(void)state;
	strbuf_init(&w, 1 << 20);
	put_hello(&w);
	send_all(fd, &w);
	strbuf_clear(&w);
	for (uint32_t i = 0; i < QUESTIONS; i++)
		wire_put_request(&w, WIRE_TAGS, &(struct wire_request){ .req = i + 1 });
	while (push(fd, &w, &at)) {
		if (attack_ms() >= end)
			fail_msg("it is never cut");
		attack_served(c, SERVED_MS);
		assert_in_range(attack_rss_kb(rig), 1, before + GROWTH_KB);
		poll(NULL, 0, 10);
	}
	attack_until_ended(fd, &said, SERVED_MS);
	close(fd);
	client_close(c);
	strbuf_release(&w);
	strbuf_release(&said);
}

static void a_session_that_was_held_gets_all_its_answers_in_order(void **state)
{
	enum { QUESTIONS = 500, LIMIT_MS = 20000 };
	struct strbuf w = STRBUF_INIT, why = STRBUF_INIT;
	struct client *c = attack_client(rig);
	uint32_t last = 0, first = client_next_req(c);
	int64_t end = attack_ms() + LIMIT_MS;
	struct client_frame f;
	struct wire_reply reply;

	(void)state;
	for (uint32_t i = 0; i < QUESTIONS; i++)
		wire_put_request(client_out(c), WIRE_TAGS,
				 &(struct wire_request){ .req = first + i });
	assert_int_equal(client_flush(c, &why), SG_OK);
	while (last != first + QUESTIONS - 1 && attack_ms() < end) {
		if (client_next(c, 100, &f, &why) != SG_OK || f.type != WIRE_REPLY)
			continue;
		assert_true(wire_get_reply(f.payload, f.len, &reply));
		assert_int_equal(reply.req, last ? last + 1 : first);
		last = reply.req;
	}
	assert_int_equal(last, first + QUESTIONS - 1);
	client_close(c);
	strbuf_release(&w);
	strbuf_release(&why);
}

static void a_flood_of_audit_lists_holds_nobody_up(void **state)
{
	enum { QUESTIONS = 3000, FOR_MS = 3000 };
	struct strbuf w = STRBUF_INIT, said = STRBUF_INIT;
	struct client *c = attack_client(rig);
	int64_t end = attack_ms() + FOR_MS;
	int fd = attack_connect(rig);
	size_t at = 0;

	(void)state;
	strbuf_init(&w, 1 << 20);
	strbuf_init(&said, 64 << 20);
	put_hello(&w);
	send_all(fd, &w);
	strbuf_clear(&w);
	for (uint32_t i = 0; i < QUESTIONS; i++)
		wire_put_request(&w, WIRE_AUDIT,
				 &(struct wire_request){ .req = i + 1, .num2 = 1000 });
	while (attack_ms() < end && push(fd, &w, &at)) {
		char buf[65536];
		ssize_t n;
		while ((n = read(fd, buf, sizeof(buf))) > 0)
			if (said.len < 32 << 20)
				strbuf_add(&said, buf, (size_t)n);
		attack_served(c, SERVED_MS);
	}
	assert_non_null(memmem(said.buf, said.len, "the store is still busy", 23));
	close(fd);
	client_close(c);
	strbuf_release(&w);
	strbuf_release(&said);
}

/* --- signals ----------------------------------------------------------------------- */

static void PR_10_a_storm_of_signals_is_weathered(void **state)
{
	static const int signals[] = { SIGWINCH, SIGUSR1, SIGUSR2, SIGCHLD,
				       SIGPIPE,  SIGALRM, SIGURG };
	struct client *c = attack_client(rig);

	(void)state;
	for (int i = 0; i < 10000; i++)
		assert_int_equal(kill(rig->pid, signals[i % 7]), 0);
	attack_served(c, SERVED_MS);
	client_close(c);
}

static void describe(const char *text)
{
	char path[400];

	snprintf(path, sizeof(path), "%s/config/sightglass.cfg", rig->dir);
	char *all = test_read_file(path), *at = strstr(all, "description = \"");
	assert_non_null(at);
	memcpy(at + strlen("description = \""), text, strlen(text));
	char next[420];
	snprintf(next, sizeof(next), "%s.new", path);
	test_write_file(next, all);
	assert_int_equal(rename(next, path), 0);
	free(all);
}

static void ask_reload(struct client *c, bool dry_run, struct wire_reply *reply)
{
	struct strbuf why = STRBUF_INIT;
	uint32_t req = client_request(c, WIRE_RELOAD, dry_run, 0, "");

	if (client_flush(c, &why) < 0 ||
	    client_wait_reply(c, req, reply, NULL, NULL, &why) != SG_OK)
		fail_msg("reload: %s", why.buf);
	strbuf_release(&why);
}

/* What was read first must not replace what was read later, however many are asked
 * for, and the flood must not become as many reads. */
static void CF_08_200_hangups_end_with_the_files_as_they_are(void **state)
{
	enum { STORM = 200, READS_MAX = 100 };
	struct client *c = attack_client(rig);
	size_t files = attack_descriptors(rig);
	long before = attack_rss_kb(rig);
	struct wire_reply reply;
	int reads = 0;

	(void)state;
	for (int i = 0; i < STORM; i++) {
		describe(i % 2 ? "even-water" : "odds-water");
		kill(rig->pid, SIGHUP);
		if (i % 20 == 0)
			attack_served(c, SERVED_MS);
	}
	describe("last-water");
	ask_reload(c, false, &reply);
	assert_int_equal(reply.status, WIRE_OK);
	for (int i = 0; i < 5; i++) { /* each is read after all that were asked for */
		ask_reload(c, true, &reply);
		assert_has(reply.text, "0 differences");
	}
	assert_in_range(attack_rss_kb(rig), 1, before + GROWTH_KB);
	assert_in_range(attack_descriptors(rig), 1, files);
	char *log = test_read_file(rig->log);
	for (const char *at = log; (at = strstr(at, "reload: ")); at++)
		reads++;
	assert_in_range(reads, 1, READS_MAX);
	free(log);
	client_close(c);
}

static void a_flood_of_reloads_is_refused_with_a_sentence(void **state)
{
	enum { ASKED = 15 };
	struct strbuf why = STRBUF_INIT;
	struct client *c = attack_client(rig);
	uint32_t first = client_next_req(c);
	struct wire_reply reply;
	int refused = 0;

	(void)state;
	for (uint32_t i = 0; i < ASKED; i++)
		wire_put_request(client_out(c), WIRE_RELOAD,
				 &(struct wire_request){ .req = first + i, .num = 1 });
	assert_int_equal(client_flush(c, &why), SG_OK);
	for (int n = 0; n < ASKED;) {
		struct client_frame f;
		if (client_next(c, 10000, &f, &why) != SG_OK)
			fail_msg("%d answers: %s", n, why.buf);
		if (f.type != WIRE_REPLY)
			continue;
		assert_true(wire_get_reply(f.payload, f.len, &reply));
		n++;
		if (reply.status != WIRE_REFUSED)
			continue;
		assert_has(reply.text, "8 reloads run or wait already");
		refused++;
	}
	assert_true(refused >= 1 && refused <= ASKED - 8);
	client_close(c);
	strbuf_release(&why);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(SEC_05_an_impossible_frame_length_ends_its_connection),
		cmocka_unit_test(
			SEC_05_a_frame_of_the_greatest_length_is_read_and_judged),
		cmocka_unit_test(SEC_05_a_hello_byte_by_byte_is_cut_after_two_seconds),
		cmocka_unit_test(PR_07_300_half_open_hellos_pass_and_leave_nothing),
		cmocka_unit_test(SEC_07_descriptors_that_are_passed_are_not_kept),
		cmocka_unit_test(PR_06_without_descriptors_those_who_are_in_are_served),
		cmocka_unit_test(
			PR_08_questions_whose_answers_nobody_reads_fill_no_memory),
		cmocka_unit_test(a_session_that_was_held_gets_all_its_answers_in_order),
		cmocka_unit_test(a_flood_of_audit_lists_holds_nobody_up),
		cmocka_unit_test(PR_10_a_storm_of_signals_is_weathered),
		cmocka_unit_test(CF_08_200_hangups_end_with_the_files_as_they_are),
		cmocka_unit_test(a_flood_of_reloads_is_refused_with_a_sentence),
	};

	return cmocka_run_group_tests(tests, attack_open, attack_close);
}
