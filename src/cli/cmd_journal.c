/* cmd_journal.c - `sightglass journal`: what happened to which alarm, searched by time,
 * place, person and words; for people, spreadsheets and scripts. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/args.h"
#include "cli/journal_rows.h"
#include "cli/remote.h"
#include "util/clock.h"
#include "util/num.h"

enum { LIMIT_DEFAULT = 100, LIMIT_MAX = 1000000000, FOLLOW_MS = 500 };

extern const struct cli_command cmd_journal;

struct output {
	void (*print)(const struct journal_page_row *r);
	int64_t left; /* rows still to print; < 0 = all there are */
	bool follow;
};

/* --- what is asked -------------------------------------------------------------- */

static bool is_gap(char c)
{
	return c == ' ' || c == '-' || c == '_';
}

/* "source-bad" is "source bad", and "re alarmed" is "re-alarmed". */
static bool same_words(const char *a, size_t n, const char *b)
{
	for (size_t i = 0; i < n; i++)
		if (!b[i] || (a[i] != b[i] && !(is_gap(a[i]) && is_gap(b[i]))))
			return false;
	return b[n] == '\0';
}

static bool event_bit(const char *word, size_t n, uint32_t *bit)
{
	for (unsigned i = 0; i < ALARM_E_COUNT; i++) {
		if (!same_words(word, n, alarm_event_name((enum alarm_event)i)))
			continue;
		*bit = 1u << i;
		return true;
	}
	return false;
}

static bool priority_bit(const char *word, size_t n, uint32_t *bit)
{
	for (unsigned i = ALARM_CRITICAL; i <= ALARM_DIAGNOSTIC; i++) {
		if (!same_words(word, n, alarm_priority_name((enum alarm_priority)i)))
			continue;
		*bit = 1u << i;
		return true;
	}
	return false;
}

/* Words separated by commas, each a bit. */
static bool read_set(const char *text, bool (*bit_of)(const char *, size_t, uint32_t *),
		     uint32_t *set)
{
	uint32_t bit;

	for (const char *at = text;; at++) {
		size_t n = strcspn(at, ",");
		if (!bit_of(at, n, &bit))
			return false;
		*set |= bit;
		at += n;
		if (!*at)
			return true;
	}
}

static void list_events(struct strbuf *out)
{
	strbuf_adds(out, "no event; the events are");
	for (unsigned i = 0; i < ALARM_E_COUNT; i++)
		strbuf_addf(out, "%s%s", i ? ", " : " ",
			    alarm_event_name((enum alarm_event)i));
}

static int read_sets(const struct cli_args *a, struct wire_journal *m)
{
	const char *events = cli_arg(&cmd_journal, a, "event");
	const char *priorities = cli_arg(&cmd_journal, a, "priority");
	struct strbuf text = STRBUF_INIT;
	uint32_t set = 0;
	int code = CLI_OK;

	if (priorities && !read_set(priorities, priority_bit, &set))
		return cli_mistake("priority", priorities,
				   "no priority; write critical, high, medium, low, "
				   "diagnostic or several with commas between");
	m->priorities = (uint8_t)set;
	if (events && !read_set(events, event_bit, &m->events)) {
		list_events(&text);
		code = cli_mistake("event", events, text.buf);
	}
	strbuf_release(&text);
	return code;
}

static int read_ask(const struct cli_args *a, struct wire_journal *m)
{
	const struct cli_text texts[] = {
		{ "area", m->area, sizeof(m->area) },
		{ "tag", m->tag, sizeof(m->tag) },
		{ "alarm", m->alarm, sizeof(m->alarm) },
		{ "by", m->by, sizeof(m->by) },
		{ "text", m->text, sizeof(m->text) },
	};
	int64_t now = clock_now().wall.ms;
	int code = cli_arg_time(&cmd_journal, a, "from", now, &m->from_ms);

	if (code == CLI_OK)
		code = cli_arg_time(&cmd_journal, a, "to", now, &m->to_ms);
	if (code == CLI_OK)
		code = read_sets(a, m);
	if (code == CLI_OK)
		code = cli_arg_texts(&cmd_journal, a, texts,
				     sizeof(texts) / sizeof(texts[0]));
	m->oldest_first = cli_arg(&cmd_journal, a, "reverse") != NULL;
	return code;
}

static int read_output(const struct cli_args *a, struct output *out)
{
	const char *limit = cli_arg(&cmd_journal, a, "limit");
	bool csv = cli_arg(&cmd_journal, a, "csv"),
	     json = cli_arg(&cmd_journal, a, "json");

	out->left = LIMIT_DEFAULT;
	out->follow = cli_arg(&cmd_journal, a, "follow") != NULL;
	out->print = csv    ? journal_print_csv
		     : json ? journal_print_json
			    : journal_print_text;
	if (csv && json)
		return remote_fail(CLI_USAGE, "--csv and --json exclude each other");
	if (limit && !num_parse_int(limit, 0, LIMIT_MAX, &out->left))
		return cli_mistake("limit", limit, "a whole number is wanted; 0 = all");
	if (limit && out->left == 0)
		out->left = -1;
	if (csv)
		journal_print_csv_head();
	return CLI_OK;
}

