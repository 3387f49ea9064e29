/* hint.c - reads just enough of an address to know what kind of value it gives. */
#include "driver/hint.h"

#include <string.h>

static bool begins(const char *s, const char *word)
{
	return strncmp(s, word, strlen(word)) == 0;
}

/* "input:12.3": a bit of a register. */
static bool names_a_bit(const char *address)
{
	const char *dot = strrchr(address, '.');

	return dot && dot[1] && strspn(dot + 1, "0123456789") == strlen(dot + 1);
}

/* The word behind the second colon: "float32" of "input:0:float32:cdab". */
static const char *type_word(const char *address)
{
	const char *first = strchr(address, ':');
	const char *second = first ? strchr(first + 1, ':') : NULL;

	return second ? second + 1 : "uint16";
}

enum value_type driver_type_hint(const struct settings *s)
{
	const char *address = settings_get(s, "address");

	if (!address)
		return VALUE_NONE;
	if (begins(address, "coil:") || begins(address, "discrete:") ||
	    names_a_bit(address))
		return VALUE_BOOL;
	if (!begins(address, "input:") && !begins(address, "holding:"))
		return VALUE_NONE;
	const char *word = type_word(address);
	if (begins(word, "bit") || begins(word, "bool"))
		return VALUE_BOOL;
	if (begins(word, "string"))
		return VALUE_STRING;
	if (begins(word, "float") || settings_get(s, "scale") ||
	    settings_get(s, "offset"))
		return VALUE_DOUBLE;
	return VALUE_INT;
}
