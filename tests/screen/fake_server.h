/*
 * fake_server.h - a station server that a test holds in its hand: the real wire protocol
 * on a real Unix socket, from a thread of the test process, saying what it is told to.
 *
 * Serves two small screens, "overview" (e opens a faceplate of p.a and p.b) and "two";
 * knows every tag that is asked for (50.0 of 0..100 %, writable) except names that begin
 * with "no."; tells of two people (ivan, who asks, and olga) and two overrides (p.a,
 * z.high). Every setter may be called at any time; what consoles asked is counted and can
 * be waited for.
 */
#ifndef SG_TESTS_SCREEN_FAKE_SERVER_H
#define SG_TESTS_SCREEN_FAKE_SERVER_H

#include <stdbool.h>
#include <stdint.h>

#include "support/tty.h"
#include "wire/device.h"
#include "wire/msg.h"
#include "wire/people.h"

struct fake;

struct fake *fake_start(void);
void fake_stop(struct fake *f);
const char *fake_socket(const struct fake *f);

/* Put into every text field of every message from now on; set before a console joins. */
void fake_hostile(struct fake *f, const char *text);
void fake_value(struct fake *f, const char *tag, double value, quality q);
/* Sets and tells; occurrence 0: a new one. Returns the occurrence. */
uint64_t fake_alarm(struct fake *f, const char *name, int priority, int state,
		    uint64_t occurrence);
/* What DEVICES is answered with: one more, or another one of that name. */
void fake_device(struct fake *f, const struct wire_device *d);
/* From now on DEVICES is refused with this sentence; NULL: answered. */
void fake_refuse_devices(struct fake *f, const char *why);
/* The rights of sessions that join from now on: bit per enum right; at first all. */
void fake_rights(struct fake *f, uint32_t rights);
/* Beats and answers stop, the connection stays: a hung server. */
void fake_hang(struct fake *f, bool hung);
/* Cuts the connection; consoles may join again. */
void fake_cut(struct fake *f);
/* The next SELECTs are refused with this sentence; NULL: granted. */
void fake_refuse(struct fake *f, const char *why);
/* The next SELECTs are answered only after fake_grant(). */
void fake_hold(struct fake *f);
void fake_grant(struct fake *f);
/* A wrong hash with the next SYNC. */
void fake_wrong_hash(struct fake *f);
/* More in the file of the screen "overview"; tells that it changed. */
void fake_more(struct fake *f, const char *text);
/* New text of the screen "overview"; tells that it changed. */
void fake_screen(struct fake *f, const char *text);

/* Something that nobody asked for. */
void fake_notice(struct fake *f, const char *text);

/* How often consoles said this so far. */
unsigned fake_count(struct fake *f, enum wire_type type);
/* Waits (10 s) until they said it n times in all; pumps t. Fails the test otherwise. */
void fake_expect(struct fake *f, struct tty *t, enum wire_type type, unsigned n);
/* The last of its kind. */
struct wire_alarm_act fake_last_ack(struct fake *f);
struct wire_place fake_last_place(struct fake *f);
struct wire_select fake_last_select(struct fake *f);

/* The console on a terminal of that size, joined to f. term: NULL = xterm-256color. */
struct tty *fake_console(struct fake *f, int cols, int rows, const char *term,
			 const char *const env[]);
/* The same with all there is to choose. */
struct fake_terminal {
	int cols, rows;          /* 0: 80x24 */
	const char *term;        /* NULL: xterm-256color */
	const char *const *env;  /* NULL-terminated, or NULL */
	const char *const *args; /* after --socket PATH; NULL-terminated, or NULL */
	int baud;                /* 0: as fast as may be */
};
struct tty *fake_console_on(struct fake *f, const struct fake_terminal *at);
/* ... and until its first picture stands. */
struct tty *fake_console_ready(struct fake *f);

#endif
