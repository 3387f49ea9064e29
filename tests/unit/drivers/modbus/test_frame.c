/* test_frame.c - a reply is judged byte by byte: of all replies that differ from the
 * right one in one byte, only those that differ in the data pass. */
#include "support/test.h"

#include <string.h>

#include "drivers/modbus/frame.h"
#include "util/strbuf.h"

/* transaction 7, unit 1: read holding 100, 2 registers; and its answer */
static const uint8_t read_request[12] = { 0, 7, 0, 0, 0, 6, 1, 3, 0, 100, 0, 2 };
static const uint8_t read_reply[13] = {
	0, 7, 0, 0, 0, 7, 1, 3, 4, 0x42, 0x12, 0x66, 0x66
};
static const uint8_t write_request[12] = { 0, 8, 0, 0, 0, 6, 1, 6, 0, 100, 0x12, 0x34 };

static enum frame_verdict judge(const uint8_t *q, const uint8_t *r, size_t n,
				uint8_t *exception, struct strbuf *why)
{
	struct frame_fault fault = { .why = why };

	return frame_judge(q, 12, r, n, exception, &fault);
}

static void right_answers_pass(void **state)
{
	struct strbuf why = STRBUF_INIT;
	uint8_t e = 0;

	(void)state;
	assert_int_equal(judge(read_request, read_reply, 13, &e, &why), FRAME_OK);
	assert_int_equal(judge(write_request, write_request, 12, &e, &why), FRAME_OK);
}

static void assert_differs(size_t at, uint8_t by, const char *words)
{
	struct strbuf why = STRBUF_INIT;
	uint8_t e, r[13];

	memcpy(r, read_reply, 13);
	r[at] = (uint8_t)(r[at] + by);
	assert_int_equal(judge(read_request, r, 13, &e, &why), FRAME_MISMATCH);
	assert_string_equal(why.buf, words);
	strbuf_release(&why);
}

static void PLC_06_another_transaction_is_refused(void **state)
{
	(void)state;
	assert_differs(1, 1, "the reply's transaction id is 8 instead of 7");
	assert_differs(0, 1, "the reply's transaction id is 263 instead of 7");
}

static void PLC_07_another_unit_is_refused(void **state)
{
	(void)state;
	assert_differs(6, 7, "the reply's unit id is 8 instead of 1");
}

static void PLC_08_another_function_is_refused(void **state)
{
	(void)state;
	assert_differs(7, 1, "the reply's function is 4 instead of 3");
	assert_differs(7, 0x80, "the reply's function is 131 instead of 3");
}

static void PLC_13_one_wrong_byte_of_the_frame_is_enough(void **state)
{
	struct strbuf why = STRBUF_INIT;
	uint8_t e, r[13];

	(void)state;
	for (size_t at = 0; at < 13; at++) {
		for (unsigned v = 0; v < 256; v++) {
			memcpy(r, read_reply, 13);
			r[at] = (uint8_t)v;
			bool same = r[at] == read_reply[at], data = at >= 9;
			enum frame_verdict got = judge(read_request, r, 13, &e, &why);
			assert_int_equal(got, same || data ? FRAME_OK : FRAME_MISMATCH);
		}
	}
	strbuf_release(&why);
}

static void WR_06_one_wrong_byte_of_an_echo_is_enough(void **state)
{
	static const uint8_t many[12] = { 0, 9, 0, 0, 0, 11, 1, 16, 0, 100, 0, 2 };
	static const uint8_t many_reply[12] = { 0, 9, 0, 0, 0, 6, 1, 16, 0, 100, 0, 2 };
	struct strbuf why = STRBUF_INIT;
	uint8_t e, r[12];

	(void)state;
	for (size_t at = 0; at < 12; at++) {
		for (unsigned v = 0; v < 256; v++) {
			memcpy(r, write_request, 12);
			r[at] = (uint8_t)v;
			assert_int_equal(judge(write_request, r, 12, &e, &why),
					 r[at] == write_request[at] ? FRAME_OK
								    : FRAME_MISMATCH);
			memcpy(r, many_reply, 12);
			r[at] = (uint8_t)v;
			assert_int_equal(judge(many, r, 12, &e, &why),
					 r[at] == many_reply[at] ? FRAME_OK
								 : FRAME_MISMATCH);
		}
	}
	strbuf_release(&why);
}

