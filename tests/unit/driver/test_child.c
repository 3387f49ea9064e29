/* test_child.c - what driver programs share, with a driver of a few lines: credit,
 * refresh, requests that are refused before the driver sees them, abandoned writes. */
#include "support/test.h"

#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "driver/child_int.h"
#include "util/xalloc.h"

/* --- a driver whose functions only note what they were asked --- */

struct fake {
	struct driver_child *child;
	const struct driver_config *config;
	struct driver_write write;
	int writes, reads, explains, stops;
	bool answer; /* writes at once */
};

static struct fake fake;

/* What one thread noted before it said so over the socket is seen by the other: true
 * anyway, and this makes it visible to the thread sanitizer. */
static pthread_mutex_t meeting = PTHREAD_MUTEX_INITIALIZER;

static void meet(void)
{
	pthread_mutex_lock(&meeting);
	pthread_mutex_unlock(&meeting);
}

static const struct driver_setting fake_device[] = {
	{ .name = "endpoint", .type = "string", .required = true, .help = "where it is" },
	{ .name = "unit", .type = "int", .help = "a number", .min = 1, .max = 9 },
	{ .name = "gain", .type = "number", .help = "any number" },
	{ .name = "fast", .type = "bool", .help = "true or false" },
	{ .name = NULL },
};
static const struct driver_setting fake_tag[] = {
	{ .name = "address", .type = "string", .required = true, .help = "which value" },
	{ .name = NULL },
};

static bool check_device(const struct driver_device *d, struct strbuf *why)
{
	strbuf_setf(why, "\"%s\" is not a device", d->name);
	return strcmp(d->name, "bad") != 0;
}

static bool check_tag(const struct driver_tag *t, const struct driver_device *d,
		      struct strbuf *why)
{
	strbuf_setf(why, "%s has no such value", d->name);
	return strcmp(settings_get(&t->settings, "address"), "none") != 0;
}

static void *configure(struct driver_child *child, const struct driver_config *config)
{
	meet();
	fake.child = child;
	fake.config = config;
	meet();
	return &fake;
}

static void on_read(void *running, const struct driver_tag *t,
		    const struct driver_read *r)
{
	struct driver_sample s = { .value = value_string("fresh") };

	(void)running, (void)t;
	fake.reads++;
	driver_post_read_result(fake.child, r, &s, "");
}

static void on_write(void *running, const struct driver_tag *t,
		     const struct driver_write *w)
{
	(void)running, (void)t;
	fake.writes++;
	fake.write = *w;
	if (fake.answer)
		driver_post_write_outcome(fake.child, w, WRITE_ACCEPTED, "");
}

static void on_explain(void *running, const struct driver_tag *t,
		       const struct driver_explain *e)
{
	(void)running, (void)t;
	fake.explains++;
	driver_post_explain(fake.child, e, "because\n");
}

static void on_stop(void *running)
{
	(void)running;
	meet();
	fake.stops++;
	meet();
}

static const struct driver_ops ops = {
	.name = "fake",
	.help = "a driver for tests",
	.address = "any word",
	.device_settings = fake_device,
	.tag_settings = fake_tag,
	.check_device = check_device,
	.check_tag = check_tag,
	.configure = configure,
	.read = on_read,
	.write = on_write,
	.explain = on_explain,
	.stop = on_stop,
};

/* --- the server's end --- */

static pthread_t thread;
static int fds[2];
static struct strbuf in;
static int exit_code;

static void *serve(void *arg)
{
	(void)arg;
	exit_code = child_serve(&ops, fds[1]);
	close(fds[1]);
	return NULL;
}

static int start(void **state)
{
	(void)state;
	fake = (struct fake){ .answer = true };
	exit_code = -1;
	strbuf_init(&in, 8 << 20);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), 0);
	assert_int_equal(pthread_create(&thread, NULL, serve, NULL), 0);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	meet();
	close(fds[0]);
	pthread_join(thread, NULL);
	strbuf_release(&in);
	return 0;
}

