/*
 * world.h - everything around the station, made up: a store, two driver programs with a
 * plant behind them, two consoles, and carriers between them that are slow, lossy and
 * die. One seed decides all; the same seed is the same run.
 *
 * What a carrier may do is what the real one may do: bytes between two ends stay in
 * order, a command goes at once or not, the store answers in the order of the tickets.
 */
#ifndef SG_TESTS_SIM_WORLD_H
#define SG_TESTS_SIM_WORLD_H

#include "support/test.h"

#include "alarm/engine.h"
#include "driver/proto.h"
#include "sim/fake_store.h"
#include "station/station.h"
#include "wire/msg.h"

/* What goes wrong. */
#define SIM_FAULTS(X)                                                                    \
	X(NONE, "nothing")                                                               \
	X(DRIVER_DIES, "driver dies")                                                    \
	X(DRIVER_HANGS, "driver hangs")                                                  \
	X(DRIVER_GARBAGE, "driver sends garbage")                                        \
	X(DRIVER_SLOW, "driver is slow")                                                 \
	X(REPLY_LOST, "reply lost")                                                      \
	X(REFUSES, "device refuses")                                                     \
	X(CLAMPS, "device clamps")                                                       \
	X(DEVICE_DOWN, "device down")                                                    \
	X(SEND_NOTHING, "socket full")                                                   \
	X(SEND_PART, "socket takes part")                                                \
	X(COMMIT_FAILS, "commits fail")                                                  \
	X(RESERVE, "records in the reserve")                                             \
	X(COMMIT_SLOW, "commits slow")                                                   \
	X(SESSION_DIES, "console dies")                                                  \
	X(CONFIRM_AGAIN, "confirm sent again")                                           \
	X(QUEUE_FULL, "console too slow")                                                \
	X(RELOAD, "reload")                                                              \
	X(MOVED, "changed elsewhere")                                                    \
	X(CLOCK, "wall clock steps")                                                     \
	X(CRASH, "server crashes")                                                       \
	X(STOP, "server stops")

enum sim_fault {
#define X(name, text) FAULT_##name,
	SIM_FAULTS(X)
#undef X
		FAULT_COUNT
};

/* Where the first write of console 0 is when it goes wrong. */
#define SIM_PHASES(X)                                                                    \
	X(IDLE, "before")                                                                \
	X(SELECT, "select")                                                              \
	X(SELECTED, "selected")                                                          \
	X(CONFIRM, "confirm")                                                            \
	X(APPROVAL, "approval")                                                          \
	X(INTENT, "intent")                                                              \
	X(SENT, "sent")                                                                  \
	X(ACTED, "acted")                                                                \
	X(OUTCOME, "outcome")                                                            \
	X(READBACK, "readback")                                                          \
	X(VERDICT, "verdict")                                                            \
	X(DONE, "done")

enum sim_phase {
#define X(name, text) PHASE_##name,
	SIM_PHASES(X)
#undef X
		PHASE_COUNT
};

enum { SIM_DRIVERS = 2, SIM_CONSOLES = 2, SIM_TAGS = 64, SIM_REQUESTS = 128 };

struct world;

struct delivery {
	int64_t at;
	uint64_t seq;
	uint32_t life; /* of the server it belongs to; 0 = outlives it */
	void (*fn)(struct world *w, struct delivery *d);
	uint32_t who, instance;
	uint64_t num;
	int result;
	struct txn *txn;     /* owned */
	struct strbuf bytes; /* owned */
};

struct sim_tag {
	bool known;
	uint32_t device, driver;
	enum value_type type;
	char name[64];
};

struct sim_driver {
	bool alive, hung, configured;
	uint32_t instance, generation;
	uint32_t devices[4];
	size_t n_devices;
	uint32_t tick;
	int64_t out_at, in_at; /* carriers: nothing overtakes */
	bool lose_reply, slow, refuse, clamp, down;
	uint64_t sending; /* a command that waits for its outcome; 0 = none */
};

