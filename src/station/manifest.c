/* manifest.c - the list of a station's files and what differs between two. */
#include "station/manifest.h"

#include <stdlib.h>
#include <string.h>

#include "util/xalloc.h"

void manifest_add(struct manifest *m, const char *path, const void *text, size_t len)
{
	struct manifest_file *f = GROW(&m->v, &m->n);
	struct hash_state h;

	f->path = xstrdup(path);
	f->size = len;
	hash_init(&h);
	hash_update(&h, text, len);
	hash_final(&h, f->hash);
}

void manifest_copy(struct manifest *to, const struct manifest *from)
{
	for (size_t i = 0; i < from->n; i++) {
		struct manifest_file *f = GROW(&to->v, &to->n);

		*f = from->v[i];
		f->path = xstrdup(from->v[i].path);
	}
}

void manifest_release(struct manifest *m)
{
	for (size_t i = 0; i < m->n; i++)
		free(m->v[i].path);
	free(m->v);
	*m = (struct manifest){ 0 };
}

static int by_path(const void *a, const void *b)
{
	const struct manifest_file *x = a, *y = b;

	return strcmp(x->path, y->path);
}

void manifest_sort(struct manifest *m)
{
	size_t kept = 0;

	if (m->n)
		qsort(m->v, m->n, sizeof(m->v[0]), by_path);
	for (size_t i = 0; i < m->n; i++) /* one that is named twice counts once */
		if (kept && strcmp(m->v[i].path, m->v[kept - 1].path) == 0)
			free(m->v[i].path);
		else
			m->v[kept++] = m->v[i];
	m->n = kept;
}

void manifest_hash(const struct manifest *m, uint8_t out[HASH_SIZE])
{
	struct hash_state h;

	hash_init(&h);
	for (size_t i = 0; i < m->n; i++) {
		hash_update(&h, m->v[i].path, strlen(m->v[i].path) + 1);
		hash_update_u64(&h, m->v[i].size);
		hash_update(&h, m->v[i].hash, HASH_SIZE);
	}
	hash_final(&h, out);
}

const struct manifest_file *manifest_find(const struct manifest *m, const char *path)
{
	size_t low = 0, high = m->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int order = strcmp(path, m->v[mid].path);

		if (order == 0)
			return &m->v[mid];
		if (order < 0)
			high = mid;
		else
			low = mid + 1;
	}
	return NULL;
}

bool manifest_file_same(const struct manifest_file *a, const struct manifest_file *b)
{
	return a->size == b->size && memcmp(a->hash, b->hash, HASH_SIZE) == 0;
}

size_t manifest_diff(const struct manifest *a, const struct manifest *b,
		     manifest_diff_fn fn, void *arg)
{
	size_t i = 0, k = 0, found = 0;

	while (i < a->n || k < b->n) {
		int order = i == a->n   ? 1
			    : k == b->n ? -1
					: strcmp(a->v[i].path, b->v[k].path);

		if (order == 0 && manifest_file_same(&a->v[i], &b->v[k])) {
			i++, k++;
			continue;
		}
		found++;
		fn(arg,
		   order < 0   ? '-'
		   : order > 0 ? '+'
			       : '~',
		   order <= 0 ? a->v[i].path : b->v[k].path);
		i += order <= 0;
		k += order >= 0;
	}
	return found;
}
