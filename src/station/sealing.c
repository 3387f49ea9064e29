/*
 * sealing.c - the station's part in a record that nobody can bend: when a checkpoint is
 * due, who else gets to know of it, and what is refused while the record is not believed.
 *
 * The store signs (store/seal.c). An anchor leaves by the channels of the definition; one
 * on a broker counts when it has come back from there, so that nothing is believed to be
 * anchored that is not.
 */
#include "station/station_int.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "station/load_audit.h"
#include "util/xalloc.h"

enum {
	READ_BACK_MS = 3000, /* a broker has handed out what it keeps by then */
	TRY_AGAIN_MS = 5000,
	NOTICE = 5 /* severity of syslog */
};

/* --- checkpoints ------------------------------------------------------------------- */

/* A statement of the store about the record; detail: what it says more. */
static void station_statement(struct station *s, struct txn *t, const struct session *who,
			      enum audit_kind kind, const char *reason,
			      const char *detail)
{
	struct audit_record r = { .kind = kind, .reason = reason, .detail = detail };

	station_describe(&r, who);
	station_audit(s, t, &r);
	t->ops[t->n - 1].kind = TXN_CHECKPOINT;
}

static struct mono due_from_now(const struct station *s)
{
	int64_t ms = s->def ? s->def->audit.checkpoint_ms : 0;

	return mono_add_ms(s->now.mono, ms ? ms : AUDIT_CHECKPOINT_MS);
}

/* Every record but a checkpoint wants one, in time. */
void sealing_recorded(struct station *s)
{
	if (s->sealing.due.ns == MONO_NEVER.ns)
		s->sealing.due = due_from_now(s);
}

static void checkpoint(struct station *s)
{
	struct txn *t = txn_new(0, false);

	station_statement(s, t, NULL, AUDIT_CHECKPOINT, "", "");
	station_commit(s, t, false, NULL, 0, 0);
	s->sealing.due = MONO_NEVER;
}

void sealing_before_write(struct station *s, struct txn *t)
{
	for (size_t i = 0, n = t->n; i < n; i++) {
		uint32_t tag = t->ops[i].kind == TXN_INTENT
				       ? tag_db_find(s->db, t->ops[i].key)
				       : TAG_NONE;
		if (tag == TAG_NONE || !s->tags[tag].def ||
		    !s->tags[tag].def->write->critical)
			continue;
		station_statement(s, t, NULL, AUDIT_CHECKPOINT, "", "");
		return;
	}
}

void sealing_stop(struct station *s)
{
	checkpoint(s);
}

/* --- anchors ----------------------------------------------------------------------- */

static bool told_by_mqtt(const struct station *s)
{
	return s->def->audit.device != NULL;
}

static struct device_live *broker(struct station *s)
{
	uint32_t i = told_by_mqtt(s) ? station_device_find(s, s->def->audit.device)
				     : NO_DEVICE;

	return i == NO_DEVICE ? NULL : &s->devices[i];
}

static void publish(struct station *s, struct device_live *d)
{
	struct sealing *v = &s->sealing;
	struct driver_publish m = { .device = (uint32_t)(d - s->devices),
				    .retain = true,
				    .topic = s->def->audit.topic,
				    .payload = v->state.anchor,
				    .len = strlen(v->state.anchor) };
	struct strbuf bytes = STRBUF_INIT;

	driver_put_publish(&bytes, &m);
	driver_send(s, d->driver, &bytes);
	strbuf_release(&bytes);
}

/* What the broker keeps from before this start is looked at first: an anchor that says
 * more than the record does must not be overwritten by one that says less. */
static void try_broker(struct station *s)
{
	struct sealing *v = &s->sealing;
	struct device_live *d = broker(s);

	if (!d || !d->connected || !s->drivers[d->driver].can_publish) {
		v->connected = false;
		return;
	}
	if (!v->connected) {
		v->connected = true;
		if (!v->read_back)
			v->hold = mono_add_ms(s->now.mono, READ_BACK_MS);
	}
	if (v->state.anchor_seq > v->mqtt_seq && !v->state.distrust[0] &&
	    (v->read_back || mono_reached(s->now.mono, v->hold))) {
		v->read_back = true;
		publish(s, d);
	}
}

