/*
 * control.c - the configuration under control: which files run, by one hash in every
 * audit record and by a list for who asks (sightglass config).
 */
#include "station/station_int.h"

#include <inttypes.h>
#include <stdio.h>

void control_apply(struct station *s)
{
	struct manifest all = { 0 };

	station_def_manifest(s->def, &all);
	manifest_hash(&all, s->manifest_hash);
	hash_hex(s->manifest_hash, HASH_SIZE, s->manifest);
	manifest_release(&all);
}

const char *control_vouched(const struct station *s)
{
	if (s->def->vouched)
		return s->def->vouched;
	return s->def->unvouched ? s->def->unvouched : "signatures are not asked for";
}

/* Rows: path, size, hash. The reply: the hash over all, and who vouches for them. */
void query_config(struct station *s, struct session *who, const struct wire_request *m)
{
	struct manifest all = { 0 };
	char size[24], hash[HASH_HEX_SIZE];

	station_def_manifest(s->def, &all);
	for (size_t i = 0; i < all.n; i++) {
		const char *fields[] = { all.v[i].path, size, hash };

		snprintf(size, sizeof(size), "%" PRIu64, all.v[i].size);
		hash_hex(all.v[i].hash, HASH_SIZE, hash);
		station_row(s, who, m->req, fields, 3);
	}
	station_reply(s, who, m->req, WIRE_OK, "%zu files, manifest %s, %s", all.n,
		      s->manifest, control_vouched(s));
	manifest_release(&all);
}
