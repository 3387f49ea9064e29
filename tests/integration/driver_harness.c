/* driver_harness.c - the server's end of the driver protocol, for tests of real driver
 * programs. */
#include "support/test.h"

#include "integration/driver_harness.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "util/strbuf.h"
#include "util/xalloc.h"

/* A channel that waits makes progress; this old, it would not. */
enum { STUCK_MS = 500, UNSTUCK_LIMIT_MS = 8000 };

static const char *program_path(const char *program)
{
	static char path[4096];
	const char *bin = getenv("SIGHTGLASS_BIN");

	snprintf(path, sizeof(path), "%s/%s", bin ? bin : "build/bin", program);
	return path;
}

static void become_driver(const char *program, int fd)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (fd == DRIVER_FD)
		fcntl(fd, F_SETFD, 0);
	else
		dup2(fd, DRIVER_FD);
	execl(program_path(program), program, (char *)NULL);
	_exit(127);
}

static void wait_until(struct harness *h, bool (*done)(struct harness *h, void *arg),
		       void *arg, const char *what)
{
	struct mono end = mono_add_ms(clock_mono(), HARNESS_WAIT_MS);

	while (!done(h, arg)) {
		int64_t left = mono_ms_between(clock_mono(), end);
		if (h->gone)
			fail_msg("the driver ended while waiting for %s", what);
		if (left <= 0)
			fail_msg("waited %d ms for %s", HARNESS_WAIT_MS, what);
		harness_pump(h, left < 200 ? left : 200);
	}
}

static void send_bytes(struct harness *h, const struct strbuf *w)
{
	size_t at = 0;

	while (at < w->len) {
		ssize_t n = send(h->fd, w->buf + at, w->len - at, MSG_NOSIGNAL);
		assert_true(n > 0);
		at += (size_t)n;
	}
}

/* --- what the driver says --- */

static void take_sample(struct harness *h, const struct driver_sample *s)
{
	assert_true(s->tag < HARNESS_TAGS);
	struct harness_tag_seen *seen = &h->tag[s->tag];

	if (h->on_sample)
		h->on_sample(h->on_sample_arg, s);
	seen->s = *s;
	seen->count++;
	if (s->value.type == VALUE_STRING) {
		snprintf(seen->text, sizeof(seen->text), "%s", s->value.u.s);
		seen->s.value.u.s = seen->text;
	}
}

static bool take_samples(struct harness *h, const struct driver_record_view *r)
{
	static struct driver_sample_batch batch = { .text = STRBUF_INIT };
	bool ok = driver_get_samples(r, &batch);

	if (ok && batch.generation == h->generation) {
		for (size_t i = 0; i < batch.n; i++)
			take_sample(h, &batch.v[i]);
		h->samples += batch.n;
	}
	if (ok && h->auto_credit && batch.n)
		harness_credit(h, (uint32_t)batch.n);
	strbuf_release(&batch.text);
	return ok;
}

static bool take_state(struct harness *h, const struct driver_record_view *r)
{
	struct driver_device_state m;

	if (!driver_get_device_state(r, &m) || m.device >= HARNESS_DEVICES)
		return false;
	if (m.generation == h->generation) {
		h->device[m.device] = m;
		h->states[m.device]++;
	}
	return true;
}

static bool take_refusal(struct harness *h, const struct driver_record_view *r)
{
	struct driver_config_result m;

	if (!driver_get_config_result(r, &m))
		return false;
	struct harness_refusal *one = GROW(&h->refusals, &h->n_refusals);
	one->kind = m.item_kind;
	one->id = m.id;
	snprintf(one->text, sizeof(one->text), "%s", m.text);
	return true;
}

static bool take_stats(struct harness *h, const struct driver_record_view *r)
{
	struct driver_stats m;

	if (!driver_get_stats(r, &m) || m.device >= HARNESS_DEVICES)
		return false;
	if (m.generation == h->generation) {
		h->stats[m.device] = m.v;
		h->n_stats[m.device]++;
	}
	return true;
}

