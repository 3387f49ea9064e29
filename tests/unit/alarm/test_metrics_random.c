/*
 * test_metrics_random.c - random journals through the metrics and through a second
 * implementation that knows only the definitions of docs/alarm-management.md: it looks at
 * all rows again for each question, O(n^2) and worse, and keeps nothing between.
 *
 * The journals are made by a small plant: alarms that come, go, are acknowledged (older
 * occurrences too), re-alarm, are hidden and removed; hectic ones with floods, slow ones
 * with stale alarms. SIGHTGLASS_SEED=n runs one seed.
 */
#include "support/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alarm/report.h"
#include "unit/alarm/journal_rows.h"
#include "util/strbuf.h"

enum { ALARMS = 6, ROWS = 400, SEEDS = 60, OLDER = 8 };
enum {
	SECOND = 1000,
	DAY = 24 * 3600 * 1000,
	HIDDEN = ALARM_F_SHELVED | ALARM_F_SUPPRESSED
};

static struct alarm_journal rows[ROWS];
static size_t n_rows;
static int64_t from, to; /* as row_of() takes them */
static const char *const names[ALARMS] = { "a", "b", "c", "d", "e", "f" };
static const char *const people[] = { "anna", "ivan", "mei" };

static long pick(long n)
{
	return random() % n;
}

/* --- the plant ------------------------------------------------------------------ */

static struct plant_alarm {
	enum alarm_state state;
	uint8_t flags;
	uint64_t occurrence;
	uint64_t older[OLDER];
	size_t n_older;
} plant[ALARMS];
static uint64_t last_occurrence;
static int64_t clock_ms;

static struct alarm_journal *note(int i, enum alarm_event event,
				  enum alarm_state to_state, uint64_t occurrence)
{
	struct plant_alarm *p = &plant[i];

	rows[n_rows] = row_of(clock_ms, names[i], event, p->state, to_state, occurrence);
	rows[n_rows].flags = p->flags;
	rows[n_rows].priority = (enum alarm_priority)(1 + i % 4);
	rows[n_rows].by = event == ALARM_E_ACK ? people[pick(3)] : "";
	p->state = to_state;
	return &rows[n_rows++];
}

static void plant_come(int i)
{
	struct plant_alarm *p = &plant[i];

	if (p->state != ALARM_S_NORMAL && p->state != ALARM_S_RTNUN)
		return;
	if (p->state == ALARM_S_RTNUN && p->n_older == OLDER) {
		note(i, ALARM_E_OLDER_SHED, p->state, p->older[0]);
		memmove(p->older, p->older + 1, sizeof(p->older) - sizeof(p->older[0]));
		p->n_older--;
	}
	if (p->state == ALARM_S_RTNUN)
		p->older[p->n_older++] = p->occurrence;
	p->occurrence = ++last_occurrence;
	note(i, ALARM_E_COME, ALARM_S_UNACK, p->occurrence);
}

static void plant_go(int i)
{
	if (plant[i].state == ALARM_S_UNACK)
		note(i, ALARM_E_GO, pick(9) ? ALARM_S_RTNUN : ALARM_S_NORMAL,
		     plant[i].occurrence);
	else if (plant[i].state == ALARM_S_ACKED)
		note(i, ALARM_E_GO, ALARM_S_NORMAL, plant[i].occurrence);
}

static void plant_ack(int i)
{
	struct plant_alarm *p = &plant[i];

	if (p->n_older > 0 && pick(2)) {
		enum alarm_state core = p->state;

		note(i, ALARM_E_ACK, ALARM_S_NORMAL, p->older[--p->n_older])->from =
			ALARM_S_RTNUN;
		p->state = core;
	} else if (p->state == ALARM_S_UNACK) {
		note(i, ALARM_E_ACK, ALARM_S_ACKED, p->occurrence);
	} else if (p->state == ALARM_S_RTNUN) {
		note(i, ALARM_E_ACK, ALARM_S_NORMAL, p->occurrence);
	}
}

