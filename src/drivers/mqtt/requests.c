/* requests.c - keeps what is asked until it is answered. */
#include "drivers/mqtt/requests.h"

#include <stdio.h>
#include <string.h>

static void remove_read(struct requests *q, size_t i)
{
	q->reads[i] = q->reads[--q->n_reads];
}

void requests_add_read(struct requests *q, const struct driver_tag *t,
		       const struct driver_read *r)
{
	if (q->n_reads == REQUESTS_READS_MAX) {
		driver_post_read_result(q->child, r, NULL,
					"too many reads wait for this broker already");
		return;
	}
	q->reads[q->n_reads++] = (struct pending_read){ .tag = t, .r = *r };
}

void requests_sample(struct requests *q, const struct driver_tag *t,
		     const struct driver_sample *s, const char *text)
{
	struct driver_sample answer = *s;

	answer.tag = t->id;
	for (size_t i = q->n_reads; i-- > 0;) {
		if (q->reads[i].tag != t)
			continue;
		driver_post_read_result(q->child, &q->reads[i].r, &answer, text);
		remove_read(q, i);
	}
}

static void expire_write(struct requests *q, struct mono now)
{
	if (!q->write.published || now.ns < q->write.w.deadline_ns)
		return;
	requests_end_write(q, WRITE_UNKNOWN,
			   "published; neither the broker nor the device has confirmed");
}

void requests_expire(struct requests *q, struct mono now)
{
	for (size_t i = q->n_reads; i-- > 0;) {
		if (now.ns < q->reads[i].r.deadline_ns)
			continue;
		driver_post_read_result(q->child, &q->reads[i].r, NULL,
					"the device published nothing in time");
		remove_read(q, i);
	}
	expire_write(q, now);
}

void requests_fail_reads(struct requests *q, const char *why)
{
	while (q->n_reads > 0) {
		driver_post_read_result(q->child, &q->reads[0].r, NULL, why);
		remove_read(q, 0);
	}
}

void requests_follow(struct requests *q,
		     const struct driver_tag *(*by_id)(void *arg, uint32_t tag),
		     void *arg)
{
	static const char gone[] = "a reload took the tag out before it could be asked";

	for (size_t i = q->n_reads; i-- > 0;) {
		q->reads[i].tag = by_id(arg, q->reads[i].r.tag);
		if (q->reads[i].tag)
			continue;
		driver_post_read_result(q->child, &q->reads[i].r, NULL, gone);
		remove_read(q, i);
	}
	q->write.tag = by_id(arg, q->write.w.tag);
	if (q->write.waiting && !q->write.tag)
		requests_end_write(q, WRITE_NOT_SENT, gone);
}

int64_t requests_next_deadline(const struct requests *q)
{
	int64_t next = q->write.published ? q->write.w.deadline_ns : INT64_MAX;

	for (size_t i = 0; i < q->n_reads; i++)
		if (q->reads[i].r.deadline_ns < next)
			next = q->reads[i].r.deadline_ns;
	return next;
}

void requests_add_write(struct requests *q, const struct driver_tag *t,
			const struct driver_write *w)
{
	struct pending_write *p = &q->write;

	if (p->waiting || p->published) { /* the protocol grants one; stay safe */
		driver_post_write_outcome(q->child, w, WRITE_NOT_SENT,
					  "another command is under way");
		return;
	}
	*p = (struct pending_write){ .waiting = true, .tag = t, .w = *w };
	if (w->value.type == VALUE_STRING) {
		snprintf(p->text, sizeof(p->text), "%s", w->value.u.s);
		p->w.value.u.s = p->text;
	}
}

void requests_end_write(struct requests *q, enum write_outcome outcome, const char *text)
{
	struct pending_write *p = &q->write;

	if (!p->waiting && !p->published)
		return;
	driver_post_write_outcome(q->child, &p->w, outcome, text);
	p->waiting = p->published = false;
}
