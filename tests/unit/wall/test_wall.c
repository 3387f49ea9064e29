/* test_wall.c - rows and needs, and walls of older kernels, each in a child that is lost
 * to the test behind it. */
#include "support/test.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "wall/landlock.h"
#include "wall/wall.h"

/* --- the table --------------------------------------------------------------------- */

static void each_row_says_what_it_lets_pass(void **state)
{
	(void)state;
	for (int i = 0; i < WALL_PROGRAMS; i++) {
		const struct wall_row *row = wall_row((enum wall_program)i);

		assert_true(row->name && row->name[0]);
		assert_true(row->help && strlen(row->help) > 20);
		assert_true(!row->files || row->places);
		/* nobody who reads hostile bytes executes anything */
		assert_false(row->calls & (WALL_CALLS_EXEC | WALL_CALLS_SANDBOX));
	}
	assert_int_equal(wall_driver("modbus"), WALL_MODBUS);
	assert_int_equal(wall_driver("mqtt"), WALL_MQTT);
	assert_int_equal(wall_driver("profinet"), WALL_OTHER_DRIVER);
}

static void policies_have_words(void **state)
{
	enum wall_policy p = WALL_OFF;

	(void)state;
	for (int i = 0; wall_policy_words[i]; i++) {
		assert_true(wall_policy_parse(wall_policy_words[i], &p));
		assert_int_equal(p, i);
		assert_string_equal(wall_policy_name(p), wall_policy_words[i]);
	}
	assert_true(wall_policy_parse("require", &p));
	assert_int_equal(p, WALL_REQUIRE);
	assert_false(wall_policy_parse("on", &p));
	assert_int_equal(p, WALL_REQUIRE);
}

/* --- what devices need ------------------------------------------------------------- */

static void settings_name_ports_lines_and_files(void **state)
{
	static const struct {
		const char *value;
		int port, n_ports, n_places;
		bool any;
	} rows[] = {
		{ "tcp://127.0.0.1:1502", 1502, 1, 0, false },
		{ "tcp://127.0.0.1", 502, 1, 0, false },
		{ "tcp://plc7", 502, 2, 0, false }, /* and 53, to look it up */
		{ "tcp://[::1]:503", 503, 1, 0, false },
		{ "mqtt://broker:1884", 1884, 2, 0, false },
		{ "mqtts://10.0.0.1", 8883, 1, 0, false },
		{ "opc.tcp://10.0.0.1:4840/path", 4840, 1, 0, false },
		{ "opc.tcp://10.0.0.1", 0, 0, 0, true }, /* nobody knows where */
		{ "tcp://127.0.0.1:0", 0, 0, 0, true },
		{ "tcp://127.0.0.1:99999", 0, 0, 0, true },
		{ "rtu:///dev/ttyS0?baud=19200", 0, 0, 1, false },
		{ "rtu:///tmp/line0", 0, 0, 2, false },
		{ "/etc/hosts", 0, 0, 1, false },
		{ "a word", 0, 0, 0, false },
		{ "17", 0, 0, 0, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct wall_needs n = { 0 };

		wall_needs_setting(&n, rows[i].value);
		if ((int)n.n_ports != rows[i].n_ports ||
		    (int)n.n_places != rows[i].n_places || n.any_port != rows[i].any ||
		    (n.n_ports && n.port[0] != rows[i].port))
			fail_msg("%s: %zu ports, %zu places, %s", rows[i].value,
				 n.n_ports, n.n_places, n.any_port ? "any" : "not any");
		wall_needs_release(&n);
	}
}

static void what_a_wall_covers(void **state)
{
	struct wall_needs have = { 0 }, want = { 0 };
	char path[300];

	(void)state;
	snprintf(path, sizeof(path), "%s/file", test_tmpdir());
	test_write_file(path, "x");
	wall_needs_setting(&have, "tcp://127.0.0.1:1502");
	wall_needs_setting(&have, path);
	assert_true(wall_needs_cover(&have, &want));
	wall_needs_setting(&want, "tcp://127.0.0.2:1502");
	wall_needs_setting(&want, path);
	assert_true(wall_needs_cover(&have, &want));
	wall_needs_port(&want, 1503);
	assert_false(wall_needs_cover(&have, &want));
	have.any_port = true;
	assert_true(wall_needs_cover(&have, &want));
	wall_needs_release(&want);
	/* the same name, another file: a password was replaced */
	char other[310];
	snprintf(other, sizeof(other), "%s.new", path);
	test_write_file(other, "y");
	assert_int_equal(rename(other, path), 0);
	wall_needs_setting(&want, path);
	assert_false(wall_needs_cover(&have, &want));
	wall_needs_release(&want);
	wall_needs_release(&have);
}

/* --- older kernels ----------------------------------------------------------------- */

static void report_of(int abi, enum wall_policy policy, enum sg_err want,
		      const char *text)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		struct strbuf why = STRBUF_INIT, said = STRBUF_INIT;
		struct wall_report r;

		wall_pretend_abi(abi);
		wall_basics();
		wall_report_init(&r, policy);
		enum sg_err rc = wall_files(WALL_SERVER, NULL, &r, &why);
		wall_report_text(&r, &said);
		bool good = rc == want && strstr(rc ? why.buf : said.buf, text);
		if (!good)
			fprintf(stderr, "abi %d: %d \"%s\" \"%s\"\n", abi, rc, said.buf,
				why.buf);
		_exit(good ? 0 : 1);
	}
	waitpid(pid, &status, 0);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static bool has_landlock(int abi)
{
	wall_pretend_abi(-1);
	if (landlock_abi() >= abi)
		return true;
	print_message("this kernel's Landlock is %d, not %d\n", landlock_abi(), abi);
	return false;
}

