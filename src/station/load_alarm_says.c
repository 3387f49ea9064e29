/* load_alarm_says.c - what alarms, classes and areas say alike: reading it and handing it
 * down. */
#include "station/load_alarms_int.h"

#include <stddef.h>
#include <string.h>

#include "alarm/def.h"
#include "util/num.h"

const char *const load_priority_words[] = { "critical", "high",       "medium",
					    "low",      "diagnostic", NULL };

enum said_kind {
	SAYS_WORD,
	SAYS_BOOL,
	SAYS_MS,
	SAYS_INT,
	SAYS_NUMBER,
	SAYS_TEXT,
	SAYS_LIST
};

#define AT(field)                                                                        \
	offsetof(struct alarm_says, field), sizeof(((struct alarm_says *)0)->field)

/* In the order of enum alarm_said. */
static const struct said_row {
	const char *name;
	enum said_kind kind;
	size_t at, size;
} rows[SAID_COUNT] = {
	[SAID_PRIORITY] = { "priority", SAYS_WORD, AT(priority) },
	[SAID_LATCHING] = { "latching", SAYS_BOOL, AT(latching) },
	[SAID_ACK_REQUIRED] = { "ack_required", SAYS_BOOL, AT(ack_required) },
	[SAID_CONFIRM] = { "confirm", SAYS_BOOL, AT(confirm) },
	[SAID_ANNUNCIATE] = { "annunciate", SAYS_BOOL, AT(annunciate) },
	[SAID_HIGHLY_MANAGED] = { "highly_managed", SAYS_BOOL, AT(highly_managed) },
	[SAID_SHELVABLE] = { "shelvable", SAYS_BOOL, AT(shelvable) },
	[SAID_SHELVE_MAX] = { "shelve_max_s", SAYS_MS, AT(shelve_max_ms) },
	[SAID_REALARM] = { "realarm_s", SAYS_MS, AT(realarm_ms) },
	[SAID_ON_DELAY] = { "on_delay_s", SAYS_MS, AT(on_delay_ms) },
	[SAID_OFF_DELAY] = { "off_delay_s", SAYS_MS, AT(off_delay_ms) },
	[SAID_DEADBAND_PERCENT] = { "deadband_percent", SAYS_NUMBER,
				    AT(deadband_percent) },
	[SAID_RESPOND_WITHIN] = { "respond_within_s", SAYS_INT, AT(respond_within_s) },
	[SAID_OWNER] = { "owner", SAYS_TEXT, AT(owner) },
	[SAID_REVIEWED] = { "reviewed", SAYS_TEXT, AT(reviewed) },
	[SAID_APPROVED_BY] = { "approved_by", SAYS_TEXT, AT(approved_by) },
	[SAID_SUPPRESS_WHEN] = { "suppress_when", SAYS_TEXT, AT(suppress_when) },
	[SAID_SUPPRESS_IN] = { "suppress_in", SAYS_LIST, AT(suppress_in) },
	[SAID_CLASS] = { "class", SAYS_TEXT, AT(class_name) },
};

static bool take_word(const struct cfg_node *n, int64_t *out)
{
	const char *word = cfg_as_text(n);
	enum alarm_priority p;

	if (!word || !alarm_priority_parse(word, &p))
		return false;
	*out = p;
	return true;
}

static bool take_ms(const struct cfg_node *n, int64_t *out)
{
	double s;

	if (!cfg_as_double(n, &s) || !(s >= 0 && s <= 1e8))
		return false;
	*out = (int64_t)(s * 1000 + 0.5);
	return true;
}

static bool take_text(struct loader *l, const struct cfg_node *n, const char **out)
{
	const char *text = cfg_as_text(n);

	if (!text)
		return false;
	*out = station_def_text(l->d, text);
	return true;
}

/* One text is a list of one. */
static bool take_list(struct loader *l, const struct cfg_node *n, const char *const **out)
{
	size_t count = cfg_type(n) == CFG_STRING ? 1 : cfg_count(n);
	const char **list = arena_alloc(l->scratch, (count + 1) * sizeof(*list));
	size_t k = 0;

	for (size_t i = 0; i < count; i++) {
		const char *word =
			cfg_as_text(cfg_type(n) == CFG_STRING ? n : cfg_at(n, i));
		if (word)
			list[k++] = station_def_text(l->d, word);
	}
	*out = list;
	return true;
}

static bool take(struct loader *l, const struct cfg_node *n, const struct said_row *row,
		 void *at)
{
	switch (row->kind) {
	case SAYS_WORD:
		return take_word(n, at);
	case SAYS_BOOL:
		return cfg_as_bool(n, at);
	case SAYS_MS:
		return take_ms(n, at);
	case SAYS_INT:
		return cfg_as_int(n, at);
	case SAYS_NUMBER:
		return cfg_as_double(n, at);
	case SAYS_TEXT:
		return take_text(l, n, at);
	case SAYS_LIST:
		return take_list(l, n, at);
	}
	return false;
}

void says_take(struct loader *l, const struct cfg_node *node, struct alarm_says *s)
{
	for (size_t i = 0; i < SAID_COUNT; i++) {
		const struct cfg_node *n = cfg_get(node, rows[i].name);

		if (n && take(l, n, &rows[i], (char *)s + rows[i].at))
			s->given |= 1u << i;
	}
}

void says_merge(struct alarm_says *s, const struct alarm_says *other)
{
	uint32_t missing = other->given & ~s->given;

	for (size_t i = 0; missing && i < SAID_COUNT; i++)
		if (missing >> i & 1u)
			memcpy((char *)s + rows[i].at, (const char *)other + rows[i].at,
			       rows[i].size);
	s->given |= missing;
}

bool says_has(const struct alarm_says *s, enum alarm_said what)
{
	return s->given >> what & 1u;
}

/* --- dates ------------------------------------------------------------------------ */

static bool two_digits(const char *s, int64_t lo, int64_t hi, int64_t *out)
{
	char digits[3] = { s[0], s[1], '\0' };

	return num_parse_int(digits, lo, hi, out);
}

static int64_t month_length(int64_t year, int64_t month)
{
	static const int8_t days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return days[month - 1] + (month == 2 && leap);
}

bool load_date(const char *text, int64_t *days)
{
	int64_t year, month, day;
	char digits[5] = "";

	if (strlen(text) != 10 || strspn(text, "0123456789-") != 10 || text[4] != '-' ||
	    text[7] != '-')
		return false;
	memcpy(digits, text, 4);
	if (!num_parse_int(digits, 1970, 9999, &year) ||
	    !two_digits(text + 5, 1, 12, &month) || !two_digits(text + 8, 1, 31, &day) ||
	    day > month_length(year, month))
		return false;
	*days = day - 1;
	for (int64_t m = 1; m < month; m++)
		*days += month_length(year, m);
	year--; /* whole years since year 1, less those before 1970 */
	*days += year * 365 + year / 4 - year / 100 + year / 400 - 719162;
	return true;
}

bool station_date_valid(const char *text)
{
	int64_t days;

	return load_date(text, &days);
}
