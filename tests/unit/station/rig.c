/* rig.c - carries what the station asks for, at once and in order. */
#include "unit/station/rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alarm/states.h"
#include "util/xalloc.h"

/* --- store -------------------------------------------------------------------------- */

static void answer(struct rig *r, struct txn *t, bool ok)
{
	struct event ev = { .kind = EV_COMMITTED };

	ev.u.committed.ticket = t->ticket;
	ev.u.committed.ok = ok;
	snprintf(ev.u.committed.why, sizeof(ev.u.committed.why), "%s",
		 ok ? "" : "the disk is full");
	if (ok) {
		*GROW(&r->stored, &r->n_stored) = t;
	} else if (r->no_hand_back) {
		txn_free(t);
	} else {
		ev.u.committed.back = t;
	}
	rig_step(r, &ev);
}

void rig_answer(struct rig *r, bool ok)
{
	struct txn *t;

	assert_true(r->n_held > 0);
	t = r->held[0];
	memmove(r->held, r->held + 1, (r->n_held - 1) * sizeof(*r->held));
	r->n_held--;
	answer(r, t, ok);
}

void rig_answer_all(struct rig *r, bool ok)
{
	while (r->n_held)
		rig_answer(r, ok);
}

/* --- drivers --------------------------------------------------------------------- */

void rig_record(struct rig *r, uint32_t driver, const struct strbuf *record)
{
	struct event ev = { .kind = EV_DRIVER_RECORD };

	ev.u.record.driver = driver;
	ev.u.record.instance = r->instance[driver];
	ev.u.record.bytes = (const uint8_t *)record->buf;
	ev.u.record.len = record->len;
	rig_step(r, &ev);
}

static void on_start(struct rig *r, const struct action *a)
{
	struct event ev = { .kind = EV_DRIVER_STARTED };
	struct driver_hello hello = { .version = DRIVER_PROTO_VERSION,
				      .capabilities =
					      r->updates ? DRIVER_CAN_UPDATE : 0 };
	struct strbuf w = STRBUF_INIT;

	r->n_starts++;
	r->instance[a->driver] = a->instance;
	r->running[a->driver] = true;
	if (r->mute_drivers)
		return;
	ev.u.driver.driver = a->driver;
	ev.u.driver.instance = a->instance;
	rig_step(r, &ev);
	driver_put_hello(&w, &hello);
	rig_record(r, ev.u.driver.driver, &w);
	strbuf_release(&w);
}

static void say_connected(struct rig *r, uint32_t driver)
{
	for (uint32_t i = 0; i < r->st->n_devices; i++) {
		if (!r->st->devices[i].def || r->st->devices[i].driver != driver)
			continue;
		rig_device(r, r->st->devices[i].name, DEVICE_CONNECTED, "");
	}
}

static void on_config_end(struct rig *r, uint32_t driver,
			  const struct driver_record_view *v)
{
	struct strbuf w = STRBUF_INIT;

	assert_true(driver_get_u32(v, &r->generation[driver]));
	r->n_configs++;
	if (r->mute_drivers)
		return;
	driver_put_config_ready(&w, r->generation[driver]);
	rig_record(r, driver, &w);
	strbuf_release(&w);
	say_connected(r, driver);
}

void rig_outcome(struct rig *r, uint64_t request, enum write_outcome o, const char *text)
{
	struct driver_write_outcome m = { .request = request, .outcome = (uint8_t)o };
	struct strbuf w = STRBUF_INIT;
	uint32_t driver = 0;

	for (size_t i = 0; i < r->n_writes; i++)
		if (r->writes[i].m.request == request)
			driver = r->writes[i].driver;
	m.generation = r->generation[driver];
	snprintf(m.text, sizeof(m.text), "%s", text ? text : "");
	driver_put_write_outcome(&w, &m);
	rig_record(r, driver, &w);
	strbuf_release(&w);
}

