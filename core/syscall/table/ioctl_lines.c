/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ioctl of what has pins and lines: hardware clocks (PTP), counters, infrared receivers and senders
 * (LIRC), general purpose lines (GPIO).
 */
#include <asm/ioctl.h>
#include <linux/counter.h>
#include <linux/gpio.h>
#include <linux/lirc.h>
#include <linux/ptp_clock.h>
#include "syscall/table/ioctl.h"
#include "syscall/text.h"

/* clang-format off */
#define SPARE .flags = LUPE_MEMBER_NONZERO

/* --- hardware clocks --- */

#define CLOCK_TIME_FIELDS \
	FIELD(struct ptp_clock_time, sec, &lupe_type_long), \
	FIELD(struct ptp_clock_time, nsec, &lupe_type_uint), \
	FIELD(struct ptp_clock_time, reserved, &lupe_type_u32_hex, SPARE)
static STRUCT(clock_time, struct ptp_clock_time, CLOCK_TIME_FIELDS)
static const struct lupe_type clock_date = {
	.name = "struct ptp_clock_time", .kind = LUPE_KIND_STRUCT, .role = LUPE_ROLE_TIME,
	.size = sizeof(struct ptp_clock_time), MEMBERS(CLOCK_TIME_FIELDS)};
static STRUCT(clock_abilities, struct ptp_clock_caps,
	FIELD(struct ptp_clock_caps, max_adj, &lupe_type_int),
	FIELD(struct ptp_clock_caps, n_alarm, &lupe_type_int),
	FIELD(struct ptp_clock_caps, n_ext_ts, &lupe_type_int),
	FIELD(struct ptp_clock_caps, n_per_out, &lupe_type_int),
	FIELD(struct ptp_clock_caps, pps, &lupe_type_int),
	FIELD(struct ptp_clock_caps, n_pins, &lupe_type_int),
	FIELD(struct ptp_clock_caps, cross_timestamping, &lupe_type_int),
	FIELD(struct ptp_clock_caps, adjust_phase, &lupe_type_int),
	FIELD(struct ptp_clock_caps, rsv, ARRAY_OF(&lupe_type_u32_hex, 12), SPARE))
static FLAGS(stamp_flags, 4, "PTP_???", NULL,
	E(PTP_ENABLE_FEATURE), E(PTP_RISING_EDGE), E(PTP_FALLING_EDGE), E(PTP_STRICT_FLAGS))
#define STAMP_FIELDS \
	FIELD(struct ptp_extts_request, index, &lupe_type_uint), \
	FIELD(struct ptp_extts_request, flags, &stamp_flags)
static STRUCT(stamp_request, struct ptp_extts_request, STAMP_FIELDS)
static STRUCT(stamp_request2, struct ptp_extts_request, STAMP_FIELDS,
	FIELD(struct ptp_extts_request, rsv, ARRAY_OF(&lupe_type_u32_hex, 2), SPARE))

static uint64_t output_flags_of(const struct lupe_value *request)
{
	return request->n_children ? request->children[0].u : 0;
}

static bool has_phase(const struct lupe_value *request)
{
	return output_flags_of(request) & PTP_PEROUT_PHASE;
}

static bool has_start(const struct lupe_value *request)
{
	return !has_phase(request);
}

static bool has_duty_cycle(const struct lupe_value *request)
{
	return output_flags_of(request) & PTP_PEROUT_DUTY_CYCLE;
}

static bool has_spare(const struct lupe_value *request)
{
	return !has_duty_cycle(request);
}

static FLAGS(output_flags, 4, "PTP_PEROUT_???", NULL,
	E(PTP_PEROUT_ONE_SHOT), E(PTP_PEROUT_DUTY_CYCLE), E(PTP_PEROUT_PHASE))
#define OUTPUT_FIELDS \
	FIELD_AS("deciding", struct ptp_perout_request, flags, &lupe_type_uint, \
		 .flags = LUPE_MEMBER_HIDDEN), \
	FIELD(struct ptp_perout_request, start, &clock_date, .present = has_start), \
	FIELD(struct ptp_perout_request, phase, &clock_time, .present = has_phase), \
	FIELD(struct ptp_perout_request, period, &clock_time), \
	FIELD(struct ptp_perout_request, index, &lupe_type_uint), \
	FIELD(struct ptp_perout_request, flags, &output_flags), \
	FIELD(struct ptp_perout_request, on, &clock_time, .present = has_duty_cycle)
