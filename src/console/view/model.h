/*
 * model.h - what the server told this console: tags by name and index, the alarm list,
 * its state and ours. The views draw it; app/talk.c fills it. It decides nothing.
 *
 * A tag's value lives as long as the view that asked for it: model_view() forgets the
 * values of all tags, so that nothing is shown that is not told anew. Indexes are the
 * server's and die with the connection. Pure; one thread; the model owns everything.
 */
#ifndef SG_CONSOLE_VIEW_MODEL_H
#define SG_CONSOLE_VIEW_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "alarm/journal.h"
#include "console/view/model_trends.h"
#include "screen/meta.h"
#include "screen/screen.h"
#include "util/clock.h"
#include "wire/device.h"
#include "wire/flood.h"
#include "wire/msg.h"
#include "wire/who.h"

struct strmap;

enum {
	MODEL_ALARMS_MAX = 20000,
	MODEL_TAGS_MAX = 100000,
	MODEL_DEVICES_MAX = 10000,
	MODEL_JOURNAL_MAX = 5000,
	MODEL_REPORT_MAX = 500
};
#define MODEL_NOT_FOUND SIZE_MAX

struct model_tag {
	struct wire_tag_info info; /* info.tag: TAG_NONE = the server knows none */
	struct tag_meta meta;      /* points into info and limits */
	struct tag_limit limits[WIRE_LIMITS_MAX];
	bool told, has_value;
	uint8_t leased; /* enum wire_lease */
	struct tag_live live;
	char text[VALUE_STRING_MAX + 1]; /* of a string value */
};

/* The list as a log: rows of one epoch up to a version. */
struct model_list {
	struct wire_alarm_row *rows;
	size_t n;
	struct strmap *by_name;
	uint64_t epoch, version;
};

/* The list in the order of attention, kept until it changes. */
struct model_order {
	const struct wire_alarm_row **rows; /* into model.list */
	size_t n, room;
	uint64_t changes; /* model.list_changes it was made at */
	bool flood, made;
};

/* The devices as they were told last, always a whole answer. */
struct model_devices {
	struct wire_device *v, *coming;
	size_t n, n_coming;
	bool told;
	struct mono at;    /* when the answer was whole */
	int64_t at_ms;     /* the same by the clock */
	char refusal[256]; /* why there is none; "" = no such thing */
};

/* A row of the alarm journal, as much of it as is shown. */
struct journal_line {
	uint64_t seq, occurrence;
	int64_t at_ms;
	enum alarm_event event;
	enum alarm_state to;
	enum alarm_priority priority;
	double value, limit;
	char alarm[128], area[64], unit[32], message[256];
	char by[64], place[96], text[256];
};

/* Answers to searches, newest first; longer with each page that is asked for. */
struct model_journal {
	struct journal_line *v;
	size_t n, cap;
	bool told, more; /* older rows are there */
	char refusal[256];
};

struct report_line { /* alarm/report.h says what stands where */
	char **field;
	size_t n;
};

/* Records of the audit as they were answered, newest first: wire/audit.h says what stands
 * where. Longer with each page that is asked for. */
struct model_audit {
	struct report_line *v;
	size_t n;
	bool told;
	uint64_t behind; /* older ones are there: go on from this number; 0 = none */
	char refusal[256];
};

struct model_report {
	struct report_line *v;
	size_t n;
	bool told;
	char refusal[256];
};

/* Rows that are asked for again and again; what is shown is always a whole answer. */
struct model_rows {
	struct report_line *v, *coming;
	size_t n, n_coming;
	size_t fields;   /* each of them has as many at least */
	unsigned answer; /* counts them: v is another with each */
	bool told;
	struct mono at; /* when the answer was whole */
	int64_t at_ms;  /* the same by the clock */
	char text[128]; /* of its reply */
	char refusal[256];
};

enum link_state {
	LINK_DOWN,    /* no connection */
	LINK_WAITING, /* connected, not greeted yet */
	LINK_SILENT,  /* connected, nothing heard for WIRE_SILENCE_MS */
	LINK_UP
};

/* Of one priority, or of all in [0]. */
struct model_count {
	unsigned active, unacked;
};

/* A screen whose values are told: the one that is shown, or the faceplate over it. */
struct model_glass {
	struct model *m; /* whose it is: the source of a picture is a glass */
	const struct screen *screen;
	uint32_t *slots; /* of screen->tags */
	size_t n;
};
enum model_glasses { GLASS_SHOWN, GLASS_PLATE, GLASS_PENS, GLASSES };

