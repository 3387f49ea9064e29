/* fake_server.c - the server's side of the wire protocol, played by a thread. */
#include "support/test.h"

#include "screen/fake_rows.h"
#include "screen/fake_server.h"

#include <errno.h>
#include <math.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "alarm/engine.h"
#include "util/bytes.h"
#include "util/clock.h"
#include "util/strbuf.h"
#include "util/xalloc.h"
#include "wire/socket.h"
#include "wire/trend.h"

enum {
	TAGS_MAX = 64,
	ALARMS_MAX = 400,
	DEVICES_MAX = 8,
	TYPES = 64,
	STEP_MS = 5,
	LIMIT_MS = 30000
};

static const char overview_text[] =
	"screen = { id = \"overview\"; title = \"Test works\"; level = 1;\n"
	"size = [ 60, 6 ]; keys = { F = \"box(P=p)\"; };\n"
	"picture = \"\n"
	" A {p.a         }  {two:nav   }\n"
	" B {p.b         }  gauge {p.a:gauge     }\n"
	" C {no.c        }\n"
	"\";\n"
	"};\n";
static const char box_text[] =
	"templates = { box = { parameters = [ \"P\" ]; title = \"Box of $(P)\";\n"
	"size = [ 40, 3 ];\n"
	"picture = \"\n"
	" first   {a         }\n"
	" second  {b         }\n"
	"\"; fields = { a = { tag = \"$(P).a\"; }; b = { tag = \"$(P).b\"; }; };\n"
	"}; };\n";
static const char two_text[] =
	"screen = { id = \"two\"; title = \"Second\"; level = 2; up = \"overview\";\n"
	"size = [ 40, 4 ];\n"
	"picture = \"\n"
	" D {p.d         }\n"
	"\";\n"
	"};\n";

struct fake_tag {
	char name[128];
	double value;
	quality q;
	bool subscribed;
};

struct fake {
	pthread_t thread;
	pthread_mutex_t lock;
	char path[256], hostile[512], refuse[256];
	char *screen;
	int listener, fd;
	bool stop, hung, hold, wrong_hash, alarms_on, greeted;
	struct mono beat_at;
	struct strbuf in, out;
	struct fake_tag tags[TAGS_MAX];
	size_t n_tags;
	struct wire_alarm_row alarms[ALARMS_MAX];
	size_t n_alarms;
	uint64_t epoch, version, last_occurrence;
	uint64_t screens_revision;
	unsigned count[TYPES];
	struct wire_alarm_act ack;
	struct wire_place place;
	struct wire_select select, held;
	uint32_t select_req;
	struct wire_device devices[DEVICES_MAX];
	size_t n_devices;
	char no_devices[256];
	uint32_t rights;
};

/* A text field: what belongs there, or what an attacker put there. */
static void put_text(const struct fake *f, char *out, size_t size, const char *text)
{
	const char *s = f->hostile[0] ? f->hostile : text;
	size_t n = strnlen(s, size - 1);

	memcpy(out, s, n);
	out[n] = '\0';
}

/* --- telling (all with the lock held) -------------------------------------------- */

static struct fake_tag *tag_of(struct fake *f, const char *name)
{
	for (size_t i = 0; i < f->n_tags; i++)
		if (strcmp(f->tags[i].name, name) == 0)
			return &f->tags[i];
	if (f->n_tags == TAGS_MAX)
		fail_msg("too many tags for the fake server");
	struct fake_tag *t = &f->tags[f->n_tags++];
	*t = (struct fake_tag){ .value = 50.0 };
	snprintf(t->name, sizeof(t->name), "%s", name);
	return t;
}

static void tell_value(struct fake *f, const struct fake_tag *t)
{
	struct wire_value v = {
		.tag = (uint32_t)(t - f->tags),
		.quality = t->q,
		.source_ms = clock_now().wall.ms,
		.value = value_double(t->value),
	};
	size_t at = wire_begin(&f->out, WIRE_VALUES);

	wire_put_value(&f->out, &v);
	wire_end(&f->out, at);
}