static void what_a_kernel_lacks_is_named(void **state)
{
	(void)state;
	report_of(0, WALL_BEST_EFFORT, SG_OK, "no Landlock");
	report_of(0, WALL_BEST_EFFORT, SG_OK, "missing: rules for TCP (Landlock ABI 4");
	report_of(0, WALL_REQUIRE, SG_EREFUSED, "rules for files (Landlock is off");
	report_of(0, WALL_OFF, SG_OK, "off");
	if (!has_landlock(4))
		return;
	report_of(1, WALL_BEST_EFFORT, SG_OK, "Landlock ABI 1 for files");
	report_of(2, WALL_BEST_EFFORT, SG_OK, "this kernel has 2");
	report_of(2, WALL_REQUIRE, SG_EREFUSED, "walls = \"require\", and sightglassd");
	report_of(3, WALL_BEST_EFFORT, SG_OK, "missing: rules for TCP");
	report_of(4, WALL_REQUIRE, SG_OK, "Landlock ABI 4 for files and TCP");
}

static int try_open(const char *path, int flags)
{
	int fd = open(path, flags, 0600), error = errno;

	if (fd >= 0)
		close(fd);
	return fd >= 0 ? 0 : error;
}

/* Each ABI builds a wall that holds: a folder to read, one to write, and no other. */
static void walls_of_each_abi_hold(void **state)
{
	char ro[300], rw[300], out[300], path[320];

	(void)state;
	if (!has_landlock(1))
		return;
	snprintf(ro, sizeof(ro), "%s", test_tmpdir());
	snprintf(rw, sizeof(rw), "%s", test_tmpdir());
	snprintf(out, sizeof(out), "%s", test_tmpdir());
	wall_pretend_abi(-1);
	for (int abi = 1, last = landlock_abi(); abi <= last; abi++) {
		pid_t pid = fork();
		int status;

		if (pid == 0) {
			struct wall_needs n = { 0 };
			struct wall_report r;
			struct strbuf why = STRBUF_INIT;
			int wrong = 0;

			snprintf(path, sizeof(path), "%s/f", ro);
			test_write_file(path, "x");
			snprintf(path, sizeof(path), "%s/f", out);
			test_write_file(path, "x");
			wall_pretend_abi(abi);
			wall_basics();
			wall_report_init(&r, WALL_BEST_EFFORT);
			wall_needs_place(&n, WALL_READ, ro);
			wall_needs_place(&n, WALL_WRITE, rw);
			wrong |= wall_files(WALL_CONSOLE, &n, &r, &why) != SG_OK;
			snprintf(path, sizeof(path), "%s/f", ro);
			wrong |= (try_open(path, O_RDONLY) != 0) << 1;
			wrong |= (try_open(path, O_WRONLY) != EACCES) << 2;
			snprintf(path, sizeof(path), "%s/f%d", rw, abi);
			wrong |= (try_open(path, O_RDWR | O_CREAT) != 0) << 3;
			wrong |= (unlink(path) != 0) << 4;
			snprintf(path, sizeof(path), "%s/f", out);
			wrong |= (try_open(path, O_RDONLY) != EACCES) << 5;
			wrong |= (execl("/bin/true", "true", (char *)NULL) == 0) << 6;
			_exit(wrong);
		}
		waitpid(pid, &status, 0);
		if (!WIFEXITED(status) || WEXITSTATUS(status))
			fail_msg("ABI %d: %x", abi, WEXITSTATUS(status));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_row_says_what_it_lets_pass),
		cmocka_unit_test(policies_have_words),
		cmocka_unit_test(settings_name_ports_lines_and_files),
		cmocka_unit_test(what_a_wall_covers),
		cmocka_unit_test(what_a_kernel_lacks_is_named),
		cmocka_unit_test(walls_of_each_abi_hold),
	};

	return cmocka_run_group_tests_name("wall", tests, NULL, NULL);
}
