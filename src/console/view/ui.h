/*
 * ui.h - where the operator is: page, selection, dialog, message. The other half of what
 * a frame is painted from; app/ changes it, the views only draw it and note what they
 * have drawn (struct drawn): a command is bound to that, never to what is newer. Pure.
 */
#ifndef SG_CONSOLE_VIEW_UI_H
#define SG_CONSOLE_VIEW_UI_H

#include "console/view/model.h"
#include "wire/approval.h"

enum ui_page {
	UI_PICTURE,
	UI_ALARMS,
	UI_HELP,
	UI_DEVICES,
	UI_JOURNAL,
	UI_AUDIT,
	UI_REPORT,
	UI_OVERRIDES,
	UI_PEOPLE,
	UI_GOTO,
	UI_TREND,
	UI_CHANGES,
	UI_DOUBTS,
	UI_PAGES
};

enum {
	UI_VALUE_MAX = 60,
	UI_REASON_MAX = 200,
	UI_WORDS_MAX = 60,
	ENTRY_MAX = 255,
	UI_HISTORY = 9,
	UI_STEPS = 6,
	UI_CHOICES = 24,
	UI_APPROVALS = 16,
	UI_KEYS_MAX = 24,
	UI_WAITING_MAX = 256,
	UI_ROW_KEY_MAX = 200,
	UI_PLACES_MAX = 100,
	UI_LAST_PLACES = 9,
	/* the digits of screens: 4 to 9 */
	UI_FIRST_SCREEN_KEY = 4,
	UI_SCREEN_KEYS = 6,
	/* a confirm that has just come up takes no key for this long: what was typed for
	 * the frame before must not send (SEC-18) */
	UI_ARM_MS = 250,
	UI_PENDING_MS = 2000, /* an answer that takes longer is said to be pending */
	UI_BLINK_MS = 500     /* lit and dark: 1 Hz */
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
	DIALOG_CHOICE,  /* the value is chosen */
	DIALOG_REASON,  /* why: the tag asks for it */
	DIALOG_ASKING,  /* SELECT is out */
	DIALOG_OFFER,   /* SELECTED: Enter or Y sends, or what is shown is typed */
	DIALOG_SECOND,  /* CONFIRM is out and waits for a second person */
	DIALOG_WRITING, /* CONFIRM is out: nothing can take it back */
	DIALOG_RESULT,  /* outcome and verdict stand there until a key */
	DIALOG_LEAVE    /* leave the console? */
};

/* A value that is offered, and its word. */
struct dialog_choice {
	char value[UI_VALUE_MAX + 1], text[48];
};

struct dialog {
	enum dialog_stage stage;
	char tag[128];
	struct entry entry;
	struct dialog_choice choice[UI_CHOICES];
	size_t n_choices, chosen;
	/* Of a button: what it says. Its offer has two answers, and rests on no. */
	char button[48];
	bool yes;
	char note[WIRE_TEXT_MAX + 1]; /* a refusal, or what happened */
	bool refused;                 /* note is one */
	uint32_t req;
	struct entry reason;   /* what goes on record */
	struct entry typed;    /* the challenge; of DIALOG_SECOND: "alone" */
	char asked_names[512]; /* DIALOG_SECOND: who is asked */
	struct wire_selected offer;
	struct mono expires, arm_at;
	struct mono asked; /* when SELECT or CONFIRM left */
	bool armed;        /* the offer was drawn whole and long enough ago */
	char step[UI_STEPS][160];
	size_t n_steps;
};

struct ui_message {
	char text[WIRE_TEXT_MAX + 1];
	enum role role;
	struct mono until;
	struct mono first; /* until then nothing takes its place */
};

/* The alarm list as it stands on the glass: names in an order that does not change
 * while one of them is selected. */
struct ui_list {
	enum model_shelf shelf;
	char (*names)[128];
	size_t n;
	size_t top;
	int selected; /* index into names, -1 = none: the order is live */
	/* What the names were taken from: they are taken again when it is another. */
	struct ui_list_of {
		bool taken, flood;
		enum model_shelf shelf;
		uint64_t changes; /* model.list_changes */
		char words[ENTRY_MAX + 1];
	} of;
};

