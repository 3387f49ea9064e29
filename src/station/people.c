/* people.c - who is connected, from where, what stands on their glass, and which value
 * they are about to write. */
#include "station/station_int.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "wire/people.h"

bool session_place(struct station *s, struct session *who, const uint8_t *p, size_t n)
{
	struct wire_place m;

	if (!wire_get_place(p, n, &m))
		return false;
	who->has_place = true;
	who->pressed_at.mono = mono_add_ms(s->now.mono, -1000 * (int64_t)m.idle_s);
	session_active(who, who->pressed_at.mono);
	snprintf(who->page, sizeof(who->page), "%s", m.page);
	snprintf(who->field, sizeof(who->field), "%s", m.field);
	return true;
}

/* The tag it is about to write, and how far it is: what the gate knows goes first. */
static const char *edits(const struct station *s, const struct session *who,
			 const char **does)
{
	uint32_t held = write_gate_held_by(s->gate, who->id);

	if (held != TAG_NONE && s->tags[held].def) {
		*does = "writing";
		return s->tags[held].def->name;
	}
	*does = who->field[0] ? "editing" : "";
	return who->field;
}

static void row(struct station *s, struct session *to, uint32_t req,
		const struct session *who, const char *field, const char *does)
{
	char number[24], since[24], idle[24] = "";
	const char *fields[PEOPLE_FIELDS] = {
		[PEOPLE_SESSION] = number,
		[PEOPLE_NAME] = who->name,
		[PEOPLE_ROLES] = who->roles,
		[PEOPLE_USER] = who->user,
		[PEOPLE_FROM] = who->from,
		[PEOPLE_PROGRAM] = who->program,
		[PEOPLE_PAGE] = who->page,
		[PEOPLE_SINCE] = since,
		[PEOPLE_IDLE] = idle,
		[PEOPLE_FIELD] = field,
		[PEOPLE_DOES] = does,
		[PEOPLE_YOU] = who == to ? "you" : "",
		[PEOPLE_STATE] = session_state_name(who->state),
	};

	snprintf(number, sizeof(number), "%" PRIu64, who->id);
	snprintf(since, sizeof(since), "%" PRId64, who->greeted_at.wall.ms);
	if (who->has_place)
		snprintf(idle, sizeof(idle), "%" PRId64,
			 mono_ms_between(who->pressed_at.mono, s->now.mono) / 1000);
	station_row(s, to, req, fields, PEOPLE_FIELDS);
}

void query_people(struct station *s, struct session *who, const struct wire_request *m)
{
	size_t n = 0;

	for (size_t i = 0; i < s->n_sessions; i++) {
		const struct session *one = s->sessions[i];
		const char *does, *field = edits(s, one, &does);

		if (!one->greeted || one->closing ||
		    (m->text[0] && strcmp(m->text, field) != 0))
			continue;
		row(s, who, m->req, one, field, does);
		n++;
	}
	station_reply(s, who, m->req, WIRE_OK, "%zu", n);
}
