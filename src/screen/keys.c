/* keys.c - `keys = { p = "pid(L=network.pc401)"; }`: never a digit, never a letter that
 * the console uses itself, on whatever page: what a key does must not depend on luck. */
#include "screen/keys.h"

#include <ctype.h>
#include <string.h>

#include "config/cfg.h"
#include "screen/build.h"
#include "util/strbuf.h"
#include "util/xalloc.h"

/* A test holds this table against that of console/app/keys.c. */
static const struct {
	char letter;
	const char *does;
} taken[] = {
	{ 'A', "acknowledges all that stand here" },
	{ 'D', "is kept for writes in doubt" },
	{ 'E', "is kept for staged changes" },
	{ 'H', "is kept for the hand-over" },
	{ 'J', "shows the audit" },
	{ 'L', "locks the session" },
	{ 'P', "keeps the picture in a file" },
	{ 'S', "silences the horn of the control room" },
	{ 'X', "takes all staged changes away" },
	{ 'a', "acknowledges" },
	{ 'b', "is kept for the screen before" },
	{ 'c', "comments an alarm" },
	{ 'd', "shows the devices" },
	{ 'e', "approves what others ask for" },
	{ 'f', "shows the figures of the alarm system" },
	{ 'g', "goes to a screen or tag by name" },
	{ 'h', "shelves an alarm" },
	{ 'i', "signs in" },
	{ 'j', "shows the alarm journal" },
	{ 'k', "confirms what was done" },
	{ 'm', "sets a second ruler in a trend" },
	{ 'n', "is kept for the next screen" },
	{ 'o', "takes an alarm out of service" },
	{ 'p', "shows who is here" },
	{ 'q', "goes back" },
	{ 'r', "resets a latched alarm" },
	{ 's', "silences" },
	{ 't', "shows the trend" },
	{ 'u', "brings an alarm back" },
	{ 'v', "shows what is overridden" },
	{ 'w', "writes" },
	{ 'x', "suppresses an alarm" },
	{ 'y', "copies" },
	{ 'z', "is kept for leaving to the shell" },
};

const char *screen_letter_taken(char letter)
{
	for (size_t i = 0; i < sizeof(taken) / sizeof(taken[0]); i++)
		if (taken[i].letter == letter)
			return taken[i].does;
	return NULL;
}

const struct screen_key *screen_key_find(const struct screen *s, uint32_t key)
{
	for (size_t i = 0; i < s->n_keys; i++)
		if ((uint32_t)(unsigned char)s->keys[i].letter == key)
			return &s->keys[i];
	return NULL;
}

static bool is_letter(const char *name)
{
	return isascii((unsigned char)name[0]) && isalpha((unsigned char)name[0]) &&
	       !name[1];
}

/* The letters that are left, for who took one that is not. */
static void add_free(struct strbuf *out)
{
	strbuf_adds(out, "; free are");
	for (char c = 'A'; c <= 'z'; c++)
		if (isalpha((unsigned char)c) && !screen_letter_taken(c))
			strbuf_addf(out, " %c", c);
}

static bool letter_allowed(struct screen_build *b, const struct cfg_node *node)
{
	const char *name = cfg_name(node);
	const char *does = is_letter(name) ? screen_letter_taken(name[0]) : NULL;
	struct strbuf text = STRBUF_INIT;
	bool allowed = is_letter(name) && !does;

	if (!is_letter(name))
		strbuf_addf(&text, "`keys` takes single letters, and \"%s\" is none",
			    name);
	else if (does)
		strbuf_addf(&text, "the key %s is the console's own: it %s", name, does);
	if (!allowed) {
		add_free(&text);
		scope_error_at(&b->scope, node, "key", "%s", text.buf);
	}
	strbuf_release(&text);
	return allowed;
}

static void add_pen(struct screen_build *b, struct screen_key *key,
		    const struct cfg_node *node)
{
	const char *raw = cfg_as_text(node);
	const char *text = raw && raw[0] ? scope_text(&b->scope, node) : NULL;
	struct place at = place_of_node(node);
	uint32_t tag;

	if (!raw || !raw[0])
		scope_error_at(
			&b->scope, node, "wrong-kind",
			"the key %c: the pens of a trend are tags: ( \"a\", \"b\" )",
			key->letter);
	if (!text)
		return;
	tag = build_named_tag(b, at, text);
	if (tag != SCREEN_NO_TAG)
		*GROW(&key->pens, &key->n_pens) = tag;
}

/* `T = ( "p201.flow", "p201.speed" )`: the page of trends with just these pens. */
static void read_trend(struct screen_build *b, const struct cfg_node *node)
{
	struct screen *s = b->parts->s;
	struct screen_key key = { .letter = cfg_name(node)[0],
				  .file = cfg_file(node),
				  .line = cfg_line(node),
				  .column = cfg_column(node) };

	if (cfg_count(node) < 1 || cfg_count(node) > SCREEN_PENS_MAX) {
		scope_error_at(&b->scope, node, "pens",
			       "the key %s must name 1 to %d pens: ( \"a\", \"b\" )",
			       cfg_name(node), SCREEN_PENS_MAX);
		return;
	}
	if (!letter_allowed(b, node))
		return;
	for (size_t i = 0; i < cfg_count(node); i++)
		add_pen(b, &key, cfg_at(node, i));
	if (key.n_pens)
		*GROW(&s->keys, &s->n_keys) = key;
}

static void read_key(struct screen_build *b, const struct cfg_node *node)
{
	const char *text = cfg_as_text(node) ? scope_text(&b->scope, node) : NULL;
	struct screen *s = b->parts->s;
	struct strbuf why = STRBUF_INIT;
	struct screen_key *key;

	if (!cfg_as_text(node) || (text && !text[0])) {
		scope_error_at(
			&b->scope, node, "wrong-kind",
			"the key %s must lead to a screen, such as \"network\", or a "
			"faceplate, such as \"pid(L=network.pc401)\"",
			cfg_name(node));
	} else if (text && strchr(text, '(') &&
		   !template_call_check(&b->parts->lib->templates, text, &why)) {
		scope_error_at(&b->scope, node, "faceplate", "the key %s: %s",
			       cfg_name(node), why.buf);
	} else if (text && letter_allowed(b, node)) {
		key = GROW(&s->keys, &s->n_keys);
		*key = (struct screen_key){ .letter = cfg_name(node)[0],
					    .to = xstrdup(text),
					    .is_call = strchr(text, '(') != NULL,
					    .file = cfg_file(node),
					    .line = cfg_line(node),
					    .column = cfg_column(node) };
	}
	strbuf_release(&why);
}

void keys_read(struct screen_build *b, const struct cfg_node *group)
{
	for (size_t i = 0; group && i < cfg_count(group); i++) {
		const struct cfg_node *node = cfg_at(group, i);
		enum cfg_type type = cfg_type(node);

		if (type == CFG_LIST || type == CFG_ARRAY)
			read_trend(b, node);
		else
			read_key(b, node);
	}
}
