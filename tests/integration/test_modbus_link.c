/* test_modbus_link.c - the strict wrapper against a slave that breaks every rule.
 *
 * The wrapper is used directly, with the program's send, recv and select defined here
 * as sightglass-modbus defines them, so that every cut of every reply can be tried. */
#include "support/test.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "driver/child_int.h"
#include "drivers/modbus/link.h"
#include "integration/driver_harness.h"
#include "support/stall.h"

ssize_t send(int fd, const void *buf, size_t n, int flags)
{
	return mb_hook_send(fd, buf, n, flags);
}

ssize_t recv(int fd, void *buf, size_t n, int flags)
{
	return mb_hook_recv(fd, buf, n, flags);
}

int select(int n, fd_set *restrict r, fd_set *restrict w, fd_set *restrict e,
	   struct timeval *restrict timeout)
{
	return mb_hook_select(n, r, w, e, timeout);
}

enum { TIMEOUT_MS = 60 };

static struct peer slave;
static struct driver_channel progress;
static struct net_waiter waiter;
static struct mb_endpoint endpoint = { .host = "127.0.0.1" };
static struct mb_link *link_;
static struct mb_reply reply = { .why = STRBUF_INIT };
static uint16_t cells[MB_MAX_BITS];

static void tell(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
static void tell(const char *fmt, ...)
{
	char line[100];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(line, sizeof(line) - 1, fmt, ap);
	va_end(ap);
	strncat(line, "\n", sizeof(line) - strlen(line) - 1);
	peer_tell(&slave, line);
	peer_line(&slave, line, sizeof(line));
	assert_string_not_equal(line, "unknown mode");
}

static long stat_of(const char *name)
{
	char line[200];

	peer_tell(&slave, "stats\n");
	peer_line(&slave, line, sizeof(line));
	const char *at = strstr(line, name);
	assert_non_null(at);
	return strtol(at + strlen(name), NULL, 10);
}

static int start(void **state)
{
	const char *const argv[] = { "chaos_slave", NULL };
	char line[100];

	(void)state;
	slave = peer_start(argv);
	peer_line(&slave, line, sizeof(line));
	endpoint.port = (uint16_t)strtol(line + 5, NULL, 10);
	waiter = (struct net_waiter){ .quit_fd = eventfd(0, EFD_CLOEXEC),
				      .channel = &progress };
	link_ = mb_link_new(&endpoint, &waiter);
	assert_non_null(link_);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	mb_link_free(link_);
	strbuf_release(&reply.why);
	close(waiter.quit_fd);
	peer_stop(&slave);
	return 0;
}

static int fresh(void **state)
{
	struct strbuf why = STRBUF_INIT;

	(void)state;
	tell("mode normal");
	mb_link_close(link_);
	assert_true(mb_link_connect(link_, 2000, &why));
	return 0;
}

static enum mb_result read_some(enum mb_area area, uint32_t first, uint32_t count,
				int64_t timeout_ms)
{
	struct mb_request rq = { .unit = 1,
				 .area = area,
				 .first = first,
				 .count = count,
				 .read = cells,
				 .timeout_ms = timeout_ms };

	memset(cells, 0xEE, sizeof(cells));
	return mb_link_transact(link_, &rq, &reply);
}

static enum mb_result write_some(enum mb_area area, uint32_t first, uint32_t count,
				 const uint16_t *v)
{
	struct mb_request rq = { .unit = 1,
				 .area = area,
				 .is_write = true,
				 .first = first,
				 .count = count,
				 .write = v,
				 .timeout_ms = TIMEOUT_MS };

	return mb_link_transact(link_, &rq, &reply);
}

static void reconnect(void)
{
	struct strbuf why = STRBUF_INIT;

	tell("mode normal");
	assert_false(mb_link_is_up(link_));
	assert_true(mb_link_connect(link_, 2000, &why));
}

/* A read under this mode fails with these words, at once the link is closed, and after
 * a reconnect the next read is right. */
static void assert_read_fails(const char *mode, const char *words)
{
	tell("mode %s", mode);
	assert_int_equal(read_some(MB_HOLDING, 100, 2, TIMEOUT_MS), MB_FAILED);
	assert_has(reply.why.buf, words);
	reconnect();
	assert_int_equal(read_some(MB_HOLDING, 200, 2, 1000), MB_ANSWERED);
	assert_int_equal(cells[0], 200);
	assert_int_equal(cells[1], 201);
}

static void all_areas_are_read_right(void **state)
{
	(void)state;
	assert_int_equal(read_some(MB_HOLDING, 0, 125, 1000), MB_ANSWERED);
	assert_int_equal(cells[124], 124);
	assert_int_equal(read_some(MB_HOLDING, 65535, 1, 1000), MB_ANSWERED);
	assert_int_equal(cells[0], 65535);
	assert_int_equal(read_some(MB_INPUT, 7, 2, 1000), MB_ANSWERED);
	assert_int_equal(cells[1], 8 ^ 0x5555);
	assert_int_equal(read_some(MB_COIL, 3, 2000, 1000), MB_ANSWERED);
	for (unsigned i = 0; i < 2000; i++)
		assert_int_equal(cells[i], (i + 3) * 7 >> 2 & 1);
	assert_int_equal(read_some(MB_DISCRETE, 3, 13, 1000), MB_ANSWERED);
	for (unsigned i = 0; i < 13; i++)
		assert_int_equal(cells[i], !((i + 3) * 7 >> 2 & 1));
}

static void PLC_04_a_reply_cut_at_each_byte_ends_in_time(void **state)
{
	static const struct {
		const char *mode, *none, *some;
	} ends[] = {
		{ "cut", "no reply within 60 ms", "the reply stopped after" },
		{ "cutfin", "the connection ended after 0 bytes",
		  "the connection ended" },
		{ "cutrst", "the connection ended after 0 bytes",
		  "the connection ended" },
	};
	char mode[40];

	(void)state;
	for (size_t e = 0; e < 3; e++) {
		for (int n = 0; n < 13; n++) {
			struct stall_span begun = stall_begin();
			snprintf(mode, sizeof(mode), "%s %d", ends[e].mode, n);
			assert_read_fails(mode, n ? ends[e].some : ends[e].none);
			assert_true(stall_own_ms(&begun) < 1000);
		}
	}
}

static void PLC_05_a_trickling_reply_ends_at_the_total_deadline(void **state)
{
	(void)state;
	tell("mode trickle 100");
	struct mono begun = clock_mono();
	assert_int_equal(read_some(MB_HOLDING, 100, 2, 250), MB_FAILED);
	int64_t took = mono_ms_between(begun, clock_mono());
	assert_in_range(took, 240, 1100);
	assert_has(reply.why.buf, "the reply stopped after");
	assert_has(reply.why.buf, "(250 ms)");
	assert_false(mb_link_is_up(link_));
}

static void PLC_06_a_wrong_transaction_id_is_refused(void **state)
{
	(void)state;
	assert_read_fails("tid 1", "the reply's transaction id is");
	assert_read_fails("tid -1", "the reply's transaction id is");
	assert_read_fails("tid 256", "the reply's transaction id is");
}

static void PLC_07_a_wrong_unit_is_refused(void **state)
{
	(void)state;
	assert_read_fails("unit 7", "the reply's unit id is 8 instead of 1");
	assert_read_fails("unit -1", "the reply's unit id is 0 instead of 1");
}

static void PLC_08_a_wrong_function_is_refused(void **state)
{
	(void)state;
	assert_read_fails("function 4", "the reply's function is 4 instead of 3");
	assert_read_fails("function 131", "the reply's function is 131 instead of 3");
	assert_read_fails("foreign 2", "the reply's function is 130 instead of 3");
}

/* Registers hold their own address: a reply stored under another request would show. */
/* Counted by kind, and silence is no refused reply. */
static void each_refused_reply_says_its_kind(void **state)
{
	static const struct {
		const char *mode;
		enum refused_kind kind;
	} rows[] = {
		{ "tid 1", REFUSED_TRANSACTION },   { "unit 7", REFUSED_UNIT },
		{ "function 4", REFUSED_FUNCTION }, { "bytecount 3", REFUSED_SIZE },
		{ "length 0", REFUSED_HEADER },     { "protocol 1", REFUSED_HEADER },
		{ "cut 8", REFUSED_CUT },           { "cutfin 5", REFUSED_CUT },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		tell("mode %s", rows[i].mode);
		assert_int_equal(read_some(MB_HOLDING, 100, 2, TIMEOUT_MS), MB_FAILED);
		assert_true(reply.is_refused);
		assert_false(reply.timed_out);
		assert_string_equal(refused_kind_name(reply.refused),
				    refused_kind_name(rows[i].kind));
		reconnect();
	}
	tell("mode cut 0");
	assert_int_equal(read_some(MB_HOLDING, 100, 2, TIMEOUT_MS), MB_FAILED);
	assert_false(reply.is_refused);
	assert_true(reply.timed_out);
	reconnect();
	assert_int_equal(read_some(MB_HOLDING, 100, 2, 1000), MB_ANSWERED);
	assert_false(reply.is_refused || reply.timed_out);
}

static void PLC_09_a_late_reply_is_never_taken_for_another(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < 12; i++) {
		tell("mode late %u 0 1", i % 2 ? 90u : 61u);
		assert_int_equal(read_some(MB_HOLDING, i * 10, 2, TIMEOUT_MS), MB_FAILED);
		reconnect();
		for (uint32_t k = 0; k < 6; k++) {
			assert_int_equal(
				read_some(MB_HOLDING, 1000 + i * 10 + k, 3, 1000),
				MB_ANSWERED);
			for (uint32_t j = 0; j < 3; j++)
				assert_int_equal(cells[j], 1000 + i * 10 + k + j);
		}
	}
	tell("mode unasked 1 0 1"); /* the reply of an earlier transaction first */
	assert_int_equal(read_some(MB_HOLDING, 5, 1, TIMEOUT_MS), MB_FAILED);
	assert_has(reply.why.buf, "transaction id");
	reconnect();
}

