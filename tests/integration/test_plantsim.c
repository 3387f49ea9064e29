/* test_plantsim.c - the real plantsim over its real wires: registers read by libmodbus
 * and by mbpoll, topics through a real mosquitto, faults, and how it ends. */
#include "support/test.h"

#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <modbus/modbus.h>
#include <mosquitto.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "plant_rig.h"
#include "plantsim/map.h"
#include "support/stall.h"
#include "util/num.h"

/* A plant of its own for a test: how it is started, from its prestate. */
struct pace {
	const char *seed, *speed;
};

static int plant_up(void **state)
{
	static struct rig_plant r;
	const struct pace *pace = *state;

	rig_plant_start(&r, pace->seed, pace->speed, 0);
	*state = &r;
	return 0;
}

static int plant_down(void **state)
{
	rig_plant_stop(*state);
	return 0;
}

#define ON_PLANT(fn, seed, speed)                                                        \
	cmocka_unit_test_prestate_setup_teardown(fn, plant_up, plant_down,               \
						 (&(struct pace){ seed, speed }))

static modbus_t *dial(int port, int unit)
{
	modbus_t *m = modbus_new_tcp("127.0.0.1", port);

	assert_non_null(m);
	modbus_set_slave(m, unit);
	modbus_set_response_timeout(m, 2, 0);
	if (modbus_connect(m) < 0)
		fail_msg("cannot connect to port %d: %s", port, modbus_strerror(errno));
	return m;
}

static void hang_up(modbus_t *m)
{
	modbus_close(m);
	modbus_free(m);
}

static double from_registers(const struct map_row *row, const uint16_t *r)
{
	double scale = row->scale > 0.0 ? row->scale : 1.0;

	switch (row->coding) {
	case MAP_U16:
		return r[0] * scale;
	case MAP_I16:
		return (int16_t)r[0] * scale;
	case MAP_U32:
		return (double)((uint32_t)r[0] << 16 | r[1]);
	case MAP_U32_CDAB:
		return (double)((uint32_t)r[1] << 16 | r[0]);
	case MAP_F32:
		return (double)modbus_get_float_abcd(r);
	case MAP_F32_CDAB:
		return (double)modbus_get_float_cdab(r);
	case MAP_REGISTER_BIT:
		return r[0] >> row->bit & 1;
	default:
		break;
	}
	uint64_t u =
		(uint64_t)r[0] << 48 | (uint64_t)r[1] << 32 | (uint64_t)r[2] << 16 | r[3];
	double d;
	memcpy(&d, &u, sizeof(d));
	return d;
}

static double read_row(modbus_t *m, const struct map_row *row)
{
	uint16_t r[4] = { 0 };
	uint8_t bit = 0;
	int n = map_width(row->coding), rc;

	if (row->table == MAP_COIL)
		rc = modbus_read_bits(m, row->address, 1, &bit);
	else if (row->table == MAP_DISCRETE)
		rc = modbus_read_input_bits(m, row->address, 1, &bit);
	else if (row->table == MAP_INPUT)
		rc = modbus_read_input_registers(m, row->address, n, r);
	else
		rc = modbus_read_registers(m, row->address, n, r);
	if (rc < 0)
		fail_msg("%s: %s", row->tag, modbus_strerror(errno));
	return row->coding == MAP_BIT ? bit : from_registers(row, r);
}

static double read_tag(modbus_t *m, const char *tag)
{
	int i = map_find(tag);

	if (i < 0)
		fail_msg("no row for %s", tag);
	return read_row(m, &map_rows[i]);
}

static void every_register_holds_what_its_instrument_says(void **state)
{
	struct rig_plant *r = *state;
	size_t seen = 0;

	/* time stands still: values cannot move */
	modbus_t *plc[2] = { dial(r->port[0], 1), dial(r->port[1], 2) };
	for (size_t i = 0; i < map_count; i++) {
		const struct map_row *row = &map_rows[i];
		if (row->device == MAP_BUS)
			continue;
		double want = rig_plant_get(r, row->tag);
		double got = read_row(plc[row->device], row);
		bool whole = row->coding == MAP_U32 || row->coding == MAP_U32_CDAB;
		double step = row->scale > 0.0         ? row->scale / 2
			      : row->coding == MAP_U16 ? 0.5
						       : 0;
		double near = fabs(want) * 1e-7 + step + (whole ? 1.0 : 0.0);
		if (fabs(got - want) > near + 1e-12)
			print_error("%s: register %.9g, instrument %.9g\n", row->tag, got,
				    want);
		assert_true(fabs(got - want) <= near + 1e-12);
		seen++;
	}
	assert_true(seen >= 90);
	hang_up(plc[0]);
	hang_up(plc[1]);
}

