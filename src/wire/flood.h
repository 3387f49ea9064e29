/*
 * flood.h - what the server tells of an alarm flood: told to every session that has the
 * alarm list, when one starts, each second while it lasts and something came, when it
 * ends, and when the list is begun in the midst of one. State: the newest holds.
 *
 * Counts are of what was annunciated, by priority (critical first). Texts are cleaned
 * where they are drawn. Pure bytes; any thread.
 */
#ifndef SG_WIRE_FLOOD_H
#define SG_WIRE_FLOOD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct strbuf;

enum { WIRE_FLOOD_AREAS = 16, WIRE_FLOOD_CRITICALS = 8, WIRE_PRIORITIES = 4 };

struct wire_flood_area {
	char area[64];
	uint32_t n[WIRE_PRIORITIES];
};

struct wire_flood {
	uint8_t on;
	int64_t since_ms; /* UTC */
	int64_t until_ms; /* when it ended; 0 = it lasts */
	uint32_t rate;    /* in the last 10 minutes */
	uint32_t peak;    /* highest rate of it */
	uint64_t total;   /* since it started, with those that made it one */
	uint32_t n[WIRE_PRIORITIES];
	uint8_t n_areas; /* the fullest, the fullest first */
	struct wire_flood_area areas[WIRE_FLOOD_AREAS];
	uint64_t elsewhere;  /* in areas that are not listed */
	uint32_t criticals;  /* critical alarms of it, each once; 64 at most */
	uint8_t n_criticals; /* named: the first ones */
	char critical[WIRE_FLOOD_CRITICALS][128];
};

void wire_put_flood(struct strbuf *w, const struct wire_flood *m);
bool wire_get_flood(const uint8_t *p, size_t n, struct wire_flood *m);

#endif
