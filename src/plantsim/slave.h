/*
 * slave.h - one PLC as a Modbus TCP slave on the loopback: libmodbus listens, keeps
 * the register image and answers; the frames are collected here, so that no client,
 * however slow, can hold the plant up (modbus_receive() would wait for it).
 *
 * Thread: the one of the loop.
 */
#ifndef SG_PLANTSIM_SLAVE_H
#define SG_PLANTSIM_SLAVE_H

#include <modbus/modbus.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "plantsim/plant.h"
#include "plantsim/poller.h"
#include "util/clock.h"

struct strbuf;

enum slave_mode {
	SLAVE_ON,
	SLAVE_SILENT,    /* accepts and reads, never answers */
	SLAVE_OFF,       /* the port is closed */
	SLAVE_RESTARTING /* closed, and on again with default registers in a moment */
};

enum { SLAVE_CLIENTS = 24, SLAVE_REGISTERS = 640 };

struct slave_client {
	int fd; /* -1: free */
	uint8_t frame[MODBUS_TCP_MAX_ADU_LENGTH];
	size_t len;
};

struct slave {
	struct plant *plant; /* borrowed */
	enum map_device device;
	int unit; /* the unit id it answers to; 255 too */
	int port; /* fixed once open */
	enum slave_mode mode;
	struct mono back_at; /* end of a restart */
	modbus_t *ctx;
	modbus_mapping_t *image;
	int listener;
	struct slave_client client[SLAVE_CLIENTS];
	uint64_t requests; /* answered */
};

/* port 0: any free one, then in s->port. On failure false and a sentence in why. */
bool slave_open(struct slave *s, struct plant *plant, enum map_device device, int unit,
		int port, struct strbuf *why);
void slave_close(struct slave *s);
/* False with a sentence when the port cannot be had again. */
bool slave_set_mode(struct slave *s, enum slave_mode mode, struct mono now,
		    struct strbuf *why);
void slave_watch(const struct slave *s, struct poller *p);
void slave_handle(struct slave *s, const struct poller *p);
/* Ends a restart when its time has come. */
void slave_tick(struct slave *s, struct mono now);
size_t slave_clients(const struct slave *s);
const char *slave_mode_name(enum slave_mode mode);

#endif
