/* secret.c - who may read the file is asked of the handle that is read. */
#include "util/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/strbuf.h"

/* A setting is a secret when its name ends in one of these. */
#define WORD(text)                                                                       \
	{                                                                                \
		text, sizeof(text) - 1                                                   \
	}
static const struct {
	const char *text;
	size_t len;
} words[] = { WORD("password"),    WORD("passwd"),  WORD("passphrase"),
	      WORD("secret"),      WORD("token"),   WORD("credential"),
	      WORD("private_key"), WORD("api_key"), WORD("psk") };

bool secret_name(const char *setting)
{
	size_t n = strlen(setting);

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		size_t k = words[i].len;

		if (n >= k && setting[n - 1] == words[i].text[k - 1] &&
		    memcmp(setting + n - k, words[i].text, k) == 0 &&
		    (n == k || setting[n - k - 1] == '_' || setting[n - k - 1] == '.'))
			return true;
	}
	return false;
}

bool secret_in_address(const char *text)
{
	const char *host = strstr(text, "://");
	size_t n = host ? strcspn(host + 3, "/") : 0;
	const char *at = n ? memchr(host + 3, '@', n) : NULL;

	return at && memchr(host + 3, ':', (size_t)(at - host - 3));
}

/* Why nobody should rely on it; NULL = it is kept as it should be. */
static const char *fault_of(const struct stat *st)
{
	if (!S_ISREG(st->st_mode))
		return "is no regular file";
	if (st->st_uid != 0 && st->st_uid != geteuid())
		return "belongs to neither root nor the user who reads it: chown it";
	if (st->st_mode & S_IRWXO)
		return "can be read or changed by every user of this machine: chmod o= "
		       "it";
	if (st->st_mode & (S_IWGRP | S_IXGRP))
		return "can be changed by its group: chmod g-wx it";
	return NULL;
}

bool secret_is_open(const char *path, const char *what, struct strbuf *why)
{
	struct stat st;
	const char *fault = stat(path, &st) == 0 ? fault_of(&st) : NULL;

	if (fault && S_ISREG(st.st_mode) && !(st.st_mode & (S_IRWXO | S_IWGRP | S_IXGRP)))
		return false; /* another user will read it: the server's */
	if (fault)
		strbuf_setf(why, "%s %s %s", what, path, fault);
	return fault != NULL;
}

/* Bytes of the first line, or -1 with a reason. */
static ssize_t first_line(int fd, char *out, size_t size, const char **reason)
{
	ssize_t n = 0, got;

	while ((size_t)n < size && (got = read(fd, out + n, size - (size_t)n)) != 0) {
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0) {
			*reason = strerror(errno);
			return -1;
		}
		n += got;
	}
	size_t line = 0;
	while (line < (size_t)n && out[line] != '\n' && out[line] != '\r' && out[line])
		line++;
	if (line == (size_t)n && line == size)
		*reason = "its first line is too long";
	else if (line == 0)
		*reason = "its first line is empty";
	else if (line < (size_t)n && !out[line])
		*reason = "there is a NUL in it";
	else
		return (ssize_t)line;
	return -1;
}

bool secret_read(const char *path, const char *what, char *out, size_t size,
		 struct strbuf *why)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	const char *fault = NULL, *reason = NULL;
	ssize_t n = -1;
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		reason = strerror(errno);
	else if (!(fault = fault_of(&st)))
		n = first_line(fd, out, size, &reason);
	if (fault)
		strbuf_setf(why, "%s %s %s", what, path, fault);
	else if (n < 0)
		strbuf_setf(why, "%s %s cannot be read: %s", what, path, reason);
	if (fd >= 0)
		close(fd);
	explicit_bzero(out + (n > 0 ? n : 0), size - (size_t)(n > 0 ? n : 0));
	return n > 0;
}
