/*
 * cmd_config.c - `sightglass config`: which files run and which lie there, and the
 * signature of an engineer under them (docs/security.md).
 */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/args.h"
#include "cli/remote.h"
#include "cli/station_path.h"
#include "config/file.h"
#include "station/def.h"
#include "util/file.h"
#include "util/num.h"
#include "util/secret.h"
#include "util/xalloc.h"
#include "wire/client.h"

enum { SECRET_TEXT = 2 * SIGN_SECRET_SIZE + 1 };

extern const struct cli_command cmd_config;

/* --- the files that lie there ------------------------------------------------------ */

/* True when the station's files can be read; *m is sorted and the caller's. */
static bool files_here(const char *path, struct manifest *m)
{
	struct diag_list diags = DIAG_LIST_INIT;
	struct station_def *d = station_load(path, &diags);

	if (d)
		station_def_manifest(d, m);
	else
		remote_fail_diags(CLI_FAILED, &diags);
	station_def_free(d);
	diag_list_release(&diags);
	return d != NULL;
}

/* --- the files that run ------------------------------------------------------------ */

static void take_file(void *arg, const struct client_frame *f)
{
	struct manifest *m = arg;
	struct manifest_file file = { 0 };
	struct wire_row row;
	int64_t size;

	if (f->type != WIRE_ROW || !wire_get_row(f->payload, f->len, &row))
		return;
	if (row.n >= 3 && num_parse_int(row.field[1], 0, INT64_MAX, &size) &&
	    hash_unhex(row.field[2], file.hash, HASH_SIZE) == 0) {
		file.path = xstrdup(row.field[0]);
		file.size = (uint64_t)size;
		*GROW(&m->v, &m->n) = file;
	}
	wire_row_release(&row);
}

/* From the answer to STATUS. */
static void take_place(void *arg, const struct client_frame *f)
{
	char **path = arg;
	struct wire_row row;

	if (f->type != WIRE_ROW || !wire_get_row(f->payload, f->len, &row))
		return;
	if (row.n >= 2 && !*path && strcmp(row.field[0], "station file") == 0)
		*path = xstrdup(row.field[1]);
	wire_row_release(&row);
}

/* The file that the server runs from, owned; the usual place when it does not say. */
static char *path_running(struct client *c)
{
	struct strbuf why = STRBUF_INIT;
	struct wire_reply reply;
	char *path = NULL;

	client_wait_reply(c, client_request(c, WIRE_STATUS, 0, 0, ""), &reply, take_place,
			  &path, &why);
	strbuf_release(&why);
	return path ? path : cli_station_path(NULL);
}

/* path: NULL, or where to put that of the running station's file, when *path is NULL. */
static int files_running(struct manifest *m, struct wire_reply *reply, char **path)
{
	int code = CLI_OK;
	struct client *c = remote_open("cli config", &code);

	if (!c)
		return code;
	if (path && !*path)
		*path = path_running(c);
	uint32_t req = client_request(c, WIRE_CONFIG, 0, 0, "");
	code = remote_wait(c, req, reply, take_file, m);
	manifest_sort(m);
	client_close(c);
	return code;
}

static void print_files(const struct manifest *m, bool json)
{
	char hash[HASH_HEX_SIZE];

	for (size_t i = 0; i < m->n; i++) {
		const struct manifest_file *f = &m->v[i];

		hash_hex(f->hash, HASH_SIZE, hash);
		if (json) {
			json_t *o = json_object();
			json_object_set_new(o, "path", remote_json_text(f->path));
			json_object_set_new(o, "size", json_integer((json_int_t)f->size));
			json_object_set_new(o, "hash", json_string(hash));
			remote_print_json(o);
		} else {
			printf("%s  %10" PRIu64 "  ", hash, f->size);
			remote_print(f->path);
			putchar('\n');
		}
	}
}

static int run_files(const struct cli_args *a)
{
	bool json = cli_arg(&cmd_config, a, "json") != NULL;
	struct manifest m = { 0 };
	struct wire_reply reply = { 0 };
	int code = files_running(&m, &reply, NULL);

	if (code == CLI_OK) {
		print_files(&m, json);
		if (!json) {
			remote_print(reply.text);
			putchar('\n');
		}
	}
	manifest_release(&m);
	return code;
}

