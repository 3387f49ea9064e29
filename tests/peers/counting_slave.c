/* counting_slave.c - an honest slave of libmodbus's own server half that counts who comes
 * and when it is asked.
 *
 * Prints "PORT n". Holding register 0 says how often it has been read, all others hold
 * their own address. Each line on standard input is answered by one line
 * "connections C open O reads R longest L": L is the longest time in ms between two reads
 * of register 0 since the line before, without what the machine stood still meanwhile. */
#include <errno.h>
#include <modbus.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "support/stall.h"

enum { REGISTERS = 1000, OPEN_MAX = 32, LISTENER = 0, INPUT = 1, FIRST = 2 };

static modbus_t *slave;
static modbus_mapping_t *map;
static struct pollfd fds[FIRST + OPEN_MAX];
static nfds_t n_fds = FIRST;
static long connections, reads, longest_ms;
static struct stall_span since_read;

static void accept_one(void)
{
	int fd = accept(fds[LISTENER].fd, NULL, NULL);

	if (fd < 0)
		return;
	connections++;
	if (n_fds == FIRST + OPEN_MAX) {
		close(fd);
		return;
	}
	fds[n_fds++] = (struct pollfd){ .fd = fd, .events = POLLIN };
}

/* The master asks for register 0: its value is how often that happened. */
static void count_read(void)
{
	int64_t ms = reads ? stall_own_ms(&since_read) : 0;

	if (ms > longest_ms)
		longest_ms = (long)ms;
	since_read = stall_begin();
	map->tab_registers[0] = (uint16_t)++reads;
}

/* False when the master is gone. */
static int serve(int fd)
{
	uint8_t query[MODBUS_TCP_MAX_ADU_LENGTH];
	int head = modbus_get_header_length(slave);

	modbus_set_socket(slave, fd);
	int n = modbus_receive(slave, query);
	if (n < 0)
		return 0;
	if (n > head + 2 && query[head] == MODBUS_FC_READ_HOLDING_REGISTERS &&
	    query[head + 1] == 0 && query[head + 2] == 0)
		count_read();
	return n == 0 || modbus_reply(slave, query, n, map) >= 0;
}

static int answer(void)
{
	char line[100];

	if (!fgets(line, sizeof(line), stdin))
		return 0;
	printf("connections %ld open %ld reads %ld longest %ld\n", connections,
	       (long)(n_fds - FIRST), reads, longest_ms);
	fflush(stdout);
	longest_ms = 0;
	return 1;
}

int main(void)
{
	struct sockaddr_in at;
	socklen_t size = sizeof(at);

	signal(SIGPIPE, SIG_IGN);
	slave = modbus_new_tcp("127.0.0.1", 0);
	map = modbus_mapping_new(0, 0, REGISTERS, 0);
	if (!slave || !map)
		return 1;
	for (uint16_t i = 0; i < REGISTERS; i++)
		map->tab_registers[i] = i;
	fds[LISTENER] = (struct pollfd){ modbus_tcp_listen(slave, OPEN_MAX), POLLIN, 0 };
	fds[INPUT] = (struct pollfd){ STDIN_FILENO, POLLIN, 0 };
	if (fds[LISTENER].fd < 0 ||
	    getsockname(fds[LISTENER].fd, (struct sockaddr *)&at, &size) < 0)
		return 1;
	printf("PORT %u\n", ntohs(at.sin_port));
	fflush(stdout);
	while (poll(fds, n_fds, -1) >= 0 || errno == EINTR) {
		if (fds[INPUT].revents && !answer())
			return 0;
		for (nfds_t i = n_fds; i-- > FIRST;) {
			if (!fds[i].revents || serve(fds[i].fd))
				continue;
			close(fds[i].fd);
			fds[i] = fds[--n_fds];
		}
		if (fds[LISTENER].revents)
			accept_one();
	}
	return 1;
}
