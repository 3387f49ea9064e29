/*
 * trend_view.h - the trend page: up to eight pens over one window, rulers, and the same
 * window as a table. Where it stands is in struct ui_trend; what was drawn is noted in
 * ui->drawn.trend, which the keys count from. Pure.
 */
#ifndef SG_CONSOLE_VIEW_TREND_VIEW_H
#define SG_CONSOLE_VIEW_TREND_VIEW_H

#include "console/view/parts.h"

void trend_view_paint(const struct canvas *c, const struct frame_input *in);
/* The spans that + and - go through; "" beyond the last. *ms: its length. */
const char *ui_trend_span(size_t at, int64_t *ms);

#endif
