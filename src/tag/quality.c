/* quality.c - the names and marks of quality, one row a reason. */
#include "tag/quality.h"

#include <stdio.h>

#include "util/strbuf.h"

static const struct {
	const char *name, *text;
} reasons[REASON_COUNT] = {
	[REASON_NONE] = { "", "" },
	[REASON_NO_VALUE] = { "no_value", "no value has arrived yet" },
	[REASON_COMM] = { "comm", "the device does not answer" },
	[REASON_STALE] = { "stale", "the value is older than its age limit" },
	[REASON_SENSOR] = { "sensor", "the device reports a broken sensor" },
	[REASON_RANGE] = { "range", "the value is outside its range" },
	[REASON_CONFIG] = { "config", "the driver refused this tag's settings" },
	[REASON_FROZEN] = { "frozen", "the value has not moved for too long" },
	[REASON_DEVICE] = { "device", "the device answered with an error" },
	[REASON_FORMAT] = { "format", "the payload cannot be read" },
	[REASON_OPERAND] = { "operand", "an operand of the expression is not good" },
	[REASON_MATH] = { "math", "the expression has no result" },
	[REASON_AGE_UNKNOWN] = { "age_unknown", "a retained message of unknown age" },
	[REASON_HEARTBEAT] = { "heartbeat", "the heartbeat of the device stands still" },
	[REASON_RESTART] = { "restart", "the device has restarted since" },
};

static const struct {
	quality flag;
	const char *name;
} flags[] = {
	{ QUALITY_SUBSTITUTED, "substituted" },
	{ QUALITY_SIMULATED, "simulated" },
	{ QUALITY_CLOCK, "clock" },
	{ QUALITY_RETAINED, "retained" },
};

quality quality_worst(quality a, quality b)
{
	quality worse = quality_class(b) > quality_class(a) ? b : a;

	return (quality)((worse & ~QUALITY_FLAGS) | ((a | b) & QUALITY_FLAGS));
}

const char *quality_class_name(quality q)
{
	static const char *const names[] = { "good", "uncertain", "bad", "bad" };

	return names[q & 3u];
}

const char *quality_reason_name(quality q)
{
	return quality_is_valid(q) ? reasons[quality_reason(q)].name : "unknown";
}

const char *quality_reason_text(quality q)
{
	return quality_is_valid(q) ? reasons[quality_reason(q)].text : "unknown";
}

void quality_flags_text(quality q, char *out, size_t size)
{
	struct strbuf sb;

	strbuf_init(&sb, size - 1);
	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		if (q & flags[i].flag)
			strbuf_addf(&sb, "%s%s", sb.len ? "," : "", flags[i].name);
	snprintf(out, size, "%s", sb.buf);
	strbuf_release(&sb);
}

char quality_mark(quality q)
{
	if (quality_class(q) == QUALITY_BAD)
		return quality_reason(q) == REASON_STALE ? '~' : '?';
	if (q & QUALITY_SUBSTITUTED)
		return 'S';
	if (q & QUALITY_SIMULATED)
		return 'T';
	if (quality_class(q) == QUALITY_UNCERTAIN)
		return quality_reason(q) == REASON_STALE ? '~' : 'u';
	return ' ';
}