/* The next record of this type; others are passed over. False after ms. */
static bool next_record(uint16_t type, struct driver_record_view *r, int64_t ms)
{
	static struct strbuf record = STRBUF_INIT; /* keeps r's bytes */
	struct mono end = mono_add_ms(clock_mono(), ms);

	for (;;) {
		int64_t n;

		meet();
		while ((n = driver_record_next((const uint8_t *)in.buf, in.len, r)) > 0) {
			strbuf_clear(&record);
			strbuf_add(&record, in.buf, (size_t)n);
			memmove(in.buf, in.buf + n, in.len - (size_t)n);
			in.len -= (size_t)n;
			driver_record_next((const uint8_t *)record.buf, record.len, r);
			if (r->type == type)
				return true;
		}
		assert_true(n == 0);
		int64_t left = mono_ms_between(clock_mono(), end);
		struct pollfd p = { .fd = fds[0], .events = POLLIN };
		if (left <= 0 || poll(&p, 1, (int)left) <= 0)
			return false;
		char chunk[65536];
		ssize_t k = recv(fds[0], chunk, sizeof(chunk), MSG_DONTWAIT);
		if (k <= 0)
			return false;
		strbuf_add(&in, chunk, (size_t)k);
	}
}

static void say(struct strbuf *w)
{
	meet();
	assert_int_equal(send(fds[0], w->buf, w->len, 0), w->len);
	strbuf_release(w);
}

static void add_device(struct strbuf *w, uint32_t id, const char *name, const char *key,
		       const char *value)
{
	struct driver_device d = { .id = id, .name = xstrdup(name) };

	settings_add(&d.settings, "endpoint", "here");
	if (key)
		settings_add(&d.settings, key, value);
	driver_put_config_device(w, &d);
	driver_device_release(&d);
}

static void add_tag(struct strbuf *w, uint32_t id, uint32_t device, const char *address)
{
	const struct driver_numbers numbers = { .deadband = 1 };
	struct driver_tag t = {
		.id = id, .device = device, .writable = id % 2, .numbers = &numbers
	};

	settings_add(&t.settings, "address", address);
	driver_put_config_tag(w, &t, "t");
	settings_release(&t.settings);
}

/* Generation g: device 1, tags 1..n (odd ones writable). */
static void set_up(uint32_t generation, uint32_t n)
{
	struct strbuf w = STRBUF_INIT;
	struct driver_record_view r;
	uint32_t got = 0;

	driver_put_config_begin(&w, generation);
	add_device(&w, 1, "one", NULL, NULL);
	for (uint32_t i = n; i >= 1; i--) /* any order */
		add_tag(&w, i, 1, "x");
	driver_put_config_end(&w, generation);
	say(&w);
	assert_true(next_record(DR_CONFIG_READY, &r, 5000));
	assert_true(driver_get_u32(&r, &got));
	assert_int_equal(got, generation);
}

static struct driver_sample_batch batch = { .text = STRBUF_INIT };

static bool next_samples(int64_t ms)
{
	struct driver_record_view r;

	if (!next_record(DR_SAMPLES, &r, ms))
		return false;
	assert_true(driver_get_samples(&r, &batch));
	return true;
}

static void give_credit(uint32_t n)
{
	struct strbuf w = STRBUF_INIT;

	driver_put_credit(&w, n);
	say(&w);
}

static struct driver_sample number(double v, int64_t ms)
{
	return (struct driver_sample){ .value = value_double(v),
				       .mono_ns = ms * 1000000 };
}

/* --- tests --- */

static void hello_comes_first_then_beats(void **state)
{
	struct driver_record_view r;
	struct driver_hello hello;

	(void)state;
	assert_true(next_record(DR_HELLO, &r, 5000));
	assert_true(driver_get_hello(&r, &hello));
	assert_int_equal(hello.version, DRIVER_PROTO_VERSION);
	struct mono begun = clock_mono();
	for (int i = 0; i < 4; i++)
		assert_true(next_record(DR_BEAT, &r, 2000));
	assert_in_range(mono_ms_between(begun, clock_mono()), 1300, 4000);
}

