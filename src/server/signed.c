/* signed.c - a station's files against the manifest that an engineer signed. */
#include "server/signed.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config/file.h"
#include "config/others.h"
#include "station/def.h"
#include "util/diag.h"
#include "util/file.h"
#include "util/intern.h"
#include "util/num.h"
#include "util/strbuf.h"
#include "util/xalloc.h"

enum { NAME_MAX_BYTES = 64, MISSES_TOLD = 5, VERSION_TEXT = 32 };

struct judging {
	const struct signed_policy *policy;
	struct station_def *def;
	struct diag_list *diags;
	struct manifest_signed is; /* what was signed; released by the caller */
	char signer[NAME_MAX_BYTES];
	char *path; /* of the signed manifest */
	struct strbuf why;
};

/* --- files ------------------------------------------------------------------------- */

/* Of a file that others could exchange, or that cannot be read: false with a sentence. */
static bool read_trusted(const char *path, char **text, size_t *len, struct strbuf *why)
{
	struct diag_list found = DIAG_LIST_INIT;
	const char *slash = strrchr(path, '/');
	char *dir = slash ? xstrndup(path, (size_t)(slash - path + 1)) : xstrdup(".");
	const struct cfg_wanted w = { dir, slash ? slash + 1 : path, path, CFG_FILE_MAX };
	bool good = cfg_file_take(&w, text, len, &found, why);

	if (good && diag_raise(&found, CFG_OPEN_ID)) {
		strbuf_setf(why, "%s", found.v[0].text);
		free(*text);
		*text = NULL;
		good = false;
	}
	diag_list_release(&found);
	free(dir);
	return good;
}

/* The name that keys' text gives the key; false when it does not know it. */
static bool signer_of(const char *keys, const uint8_t key[SIGN_PUBLIC_SIZE], char *name,
		      size_t size)
{
	char hex[2 * SIGN_PUBLIC_SIZE + 1], who[NAME_MAX_BYTES], is[80], rest[2];

	hash_hex(key, SIGN_PUBLIC_SIZE, hex);
	for (const char *at = keys; *at; at += *at == '\n') {
		if (*at != '#' &&
		    sscanf(at, "%63[^ \n] %79[^ \n]%1[^\n]", who, is, rest) == 2 &&
		    strcmp(is, hex) == 0) {
			snprintf(name, size, "%s", who);
			return true;
		}
		at += strcspn(at, "\n");
	}
	return false;
}

static bool read_signed(struct judging *j)
{
	char *text = NULL, *keys = NULL;
	size_t len, n;
	bool good = read_trusted(j->path, &text, &len, &j->why) &&
		    manifest_signed_read(text, len, &j->is, &j->why);

	if (good && (good = read_trusted(j->policy->keys, &keys, &n, &j->why)) &&
	    !signer_of(keys, j->is.key, j->signer, sizeof(j->signer))) {
		strbuf_setf(&j->why, "it is signed by a key that %s does not know",
			    j->policy->keys);
		good = false;
	}
	free(text);
	free(keys);
	return good;
}

/* --- versions ---------------------------------------------------------------------- */

static char *version_path(const struct signed_policy *p)
{
	return xasprintf("%s/config-version", p->state_dir);
}

/* 0: none ran before. False with a sentence when that cannot be known: what nobody can
 * read may have been a higher one. */
static bool version_seen(const struct signed_policy *p, uint64_t *seen,
			 struct strbuf *why)
{
	char *path = version_path(p), text[VERSION_TEXT] = "";
	int fd = p->state_dir ? open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW) : -1;
	bool none = fd < 0 && (!p->state_dir || errno == ENOENT);
	ssize_t n = fd >= 0 ? read(fd, text, sizeof(text) - 1) : -1;
	int64_t v = 0;

	if (fd >= 0)
		close(fd);
	if (n > 0 && text[n - 1] == '\n')
		text[n - 1] = '\0';
	if (!none && (n <= 0 || !num_parse_int(text, 0, INT64_MAX, &v))) {
		strbuf_setf(why,
			    "%s does not say which version ran last: mend it, or take it "
			    "away",
			    path);
		free(path);
		return false;
	}
	free(path);
	*seen = (uint64_t)v;
	return true;
}