static void PLC_11_doubled_replies_stay_right(void **state)
{
	uint64_t before = mb_link_duplicates(link_);

	(void)state;
	tell("mode double");
	for (uint32_t i = 0; i < 50; i++) {
		assert_int_equal(read_some(MB_HOLDING, i * 3, 3, 1000), MB_ANSWERED);
		assert_int_equal(cells[2], i * 3 + 2);
	}
	assert_true(mb_link_duplicates(link_) - before >= 40);
}

static void PLC_13_a_byte_count_that_lies_is_refused(void **state)
{
	(void)state;
	assert_read_fails("bytecount 250", "the reply's byte count is 250 instead of 4");
	assert_read_fails("bytecount 0", "the reply's byte count is 0 instead of 4");
	assert_read_fails("bytecount 3", "the reply's byte count is 3 instead of 4");
	assert_read_fails("longer 2", "the reply's byte count is 6 instead of 4");
	assert_read_fails("longer 200", "the reply's byte count is 204 instead of 4");
}

static void PLC_14_a_header_that_lies_is_refused(void **state)
{
	(void)state;
	assert_read_fails("length 0", "the reply claims a length of 0");
	assert_read_fails("length 1", "the reply claims a length of 1");
	assert_read_fails("length 65535", "the reply claims a length of 65535");
	assert_read_fails("length 255", "the reply claims a length of 255");
	assert_read_fails("length 6", "the reply's size is 12 instead of 13");
	assert_read_fails("length 8", "the reply stopped after 13 bytes");
	assert_read_fails("protocol 1", "protocol id 1 instead of 0");
	assert_read_fails("protocol 65535", "protocol id 65535 instead of 0");
}

