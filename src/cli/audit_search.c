/* audit_search.c - asks for pages of the audit record until there is no more. */
#include "cli/audit_search.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/record.h"
#include "cli/audit_page.h"
#include "cli/remote.h"
#include "util/clock.h"
#include "util/num.h"
#include "wire/audit.h"

enum { COUNT_DEFAULT = 50, COUNT_MAX = 1000000000, KINDS = 64 * WIRE_AUDIT_KINDS };

struct hunt {
	const struct cli_command *command;
	const struct cli_args *args;
	struct wire_audit_search ask;
	int64_t left; /* records still to print; < 0 = all there are */
	enum audit_print as;
};

/* --- what is asked ------------------------------------------------------------------ */

static bool kind_bit(const char *word, size_t n, struct wire_audit_search *m)
{
	for (unsigned k = 1; k < KINDS; k++) {
		const char *name = audit_kind_name((enum audit_kind)k);

		if (strlen(name) != n || memcmp(name, word, n) != 0 || name[0] == '?')
			continue;
		m->kinds[k / 64] |= UINT64_C(1) << k % 64;
		return true;
	}
	return false;
}

static void list_kinds(struct strbuf *out)
{
	strbuf_adds(out, "no kind of record; the kinds are");
	for (unsigned k = 1, n = 0; k < KINDS; k++) {
		const char *name = audit_kind_name((enum audit_kind)k);

		if (name[0] != '?')
			strbuf_addf(out, "%s%s", n++ ? ", " : " ", name);
	}
}

static int read_kinds(struct hunt *h)
{
	const char *text = cli_arg(h->command, h->args, "kind"), *at = text;
	struct strbuf why = STRBUF_INIT;
	int code = CLI_OK;

	while (at && code == CLI_OK) {
		size_t n = strcspn(at, ",");

		if (!kind_bit(at, n, &h->ask)) {
			list_kinds(&why);
			code = cli_mistake("kind", text, why.buf);
		}
		at = at[n] ? at + n + 1 : NULL;
	}
	strbuf_release(&why);
	return code;
}

static int read_ask(struct hunt *h)
{
	const struct cli_text texts[] = {
		{ "by", h->ask.by, sizeof(h->ask.by) },
		{ "subject", h->ask.subject, sizeof(h->ask.subject) },
		{ "area", h->ask.area, sizeof(h->ask.area) },
	};
	int64_t now = clock_now().wall.ms;
	int code = cli_arg_time(h->command, h->args, "from", now, &h->ask.from_ms);

	if (code == CLI_OK)
		code = cli_arg_time(h->command, h->args, "to", now, &h->ask.to_ms);
	if (code == CLI_OK)
		code = cli_arg_texts(h->command, h->args, texts,
				     sizeof(texts) / sizeof(texts[0]));
	return code == CLI_OK ? read_kinds(h) : code;
}

static int read_count(struct hunt *h)
{
	const char *text = cli_arg(h->command, h->args, "count");

	if (text && !num_parse_int(text, 0, COUNT_MAX, &h->left))
		return cli_mistake("count", text, "a whole number is wanted; 0 = all");
	if (h->left == 0)
		h->left = -1;
	return CLI_OK;
}

static int read_form(struct hunt *h)
{
	bool csv = cli_arg(h->command, h->args, "csv") != NULL;
	bool json = cli_arg(h->command, h->args, "json") != NULL;

	if (csv && json)
		return remote_fail(CLI_USAGE, "--csv and --json exclude each other");
	h->as = csv ? AUDIT_PRINT_CSV : json ? AUDIT_PRINT_JSON : AUDIT_PRINT_TEXT;
	return CLI_OK;
}

/* --- pages -------------------------------------------------------------------------- */

static uint32_t ask_page(struct client *c, struct hunt *h)
{
	bool all = h->left < 0 || h->left > WIRE_AUDIT_SEARCH_MAX;

	h->ask.req = client_next_req(c);
	h->ask.count = (uint16_t)(all ? WIRE_AUDIT_SEARCH_MAX : h->left);
	wire_put_audit_search(client_out(c), &h->ask);
	return h->ask.req;
}

/* *more: there may be others behind those that were printed. */
static int print_page(struct client *c, struct hunt *h, bool *more)
{
	struct strbuf why = STRBUF_INIT;
	struct audit_page p = { 0 };
	struct wire_reply reply = { 0 };
	uint32_t req = ask_page(c, h);
	int code = client_flush(c, &why) == SG_OK ? audit_page_fetch(c, req, &p, &reply)
						  : remote_fail(CLI_NO_SERVER, why.buf);
	uint64_t behind = wire_audit_goes_on(reply.text);

	for (size_t i = 0; i < p.n; i++)
		if (audit_page_print(&p.v[i], h->as) != CLI_OK)
			code = CLI_FAILED; /* and the others are shown */
	if (h->left > 0)
		h->left -= (int64_t)p.n < h->left ? (int64_t)p.n : h->left;
	*more = behind > 0;
	if (h->ask.oldest_first)
		h->ask.after = behind;
	else
		h->ask.before = behind;
	audit_page_release(&p);
	strbuf_release(&why);
	return code;
}

static int print_pages(struct hunt *h)
{
	bool more = true;
	int code = CLI_OK;
	struct client *c = remote_open("cli audit", &code);

	if (!c)
		return code;
	if (h->as == AUDIT_PRINT_CSV)
		audit_page_print_head();
	while (code == CLI_OK && more && h->left != 0)
		code = print_page(c, h, &more);
	if (code == CLI_OK && more)
		remote_fail(0, "there may be more records: --count 0 prints all");
	client_close(c);
	return code;
}

int audit_search(const struct cli_command *c, const struct cli_args *a, const char *words)
{
	struct hunt h = { .command = c, .args = a, .left = COUNT_DEFAULT };
	int code = read_ask(&h);

	if (words && (size_t)snprintf(h.ask.text, sizeof(h.ask.text), "%s", words) >=
			     sizeof(h.ask.text))
		return remote_fail(CLI_USAGE, "the words to search for are too long");
	h.ask.oldest_first = cli_arg(c, a, "reverse") != NULL;
	if (code == CLI_OK)
		code = read_count(&h);
	if (code == CLI_OK)
		code = read_form(&h);
	return code == CLI_OK ? print_pages(&h) : code;
}

int audit_export(const struct cli_command *c, const struct cli_args *a)
{
	struct hunt h = { .command = c, .args = a, .left = -1 };
	int code = read_ask(&h);

	h.ask.oldest_first = 1;
	if (code == CLI_OK)
		code = read_form(&h);
	if (code == CLI_OK && h.as == AUDIT_PRINT_TEXT)
		code = remote_fail(CLI_USAGE, "audit export wants --csv or --json");
	return code == CLI_OK ? print_pages(&h) : code;
}
