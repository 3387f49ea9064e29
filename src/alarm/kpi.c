/* kpi.c - the table of figures: add yours here, and to docs/alarm-management.md. */
#include "alarm/kpi.h"

#include <math.h>
#include <stdio.h>

#include "util/num.h"

#define NONE  ((double)NAN)
#define ISA   "ISA-18.2"
#define IEC   "IEC 62682"
#define EEMUA "EEMUA 191"

static double percent(double part, double whole)
{
	return whole > 0 ? 100.0 * part / whole : NONE;
}

#define VALUE(fn, expression)                                                            \
	static double fn(const struct alarm_metrics_result *r)                           \
	{                                                                                \
		return (expression);                                                     \
	}

VALUE(annunciated, (double)r->annunciated)
VALUE(per_10min, r->per_10min)
VALUE(per_hour, r->per_hour)
VALUE(per_day, r->per_day)
VALUE(hours_over, percent(r->hours_over, r->hours))
VALUE(windows_over, percent(r->windows_over, r->windows))
VALUE(max_10min, r->max_10min)
VALUE(max_window, r->max_window)
VALUE(day_peak, r->day_peak)
VALUE(floods, r->floods)
VALUE(flood_time, percent((double)r->flood_ms, (double)(r->to.ms - r->from.ms)))
VALUE(flood_longest, (double)r->flood_longest_ms / 1000)
VALUE(upset_peak, r->floods ? r->upset_peak : NONE)
VALUE(top_share, 100.0 * r->top_share)
VALUE(chattering, r->chattering)
VALUE(chatter_times, (double)r->n_chatter)
VALUE(fleeting, r->fleeting)
VALUE(fleeting_times, (double)r->n_fleeting)
VALUE(stale_day, r->stale_day)
VALUE(stale, r->stale)
VALUE(critical, percent((double)r->by_priority[ALARM_CRITICAL], (double)r->annunciated))
VALUE(high, percent((double)r->by_priority[ALARM_HIGH], (double)r->annunciated))
VALUE(medium, percent((double)r->by_priority[ALARM_MEDIUM], (double)r->annunciated))
VALUE(low, percent((double)r->by_priority[ALARM_LOW], (double)r->annunciated))
VALUE(unauthorised, (double)r->unauthorised)
VALUE(by_hand, (double)r->hidden_by_hand)
VALUE(standing, r->gauge[ALARM_G_STANDING].mean)
VALUE(standing_max, r->gauge[ALARM_G_STANDING].max)
VALUE(shelved, r->gauge[ALARM_G_SHELVED].mean)
VALUE(shelved_max, r->gauge[ALARM_G_SHELVED].max)
VALUE(suppressed, r->gauge[ALARM_G_SUPPRESSED].mean)
VALUE(suppressed_max, r->gauge[ALARM_G_SUPPRESSED].max)
VALUE(out, r->gauge[ALARM_G_OUT_OF_SERVICE].mean)
VALUE(out_max, r->gauge[ALARM_G_OUT_OF_SERVICE].max)
VALUE(acks, (double)r->acks)
VALUE(ack_mean, r->to_ack.mean_ms / 1000)
VALUE(ack_p95, r->to_ack.p95_ms / 1000)
VALUE(clear_mean, r->to_clear.mean_ms / 1000)
VALUE(clear_p95, r->to_clear.p95_ms / 1000)
VALUE(unacked, r->unacked_end)
VALUE(band_0, percent(r->in_band[0], r->windows))
VALUE(band_1, percent(r->in_band[1], r->windows))
VALUE(band_2, percent(r->in_band[2], r->windows))
VALUE(band_3, percent(r->in_band[3], r->windows))