static STRUCT(output_request, struct ptp_perout_request, OUTPUT_FIELDS)
static STRUCT(output_request2, struct ptp_perout_request, OUTPUT_FIELDS,
	FIELD(struct ptp_perout_request, rsv, ARRAY_OF(&lupe_type_u32_hex, 4), SPARE,
	      .present = has_spare))

static const struct lupe_type pin_name = CSTRING(sizeof(((struct ptp_pin_desc *)0)->name));
static ENUM(pin_function, 4, "PTP_PF_???",
	E(PTP_PF_NONE), E(PTP_PF_EXTTS), E(PTP_PF_PEROUT), E(PTP_PF_PHYSYNC))
#define PIN_SPARE FIELD(struct ptp_pin_desc, rsv, ARRAY_OF(&lupe_type_u32_hex, 5), SPARE)
#define PIN_ANSWERS \
	FIELD(struct ptp_pin_desc, name, &pin_name, ANSWER), \
	FIELD(struct ptp_pin_desc, func, &pin_function, ANSWER), \
	FIELD(struct ptp_pin_desc, chan, &lupe_type_uint, ANSWER)
static STRUCT(pin, struct ptp_pin_desc,
	FIELD(struct ptp_pin_desc, index, &lupe_type_uint), PIN_ANSWERS)
static STRUCT(pin2, struct ptp_pin_desc,
	FIELD(struct ptp_pin_desc, index, &lupe_type_uint), PIN_SPARE, PIN_ANSWERS)
ASKED(pin_asked, &pin)
ASKED(pin2_asked, &pin2)
#define PIN_SETTINGS \
	FIELD(struct ptp_pin_desc, index, &lupe_type_uint), \
	FIELD(struct ptp_pin_desc, func, &pin_function), \
	FIELD(struct ptp_pin_desc, chan, &lupe_type_uint)
static STRUCT(pin_set, struct ptp_pin_desc, PIN_SETTINGS)
static STRUCT(pin2_set, struct ptp_pin_desc, PIN_SETTINGS, PIN_SPARE)

/* The system's clock, then pairs of the device's and the system's. */
static void print_samples(struct lupe_printer *printer, const struct lupe_value *value)
{
	const struct lupe_value *said = lupe_value_member(printer->parent, "n_samples");

	lupe_strace_first(printer, value, said ? 2 * MIN(said->u, PTP_MAX_SAMPLES) + 1 : 0);
}

static const struct lupe_type samples = {
	.kind = LUPE_KIND_ARRAY, .target = &clock_date, .count = 2 * PTP_MAX_SAMPLES + 1,
	.ops = &(const struct lupe_type_ops){.print = print_samples}};
static STRUCT(offset_sampled, struct ptp_sys_offset,
	FIELD(struct ptp_sys_offset, n_samples, &lupe_type_uint),
	FIELD(struct ptp_sys_offset, rsv, ARRAY_OF(&lupe_type_u32_hex, 3), SPARE),
	FIELD(struct ptp_sys_offset, ts, &samples, ANSWER))
ASKED(offset_asked, &offset_sampled)
static STRUCT(offset_extended, struct ptp_sys_offset_extended,
	FIELD(struct ptp_sys_offset_extended, n_samples, &lupe_type_uint),
	FIELD(struct ptp_sys_offset_extended, rsv, ARRAY_OF(&lupe_type_u32_hex, 3), SPARE),
	FIELD(struct ptp_sys_offset_extended, ts,
	      COUNTED(ARRAY_OF(&clock_date, 3), PTP_MAX_SAMPLES), ANSWER, .count = BY_MEMBER(0)))
ASKED(offset_extended_asked, &offset_extended)
static STRUCT(offset_precise, struct ptp_sys_offset_precise,
	FIELD(struct ptp_sys_offset_precise, device, &clock_date),
	FIELD(struct ptp_sys_offset_precise, sys_realtime, &clock_date),
	FIELD(struct ptp_sys_offset_precise, sys_monoraw, &clock_time),
	FIELD(struct ptp_sys_offset_precise, rsv, ARRAY_OF(&lupe_type_u32_hex, 4), SPARE))

