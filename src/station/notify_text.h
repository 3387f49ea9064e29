/* notify_text.h - an alarm in the words of those outside: JSON, syslog, a topic. */
#ifndef SG_STATION_NOTIFY_TEXT_H
#define SG_STATION_NOTIFY_TEXT_H

#include "alarm/engine.h"
#include "station/notify_def.h"

struct station;
struct strbuf;

/* RFC 5424: 2 critical ... 6 informational, which is all that is no news. */
int notify_severity(const struct station *s, const struct alarm_transition *t);
/* One JSON object: what happened. waited_ms: so long nobody has acknowledged it; 0 = this
 * is no escalation. */
void notify_put_event(struct strbuf *out, const struct station *s,
		      const struct alarm_transition *t, int64_t waited_ms);
/* One JSON object: somebody has silenced the horns. */
void notify_put_silence(struct strbuf *out, const struct station *s, const char *by);
/* One JSON object: what the alarm is now. */
void notify_put_state(struct strbuf *out, const struct station *s, uint32_t alarm,
		      const struct alarm_record *r);
/* MSGID, structured data and message; what stands before is the sender's. */
void notify_put_syslog(struct strbuf *out, const struct station *s,
		       const struct alarm_transition *t, int64_t waited_ms);
/* {alarm}, {area} and {station} filled in; dots of names become levels ("/"). */
void notify_put_topic(struct strbuf *out, const struct station *s,
		      const struct notify_def *d, uint32_t alarm);

#endif
