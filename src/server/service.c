/* service.c - datagrams to the service manager. */
#include "server/service.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "util/log.h"
#include "util/num.h"

static int to = -1;
static unsigned watchdog_ms;

/* Only for the process that it was meant for. */
static void read_watchdog(void)
{
	const char *usec = getenv("WATCHDOG_USEC"), *pid = getenv("WATCHDOG_PID");
	int64_t v, who;

	if (!usec || !num_parse_int(usec, 1, INT64_C(1) << 40, &v))
		return;
	if (pid && (!num_parse_int(pid, 1, INT32_MAX, &who) || who != getpid()))
		return;
	watchdog_ms = (unsigned)(v / 2000 < 1000 ? v / 2000 : 1000);
	if (watchdog_ms == 0)
		watchdog_ms = 1;
}

/* "@name" is an abstract one. */
void service_open(void)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	size_t n = path ? strlen(path) : 0;

	if (!n || n >= sizeof(a.sun_path) || (path[0] != '/' && path[0] != '@'))
		return;
	memcpy(a.sun_path, path, n);
	if (path[0] == '@')
		a.sun_path[0] = '\0';
	to = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (to >= 0 &&
	    connect(to, (struct sockaddr *)&a,
		    (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n)) < 0) {
		log_warn("cannot tell the service manager at %s: %s", path,
			 strerror(errno));
		close(to);
		to = -1;
	}
	read_watchdog();
	/* not for the programs that are started later */
	unsetenv("NOTIFY_SOCKET");
	unsetenv("WATCHDOG_USEC");
	unsetenv("WATCHDOG_PID");
}

static void tell(const char *text)
{
	if (to >= 0 && send(to, text, strlen(text), MSG_NOSIGNAL) < 0)
		log_debug("the service manager does not listen: %s", strerror(errno));
}

void service_ready(const char *status)
{
	char text[512];

	snprintf(text, sizeof(text), "READY=1\nSTATUS=%s", status);
	tell(text);
}

unsigned service_watchdog_ms(void)
{
	return to >= 0 ? watchdog_ms : 0;
}

void service_alive(void)
{
	tell("WATCHDOG=1");
}

void service_stopping(void)
{
	tell("STOPPING=1");
}
