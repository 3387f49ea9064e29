/*
 * alarm_list.h - the alarm list as a command line takes it: one snapshot.
 */
#ifndef SG_CLI_ALARM_LIST_H
#define SG_CLI_ALARM_LIST_H

#include "wire/client.h"

struct alarm_list {
	uint64_t epoch, version;
	struct wire_alarm_row *v; /* most urgent first */
	size_t n;
};

/* Asks for the list and waits until it is whole. Returns an exit code (explained). */
int alarm_list_fetch(struct client *c, struct alarm_list *out);
void alarm_list_release(struct alarm_list *l);

#endif