COMMANDS(lupe_ioctl_clock,
	READS(PTP_CLOCK_GETCAPS, &clock_abilities), READS(PTP_CLOCK_GETCAPS2, &clock_abilities),
	WRITES(PTP_EXTTS_REQUEST, &stamp_request), WRITES(PTP_EXTTS_REQUEST2, &stamp_request2),
	WRITES(PTP_PEROUT_REQUEST, &output_request), WRITES(PTP_PEROUT_REQUEST2, &output_request2),
	READS_LATE(PTP_SYS_OFFSET, &offset_asked), READS_LATE(PTP_SYS_OFFSET2, &offset_asked),
	READS_LATE(PTP_PIN_GETFUNC, &pin_asked), READS_LATE(PTP_PIN_GETFUNC2, &pin2_asked),
	WRITES(PTP_PIN_SETFUNC, &pin_set), WRITES(PTP_PIN_SETFUNC2, &pin2_set),
	READS(PTP_SYS_OFFSET_PRECISE, &offset_precise),
	READS(PTP_SYS_OFFSET_PRECISE2, &offset_precise),
	READS_LATE(PTP_SYS_OFFSET_EXTENDED, &offset_extended_asked),
	READS_LATE(PTP_SYS_OFFSET_EXTENDED2, &offset_extended_asked))

/* --- counters --- */

static ENUM(component_kind, 1, "COUNTER_COMPONENT_???",
	E(COUNTER_COMPONENT_NONE), E(COUNTER_COMPONENT_SIGNAL), E(COUNTER_COMPONENT_COUNT),
	E(COUNTER_COMPONENT_FUNCTION), E(COUNTER_COMPONENT_SYNAPSE_ACTION),
	E(COUNTER_COMPONENT_EXTENSION))
static ENUM(component_scope, 1, "COUNTER_SCOPE_???",
	E(COUNTER_SCOPE_DEVICE), E(COUNTER_SCOPE_SIGNAL), E(COUNTER_SCOPE_COUNT))
static ENUM(counter_event, 1, "COUNTER_EVENT_???",
	E(COUNTER_EVENT_OVERFLOW), E(COUNTER_EVENT_UNDERFLOW), E(COUNTER_EVENT_OVERFLOW_UNDERFLOW),
	E(COUNTER_EVENT_THRESHOLD), E(COUNTER_EVENT_INDEX), E(COUNTER_EVENT_CHANGE_OF_STATE),
	E(COUNTER_EVENT_CAPTURE))
static STRUCT(component, struct counter_component,
	FIELD(struct counter_component, type, &component_kind),
	FIELD(struct counter_component, scope, &component_scope),
	FIELD(struct counter_component, parent, &lupe_type_u8),
	FIELD(struct counter_component, id, &lupe_type_u8))
static STRUCT(watch, struct counter_watch,
	FIELD(struct counter_watch, component, &component),
	FIELD(struct counter_watch, event, &counter_event),
	FIELD(struct counter_watch, channel, &lupe_type_u8))

COMMANDS(lupe_ioctl_counter,
	WRITES(COUNTER_ADD_WATCH_IOCTL, &watch), NOTHING(COUNTER_ENABLE_EVENTS_IOCTL),
	NOTHING(COUNTER_DISABLE_EVENTS_IOCTL))

/* --- infrared --- */

static FLAGS(infrared_abilities, 4, "LIRC_CAN_???", NULL,
	E(LIRC_CAN_SEND_PULSE), E(LIRC_CAN_SEND_LIRCCODE), E(LIRC_CAN_SET_SEND_CARRIER),
	E(LIRC_CAN_SET_SEND_DUTY_CYCLE), E(LIRC_CAN_SET_TRANSMITTER_MASK), E(LIRC_CAN_REC_MODE2),
	E(LIRC_CAN_REC_SCANCODE), E(LIRC_CAN_REC_LIRCCODE), E(LIRC_CAN_SET_REC_CARRIER),
	E(LIRC_CAN_MEASURE_CARRIER), E(LIRC_CAN_USE_WIDEBAND_RECEIVER), E(LIRC_CAN_SET_REC_TIMEOUT),
	E(LIRC_CAN_GET_REC_RESOLUTION), E(LIRC_CAN_SET_REC_CARRIER_RANGE))
