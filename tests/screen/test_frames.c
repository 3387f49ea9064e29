/* test_frames.c - what the console writes to its terminal, as the kernel saw it: each
 * frame is one write, so that no reader of the terminal ever sees half of one. */
#include "support/test.h"

#include "screen/console_rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STRACE "/usr/bin/strace"
#define BEGIN  "\\33[?2026h"
#define END    "\\33[?2026l"

/* Without the marks of a frame only what cannot be seen half done. */
enum { SMALL = 128, SCREENS = 4 };

static struct tty *traced_console(struct fake *f, char *log)
{
	char program[512];
	char *argv[] = { (char[]){ STRACE },
			 (char[]){ "-e" },
			 (char[]){ "trace=write,writev,pwrite64" },
			 (char[]){ "-s" },
			 (char[]){ "1000000" },
			 (char[]){ "-o" },
			 log,
			 program,
			 (char[]){ "--socket" },
			 (char *)(uintptr_t)fake_socket(f),
			 NULL };
	/* a leak cannot be looked for under a tracer */
	const char *env[] = { "ASAN_OPTIONS=detect_leaks=0",
			      "LSAN_OPTIONS=detect_leaks=0", NULL };
	struct tty *t;

	snprintf(program, sizeof(program), "%s", test_program("sightglass"));
	t = tty_start(argv, env, 80, 24);
	tty_expect(t, "50.0");
	tty_expect(t, "server ok");
	return t;
}

/* Installed, and allowed to trace here. */
static bool can_trace(void)
{
	char *argv[] = { (char[]){ STRACE }, (char[]){ "-o" }, (char[]){ "/dev/null" },
			 (char[]){ "/bin/true" }, NULL };
	struct tty *t = tty_start(argv, NULL, 80, 24);
	bool ok = tty_wait_exit(t, 5000) == 0;

	tty_free(t);
	return ok;
}

static unsigned occurrences(const char *text, const char *what)
{
	unsigned n = 0;

	for (; (text = strstr(text, what)); text += strlen(what))
		n++;
	return n;
}

/* One call of the trace: "write(1, "BYTES", LENGTH) = WRITTEN". True when it was a whole
 * frame between its marks. */
static bool is_frame(const char *call)
{
	const char *bytes = strchr(call, '"'), *end = strstr(call, "\", ");
	long length, written;

	assert_true(bytes && end);
	assert_int_equal(sscanf(end + 3, "%ld) = %ld", &length, &written), 2);
	assert_int_equal(written, length);
	if (!strstr(call, BEGIN)) {
		assert_null(strstr(call, END));
		assert_in_range(length, 1, SMALL - 1);
		return false;
	}
	assert_int_equal(occurrences(call, BEGIN), 1);
	assert_int_equal(occurrences(call, END), 1);
	assert_ptr_equal(strstr(bytes, BEGIN), bytes + 1);
	assert_ptr_equal(strstr(bytes, END), end - strlen(END));
	return true;
}

static void a_frame_is_one_write(void **state)
{
	static const char *const marks[SCREENS] = { "Second", "Test works", "Alarms 0",
						    "Test works" };
	static const char *const keys[SCREENS] = { "4", "2", "3", "2" };
	struct rig *r = *state;
	char log[256], *text, *rest = NULL;
	unsigned frames = 0, calls = 0;

	if (!can_trace()) {
		print_message("skipped: " STRACE " is not there or may not trace\n");
		skip();
	}
	snprintf(log, sizeof(log), "%s/writes", test_tmpdir());
	r->t = traced_console(r->f, log);
	for (int i = 0; i < SCREENS; i++) {
		tty_type(r->t, keys[i]);
		tty_expect(r->t, marks[i]);
	}
	tty_type(r->t, "\014"); /* Ctrl-L: every cell */
	pump_for(r->t, 300);
	tty_type(r->t, "\021");
	tty_expect(r->t, "Enter");
	tty_type(r->t, "\r");
	assert_int_equal(tty_wait_exit(r->t, 5000), 0);
	text = test_read_file(log);
	for (char *line = strtok_r(text, "\n", &rest); line;
	     line = strtok_r(NULL, "\n", &rest)) {
		if (strncmp(line, "write(1, ", 9) != 0) {
			assert_null(strstr(line, BEGIN)); /* the only door */
			continue;
		}
		calls++;
		frames += is_frame(line);
	}
	print_message("%u writes, %u of them whole frames\n", calls, frames);
	assert_true(frames >= 1 + SCREENS + 1);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = { ON_RIG(a_frame_is_one_write) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