struct model {
	enum link_state link;
	struct mono lost_since;
	char link_text[256]; /* why it is down */
	struct wire_welcome welcome;
	char notice[WIRE_TEXT_MAX + 1]; /* of use; "" = none */
	struct wire_who who; /* as it is now; state 0: only WELCOME has spoken */
	struct wire_beat beat;
	bool has_beat;
	bool ticking;      /* turns each second in which a beat came */
	int64_t offset_ms; /* the server's clock minus ours */

	struct screen_set *screens;             /* NULL before the first came */
	const struct screen **order_of_screens; /* model_screen_order() */
	size_t n_order_of_screens;
	const struct screen *overview;
	struct screen_file *files; /* the last good text of each */
	size_t n_files;

	struct model_tag **tags; /* by slot; never moves */
	size_t n_tags;
	struct strmap *slot_of_name;
	uint32_t *slot_of_index; /* slot + 1, 0 = none */
	size_t n_index;
	const struct screen *shown;
	int cols, rows;       /* of the body that shows it; 0 = not known */
	struct screen *plate; /* the faceplate over it, owned; or NULL */
	struct model_glass glass[GLASSES];

	struct model_list list, incoming;
	uint64_t list_changes; /* counts what may change the order below */
	struct model_order *order;
	bool has_list, loading;
	struct model_devices devices;
	struct model_journal journal;
	struct model_audit audit;
	struct model_report report;
	struct model_trends trends;
	enum glyph_tier tier; /* of the terminal */
	bool slow_line;       /* likewise */
	struct model_rows overrides, people, staged, doubts;
	bool bell;               /* an alarm came that has not been acknowledged */
	struct wire_flood flood; /* .on: alarms come faster than anybody reads */
};

void model_init(struct model *m);
void model_release(struct model *m);

static inline bool model_lost(const struct model *m)
{
	return m->link != LINK_UP;
}

/* Whose session it is: as greeted, and as it is told later. */
void model_welcome(struct model *m, const struct wire_welcome *w);
void model_who(struct model *m, const struct wire_who *w);

/* Idle, locked, or the notice of use is not accepted: nothing is done here. */
static inline bool model_rests(const struct model *m)
{
	return session_state_rests((enum session_state)m->who.state);
}

/* --- tags --- */
/* The drawing of the shown screen for the body's size, whose items are numbered; NULL
 * when none is shown. */
const struct screen *model_picture(const struct model *m);
/* The body has this size from now on. The same thing stays selected in another drawing,
 * by its name: *selected is its number there, or PICTURE_NOTHING. */
void model_resize(struct model *m, int cols, int rows, int *selected);
/* s is shown from now on, without a faceplate; all values are unknown until told. NULL:
 * none. */
void model_view(struct model *m, const struct screen *s);
/* The faceplate over it from now on, taken; NULL: none. Its values are unknown until
 * told; those of the shown screen stay. */
void model_plate(struct model *m, struct screen *plate);
/* The pens of the trend page from now on, likewise; n 0: none. */
void model_pens(struct model *m, const char *const *names, size_t n);
/* The connection is another: every value waits to be told anew. */
void model_forget_values(struct model *m);
void model_tag_info(struct model *m, const struct wire_tag_info *info);
/* The present value without its unit, by its word where it has one. */
void model_value_text(const struct model_tag *t, char *out, size_t size);
/* What somebody does who holds a tag, behind a name: "is about to write it". */
const char *model_lease_text(uint8_t lease);
void model_value(struct model *m, const struct wire_value *v);
/* NULL: never heard of. */
struct model_tag *model_tag_find(const struct model *m, const char *name);
/* Every tag of the shown screen has been told, with a value where it exists. */
bool model_view_complete(const struct model *m);
struct picture_source model_source(struct model *m, struct now now);
struct picture_source model_plate_source(struct model *m, struct now now);

/* --- alarms --- */
void model_alarm_reset(struct model *m, uint64_t epoch);
/* False when a row is missing before it: the list has to be asked for again. */
bool model_alarm_row(struct model *m, const struct wire_alarm_row *row);
/* False when our list differs from the server's. */
bool model_alarm_sync(struct model *m, const struct wire_alarm_sync *sync);
const struct wire_alarm_row *model_alarm_find(const struct model *m, const char *name);
/* The list and its three shelves. An alarm that is hidden in two ways stands where the
 * first of these holds it: out of service, suppressed, shelved (AM-01). */