static void try_syslog(struct station *s)
{
	struct sealing *v = &s->sealing;
	struct action *a;

	if (!s->def->audit.syslog || !v->state.anchor_seq ||
	    v->syslog_seq == v->state.anchor_seq)
		return;
	a = station_emit(s, ACT_SYSLOG);
	a->name = xstrdup(s->def->audit.syslog);
	a->num = (uint64_t)s->def->audit.facility;
	a->num2 = NOTICE;
	strbuf_addf(&a->bytes, "anchor - %s: record %" PRIu64 " code %s %s", s->def->name,
		    v->state.anchor_seq, v->state.code, v->state.anchor);
	v->syslog_seq = v->state.anchor_seq;
}

/* A sample of the tag that shows what the broker keeps. */
void sealing_echo(struct station *s, const struct sample *sample)
{
	struct sealing *v = &s->sealing;

	if (sample->value.type != VALUE_STRING)
		return;
	if (v->state.anchor_seq && strcmp(sample->value.u.s, v->state.anchor) == 0) {
		v->mqtt_seq = v->state.anchor_seq;
	} else if (!v->read_back && sample->value.u.s[0]) {
		struct action *a = station_emit(s, ACT_ANCHOR_CHECK);

		a->name = xstrdup(sample->value.u.s);
		strbuf_addf(&a->bytes, "the broker of %s", s->def->audit.device);
	}
	v->read_back = true;
}

static uint64_t sealing_not_anchored(const struct station *s)
{
	const struct sealing *v = &s->sealing;
	uint64_t least = v->state.anchor_seq;

	if (told_by_mqtt(s) && v->mqtt_seq < least)
		least = v->mqtt_seq;
	if (v->state.has_folder && v->folder_seq < least)
		least = v->folder_seq;
	return v->head > least ? v->head - least : 0;
}

/* For the header of every console: whoever photographs it has an anchor. */
void sealing_beat(const struct station *s, struct wire_beat *b)
{
	const struct record_state *is = &s->sealing.state;

	b->distrusted = is->distrust[0] != '\0';
	if (is->anchor_seq)
		snprintf(b->anchor, sizeof(b->anchor), "%" PRIu64 " %s", is->anchor_seq,
			 is->code);
}

void sealing_apply(struct station *s)
{
	s->sealing.echo_tag = tag_db_find(s->db, AUDIT_ECHO_TAG);
	if (s->sealing.due.ns != MONO_NEVER.ns)
		s->sealing.due = mono_earlier(s->sealing.due, due_from_now(s));
}

/* --- what the record is worth ------------------------------------------------------ */

static void tell_all(struct station *s, const char *text)
{
	strbuf_clear(&s->frame);
	wire_put_notice(&s->frame, s->sealing.state.distrust[0] != '\0', text);
	sessions_broadcast(s, &s->frame);
}

static void trust_changed(struct station *s, const char *was)
{
	const char *is = s->sealing.state.distrust;

	if (is[0] && !was[0]) {
		station_note(s, NULL, AUDIT_DISTRUST, "record", "not believed", is);
		station_log(s, LOG_L_ERROR,
			    "the record is not believed: writes and acts are refused "
			    "until it is accepted (sightglass audit accept): %s",
			    is);
		tell_all(s, "the record is not believed: writes and acts are refused; "
			    "see \"sightglass status\"");
	} else if (!is[0] && was[0]) {
		station_log(s, LOG_L_INFO, "the record is believed again");
		tell_all(s,
			 "the record was accepted: writes and acts are possible again");
	}
	sealing_tags(s);
}

