/*
 * changes.h - rows of the page of staged changes, as app/changes.c makes them of what was
 * staged and of what the server says to it, and of the page of writes in doubt.
 */
#ifndef SG_CONSOLE_VIEW_CHANGES_H
#define SG_CONSOLE_VIEW_CHANGES_H

enum change_field {
	CHANGE_F_TAG,
	CHANGE_F_NOW, /* live, as the server shows it */
	CHANGE_F_NEW,
	CHANGE_F_UNIT,
	CHANGE_F_LIMITS, /* "0 to 100" */
	CHANGE_F_STATE,  /* "ready", "as wanted", "done", "not sent" ... */
	CHANGE_F_WHO,    /* who staged it */
	CHANGE_F_TEXT,   /* what speaks against it, or what became of it */
	CHANGE_F_WELL,   /* "1": nothing is wrong with it */
	CHANGE_FIELDS
};

/* Of the rows that IN_DOUBT is answered with. */
enum doubt_field {
	DOUBT_F_REQUEST,
	DOUBT_F_TAG,
	DOUBT_F_OUTCOME,
	DOUBT_F_WHEN, /* ms UTC */
	DOUBT_F_TEXT,
	DOUBT_F_WHO,
	DOUBT_F_WANTED,
	DOUBT_FIELDS
};

#endif