static void settings_are_judged_by_the_schema(void **state)
{
	static const struct {
		const char *key, *value, *why;
	} row[] = {
		{ "unit", "10", "unit = 10 is not a whole number from 1 to 9" },
		{ "unit", "1.5", "unit = 1.5 is not a whole number from 1 to 9" },
		{ "gain", "much", "gain = much is not a number" },
		{ "fast", "yes", "fast = yes is not true or false" },
		{ "unti", "1", "unknown setting \"unti\" (did you mean \"unit\"?)" },
	};

	(void)state;
	for (uint32_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct strbuf w = STRBUF_INIT;
		struct driver_record_view r;
		struct driver_config_result m;

		driver_put_config_begin(&w, i + 1);
		add_device(&w, 1, "one", row[i].key, row[i].value);
		driver_put_config_end(&w, i + 1);
		say(&w);
		assert_true(next_record(DR_CONFIG_RESULT, &r, 5000));
		assert_true(driver_get_config_result(&r, &m));
		assert_string_equal(m.text, row[i].why);
		assert_int_equal(m.item_kind, 0);
		assert_int_equal(m.id, 1);
		assert_true(next_record(DR_CONFIG_READY, &r, 5000));
		assert_int_equal(fake.config->n_devices, 0);
	}
}

static void refused_items_are_told_and_not_run(void **state)
{
	struct strbuf w = STRBUF_INIT;
	struct driver_record_view r;
	struct driver_config_result m;

	(void)state;
	driver_put_config_begin(&w, 1);
	add_device(&w, 1, "one", NULL, NULL);
	add_device(&w, 2, "bad", NULL, NULL);
	add_tag(&w, 5, 1, "none");
	add_tag(&w, 6, 2, "fine"); /* of a refused device: judged, not run */
	add_tag(&w, 7, 1, "fine");
	driver_put_config_end(&w, 1);
	say(&w);
	assert_true(next_record(DR_CONFIG_RESULT, &r, 5000));
	assert_true(driver_get_config_result(&r, &m));
	assert_string_equal(m.text, "\"bad\" is not a device");
	assert_true(next_record(DR_CONFIG_RESULT, &r, 5000));
	assert_true(driver_get_config_result(&r, &m));
	assert_int_equal(m.id, 5);
	assert_string_equal(m.text, "one has no such value");
	assert_true(next_record(DR_CONFIG_READY, &r, 5000));
	assert_int_equal(fake.config->n_devices, 1);
	assert_int_equal(fake.config->n_tags, 1);
	assert_non_null(driver_config_tag(fake.config, 7));
	assert_null(driver_config_tag(fake.config, 6));
}

static void without_credit_the_newest_value_a_tag_waits(void **state)
{
	struct driver_record_view r;
	struct driver_beat beat;

	(void)state;
	set_up(1, 3);
	for (int i = 0; i < 100; i++) {
		struct driver_sample s = number(i, i);
		driver_post(fake.child, fake.config->tags[0], &s);
	}
	struct driver_sample text = { .value = value_string("word") };
	driver_post(fake.child, fake.config->tags[1], &text);
	assert_false(next_samples(200));
	give_credit(1);
	assert_true(next_samples(5000));
	assert_int_equal(batch.n, 1);
	assert_int_equal(batch.generation, 1);
	assert_int_equal(batch.v[0].tag, 1);
	assert_double(batch.v[0].value.u.d, 99, 0);
	give_credit(5);
	assert_true(next_samples(5000));
	assert_int_equal(batch.n, 1);
	assert_string_equal(batch.v[0].value.u.s, "word");
	assert_true(next_record(DR_BEAT, &r, 2000));
	assert_true(driver_get_beat(&r, &beat));
	assert_int_equal(beat.overwritten, 99);
	assert_int_equal(beat.generation, 1);
}

static void credit_ends_with_its_generation(void **state)
{
	struct driver_sample s = number(1, 1);

	(void)state;
	set_up(1, 1);
	give_credit(100);
	set_up(2, 1);
	driver_post(fake.child, fake.config->tags[0], &s);
	assert_false(next_samples(100));
	give_credit(1);
	assert_true(next_samples(5000));
	assert_int_equal(batch.generation, 2);
}

