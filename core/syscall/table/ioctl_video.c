/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ioctls of video devices (V4L2): what they can do, formats, buffers, controls. What a command asks about is
 * there before it, what it answers only when it has succeeded.
 */
#include <linux/videodev2.h>
#include "syscall/notation.h"
#include "syscall/table/ioctl.h"
#include "syscall/types.h"

static void print_fourcc(struct lupe_printer *printer, const struct lupe_value *value);
static void print_fraction(struct lupe_printer *printer, const struct lupe_value *value);
static void print_version(struct lupe_printer *printer, const struct lupe_value *value);
static void print_buffer_flags(struct lupe_printer *printer, const struct lupe_value *value);

/* clang-format off */

/* --- words that many commands share --- */

#define BUFFER(name) E(V4L2_BUF_TYPE_##name)
static ENUM(buffer_types, 4, "V4L2_BUF_TYPE_???",
	BUFFER(VIDEO_CAPTURE), BUFFER(VIDEO_OUTPUT), BUFFER(VIDEO_OVERLAY), BUFFER(VBI_CAPTURE),
	BUFFER(VBI_OUTPUT), BUFFER(SLICED_VBI_CAPTURE), BUFFER(SLICED_VBI_OUTPUT),
	BUFFER(VIDEO_OUTPUT_OVERLAY), BUFFER(VIDEO_CAPTURE_MPLANE), BUFFER(VIDEO_OUTPUT_MPLANE),
	BUFFER(SDR_CAPTURE), BUFFER(SDR_OUTPUT), BUFFER(META_CAPTURE), BUFFER(META_OUTPUT))
static ENUM(memories, 4, "V4L2_MEMORY_???",
	E(V4L2_MEMORY_MMAP), E(V4L2_MEMORY_USERPTR), E(V4L2_MEMORY_OVERLAY), E(V4L2_MEMORY_DMABUF))
static ENUM(fields, 4, "V4L2_FIELD_???",
	E(V4L2_FIELD_ANY), E(V4L2_FIELD_NONE), E(V4L2_FIELD_TOP), E(V4L2_FIELD_BOTTOM),
	E(V4L2_FIELD_INTERLACED), E(V4L2_FIELD_SEQ_TB), E(V4L2_FIELD_SEQ_BT), E(V4L2_FIELD_ALTERNATE),
	E(V4L2_FIELD_INTERLACED_TB), E(V4L2_FIELD_INTERLACED_BT))
#define COLOURS(name) E(V4L2_COLORSPACE_##name)
static ENUM(colour_spaces, 4, "V4L2_COLORSPACE_???",
	COLOURS(DEFAULT), COLOURS(SMPTE170M), COLOURS(SMPTE240M), COLOURS(REC709), COLOURS(BT878),
	COLOURS(470_SYSTEM_M), COLOURS(470_SYSTEM_BG), COLOURS(JPEG), COLOURS(SRGB), COLOURS(OPRGB),
	COLOURS(BT2020), COLOURS(RAW), COLOURS(DCI_P3))
static const struct lupe_type fourcc = NUMBER_PRINTED_BY(4, print_fourcc);
static const struct lupe_type_ops fraction_ops = {.print = print_fraction};
static STRUCT_PRINTED_BY(fraction, struct v4l2_fract, &fraction_ops,
	FIELD(struct v4l2_fract, numerator, &lupe_type_uint),
	FIELD(struct v4l2_fract, denominator, &lupe_type_uint))
static STRUCT(rectangle, struct v4l2_rect,
	FIELD(struct v4l2_rect, left, &lupe_type_int), FIELD(struct v4l2_rect, top, &lupe_type_int),
	FIELD(struct v4l2_rect, width, &lupe_type_uint), FIELD(struct v4l2_rect, height, &lupe_type_uint))

