/* kill_verdict.c - see kill_verdict.h. */
#include "support/test.h"

#include "kill_verdict.h"

#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/clock.h"
#include "util/num.h"
#include "util/xalloc.h"

enum { START_MS = 30000, STEP_MS = 2 };

/* --- the evidence ------------------------------------------------------------------- */
static void copy_text(const json_t *o, const char *key, char *out, size_t size)
{
	const char *text = json_string_value(json_object_get(o, key));

	snprintf(out, size, "%s", text ? text : "");
}

static void take_record(struct evidence *e, const json_t *o)
{
	struct record *r = GROW(&e->record, &e->n);
	char value[64];

	r->seq = (uint64_t)json_integer_value(json_object_get(o, "seq"));
	r->request = (uint64_t)json_integer_value(json_object_get(o, "request"));
	copy_text(o, "kind", r->kind, sizeof(r->kind));
	copy_text(o, "subject", r->subject, sizeof(r->subject));
	copy_text(o, "result", r->result, sizeof(r->result));
	copy_text(o, "new", value, sizeof(value));
	if (!num_parse_double(value, &r->value))
		r->value = NAN;
}

/* The newest so many; returns the command's exit code. */
static int take_records(struct kill_rig *r, struct evidence *e, const char *count)
{
	int code;
	char *text = KILL_ASK(r, &code, "audit", "list", "--json", "--count", count);
	char *rest = text, *line;

	while (code == 0 && (line = strsep(&rest, "\n")) != NULL) {
		json_t *o = json_loads(line, 0, NULL);
		if (o)
			take_record(e, o);
		json_decref(o);
	}
	free(text);
	for (size_t i = 0; i < e->n / 2; i++) { /* it lists the newest first */
		struct record swap = e->record[i];
		e->record[i] = e->record[e->n - 1 - i];
		e->record[e->n - 1 - i] = swap;
	}
	for (size_t i = 1; i < e->n; i++)
		assert_int_equal(e->record[i].seq, e->record[i - 1].seq + 1);
	return code;
}

static void expect_good(struct kill_rig *r, const char *file)
{
	int code;
	char *said = KILL_ASK(r, &code, "audit", "verify", file);

	assert_has(said, ": good");
	assert_int_equal(code, 0);
	free(said);
}

static bool listed(const struct evidence *e, uint64_t request)
{
	for (size_t i = 0; i < e->n_doubts; i++)
		if (e->doubt[i] == request)
			return true;
	return false;
}

/* Each line is a row, but the last: it counts them. */
static void take_doubts(struct kill_rig *r, struct evidence *e)
{
	int code;
	char *text = KILL_ASK(r, &code, "in-doubt", "--json");
	char *rest = text, *line;

	e->in_doubt = xstrdup(text);
	assert_int_equal(code, 0);
	while ((line = strsep(&rest, "\n")) != NULL && rest && *rest) {
		json_t *o = json_loads(line, 0, NULL);
		const char *request = json_string_value(json_object_get(o, "request"));
		if (!request)
			fail_msg("no row of a write in doubt: %s", line);
		*GROW(&e->doubt, &e->n_doubts) = strtoull(request, NULL, 10);
		json_decref(o);
	}
	if (strtoull(line, NULL, 10) != e->n_doubts)
		fail_msg("%zu rows, and the server says: %s", e->n_doubts, line);
	free(text);
}

void evidence_take(struct kill_rig *r, struct evidence *e)
{
	char copy[420];
	int code;

	*e = (struct evidence){ 0 };
	assert_int_equal(take_records(r, e, "1000000"), 0);
	expect_good(r, NULL);
	snprintf(copy, sizeof(copy), "%s/copy.db", r->state);
	char *said = KILL_ASK(r, &code, "backup", copy);
	assert_has(said, "copied to ");
	free(said);
	expect_good(r, copy);
	take_doubts(r, e);
	e->alarms = KILL_ASK(r, &code, "alarms", "--json");
	assert_int_equal(code, 0);
}

void evidence_release(struct evidence *e)
{
	free(e->record);
	free(e->doubt);
	free(e->in_doubt);
	free(e->alarms);
}

/* The first record of the kind at or behind *at; NULL when there is none. */
static const struct record *next_of(const struct evidence *e, const char *kind,
				    size_t *at)
{
	while (*at < e->n)
		if (strcmp(e->record[(*at)++].kind, kind) == 0)
			return &e->record[*at - 1];
	return NULL;
}