static void many_long_strings_fit_their_records(void **state)
{
	enum { MANY = 3000 };
	char longest[VALUE_STRING_MAX + 1];
	uint32_t came = 0;

	(void)state;
	memset(longest, 'y', VALUE_STRING_MAX);
	longest[VALUE_STRING_MAX] = '\0';
	set_up(1, MANY);
	struct driver_sample s = { .value = value_string(longest) };
	for (uint32_t i = 0; i < MANY; i++)
		driver_post(fake.child, fake.config->tags[i], &s);
	give_credit(MANY);
	while (came < MANY) {
		assert_true(next_samples(5000));
		for (size_t i = 0; i < batch.n; i++) {
			assert_int_equal(batch.v[i].tag, ++came);
			assert_string_equal(batch.v[i].value.u.s, longest);
		}
	}
}

static void scans_post_news_and_one_refresh_a_second(void **state)
{
	static const struct {
		int64_t ms;
		double v;
		bool news;
	} step[] = {
		{ 0, 10, true },       { 250, 10, false },    { 500, 10.5, false },
		{ 750, 11.5, true },   { 1000, 11.4, false }, { 1250, 11.6, false },
		{ 1500, 11.5, false }, { 1750, 11.5, true },  { 2000, 10.4, true },
	};

	(void)state;
	set_up(1, 1);
	give_credit(100);
	for (size_t i = 0; i < sizeof(step) / sizeof(step[0]); i++) {
		struct driver_sample s = number(step[i].v, step[i].ms);
		driver_post_scanned(fake.child, fake.config->tags[0], &s, 250);
		bool came = next_samples(step[i].news ? 5000 : 50);
		if (came != step[i].news)
			fail_msg("step %zu", i);
	}
	/* a change of quality is always news; slow scans refresh each time */
	struct driver_sample s = number(10.4, 2001);
	s.quality = QUALITY_MAKE(QUALITY_UNCERTAIN, REASON_RANGE);
	driver_post_scanned(fake.child, fake.config->tags[0], &s, 250);
	assert_true(next_samples(5000));
	s.mono_ns += 1;
	driver_post_scanned(fake.child, fake.config->tags[0], &s, 5000);
	assert_true(next_samples(5000));
}

static struct driver_write_outcome outcome_of(uint64_t request)
{
	struct driver_record_view r;
	struct driver_write_outcome m;

	do {
		assert_true(next_record(DR_WRITE_OUTCOME, &r, 5000));
		assert_true(driver_get_write_outcome(&r, &m));
	} while (m.request != request);
	return m;
}

static void send_write(uint32_t generation, uint64_t request, uint32_t tag, int64_t ms)
{
	struct driver_write m = { .generation = generation,
				  .request = request,
				  .tag = tag,
				  .deadline_ns = mono_add_ms(clock_mono(), ms).ns,
				  .value = value_int(1) };
	struct strbuf w = STRBUF_INIT;

	driver_put_write(&w, &m);
	say(&w);
}

static void writes_are_refused_before_the_driver_sees_them(void **state)
{
	static const struct {
		uint32_t generation, tag;
		int64_t ms;
		const char *why;
	} row[] = {
		{ 6, 1, 1000, "the configuration changed before" },
		{ 8, 1, 1000, "the configuration changed before" },
		{ 7, 1, -1, "its deadline passed" },
		{ 7, 2, 1000, "the tag is not writable" },
		{ 7, 99, 1000, "the driver has no such tag" },
	};

	(void)state;
	set_up(7, 3);
	for (uint32_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		send_write(row[i].generation, i, row[i].tag, row[i].ms);
		struct driver_write_outcome m = outcome_of(i);
		assert_int_equal(m.outcome, WRITE_NOT_SENT);
		assert_has(m.text, row[i].why);
		assert_int_equal(m.generation, row[i].generation);
	}
	assert_int_equal(fake.writes, 0);
	send_write(7, 50, 1, 1000);
	assert_int_equal(outcome_of(50).outcome, WRITE_ACCEPTED);
	assert_int_equal(fake.writes, 1);
}

