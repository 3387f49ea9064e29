/* command.c - see command.h. */
#include "plantsim/command.h"

#include <string.h>

#include "util/num.h"
#include "util/strbuf.h"

enum { MAX_WORDS = 4 };

static bool plc_mode(struct works *w, char *const *word, struct mono now,
		     struct strbuf *out)
{
	static const struct {
		const char *word;
		enum slave_mode mode;
		const char *text;
	} modes[] = {
		{ "on", SLAVE_ON, "answers" },
		{ "silent", SLAVE_SILENT, "accepts connections and answers nothing" },
		{ "off", SLAVE_OFF, "is off; its port is closed" },
		{ "restart", SLAVE_RESTARTING,
		  "restarts: connections dropped, setpoints at their defaults" },
	};
	struct slave *s = &w->plc[strcmp(word[0], "plc2") == 0];

	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		if (strcmp(modes[i].word, word[1]) != 0)
			continue;
		if (!slave_set_mode(s, modes[i].mode, now, out))
			return false;
		strbuf_setf(out, "%s %s", word[0], modes[i].text);
		return true;
	}
	strbuf_setf(out, "%s knows on, silent, off and restart, not \"%s\"", word[0],
		    word[1]);
	return false;
}

static int tag_row(const char *tag, struct strbuf *out)
{
	int i = map_find(tag);

	if (i < 0)
		strbuf_setf(
			out,
			"the plant has no tag \"%s\" (tags with an expression are the "
			"server's own)",
			tag);
	return i;
}

static bool freeze(struct works *w, char *const *word, struct mono now,
		   struct strbuf *out)
{
	int i = tag_row(word[1], out);

	(void)now;
	if (i < 0)
		return false;
	plant_freeze(&w->plant, (size_t)i, true);
	strbuf_setf(out, "%s keeps saying %g", word[1], plant_read(&w->plant, (size_t)i));
	return true;
}

static bool thaw(struct works *w, char *const *word, struct mono now, struct strbuf *out)
{
	int i = tag_row(word[1], out);

	(void)now;
	if (i < 0)
		return false;
	plant_freeze(&w->plant, (size_t)i, false);
	strbuf_setf(out, "%s says %g again", word[1], plant_read(&w->plant, (size_t)i));
	return true;
}

static bool trip(struct works *w, char *const *word, struct mono now, struct strbuf *out)
{
	(void)now;
	if (!model_trip(&w->plant.model, word[1])) {
		strbuf_setf(out, "there is no %s to trip; parts are %s", word[1],
			    model_parts);
		return false;
	}
	strbuf_setf(out, "%s has failed", word[1]);
	return true;
}

static bool reset(struct works *w, char *const *word, struct mono now, struct strbuf *out)
{
	(void)now;
	if (!model_reset(&w->plant.model, word[1])) {
		strbuf_setf(out, "there is no %s to reset; parts are %s", word[1],
			    model_parts);
		return false;
	}
	strbuf_setf(out, "%s is mended", word[1]);
	return true;
}

static bool clear(struct works *w, char *const *word, struct mono now, struct strbuf *out)
{
	(void)word;
	plant_clear(&w->plant);
	for (int i = 0; i < WORKS_PLCS; i++)
		if (w->plc[i].mode != SLAVE_ON &&
		    !slave_set_mode(&w->plc[i], SLAVE_ON, now, out))
			return false;
	strbuf_setf(out, "everything is mended, thawed and answering");
	return true;
}

static bool get(struct works *w, char *const *word, struct mono now, struct strbuf *out)
{
	char number[40];
	int i = tag_row(word[1], out);

	(void)now;
	if (i < 0)
		return false;
	num_format_exact(plant_read(&w->plant, (size_t)i), number, sizeof(number));
	strbuf_setf(out, "%s", number);
	return true;
}

static bool set(struct works *w, char *const *word, struct mono now, struct strbuf *out)
{
	double v;
	int i = tag_row(word[1], out);

	(void)now;
	if (i < 0)
		return false;
	if (!num_parse_double(word[2], &v) || !plant_write(&w->plant, (size_t)i, v)) {
		strbuf_setf(out, "%s does not take %s now", word[1], word[2]);
		return false;
	}
	strbuf_setf(out, "%s is %g", word[1], plant_read(&w->plant, (size_t)i));
	return true;
}

