/* clock.c - the only reader of the machine's clocks. */
#include "util/clock.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

struct mono clock_mono(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (struct mono){ (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec };
}

int64_t clock_slept_ms(void)
{
	struct timespec ts;
	struct mono mono =
		clock_mono(); /* first: a switch between never counts as less */

	clock_gettime(CLOCK_BOOTTIME, &ts);
	return ((int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec - mono.ns) / 1000000;
}

struct now clock_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return (struct now){
		.mono = clock_mono(),
		.wall = { (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000 },
	};
}

/* Splits ms so that times before 1970 keep a positive millisecond part. */
static time_t split(struct wall t, int *ms)
{
	int64_t s = t.ms / 1000;

	*ms = (int)(t.ms % 1000);
	if (*ms < 0) {
		*ms += 1000;
		s--;
	}
	return (time_t)s;
}

void clock_iso_utc(struct wall t, char out[CLOCK_ISO_SIZE])
{
	int ms;
	time_t s = split(t, &ms);
	struct tm tm;
	char day[24];

	if (!gmtime_r(&s, &tm) || !strftime(day, sizeof(day), "%Y-%m-%dT%H:%M:%S", &tm)) {
		snprintf(out, CLOCK_ISO_SIZE, "-");
		return;
	}
	snprintf(out, CLOCK_ISO_SIZE, "%s.%03dZ", day, ms);
}

void clock_local(struct wall t, char out[CLOCK_LOCAL_SIZE])
{
	int ms;
	time_t s = split(t, &ms);
	struct tm tm;

	if (!localtime_r(&s, &tm) ||
	    !strftime(out, CLOCK_LOCAL_SIZE, "%Y-%m-%d %H:%M:%S %z", &tm))
		snprintf(out, CLOCK_LOCAL_SIZE, "-");
}

void clock_iso_local(struct wall t, char out[CLOCK_LOCAL_SIZE])
{
	int ms;
	time_t s = split(t, &ms);
	struct tm tm;
	char day[24], zone[8];

	if (!localtime_r(&s, &tm) ||
	    !strftime(day, sizeof(day), "%Y-%m-%dT%H:%M:%S", &tm) ||
	    strftime(zone, sizeof(zone), "%z", &tm) != 5) {
		snprintf(out, CLOCK_LOCAL_SIZE, "-");
		return;
	}
	snprintf(out, CLOCK_LOCAL_SIZE, "%s.%03d%.3s:%s", day, ms, zone, zone + 3);
}

int64_t clock_local_offset_ms(struct wall t)
{
	int ms;
	time_t s = split(t, &ms);
	struct tm tm;

	return localtime_r(&s, &tm) ? (int64_t)tm.tm_gmtoff * 1000 : 0;
}

void clock_local_hms(struct wall t, char out[CLOCK_LOCAL_SIZE])
{
	char full[CLOCK_LOCAL_SIZE];

	clock_local(t, full);
	snprintf(out, CLOCK_LOCAL_SIZE, "%.8s", full[0] == '-' ? "-" : full + 11);
}

void clock_span(int64_t ms, char out[CLOCK_SPAN_SIZE])
{
	int64_t s = (ms + 500) / 1000;

	if (s >= 3600 && s % 3600 == 0)
		snprintf(out, CLOCK_SPAN_SIZE, "%" PRId64 " h", s / 3600);
	else if (s >= 3600 || (s >= 60 && s % 60 == 0))
		snprintf(out, CLOCK_SPAN_SIZE, "%" PRId64 " min", s / 60);
	else
		snprintf(out, CLOCK_SPAN_SIZE, "%" PRId64 " s", s);
}

void clock_span_hms(int64_t ms, char out[CLOCK_SPAN_SIZE])
{
	int64_t s = (ms + 500) / 1000;

	snprintf(out, CLOCK_SPAN_SIZE, "%" PRId64 ":%02d:%02d", s / 3600,
		 (int)(s / 60 % 60), (int)(s % 60));
}
