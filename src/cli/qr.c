/* qr.c - modules of a QR code as half blocks. */
#include "cli/qr.h"

#include <qrencode.h>

#include "util/strbuf.h"

enum {
	QUIET = 2
}; /* modules of white around it: half of what ISO asks, so that 24 rows
      are enough; every reader tried takes it */

static bool is_dark(const QRcode *qr, int x, int y)
{
	if (x < 0 || y < 0 || x >= qr->width || y >= qr->width)
		return false;
	return qr->data[y * qr->width + x] & 1;
}

static void draw_row(struct strbuf *out, const QRcode *qr, int y, bool coloured)
{
	static const char *const half[2][2] = { { " ", "\xe2\x96\x84" },
						{ "\xe2\x96\x80", "\xe2\x96\x88" } };

	if (coloured)
		strbuf_adds(out, "\033[30;107m");
	for (int x = -QUIET; x < qr->width + QUIET; x++) {
		bool above = is_dark(qr, x, y), below = is_dark(qr, x, y + 1);

		strbuf_adds(out, coloured ? half[above][below] : half[!above][!below]);
	}
	strbuf_adds(out, coloured ? "\033[0m\n" : "\n");
}

bool qr_draw(struct strbuf *out, const char *text, bool coloured)
{
	QRcode *qr = QRcode_encodeString(text, 0, QR_ECLEVEL_L, QR_MODE_8, 1);

	if (!qr)
		return false;
	for (int y = -QUIET; y < qr->width + QUIET; y += 2)
		draw_row(out, qr, y, coloured);
	QRcode_free(qr);
	return true;
}
