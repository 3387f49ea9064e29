/* broker.c - starts and ends a mosquitto for a test. */
#include "support/test.h"

#include "support/broker.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "util/clock.h"

enum { ATTEMPTS = 5, START_MS = 10000 };

/* Between two looks at a condition. */
static void let_10_ms_pass(void)
{
	poll(NULL, 0, 10);
}

static struct sockaddr_in loopback(int port)
{
	return (struct sockaddr_in){ .sin_family = AF_INET,
				     .sin_port = htons((uint16_t)port),
				     .sin_addr = { htonl(INADDR_LOOPBACK) } };
}

int broker_free_port(void)
{
	struct sockaddr_in a = loopback(0);
	socklen_t len = sizeof(a);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&a, sizeof(a)) < 0 ||
	    getsockname(fd, (struct sockaddr *)&a, &len) < 0)
		fail_msg("no free port: %s", strerror(errno));
	close(fd);
	return ntohs(a.sin_port);
}

static bool answers(int port)
{
	struct sockaddr_in a = loopback(port);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool ok = fd >= 0 && connect(fd, (struct sockaddr *)&a, sizeof(a)) == 0;

	if (fd >= 0)
		close(fd);
	return ok;
}

static void child(const struct broker *b, pid_t parent)
{
	int null = open("/dev/null", O_RDWR);

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	dup2(null, 0);
	dup2(null, 1);
	dup2(null, 2);
	execlp("mosquitto", "mosquitto", "-c", b->config, (char *)NULL);
	execl("/usr/sbin/mosquitto", "mosquitto", "-c", b->config, (char *)NULL);
	_exit(127);
}

/* False when it ended, which it does when the port was taken meanwhile. */
static bool launch(struct broker *b)
{
	struct mono limit = mono_add_ms(clock_mono(), START_MS);
	pid_t parent = getpid();
	int status;

	b->pid = fork();
	if (b->pid < 0)
		fail_msg("fork: %s", strerror(errno));
	if (b->pid == 0)
		child(b, parent);
	while (!answers(b->port)) {
		if (waitpid(b->pid, &status, WNOHANG) == b->pid) {
			b->pid = 0;
			if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
				fail_msg("there is no mosquitto on this machine");
			return false;
		}
		if (mono_reached(clock_mono(), limit))
			fail_msg("mosquitto does not listen on port %d", b->port);
		let_10_ms_pass();
	}
	return true;
}

void broker_start(struct broker *b, const char *extra)
{
	char text[2048];

	snprintf(b->config, sizeof(b->config), "%s/mosquitto.conf", test_tmpdir());
	for (int i = 0; i < ATTEMPTS; i++) {
		b->port = broker_free_port();
		snprintf(text, sizeof(text),
			 "listener %d 127.0.0.1\npersistence false\nuser root\n"
			 "log_dest none\n%s\n",
			 b->port, extra ? extra : "allow_anonymous true");
		test_write_file(b->config, text);
		if (launch(b))
			return;
	}
	fail_msg("mosquitto does not start with %s", b->config);
}

void broker_restart(struct broker *b)
{
	struct mono limit = mono_add_ms(clock_mono(), START_MS);

	while (!launch(b)) { /* the port may be held for a moment */
		if (mono_reached(clock_mono(), limit))
			fail_msg("mosquitto does not start again on port %d", b->port);
		let_10_ms_pass();
	}
}

static void end(struct broker *b, int sig)
{
	if (b->pid <= 0)
		return;
	kill(b->pid, SIGCONT);
	kill(b->pid, sig);
	while (waitpid(b->pid, NULL, 0) < 0 && errno == EINTR)
		;
	b->pid = 0;
}

void broker_stop(struct broker *b)
{
	end(b, SIGTERM);
}

void broker_kill(struct broker *b)
{
	end(b, SIGKILL);
}

void broker_pause(struct broker *b)
{
	kill(b->pid, SIGSTOP);
}

void broker_resume(struct broker *b)
{
	kill(b->pid, SIGCONT);
}