/* --- pages ---------------------------------------------------------------------- */

static void go_on_behind(struct wire_journal *m, uint64_t seq)
{
	if (m->oldest_first)
		m->after = seq;
	else
		m->before = seq;
}

/* One page printed; *more = there is another one. */
static int print_page(struct client *c, struct wire_journal *m, struct output *out,
		      bool *more)
{
	struct journal_page p;
	bool all = out->left < 0 || out->left > WIRE_JOURNAL_MAX;

	m->count = (uint16_t)(all ? WIRE_JOURNAL_MAX : out->left);
	int code = journal_page_fetch(c, m, &p);
	for (size_t i = 0; i < p.n; i++)
		out->print(&p.v[i]);
	if (out->left > 0)
		out->left -= (int64_t)p.n < out->left ? (int64_t)p.n : out->left;
	*more = p.more && p.n > 0;
	if (p.n > 0)
		go_on_behind(m, p.v[p.n - 1].head.seq);
	journal_page_release(&p);
	return code;
}

static int print_pages(struct client *c, struct wire_journal *m, struct output *out)
{
	bool more = true;
	int code = CLI_OK;

	while (code == CLI_OK && more && out->left != 0)
		code = print_page(c, m, out, &more);
	if (code == CLI_OK && more)
		remote_fail(0, "there are more rows: --limit 0 prints all");
	return code;
}

/* --- following ------------------------------------------------------------------ */

static int newest_seq(struct client *c, uint64_t *seq)
{
	struct wire_journal ask = { .count = 1 };
	struct journal_page p;
	int code = journal_page_fetch(c, &ask, &p);

	*seq = p.n ? p.v[0].head.seq : 0;
	journal_page_release(&p);
	return code;
}

/* Lets FOLLOW_MS pass and takes what the server says meanwhile. */
static int wait_a_moment(struct client *c)
{
	struct mono end = mono_add_ms(clock_mono(), FOLLOW_MS);
	struct strbuf why = STRBUF_INIT;
	struct client_frame f;
	int code = CLI_OK;

	for (int64_t left = FOLLOW_MS; left > 0 && code == CLI_OK;
	     left = mono_ms_between(clock_mono(), end)) {
		enum sg_err err = client_next(c, (int)left, &f, &why);
		if (err != SG_OK && err != SG_ENOENT)
			code = remote_fail(CLI_NO_SERVER, why.buf);
	}
	strbuf_release(&why);
	return code;
}

/* New rows as they come, until somebody stops it. */
static int follow(struct client *c, struct wire_journal *m, struct output *out)
{
	uint64_t newest = 0;
	bool more;
	int code = newest_seq(c, &newest);

	m->oldest_first = 1;
	m->before = 0;
	m->after = newest;
	out->left = -1;
	while (code == CLI_OK) {
		code = print_page(c, m, out, &more);
		fflush(stdout);
		if (code == CLI_OK && !more)
			code = wait_a_moment(c);
	}
	return code;
}

static int run(int argc, char **argv)
{
	struct wire_journal m = { 0 };
	struct output out = { 0 };
	struct cli_args a;
	int code = cli_args_parse(&cmd_journal, argc, argv, 0, 0, &a);

	if (code >= 0)
		return code;
	code = read_ask(&a, &m);
	if (code == CLI_OK)
		code = read_output(&a, &out);
	if (code != CLI_OK)
		return code;
	struct client *c = remote_open("cli journal", &code);
	if (!c)
		return code;
	code = out.follow ? follow(c, &m, &out) : print_pages(c, &m, &out);
	if (code == CLI_OK && !out.follow)
		remote_tell_reserve(c);
	client_close(c);
	return code;
}

static const struct cli_option options[] = {
	{ "from", "TIME", "not before: 2026-11-22T09:05, 09:05, 2026-11-22, 8h (ago)" },
	{ "to", "TIME", "before" },
	{ "area", "AREA", "of this area and all that lie in it" },
	{ "tag", "TAG", "of alarms on this tag" },
	{ "alarm", "NAME", "of this alarm" },
	{ "priority", "P,...", "critical, high, medium, low, diagnostic" },
	{ "event", "E,...", "came, cleared, acknowledged, shelved, comment ..." },
	{ "by", "NAME", "what this operator did" },
	{ "text", "WORDS",
	  "rows that hold all these words; \"a phrase\" in quotes, begin*" },
	{ "limit", "N", "at most N rows (100); 0 = all" },
	{ "reverse", NULL, "oldest first" },
	{ "follow", NULL, "print new rows as they come, until stopped" },
	{ "csv", NULL, "CSV with a heading (RFC 4180)" },
	{ "json", NULL, "a JSON object a line" },
	{ NULL, NULL, NULL },
};

const struct cli_command cmd_journal = {
	.name = "journal",
	.args = "[--from TIME] [--to TIME] [--area AREA] [--text WORDS] [--csv | --json]",
	.help = "search the alarm journal: every transition, newest first",
	.options = options,
	.run = run,
};
