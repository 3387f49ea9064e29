/* test_rtu.c - check sums and sizes of RTU frames, against frames from the standard's own
 * examples. */
#include "support/test.h"

#include <string.h>

#include "drivers/modbus/frame.h"
#include "drivers/modbus/rtu.h"
#include "drivers/modbus/serial.h"
#include "util/strbuf.h"

static void PLC_15_check_sums_are_those_of_the_standard(void **state)
{
	static const uint8_t request[] = { 0x01, 0x03, 0x00, 0x00, 0x00, 0x0A };
	static const uint8_t exception[] = { 0x0A, 0x81, 0x02 };

	(void)state;
	assert_int_equal(rtu_crc(request, sizeof(request)), 0xCDC5);
	assert_int_equal(rtu_crc(exception, sizeof(exception)), 0x53B0);
	assert_int_equal(rtu_crc(request, 0), 0xFFFF);
}

static void a_reply_says_how_long_it_is(void **state)
{
	static const struct {
		uint8_t b[3];
		size_t n;
		int size;
	} row[] = {
		{ { 1 }, 0, 0 },       { { 1 }, 1, 0 },       { { 1, 3 }, 2, 0 },
		{ { 1, 3, 4 }, 3, 9 }, { { 1, 1, 1 }, 3, 6 }, { { 1, 4, 255 }, 3, 260 },
		{ { 1, 0x83 }, 2, 5 }, { { 1, 5 }, 2, 8 },    { { 1, 6 }, 2, 8 },
		{ { 1, 16 }, 2, 8 },   { { 1, 22 }, 2, 10 },  { { 1, 99 }, 2, -1 },
	};
	struct strbuf why = STRBUF_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++)
		assert_int_equal(rtu_reply_size(row[i].b, row[i].n, &why), row[i].size);
	assert_string_equal(why.buf, "the reply begins with unit 1, function 99");
	strbuf_release(&why);
}

static void the_tcp_form_has_the_same_message(void **state)
{
	static const uint8_t rtu[] = { 7, 3, 2, 0x12, 0x34, 0xAA, 0xBB };
	static const uint8_t want[] = { 0, 0, 0, 0, 0, 5, 7, 3, 2, 0x12, 0x34 };
	uint8_t frame[RTU_ADU_MAX + MB_HEAD_SIZE];

	(void)state;
	assert_int_equal(rtu_as_frame(rtu, sizeof(rtu), frame), sizeof(want));
	assert_memory_equal(frame, want, sizeof(want));
}

static void the_silence_is_three_and_a_half_characters(void **state)
{
	struct mb_serial line = { .baud = 9600 };

	(void)state;
	assert_int_equal(serial_gap_us(&line), 4011);
	line.baud = 115200;
	assert_int_equal(serial_gap_us(&line), 1750);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(PLC_15_check_sums_are_those_of_the_standard),
		cmocka_unit_test(a_reply_says_how_long_it_is),
		cmocka_unit_test(the_tcp_form_has_the_same_message),
		cmocka_unit_test(the_silence_is_three_and_a_half_characters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