static void tell_info(struct fake *f, const char *name)
{
	static struct wire_tag_info m;
	bool none = strncmp(name, "no.", 3) == 0;

	m = (struct wire_tag_info){
		.tag = none ? UINT32_MAX : (uint32_t)(tag_of(f, name) - f->tags),
		.type = VALUE_DOUBLE,
		.decimals = 1,
		.has_range = 1,
		.writable = 1,
		.hi = 100.0,
	};
	snprintf(m.name, sizeof(m.name), "%s", name);
	put_text(f, m.unit, sizeof(m.unit), "%");
	put_text(f, m.description, sizeof(m.description), "a test value");
	wire_put_tag_info(&f->out, &m);
}

static uint64_t list_hash(const struct fake *f)
{
	uint64_t sum = f->wrong_hash ? 1 : 0;

	for (size_t i = 0; i < f->n_alarms; i++)
		if (wire_alarm_listed(&f->alarms[i]))
			sum += alarm_row_hash(f->alarms[i].name, f->alarms[i].occurrence,
					      (enum alarm_state)f->alarms[i].state,
					      f->alarms[i].flags, f->alarms[i].n_older);
	return sum;
}

static void tell_row(struct fake *f, struct wire_alarm_row *r)
{
	r->epoch = f->epoch;
	r->version = ++f->version;
	wire_put_alarm_row(&f->out, r);
}

static void tell_sync(struct fake *f)
{
	struct wire_alarm_sync m = { f->epoch, f->version, list_hash(f) };

	f->wrong_hash = false;
	wire_put_alarm_sync(&f->out, &m);
}

static void tell_list(struct fake *f)
{
	f->alarms_on = true;
	f->epoch++;
	f->version = 0;
	wire_put_alarm_reset(&f->out, f->epoch);
	for (size_t i = 0; i < f->n_alarms; i++)
		if (f->alarms[i].state)
			tell_row(f, &f->alarms[i]);
	tell_sync(f);
}

static void tell_screens(struct fake *f, uint32_t req)
{
	struct wire_screen_file a = { .req = req,
				      .revision = 1,
				      .path = "screens/overview.cfg",
				      .text = f->screen,
				      .len = (uint32_t)strlen(f->screen) };
	struct wire_screen_file b = { .req = req,
				      .revision = 1,
				      .path = "screens/two.cfg",
				      .text = two_text,
				      .len = sizeof(two_text) - 1 };

	struct wire_screen_file box = { .req = req,
					.revision = 1,
					.path = "screens/lib/box.cfg",
					.text = box_text,
					.len = sizeof(box_text) - 1 };

	wire_put_screen_file(&f->out, &a);
	wire_put_screen_file(&f->out, &b);
	wire_put_screen_file(&f->out, &box);
	wire_put_reply(&f->out, req, WIRE_OK, "");
}

static void tell_selected(struct fake *f)
{
	static struct wire_selected m;

	m = (struct wire_selected){ .req = f->select_req,
				    .token = 77,
				    .expires_ms = 15000,
				    .has_range = 1,
				    .hi = 100.0 };
	snprintf(m.tag, sizeof(m.tag), "%s", f->select.tag);
	put_text(f, m.unit, sizeof(m.unit), "%");
	put_text(f, m.old_value, sizeof(m.old_value), "50.0");
	put_text(f, m.new_value, sizeof(m.new_value), "55.5");
	put_text(f, m.device, sizeof(m.device), "plc9");
	wire_put_selected(&f->out, &m);
}

static void tell_devices(struct fake *f, uint32_t req)
{
	static struct wire_device m;

	for (size_t i = 0; i < f->n_devices && !f->no_devices[0]; i++) {
		m = f->devices[i];
		m.req = req;
		put_text(f, m.name, sizeof(m.name), f->devices[i].name);
		put_text(f, m.driver, sizeof(m.driver), f->devices[i].driver);
		put_text(f, m.where, sizeof(m.where), f->devices[i].where);
		put_text(f, m.text, sizeof(m.text), f->devices[i].text);
		put_text(f, m.last_error, sizeof(m.last_error), f->devices[i].last_error);
		put_text(f, m.holes, sizeof(m.holes), f->devices[i].holes);
		for (size_t k = 0; k < m.n_classes; k++)
			put_text(f, m.classes[k].name, sizeof(m.classes[k].name),
				 f->devices[i].classes[k].name);
		for (size_t k = 0; k < m.n_refused; k++)
			put_text(f, m.refused[k].name, sizeof(m.refused[k].name),
				 f->devices[i].refused[k].name);
		wire_put_device(&f->out, &m);
	}
	wire_put_reply(&f->out, req, f->no_devices[0] ? WIRE_REFUSED : WIRE_OK,
		       f->no_devices);
}

