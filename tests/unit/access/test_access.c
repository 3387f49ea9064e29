/* test_access.c - who may do what, where: deny by default, nothing implied. */
#include "support/test.h"

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
		cmocka_unit_test(SEC_01_an_unlisted_user_is_not_admitted),
		cmocka_unit_test(SEC_27_root_may_look_and_not_act),
		cmocka_unit_test(every_right_has_a_name_that_reads_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