static void on_write(struct rig *r, uint32_t driver, const struct driver_record_view *v,
		     uint64_t mark)
{
	struct rig_write *w = GROW(&r->writes, &r->n_writes);
	struct event ev = { .kind = EV_DRIVER_SENT };
	double number;
	uint64_t request;

	assert_true(driver_get_write(v, &w->m, w->text));
	assert_true(w->m.request == mark);
	w->driver = driver;
	request = w->m.request;
	if (r->shows_written && value_number(&w->m.value, &number))
		r->shown = number;
	ev.u.sent.driver = driver;
	ev.u.sent.instance = r->instance[driver];
	ev.u.sent.mark = mark;
	ev.u.sent.result = r->sent;
	rig_step(r, &ev);
	if (r->sent == DRIVER_SENT_ALL && !r->mute_writes && !r->mute_drivers)
		rig_outcome(r, request, r->outcome, r->outcome_text);
}

void rig_read_result(struct rig *r, const char *tag, uint64_t read, double v, quality q,
		     int64_t taken_ns)
{
	uint32_t index = rig_tag(r, tag), driver = driver_of_tag(r->st, index);
	struct driver_read_result m = {
		.generation = r->generation[driver],
		.request = read,
		.sample = { .tag = index,
			    .quality = q,
			    .source_ms = r->now.wall.ms,
			    .mono_ns = taken_ns,
			    .value = value_double(v) },
	};
	struct strbuf w = STRBUF_INIT;

	if (!quality_is_good(q))
		m.sample.value = (struct value){ 0 };
	driver_put_read_result(&w, &m);
	rig_record(r, driver, &w);
	strbuf_release(&w);
}

static void on_read(struct rig *r, const struct driver_record_view *v)
{
	struct driver_read m;

	assert_true(driver_get_read(v, &m));
	r->n_reads++;
	r->last_read = m.request;
	r->last_read_tag = m.tag;
	if (r->mute_reads || r->mute_drivers)
		return;
	r->now.mono.ns += 1000000; /* it takes a moment: the sample is fresh */
	rig_read_result(r, tag_db_name(r->st->db, m.tag), m.request, r->shown,
			r->shown_quality, r->now.mono.ns);
}

static void on_explain(struct rig *r, uint32_t driver, const struct driver_record_view *v)
{
	struct driver_explain_result m = { .generation = r->generation[driver] };
	struct driver_explain asked;
	struct strbuf w = STRBUF_INIT;

	assert_true(driver_get_explain(v, &asked));
	if (r->mute_drivers)
		return;
	m.request = asked.request;
	m.text = xstrdup("registers 0x4220 0x0000\nfloat32 abcd = 40");
	driver_put_explain_result(&w, &m);
	free(m.text);
	rig_record(r, driver, &w);
	strbuf_release(&w);
}

static void on_driver_send(struct rig *r, const struct action *a)
{
	const uint8_t *p = (const uint8_t *)a->bytes.buf;
	struct driver_record_view v;
	size_t at = 0;
	int64_t n;

	if (!r->running[a->driver] || r->instance[a->driver] != a->instance)
		return;
	while ((n = driver_record_next(p + at, a->bytes.len - at, &v)) > 0) {
		at += (size_t)n;
		if (v.type == DR_CONFIG_END)
			on_config_end(r, a->driver, &v);
		else if (v.type == DR_WRITE)
			on_write(r, a->driver, &v, a->mark);
		else if (v.type == DR_READ)
			on_read(r, &v);
		else if (v.type == DR_EXPLAIN)
			on_explain(r, a->driver, &v);
		else if (v.type == DR_STOP)
			r->n_stops++;
		else if (v.type == DR_CREDIT)
			assert_true(driver_get_u32(&v, &r->credit));
	}
	assert_int_equal(at, a->bytes.len);
}

void rig_driver_exits(struct rig *r, uint32_t driver, const char *why)
{
	struct event ev = { .kind = EV_DRIVER_EXITED };

	r->running[driver] = false;
	ev.u.driver.driver = driver;
	ev.u.driver.instance = r->instance[driver];
	snprintf(ev.u.driver.why, sizeof(ev.u.driver.why), "%s", why);
	rig_step(r, &ev);
}

bool rig_hashed(struct rig *r)
{
	struct event ev = { .kind = EV_HASHED };

	if (r->n_waiting == 0)
		return false;
	ev.u.hashed.job = r->hashes[0];
	memmove(r->hashes, r->hashes + 1, --r->n_waiting * sizeof(*r->hashes));
	hash_job_run(ev.u.hashed.job);
	rig_step(r, &ev);
	hash_job_free(ev.u.hashed.job);
	return true;
}

/* --- carrying -------------------------------------------------------------------- */

