/*
 * load_write.c - the write group of a tag: what stands between an operator's value and
 * the device. sightglass.cfg(5) says it in words; src/write/ does it.
 */
#include "station/load_tags_int.h"

#include <string.h>

#include "tag/words.h"

static const char *const right_words[] = { "operate", "approve", "engineer", "admin",
					   NULL };
static const char *const challenge_words[] = { "value", "tag", "digits", NULL };

const struct cfg_row station_write_rows[] = {
	{ .name = "permissive",
	  .kind = CFG_K_TEXT,
	  .help = "expression that must be true before anything is written" },
	{ .name = "right",
	  .kind = CFG_K_WORD,
	  .words = right_words,
	  .help = "right a person needs; operate by default" },
	{ .name = "tolerance",
	  .kind = CFG_K_NUMBER,
	  .flags = CFG_NOT_NEGATIVE,
	  .help = "read-back matches within this; the deadband by default" },
	{ .name = "select_tolerance",
	  .kind = CFG_K_NUMBER,
	  .flags = CFG_NOT_NEGATIVE,
	  .help = "the old value may move by this until the confirmation" },
	{ .name = "max_step",
	  .kind = CFG_K_NUMBER,
	  .flags = CFG_POSITIVE,
	  .help = "largest change in one write" },
	{ .name = "min_interval_s",
	  .kind = CFG_K_NUMBER,
	  .flags = CFG_NOT_NEGATIVE,
	  .help = "shortest time between two writes" },
	{ .name = "max_change",
	  .kind = CFG_K_NUMBER,
	  .flags = CFG_POSITIVE,
	  .help = "largest change within max_change_s, over all writes" },
	{ .name = "max_change_s",
	  .kind = CFG_K_NUMBER,
	  .lo = 1,
	  .hi = 86400,
	  .help = "the time that max_change counts; 60 by default" },
	{ .name = "readback_s",
	  .kind = CFG_K_NUMBER,
	  .flags = CFG_NOT_NEGATIVE,
	  .help = "time the device has to show the new value; 0 = it never does" },
	{ .name = "outside_s",
	  .kind = CFG_K_NUMBER,
	  .flags = CFG_NOT_NEGATIVE,
	  .help = "so long must another value stand to count as changed outside; 0 = "
		  "not watched" },
	{ .name = "blind",
	  .kind = CFG_K_BOOL,
	  .help = "may be written while its own value is not good, with a reason" },
	{ .name = "blind_right",
	  .kind = CFG_K_WORD,
	  .words = right_words,
	  .help = "right a person needs for that; engineer by default" },
	{ .name = "words",
	  .kind = CFG_K_TEXTS,
	  .help = "names of its values, from 0 on: \"off\", or with a number \"3=off\"" },
	{ .name = "pulse",
	  .kind = CFG_K_BOOL,
	  .help = "momentary command: sent once, keeps no value of its own" },
	{ .name = "feedback",
	  .kind = CFG_K_TEXT,
	  .help = "tag that shows what a pulse did" },
	{ .name = "feedback_value",
	  .kind = CFG_K_SCALAR,
	  .help = "what it shows then: true by default, or a number" },
	{ .name = "feedback_s",
	  .kind = CFG_K_NUMBER,
	  .flags = CFG_POSITIVE,
	  .help = "time it has for that; 5 by default" },
	{ .name = "challenge",
	  .kind = CFG_K_WORD,
	  .words = challenge_words,
	  .help = "what is typed to confirm: the new value, the tag's name or digits" },
	{ .name = "reason", .kind = CFG_K_BOOL, .help = "not without a reason" },
	{ .name = "approve",
	  .kind = CFG_K_BOOL,
	  .help = "not without a second person, with the right approve, elsewhere" },
	{ .name = "critical",
	  .kind = CFG_K_BOOL,
	  .help = "the record is sealed before each write" },
	{ 0 },
};

