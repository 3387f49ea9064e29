/* map.c - every tag of the plant: see map.h. */
#include "plantsim/map.h"

#include <string.h>

#include "plantsim/model.h"

#define AT(f)   .offset = offsetof(struct model, f)
#define REAL(f) .field = FIELD_REAL, AT(f)
#define BOOL(f) .field = FIELD_BOOL, AT(f)
#define ENUM(f) .field = FIELD_ENUM, AT(f)
#define ROW(t, d, tab, a, c)                                                             \
	.tag = (t), .device = (d), .table = (tab), .address = (a), .coding = (c)
#define DISCRETE(t, d, a) ROW(t, d, MAP_DISCRETE, a, MAP_BIT)
#define COIL(t, d, a)     ROW(t, d, MAP_COIL, a, MAP_BIT)
#define INPUT(t, d, a, c) ROW(t, d, MAP_INPUT, a, c)
#define HOLD(t, d, a, c)  ROW(t, d, MAP_HOLDING, a, c)
#define WRITE(l, h, r)    .access = ACCESS_WRITE, .lo = (l), .hi = (h), .restart = (r)
#define ONLY_IF(f, is)                                                                   \
	.guarded = true, .guard_is = (is), .guard = offsetof(struct model, f)
#define BUS(t, tp, c, p)                                                                 \
	.tag = (t), .device = MAP_BUS, .table = MAP_TOPIC, .topic = "works/" tp,         \
	.coding = (c), .period_s = (p)
#define KEY(k)  .key = (k)
#define STAMPED .with_ts = true

/* demo-plant.md, "Pump block at base b" */
#define PUMP(p, d, b, f, sp)                                                             \
	{ DISCRETE(p ".running", d, (b)), BOOL(f.running) },                             \
		{ DISCRETE(p ".auto", d, (b) + 1), BOOL(f.auto_mode) },                  \
		{ DISCRETE(p ".trip", d, (b) + 2), BOOL(f.trip) },                       \
		{ INPUT(p ".speed", d, (b) + 10, MAP_F32), REAL(f.speed),                \
		  .noise = 0.03 },                                                       \
		{ INPUT(p ".power", d, (b) + 12, MAP_F32), REAL(f.power),                \
		  .blur = 0.006 },                                                       \
		{ INPUT(p ".flow", d, (b) + 14, MAP_F32), REAL(f.flow), .blur = 0.004 }, \
		{ INPUT(p ".hours", d, (b) + 16, MAP_U32), REAL(f.hours) },              \
		{ HOLD(p ".speed_sp", d, (b) + 20, MAP_F32), REAL(f.speed_sp),           \
		  WRITE(0, 100, sp), ONLY_IF(f.auto_mode, true) },                       \
		{ COIL(p ".run_cmd", d, (b)), BOOL(f.run_cmd), WRITE(0, 1, 0),           \
		  ONLY_IF(f.auto_mode, false) },                                         \
		{ COIL(p ".auto_cmd", d, (b) + 1), BOOL(f.auto_mode), WRITE(0, 1, 1),    \
		  ONLY_IF(f.trip, false) },                                              \
	{                                                                                \
		COIL(p ".reset_cmd", d, (b) + 2), BOOL(f.reset_cmd), WRITE(0, 1, 0)      \
	}

/* demo-plant.md, "Filter block at base b" */
#define FILTER(n, b, f)                                                                  \
	{ DISCRETE("filter." n ".in_service", MAP_PLC1, (b)), BOOL(f.in_service) },      \
		{ DISCRETE("filter." n ".fault", MAP_PLC1, (b) + 1), BOOL(f.fault) },    \
		{ INPUT("filter." n ".state", MAP_PLC1, (b), MAP_U16), ENUM(f.state) },  \
		{ INPUT("filter." n ".head_loss", MAP_PLC1, (b) + 1, MAP_F32),           \
		  REAL(f.head_loss), .noise = 0.004 },                                   \
		{ INPUT("filter." n ".flow", MAP_PLC1, (b) + 3, MAP_F32), REAL(f.flow),  \
		  .blur = 0.004 },                                                       \
		{ INPUT("filter." n ".outlet", MAP_PLC1, (b) + 5, MAP_U16),              \
		  REAL(f.outlet), .scale = 0.1 },                                        \
		{ INPUT("filter." n ".run_hours", MAP_PLC1, (b) + 6, MAP_U16),           \
		  REAL(f.run_hours), .scale = 0.1 },                                     \
		{ HOLD("filter." n ".head_loss_sp", MAP_PLC1, (b), MAP_F32),             \
		  REAL(f.head_loss_sp), WRITE(0.5, 2.5, 1.6) },                          \
		{ COIL("filter." n ".backwash_cmd", MAP_PLC1, (b)),                      \
		  BOOL(f.backwash_cmd), WRITE(0, 1, 0), ONLY_IF(f.in_service, true) },   \
	{                                                                                \
		BUS("filter." n ".turbidity", "filter/" n "/turbidity", MAP_JSON, 1),    \
			KEY("value"), STAMPED, REAL(f.turbidity), .noise = 0.003,        \
								  .blur = 0.01           \
	}

