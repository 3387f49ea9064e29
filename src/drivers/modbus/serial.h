/*
 * serial.h - a serial line as Modbus RTU wants it: opened for us alone, raw, and silent
 * before we speak. One thread at a time.
 */
#ifndef SG_DRIVERS_MODBUS_SERIAL_H
#define SG_DRIVERS_MODBUS_SERIAL_H

#include <sys/types.h>

#include "drivers/modbus/net.h"

/* The system's read and write, past the program's own (main.c). */
ssize_t serial_read(int fd, void *buf, size_t n);
ssize_t serial_write(int fd, const void *buf, size_t n);

/* An open, non-blocking, locked line, or -1 with a sentence in why. */
int serial_open(const struct mb_endpoint *to, struct strbuf *why);
/* What has not left yet never will; nothing is waited for. */
void serial_close(int fd);
/* How long the line must be silent between two frames: 3.5 characters, in us. */
int64_t serial_gap_us(const struct mb_serial *line);
/* Throws away what waits and what arrives until the line was silent for us; it has been
 * for since_us when nothing waits. False when it was not before the deadline, or at stop.
 * *heard becomes true when there was something.
 */
bool serial_silence(const struct net_waiter *w, int fd, int64_t us, int64_t since_us,
		    struct mono deadline, bool *heard);

#endif
