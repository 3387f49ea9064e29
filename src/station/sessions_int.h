/*
 * sessions_int.h - the people's side of station_int.h, which includes it: a session from
 * its greeting to its end, and what it is shown without asking again.
 */
#ifndef SG_STATION_SESSIONS_INT_H
#define SG_STATION_SESSIONS_INT_H

#include "station/station_int.h"

/* --- sessions.c --- */
struct session *session_find(const struct station *s, uint64_t id); /* not closing */
void sessions_open(struct station *s, const struct event *ev);
void sessions_closed(struct station *s, const struct event *ev);
void sessions_queue(struct station *s, const struct event *ev);
void sessions_hello(struct station *s, struct session *who, const struct wire_hello *m);
/* Says why, closes, frees what it held. */
void session_goodbye(struct station *s, struct session *who, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* The same, and it is not to come back by itself. */
void session_dismiss(struct station *s, struct session *who, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void sessions_tick(struct station *s);
void sessions_beat(struct station *s);
struct mono sessions_deadline(const struct station *s);
/* After a reload: grants anew; who is no longer admitted goes. */
void sessions_regrant(struct station *s);
void sessions_broadcast(struct station *s, const struct strbuf *frames);
void sessions_sweep(struct station *s); /* frees those that are closing */
void sessions_release(struct station *s);

/* --- comers.c: the records of a session's beginning and end --- */
void station_note_coming(struct station *s, struct session *who);
void station_note_going(struct station *s, const struct session *who, const char *why);

/* --- session_life.c --- */
/* The rights of its person, now or anew; they count unless it rests. */
void session_granted(struct session *who, const struct access_grant *grant);
/* Its person has just been proven, by the kernel or by a password: it acts if it may. */
void session_proven(struct station *s, struct session *who);
/* It has just been greeted: WHO, and the notice of use. */
void session_begins(struct station *s, struct session *who);
/* Nobody but the person that name may have more sessions that act; else why not. */
bool session_person_fits(struct station *s, const struct session *who, const char *name,
			 struct strbuf *why);
/* Somebody was at it then. */
void session_active(struct session *who, struct mono at);
/* It only looks, or is locked, from now on; what it has selected is void. */
void session_fall_idle(struct station *s, struct session *who, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void session_lock(struct station *s, struct session *who, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* Why a session that rests may do nothing. */
void session_explain_rest(const struct session *who, struct strbuf *why);
/* WHO, after anything of it changed. */
void session_tell_who(struct station *s, struct session *who);
void query_lock(struct station *s, struct session *who, const struct wire_request *m);
void query_accept(struct station *s, struct session *who, const struct wire_request *m);
void query_terminate(struct station *s, struct session *who,
		     const struct wire_request *m);
/* Each session that could act, or could a while ago. */
void sessions_lock_all(struct station *s, const char *why);
void sessions_life_tick(struct station *s);
struct mono session_life_deadline(const struct station *s, const struct session *who);

/* --- handover.c --- */
bool on_handover(struct station *s, struct session *who, const uint8_t *p, size_t n);
/* An answer it has asked for itself; false: somebody else's. */
bool handover_answered(struct station *s, const struct event *ev);
void handover_session_gone(struct station *s, uint64_t session);
void handovers_tick(struct station *s);
struct mono handovers_deadline(const struct station *s);
void handovers_release(struct station *s);

/* --- session_values.c --- */
void session_subscribe(struct station *s, struct session *who,
		       const struct wire_subscribe *m);
void session_unsubscribe(struct station *s, struct session *who, uint32_t view);
void session_values_release(struct station *s, struct session *who);
void station_tag_info(const struct station *s, uint32_t tag, const char *asked,
		      struct wire_tag_info *info);

/* --- watches.c --- */
/* Sorts tags, which stay the caller's; the watch is the station's. */
struct watch *watch_join(struct station *s, struct session *who, uint32_t *tags,
			 uint32_t n);
void watch_leave(struct station *s, struct session *who, struct watch *w);
void station_wire_value(const struct station *s, uint32_t tag, struct wire_value *v);
void watch_touch(struct station *s, uint32_t tag); /* for all who look at it */
/* Every value of it: at once, or when the session has caught up. */
void watch_tell_all(struct station *s, struct session *who, struct watch *w);
void watches_caught_up(struct station *s, struct session *who);
void watches_tick(struct station *s);
struct mono watches_deadline(const struct station *s);
void watches_release(struct station *s);

/* --- session_alarms.c --- */
void session_alarms_start(struct station *s, struct session *who);
void session_alarms_queue(struct station *s, struct session *who);
void station_tell_alarm(struct station *s, uint32_t alarm); /* one row to all */
void station_sync_alarms(struct station *s);

#endif
