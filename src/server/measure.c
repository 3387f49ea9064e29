/*
 * measure.c - what the server knows of itself, once a second: loop lateness, audit
 * lag, free disk, clock synchronisation, and steps of the wall clock.
 */
#include "server/shell.h"

#include <sys/statvfs.h>
#include <sys/timex.h>

#include "server/service.h"

enum { PERIOD_MS = 1000, STEP_MS = 500, SLEPT_MS = 1000 };

static void tell(struct shell *sh, enum system_tag tag, struct value value)
{
	struct event ev = { .kind = EV_SYSTEM };

	ev.u.system.tag = tag;
	ev.u.system.value = value;
	shell_event(sh, &ev);
}

static bool clock_synced(void)
{
	struct timex t = { 0 };

	return adjtimex(&t) != TIME_ERROR;
}

static int64_t disk_free_mb(const struct statvfs *v)
{
	return (int64_t)(v->f_bavail * (v->f_frsize / 1024) / 1024);
}

/* As df counts: of what is not kept for root alone. */
static int64_t disk_used_pct(const struct statvfs *v)
{
	uint64_t used = v->f_blocks - v->f_bfree, all = used + v->f_bavail;

	return all ? (int64_t)((used * 100 + all - 1) / all) : 0;
}

static void measure_disk(struct shell *sh)
{
	struct statvfs v;

	if (statvfs(sh->state_dir, &v) < 0)
		return;
	tell(sh, SYSTEM_DISK_FREE_MB, value_int(disk_free_mb(&v)));
	tell(sh, SYSTEM_DISK_USED, value_int(disk_used_pct(&v)));
}

/* Wall and monotonic clock run side by side; when their difference jumps, somebody or
 * something set the clock (ST-12). */
static void notice_step(struct shell *sh, struct now now)
{
	int64_t difference = now.wall.ms - now.mono.ns / 1000000;
	int64_t step = difference - sh->wall_minus_mono_ms;
	struct event ev = { .kind = EV_CLOCK_STEP };

	sh->wall_minus_mono_ms = difference;
	if (step > -STEP_MS && step < STEP_MS)
		return;
	ev.u.clock.step_ms = step;
	ev.u.clock.synced = clock_synced();
	shell_event(sh, &ev);
}

/* The clock that runs on while the machine sleeps runs ahead of the other by that time.
 */
static void notice_sleep(struct shell *sh)
{
	int64_t ahead = clock_slept_ms(), slept = ahead - sh->slept_ms;
	struct event ev = { .kind = EV_SLEPT };

	sh->slept_ms = ahead;
	if (slept < SLEPT_MS)
		return;
	ev.u.clock.step_ms = slept;
	shell_event(sh, &ev);
}

static void on_measure(uv_timer_t *timer)
{
	struct shell *sh = timer->data;
	struct now now = clock_now();
	int64_t late = mono_ms_between(sh->last_measured, now.mono) - PERIOD_MS;

	sh->last_measured = now.mono;
	notice_sleep(sh);
	notice_step(sh, now);
	tell(sh, SYSTEM_LOOP_LATENESS_MS, value_int(late > 0 ? late : 0));
	tell(sh, SYSTEM_AUDIT_LAG_MS, value_int(store_thread_lag_ms(sh->store)));
	measure_disk(sh);
	tell(sh, SYSTEM_CLOCK_SYNCED, value_bool(clock_synced()));
}

/* In the loop that runs the plant: a thread would feed it while the plant stands. */
static void on_watchdog(uv_timer_t *timer)
{
	(void)timer;
	service_alive();
}

void measure_start(struct shell *sh)
{
	struct now now = clock_now();

	sh->slept_ms = clock_slept_ms();
	sh->last_measured = now.mono;
	sh->wall_minus_mono_ms = now.wall.ms - now.mono.ns / 1000000;
	uv_timer_init(&sh->loop, &sh->measure);
	sh->measure.data = sh;
	uv_timer_start(&sh->measure, on_measure, 0, PERIOD_MS);
	if (service_watchdog_ms() == 0)
		return;
	uv_timer_init(&sh->loop, &sh->watchdog);
	uv_timer_start(&sh->watchdog, on_watchdog, 0, service_watchdog_ms());
}
