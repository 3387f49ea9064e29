/*
 * image.h - the cells of a block as its last reply had them.
 *
 * Most of a plant stands still most of the time: what has not moved since the reply
 * before needs no decoding, no look at its tag and no lock, only a compare. Everything is
 * new after a failure, and once a second or so, so that nothing ages at the server
 * (driver_refresh_due). One thread; the cells are owned.
 */
#ifndef SG_DRIVERS_MODBUS_IMAGE_H
#define SG_DRIVERS_MODBUS_IMAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "util/clock.h"

struct mb_image { /* zeroed: nothing known */
	uint16_t *cells;
	uint32_t count;
	bool known;
	struct mono refreshed; /* when all of it was posted */
};

enum mb_news {
	MB_NEWS_NONE, /* every cell is as it was */
	MB_NEWS_SOME, /* ask mb_image_moved() */
	MB_NEWS_ALL   /* post everything */
};

/* What this reply brings; period_ms: until the next one. The image stays as it was. */
enum mb_news mb_image_compare(const struct mb_image *im, const uint16_t *cells,
			      uint32_t count, int64_t period_ms, struct mono now);
/* Any of the n cells from at on; only after MB_NEWS_SOME. */
static inline bool mb_image_moved(const struct mb_image *im, const uint16_t *cells,
				  uint32_t at, uint32_t n)
{
	for (uint32_t i = at; i < at + n; i++)
		if (im->cells[i] != cells[i])
			return true;
	return false;
}
/* The reply becomes the image. */
void mb_image_keep(struct mb_image *im, const uint16_t *cells, uint32_t count,
		   enum mb_news news, struct mono now);
/* The next reply is new in all it says. */
void mb_image_forget(struct mb_image *im);
void mb_image_release(struct mb_image *im);

#endif