static ENUM(infrared_mode, 4, "LIRC_MODE_???",
	E(LIRC_MODE_RAW), E(LIRC_MODE_PULSE), E(LIRC_MODE_MODE2), E(LIRC_MODE_SCANCODE),
	E(LIRC_MODE_LIRCCODE))

COMMANDS(lupe_ioctl_infrared,
	READS(LIRC_GET_FEATURES, &infrared_abilities), READS(LIRC_GET_SEND_MODE, &infrared_mode),
	READS(LIRC_GET_REC_MODE, &infrared_mode), READS(LIRC_GET_REC_RESOLUTION, &lupe_type_uint),
	READS(LIRC_GET_MIN_TIMEOUT, &lupe_type_uint), READS(LIRC_GET_MAX_TIMEOUT, &lupe_type_uint),
	READS(LIRC_GET_LENGTH, &lupe_type_uint), READS(LIRC_GET_REC_TIMEOUT, &lupe_type_uint),
	WRITES(LIRC_SET_SEND_MODE, &infrared_mode), WRITES(LIRC_SET_REC_MODE, &infrared_mode),
	WRITES(LIRC_SET_SEND_CARRIER, &lupe_type_uint), WRITES(LIRC_SET_REC_CARRIER, &lupe_type_uint),
	WRITES(LIRC_SET_SEND_DUTY_CYCLE, &lupe_type_uint),
	WRITES(LIRC_SET_TRANSMITTER_MASK, &lupe_type_u32_hex),
	WRITES(LIRC_SET_REC_TIMEOUT, &lupe_type_uint),
	WRITES(LIRC_SET_REC_TIMEOUT_REPORTS, &lupe_type_uint),
	WRITES(LIRC_SET_MEASURE_CARRIER_MODE, &lupe_type_uint),
	WRITES(LIRC_SET_REC_CARRIER_RANGE, &lupe_type_uint),
	WRITES(LIRC_SET_WIDEBAND_RECEIVER, &lupe_type_uint))

/* --- general purpose lines: the first interface --- */

static const struct lupe_type line_name = CSTRING(GPIO_MAX_NAME_SIZE);
static STRUCT(chip, struct gpiochip_info,
	FIELD(struct gpiochip_info, name, &line_name), FIELD(struct gpiochip_info, label, &line_name),
	FIELD(struct gpiochip_info, lines, &lupe_type_uint))
static FLAGS(line_flags, 4, "GPIOLINE_FLAG_???", NULL,
	E(GPIOLINE_FLAG_KERNEL), E(GPIOLINE_FLAG_IS_OUT), E(GPIOLINE_FLAG_ACTIVE_LOW),
	E(GPIOLINE_FLAG_OPEN_DRAIN), E(GPIOLINE_FLAG_OPEN_SOURCE), E(GPIOLINE_FLAG_BIAS_PULL_UP),
	E(GPIOLINE_FLAG_BIAS_PULL_DOWN), E(GPIOLINE_FLAG_BIAS_DISABLE))
static EXCHANGED(line, struct gpioline_info,
	FIELD(struct gpioline_info, line_offset, &lupe_type_uint),
	FIELD(struct gpioline_info, flags, &line_flags, ANSWER),
	FIELD(struct gpioline_info, name, &line_name, ANSWER),
	FIELD(struct gpioline_info, consumer, &line_name, ANSWER))
struct unwatched_line {
	__u32 offset;
};
static STRUCT(unwatched, struct unwatched_line,
	FIELD(struct unwatched_line, offset, &lupe_type_uint))
static FLAGS(handle_flags, 4, "GPIOHANDLE_REQUEST_???", NULL,
	E(GPIOHANDLE_REQUEST_INPUT), E(GPIOHANDLE_REQUEST_OUTPUT), E(GPIOHANDLE_REQUEST_ACTIVE_LOW),
	E(GPIOHANDLE_REQUEST_OPEN_DRAIN), E(GPIOHANDLE_REQUEST_OPEN_SOURCE),
	E(GPIOHANDLE_REQUEST_BIAS_PULL_UP), E(GPIOHANDLE_REQUEST_BIAS_PULL_DOWN),
	E(GPIOHANDLE_REQUEST_BIAS_DISABLE))