#define LOGGER(z, f)                                                                     \
	{ BUS("network." z ".pressure", "network/" z, MAP_JSON, 5), KEY("p"), STAMPED,   \
	  REAL(f.pressure), .noise = 0.008 },                                            \
		{ BUS("network." z ".flow", "network/" z, MAP_JSON, 5), KEY("flow"),     \
		  STAMPED, REAL(f.flow), .blur = 0.004 },                                \
	{                                                                                \
		BUS("network." z ".battery", "network/" z, MAP_JSON, 5), KEY("battery"), \
			STAMPED, REAL(f.battery), .noise = 0.002                         \
	}

const struct map_row map_rows[] = {
	{ INPUT("intake.t101.level", MAP_PLC1, 0, MAP_F32), REAL(intake.level),
	  .noise = 0.002 },
	{ INPUT("intake.flow", MAP_PLC1, 2, MAP_F32), REAL(intake.flow), .blur = 0.004 },
	{ INPUT("intake.pressure", MAP_PLC1, 4, MAP_F32), REAL(intake.pressure),
	  .noise = 0.006 },
	{ INPUT("intake.w1.level", MAP_PLC1, 6, MAP_F32), REAL(intake.well_level[0]),
	  .noise = 0.01 },
	{ INPUT("intake.w2.level", MAP_PLC1, 8, MAP_F32), REAL(intake.well_level[1]),
	  .noise = 0.01 },
	{ INPUT("intake.turbidity", MAP_PLC1, 10, MAP_I16), REAL(intake.turbidity),
	  .scale = 0.1, .blur = 0.02 },
	{ INPUT("intake.temperature", MAP_PLC1, 11, MAP_I16), REAL(intake.temperature),
	  .scale = 0.1, .noise = 0.02 },
	{ INPUT("intake.conductivity", MAP_PLC1, 12, MAP_U16), REAL(intake.conductivity),
	  .noise = 0.8 },
	{ INPUT("intake.v101.position", MAP_PLC1, 13, MAP_U16),
	  REAL(intake.v101.position), .scale = 0.1 },
	{ INPUT("intake.total", MAP_PLC1, 14, MAP_U32_CDAB), REAL(intake.total) },
	{ INPUT("intake.v101.open", MAP_PLC1, 16, MAP_REGISTER_BIT),
	  BOOL(intake.v101.open) },
	{ INPUT("intake.v101.closed", MAP_PLC1, 16, MAP_REGISTER_BIT), .bit = 1,
	  BOOL(intake.v101.closed) },
	{ DISCRETE("intake.t101.overflow", MAP_PLC1, 0), BOOL(intake.overflow) },
	{ HOLD("intake.v101.position_sp", MAP_PLC1, 0, MAP_U16),
	  REAL(intake.v101.position_sp), .scale = 0.1, WRITE(0, 100, 80) },
	PUMP("intake.p101", MAP_PLC1, 100, intake.pump[0], 70),
	PUMP("intake.p102", MAP_PLC1, 200, intake.pump[1], 60),
	FILTER("f1", 300, filters.f[0]),
	FILTER("f2", 320, filters.f[1]),

	{ INPUT("reservoir.t301.level", MAP_PLC2, 0, MAP_F32), REAL(reservoir.level),
	  .noise = 0.002 },
	{ INPUT("reservoir.inflow", MAP_PLC2, 2, MAP_F32), REAL(reservoir.inflow),
	  .blur = 0.004 },
	{ INPUT("reservoir.residual", MAP_PLC2, 4, MAP_F32), REAL(reservoir.residual),
	  .noise = 0.003 },
	{ INPUT("reservoir.temperature", MAP_PLC2, 6, MAP_I16),
	  REAL(reservoir.temperature), .scale = 0.1, .noise = 0.02 },
	{ INPUT("reservoir.ph", MAP_PLC2, 7, MAP_U16), REAL(reservoir.ph), .scale = 0.01,
	  .noise = 0.004 },
	{ INPUT("reservoir.t301.level_b", MAP_PLC2, 8, MAP_F32_CDAB),
	  REAL(reservoir.level), .noise = 0.003 },
	{ INPUT("reservoir.v301.position", MAP_PLC2, 10, MAP_U16),
	  REAL(reservoir.v301.position), .scale = 0.1 },
	{ INPUT("dosing.t201.level", MAP_PLC2, 12, MAP_F32), REAL(dosing.tank[0]),
	  .noise = 0.001 },
	{ INPUT("dosing.t202.level", MAP_PLC2, 14, MAP_F32), REAL(dosing.tank[1]),
	  .noise = 0.001 },
	{ INPUT("network.pressure", MAP_PLC2, 20, MAP_F32), REAL(network.pressure),
	  .noise = 0.004 },
	{ INPUT("network.flow", MAP_PLC2, 22, MAP_F32), REAL(network.flow),
	  .blur = 0.004 },
	{ INPUT("network.total", MAP_PLC2, 24, MAP_F64), REAL(network.total) },
	{ DISCRETE("reservoir.hatch_open", MAP_PLC2, 0), BOOL(reservoir.hatch_open) },
	{ DISCRETE("reservoir.t301.overflow", MAP_PLC2, 1), BOOL(reservoir.overflow) },
	{ DISCRETE("network.mains_ok", MAP_PLC2, 2), BOOL(network.mains_ok) },
	{ HOLD("reservoir.v301.position_sp", MAP_PLC2, 0, MAP_U16),
	  REAL(reservoir.v301.position_sp), .scale = 0.1, WRITE(0, 100, 100) },
	{ HOLD("network.pressure_sp", MAP_PLC2, 10, MAP_F32), REAL(network.pressure_sp),
	  WRITE(2, 7, 4.2) },
	PUMP("network.p401", MAP_PLC2, 400, network.booster[0], 100),
	PUMP("network.p402", MAP_PLC2, 500, network.booster[1], 100),
	PUMP("network.p403", MAP_PLC2, 600, network.booster[2], 100),

	/* rows of one topic stand together: they make one payload */
	{ BUS("dosing.cl2_sp", "dosing/cl2_sp", MAP_JSON, 1), KEY("value"),
	  REAL(dosing.cl2_sp), .set_topic = "works/dosing/cl2_sp/set", WRITE(0, 5, 0.6) },
	{ BUS("dosing.residual", "dosing/residual", MAP_JSON, 1), KEY("value"), STAMPED,
	  REAL(dosing.residual), .noise = 0.003 },
	{ BUS("dosing.pump.running", "dosing/pump", MAP_JSON, 1), KEY("running"),
	  BOOL(dosing.pump.running) },
	{ BUS("dosing.pump.fault", "dosing/pump", MAP_JSON, 1), KEY("fault"),
	  BOOL(dosing.pump.trip) },
	{ BUS("dosing.pump.rate", "dosing/pump", MAP_JSON, 1), KEY("rate"),
	  REAL(dosing.rate), .blur = 0.004 },
	{ BUS("dosing.pump.stroke", "dosing/stroke", MAP_PLAIN, 1),
	  REAL(dosing.pump.speed) },
	{ BUS("dosing.mode", "dosing/mode", MAP_MODE, 1), BOOL(dosing.pump.auto_mode) },
	LOGGER("zone1", network.zone[0]),
	LOGGER("zone2", network.zone[1]),
};
const size_t map_count = sizeof(map_rows) / sizeof(map_rows[0]);

const char *map_device_name(enum map_device d)
{
	static const char *const names[] = { "plc1", "plc2", "bus" };

	return names[d];
}

int map_find(const char *tag)
{
	for (size_t i = 0; i < map_count; i++)
		if (strcmp(map_rows[i].tag, tag) == 0)
			return (int)i;
	return -1;
}

int map_width(enum map_coding c)
{
	if (c == MAP_F64)
		return 4;
	return c == MAP_U32 || c == MAP_U32_CDAB || c == MAP_F32 || c == MAP_F32_CDAB ? 2
										      : 1;
}
