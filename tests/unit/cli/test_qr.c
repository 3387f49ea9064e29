/* test_qr.c - a QR code out of half blocks: its corners, its quiet edge, and that both
 * ways to draw it are the same picture. */
#include "support/test.h"

#include <stdlib.h>
#include <string.h>

#include "cli/qr.h"
#include "util/strbuf.h"

enum { MOST = 200, QUIET = 2 };

#define ADDRESS                                                                          \
	"otpauth://totp/demo-waterworks:maria?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"   \
	"&issuer=demo-waterworks"

struct picture {
	bool dark[MOST][MOST];
	size_t width, height;
};

/* Of one cell: the upper half is inked, the lower half is. */
static size_t read_cell(const char *at, bool *upper, bool *lower)
{
	static const char *const cells[] = { " ", "\xe2\x96\x84", "\xe2\x96\x80",
					     "\xe2\x96\x88" };

	for (size_t i = 0; i < 4; i++)
		if (strncmp(at, cells[i], strlen(cells[i])) == 0) {
			*upper = i & 2;
			*lower = i & 1;
			return strlen(cells[i]);
		}
	fail_msg("not a half block: %.8s", at);
	return 0;
}

static void read_picture(const char *text, bool coloured, struct picture *p)
{
	size_t x = 0;

	memset(p, 0, sizeof(*p));
	while (*text) {
		bool upper = false, lower = false;

		if (*text == '\033') {
			text += strcspn(text, "m") + 1;
			continue;
		}
		if (*text == '\n') {
			p->width = x;
			p->height += 2;
			x = 0;
			text++;
			continue;
		}
		assert_true(x < MOST && p->height + 1 < MOST);
		text += read_cell(text, &upper, &lower);
		p->dark[p->height][x] = upper == coloured;
		p->dark[p->height + 1][x] = lower == coloured;
		x++;
	}
}

/* 7 x 7: a ring, a white ring, a square. */
static void expect_finder(const struct picture *p, size_t x0, size_t y0)
{
	for (size_t y = 0; y < 7; y++)
		for (size_t x = 0; x < 7; x++) {
			bool rim = x == 0 || y == 0 || x == 6 || y == 6;
			bool heart = x >= 2 && x <= 4 && y >= 2 && y <= 4;

			assert_int_equal(p->dark[y0 + y][x0 + x], rim || heart);
		}
}

static void a_code_has_its_corners_and_a_white_edge(void **state)
{
	static struct picture p;
	struct strbuf out = STRBUF_INIT;

	(void)state;
	assert_true(qr_draw(&out, ADDRESS, true));
	assert_has(out.buf, "\033[30;107m"); /* black on white on any ground */
	read_picture(out.buf, true, &p);
	size_t n = p.width - 2 * QUIET;
	assert_int_equal((n - 17) % 4, 0); /* 17 + 4 x version */
	assert_true(p.height / 2 <= 21);   /* with three lines: 24 rows */
	expect_finder(&p, QUIET, QUIET);
	expect_finder(&p, QUIET + n - 7, QUIET);
	expect_finder(&p, QUIET, QUIET + n - 7);
	for (size_t y = 0; y < QUIET + n + QUIET; y++)
		for (size_t x = 0; x < p.width; x++)
			if (y < QUIET || y >= QUIET + n || x < QUIET || x >= QUIET + n)
				assert_false(p.dark[y][x]);
	strbuf_release(&out);
}

static void without_colours_it_is_the_same_picture(void **state)
{
	static struct picture with, without;
	struct strbuf out = STRBUF_INIT;

	(void)state;
	assert_true(qr_draw(&out, ADDRESS, true));
	read_picture(out.buf, true, &with);
	strbuf_clear(&out);
	assert_true(qr_draw(&out, ADDRESS, false));
	assert_null(strchr(out.buf, '\033'));
	read_picture(out.buf, false, &without);
	assert_memory_equal(&with, &without, sizeof(with));
	strbuf_release(&out);
}

static void what_does_not_fit_is_not_drawn(void **state)
{
	struct strbuf out = STRBUF_INIT;
	static char text[8000];

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	assert_false(qr_draw(&out, text, true));
	assert_int_equal(out.len, 0);
	strbuf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_code_has_its_corners_and_a_white_edge),
		cmocka_unit_test(without_colours_it_is_the_same_picture),
		cmocka_unit_test(what_does_not_fit_is_not_drawn),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