static void plant_realarm(int i)
{
	if (plant[i].state != ALARM_S_ACKED)
		return;
	plant[i].occurrence = ++last_occurrence;
	note(i, ALARM_E_REALARM, ALARM_S_UNACK, plant[i].occurrence);
}

static void plant_hide(int i)
{
	static const struct {
		uint8_t flag;
		enum alarm_event on, off;
	} kinds[] = { { ALARM_F_SHELVED, ALARM_E_SHELVE, ALARM_E_SHELF_EXPIRED },
		      { ALARM_F_SUPPRESSED, ALARM_E_SUPPRESS, ALARM_E_UNSUPPRESS } };
	long k = pick(2);

	plant[i].flags ^= kinds[k].flag;
	note(i, plant[i].flags & kinds[k].flag ? kinds[k].on : kinds[k].off,
	     plant[i].state, plant[i].occurrence);
}

static void plant_remove(int i)
{
	plant[i].flags = 0;
	plant[i].n_older = 0;
	note(i, ALARM_E_REMOVE, ALARM_S_NORMAL, plant[i].occurrence);
}

static void run_plant(bool hectic)
{
	memset(plant, 0, sizeof(plant));
	last_occurrence = 0;
	clock_ms = 0;
	n_rows = 0;
	while (n_rows + 2 < ROWS) {
		int i = (int)pick(ALARMS);
		long what = pick(100);

		clock_ms += hectic ? pick(12 * SECOND) : pick(DAY / 4);
		clock_ms += pick(40) ? 0 : pick(hectic ? 1200 * SECOND : 2 * DAY);
		if (what < 40)
			plant_come(i);
		else if (what < 65)
			plant_go(i);
		else if (what < 85)
			plant_ack(i);
		else if (what < 91)
			plant_realarm(i);
		else if (what < 98)
			plant_hide(i);
		else
			plant_remove(i);
	}
}

/* --- the definitions ------------------------------------------------------------ */

static int64_t at(size_t i)
{
	return rows[i].at.ms - row_time(0);
}

static bool in_period(size_t i)
{
	return at(i) >= from && at(i) < to;
}

static bool exists(size_t i)
{
	return at(i) < to;
}

static bool same(size_t i, size_t j)
{
	return strcmp(rows[i].alarm, rows[j].alarm) == 0;
}

static bool announced(size_t i)
{
	enum alarm_event e = rows[i].event;

	return exists(i) && rows[i].to == ALARM_S_UNACK && !(rows[i].flags & HIDDEN) &&
	       (e == ALARM_E_COME || e == ALARM_E_REALARM || e == ALARM_E_SHELF_EXPIRED ||
		e == ALARM_E_UNSUPPRESS);
}

static uint64_t announced_between(int64_t lo, int64_t hi)
{
	uint64_t n = 0;

	for (size_t i = 0; i < n_rows; i++)
		n += announced(i) && at(i) >= lo && at(i) < hi;
	return n;
}

static int64_t sec(size_t i)
{
	return rows[i].at.ms / 1000;
}

/* Announced in the seconds (s - 600, s], among the first n rows. */
static uint32_t last_600(size_t n, int64_t s)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += announced(i) && sec(i) > s - 600 && sec(i) <= s;
	return sum;
}

/* Is the alarm's newest occurrence, before row i, another one? */
static bool of_older(size_t i)
{
	if (rows[i].event != ALARM_E_ACK && rows[i].event != ALARM_E_OLDER_SHED)
		return false;
	for (size_t j = 0; j < i; j++)
		if (same(i, j) && rows[j].occurrence > rows[i].occurrence)
			return true;
	return false;
}