static EXCHANGED(handle_request, struct gpiohandle_request,
	FIELD(struct gpiohandle_request, lines, &lupe_type_uint),
	FIELD(struct gpiohandle_request, lineoffsets, COUNTED(&lupe_type_uint, GPIOHANDLES_MAX),
	      .count = BY_MEMBER(0)),
	FIELD(struct gpiohandle_request, flags, &handle_flags),
	FIELD(struct gpiohandle_request, default_values, COUNTED(&lupe_type_u8, GPIOHANDLES_MAX),
	      .count = BY_MEMBER(0)),
	FIELD(struct gpiohandle_request, consumer_label, &line_name),
	FIELD(struct gpiohandle_request, fd, &lupe_type_fd, ANSWER))
static STRUCT(handle_settings, struct gpiohandle_config,
	FIELD(struct gpiohandle_config, flags, &handle_flags),
	FIELD(struct gpiohandle_config, default_values, ARRAY_OF(&lupe_type_u8, GPIOHANDLES_MAX)))
static STRUCT(handle_values, struct gpiohandle_data,
	FIELD(struct gpiohandle_data, values, ARRAY_OF(&lupe_type_u8, GPIOHANDLES_MAX)))
static FLAGS(line_events, 4, "GPIOEVENT_REQUEST_???", NULL,
	E(GPIOEVENT_REQUEST_BOTH_EDGES), E(GPIOEVENT_REQUEST_RISING_EDGE),
	E(GPIOEVENT_REQUEST_FALLING_EDGE))
static EXCHANGED(event_request, struct gpioevent_request,
	FIELD(struct gpioevent_request, lineoffset, &lupe_type_uint),
	FIELD(struct gpioevent_request, handleflags, &handle_flags),
	FIELD(struct gpioevent_request, eventflags, &line_events),
	FIELD(struct gpioevent_request, consumer_label, &line_name),
	FIELD(struct gpioevent_request, fd, &lupe_type_fd, ANSWER))

/* --- the second --- */

static FLAGS(line2_flags, 8, "GPIO_V2_LINE_FLAG_???", NULL,
	E(GPIO_V2_LINE_FLAG_USED), E(GPIO_V2_LINE_FLAG_ACTIVE_LOW), E(GPIO_V2_LINE_FLAG_INPUT),
	E(GPIO_V2_LINE_FLAG_OUTPUT), E(GPIO_V2_LINE_FLAG_EDGE_RISING),
	E(GPIO_V2_LINE_FLAG_EDGE_FALLING), E(GPIO_V2_LINE_FLAG_OPEN_DRAIN),
	E(GPIO_V2_LINE_FLAG_OPEN_SOURCE), E(GPIO_V2_LINE_FLAG_BIAS_PULL_UP),
	E(GPIO_V2_LINE_FLAG_BIAS_PULL_DOWN), E(GPIO_V2_LINE_FLAG_BIAS_DISABLED),
	E(GPIO_V2_LINE_FLAG_EVENT_CLOCK_REALTIME), E(GPIO_V2_LINE_FLAG_EVENT_CLOCK_HTE))
static STRUCT(line_attribute, struct gpio_v2_line_attribute,
	FIELD(struct gpio_v2_line_attribute, id, &lupe_type_uint),
	FIELD(struct gpio_v2_line_attribute, padding, &lupe_type_u32_hex, SPARE),
	FIELD_AS("data", struct gpio_v2_line_attribute, values, &lupe_type_ulong_hex))
static STRUCT(settings_attribute, struct gpio_v2_line_config_attribute,
	FIELD(struct gpio_v2_line_config_attribute, attr, &line_attribute),
	FIELD(struct gpio_v2_line_config_attribute, mask, &lupe_type_ulong_hex))

static bool has_attributes(const struct lupe_value *of)
{
	const struct lupe_value *number = lupe_value_member(of, "num_attrs");

	return number && number->u;
}