static bool remember_version(struct judging *j)
{
	char *path = version_path(j->policy), text[VERSION_TEXT];
	bool good;

	snprintf(text, sizeof(text), "%" PRIu64 "\n", j->is.version);
	good = file_replace(path, 0600, text, strlen(text));
	if (!good)
		strbuf_setf(&j->why, "cannot write %s: %s", path, strerror(errno));
	free(path);
	return good;
}

static bool is_no_replay(struct judging *j, bool to_run)
{
	uint64_t seen = 0;

	if (!version_seen(j->policy, &seen, &j->why))
		return false;
	if (j->is.version < seen) {
		strbuf_setf(
			&j->why,
			"its version %" PRIu64 " is older than version %" PRIu64
			", which ran before: sign these files anew to go back to them",
			j->is.version, seen);
		return false;
	}
	return !to_run || j->is.version == seen || remember_version(j);
}

/* --- what differs ------------------------------------------------------------------ */

struct misses {
	struct strbuf *out;
	size_t n;
};

static void miss(void *arg, char sign, const char *path)
{
	static const struct {
		char sign;
		const char *text;
	} words[] = { { '+', "was not signed" },
		      { '-', "is missing" },
		      { '~', "was changed" } };
	struct misses *m = arg;

	if (m->n++ >= MISSES_TOLD)
		return;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (words[i].sign == sign)
			strbuf_addf(m->out, "%s%s %s", m->n > 1 ? ", " : "", path,
				    words[i].text);
}

static bool fits(struct judging *j)
{
	struct misses m = { &j->why, 0 };
	struct manifest now = { 0 };

	strbuf_clear(&j->why);
	station_def_manifest(j->def, &now);
	manifest_diff(&j->is.files, &now, miss, &m);
	manifest_release(&now);
	if (m.n > MISSES_TOLD)
		strbuf_addf(&j->why, " and %zu more", m.n - MISSES_TOLD);
	return m.n == 0;
}

static void end(struct judging *j)
{
	manifest_signed_release(&j->is);
	strbuf_release(&j->why);
	free(j->path);
}

static struct judging begin(const struct signed_policy *p, const char *station,
			    struct station_def *def, struct diag_list *diags)
{
	return (struct judging){ .policy = p,
				 .def = def,
				 .diags = diags,
				 .path = xasprintf("%s.signed", station),
				 .why = STRBUF_INIT };
}

bool signed_judge(const struct signed_policy *p, const char *station,
		  struct station_def *def, bool to_run, struct diag_list *diags)
{
	struct judging j;
	bool good;

	if (!p->keys)
		return true;
	j = begin(p, station, def, diags);
	good = read_signed(&j) && fits(&j) && is_no_replay(&j, to_run);
	if (good) {
		def->vouched = xasprintf("version %" PRIu64 ", signed by %s",
					 j.is.version, j.signer);
		def->vouched_version = j.is.version;
	} else {
		def->unvouched = xasprintf("these files are not signed: %s", j.why.buf);
		diag_add(diags, p->warn_only ? DIAG_WARNING : DIAG_ERROR, intern(j.path),
			 0, 0, SIGNED_ID, "%s", j.why.buf);
	}
	end(&j);
	return good || p->warn_only;
}

void signed_judge_screens(const struct signed_policy *p, const char *station,
			  struct station_def *def, struct diag_list *diags)
{
	struct judging j;
	bool known;

	if (!p->keys || p->warn_only)
		return;
	j = begin(p, station, def, diags);
	known = read_signed(&j);
	for (size_t i = 0; i < def->n_screens; i++) {
		const struct station_file *f = &def->screens[i];
		const struct manifest_file *want =
			known ? manifest_find(&j.is.files, f->name) : NULL;
		struct manifest one = { 0 };

		manifest_add(&one, f->name, f->text, f->len);
		if (!want || !manifest_file_same(want, &one.v[0]))
			diag_add(diags, DIAG_ERROR, intern(f->path), 0, 0, SIGNED_ID,
				 "it was changed after it was signed: run `sightglass "
				 "config sign` and reload");
		manifest_release(&one);
	}
	end(&j);
}
