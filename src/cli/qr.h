/*
 * qr.h - a QR code drawn with half blocks, two of its rows in one of the terminal's: the
 * only user of libqrencode.
 */
#ifndef SG_CLI_QR_H
#define SG_CLI_QR_H

#include <stdbool.h>

struct strbuf;

/* coloured: black on white whatever the terminal's ground is; else light blocks on what
 * is taken for a dark ground. False when the text is too long for a code. */
bool qr_draw(struct strbuf *out, const char *text, bool coloured);

#endif
