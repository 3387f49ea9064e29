/*
 * load_audit.h - the group audit = { } of the station file: how often the record is
 * signed, and where its anchors go.
 */
#ifndef SG_STATION_LOAD_AUDIT_H
#define SG_STATION_LOAD_AUDIT_H

#include <stdint.h>

struct loader;
struct cfg_node;

/* The tag, made by the loader, that shows what the broker keeps of our anchors. */
#define AUDIT_ECHO_TAG "system.audit.anchor"

enum { AUDIT_CHECKPOINT_MS = 60000, AUDIT_UNANCHORED_MAX = 2000 };

/* Texts are owned; NULL = not that way. */
struct audit_def {
	int64_t checkpoint_ms;
	int64_t unanchored_max; /* records; more of them raise an alarm */
	char *device, *topic;   /* of a broker */
	char *syslog;           /* as of notify */
	int facility;
	char *folder; /* absolute */
};

void audit_def_release(struct audit_def *d);
void load_audit(struct loader *l, const struct cfg_node *root);
/* After the devices: the tag that reads the broker's anchor back. */
void load_audit_tag(struct loader *l, const char *file);
/* Is the device there, and a broker? */
void cross_audit(struct loader *l);

#endif