/* A member of a union, by the name that tells which it is: "fmt.pix". */
#define PART(text, ctype, path, type_, chosen, ...) \
	{.name = (text), .type = (type_), .offset = offsetof(ctype, path), .present = (chosen), ##__VA_ARGS__}
static bool is_one_of(const struct lupe_value *parent, unsigned a, unsigned b)
{
	const struct lupe_value *type = lupe_value_member(parent, "type");

	return type && (type->u == a || type->u == b);
}
#define CHOSEN(function, a, b) \
	static bool function(const struct lupe_value *parent) \
	{ \
		return is_one_of(parent, V4L2_BUF_TYPE_##a, V4L2_BUF_TYPE_##b); \
	}
CHOSEN(is_picture, VIDEO_CAPTURE, VIDEO_OUTPUT)
CHOSEN(is_blanking, VBI_CAPTURE, VBI_OUTPUT)

/* --- capabilities, inputs, standards --- */

#define CAN(name) E(V4L2_CAP_##name)
static FLAGS(capability_flags, 4, "V4L2_CAP_???", NULL,
	CAN(VIDEO_CAPTURE), CAN(VIDEO_OUTPUT), CAN(VIDEO_OVERLAY), CAN(VBI_CAPTURE), CAN(VBI_OUTPUT),
	CAN(SLICED_VBI_CAPTURE), CAN(SLICED_VBI_OUTPUT), CAN(RDS_CAPTURE), CAN(VIDEO_OUTPUT_OVERLAY),
	CAN(HW_FREQ_SEEK), CAN(RDS_OUTPUT), CAN(VIDEO_CAPTURE_MPLANE), CAN(VIDEO_OUTPUT_MPLANE),
	CAN(VIDEO_M2M_MPLANE), CAN(VIDEO_M2M), CAN(TUNER), CAN(AUDIO), CAN(RADIO), CAN(MODULATOR),
	CAN(SDR_CAPTURE), CAN(EXT_PIX_FORMAT), CAN(SDR_OUTPUT), CAN(META_CAPTURE), CAN(READWRITE),
	E_AS("V4L2_CAP_ASYNCIO", 0x02000000), CAN(STREAMING), CAN(META_OUTPUT), CAN(TOUCH), CAN(IO_MC),
	CAN(DEVICE_CAPS))
static const struct lupe_type name16 = CSTRING(16), name24 = CSTRING(24), name32 = CSTRING(32);
static const struct lupe_type kernel_version = NUMBER_PRINTED_BY(4, print_version);
static bool tells_device(const struct lupe_value *parent)
{
	const struct lupe_value *all = lupe_value_member(parent, "capabilities");

	return all && all->u & V4L2_CAP_DEVICE_CAPS;
}
static STRUCT(device, struct v4l2_capability,
	FIELD(struct v4l2_capability, driver, &name16), FIELD(struct v4l2_capability, card, &name32),
	FIELD(struct v4l2_capability, bus_info, &name32),
	FIELD(struct v4l2_capability, version, &kernel_version),
	FIELD(struct v4l2_capability, capabilities, &capability_flags),
	PART("device_caps", struct v4l2_capability, device_caps, &capability_flags, tells_device))
static ENUM(input_types, 4, "V4L2_INPUT_TYPE_???",
	E(V4L2_INPUT_TYPE_TUNER), E(V4L2_INPUT_TYPE_CAMERA), E(V4L2_INPUT_TYPE_TOUCH))
static STRUCT(input, struct v4l2_input,
	FIELD(struct v4l2_input, index, &lupe_type_uint), FIELD(struct v4l2_input, name, &name32, ANSWER),
	FIELD(struct v4l2_input, type, &input_types, ANSWER))
ASKED(asked_input, &input)
static STRUCT(standard, struct v4l2_standard,
	FIELD(struct v4l2_standard, index, &lupe_type_uint),
	FIELD(struct v4l2_standard, name, &name24, ANSWER),
	FIELD(struct v4l2_standard, frameperiod, &fraction, ANSWER),
	FIELD(struct v4l2_standard, framelines, &lupe_type_uint, ANSWER))
ASKED(asked_standard, &standard)
static STRUCT(frame_buffer, struct v4l2_framebuffer,
	FIELD(struct v4l2_framebuffer, capability, &lupe_type_u32_hex),
	FIELD(struct v4l2_framebuffer, flags, &lupe_type_u32_hex),
	FIELD(struct v4l2_framebuffer, base, &lupe_type_address))

/* --- formats --- */

#define FORMAT(name) E(V4L2_FMT_FLAG_##name)
static FLAGS(format_flags, 4, "V4L2_FMT_FLAG_???", NULL,
	FORMAT(COMPRESSED), FORMAT(EMULATED), FORMAT(CONTINUOUS_BYTESTREAM), FORMAT(DYN_RESOLUTION),
	FORMAT(ENC_CAP_FRAME_INTERVAL), FORMAT(CSC_COLORSPACE), FORMAT(CSC_XFER_FUNC),
	FORMAT(CSC_YCBCR_ENC), FORMAT(CSC_QUANTIZATION))
static STRUCT(format_told, struct v4l2_fmtdesc,
	FIELD(struct v4l2_fmtdesc, index, &lupe_type_uint), FIELD(struct v4l2_fmtdesc, type, &buffer_types),
	FIELD(struct v4l2_fmtdesc, flags, &format_flags, ANSWER),
	FIELD(struct v4l2_fmtdesc, description, &name32, ANSWER),
	FIELD(struct v4l2_fmtdesc, pixelformat, &fourcc, ANSWER))
ASKED(asked_format_told, &format_told)

static STRUCT(picture, struct v4l2_pix_format,
	FIELD(struct v4l2_pix_format, width, &lupe_type_uint),
	FIELD(struct v4l2_pix_format, height, &lupe_type_uint),
	FIELD(struct v4l2_pix_format, pixelformat, &fourcc), FIELD(struct v4l2_pix_format, field, &fields),
	FIELD(struct v4l2_pix_format, bytesperline, &lupe_type_uint),
	FIELD(struct v4l2_pix_format, sizeimage, &lupe_type_uint),
	FIELD(struct v4l2_pix_format, colorspace, &colour_spaces))
static FLAGS(blanking_flags, 4, "V4L2_VBI_???", NULL, E(V4L2_VBI_UNSYNC), E(V4L2_VBI_INTERLACED))
static const struct lupe_type two_ints = {.kind = LUPE_KIND_ARRAY, .target = &lupe_type_int, .count = 2};
static const struct lupe_type two_counts = {.kind = LUPE_KIND_ARRAY, .target = &lupe_type_uint, .count = 2};
static STRUCT(blanking, struct v4l2_vbi_format,
	FIELD(struct v4l2_vbi_format, sampling_rate, &lupe_type_uint),
	FIELD(struct v4l2_vbi_format, offset, &lupe_type_uint),
	FIELD(struct v4l2_vbi_format, samples_per_line, &lupe_type_uint),
	FIELD(struct v4l2_vbi_format, sample_format, &fourcc),
	FIELD(struct v4l2_vbi_format, start, &two_ints), FIELD(struct v4l2_vbi_format, count, &two_counts),
	FIELD(struct v4l2_vbi_format, flags, &blanking_flags))
#define FORMAT_PARTS(...) \
	FIELD(struct v4l2_format, type, &buffer_types), \
	PART("fmt.pix", struct v4l2_format, fmt.pix, &picture, is_picture, ##__VA_ARGS__), \
	PART("fmt.vbi", struct v4l2_format, fmt.vbi, &blanking, is_blanking, ##__VA_ARGS__)
static STRUCT(format, struct v4l2_format, FORMAT_PARTS())
static STRUCT(format_answer, struct v4l2_format, FORMAT_PARTS(ANSWER))
ASKED(asked_format, &format_answer)
static EXCHANGED(format_set, struct v4l2_format, FORMAT_PARTS(ANSWER_TOO))

static FLAGS(frame_capabilities, 4, "V4L2_CAP_???", NULL, E(V4L2_CAP_TIMEPERFRAME))
static FLAGS(frame_modes, 4, "V4L2_MODE_???", NULL, E(V4L2_MODE_HIGHQUALITY))
static STRUCT(capturing, struct v4l2_captureparm,
	FIELD(struct v4l2_captureparm, capability, &frame_capabilities),
	FIELD(struct v4l2_captureparm, capturemode, &frame_modes),
	FIELD(struct v4l2_captureparm, timeperframe, &fraction),
	FIELD(struct v4l2_captureparm, extendedmode, &lupe_type_u32_hex),
	FIELD(struct v4l2_captureparm, readbuffers, &lupe_type_uint))
static STRUCT(putting_out, struct v4l2_outputparm,
	FIELD(struct v4l2_outputparm, capability, &frame_capabilities),
	FIELD(struct v4l2_outputparm, outputmode, &frame_modes),
	FIELD(struct v4l2_outputparm, timeperframe, &fraction),
	FIELD(struct v4l2_outputparm, extendedmode, &lupe_type_u32_hex),
	FIELD(struct v4l2_outputparm, writebuffers, &lupe_type_uint))
CHOSEN(is_capture, VIDEO_CAPTURE, VIDEO_CAPTURE)
CHOSEN(is_output, VIDEO_OUTPUT, VIDEO_OUTPUT)
#define STREAM_PARTS(...) \
	FIELD(struct v4l2_streamparm, type, &buffer_types), \
	PART("parm.capture", struct v4l2_streamparm, parm.capture, &capturing, is_capture, ##__VA_ARGS__), \
	PART("parm.output", struct v4l2_streamparm, parm.output, &putting_out, is_output, ##__VA_ARGS__)
static STRUCT(stream_answer, struct v4l2_streamparm, STREAM_PARTS(ANSWER))
ASKED(asked_stream, &stream_answer)
static EXCHANGED(stream_set, struct v4l2_streamparm, STREAM_PARTS(ANSWER_TOO))

static ENUM(size_kinds, 4, "V4L2_FRMSIZE_TYPE_???",
	E(V4L2_FRMSIZE_TYPE_DISCRETE), E(V4L2_FRMSIZE_TYPE_CONTINUOUS), E(V4L2_FRMSIZE_TYPE_STEPWISE))
static STRUCT(one_size, struct v4l2_frmsize_discrete,
	FIELD(struct v4l2_frmsize_discrete, width, &lupe_type_uint),
	FIELD(struct v4l2_frmsize_discrete, height, &lupe_type_uint))
#define STEP(field) FIELD(struct v4l2_frmsize_stepwise, field, &lupe_type_uint)
static STRUCT(size_steps, struct v4l2_frmsize_stepwise,
	STEP(min_width), STEP(max_width), STEP(step_width), STEP(min_height), STEP(max_height), STEP(step_height))
static bool is_discrete(const struct lupe_value *parent)
{
	return is_one_of(parent, V4L2_FRMSIZE_TYPE_DISCRETE, V4L2_FRMSIZE_TYPE_DISCRETE);
}
static bool is_stepwise(const struct lupe_value *parent)
{
	return is_one_of(parent, V4L2_FRMSIZE_TYPE_STEPWISE, V4L2_FRMSIZE_TYPE_STEPWISE);
}
static STRUCT(frame_size, struct v4l2_frmsizeenum,
	FIELD(struct v4l2_frmsizeenum, index, &lupe_type_uint),
	FIELD(struct v4l2_frmsizeenum, pixel_format, &fourcc),
	FIELD(struct v4l2_frmsizeenum, type, &size_kinds, ANSWER),
	PART("discrete", struct v4l2_frmsizeenum, discrete, &one_size, is_discrete, ANSWER),
	PART("stepwise", struct v4l2_frmsizeenum, stepwise, &size_steps, is_stepwise, ANSWER))
ASKED(asked_frame_size, &frame_size)
static ENUM(interval_kinds, 4, "V4L2_FRMIVAL_TYPE_???",
	E(V4L2_FRMIVAL_TYPE_DISCRETE), E(V4L2_FRMIVAL_TYPE_CONTINUOUS), E(V4L2_FRMIVAL_TYPE_STEPWISE))
static STRUCT(interval_steps, struct v4l2_frmival_stepwise,
	FIELD(struct v4l2_frmival_stepwise, min, &fraction), FIELD(struct v4l2_frmival_stepwise, max, &fraction),
	FIELD(struct v4l2_frmival_stepwise, step, &fraction))
static bool has_steps(const struct lupe_value *parent)
{
	return is_one_of(parent, V4L2_FRMIVAL_TYPE_CONTINUOUS, V4L2_FRMIVAL_TYPE_STEPWISE);
}
static STRUCT(frame_interval, struct v4l2_frmivalenum,
	FIELD(struct v4l2_frmivalenum, index, &lupe_type_uint),
	FIELD(struct v4l2_frmivalenum, pixel_format, &fourcc),
	FIELD(struct v4l2_frmivalenum, width, &lupe_type_uint),
	FIELD(struct v4l2_frmivalenum, height, &lupe_type_uint),
	FIELD(struct v4l2_frmivalenum, type, &interval_kinds, ANSWER),
	PART("discrete", struct v4l2_frmivalenum, discrete, &fraction, is_discrete, ANSWER),
	PART("stepwise", struct v4l2_frmivalenum, stepwise, &interval_steps, has_steps, ANSWER))
ASKED(asked_frame_interval, &frame_interval)
static STRUCT(crop_limits, struct v4l2_cropcap,
	FIELD(struct v4l2_cropcap, type, &buffer_types), FIELD(struct v4l2_cropcap, bounds, &rectangle, ANSWER),
	FIELD(struct v4l2_cropcap, defrect, &rectangle, ANSWER),
	FIELD(struct v4l2_cropcap, pixelaspect, &fraction, ANSWER))
ASKED(asked_crop_limits, &crop_limits)
static STRUCT(crop, struct v4l2_crop,
	FIELD(struct v4l2_crop, type, &buffer_types), FIELD(struct v4l2_crop, c, &rectangle))
static STRUCT(crop_answer, struct v4l2_crop,
	FIELD(struct v4l2_crop, type, &buffer_types), FIELD(struct v4l2_crop, c, &rectangle, ANSWER))
ASKED(asked_crop, &crop_answer)

/* --- buffers --- */

static const struct lupe_type buffer_flags = NUMBER_PRINTED_BY(4, print_buffer_flags);
static bool has_memory(const struct lupe_value *parent, unsigned memory)
{
	const struct lupe_value *said = lupe_value_member(parent, "memory");

	return said && said->u == memory;
}
static bool is_mapped(const struct lupe_value *parent) { return has_memory(parent, V4L2_MEMORY_MMAP); }
static bool is_own(const struct lupe_value *parent) { return has_memory(parent, V4L2_MEMORY_USERPTR); }
static bool is_shared(const struct lupe_value *parent) { return has_memory(parent, V4L2_MEMORY_DMABUF); }
#define BUFFER_ANSWERS(...) \
	FIELD(struct v4l2_buffer, memory, &memories, ANSWER), \
	PART("m.offset", struct v4l2_buffer, m.offset, &lupe_type_u32_hex, is_mapped, ANSWER), \
	PART("m.userptr", struct v4l2_buffer, m.userptr, &lupe_type_address, is_own, ANSWER), \
	PART("m.fd", struct v4l2_buffer, m.fd, &lupe_type_fd, is_shared, ANSWER), \
	FIELD(struct v4l2_buffer, length, &lupe_type_uint, ANSWER), \
	FIELD(struct v4l2_buffer, bytesused, &lupe_type_uint, ANSWER), \
	FIELD(struct v4l2_buffer, flags, &buffer_flags, ANSWER)
static STRUCT(buffer, struct v4l2_buffer,
	FIELD(struct v4l2_buffer, type, &buffer_types), FIELD(struct v4l2_buffer, index, &lupe_type_uint),
	BUFFER_ANSWERS(), FIELD(struct v4l2_buffer, field, &fields, .flow = LUPE_FLOW_OUT,
				.flags = LUPE_MEMBER_VERBOSE))
ASKED(asked_buffer, &buffer)
static STRUCT(buffer_taken, struct v4l2_buffer,
	FIELD(struct v4l2_buffer, type, &buffer_types), FIELD(struct v4l2_buffer, index, &lupe_type_uint, ANSWER),
	BUFFER_ANSWERS(), FIELD(struct v4l2_buffer, timestamp, &lupe_type_timeval, ANSWER),
	FIELD(struct v4l2_buffer, field, &fields, .flow = LUPE_FLOW_OUT, .flags = LUPE_MEMBER_VERBOSE))
ASKED(asked_buffer_taken, &buffer_taken)
static STRUCT(buffers_wanted, struct v4l2_requestbuffers,
	FIELD(struct v4l2_requestbuffers, type, &buffer_types),
	FIELD(struct v4l2_requestbuffers, memory, &memories),
	FIELD(struct v4l2_requestbuffers, count, &lupe_type_uint))
static STRUCT(buffers_made, struct v4l2_create_buffers,
	FIELD(struct v4l2_create_buffers, count, &lupe_type_uint),
	FIELD(struct v4l2_create_buffers, memory, &memories),
	FIELD(struct v4l2_create_buffers, format, &format))

/* --- controls, tuners --- */

#define CONTROL(name) E(V4L2_CID_##name)
static ENUM(control_ids, 4, "V4L2_CID_???",
	CONTROL(BRIGHTNESS), CONTROL(CONTRAST), CONTROL(SATURATION), CONTROL(HUE), CONTROL(AUDIO_VOLUME),
	CONTROL(AUDIO_BALANCE), CONTROL(AUDIO_BASS), CONTROL(AUDIO_TREBLE), CONTROL(AUDIO_MUTE),
	CONTROL(AUDIO_LOUDNESS), CONTROL(BLACK_LEVEL), CONTROL(AUTO_WHITE_BALANCE),
	CONTROL(DO_WHITE_BALANCE), CONTROL(RED_BALANCE), CONTROL(BLUE_BALANCE), CONTROL(GAMMA),
	CONTROL(EXPOSURE), CONTROL(AUTOGAIN), CONTROL(GAIN), CONTROL(HFLIP), CONTROL(VFLIP),
	CONTROL(POWER_LINE_FREQUENCY), CONTROL(HUE_AUTO), CONTROL(WHITE_BALANCE_TEMPERATURE),
	CONTROL(SHARPNESS), CONTROL(BACKLIGHT_COMPENSATION), CONTROL(CHROMA_AGC), CONTROL(COLOR_KILLER),
	CONTROL(COLORFX), CONTROL(AUTOBRIGHTNESS), CONTROL(BAND_STOP_FILTER), CONTROL(ROTATE),
	CONTROL(BG_COLOR), CONTROL(CHROMA_GAIN), CONTROL(ILLUMINATORS_1), CONTROL(ILLUMINATORS_2),
	CONTROL(MIN_BUFFERS_FOR_CAPTURE), CONTROL(MIN_BUFFERS_FOR_OUTPUT), CONTROL(ALPHA_COMPONENT),
	CONTROL(COLORFX_CBCR), CONTROL(EXPOSURE_AUTO), CONTROL(EXPOSURE_ABSOLUTE),
	CONTROL(EXPOSURE_AUTO_PRIORITY), CONTROL(PAN_RELATIVE), CONTROL(TILT_RELATIVE), CONTROL(PAN_RESET),
	CONTROL(TILT_RESET), CONTROL(PAN_ABSOLUTE), CONTROL(TILT_ABSOLUTE), CONTROL(FOCUS_ABSOLUTE),
	CONTROL(FOCUS_RELATIVE), CONTROL(FOCUS_AUTO), CONTROL(ZOOM_ABSOLUTE), CONTROL(ZOOM_RELATIVE),
	CONTROL(ZOOM_CONTINUOUS), CONTROL(PRIVACY))
static STRUCT(control_answer, struct v4l2_control,
	FIELD(struct v4l2_control, id, &control_ids), FIELD(struct v4l2_control, value, &lupe_type_int, ANSWER))
ASKED(asked_control, &control_answer)
static STRUCT(control, struct v4l2_control,
	FIELD(struct v4l2_control, id, &control_ids), FIELD(struct v4l2_control, value, &lupe_type_int))
#define CONTROL_TYPE(name) E(V4L2_CTRL_TYPE_##name)
static ENUM(control_types, 4, "V4L2_CTRL_TYPE_???",
	CONTROL_TYPE(INTEGER), CONTROL_TYPE(BOOLEAN), CONTROL_TYPE(MENU), CONTROL_TYPE(BUTTON),
	CONTROL_TYPE(INTEGER64), CONTROL_TYPE(CTRL_CLASS), CONTROL_TYPE(STRING), CONTROL_TYPE(BITMASK),
	CONTROL_TYPE(INTEGER_MENU))
#define CONTROL_FLAG(name) E(V4L2_CTRL_FLAG_##name)
static FLAGS(control_flags, 4, "V4L2_CTRL_FLAG_???", NULL,
	CONTROL_FLAG(DISABLED), CONTROL_FLAG(GRABBED), CONTROL_FLAG(READ_ONLY), CONTROL_FLAG(UPDATE),
	CONTROL_FLAG(INACTIVE), CONTROL_FLAG(SLIDER), CONTROL_FLAG(WRITE_ONLY), CONTROL_FLAG(VOLATILE),
	CONTROL_FLAG(HAS_PAYLOAD), CONTROL_FLAG(EXECUTE_ON_WRITE), CONTROL_FLAG(MODIFY_LAYOUT),
	CONTROL_FLAG(NEXT_CTRL), CONTROL_FLAG(NEXT_COMPOUND))
#define DETAIL .flow = LUPE_FLOW_OUT, .flags = LUPE_MEMBER_VERBOSE
static STRUCT(control_told, struct v4l2_queryctrl,
	FIELD(struct v4l2_queryctrl, id, &control_ids), FIELD(struct v4l2_queryctrl, type, &control_types, ANSWER),
	FIELD(struct v4l2_queryctrl, name, &name32, ANSWER),
	FIELD(struct v4l2_queryctrl, minimum, &lupe_type_int, DETAIL),
	FIELD(struct v4l2_queryctrl, maximum, &lupe_type_int, DETAIL),
	FIELD(struct v4l2_queryctrl, step, &lupe_type_int, DETAIL),
	FIELD(struct v4l2_queryctrl, default_value, &lupe_type_int, DETAIL),
	FIELD(struct v4l2_queryctrl, flags, &control_flags, DETAIL))
ASKED(asked_control_told, &control_told)

static ENUM(tuner_types, 4, "V4L2_TUNER_???",
	E(V4L2_TUNER_RADIO), E(V4L2_TUNER_ANALOG_TV), E(V4L2_TUNER_DIGITAL_TV), E(V4L2_TUNER_SDR),
	E(V4L2_TUNER_RF))
#define TUNER(name) E(V4L2_TUNER_CAP_##name)
static FLAGS(tuner_capabilities, 4, "V4L2_TUNER_CAP_???", NULL,
	TUNER(LOW), TUNER(NORM), TUNER(HWSEEK_BOUNDED), TUNER(HWSEEK_WRAP), TUNER(STEREO), TUNER(LANG2),
	TUNER(LANG1), TUNER(RDS), TUNER(RDS_BLOCK_IO), TUNER(RDS_CONTROLS), TUNER(FREQ_BANDS),
	TUNER(HWSEEK_PROG_LIM), TUNER(1HZ))
static FLAGS(tuner_channels, 4, "V4L2_TUNER_SUB_???", NULL,
	E(V4L2_TUNER_SUB_MONO), E(V4L2_TUNER_SUB_STEREO), E(V4L2_TUNER_SUB_LANG2), E(V4L2_TUNER_SUB_LANG1),
	E(V4L2_TUNER_SUB_RDS))
static ENUM(tuner_modes, 4, "V4L2_TUNER_MODE_???",
	E(V4L2_TUNER_MODE_MONO), E(V4L2_TUNER_MODE_STEREO), E(V4L2_TUNER_MODE_LANG2),
	E(V4L2_TUNER_MODE_LANG1), E(V4L2_TUNER_MODE_LANG1_LANG2))
#define TUNER_PARTS(flow_) \
	FIELD(struct v4l2_tuner, index, &lupe_type_uint), FIELD(struct v4l2_tuner, name, &name32, flow_), \
	FIELD(struct v4l2_tuner, type, &tuner_types, flow_), \
	FIELD(struct v4l2_tuner, capability, &tuner_capabilities, flow_), \
	FIELD(struct v4l2_tuner, rangelow, &lupe_type_uint, flow_), \
	FIELD(struct v4l2_tuner, rangehigh, &lupe_type_uint, flow_), \
	FIELD(struct v4l2_tuner, rxsubchans, &tuner_channels, flow_), \
	FIELD(struct v4l2_tuner, audmode, &tuner_modes, flow_), \
	FIELD(struct v4l2_tuner, signal, &lupe_type_int, flow_), FIELD(struct v4l2_tuner, afc, &lupe_type_int, flow_)
static STRUCT(tuner, struct v4l2_tuner, TUNER_PARTS(ANSWER))
ASKED(asked_tuner, &tuner)
static EXCHANGED(tuner_set, struct v4l2_tuner, TUNER_PARTS(ANSWER_TOO))

COMMANDS(lupe_ioctl_video,
	READS(VIDIOC_QUERYCAP, &device), READS_LATE(VIDIOC_ENUM_FMT, &asked_format_told),
	READS_LATE(VIDIOC_G_FMT, &asked_format), WRITES_READS(VIDIOC_S_FMT, &format_set),
	WRITES_READS(VIDIOC_TRY_FMT, &format_set), WRITES(VIDIOC_REQBUFS, &buffers_wanted),
	READS_LATE(VIDIOC_QUERYBUF, &asked_buffer), READS_LATE(VIDIOC_QBUF, &asked_buffer),
	READS_LATE(VIDIOC_DQBUF, &asked_buffer_taken), WRITES(VIDIOC_CREATE_BUFS, &buffers_made),
	READS(VIDIOC_G_FBUF, &frame_buffer), WRITES(VIDIOC_S_FBUF, &frame_buffer),
	WRITES(VIDIOC_STREAMON, &buffer_types), WRITES(VIDIOC_STREAMOFF, &buffer_types),
	READS_LATE(VIDIOC_G_PARM, &asked_stream), WRITES_READS(VIDIOC_S_PARM, &stream_set),
	READS(VIDIOC_G_STD, &lupe_type_ulong_hex), WRITES(VIDIOC_S_STD, &lupe_type_ulong_hex),
	READS_LATE(VIDIOC_ENUMSTD, &asked_standard), READS_LATE(VIDIOC_ENUMINPUT, &asked_input),
	READS_LATE(VIDIOC_G_CTRL, &asked_control), WRITES(VIDIOC_S_CTRL, &control),
	READS_LATE(VIDIOC_G_TUNER, &asked_tuner), WRITES_READS(VIDIOC_S_TUNER, &tuner_set),
	READS_LATE(VIDIOC_QUERYCTRL, &asked_control_told), READS(VIDIOC_G_INPUT, &lupe_type_uint),
	WRITES(VIDIOC_S_INPUT, &lupe_type_uint), READS_LATE(VIDIOC_CROPCAP, &asked_crop_limits),
	READS_LATE(VIDIOC_G_CROP, &asked_crop), WRITES(VIDIOC_S_CROP, &crop),
	READS_LATE(VIDIOC_ENUM_FRAMESIZES, &asked_frame_size),
	READS_LATE(VIDIOC_ENUM_FRAMEINTERVALS, &asked_frame_interval))

#define FLAG(name) E(V4L2_BUF_FLAG_##name)
static FLAGS(plain_buffer_flags, 4, NULL, NULL,
	FLAG(MAPPED), FLAG(QUEUED), FLAG(DONE), FLAG(KEYFRAME), FLAG(PFRAME), FLAG(BFRAME), FLAG(ERROR),
	FLAG(IN_REQUEST), FLAG(TIMECODE), E_AS("V4L2_BUF_FLAG_INPUT", 0x200), FLAG(PREPARED),
	FLAG(NO_CACHE_INVALIDATE), FLAG(NO_CACHE_CLEAN), FLAG(LAST), FLAG(REQUEST_FD))
static ENUM(time_kinds, 4, "V4L2_BUF_FLAG_TIMESTAMP_???",
	FLAG(TIMESTAMP_UNKNOWN), FLAG(TIMESTAMP_MONOTONIC), FLAG(TIMESTAMP_COPY))
static ENUM(time_sources, 4, "V4L2_BUF_FLAG_TSTAMP_SRC_???",
	FLAG(TSTAMP_SRC_EOF), FLAG(TSTAMP_SRC_SOE))
/* clang-format on */

/* Bits, then what kind of time is told and from when it is, also where they are 0. */
static void print_buffer_flags(struct lupe_printer *printer, const struct lupe_value *value)
{
	uint64_t kind = value->u & V4L2_BUF_FLAG_TIMESTAMP_MASK;
	uint64_t source = value->u & V4L2_BUF_FLAG_TSTAMP_SRC_MASK;
	const struct lupe_value plain = {.type = &plain_buffer_flags, .u = value->u & ~(kind | source)};

	if (plain.u) {
		lupe_strace_scalar(printer, &plain, &plain_buffer_flags);
		lupe_buffer_char(printer->out, '|');
	}
	lupe_strace_symbol(printer, &time_kinds, kind);
	lupe_buffer_char(printer->out, '|');
	lupe_strace_symbol(printer, &time_sources, source);
}

static void print_fourcc(struct lupe_printer *printer, const struct lupe_value *value)
{
	lupe_buffer_string(printer->out, "v4l2_fourcc(");
	for (unsigned i = 0; i < 4; i++) {
		if (i)
			lupe_buffer_string(printer->out, ", ");
		lupe_strace_letter(printer, value->u >> 8 * i & 0xff);
	}
	lupe_buffer_char(printer->out, ')');
}

static void print_fraction(struct lupe_printer *printer, const struct lupe_value *value)
{
	if (value->n_children == 2)
		lupe_buffer_printf(printer->out, "%u/%u", (unsigned)value->children[0].u,
				   (unsigned)value->children[1].u);
}

static void print_version(struct lupe_printer *printer, const struct lupe_value *value)
{
	lupe_buffer_printf(printer->out, "KERNEL_VERSION(%u, %u, %u)", (unsigned)(value->u >> 16),
			   (unsigned)(value->u >> 8 & 0xff), (unsigned)(value->u & 0xff));
}
