/*
 * render_source.h - the values `sightglass render` paints from, gathered in arrays that
 * run beside screen->tags: metadata from a station's files or from the server, values
 * from a text file or from the server.
 *
 * A values file has one tag a line: name, value, then words:
 *
 *   intake.t101.level  5.62  alarm:critical unacked
 *   intake.flow        -     bad:comm
 *   network.pressure   4.21  stale:75
 *   dosing.mode        "AUTO"
 *
 * Words: good bad[:reason] uncertain[:reason] stale[:seconds] substituted simulated
 * alarm:PRIORITY unacked shelved. "-" is no value; # begins a comment. A line "past: TAG
 * SECONDS ..." is what trends show (render_past.h).
 */
#ifndef SG_CLI_RENDER_SOURCE_H
#define SG_CLI_RENDER_SOURCE_H

#include <stddef.h>

#include "cli/render_past.h"
#include "console/view/model_trends.h"
#include "screen/meta.h"
#include "screen/screen.h"
#include "station/def.h"
#include "util/diag.h"

enum { RENDER_LIMITS_MAX = 16, RENDER_ALARMS_MAX = 64 };

struct render_tag {
	struct tag_meta meta; /* texts borrowed from the station or from texts[] */
	struct tag_limit limits[RENDER_LIMITS_MAX];
	struct tag_live live;
	bool known;
	struct render_past past;
	char *string;   /* owned: the value of a text tag */
	char *texts[4]; /* owned: of meta when it came from the server */
};

struct render_alarm {
	char *name, *message, *area; /* owned */
	struct picture_alarm row;    /* borrows from the above */
};

struct render_source {
	const struct screen *screen; /* borrowed */
	struct render_tag *tags;     /* screen->n_tags */
	struct render_alarm alarms[RENDER_ALARMS_MAX];
	size_t n_alarms;
	const struct screen_set *set; /* which screens exist; may be NULL */
	struct model_trends trends;   /* asked of the server; else of the files */
	enum glyph_tier tier;
	struct now now;
};

void render_source_init(struct render_source *r, const struct screen *screen,
			struct now now);
void render_source_release(struct render_source *r);
/* Metadata of the screen's tags from the station's definition, borrowed from it. */
void render_source_station(struct render_source *r, const struct station_def *d);
/* Values from the text of a values file; mistakes are reported and skipped. Tags that
 * the screen does not show count for its alarm lists only. */
void render_source_values(struct render_source *r, const char *path, const char *text,
			  const struct station_def *d, struct diag_list *diags);
/* Adds a row to the alarm lists; render_source_sort() when all are there. */
void render_source_alarm(struct render_source *r, const char *area,
			 const struct picture_alarm *row);
void render_source_sort(struct render_source *r);
struct picture_source render_source_picture(struct render_source *r);
/* Metadata of one tag as pictures want it; limits needs RENDER_LIMITS_MAX places. */
struct tag_meta render_meta(const struct station_def *d, const struct tag_def *t,
			    struct tag_limit *limits);

#endif
