/*
 * bare.h - the peers: the same work with nothing around it, built with the same flags.
 * They set what a row is held against and are no part of Sightglass.
 */
#ifndef SG_TESTS_BENCH_BARE_H
#define SG_TESTS_BENCH_BARE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* --- engine.c: equal arrays, four compares --- */
struct bare_update {
	uint32_t id;
	double value;
	int64_t ns;
};
struct bare_engine;
struct bare_engine *bare_engine_new(uint32_t tags);
/* Returns how many changed: so that nothing is optimised away. */
uint64_t bare_engine_run(struct bare_engine *e, const struct bare_update *u, size_t n);
void bare_engine_free(struct bare_engine *e);

/* --- expr.c: a * 0.5 + b > 10 && c --- */
uint64_t bare_expr_run(const double *v, size_t n);

/* --- slave.c: the least Modbus slave that answers --- */
enum { BARE_PLACES = 512, BARE_ADDRESS_SIZE = 40 };
/* One address to connect to; a scan begins with register 0. */
struct bare_place {
	_Atomic uint64_t requests, scans;
	_Atomic uint64_t off; /* scans a tenth of the period or more out of time */
	_Atomic int64_t began_ns;
};
struct bare_slave_shared { /* between the bench and its slave's process */
	_Atomic uint64_t requests, reads, writes, connections;
	_Atomic int changing;      /* registers of 100 that move from answer to answer */
	_Atomic uint16_t offset;   /* added to every register */
	_Atomic int silent_every;  /* each n-th place takes requests and says nothing */
	_Atomic int64_t period_ns; /* what bare_place.off is held against */
	struct bare_place place[BARE_PLACES];
};
struct bare_slave {
	int pid, port;
	struct bare_slave_shared *shared;
};
void bare_slave_start(struct bare_slave *s);
/* One process, so many addresses, all at the same port. */
void bare_slave_start_at(struct bare_slave *s, int places);
void bare_slave_stop(struct bare_slave *s);
/* "127.0.1.17" */
const char *bare_address(int place, char out[BARE_ADDRESS_SIZE]);

/* --- modbus.c: libmodbus and nothing else --- */
struct bare_modbus;
struct bare_modbus *bare_modbus_open(int port);
void bare_modbus_read(struct bare_modbus *m, int first, int count);
void bare_modbus_write(struct bare_modbus *m, int at, uint16_t v);
void bare_modbus_close(struct bare_modbus *m);
/* A thread and a connection a place, each as fast as it goes. Reads a second. */
double bare_modbus_threads(int port, int places, int count, double seconds);
/* Bare socket, the same bytes, no library: reads of 125, as many as fit. Per second. */
double bare_ping_pong(int port, double seconds);

/* --- sqlite.c: one row, one durable commit --- */
struct bare_sqlite;
struct bare_sqlite *bare_sqlite_open(const char *dir);
void bare_sqlite_commit(struct bare_sqlite *s, const void *body, size_t n);
void bare_sqlite_close(struct bare_sqlite *s);

/* --- echo.c: curses shows a key that was pressed, until q; a child on a terminal --- */
void bare_echo(void) __attribute__((noreturn));

/* --- config.c: libconfig reads the files, and that is all --- */
void bare_config_parse(const char *const *paths, size_t n);

#endif