static void PLC_26_arguments_out_of_range_never_reach_the_wire(void **state)
{
	static const struct mb_request bad[] = {
		{ .unit = 0, .area = MB_HOLDING, .first = 0, .count = 1 },
		{ .unit = 248, .area = MB_HOLDING, .first = 0, .count = 1 },
		{ .unit = 1, .area = MB_HOLDING, .first = 65535, .count = 2 },
		{ .unit = 1, .area = MB_HOLDING, .first = 70000, .count = 1 },
		{ .unit = 1, .area = MB_HOLDING, .first = UINT32_MAX, .count = 2 },
		{ .unit = 1, .area = MB_HOLDING, .first = 0, .count = 126 },
		{ .unit = 1, .area = MB_COIL, .first = 0, .count = 2001 },
		{ .unit = 1, .area = MB_INPUT, .first = 0, .count = 0 },
		{ .unit = 1, .area = MB_INPUT, .is_write = true, .count = 1 },
		{ .unit = 1, .area = MB_COIL, .is_write = true, .count = 1969 },
		{ .unit = 1, .area = MB_HOLDING, .is_write = true, .count = 122 },
	};
	long before = stat_of("requests");

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct mb_request rq = bad[i];
		rq.read = cells;
		rq.write = cells;
		rq.timeout_ms = 100;
		assert_int_equal(mb_link_transact(link_, &rq, &reply), MB_FAILED);
		assert_has(reply.why.buf, "not a valid request");
		assert_false(reply.byte_left);
		reconnect();
	}
	assert_int_equal(stat_of("requests"), before);
}

