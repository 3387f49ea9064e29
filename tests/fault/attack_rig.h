/*
 * attack_rig.h - a server of the test's own, with no plant behind it, and raw
 * connections to its socket: what a hostile or a broken client can do.
 */
#ifndef SG_TESTS_ATTACK_RIG_H
#define SG_TESTS_ATTACK_RIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "util/strbuf.h"
#include "wire/client.h"

struct attack_rig {
	pid_t pid;
	char dir[80], socket[100], log[100];
};

/* files: the limit of its descriptors; 0 = as it is. */
struct attack_rig *attack_up(unsigned files);
void attack_down(struct attack_rig *r); /* SIGTERM; fails unless it ends well and soon */

/* The server of a group of tests, between its setup and its teardown. */
extern struct attack_rig *rig;
int attack_open(void **state);
int attack_close(void **state);

int attack_connect(const struct attack_rig *r); /* a bare stream; fails the test */
struct client *attack_client(const struct attack_rig *r); /* greeted */
/* STATUS answered: fails the test after limit_ms. Returns how long it took. */
int64_t attack_served(struct client *c, int limit_ms);
/* Takes bytes until the server ends the connection; fails after limit_ms. */
void attack_until_ended(int fd, struct strbuf *said, int limit_ms);
/* said as text: what is no text is left out. Static storage. */
const char *attack_text(const struct strbuf *said);

long attack_rss_kb(const struct attack_rig *r);
size_t attack_descriptors(const struct attack_rig *r);
/* Until it holds no more than n descriptors; fails the test after 10 s. */
void attack_until_descriptors(const struct attack_rig *r, size_t n);
int64_t attack_ms(void);

#endif
