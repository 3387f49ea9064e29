/*
 * starter_look.c - what may be executed, learnt from the files and not from who asks.
 *
 * A process of its own behind a wall of its own reads them as a reload does: owners,
 * modes, mistakes, signature. A server that was taken over cannot add a command to that,
 * nor can who writes files and signs none. The starter itself parses nothing and never
 * waits for a disk.
 */
#include "server/starter_int.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/close_range.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "server/load.h"
#include "station/def.h"
#include "util/num.h"
#include "util/xalloc.h"

enum { FOUND_MAX = 1 << 20 };

/* What the reader tells, each ended by a NUL: the files' hash and version, a command
 * each, and that it is all; or why there is nothing. */
enum { TELL_FILES = 'M', TELL_COMMAND = 'C', TELL_END = '.', TELL_WHY = 'F' };

/* --- commands ---------------------------------------------------------------------- */

static char *joined(const char *const *words)
{
	struct strbuf all = STRBUF_INIT;

	for (; *words; words++) {
		strbuf_adds(&all, *words);
		strbuf_addch(&all, '\1');
	}
	return strbuf_detach(&all);
}

static bool has(const struct start_commands *c, const char *command)
{
	for (size_t i = 0; i < c->n; i++)
		if (strcmp(c->v[i], command) == 0)
			return true;
	return false;
}

void start_commands_learn(struct start_commands *c, const char *const *words)
{
	*GROW(&c->v, &c->n) = joined(words);
}

bool start_commands_know(const struct start_commands *c, const char *const *words)
{
	char *command = joined(words);
	bool known = has(c, command);

	free(command);
	return known;
}

void start_commands_clear(struct start_commands *c)
{
	for (size_t i = 0; i < c->n; i++)
		free(c->v[i]);
	free(c->v);
	*c = (struct start_commands){ 0 };
}

/* --- the reader -------------------------------------------------------------------- */

static _Noreturn void tell(int to, const struct strbuf *text)
{
	size_t at = 0;
	ssize_t n;

	while (at < text->len) {
		n = write(to, text->buf + at, text->len - at);
		if (n < 0 && errno != EINTR)
			break;
		at += n > 0 ? (size_t)n : 0;
	}
	_exit(0);
}

static _Noreturn void tell_why(int to, const char *why)
{
	struct strbuf text = STRBUF_INIT;

	strbuf_addf(&text, "%c%.200s", TELL_WHY, why);
	strbuf_addch(&text, '\0');
	tell(to, &text);
}

static _Noreturn void tell_first_error(int to, const struct diag_list *diags)
{
	struct strbuf line = STRBUF_INIT;

	for (size_t i = 0; i < diags->n && !line.len; i++)
		if (diags->v[i].severity == DIAG_ERROR)
			diag_format(&diags->v[i], &line);
	tell_why(to, line.len ? line.buf : "the station's files cannot be read");
}

static _Noreturn void tell_commands(int to, const struct station_def *def)
{
	char hash[HASH_HEX_SIZE];
	struct strbuf text = STRBUF_INIT;

	hash_hex(def->hash, HASH_SIZE, hash);
	strbuf_addf(&text, "%c%s %" PRIu64, TELL_FILES, hash, def->vouched_version);
	strbuf_addch(&text, '\0');
	for (size_t i = 0; i < def->n_notify; i++) {
		if (def->notify[i].kind != NOTIFY_COMMAND)
			continue;
		char *command = joined((const char *const *)def->notify[i].command);
		strbuf_addf(&text, "%c%s", TELL_COMMAND, command);
		strbuf_addch(&text, '\0');
		free(command);
	}
	strbuf_addch(&text, TELL_END);
	strbuf_addch(&text, '\0');
	tell(to, &text);
}

/* It parses what others wrote: it may read files, and nothing else. */
static void wall_in(enum wall_policy policy, int to)
{
	struct wall_report report;
	struct strbuf why = STRBUF_INIT;

	prctl(PR_SET_NAME, "sg-loader");
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (to > 3)
		close_range(3, (unsigned)to - 1, 0);
	close_range((unsigned)to + 1, ~0U, 0);
	wall_limits(WALL_LOADER);
	wall_report_init(&report, policy);
	if (wall_files(WALL_LOADER, NULL, &report, &why) != SG_OK ||
	    wall_calls(WALL_LOADER, &report, &why) != SG_OK)
		tell_why(to, why.buf);
	wall_report_release(&report);
	strbuf_release(&why);
}

