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
/* "Works > Intake > Pump 101": the whole way to what is shown; and whether the header had
 * room for it in the last frame. */
void header_way(const struct frame_input *in, struct strbuf *out);
bool header_has_way(const struct canvas *c, const struct frame_input *in);
/* "Alarms", or the title of the screen. */
const char *ui_page_title(const struct model *m, enum ui_page page);
/* "OK", "SERVER LOST 12s", "NOT RECORDING", ...; abnormal tells how to draw it. */
void header_link_text(const struct frame_input *in, char *out, size_t size,
		      bool *abnormal);
/* The highest unacknowledged alarms, then the highest others; never covered. */
void banner_paint(const struct canvas *c, const struct frame_input *in);
/* The open faceplate over the lower right of c; nothing when there is none. */
void faceplate_paint(const struct canvas *c, const struct frame_input *in);
void message_paint(const struct canvas *c, const struct frame_input *in);
void keybar_paint(const struct canvas *c, const struct frame_input *in);
void alarm_view_paint(const struct canvas *c, const struct frame_input *in);
/* The live order of the list's shelf, narrowed by the filter, as its names. */
void alarm_list_take(struct ui_list *l, const struct model *m, const struct ui_filter *f);

/* An alarm in words; returns the rows it takes, even beyond the canvas. */
int alarm_detail_paint(const struct canvas *c, const struct wire_alarm_row *r);
void device_view_paint(const struct canvas *c, const struct frame_input *in);
/* The devices that the filter leaves, in their order: out has room for all of them. */
size_t device_list(const struct model *m, const struct ui_filter *f,
		   const struct wire_device **out);
void journal_view_paint(const struct canvas *c, const struct frame_input *in);
void audit_view_paint(const struct canvas *c, const struct frame_input *in);
/* search_view.c */
struct search_title {
	const char *refusal; /* "" = none */
	bool told, more;
	size_t n;
	const char *what; /* "row" */
};
void search_title_paint(const struct canvas *c, struct ui_search *u,
			const struct search_title *t);
void search_keep_in_sight(struct ui_search *u, size_t n, size_t rows);
void report_view_paint(const struct canvas *c, const struct frame_input *in);
void help_paint(const struct canvas *c, const struct frame_input *in);
/* What stands on the glass now is what help explains first. */
void help_notice(struct ui *ui, const struct grid *g);
/* What is to be done to an alarm, with its reason; nothing without ui->act.open. */
void act_dialog_paint(const struct canvas *c, const struct frame_input *in);
/* What somebody asks to approve; true when all of it stands there. */
bool approval_paint(const struct canvas *c, const struct frame_input *in);
/* What waits for this person's answer, in a line; "" = nothing. */
void approval_hint(const struct frame_input *in, struct strbuf *out);
/* A form; nothing while none is open. */
void form_paint(const struct canvas *c, const struct frame_input *in);
/* The frame of a dialog; returns what is inside. */
struct canvas dialog_box(const struct canvas *c, int cols, int rows, const char *title);
/* One of a dialog's answers, with the cursor on it when it is chosen; returns the column
 * of the next. */
int dialog_answer_paint(const struct canvas *c, int col, int row, const char *text,
			bool chosen);
/* Draws the open dialog in the middle of c; true when all of it fits. */
bool dialog_paint(const struct canvas *c, const struct frame_input *in);

void goto_view_paint(const struct canvas *c, const struct frame_input *in);
/* The row that says what a list is narrowed to, when it is; returns the rows used. */
int filter_paint(const struct canvas *c, int row, const struct ui_filter *f, size_t shown,
		 size_t all);
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
/* A label and its text beside it, both of a dialog; returns the row below. */
int wrap_pair_paint(const struct canvas *c, int label_cols, int row, const char *label,
		    const char *text);

#endif
