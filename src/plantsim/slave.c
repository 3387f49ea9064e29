/* slave.c - see slave.h. */
#include "plantsim/slave.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "plantsim/registers.h"
#include "util/strbuf.h"

#define LOOPBACK   "127.0.0.1"
#define RESTART_MS 1500

enum { MBAP = 6, FUNCTION_AT = 7, ADDRESS_AT = 8, COUNT_AT = 10, ANY_UNIT = 255 };

static int refuse_listening(struct slave *s, struct strbuf *why)
{
	strbuf_setf(why, "%s cannot listen on %s port %d: %s", map_device_name(s->device),
		    LOOPBACK, s->port, strerror(errno));
	if (s->ctx)
		modbus_free(s->ctx);
	s->ctx = NULL;
	return -1;
}

static int start_listening(struct slave *s, struct strbuf *why)
{
	struct sockaddr_in addr;
	socklen_t len = sizeof(addr);

	s->ctx = modbus_new_tcp(LOOPBACK, s->port);
	if (!s->ctx)
		return refuse_listening(s, why);
	/* before an exception libmodbus sleeps as long as this */
	modbus_set_response_timeout(s->ctx, 0, 1000);
	s->listener = modbus_tcp_listen(s->ctx, SLAVE_CLIENTS);
	if (s->listener < 0 ||
	    getsockname(s->listener, (struct sockaddr *)&addr, &len) < 0)
		return refuse_listening(s, why);
	s->port = ntohs(addr.sin_port);
	return 0;
}

static void drop(struct slave_client *c)
{
	if (c->fd >= 0)
		close(c->fd);
	c->fd = -1;
	c->len = 0;
}

static void stop_listening(struct slave *s)
{
	for (int i = 0; i < SLAVE_CLIENTS; i++)
		drop(&s->client[i]);
	if (s->listener >= 0)
		close(s->listener);
	s->listener = -1;
	if (s->ctx) {
		modbus_set_socket(s->ctx, -1);
		modbus_free(s->ctx);
	}
	s->ctx = NULL;
}

bool slave_open(struct slave *s, struct plant *plant, enum map_device device, int unit,
		int port, struct strbuf *why)
{
	*s = (struct slave){ .plant = plant,
			     .device = device,
			     .unit = unit,
			     .port = port,
			     .listener = -1 };
	for (int i = 0; i < SLAVE_CLIENTS; i++)
		s->client[i].fd = -1;
	s->image = modbus_mapping_new(SLAVE_REGISTERS, SLAVE_REGISTERS, SLAVE_REGISTERS,
				      SLAVE_REGISTERS);
	if (!s->image) {
		strbuf_setf(why, "no memory for the registers of %s",
			    map_device_name(device));
		return false;
	}
	return start_listening(s, why) == 0;
}

void slave_close(struct slave *s)
{
	stop_listening(s);
	if (s->image)
		modbus_mapping_free(s->image);
	s->image = NULL;
}

bool slave_set_mode(struct slave *s, enum slave_mode mode, struct mono now,
		    struct strbuf *why)
{
	bool closed = mode == SLAVE_OFF || mode == SLAVE_RESTARTING;

	if (closed)
		stop_listening(s);
	else if (s->listener < 0 && start_listening(s, why) < 0)
		return false;
	if (mode == SLAVE_RESTARTING) {
		plant_restart(s->plant, s->device);
		s->back_at = mono_add_ms(now, RESTART_MS);
	}
	s->mode = mode;
	return true;
}

void slave_tick(struct slave *s, struct mono now)
{
	struct strbuf why = STRBUF_INIT;

	if (s->mode == SLAVE_RESTARTING && mono_reached(now, s->back_at) &&
	    !slave_set_mode(s, SLAVE_ON, now, &why))
		s->back_at = mono_add_ms(now, RESTART_MS); /* the port is taken: again */
	strbuf_release(&why);
}

void slave_watch(const struct slave *s, struct poller *p)
{
	poller_add(p, s->listener, POLLIN);
	for (int i = 0; i < SLAVE_CLIENTS; i++)
		poller_add(p, s->client[i].fd, POLLIN);
}

static void accept_one(struct slave *s)
{
	struct timeval patience = { .tv_usec = 100000 };
	int on = 1;
	int fd = accept4(s->listener, NULL, NULL, SOCK_CLOEXEC);

	if (fd < 0)
		return;
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	for (int i = 0; i < SLAVE_CLIENTS; i++)
		if (s->client[i].fd < 0) {
			s->client[i] = (struct slave_client){ .fd = fd };
			return;
		}
	close(fd); /* as a PLC whose connections are used up */
}