static void WR_06_every_byte_of_a_mask_write_echo_counts(void **state)
{
	static const uint8_t q[14] = {
		0, 9, 0, 0, 0, 8, 1, 22, 0, 100, 0xFF, 0xF7, 0, 8
	};
	struct strbuf why = STRBUF_INIT;
	struct frame_fault fault = { .why = &why };
	uint8_t r[14], e = 0;

	(void)state;
	assert_int_equal(frame_judge(q, 14, q, 14, &e, &fault), FRAME_OK);
	for (size_t i = 0; i < sizeof(q); i++) {
		memcpy(r, q, sizeof(r));
		r[i] ^= 1;
		assert_int_equal(frame_judge(q, 14, r, 14, &e, &fault), FRAME_MISMATCH);
	}
	memcpy(r, q, sizeof(r));
	r[5] = 6;
	assert_int_equal(frame_judge(q, 14, r, 12, &e, &fault), FRAME_MISMATCH);
	strbuf_release(&why);
}

/* Every refused reply is counted by its kind. */
static void each_refusal_has_its_kind(void **state)
{
	static const struct {
		const uint8_t *request, *reply;
		size_t n, at;
		uint8_t value;
		enum refused_kind kind;
	} rows[] = {
		{ read_request, read_reply, 13, 1, 8, REFUSED_TRANSACTION },
		{ read_request, read_reply, 13, 2, 1, REFUSED_HEADER },
		{ read_request, read_reply, 13, 5, 0, REFUSED_HEADER },
		{ read_request, read_reply, 13, 6, 2, REFUSED_UNIT },
		{ read_request, read_reply, 13, 7, 4, REFUSED_FUNCTION },
		{ read_request, read_reply, 13, 7, 0x84, REFUSED_FUNCTION },
		{ read_request, read_reply, 13, 8, 6, REFUSED_SIZE },
		{ read_request, read_reply, 8, 0, 0, REFUSED_CUT },
		{ write_request, write_request, 12, 9, 101, REFUSED_ECHO },
		{ write_request, write_request, 12, 11, 0, REFUSED_ECHO },
	};
	struct strbuf why = STRBUF_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct frame_fault fault = { .why = &why };
		uint8_t e = 0, r[13];

		memcpy(r, rows[i].reply, rows[i].n);
		r[rows[i].at] = rows[i].value;
		assert_int_equal(
			frame_judge(rows[i].request, 12, r, rows[i].n, &e, &fault),
			FRAME_MISMATCH);
		assert_string_equal(refused_kind_name(fault.kind),
				    refused_kind_name(rows[i].kind));
	}
	strbuf_release(&why);
}

static void PLC_03_exceptions_are_recognised_and_named(void **state)
{
	uint8_t r[9] = { 0, 7, 0, 0, 0, 3, 1, 0x83, 2 }, e = 0;
	struct strbuf why = STRBUF_INIT;

	(void)state;
	for (unsigned code = 0; code < 256; code++) {
		r[8] = (uint8_t)code;
		assert_int_equal(judge(read_request, r, 9, &e, &why), FRAME_EXCEPTION);
		assert_int_equal(e, code);
		assert_true(strlen(exception_name((uint8_t)code)) > 5);
	}
	r[7] = 0x84; /* of another function */
	assert_int_equal(judge(read_request, r, 9, &e, &why), FRAME_MISMATCH);
	assert_string_equal(exception_name(2), "illegal data address");
	assert_string_equal(exception_name(6), "device busy");
	assert_string_equal(exception_name(11), "gateway target does not respond");
	assert_string_equal(exception_name(9), "unknown exception");
	assert_string_equal(exception_name(0x7F), "unknown exception");
	assert_true(exception_is_busy(5) && exception_is_busy(6));
	assert_false(exception_is_busy(4));
	strbuf_release(&why);
}

static void PLC_04_short_replies_are_refused(void **state)
{
	struct strbuf why = STRBUF_INIT;
	uint8_t e;

	(void)state;
	for (size_t n = 0; n < 13; n++)
		assert_int_equal(judge(read_request, read_reply, n, &e, &why),
				 FRAME_MISMATCH);
	strbuf_release(&why);
}