void sealing_record(struct station *s, const struct event *ev)
{
	struct sealing *v = &s->sealing;
	char was[RECORD_DISTRUST_SIZE];

	memcpy(was, v->state.distrust, sizeof(was));
	v->state = *ev->u.record_state;
	if (!v->state.folder_failed)
		v->folder_seq = v->state.anchor_seq;
	if (v->head < v->state.anchor_seq)
		v->head = v->state.anchor_seq;
	trust_changed(s, was);
	try_syslog(s);
	try_broker(s);
	v->retry = mono_add_ms(s->now.mono, TRY_AGAIN_MS);
}

void sealing_head(struct station *s, uint64_t head)
{
	if (head > s->sealing.head)
		s->sealing.head = head;
}

void sealing_tags(struct station *s)
{
	system_set_int(s, s->system_tag[SYSTEM_NOT_ANCHORED],
		       (int64_t)sealing_not_anchored(s));
	system_set_bool(s, s->system_tag[SYSTEM_RECORD_BELIEVED],
			!s->sealing.state.distrust[0]);
}

void sealing_start(struct station *s, const struct store_snapshot *snapshot)
{
	s->sealing.due = MONO_NEVER;
	s->sealing.retry = s->now.mono;
	s->sealing.echo_tag = TAG_NONE;
	s->sealing.head = snapshot->audit_seq;
	memcpy(s->sealing.state.distrust, snapshot->distrust,
	       sizeof(s->sealing.state.distrust));
}

/* Behind the record of the start. */
void sealing_started(struct station *s)
{
	if (s->sealing.state.distrust[0])
		trust_changed(s, "");
}

/* --- time -------------------------------------------------------------------------- */

void sealing_tick(struct station *s)
{
	if (mono_reached(s->now.mono, s->sealing.due) && !s->stopping)
		checkpoint(s);
	if (!told_by_mqtt(s) || !mono_reached(s->now.mono, s->sealing.retry))
		return;
	try_broker(s);
	s->sealing.retry = mono_add_ms(s->now.mono, TRY_AGAIN_MS);
}

struct mono sealing_deadline(const struct station *s)
{
	return s->stopping       ? MONO_NEVER
	       : told_by_mqtt(s) ? mono_earlier(s->sealing.due, s->sealing.retry)
				 : s->sealing.due;
}

/* --- what is refused, and what is asked -------------------------------------------- */

bool sealing_refuses(const struct station *s, const struct message *m, struct strbuf *why)
{
	/* what nobody does to the plant: who somebody is, and mending the record */
	static const uint16_t still[] = { WIRE_CANCEL,    WIRE_LOCK,     WIRE_ACCEPT,
					  WIRE_SIGN_IN,   WIRE_SIGN_OUT, WIRE_USER,
					  WIRE_TERMINATE, WIRE_BACKUP,   WIRE_SEAL };

	if (!s->sealing.state.distrust[0] || !m->acts)
		return false;
	for (size_t i = 0; i < sizeof(still) / sizeof(still[0]); i++)
		if (still[i] == m->type)
			return false;
	strbuf_setf(why,
		    "the record is not believed, so nothing is written or done until an "
		    "administrator has accepted it (sightglass audit accept): %s",
		    s->sealing.state.distrust);
	return true;
}

static void status(struct station *s, struct session *who, uint32_t req, const char *name,
		   const char *fmt, ...) __attribute__((format(printf, 5, 6)));

static void status(struct station *s, struct session *who, uint32_t req, const char *name,
		   const char *fmt, ...)
{
	char text[RECORD_DISTRUST_SIZE + 64];
	const char *fields[] = { name, text };
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	station_row(s, who, req, fields, 2);
}

