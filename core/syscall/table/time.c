/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Time: clocks, sleeping, timers and their adjustment.
 */
#include <sys/time.h>
#include <sys/timex.h>
#include <sys/times.h>
#include <time.h>
#include "syscall/table/signal.h"
#include "syscall/table/table.h"

enum { FIRST_RESTART = 512, LAST_RESTART = 516 };

/* The rest of a sleep is written when a signal ended it. */
static void follow_if_interrupted(struct lupe_decode *decode, struct lupe_value *value,
				  size_t limit)
{
	int64_t errnum = -decode->result;

	lupe_value_follow_if(decode, value, limit,
			     decode->failed && errnum >= FIRST_RESTART && errnum <= LAST_RESTART);
}

static void annotate_date(struct lupe_printer *printer, const struct lupe_call *call,
			  const struct lupe_value *args)
{
	struct lupe_buffer *out = printer->out;
	time_t time = call->result;
	struct tm parts;
	char text[64];

	(void)args;
	if (time && localtime_r(&time, &parts) && strftime(text, sizeof(text), "%FT%T%z", &parts))
		lupe_buffer_string(out, text);
}

static void print_ticks(struct lupe_printer *printer, const struct lupe_value *value)
{
	lupe_strace_ticks(printer, value->u);
}

static void annotate_clock_state(struct lupe_printer *printer, const struct lupe_call *call,
				 const struct lupe_value *args);

/* clang-format off */

static const struct lupe_type_ops interrupted_ops = {.decode = follow_if_interrupted};
static const struct lupe_type rest_pointer = {
	.kind = LUPE_KIND_POINTER, .size = sizeof(void *), .target = &lupe_type_timespec,
	.ops = &interrupted_ops};
CHOICE(sleep_rest, 1, 0, CASE(0, .type = &rest_pointer, .flow = LUPE_FLOW_LATE))

static FLAGS(timer_flags, 4, "TIMER_???", NULL, E(TIMER_ABSTIME))
static ENUM(itimer, 4, "ITIMER_???", E(ITIMER_REAL), E(ITIMER_VIRTUAL), E(ITIMER_PROF))

static STRUCT(timezone_type, struct timezone,
	FIELD(struct timezone, tz_minuteswest, &lupe_type_int),
	FIELD(struct timezone, tz_dsttime, &lupe_type_int))
static const struct lupe_type_ops ticks_ops = {.print = print_ticks};
static const struct lupe_type ticks = {.name = "clock_t", .kind = LUPE_KIND_UINT, .size = 8,
	.ops = &ticks_ops};
static STRUCT(tms, struct tms,
	FIELD(struct tms, tms_utime, &ticks), FIELD(struct tms, tms_stime, &ticks),
	FIELD(struct tms, tms_cutime, &ticks), FIELD(struct tms, tms_cstime, &ticks))

/* Two names for combinations of bits, before the bits. */
static FLAGS(adjust_modes, 4, "ADJ_???", NULL,
	E(ADJ_OFFSET_SS_READ), E(ADJ_OFFSET_SINGLESHOT), E(ADJ_OFFSET), E(ADJ_FREQUENCY),
	E(ADJ_MAXERROR), E(ADJ_ESTERROR), E(ADJ_STATUS), E(ADJ_TIMECONST), E(ADJ_TAI),
	E(ADJ_SETOFFSET), E(ADJ_MICRO), E(ADJ_NANO), E(ADJ_TICK))
static FLAGS(adjust_status, 4, "STA_???", NULL,
	E(STA_PLL), E(STA_PPSFREQ), E(STA_PPSTIME), E(STA_FLL), E(STA_INS), E(STA_DEL),
	E(STA_UNSYNC), E(STA_FREQHOLD), E(STA_PPSSIGNAL), E(STA_PPSJITTER), E(STA_PPSWANDER),
	E(STA_PPSERROR), E(STA_CLOCKERR), E(STA_NANO), E(STA_MODE), E(STA_CLK))
static ENUM(clock_state, 4, NULL,
	E(TIME_OK), E(TIME_INS), E(TIME_DEL), E(TIME_OOP), E(TIME_WAIT), E(TIME_ERROR))
