/* writes.c - the write gate's view of the station: points, effects, the in-doubt list. */
#include "station/station_int.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* What cannot be written still has a name, an area and a refusal. */
static const struct write_point *plain_point(struct station *s, uint32_t tag)
{
	const struct tag_live *t = &s->tags[tag];
	bool has_device = t->device != NO_DEVICE;

	s->scratch_point = (struct write_point){
		.tag = tag,
		.revision = t->revision,
		.device = t->device,
		.driver = has_device ? s->devices[t->device].driver : UINT32_MAX,
		.device_name = has_device ? s->devices[t->device].name : "server",
		.def = t->def,
	};
	return &s->scratch_point;
}

static const struct write_point *point_at(void *arg, uint32_t tag)
{
	struct station *s = arg;

	if (tag >= s->n_tags || !s->tags[tag].def)
		return NULL;
	return s->tags[tag].rare->point ? s->tags[tag].rare->point : plain_point(s, tag);
}

static const struct write_point *find_point(void *arg, const char *tag)
{
	struct station *s = arg;

	return point_at(s, tag_db_find(s->db, tag));
}

/* Two servers on two machines cannot see each other; the device can: it names the one
 * that may write. That register itself is written by people, to move it (WR-16). */
static bool is_ours(struct station *s, const struct device_live *d,
		    const struct write_point *p, struct strbuf *why)
{
	const struct device_def *def = d->def;
	uint32_t tag = def && def->owner ? tag_db_find(s->db, def->owner) : TAG_NONE;
	const struct sample *v;

	if (tag == TAG_NONE || tag == p->tag)
		return true;
	v = tag_db_get(s->db, tag);
	if (!v || !quality_is_good(v->quality) || v->value.type != VALUE_INT) {
		strbuf_setf(why, "who may write to %s is not known: %s has no good value",
			    d->name, def->owner);
		return false;
	}
	if (v->value.u.i == def->owner_id)
		return true;
	strbuf_setf(why,
		    "%s belongs to station %" PRId64 " (%s), this one is %" PRId64
		    ": nothing is written until a person hands it over",
		    d->name, v->value.u.i, def->owner, def->owner_id);
	return false;
}

static bool reachable(void *arg, const struct write_point *p, struct strbuf *why)
{
	struct station *s = arg;
	const struct device_live *d = &s->devices[p->device];

	if (s->drivers[p->driver].phase != DRIVER_READY) {
		strbuf_setf(why, "the driver of %s is not running", d->name);
		return false;
	}
	if (s->tags[p->tag].rare->refusal) {
		strbuf_setf(why, "the driver refused %s: %s", p->def->name,
			    s->tags[p->tag].rare->refusal);
		return false;
	}
	if (!d->connected) {
		strbuf_setf(why, "%s is not connected%s%s", d->name,
			    d->text[0] ? ": " : "", d->text);
		return false;
	}
	return is_ours(s, d, p, why);
}

static bool recording(void *arg)
{
	return ((struct station *)arg)->recording;
}

static bool limit_suits(void *arg, const struct write_point *p, double v,
			struct strbuf *why)
{
	return station_limit_suits(arg, p->tag, v, why);
}

static void limit_changes(void *arg, struct txn *t, const struct write_point *p,
			  struct audit_record *r, struct now now)
{
	(void)now; /* the step's */
	station_limit_changes(arg, t, p->tag, r);
}

static struct txn *new_txn(void *arg, bool urgent)
{
	(void)arg;
	return txn_new(0, urgent);
}

static void audit(void *arg, struct txn *t, struct audit_record *r, struct now now)
{
	(void)now; /* the step's */
	station_audit(arg, t, r);
}

static void stored(struct station *s, uint32_t what, uint64_t id, bool ok,
		   const char *why)
{
	write_gate_committed(s->gate, (enum write_commit)what, id, ok, why, s->now);
}

/* An outcome is worth storing late. An intent is not, nor what settles a doubt: the gate
 * hears that it failed and says what becomes of it. */
static void commit(void *arg, struct txn *t, enum write_commit what, uint64_t id)
{
	static const bool keep[] = {
		[WRITE_COMMIT_NOTE] = true,    [WRITE_COMMIT_INTENT] = false,
		[WRITE_COMMIT_OUTCOME] = true, [WRITE_COMMIT_VERDICT] = false,
		[WRITE_COMMIT_SETTLE] = false,
	};

	if (what == WRITE_COMMIT_INTENT)
		sealing_before_write(arg, t);
	station_commit(arg, t, keep[what], what == WRITE_COMMIT_NOTE ? NULL : stored,
		       what, id);
}

static void refused(void *arg, struct audit_record *r, struct now now)
{
	struct station *s = arg;

	(void)now;
	station_refused_record(s, session_find(s, r->session), r);
}

static void send_write(void *arg, const struct write_point *p, uint64_t request,
		       const struct value *v, struct mono deadline)
{
	struct station *s = arg;
	struct driver_write m = {
		.generation = s->drivers[p->driver].generation,
		.request = request,
		.tag = p->tag,
		.deadline_ns = deadline.ns,
		.value = *v,
	};
	struct action *a = station_emit(s, ACT_DRIVER_SEND);

	outside_written(s, p->tag, v);
	a->driver = p->driver;
	a->instance = s->drivers[p->driver].instance;
	a->mark = request;
	a->want_result = true;
	driver_put_write(&a->bytes, &m);
}