/* --- hearing --------------------------------------------------------------------- */

static void on_hello(struct fake *f, const uint8_t *p, size_t n)
{
	static struct wire_welcome m;

	(void)p;
	(void)n;
	m = (struct wire_welcome){ .version = WIRE_VERSION,
				   .session = 5,
				   .rights = f->rights };
	put_text(f, m.station, sizeof(m.station), "fake");
	put_text(f, m.operator_name, sizeof(m.operator_name), "ivan");
	put_text(f, m.roles, sizeof(m.roles), "operator");
	put_text(f, m.notice, sizeof(m.notice), "a lasting notice");
	wire_put_welcome(&f->out, &m);
	f->greeted = true;
	f->beat_at = (struct mono){ 0 };
	f->alarms_on = false;
}

static void on_subscribe(struct fake *f, const uint8_t *p, size_t n)
{
	struct wire_subscribe m;

	if (!wire_get_subscribe(p, n, &m))
		return;
	for (size_t i = 0; i < f->n_tags; i++)
		f->tags[i].subscribed = false;
	for (size_t i = 0; i < m.n; i++) {
		tell_info(f, m.names[i]);
		if (strncmp(m.names[i], "no.", 3) == 0)
			continue;
		tag_of(f, m.names[i])->subscribed = true;
		tell_value(f, tag_of(f, m.names[i]));
	}
	wire_subscribe_release(&m);
}

static void on_request(struct fake *f, uint16_t type, const uint8_t *p, size_t n)
{
	static struct wire_request m;
	struct wire_write_done done = { .request = 9, .outcome = 0, .verdict = 1 };
	static struct wire_write_step step;

	if (!wire_get_request(p, n, &m))
		return;
	if (type == WIRE_SCREEN_GET)
		tell_screens(f, m.req);
	else if (type == WIRE_ALARMS)
		tell_list(f);
	else if (type == WIRE_DEVICES)
		tell_devices(f, m.req);
	else if (type == WIRE_OVERRIDES)
		fake_tell_overrides(&f->out, m.req, f->hostile);
	else if (type == WIRE_PEOPLE && !m.text[0])
		fake_tell_people(&f->out, m.req, f->hostile);
	if (type != WIRE_CONFIRM)
		return;
	step = (struct wire_write_step){ .req = m.req, .stage = WRITE_STAGE_SENT };
	put_text(f, step.text, sizeof(step.text), "sent to plc9");
	wire_put_write_step(&f->out, &step);
	done.req = m.req;
	put_text(f, done.text, sizeof(done.text), "plc9 accepted 55.5 %");
	wire_put_write_done(&f->out, &done);
}

static void on_select(struct fake *f, const uint8_t *p, size_t n)
{
	if (!wire_get_select(p, n, &f->select))
		return;
	f->select_req = f->select.req;
	if (f->refuse[0])
		wire_put_reply(&f->out, f->select_req, WIRE_REFUSED, f->refuse);
	else if (!f->hold)
		tell_selected(f);
}

static void on_ack(struct fake *f, const uint8_t *p, size_t n)
{
	if (!wire_get_alarm_act(p, n, &f->ack))
		return;
	for (size_t i = 0; i < f->n_alarms; i++) {
		struct wire_alarm_row *r = &f->alarms[i];
		if (strcmp(r->name, f->ack.alarm) != 0)
			continue;
		if (r->occurrence == f->ack.occurrence) {
			r->state = r->state == ALARM_S_UNACK ? ALARM_S_ACKED
							     : ALARM_S_NORMAL;
			tell_row(f, r);
			wire_put_reply(&f->out, f->ack.req, WIRE_OK, "acknowledged");
		} else {
			wire_put_reply(&f->out, f->ack.req, WIRE_OK,
				       "it came again since and stays unacknowledged");
		}
	}
}

