/*
 * bad_disk.h - a disk for SQLite that fails when told to, and one whose power is cut.
 *
 * bad_disk_install() puts a VFS of ours in the place of SQLite's own for the whole
 * program. It counts what is written, synchronised, cut and opened, of the database and
 * its log; a plan says which of these fail, and how. While power is recorded it also
 * knows what the disk has for sure (what was synchronised) and what it only may have:
 * bad_disk_image() then makes the files as a power cut could have left them, with any of
 * the unsynchronised writes there, torn at a sector, out of order, or not there at all.
 *
 * Writes with O_DSYNC that the program itself does (the reserve journal) belong to the
 * same disk: pwrite() and fsync() of the program are ours, too.
 */
#ifndef SG_TESTS_BAD_DISK_H
#define SG_TESTS_BAD_DISK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum bad_op {
	BAD_WRITE = 1,
	BAD_SYNC = 2,
	BAD_TRUNCATE = 4,
	BAD_OPEN = 8,
	BAD_RESERVE = 16, /* a write of the reserve journal */
	BAD_ALL = 31,
};

enum bad_how {
	BAD_NOT = 0,
	BAD_EIO,
	BAD_FULL,  /* ENOSPC */
	BAD_RO,    /* read-only */
	BAD_SHORT, /* half of it is written, then EIO */
	BAD_LIE,   /* a sync that says it was done */
};

struct bad_plan {
	enum bad_how how;
	unsigned ops;   /* enum bad_op that count and fail */
	unsigned from;  /* the first that fails, counted from 1 */
	unsigned count; /* how many fail; UINT_MAX = all from there on */
};

void bad_disk_install(void);
void bad_disk_plan(struct bad_plan plan); /* and counts from 0 */
void bad_disk_heal(void);
unsigned bad_disk_ops(void); /* that counted since the plan */

/* From here on, of the files in dir as they are now. */
void bad_disk_record(const char *dir);
/* The n-th operation from now on is the one in which the power goes: nothing after it
 * reaches the disk, everything after it fails. */
void bad_disk_cut_power_at(unsigned n);
bool bad_disk_is_dark(void);
enum bad_image {
	BAD_IMAGE_SURE, /* only what was synchronised */
	BAD_IMAGE_ALL,  /* everything: only the process was killed */
	BAD_IMAGE_ANY   /* anything that may have happened */
};
/* The files of dir after the power cut, into the new folder to. */
void bad_disk_image(const char *to, enum bad_image what, uint64_t *seed);
/* Asleep it lets everything through and remembers nothing: for looking at an image. */
void bad_disk_sleep(bool asleep);
void bad_disk_forget(void);

uint64_t bad_disk_random(uint64_t *seed, uint64_t below);

#endif
