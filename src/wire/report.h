/*
 * report.h - REPORT, the request for figures of the alarm system. Its answer is ROWs as
 * alarm/report.h says them, then REPLY. Pure bytes; any thread.
 */
#ifndef SG_WIRE_REPORT_H
#define SG_WIRE_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct strbuf;

enum wire_report_kind { WIRE_REPORT_ALARMS = 1, WIRE_REPORT_PROPOSALS = 2 };

struct wire_report {
	uint32_t req;
	uint8_t kind;           /* enum wire_report_kind */
	int64_t from_ms, to_ms; /* UTC; [from, to), to may lie ahead: then until now */
	/* "" = any; at most one of area, operator_name and position */
	char area[64], class_name[64];
	char operator_name[64]; /* the areas of that operator in access.cfg */
	char position[64];      /* the areas with that position */
};

void wire_put_report(struct strbuf *w, const struct wire_report *m);
bool wire_get_report(const uint8_t *p, size_t n, struct wire_report *m);

#endif
