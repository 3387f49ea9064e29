/*
 * stall.h - how long the machine did not let this process run, so that a limit in real
 * time judges the program under test and not who else was busy.
 *
 * A thread sleeps for 5 ms again and again; each time it wakes later than STALL_MS after
 * that, all of the lateness is a stall of the machine: a program under test that
 * had something to do would not have been let run either. Times in ms. The thread starts
 * with the first span and lives as long as the process; spans belong to one thread.
 */
#ifndef SG_TESTS_SUPPORT_STALL_H
#define SG_TESTS_SUPPORT_STALL_H

#include <stdint.h>

enum { STALL_MS = 10 }; /* less is what any scheduler does */

struct stall_span {
	int64_t begun_ns, stalled_ns;
};

struct stall_span stall_begin(void);
/* Since it began: all of it, the stalls in it, and what is left without them. */
int64_t stall_whole_ms(const struct stall_span *s);
int64_t stall_lost_ms(const struct stall_span *s);
int64_t stall_own_ms(const struct stall_span *s);

#endif
