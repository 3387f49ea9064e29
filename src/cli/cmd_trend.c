/* cmd_trend.c - `sightglass trend`: the past of a tag as the server keeps it, in numbers:
 * for reports, scripts and doubt. */
#include "cli/args.h"
#include "cli/csv_out.h"
#include "cli/remote.h"

#include <math.h>
#include <stdio.h>

#include "util/clock.h"
#include "util/num.h"
#include "util/strbuf.h"
#include "util/when.h"
#include "wire/trend.h"

static const struct cli_option options[] = {
	{ "span", "SPAN", "how far back: 15m, 1h (default), 8h, at most 25h" },
	{ "points", "N", "in how many buckets, 1 to 1500 (60)" },
	{ "csv", NULL, "CSV with a heading" },
	{ "json", NULL, "a JSON object a line" },
	{ NULL, NULL, NULL },
};

extern const struct cli_command cmd_trend;

enum { SECONDS_REACH_MS = 70 * 60 * 1000, LONGEST_MS = 25 * 60 * 60 * 1000 };

struct past {
	struct wire_trend ask;
	struct wire_trend_data data;
	bool told;
};

static void keep_data(void *arg, const struct client_frame *f)
{
	struct past *p = arg;

	if (f->type == WIRE_TREND_DATA &&
	    wire_get_trend_data(f->payload, f->len, &p->data) &&
	    p->data.req == p->ask.req)
		p->told = true;
}

/* --- printing ----------------------------------------------------------------------- */

static const char *quality_word(const struct trend_bucket *b)
{
	if (!b->known)
		return "not recorded";
	return quality_reason(b->worst) != REASON_NONE ? quality_reason_name(b->worst)
						       : quality_class_name(b->worst);
}

static struct wall begin_of(const struct past *p, size_t i)
{
	return (struct wall){ (p->data.first + (int64_t)i) * p->data.bucket_s * 1000 };
}

static void text_number(bool has, double v)
{
	char text[64] = "-";

	if (has)
		num_format(v, -1, text, sizeof(text));
	printf("  %12s", text);
}

static void print_text(const struct past *p)
{
	printf("%-25s  %12s  %12s  %12s  %7s  %s\n", "from", "min", "max", "last",
	       "samples", "quality");
	for (size_t i = 0; i < p->data.n; i++) {
		const struct trend_bucket *b = &p->data.v[i];
		char at[CLOCK_LOCAL_SIZE];

		clock_local(begin_of(p, i), at);
		printf("%-25s", at);
		text_number(b->has_range, b->min);
		text_number(b->has_range, b->max);
		text_number(b->has_last, b->last);
		printf("  %7u  %s\n", b->count, quality_word(b));
	}
}

static json_t *json_number(bool has, double v)
{
	return has ? json_real(v) : json_null();
}

static void print_json(const struct past *p)
{
	for (size_t i = 0; i < p->data.n; i++) {
		const struct trend_bucket *b = &p->data.v[i];
		char at[CLOCK_ISO_SIZE];

		clock_iso_utc(begin_of(p, i), at);
		remote_print_json(json_pack("{s:s, s:i, s:o, s:o, s:o, s:i, s:s}", "from",
					    at, "seconds", (int)p->data.bucket_s, "min",
					    json_number(b->has_range, b->min), "max",
					    json_number(b->has_range, b->max), "last",
					    json_number(b->has_last, b->last), "samples",
					    (int)b->count, "quality", quality_word(b)));
	}
}

static void print_csv(const struct past *p)
{
	static const char *const heads[] = { "from",    "min",     "max", "last",
					     "samples", "quality", NULL };
	struct strbuf line = STRBUF_INIT;

	for (size_t i = 0; heads[i]; i++)
		csv_text(&line, heads[i]);
	csv_end(&line);
	fputs(line.buf, stdout);
	for (size_t i = 0; i < p->data.n; i++) {
		const struct trend_bucket *b = &p->data.v[i];
		char at[CLOCK_ISO_SIZE];

		strbuf_clear(&line);
		clock_iso_utc(begin_of(p, i), at);
		csv_text(&line, at);
		csv_number(&line, b->has_range ? b->min : NAN);
		csv_number(&line, b->has_range ? b->max : NAN);
		csv_number(&line, b->has_last ? b->last : NAN);
		csv_int(&line, b->count);
		csv_text(&line, quality_word(b));
		csv_end(&line);
		fputs(line.buf, stdout);
	}
	strbuf_release(&line);
}

/* --- asking ------------------------------------------------------------------------- */

/* Whole minutes where the seconds do not reach. */
static void cut(struct past *p, int64_t span_ms, int64_t points, struct now now)
{
	int64_t span_s = span_ms / 1000, s = (span_s + points - 1) / points;

	s = s < 1 ? 1 : s;
	if (span_ms > SECONDS_REACH_MS)
		s = (s + 59) / 60 * 60;
	p->ask.bucket_s = (uint32_t)s;
	p->ask.count = (uint16_t)((span_s + s - 1) / s);
	p->ask.from_ms = (now.wall.ms / 1000 / s - p->ask.count) * s * 1000;
}

static int parse(const struct cli_args *a, struct past *p)
{
	const char *span = cli_arg(&cmd_trend, a, "span");
	const char *points = cli_arg(&cmd_trend, a, "points");
	int64_t span_ms = 60 * 60 * 1000, n = 60;

	if (span &&
	    (!when_span(span, &span_ms) || span_ms < 1000 || span_ms > LONGEST_MS))
		return cli_mistake("span", span, "1s to 25h, such as 15m or 8h");
	if (points && !num_parse_int(points, 1, WIRE_TREND_BUCKETS_MAX, &n))
		return cli_mistake("points", points, "1 to 1500");
	if (cli_arg(&cmd_trend, a, "csv") && cli_arg(&cmd_trend, a, "json"))
		return remote_fail(CLI_USAGE, "--csv or --json: not both");
	cut(p, span_ms, n, clock_now());
	snprintf(p->ask.tag, sizeof(p->ask.tag), "%s", a->arg[0]);
	return CLI_OK;
}

static int ask(struct client *c, struct past *p)
{
	static struct wire_reply reply;
	struct strbuf why = STRBUF_INIT;
	int code = CLI_OK;

	p->ask.req = client_next_req(c);
	wire_put_trend(client_out(c), &p->ask);
	if (client_flush(c, &why) < 0 ||
	    client_wait_reply(c, p->ask.req, &reply, keep_data, p, &why) != SG_OK)
		code = remote_fail(CLI_NO_SERVER, why.buf);
	else if (reply.status != WIRE_OK || !p->told)
		code = remote_fail(CLI_FAILED, reply.text);
	strbuf_release(&why);
	return code;
}

static int run(int argc, char **argv)
{
	static struct past p;
	struct cli_args a;
	int code = cli_args_parse(&cmd_trend, argc, argv, 1, 1, &a);

	if (code >= 0)
		return code;
	code = parse(&a, &p);
	if (code != CLI_OK)
		return code;
	struct client *c = remote_open("cli trend", &code);

	if (!c)
		return code;
	code = ask(c, &p);
	client_close(c);
	if (code != CLI_OK)
		return code;
	if (cli_arg(&cmd_trend, &a, "json"))
		print_json(&p);
	else if (cli_arg(&cmd_trend, &a, "csv"))
		print_csv(&p);
	else
		print_text(&p);
	return CLI_OK;
}

const struct cli_command cmd_trend = {
	.name = "trend",
	.args = "TAG [--span SPAN] [--points N] [--csv | --json]",
	.help = "print the past of a tag as the server keeps it for trends",
	.options = options,
	.run = run,
};
