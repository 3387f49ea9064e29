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

	if (row->state == ALARM_S_UNACK && alarm_row_asks(row) &&
	    !(row->life & WIRE_LIFE_SILENT) &&
	    (!known || known->occurrence != row->occurrence ||
	     alarm_row_shelf(known) != SHELF_LIST))
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
	m->list_changes++;
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
		m->list_changes++;
	}
	return sync->epoch == m->list.epoch && sync->version == m->list.version &&
	       sync->hash == list_hash(&m->list);
}

/* --- what a row is ----------------------------------------------------------------- */

bool alarm_row_unacked(const struct wire_alarm_row *r)
{
	return r->state == ALARM_S_UNACK || r->state == ALARM_S_RTNUN ||
	       r->state == ALARM_S_LTUNK || r->n_older;
}

bool alarm_row_active(const struct wire_alarm_row *r)
{
	return r->state == ALARM_S_UNACK || r->state == ALARM_S_ACKED;
}

enum model_shelf alarm_row_shelf(const struct wire_alarm_row *r)
{
	if (r->flags & ALARM_F_OUT_OF_SERVICE)
		return SHELF_OUT;
	if (r->flags & ALARM_F_SUPPRESSED)
		return SHELF_SUPPRESSED;
	return r->flags & ALARM_F_SHELVED ? SHELF_SHELVED : SHELF_LIST;
}

bool alarm_row_asks(const struct wire_alarm_row *r)
{
	return r->priority != ALARM_DIAGNOSTIC && !r->superseded &&
	       alarm_row_shelf(r) == SHELF_LIST;
}

bool alarm_row_back_soon(const struct wire_alarm_row *r, int64_t server_ms)
{
	return alarm_row_shelf(r) == SHELF_SHELVED && r->shelf_until_ms > server_ms &&
	       r->shelf_until_ms - server_ms <= MODEL_SOON_MS;
}

/* --- order and counts -------------------------------------------------------------- */

static int by_attention(const void *pa, const void *pb)
{
	const struct wire_alarm_row *a = *(const struct wire_alarm_row *const *)pa;
	const struct wire_alarm_row *b = *(const struct wire_alarm_row *const *)pb;

	/* what asks for nobody stands apart, below all that does */
	if (alarm_row_asks(a) != alarm_row_asks(b))
		return alarm_row_asks(a) ? -1 : 1;
	if (alarm_row_unacked(a) != alarm_row_unacked(b))
		return alarm_row_unacked(a) ? -1 : 1;
	if (a->priority != b->priority)
		return a->priority < b->priority ? -1 : 1;
	if (a->raised_ms != b->raised_ms)
		return a->raised_ms > b->raised_ms ? -1 : 1;
	return strcmp(a->name, b->name);
}

static bool is_pinned(const struct wire_alarm_row *r)
{
	return r->priority == ALARM_CRITICAL && alarm_row_active(r) && alarm_row_asks(r);
}

/* In a flood what is critical stays on top, acknowledged or not. */
static int by_attention_in_flood(const void *pa, const void *pb)
{
	const struct wire_alarm_row *a = *(const struct wire_alarm_row *const *)pa;
	const struct wire_alarm_row *b = *(const struct wire_alarm_row *const *)pb;

	if (is_pinned(a) != is_pinned(b))
		return is_pinned(a) ? -1 : 1;
	return by_attention(pa, pb);
}

/* Who is back next; what has no end comes last. */
static int by_end(const void *pa, const void *pb)
{
	const struct wire_alarm_row *a = *(const struct wire_alarm_row *const *)pa;
	const struct wire_alarm_row *b = *(const struct wire_alarm_row *const *)pb;
	int64_t ea = a->shelf_until_ms ? a->shelf_until_ms : INT64_MAX;
	int64_t eb = b->shelf_until_ms ? b->shelf_until_ms : INT64_MAX;

	if (ea != eb)
		return ea < eb ? -1 : 1;
	if (a->hidden_since_ms != b->hidden_since_ms)
		return a->hidden_since_ms < b->hidden_since_ms ? -1 : 1;
	return strcmp(a->name, b->name);
}

static bool follows(const struct wire_alarm_row *r, const struct wire_alarm_row *first)
{
	return r->first_out == WIRE_FOLLOWER && r->priority != ALARM_CRITICAL &&
	       strcmp(r->group, first->group) == 0;
}

