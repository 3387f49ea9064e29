/*
 * service.h - telling a service manager that we are ready, that we live, and that we
 * stop: datagrams to $NOTIFY_SOCKET, as sd_notify(3) describes them. No library needed.
 *
 * The watchdog is fed by the loop that runs the plant, once a second at most and twice in
 * the time that $WATCHDOG_USEC gives: a loop that hangs is not fed for by a thread
 * beside.
 */
#ifndef SG_SERVER_SERVICE_H
#define SG_SERVER_SERVICE_H

#include <stdbool.h>

/* Opens the socket before a wall goes up; nothing when nobody asked for it. */
void service_open(void);
/* "READY=1\nSTATUS=...". */
void service_ready(const char *status);
/* How often service_alive() is to be called, in ms; 0 = nobody watches. */
unsigned service_watchdog_ms(void);
void service_alive(void);
void service_stopping(void);

#endif