struct sim_console {
	uint64_t session; /* 0 = not connected */
	bool greeted;
	int64_t out_at, in_at;
	struct strbuf in;
	uint32_t last_req;
	uint64_t token, last_token;
	uint32_t select_req, confirm_req;
	int writes_left;
	bool waiting;   /* for the end of a write */
	bool confirmed; /* that one */
	uint64_t asked; /* an approval that waits for this person's answer; 0 = none */
	size_t confirms, ends;
	uint64_t epoch, version, list_hash;
	uint32_t ack_req, act_req;
	uint32_t doubt_req, settle_req;
	size_t doubt_rows;        /* sent in answer to doubt_req */
	uint64_t doubt, settling; /* the newest it was told of; the one it settles */
	struct {
		char name[128];
		uint64_t occurrence;
		enum alarm_state state;
		uint8_t flags, n_older;
	} rows[16];
	size_t n_rows;
};

struct sim_ack { /* shown as done */
	char alarm[128];
	uint64_t occurrence;
};

struct world {
	uint64_t seed, random;
	struct station *st;
	struct actions actions;
	struct now now;
	uint32_t life; /* of the server; 0 = none runs */
	uint32_t lives;
	bool calm; /* the end of a run: nothing new is begun */
	struct delivery **queue;
	size_t n_queue, cap_queue;
	uint64_t seq;

	struct fake_store store;
	int64_t store_at, store_slow_until;
	int failing_commits;
	bool hands_back;
	struct {
		bool unknown, settled;
	} answered[SIM_REQUESTS]; /* what an audit list of now must show at least */

	struct sim_driver drivers[SIM_DRIVERS];
	struct sim_tag tags[SIM_TAGS];
	double plant[SIM_TAGS]; /* by place in plant_names */
	enum driver_sent next_sent;
	struct sim_console consoles[SIM_CONSOLES];
	uint64_t last_session;
	uint64_t acking_session[SIM_CONSOLES];
	char acking[SIM_CONSOLES][128];
	uint64_t acking_occurrence[SIM_CONSOLES];
	struct wire_alarm_act acting[SIM_CONSOLES];
	uint64_t acting_session[SIM_CONSOLES], last_act;
	struct sim_ack *acks;
	size_t n_acks;
	uint64_t *tokens; /* ever given */
	size_t n_tokens;

	/* the schedule */
	enum sim_fault fault;
	enum sim_phase when;
	bool injected;
	int change; /* of a reload */

	/* what was counted */
	uint32_t handed[SIM_REQUESTS], acted[SIM_REQUESTS]; /* by request */
	uint32_t set_line[SIM_REQUESTS]; /* the last that left, by the set's number */
	size_t set_sends, sets_ended, sets_done;
	size_t approved; /* sends that two persons wanted */
	size_t steps, sends, ends, acks_shown, acts_shown, doubts_shown, settled;
	enum write_outcome shown[SIM_REQUESTS];
	bool was_shown[SIM_REQUESTS];
};

/* One run; asserts everything; adds to matrix when the fault was injected. */
struct sim_totals {
	size_t runs, steps, sends, ends, acks, acts, lives, doubts, settled, approved;
	size_t set_sends, sets_ended, sets_done;
	size_t outcomes[4];
	size_t matrix[FAULT_COUNT][PHASE_COUNT];
};
void world_run(uint64_t seed, enum sim_fault fault, enum sim_phase when,
	       struct sim_totals *t);

/* world.c: time and chance, for the other parts. */
uint64_t sim_random(struct world *w, uint64_t below);
struct delivery *sim_later(struct world *w, int64_t delay_ns,
			   void (*fn)(struct world *w, struct delivery *d));
/* As later, but never before *last: a carrier in order. */
struct delivery *sim_in_order(struct world *w, int64_t delay_ns, int64_t *last,
			      void (*fn)(struct world *w, struct delivery *d));
