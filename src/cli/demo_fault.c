/* demo_fault.c - upsetting a running demonstration: the broker here, all else in the
 * plant. */
#include "cli/demo.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "cli/command.h"
#include "util/utf8.h"
#include "wire/socket.h"

enum { ANSWER_PATIENCE_S = 12, BROKER_MS = 5000 };

/* Sends line to the socket at path and appends the answer. False when nobody answers. */
static bool ask(const char *path, const char *line, struct strbuf *answer)
{
	struct timeval patience = { .tv_sec = ANSWER_PATIENCE_S };
	struct strbuf why = STRBUF_INIT;
	char chunk[512];
	ssize_t n = 1;
	int fd = socket_connect(path, &why);

	strbuf_release(&why);
	if (fd < 0)
		return false;
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	dprintf(fd, "%s\n", line);
	while (n > 0 && !memchr(answer->buf, '\n', answer->len)) {
		n = recv(fd, chunk, sizeof(chunk), 0);
		strbuf_add(answer, chunk, n > 0 ? (size_t)n : 0);
	}
	close(fd);
	return answer->len > 0;
}

static void broker_stop(struct demo *d, struct strbuf *out)
{
	demo_stop(d, DEMO_BROKER, BROKER_MS);
	strbuf_addf(out, "ok: the broker is stopped; its port %d is closed\n",
		    d->broker_port);
}

static void broker_start(struct demo *d, struct strbuf *out)
{
	struct mono deadline = mono_add_ms(clock_mono(), BROKER_MS);
	struct timespec pause = { .tv_nsec = 10000000 };
	bool ok = d->child[DEMO_BROKER].pid > 0 || demo_restart(d, DEMO_BROKER);

	while (ok && !demo_broker_ready(d)) {
		nanosleep(&pause, NULL);
		demo_reap(d);
		ok = d->child[DEMO_BROKER].pid > 0 &&
		     !mono_reached(clock_mono(), deadline);
	}
	if (ok)
		strbuf_addf(out, "ok: the broker runs on port %d\n", d->broker_port);
	else
		strbuf_adds(out,
			    "error: the broker does not start; see log/broker.log\n");
}

static void ask_plant(const struct demo *d, const char *line, struct strbuf *out)
{
	char path[PATH_MAX];

	if (!demo_path(d, "run/plant.sock", path, sizeof(path)) || !ask(path, line, out))
		strbuf_setf(out,
			    "error: the plant does not answer; see %s/log/plant.log\n",
			    d->dir);
}

void demo_command(struct demo *d, const char *line, struct strbuf *out)
{
	struct strbuf broker = STRBUF_INIT;

	if (strcmp(line, "broker stop") == 0) {
		broker_stop(d, out);
	} else if (strcmp(line, "broker start") == 0) {
		broker_start(d, out);
	} else if (strncmp(line, "broker", 6) == 0) {
		strbuf_adds(out, "error: the form is: broker stop|start\n");
	} else {
		if (strcmp(line, "clear") == 0)
			broker_start(d, &broker);
		if (strncmp(broker.buf, "error", 5) == 0)
			strbuf_add(out, broker.buf, broker.len);
		else
			ask_plant(d, line, out);
	}
	demo_say(d, "fault command \"%s\": %.*s", line,
		 (int)(out->len ? out->len - 1 : 0), out->buf);
	strbuf_release(&broker);
}

static int print_answer(const struct strbuf *answer)
{
	struct strbuf clean = STRBUF_INIT;
	bool ok = strncmp(answer->buf, "ok: ", 4) == 0;
	const char *text = strchr(answer->buf, ' ');

	text = text ? text + 1 : answer->buf;
	utf8_clean(&clean, text, strcspn(text, "\n"));
	fprintf(ok ? stdout : stderr, "%s%s\n", ok ? "" : "sightglass: ", clean.buf);
	strbuf_release(&clean);
	return ok ? CLI_OK : CLI_FAILED;
}

int demo_fault(const char *dir, const char *const *word, int n)
{
	char found[PATH_MAX], path[PATH_MAX + 16];
	struct strbuf line = STRBUF_INIT, answer = STRBUF_INIT;
	int code = CLI_NO_SERVER;

	for (int i = 0; i < n; i++)
		strbuf_addf(&line, "%s%s", i ? " " : "", word[i]);
	if (dir || demo_find(found, sizeof(found))) {
		snprintf(path, sizeof(path), "%s/run/demo.sock", dir ? dir : found);
		if (ask(path, line.buf, &answer))
			code = print_answer(&answer);
		else
			fprintf(stderr, "sightglass: no demonstration answers in %s\n",
				dir ? dir : found);
	}
	strbuf_release(&line);
	strbuf_release(&answer);
	return code;
}
