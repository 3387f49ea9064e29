/*
 * screen_rules.h - what a station's alarms and areas ask of its screens: the rules that
 * screen/lint.h cannot know. Rows of a table, as there. Pure.
 */
#ifndef SG_STATION_SCREEN_RULES_H
#define SG_STATION_SCREEN_RULES_H

#include "screen/screen.h"
#include "station/def.h"

struct station_judge {
	const struct station_def *d;
	const struct screen_set *set;
	bool incomplete; /* a screen file is broken: what it holds is not missed */
	struct diag_list *diags;
	const struct station_screen_rule *rule;
};

struct station_screen_rule {
	const char *id;
	enum diag_severity severity;
	const char *help; /* one sentence, for docs/style-guide.md */
	/* One of them: for each alarm, or for each area that has tags, with one of them.
	 */
	void (*alarm)(struct station_judge *j, const struct alarm_def *a);
	void (*area)(struct station_judge *j, const char *area, const struct tag_def *t);
};
/* Ends with a NULL id. */
extern const struct station_screen_rule station_screen_rules[];

/* Holds all of them against the station; while diags has an error, no warning comes. */
void station_judge_ways(const struct station_def *d, const struct screen_set *set,
			bool incomplete, struct diag_list *diags);

/* Areas that have tags, each once, in the order of the tags; those of the server itself
 * are left out. Texts are borrowed, the array is owned: free(). */
struct station_areas {
	const char **v;
	const struct tag_def **of; /* the first tag of each */
	size_t n;
};
void station_areas_of_tags(const struct station_def *d, struct station_areas *out);
void station_areas_release(struct station_areas *a);

#endif
