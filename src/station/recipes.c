/* recipes.c - the station's recipes, offered to consoles: they open no file themselves.
 */
#include "station/station_int.h"

#include <stdio.h>
#include <string.h>

#include "station/recipe.h"

static void list_recipes(struct station *s, struct session *who,
			 const struct wire_request *m)
{
	for (size_t i = 0; i < s->def->n_recipes; i++) {
		const struct recipe *r = &s->def->recipes[i];
		char lines[24];
		const char *fields[] = { r->name, r->at.file, lines, r->description,
					 r->saved };

		snprintf(lines, sizeof(lines), "%zu", r->n);
		station_row(s, who, m->req, fields, sizeof(fields) / sizeof(fields[0]));
	}
	station_reply(s, who, m->req, WIRE_OK, "%zu", s->def->n_recipes);
}

static void line_row(struct station *s, struct session *who, uint32_t req,
		     const struct recipe_line *l)
{
	enum { EXACT = -1 };
	char value[VALUE_STRING_MAX + 1], line[24];
	const char *fields[] = { l->tag,  value,      value_type_name(l->value.type),
				 l->unit, l->at.file, line };

	value_format(&l->value, EXACT, value, sizeof(value));
	snprintf(line, sizeof(line), "%d", l->at.line);
	station_row(s, who, req, fields, sizeof(fields) / sizeof(fields[0]));
}

static void tell_recipe(struct station *s, struct session *who,
			const struct wire_request *m)
{
	for (size_t i = 0; i < s->def->n_recipes; i++) {
		const struct recipe *r = &s->def->recipes[i];

		if (strcmp(r->name, m->text) != 0)
			continue;
		for (size_t k = 0; k < r->n; k++)
			line_row(s, who, m->req, &r->lines[k]);
		station_reply(s, who, m->req, WIRE_OK, "%zu", r->n);
		return;
	}
	station_reply(s, who, m->req, WIRE_REFUSED, "there is no recipe named \"%s\"",
		      m->text);
}

void query_recipes(struct station *s, struct session *who, const struct wire_request *m)
{
	(m->text[0] ? tell_recipe : list_recipes)(s, who, m);
}