/* The list of devices: selected by name, so that an answer which says more or fewer of
 * them moves nothing under the cursor. */
struct ui_devices {
	char selected[64]; /* "" = none */
	size_t top;
};

/* The alarm journal or the audit record: what is looked for in it. */
struct ui_search {
	char of[128]; /* only of this alarm, this tag; "" = all */
	struct entry words;
	bool typing; /* the words */
	size_t selected, top;
};

struct ui_report {
	size_t period, top;
};

/* What a list is narrowed to while it is looked at, or the field of a picture that is
 * looked for. It ends with its page: no list ever opens with a filter (AL-05). */
struct ui_filter {
	struct entry words;
	bool typing;
};
static inline bool ui_filter_on(const struct ui_filter *f)
{
	return f->words.text[0] != '\0';
}
/* Each of its words stands somewhere in the texts. */
bool ui_filter_holds(const struct ui_filter *f, const char *const *texts, size_t n);

/* A list of rows that the server tells anew again and again, by their keys: it stands
 * still while one of them is selected. */
struct ui_rows {
	struct ui_row {
		char key[UI_ROW_KEY_MAX];
		int line; /* where it stands in that answer; -1 = it is gone */
	} * row;          /* owned */
	unsigned answer;  /* model_rows.answer that the lines are of */
	size_t n, top;
	int selected; /* index into row, -1 = none: the order is live */
};

enum ui_place_kind { PLACE_SCREEN, PLACE_PAGE, PLACE_ALARM, PLACE_TAG };

/* Where one can go. */
struct ui_place {
	enum ui_place_kind kind;
	char name[128]; /* screen's id, alarm, tag; a page's title */
	char text[160];
	int score;
};

