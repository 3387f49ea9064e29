/* pam.c - the only user of libpam. */
#include "server/pam.h"

#include <stdio.h>
#include <string.h>

#include "access/hash_job.h"

#ifdef SIGHTGLASS_PAM

#include <security/pam_appl.h>
#include <stdlib.h>

#define SERVICE "sightglass"

static void answer(const struct pam_message *ask, struct pam_response *out,
		   const char *password)
{
	/* a question that would be echoed asks for something we do not have */
	if (ask->msg_style == PAM_PROMPT_ECHO_OFF)
		out->resp = strdup(password);
}

/* PAM frees the answers, with free(). */
static int converse(int n, const struct pam_message **ask, struct pam_response **out,
		    void *password)
{
	struct pam_response *r;

	if (n <= 0 || n > PAM_MAX_NUM_MSG)
		return PAM_CONV_ERR;
	r = calloc((size_t)n, sizeof(*r));
	if (!r)
		return PAM_BUF_ERR;
	for (int i = 0; i < n; i++)
		answer(ask[i], &r[i], password);
	*out = r;
	return PAM_SUCCESS;
}

bool pam_is_built(void)
{
	return true;
}

/* Only these say that the person was wrong; all others that PAM was. */
static bool is_verdict(int rc)
{
	return rc == PAM_AUTH_ERR || rc == PAM_USER_UNKNOWN || rc == PAM_MAXTRIES ||
	       rc == PAM_ACCT_EXPIRED || rc == PAM_PERM_DENIED ||
	       rc == PAM_NEW_AUTHTOK_REQD || rc == PAM_CRED_ERR;
}

void pam_verify(struct hash_job *job)
{
	struct pam_conv conv = { converse, job->password };
	pam_handle_t *pam = NULL;
	int rc = pam_start(SERVICE, job->name, &conv, &pam);

	if (rc == PAM_SUCCESS)
		rc = pam_authenticate(pam, PAM_SILENT | PAM_DISALLOW_NULL_AUTHTOK);
	if (rc == PAM_SUCCESS)
		rc = pam_acct_mgmt(pam, PAM_SILENT | PAM_DISALLOW_NULL_AUTHTOK);
	job->ok = rc == PAM_SUCCESS;
	if (!job->ok && !is_verdict(rc))
		snprintf(job->why, sizeof(job->why), "PAM cannot tell: %s",
			 pam ? pam_strerror(pam, rc) : "it does not start");
	if (pam)
		pam_end(pam, rc);
	explicit_bzero(job->password, sizeof(job->password));
}

#else

bool pam_is_built(void)
{
	return false;
}

void pam_verify(struct hash_job *job)
{
	job->ok = false;
	snprintf(job->why, sizeof(job->why), "this server is built without PAM");
	explicit_bzero(job->password, sizeof(job->password));
}

#endif
