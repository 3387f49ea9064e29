/* model.c - tags: by name for asking, by the server's index for values. */
#include "console/view/model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alarm/def.h"
#include "console/view/picture.h"
#include "util/strmap.h"
#include "util/xalloc.h"

enum { INDEX_MAX = 1 << 22 };

static void list_init(struct model_list *l)
{
	*l = (struct model_list){ .by_name = strmap_new() };
}

void model_init(struct model *m)
{
	memset(m, 0, sizeof(*m));
	m->slot_of_name = strmap_new();
	for (int i = 0; i < GLASSES; i++)
		m->glass[i].m = m;
	list_init(&m->list);
	list_init(&m->incoming);
	m->order = xcalloc(1, sizeof(*m->order));
}

void model_release(struct model *m)
{
	screen_set_free(m->screens);
	free(m->order_of_screens);
	for (size_t i = 0; i < m->n_files; i++) {
		free((char *)(uintptr_t)m->files[i].path);
		free((char *)(uintptr_t)m->files[i].text);
	}
	free(m->files);
	for (size_t i = 0; i < m->n_tags; i++)
		free(m->tags[i]);
	free(m->tags);
	free(m->slot_of_index);
	screen_free(m->plate);
	for (int i = 0; i < GLASSES; i++)
		free(m->glass[i].slots);
	strmap_free(m->slot_of_name);
	free(m->list.rows);
	free(m->incoming.rows);
	free(m->order->rows);
	free(m->order);
	model_devices_release(m);
	model_answers_release(m);
	model_trends_release(&m->trends);
	model_rows_release(&m->overrides);
	model_rows_release(&m->staged);
	model_rows_release(&m->doubts);
	model_rows_release(&m->people);
	strmap_free(m->list.by_name);
	strmap_free(m->incoming.by_name);
}

struct model_tag *model_tag_find(const struct model *m, const char *name)
{
	int64_t slot;

	return strmap_get(m->slot_of_name, name, &slot) ? m->tags[slot] : NULL;
}

static struct model_tag *tag_make(struct model *m, const char *name)
{
	struct model_tag *t = model_tag_find(m, name), **at;

	if (t || m->n_tags >= MODEL_TAGS_MAX)
		return t;
	t = xcalloc(1, sizeof(*t));
	snprintf(t->info.name, sizeof(t->info.name), "%s", name);
	t->info.tag = UINT32_MAX;
	strmap_put(m->slot_of_name, name, (int64_t)m->n_tags);
	at = GROW(&m->tags, &m->n_tags);
	*at = t;
	return t;
}

void model_forget_values(struct model *m)
{
	for (size_t i = 0; i < m->n_tags; i++) {
		m->tags[i]->has_value = m->tags[i]->told = false;
		m->tags[i]->info.tag = UINT32_MAX;
	}
	if (m->n_index)
		memset(m->slot_of_index, 0, m->n_index * sizeof(*m->slot_of_index));
}

static void glass_names(struct model_glass *g, const char *const *names, size_t n)
{
	int64_t slot;

	g->n = 0;
	g->slots = xreallocarray(g->slots, n + 1, sizeof(*g->slots));
	for (size_t i = 0; i < n; i++) {
		bool made = tag_make(g->m, names[i]) &&
			    strmap_get(g->m->slot_of_name, names[i], &slot);
		g->slots[g->n++] = made ? (uint32_t)slot : UINT32_MAX;
	}
}

static void glass_take(struct model_glass *g, const struct screen *s)
{
	g->screen = s;
	glass_names(g, s ? (const char *const *)s->tags : NULL, s ? s->n_tags : 0);
}

/* Nobody asks for them any more, but for those on another glass: what they were is not
 * what they are. */
static void forget_unseen(struct model *m, enum model_glasses leaves)
{
	const struct model_glass *g = &m->glass[leaves];
	uint8_t *seen = xcalloc(m->n_tags + 1, 1);

	for (int k = 0; k < GLASSES; k++)
		for (size_t i = 0; k != (int)leaves && i < m->glass[k].n; i++)
			if (m->glass[k].slots[i] != UINT32_MAX)
				seen[m->glass[k].slots[i]] = 1;
	for (size_t i = 0; i < g->n; i++)
		if (g->slots[i] != UINT32_MAX && !seen[g->slots[i]])
			m->tags[g->slots[i]]->has_value = false;
	free(seen);
}

