/* test_out.c - bytes to a terminal that takes few of them, or none for a while. */
#include "support/test.h"

#include "console/term/out.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PIPE = 65536 };

struct line {
	struct out out;
	int read_end;
	char bytes[4 * PIPE];
};

static struct mono at(int64_t ms)
{
	return (struct mono){ (1000000 + ms) * 1000000 };
}

static int set_up(void **state)
{
	struct line *l = calloc(1, sizeof(*l));
	int fds[2];

	assert_int_equal(pipe2(fds, O_NONBLOCK), 0);
	l->read_end = fds[0];
	out_init(&l->out, fds[1], 0);
	memset(l->bytes, 'x', sizeof(l->bytes));
	*state = l;
	return 0;
}

static int tear_down(void **state)
{
	struct line *l = *state;

	close(l->read_end);
	close(l->out.fd);
	out_release(&l->out);
	free(l);
	return 0;
}

static size_t take(struct line *l)
{
	ssize_t n = read(l->read_end, l->bytes, sizeof(l->bytes));

	return n > 0 ? (size_t)n : 0;
}

static void a_free_line_takes_all_and_is_free_at_once(void **state)
{
	struct line *l = *state;

	assert_int_equal(out_send(&l->out, "frame", 5, at(0)), SG_OK);
	assert_false(out_has_unsent(&l->out));
	assert_true(mono_reached(at(0), out_free_at(&l->out)));
	assert_int_equal(take(l), 5);
}

static void the_rest_of_a_frame_goes_before_anything_else(void **state)
{
	struct line *l = *state;
	size_t got;

	l->bytes[PIPE] = 'y';
	assert_int_equal(out_send(&l->out, l->bytes, PIPE + 1, at(0)), SG_OK);
	assert_true(out_has_unsent(&l->out));
	/* no other frame may come now */
	assert_int_equal(out_free_at(&l->out).ns, INT64_MAX);
	assert_int_equal(take(l), PIPE);
	assert_int_equal(out_push(&l->out, at(10)), SG_OK);
	got = take(l);
	assert_int_equal(got, 1);
	assert_int_equal(l->bytes[0], 'y');
	assert_false(out_has_unsent(&l->out));
	assert_int_equal(l->out.stalled_ms, 0); /* slow, not stalled */
}

static void a_stall_is_measured_from_the_last_byte_taken(void **state)
{
	struct line *l = *state;

	out_send(&l->out, l->bytes, 2 * PIPE, at(0));
	out_push(&l->out, at(1000));
	out_push(&l->out, at(OUT_STALL_MS + 5000));
	assert_int_equal(l->out.stalled_ms, 0); /* it still is one */
	take(l);
	out_push(&l->out, at(OUT_STALL_MS + 6000));
	assert_false(out_has_unsent(&l->out));
	assert_int_equal(l->out.stalled_ms, OUT_STALL_MS + 6000);
}

static void a_slow_line_is_free_when_it_has_carried_what_it_got(void **state)
{
	struct line *l = *state;

	out_init(&l->out, l->out.fd, 9600);
	assert_true(out_is_slow(&l->out));
	out_send(&l->out, l->bytes, 960, at(0));
	assert_int_equal(out_free_at(&l->out).ns, at(1000).ns);
	/* more before that waits behind it; after an idle time nothing is saved up */
	out_send(&l->out, l->bytes, 96, at(500));
	assert_int_equal(out_free_at(&l->out).ns, at(1100).ns);
	out_send(&l->out, l->bytes, 96, at(9000));
	assert_int_equal(out_free_at(&l->out).ns, at(9100).ns);
}

static void a_fast_line_is_not_paced(void **state)
{
	struct line *l = *state;

	out_init(&l->out, l->out.fd, 38400);
	assert_false(out_is_slow(&l->out));
	out_send(&l->out, l->bytes, 10000, at(0));
	assert_true(mono_reached(at(0), out_free_at(&l->out)));
}

static void what_is_forgotten_never_goes(void **state)
{
	struct line *l = *state;

	out_send(&l->out, l->bytes, 2 * PIPE, at(0));
	out_forget(&l->out);
	take(l);
	assert_int_equal(out_push(&l->out, at(10)), SG_OK);
	assert_int_equal(take(l), 0);
}

static void a_terminal_that_is_gone_is_told(void **state)
{
	struct line *l = *state;
	int fd = l->out.fd;

	l->out.fd = -1;
	assert_int_equal(out_send(&l->out, "x", 1, at(0)), SG_EIO);
	l->out.fd = fd;
}

#define ON_LINE(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_LINE(a_free_line_takes_all_and_is_free_at_once),
		ON_LINE(the_rest_of_a_frame_goes_before_anything_else),
		ON_LINE(a_stall_is_measured_from_the_last_byte_taken),
		ON_LINE(a_slow_line_is_free_when_it_has_carried_what_it_got),
		ON_LINE(a_fast_line_is_not_paced),
		ON_LINE(what_is_forgotten_never_goes),
		ON_LINE(a_terminal_that_is_gone_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
