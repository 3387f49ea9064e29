/*
 * notify.h - carries what the station tells those outside: runs a program with the JSON
 * on its standard input, or sends a line of syslog (RFC 5424).
 *
 * At most NOTIFY_RUNNING programs at a time and NOTIFY_WAITING behind them; one that
 * takes longer than NOTIFY_LIMIT_MS is killed. What fails or is too much is logged and
 * counted, never tried again: the journal has it.
 */
#ifndef SG_SERVER_NOTIFY_H
#define SG_SERVER_NOTIFY_H

#include "server/shell.h"

enum { NOTIFY_RUNNING = 4, NOTIFY_WAITING = 256, NOTIFY_LIMIT_MS = 30000 };

struct notify_carrier;

struct notify_carrier *notify_carrier_new(struct shell *sh);
void notify_carry(struct shell *sh, const struct action *a);  /* an ACT_NOTIFY */
void notify_syslog(struct shell *sh, const struct action *a); /* an ACT_SYSLOG */
/* Kills what runs. It is freed when the loop has closed its handles. */
void notify_carrier_stop(struct notify_carrier *c);

#endif
