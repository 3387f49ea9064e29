/*
 * fake_broker.h - a broker that misbehaves on purpose: old, mute, refusing, boasting.
 *
 * One thread, one client at a time, raw MQTT packets. It notes what it was sent.
 */
#ifndef SG_TESTS_FAKE_BROKER_H
#define SG_TESTS_FAKE_BROKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fake_broker;

struct fake_ways {
	bool only_v311;     /* answers an MQTT 5 CONNECT with the old refusal */
	bool mute;          /* accepts TCP, never says a word */
	int connack;        /* code of CONNACK, 0 = welcome */
	bool suback_empty;  /* SUBACK without codes */
	bool suback_refuse; /* 0x80 for the first topic */
	uint32_t boast;     /* after SUBACK: the head of a PUBLISH of so many bytes */
	bool hang_up;       /* after SUBACK: close, as on a take-over in 3.1.1 */
	bool puback_refuse; /* 0x87 for a publish of QoS 1 (MQTT 5) */
	bool puback_never;
};

/* Owned. */
struct fake_broker *fake_broker_start(const struct fake_ways *ways);
void fake_broker_stop(struct fake_broker *b);
int fake_broker_port(const struct fake_broker *b);
/* Packets received of a type (1 CONNECT, 3 PUBLISH, 8 SUBSCRIBE, 12 PINGREQ). */
unsigned fake_broker_seen(struct fake_broker *b, int type);

#endif
