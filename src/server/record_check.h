/*
 * record_check.h - the whole record read again once a start, off the loop, in pieces and
 * with pauses: what a start looks at is only its end (ST-07).
 *
 * The verdict comes as EV_CHECKED; a bad one goes to the store first, which then believes
 * the record no more.
 */
#ifndef SG_SERVER_RECORD_CHECK_H
#define SG_SERVER_RECORD_CHECK_H

struct shell;
struct record_check;

/* NULL when it cannot be started (logged): nothing waits for it. */
struct record_check *record_check_start(struct shell *sh);
/* Before the loop is closed; gives up an unfinished one. Then free it, when the loop's
 * handles are closed. NULL is allowed. */
void record_check_stop(struct record_check *c);
void record_check_free(struct record_check *c);

#endif