/* --- diff -------------------------------------------------------------------------- */

static void print_difference(void *arg, char sign, const char *path)
{
	const bool *json = arg;
	const char text[2] = { sign, '\0' };

	if (*json) {
		json_t *o = json_object();
		json_object_set_new(o, "change", json_string(text));
		json_object_set_new(o, "path", remote_json_text(path));
		remote_print_json(o);
		return;
	}
	printf("%s ", text);
	remote_print(path);
	putchar('\n');
}

/* What the other files would change in the running station, as the server sees it. */
static void print_meaning(void)
{
	static const char *const columns[] = { "change", "kind", "name", "text", NULL };
	static const struct remote_table table = { WIRE_RELOAD, columns, false };

	puts("\nA reload of the server's own files would change:");
	fflush(stdout);
	remote_rows("cli config", &table, 1, 0, "", false);
}

static int run_diff(const struct cli_args *a)
{
	bool json = cli_arg(&cmd_config, a, "json") != NULL;
	char *path = a->n > 1 ? cli_station_path(a->arg[1]) : NULL;
	struct manifest running = { 0 }, here = { 0 };
	struct wire_reply reply = { 0 };
	int code = files_running(&running, &reply, &path);

	if (code == CLI_OK && !files_here(path, &here))
		code = CLI_FAILED;
	if (code == CLI_OK) {
		if (!json)
			printf("files of %s against those that run:\n", path);
		size_t n = manifest_diff(&running, &here, print_difference, &json);
		if (!json && n)
			print_meaning();
		else if (!json)
			puts("no difference");
		code = n ? CLI_FAILED : CLI_OK;
	}
	manifest_release(&running);
	manifest_release(&here);
	free(path);
	return code;
}

/* --- keys -------------------------------------------------------------------------- */

static int cannot(const char *what, const char *path)
{
	char text[PATH_MAX + 64];

	snprintf(text, sizeof(text), "cannot %s %s: %s", what, path, strerror(errno));
	return remote_fail(CLI_FAILED, text);
}

/* Nothing that exists is ever overwritten by a key. */
static int write_new(const char *path, mode_t mode, const char *text)
{
	return file_make(path, mode, text, strlen(text)) ? CLI_OK : cannot("make", path);
}

static int run_keygen(const struct cli_args *a)
{
	const char *name = cli_arg(&cmd_config, a, "name");
	char hex[SECRET_TEXT + 1], public[2 * SIGN_PUBLIC_SIZE + 1];
	struct sign_keys keys;
	int code;

	if (a->n != 2 || !name || !*name || strcspn(name, " \t\n#") != strlen(name))
		return remote_fail(CLI_USAGE,
				   "config keygen wants --name NAME (one word) "
				   "and the FILE for the secret key");
	sign_make_keys(&keys);
	hash_hex(keys.secret, SIGN_SECRET_SIZE, hex);
	hash_hex(keys.public, SIGN_PUBLIC_SIZE, public);
	memcpy(hex + SECRET_TEXT - 1, "\n", 2);
	code = write_new(a->arg[1], 0400, hex);
	if (code == CLI_OK)
		printf("%s %s\n", name, public);
	explicit_bzero(&keys, sizeof(keys));
	explicit_bzero(hex, sizeof(hex));
	return code;
}

static int read_keys(const char *path, struct sign_keys *keys)
{
	struct strbuf why = STRBUF_INIT;
	char hex[SECRET_TEXT + 1];
	uint8_t secret[SIGN_SECRET_SIZE];
	int code = CLI_OK;

	if (!secret_read(path, "the signing key", hex, sizeof(hex), &why)) {
		code = remote_fail(CLI_FAILED, why.buf);
	} else if (hash_unhex(hex, secret, sizeof(secret)) < 0 ||
		   !sign_keys_of(secret, keys)) {
		strbuf_setf(&why, "%s holds no key of `sightglass config keygen`", path);
		code = remote_fail(CLI_FAILED, why.buf);
	}
	explicit_bzero(hex, sizeof(hex));
	explicit_bzero(secret, sizeof(secret));
	strbuf_release(&why);
	return code;
}