static void one_write_a_device_and_one_outcome_a_write(void **state)
{
	struct driver_record_view r;

	(void)state;
	set_up(1, 3);
	fake.answer = false;
	send_write(1, 10, 1, 1000);
	send_write(1, 11, 3, 1000);
	struct driver_write_outcome m = outcome_of(11);
	assert_int_equal(m.outcome, WRITE_NOT_SENT);
	assert_has(m.text, "another command to the same device is not finished yet");
	assert_int_equal(fake.writes, 1);
	driver_post_write_outcome(fake.child, &fake.write, WRITE_REFUSED, "no");
	assert_int_equal(outcome_of(10).outcome, WRITE_REFUSED);
	driver_post_write_outcome(fake.child, &fake.write, WRITE_ACCEPTED, "again");
	assert_false(next_record(DR_WRITE_OUTCOME, &r, 100));
}

static void a_write_the_driver_forgot_is_unknown(void **state)
{
	(void)state;
	set_up(1, 1);
	fake.answer = false;
	send_write(1, 10, 1, 1000);
	send_write(1, 11, 1, 1000); /* refused: the first one has surely arrived */
	outcome_of(11);
	struct strbuf w = STRBUF_INIT;
	driver_put_config_begin(&w, 2);
	driver_put_config_end(&w, 2);
	say(&w);
	struct driver_write_outcome m = outcome_of(10);
	assert_int_equal(m.outcome, WRITE_UNKNOWN);
	assert_int_equal(m.generation, 1);
	assert_has(m.text, "stopped before the device had answered");
	assert_int_equal(fake.stops, 1);
}

static void reads_and_explanations_are_answered(void **state)
{
	struct driver_read read = { .generation = 1, .request = 5, .tag = 1 };
	struct driver_explain explain = { 1, 6, 1 };
	struct driver_read_result m;
	struct driver_explain_result e;
	struct driver_record_view r;
	struct strbuf w = STRBUF_INIT;
	char text[VALUE_STRING_MAX + 1];

	(void)state;
	set_up(1, 1);
	driver_put_read(&w, &read);
	driver_put_explain(&w, &explain);
	read.tag = 9;
	driver_put_read(&w, &read);
	explain.generation = 0;
	driver_put_explain(&w, &explain);
	say(&w);
	assert_true(next_record(DR_READ_RESULT, &r, 5000));
	assert_true(driver_get_read_result(&r, &m, text));
	assert_string_equal(m.sample.value.u.s, "fresh");
	assert_int_equal(m.sample.tag, 1);
	assert_true(next_record(DR_EXPLAIN_RESULT, &r, 5000));
	assert_true(driver_get_explain_result(&r, &e));
	assert_string_equal(e.text, "because\n");
	free(e.text);
	assert_true(next_record(DR_READ_RESULT, &r, 5000));
	assert_true(driver_get_read_result(&r, &m, text));
	assert_int_equal(m.sample.quality, QUALITY_MAKE(QUALITY_BAD, REASON_COMM));
	assert_has(m.text, "the driver has no such tag");
	assert_true(next_record(DR_EXPLAIN_RESULT, &r, 5000));
	assert_true(driver_get_explain_result(&r, &e));
	assert_has(e.text, "the driver has no such tag");
	free(e.text);
	assert_int_equal(fake.reads, 1);
	assert_int_equal(fake.explains, 1);
}

/* Until the main thread has taken all answers; listening: and lets others send. */
static void wait_taken(bool listening)
{
	struct mono end = mono_add_ms(clock_mono(), 5000);
	struct driver_child *c = fake.child;

	for (bool so = false; !so;) {
		assert_false(mono_reached(clock_mono(), end));
		pthread_mutex_lock(&c->lock);
		so = c->control.len == 0 && (c->listening || !listening);
		pthread_mutex_unlock(&c->lock);
	}
}

