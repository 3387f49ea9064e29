/*
 * faceplate.h - the faceplate every tag has, when a station draws none of its own. Only
 * for src/screen.
 */
#ifndef SG_SCREEN_FACEPLATE_H
#define SG_SCREEN_FACEPLATE_H

struct library;

/* Adds the template "tag" unless there is one; its tree goes to the last of lib->trees.
 */
void faceplate_builtin(struct library *lib);

#endif