/* The past of p.wave goes up and down, that of any other tag stands at 50. */
static void on_trend(struct fake *f, const uint8_t *p, size_t n)
{
	static struct wire_trend_data d;
	struct now now = clock_now();
	struct wire_trend m;
	int64_t end;

	if (!wire_get_trend(p, n, &m))
		return;
	end = now.wall.ms / 1000 / m.bucket_s;
	d = (struct wire_trend_data){ .req = m.req,
				      .bucket_s = m.bucket_s,
				      .first = m.from_ms / 1000 / m.bucket_s,
				      .began_ms = now.wall.ms - 7200000 };
	for (; d.n < m.count && d.first + d.n < end; d.n++) {
		int64_t at = (d.first + d.n) % 18;
		double v = strcmp(m.tag, "p.wave") != 0 ? 50
			   : at < 9                     ? 10 + 9 * (double)at
							: 91 - 9 * (double)(at - 9);

		d.v[d.n] = (struct trend_bucket){ .known = true,
						  .has_range = true,
						  .has_last = true,
						  .min = v,
						  .max = v,
						  .last = v,
						  .count = 1 };
	}
	wire_put_trend_data(&f->out, &d);
	wire_put_reply(&f->out, m.req, WIRE_OK, "");
}

static void hear(struct fake *f, uint16_t type, const uint8_t *p, size_t n)
{
	if (type < TYPES)
		f->count[type]++;
	if (type == WIRE_HELLO)
		on_hello(f, p, n);
	else if (type == WIRE_SUBSCRIBE)
		on_subscribe(f, p, n);
	else if (type == WIRE_SELECT)
		on_select(f, p, n);
	else if (type == WIRE_ALARM_ACT)
		on_ack(f, p, n);
	else if (type == WIRE_PLACE)
		wire_get_place(p, n, &f->place);
	else if (type == WIRE_TREND)
		on_trend(f, p, n);
	else
		on_request(f, type, p, n);
}

/* --- the thread ------------------------------------------------------------------ */

static void drop(struct fake *f)
{
	if (f->fd >= 0)
		close(f->fd);
	f->fd = -1;
	f->greeted = f->alarms_on = false;
	strbuf_clear(&f->in);
	strbuf_clear(&f->out);
}

static void take(struct fake *f)
{
	char buf[65536];
	ssize_t n = recv(f->fd, buf, sizeof(buf), MSG_DONTWAIT);
	size_t at = 0;

	if (n == 0 || (n < 0 && errno != EAGAIN)) {
		drop(f);
		return;
	}
	if (n > 0)
		strbuf_add(&f->in, buf, (size_t)n);
	for (;;) {
		uint16_t type;
		const uint8_t *p;
		size_t len;
		int64_t used = wire_frame_next((const uint8_t *)f->in.buf + at,
					       f->in.len - at, &type, &p, &len);
		if (used <= 0)
			break;
		hear(f, type, p, len);
		at += (size_t)used;
	}
	if (at) {
		memmove(f->in.buf, f->in.buf + at, f->in.len - at);
		f->in.len -= at;
	}
}

static void beat(struct fake *f)
{
	struct wire_beat m = { .recording = 1, .sessions = 1, .devices = 2 };
	struct now now = clock_now();

	if (!mono_reached(now.mono, f->beat_at))
		return;
	f->beat_at = mono_add_ms(now.mono, WIRE_BEAT_MS);
	m.server_ms = now.wall.ms;
	wire_put_beat(&f->out, &m);
}

static void give(struct fake *f)
{
	size_t at = 0;

	while (at < f->out.len) {
		ssize_t n = send(f->fd, f->out.buf + at, f->out.len - at, MSG_NOSIGNAL);
		if (n <= 0) {
			drop(f);
			return;
		}
		at += (size_t)n;
	}
	strbuf_clear(&f->out);
}

static void turn(struct fake *f)
{
	int fd = accept(f->listener, NULL, NULL);

	if (fd >= 0) {
		drop(f);
		f->fd = fd;
	}
	if (f->fd < 0 || f->hung)
		return;
	take(f);
	if (f->fd >= 0 && f->greeted)
		beat(f);
	if (f->fd >= 0)
		give(f);
}

static void *serve(void *arg)
{
	struct fake *f = arg;
	bool stop = false;

	while (!stop) {
		pthread_mutex_lock(&f->lock);
		struct pollfd p[2] = { { .fd = f->listener, .events = POLLIN },
				       { .fd = f->hung ? -1 : f->fd, .events = POLLIN } };
		pthread_mutex_unlock(&f->lock);
		poll(p, 2, STEP_MS);
		pthread_mutex_lock(&f->lock);
		if (!f->hung)
			turn(f);
		stop = f->stop;
		pthread_mutex_unlock(&f->lock);
	}
	return NULL;
}

