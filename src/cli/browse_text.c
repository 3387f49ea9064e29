/* browse_text.c - devices as people read them, 80 columns wide. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "cli/browse.h"
#include "cli/columns.h"
#include "util/clock.h"
#include "util/num.h"
#include "util/strbuf.h"

enum { WIDTH = 80, LABEL = 16 };

static const struct column list_columns[] = {
	{ "DEVICE", 16, false }, { "STATE", 13, false }, { "TAGS", 6, true },
	{ "BAD", 5, true },      { "REQ/s", 7, true },   { "P50 ms", 7, true },
	{ "P99 ms", 7, true },   { "LATE", 6, true },    { "SKIPPED", 7, true },
	{ NULL, 0, false },
};

static const struct column class_columns[] = {
	{ "SCAN CLASS", 16, false }, { "PERIOD ms", 9, true }, { "REQUESTS", 8, true },
	{ "DONE", 12, true },        { "LATE", 10, true },     { "SKIPPED", 10, true },
	{ NULL, 0, false },
};

static const struct column tag_columns[] = {
	{ "TAG", 28, false },    { "ADDRESS", 22, false }, { "VALUE", 14, true },
	{ "QUALITY", 0, false }, { NULL, 0, false },
};

/* Milliseconds of a percentile; "-" when nothing was measured yet. */
static void ms(const struct wire_device *d, uint32_t us, char out[24])
{
	if (d->max_us == 0)
		snprintf(out, 24, "-");
	else
		num_format(us / 1000.0, us < 10000 ? 2 : us < 100000 ? 1 : 0, out, 24);
}

static uint64_t sum(const struct wire_device *d,
		    uint64_t (*of)(const struct wire_scan_class *c))
{
	uint64_t n = 0;

	for (size_t i = 0; i < d->n_classes; i++)
		n += of(&d->classes[i]);
	return n;
}

static uint64_t late_of(const struct wire_scan_class *c)
{
	return c->late;
}

static uint64_t skipped_of(const struct wire_scan_class *c)
{
	return c->skipped;
}

static void list_row(struct columns *t, const struct wire_device *d)
{
	char p50[24], p99[24];

	columns_add(t, d->name);
	columns_add(t, wire_link_name((enum wire_link)d->link));
	columns_addf(t, "%" PRIu32, d->tags);
	columns_addf(t, "%" PRIu32, d->tags_bad);
	if (!d->has_stats) {
		for (int i = 0; i < 5; i++)
			columns_add(t, "-");
		return;
	}
	ms(d, d->p50_us, p50);
	ms(d, d->p99_us, p99);
	columns_addf(t, "%.1f", d->per_second);
	columns_add(t, p50);
	columns_add(t, p99);
	columns_addf(t, "%" PRIu64, sum(d, late_of));
	columns_addf(t, "%" PRIu64, sum(d, skipped_of));
}

static void say_last_error(const struct wire_device *d, const char *head, int indent)
{
	struct strbuf text = STRBUF_INIT;
	char when[CLOCK_LOCAL_SIZE];

	clock_local((struct wall){ d->last_error_ms }, when);
	strbuf_addf(&text, "%s  %s", when, d->last_error);
	columns_wrap(head, text.buf, indent, WIDTH);
	strbuf_release(&text);
}

void browse_print_list(const struct browse *b)
{
	struct columns t;
	bool any = false;

	columns_begin(&t, list_columns, "");
	for (size_t i = 0; i < b->n_devices; i++)
		list_row(&t, &b->devices[i]);
	columns_print(&t);
	for (size_t i = 0; i < b->n_devices; i++) {
		const struct wire_device *d = &b->devices[i];

		if (!d->last_error[0])
			continue;
		printf("%s%s, last error:\n", any ? "" : "\n", d->name);
		say_last_error(d, "", 2);
		any = true;
	}
}

/* --- one device ------------------------------------------------------------------ */

