/*
 * report.h - figures of the alarm system, computed from the journal beside the loop.
 */
#ifndef SG_SERVER_REPORT_H
#define SG_SERVER_REPORT_H

#include "server/shell.h"

/* An ACT_REPORT: the answer is ROWs (alarm/report.h) and a REPLY. */
void report_request(struct shell *sh, const struct action *a);

#endif
