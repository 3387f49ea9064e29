/* edit_run.c - starting the editor and tmux without a shell. */
#include "cli/edit_run.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "util/xalloc.h"

bool edit_program(const char *name)
{
	const char *path = getenv("PATH");
	char full[4096];

	if (strchr(name, '/'))
		return access(name, X_OK) == 0;
	while (path && *path) {
		size_t n = strcspn(path, ":");

		if (n &&
		    (size_t)snprintf(full, sizeof(full), "%.*s/%s", (int)n, path, name) <
			    sizeof(full) &&
		    access(full, X_OK) == 0)
			return true;
		path += n + (path[n] == ':');
	}
	return false;
}

static char **words_of(const char *text)
{
	char **words = xcalloc(EDIT_WORDS_MAX + 2, sizeof(*words));
	size_t n = 0;

	while (n < EDIT_WORDS_MAX) {
		text += strspn(text, " \t");
		if (!*text)
			break;
		words[n] = xstrndup(text, strcspn(text, " \t"));
		text += strlen(words[n++]);
	}
	if (n)
		return words;
	free(words);
	return NULL;
}

char **edit_editor(void)
{
	static const char *const wanted[] = { "VISUAL", "EDITOR" };
	static const char *const usual[] = { "sensible-editor", "nano", "vim", "vi",
					     "ed" };

	for (size_t i = 0; i < 2; i++) {
		const char *text = getenv(wanted[i]);
		char **words = text ? words_of(text) : NULL;

		if (words)
			return words;
	}
	for (size_t i = 0; i < sizeof(usual) / sizeof(usual[0]); i++)
		if (edit_program(usual[i]))
			return words_of(usual[i]);
	return NULL;
}

void edit_words_free(char **words)
{
	for (size_t i = 0; words && words[i]; i++)
		free(words[i]);
	free(words);
}

static int wait_for(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -1;
	if (WIFSIGNALED(status))
		return 128 + WTERMSIG(status);
	return WEXITSTATUS(status) == 127 ? -1 : WEXITSTATUS(status);
}

/* out: where its standard output goes, or -1. */
static pid_t start(char *const argv[], int out)
{
	pid_t pid = fork();

	if (pid == 0) {
		signal(SIGINT, SIG_DFL);
		signal(SIGQUIT, SIG_DFL);
		if (out >= 0)
			dup2(out, STDOUT_FILENO);
		execvp(argv[0], argv);
		_exit(127);
	}
	return pid;
}

int edit_run(char *const argv[])
{
	/* Ctrl-C belongs to the editor alone */
	struct sigaction ignore = { .sa_handler = SIG_IGN }, was_int, was_quit;
	int code;
	pid_t pid;

	fflush(stdout);
	sigaction(SIGINT, &ignore, &was_int);
	sigaction(SIGQUIT, &ignore, &was_quit);
	pid = start(argv, -1);
	code = pid < 0 ? -1 : wait_for(pid);
	sigaction(SIGINT, &was_int, NULL);
	sigaction(SIGQUIT, &was_quit, NULL);
	return code;
}

int edit_ask(char *const argv[], char *line, size_t size)
{
	int ends[2], code;
	size_t n = 0;
	ssize_t got;
	pid_t pid;

	line[0] = '\0';
	if (pipe(ends) < 0)
		return -1;
	pid = start(argv, ends[1]);
	close(ends[1]);
	while (n + 1 < size && (got = read(ends[0], line + n, size - 1 - n)) > 0)
		n += (size_t)got;
	close(ends[0]);
	line[n] = '\0';
	line[strcspn(line, "\n")] = '\0';
	code = pid < 0 ? -1 : wait_for(pid);
	return code;
}