static bool take_record(struct harness *h, const struct driver_record_view *r)
{
	struct driver_hello hello;
	uint32_t generation;

	switch (r->type) {
	case DR_HELLO:
		return driver_get_hello(r, &hello) &&
		       hello.version == DRIVER_PROTO_VERSION;
	case DR_CONFIG_RESULT:
		return take_refusal(h, r);
	case DR_CONFIG_READY:
		if (!driver_get_u32(r, &generation))
			return false;
		h->ready |= generation == h->generation;
		return true;
	case DR_SAMPLES:
		return take_samples(h, r);
	case DR_DEVICE_STATE:
		return take_state(h, r);
	case DR_STATS:
		return take_stats(h, r);
	case DR_BEAT:
		h->beats++;
		return driver_get_beat(r, &h->beat);
	case DR_READ_RESULT:
		return driver_get_read_result(r, &h->result, h->result_text);
	case DR_WRITE_OUTCOME:
		h->outcome_before = h->outcome;
		return driver_get_write_outcome(r, &h->outcome);
	case DR_EXPLAIN_RESULT:
		free(h->explained.text);
		return driver_get_explain_result(r, &h->explained);
	default:
		return false;
	}
}

static void take_records(struct harness *h)
{
	struct driver_record_view r;
	size_t at = 0;
	int64_t n;

	while ((n = driver_record_next((const uint8_t *)h->in.buf + at, h->in.len - at,
				       &r)) > 0) {
		if (!take_record(h, &r))
			fail_msg("the driver sent a malformed record of type %u", r.type);
		at += (size_t)n;
	}
	if (n < 0)
		fail_msg("the driver sent a record of impossible length");
	memmove(h->in.buf, h->in.buf + at, h->in.len - at);
	h->in.len -= at;
}

bool harness_pump(struct harness *h, int64_t ms)
{
	struct pollfd p = { .fd = h->fd, .events = POLLIN };
	char chunk[65536];

	if (poll(&p, 1, (int)ms) <= 0)
		return false;
	ssize_t n = recv(h->fd, chunk, sizeof(chunk), MSG_DONTWAIT);
	if (n <= 0) {
		h->gone = n == 0 || errno != EAGAIN;
		return false;
	}
	strbuf_add(&h->in, chunk, (size_t)n);
	take_records(h);
	return true;
}

void harness_watch(struct harness *h, int64_t ms)
{
	struct mono end = mono_add_ms(clock_mono(), ms);
	int64_t left;

	while ((left = mono_ms_between(clock_mono(), end)) > 0 && !h->gone)
		harness_pump(h, left);
}

void harness_wait_unstuck(struct harness *h)
{
	struct mono end = mono_add_ms(clock_mono(), UNSTUCK_LIMIT_MS);
	uint64_t heard = h->beats;

	while (h->beats == heard || h->beat.stuck_ms >= STUCK_MS) {
		if (mono_reached(clock_mono(), end) || h->gone)
			fail_msg("a channel has hung for %u ms", h->beat.stuck_ms);
		harness_pump(h, 100);
	}
}

/* --- life --- */

struct harness *harness_start(const char *program)
{
	struct harness *h = xcalloc(1, sizeof(*h));
	int pair[2];

	signal(SIGPIPE, SIG_IGN); /* a peer that died is a failed assert, not an end */
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
	h->pid = fork();
	assert_true(h->pid >= 0);
	if (h->pid == 0)
		become_driver(program, pair[1]);
	close(pair[1]);
	h->fd = pair[0];
	h->auto_credit = true;
	strbuf_init(&h->in, 4 << 20);
	strbuf_init(&h->config, 64 << 20);
	return h;
}

