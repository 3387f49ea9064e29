/*
 * backtest_figures.h - the figures of a report (alarm/kpi.h) from a backtest, of
 * what is and of what a change would make of it, side by side.
 */
#ifndef SG_CLI_BACKTEST_FIGURES_H
#define SG_CLI_BACKTEST_FIGURES_H

#include "cli/backtest.h"

/* after may be NULL. Nothing when the period is empty. */
void backtest_figures_text(const struct backtest_run *before,
			   const struct backtest_run *after);
void backtest_figures_json(const struct backtest_run *before,
			   const struct backtest_run *after);

#endif