static void an_answer_wakes_no_thread_but_the_servers(void **state)
{
	struct driver_read read = { .generation = 1, .request = 7, .tag = 1 };
	struct driver_sample s = { .value = value_string("straight") };
	struct driver_read_result m;
	struct driver_record_view r;
	char text[VALUE_STRING_MAX + 1];

	(void)state;
	set_up(1, 1);
	meet();
	wait_taken(true);
	driver_post_read_result(fake.child, &read, &s, "");
	pthread_mutex_lock(&fake.child->lock);
	assert_false(fake.child->woken);
	assert_int_equal(fake.child->control.len, 0);
	pthread_mutex_unlock(&fake.child->lock);
	assert_true(next_record(DR_READ_RESULT, &r, 5000));
	assert_true(driver_get_read_result(&r, &m, text));
	assert_int_equal(m.request, 7);
	assert_string_equal(m.sample.value.u.s, "straight");
}

/* The socket takes a part of the first; what the main thread says comes behind it. */
static void answers_that_do_not_fit_stay_whole_and_in_order(void **state)
{
	enum { SIZE = 30000, N = 60, ROOM = 8192 };
	struct driver_explain ask = { .generation = 1, .tag = 1 };
	struct driver_explain_result e;
	struct driver_record_view r;
	char *text = xcalloc(1, SIZE + 1);
	int room = ROOM;

	(void)state;
	assert_false(setsockopt(fds[1], SOL_SOCKET, SO_SNDBUF, &room, sizeof(room)));
	set_up(1, 1);
	meet();
	wait_taken(true);
	for (unsigned i = 0; i < N; i++) {
		memset(text, 'a' + (int)i % 26, SIZE);
		ask.request = i;
		driver_post_explain(fake.child, &ask, text);
		if (i == 0)
			wait_taken(false); /* what is left of it */
	}
	for (unsigned i = 0; i < N; i++) {
		assert_true(next_record(DR_EXPLAIN_RESULT, &r, 5000));
		assert_true(driver_get_explain_result(&r, &e));
		assert_int_equal(e.request, i);
		memset(text, 'a' + (int)i % 26, SIZE);
		assert_string_equal(e.text, text);
		free(e.text);
	}
	free(text);
}

static void a_state_is_sent_once_until_it_changes(void **state)
{
	struct driver_record_view r;
	struct driver_device_state m;

	(void)state;
	set_up(1, 1);
	const struct driver_device *d = fake.config->devices[0];
	for (int i = 0; i < 3; i++)
		driver_post_device_state(fake.child, d, DEVICE_FAILED, "no answer");
	assert_true(next_record(DR_DEVICE_STATE, &r, 5000));
	assert_true(driver_get_device_state(&r, &m));
	assert_string_equal(m.text, "no answer");
	assert_false(next_record(DR_DEVICE_STATE, &r, 100));
	driver_post_device_state(fake.child, d, DEVICE_FAILED, "other");
	assert_true(next_record(DR_DEVICE_STATE, &r, 5000));
}

static void the_newest_counts_go_out_and_only_once(void **state)
{
	struct device_stats v = { .requests = 1 };
	struct driver_record_view r;
	struct driver_stats got;

	(void)state;
	set_up(1, 1);
	meet();
	driver_post_stats(fake.child, fake.config->devices[0], &v);
	v.requests = 2;
	driver_post_stats(fake.child, fake.config->devices[0], &v);
	meet();
	assert_true(next_record(DR_STATS, &r, 2000));
	assert_true(driver_get_stats(&r, &got));
	if (got.v.requests == 1) { /* the first was gone before the second came */
		assert_true(next_record(DR_STATS, &r, 2000));
		assert_true(driver_get_stats(&r, &got));
	}
	assert_int_equal(got.generation, 1);
	assert_int_equal(got.device, 1);
	assert_int_equal(got.v.requests, 2);
	assert_false(next_record(DR_STATS, &r, 700)); /* a beat passes without */
}