#define TIMEX(field, type) FIELD(struct timex, field, type)
static STRUCT(timex, struct timex,
	TIMEX(modes, &adjust_modes), TIMEX(offset, &lupe_type_long), TIMEX(freq, &lupe_type_long),
	TIMEX(maxerror, &lupe_type_long), TIMEX(esterror, &lupe_type_long),
	TIMEX(status, &adjust_status), TIMEX(constant, &lupe_type_long),
	TIMEX(precision, &lupe_type_long), TIMEX(tolerance, &lupe_type_long),
	TIMEX(time, &lupe_type_timeval), TIMEX(tick, &lupe_type_long),
	TIMEX(ppsfreq, &lupe_type_long), TIMEX(jitter, &lupe_type_long),
	TIMEX(shift, &lupe_type_int), TIMEX(stabil, &lupe_type_long),
	TIMEX(jitcnt, &lupe_type_long), TIMEX(calcnt, &lupe_type_long),
	TIMEX(errcnt, &lupe_type_long), TIMEX(stbcnt, &lupe_type_long), TIMEX(tai, &lupe_type_int))

static const struct lupe_syscall entries[] = {
SYSCALL(nanosleep, 0, NULL,
	IN("req", PTR(&lupe_type_timespec)), LATE("rem", &rest_pointer))
SYSCALL(clock_nanosleep, 0, NULL,
	IN("clockid", &lupe_type_clockid), IN("flags", &timer_flags),
	IN("request", PTR(&lupe_type_timespec)),
	LATE("remain", &lupe_type_address, .choice = &sleep_rest))
SYSCALL(clock_gettime, G_CLOCK, NULL,
	IN("clockid", &lupe_type_clockid), OUT("tp", PTR(&lupe_type_timespec)))
SYSCALL(clock_settime, G_CLOCK, NULL,
	IN("clockid", &lupe_type_clockid), IN("tp", PTR(&lupe_type_timespec)))
SYSCALL(clock_getres, G_CLOCK, NULL,
	IN("clockid", &lupe_type_clockid), OUT("res", PTR(&lupe_type_timespec)))
SYSCALL_WITH(clock_adjtime, G_CLOCK, NULL, WITH(.annotate = annotate_clock_state),
	IN("clockid", &lupe_type_clockid), OUT("buf", PTR(&timex)))
SYSCALL_WITH(adjtimex, G_CLOCK, NULL, WITH(.annotate = annotate_clock_state),
	OUT("buf", PTR(&timex)))
SYSCALL(gettimeofday, G_CLOCK, NULL,
	OUT("tv", PTR(&lupe_type_timeval)), OUT("tz", PTR(&timezone_type)))
SYSCALL(settimeofday, G_CLOCK, NULL,
	IN("tv", PTR(&lupe_type_timeval)), IN("tz", PTR(&timezone_type)))
SYSCALL_WITH(time, G_CLOCK, NULL, WITH(.annotate = annotate_date),
	OUT("tloc", PTR(&lupe_type_date)))
SYSCALL(times, 0, NULL, OUT("buf", PTR(&tms)))

SYSCALL(timer_create, 0, NULL,
	IN("clockid", &lupe_type_clockid), IN("sevp", PTR(&lupe_type_sigevent)),
	OUT("timerid", PTR(&lupe_type_int)))
SYSCALL(timer_settime, 0, NULL,
	IN("timerid", &lupe_type_int), IN("flags", &timer_flags),
	IN("new_value", PTR(&lupe_type_itimerspec)), OUT("old_value", PTR(&lupe_type_itimerspec)))
SYSCALL(timer_gettime, 0, NULL,
	IN("timerid", &lupe_type_int), OUT("curr_value", PTR(&lupe_type_itimerspec)))
SYSCALL(timer_getoverrun, 0, NULL, IN("timerid", &lupe_type_int))
SYSCALL(timer_delete, 0, NULL, IN("timerid", &lupe_type_int))
SYSCALL(getitimer, 0, NULL, IN("which", &itimer), OUT("curr_value", PTR(&lupe_type_itimerval)))
SYSCALL(setitimer, 0, NULL,
	IN("which", &itimer), IN("new_value", PTR(&lupe_type_itimerval)),
	OUT("old_value", PTR(&lupe_type_itimerval)))
SYSCALL(alarm, 0, NULL, IN("seconds", &lupe_type_uint))
};

EXPORT_FAMILY(time)

/* clang-format on */

static void annotate_clock_state(struct lupe_printer *printer, const struct lupe_call *call,
				 const struct lupe_value *args)
{
	const struct lupe_value *state = &args->children[args->n_children - 1];

	/* Of a struct that cannot be read nothing is said. */
	if (!state->n_children || (state->children->flags & LUPE_VALUE_UNREADABLE))
		return;
	if (call->result >= TIME_OK && call->result <= TIME_ERROR)
		lupe_type_print_symbols(printer->out, &clock_state, (uint64_t)call->result);
}