void sim_step(struct world *w, const struct event *ev);
/* The target's phase was reached: the fault of the schedule may strike. */
void sim_phase(struct world *w, enum sim_phase phase);
void sim_crash(struct world *w);
#define MS(n) ((int64_t)(n)*1000000)

/* sim_faults.c */
void sim_go_wrong(struct world *w, enum sim_fault fault);

/* sim_driver.c */
void driver_asked_to_start(struct world *w, const struct action *a);
void driver_gets(struct world *w, const struct action *a);
void driver_asked_to_die(struct world *w, const struct action *a);
void driver_dies(struct world *w, uint32_t driver, const char *why);
void driver_garbage(struct world *w, uint32_t driver);
void driver_device(struct world *w, uint32_t driver, bool up);
void drivers_vanish(struct world *w); /* with their server */
void plant_init(struct world *w);
void plant_set(struct world *w, const char *tag, double v);

/* sim_console.c */
void console_connect(struct world *w, uint32_t console);
void console_gets(struct world *w, const struct action *a);
/* Room for one frame on its way to the server. */
struct strbuf *console_send(struct world *w, uint32_t console);
/* An action of the person; it finds the connection as it then is. */
void console_speak(struct world *w, uint32_t console,
		   void (*what)(struct world *w, struct delivery *d), int64_t delay_ns);
void console_closed(struct world *w, uint64_t session);
void console_dies(struct world *w, uint32_t console);
void console_confirms_again(struct world *w, uint32_t console);
void consoles_vanish(struct world *w);

/* sim_approvals.c: b.sp takes two persons; console 0 is ivan's, console 1 mara's. */
struct station_def *sim_station(int change);
void approvals_frame(struct world *w, uint32_t console, const uint8_t *p, size_t n);
void check_approved(struct world *w, uint64_t request, const char *tag);

/* sim_doubts.c: the in-doubt list, asked and settled by the consoles, and what it owes
 * the record at every moment. */
void doubts_ask(struct world *w, uint32_t console);
void doubts_row(struct world *w, uint32_t console, const uint8_t *p, size_t n);
void doubts_read(struct world *w, uint32_t console);
void doubts_stored(struct world *w, const struct txn *t); /* and answered */
void doubts_loaded(struct world *w);                      /* by a new server */
void check_doubts(struct world *w);                       /* after every step */
void check_doubt_row(struct world *w, uint64_t session, const uint8_t *p, size_t n);
void check_doubt_reply(struct world *w, uint64_t session, const struct wire_reply *m);
bool in_doubt(const struct world *w, uint64_t request);

/* sim_acts.c: comments and shelves by both consoles, and what is owed to them. */
void acts_begin(struct world *w, uint32_t console);
bool acts_read(struct world *w, uint32_t console, const struct wire_reply *m);
void check_act_reply(struct world *w, uint64_t session, const struct wire_reply *m);
void check_acts(const struct world *w); /* at the end */

/* sim_sets.c */
void sets_begin(struct world *w, uint32_t console);
/* CHANGE_SET; true: what was asked for has ended. */
bool sets_hear(struct world *w, uint32_t console, const uint8_t *p, size_t n);
void check_line_handed_over(struct world *w, uint64_t request);
void check_change_line(struct world *w, const uint8_t *p, size_t n);
bool is_set(const struct fake_write *f);
void check_set_row(const struct world *w, const struct fake_write *f);

/* sim_check.c */
void sim_broken(const struct world *w, const char *rule, uint64_t request);
#define HOLDS(w, what, rule, request)                                                    \
	do {                                                                             \
		if (!(what))                                                             \
			sim_broken((w), (rule), (request));                              \
	} while (0)
void check_handed_over(struct world *w, const struct action *a);
void check_frames(struct world *w, const struct action *a);
void check_end(struct world *w);

#endif
