/*
 * err.h - the one set of error codes.
 *
 * Fallible calls return SG_OK (0) or a negative code, and write a sentence fit
 * to show an operator into a struct strbuf *why where they take one.
 */
#ifndef SG_UTIL_ERR_H
#define SG_UTIL_ERR_H

enum sg_err {
	SG_OK = 0,
	SG_ECONFIG = -1, /* a file or a setting is wrong */
	SG_EIO = -2,     /* the system or a peer failed; errno may say more */
	SG_EPROTO = -3,  /* bytes that break the protocol */
	SG_ELIMIT = -4,  /* larger than a stated maximum */
	SG_ENOENT = -5,  /* no such tag, alarm, screen, ... */
	SG_EREFUSED = -6 /* understood and not allowed */
};

#endif
