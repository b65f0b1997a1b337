/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ioctl of input devices.
 */
#include <linux/input.h>
#include "syscall/table/ioctl.h"

/* clang-format off */
ENUM(lupe_type_input_event, 1, "EV_???",
	E_AS("0", 0), E(EV_KEY), E(EV_REL), E(EV_ABS), E(EV_MSC), E(EV_SW), E(EV_LED), E(EV_SND),
	E(EV_REP), E(EV_FF), E(EV_PWR))
ENUM(lupe_type_input_axis, 1, "ABS_???",
	E(ABS_X), E(ABS_Y), E(ABS_Z), E(ABS_RX), E(ABS_RY), E(ABS_RZ), E(ABS_THROTTLE),
	E(ABS_RUDDER), E(ABS_WHEEL), E(ABS_GAS), E(ABS_BRAKE), E(ABS_HAT0X), E(ABS_HAT0Y),
	E(ABS_HAT1X), E(ABS_HAT1Y), E(ABS_HAT2X), E(ABS_HAT2Y), E(ABS_HAT3X), E(ABS_HAT3Y),
	E(ABS_PRESSURE), E(ABS_DISTANCE), E(ABS_TILT_X), E(ABS_TILT_Y), E(ABS_TOOL_WIDTH),
	E(ABS_VOLUME), E_AS("ABS_PROFILE", 0x21), E(ABS_MISC), E(ABS_RESERVED), E(ABS_MT_SLOT),
	E(ABS_MT_TOUCH_MAJOR), E(ABS_MT_TOUCH_MINOR), E(ABS_MT_WIDTH_MAJOR), E(ABS_MT_WIDTH_MINOR),
	E(ABS_MT_ORIENTATION), E(ABS_MT_POSITION_X), E(ABS_MT_POSITION_Y), E(ABS_MT_TOOL_TYPE),
	E(ABS_MT_BLOB_ID), E(ABS_MT_TRACKING_ID), E(ABS_MT_PRESSURE), E(ABS_MT_DISTANCE),
	E(ABS_MT_TOOL_X), E(ABS_MT_TOOL_Y))
/* clang-format on */