/* The exit code, 128 + signal; after the deadline the program is killed (137). */
static int reap(pid_t pid, int64_t ms)
{
	struct mono end = mono_add_ms(clock_mono(), ms);
	int status;

	while (waitpid(pid, &status, WNOHANG) == 0) {
		if (mono_reached(clock_mono(), end)) {
			kill(pid, SIGKILL);
			waitpid(pid, &status, 0);
			return 128 + SIGKILL;
		}
		poll(NULL, 0, 5);
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int harness_stop(struct harness *h)
{
	struct strbuf w = STRBUF_INIT;

	h->auto_credit = false; /* it no longer listens while we drain */
	driver_put_stop(&w);
	if (!h->gone && send(h->fd, w.buf, w.len, MSG_NOSIGNAL) < 0)
		h->gone = true;
	strbuf_release(&w);
	while (!h->gone && harness_pump(h, HARNESS_WAIT_MS))
		continue;
	int rc = reap(h->pid, HARNESS_WAIT_MS);
	close(h->fd);
	free(h->refusals);
	free(h->explained.text);
	strbuf_release(&h->in);
	strbuf_release(&h->config);
	free(h);
	return rc;
}

/* --- configuration --- */

void harness_begin(struct harness *h)
{
	h->generation++;
	h->ready = false;
	h->n_refusals = 0;
	free(h->refusals);
	h->refusals = NULL;
	strbuf_clear(&h->config);
	driver_put_config_begin(&h->config, h->generation);
}

static void read_settings(struct settings *s, va_list ap)
{
	const char *name;

	while ((name = va_arg(ap, const char *)) != NULL)
		settings_add(s, name, va_arg(ap, const char *));
}

void harness_device(struct harness *h, uint32_t id, const char *name, ...)
{
	struct driver_device d = { .id = id, .name = xstrdup(name) };
	va_list ap;

	va_start(ap, name);
	read_settings(&d.settings, ap);
	va_end(ap);
	driver_put_config_device(&h->config, &d);
	driver_device_release(&d);
}

void harness_tag(struct harness *h, uint32_t id, uint32_t device,
		 const struct harness_tag_options *options, ...)
{
	static const struct harness_tag_options plain = { 0 };
	const struct harness_tag_options *o = options ? options : &plain;
	const struct driver_numbers numbers = { o->deadband, o->lo, o->hi };
	struct driver_tag t = { .id = id,
				.device = device,
				.type = o->type,
				.writable = o->writable,
				.has_range = o->has_range,
				.numbers = &numbers };
	char name[32];
	va_list ap;

	snprintf(name, sizeof(name), "test.tag%u", id);
	va_start(ap, options);
	read_settings(&t.settings, ap);
	va_end(ap);
	driver_put_config_tag(&h->config, &t, name);
	settings_release(&t.settings);
}

static bool is_ready(struct harness *h, void *arg)
{
	(void)arg;
	return h->ready;
}

void harness_commit(struct harness *h)
{
	driver_put_config_end(&h->config, h->generation);
	send_bytes(h, &h->config);
	wait_until(h, is_ready, NULL, "CONFIG_READY");
	if (h->auto_credit)
		harness_credit(h, 4 * HARNESS_TAGS);
}

const char *harness_refusal(const struct harness *h, uint8_t kind, uint32_t id)
{
	for (size_t i = 0; i < h->n_refusals; i++)
		if (h->refusals[i].kind == kind && h->refusals[i].id == id)
			return h->refusals[i].text;
	return NULL;
}

void harness_credit(struct harness *h, uint32_t samples)
{
	struct strbuf w = STRBUF_INIT;

	driver_put_credit(&w, samples);
	send_bytes(h, &w);
	strbuf_release(&w);
}

/* --- waits --- */

struct wanted {
	uint32_t id;
	double value, within;
	const char *text;
	quality quality;
	enum device_state state;
	uint64_t count;
};

static bool number_came(struct harness *h, void *arg)
{
	const struct wanted *w = arg;
	const struct harness_tag_seen *seen = &h->tag[w->id];
	double v;

	return seen->count && quality_is_good(seen->s.quality) &&
	       value_number(&seen->s.value, &v) && fabs(v - w->value) <= w->within;
}

void harness_wait_number(struct harness *h, uint32_t tag, double value, double within)
{
	struct wanted w = { .id = tag, .value = value, .within = within };
	char what[100];

	snprintf(what, sizeof(what), "tag %u to be %g", tag, value);
	wait_until(h, number_came, &w, what);
}

static bool text_came(struct harness *h, void *arg)
{
	const struct wanted *w = arg;
	const struct driver_sample *s = &h->tag[w->id].s;

	return quality_is_good(s->quality) && s->value.type == VALUE_STRING &&
	       strcmp(s->value.u.s, w->text) == 0;
}

void harness_wait_text(struct harness *h, uint32_t tag, const char *text)
{
	struct wanted w = { .id = tag, .text = text };
	char what[100];

	snprintf(what, sizeof(what), "tag %u to be \"%s\"", tag, text);
	wait_until(h, text_came, &w, what);
}

static bool quality_came(struct harness *h, void *arg)
{
	const struct wanted *w = arg;
	const struct harness_tag_seen *seen = &h->tag[w->id];

	return seen->count && (seen->s.quality & ~QUALITY_FLAGS) == w->quality;
}

void harness_wait_quality(struct harness *h, uint32_t tag, enum quality_class cls,
			  enum quality_reason reason)
{
	struct wanted w = { .id = tag, .quality = QUALITY_MAKE(cls, reason) };
	char what[100];

	snprintf(what, sizeof(what), "tag %u to be %s(%s)", tag,
		 quality_class_name(w.quality), quality_reason_name(w.quality));
	wait_until(h, quality_came, &w, what);
}

static bool state_came(struct harness *h, void *arg)
{
	const struct wanted *w = arg;

	return h->states[w->id] && h->device[w->id].generation == h->generation &&
	       h->device[w->id].state == w->state &&
	       (!w->text || strstr(h->device[w->id].text, w->text));
}

void harness_wait_state_text(struct harness *h, uint32_t device, enum device_state state,
			     const char *needle)
{
	struct wanted w = { .id = device, .state = state, .text = needle };
	struct mono end = mono_add_ms(clock_mono(), HARNESS_WAIT_MS);

	while (!state_came(h, &w)) {
		if (h->gone || mono_reached(clock_mono(), end))
			fail_msg("device %u is %s \"%s\", not %s \"%s\"", device,
				 device_state_name(
					 (enum device_state)h->device[device].state),
				 h->device[device].text, device_state_name(state),
				 needle ? needle : "");
		harness_pump(h, 100);
	}
}

void harness_wait_state(struct harness *h, uint32_t device, enum device_state state)
{
	harness_wait_state_text(h, device, state, NULL);
}

static bool news_came(struct harness *h, void *arg)
{
	const struct wanted *w = arg;

	return h->tag[w->id].count > w->count;
}

void harness_wait_stats(struct harness *h, uint32_t device)
{
	struct mono end = mono_add_ms(clock_mono(), HARNESS_WAIT_MS);
	uint64_t before = h->n_stats[device];

	while (h->n_stats[device] < before + 2 && !mono_reached(clock_mono(), end))
		harness_pump(h, 50);
	if (h->n_stats[device] < before + 2)
		fail_msg("device %u posts no statistics", device);
}

void harness_wait_news(struct harness *h, uint32_t tag)
{
	struct wanted w = { .id = tag, .count = h->tag[tag].count };

	wait_until(h, news_came, &w, "a new sample");
}

/* --- requests --- */

static int64_t in_ms(int64_t ms)
{
	return mono_add_ms(clock_mono(), ms).ns;
}

uint64_t harness_send_write(struct harness *h, uint32_t tag, struct value v,
			    int64_t deadline_ms)
{
	struct driver_write m = { .generation = h->generation,
				  .request = ++h->next_request,
				  .tag = tag,
				  .deadline_ns = in_ms(deadline_ms),
				  .value = v };
	struct strbuf w = STRBUF_INIT;

	h->outcome = h->outcome_before = (struct driver_write_outcome){ 0 };
	driver_put_write(&w, &m);
	send_bytes(h, &w);
	strbuf_release(&w);
	return m.request;
}

static bool outcome_came(struct harness *h, void *arg)
{
	uint64_t request = *(uint64_t *)arg;

	return h->outcome.request == request || h->outcome_before.request == request;
}

const struct driver_write_outcome *harness_wait_outcome(struct harness *h,
							uint64_t request)
{
	wait_until(h, outcome_came, &request, "WRITE_OUTCOME");
	return h->outcome.request == request ? &h->outcome : &h->outcome_before;
}

const struct driver_write_outcome *
harness_write_within(struct harness *h, uint32_t tag, struct value v, int64_t deadline_ms)
{
	return harness_wait_outcome(h, harness_send_write(h, tag, v, deadline_ms));
}

const struct driver_write_outcome *harness_write(struct harness *h, uint32_t tag,
						 struct value v)
{
	return harness_write_within(h, tag, v, 2000);
}

static bool result_came(struct harness *h, void *arg)
{
	return h->result.request == *(uint64_t *)arg;
}

const struct driver_read_result *harness_read(struct harness *h, uint32_t tag)
{
	struct driver_read m = { .generation = h->generation,
				 .request = ++h->next_request,
				 .tag = tag,
				 .deadline_ns = in_ms(3000) };
	struct strbuf w = STRBUF_INIT;

	driver_put_read(&w, &m);
	send_bytes(h, &w);
	strbuf_release(&w);
	wait_until(h, result_came, &m.request, "READ_RESULT");
	return &h->result;
}

static bool explained(struct harness *h, void *arg)
{
	return h->explained.request == *(uint64_t *)arg;
}

const char *harness_explain(struct harness *h, uint32_t tag)
{
	struct driver_explain m = { h->generation, ++h->next_request, tag };
	struct strbuf w = STRBUF_INIT;

	driver_put_explain(&w, &m);
	send_bytes(h, &w);
	strbuf_release(&w);
	wait_until(h, explained, &m.request, "EXPLAIN_RESULT");
	return h->explained.text;
}

/* --- other programs --- */

/* A child with pipes on stdin and stdout; path decides, argv as given. */
static struct peer spawn(const char *path, const char *const argv[])
{
	struct peer p = { 0 };
	int in[2], out[2];

	assert_int_equal(pipe2(in, O_CLOEXEC), 0);
	assert_int_equal(pipe2(out, O_CLOEXEC), 0);
	p.pid = fork();
	assert_true(p.pid >= 0);
	if (p.pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		dup2(in[0], STDIN_FILENO);
		dup2(out[1], STDOUT_FILENO);
		execv(path, (char *const *)(uintptr_t)argv);
		_exit(127);
	}
	close(in[0]);
	close(out[1]);
	p.in = in[1];
	p.out = out[0];
	return p;
}

int harness_run(const char *program, const char *argument, const void *input, size_t n,
		struct strbuf *output)
{
	const char *const argv[] = { program, argument, NULL };
	struct peer p = spawn(program_path(program), argv);
	char chunk[4096];
	ssize_t k;

	if (n)
		assert_int_equal(write(p.in, input, n), n);
	close(p.in);
	while ((k = read(p.out, chunk, sizeof(chunk))) > 0)
		strbuf_add(output, chunk, (size_t)k);
	close(p.out);
	return reap(p.pid, HARNESS_WAIT_MS);
}

struct peer peer_start(const char *const argv[])
{
	char path[4096];

	if (strchr(argv[0], '/'))
		return spawn(argv[0], argv);
	const char *bin = getenv("SIGHTGLASS_BIN");
	snprintf(path, sizeof(path), "%s/../test/peers/%s", bin ? bin : "build/bin",
		 argv[0]);
	return spawn(path, argv);
}

void peer_line(struct peer *p, char *line, size_t size)
{
	struct mono end = mono_add_ms(clock_mono(), HARNESS_WAIT_MS);
	size_t n = 0;

	for (;;) {
		struct pollfd one = { .fd = p->out, .events = POLLIN };
		int64_t left = mono_ms_between(clock_mono(), end);
		if (left <= 0 || poll(&one, 1, (int)left) <= 0)
			fail_msg("a peer said nothing for %d ms", HARNESS_WAIT_MS);
		char c;
		if (read(p->out, &c, 1) != 1)
			fail_msg("a peer ended early");
		if (c == '\n')
			break;
		if (n + 1 < size)
			line[n++] = c;
	}
	line[n] = '\0';
}

void peer_tell(struct peer *p, const char *text)
{
	assert_int_equal(write(p->in, text, strlen(text)), strlen(text));
}

void peer_stop(struct peer *p)
{
	if (p->pid <= 0)
		return;
	kill(p->pid, SIGTERM);
	close(p->in);
	close(p->out);
	reap(p->pid, 2000);
	p->pid = 0;
}