/* What the shell is asked and does beside the loop: it is only noted. */
static void look_up(struct rig *r, struct action *a)
{
	switch (a->kind) {
	case ACT_RELOAD:
		r->n_reloads++;
		break;
	case ACT_AUDIT_LIST:
		r->n_audit_lists++;
		break;
	case ACT_JOURNAL:
	case ACT_AUDIT_SEARCH:
		r->n_searches++;
		r->search_by = a->session;
		strbuf_clear(&r->search);
		strbuf_add(&r->search, a->bytes.buf, a->bytes.len);
		break;
	case ACT_REPORT:
		r->n_reports++;
		strbuf_setf(&r->report_areas, "%s", a->name);
		strbuf_clear(&r->report);
		strbuf_add(&r->report, a->bytes.buf, a->bytes.len);
		break;
	case ACT_BACKUP:
		r->n_backups++;
		break;
	case ACT_SEAL_KEY:
	case ACT_ANCHOR_CHECK:
	case ACT_SYSLOG:
		r->n_sealings++;
		break;
	case ACT_HASH:
		r->n_hashes++;
		*GROW(&r->hashes, &r->n_waiting) = a->hash;
		a->hash = NULL;
		if (!r->hold_hashes)
			rig_hashed(r);
		break;
	case ACT_NOTIFY:
		r->n_told++;
		strbuf_add(&r->told, a->bytes.buf, a->bytes.len);
		break;
	default:
		fail_msg("action %d is not carried", (int)a->kind);
	}
}

static void carry(struct rig *r, struct action *a)
{
	switch (a->kind) {
	case ACT_COMMIT:
		if (r->hold_commits)
			*GROW(&r->held, &r->n_held) = a->txn;
		else
			answer(r, a->txn, !r->fail_commits);
		a->txn = NULL;
		break;
	case ACT_DRIVER_START:
		on_start(r, a);
		break;
	case ACT_DRIVER_SEND:
		on_driver_send(r, a);
		break;
	case ACT_DRIVER_KILL:
		r->n_kills++;
		rig_driver_exits(r, a->driver, "ended by signal 9");
		break;
	case ACT_SESSION_SEND:
		assert_true(a->session < RIG_SESSIONS);
		strbuf_add(&r->frames[a->session], a->bytes.buf, a->bytes.len);
		break;
	case ACT_SESSIONS_SEND:
		for (size_t i = 0; i < a->n_sessions; i++) {
			assert_true(a->sessions[i] < RIG_SESSIONS);
			strbuf_add(&r->frames[a->sessions[i]], a->bytes.buf,
				   a->bytes.len);
		}
		break;
	case ACT_SESSION_CLOSE:
		r->closed[a->session] = true;
		break;
	case ACT_LOG:
		strbuf_addf(&r->log, "%s\n", a->name);
		break;
	case ACT_STOPPED:
		r->stopped = true;
		break;
	default:
		look_up(r, a);
	}
}

/* Actions are carried after the step that asked for them; each may lead to more. */
static void carry_all(struct rig *r, struct actions *list)
{
	for (size_t i = 0; i < list->n; i++)
		carry(r, &list->v[i]);
	actions_release(list);
}

void rig_step(struct rig *r, const struct event *ev)
{
	struct actions out = { 0 };

	station_step(r->st, ev, r->now, &out);
	carry_all(r, &out);
}

void rig_wait(struct rig *r, int64_t ms)
{
	struct event ev = { .kind = EV_TIME };
	struct mono end = mono_add_ms(r->now.mono, ms);

	while (r->now.mono.ns < end.ns) {
		struct mono next = station_next_deadline(r->st);
		int64_t step;

		if (next.ns > end.ns)
			next = end;
		if (next.ns <= r->now.mono.ns)
			next.ns = r->now.mono.ns + 1000000;
		step = next.ns - r->now.mono.ns;
		r->now.mono = next;
		r->now.wall.ms += step / 1000000;
		rig_step(r, &ev);
	}
}

