/* wall_rig.c - a small station for the tests of the walls. */
#include "support/test.h"

#include "wall_rig.h"

#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "util/clock.h"
#include "util/xalloc.h"
#include "wall/wall.h"

bool walls_are_built_in(void)
{
	if (wall_policy_default() != WALL_OFF)
		return true;
	print_message("built with a sanitizer: no walls\n");
	return false;
}

int wall_listen(uint16_t *port)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
				 .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof(a);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	assert_int_equal(listen(fd, 16), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &n), 0);
	*port = ntohs(a.sin_port);
	return fd;
}

char *wall_log_until(struct own_station *own, const char *text)
{
	struct mono deadline = mono_add_ms(clock_mono(), WALL_SOON_MS);

	for (;;) {
		char *log =
			access(own->log, R_OK) == 0 ? own_station_log(own) : xstrdup("");
		if (strstr(log, text))
			return log;
		if (mono_reached(clock_mono(), deadline)) {
			size_t n = strlen(log);
			fail_msg("the log never said \"%s\":\n%s", text,
				 n > 3000 ? log + n - 3000 : log);
		}
		free(log);
		poll(NULL, 0, 20); /* between two looks */
	}
}

void wall_modbus_at(struct own_station *own, int port)
{
	char text[300];

	snprintf(text, sizeof(text),
		 "devices = ( { name = \"plc\"; driver = \"modbus\"; endpoint = "
		 "\"tcp://127.0.0.1:%d\"; } );\n",
		 port);
	own_station_put(own, "devices.cfg", text);
	own_station_put(own, "tags.cfg",
			"tags = ( { name = \"a.v\"; device = \"plc\"; address = "
			"\"holding:0\"; } );\n");
}