/* --- for tests ------------------------------------------------------------------- */

struct fake *fake_start(void)
{
	struct fake *f = xcalloc(1, sizeof(*f));
	struct strbuf why = STRBUF_INIT;

	pthread_mutex_init(&f->lock, NULL);
	strbuf_init(&f->in, 1 << 20);
	strbuf_init(&f->out, 16 << 20);
	f->fd = -1;
	f->rights = 255;
	f->screen = xstrdup(overview_text);
	snprintf(f->path, sizeof(f->path), "%s/station.sock", test_tmpdir());
	f->listener = socket_listen(f->path, 0600, &why);
	if (f->listener < 0)
		fail_msg("%s", why.buf);
	pthread_create(&f->thread, NULL, serve, f);
	return f;
}

void fake_stop(struct fake *f)
{
	pthread_mutex_lock(&f->lock);
	f->stop = true;
	pthread_mutex_unlock(&f->lock);
	pthread_join(f->thread, NULL);
	drop(f);
	close(f->listener);
	unlink(f->path);
	strbuf_release(&f->in);
	strbuf_release(&f->out);
	free(f->screen);
	free(f);
}

const char *fake_socket(const struct fake *f)
{
	return f->path;
}

#define LOCKED(f, ...)                                                                   \
	do {                                                                             \
		pthread_mutex_lock(&(f)->lock);                                          \
		__VA_ARGS__;                                                             \
		pthread_mutex_unlock(&(f)->lock);                                        \
	} while (0)

void fake_hostile(struct fake *f, const char *text)
{
	LOCKED(f, snprintf(f->hostile, sizeof(f->hostile), "%s", text));
}

void fake_value(struct fake *f, const char *tag, double value, quality q)
{
	struct fake_tag *t;

	pthread_mutex_lock(&f->lock);
	t = tag_of(f, tag);
	t->value = value;
	t->q = q;
	if (f->fd >= 0 && t->subscribed)
		tell_value(f, t);
	pthread_mutex_unlock(&f->lock);
}

static struct wire_alarm_row *row_of(struct fake *f, const char *name)
{
	for (size_t i = 0; i < f->n_alarms; i++)
		if (strcmp(f->alarms[i].name, name) == 0)
			return &f->alarms[i];
	if (f->n_alarms == ALARMS_MAX)
		fail_msg("too many alarms for the fake server");
	return &f->alarms[f->n_alarms++];
}

uint64_t fake_alarm(struct fake *f, const char *name, int priority, int state,
		    uint64_t occurrence)
{
	struct wire_alarm_row *r;

	pthread_mutex_lock(&f->lock);
	r = row_of(f, name);
	*r = (struct wire_alarm_row){ .state = (uint8_t)state,
				      .priority = (uint8_t)priority,
				      .raised_ms = clock_now().wall.ms,
				      .value = 1.5,
				      .limit = NAN };
	r->occurrence = occurrence ? occurrence : ++f->last_occurrence;
	occurrence = r->occurrence;
	snprintf(r->name, sizeof(r->name), "%s", name);
	snprintf(r->screen, sizeof(r->screen), "two");
	put_text(f, r->tag, sizeof(r->tag), "p.a");
	put_text(f, r->type, sizeof(r->type), "high");
	put_text(f, r->unit, sizeof(r->unit), "%");
	put_text(f, r->cause, sizeof(r->cause), "the cause");
	put_text(f, r->consequence, sizeof(r->consequence), "the consequence");
	put_text(f, r->action, sizeof(r->action), "the action");
	put_text(f, r->acked_by, sizeof(r->acked_by), "");
	if (f->hostile[0])
		snprintf(r->message, sizeof(r->message), "%.200s", f->hostile);
	else
		snprintf(r->message, sizeof(r->message), "message of %.100s", name);
	if (f->fd >= 0 && f->alarms_on)
		tell_row(f, r);
	pthread_mutex_unlock(&f->lock);
	return occurrence;
}

static void set_device(struct fake *f, const struct wire_device *d)
{
	size_t i = 0;

	while (i < f->n_devices && strcmp(f->devices[i].name, d->name) != 0)
		i++;
	assert_true(i < DEVICES_MAX);
	f->devices[i] = *d;
	f->n_devices += i == f->n_devices;
}

void fake_device(struct fake *f, const struct wire_device *d)
{
	LOCKED(f, set_device(f, d));
}