/* The row that says what an alarm's core is at ms, its end exclusive; ROWS = none. */
static size_t core_row(int alarm, int64_t ms)
{
	size_t found = ROWS;

	for (size_t i = 0; i < n_rows && at(i) <= ms; i++)
		if (exists(i) && strcmp(rows[i].alarm, names[alarm]) == 0 && !of_older(i))
			found = i;
	return found;
}

static uint8_t flags_at(int alarm, int64_t ms)
{
	uint8_t flags = 0;

	for (size_t i = 0; i < n_rows && at(i) <= ms; i++)
		if (exists(i) && strcmp(rows[i].alarm, names[alarm]) == 0)
			flags = rows[i].flags;
	return flags;
}

static bool active_at(int alarm, int64_t ms)
{
	size_t i = core_row(alarm, ms);

	return i != ROWS && (rows[i].to == ALARM_S_UNACK || rows[i].to == ALARM_S_ACKED);
}

static bool seen_at(int alarm, int64_t ms)
{
	return active_at(alarm, ms) && !(flags_at(alarm, ms) & HIDDEN);
}

/* --- each figure from its definition -------------------------------------------- */

static void check_rates(const struct alarm_metrics_result *r)
{
	uint32_t over = 0, hours_over = 0, most = 0, most_10 = 0;

	assert_int_equal(r->annunciated, announced_between(from, to));
	for (int64_t lo = from; lo < to; lo += 600 * SECOND) {
		int64_t hi = lo + 600 * SECOND < to ? lo + 600 * SECOND : to;
		uint32_t n = (uint32_t)announced_between(lo, hi);

		over += n > 10;
		most = n > most ? n : most;
	}
	for (int64_t lo = from; lo < to; lo += 3600 * SECOND)
		hours_over +=
			announced_between(lo, lo + 3600 * SECOND < to ? lo + 3600 * SECOND
								      : to) > 30;
	for (size_t i = 0; i < n_rows; i++) {
		uint32_t n = last_600(i + 1, sec(i));

		if (announced(i) && in_period(i) && n > most_10)
			most_10 = n;
	}
	assert_int_equal(r->windows_over, over);
	assert_int_equal(r->hours_over, hours_over);
	assert_int_equal(r->max_window, most);
	assert_int_equal(r->max_10min, most_10);
	assert_double(r->per_day, (double)r->annunciated * DAY / (double)(to - from),
		      1e-6);
}

/* The first second after s at whose begin fewer than 5 came in the 600 before. */
static int64_t flood_end(int64_t s)
{
	for (s++;; s++) {
		uint32_t n = 0;

		for (size_t i = 0; i < n_rows; i++)
			n += announced(i) && sec(i) > s - 600 && sec(i) < s;
		if (n < 5)
			return s;
	}
}

