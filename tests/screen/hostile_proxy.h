/*
 * hostile_proxy.h - stands between a console and a real server and puts hostile text into
 * what the server says, in every message there is: each run of printable characters of a
 * frame may become as many bytes of hostile text. Lengths stay, so the frames stay
 * readable; whatever a new message brings is covered without a word here.
 */
#ifndef SG_TESTS_SCREEN_HOSTILE_PROXY_H
#define SG_TESTS_SCREEN_HOSTILE_PROXY_H

#include <stddef.h>
#include <stdint.h>

struct hostile_proxy;

enum hostile_way {
	HOSTILE_TEXT, /* runs of printable characters become hostile text */
	HOSTILE_BYTES /* any byte becomes any other: frames that cannot be read, too */
};

struct hostile_proxy *hostile_proxy_start(const char *server, const char *path);
void hostile_proxy_stop(struct hostile_proxy *p);
/* How often: of 1000 runs (or bytes), in what is said from now on. */
void hostile_proxy_set(struct hostile_proxy *p, enum hostile_way way, uint64_t seed,
		       unsigned per_mille);
/* Changed so far. */
size_t hostile_proxy_changed(struct hostile_proxy *p);

#endif
