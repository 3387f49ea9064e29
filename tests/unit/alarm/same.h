/*
 * same.h - is what the engine says what the model says? Each answer that is no adds a
 * line to why.
 */
#ifndef SG_TEST_ALARM_SAME_H
#define SG_TEST_ALARM_SAME_H

#include "unit/alarm/model.h"

struct strbuf;

bool same_not(struct strbuf *why, const char *what, double engine, double model);
bool same_text(struct strbuf *why, const char *what, const char *engine,
	       const char *model);
bool same_double(struct strbuf *why, const char *what, double engine, double model);
bool same_record(struct strbuf *why, const struct model_alarm *m,
		 const struct alarm_record *r);
bool same_transition(struct strbuf *why, const struct model_seen *m,
		     const struct alarm_transition *t);

/* Of whole numbers. */
#define SAME(why, what, engine, model)                                                   \
	((engine) == (model)                                                             \
		 ? true                                                                  \
		 : same_not((why), (what), (double)(engine), (double)(model)))

#endif
