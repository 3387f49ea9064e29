/*
 * station_client.h - a console in a test's hand: one connection that follows the alarm
 * list, as two consoles beside each other do.
 */
#ifndef SG_TESTS_STATION_CLIENT_H
#define SG_TESTS_STATION_CLIENT_H

#include <stdbool.h>
#include <stdint.h>

#include "wire/client.h"

struct station_client {
	struct client *c;
	uint64_t epoch, version;
	struct wire_alarm_row row; /* the newest of the watched alarm */
	bool has_row, listed;
	char watched[128];
	struct wire_reply reply; /* the newest */
	bool has_reply;
	unsigned screens_changed; /* how often SCREENS_CHANGED came */
};

/* Connects and follows the alarm list. watched: the alarm whose row is kept. */
void station_client_open(struct station_client *s, const char *socket,
			 const char *watched);
void station_client_close(struct station_client *s);
/* Takes frames until done(s) holds; fails the test after ms. what: for its message. */
void station_client_until(struct station_client *s,
			  bool (*done)(const struct station_client *s), int ms,
			  const char *what);
/* Takes what has come. */
void station_client_take(struct station_client *s);
/* Sends the acknowledgement of the row it has seen; returns the request's number. */
uint32_t station_client_ack(struct station_client *s);

bool station_client_unacked(const struct station_client *s);
bool station_client_acked(const struct station_client *s);
bool station_client_answered(const struct station_client *s);

#endif
