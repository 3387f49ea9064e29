/*
 * audit_search.h - pages of the audit record, read beside the loop and the store.
 */
#ifndef SG_SERVER_AUDIT_SEARCH_H
#define SG_SERVER_AUDIT_SEARCH_H

#include "server/shell.h"

/* An ACT_AUDIT_SEARCH: the answer is ROWs (audit/row.h) and a REPLY (wire/audit.h). */
void audit_search_request(struct shell *sh, const struct action *a);

#endif
