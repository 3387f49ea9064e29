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

/* "40001": a place as Modbus manuals name it. */
static bool is_traditional(const char *address)
{
	if (*address < '0' || *address > '9') /* nearly all of them */
		return false;
	size_t digits = strspn(address, "0123456789");

	return (digits == 5 || digits == 6) && strchr(":.", address[digits]);
}

static bool names_a_cell(const char *address)
{
	if (is_traditional(address))
		return address[0] == '0' || address[0] == '1';
	return begins(address, "coil:") || begins(address, "discrete:");
}

static bool names_a_register(const char *address)
{
	if (is_traditional(address))
		return address[0] == '3' || address[0] == '4';
	return begins(address, "input:") || begins(address, "holding:");
}

/* The word behind the place: "float32" of "input:0:float32:cdab" and "30001:float32". */
static const char *type_word(const char *address)
{
	const char *colon = strchr(address, ':');

	if (colon && !is_traditional(address))
		colon = strchr(colon + 1, ':');
	return colon ? colon + 1 : "uint16";
}

/* "coil:100:bits:8": several cells as one number. */
static bool names_a_group(const char *address)
{
	return names_a_cell(address) && begins(type_word(address), "bits:");
}

/* Of a number; also of a group of cells. */
static enum value_type number_type(const char *word, const struct settings *s)
{
	if (begins(word, "float") || settings_get(s, "scale") ||
	    settings_get(s, "offset") || settings_get(s, "scale_register"))
		return VALUE_DOUBLE;
	return VALUE_INT;
}

enum value_type driver_type_hint(const struct settings *s)
{
	const char *address = settings_get(s, "address");

	if (!address)
		return VALUE_NONE;
	if (settings_get(s, "texts"))
		return VALUE_STRING;
	const char *word = type_word(address);
	if (names_a_group(address))
		return number_type(word, s);
	if (names_a_cell(address) || names_a_bit(address))
		return VALUE_BOOL;
	if (!names_a_register(address))
		return VALUE_NONE;
	if (begins(word, "bit") || begins(word, "bool"))
		return VALUE_BOOL;
	if (begins(word, "string"))
		return VALUE_STRING;
	return number_type(word, s);
}
