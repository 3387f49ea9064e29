/* tool_config.c - what was found as a station's folder, ready for `sightglass check`:
 * names are made up, everything else is as it was read. */
#include "drivers/modbus/tool.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/file.h"
#include "util/num.h"
#include "util/strbuf.h"

static FILE *create(const char *folder, const char *name, struct strbuf *why)
{
	char path[4200];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	f = fopen(path, "wxe");
	if (!f)
		strbuf_setf(why, "%s cannot be written: %s", path, strerror(errno));
	return f;
}

static bool put_text(const char *folder, const char *name, const char *text,
		     struct strbuf *why)
{
	char path[4200];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	if (file_make(path, 0666, text, strlen(text)))
		return true;
	strbuf_setf(why, "%s cannot be written: %s", path, strerror(errno));
	return false;
}

static const char station_text[] =
	"// The station: edit its name, then `sightglass check` this folder.\n"
	"station = { name = \"new\"; };\n"
	"devices = \"devices.cfg\";\n"
	"tags = \"tags.cfg\";\n"
	"access = \"access.cfg\";\n";

static const char access_text[] =
	"// Who may do what: add operators; others only look.\n"
	"unlisted = \"view\";\n"
	"roles = ( { name = \"operator\"; rights = ( \"view\", \"acknowledge\", "
	"\"operate\" ); } );\n"
	"operators = ( );\n";

bool tool_config_possible(const struct tool_options *o, struct strbuf *why)
{
	if (access(o->folder, F_OK) != 0)
		return true;
	strbuf_setf(why, "%s is there already: name a new folder", o->folder);
	return false;
}

bool tool_config_begin(struct tool_config *c, const struct tool_options *o,
		       struct strbuf *why)
{
	*c = (struct tool_config){ .o = o };
	if (mkdir(o->folder, 0777) < 0) {
		strbuf_setf(why, "the folder %s cannot be made: %s", o->folder,
			    strerror(errno));
		return false;
	}
	if (!put_text(o->folder, "sightglass.cfg", station_text, why) ||
	    !put_text(o->folder, "access.cfg", access_text, why))
		return false;
	c->devices = create(o->folder, "devices.cfg", why);
	c->tags = c->devices ? create(o->folder, "tags.cfg", why) : NULL;
	if (!c->tags)
		return false;
	fprintf(c->devices, "// What answered when it was looked for.\ndevices = (");
	fprintf(c->tags,
		"// Each cell that was read, with the value it had: give names, join\n"
		"// registers to wider types, take out what nobody needs.\ntags = (");
	return true;
}

void tool_config_device(struct tool_config *c, uint8_t unit)
{
	fprintf(c->devices,
		"%s\n  { name = \"unit%u\"; driver = \"modbus\"; endpoint = \"%s\";\n"
		"    unit = %u; scan_ms = 1000; }",
		c->n_devices++ ? "," : "", unit, c->o->endpoint, unit);
}

/* "holding:100:float32:cdab" as the last part of a name: "holding100". */
static void short_name(const char *address, char *out, size_t size)
{
	size_t area = strcspn(address, ":");
	const char *number = address[area] ? address + area + 1 : "";

	snprintf(out, size, "%.*s%.*s", (int)area, address, (int)strcspn(number, ":"),
		 number);
}

void tool_config_tag(struct tool_config *c, uint8_t unit, const char *address,
		     double scale, const char *found)
{
	char name[64], text[32], part[48] = "";

	short_name(address, name, sizeof(name));
	num_format_exact(scale, text, sizeof(text));
	if (scale != 1)
		snprintf(part, sizeof(part), " scale = %s;", text);
	fprintf(c->tags,
		"%s\n  // it was %s\n  { name = \"unit%u.%s\"; device = \"unit%u\"; "
		"address = \"%s\";%s }",
		c->n_tags++ ? "," : "", found, unit, name, unit, address, part);
}

bool tool_config_end(struct tool_config *c, struct strbuf *why)
{
	bool ok = true;

	if (c->devices) {
		fprintf(c->devices, "\n);\n");
		ok = fclose(c->devices) == 0;
	}
	if (c->tags) {
		fprintf(c->tags, "\n);\n");
		ok = fclose(c->tags) == 0 && ok;
	}
	if (!ok)
		strbuf_setf(why, "%s cannot be written: %s", c->o->folder,
			    strerror(errno));
	return ok;
}

void tool_config_cells(struct tool_config *c, uint8_t unit, enum mb_area area,
		       uint32_t first, const uint16_t *cells, size_t n)
{
	struct strbuf why = STRBUF_INIT;

	for (size_t i = 0; i < n;) {
		struct mb_address a;
		char text[64], value[80];

		if (!tool_type(area, first + (uint32_t)i, c->o->type, &a, text, &why) ||
		    a.count > n - i)
			break;
		tool_value(&a, cells + i, value, sizeof(value));
		tool_config_tag(c, unit, text, 1, value);
		i += a.count;
	}
	strbuf_release(&why);
}
