/* notices.c - a queue of messages, oldest first. */
#include "drivers/mqtt/notices.h"

#include <stdlib.h>
#include <string.h>

#include "util/xalloc.h"

static size_t size_of(size_t topic, size_t payload)
{
	return sizeof(struct notice) + topic + 1 + payload;
}

bool notices_add(struct notices *q, const struct driver_publish *m)
{
	size_t topic = strlen(m->topic), size = size_of(topic, m->len);
	struct notice *n;

	if (q->bytes + size > NOTICES_BYTES_MAX)
		return false;
	n = xmalloc(size);
	n->next = NULL;
	n->retain = m->retain;
	n->topic = n->bytes;
	n->payload = n->bytes + topic + 1;
	n->len = m->len;
	memcpy(n->topic, m->topic, topic + 1);
	if (m->len)
		memcpy(n->payload, m->payload, m->len);
	if (q->first)
		*q->last = n;
	else
		q->first = n;
	q->last = &n->next;
	q->bytes += size;
	return true;
}

struct notice *notices_take(struct notices *q)
{
	struct notice *n = q->first;

	if (!n)
		return NULL;
	q->first = n->next;
	q->bytes -= size_of(strlen(n->topic), n->len);
	return n;
}

void notices_drop(struct notices *q)
{
	for (struct notice *n = notices_take(q); n; n = notices_take(q))
		free(n);
}
