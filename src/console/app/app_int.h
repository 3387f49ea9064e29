/*
 * app_int.h - what the files of this folder share. Nobody else includes it. One thread;
 * everything is owned by struct app.
 */
#ifndef SG_CONSOLE_APP_APP_INT_H
#define SG_CONSOLE_APP_APP_INT_H

#include "console/app/changes.h"
#include "console/term/term.h"
#include "console/view/frame.h"
#include "console/view/picture.h"
#include "util/strbuf.h"
#include "wire/client.h"
#include "wire/handover.h"
#include "wire/people.h"

enum {
	FRAME_MS = 50,      /* frames come no faster */
	KEY_FRAME_MS = 5,   /* but a key is not kept waiting (HM-12) */
	HOLD_MS = 150,      /* a new screen waits this long for its values */
	MESSAGE_MS = 8000,  /* a message stands this long */
	FIRST_MS = 4000,    /* and so long before what else wants the line */
	REFUSAL_MS = 20000, /* a refusal or a warning longer */
	BLINK_MS = UI_BLINK_MS,
	BELL_MS = 4000,        /* a new alarm rings no oftener (AL-12) */
	DEVICES_MS = 1000,     /* the devices on the glass are asked for anew */
	RESYNC_MS = 5000,      /* the alarm list is asked for no oftener */
	BACKOFF_MIN_MS = 500,  /* between attempts to reach the server */
	BACKOFF_MAX_MS = 5000, /* */
	GREETING_MS = 10000,   /* an attempt that is not answered is given up */
	PENDING_MAX = 16,
	PENDING_MS = UI_PENDING_MS,
	KEYS_A_TURN = 256, /* then a frame: a flood of keys must not starve the glass */
	VIEW_SHOWN = 1,
	VIEW_FACEPLATE = 2,
	VIEW_PENS = 3
};

/* A request whose REPLY matters. */
struct pending {
	uint32_t req; /* 0 = free */
	enum wire_type type;
	struct mono since; /* when it was asked */
	bool said;         /* that it takes long */
	char what[160];    /* "acknowledge intake.t101.level.hihi" */
};

struct bundle { /* screen files while they arrive */
	uint32_t req;
	struct screen_file *files; /* owned texts and paths */
	size_t n;
	bool again; /* they changed meanwhile */
};

/* What this console's bell does. */
struct sound {
	bool off;                /* --sound off */
	bool once;               /* --sound once: a new alarm rings, and that is all */
	struct mono next;        /* when it may ring for what stands; 0 = not yet known */
	struct mono rang;        /* when it rang last */
	int rang_for;            /* the priority it rang for */
	struct mono silenced_at; /* critical alarms ring again after a while (AM-02) */
};

/* The hand-over that is being prepared (shift.c). */
struct app_shift {
	uint32_t req; /* its rows are awaited; 0 = none */
	uint8_t act;  /* enum wire_handover_act */
	uint64_t number;
	char from[64];
	char text[FORM_TEXT_MAX + 1];
	size_t used;
	char notes[HANDOVER_NOTES_MAX + 1];
};

struct app {
	const char *socket; /* as given, or NULL */
	const char *first;  /* --screen, or NULL */
	bool plain;         /* --plain */
	const char *theme;  /* --theme, a name; NULL: the station's default */
	bool theme_fixed;   /* --theme, a file */
	struct term *term;
	struct client *client; /* NULL: down */
	bool greeted;
	bool sent_away; /* the session was ended: Enter comes back */
	struct mono heard, begun, retry_at;
	int64_t backoff_ms;
	int signal_fd;
	struct now now;
	struct model model;
	struct ui ui;
	struct grid grid;
	struct pending pending[PENDING_MAX];
	struct bundle bundle;
	/* 0 = none is out */
	uint32_t alarms_req, devices_req, journal_req, audit_req, report_req;
	struct mono devices_asked;
	/* rows_keys.c */
	uint32_t rows_req;
	struct model_rows *rows_of; /* whose rows_req is */
	struct mono rows_asked;
	struct app_changes changes; /* changes.c, recipes.c */
	/* people.c */
	uint32_t holder_req;
	struct mono holder_asked, place_told, pressed;
	struct wire_place place; /* as told last */
	struct ui_holder holder_found;
	struct app_shift shift;
	/* goto.c */
	uint32_t goto_req;
	bool goto_again;     /* the words are others than those that were asked */
	bool pens_told;      /* the trend page's pens have a view of their own */
	bool painted;        /* at least once */
	bool dirty, repaint; /* repaint: every cell */
	bool hurry;          /* the next frame answers a key */
	int64_t repaint_ms;  /* whole so often; 0 = never by itself */
	struct mono last_whole;
	bool beaten; /* a beat came since the clock last turned */
	bool alone;  /* the key came alone: only such a one confirms */
	struct mono last_frame, hold_until, resync_at;
	struct sound sound;
	struct strmap *warned; /* alarms whose return was told -> end of that shelf */
	bool may_copy;         /* --copy on */
	const char *pictures;  /* --pictures, or NULL */
	int pictures_fd;       /* 0 = none */
	bool plate_told;       /* the server has a view of a faceplate */
	bool leaving;
	int exit_code;
};