/* A text of the group with its macros replaced; fallback when absent or broken. */
void load_words_add(struct loader *l, const struct loc *at, const char *tag,
		    const char *text, struct strbuf *words, int64_t *next)
{
	struct strbuf why = STRBUF_INIT;

	if (!tag_words_add(words, text, next, &why))
		load_error(l, at, "bad-word", "words of tag \"%s\": %s", tag, why.buf);
	strbuf_release(&why);
}

static const char *take_words(const struct tag_scope *s, const struct cfg_node *list,
			      const char *tag)
{
	struct strbuf words = STRBUF_INIT;
	const char *kept;
	int64_t next = 0;

	for (size_t i = 0; i < load_text_count(list); i++) {
		const struct cfg_node *one = load_text_at(list, i);
		const struct loc at = load_loc(one);
		const char *text = cfg_as_text(one);

		if (text && (text = load_expand(s, one, text)) != NULL)
			load_words_add(s->l, &at, tag, text, &words, &next);
	}
	kept = words.len ? arena_text(s->l->scratch, words.buf) : NULL;
	strbuf_release(&words);
	return kept;
}

static void take_feedback(const struct tag_scope *s, const struct cfg_node *write,
			  struct tag_parts *p)
{
	const struct cfg_node *value = cfg_get(write, "feedback_value");
	struct tag_write *w = &p->write;
	bool on;

	w->feedback = load_expanded(s, write, "feedback", NULL);
	w->feedback_ms = load_ms(write, "feedback_s", WRITE_FEEDBACK_DEFAULT_MS);
	if (w->feedback)
		p->feedback_at = load_text_loc(cfg_get(write, "feedback"));
	w->feedback_value = 1;
	if (cfg_as_bool(value, &on))
		w->feedback_value = on;
	else if (value && !cfg_as_double(value, &w->feedback_value))
		cfg_error(value, s->l->diags, "wrong-kind",
			  "feedback_value of tag \"%s\" must be true, false or a number",
			  p->name);
}

static void take_rungs(const struct tag_scope *s, const struct cfg_node *write,
		       struct tag_write *w)
{
	cfg_as_bool(cfg_get(write, "blind"), &w->blind);
	cfg_as_bool(cfg_get(write, "reason"), &w->reason);
	cfg_as_bool(cfg_get(write, "approve"), &w->approve);
	cfg_as_bool(cfg_get(write, "critical"), &w->critical);
	cfg_as_bool(cfg_get(write, "pulse"), &w->pulse);
	w->blind_right = load_expanded(s, write, "blind_right", "engineer");
	w->challenge = load_expanded(s, write, "challenge", NULL);
}

int64_t load_outside_ms(const struct tag_write *w)
{
	return w->readback_ms > 0 && !w->pulse ? WRITE_OUTSIDE_DEFAULT_MS : 0;
}

void load_write(const struct tag_scope *s, const struct cfg_node *write,
		struct tag_parts *p)
{
	struct tag_write *w = &p->write;

	w->allowed = true;
	w->right = load_expanded(s, write, "right", "operate");
	w->tolerance = load_double(write, "tolerance", p->numbers.deadband);
	w->select_tolerance = load_double(write, "select_tolerance", p->numbers.deadband);
	w->readback_ms = load_ms(write, "readback_s", WRITE_READBACK_DEFAULT_MS);
	w->permissive = load_expanded(s, write, "permissive", NULL);
	w->max_step = load_double(write, "max_step", 0);
	w->min_interval_ms = load_ms(write, "min_interval_s", 0);
	w->max_change = load_double(write, "max_change", 0);
	w->max_change_ms = load_ms(write, "max_change_s", WRITE_CHANGE_DEFAULT_MS);
	w->words = take_words(s, cfg_get(write, "words"), p->name);
	if (w->permissive)
		p->permissive_at = load_text_loc(cfg_get(write, "permissive"));
	take_rungs(s, write, w);
	take_feedback(s, write, p);
	w->outside_ms = load_ms(write, "outside_s", load_outside_ms(w));
}
