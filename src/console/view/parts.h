/*
 * parts.h - the parts of a frame, a file each: header, banner, message line, key bar,
 * alarm list, devices, help, dialog. Each draws into the canvas it is given and nowhere
 * else, at any size. Pure.
 */
#ifndef SG_CONSOLE_VIEW_PARTS_H
#define SG_CONSOLE_VIEW_PARTS_H

#include "console/view/ui.h"
#include "screen/grid.h"

struct frame_input {
	struct model *m;
	struct ui *ui; /* ui->drawn is written, and the order of an unused list */
	struct now now;
};

/* Row 0: where we are, alarms by priority, state of the server, who, clock. */
void header_paint(const struct canvas *c, const struct frame_input *in);
/* "OK", "SERVER LOST 12s", "NOT RECORDING", ...; abnormal tells how to draw it. */
void header_link_text(const struct frame_input *in, char *out, size_t size,
		      bool *abnormal);
/* "■1 0/2": of one priority; returns the cells used. */
int header_count_paint(const struct canvas *c, int col, const struct model *m,
		       int priority);
/* The highest unacknowledged alarms, then the highest others; never covered. */
void banner_paint(const struct canvas *c, const struct frame_input *in);
void message_paint(const struct canvas *c, const struct frame_input *in);
void keybar_paint(const struct canvas *c, const struct frame_input *in);
void alarm_view_paint(const struct canvas *c, const struct frame_input *in);
/* An alarm in words; returns the rows it takes, even beyond the canvas. */
int alarm_detail_paint(const struct canvas *c, const struct wire_alarm_row *r);
void device_view_paint(const struct canvas *c, const struct frame_input *in);
void journal_view_paint(const struct canvas *c, const struct frame_input *in);
void report_view_paint(const struct canvas *c, const struct frame_input *in);
void help_paint(const struct canvas *c, const struct frame_input *in);
/* What is to be done to an alarm, with its reason; nothing without ui->act.open. */
void act_dialog_paint(const struct canvas *c, const struct frame_input *in);
/* The frame of a dialog; returns what is inside. */
struct canvas dialog_box(const struct canvas *c, int cols, int rows, const char *title);
/* Draws the open dialog in the middle of c; true when all of it fits. */
bool dialog_paint(const struct canvas *c, const struct frame_input *in);

/* A line that is typed, in the one row of c; typing: with the terminal's cursor. */
void entry_paint(const struct canvas *c, const struct entry *e, bool typing);
/* Notes where something that can be selected stands, for the mouse. */
static inline struct drawn_area drawn_area(const struct canvas *c)
{
	return (struct drawn_area){ c->col, c->row, c->cols, c->rows };
}

/* Mark, digit and star of an alarm, three cells. */
void alarm_mark_paint(const struct canvas *c, int col, int row,
		      const struct wire_alarm_row *r);
/* Clean text over several rows, broken at blanks; returns the rows it takes, even
 * beyond the canvas. */
int wrap_paint(const struct canvas *c, int col, int row, int width, const char *text,
	       enum role role);

#endif