void sealing_status(struct station *s, struct session *who, uint32_t req)
{
	const struct sealing *v = &s->sealing;

	status(s, who, req, "record", "%s%s",
	       v->state.distrust[0] ? "NOT BELIEVED: " : "believed", v->state.distrust);
	if (v->checked[0])
		status(s, who, req, "record checked", "%s", v->checked);
	if (v->state.anchor_seq)
		status(s, who, req, "last anchor", "%" PRIu64 " %s", v->state.anchor_seq,
		       v->state.code);
	status(s, who, req, "records not anchored", "%" PRIu64 "%s",
	       sealing_not_anchored(s),
	       told_by_mqtt(s) || s->def->audit.syslog || v->state.has_folder
		       ? ""
		       : " (anchors stay on this machine: see audit = { } of the station "
			 "file)");
	if (v->state.folder_failed)
		status(s, who, req, "anchor folder", "cannot be written");
	if (v->state.key_here)
		status(s, who, req, "seal key",
		       "still on this machine: sightglass audit seal-key");
}

void sealing_checked(struct station *s, const struct event *ev)
{
	snprintf(s->sealing.checked, sizeof(s->sealing.checked), "%s",
		 ev->u.checked.text);
	if (ev->u.checked.good)
		station_log(s, LOG_L_INFO, "the whole record was checked: %s",
			    s->sealing.checked);
	else
		station_log(s, LOG_L_ERROR, "the whole record was checked: %s",
			    s->sealing.checked);
}

/* --- acts on the record itself ----------------------------------------------------- */

static void stated(struct station *s, uint32_t req, uint64_t session, bool ok,
		   const char *why)
{
	struct session *who = session_find(s, session);

	if (!who)
		return;
	if (ok)
		station_reply(s, who, req, WIRE_OK, "recorded and signed");
	else
		station_reply(s, who, req, WIRE_FAILED, "not recorded: %s", why);
}

static void state_it(struct station *s, struct session *who, const struct wire_request *m,
		     enum audit_kind kind, const char *detail)
{
	struct txn *t = txn_new(0, true);

	station_statement(s, t, who, kind, m->text, detail);
	station_commit(s, t, false, stated, m->req, who->id);
}

static void seal_key(struct station *s, struct session *who, const struct wire_request *m,
		     bool wipe)
{
	struct action *a;

	station_note(s, who, AUDIT_SEAL_KEY, "seal key", wipe ? "wiped" : "shown",
		     wipe ? "it was taken away; this machine has it no more"
			  : "k_0 of the seal, for as long as it is on this machine");
	a = station_emit(s, ACT_SEAL_KEY);
	a->session = who->id;
	a->req = m->req;
	a->num = wipe;
}

static void accept_record(struct station *s, struct session *who,
			  const struct wire_request *m)
{
	char detail[400];

	if (!s->sealing.state.distrust[0]) {
		station_reply(s, who, m->req, WIRE_REFUSED,
			      "the record is believed: there is nothing to accept");
		return;
	}
	snprintf(detail, sizeof(detail), "text=%.380s", s->sealing.state.distrust);
	state_it(s, who, m, AUDIT_ACCEPTED, detail);
}

void query_seal(struct station *s, struct session *who, const struct wire_request *m)
{
	bool reason = m->num == WIRE_SEAL_NEW_KEY || m->num == WIRE_SEAL_ACCEPT;

	if (reason && !m->text[0])
		station_reply(s, who, m->req, WIRE_REFUSED, "give a reason");
	else if (m->num == WIRE_SEAL_SHOW_KEY || m->num == WIRE_SEAL_WIPE_KEY)
		seal_key(s, who, m, m->num == WIRE_SEAL_WIPE_KEY);
	else if (m->num == WIRE_SEAL_NEW_KEY)
		state_it(s, who, m, AUDIT_KEYS, m->text);
	else if (m->num == WIRE_SEAL_ACCEPT)
		accept_record(s, who, m);
	else
		station_reply(s, who, m->req, WIRE_REFUSED, "no such act on the record");
}

/* text: "from=N to=N:HASH digest=HEX" of a bundle. */
void query_sign(struct station *s, struct session *who, const struct wire_request *m)
{
	struct wire_request quiet = *m;

	quiet.text[0] = '\0';
	state_it(s, who, &quiet, AUDIT_EXPORT, m->text);
}