/* mbpoll is nobody's of ours: it reads the same numbers. */
static double mbpoll_value(int port, int unit, const char *type, int address)
{
	static struct rig_proc p;
	char port_text[16], unit_text[16], type_text[16], address_text[16];
	char *argv[] = { (char[]){ "/usr/bin/mbpoll" },
			 (char[]){ "-0" },
			 (char[]){ "-1" },
			 (char[]){ "-q" },
			 (char[]){ "-m" },
			 (char[]){ "tcp" },
			 (char[]){ "-B" },
			 (char[]){ "-p" },
			 port_text,
			 (char[]){ "-a" },
			 unit_text,
			 (char[]){ "-t" },
			 type_text,
			 (char[]){ "-r" },
			 address_text,
			 (char[]){ "-c" },
			 (char[]){ "1" },
			 (char[]){ "127.0.0.1" },
			 NULL };
	double v = 0.0;

	snprintf(port_text, sizeof(port_text), "%d", port);
	snprintf(unit_text, sizeof(unit_text), "%d", unit);
	snprintf(type_text, sizeof(type_text), "%s", type);
	snprintf(address_text, sizeof(address_text), "%d", address);
	rig_start(&p, argv);
	const char *line = rig_expect(&p, "]: ", RIG_WAIT_MS);
	const char *number = line ? strchr(line, ']') : NULL;
	if (!number || !num_parse_double(number + 2 + strspn(number + 2, " \t"), &v))
		fail_msg("mbpoll printed: %s", p.text);
	rig_end(&p, SIGTERM);
	return v;
}

static void mbpoll_reads_the_same_values(void **state)
{
	struct rig_plant *r = *state;

	assert_double(mbpoll_value(r->port[0], 1, "3:float", 0),
		      rig_plant_get(r, "intake.t101.level"), 1e-3);
	assert_double(mbpoll_value(r->port[0], 1, "4:float", 120), 70.0, 1e-6);
	assert_double(mbpoll_value(r->port[0], 1, "3", 13), 800, 0); /* V101 at 80.0 % */
	assert_double(mbpoll_value(r->port[0], 1, "1", 100), 1, 0);  /* P101 runs */
	assert_double(mbpoll_value(r->port[1], 2, "3:float", 22),
		      rig_plant_get(r, "network.flow"), 1e-2);
}

static void write_float(modbus_t *m, int address, float v)
{
	uint16_t r[2];
	uint32_t u;

	/* libmodbus 3.1.6 sets "abcd" in another order than it gets it */
	memcpy(&u, &v, sizeof(u));
	r[0] = (uint16_t)(u >> 16);
	r[1] = (uint16_t)u;
	assert_int_equal(modbus_write_registers(m, address, 2, r), 2);
}

static void a_written_setpoint_moves_the_pump_and_is_clamped(void **state)
{
	struct rig_plant *r = *state;

	modbus_t *m = dial(r->port[0], 1);
	write_float(m, 120, 84.5F);
	assert_double(read_tag(m, "intake.p101.speed_sp"), 84.5, 0);
	long long deadline = rig_ms() + RIG_WAIT_MS;
	while (fabs(read_tag(m, "intake.p101.speed") - 84.5) > 0.5 && rig_ms() < deadline)
		rig_pause();
	assert_double(read_tag(m, "intake.p101.speed"), 84.5, 0.5);
	write_float(m, 120, 150.0F); /* the PLC clamps: a read-back must see it */
	assert_double(read_tag(m, "intake.p101.speed_sp"), 100.0, 0);
	write_float(m, 120, NAN);
	assert_double(read_tag(m, "intake.p101.speed_sp"), 100.0, 0);
	/* only the upper half of the float: an odd but legal request */
	assert_int_equal(modbus_write_register(m, 120, 0x4248), 1); /* of 50.0 */
	assert_double(read_tag(m, "intake.p101.speed_sp"), 50.0, 0);
	/* a scaled register, by function 6 */
	assert_int_equal(modbus_write_register(m, 0, 553), 1);
	assert_double(read_tag(m, "intake.v101.position_sp"), 55.3, 1e-9);
	assert_int_equal(modbus_write_register(m, 0, 65535), 1);
	assert_double(read_tag(m, "intake.v101.position_sp"), 100.0, 1e-9);
	/* by hand: run_cmd is heeded and speed_sp is not */
	assert_int_equal(modbus_write_bit(m, 101, 0), 1);
	assert_double(read_tag(m, "intake.p101.auto"), 0, 0);
	write_float(m, 120, 20.0F);
	assert_double(read_tag(m, "intake.p101.speed_sp"), 50.0, 0);
	assert_int_equal(modbus_write_bit(m, 100, 0), 1);
	assert_double(read_tag(m, "intake.p101.run_cmd"), 0, 0);
	hang_up(m);
}