void model_plate(struct model *m, struct screen *plate)
{
	forget_unseen(m, GLASS_PLATE);
	screen_free(m->plate);
	m->plate = plate;
	glass_take(&m->glass[GLASS_PLATE], plate);
}

void model_pens(struct model *m, const char *const *names, size_t n)
{
	forget_unseen(m, GLASS_PENS);
	glass_names(&m->glass[GLASS_PENS], names, n);
}

static const struct screen *fitted(const struct model *m)
{
	return m->shown && m->cols > 0 ? screen_for_size(m->shown, m->cols, m->rows)
				       : m->shown;
}

void model_view(struct model *m, const struct screen *s)
{
	model_plate(m, NULL);
	model_forget_values(m);
	m->shown = s;
	glass_take(&m->glass[GLASS_SHOWN], fitted(m));
}

const struct screen *model_picture(const struct model *m)
{
	const struct screen *drawn = m->glass[GLASS_SHOWN].screen;

	return drawn ? drawn : m->shown;
}

void model_resize(struct model *m, int cols, int rows, int *selected)
{
	const struct screen *s = model_picture(m);
	char *name = NULL;

	if (cols == m->cols && rows == m->rows)
		return;
	m->cols = cols;
	m->rows = rows;
	if (!m->glass[GLASS_SHOWN].screen)
		return;
	if (*selected >= 0 && (size_t)*selected < s->n_items)
		name = xstrdup(s->items[*selected].name);
	m->glass[GLASS_SHOWN].screen = fitted(m); /* the tags are the same */
	if (name)
		*selected = picture_find(model_picture(m), name);
	free(name);
}

static void fill_meta(struct model_tag *t)
{
	const struct wire_tag_info *i = &t->info;

	t->meta = (struct tag_meta){
		.name = i->name,
		.unit = i->unit,
		.description = i->description,
		.area = i->area,
		.type = (enum value_type)i->type,
		.has_range = i->has_range,
		.lo = i->lo,
		.hi = i->hi,
		.decimals = i->decimals > 9 ? 9 : i->decimals,
		.writable = i->writable,
		.limits = t->limits,
		.n_limits = i->n_limits < WIRE_LIMITS_MAX ? i->n_limits : WIRE_LIMITS_MAX,
		.words = i->words,
	};
	for (size_t k = 0; k < t->meta.n_limits; k++)
		t->limits[k] = (struct tag_limit){ i->limits[k].value, i->limits[k].high,
						   i->limits[k].priority };
}

static void map_index(struct model *m, uint32_t index, uint32_t slot)
{
	size_t n = m->n_index ? m->n_index : 1024;

	if (index >= INDEX_MAX)
		return;
	while (n <= index)
		n *= 2;
	if (n != m->n_index) {
		m->slot_of_index =
			xreallocarray(m->slot_of_index, n, sizeof(*m->slot_of_index));
		memset(m->slot_of_index + m->n_index, 0,
		       (n - m->n_index) * sizeof(*m->slot_of_index));
		m->n_index = n;
	}
	m->slot_of_index[index] = slot + 1;
}

void model_tag_info(struct model *m, const struct wire_tag_info *info)
{
	int64_t slot;

	if (!strmap_get(m->slot_of_name, info->name, &slot))
		return; /* not asked for */
	m->tags[slot]->info = *info;
	m->tags[slot]->told = true;
	m->tags[slot]->has_value = false;
	fill_meta(m->tags[slot]);
	if (info->tag != UINT32_MAX)
		map_index(m, info->tag, (uint32_t)slot);
}

void model_value_text(const struct model_tag *t, char *out, size_t size)
{
	tag_words_format(t->info.words, &t->live.sample.value, t->meta.decimals, out,
			 size);
}

const char *model_lease_text(uint8_t lease)
{
	static const char *const texts[] = {
		[WIRE_LEASE_NONE] = "is about to write it",
		[WIRE_LEASE_SELECTED] = "is about to write it",
		[WIRE_LEASE_APPROVAL] = "waits for a second person to approve a write",
		[WIRE_LEASE_COMMAND] = "writes it: command in progress",
	};

	return texts[lease <= WIRE_LEASE_COMMAND ? lease : WIRE_LEASE_NONE];
}

