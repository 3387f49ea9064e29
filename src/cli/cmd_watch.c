/* cmd_watch.c - `sightglass watch TAG...`: a line for every change, until it is stopped.
 */
#include <stdio.h>

#include "cli/args.h"
#include "cli/remote.h"
#include "util/bytes.h"
#include "util/num.h"

static const struct cli_option options[] = {
	{ "json", NULL, "a JSON object a line" },
	{ "count", "N", "stop after N lines" },
	{ NULL, NULL, NULL },
};

extern const struct cli_command cmd_watch;

struct watch {
	struct wire_tag_info infos[CLI_ARGS_MAX];
	size_t n;
	bool json;
	int64_t left; /* lines still to print; < 0 = no end */
	int unknown;  /* names the server does not have */
};

static void keep_info(struct watch *w, const struct client_frame *f)
{
	struct wire_tag_info info;
	char text[256];

	if (!wire_get_tag_info(f->payload, f->len, &info))
		return;
	if (info.tag == UINT32_MAX) {
		snprintf(text, sizeof(text), "no tag is named %s", info.name);
		remote_fail(0, text);
		w->unknown++;
		return;
	}
	if (w->n < CLI_ARGS_MAX)
		w->infos[w->n++] = info;
}

static void print_value(struct watch *w, const struct wire_value *v)
{
	static struct wire_tag_state s;
	struct strbuf line = STRBUF_INIT;

	for (size_t i = 0; i < w->n && w->left != 0; i++) {
		if (w->infos[i].tag != v->tag)
			continue;
		s = (struct wire_tag_state){ .info = w->infos[i], .now = *v };
		if (w->json) {
			remote_print_json(remote_value_json(&s));
		} else {
			remote_value_text(&s, &line);
			remote_print(line.buf);
			putchar('\n');
		}
		if (w->left > 0)
			w->left--;
		break;
	}
	fflush(stdout);
	strbuf_release(&line);
}

static void take(struct watch *w, const struct client_frame *f)
{
	struct wire_value v;
	char text[VALUE_STRING_MAX + 1];

	if (f->type == WIRE_TAG_INFO)
		keep_info(w, f);
	if (f->type != WIRE_VALUES)
		return;
	struct bytes_reader r = bytes_reader(f->payload, f->len);
	while (wire_next_value(&r, &v, text))
		print_value(w, &v);
}

static int follow(struct client *c, struct watch *w, const struct cli_args *a)
{
	struct strbuf why = STRBUF_INIT;
	struct client_frame f;
	int code = CLI_OK;

	wire_put_subscribe(client_out(c), 1, a->arg, (size_t)a->n);
	enum sg_err rc = client_flush(c, &why);
	while (rc == SG_OK && w->left != 0 && w->unknown < a->n) {
		rc = client_next(c, WIRE_SILENCE_MS, &f, &why);
		if (rc == SG_OK)
			take(w, &f);
	}
	if (rc == SG_ENOENT)
		strbuf_setf(&why,
			    "the server is silent: the values above are no longer live");
	if (rc != SG_OK)
		code = remote_fail(CLI_NO_SERVER, why.buf);
	else if (w->unknown)
		code = CLI_FAILED;
	strbuf_release(&why);
	return code;
}

static int run(int argc, char **argv)
{
	static struct watch w;
	struct cli_args a;
	int code = cli_args_parse(&cmd_watch, argc, argv, 1, CLI_ARGS_MAX, &a);

	if (code >= 0)
		return code;
	const char *count = cli_arg(&cmd_watch, &a, "count");
	w.left = -1;
	w.json = cli_arg(&cmd_watch, &a, "json") != NULL;
	if (count && !num_parse_int(count, 1, INT64_MAX, &w.left))
		return cli_usage(&cmd_watch);
	struct client *c = remote_open("cli watch", &code);
	if (!c)
		return code;
	code = follow(c, &w, &a);
	client_close(c);
	return code;
}

const struct cli_command cmd_watch = {
	.name = "watch",
	.args = "TAG... [--json] [--count N]",
	.help = "print every change of these tags until stopped",
	.options = options,
	.run = run,
};