static void addresses_and_units_it_does_not_have_get_exceptions(void **state)
{
	struct rig_plant *r = *state;
	uint16_t reg[8];

	modbus_t *m = dial(r->port[0], 1);
	assert_int_equal(modbus_read_registers(m, 639, 2, reg), -1);
	assert_int_equal(errno, EMBXILADD);
	assert_int_equal(modbus_read_registers(m, 0, 2, reg), 2); /* and lives on */
	modbus_set_slave(m, 9);
	assert_int_equal(modbus_read_registers(m, 0, 2, reg), -1);
	assert_int_equal(errno, EMBXGTAR);
	hang_up(m);
}

/* Half a frame, rubbish, and many clients: nobody holds the others up. */
static void a_rude_client_disturbs_nobody(void **state)
{
	static const uint8_t half[] = { 0, 1, 0, 0, 0, 6, 1 };
	static const uint8_t rubbish[] = "GET / HTTP/1.1\r\n\r\n";
	struct rig_plant *r = *state;
	modbus_t *rude[3];

	for (int i = 0; i < 3; i++)
		rude[i] = dial(r->port[0], 1);
	assert_true(send(modbus_get_socket(rude[0]), half, sizeof(half), MSG_NOSIGNAL) >
		    0);
	assert_true(send(modbus_get_socket(rude[1]), rubbish, sizeof(rubbish),
			 MSG_NOSIGNAL) > 0);
	modbus_t *m = dial(r->port[0], 1);
	struct stall_span begun = stall_begin();
	for (int i = 0; i < 20; i++)
		assert_true(read_tag(m, "intake.t101.level") > 1.0);
	assert_true(stall_own_ms(&begun) < 2000);
	char byte;
	assert_int_equal(recv(modbus_get_socket(rude[1]), &byte, 1, 0), 0); /* cut off */
	for (int i = 0; i < 3; i++)
		hang_up(rude[i]);
	hang_up(m);
}

static bool can_connect(int port)
{
	modbus_t *m = modbus_new_tcp("127.0.0.1", port);
	bool ok = modbus_connect(m) == 0;

	hang_up(m);
	return ok;
}

static void a_silent_plc_accepts_and_answers_nothing(void **state)
{
	struct rig_plant *r = *state;
	uint16_t reg[2];

	modbus_t *m = dial(r->port[0], 1), *other = dial(r->port[1], 2);
	rig_plant_do(r, "plc1 silent");
	modbus_set_response_timeout(m, 0, 300000);
	assert_int_equal(modbus_read_registers(m, 0, 1, reg), -1);
	assert_int_equal(errno, ETIMEDOUT);
	assert_true(can_connect(r->port[0]));
	assert_true(read_tag(other, "reservoir.t301.level") >
		    1.0); /* the other PLC is well */
	rig_plant_do(r, "plc1 on");
	modbus_set_response_timeout(m, 2, 0);
	assert_int_equal(modbus_read_registers(m, 0, 1, reg),
			 1); /* no old request answered */
	hang_up(m);
	hang_up(other);
}

static void a_plc_that_is_off_has_a_closed_port_and_comes_back_on_it(void **state)
{
	struct rig_plant *r = *state;
	uint16_t reg[2];

	modbus_t *m = dial(r->port[1], 2);
	rig_plant_do(r, "plc2 off");
	assert_int_equal(modbus_read_registers(m, 0, 1, reg), -1);
	assert_false(can_connect(r->port[1]));
	rig_plant_do(r, "clear");
	assert_true(can_connect(r->port[1]));
	hang_up(m);
}