/* --- acknowledgements --------------------------------------------------------------- */
bool ack_is_recorded(const struct evidence *e, const char *alarm)
{
	const struct record *a;

	for (size_t at = 0; (a = next_of(e, "acknowledge", &at)) != NULL;)
		if (strcmp(a->subject, alarm) == 0)
			return true;
	return false;
}

size_t acks_shown_are_recorded(const struct kill_rig *r, const struct evidence *e)
{
	size_t shown = 0;

	for (size_t i = 0; i < r->n_jobs; i++) {
		const struct kill_job *j = &r->job[i];
		const struct record *a;
		size_t n = 0, at = 0;
		if (j->what != KILL_ACK)
			continue;
		char *said = kill_rig_said(j);
		bool done = strncmp(said, "acknowledged", 12) == 0;
		while ((a = next_of(e, "acknowledge", &at)) != NULL)
			n += strcmp(a->subject, j->alarm) == 0;
		if (done && n == 0)
			fail_msg("ack %s showed \"%s\" and is not in the audit", j->alarm,
				 said);
		if (n > 1)
			fail_msg("%s came once and was acknowledged %zu times", j->alarm,
				 n);
		shown += done;
		free(said);
	}
	return shown;
}

size_t acks_recorded_are_in_the_alarm_state(const struct evidence *e)
{
	const struct record *a;
	size_t n = 0;

	for (size_t at = 0; (a = next_of(e, "acknowledge", &at)) != NULL; n++) {
		char key[128];
		if (strncmp(a->subject, "kill.", 5) != 0)
			continue;
		snprintf(key, sizeof(key), "{\"alarm\":\"%s\"", a->subject);
		const char *row = strstr(e->alarms, key);
		size_t len = row ? strcspn(row, "\n") : 0;
		const char *state =
			row ? strstr(row, "\"state\":\"acknowledged\"") : NULL;
		if (!state || state > row + len)
			fail_msg("record %" PRIu64 " acknowledges %s; its state: %.*s",
				 a->seq, a->subject, (int)len, row ? row : "");
	}
	return n;
}

/* --- writes ------------------------------------------------------------------------- */
static bool is_of(const struct record *a, const struct kill_job *j)
{
	return strcmp(a->subject, kill_tags[j->tag].name) == 0 &&
	       fabs(a->value - j->value) < 1e-6;
}

static bool recorded(const struct evidence *e, const struct kill_job *j, const char *kind,
		     const char *result)
{
	const struct record *a;

	for (size_t at = 0; (a = next_of(e, kind, &at)) != NULL;)
		if (is_of(a, j) && strcmp(a->result, result) == 0)
			return true;
	return false;
}

static void expect_recorded(const struct evidence *e, const struct kill_job *j,
			    const char *said, const char *kind, const char *result)
{
	if (!recorded(e, j, kind, result))
		fail_msg("set %s %g said\n%s\nand the audit has no %s \"%s\" of it",
			 kill_tags[j->tag].name, j->value, said, kind, result);
}

size_t writes_shown_are_recorded(const struct kill_rig *r, const struct evidence *e)
{
	size_t accepted = 0;

	for (size_t i = 0; i < r->n_jobs; i++) {
		const struct kill_job *j = &r->job[i];
		if (j->what != KILL_SET)
			continue;
		char *said = kill_rig_said(j);
		if (strstr(said, " accepted ")) {
			expect_recorded(e, j, said, "outcome", "accepted");
			accepted++;
		}
		if (strstr(said, "sent to "))
			expect_recorded(e, j, said, "intent", "confirmed");
		if (strstr(said, "write ") && j->code == 0)
			expect_recorded(e, j, said, "read-back", "match");
		if (strstr(said, "\nunknown: "))
			expect_recorded(e, j, said, "outcome", "unknown");
		free(said);
	}
	return accepted;
}

static const struct record *find_request(const struct evidence *e, const char *kind,
					 uint64_t request, const char *result)
{
	const struct record *a;

	for (size_t at = 0; (a = next_of(e, kind, &at)) != NULL;)
		if (a->request == request &&
		    strncmp(a->result, result, strlen(result)) == 0)
			return a;
	return NULL;
}

size_t intents_have_one_outcome(const struct evidence *e)
{
	const struct record *intent;
	size_t n = 0;

	for (size_t at = 0; (intent = next_of(e, "intent", &at)) != NULL; n++) {
		const struct record *o;
		size_t outcomes = 0;
		for (size_t k = 0; (o = next_of(e, "outcome", &k)) != NULL;)
			outcomes += o->request == intent->request &&
				    strncmp(o->result, "late", 4) != 0;
		if (outcomes != 1)
			fail_msg("write %" PRIu64 " (%s) has %zu outcomes",
				 intent->request, intent->subject, outcomes);
	}
	return n;
}