static void a_stuck_channel_shows_in_the_beat(void **state)
{
	struct driver_record_view r;
	struct driver_beat beat;

	(void)state;
	set_up(1, 1);
	struct driver_channel *ch = driver_channel_open(fake.child);
	struct driver_channel *other = driver_channel_open(fake.child);
	driver_channel_scanned(ch, false);
	driver_channel_scanned(ch, true);
	for (int i = 0; i < 3; i++) {
		assert_true(next_record(DR_BEAT, &r, 2000));
		driver_channel_progress(other);
	}
	assert_true(driver_get_beat(&r, &beat));
	assert_true(beat.stuck_ms >= 400);
	assert_int_equal(beat.scans, 2);
	assert_int_equal(beat.late_scans, 1);
	driver_channel_close(ch);
	driver_channel_progress(other);
	assert_true(next_record(DR_BEAT, &r, 2000));
	assert_true(driver_get_beat(&r, &beat));
	assert_true(beat.stuck_ms < 1000);
	driver_channel_close(other);
}

static void a_server_that_does_not_read_stops_nobody(void **state)
{
	struct driver_sample s = number(0, 0);

	(void)state;
	set_up(1, 1000);
	give_credit(UINT32_MAX);
	struct mono begun = clock_mono();
	for (int round = 0; round < 300; round++) {
		s.value.u.d = round;
		for (size_t i = 0; i < 1000; i++)
			driver_post(fake.child, fake.config->tags[i], &s);
	}
	assert_true(mono_ms_between(begun, clock_mono()) < 20000);
	/* and the newest of all arrives in the end */
	for (bool last[1001] = { 0 }, all = false; !all;) {
		assert_true(next_samples(5000));
		all = true;
		for (size_t i = 0; i < batch.n; i++)
			last[batch.v[i].tag] = batch.v[i].value.u.d == 299;
		for (size_t i = 1; i <= 1000; i++)
			all = all && last[i];
	}
}

static void hostile_records_end_the_driver(void **state)
{
	static const uint8_t unknown[] = { 4, 0, 0, 0, 99, 0, 0, 0 };

	(void)state;
	set_up(1, 1);
	meet();
	assert_int_equal(send(fds[0], unknown, sizeof(unknown), 0), sizeof(unknown));
	struct driver_record_view r;
	assert_false(next_record(0, &r, 5000));
	pthread_join(thread, NULL);
	assert_int_equal(exit_code, 1);
	assert_int_equal(fake.stops, 1);
	/* stop() of this test joins a thread, too */
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	assert_int_equal(pthread_create(&thread, NULL, serve, NULL), 0);
}

static void stop_ends_it_with_success(void **state)
{
	struct strbuf w = STRBUF_INIT;
	struct driver_record_view r;

	(void)state;
	set_up(1, 1);
	driver_put_stop(&w);
	say(&w);
	assert_false(next_record(0, &r, 5000));
	pthread_join(thread, NULL);
	assert_int_equal(exit_code, 0);
	assert_int_equal(fake.stops, 1);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	assert_int_equal(pthread_create(&thread, NULL, serve, NULL), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, start, stop)
		T(hello_comes_first_then_beats),
		T(settings_are_judged_by_the_schema),
		T(refused_items_are_told_and_not_run),
		T(without_credit_the_newest_value_a_tag_waits),
		T(credit_ends_with_its_generation),
		T(many_long_strings_fit_their_records),
		T(scans_post_news_and_one_refresh_a_second),
		T(writes_are_refused_before_the_driver_sees_them),
		T(one_write_a_device_and_one_outcome_a_write),
		T(a_write_the_driver_forgot_is_unknown),
		T(reads_and_explanations_are_answered),
		T(an_answer_wakes_no_thread_but_the_servers),
		T(answers_that_do_not_fit_stay_whole_and_in_order),
		T(a_state_is_sent_once_until_it_changes),
		T(the_newest_counts_go_out_and_only_once),
		T(a_stuck_channel_shows_in_the_beat),
		T(a_server_that_does_not_read_stops_nobody),
		T(hostile_records_end_the_driver),
		T(stop_ends_it_with_success),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