static void PLC_14_the_length_field_is_bounded(void **state)
{
	struct strbuf why = STRBUF_INIT;

	(void)state;
	for (unsigned length = 0; length < 65536; length++) {
		uint8_t head[6] = { 0, 0, 0, 0, (uint8_t)(length >> 8), (uint8_t)length };
		bool ok = length >= 3 && length <= 254;
		assert_int_equal(frame_size(head, &why), ok ? length + 6 : 0);
	}
	strbuf_release(&why);
}

static void bit_reads_count_bytes(void **state)
{
	static const uint8_t q[12] = { 0, 7, 0, 0, 0, 6, 1, 1, 0, 0, 0, 9 };
	static const uint8_t r[11] = { 0, 7, 0, 0, 0, 5, 1, 1, 2, 0xFF, 1 };
	static const uint8_t few[10] = { 0, 7, 0, 0, 0, 4, 1, 1, 1, 0xFF };
	struct strbuf why = STRBUF_INIT;
	uint8_t e;

	(void)state;
	assert_int_equal(judge(q, r, 11, &e, &why), FRAME_OK);
	assert_int_equal(judge(q, few, 10, &e, &why), FRAME_MISMATCH);
	assert_string_equal(why.buf, "the reply's byte count is 1 instead of 2");
	strbuf_release(&why);
}

/* Function 15 is echoed by place and quantity; 23 is answered by data, as many as it
 * asked to read. */
static void the_other_writes_are_judged_by_what_they_answer(void **state)
{
	const uint8_t coils[14] = { 0, 8, 0, 0, 0, 8, 1, 15, 0, 16, 0, 3, 1, 5 };
	uint8_t echo[12] = { 0, 8, 0, 0, 0, 6, 1, 15, 0, 16, 0, 3 };
	const uint8_t both[19] = { 0, 9, 0, 0, 0, 13, 1, 23,   0,   5,
				   0, 1, 0, 5, 0, 1,  2, 0xAB, 0xCD };
	uint8_t data[11] = { 0, 9, 0, 0, 0, 5, 1, 23, 2, 0xAB, 0xCD };
	struct strbuf why = STRBUF_INIT;
	struct frame_fault f = { .why = &why };
	uint8_t e;

	(void)state;
	assert_int_equal(frame_judge(coils, 14, echo, 12, &e, &f), FRAME_OK);
	echo[11] = 4;
	assert_int_equal(frame_judge(coils, 14, echo, 12, &e, &f), FRAME_MISMATCH);
	assert_string_equal(why.buf, "the reply's quantity is 4 instead of 3");
	assert_int_equal(f.kind, REFUSED_ECHO);
	assert_int_equal(frame_judge(both, 19, data, 11, &e, &f), FRAME_OK);
	data[8] = 4;
	assert_int_equal(frame_judge(both, 19, data, 11, &e, &f), FRAME_MISMATCH);
	assert_string_equal(why.buf, "the reply's byte count is 4 instead of 2");
	assert_int_equal(f.kind, REFUSED_SIZE);
	strbuf_release(&why);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(right_answers_pass),
		cmocka_unit_test(PLC_06_another_transaction_is_refused),
		cmocka_unit_test(PLC_07_another_unit_is_refused),
		cmocka_unit_test(PLC_08_another_function_is_refused),
		cmocka_unit_test(PLC_13_one_wrong_byte_of_the_frame_is_enough),
		cmocka_unit_test(WR_06_one_wrong_byte_of_an_echo_is_enough),
		cmocka_unit_test(WR_06_every_byte_of_a_mask_write_echo_counts),
		cmocka_unit_test(each_refusal_has_its_kind),
		cmocka_unit_test(PLC_03_exceptions_are_recognised_and_named),
		cmocka_unit_test(PLC_04_short_replies_are_refused),
		cmocka_unit_test(PLC_14_the_length_field_is_bounded),
		cmocka_unit_test(bit_reads_count_bytes),
		cmocka_unit_test(the_other_writes_are_judged_by_what_they_answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
