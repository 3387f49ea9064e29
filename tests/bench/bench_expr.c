/* bench_expr.c - evaluations a CPU second of a * 0.5 + b > 10 && c, with quality and
 * times travelling along, against Lua 5.4 where it is installed, and against C: of one
 * expression again and again, and of many, each with tags of its own, in turn. */
#include "bench/bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/bare/bare.h"
#include "expr/expr.h"
#include "util/strbuf.h"

enum { ROWS = 1024, TIMES = 1 << 22, LUA_TIMES = 4000000, LINE = 64 };

struct operand { /* on a cache line of its own, as a tag is */
	struct sample sample;
	uint8_t rest[LINE - sizeof(struct sample)];
};

struct set {
	struct operand operands[3 * ROWS];
	double plain[3 * ROWS];
	bool truth[ROWS];
	struct expr *e[ROWS];
	int functions; /* of Lua */
	uint64_t yes;
	const char *script;
};

/* The operands move before it: that is why a station evaluates. */
static inline bool evaluate(const struct set *s, size_t i, const struct expr *e,
			    struct operand *o)
{
	const size_t at = i & (ROWS - 1);
	struct sample r;

	o[0].sample.value.u.d = s->plain[3 * at];
	o[1].sample.value.u.d = s->plain[3 * at + 1];
	o[2].sample.value.u.b = s->truth[at];
	expr_eval_bound(e, &r);
	return expr_is_true(&r);
}

static double one(void *arg)
{
	struct set *s = arg;
	double start = bench_cpu();
	uint64_t yes = 0;

	for (size_t i = 0; i < TIMES; i++)
		yes += evaluate(s, i, s->e[0], s->operands);
	s->yes += yes;
	return TIMES / (bench_cpu() - start);
}

static double in_turn(void *arg)
{
	struct set *s = arg;
	double start = bench_cpu();
	uint64_t yes = 0;

	for (size_t i = 0; i < TIMES; i++) {
		const size_t turn = i & (ROWS - 1);

		yes += evaluate(s, i, s->e[turn], s->operands + 3 * turn);
	}
	s->yes += yes;
	return TIMES / (bench_cpu() - start);
}

static double native(void *arg)
{
	struct set *s = arg;
	double start = bench_cpu();

	for (int i = 0; i < 4; i++)
		s->yes += bare_expr_run(s->plain, TIMES);
	return 4.0 * TIMES / (bench_cpu() - start);
}

/* 0 when Lua cannot be run. */
static double lua(void *arg)
{
	struct set *s = arg;
	char text[64] = "", times[32], functions[32];
	int out[2];

	snprintf(times, sizeof(times), "%d", LUA_TIMES);
	snprintf(functions, sizeof(functions), "%d", s->functions);
	if (pipe(out) < 0)
		return 0;
	pid_t pid = fork();
	if (pid == 0) {
		dup2(out[1], STDOUT_FILENO);
		execlp("lua5.4", "lua5.4", s->script, times, functions, (char *)NULL);
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
	const struct sample good = { .source_time = { 1700000000000 },
				     .taken = { 1000000000 } };
	struct strbuf why = STRBUF_INIT;

	for (size_t i = 0; i < ROWS; i++) {
		struct operand *o = &s->operands[3 * i];

		for (size_t k = 0; k < 3; k++) {
			s->plain[3 * i + k] = (double)((3 * i + k) % 23);
			o[k].sample = good;
		}
		s->truth[i] = s->plain[3 * i + 2] != 0;
		o[0].sample.value = o[1].sample.value = value_double(0);
		o[2].sample.value = value_bool(true);
		s->e[i] = expr_compile("a * 0.5 + b > 10 && c", NULL, &why, NULL);
		if (!s->e[i])
			bench_die("%s", why.buf);
		for (size_t k = 0; k < 3; k++)
			expr_bind_place(s->e[i], k, &o[k].sample);
	}
}

static void compare(struct set *s, struct bench_row row, bench_fn fn, double goal_of_c)
{
	row.unit = "evaluations/s";
	row.goal = 4;
	if (lua(s) > 0)
		bench_pair(&row, fn, lua, s);
	row.against = "bare C function";
	row.scale = "250 M";
	row.goal = goal_of_c;
	bench_pair(&row, fn, native, s);
}

int main(int argc, char **argv)
{
	static struct set s __attribute__((aligned(LINE))) = { .functions = 1 };

	s.script = argc > 1 ? argv[1] : "tests/bench/bare/expr.lua";
	fill(&s);
	/* 0.27: what four times Lua is of C where both were measured */
	compare(&s,
		(struct bench_row){ .name = "expression, 3 operands",
				    .against = "Lua 5.4",
				    .scale = "16.7 M" },
		one, 0.27);
	s.functions = ROWS;
	compare(&s,
		(struct bench_row){ .name = "1,024 expressions in turn",
				    .against = "1,024 Lua functions" },
		in_turn, 0);
	for (size_t i = 0; i < ROWS; i++)
		expr_free(s.e[i]);
	return 0;
}