void rig_init_from(struct rig *r, struct station_def *def,
		   const struct store_snapshot *snapshot)
{
	struct station_options options = {
		.server = "sightglassd test",
		.has_service_uid = true,
		.service_uid = RIG_SERVICE,
		.cheap_hashes = true,
	};
	struct actions out = { 0 };

	*r = (struct rig){
		.now = { { 5000000000 }, { 1700000000000 } },
		.outcome = WRITE_ACCEPTED,
		.shows_written = true,
		.updates = true,
		.log = STRBUF_INIT,
		.search = STRBUF_INIT,
		.told = STRBUF_INIT,
		.report = STRBUF_INIT,
		.report_areas = STRBUF_INIT,
	};
	for (size_t i = 0; i < RIG_SESSIONS; i++)
		strbuf_init(&r->frames[i], 16 << 20);
	r->st = station_new(def, snapshot, &options, r->now, &out);
	carry_all(r, &out);
}

void rig_init(struct rig *r)
{
	struct store_snapshot nothing = { .next_request = 1, .next_occurrence = 1 };

	rig_init_from(r, rig_station(RIG_SAME), &nothing);
	rig_plant(r);
}

void rig_release(struct rig *r)
{
	station_free(r->st);
	for (size_t i = 0; i < r->n_stored; i++)
		txn_free(r->stored[i]);
	for (size_t i = 0; i < r->n_held; i++)
		txn_free(r->held[i]);
	for (size_t i = 0; i < RIG_SESSIONS; i++)
		strbuf_release(&r->frames[i]);
	strbuf_release(&r->log);
	strbuf_release(&r->search);
	strbuf_release(&r->told);
	strbuf_release(&r->report);
	strbuf_release(&r->report_areas);
	for (size_t i = 0; i < r->n_waiting; i++)
		hash_job_free(r->hashes[i]);
	free(r->hashes);
	free(r->stored);
	free(r->held);
	free(r->writes);
}

/* --- values ---------------------------------------------------------------------- */

uint32_t rig_tag(const struct rig *r, const char *name)
{
	return tag_db_find(r->st->db, name);
}

const struct sample *rig_value(const struct rig *r, const char *name)
{
	return tag_db_get(r->st->db, rig_tag(r, name));
}

void rig_sample(struct rig *r, const char *tag, struct value v, quality q)
{
	uint32_t index = rig_tag(r, tag), driver = driver_of_tag(r->st, index);
	struct driver_sample s = {
		.tag = index,
		.quality = q,
		.source_ms = r->now.wall.ms,
		.mono_ns = r->now.mono.ns,
		.value = v,
	};
	struct strbuf w = STRBUF_INIT;

	if (driver == UINT32_MAX)
		return; /* a reload removed it */
	driver_put_samples(&w, r->generation[driver], &s, 1);
	rig_record(r, driver, &w);
	strbuf_release(&w);
}

void rig_number(struct rig *r, const char *tag, double v)
{
	rig_sample(r, tag, value_double(v), 0);
}

void rig_plant(struct rig *r)
{
	rig_number(r, "a.sp", 40);
	rig_sample(r, "a.auto", value_bool(true), 0);
	if (rig_tag(r, "a.level") != TAG_NONE)
		rig_number(r, "a.level", 2);
	rig_number(r, "a.step_sp", 20);
	rig_sample(r, "a.mode", value_int(1), 0);
	rig_sample(r, "a.cmd", value_bool(false), 0);
	rig_sample(r, "a.text", value_string("old"), 0);
	rig_number(r, "b.sp", 5);
	rig_number(r, "c.sp", 1);
}

void rig_device(struct rig *r, const char *device, enum device_state state,
		const char *text)
{
	uint32_t i = station_device_find(r->st, device);
	uint32_t driver = r->st->devices[i].driver;
	struct driver_device_state m = { .generation = r->generation[driver],
					 .device = i,
					 .state = (uint8_t)state };
	struct strbuf w = STRBUF_INIT;

	snprintf(m.text, sizeof(m.text), "%s", text);
	driver_put_device_state(&w, &m);
	rig_record(r, driver, &w);
	strbuf_release(&w);
}

void rig_beats(struct rig *r)
{
	for (uint32_t i = 0; i < r->st->n_drivers; i++) {
		struct driver_beat m = { .generation = r->generation[i] };
		struct strbuf w = STRBUF_INIT;

		if (!r->running[i])
			continue;
		driver_put_beat(&w, &m);
		rig_record(r, i, &w);
		strbuf_release(&w);
	}
}

/* --- sessions -------------------------------------------------------------------- */