/* --- sign -------------------------------------------------------------------------- */

/* Of the signature that lies there; 0 when there is none that can be read. */
static uint64_t version_before(const char *path)
{
	struct strbuf why = STRBUF_INIT;
	struct manifest_signed was;
	uint64_t version = 0;
	char *text;
	size_t len;

	if (cfg_file_read_path(path, &text, &len, &why)) {
		if (manifest_signed_read(text, len, &was, &why)) {
			version = was.version;
			manifest_signed_release(&was);
		}
		free(text);
	}
	strbuf_release(&why);
	return version;
}

/* Whole or not at all: the server may read it at any moment. */
static int exchange(const char *path, const char *text)
{
	char *fresh = xasprintf("%s.new", path);
	int code;

	unlink(fresh); /* of a run that was interrupted */
	code = write_new(fresh, 0644, text);
	if (code == CLI_OK && rename(fresh, path) < 0)
		code = cannot("write", path);
	free(fresh);
	return code;
}

static int sign_files(const struct manifest *m, const struct sign_keys *keys,
		      const char *station, int64_t version)
{
	struct strbuf text = STRBUF_INIT;
	char *path = xasprintf("%s.signed", station);
	uint64_t is = version > 0 ? (uint64_t)version : version_before(path) + 1;
	int code;

	manifest_sign(m, is, keys, &text);
	code = exchange(path, text.buf);
	if (code == CLI_OK)
		printf("%s: version %" PRIu64 ", %zu files\n", path, is, m->n);
	strbuf_release(&text);
	free(path);
	return code;
}

static int run_sign(const struct cli_args *a)
{
	const char *key = cli_arg(&cmd_config, a, "key");
	const char *wanted = cli_arg(&cmd_config, a, "version");
	char *path = cli_station_path(a->n > 1 ? a->arg[1] : NULL);
	struct manifest m = { 0 };
	struct sign_keys keys = { 0 };
	int64_t version = 0;
	int code = CLI_OK;

	if (!key)
		code = remote_fail(CLI_USAGE, "config sign wants --key FILE: the secret "
					      "key that config keygen made");
	else if (wanted && !num_parse_int(wanted, 1, INT64_MAX, &version))
		code = cli_mistake("version", wanted, "a whole number from 1 on");
	if (code == CLI_OK)
		code = read_keys(key, &keys);
	if (code == CLI_OK && !files_here(path, &m))
		code = CLI_FAILED;
	if (code == CLI_OK)
		code = sign_files(&m, &keys, path, version);
	explicit_bzero(&keys, sizeof(keys));
	manifest_release(&m);
	free(path);
	return code;
}

/* --- the subcommand ---------------------------------------------------------------- */

static const struct {
	const char *name;
	int (*run)(const struct cli_args *a);
} deeds[] = {
	{ "files", run_files },
	{ "diff", run_diff },
	{ "keygen", run_keygen },
	{ "sign", run_sign },
};

static int run(int argc, char **argv)
{
	struct cli_args a;
	int code = cli_args_parse(&cmd_config, argc, argv, 1, 2, &a);

	if (code >= 0)
		return code;
	for (size_t i = 0; i < sizeof(deeds) / sizeof(deeds[0]); i++)
		if (strcmp(a.arg[0], deeds[i].name) == 0)
			return deeds[i].run(&a);
	return cli_usage(&cmd_config);
}

static const struct cli_option options[] = {
	{ "key", "FILE", "sign: the secret key" },
	{ "version", "N", "sign: this version instead of the next one" },
	{ "name", "NAME", "keygen: whose key it is" },
	{ "json", NULL, "a JSON object a line" },
	{ NULL, NULL, NULL },
};

const struct cli_command cmd_config = {
	.name = "config",
	.args = "files | diff [STATION] | keygen FILE --name NAME | "
		"sign [STATION] --key FILE",
	.help = "which files run, what differs on disk, and signing them",
	.options = options,
	.run = run,
};
