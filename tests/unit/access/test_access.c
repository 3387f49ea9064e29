/* test_access.c - who may do what, where: deny by default, nothing implied. */
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "access/access.h"
#include "util/strbuf.h"
#include "util/xalloc.h"

#define BIT(r) ((uint32_t)1 << (r))

static struct access_def station(void)
{
	struct access_def d = { 0 };
	struct access_role *role;
	struct access_operator *op;

	role = GROW(&d.roles, &d.n_roles);
	*role = (struct access_role){ xstrdup("operator"),
				      BIT(RIGHT_VIEW) | BIT(RIGHT_ACKNOWLEDGE) |
					      BIT(RIGHT_OPERATE),
				      "a", 1 };
	role = GROW(&d.roles, &d.n_roles);
	*role = (struct access_role){ xstrdup("admin"),
				      BIT(RIGHT_VIEW) | BIT(RIGHT_ADMIN), "a", 2 };
	op = GROW(&d.operators, &d.n_operators);
	op->name = xstrdup("ivan");
	op->unix_user = xstrdup("ivan_u");
	*GROW(&op->roles, &op->n_roles) = xstrdup("operator");
	*GROW(&op->areas, &op->n_areas) = xstrdup("intake");
	op = GROW(&d.operators, &d.n_operators);
	op->name = xstrdup("ada");
	op->unix_user = xstrdup("ada");
	*GROW(&op->roles, &op->n_roles) = xstrdup("admin");
	op = GROW(&d.operators, &d.n_operators);
	op->name = xstrdup("boss");
	op->unix_user = xstrdup("root");
	*GROW(&op->roles, &op->n_roles) = xstrdup("operator");
	*GROW(&op->roles, &op->n_roles) = xstrdup("admin");
	return d;
}

static void rights_hold_in_their_areas_only(void **state)
{
	struct access_def d = station();
	struct access_grant g = access_resolve(&d, "ivan_u", 1000);
	struct strbuf why = STRBUF_INIT;

	(void)state;
	assert_true(g.admitted);
	assert_string_equal(g.name, "ivan");
	assert_true(access_allows(&g, RIGHT_OPERATE, "intake"));
	assert_false(access_allows(&g, RIGHT_OPERATE, "filter"));
	assert_true(access_allows(&g, RIGHT_VIEW, "filter"));
	assert_true(access_allows(&g, RIGHT_OPERATE, NULL));
	access_explain(&g, RIGHT_OPERATE, "filter", &why);
	assert_string_equal(why.buf,
			    "ivan has the right \"operate\" but not in area filter");
	access_explain(&g, RIGHT_ADMIN, "intake", &why);
	assert_string_equal(why.buf, "ivan has no right \"admin\" in area intake");
	access_explain(&g, RIGHT_AUDIT, NULL, &why);
	assert_string_equal(why.buf, "ivan has no right \"audit\"");
	strbuf_release(&why);
	access_def_release(&d);
}

static void a_right_in_an_area_is_one_in_all_that_lies_in_it(void **state)
{
	struct access_def d = station();
	struct access_grant g = access_resolve(&d, "ivan_u", 1000);

	(void)state;
	assert_true(access_allows(&g, RIGHT_OPERATE, "intake.wells"));
	assert_true(access_allows(&g, RIGHT_ACKNOWLEDGE, "intake.wells.w1"));
	assert_false(access_allows(&g, RIGHT_OPERATE, "intake2"));
	assert_false(access_allows(&g, RIGHT_OPERATE, "intak"));
	assert_false(access_allows(&g, RIGHT_OPERATE, "filter.intake"));
	access_def_release(&d);
}

static void admin_does_not_imply_operate(void **state)
{
	struct access_def d = station();
	struct access_grant g = access_resolve(&d, "ada", 1001);

	(void)state;
	assert_true(access_allows(&g, RIGHT_ADMIN, NULL));
	assert_false(access_allows(&g, RIGHT_OPERATE, "intake"));
	assert_false(access_allows(&g, RIGHT_COUNT, "intake"));
	access_def_release(&d);
}

/* --- roles x areas against a naive model ----------------------------------------- */

static const char *const all_areas[] = { "a", "a.x", "a.x.y", "ab", "b", "b.z", "c" };
static const char *const given[] = { NULL, "*", "a", "a.x", "b" };
enum { AREAS = sizeof(all_areas) / sizeof(all_areas[0]), GIVEN = 5, ROLES = 3 };