static uint64_t send_read(void *arg, uint32_t tag, struct mono deadline)
{
	struct station *s = arg;
	const struct write_point *p = point_at(s, tag);
	struct driver_read m;

	if (!p || p->device == NO_DEVICE || !reachable(s, p, &s->text))
		return 0;
	m = (struct driver_read){
		.generation = s->drivers[p->driver].generation,
		.request = ++s->last_read,
		.tag = tag,
		.deadline_ns = deadline.ns,
	};
	strbuf_clear(&s->text);
	driver_put_read(&s->text, &m);
	driver_send(s, p->driver, &s->text);
	return m.request;
}

static bool party(void *arg, uint64_t session, struct write_party *out)
{
	const struct session *who = session_find(arg, session);

	if (!who)
		return false;
	*out = station_party(who);
	return true;
}

/* A name once, however many sessions of its owner there are. */
static void add_name(struct strbuf *names, const char *name)
{
	for (const char *p = names->buf; (p = strstr(p, name)); p++) {
		size_t n = strlen(name);

		if ((p == names->buf || p[-1] == ' ') && (p[n] == '\0' || p[n] == ','))
			return;
	}
	strbuf_addf(names, "%s%s", names->len ? ", " : "", name);
}

static void approvers(void *arg, const char *area, uint64_t session, const char *name,
		      const struct strbuf *frames, struct strbuf *names)
{
	struct station *s = arg;
	size_t n = 0;

	for (size_t i = 0; i < s->n_sessions; i++) {
		struct session *who = s->sessions[i];

		if (!who->greeted || who->closing || who->id == session ||
		    who->state != SESSION_ACTING || strcmp(who->name, name) == 0 ||
		    !access_allows(&who->grant, RIGHT_APPROVE, area))
			continue;
		s->chosen[n++] = who;
		if (names)
			add_name(names, who->name);
	}
	if (frames)
		station_send_each(s, s->chosen, n, frames);
}

static bool alone(void *arg)
{
	return ((struct station *)arg)->def->access.single_in_emergency;
}

static void notice(void *arg, const char *text)
{
	struct station *s = arg;
	struct strbuf frame = STRBUF_INIT;

	wire_put_notice(&frame, true, text);
	sessions_broadcast(s, &frame);
	strbuf_release(&frame);
	station_log(s, LOG_L_WARN, "%s", text);
}

static void tell(void *arg, uint64_t session, const struct strbuf *frames)
{
	struct station *s = arg;

	station_send(s, session_find(s, session), frames);
}

static void mark(void *arg, uint32_t tag)
{
	watch_touch(arg, tag);
}

static void doubts(void *arg)
{
	struct station *s = arg;

	system_set_int(s, s->system_tag[SYSTEM_IN_DOUBT],
		       (int64_t)write_gate_doubt_count(s->gate));
}

static const struct write_host host_of_station = {
	.find = find_point,
	.at = point_at,
	.sample = station_sample,
	.reachable = reachable,
	.recording = recording,
	.suits = limit_suits,
	.changes = limit_changes,
	.txn = new_txn,
	.audit = audit,
	.commit = commit,
	.refused = refused,
	.send = send_write,
	.read = send_read,
	.party = party,
	.approvers = approvers,
	.granted = station_substitute_granted,
	.alone = alone,
	.notice = notice,
	.tell = tell,
	.mark = mark,
	.doubts = doubts,
};

void station_writes_open(struct station *s, const struct store_snapshot *snapshot)
{
	s->host = host_of_station;
	s->host.arg = s;
	s->gate = write_gate_new(&s->host, snapshot->next_request, s->now);
}

struct write_party station_party(const struct session *who)
{
	return (struct write_party){
		.session = who->id,
		.uid = who->uid,
		.actor = who->user,
		.name = who->name,
		.roles = who->roles,
		.from = who->from,
		.grant = &who->grant,
	};
}

/* --- approvals --------------------------------------------------------------------- */

void query_approvals(struct station *s, struct session *who, const struct wire_request *m)
{
	struct write_party party = station_party(who);
	struct strbuf why_not = STRBUF_INIT;
	struct wire_approval a;
	size_t at = 0, n = 0;

	while (write_gate_next_approval(s->gate, &at, &party, s->now, &a, &why_not)) {
		char number[24], left[24], lines[8];
		const char *fields[APPROVAL_FIELDS] = {
			[APPROVAL_NUMBER] = number,       [APPROVAL_TAG] = a.tag,
			[APPROVAL_TEXT] = a.text,         [APPROVAL_REASON] = a.reason,
			[APPROVAL_ASKER] = a.asker,       [APPROVAL_FROM] = a.from,
			[APPROVAL_LEFT_S] = left,         [APPROVAL_ASKED] = a.says,
			[APPROVAL_WHY_NOT] = why_not.buf, [APPROVAL_LINES] = lines,
		};

		snprintf(number, sizeof(number), "%" PRIu64, a.approval);
		snprintf(left, sizeof(left), "%" PRIu32, (a.left_ms + 999) / 1000);
		snprintf(lines, sizeof(lines), "%u", (unsigned)a.lines);
		station_row(s, who, m->req, fields, APPROVAL_FIELDS);
		n++;
	}
	strbuf_release(&why_not);
	strbuf_clear(&s->frame);
	write_gate_put_approval_lines(s->gate, m->num, &s->frame);
	if (s->frame.len)
		station_send(s, who, &s->frame);
	station_reply(s, who, m->req, WIRE_OK, "%zu", n);
}

void station_tell_approvals(struct station *s, const struct session *who)
{
	struct write_party party = station_party(who);

	write_gate_greet(s->gate, &party, s->now);
}
