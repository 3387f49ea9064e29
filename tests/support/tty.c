/* tty.c - forkpty and libvterm: a terminal that a test can look at. */
#include "support/tty.h"
#include "support/test.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utmp.h>
#include <vterm.h>

#include "util/clock.h"
#include "util/strbuf.h"
#include "util/utf8.h"
#include "util/xalloc.h"

enum { EXPECT_MS = 30000, STEP_MS = 20 };

struct tty {
	pid_t pid;
	int master, slave; /* slave kept open to read its modes after the program ended */
	int status;        /* wait status once known, else -1 */
	int cols, rows;
	VTerm *vt;
	VTermScreen *screen;
	struct strbuf bytes;
	bool cursor_shown, held;
	int rate;         /* bytes a second; 0 = as fast as they come */
	struct mono free; /* when the slow line has carried what was read */
};

/* What a line of 9600 baud carries at a time: the rest comes later. */
enum { SLOW_BITE = 16 };

static void exec_child(char *const argv[], const char *const env[])
{
	static const char *const keep[] = { "PATH=/usr/sbin:/usr/bin:/sbin:/bin",
					    "LC_ALL=C.UTF-8", "TERM=xterm-256color",
					    "TZ=UTC" };

	clearenv();
	for (size_t i = 0; i < sizeof(keep) / sizeof(keep[0]); i++)
		putenv((char *)(uintptr_t)keep[i]);
	for (size_t i = 0; env && env[i]; i++)
		putenv((char *)(uintptr_t)env[i]);
	execv(argv[0], argv);
	_exit(127);
}

static int on_property(VTermProp prop, VTermValue *value, void *user)
{
	struct tty *t = user;

	if (prop == VTERM_PROP_CURSORVISIBLE)
		t->cursor_shown = value->boolean;
	return 1;
}

static const VTermScreenCallbacks callbacks = { .settermprop = on_property };

static void set_baud(struct tty *t, int baud)
{
	struct termios m;

	if (!baud)
		return;
	assert_int_equal(baud, 9600);
	t->rate = baud / 10;
	assert_int_equal(tcgetattr(t->slave, &m), 0);
	cfsetspeed(&m, B9600);
	assert_int_equal(tcsetattr(t->slave, TCSANOW, &m), 0);
}

struct tty *tty_start(char *const argv[], const char *const env[], int cols, int rows)
{
	return tty_start_slow(argv, env, cols, rows, 0);
}

struct tty *tty_start_slow(char *const argv[], const char *const env[], int cols,
			   int rows, int baud)
{
	struct tty *t = xcalloc(1, sizeof(*t));
	struct winsize ws = { .ws_col = (unsigned short)cols,
			      .ws_row = (unsigned short)rows };

	t->cols = cols;
	t->rows = rows;
	t->status = -1;
	t->cursor_shown = true;
	strbuf_init(&t->bytes, 64 << 20);
	t->vt = vterm_new(rows, cols);
	vterm_set_utf8(t->vt, 1);
	t->screen = vterm_obtain_screen(t->vt);
	vterm_screen_set_callbacks(t->screen, &callbacks, t);
	vterm_screen_enable_altscreen(t->screen, 1);
	vterm_screen_reset(t->screen, 1);
	if (openpty(&t->master, &t->slave, NULL, NULL, &ws) < 0)
		fail_msg("openpty: %s", strerror(errno));
	fcntl(t->master, F_SETFD, FD_CLOEXEC);
	fcntl(t->slave, F_SETFD, FD_CLOEXEC);
	set_baud(t, baud);
	t->pid = fork();
	if (t->pid == 0) {
		login_tty(dup(t->slave));
		exec_child(argv, env);
	}
	return t;
}

pid_t tty_pid(const struct tty *t)
{
	return t->pid;
}

int tty_wait_exit(struct tty *t, int ms)
{
	struct mono deadline = mono_add_ms(clock_mono(), ms);

	while (t->status < 0) {
		int status;
		if (waitpid(t->pid, &status, WNOHANG) == t->pid) {
			t->status = status;
			break;
		}
		if (mono_reached(clock_mono(), deadline))
			return -1;
		tty_pump(t, STEP_MS);
	}
	tty_pump(t, 0);
	return t->status;
}

