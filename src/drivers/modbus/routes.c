/* routes.c - which channel asks a device for a tag. */
#include <stdlib.h>

#include "drivers/modbus/reconfigure_int.h"
#include "util/xalloc.h"

void mb_routes_free(struct mb_running *r)
{
	for (size_t i = 0; i < r->n_routes; i++)
		free(r->routes[i].tags);
	free(r->routes);
}

static void route_tags(struct mb_route *route, const struct mb_wish *w)
{
	size_t n;
	const struct driver_tag *const *tags = driver_device_tags(w->def, &n);

	if (!w->lane_of)
		return;
	route->tags = xcalloc(n, sizeof(*route->tags));
	for (size_t i = 0; i < n; i++)
		if (w->lane_of[i] == w->lane)
			route->tags[route->n_tags++] = tags[i]->id;
}

void mb_routes_make(struct mb_running *r, const struct mb_wish *v, size_t n)
{
	mb_routes_free(r);
	r->routes = xcalloc(n, sizeof(*r->routes));
	r->n_routes = n;
	for (size_t i = 0; i < n; i++) {
		r->routes[i] = (struct mb_route){ .device = v[i].def->id,
						  .lane = v[i].lane,
						  .channel = v[i].channel };
		route_tags(&r->routes[i], &v[i]);
	}
}

static int route_by_id(const void *key, const void *at)
{
	uint32_t id = *(const uint32_t *)key;
	const struct mb_route *r = at;

	return id < r->device ? -1 : id > r->device;
}

static int by_number(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

static bool reads(const struct mb_route *route, uint32_t tag)
{
	return !route->tags ||
	       bsearch(&tag, route->tags, route->n_tags, sizeof(*route->tags), by_number);
}

struct mb_channel *mb_running_channel(const struct mb_running *r, uint32_t device,
				      uint32_t tag)
{
	const struct mb_route *at = NULL, *end = r->routes + r->n_routes;

	if (r->n_routes)
		at = bsearch(&device, r->routes, r->n_routes, sizeof(*at), route_by_id);
	if (!at)
		return NULL;
	at -= at->lane;
	for (; at < end && at->device == device; at++)
		if (reads(at, tag))
			return at->channel && at->channel->started ? at->channel : NULL;
	return NULL;
}
