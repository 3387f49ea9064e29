/*
 * print_key.c - the picture as text, appended to the file that --pictures named. The file
 * is opened once, before the wall goes up: at run time nobody chooses a path, and a
 * console that was started without one (a kiosk) writes nothing anywhere.
 */
#include "console/app/app_int.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PICTURES_MAX_BYTES = 16 << 20 };

int pictures_open(const char *path, struct strbuf *why)
{
	/* no one else's device or pipe, and not through a link that somebody laid */
	int fd = open(path,
		      O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC,
		      0600);
	struct stat st;

	if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		return fd;
	strbuf_setf(why, "cannot write pictures into %s: %s", path,
		    fd < 0 ? strerror(errno) : "it is not a plain file");
	if (fd >= 0)
		close(fd);
	return -1;
}

static void picture_text(const struct app *a, struct strbuf *out)
{
	char at[CLOCK_LOCAL_SIZE];

	clock_local(a->now.wall, at);
	strbuf_addf(out, "%s  %s  %s\n", at, a->model.welcome.station, a->model.who.name);
	for (int row = 0; row < a->grid.rows; row++) {
		grid_row_text(&a->grid, row, out);
		strbuf_addch(out, '\n');
	}
	strbuf_addch(out, '\n');
}

/* NULL, or why it is not there. */
static const char *append(int fd, const struct strbuf *text)
{
	struct stat st;
	ssize_t n;

	if (fstat(fd, &st) < 0)
		return strerror(errno);
	if (st.st_size + (off_t)text->len > PICTURES_MAX_BYTES)
		return "it is full (16 MB)";
	n = write(fd, text->buf, text->len);
	if (n < 0)
		return strerror(errno);
	return (size_t)n < text->len ? "only a part of it had room" : NULL;
}

/* What stands there, as it was painted last. */
void print_picture(struct app *a, uint32_t key)
{
	struct strbuf text = STRBUF_INIT;
	const char *wrong;

	(void)key;
	if (a->pictures_fd <= 0) {
		app_say(a, ROLE_MESSAGE,
			"no file for pictures: start with --pictures FILE");
		return;
	}
	picture_text(a, &text);
	wrong = append(a->pictures_fd, &text);
	strbuf_release(&text);
	if (wrong)
		app_say(a, ROLE_REFUSED, "the picture is not in %s: %s", a->pictures,
			wrong);
	else
		app_say(a, ROLE_MESSAGE, "this picture was added to %s", a->pictures);
}
