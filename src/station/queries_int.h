/*
 * queries_int.h - the questions' part of station_int.h, which includes it: the table of
 * messages that a session may send, and what answers them.
 */
#ifndef SG_STATION_QUERIES_INT_H
#define SG_STATION_QUERIES_INT_H

#include "station/station_int.h"

/* --- messages.c --- */
struct message {
	uint16_t type; /* enum wire_type */
	const char *name;
	enum right right; /* asked for without an area; handlers ask for theirs */
	bool acts;        /* rate-limited, and its refusal is recorded */
	uint8_t states;   /* of a session in which it is heard: bit per session_state */
	/* exactly one of the two */
	void (*request)(struct station *s, struct session *who,
			const struct wire_request *m);
	bool (*raw)(struct station *s, struct session *who, const uint8_t *payload,
		    size_t n); /* false: malformed */
};
extern const struct message station_messages[]; /* ends with type 0 */
const struct message *station_message(uint16_t type);
void station_frame(struct station *s, const struct event *ev);

/* --- queries.c, where.c, screens.c, reports.c, reload.c and others --- */
void query_get(struct station *s, struct session *who, const struct wire_request *m);
void query_tags(struct station *s, struct session *who, const struct wire_request *m);
/* A row of TAGS: name, type, unit, area, "writable" or "", description. */
void query_tag_row(struct station *s, struct session *who, uint32_t req,
		   const struct tag_def *d);
/* TAGS with num 2: the tags that fit what was typed (find_tags.c). */
void query_find_tags(struct station *s, struct session *who,
		     const struct wire_request *m);
void query_status(struct station *s, struct session *who, const struct wire_request *m);
void query_where(struct station *s, struct session *who, const struct wire_request *m);
void query_explain(struct station *s, struct session *who, const struct wire_request *m);
void query_in_doubt(struct station *s, struct session *who, const struct wire_request *m);
void query_answered(struct station *s, const struct event *ev);
bool query_audit_search(struct station *s, struct session *who, const uint8_t *p,
			size_t n);
bool query_journal(struct station *s, struct session *who, const uint8_t *p, size_t n);
bool query_report(struct station *s, struct session *who, const uint8_t *p, size_t n);
/* Few look-ups may wait, of a session and of all; else it is refused. */
bool query_may_look_up(struct station *s, struct session *who, uint32_t req);
void query_audit(struct station *s, struct session *who, const struct wire_request *m);
void query_backup(struct station *s, struct session *who, const struct wire_request *m);
void query_reload(struct station *s, struct session *who, const struct wire_request *m);
void query_screens(struct station *s, struct session *who, const struct wire_request *m);
void query_screen_get(struct station *s, struct session *who,
		      const struct wire_request *m);
/* Replies "there is no tag named ..." and returns TAG_NONE when absent. */
uint32_t query_tag(struct station *s, struct session *who, const struct wire_request *m);
uint32_t query_tag_named(struct station *s, struct session *who, uint32_t req,
			 const char *name);

/* --- explain.c: a driver is asked --- */
struct explain {
	uint64_t id;
	uint64_t session;
	uint32_t req, tag, driver;
	struct mono due;
};

void explain_result(struct station *s, uint32_t driver,
		    const struct driver_explain_result *m);
void explains_tick(struct station *s);
struct mono explains_deadline(const struct station *s);

/* --- people.c, overrides.c --- */
bool session_place(struct station *s, struct session *who, const uint8_t *p, size_t n);
void query_people(struct station *s, struct session *who, const struct wire_request *m);
void query_overrides(struct station *s, struct session *who,
		     const struct wire_request *m);

/* --- recipes.c --- */
void query_recipes(struct station *s, struct session *who, const struct wire_request *m);

#endif
