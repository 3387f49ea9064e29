/* test_engine_alloc.c - a storm of alarms asks for no memory, but what stays. */
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

/* every other alarm counts */
static struct alarm_more more[2] = {
	{
		.limit_min = -INFINITY,
		.limit_max = INFINITY,
		.setpoint = 5,
		.plus = 3,
		.minus = 3,
		.sigmas = 1.5,
		.per_ms = 1000,
		.window_ms = 1000,
		.after_ms = 500,
		.min_samples = 8,
	},
	{
		.limit_min = -INFINITY,
		.limit_max = INFINITY,
		.setpoint = 5,
		.plus = 3,
		.minus = 3,
		.sigmas = 1.5,
		.per_ms = 1000,
		.window_ms = 1000,
		.after_ms = 500,
		.min_samples = 8,
		.times = 2,
		.within_ms = 60000,
	},
};

static const struct alarm_type *type_of(uint32_t i)
{
	size_t n = 0;

	while (alarm_types[n])
		n++;
	return alarm_types[i % n];
}

static void a_hundred_thousand_samples_ask_for_memory_once_an_alarm(void **state)
{
	static char names[ALARMS][16];
	static struct alarm_def defs[ALARMS];
	struct alarm_engine *e = alarm_engine_new(1);
	unsigned transitions = 0;

	(void)state;
	for (uint32_t i = 0; i < ALARMS; i++) {
		snprintf(names[i], sizeof(names[i]), "alarm%u", i);
		defs[i] = (struct alarm_def){ .name = names[i],
					      .type = type_of(i),
					      .more = &more[i % 8 == 1],
					      .limit = 5,
					      .on_delay_ms = (int32_t)(i % 3 * 20),
					      .off_delay_ms = (int32_t)(i % 4 * 20) };
		alarm_engine_add(e, &defs[i]);
	}
	unsigned long before = alloc_count;

	srandom(3);
	for (int64_t ms = 0; ms < SAMPLES; ms++) {
		struct now now = { { ms * 1000000 }, { ms } };
		uint32_t alarm = (uint32_t)random() % ALARMS;
		struct sample s = { .value = value_double((double)(random() % 10)),
				    .taken = now.mono };
		struct sample second = { .value = value_double((double)(random() % 2)) };
		uint32_t due;

		if (random() % 10 == 0)
			s.quality = QUALITY_MAKE(QUALITY_BAD, REASON_COMM);
		alarm_engine_tick(e, now, count, &transitions);
		while (alarm_engine_look_due(e, now, &due))
			alarm_engine_judge(e, due, &s, &second, now, NULL, count,
					   &transitions);
		alarm_engine_judge(e, alarm, &s, &second, now, NULL, count, &transitions);
		alarm_engine_act_apply(
			e, alarm,
			&(struct alarm_act){
				.event = ALARM_E_ACK,
				.occurrence = alarm_engine_record(e, alarm)->occurrence,
				.by = "ivan" },
			now, count, &transitions);
	}
	/* once: room for the older occurrences of each, for a name; and what grows */
	assert_in_range(alloc_count - before, 0, ALARMS + 50);
	assert_true(transitions > SAMPLES / 4);
	alarm_engine_free(e);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_hundred_thousand_samples_ask_for_memory_once_an_alarm),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
