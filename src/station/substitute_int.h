/*
 * substitute_int.h - substituted values inside the station: substitutions.c keeps those
 * that hold, substitute.c records what people ask for and makes it so.
 */
#ifndef SG_STATION_SUBSTITUTE_INT_H
#define SG_STATION_SUBSTITUTE_INT_H

#include "station/station_int.h"

enum { SUBSTITUTIONS_MAX = 500 };

struct substitution {
	uint32_t tag; /* always one: a reload without it ends the substitution */
	char name[TAG_NAME_MAX + 1];
	char by[64], reason[256];
	int64_t since_ms;
	struct value value;
	char text[VALUE_STRING_MAX + 1];
	struct sample source; /* the newest of it */
	char source_text[VALUE_STRING_MAX + 1];
};

/* NULL when the tag is not substituted. */
struct substitution *substitution_find(const struct station *s, uint32_t tag);
/* A text that v holds is copied into text, which v then borrows. */
void substitution_own_text(struct value *v, char text[VALUE_STRING_MAX + 1]);
/* Shows v from now on, in the place of another one or of what the source says. */
void substitution_hold(struct station *s, const struct substitution *v);
/* The source's newest value takes its place again; v is freed. */
void substitution_end(struct station *s, struct substitution *v);
/* Recorded and logged: the tag is gone, or takes another kind of value now. */
void substitution_forget(struct station *s, const struct substitution *v,
			 const char *why);
/* As it is stored. */
void substitution_put(struct strbuf *w, const struct substitution *v);

#endif