static void move_up(const struct wire_alarm_row **rows, size_t from, size_t to)
{
	const struct wire_alarm_row *r = rows[from];

	memmove(&rows[to + 1], &rows[to], (from - to) * sizeof(*rows));
	rows[to] = r;
}

/* The first of a group where the most urgent of them stands, and the others behind it in
 * their own order; criticals stay where they are. */
static void group_followers(const struct wire_alarm_row **rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct wire_alarm_row *first = rows[i];
		size_t to = 0;

		if (first->first_out != WIRE_FIRST)
			continue;
		while (to < i && !follows(rows[to], first))
			to++;
		move_up(rows, i, to++);
		for (size_t k = to; k < n; k++)
			if (follows(rows[k], first))
				move_up(rows, k, to++);
	}
}

const struct wire_alarm_row *model_alarm_first(const struct model *m,
					       const struct wire_alarm_row *r)
{
	for (size_t i = 0; r->first_out == WIRE_FOLLOWER && i < m->list.n; i++)
		if (m->list.rows[i].first_out == WIRE_FIRST &&
		    strcmp(m->list.rows[i].group, r->group) == 0)
			return &m->list.rows[i];
	return NULL;
}

static void sort_attention(const struct model *m, struct model_order *o)
{
	o->n = 0;
	if (o->room < m->list.n) {
		o->room = m->list.n + m->list.n / 2;
		o->rows = xreallocarray(o->rows, o->room, sizeof(*o->rows));
	}
	for (size_t i = 0; i < m->list.n; i++)
		if (alarm_row_shelf(&m->list.rows[i]) == SHELF_LIST)
			o->rows[o->n++] = &m->list.rows[i];
	if (o->n)
		qsort(o->rows, o->n, sizeof(*o->rows),
		      m->flood.on ? by_attention_in_flood : by_attention);
	group_followers(o->rows, o->n);
	o->flood = m->flood.on;
	o->changes = m->list_changes;
	o->made = true;
}

/* Banner, panel and every widget of alarms ask in each frame: it is sorted when a row
 * or the flood has changed. */
static const struct model_order *attention(const struct model *m)
{
	struct model_order *o = m->order;

	if (!o->made || o->changes != m->list_changes || o->flood != m->flood.on)
		sort_attention(m, o);
	return o;
}

static bool in_area(const struct wire_alarm_row *r, const char *area)
{
	return !area || !area[0] || area_holds(area, r->area);
}

static size_t hidden_order(const struct model *m, enum model_shelf shelf,
			   const char *area, const struct wire_alarm_row **out,
			   size_t max)
{
	const struct wire_alarm_row **all = xcalloc(m->list.n + 1, sizeof(*all));
	size_t n = 0;

	for (size_t i = 0; i < m->list.n; i++)
		if (alarm_row_shelf(&m->list.rows[i]) == shelf &&
		    in_area(&m->list.rows[i], area))
			all[n++] = &m->list.rows[i];
	qsort(all, n, sizeof(*all), by_end);
	if (max)
		memcpy(out, all, (n < max ? n : max) * sizeof(*out));
	free(all);
	return n;
}

size_t model_shelf_order(const struct model *m, enum model_shelf shelf, const char *area,
			 const struct wire_alarm_row **out, size_t max)
{
	const struct model_order *o;
	size_t n = 0;

	if (shelf != SHELF_LIST)
		return hidden_order(m, shelf, area, out, max);
	o = attention(m);
	for (size_t i = 0; i < o->n; i++) {
		if (!in_area(o->rows[i], area))
			continue;
		if (n < max)
			out[n] = o->rows[i];
		n++;
	}
	return n;
}

size_t model_alarm_order(const struct model *m, const char *area,
			 const struct wire_alarm_row **out, size_t max)
{
	return model_shelf_order(m, SHELF_LIST, area, out, max);
}

struct model_count model_alarm_count(const struct model *m, int priority)
{
	struct model_count c = { 0 };

	for (size_t i = 0; i < m->list.n; i++) {
		const struct wire_alarm_row *r = &m->list.rows[i];

		if (alarm_row_shelf(r) != SHELF_LIST || r->superseded ||
		    (priority && r->priority != priority))
			continue;
		c.active += alarm_row_active(r);
		c.unacked += alarm_row_unacked(r);
	}
	return c;
}

size_t model_shelf_count(const struct model *m, enum model_shelf shelf)
{
	size_t n = 0;

	for (size_t i = 0; i < m->list.n; i++)
		n += alarm_row_shelf(&m->list.rows[i]) == shelf;
	return n;
}