static void PLC_03_an_exception_keeps_the_connection(void **state)
{
	static const int codes[] = { 1, 2, 3, 4, 5, 6, 8, 10, 11, 0x7F };

	(void)state;
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		tell("mode exception %d", codes[i]);
		assert_int_equal(read_some(MB_HOLDING, 1, 2, 1000), MB_REFUSED);
		assert_int_equal(reply.exception, codes[i]);
		assert_true(mb_link_is_up(link_));
		tell("mode normal");
		assert_int_equal(read_some(MB_HOLDING, 1, 2, 1000), MB_ANSWERED);
		assert_int_equal(cells[0], 1);
	}
}

static void writes_of_each_kind_are_confirmed(void **state)
{
	uint16_t on = 1, one = 0xBEEF, four[4] = { 1, 2, 3, 4 };

	(void)state;
	assert_int_equal(write_some(MB_COIL, 4, 1, &on), MB_ANSWERED);
	assert_int_equal(write_some(MB_HOLDING, 50, 1, &one), MB_ANSWERED);
	assert_int_equal(write_some(MB_HOLDING, 60, 4, four), MB_ANSWERED);
	assert_int_equal(read_some(MB_COIL, 4, 1, 1000), MB_ANSWERED);
	assert_int_equal(cells[0], 1);
	assert_int_equal(read_some(MB_HOLDING, 50, 1, 1000), MB_ANSWERED);
	assert_int_equal(cells[0], 0xBEEF);
	assert_int_equal(read_some(MB_HOLDING, 60, 4, 1000), MB_ANSWERED);
	assert_memory_equal(cells, four, sizeof(four));
}

static void WR_04_a_reset_after_each_byte_of_a_write_leaves_its_fate_open(void **state)
{
	uint16_t v = 77;

	(void)state;
	for (int k = 0; k <= 12; k++) {
		tell("mode close %d", k);
		assert_int_equal(write_some(MB_HOLDING, 300, 1, &v), MB_FAILED);
		assert_true(reply.byte_left);
		reconnect();
	}
}

static void WR_03_a_write_on_a_dead_connection_is_known_unsent(void **state)
{
	uint16_t v = 78;
	long before = stat_of("writes");

	(void)state;
	tell("mode closeafter");
	assert_int_equal(read_some(MB_HOLDING, 1, 1, 1000), MB_ANSWERED);
	tell("mode normal");
	while (stat_of("open ") > 0) /* the slave has closed its end */
		continue;
	assert_int_equal(write_some(MB_HOLDING, 300, 1, &v), MB_FAILED);
	assert_false(reply.byte_left);
	assert_true(reply.closed_before);
	assert_has(reply.why.buf, "the device closed the connection");
	reconnect();
	assert_int_equal(stat_of("writes"), before);
}

