/* model_alarms.c - the alarm list as the server tells it, and the order of attention. */
#include "console/view/model.h"

#include <stdlib.h>
#include <string.h>

#include "alarm/engine.h"
#include "util/area.h"
#include "util/strmap.h"
#include "util/xalloc.h"

static void list_clear(struct model_list *l)
{
	free(l->rows);
	strmap_free(l->by_name);
	*l = (struct model_list){ .by_name = strmap_new() };
}

static struct wire_alarm_row *list_find(const struct model_list *l, const char *name)
{
	int64_t at;

	return strmap_get(l->by_name, name, &at) ? &l->rows[at] : NULL;
}

static void list_remove(struct model_list *l, const char *name)
{
	struct wire_alarm_row *row = list_find(l, name);

	if (!row)
		return;
	strmap_del(l->by_name, name);
	*row = l->rows[--l->n];
	if (row != &l->rows[l->n])
		strmap_put(l->by_name, row->name, row - l->rows);
}

static void list_put(struct model_list *l, const struct wire_alarm_row *row)
{
	struct wire_alarm_row *there = list_find(l, row->name);

	if (!wire_alarm_listed(row)) {
		list_remove(l, row->name);
		return;
	}
	if (!there && l->n < MODEL_ALARMS_MAX) {
		strmap_put(l->by_name, row->name, (int64_t)l->n);
		there = GROW(&l->rows, &l->n);
	}
	if (there)
		*there = *row;
	if (there &&
	    (there->priority < ALARM_CRITICAL || there->priority > ALARM_DIAGNOSTIC))
		there->priority = ALARM_LOW; /* a newer server's: never an index */
}

const struct wire_alarm_row *model_alarm_find(const struct model *m, const char *name)
{
	return list_find(&m->list, name);
}

static void notice_new(struct model *m, const struct wire_alarm_row *row)
{
	const struct wire_alarm_row *known = list_find(&m->list, row->name);

	if (row->state == ALARM_S_UNACK && row->priority != ALARM_DIAGNOSTIC &&
	    !alarm_row_hidden(row) && !(row->life & WIRE_LIFE_SILENT) &&
	    (!known || alarm_row_hidden(known) || known->occurrence != row->occurrence))
		m->bell = true;
}

/* The list that is shown stays until the new one is whole: no row flashes away. */
void model_alarm_reset(struct model *m, uint64_t epoch)
{
	list_clear(&m->incoming);
	m->incoming.epoch = epoch;
	m->loading = true;
}

bool model_alarm_row(struct model *m, const struct wire_alarm_row *row)
{
	struct model_list *l = m->loading ? &m->incoming : &m->list;

	if (row->epoch != l->epoch)
		return true; /* of a log that was dropped since */
	if (row->version != l->version + 1)
		return false;
	l->version = row->version;
	notice_new(m, row);
	list_put(l, row);
	return true;
}

static uint64_t list_hash(const struct model_list *l)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < l->n; i++)
		sum += alarm_row_hash(l->rows[i].name, l->rows[i].occurrence,
				      (enum alarm_state)l->rows[i].state,
				      l->rows[i].flags, l->rows[i].n_older);
	return sum;
}

bool model_alarm_sync(struct model *m, const struct wire_alarm_sync *sync)
{
	if (m->loading) {
		struct model_list old = m->list;

		m->list = m->incoming;
		m->incoming = old;
		list_clear(&m->incoming);
		m->loading = false;
		m->has_list = true;
	}
	return sync->epoch == m->list.epoch && sync->version == m->list.version &&
	       sync->hash == list_hash(&m->list);
}

/* --- order and counts -------------------------------------------------------------- */

static int by_attention(const void *pa, const void *pb)
{
	const struct wire_alarm_row *a = *(const struct wire_alarm_row *const *)pa;
	const struct wire_alarm_row *b = *(const struct wire_alarm_row *const *)pb;

	/* diagnostics stand apart, below all that asks for somebody */
	if ((a->priority == ALARM_DIAGNOSTIC) != (b->priority == ALARM_DIAGNOSTIC))
		return a->priority == ALARM_DIAGNOSTIC ? 1 : -1;
	if (alarm_row_unacked(a) != alarm_row_unacked(b))
		return alarm_row_unacked(a) ? -1 : 1;
	if (a->priority != b->priority)
		return a->priority < b->priority ? -1 : 1;
	if (a->raised_ms != b->raised_ms)
		return a->raised_ms > b->raised_ms ? -1 : 1;
	return strcmp(a->name, b->name);
}

size_t model_alarm_order(const struct model *m, const char *area,
			 const struct wire_alarm_row **out, size_t max)
{
	const struct wire_alarm_row **all = xcalloc(m->list.n + 1, sizeof(*all));
	size_t n = 0;

	for (size_t i = 0; i < m->list.n; i++)
		if (!alarm_row_hidden(&m->list.rows[i]) &&
		    (!area || !area[0] || area_holds(area, m->list.rows[i].area)))
			all[n++] = &m->list.rows[i];
	qsort(all, n, sizeof(*all), by_attention);
	memcpy(out, all, (n < max ? n : max) * sizeof(*out));
	free(all);
	return n;
}

struct model_count model_alarm_count(const struct model *m, int priority)
{
	struct model_count c = { 0 };

	for (size_t i = 0; i < m->list.n; i++) {
		const struct wire_alarm_row *r = &m->list.rows[i];

		if ((priority && r->priority != priority) || alarm_row_hidden(r))
			continue;
		c.active += alarm_row_active(r);
		c.unacked += alarm_row_unacked(r);
	}
	return c;
}
