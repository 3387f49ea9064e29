/* main.c - sightglass-mqtt: a driver program, with a limit on what a broker can make it
 * hold. */
#include <sys/resource.h>

#include "drivers/mqtt/driver_mqtt.h"

/* libmosquitto allocates whatever length a packet announces, up to 256 MB. A broker that
 * speaks MQTT 5 is told our limit; any other ends its connection here (MQ-06). */
static void limit_memory(void)
{
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
	struct rlimit limit = { .rlim_cur = 192u << 20, .rlim_max = 192u << 20 };

	(void)setrlimit(RLIMIT_DATA, &limit);
#endif
}

int main(int argc, char **argv)
{
	limit_memory();
	return driver_main(argc, argv, &driver_mqtt);
}
