/*
 * broker.h - a real mosquitto of the test's own on a free loopback port.
 *
 * It dies with the test. Every call waits for what it promises, with a deadline.
 */
#ifndef SG_TESTS_SUPPORT_BROKER_H
#define SG_TESTS_SUPPORT_BROKER_H

#include <sys/types.h>

struct broker {
	pid_t pid; /* 0 = not running */
	int port;
	char config[256];
};

/* Takes a free port and starts; extra lines go into its configuration, NULL for none
 * (then anybody may connect). */
void broker_start(struct broker *b, const char *extra);
/* The same port again, after stop or kill. */
void broker_restart(struct broker *b);
void broker_stop(struct broker *b); /* SIGTERM; not running is allowed */
void broker_kill(struct broker *b); /* SIGKILL */
/* Silent but not closed: SIGSTOP and SIGCONT. */
void broker_pause(struct broker *b);
void broker_resume(struct broker *b);
/* A loopback port nobody listens on just now. */
int broker_free_port(void);

#endif