static void refresh_image(struct slave *s)
{
	for (size_t i = 0; i < map_count; i++)
		if (map_rows[i].device == s->device)
			registers_put(s->image, &map_rows[i], plant_read(s->plant, i));
}

static int u16_at(const uint8_t *frame, int at)
{
	return frame[at] << 8 | frame[at + 1];
}

/* What a request may have written: a table and a range of it. False: nothing. */
static bool written_range(const uint8_t *f, enum map_table *table, int *from, int *count)
{
	enum {
		WRITE_COIL = 5,
		WRITE_REGISTER = 6,
		WRITE_COILS = 15,
		WRITE_REGISTERS = 16,
		MASK = 22,
		READ_WRITE = 23
	};
	int function = f[FUNCTION_AT];
	int at = function == READ_WRITE ? ADDRESS_AT + 4 : ADDRESS_AT;
	bool one =
		function == WRITE_COIL || function == WRITE_REGISTER || function == MASK;

	if (!one && function != WRITE_COILS && function != WRITE_REGISTERS &&
	    function != READ_WRITE)
		return false;
	*table = function == WRITE_COIL || function == WRITE_COILS ? MAP_COIL
								   : MAP_HOLDING;
	*from = u16_at(f, at);
	*count = one ? 1 : u16_at(f, at + COUNT_AT - ADDRESS_AT);
	return true;
}

/* Carries what a client wrote into the plant, which may clamp or ignore it. */
static void obey(struct slave *s, const uint8_t *frame)
{
	enum map_table table;
	int from, count;

	if (!written_range(frame, &table, &from, &count))
		return;
	for (size_t i = 0; i < map_count; i++) {
		const struct map_row *row = &map_rows[i];
		bool hit = row->device == s->device && row->table == table &&
			   row->address < from + count &&
			   from < row->address + map_width(row->coding);
		if (hit && row->access == ACCESS_WRITE)
			plant_request(s->plant, i, registers_get(s->image, row));
	}
}

static bool answer(struct slave *s, struct slave_client *c, size_t len)
{
	uint8_t frame[MODBUS_TCP_MAX_ADU_LENGTH] = {
		0
	}; /* no old bytes behind the end */
	int unit = c->frame[MBAP];
	int rc;

	memcpy(frame, c->frame, len);
	modbus_set_socket(s->ctx, c->fd);
	refresh_image(s);
	if (unit != s->unit && unit != ANY_UNIT) {
		rc = modbus_reply_exception(s->ctx, frame,
					    MODBUS_EXCEPTION_GATEWAY_TARGET);
	} else {
		rc = modbus_reply(s->ctx, frame, (int)len, s->image);
		obey(s, frame);
	}
	s->requests++;
	return rc >= 0;
}

/* Answers every whole frame that has come. False: the client is to be dropped. */
static bool take_frames(struct slave *s, struct slave_client *c)
{
	while (c->len >= MBAP) {
		size_t rest = (size_t)u16_at(c->frame, 4);
		size_t whole = MBAP + rest;
		if (u16_at(c->frame, 2) != 0 || rest < 2 || whole > sizeof(c->frame))
			return false; /* not Modbus */
		if (c->len < whole)
			return true;
		if (!answer(s, c, whole))
			return false;
		c->len -= whole;
		memmove(c->frame, c->frame + whole, c->len);
	}
	return true;
}

static void read_client(struct slave *s, struct slave_client *c)
{
	ssize_t n =
		recv(c->fd, c->frame + c->len, sizeof(c->frame) - c->len, MSG_DONTWAIT);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		drop(c);
		return;
	}
	c->len += (size_t)n;
	if (s->mode == SLAVE_SILENT)
		c->len = 0;
	else if (!take_frames(s, c))
		drop(c);
}

void slave_handle(struct slave *s, const struct poller *p)
{
	for (int i = 0; i < SLAVE_CLIENTS; i++)
		if (poller_got(p, s->client[i].fd))
			read_client(s, &s->client[i]);
	if (poller_got(p, s->listener))
		accept_one(s);
}

size_t slave_clients(const struct slave *s)
{
	size_t n = 0;

	for (int i = 0; i < SLAVE_CLIENTS; i++)
		n += s->client[i].fd >= 0;
	return n;
}

const char *slave_mode_name(enum slave_mode mode)
{
	static const char *const names[] = { "on", "silent", "off", "restarting" };

	return names[mode];
}
