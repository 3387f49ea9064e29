/* shift.c */
#include "console/app/forms.h"
void hand_over(struct app *a, uint32_t key)
{
	(void)a;
	(void)key;
}
void notes_done(struct app *a)
{
	(void)a;
}
void give_done(struct app *a)
{
	(void)a;
}
void take_done(struct app *a)
{
	(void)a;
}
void shift_answered(struct app *a, const struct wire_reply *m)
{
	(void)a;
	(void)m;
}
bool shift_row(struct app *a, uint32_t req, char *const *field, size_t n)
{
	(void)a;
	(void)req;
	(void)field;
	(void)n;
	return false;
}
