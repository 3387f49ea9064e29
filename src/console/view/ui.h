/*
 * ui.h - where the operator is: page, selection, dialog, message. The other half of what
 * a frame is painted from; app/ changes it, the views only draw it and note what they
 * have drawn (struct drawn): a command is bound to that, never to what is newer. Pure.
 */
#ifndef SG_CONSOLE_VIEW_UI_H
#define SG_CONSOLE_VIEW_UI_H

#include "console/view/model.h"

enum ui_page {
	UI_PICTURE,
	UI_ALARMS,
	UI_HELP,
	UI_DEVICES,
	UI_JOURNAL,
	UI_REPORT,
	UI_PAGES
};

enum {
	UI_VALUE_MAX = 60,
	UI_REASON_MAX = 200,
	UI_WORDS_MAX = 60,
	ENTRY_MAX = 255,
	UI_HISTORY = 9,
	UI_STEPS = 6,
	UI_KEYS_MAX = 16,
	UI_WAITING_MAX = 256,
	/* a confirm that has just come up takes no key for this long: what was typed for
	 * the frame before must not send (SEC-18) */
	UI_ARM_MS = 250
};

/* A line of text while it is typed; app/entry.h does it. */
struct entry {
	char text[ENTRY_MAX + 1];
	size_t at;        /* byte the cursor stands before */
	const char *note; /* why the last key typed nothing; NULL = it did */
};

enum dialog_stage {
	DIALOG_CLOSED,
	DIALOG_ENTRY,   /* the value is typed */
	DIALOG_ASKING,  /* SELECT is out */
	DIALOG_OFFER,   /* SELECTED: Enter or Y sends */
	DIALOG_WRITING, /* CONFIRM is out: nothing can take it back */
	DIALOG_RESULT,  /* outcome and verdict stand there until a key */
	DIALOG_LEAVE    /* leave the console? */
};

struct dialog {
	enum dialog_stage stage;
	char tag[128];
	struct entry entry;
	char note[WIRE_TEXT_MAX + 1]; /* a refusal, or what happened */
	bool refused;                 /* note is one */
	uint32_t req;
	struct wire_selected offer;
	struct mono expires, arm_at;
	bool armed; /* the offer was drawn whole and long enough ago */
	char step[UI_STEPS][160];
	size_t n_steps;
};

struct ui_message {
	char text[WIRE_TEXT_MAX + 1];
	enum role role;
	struct mono until;
};

/* The alarm list as it stands on the glass: names in an order that does not change
 * while one of them is selected. */
struct ui_list {
	enum model_shelf shelf;
	char (*names)[128];
	size_t n;
	size_t top;
	int selected; /* index into names, -1 = none: the order is live */
};

/* The list of devices: selected by name, so that an answer which says more or fewer of
 * them moves nothing under the cursor. */
struct ui_devices {
	char selected[64]; /* "" = none */
	size_t top;
};

struct ui_journal {
	char alarm[128]; /* only this one; "" = all */
	struct entry words;
	bool typing; /* the words */
	size_t selected, top;
};

struct ui_report {
	size_t period, top;
};
/* The periods of the page of figures; NULL beyond the last. */
const char *ui_report_period(size_t at, int64_t *ms);

/* An occurrence as it was drawn. */
struct drawn_alarm {
	bool there;
	char name[128];
	uint64_t occurrence, epoch, version;
};

/* What is to be done to an alarm, with the words that go on record. */
struct ui_act {
	bool open;
	uint8_t event; /* enum alarm_event */
	struct drawn_alarm target;
	int64_t max_s;      /* of a shelf */
	size_t period;      /* index into the periods of a shelf, ui_act_period() */
	struct entry entry; /* the reason or the comment */
	char note[160];     /* why it cannot be sent as it is; "" = nothing */
};

/* The periods that are offered for a shelf: seconds and words; 0 = once, until its
 * condition goes. NULL beyond the last. */
const char *ui_act_period(size_t at, int64_t *seconds);
bool ui_act_needs_reason(uint8_t event);

/* Where on the glass the picture, or the rows of a list, stand: what the mouse hits. */
struct drawn_area {
	int col, row, cols, rows;
};

/* What the last frame showed. */
struct drawn {
	struct drawn_area picture, list; /* no cols: it does not stand there */
	struct drawn_alarm banner;   /* the first of the banner */
	struct drawn_alarm selected; /* the selected row of the list */
	uint64_t offer;   /* token of the offer that stands there whole; or 0 */
	size_t list_rows; /* rows of the list that fit: a page */
	/* all rows of the list that stand there and wait for an acknowledgement */
	struct drawn_alarm waiting[UI_WAITING_MAX];
	size_t n_waiting;
};

struct ui_key { /* one line of help */
	const char *keys, *text;
	unsigned pages; /* bit per enum ui_page */
};

struct ui {
	enum ui_page page, help_of;
	int selected; /* index into the shown screen's items, or PICTURE_NOTHING */
	char history[UI_HISTORY][SCREEN_ID_MAX + 1];
	size_t n_history;
	size_t help_top;
	struct ui_list list;
	struct ui_devices devices;
	struct ui_journal journal;
	struct ui_report report;
	struct dialog dialog;
	struct ui_act act;
	bool silenced; /* this console is, until another alarm comes */
	struct ui_message message;
	struct ui_message warning; /* stands behind it; no key takes it away */
	struct drawn drawn;
	const struct ui_key *keys; /* ends with NULL keys */
};

#endif