static void a_restart_drops_connections_and_brings_default_setpoints(void **state)
{
	struct rig_plant *r = *state;
	uint16_t reg[2];
	long long deadline = rig_ms() + RIG_WAIT_MS;

	modbus_t *m = dial(r->port[0], 1);
	write_float(m, 120, 33.0F);
	rig_plant_do(r, "plc1 restart");
	assert_int_equal(modbus_read_registers(m, 0, 1, reg), -1);
	hang_up(m);
	assert_false(can_connect(r->port[0]));
	while (!can_connect(r->port[0]) && rig_ms() < deadline)
		rig_pause();
	m = dial(r->port[0], 1);
	assert_double(read_tag(m, "intake.p101.speed_sp"), 70.0, 0);
	hang_up(m);
}

static void faults_come_by_the_control_socket(void **state)
{
	struct rig_plant *r = *state;
	long long deadline = rig_ms() + RIG_WAIT_MS;

	modbus_t *m = dial(r->port[0], 1);
	rig_plant_do(r, "frozen intake.t101.level");
	double stuck = read_tag(m, "intake.t101.level");
	rig_plant_do(r, "trip P101");
	while (read_tag(m, "intake.p101.running") != 0.0 && rig_ms() < deadline)
		rig_pause();
	assert_double(read_tag(m, "intake.p101.trip"), 1, 0);
	assert_double(read_tag(m, "intake.p101.running"), 0, 0);
	assert_true(read_tag(m, "intake.t101.level") == stuck);
	rig_plant_do(r, "reset P101");
	while (read_tag(m, "intake.p101.running") != 1.0 && rig_ms() < deadline)
		rig_pause();
	assert_double(read_tag(m, "intake.p101.auto"), 1, 0);
	assert_has(rig_plant_ask(r, "explode"), "error: unknown command \"explode\"");
	assert_has(rig_plant_ask(r, "status"), "plc1 port=");
	hang_up(m);
}

/* --- MQTT ------------------------------------------------------------------------- */
enum { TOPICS = 16 };

struct listener {
	struct mosquitto *m;
	struct {
		char topic[64], payload[256];
		int count;
	} seen[TOPICS];
};

static void on_message(struct mosquitto *m, void *arg,
		       const struct mosquitto_message *msg)
{
	struct listener *l = arg;

	(void)m;
	for (int i = 0; i < TOPICS; i++) {
		if (l->seen[i].topic[0] && strcmp(l->seen[i].topic, msg->topic) != 0)
			continue;
		snprintf(l->seen[i].topic, sizeof(l->seen[i].topic), "%s", msg->topic);
		snprintf(l->seen[i].payload, sizeof(l->seen[i].payload), "%.*s",
			 msg->payloadlen, (const char *)msg->payload);
		l->seen[i].count++;
		assert_false(msg->retain);
		return;
	}
}

static void listener_open(struct listener *l, int port)
{
	memset(l, 0, sizeof(*l));
	l->m = mosquitto_new(NULL, true, l);
	mosquitto_message_callback_set(l->m, on_message);
	assert_int_equal(mosquitto_connect(l->m, "127.0.0.1", port, 30),
			 MOSQ_ERR_SUCCESS);
	assert_int_equal(mosquitto_subscribe(l->m, NULL, "works/#", 0), MOSQ_ERR_SUCCESS);
}

static int topic_index(const struct listener *l, const char *topic)
{
	for (int i = 0; i < TOPICS; i++)
		if (strcmp(l->seen[i].topic, topic) == 0)
			return i;
	return -1;
}

/* The next payload on topic, waited for. */
static const char *next_payload(struct listener *l, const char *topic)
{
	int i = topic_index(l, topic), before = i < 0 ? 0 : l->seen[i].count;
	long long deadline = rig_ms() + RIG_WAIT_MS;

	while (rig_ms() < deadline) {
		mosquitto_loop(l->m, 50, 1);
		i = topic_index(l, topic);
		if (i >= 0 && l->seen[i].count > before)
			return l->seen[i].payload;
	}
	fail_msg("nothing came on %s", topic);
	return "";
}

static double json_number_of(const char *payload, const char *key)
{
	json_t *root = json_loads(payload, 0, NULL);
	const json_t *v = json_object_get(root, key);

	if (!json_is_number(v))
		fail_msg("no number \"%s\" in %s", key, payload);
	double d = json_number_value(v);
	json_decref(root);
	return d;
}

/* A plant on a broker of its own, and somebody who listens. */
struct bus {
	struct rig_broker broker;
	struct rig_plant plant;
	struct listener ear;
};

static int bus_up(void **state)
{
	static struct bus b;

	rig_broker_start(&b.broker);
	rig_plant_start(&b.plant, "1", "1", b.broker.port);
	listener_open(&b.ear, b.broker.port);
	*state = &b;
	return 0;
}