void model_value(struct model *m, const struct wire_value *v)
{
	uint32_t slot = v->tag < m->n_index ? m->slot_of_index[v->tag] : 0;
	struct model_tag *t = slot ? m->tags[slot - 1] : NULL;

	if (!t || t->info.tag != v->tag)
		return;
	t->has_value = true;
	t->leased = v->leased;
	t->live = (struct tag_live){
		.sample = { .value = v->value,
			    .quality = v->quality,
			    .source_time = { v->source_ms } },
		.alarm = v->alarm_priority > ALARM_DIAGNOSTIC ? ALARM_LOW
							      : v->alarm_priority,
		.unacked = v->alarm_unacked,
		.disabled = v->alarm_hidden,
	};
	if (v->value.type == VALUE_STRING) {
		snprintf(t->text, sizeof(t->text), "%s", v->value.u.s);
		t->live.sample.value.u.s = t->text;
	}
}

static const struct model_tag *glass_tag(const struct model_glass *g, size_t tag)
{
	return tag < g->n && g->slots[tag] != UINT32_MAX ? g->m->tags[g->slots[tag]]
							 : NULL;
}

bool model_view_complete(const struct model *m)
{
	for (int g = 0; g < GLASSES; g++) {
		for (size_t i = 0; i < m->glass[g].n; i++) {
			const struct model_tag *t = glass_tag(&m->glass[g], i);

			if (t &&
			    (!t->told || (t->info.tag != UINT32_MAX && !t->has_value)))
				return false;
		}
	}
	return true;
}

/* --- as a picture asks ------------------------------------------------------------- */

static const struct tag_meta *source_meta(void *arg, uint32_t tag)
{
	static const struct tag_meta untold = {
		.name = "", .unit = "", .description = "", .area = ""
	};
	const struct model_tag *t = glass_tag(arg, tag);

	if (!t || (t->told && t->info.tag == UINT32_MAX))
		return NULL;
	return t->meta.name ? &t->meta : &untold;
}

static const struct tag_live *source_live(void *arg, uint32_t tag)
{
	const struct model_tag *t = glass_tag(arg, tag);

	return t && t->has_value ? &t->live : NULL;
}

static size_t source_alarms(void *arg, const char *area, struct picture_alarm *out,
			    size_t max)
{
	const struct model_glass *g = arg;
	const struct wire_alarm_row *rows[64];
	size_t room = max < 64 ? max : 64;
	size_t n = model_alarm_order(g->m, area, rows, room);

	for (size_t i = 0; i < n && i < room; i++)
		out[i] = (struct picture_alarm){
			.name = rows[i]->name,
			.message = rows[i]->message,
			.priority = rows[i]->priority,
			.active = alarm_row_active(rows[i]),
			.unacked = alarm_row_unacked(rows[i]),
			.raised = { rows[i]->raised_ms },
		};
	return n;
}

static const char *source_screen_area(void *arg, const char *id)
{
	const struct model *m = ((const struct model_glass *)arg)->m;
	const struct screen *s = m->screens ? screen_set_find(m->screens, id) : NULL;

	return s ? s->area : NULL;
}

static bool source_trend(void *arg, const struct trend_ask *ask, struct trend_bucket *out,
			 struct trend_about *about)
{
	return model_trends_ask(&((const struct model_glass *)arg)->m->trends, ask, out,
				about);
}

static struct picture_source glass_source(struct model *m, enum model_glasses g,
					  struct now now)
{
	now.wall.ms += m->offset_ms;
	m->trends.now = now;
	return (struct picture_source){
		.arg = &m->glass[g],
		.meta = source_meta,
		.live = source_live,
		.alarms = source_alarms,
		.screen_area = source_screen_area,
		.trend = source_trend,
		.tier = m->tier,
		.slow_line = m->slow_line,
		.now = now,
		.lost = model_lost(m),
	};
}

struct picture_source model_source(struct model *m, struct now now)
{
	return glass_source(m, GLASS_SHOWN, now);
}

struct picture_source model_plate_source(struct model *m, struct now now)
{
	return glass_source(m, GLASS_PLATE, now);
}

/* --- who sits here ----------------------------------------------------------------- */

void model_welcome(struct model *m, const struct wire_welcome *w)
{
	m->welcome = *w;
	m->who = (struct wire_who){ .rights = w->rights };
	snprintf(m->who.name, sizeof(m->who.name), "%s", w->operator_name);
	snprintf(m->who.roles, sizeof(m->who.roles), "%s", w->roles);
}

void model_who(struct model *m, const struct wire_who *w)
{
	m->who = *w;
	m->welcome.rights = w->rights;
}