/* Role r has the rights of these bits; all eight occur. */
static uint32_t model_rights(size_t role)
{
	static const uint32_t rights[ROLES] = {
		BIT(RIGHT_VIEW) | BIT(RIGHT_ACKNOWLEDGE) | BIT(RIGHT_OPERATE),
		BIT(RIGHT_VIEW) | BIT(RIGHT_SHELVE) | BIT(RIGHT_APPROVE) |
			BIT(RIGHT_ADMIN),
		BIT(RIGHT_ENGINEER) | BIT(RIGHT_AUDIT),
	};

	return rights[role];
}

static bool model_holds(const char *outer, const char *area)
{
	char below[32];

	snprintf(below, sizeof(below), "%s.", outer ? outer : "");
	return !outer || strcmp(outer, "*") == 0 || strcmp(outer, area) == 0 ||
	       strncmp(area, below, strlen(below)) == 0;
}

/* held[role]: index into given, plus one; 0 = has not the role. */
static bool model_allows(const size_t held[ROLES], enum right right, const char *area)
{
	bool looks = false, allowed = false;

	for (size_t r = 0; r < ROLES; r++) {
		if (!held[r])
			continue;
		looks = looks || (model_rights(r) & BIT(RIGHT_VIEW));
		if (!(model_rights(r) & BIT(right)))
			continue;
		allowed = allowed || !area || right == RIGHT_VIEW ||
			  model_holds(given[held[r] - 1], area);
	}
	return looks && allowed;
}

static struct access_def model_station(void)
{
	struct access_def d = { 0 };

	for (size_t r = 0; r < ROLES; r++) {
		struct access_role *role = GROW(&d.roles, &d.n_roles);

		*role = (struct access_role){ .name = xasprintf("r%zu", r),
					      .rights = model_rights(r) };
	}
	return d;
}

static void compare(const struct access_def *d, const size_t held[ROLES], bool as_areas)
{
	struct access_operator op = { .name = xstrdup("m") };
	struct access_grant g;

	for (size_t r = 0; r < ROLES; r++) {
		const char *area = held[r] ? given[held[r] - 1] : NULL;

		if (held[r])
			*GROW(&op.roles, &op.n_roles) =
				area && !as_areas ? xasprintf("r%zu@%s", r, area)
						  : xasprintf("r%zu", r);
		if (held[r] && as_areas && area && op.n_areas == 0)
			*GROW(&op.areas, &op.n_areas) = xstrdup(area);
	}
	g = access_resolve_operator(d, &op, 1000);
	for (int right = 0; right < RIGHT_COUNT; right++)
		for (size_t a = 0; a <= AREAS; a++) {
			const char *area = a < AREAS ? all_areas[a] : NULL;

			assert_int_equal(access_allows(&g, (enum right)right, area),
					 model_allows(held, (enum right)right, area));
		}
	access_operator_release(&op);
}

/* Each of three roles not held, everywhere, or in one of four areas, by "ROLE@AREA". */
static void SEC_03_every_mixture_of_roles_and_areas_allows_what_a_model_says(void **state)
{
	struct access_def d = model_station();
	size_t held[ROLES], n = 0;

	(void)state;
	for (held[0] = 0; held[0] <= GIVEN; held[0]++)
		for (held[1] = 0; held[1] <= GIVEN; held[1]++)
			for (held[2] = 0; held[2] <= GIVEN; held[2]++, n++)
				compare(&d, held, false);
	assert_int_equal(n, (GIVEN + 1) * (GIVEN + 1) * (GIVEN + 1));
	/* the same area for all roles, as areas = ( ) of the operator */
	for (size_t area = 1; area <= GIVEN; area++)
		for (unsigned roles = 1; roles < 1u << ROLES; roles++) {
			for (size_t r = 0; r < ROLES; r++)
				held[r] = roles >> r & 1u ? area : 0;
			compare(&d, held, true);
		}
	access_def_release(&d);
}

static void the_whole_station_is_more_than_all_its_areas(void **state)
{
	struct access_def d = model_station();
	struct access_operator op = { .name = xstrdup("m") };
	struct access_grant g;

	(void)state;
	*GROW(&op.roles, &op.n_roles) = xstrdup("r1@a");
	*GROW(&op.roles, &op.n_roles) = xstrdup("r0");
	g = access_resolve_operator(&d, &op, 1000);
	assert_false(access_everywhere(&g, RIGHT_ADMIN));
	assert_true(access_everywhere(&g, RIGHT_OPERATE));
	assert_false(access_everywhere(&g, RIGHT_AUDIT));
	free(op.roles[0]);
	op.roles[0] = xstrdup("r1@*");
	g = access_resolve_operator(&d, &op, 1000);
	assert_true(access_everywhere(&g, RIGHT_ADMIN));
	access_operator_release(&op);
	access_def_release(&d);
}