struct ui_goto {
	struct entry words;
	struct ui_place found[UI_PLACES_MAX]; /* the best first */
	size_t n, selected, top;
	bool moved; /* somebody selects: what comes later stands behind */
	size_t fit; /* tags that fit, of which only the best are told */
	struct ui_place last[UI_LAST_PLACES]; /* the newest first */
	size_t n_last;
	enum ui_page from;
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

/* What others ask this person to approve. */
struct ui_asked {
	struct wire_approval m;
	struct mono until;
	struct wire_approval_line *line; /* owned by the app: of a set, as many as came */
	size_t n_lines;
};

enum ui_answer { ANSWER_NONE, ANSWER_YES, ANSWER_NO, ANSWERS };

struct ui_approvals {
	struct ui_asked asked[UI_APPROVALS]; /* the oldest first */
	size_t n;
	bool open;
	uint64_t shown;        /* its number: an answer is bound to it */
	enum ui_answer answer; /* rests on none until it is moved */
	bool why;              /* the reason of a no is typed */
	struct entry reason;
	struct mono arm_at;
	bool armed; /* it was drawn whole and long enough ago */
	char note[160];
	/* of the lines of a set, as drawn */
	int top, page, most; /* rows: scrolled to, shown at once, the last to scroll to */
	size_t seen;         /* so many lines, from the first, stood on the glass */
};

/* What is read, typed and sent as a whole: who somebody is, the hand-over of a shift. */
enum form_kind {
	FORM_CLOSED,
	FORM_NOTICE, /* of use: read and accepted */
	FORM_SIGN_IN,
	FORM_NOTES,  /* for who comes: lines, as many as it takes */
	FORM_GIVE,   /* the shift: both sign */
	FORM_BACK,   /* their own shift, which waits to be taken */
	FORM_TAKE,   /* a shift that somebody gives */
	FORM_CHANGE, /* another value for what is staged */
	FORM_SIGN,   /* what is staged: asked for */
	FORM_SIGNED, /* and signed */
	FORM_RECIPE, /* which one is staged */
	FORM_SETTLE  /* a write in doubt */
};
/* A whole change set is read before it is signed: its lines fit. */
enum { FORM_FIELDS = 5, FORM_LINE_MAX = 960, FORM_TEXT_MAX = 96000 };

struct form_field {
	const char *label;
	bool secret;
	struct entry entry;
};

struct ui_form {
	enum form_kind kind;
	char title[96];
	char text[FORM_TEXT_MAX + 1]; /* lines to read; "" = none */
	int top;                      /* scrolled to */
	bool more;                    /* as drawn: there is text below */
	struct form_field field[FORM_FIELDS];
	size_t n, at;
	const char *hint;
	char note[512]; /* a refusal, or what to do; "" = none */
	bool refused;
	uint32_t req;
	bool asked; /* sent, not answered */
};

/* The periods that are offered for a shelf: seconds and words; 0 = once, until its
 * condition goes. NULL beyond the last. */
const char *ui_act_period(size_t at, int64_t *seconds);
bool ui_act_needs_reason(uint8_t event);

/* Where on the glass the picture, or the rows of a list, stand: what the mouse hits. */
struct drawn_area {
	int col, row, cols, rows;
};

enum { UI_PENS_MAX = 8 };

/* The trend page; the pens stay while the console runs. */
struct ui_trend {
	char pens[UI_PENS_MAX + 1][128]; /* one more, so that the last can be moved */
	size_t n_pens, selected;
	bool changed;                /* the server has not been asked for these yet */
	bool opened;                 /* once at least */
	enum ui_page from;           /* where one came from */
	size_t zoom;                 /* ui_trend_span() */
	bool live;                   /* the newest at the right; else: */
	int64_t end_ms;              /* the window's end, UTC by the server's clock */
	int64_t ruler_ms, ruler2_ms; /* begins of buckets; 0 = none */
	bool table;
	size_t table_top;
};

struct drawn_trend {
	int64_t bucket_ms; /* 0 = nothing was drawn */
	int slots, step;
	int64_t end_ms;
	int64_t began_ms; /* of the selected pen's past; 0 = not known */
};

/* What the last frame showed. */
struct drawn {
	struct drawn_area plate;         /* the inside of a faceplate */
	struct drawn_area picture, list; /* no cols: it does not stand there */
	struct drawn_alarm banner;       /* the first of the banner */
	struct drawn_alarm selected;     /* the selected row of the list */
	struct drawn_trend trend;
	uint64_t offer;    /* token of the offer that stands there whole; or 0 */
	uint64_t approval; /* number of the request that stands there whole; or 0 */
	size_t list_rows;  /* rows of the list that fit: a page */
	/* all rows of the list that stand there and wait for an acknowledgement */
	struct drawn_alarm waiting[UI_WAITING_MAX];
	size_t n_waiting;
	bool blinks;     /* a mark of the banner does */
	int title_cells; /* room that the title had */
};

/* Who else is at the value that is selected or being typed. */
struct ui_holder {
	char tag[128]; /* asked for; "" = none */
	char name[64]; /* "" = nobody */
	bool writing;  /* has it selected at the server; else types */
};

struct ui_key { /* one line of help */
	const char *keys, *text;
	unsigned pages; /* bit per enum ui_page */
};

struct ui {
	enum ui_page page, help_of;
	int plate_selected; /* the same of the faceplate, while one is open */
	int selected;       /* index into the shown screen's items, or PICTURE_NOTHING */
	char history[UI_HISTORY][SCREEN_ID_MAX + 1];
	size_t n_history;
	size_t help_top;
	struct ui_list list;
	struct ui_devices devices;
	struct ui_search journal, audit;
	struct ui_report report;
	struct ui_rows overrides, people, staged, doubts;
	struct ui_filter filter;
	struct ui_goto go;
	struct ui_holder holder;
	size_t bar_page; /* which six screens the digits 4 to 9 are */
	bool no_blink;   /* --blink off */
	uint64_t seen;   /* roles that stood on the glass before help, a bit each */
	char seen_marks[64];
	struct ui_trend trend;
	struct dialog dialog;
	struct ui_act act;
	struct ui_approvals approvals;
	struct ui_form form;
	bool silenced; /* this console is, until another alarm comes */
	struct ui_message message;
	struct ui_message warning; /* stands behind it; no key takes it away */
	struct drawn drawn;
	const struct ui_key *keys; /* ends with NULL keys */
};

#endif
