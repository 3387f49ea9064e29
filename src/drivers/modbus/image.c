/* image.c - comparing a reply with the one before; see the header. */
#include "drivers/modbus/image.h"

#include <stdlib.h>
#include <string.h>

#include "driver/child.h"
#include "util/xalloc.h"

enum mb_news mb_image_compare(const struct mb_image *im, const uint16_t *cells,
			      uint32_t count, int64_t period_ms, struct mono now)
{
	if (!im->known || im->count != count ||
	    driver_refresh_due(im->refreshed, now, period_ms))
		return MB_NEWS_ALL;
	return memcmp(im->cells, cells, count * sizeof(*cells)) == 0 ? MB_NEWS_NONE
								     : MB_NEWS_SOME;
}

void mb_image_keep(struct mb_image *im, const uint16_t *cells, uint32_t count,
		   enum mb_news news, struct mono now)
{
	if (news == MB_NEWS_NONE)
		return;
	if (im->count != count) {
		im->cells = xrealloc(im->cells, count * sizeof(*cells));
		im->count = count;
	}
	memcpy(im->cells, cells, count * sizeof(*cells));
	im->known = true;
	if (news == MB_NEWS_ALL)
		im->refreshed = now;
}

void mb_image_forget(struct mb_image *im)
{
	im->known = false;
}

void mb_image_release(struct mb_image *im)
{
	free(im->cells);
	*im = (struct mb_image){ 0 };
}
