/* bench_expr.c - evaluations a CPU second of a * 0.5 + b > 10 && c, with quality and
 * times travelling along, against Lua 5.4 where it is installed, else against C. */
#include "bench/bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/bare/bare.h"
#include "expr/expr.h"
#include "util/strbuf.h"

enum { ROWS = 1024, TIMES = 1 << 20, LUA_TIMES = 4000000 };

struct set {
	struct sample v[3 * ROWS];
	double plain[3 * ROWS];
	struct expr *e;
	size_t at;
	uint64_t yes;
	const char *script;
};

static const struct sample *get(void *arg, uint32_t id)
{
	struct set *s = arg;

	return &s->v[3 * s->at + id];
}

static double ours(void *arg)
{
	struct set *s = arg;
	double start = bench_cpu();

	for (size_t i = 0; i < TIMES; i++) {
		struct sample r;

		s->at = i & (ROWS - 1);
		expr_eval_to(s->e, get, s, &r);
		s->yes += expr_is_true(&r);
	}
	return TIMES / (bench_cpu() - start);
}

static double native(void *arg)
{
	struct set *s = arg;
	double start = bench_cpu();

	for (int i = 0; i < 16; i++)
		s->yes += bare_expr_run(s->plain, TIMES);
	return 16.0 * TIMES / (bench_cpu() - start);
}

/* 0 when Lua cannot be run. */
static double lua(void *arg)
{
	struct set *s = arg;
	char text[64] = "", times[32];
	int out[2];

	snprintf(times, sizeof(times), "%d", LUA_TIMES);
	if (pipe(out) < 0)
		return 0;
	pid_t pid = fork();
	if (pid == 0) {
		dup2(out[1], STDOUT_FILENO);
		execlp("lua5.4", "lua5.4", s->script, times, (char *)NULL);
		_exit(127);
	}
	close(out[1]);
	ssize_t n = read(out[0], text, sizeof(text) - 1);
	close(out[0]);
	waitpid(pid, NULL, 0);
	return n > 0 ? strtod(text, NULL) : 0;
}

static void fill(struct set *s)
{
	for (size_t i = 0; i < (size_t)3 * ROWS; i++) {
		s->plain[i] = (double)(i % 23);
		s->v[i] = (struct sample){ .value = value_double(s->plain[i]),
					   .source_time = { 1700000000000 },
					   .taken = { 1000000000 } };
	}
	for (size_t i = 2; i < (size_t)3 * ROWS; i += 3)
		s->v[i].value = value_bool(true);
}

int main(int argc, char **argv)
{
	static struct set s;
	struct strbuf why = STRBUF_INIT;
	struct bench_row row = { .name = "expression, 3 operands",
				 .unit = "evaluations/s",
				 .against = "Lua 5.4",
				 .scale = "16.7 M",
				 .goal = 4 };

	fill(&s);
	s.script = argc > 1 ? argv[1] : "tests/bench/bare/expr.lua";
	s.e = expr_compile("a * 0.5 + b > 10 && c", NULL, &why, NULL);
	if (!s.e)
		bench_die("%s", why.buf);
	for (uint32_t i = 0; i < 3; i++)
		expr_bind(s.e, i, i);
	if (lua(&s) > 0)
		bench_pair(&row, ours, lua, &s);
	row.against = "bare C function";
	row.scale = "250 M";
	row.goal = 0.27; /* what four times Lua is of C where both were measured */
	bench_pair(&row, ours, native, &s);
	expr_free(s.e);
	return 0;
}
