/*
 * others.h - who else on this machine could change a file of the station: whoever can,
 * decides what is sent to the plant (hazard CF-12).
 *
 * Trusted are root, the user who reads, the owner of the station's folder and, where a
 * folder may be written by its group, the members of that group. Write permission for a
 * group is always somebody's decision. Write permission for all others is not, unless a
 * folder on the way keeps them out; nor is a file that a stranger owns.
 */
#ifndef SG_CONFIG_OTHERS_H
#define SG_CONFIG_OTHERS_H

#include <stdbool.h>
#include <sys/stat.h>

struct strbuf;

/* The sentence's id, for diagnostics and for those who refuse such files. */
#define CFG_OPEN_ID "open-to-others"

/* fd is the open file dir/path. True with a sentence in why that names it; why is left
 * alone otherwise. Any thread. */
bool cfg_open_to_others(const char *dir, const char *path, int fd, struct strbuf *why);

/* --- the decision itself, pure ---------------------------------------------------- */

struct others_way {         /* from the root folder down; begins zeroed */
	struct stat folder; /* the last one taken */
	bool any;           /* there is one */
	bool closed;        /* a folder keeps all others out */
	bool strangers;     /* all others may put things into the last one */
};
/* Goes into the folder st named name, seen by user me. True with a sentence: others may
 * exchange what lies in it. */
bool others_enter(struct others_way *w, const char *name, const struct stat *st, uid_t me,
		  struct strbuf *why);
/* The same of the file at the way's end; top is the station's folder. */
bool others_judge(const struct others_way *w, const char *name, const struct stat *file,
		  const struct stat *top, uid_t me, struct strbuf *why);

#endif