/* All the audit has of one write: for whoever looks into a failure. */
static void print_request(const struct evidence *e, uint64_t request)
{
	for (size_t i = 0; i < e->n; i++)
		if (e->record[i].request == request)
			print_error("%" PRIu64 " %s %s %s\n", e->record[i].seq,
				    e->record[i].kind, e->record[i].subject,
				    e->record[i].result);
}

/* A doubt ends when the device itself shows the value while the one who wrote waits for
 * it; after a restart only a person ends it. */
size_t unknown_outcomes_are_in_doubt(const struct evidence *e)
{
	const struct record *o;
	size_t n = 0;

	for (size_t at = 0; (o = next_of(e, "outcome", &at)) != NULL;) {
		bool unknown = strncmp(o->result, "unknown", 7) == 0;
		bool seen = find_request(e, "read-back", o->request, "match") != NULL;
		bool restart = strcmp(o->result, "unknown (restart)") == 0;
		bool in_list = listed(e, o->request);
		n += in_list;
		if (unknown && (restart || !seen) && !in_list) {
			print_request(e, o->request);
			fail_msg("write %" PRIu64 " is %s and not in doubt:\n%s",
				 o->request, o->result, e->in_doubt);
		}
		if (!unknown && in_list)
			fail_msg("write %" PRIu64 " is %s and in doubt", o->request,
				 o->result);
	}
	assert_int_equal(n, e->n_doubts);
	return n;
}

void unknown_is_in_doubt_from_the_start(struct kill_rig *r)
{
	struct mono deadline = mono_add_ms(clock_mono(), START_MS);
	struct evidence e = { 0 };
	const struct record *o;

	while (take_records(r, &e, "300") != 0) {
		if (mono_reached(clock_mono(), deadline))
			fail_msg("the server does not answer again");
		poll(NULL, 0, STEP_MS); /* between two looks at a condition */
	}
	take_doubts(r, &e);
	for (size_t at = 0; (o = next_of(&e, "outcome", &at)) != NULL;)
		if (strcmp(o->result, "unknown (restart)") == 0 &&
		    !listed(&e, o->request))
			fail_msg("write %" PRIu64 " is %s and not in doubt:\n%s",
				 o->request, o->result, e.in_doubt);
	evidence_release(&e);
}

/* --- the plant's own count ---------------------------------------------------------- */
static bool intended(const struct evidence *e, const char *tag, double value)
{
	const struct record *a;

	for (size_t at = 0; (a = next_of(e, "intent", &at)) != NULL;)
		if (strcmp(a->subject, tag) == 0 && fabs(a->value - value) < 1e-5)
			return true;
	return false;
}

/* "17: 1 1.25 ..." */
static size_t check_arrivals(const struct evidence *e, const char *tag, const char *said)
{
	double value[1024];
	size_t n = 0;
	char *rest;
	size_t total = strtoul(said, &rest, 10);

	if (*rest != ':')
		fail_msg("the plant says of %s: %s", tag, said);
	for (rest++; n < 1024 && *rest == ' '; n++) {
		value[n] = strtod(rest, &rest);
		if (!intended(e, tag, value[n]))
			fail_msg("%s: %g arrived and was never intended", tag, value[n]);
		for (size_t i = 0; i < n; i++)
			if (fabs(value[i] - value[n]) < 1e-5)
				fail_msg("%s: %g arrived twice", tag, value[n]);
	}
	assert_int_equal(n, total);
	return total;
}

size_t arrivals_are_intended_and_single(struct kill_rig *r, const struct evidence *e)
{
	static char said[32768];
	size_t n = 0;

	for (int t = 0; t < KILL_TAGS; t++) {
		const struct record *a;
		size_t intents = 0, at = 0;
		if (DEMO_RUN(r->demo, said, "demo", "--dir", r->demo->dir, "fault",
			     "writes", kill_tags[t].name) != 0)
			fail_msg("%s", said);
		size_t arrived = check_arrivals(e, kill_tags[t].name, said);
		while ((a = next_of(e, "intent", &at)) != NULL)
			intents += strcmp(a->subject, kill_tags[t].name) == 0;
		if (arrived > intents)
			fail_msg("%s: %zu arrived of %zu intents", kill_tags[t].name,
				 arrived, intents);
		n += arrived;
	}
	return n;
}