static void line(const char *label, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static void line(const char *label, const char *fmt, ...)
{
	struct strbuf head = STRBUF_INIT;
	char text[1200];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	strbuf_addf(&head, "  %s", label);
	columns_wrap(head.buf, text, LABEL, WIDTH);
	strbuf_release(&head);
}

static void print_connection(const struct wire_device *d)
{
	char when[CLOCK_LOCAL_SIZE];

	columns_wrap(d->name, d->where, LABEL, WIDTH);
	line("driver", "%s", d->driver);
	clock_local((struct wall){ d->since_ms }, when);
	line("state", "%s%s%s", wire_link_name((enum wire_link)d->link),
	     d->since_ms ? " since " : "", d->since_ms ? when : "");
	if (d->text[0])
		line("", "%s", d->text);
	line("NE 107", "%s", wire_ne107_name((enum wire_ne107)d->ne107));
	if (d->last_error[0])
		say_last_error(d, "  last error", LABEL);
	line("tags", "%" PRIu32 ", %" PRIu32 " bad, %" PRIu32 " substituted by hand",
	     d->tags, d->tags_bad, d->tags_by_hand);
}

static void print_refused(const struct wire_device *d)
{
	struct strbuf text = STRBUF_INIT;

	for (size_t i = 0; i < d->n_refused; i++)
		strbuf_addf(&text, "%s%s %" PRIu64, i ? ", " : "", d->refused[i].name,
			    d->refused[i].n);
	line("not believed", "%s", text.len ? text.buf : "none");
	strbuf_release(&text);
}

static void print_requests(const struct wire_device *d)
{
	char p50[24], p95[24], p99[24], longest[24];

	line("connections", "%" PRIu64, d->connects);
	line("requests",
	     "%" PRIu64 ", %.1f a second; %" PRIu64 " writes, %" PRIu64
	     " refused by the device, %" PRIu64 " without an answer",
	     d->requests, d->per_second, d->writes, d->exceptions, d->timeouts);
	ms(d, d->p50_us, p50);
	ms(d, d->p95_us, p95);
	ms(d, d->p99_us, p99);
	ms(d, d->max_us, longest);
	line("round trip", "p50 %s ms, p95 %s ms, p99 %s ms, longest %s ms", p50, p95,
	     p99, longest);
	print_refused(d);
	if (d->n_holes)
		line("left out", "%" PRIu32 " ranges the device refuses: %s", d->n_holes,
		     d->holes);
}

static void print_messages(const struct wire_device *d)
{
	line("connections", "%" PRIu64, d->connects);
	line("messages",
	     "%" PRIu64 ", %.1f a second; %" PRIu64 " could not be read; %" PRIu64
	     " commands published",
	     d->messages, d->per_second, d->parse_errors, d->writes);
}

static void print_classes(const struct wire_device *d)
{
	struct columns t;

	columns_begin(&t, class_columns, "  ");
	for (size_t i = 0; i < d->n_classes; i++) {
		const struct wire_scan_class *c = &d->classes[i];

		columns_add(&t, c->name[0] ? c->name : "all");
		columns_addf(&t, "%" PRIu32, c->period_ms);
		columns_addf(&t, "%" PRIu32, c->requests);
		columns_addf(&t, "%" PRIu64, c->done);
		columns_addf(&t, "%" PRIu64, c->late);
		columns_addf(&t, "%" PRIu64, c->skipped);
	}
	putchar('\n');
	columns_print(&t);
}

/* The value with the tag's decimals, where it is a number. */
static void add_value(struct columns *t, const struct wire_row *r)
{
	const char *text = r->field[BROWSE_VALUE];
	int64_t decimals = 0;
	char value[64];
	double v;

	if (strcmp(r->field[BROWSE_TYPE], "double") == 0 && num_parse_double(text, &v) &&
	    num_parse_int(r->field[BROWSE_DECIMALS], 0, 9, &decimals)) {
		num_format(v, (int)decimals, value, sizeof(value));
		text = value;
	}
	if (strncmp(r->field[BROWSE_QUALITY], "bad", 3) == 0)
		text = "####";
	columns_addf(t, "%s%s%s", text, r->field[BROWSE_UNIT][0] ? " " : "",
		     r->field[BROWSE_UNIT]);
}

static void print_tags(const struct browse *b)
{
	struct columns t;

	columns_begin(&t, tag_columns, "");
	for (size_t i = 0; i < b->n_tags; i++) {
		if (b->tags[i].n < BROWSE_FIELDS)
			continue;
		columns_add(&t, b->tags[i].field[BROWSE_NAME]);
		columns_add(&t, b->tags[i].field[BROWSE_ADDRESS]);
		add_value(&t, &b->tags[i]);
		columns_add(&t, b->tags[i].field[BROWSE_QUALITY]);
	}
	putchar('\n');
	columns_print(&t);
}

void browse_print_device(const struct browse *b)
{
	for (size_t i = 0; i < b->n_devices; i++) {
		const struct wire_device *d = &b->devices[i];

		print_connection(d);
		if (d->has_stats && d->requests + d->n_classes > 0)
			print_requests(d);
		if (d->has_stats && d->messages + d->parse_errors > 0)
			print_messages(d);
		if (!d->has_stats)
			line("counts", "its driver has told none yet");
		if (d->n_classes)
			print_classes(d);
	}
	print_tags(b);
}