/* clang-format off */
const struct alarm_kpi alarm_kpis[] = {
	{ "annunciated", "Alarms annunciated", "", 0, KPI_TOLD, NONE, NONE, ISA, annunciated },
	{ "critical", "Of these critical", "%", 1, KPI_AT_MOST, 1, NONE, ISA, critical },
	{ "high", "Of these high", "%", 1, KPI_AT_MOST, 5, NONE, ISA, high },
	{ "medium", "Of these medium", "%", 1, KPI_AT_MOST, 15, NONE, ISA, medium },
	{ "low", "Of these low", "%", 1, KPI_AT_LEAST, 80, NONE, ISA, low },
	{ "per_10min", "Alarms per 10 min, mean", "", 2, KPI_AT_MOST, 1, 2, ISA ", " EEMUA, per_10min },
	{ "per_hour", "Alarms per hour, mean", "", 1, KPI_AT_MOST, 6, 12, ISA ", " IEC, per_hour },
	{ "per_day", "Alarms per day, mean", "", 1, KPI_AT_MOST, 144, 288, IEC, per_day },
	{ "hours_over_30", "Hours with more than 30 alarms", "%", 2, KPI_BELOW, 1, NONE, ISA, hours_over },
	{ "windows_over_10", "10-min windows with more than 10", "%", 2, KPI_BELOW, 1, NONE, ISA, windows_over },
	{ "max_10min", "Most in any 10 min", "", 0, KPI_AT_MOST, 10, NONE, ISA, max_10min },
	{ "max_window", "Most in a 10-min window", "", 0, KPI_TOLD, NONE, NONE, ISA, max_window },
	{ "day_peak", "Each day's worst 10 min, mean", "", 1, KPI_TOLD, NONE, NONE, EEMUA, day_peak },
	{ "floods", "Floods", "", 0, KPI_TOLD, NONE, NONE, ISA, floods },
	{ "flood_time", "Time in flood", "%", 2, KPI_BELOW, 1, NONE, ISA, flood_time },
	{ "flood_longest", "Longest flood", "s", 0, KPI_TOLD, NONE, NONE, ISA, flood_longest },
	{ "upset_peak", "Most in the first 10 min of an upset", "", 0, KPI_BELOW, 10, 100, EEMUA, upset_peak },
	{ "top_share", "Share of the ten most frequent", "%", 1, KPI_AT_MOST, 1, 5, ISA, top_share },
	{ "chattering", "Alarms that chattered", "", 0, KPI_AT_MOST, 0, NONE, ISA, chattering },
	{ "chatter_times", "Comings that made three in a minute", "", 0, KPI_TOLD, NONE, NONE, ISA, chatter_times },
	{ "fleeting", "Alarms that were fleeting", "", 0, KPI_AT_MOST, 0, NONE, ISA, fleeting },
	{ "fleeting_times", "Fleeting comings", "", 0, KPI_TOLD, NONE, NONE, ISA, fleeting_times },
	{ "stale_day", "Most stale alarms on a day", "", 0, KPI_BELOW, 5, NONE, ISA, stale_day },
	{ "stale", "Alarms that were stale", "", 0, KPI_TOLD, NONE, NONE, ISA, stale },
	{ "unauthorised", "Hidden without name or reason", "", 0, KPI_AT_MOST, 0, NONE, ISA, unauthorised },
	{ "hidden_by_hand", "Hidden by a person", "", 0, KPI_TOLD, NONE, NONE, ISA, by_hand },
	{ "standing", "Standing alarms, mean", "", 1, KPI_BELOW, 10, NONE, EEMUA, standing },
	{ "standing_max", "Standing alarms, most", "", 0, KPI_TOLD, NONE, NONE, EEMUA, standing_max },
	{ "shelved", "Shelved alarms, mean", "", 1, KPI_BELOW, 30, NONE, EEMUA, shelved },
	{ "shelved_max", "Shelved alarms, most", "", 0, KPI_TOLD, NONE, NONE, EEMUA, shelved_max },
	{ "suppressed", "Suppressed alarms, mean", "", 1, KPI_TOLD, NONE, NONE, ISA, suppressed },
	{ "suppressed_max", "Suppressed alarms, most", "", 0, KPI_TOLD, NONE, NONE, ISA, suppressed_max },
	{ "out_of_service", "Out of service, mean", "", 1, KPI_TOLD, NONE, NONE, ISA, out },
	{ "out_of_service_max", "Out of service, most", "", 0, KPI_TOLD, NONE, NONE, ISA, out_max },
	{ "acks", "Acknowledgements", "", 0, KPI_TOLD, NONE, NONE, "ours", acks },
	{ "ack_mean", "Time to acknowledge, mean", "s", 1, KPI_TOLD, NONE, NONE, "ours", ack_mean },
	{ "ack_p95", "Time to acknowledge, 95 %", "s", 1, KPI_TOLD, NONE, NONE, "ours", ack_p95 },
	{ "clear_mean", "Time to clear, mean", "s", 1, KPI_TOLD, NONE, NONE, "ours", clear_mean },
	{ "clear_p95", "Time to clear, 95 %", "s", 1, KPI_TOLD, NONE, NONE, "ours", clear_p95 },
	{ "unacked_end", "Unacknowledged at the end", "", 0, KPI_TOLD, NONE, NONE, "ours", unacked },
	{ "band_0", "10 min with 0 or 1: very likely acceptable", "%", 1, KPI_TOLD, NONE, NONE, EEMUA, band_0 },
	{ "band_1", "10 min with 2: manageable", "%", 1, KPI_TOLD, NONE, NONE, EEMUA, band_1 },
	{ "band_2", "10 min with 3 to 10: likely over-demanding", "%", 1, KPI_TOLD, NONE, NONE, EEMUA, band_2 },
	{ "band_3", "10 min with more than 10: unacceptable", "%", 1, KPI_TOLD, NONE, NONE, EEMUA, band_3 },
	{ .id = NULL },
};
/* clang-format on */

static bool is_met(const struct alarm_kpi *k, double v)
{
	if (k->rule == KPI_AT_LEAST)
		return v >= k->target;
	return k->rule == KPI_BELOW ? v < k->target : v <= k->target;
}

const char *alarm_kpi_verdict(const struct alarm_kpi *k, double v)
{
	if (k->rule == KPI_TOLD || isnan(v))
		return "";
	if (is_met(k, v))
		return "ok";
	if (k->rule == KPI_AT_LEAST)
		return "below target";
	return v > k->limit ? "over limit" : "over target"; /* NaN: no limit */
}

void alarm_kpi_target(const struct alarm_kpi *k, char out[ALARM_KPI_TEXT])
{
	static const char *const words[] = { "", "at most ", "below ", "at least " };
	char number[24];

	out[0] = '\0';
	if (k->rule == KPI_TOLD)
		return;
	num_format_exact(k->target, number, sizeof(number));
	snprintf(out, ALARM_KPI_TEXT, "%s%s", words[k->rule], number);
}

void alarm_kpi_limit(const struct alarm_kpi *k, char out[ALARM_KPI_TEXT])
{
	out[0] = '\0';
	if (!isnan(k->limit))
		num_format_exact(k->limit, out, ALARM_KPI_TEXT);
}

void alarm_kpi_value(const struct alarm_kpi *k, double value, char out[ALARM_KPI_TEXT])
{
	out[0] = '\0';
	if (!isnan(value))
		num_format(value, k->decimals, out, ALARM_KPI_TEXT);
}
