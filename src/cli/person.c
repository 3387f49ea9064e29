/* person.c - asking the person at the terminal. */
#include "cli/person.h"

#include <stdio.h>
#include <string.h>

bool person_typed(const char *question, char *line, size_t size)
{
	printf("%s", question);
	fflush(stdout);
	if (!fgets(line, (int)size, stdin))
		return false;
	line[strcspn(line, "\n")] = '\0';
	return true;
}

bool person_says_yes(const char *question)
{
	char line[16];

	return person_typed(question, line, sizeof(line)) &&
	       (line[0] == 'y' || line[0] == 'Y') && line[1] == '\0';
}