/* Roles beyond the room of a grant give nothing; the loader refuses them. */
static void too_many_areas_never_give_more(void **state)
{
	struct access_def d = model_station();
	struct access_operator op = { .name = xstrdup("m") };
	struct access_grant g;

	(void)state;
	for (size_t i = 0; i < ACCESS_POSTS_MAX + 5; i++)
		*GROW(&op.roles, &op.n_roles) = xasprintf("r0@area%zu", i);
	g = access_resolve_operator(&d, &op, 1000);
	assert_int_equal(g.n_posts, ACCESS_POSTS_MAX);
	assert_true(access_allows(&g, RIGHT_OPERATE, "area31"));
	assert_false(access_allows(&g, RIGHT_OPERATE, "area32"));
	access_operator_release(&op);
	access_def_release(&d);
}

static void SEC_01_an_unlisted_user_is_not_admitted(void **state)
{
	struct access_def d = station();
	struct access_grant g =
		access_resolve(&d, "ivan", 1002); /* the name, not the user */
	struct strbuf why = STRBUF_INIT;
	char roles[32];

	(void)state;
	assert_false(g.admitted);
	for (int r = 0; r < RIGHT_COUNT; r++)
		assert_false(access_allows(&g, (enum right)r, NULL));
	access_explain(&g, RIGHT_VIEW, NULL, &why);
	assert_string_equal(why.buf, "ivan is no operator of this station");

	d.unlisted_view = true;
	g = access_resolve(&d, "guest", 1002);
	assert_true(g.admitted);
	assert_true(access_allows(&g, RIGHT_VIEW, "intake"));
	assert_false(access_allows(&g, RIGHT_ACKNOWLEDGE, "intake"));
	access_explain(&g, RIGHT_ACKNOWLEDGE, "intake", &why);
	assert_has(why.buf, "guest may look only");
	access_role_names(&g, roles, sizeof(roles));
	assert_string_equal(roles, "view");
	strbuf_release(&why);
	access_def_release(&d);
}

static void SEC_27_root_may_look_and_not_act(void **state)
{
	struct access_def d = station();
	struct access_grant g = access_resolve(&d, "root", 0);
	struct strbuf why = STRBUF_INIT;
	char roles[64], cut[6];

	(void)state;
	assert_true(g.admitted);
	assert_true(access_allows(&g, RIGHT_VIEW, "intake"));
	assert_false(access_allows(&g, RIGHT_OPERATE, "intake"));
	assert_false(access_allows(&g, RIGHT_ADMIN, NULL));
	access_explain(&g, RIGHT_OPERATE, "intake", &why);
	assert_has(why.buf, "root may look only");
	strbuf_release(&why);
	d.allow_root = true;
	g = access_resolve(&d, "root", 0);
	assert_true(access_allows(&g, RIGHT_OPERATE, "intake"));
	access_role_names(&g, roles, sizeof(roles));
	assert_string_equal(roles, "operator,admin");
	access_role_names(&g, cut, sizeof(cut));
	assert_string_equal(cut, "opera");
	access_def_release(&d);
}

static void every_right_has_a_name_that_reads_back(void **state)
{
	enum right r;

	(void)state;
	for (int i = 0; i < RIGHT_COUNT; i++) {
		assert_true(right_parse(right_name((enum right)i), &r));
		assert_int_equal(r, i);
	}
	assert_false(right_parse("Operate", &r));
	assert_false(right_parse("", &r));
	assert_string_equal(right_name(RIGHT_COUNT), "none");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rights_hold_in_their_areas_only),
		cmocka_unit_test(a_right_in_an_area_is_one_in_all_that_lies_in_it),
		cmocka_unit_test(admin_does_not_imply_operate),
		cmocka_unit_test(
			SEC_03_every_mixture_of_roles_and_areas_allows_what_a_model_says),
		cmocka_unit_test(the_whole_station_is_more_than_all_its_areas),
		cmocka_unit_test(too_many_areas_never_give_more),
		cmocka_unit_test(SEC_01_an_unlisted_user_is_not_admitted),
		cmocka_unit_test(SEC_27_root_may_look_and_not_act),
		cmocka_unit_test(every_right_has_a_name_that_reads_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
