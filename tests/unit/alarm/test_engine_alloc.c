/* test_engine_alloc.c - a storm of alarms asks for no memory. */
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>

#include "alarm/engine.h"
#include "support/count_allocs.h"

enum { ALARMS = 300, SAMPLES = 100000 };

static void count(void *arg, const struct alarm_transition *t)
{
	(void)t;
	++*(unsigned *)arg;
}

static void a_hundred_thousand_samples_ask_for_no_memory(void **state)
{
	static char names[ALARMS][16];
	static struct alarm_def defs[ALARMS];
	struct alarm_engine *e = alarm_engine_new(1);
	unsigned transitions = 0;

	(void)state;
	for (uint32_t i = 0; i < ALARMS; i++) {
		snprintf(names[i], sizeof(names[i]), "alarm%u", i);
		defs[i] = (struct alarm_def){ .name = names[i],
					      .type = alarm_types[i % 5],
					      .limit = 5,
					      .on_delay_ms = i % 3 * 20,
					      .off_delay_ms = i % 4 * 20 };
		alarm_engine_add(e, &defs[i]);
	}
	unsigned long before = alloc_count;

	srandom(3);
	for (int64_t ms = 0; ms < SAMPLES; ms++) {
		struct now now = { { ms * 1000000 }, { ms } };
		uint32_t alarm = (uint32_t)random() % ALARMS;
		struct sample s = { .value = value_double((double)(random() % 10)) };

		if (random() % 10 == 0)
			s.quality = QUALITY_MAKE(QUALITY_BAD, REASON_COMM);
		alarm_engine_tick(e, now, count, &transitions);
		alarm_engine_sample(e, alarm, &s, now, NULL, count, &transitions);
		alarm_engine_ack_apply(e, alarm,
				       alarm_engine_record(e, alarm)->occurrence, "ivan",
				       now, count, &transitions);
	}
	assert_int_equal(alloc_count, before);
	assert_true(transitions > SAMPLES / 4);
	alarm_engine_free(e);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_hundred_thousand_samples_ask_for_no_memory),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