static int bus_down(void **state)
{
	struct bus *b = *state;

	mosquitto_destroy(b->ear.m);
	rig_plant_stop(&b->plant);
	rig_end(&b->broker.proc, SIGTERM);
	return 0;
}

#define ON_BUS(fn) cmocka_unit_test_setup_teardown(fn, bus_up, bus_down)

static void topics_carry_json_and_plain_payloads(void **state)
{
	struct bus *b = *state;
	struct listener *l = &b->ear;

	const char *p = next_payload(l, "works/filter/f1/turbidity");
	assert_in_range((long)(json_number_of(p, "value") * 1000), 20, 900);
	assert_double(json_number_of(p, "ts") / 1000.0, (double)time(NULL), 30.0);
	p = next_payload(l, "works/dosing/cl2_sp");
	assert_string_equal(p, "{\"value\": 0.600}");
	p = next_payload(l, "works/dosing/pump");
	assert_has(p, "\"running\": true, \"fault\": false, \"rate\": ");
	assert_true(json_number_of(p, "rate") > 0.5);
	p = next_payload(l, "works/dosing/stroke");
	assert_int_equal(strspn(p, "0123456789"), strlen(p));
	assert_string_equal(next_payload(l, "works/dosing/mode"), "AUTO");
	p = next_payload(l, "works/network/zone2"); /* each 5 s */
	assert_in_range((long)(json_number_of(p, "p") * 100), 300, 450);
	assert_true(json_number_of(p, "flow") > 5.0 &&
		    json_number_of(p, "battery") > 3.0);
	assert_true(topic_index(l, "works/network/zone1") >= 0);
	assert_true(topic_index(l, "works/filter/f2/turbidity") >= 0);
	assert_true(topic_index(l, "works/dosing/residual") >= 0);
	rig_plant_do(&b->plant, "trip P201");
	next_payload(l, "works/dosing/pump"); /* may have been on its way */
	assert_has(next_payload(l, "works/dosing/pump"), "\"fault\": true");
	assert_string_equal(next_payload(l, "works/dosing/mode"), "MANUAL");
}

static void publish(struct listener *l, const char *payload)
{
	assert_int_equal(mosquitto_publish(l->m, NULL, "works/dosing/cl2_sp/set",
					   (int)strlen(payload), payload, 0, false),
			 MOSQ_ERR_SUCCESS);
}

/* Reads the device's own value until it is want. */
static void expect_cl2(struct listener *l, double want)
{
	long long deadline = rig_ms() + RIG_WAIT_MS;
	double got = -1.0;

	while (fabs(got - want) > 1e-9 && rig_ms() < deadline)
		got = json_number_of(next_payload(l, "works/dosing/cl2_sp"), "value");
	assert_double(got, want, 1e-9);
}

static void a_published_setpoint_is_answered_by_the_devices_own_value(void **state)
{
	static const char *const ignored[] = { "{\"value\": 5.01}",
					       "{\"value\": -0.1}",
					       "{\"value\": \"1\"}",
					       "{\"valu\": 1}",
					       "1.5",
					       "",
					       "{\"value\": 1",
					       "\xff\xfe" };
	struct bus *b = *state;
	struct listener *l = &b->ear;

	next_payload(l, "works/dosing/cl2_sp");
	publish(l, "{\"value\": 0.9}");
	expect_cl2(l, 0.9);
	for (size_t i = 0; i < sizeof(ignored) / sizeof(ignored[0]); i++)
		publish(l, ignored[i]);
	publish(l, "{\"value\": 1.25}"); /* answered after those before it */
	expect_cl2(l, 1.25);
	assert_double(rig_plant_get(&b->plant, "dosing.cl2_sp"), 1.25, 0);
	/* a broker that goes and comes back: the skid finds it again */
	mosquitto_destroy(l->m);
	rig_end(&b->broker.proc, SIGKILL);
	rig_broker_again(&b->broker);
	listener_open(l, b->broker.port);
	next_payload(l, "works/dosing/cl2_sp");
	publish(l, "{\"value\": 0.7}");
	expect_cl2(l, 0.7);
}

