/* options.c - the options of the console, and `--name VALUE` or `--name=VALUE`. */
#include "console/app/options.h"

#include <stdlib.h>
#include <string.h>

#include "config/file.h"
#include "screen/theme_load.h"
#include "util/diag.h"
#include "util/num.h"
#include "util/strbuf.h"

enum { MINUTES_MAX = 24 * 60, BAUD_MIN = 300, BAUD_MAX = 10000000 };

static bool take_socket(struct console_start *s, const char *value, struct strbuf *why)
{
	(void)why;
	s->app->socket = value;
	return true;
}

static bool take_screen(struct console_start *s, const char *value, struct strbuf *why)
{
	(void)why;
	s->app->first = value;
	return true;
}

static bool take_log(struct console_start *s, const char *value, struct strbuf *why)
{
	(void)why;
	s->log_file = value;
	return true;
}

static bool take_pictures(struct console_start *s, const char *value, struct strbuf *why)
{
	s->app->pictures = value;
	s->app->pictures_fd = pictures_open(value, why);
	return s->app->pictures_fd >= 0;
}

static bool take_color(struct console_start *s, const char *value, struct strbuf *why)
{
	enum theme_depth depth;

	(void)why;
	s->terminal.depth = -1;
	if (strcmp(value, "auto") == 0)
		return true;
	if (!theme_depth_parse(value, &depth))
		return false;
	s->terminal.depth = (int)depth;
	return true;
}

static bool take_glyphs(struct console_start *s, const char *value, struct strbuf *why)
{
	enum glyph_tier tier;

	(void)why;
	s->terminal.glyphs = -1;
	if (strcmp(value, "auto") == 0)
		return true;
	if (!glyph_tier_parse(value, &tier))
		return false;
	s->terminal.glyphs = (int)tier;
	return true;
}

/* What is wrong with the file, the first of it. */
static void say_mistake(const struct diag_list *diags, struct strbuf *why)
{
	for (size_t i = 0; i < diags->n && !why->len; i++)
		if (diags->v[i].severity == DIAG_ERROR)
			diag_format(&diags->v[i], why);
}

static bool take_theme_file(struct console_start *s, const char *path, struct strbuf *why)
{
	struct diag_list diags = DIAG_LIST_INIT;
	char *text = NULL;
	size_t len;
	bool ok = cfg_file_read_path(path, &text, &len, why) &&
		  theme_read_text(text, len, path, &s->theme, &diags);

	say_mistake(&diags, why);
	diag_list_release(&diags);
	free(text);
	s->terminal.theme = ok ? &s->theme : NULL;
	s->app->theme_fixed = ok;
	return ok;
}

static bool take_theme(struct console_start *s, const char *value, struct strbuf *why)
{
	if (strpbrk(value, "/."))
		return take_theme_file(s, value, why);
	s->app->theme = value;
	return true;
}

static bool take_sound(struct console_start *s, const char *value, struct strbuf *why)
{
	struct sound *sound = &s->app->sound;

	(void)why;
	sound->off = strcmp(value, "off") == 0;
	sound->once = strcmp(value, "once") == 0;
	return sound->off || sound->once || strcmp(value, "repeat") == 0;
}

static bool take_switch(const char *value, bool *on)
{
	*on = strcmp(value, "on") == 0;
	return *on || strcmp(value, "off") == 0;
}

static bool take_blink(struct console_start *s, const char *value, struct strbuf *why)
{
	bool on, ok = take_switch(value, &on);

	(void)why;
	s->app->ui.no_blink = !on;
	return ok;
}

static bool take_copy(struct console_start *s, const char *value, struct strbuf *why)
{
	(void)why;
	return take_switch(value, &s->app->may_copy);
}

static bool take_plain(struct console_start *s, const char *value, struct strbuf *why)
{
	(void)value;
	(void)why;
	s->app->plain = true;
	return true;
}

static bool take_mouse(struct console_start *s, const char *value, struct strbuf *why)
{
	(void)value;
	(void)why;
	s->terminal.mouse = true;
	return true;
}

static bool take_baud(struct console_start *s, const char *value, struct strbuf *why)
{
	int64_t baud;

	(void)why;
	if (!num_parse_int(value, BAUD_MIN, BAUD_MAX, &baud))
		return false;
	s->terminal.baud = (int)baud;
	return true;
}

static bool take_repaint(struct console_start *s, const char *value, struct strbuf *why)
{
	int64_t minutes;

	(void)why;
	if (!num_parse_int(value, 0, MINUTES_MAX, &minutes))
		return false;
	s->app->repaint_ms = minutes * 60 * 1000;
	return true;
}

const struct console_option console_options[] = {
	{ "--socket", "PATH", take_socket },
	{ "--screen", "ID", take_screen },
	{ "--color", "auto|never|mono|8|16|256|rgb", take_color },
	{ "--glyphs", "auto|full|blocks|console|vt100|ascii", take_glyphs },
	{ "--theme", "NAME|FILE", take_theme },
	{ "--sound", "off|once|repeat", take_sound },
	{ "--blink", "on|off", take_blink },
	{ "--copy", "on|off", take_copy },
	{ "--plain", NULL, take_plain },
	{ "--mouse", NULL, take_mouse },
	{ "--baud", "N", take_baud },
	{ "--repaint", "MINUTES", take_repaint },
	{ "--log", "FILE", take_log },
	{ "--pictures", "FILE", take_pictures },
	{ 0 },
};

/* " [--socket PATH] [--screen ID] ..." */
static void options_usage(struct strbuf *out)
{
	for (const struct console_option *o = console_options; o->name; o++)
		strbuf_addf(out, o->value ? " [%s %s]" : " [%s]", o->name, o->value);
}

/* name: up to "=" or the end. */
static const struct console_option *find(const char *name, size_t n)
{
	for (const struct console_option *o = console_options; o->name; o++)
		if (strlen(o->name) == n && strncmp(o->name, name, n) == 0)
			return o;
	return NULL;
}

static bool unknown(const char *arg, struct strbuf *why)
{
	const char *names[sizeof(console_options) / sizeof(console_options[0])];
	size_t n = 0;

	for (; console_options[n].name; n++)
		names[n] = console_options[n].name;
	strbuf_setf(why, "there is no option \"%s\"", arg);
	diag_suggest(why, arg, names, n);
	return false;
}

/* The option at argv[*i]; steps over its value. */
static bool take(struct console_start *s, int argc, char **argv, int *i,
		 struct strbuf *why)
{
	const char *arg = argv[*i], *equals = strchr(arg, '=');
	const struct console_option *o =
		find(arg, equals ? (size_t)(equals - arg) : strlen(arg));
	const char *value = equals ? equals + 1 : NULL;

	if (!o)
		return unknown(arg, why);
	if (o->value && !value)
		value = *i + 1 < argc ? argv[++*i] : "";
	if (!o->value ? !value && o->take(s, NULL, why)
		      : value[0] && o->take(s, value, why))
		return true;
	if (!why->len)
		strbuf_setf(why, o->value ? "%s takes %s" : "%s takes no value", o->name,
			    o->value);
	return false;
}

bool options_parse(struct console_start *s, int argc, char **argv, struct strbuf *why)
{
	for (int i = 1; i < argc; i++) {
		if (take(s, argc, argv, &i, why))
			continue;
		strbuf_adds(why, "; usage: sightglass");
		options_usage(why);
		return false;
	}
	return true;
}