static EXCHANGED(line2, struct gpio_v2_line_info,
	FIELD(struct gpio_v2_line_info, offset, &lupe_type_uint),
	FIELD(struct gpio_v2_line_info, name, &line_name, ANSWER),
	FIELD(struct gpio_v2_line_info, consumer, &line_name, ANSWER),
	FIELD(struct gpio_v2_line_info, flags, &line2_flags, ANSWER),
	FIELD(struct gpio_v2_line_info, num_attrs, &lupe_type_uint, ANSWER),
	FIELD(struct gpio_v2_line_info, attrs, COUNTED(&line_attribute, GPIO_V2_LINE_NUM_ATTRS_MAX),
	      ANSWER, .count = BY_MEMBER(4), .present = has_attributes),
	FIELD(struct gpio_v2_line_info, padding, ARRAY_OF(&lupe_type_u32_hex, 4), ANSWER, SPARE))
static STRUCT(line2_settings, struct gpio_v2_line_config,
	FIELD(struct gpio_v2_line_config, flags, &line2_flags),
	FIELD(struct gpio_v2_line_config, num_attrs, &lupe_type_uint),
	FIELD(struct gpio_v2_line_config, padding, ARRAY_OF(&lupe_type_u32_hex, 5), SPARE),
	FIELD(struct gpio_v2_line_config, attrs,
	      COUNTED(&settings_attribute, GPIO_V2_LINE_NUM_ATTRS_MAX),
	      .count = BY_MEMBER(1), .present = has_attributes))
static EXCHANGED(line2_request, struct gpio_v2_line_request,
	FIELD(struct gpio_v2_line_request, num_lines, &lupe_type_uint),
	FIELD(struct gpio_v2_line_request, offsets, COUNTED(&lupe_type_uint, GPIO_V2_LINES_MAX),
	      .count = BY_MEMBER(0)),
	FIELD(struct gpio_v2_line_request, consumer, &line_name),
	FIELD(struct gpio_v2_line_request, config, &line2_settings),
	FIELD(struct gpio_v2_line_request, event_buffer_size, &lupe_type_uint, SPARE),
	FIELD(struct gpio_v2_line_request, padding, ARRAY_OF(&lupe_type_u32_hex, 5), SPARE),
	FIELD(struct gpio_v2_line_request, fd, &lupe_type_fd, ANSWER))
static EXCHANGED(line2_values, struct gpio_v2_line_values,
	FIELD(struct gpio_v2_line_values, bits, &lupe_type_ulong_hex, ANSWER),
	FIELD(struct gpio_v2_line_values, mask, &lupe_type_ulong_hex))
static STRUCT(line2_values_set, struct gpio_v2_line_values,
	FIELD(struct gpio_v2_line_values, bits, &lupe_type_ulong_hex),
	FIELD(struct gpio_v2_line_values, mask, &lupe_type_ulong_hex))

COMMANDS(lupe_ioctl_gpio,
	READS(GPIO_GET_CHIPINFO_IOCTL, &chip), WRITES_READS(GPIO_GET_LINEINFO_IOCTL, &line),
	WRITES_READS(GPIO_GET_LINEINFO_WATCH_IOCTL, &line),
	WRITES(GPIO_GET_LINEINFO_UNWATCH_IOCTL, &unwatched),
	WRITES_READS(GPIO_GET_LINEHANDLE_IOCTL, &handle_request),
	WRITES(GPIOHANDLE_SET_CONFIG_IOCTL, &handle_settings),
	READS(GPIOHANDLE_GET_LINE_VALUES_IOCTL, &handle_values),
	WRITES(GPIOHANDLE_SET_LINE_VALUES_IOCTL, &handle_values),
	WRITES_READS(GPIO_GET_LINEEVENT_IOCTL, &event_request),
	WRITES_READS(GPIO_V2_GET_LINEINFO_IOCTL, &line2),
	WRITES_READS(GPIO_V2_GET_LINEINFO_WATCH_IOCTL, &line2),
	WRITES_READS(GPIO_V2_GET_LINE_IOCTL, &line2_request),
	WRITES(GPIO_V2_LINE_SET_CONFIG_IOCTL, &line2_settings),
	WRITES_READS(GPIO_V2_LINE_GET_VALUES_IOCTL, &line2_values),
	WRITES(GPIO_V2_LINE_SET_VALUES_IOCTL, &line2_values_set))
/* clang-format on */
