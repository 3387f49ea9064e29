/* test_image.c - only what moved is looked at again, and nothing that moved is missed. */
#include "support/test.h"

#include <string.h>

#include "drivers/modbus/image.h"

enum { CELLS = 40, PERIOD_MS = 100 };

static struct mono at_ms(int64_t ms)
{
	return (struct mono){ ms * 1000000 };
}

static enum mb_news take(struct mb_image *im, const uint16_t *cells, uint32_t n,
			 int64_t ms)
{
	enum mb_news news = mb_image_compare(im, cells, n, PERIOD_MS, at_ms(ms));

	mb_image_keep(im, cells, n, news, at_ms(ms));
	return news;
}

static void the_first_reply_is_all_new(void **state)
{
	struct mb_image im = { 0 };
	uint16_t cells[CELLS] = { 0 };

	(void)state;
	assert_int_equal(take(&im, cells, CELLS, 5000), MB_NEWS_ALL);
	assert_int_equal(take(&im, cells, CELLS, 5100), MB_NEWS_NONE);
	mb_image_release(&im);
}

/* Each cell alone, seen in every range that holds it and in no other. */
static void each_moved_cell_is_seen(void **state)
{
	struct mb_image im = { 0 };
	uint16_t cells[CELLS] = { 0 };

	(void)state;
	take(&im, cells, CELLS, 5000);
	for (uint32_t i = 0; i < CELLS; i++) {
		cells[i] ^= 0x8000;
		assert_int_equal(
			mb_image_compare(&im, cells, CELLS, PERIOD_MS, at_ms(5100)),
			MB_NEWS_SOME);
		for (uint32_t at = 0; at + 4 <= CELLS; at++)
			assert_int_equal(mb_image_moved(&im, cells, at, 4),
					 i >= at && i < at + 4);
		mb_image_keep(&im, cells, CELLS, MB_NEWS_SOME, at_ms(5100));
		assert_int_equal(take(&im, cells, CELLS, 5100), MB_NEWS_NONE);
	}
	mb_image_release(&im);
}

/* The server never goes a second without a sample, also when cells move in between. */
static void all_is_told_again_each_second(void **state)
{
	struct mb_image im = { 0 };
	uint16_t cells[CELLS] = { 0 };
	int64_t told = 0;

	(void)state;
	for (int64_t ms = 0; ms < 20000; ms += PERIOD_MS) {
		cells[7] = (uint16_t)(ms / 300);
		if (take(&im, cells, CELLS, ms) == MB_NEWS_ALL)
			told = ms;
		assert_true(ms + PERIOD_MS - told <= 1000);
	}
	mb_image_release(&im);
}

static void after_a_failure_all_is_new(void **state)
{
	struct mb_image im = { 0 };
	uint16_t cells[CELLS] = { 0 };

	(void)state;
	take(&im, cells, CELLS, 5000);
	mb_image_forget(&im);
	assert_int_equal(take(&im, cells, CELLS, 5100), MB_NEWS_ALL);
	assert_int_equal(take(&im, cells, CELLS - 1, 5200), MB_NEWS_ALL);
	assert_int_equal(take(&im, cells, CELLS, 5300), MB_NEWS_ALL);
	mb_image_release(&im);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_reply_is_all_new),
		cmocka_unit_test(each_moved_cell_is_seen),
		cmocka_unit_test(all_is_told_again_each_second),
		cmocka_unit_test(after_a_failure_all_is_new),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