/* --- app.c --- */
void app_say(struct app *a, enum role role, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

void repaint_by_time(struct app *a); /* --repaint */

/* --- signals.c --- */
int signals_catch(void); /* returns the descriptor to poll */
void signals_take(struct app *a);
void suspend(struct app *a, uint32_t key);

/* --- mouse.c --- */
/* A key of the mouse; true when it was one. It selects and scrolls, and nothing else. */
bool mouse_key(struct app *a, uint32_t key);

/* --- link.c --- */
/* Takes over a greeted connection: everything is asked for anew. */
void link_up(struct app *a);
void link_lose(struct app *a, const char *why);
/* After a stop: nothing of before is live, and all is asked for anew. */
void link_refresh(struct app *a);
/* Reads what is there; tries again when it is time. */
void link_turn(struct app *a);
/* Sends what the server takes now, never waiting; the rest goes when poll says so. */
void link_flush(struct app *a);
/* Enter after the session was ended; true when it was taken. */
bool link_key(struct app *a, uint32_t key);
bool link_has_unsent(const struct app *a);
struct mono link_deadline(const struct app *a);

/* --- talk.c --- */
void talk_frame(struct app *a, const struct client_frame *f);
void talk_forget(struct app *a); /* the connection is gone */
/* Remembers a request so that its answer is understood. */
void talk_expect(struct app *a, uint32_t req, enum wire_type type, const char *what);
/* What was asked for some time ago and is not answered is said to be pending. */
void talk_pending_turn(struct app *a);
void talk_fetch_screens(struct app *a);
void talk_fetch_alarms(struct app *a);
void talk_subscribe(struct app *a);
/* Keeps the page of devices fresh while it stands there. */
void talk_devices_turn(struct app *a);

/* --- keys.c --- */
void go_alarms(struct app *a, uint32_t key);
void go_help(struct app *a, uint32_t key);
void show_screen(struct app *a, const char *id, bool remember);
void act_key(struct app *a, uint32_t key);
const struct ui_key *app_key_help(void);
/* Does the console use this key itself, on any page? */
bool app_key_taken(uint32_t key);

/* --- field_keys.c --- */
void go_screen(struct app *a, uint32_t key);
void more_screens(struct app *a, uint32_t key);
void write_item(struct app *a, uint32_t key);
void copy_item(struct app *a, uint32_t key);

/* --- print_key.c --- */
/* The file that pictures go into; negative: it cannot be had. */
int pictures_open(const char *path, struct strbuf *why);
void print_picture(struct app *a, uint32_t key);

/* --- find.c --- */
void find_begin(struct app *a, uint32_t key);
/* A key while something is looked for; true when it was taken. */
bool find_key(struct app *a, uint32_t key);
/* Nothing is narrowed any more; true when something was. */
bool find_forget(struct app *a);

/* --- goto.c --- */
void go_to(struct app *a, uint32_t key);
bool goto_key(struct app *a, uint32_t key);
/* It is the newest of the last places. */
void goto_note(struct app *a, enum ui_place_kind kind, const char *name,
	       const char *text);
/* The first screen that shows the tag, with it selected; false: none does. */
bool show_tag(struct app *a, const char *tag);
/* Its faceplate, for a tag that stands on no screen. */
void show_plate(struct app *a, const char *tag);
/* Rows and replies of the server: true when they were theirs. */
bool goto_row(struct app *a, uint32_t req, char *const *field, size_t n);
bool goto_reply(struct app *a, const struct wire_reply *m);

/* --- rows_keys.c --- */
void go_overrides(struct app *a, uint32_t key);
void go_people(struct app *a, uint32_t key);
void move_rows(struct app *a, uint32_t key);
void go_doubts(struct app *a, uint32_t key);
void rows_click(struct app *a, int row); /* of those that stand there */
void enter_override(struct app *a, uint32_t key);
/* Keeps the page of rows fresh while it stands there. */
void rows_turn(struct app *a);
void rows_forget(struct app *a); /* the connection is gone */
bool rows_row(struct app *a, uint32_t req, char *const *field, size_t n);
bool rows_reply(struct app *a, const struct wire_reply *m);

/* --- changes.c, recipes.c, doubts.c --- */
/* Beside the others that are staged; false: it was said why not. */
bool changes_stage(struct app *a, const char *tag, const struct value *v);
void go_changes(struct app *a, uint32_t key);
void edit_change(struct app *a, uint32_t key);
void drop_change(struct app *a, uint32_t key);
void clear_changes(struct app *a, uint32_t key);
void sign_changes(struct app *a, uint32_t key);
void load_recipe(struct app *a, uint32_t key);
void changes_turn(struct app *a);
void changes_forget(struct app *a); /* the connection is gone */
/* Frames; false: they cannot be read. Rows, replies: true when they were theirs. */
bool change_line_frame(struct app *a, const uint8_t *p, size_t n);
bool change_set_frame(struct app *a, const uint8_t *p, size_t n);
bool changes_reply(struct app *a, const struct wire_reply *m);
bool recipe_row(struct app *a, uint32_t req, char *const *field, size_t n);
bool recipe_reply(struct app *a, const struct wire_reply *m);
/* Of their forms. */
void change_done(struct app *a);
void sign_done(struct app *a);
void sign_answered(struct app *a, const struct wire_reply *m);
void signed_done(struct app *a);
void signed_left(struct app *a);
void recipe_done(struct app *a);
void recipe_answered(struct app *a, const struct wire_reply *m);
void settle_doubt(struct app *a, uint32_t key);
void settle_done(struct app *a);
void settle_answered(struct app *a, const struct wire_reply *m);

/* --- who.c --- */
/* WHO; false: it cannot be read. */
bool who_frame(struct app *a, const uint8_t *p, size_t n);
void lock_session(struct app *a, uint32_t key);

/* --- forms.c --- */
/* A key while a form is open; true when it was taken. */
bool form_key(struct app *a, uint32_t key);
bool form_reply(struct app *a, const struct wire_reply *m);
void form_void(struct app *a); /* the connection is gone */

/* --- sign_in.c --- */
void sign_in(struct app *a, uint32_t key);
/* USE_NOTICE; false: it cannot be read. */
bool notice_frame(struct app *a, const uint8_t *p, size_t n);
void notice_done(struct app *a);
void notice_answered(struct app *a, const struct wire_reply *m);
void sign_in_done(struct app *a);
void sign_in_answered(struct app *a, const struct wire_reply *m);

/* --- shift.c --- */
void hand_over(struct app *a, uint32_t key);
void notes_done(struct app *a);
void give_done(struct app *a);
void take_done(struct app *a);
void shift_answered(struct app *a, const struct wire_reply *m);
void back_done(struct app *a);
bool shift_reply(struct app *a, const struct wire_reply *m);
void shift_forget(struct app *a); /* the connection is gone */
bool shift_row(struct app *a, uint32_t req, char *const *field, size_t n);

/* --- people.c --- */
bool people_row(struct app *a, uint32_t req, char *const *field, size_t n);
bool people_reply(struct app *a, const struct wire_reply *m);
/* Tells our place, asks who else is at the value. */
void people_turn(struct app *a);
void people_forget(struct app *a); /* the connection is gone */

/* --- alarm_keys.c --- */
/* The list on which the alarm stands, with it selected. */
void alarm_show(struct app *a, const char *name);
/* The field that shows the tag, or else the symbol that it belongs to. */
int screen_item_of(const struct screen *s, const char *tag);
void move_alarm(struct app *a, uint32_t key);
void newest_first(struct app *a, uint32_t key);
void next_unacked(struct app *a, uint32_t key);
void other_shelf(struct app *a, uint32_t key);
void enter_alarm(struct app *a, uint32_t key);
void acknowledge(struct app *a, uint32_t key);
void acknowledge_visible(struct app *a, uint32_t key);
void confirm_alarm(struct app *a, uint32_t key);
void reset_alarm(struct app *a, uint32_t key);
void bring_back(struct app *a, uint32_t key);
/* Sends an act bound to what was drawn; its reply becomes a message. */
void alarm_act(struct app *a, const struct drawn_alarm *d, struct wire_alarm_act *m);

/* --- act_dialog.c --- */
void shelve(struct app *a, uint32_t key);
void out_of_service(struct app *a, uint32_t key);
void suppress(struct app *a, uint32_t key);
void comment(struct app *a, uint32_t key);
/* A key while the dialog is open; true when it was taken. */
bool act_dialog_key(struct app *a, uint32_t key);

/* --- sound.c --- */
void silence(struct app *a, uint32_t key);
void silence_horn(struct app *a, uint32_t key);
/* Rings when it is time: after a frame that shows why. */
void sound_turn(struct app *a);
struct mono sound_deadline(const struct app *a);

/* --- shelf_watch.c --- */
/* Each second: says which shelved alarms are back soon, once a shelf. */
void shelves_turn(struct app *a);

/* --- answer_keys.c --- */
void go_journal(struct app *a, uint32_t key);
void go_audit(struct app *a, uint32_t key);
/* Another page of what is searched for, or the first one anew. */
void ask_journal(struct app *a, bool further);
void ask_audit(struct app *a, bool further);
void go_report(struct app *a, uint32_t key);
void other_period(struct app *a, uint32_t key);
void scroll_report(struct app *a, uint32_t key);
/* Frames; false: they cannot be read. Replies: true when it was theirs. */
bool journal_row(struct app *a, const uint8_t *p, size_t n);
bool journal_reply(struct app *a, const struct wire_reply *m);
bool audit_row(struct app *a, uint32_t req, char *const *field, size_t n);
bool audit_reply(struct app *a, const struct wire_reply *m);
void report_row(struct app *a, uint32_t req, char *const *field, size_t n);
bool report_reply(struct app *a, const struct wire_reply *m);

/* --- search_keys.c --- */
void move_search(struct app *a, uint32_t key);
void refresh_search(struct app *a, uint32_t key);
void begin_search(struct app *a, uint32_t key);
void search_click(struct app *a, int row);
bool search_is_typing(struct app *a);
/* A key while words are typed; true when it was taken. */
bool search_key(struct app *a, uint32_t key);

/* --- trend_talk.c --- */
/* Asks for what is missing of the past that was painted. */
void trends_turn(struct app *a);
bool trend_data(struct app *a, const uint8_t *p, size_t n);
bool trend_reply(struct app *a, const struct wire_reply *m);

/* --- trend_keys.c --- */
/* The tag of what is selected, also of an alarm; "" = nothing that has one. */
void app_selected_tag(struct app *a, char out[128]);
void go_trend(struct app *a, uint32_t key);
/* Enter or t on a trend of a picture: false when the selection is no such. */
bool trend_of_selected(struct app *a);
/* The page with the pens of a screen's key, and no others. */
void trend_of_key(struct app *a, const struct screen_key *key);
/* The page with one pen more. */
void trend_open(struct app *a, const char *tag);
void drop_pen(struct app *a, uint32_t key);
void next_pen(struct app *a, uint32_t key);
void pan_trend(struct app *a, uint32_t key);
void zoom_trend(struct app *a, uint32_t key);
void oldest_trend(struct app *a, uint32_t key);
void live_trend(struct app *a, uint32_t key);
void move_ruler(struct app *a, uint32_t key);
void second_ruler(struct app *a, uint32_t key);
void table_trend(struct app *a, uint32_t key);
bool let_go_trend(struct app *a); /* Esc; false: not on that page */
/* Keeps a view of the pens while their page stands there. */
void pens_turn(struct app *a);

/* --- device_keys.c --- */
void go_devices(struct app *a, uint32_t key);
void device_show(struct app *a, const char *name);
void device_click(struct app *a, size_t at); /* the row, of those that are shown */
void move_device(struct app *a, uint32_t key);
void next_abnormal_device(struct app *a, uint32_t key);

/* --- plate_keys.c --- */
/* What keys are about: the faceplate while one is open, else the picture. */
struct focus {
	const struct screen *s; /* NULL: nothing is shown */
	struct picture_source src;
	int *selected;
};
struct focus app_focus(struct app *a);
/* "pump(p=intake.p101)"; false with a message when there is none such. */
bool plate_open(struct app *a, const char *call);
void plate_close(struct app *a);
/* Tells the server what the open faceplate shows, or that none is open. */
void plate_subscribe(struct app *a);
/* Which faceplate is open and where the selection rests: through a reload of screens. */
struct plate_place {
	char call[320], item[128];
};
void plate_keep(struct app *a, struct plate_place *place);
void plate_again(struct app *a, const struct plate_place *place);
void enter_item(struct app *a, uint32_t key);
/* The dialog in which its value is changed, or why there is none. */
void write_target(struct app *a, const struct picture_target *t);
/* A key while a faceplate is open; true when it was taken. */
bool plate_key(struct app *a, uint32_t key);

/* --- approvals.c --- */
void approval_open(struct app *a, uint32_t key);
/* A key while the dialog is open; true when it was taken. */
bool approval_key(struct app *a, uint32_t key);
/* APPROVAL; false: it cannot be read. */
bool approval_frame(struct app *a, const uint8_t *p, size_t n);
bool approval_line_frame(struct app *a, const uint8_t *p, size_t n); /* of a set */
void approval_forget(struct app *a); /* nobody here may answer any more */
/* After a frame and on time: arming and expiry. */
void approval_turn(struct app *a);
struct mono approval_deadline(const struct app *a);

/* --- dialog_kinds.c: what is typed, chosen, pressed, stepped --- */
/* Typed, or chosen where the tag has words for its values. */
void dialog_open(struct app *a, const char *tag);
/* One of the item's choices, off and on for a tag that is true or false; what was typed
 * when it has none. */
void dialog_choose(struct app *a, const char *tag, const struct screen_item *item);
/* The one value of a button: asks the server at once, and then whether to send it. */
void dialog_press(struct app *a, const char *tag, const struct screen_item *item);
/* Keys of a choice; of the two answers, and of a step of what is typed: true when they
 * were taken. */
void dialog_choice_key(struct app *a, uint32_t key);
bool dialog_answer_key(struct app *a, uint32_t key);
bool dialog_nudge(struct app *a, uint32_t key);

/* --- dialog_rungs.c: a reason, what is shown typed, the second person --- */
bool dialog_wants_reason(const struct dialog *d, const struct model_tag *t);
void dialog_reason_key(struct app *a, uint32_t key);
/* False: Enter, and it is typed as shown. */
bool dialog_challenge_key(struct app *a, uint32_t key);
void dialog_second_key(struct app *a, uint32_t key);
void dialog_asked(struct app *a, const struct wire_approval *m); /* of one's own */

/* --- dialogs.c: from the value to its end --- */
void dialog_begin(struct app *a, const char *tag); /* typed, whatever it is */
/* What the dialog says below, as a refusal or not. */
void dialog_note(struct dialog *d, bool refused, const char *text);
/* SELECT of what stands in the entry; without a client or a value only a note. */
void dialog_ask(struct app *a);
void dialog_confirm(struct app *a, bool alone);
/* A key while a dialog is open; true when it was taken. */
bool dialog_key(struct app *a, uint32_t key);
void dialog_selected(struct app *a, const struct wire_selected *m);
void dialog_step(struct app *a, const struct wire_write_step *m);
void dialog_done(struct app *a, const struct wire_write_done *m);
/* A REPLY to the dialog's request; true when it was one. */
bool dialog_reply(struct app *a, const struct wire_reply *m);
void dialog_void(struct app *a); /* the session it belonged to is gone */
void dialog_rest(struct app *a); /* nobody acts here: what was begun is given up */
/* After a frame and on time: arming and expiry. */
void dialog_turn(struct app *a);
struct mono dialog_deadline(const struct app *a);

#endif
