/* child_main.c - a driver program's command line: --describe and --check for the
 * station's loader, otherwise the protocol on descriptor 3. */
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "driver/child_int.h"
#include "util/file.h"
#include "util/log.h"
#include "util/strbuf.h"
#include "util/xalloc.h"
#include "wall/wall.h"

static json_t *schema_json(const struct driver_setting *row)
{
	json_t *list = json_array();

	for (; row->name; row++) {
		json_t *one = json_pack("{s:s,s:s,s:b,s:s}", "name", row->name, "type",
					row->type, "required", row->required, "help",
					row->help);
		if (row->min != 0 || row->max != 0) {
			json_object_set_new(one, "min", json_real(row->min));
			json_object_set_new(one, "max", json_real(row->max));
		}
		json_array_append_new(list, one);
	}
	return list;
}

static int describe(const struct driver_ops *ops)
{
	json_t *all =
		json_pack("{s:s,s:s,s:i,s:o,s:o,s:s}", "name", ops->name, "help",
			  ops->help, "protocol", DRIVER_PROTO_VERSION, "device_settings",
			  schema_json(ops->device_settings), "tag_settings",
			  schema_json(ops->tag_settings), "address", ops->address);
	int rc = json_dumpf(all, stdout, JSON_INDENT(2));

	json_decref(all);
	putchar('\n');
	return rc == 0 && fflush(stdout) == 0 ? 0 : 1;
}

/* One record of --check; the results go to standard output at each CONFIG_END. */
static int check_record(struct intake *in, const struct driver_record_view *r,
			const struct driver_ops *ops, struct strbuf *why)
{
	struct strbuf out = STRBUF_INIT;

	if (r->type != DR_CONFIG_END)
		return intake_record(in, r, why);
	out.max = SIZE_MAX / 2;
	struct driver_config *c = intake_end(in, r, ops, &out, why);
	bool ok = c && file_write(STDOUT_FILENO, out.buf, out.len);
	driver_config_free(c);
	strbuf_release(&out);
	return ok ? 0 : -1;
}

/* Takes whole records off buf. */
static int check_records(struct strbuf *buf, struct intake *in,
			 const struct driver_ops *ops, struct strbuf *why)
{
	struct driver_record_view r;
	size_t at = 0;
	int64_t n;

	while ((n = driver_record_next((const uint8_t *)buf->buf + at, buf->len - at,
				       &r)) > 0) {
		if (check_record(in, &r, ops, why) < 0)
			return -1;
		at += (size_t)n;
	}
	memmove(buf->buf, buf->buf + at, buf->len - at);
	buf->len -= at;
	if (n < 0)
		strbuf_setf(why, "a record of impossible length");
	return n < 0 ? -1 : 0;
}

static int check(const struct driver_ops *ops)
{
	struct strbuf buf = STRBUF_INIT, why = STRBUF_INIT;
	struct intake in = { .thorough = true };
	char chunk[65536];
	ssize_t n;
	int rc = 0;

	while (rc == 0 && (n = read(STDIN_FILENO, chunk, sizeof(chunk))) > 0) {
		strbuf_add(&buf, chunk, (size_t)n);
		rc = check_records(&buf, &in, ops, &why);
	}
	if (rc == 0 && (buf.len || in.open)) {
		strbuf_setf(&why, "standard input ends inside a configuration");
		rc = -1;
	}
	if (rc < 0)
		fprintf(stderr, "sightglass-%s --check: %s\n", ops->name, why.buf);
	intake_release(&in);
	strbuf_release(&buf);
	strbuf_release(&why);
	return rc < 0 ? 1 : 0;
}

static int help(const struct driver_ops *ops)
{
	printf("sightglass-%s - %s\n\n"
	       "Started by sightglassd, which talks to it on descriptor 3.\n\n"
	       "  --describe  settings and address grammar as JSON\n"
	       "  --check     CONFIG records on standard input, a sentence for each\n"
	       "              mistake on standard output, as records\n"
	       "  --version   the version\n"
	       "  --help      this text\n\n%s\n",
	       ops->name, ops->help, ops->address);
	return 0;
}

static int version(const struct driver_ops *ops)
{
	printf("sightglass-%s %s, driver protocol %d\n", ops->name, SIGHTGLASS_VERSION,
	       DRIVER_PROTO_VERSION);
	return 0;
}

static const struct {
	const char *name;
	int (*fn)(const struct driver_ops *ops);
} options[] = {
	{ "--describe", describe },
	{ "--check", check },
	{ "--help", help },
	{ "--version", version },
};

/* Files and ports were settled by who started us (server/starter.h); from here on nothing
 * is executed and no descriptor of another kind made. */
static bool put_wall_up(const struct driver_ops *ops)
{
	enum wall_program row = wall_driver(ops->name);
	struct strbuf why = STRBUF_INIT;
	bool ok = row == WALL_OTHER_DRIVER || wall_around_me(row, false, &why) == SG_OK;

	if (!ok)
		log_error("%s", why.buf);
	strbuf_release(&why);
	return ok;
}

static int serve(const struct driver_ops *ops)
{
	/* other drivers' sockets, had the server leaked them, must not stay open here */
	close_range(DRIVER_FD + 1, ~0U, 0);
	umask(077);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGINT, SIG_IGN); /* Ctrl-C in the terminal is the server's to answer */
	if (!put_wall_up(ops))
		return 1;
	return child_serve(ops, DRIVER_FD);
}

int driver_main(int argc, char **argv, const struct driver_ops *ops)
{
	static char program[64]; /* the log borrows it for ever */

	snprintf(program, sizeof(program), "sightglass-%s", ops->name);
	log_open(program, LOG_L_INFO);
	xalloc_thrifty();
	if (argc == 1)
		return serve(ops);
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		if (argc == 2 && strcmp(argv[1], options[i].name) == 0)
			return options[i].fn(ops);
	fprintf(stderr, "%s: unknown arguments; try --help\n", program);
	return 2;
}
