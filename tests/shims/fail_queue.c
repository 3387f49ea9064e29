/*
 * fail_queue.c - to be preloaded into the server: while the file that FAIL_QUEUE names is
 * there, libuv's pool takes no work.
 */
#include <dlfcn.h>
#include <stdlib.h>
#include <unistd.h>
#include <uv.h>

int uv_queue_work(uv_loop_t *loop, uv_work_t *req, uv_work_cb work,
		  uv_after_work_cb after)
{
	static int (*real)(uv_loop_t *, uv_work_t *, uv_work_cb, uv_after_work_cb);
	const char *when = getenv("FAIL_QUEUE");

	if (!real)
		*(void **)&real = dlsym(RTLD_NEXT, "uv_queue_work");
	if (when && access(when, F_OK) == 0)
		return UV_ENOMEM;
	return real(loop, req, work, after);
}