/* Right after an answer nobody looks before a read: it may be asked again all the same,
 * the device cannot have meant this one (PLC-27). */
static void PLC_27_a_read_after_an_answer_knows_of_the_closed_line(void **state)
{
	(void)state;
	tell("mode closeafter");
	assert_int_equal(read_some(MB_HOLDING, 1, 1, 1000), MB_ANSWERED);
	assert_int_equal(read_some(MB_HOLDING, 2, 1, 1000), MB_FAILED);
	assert_true(reply.closed_before);
	assert_false(reply.is_refused);
	reconnect();
}

static const char *no(void *arg)
{
	return arg;
}

static void a_write_held_by_its_gate_sends_no_byte_and_keeps_the_link(void **state)
{
	char sentence[] = "too late";
	uint16_t v = 79;
	struct mb_request rq = { .unit = 1,
				 .area = MB_HOLDING,
				 .is_write = true,
				 .first = 300,
				 .count = 1,
				 .write = &v,
				 .timeout_ms = 200,
				 .gate = no,
				 .gate_arg = sentence };
	long before = stat_of("requests");

	(void)state;
	assert_int_equal(mb_link_transact(link_, &rq, &reply), MB_FAILED);
	assert_true(reply.held);
	assert_false(reply.byte_left);
	assert_string_equal(reply.why.buf, "too late");
	assert_true(mb_link_is_up(link_));
	assert_int_equal(read_some(MB_HOLDING, 9, 1, 1000), MB_ANSWERED);
	assert_int_equal(cells[0], 9);
	assert_int_equal(stat_of("requests"), before + 1);
}

static void WR_06_an_echo_that_differs_is_no_success(void **state)
{
	static const char *const modes[] = { "echoaddress 1", "echoaddress 256",
					     "echovalue 1" };
	uint16_t one = 5, two[2] = { 6, 7 }, on = 1;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		const char *words = i < 2 ? "the reply's address is" : "echoed value is";
		tell("mode %s", modes[i]);
		assert_int_equal(write_some(MB_HOLDING, 300, 1, &one), MB_FAILED);
		assert_true(reply.byte_left);
		assert_has(reply.why.buf, words);
		reconnect();
		tell("mode %s", modes[i]);
		assert_int_equal(write_some(MB_COIL, 300, 1, &on), MB_FAILED);
		assert_has(reply.why.buf, words);
		reconnect();
		tell("mode %s", modes[i]);
		assert_int_equal(write_some(MB_HOLDING, 300, 2, two), MB_FAILED);
		assert_has(reply.why.buf,
			   i < 2 ? words : "the reply's quantity is 3 instead of 2");
		reconnect();
	}
}

static void descriptors_beyond_select_do_no_harm(void **state)
{
	struct rlimit limit;
	struct strbuf why = STRBUF_INIT;
	int fds[1100];
	size_t n = 0;

	(void)state;
	getrlimit(RLIMIT_NOFILE, &limit);
	if (limit.rlim_max < 1100)
		skip();
	limit.rlim_cur = limit.rlim_max < 4096 ? limit.rlim_max : 4096;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
	mb_link_close(link_);
	while (n < 1100 && (fds[n] = dup(0)) >= 0 && fds[n] < 1030)
		n++;
	assert_true(mb_link_connect(link_, 500, &why)); /* its number is above 1024 */
	assert_int_equal(read_some(MB_HOLDING, 100, 3, 500), MB_ANSWERED);
	assert_int_equal(cells[2], 102);
	mb_link_close(link_);
	while (n)
		close(fds[--n]);
	assert_true(mb_link_connect(link_, 500, &why));
	strbuf_release(&why);
}