void tty_free(struct tty *t)
{
	if (!t) /* it never started, and has said why */
		return;
	if (t->status < 0) {
		kill(t->pid, SIGKILL);
		waitpid(t->pid, &t->status, 0);
	}
	if (t->master >= 0)
		close(t->master);
	if (t->slave >= 0)
		close(t->slave);
	vterm_free(t->vt);
	strbuf_release(&t->bytes);
	free(t);
}

void tty_type(struct tty *t, const char *bytes)
{
	size_t n = strlen(bytes);

	if (write(t->master, bytes, n) != (ssize_t)n)
		fail_msg("cannot type into the terminal: %s", strerror(errno));
}

void tty_type_all(struct tty *t, const char *bytes, size_t n)
{
	struct mono limit = mono_add_ms(clock_mono(), EXPECT_MS);

	while (n > 0) {
		struct pollfd p = { .fd = t->master, .events = POLLOUT };
		ssize_t put = 0;

		if (poll(&p, 1, 0) > 0 && (p.revents & POLLOUT))
			put = write(t->master, bytes, n < 512 ? n : 512);
		if (put < 0 || mono_reached(clock_mono(), limit))
			fail_msg("cannot type: %zu bytes are left", n);
		bytes += put;
		n -= (size_t)put;
		tty_pump(t, put > 0 ? 0 : 1);
	}
}

static bool all_is_read(struct tty *t, void *arg)
{
	int left = 0;

	(void)arg;
	return ioctl(t->slave, FIONREAD, &left) == 0 && left == 0;
}

void tty_expect_read(struct tty *t)
{
	if (!tty_wait(t, all_is_read, NULL, EXPECT_MS))
		fail_msg("what was typed is not read");
}

void tty_hold(struct tty *t, bool held)
{
	t->held = held;
}

void tty_overwrite(struct tty *t, const char *bytes)
{
	vterm_input_write(t->vt, bytes, strlen(bytes));
}

bool tty_cursor(const struct tty *t, int *col, int *row)
{
	VTermPos at;

	vterm_state_get_cursorpos(vterm_obtain_state(t->vt), &at);
	*col = at.col;
	*row = at.row;
	return t->cursor_shown;
}

/* How much may be read now; 0: later, after at most ms. */
static size_t may_read(struct tty *t, size_t most, int ms)
{
	struct mono now = clock_mono();
	int64_t wait = mono_ms_between(now, t->free) + 1;

	if (t->held || (t->rate && !mono_reached(now, t->free))) {
		poll(NULL, 0, !t->held && wait < ms ? (int)wait : ms);
		return 0;
	}
	return t->rate && most > SLOW_BITE ? SLOW_BITE : most;
}

static void carry(struct tty *t, size_t n)
{
	struct mono now = clock_mono();

	if (!t->rate)
		return;
	/* a reader that came late catches up with what the line would have carried, but
	 * a line that stood idle has saved nothing */
	if (mono_ms_between(t->free, now) > 50)
		t->free = now;
	t->free.ns += (int64_t)n * 1000000000 / t->rate;
}

/* Answers of the emulator (to status queries) go back as typing would. */
static void feed_back(struct tty *t)
{
	char out[256];
	size_t n;

	while ((n = vterm_output_read(t->vt, out, sizeof(out))) > 0)
		if (write(t->master, out, n) < 0)
			return;
}

bool tty_pump(struct tty *t, int ms)
{
	struct pollfd p = { .fd = t->master, .events = POLLIN };
	char buf[65536];

	if (t->master < 0) {
		poll(NULL, 0, ms);
		return false;
	}
	size_t most = may_read(t, sizeof(buf), ms);
	if (most == 0 || poll(&p, 1, ms) <= 0)
		return true;
	ssize_t n = read(t->master, buf, most);
	if (n <= 0) {
		poll(NULL, 0, ms); /* EIO while nobody has the slave open: do not spin */
		return false;
	}
	carry(t, (size_t)n);
	strbuf_add(&t->bytes, buf, (size_t)n);
	vterm_input_write(t->vt, buf, (size_t)n);
	feed_back(t);
	return true;
}

struct tty_cell tty_cell(struct tty *t, int col, int row)
{
	VTermScreenCell c;
	struct tty_cell out = { .cp = ' ' };