enum model_shelf { SHELF_LIST, SHELF_SHELVED, SHELF_SUPPRESSED, SHELF_OUT, SHELVES };
enum model_shelf alarm_row_shelf(const struct wire_alarm_row *r);
/* Rows of the list in the order of attention: unacknowledged first, by priority, newest
 * first; behind the first of a group those that followed it; what a worse limit of its
 * tag outdoes, and diagnostics, last. Fills at most max; returns how many there are.
 * area: NULL or "" = all. */
size_t model_alarm_order(const struct model *m, const char *area,
			 const struct wire_alarm_row **out, size_t max);
/* The same of any shelf; on those that are hidden the one that is back next comes first.
 */
size_t model_shelf_order(const struct model *m, enum model_shelf shelf, const char *area,
			 const struct wire_alarm_row **out, size_t max);
/* Of those that nothing hides. */
struct model_count model_alarm_count(const struct model *m, int priority);
/* The first-out of the group that r follows, on any shelf; NULL = none is known. */
const struct wire_alarm_row *model_alarm_first(const struct model *m,
					       const struct wire_alarm_row *r);
size_t model_shelf_count(const struct model *m, enum model_shelf shelf);
/* It, or an older occurrence of it, waits for an acknowledgement. */
bool alarm_row_unacked(const struct wire_alarm_row *r);
/* Its condition is present. */
bool alarm_row_active(const struct wire_alarm_row *r);
/* Something of it asks for somebody: it belongs above every screen. */
bool alarm_row_asks(const struct wire_alarm_row *r);
/* Shelved, and back within MODEL_SOON_MS: what operators are warned of (AM-05).
 * server_ms: the server's clock. */
enum { MODEL_SOON_MS = 5 * 60 * 1000 };
bool alarm_row_back_soon(const struct wire_alarm_row *r, int64_t server_ms);

/* --- devices --- */
void model_device_begin(struct model *m); /* asked: what comes is a new answer */
void model_device(struct model *m, const struct wire_device *d);
/* The answer is whole; refusal: "" or why the server gives none. */
void model_device_end(struct model *m, struct now now, const char *refusal);
/* Not connected, or not well: what Tab stops at. */
static inline bool model_device_abnormal(const struct wire_device *d)
{
	return d->link != WIRE_LINK_UP || d->ne107 != WIRE_NE107_OK;
}
void model_devices_release(struct model *m);

/* --- answers: the journal and its figures --- */
/* further: what comes is older than what is there. */
void model_journal_begin(struct model *m, bool further);
void model_journal_row(struct model *m, uint64_t seq, const struct alarm_journal *j);
void model_journal_end(struct model *m, bool ok, const char *text);
void model_audit_begin(struct model *m, bool further);
void model_audit_row(struct model *m, char *const *fields, size_t n);
/* behind: as wire_audit_goes_on() has it. */
void model_audit_end(struct model *m, bool ok, uint64_t behind, const char *text);
void model_report_begin(struct model *m);
void model_report_row(struct model *m, char *const *fields, size_t n);
void model_report_end(struct model *m, bool ok, const char *text);
/* The next row of that kind with so many fields at least; *at is 0 before the first. */
const struct report_line *model_report_next(const struct model *m, const char *kind,
					    size_t least, size_t *at);
void model_answers_release(struct model *m);

/* --- rows --- */
/* A row with fewer fields is left out. */
void model_rows_begin(struct model_rows *r, size_t fields);
void model_rows_add(struct model_rows *r, char *const *fields, size_t n);
void model_rows_end(struct model_rows *r, struct now now, bool ok, const char *text);
void model_rows_release(struct model_rows *r);
/* It is the newest, and no older than what is called live. */
bool model_rows_live(const struct model *m, const struct model_rows *r, struct now now);

/* --- screens --- */
/* The bundle the server sent; texts are copied. A file with mistakes keeps its older
 * version; *why then says which and what is wrong ("" when all is well). shown becomes
 * the screen of the same id, or NULL: call model_view() after it. */
void model_screens(struct model *m, const struct screen_file *files, size_t n,
		   struct strbuf *why);
/* The set it has from now on, which it frees; the former one is the caller's. */
void model_set(struct model *m, struct screen_set *set);
/* The screens behind digits 4.. : in the order of the overview's ways, then by id; *n is
 * how many there are. The model's, until the screens change. */
const struct screen *const *model_screen_order(const struct model *m, size_t *n);
const struct screen *model_overview(const struct model *m); /* NULL: none */

#endif
