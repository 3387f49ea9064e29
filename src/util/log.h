/*
 * log.h - one line an event on stderr, where systemd's journal or the demo's log
 * folder takes it.
 *
 * Lines are cleaned (utf8.h): nothing a peer sends can write an escape sequence
 * into a log that somebody will `cat` (SEC-24). Any thread.
 */
#ifndef SG_UTIL_LOG_H
#define SG_UTIL_LOG_H

enum log_level { LOG_L_ERROR, LOG_L_WARN, LOG_L_INFO, LOG_L_DEBUG };

/* Name printed in front of each line (borrowed for ever) and the lowest level shown. */
void log_open(const char *program, enum log_level level);
void log_line(enum log_level level, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

#define log_error(...) log_line(LOG_L_ERROR, __VA_ARGS__)
#define log_warn(...)  log_line(LOG_L_WARN, __VA_ARGS__)
#define log_info(...)  log_line(LOG_L_INFO, __VA_ARGS__)
#define log_debug(...) log_line(LOG_L_DEBUG, __VA_ARGS__)

#endif