uint64_t rig_open_only(struct rig *r, uint32_t uid)
{
	struct event ev = { .kind = EV_SESSION_OPEN };

	ev.u.open.session = ++r->last_session;
	ev.u.open.uid = uid;
	ev.u.open.pid = 4711;
	snprintf(ev.u.open.unix_user, sizeof(ev.u.open.unix_user), "%s", rig_user(uid));
	rig_step(r, &ev);
	return r->last_session;
}

uint64_t rig_open(struct rig *r, uint32_t uid)
{
	uint64_t session = rig_open_only(r, uid);
	struct wire_hello m = { .version = WIRE_VERSION };
	struct strbuf w = STRBUF_INIT;

	snprintf(m.program, sizeof(m.program), "test");
	snprintf(m.place, sizeof(m.place), "pts/7");
	wire_put_hello(&w, &m);
	rig_frame(r, session, &w);
	strbuf_release(&w);
	return session;
}

void rig_close(struct rig *r, uint64_t session)
{
	struct event ev = { .kind = EV_SESSION_CLOSED };

	ev.u.session.session = session;
	snprintf(ev.u.session.why, sizeof(ev.u.session.why), "the peer went away");
	rig_step(r, &ev);
}

void rig_frame(struct rig *r, uint64_t session, const struct strbuf *frame)
{
	struct event ev = { .kind = EV_SESSION_FRAME };

	ev.u.frame.session = session;
	assert_true(wire_frame_next((const uint8_t *)frame->buf, frame->len,
				    &ev.u.frame.type, &ev.u.frame.payload,
				    &ev.u.frame.len) == (int64_t)frame->len);
	rig_step(r, &ev);
}

void rig_request(struct rig *r, uint64_t session, enum wire_type type, uint32_t req,
		 uint64_t num, const char *text)
{
	struct wire_request m = { .req = req, .num = num };
	struct strbuf w = STRBUF_INIT;

	snprintf(m.text, sizeof(m.text), "%s", text);
	wire_put_request(&w, type, &m);
	rig_frame(r, session, &w);
	strbuf_release(&w);
}

void rig_select(struct rig *r, uint64_t session, uint32_t req, const char *tag,
		struct value v)
{
	struct wire_select m = { .req = req, .value = v };
	struct strbuf w = STRBUF_INIT;

	snprintf(m.tag, sizeof(m.tag), "%s", tag);
	snprintf(m.reason, sizeof(m.reason), "%s", r->reason ? r->reason : "");
	wire_put_select(&w, &m);
	rig_frame(r, session, &w);
	strbuf_release(&w);
}

void rig_ack(struct rig *r, uint64_t session, uint32_t req, const char *alarm,
	     uint64_t occurrence, uint64_t epoch, uint64_t version)
{
	struct wire_alarm_act m = { .req = req,
				    .epoch = epoch,
				    .version = version,
				    .event = ALARM_E_ACK,
				    .occurrence = occurrence };
	struct strbuf w = STRBUF_INIT;

	snprintf(m.alarm, sizeof(m.alarm), "%s", alarm);
	wire_put_alarm_act(&w, &m);
	rig_frame(r, session, &w);
	strbuf_release(&w);
}

/* --- for tests ---------------------------------------------------------------------- */

int rig_setup(void **state)
{
	struct rig *r = calloc(1, sizeof(*r));

	assert_non_null(r);
	rig_init(r);
	*state = r;
	return 0;
}

int rig_setup_plant(void **state)
{
	rig_setup(state);
	rig_plant(*state);
	return 0;
}

int rig_teardown(void **state)
{
	rig_release(*state);
	free(*state);
	return 0;
}

void rig_queue(struct rig *r, uint64_t session, size_t bytes)
{
	struct event ev = { .kind = EV_SESSION_QUEUE };

	ev.u.session.session = session;
	ev.u.session.queued = bytes;
	rig_step(r, &ev);
}

void rig_put_select(struct strbuf *w)
{
	struct wire_select m = { .req = 77, .tag = "a.sp", .value = value_double(45) };

	wire_put_select(w, &m);
}

void rig_put_substitute(struct strbuf *w)
{
	struct wire_substitute m = {
		.req = 77, .tag = "a.level", .reason = "test", .value = value_double(3)
	};

	wire_put_substitute(w, &m);
}