/* A listener whose queue is full drops the SYN, as a dead host does. */
static void PLC_02_a_connect_into_the_void_ends_in_time(void **state)
{
	struct sockaddr_in a = { .sin_family = AF_INET };
	socklen_t len = sizeof(a);
	int fds[8], listener = socket(AF_INET, SOCK_STREAM, 0);
	struct strbuf why = STRBUF_INIT;

	(void)state;
	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(listener, (struct sockaddr *)&a, sizeof(a)), 0);
	assert_int_equal(listen(listener, 0), 0);
	getsockname(listener, (struct sockaddr *)&a, &len);
	for (size_t i = 0; i < 8; i++) {
		fds[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
		if (connect(fds[i], (struct sockaddr *)&a, sizeof(a)) < 0)
			assert_int_equal(errno, EINPROGRESS);
	}
	struct mb_endpoint to = { .host = "127.0.0.1", .port = ntohs(a.sin_port) };
	struct mono begun = clock_mono();
	assert_int_equal(net_connect(&waiter, &to, mono_add_ms(begun, 200), &why), -1);
	assert_in_range(mono_ms_between(begun, clock_mono()), 190, 2000);
	assert_has(why.buf, "cannot connect to 127.0.0.1 port");
	assert_has(why.buf, "no answer in time");
	for (size_t i = 0; i < 8; i++)
		close(fds[i]);
	close(listener);
	strbuf_release(&why);
}

static void names_are_looked_up(void **state)
{
	struct mb_endpoint good = { .host = "localhost", .port = endpoint.port };
	struct mb_endpoint wrong = { .host = "no-such-host.invalid", .port = 502 };
	struct strbuf why = STRBUF_INIT;

	(void)state;
	int fd = net_connect(&waiter, &good, mono_add_ms(clock_mono(), 3000), &why);
	assert_true(fd >= 0);
	close(fd);
	fd = net_connect(&waiter, &wrong, mono_add_ms(clock_mono(), 500), &why);
	assert_int_equal(fd, -1);
	assert_has(why.buf, "cannot look up \"no-such-host.invalid\"");
	strbuf_release(&why);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(all_areas_are_read_right, fresh),
		cmocka_unit_test_setup(PLC_02_a_connect_into_the_void_ends_in_time,
				       fresh),
		cmocka_unit_test_setup(PLC_03_an_exception_keeps_the_connection, fresh),
		cmocka_unit_test_setup(PLC_04_a_reply_cut_at_each_byte_ends_in_time,
				       fresh),
		cmocka_unit_test_setup(
			PLC_05_a_trickling_reply_ends_at_the_total_deadline, fresh),
		cmocka_unit_test_setup(PLC_06_a_wrong_transaction_id_is_refused, fresh),
		cmocka_unit_test_setup(PLC_07_a_wrong_unit_is_refused, fresh),
		cmocka_unit_test_setup(PLC_08_a_wrong_function_is_refused, fresh),
		cmocka_unit_test_setup(each_refused_reply_says_its_kind, fresh),
		cmocka_unit_test_setup(
			PLC_27_a_read_after_an_answer_knows_of_the_closed_line, fresh),
		cmocka_unit_test_setup(PLC_09_a_late_reply_is_never_taken_for_another,
				       fresh),
		cmocka_unit_test_setup(PLC_11_doubled_replies_stay_right, fresh),
		cmocka_unit_test_setup(PLC_13_a_byte_count_that_lies_is_refused, fresh),
		cmocka_unit_test_setup(PLC_14_a_header_that_lies_is_refused, fresh),
		cmocka_unit_test_setup(PLC_26_arguments_out_of_range_never_reach_the_wire,
				       fresh),
		cmocka_unit_test_setup(writes_of_each_kind_are_confirmed, fresh),
		cmocka_unit_test_setup(WR_03_a_write_on_a_dead_connection_is_known_unsent,
				       fresh),
		cmocka_unit_test_setup(
			WR_04_a_reset_after_each_byte_of_a_write_leaves_its_fate_open,
			fresh),
		cmocka_unit_test_setup(WR_06_an_echo_that_differs_is_no_success, fresh),
		cmocka_unit_test_setup(
			a_write_held_by_its_gate_sends_no_byte_and_keeps_the_link, fresh),
		cmocka_unit_test_setup(descriptors_beyond_select_do_no_harm, fresh),
		cmocka_unit_test_setup(names_are_looked_up, fresh),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