static _Noreturn void read_files(const struct start_files *files, int to)
{
	struct diag_list diags = DIAG_LIST_INIT;
	struct station_def *def;

	wall_in(files->walls, to);
	xalloc_libraries_too = true; /* half a station is none */
	def = load_trusted(files->config, &diags);
	if (def && signed_judge(&files->signers, files->config, def, false, &diags))
		tell_commands(to, def);
	tell_first_error(to, &diags);
}

/* --- a look ------------------------------------------------------------------------ */

const char *start_look_begin(struct start_look *l, const struct start_files *files,
			     const char *wanted, int channel)
{
	int ends[2];
	pid_t pid;

	if (l->pid)
		return "the station's files are being read already";
	if (pipe2(ends, O_CLOEXEC) < 0)
		return "there is no descriptor left to read the station's files";
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	pid = fork();
	if (pid == 0)
		read_files(files, ends[1]);
	close(ends[1]);
	if (pid < 0) {
		close(ends[0]);
		return "no process can be made to read the station's files";
	}
	*l = (struct start_look){ .pid = pid, .from = ends[0], .channel = channel };
	l->until = mono_add_ms(clock_mono(), STARTER_LOOK_MS);
	snprintf(l->wanted, sizeof(l->wanted), "%s", wanted);
	strbuf_init(&l->found, FOUND_MAX);
	return NULL;
}

/* True at its end. */
static bool read_more(struct start_look *l)
{
	char chunk[4096];
	ssize_t n;

	while ((n = read(l->from, chunk, sizeof(chunk))) > 0)
		strbuf_add(&l->found, chunk, (size_t)n);
	return n == 0 || (errno != EAGAIN && errno != EINTR);
}

static bool take_files(struct start_commands *out, const char *text)
{
	int64_t version = 0;

	if (strlen(text) < HASH_HEX_SIZE || text[HASH_HEX_SIZE - 1] != ' ' ||
	    !num_parse_int(text + HASH_HEX_SIZE, 0, INT64_MAX, &version))
		return false;
	snprintf(out->hash, sizeof(out->hash), "%.*s", HASH_HEX_SIZE - 1, text);
	out->version = (uint64_t)version;
	return true;
}

/* False when something is missing: the reader has died, or was cut off. */
static bool take_found(const struct strbuf *found, struct start_commands *out,
		       struct strbuf *why)
{
	const char *end = found->buf + found->len;
	bool good = false, whole = false;

	if (found->truncated || !found->len || end[-1] != '\0')
		return false;
	for (const char *at = found->buf; at < end; at += strlen(at) + 1) {
		whole = at[0] == TELL_END;
		if (at[0] == TELL_FILES)
			good = take_files(out, at + 1);
		else if (at[0] == TELL_COMMAND)
			*GROW(&out->v, &out->n) = xstrdup(at + 1);
		else if (at[0] == TELL_WHY)
			strbuf_setf(why, "%s", at + 1);
	}
	return why->len || (good && whole);
}

void start_look_stop(struct start_look *l)
{
	if (!l->reaped) {
		kill(l->pid, SIGKILL);
		while (waitpid(l->pid, NULL, 0) < 0 && errno == EINTR)
			;
	}
	close(l->from);
	strbuf_release(&l->found);
	l->pid = 0;
}

static void judge(const struct start_look *l, struct start_commands *out,
		  struct strbuf *why)
{
	if (!take_found(&l->found, out, why))
		strbuf_setf(why, "the station's files could not be read to their end");
	else if (!why->len && strcmp(out->hash, l->wanted) != 0)
		strbuf_setf(why, "the station's files were changed while they were read: "
				 "reload again");
}

bool start_look_turn(struct start_look *l, struct start_commands *out, struct strbuf *why)
{
	bool ended = read_more(l), late = mono_reached(clock_mono(), l->until);

	if (!ended && !late)
		return false;
	if (ended)
		judge(l, out, why);
	else
		strbuf_setf(why, "reading the station's files took longer than %d s",
			    STARTER_LOOK_MS / 1000);
	start_look_stop(l);
	if (why->len)
		start_commands_clear(out);
	return true;
}
