/*
 * pam.h - asking PAM whether a password is right: only in a server built with PAM=1.
 *
 * PAM's modules are foreign code that may block for as long as they like; they run where
 * passwords are hashed, so nothing else of the server waits for them. What an account may
 * do, its codes, its waits and its records stay ours.
 */
#ifndef SG_SERVER_PAM_H
#define SG_SERVER_PAM_H

#include <stdbool.h>

struct hash_job;

bool pam_is_built(void);
/* Of a HASH_VERIFY of an account that says ACCOUNT_PAM: authenticates and asks whether
 * the account is valid, as the service "sightglass". Wipes the password. */
void pam_verify(struct hash_job *job);

#endif