void fake_refuse_devices(struct fake *f, const char *why)
{
	LOCKED(f, snprintf(f->no_devices, sizeof(f->no_devices), "%s", why ? why : ""));
}

void fake_rights(struct fake *f, uint32_t rights)
{
	LOCKED(f, f->rights = rights);
}

void fake_hang(struct fake *f, bool hung)
{
	LOCKED(f, f->hung = hung);
}

void fake_cut(struct fake *f)
{
	LOCKED(f, drop(f));
}

void fake_refuse(struct fake *f, const char *why)
{
	LOCKED(f, snprintf(f->refuse, sizeof(f->refuse), "%s", why ? why : ""));
}

void fake_hold(struct fake *f)
{
	LOCKED(f, f->hold = true);
}

void fake_grant(struct fake *f)
{
	LOCKED(f, f->hold = false; tell_selected(f));
}

void fake_wrong_hash(struct fake *f)
{
	LOCKED(f, f->wrong_hash = true; tell_sync(f));
}

void fake_more(struct fake *f, const char *text)
{
	pthread_mutex_lock(&f->lock);
	char *both = xasprintf("%s\n%s", f->screen, text);

	free(f->screen);
	f->screen = both;
	wire_put_revision(&f->out, WIRE_SCREENS_CHANGED, ++f->screens_revision);
	pthread_mutex_unlock(&f->lock);
}

void fake_screen(struct fake *f, const char *text)
{
	pthread_mutex_lock(&f->lock);
	free(f->screen);
	f->screen = xstrdup(text);
	wire_put_revision(&f->out, WIRE_SCREENS_CHANGED, ++f->screens_revision);
	pthread_mutex_unlock(&f->lock);
}

void fake_notice(struct fake *f, const char *text)
{
	LOCKED(f, wire_put_notice(&f->out, true, text));
}

unsigned fake_count(struct fake *f, enum wire_type type)
{
	unsigned n;

	LOCKED(f, n = f->count[type]);
	return n;
}

void fake_expect(struct fake *f, struct tty *t, enum wire_type type, unsigned n)
{
	struct mono limit = mono_add_ms(clock_mono(), LIMIT_MS);

	while (fake_count(f, type) < n) {
		if (mono_reached(clock_mono(), limit)) {
			tty_dump(t);
			fail_msg("message %d came %u times, not %u", (int)type,
				 fake_count(f, type), n);
		}
		tty_pump(t, STEP_MS);
	}
}

struct wire_place fake_last_place(struct fake *f)
{
	struct wire_place m;

	LOCKED(f, m = f->place);
	return m;
}

struct wire_alarm_act fake_last_ack(struct fake *f)
{
	struct wire_alarm_act m;

	LOCKED(f, m = f->ack);
	return m;
}

struct wire_select fake_last_select(struct fake *f)
{
	struct wire_select m;

	LOCKED(f, m = f->select);
	return m;
}

struct tty *fake_console_on(struct fake *f, const struct fake_terminal *at)
{
	const char *env[16] = { NULL }, *bin = getenv("SIGHTGLASS_BIN");
	char program[512], name[64];
	char *argv[16] = { program, (char *)(uintptr_t) "--socket", f->path, NULL };

	snprintf(program, sizeof(program), "%s/sightglass", bin ? bin : "build/bin");
	snprintf(name, sizeof(name), "TERM=%s", at->term ? at->term : "xterm-256color");
	env[0] = name;
	for (size_t i = 0; at->env && at->env[i] && i + 2 < 16; i++)
		env[i + 1] = at->env[i];
	for (size_t i = 0; at->args && at->args[i] && i + 4 < 16; i++)
		argv[i + 3] = (char *)(uintptr_t)at->args[i];
	return tty_start_slow(argv, env, at->cols ? at->cols : 80,
			      at->rows ? at->rows : 24, at->baud);
}

struct tty *fake_console(struct fake *f, int cols, int rows, const char *term,
			 const char *const env[])
{
	struct fake_terminal at = {
		.cols = cols, .rows = rows, .term = term, .env = env
	};

	return fake_console_on(f, &at);
}

struct tty *fake_console_ready(struct fake *f)
{
	struct tty *t = fake_console(f, 80, 24, NULL, NULL);

	tty_expect(t, "50.0");
	tty_expect(t, "server ok");
	return t;
}