/* --- how it ends ------------------------------------------------------------------- */
static void it_dies_with_its_parent(void **state)
{
	static struct rig_proc p;
	char program[4096], line[256];
	int pid = 0;

	(void)state;
	/* a shell starts plantsim, tells its process and waits; then the shell is killed
	 */
	snprintf(program, sizeof(program), "%s/plantsim & echo pid $!; wait",
		 getenv("SIGHTGLASS_BIN"));
	char *argv[] = { (char[]){ "/bin/sh" }, (char[]){ "-c" }, program, NULL };
	rig_start(&p, argv);
	for (int i = 0; i < 2; i++) {
		const char *text = rig_line(&p, RIG_WAIT_MS);
		assert_non_null(text);
		snprintf(line, sizeof(line), "%s", text);
		if (strncmp(line, "pid ", 4) == 0)
			assert_int_equal(sscanf(line, "pid %d", &pid), 1);
	}
	assert_true(pid > 0 && rig_alive(pid));
	assert_int_equal(rig_end(&p, SIGKILL), 128 + SIGKILL);
	long long deadline = rig_ms() + RIG_WAIT_MS;
	while (rig_alive(pid) && rig_ms() < deadline)
		rig_pause();
	assert_false(rig_alive(pid));
}

static void it_ends_with_sigint_too(void **state)
{
	static struct rig_plant r;

	(void)state;
	rig_plant_start(&r, "1", "1", 0);
	assert_int_equal(rig_end(&r.proc, SIGINT), 0);
}

static int run_with(const char *option, const char *value, char *text, size_t size)
{
	static struct rig_proc p;
	char a[64], b[256];
	char *argv[] = { (char[]){ "plantsim" }, a, b, NULL };

	snprintf(a, sizeof(a), "%s", option);
	snprintf(b, sizeof(b), "%s", value);
	rig_start(&p, argv);
	while (rig_line(&p, RIG_WAIT_MS))
		;
	int code = rig_wait(&p, RIG_WAIT_MS);
	snprintf(text, size, "%.4000s", p.text);
	rig_end(&p, SIGKILL);
	return code;
}

static void wrong_options_and_a_taken_port_are_explained(void **state)
{
	static struct rig_plant r;
	char text[4096], port[16];

	(void)state;
	assert_int_equal(run_with("--speed", "fast", text, sizeof(text)), 2);
	assert_has(text, "plantsim: bad value \"fast\" for --speed");
	assert_int_equal(run_with("--mqtt", "localhost", text, sizeof(text)), 2);
	assert_has(text, "bad value \"localhost\" for --mqtt");
	assert_int_equal(run_with("--plc1-port", "70000", text, sizeof(text)), 2);
	assert_int_equal(run_with("--seed", "1 2", text, sizeof(text)), 2);
	rig_plant_start(&r, "1", "1", 0);
	snprintf(port, sizeof(port), "%d", r.port[0]);
	assert_int_equal(run_with("--plc2-port", port, text, sizeof(text)), 1);
	assert_has(text, "plc2 cannot listen on 127.0.0.1 port ");
	rig_plant_stop(&r);
	char path[256];
	memset(path, 'x', sizeof(path) - 1);
	path[0] = '/';
	path[sizeof(path) - 1] = '\0';
	assert_int_equal(run_with("--control", path, text, sizeof(text)), 1);
	assert_has(text, "the control socket's path has 255 characters and may have 107");
}

static const struct CMUnitTest tests[] = {
	ON_PLANT(every_register_holds_what_its_instrument_says, "11", "0"),
	ON_PLANT(mbpoll_reads_the_same_values, "12", "0"),
	ON_PLANT(a_written_setpoint_moves_the_pump_and_is_clamped, "1", "60"),
	ON_PLANT(addresses_and_units_it_does_not_have_get_exceptions, "1", "1"),
	ON_PLANT(a_rude_client_disturbs_nobody, "1", "1"),
	ON_PLANT(a_silent_plc_accepts_and_answers_nothing, "1", "1"),
	ON_PLANT(a_plc_that_is_off_has_a_closed_port_and_comes_back_on_it, "1", "1"),
	ON_PLANT(a_restart_drops_connections_and_brings_default_setpoints, "1", "1"),
	ON_PLANT(faults_come_by_the_control_socket, "1", "30"),
	ON_BUS(topics_carry_json_and_plain_payloads),
	ON_BUS(a_published_setpoint_is_answered_by_the_devices_own_value),
	cmocka_unit_test(it_dies_with_its_parent),
	cmocka_unit_test(it_ends_with_sigint_too),
	cmocka_unit_test(wrong_options_and_a_taken_port_are_explained),
};

int main(void)
{
	mosquitto_lib_init();
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	mosquitto_lib_cleanup();
	return failed;
}