static bool speed(struct works *w, char *const *word, struct mono now, struct strbuf *out)
{
	double v;

	(void)now;
	if (!num_parse_double(word[1], &v) || v < 0.0 || v > 3600.0) {
		strbuf_setf(out,
			    "the speed is a number from 0 (time stands) to 3600, not %s",
			    word[1]);
		return false;
	}
	w->speed = v;
	strbuf_setf(out, "%g seconds of the plant pass in each second", v);
	return true;
}

static bool status(struct works *w, char *const *word, struct mono now,
		   struct strbuf *out)
{
	(void)word, (void)now;
	strbuf_clear(out);
	for (int i = 0; i < WORKS_PLCS; i++) {
		const struct slave *s = &w->plc[i];
		strbuf_addf(out, "%s port=%d %s clients=%zu requests=%llu; ",
			    map_device_name(s->device), s->port, slave_mode_name(s->mode),
			    slave_clients(s), (unsigned long long)s->requests);
	}
	strbuf_addf(out, "broker %s; model time %.1f s at speed %g",
		    bus_connected(w->bus) ? "connected" : "not connected",
		    w->plant.model.time_s, w->speed);
	return true;
}

/* How many write requests came for the tag, and the values of the newest, in order:
 * what a test holds against the console's own record of what it sent. */
static bool writes(struct works *w, char *const *word, struct mono now,
		   struct strbuf *out)
{
	const struct plant *p = &w->plant;
	size_t from = p->n_kept > PLANT_ARRIVALS ? p->n_kept - PLANT_ARRIVALS : 0;
	char number[40];
	int i = tag_row(word[1], out);

	(void)now;
	if (i < 0)
		return false;
	strbuf_setf(out, "%llu:", (unsigned long long)p->arrivals[i]);
	for (size_t at = from; at < p->n_kept; at++) {
		const struct plant_arrival *a = &p->kept[at % PLANT_ARRIVALS];
		if (a->row != (size_t)i)
			continue;
		num_format_exact(a->value, number, sizeof(number));
		strbuf_addf(out, " %s", number);
	}
	return true;
}

const struct plant_command plant_commands[] = {
	{ "clear", "", "mend, thaw and switch on everything", 0, clear },
	{ "frozen", "TAG", "an instrument keeps saying what it says now", 1, freeze },
	{ "get", "TAG", "what the instrument says", 1, get },
	{ "plc1", "silent|restart|off|on", "what the PLC of intake and filters does", 1,
	  plc_mode },
	{ "plc2", "silent|restart|off|on", "what the PLC of reservoir and network does",
	  1, plc_mode },
	{ "reset", "PART", "mend a part and put it into automatic", 1, reset },
	{ "set", "TAG VALUE", "turn a setpoint at the plant, past the console", 2, set },
	{ "speed", "X", "how fast the plant's time runs", 1, speed },
	{ "status", "", "ports, clients, broker, time", 0, status },
	{ "thaw", "TAG", "a frozen instrument speaks the truth again", 1, thaw },
	{ "trip", "PART", "break a part", 1, trip },
	{ "writes", "TAG", "how many writes came over a wire, and their values", 1,
	  writes },
	{ 0 },
};

static void list_verbs(struct strbuf *out)
{
	for (const struct plant_command *c = plant_commands; c->verb; c++)
		strbuf_addf(out, "%s%s%s%s", c == plant_commands ? "" : ", ", c->verb,
			    c->args[0] ? " " : "", c->args);
}

static bool run_words(struct works *w, char *const *word, int n, struct mono now,
		      struct strbuf *out)
{
	for (const struct plant_command *c = plant_commands; n > 0 && c->verb; c++) {
		if (strcmp(c->verb, word[0]) != 0)
			continue;
		if (n == c->words + 1)
			return c->run(w, word, now, out);
		strbuf_setf(out, "the form is: %s %s", c->verb, c->args);
		return false;
	}
	strbuf_setf(out, "unknown command \"%s\"; there are: ", n > 0 ? word[0] : "");
	list_verbs(out);
	return false;
}

void command_run(struct works *w, char *line, struct mono now, struct strbuf *out)
{
	struct strbuf text = STRBUF_INIT;
	char *word[MAX_WORDS + 1] = { NULL };
	char *rest = line, *one;
	int n = 0;

	while (n <= MAX_WORDS && (one = strsep(&rest, " \t\r\n")) != NULL)
		if (*one)
			word[n++] = one;
	bool ok = run_words(w, word, n, now, &text);
	strbuf_addf(out, "%s: %s\n", ok ? "ok" : "error", text.buf);
	strbuf_release(&text);
}