	if (!vterm_screen_get_cell(t->screen, (VTermPos){ row, col }, &c))
		return out;
	if (c.chars[0])
		out.cp = c.chars[0];
	out.bold = c.attrs.bold;
	out.reverse = c.attrs.reverse;
	out.underline = c.attrs.underline != 0;
	out.default_fg = VTERM_COLOR_IS_DEFAULT_FG(&c.fg);
	out.default_bg = VTERM_COLOR_IS_DEFAULT_BG(&c.bg);
	vterm_screen_convert_color_to_rgb(t->screen, &c.fg);
	vterm_screen_convert_color_to_rgb(t->screen, &c.bg);
	memcpy(out.fg, (uint8_t[]){ c.fg.rgb.red, c.fg.rgb.green, c.fg.rgb.blue }, 3);
	memcpy(out.bg, (uint8_t[]){ c.bg.rgb.red, c.bg.rgb.green, c.bg.rgb.blue }, 3);
	return out;
}

const char *tty_row(struct tty *t, int row)
{
	static char text[4 * 1024 + 1];
	size_t n = 0, end = 0;

	for (int col = 0; col < t->cols && n + 4 < sizeof(text);) {
		VTermScreenCell c;
		if (!vterm_screen_get_cell(t->screen, (VTermPos){ row, col }, &c))
			break;
		uint32_t cp = c.chars[0] ? c.chars[0] : ' ';
		n += utf8_encode(cp, text + n);
		if (cp != ' ')
			end = n;
		col += c.width > 0 ? c.width : 1;
	}
	text[end] = '\0';
	return text;
}

int tty_find_row(struct tty *t, const char *text)
{
	for (int row = 0; row < t->rows; row++)
		if (strstr(tty_row(t, row), text))
			return row;
	return -1;
}

bool tty_shows(struct tty *t, const char *text)
{
	return tty_find_row(t, text) >= 0;
}

void tty_dump(struct tty *t)
{
	for (int row = 0; row < t->rows; row++)
		print_error("|%s\n", tty_row(t, row));
}

bool tty_wait(struct tty *t, bool (*done)(struct tty *t, void *arg), void *arg, int ms)
{
	struct mono deadline = mono_add_ms(clock_mono(), ms);

	while (!done(t, arg)) {
		if (mono_reached(clock_mono(), deadline))
			return false;
		tty_pump(t, STEP_MS);
	}
	return true;
}

static bool shows(struct tty *t, void *arg)
{
	return tty_shows(t, arg);
}

static bool shows_not(struct tty *t, void *arg)
{
	return !tty_shows(t, arg);
}

void tty_expect_at(struct tty *t, const char *text, const char *file, int line)
{
	if (tty_wait(t, shows, (void *)(uintptr_t)text, EXPECT_MS))
		return;
	print_error("\"%s\" did not appear on the glass:\n", text);
	tty_dump(t);
	_fail(file, line);
}

void tty_expect_gone_at(struct tty *t, const char *text, const char *file, int line)
{
	if (tty_wait(t, shows_not, (void *)(uintptr_t)text, EXPECT_MS))
		return;
	print_error("\"%s\" stayed on the glass:\n", text);
	tty_dump(t);
	_fail(file, line);
}

void tty_resize(struct tty *t, int cols, int rows)
{
	struct winsize ws = { .ws_col = (unsigned short)cols,
			      .ws_row = (unsigned short)rows };

	/* the emulator first: output for the new size may come at once */
	vterm_set_size(t->vt, rows, cols);
	t->cols = cols;
	t->rows = rows;
	ioctl(t->master, TIOCSWINSZ, &ws);
}

const char *tty_bytes(const struct tty *t, size_t *n)
{
	*n = t->bytes.len;
	return t->bytes.buf;
}

struct termios tty_modes(const struct tty *t)
{
	struct termios modes = { 0 };

	tcgetattr(t->slave, &modes);
	return modes;
}

struct termios tty_fresh_modes(void)
{
	struct termios modes = { 0 };
	int master, slave;

	assert_int_equal(openpty(&master, &slave, NULL, NULL, NULL), 0);
	tcgetattr(slave, &modes);
	close(master);
	close(slave);
	return modes;
}

void tty_hang_up(struct tty *t)
{
	close(t->slave);
	close(t->master);
	t->slave = t->master = -1;
}

size_t tty_bells(struct tty *t)
{
	size_t n, count = 0;
	const char *bytes = tty_bytes(t, &n);

	for (size_t i = 0; i < n; i++)
		count += bytes[i] == '\a';
	return count;
}
