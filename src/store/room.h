/*
 * room.h - a little room on a full disk.
 *
 * SQLite cannot even open a file without a few pages for what it keeps beside it. So a
 * small file is kept in the state folder and given up when a server starts on a disk
 * without any room; it is made again when there is some.
 */
#ifndef SG_STORE_ROOM_H
#define SG_STORE_ROOM_H

/* On a full disk: dir/room goes. */
void room_give(const char *dir);
/* Makes it again if it is not there and there is plenty of room. */
void room_take(const char *dir);

#endif
