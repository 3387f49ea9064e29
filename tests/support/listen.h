/*
 * listen.h - for peers that serve each connection in a thread of its own.
 */
#ifndef SG_TESTS_SUPPORT_LISTEN_H
#define SG_TESTS_SUPPORT_LISTEN_H

#include <stdint.h>

/* Listens on a free port of the IPv4 address (in the machine's order) and gives each
 * connection to serve: the descriptor as a number, which serve closes. Returns the port,
 * 0 = it failed. */
unsigned listen_and_serve(uint32_t address, void *(*serve)(void *fd));

#endif