static int64_t least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static int64_t most_of(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static uint32_t check_floods(const struct alarm_metrics_result *r)
{
	int64_t until = INT64_MIN, total = 0, from_ms = row_time(from);
	uint32_t floods = 0;

	for (size_t i = 0; i < n_rows; i++) {
		if (!announced(i) || sec(i) < until || last_600(i + 1, sec(i)) <= 10)
			continue;
		until = flood_end(sec(i));
		int64_t lo = most_of(sec(i) * 1000, from_ms);
		int64_t hi = least(until * 1000, row_time(to));
		total += hi > lo ? hi - lo : 0;
		floods += hi > lo;
	}
	assert_int_equal(r->floods, floods);
	assert_int_equal(r->flood_ms, total);
	return floods;
}

static void check_levels(const struct alarm_metrics_result *r)
{
	double standing = 0, shelved = 0;
	uint32_t most = 0;
	int64_t t = from;

	while (t < to) { /* to the next row's time nothing changes */
		int64_t next = to;
		uint32_t n = 0, n_shelved = 0;

		for (size_t i = 0; i < n_rows; i++)
			if (at(i) > t && at(i) < next)
				next = at(i);
		for (int a = 0; a < ALARMS; a++) {
			n += seen_at(a, t);
			n_shelved += (flags_at(a, t) & ALARM_F_SHELVED) != 0;
		}
		standing += n * (double)(next - t);
		shelved += n_shelved * (double)(next - t);
		most = n > most ? n : most;
		t = next;
	}
	assert_double(r->gauge[ALARM_G_STANDING].mean, standing / (double)(to - from),
		      1e-9);
	assert_double(r->gauge[ALARM_G_SHELVED].mean, shelved / (double)(to - from),
		      1e-9);
	assert_int_equal(r->gauge[ALARM_G_STANDING].max, most);
}

/* Since when the alarm is active without a break, at ms. */
static int64_t active_since(int alarm, int64_t ms)
{
	int64_t since = ms;

	for (size_t i = n_rows; i-- > 0;) {
		if (at(i) > ms || strcmp(rows[i].alarm, names[alarm]) != 0)
			continue;
		if (!active_at(alarm, at(i)))
			break;
		since = at(i);
	}
	return since;
}

/* Stale at some moment of [lo, hi): looked for between rows, where nothing changes. */
static bool stale_within(int alarm, int64_t lo, int64_t hi)
{
	int64_t t = lo;

	while (t < hi) {
		int64_t next = hi;

		for (size_t i = 0; i < n_rows; i++)
			if (at(i) > t && at(i) < next)
				next = at(i);
		if (seen_at(alarm, t) && next > active_since(alarm, t) + DAY)
			return true;
		t = next;
	}
	return false;
}

static uint32_t check_stale(const struct alarm_metrics_result *r)
{
	uint32_t most = 0, all = 0;

	for (int64_t lo = from; lo < to; lo += DAY) {
		uint32_t n = 0;

		for (int a = 0; a < ALARMS; a++)
			n += stale_within(a, lo, least(lo + DAY, to));
		most = n > most ? n : most;
	}
	for (int a = 0; a < ALARMS; a++)
		all += stale_within(a, from, to);
	assert_int_equal(r->stale_day, most);
	assert_int_equal(r->stale, all);
	return all;
}

/* The last time the alarm came before row i; ROWS = never. */
static size_t came_before(size_t i)
{
	size_t found = ROWS;

	for (size_t j = 0; j < i; j++)
		if (same(i, j) && rows[j].event == ALARM_E_COME)
			found = j;
	return found;
}

static bool acked_between(size_t first, size_t last)
{
	for (size_t i = first; i < last; i++)
		if (same(i, last) && rows[i].event == ALARM_E_ACK && !of_older(i))
			return true;
	return false;
}

static bool makes_three(size_t i)
{
	int64_t earlier = INT64_MIN;
	int n = 0;

	for (size_t j = i; j-- > 0 && n < 2;)
		if (same(i, j) && rows[j].event == ALARM_E_COME && announced(j)) {
			earlier = at(j);
			n++;
		}
	return n == 2 && at(i) - earlier < 60 * SECOND;
}

static void check_nuisances(const struct alarm_metrics_result *r)
{
	uint64_t chatter = 0, fleeting = 0, cleared = 0;
	double took = 0;

	for (size_t i = 0; i < n_rows; i++) {
		size_t came = came_before(i);

		if (!in_period(i))
			continue;
		if (rows[i].event == ALARM_E_COME && announced(i))
			chatter += makes_three(i);
		if (rows[i].event != ALARM_E_GO || came == ROWS || !announced(came))
			continue;
		cleared++;
		took += (double)(at(i) - at(came));
		fleeting += at(i) - at(came) < 10 * SECOND && !acked_between(came, i);
	}
	assert_int_equal(r->n_chatter, chatter);
	assert_int_equal(r->n_fleeting, fleeting);
	assert_int_equal(r->to_clear.n, cleared);
	if (cleared)
		assert_double(r->to_clear.mean_ms, took / (double)cleared, 1e-6);
}

static int by_size(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* When the occurrence of row i was announced first, and was not given up since. */
static int64_t announced_at(size_t i)
{
	int64_t since = -1;

	for (size_t j = 0; j < i; j++) {
		bool it = same(i, j) && rows[j].occurrence == rows[i].occurrence;

		if (same(i, j) && rows[j].event == ALARM_E_REMOVE)
			since = -1;
		else if (it &&
			 (rows[j].event == ALARM_E_ACK ||
			  rows[j].event == ALARM_E_OLDER_SHED ||
			  (rows[j].event == ALARM_E_GO && rows[j].to == ALARM_S_NORMAL)))
			since = -1;
		else if (it && announced(j) && since < 0)
			since = at(j);
	}
	return since;
}

static void check_people(const struct alarm_metrics_result *r)
{
	int64_t took[ROWS];
	size_t n = 0, acks = 0, by[3] = { 0 };
	double sum = 0;

	for (size_t i = 0; i < n_rows; i++) {
		if (rows[i].event != ALARM_E_ACK || !in_period(i))
			continue;
		acks++;
		for (int p = 0; p < 3; p++)
			by[p] += strcmp(rows[i].by, people[p]) == 0;
		if (announced_at(i) < 0)
			continue;
		took[n++] = at(i) - announced_at(i);
		sum += (double)took[n - 1];
	}
	assert_int_equal(r->acks, acks);
	assert_int_equal(r->to_ack.n, n);
	for (size_t o = 0; o < r->n_operators; o++)
		for (int p = 0; p < 3; p++)
			if (strcmp(r->operators[o].name, people[p]) == 0)
				assert_int_equal(r->operators[o].n, by[p]);
	if (!n)
		return;
	qsort(took, n, sizeof(took[0]), by_size);
	double p95 = (double)took[(n * 95 + 99) / 100 - 1];
	assert_double(r->to_ack.mean_ms, sum / (double)n, 1e-6);
	assert_double(r->to_ack.p95_ms, p95, p95 / 100);
}

static void check_top(const struct alarm_metrics_result *r)
{
	for (size_t t = 0; t < r->n_top; t++) {
		uint64_t n = 0;

		for (size_t i = 0; i < n_rows; i++)
			n += announced(i) && in_period(i) &&
			     strcmp(rows[i].alarm, r->top[t].name) == 0;
		assert_int_equal(r->top[t].n, n);
		if (t > 0)
			assert_true(r->top[t - 1].n >= n);
	}
	for (int p = 1; p <= 4; p++) {
		uint64_t n = 0;

		for (size_t i = 0; i < n_rows; i++)
			n += announced(i) && in_period(i) && (int)rows[i].priority == p;
		assert_int_equal(r->by_priority[p], n);
	}
}

static uint32_t all_floods, all_stale;
static unsigned seed_now;

static void one_seed(unsigned seed)
{
	struct alarm_metrics_result r;

	seed_now = seed;
	srandom(seed);
	run_plant(seed % 2);
	from = pick(clock_ms / 2 + 1);
	to = from + 1 + pick(clock_ms * 5 / 4 - from);
	struct alarm_metrics *m = metrics_of(rows, n_rows, from, to, &r);
	check_rates(&r);
	all_floods += check_floods(&r);
	check_levels(&r);
	all_stale += check_stale(&r);
	check_nuisances(&r);
	check_people(&r);
	check_top(&r);
	alarm_metrics_free(m);
}

static void AM_11_metrics_agree_with_a_second_implementation(void **state)
{
	const char *text = getenv("SIGHTGLASS_SEED");

	(void)state;
	if (text) {
		one_seed((unsigned)strtoul(text, NULL, 10));
		return;
	}
	for (unsigned seed = 1; seed <= SEEDS; seed++)
		one_seed(seed);
	assert_true(all_floods > 10); /* there was something to agree on */
	assert_true(all_stale > 10);
}

/* What does not depend on the order of times holds with a clock that jumps, too. */
static void AL_08_a_jumping_clock_loses_no_alarm(void **state)
{
	(void)state;
	for (unsigned seed = 1; seed <= 20; seed++) {
		struct alarm_metrics_result r;

		srandom(seed);
		run_plant(seed % 2);
		for (size_t i = 0; i < n_rows; i++)
			if (i / 50 % 2)
				rows[i].at.ms -= least(pick(DAY), rows[i].at.ms);
		from = -DAY;
		to = clock_ms;
		struct alarm_metrics *m = metrics_of(rows, n_rows, from, to, &r);
		check_top(&r);
		assert_int_equal(r.annunciated, announced_between(from, to));
		assert_true(r.gauge[ALARM_G_STANDING].mean >= 0 &&
			    r.gauge[ALARM_G_STANDING].mean <= ALARMS);
		assert_true(r.flood_ms >= 0);
		assert_true(!(r.to_ack.mean_ms < 0) && !(r.to_clear.mean_ms < 0));
		alarm_metrics_free(m);
	}
}

/* --- from what stands -------------------------------------------------------------- */

/* Areas and classes, some of which change; diagnostic ones; a clock that is set back. */
static void spice(bool changes)
{
	static const char *const areas[] = { "intake", "intake.wells", "filter" };
	static const char *const classes[] = { "level", "pump" };
	int64_t back = 0;

	for (size_t i = 0; i < n_rows; i++) {
		struct alarm_journal *r = &rows[i];
		int n = r->alarm[0] - 'a';
		bool later = changes && n == 2 && i > ROWS / 3;

		r->area = areas[(n + later) % 3];
		r->class_name = classes[(n / 2 + later) % 2];
		r->value = (double)pick(10);
		if (n == 5 && pick(6) == 0)
			r->priority = ALARM_DIAGNOSTIC;
		back += pick(120) ? 0 : pick(2) ? 30 * SECOND : 1300 * SECOND;
		r->at.ms -= back;
	}
}

static void say_row(void *out, const char *const *fields, size_t n)
{
	for (size_t i = 0; i < n; i++)
		strbuf_addf(out, "%s|", fields[i]);
	strbuf_addch(out, '\n');
}

static void say_all(struct alarm_metrics *m, struct strbuf *out)
{
	struct alarm_metrics_result r;

	strbuf_init(out, 1 << 20);
	alarm_metrics_end(m, &r);
	alarm_report_rows(&r, say_row, out);
	alarm_report_proposals(m, say_row, out);
	for (int i = 0; i < ALARM_G_COUNT; i++)
		strbuf_addf(out, "%.17g %u %u\n", r.gauge[i].mean, r.gauge[i].max,
			    r.gauge[i].end);
}

static void give(struct alarm_metrics *m, size_t begin, size_t end)
{
	for (size_t i = begin; i < end; i++)
		alarm_metrics_row(m, &rows[i]);
}

/* 1: went on from there and said the same; 0: it would not have been exact. */
static int compare_from(const struct alarm_metrics_query *q, size_t at, unsigned seed)
{
	struct alarm_metrics *stands = alarm_metrics_new_standing();
	struct alarm_metrics *whole = alarm_metrics_new(q, NULL);
	struct alarm_metrics *later = alarm_metrics_new(q, NULL);
	struct strbuf bytes, a, b;

	strbuf_init(&bytes, 1 << 20);
	give(stands, 0, at);
	assert_true(alarm_metrics_put(stands, &bytes));
	bool goes = alarm_metrics_resume(later, bytes.buf, bytes.len);
	give(whole, 0, n_rows);
	give(later, goes ? at : 0, n_rows); /* a refusal changes nothing */
	say_all(whole, &a);
	say_all(later, &b);
	if (strcmp(a.buf, b.buf) != 0)
		fail_msg("seed %u, from row %zu (%s):\n%s---\n%s", seed, at,
			 goes ? "resumed" : "refused", a.buf, b.buf);
	strbuf_release(&bytes);
	strbuf_release(&a);
	strbuf_release(&b);
	alarm_metrics_free(stands);
	alarm_metrics_free(whole);
	alarm_metrics_free(later);
	return goes;
}

static int64_t latest_before(size_t at)
{
	int64_t latest = 0;

	for (size_t i = 0; i < at; i++)
		if (rows[i].at.ms > latest)
			latest = rows[i].at.ms;
	return latest;
}

static void AM_11_a_report_from_what_stands_says_what_the_whole_journal_says(void **state)
{
	static const struct alarm_area_choice intake[] = { { "intake", true },
							   { "intake.wells", false } };
	int resumed[2] = { 0 }, refused = 0;

	(void)state;
	for (unsigned seed = 1; seed <= 4 * SEEDS; seed++) {
		struct alarm_metrics_query q = { 0 };
		bool chooses = seed % 3 == 0;
		size_t at;

		srandom(seed);
		run_plant(seed % 2);
		spice(seed % 5 == 0);
		at = 20 + (size_t)pick(ROWS - 60);
		q.from.ms = latest_before(at) + 1 + pick(4) * pick(3600 * SECOND);
		q.to.ms = q.from.ms + 1 + pick(clock_ms);
		q.areas = intake;
		q.n_areas = chooses ? (size_t)pick(3) : 0;
		q.class_name = chooses && pick(2) ? "pump" : NULL;
		chooses = q.n_areas || q.class_name;
		if (compare_from(&q, at, seed))
			resumed[chooses]++;
		else
			refused++;
		/* one row too late: what it knows lies in the period */
		q.from.ms = latest_before(at);
		assert_int_equal(compare_from(&q, at, seed), 0);
	}
	print_message("# resumed %d, of a choice %d, refused %d\n", resumed[0],
		      resumed[1], refused);
	assert_true(resumed[0] > 100 && resumed[1] > 20 && refused > 10);
}

static void AM_11_bytes_that_are_cut_or_spoiled_are_refused(void **state)
{
	struct alarm_metrics_query q = { .from = { INT64_MAX - 1 }, .to = { INT64_MAX } };
	struct alarm_metrics *stands = alarm_metrics_new_standing(), *m;
	struct strbuf bytes;

	(void)state;
	srandom(3);
	run_plant(true);
	strbuf_init(&bytes, 1 << 20);
	give(stands, 0, n_rows);
	assert_true(alarm_metrics_put(stands, &bytes));
	m = alarm_metrics_new(&q, NULL);
	for (size_t n = 0; n < bytes.len; n++)
		assert_false(alarm_metrics_resume(m, bytes.buf, n));
	for (size_t i = 0; i < bytes.len; i++) { /* no crash, whatever it says */
		bytes.buf[i] = (char)(bytes.buf[i] ^ 0x81);
		struct alarm_metrics *other = alarm_metrics_new(&q, NULL);

		alarm_metrics_resume(other, bytes.buf, bytes.len);
		alarm_metrics_free(other);
		bytes.buf[i] = (char)(bytes.buf[i] ^ 0x81);
	}
	assert_true(alarm_metrics_resume(m, bytes.buf, bytes.len));
	alarm_metrics_free(m);
	alarm_metrics_free(stands);
	strbuf_release(&bytes);
}

static int say_seed(void **state)
{
	(void)state;
	print_message("# the last seed was %u\n", seed_now);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(
			AM_11_metrics_agree_with_a_second_implementation, say_seed),
		cmocka_unit_test(AL_08_a_jumping_clock_loses_no_alarm),
		cmocka_unit_test(
			AM_11_a_report_from_what_stands_says_what_the_whole_journal_says),
		cmocka_unit_test(AM_11_bytes_that_are_cut_or_spoiled_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
