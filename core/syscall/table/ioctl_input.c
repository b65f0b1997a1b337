/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ioctl of input devices.
 */
#include <linux/input.h>
#include "base/arena.h"
#include "syscall/table/ioctl.h"
#include "syscall/text.h"

/* clang-format off */
ENUM(lupe_type_input_event, 1, "EV_???",
	E_AS("0", 0), E(EV_KEY), E(EV_REL), E(EV_ABS), E(EV_MSC), E(EV_SW), E(EV_LED), E(EV_SND),
	E(EV_REP), E(EV_FF), E(EV_PWR),
	E(EV_FF_STATUS))
#define AXIS_NAMES \
	E(ABS_X), E(ABS_Y), E(ABS_Z), E(ABS_RX), E(ABS_RY), E(ABS_RZ), E(ABS_THROTTLE), \
	E(ABS_RUDDER), E(ABS_WHEEL), E(ABS_GAS), E(ABS_BRAKE), E(ABS_HAT0X), E(ABS_HAT0Y), \
	E(ABS_HAT1X), E(ABS_HAT1Y), E(ABS_HAT2X), E(ABS_HAT2Y), E(ABS_HAT3X), E(ABS_HAT3Y), \
	E(ABS_PRESSURE), E(ABS_DISTANCE), E(ABS_TILT_X), E(ABS_TILT_Y), E(ABS_TOOL_WIDTH), \
	E(ABS_VOLUME), E_AS("ABS_PROFILE", 0x21), E(ABS_MISC), E(ABS_RESERVED), E(ABS_MT_SLOT), \
	E(ABS_MT_TOUCH_MAJOR), E(ABS_MT_TOUCH_MINOR), E(ABS_MT_WIDTH_MAJOR), E(ABS_MT_WIDTH_MINOR), \
	E(ABS_MT_ORIENTATION), E(ABS_MT_POSITION_X), E(ABS_MT_POSITION_Y), E(ABS_MT_TOOL_TYPE), \
	E(ABS_MT_BLOB_ID), E(ABS_MT_TRACKING_ID), E(ABS_MT_PRESSURE), E(ABS_MT_DISTANCE), \
	E(ABS_MT_TOOL_X), E(ABS_MT_TOOL_Y)
ENUM(lupe_type_input_axis, 1, "ABS_???", AXIS_NAMES)
static ENUM(axes, 2, "ABS_???", AXIS_NAMES)
#define KEY_NAMES \
	E(KEY_RESERVED), E(KEY_ESC), E(KEY_1), E(KEY_2), E(KEY_3), E(KEY_4), E(KEY_5), E(KEY_6), \
	E(KEY_7), E(KEY_8), E(KEY_9), E(KEY_0), E(KEY_MINUS), E(KEY_EQUAL), E(KEY_BACKSPACE), \
	E(KEY_TAB), E(KEY_Q), E(KEY_W), E(KEY_E), E(KEY_R), E(KEY_T), E(KEY_Y), E(KEY_U), E(KEY_I), \
	E(KEY_O), E(KEY_P), E(KEY_LEFTBRACE), E(KEY_RIGHTBRACE), E(KEY_ENTER), E(KEY_LEFTCTRL), \
	E(KEY_A), E(KEY_S), E(KEY_D), E(KEY_F), E(KEY_G), E(KEY_H), E(KEY_J), E(KEY_K), E(KEY_L), \
	E(KEY_SEMICOLON), E(KEY_APOSTROPHE), E(KEY_GRAVE), E(KEY_LEFTSHIFT), E(KEY_BACKSLASH), \
	E(KEY_Z), E(KEY_X), E(KEY_C), E(KEY_V), E(KEY_B), E(KEY_N), E(KEY_M), E(KEY_COMMA), \
	E(KEY_DOT), E(KEY_SLASH), E(KEY_RIGHTSHIFT), E(KEY_KPASTERISK), E(KEY_LEFTALT), \
	E(KEY_SPACE), E(KEY_CAPSLOCK), E(KEY_F1), E(KEY_F2), E(KEY_F3), E(KEY_F4), E(KEY_F5), \
	E(KEY_F6), E(KEY_F7), E(KEY_F8), E(KEY_F9), E(KEY_F10), E(KEY_NUMLOCK), E(KEY_SCROLLLOCK), \
	E(KEY_KP7), E(KEY_KP8), E(KEY_KP9), E(KEY_KPMINUS), E(KEY_KP4), E(KEY_KP5), E(KEY_KP6), \
	E(KEY_KPPLUS), E(KEY_KP1), E(KEY_KP2), E(KEY_KP3), E(KEY_KP0), E(KEY_KPDOT), \
	E(KEY_ZENKAKUHANKAKU), E(KEY_102ND), E(KEY_F11), E(KEY_F12), E(KEY_RO), E(KEY_KATAKANA), \
	E(KEY_HIRAGANA), E(KEY_HENKAN), E(KEY_KATAKANAHIRAGANA), E(KEY_MUHENKAN), E(KEY_KPJPCOMMA), \
	E(KEY_KPENTER), E(KEY_RIGHTCTRL), E(KEY_KPSLASH), E(KEY_SYSRQ), E(KEY_RIGHTALT), \
	E(KEY_LINEFEED), E(KEY_HOME), E(KEY_UP), E(KEY_PAGEUP), E(KEY_LEFT), E(KEY_RIGHT), \
	E(KEY_END), E(KEY_DOWN), E(KEY_PAGEDOWN), E(KEY_INSERT), E(KEY_DELETE), E(KEY_MACRO), \
	E(KEY_MUTE), E(KEY_VOLUMEDOWN), E(KEY_VOLUMEUP), E(KEY_POWER), E(KEY_KPEQUAL), \
	E(KEY_KPPLUSMINUS), E(KEY_PAUSE), E(KEY_SCALE), E(KEY_KPCOMMA), E(KEY_HANGEUL), \
	E(KEY_HANJA), E(KEY_YEN), E(KEY_LEFTMETA), E(KEY_RIGHTMETA), E(KEY_COMPOSE), E(KEY_STOP), \
	E(KEY_AGAIN), E(KEY_PROPS), E(KEY_UNDO), E(KEY_FRONT), E(KEY_COPY), E(KEY_OPEN), \
	E(KEY_PASTE), E(KEY_FIND), E(KEY_CUT), E(KEY_HELP), E(KEY_MENU), E(KEY_CALC), E(KEY_SETUP), \
	E(KEY_SLEEP), E(KEY_WAKEUP), E(KEY_FILE), E(KEY_SENDFILE), E(KEY_DELETEFILE), E(KEY_XFER), \
	E(KEY_PROG1), E(KEY_PROG2), E(KEY_WWW), E(KEY_MSDOS), E(KEY_COFFEE), E(KEY_ROTATE_DISPLAY), \
	E(KEY_CYCLEWINDOWS), E(KEY_MAIL), E(KEY_BOOKMARKS), E(KEY_COMPUTER), E(KEY_BACK), \
	E(KEY_FORWARD), E(KEY_CLOSECD), E(KEY_EJECTCD), E(KEY_EJECTCLOSECD), E(KEY_NEXTSONG), \
	E(KEY_PLAYPAUSE), E(KEY_PREVIOUSSONG), E(KEY_STOPCD), E(KEY_RECORD), E(KEY_REWIND), \
	E(KEY_PHONE), E(KEY_ISO), E(KEY_CONFIG), E(KEY_HOMEPAGE), E(KEY_REFRESH), E(KEY_EXIT), \
	E(KEY_MOVE), E(KEY_EDIT), E(KEY_SCROLLUP), E(KEY_SCROLLDOWN), E(KEY_KPLEFTPAREN), \
	E(KEY_KPRIGHTPAREN), E(KEY_NEW), E(KEY_REDO), E(KEY_F13), E(KEY_F14), E(KEY_F15), \
	E(KEY_F16), E(KEY_F17), E(KEY_F18), E(KEY_F19), E(KEY_F20), E(KEY_F21), E(KEY_F22), \
	E(KEY_F23), E(KEY_F24), E(KEY_PLAYCD), E(KEY_PAUSECD), E(KEY_PROG3), E(KEY_PROG4), \
	E(KEY_ALL_APPLICATIONS), E(KEY_SUSPEND), E(KEY_CLOSE), E(KEY_PLAY), E(KEY_FASTFORWARD), \
	E(KEY_BASSBOOST), E(KEY_PRINT), E(KEY_HP), E(KEY_CAMERA), E(KEY_SOUND), E(KEY_QUESTION), \
	E(KEY_EMAIL), E(KEY_CHAT), E(KEY_SEARCH), E(KEY_CONNECT), E(KEY_FINANCE), E(KEY_SPORT), \
	E(KEY_SHOP), E(KEY_ALTERASE), E(KEY_CANCEL), E(KEY_BRIGHTNESSDOWN), E(KEY_BRIGHTNESSUP), \
	E(KEY_MEDIA), E(KEY_SWITCHVIDEOMODE), E(KEY_KBDILLUMTOGGLE), E(KEY_KBDILLUMDOWN), \
	E(KEY_KBDILLUMUP), E(KEY_SEND), E(KEY_REPLY), E(KEY_FORWARDMAIL), E(KEY_SAVE), \
	E(KEY_DOCUMENTS), E(KEY_BATTERY), E(KEY_BLUETOOTH), E(KEY_WLAN), E(KEY_UWB), \
	E(KEY_UNKNOWN), E(KEY_VIDEO_NEXT), E(KEY_VIDEO_PREV), E(KEY_BRIGHTNESS_CYCLE), \
	E(KEY_BRIGHTNESS_AUTO), E(KEY_DISPLAY_OFF), E(KEY_WWAN), E(KEY_RFKILL), E(KEY_MICMUTE), \
	E(BTN_0), E(BTN_1), E(BTN_2), E(BTN_3), E(BTN_4), E(BTN_5), E(BTN_6), E(BTN_7), E(BTN_8), \
	E(BTN_9), E(BTN_LEFT), E(BTN_RIGHT), E(BTN_MIDDLE), E(BTN_SIDE), E(BTN_EXTRA), \
	E(BTN_FORWARD), E(BTN_BACK), E(BTN_TASK), E(BTN_TRIGGER), E(BTN_THUMB), E(BTN_THUMB2), \
	E(BTN_TOP), E(BTN_TOP2), E(BTN_PINKIE), E(BTN_BASE), E(BTN_BASE2), E(BTN_BASE3), \
	E(BTN_BASE4), E(BTN_BASE5), E(BTN_BASE6), E(BTN_DEAD), E(BTN_SOUTH), E(BTN_EAST), E(BTN_C), \
	E(BTN_NORTH), E(BTN_WEST), E(BTN_Z), E(BTN_TL), E(BTN_TR), E(BTN_TL2), E(BTN_TR2), \
	E(BTN_SELECT), E(BTN_START), E(BTN_MODE), E(BTN_THUMBL), E(BTN_THUMBR), E(BTN_TOOL_PEN), \
	E(BTN_TOOL_RUBBER), E(BTN_TOOL_BRUSH), E(BTN_TOOL_PENCIL), E(BTN_TOOL_AIRBRUSH), \
	E(BTN_TOOL_FINGER), E(BTN_TOOL_MOUSE), E(BTN_TOOL_LENS), E(BTN_TOOL_QUINTTAP), \
	E(BTN_STYLUS3), E(BTN_TOUCH), E(BTN_STYLUS), E(BTN_STYLUS2), E(BTN_TOOL_DOUBLETAP), \
	E(BTN_TOOL_TRIPLETAP), E(BTN_TOOL_QUADTAP), E(BTN_GEAR_DOWN), E(BTN_GEAR_UP), E(KEY_OK), \
	E(KEY_SELECT), E(KEY_GOTO), E(KEY_CLEAR), E(KEY_POWER2), E(KEY_OPTION), E(KEY_INFO), \
	E(KEY_TIME), E(KEY_VENDOR), E(KEY_ARCHIVE), E(KEY_PROGRAM), E(KEY_CHANNEL), \
	E(KEY_FAVORITES), E(KEY_EPG), E(KEY_PVR), E(KEY_MHP), E(KEY_LANGUAGE), E(KEY_TITLE), \
	E(KEY_SUBTITLE), E(KEY_ANGLE), E(KEY_ZOOM), E(KEY_MODE), E(KEY_KEYBOARD), E(KEY_SCREEN), \
	E(KEY_PC), E(KEY_TV), E(KEY_TV2), E(KEY_VCR), E(KEY_VCR2), E(KEY_SAT), E(KEY_SAT2), \
	E(KEY_CD), E(KEY_TAPE), E(KEY_RADIO), E(KEY_TUNER), E(KEY_PLAYER), E(KEY_TEXT), E(KEY_DVD), \
	E(KEY_AUX), E(KEY_MP3), E(KEY_AUDIO), E(KEY_VIDEO), E(KEY_DIRECTORY), E(KEY_LIST), \
	E(KEY_MEMO), E(KEY_CALENDAR), E(KEY_RED), E(KEY_GREEN), E(KEY_YELLOW), E(KEY_BLUE), \
	E(KEY_CHANNELUP), E(KEY_CHANNELDOWN), E(KEY_FIRST), E(KEY_LAST), E(KEY_AB), E(KEY_NEXT), \
	E(KEY_RESTART), E(KEY_SLOW), E(KEY_SHUFFLE), E(KEY_BREAK), E(KEY_PREVIOUS), E(KEY_DIGITS), \
	E(KEY_TEEN), E(KEY_TWEN), E(KEY_VIDEOPHONE), E(KEY_GAMES), E(KEY_ZOOMIN), E(KEY_ZOOMOUT), \
	E(KEY_ZOOMRESET), E(KEY_WORDPROCESSOR), E(KEY_EDITOR), E(KEY_SPREADSHEET), \
	E(KEY_GRAPHICSEDITOR), E(KEY_PRESENTATION), E(KEY_DATABASE), E(KEY_NEWS), E(KEY_VOICEMAIL), \
	E(KEY_ADDRESSBOOK), E(KEY_MESSENGER), E(KEY_DISPLAYTOGGLE), E(KEY_SPELLCHECK), \
	E(KEY_LOGOFF), E(KEY_DOLLAR), E(KEY_EURO), E(KEY_FRAMEBACK), E(KEY_FRAMEFORWARD), \
	E(KEY_CONTEXT_MENU), E(KEY_MEDIA_REPEAT), E(KEY_10CHANNELSUP), E(KEY_10CHANNELSDOWN), \
	E(KEY_IMAGES), E(KEY_NOTIFICATION_CENTER), E(KEY_PICKUP_PHONE), E(KEY_HANGUP_PHONE), \
	E(KEY_DEL_EOL), E(KEY_DEL_EOS), E(KEY_INS_LINE), E(KEY_DEL_LINE), E(KEY_FN), E(KEY_FN_ESC), \
	E(KEY_FN_F1), E(KEY_FN_F2), E(KEY_FN_F3), E(KEY_FN_F4), E(KEY_FN_F5), E(KEY_FN_F6), \
	E(KEY_FN_F7), E(KEY_FN_F8), E(KEY_FN_F9), E(KEY_FN_F10), E(KEY_FN_F11), E(KEY_FN_F12), \
	E(KEY_FN_1), E(KEY_FN_2), E(KEY_FN_D), E(KEY_FN_E), E(KEY_FN_F), E(KEY_FN_S), E(KEY_FN_B), \
	E(KEY_FN_RIGHT_SHIFT), E(KEY_BRL_DOT1), E(KEY_BRL_DOT2), E(KEY_BRL_DOT3), E(KEY_BRL_DOT4), \
	E(KEY_BRL_DOT5), E(KEY_BRL_DOT6), E(KEY_BRL_DOT7), E(KEY_BRL_DOT8), E(KEY_BRL_DOT9), \
	E(KEY_BRL_DOT10), E(KEY_NUMERIC_0), E(KEY_NUMERIC_1), E(KEY_NUMERIC_2), E(KEY_NUMERIC_3), \
	E(KEY_NUMERIC_4), E(KEY_NUMERIC_5), E(KEY_NUMERIC_6), E(KEY_NUMERIC_7), E(KEY_NUMERIC_8), \
	E(KEY_NUMERIC_9), E(KEY_NUMERIC_STAR), E(KEY_NUMERIC_POUND), E(KEY_NUMERIC_A), \
	E(KEY_NUMERIC_B), E(KEY_NUMERIC_C), E(KEY_NUMERIC_D), E(KEY_CAMERA_FOCUS), \
	E(KEY_WPS_BUTTON), E(KEY_TOUCHPAD_TOGGLE), E(KEY_TOUCHPAD_ON), E(KEY_TOUCHPAD_OFF), \
	E(KEY_CAMERA_ZOOMIN), E(KEY_CAMERA_ZOOMOUT), E(KEY_CAMERA_UP), E(KEY_CAMERA_DOWN), \
	E(KEY_CAMERA_LEFT), E(KEY_CAMERA_RIGHT), E(KEY_ATTENDANT_ON), E(KEY_ATTENDANT_OFF), \
	E(KEY_ATTENDANT_TOGGLE), E(KEY_LIGHTS_TOGGLE), E(BTN_DPAD_UP), E(BTN_DPAD_DOWN), \
	E(BTN_DPAD_LEFT), E(BTN_DPAD_RIGHT), E(KEY_ALS_TOGGLE), E(KEY_ROTATE_LOCK_TOGGLE), \
	E(KEY_BUTTONCONFIG), E(KEY_TASKMANAGER), E(KEY_JOURNAL), E(KEY_CONTROLPANEL), \
	E(KEY_APPSELECT), E(KEY_SCREENSAVER), E(KEY_VOICECOMMAND), E(KEY_ASSISTANT), \
	E(KEY_KBD_LAYOUT_NEXT), E(KEY_EMOJI_PICKER), E(KEY_DICTATE), E(KEY_BRIGHTNESS_MIN), \
	E(KEY_BRIGHTNESS_MAX), E(KEY_KBDINPUTASSIST_PREV), E(KEY_KBDINPUTASSIST_NEXT), \
	E(KEY_KBDINPUTASSIST_PREVGROUP), E(KEY_KBDINPUTASSIST_NEXTGROUP), \
	E(KEY_KBDINPUTASSIST_ACCEPT), E(KEY_KBDINPUTASSIST_CANCEL), E(KEY_RIGHT_UP), \
	E(KEY_RIGHT_DOWN), E(KEY_LEFT_UP), E(KEY_LEFT_DOWN), E(KEY_ROOT_MENU), \
	E(KEY_MEDIA_TOP_MENU), E(KEY_NUMERIC_11), E(KEY_NUMERIC_12), E(KEY_AUDIO_DESC), \
	E(KEY_3D_MODE), E(KEY_NEXT_FAVORITE), E(KEY_STOP_RECORD), E(KEY_PAUSE_RECORD), E(KEY_VOD), \
	E(KEY_UNMUTE), E(KEY_FASTREVERSE), E(KEY_SLOWREVERSE), E(KEY_DATA), \
	E(KEY_ONSCREEN_KEYBOARD), E(KEY_PRIVACY_SCREEN_TOGGLE), E(KEY_SELECTIVE_SCREENSHOT), \
	E(KEY_NEXT_ELEMENT), E(KEY_PREVIOUS_ELEMENT), E(KEY_AUTOPILOT_ENGAGE_TOGGLE), \
	E(KEY_MARK_WAYPOINT), E(KEY_SOS), E(KEY_NAV_CHART), E(KEY_FISHING_CHART), \
	E(KEY_SINGLE_RANGE_RADAR), E(KEY_DUAL_RANGE_RADAR), E(KEY_RADAR_OVERLAY), \
	E(KEY_TRADITIONAL_SONAR), E(KEY_CLEARVU_SONAR), E(KEY_SIDEVU_SONAR), E(KEY_NAV_INFO), \
	E(KEY_BRIGHTNESS_MENU), E(KEY_MACRO1), E(KEY_MACRO2), E(KEY_MACRO3), E(KEY_MACRO4), \
	E(KEY_MACRO5), E(KEY_MACRO6), E(KEY_MACRO7), E(KEY_MACRO8), E(KEY_MACRO9), E(KEY_MACRO10), \
	E(KEY_MACRO11), E(KEY_MACRO12), E(KEY_MACRO13), E(KEY_MACRO14), E(KEY_MACRO15), \
	E(KEY_MACRO16), E(KEY_MACRO17), E(KEY_MACRO18), E(KEY_MACRO19), E(KEY_MACRO20), \
	E(KEY_MACRO21), E(KEY_MACRO22), E(KEY_MACRO23), E(KEY_MACRO24), E(KEY_MACRO25), \
	E(KEY_MACRO26), E(KEY_MACRO27), E(KEY_MACRO28), E(KEY_MACRO29), E(KEY_MACRO30), \
	E(KEY_MACRO_RECORD_START), E(KEY_MACRO_RECORD_STOP), E(KEY_MACRO_PRESET_CYCLE), \
	E(KEY_MACRO_PRESET1), E(KEY_MACRO_PRESET2), E(KEY_MACRO_PRESET3), E(KEY_KBD_LCD_MENU1), \
	E(KEY_KBD_LCD_MENU2), E(KEY_KBD_LCD_MENU3), E(KEY_KBD_LCD_MENU4), E(KEY_KBD_LCD_MENU5), \
	E(BTN_TRIGGER_HAPPY1), E(BTN_TRIGGER_HAPPY2), E(BTN_TRIGGER_HAPPY3), E(BTN_TRIGGER_HAPPY4), \
	E(BTN_TRIGGER_HAPPY5), E(BTN_TRIGGER_HAPPY6), E(BTN_TRIGGER_HAPPY7), E(BTN_TRIGGER_HAPPY8), \
	E(BTN_TRIGGER_HAPPY9), E(BTN_TRIGGER_HAPPY10), E(BTN_TRIGGER_HAPPY11), \
	E(BTN_TRIGGER_HAPPY12), E(BTN_TRIGGER_HAPPY13), E(BTN_TRIGGER_HAPPY14), \
	E(BTN_TRIGGER_HAPPY15), E(BTN_TRIGGER_HAPPY16), E(BTN_TRIGGER_HAPPY17), \
	E(BTN_TRIGGER_HAPPY18), E(BTN_TRIGGER_HAPPY19), E(BTN_TRIGGER_HAPPY20), \
	E(BTN_TRIGGER_HAPPY21), E(BTN_TRIGGER_HAPPY22), E(BTN_TRIGGER_HAPPY23), \
	E(BTN_TRIGGER_HAPPY24), E(BTN_TRIGGER_HAPPY25), E(BTN_TRIGGER_HAPPY26), \
	E(BTN_TRIGGER_HAPPY27), E(BTN_TRIGGER_HAPPY28), E(BTN_TRIGGER_HAPPY29), \
	E(BTN_TRIGGER_HAPPY30), E(BTN_TRIGGER_HAPPY31), E(BTN_TRIGGER_HAPPY32), \
	E(BTN_TRIGGER_HAPPY33), E(BTN_TRIGGER_HAPPY34), E(BTN_TRIGGER_HAPPY35), \
	E(BTN_TRIGGER_HAPPY36), E(BTN_TRIGGER_HAPPY37), E(BTN_TRIGGER_HAPPY38), \
	E(BTN_TRIGGER_HAPPY39), E(BTN_TRIGGER_HAPPY40)
static ENUM(keys, 2, "KEY_???", KEY_NAMES)
static ENUM(events, 2, "EV_???", E(EV_SYN), E(EV_KEY), E(EV_REL), E(EV_ABS), E(EV_MSC), E(EV_SW),
	E(EV_LED), E(EV_SND), E(EV_REP), E(EV_FF), E(EV_PWR), E(EV_FF_STATUS))
static ENUM(relative, 2, "REL_???",
	E(REL_X), E(REL_Y), E(REL_Z), E(REL_RX), E(REL_RY), E(REL_RZ), E(REL_HWHEEL), E(REL_DIAL),
	E(REL_WHEEL), E(REL_MISC), E(REL_RESERVED), E(REL_WHEEL_HI_RES), E(REL_HWHEEL_HI_RES))
static ENUM(misc, 2, "MSC_???",
	E(MSC_SERIAL), E(MSC_PULSELED), E(MSC_GESTURE), E(MSC_RAW), E(MSC_SCAN), E(MSC_TIMESTAMP))
static ENUM(switches, 2, "SW_???",
	E(SW_LID), E(SW_TABLET_MODE), E(SW_HEADPHONE_INSERT), E(SW_RFKILL_ALL), E(SW_RADIO),
	E(SW_MICROPHONE_INSERT), E(SW_DOCK), E(SW_LINEOUT_INSERT), E(SW_JACK_PHYSICAL_INSERT),
	E(SW_VIDEOOUT_INSERT), E(SW_CAMERA_LENS_COVER), E(SW_KEYPAD_SLIDE), E(SW_FRONT_PROXIMITY),
	E(SW_ROTATE_LOCK), E(SW_LINEIN_INSERT), E(SW_MUTE_DEVICE), E(SW_PEN_INSERTED),
	E(SW_MACHINE_COVER))
static ENUM(leds, 2, "LED_???",
	E(LED_NUML), E(LED_CAPSL), E(LED_SCROLLL), E(LED_COMPOSE), E(LED_KANA), E(LED_SLEEP),
	E(LED_SUSPEND), E(LED_MUTE), E(LED_MISC), E(LED_MAIL), E(LED_CHARGING))
static ENUM(sounds, 2, "SND_???",
	E(SND_CLICK), E(SND_BELL), E(SND_TONE))
static ENUM(properties, 2, "INPUT_PROP_???",
	E(INPUT_PROP_POINTER), E(INPUT_PROP_DIRECT), E(INPUT_PROP_BUTTONPAD),
	E(INPUT_PROP_SEMI_MT), E(INPUT_PROP_TOPBUTTONPAD), E(INPUT_PROP_POINTING_STICK),
	E(INPUT_PROP_ACCELEROMETER))
static ENUM(effects, 2, "FF_???",
	E(FF_RUMBLE), E(FF_PERIODIC), E(FF_CONSTANT), E(FF_SPRING), E(FF_FRICTION), E(FF_DAMPER),
	E(FF_INERTIA), E(FF_RAMP), E(FF_SQUARE), E(FF_TRIANGLE), E(FF_SINE), E(FF_SAW_UP),
	E(FF_SAW_DOWN), E(FF_CUSTOM), E(FF_GAIN), E(FF_AUTOCENTER))
/* clang-format on */

/* --- sets of bits: [KEY_ESC KEY_1], as long as the call's result says --- */

enum { BITS_SHOWN = 4, BITS_MAX = 4096 };

static void decode_bits(struct lupe_decode *decode, struct lupe_value *value, size_t limit)
{
	size_t size = MIN(limit, (size_t)BITS_MAX);
	unsigned char *bytes = lupe_arena_alloc(decode->arena, size ? size : 1);

	if (!bytes || lupe_memory_read_some(decode->memory, value->address, bytes, size) != size) {
		value->flags |= LUPE_VALUE_OPAQUE;
		return;
	}
	value->bytes = bytes;
	value->n_bytes = size;
	value->total = size;
}

static void print_bits(struct lupe_printer *printer, const struct lupe_value *value)
{
	const struct lupe_type *names = lupe_type_strip(value->type)->target;
	size_t bit, shown = 0;

	lupe_buffer_char(printer->out, '[');
	for (bit = 0; bit < value->n_bytes * 8; bit++) {
		if (!(value->bytes[bit / 8] >> bit % 8 & 1))
			continue;
		if (shown)
			lupe_buffer_char(printer->out, ' ');
		if (shown++ == BITS_SHOWN && !printer->options->verbose) {
			lupe_buffer_string(printer->out, "...");
			break;
		}
		lupe_strace_symbol(printer, names, bit);
	}
	lupe_buffer_char(printer->out, ']');
}

static const struct lupe_type_ops bits_ops = {.decode = decode_bits, .print = print_bits};

/* clang-format off */
#define BITS(id, names) \
	static const struct lupe_type id = \
		{.kind = LUPE_KIND_BYTES, .role = LUPE_ROLE_PATH, .target = (names), .ops = &bits_ops};
BITS(event_bits, &events)
BITS(key_bits, &keys)
BITS(relative_bits, &relative)
BITS(axis_bits, &axes)
BITS(misc_bits, &misc)
BITS(switch_bits, &switches)
BITS(led_bits, &leds)
BITS(sound_bits, &sounds)
BITS(effect_bits, &effects)
BITS(property_bits, &properties)

/* --- structs --- */

static STRUCT(axis, struct input_absinfo,
	FIELD(struct input_absinfo, value, &lupe_type_int),
	FIELD(struct input_absinfo, minimum, &lupe_type_int),
	FIELD(struct input_absinfo, maximum, &lupe_type_int, .flags = LUPE_MEMBER_VERBOSE),
	FIELD(struct input_absinfo, fuzz, &lupe_type_int, .flags = LUPE_MEMBER_VERBOSE),
	FIELD(struct input_absinfo, flat, &lupe_type_int, .flags = LUPE_MEMBER_VERBOSE),
	FIELD(struct input_absinfo, resolution, &lupe_type_int, .flags = LUPE_MEMBER_VERBOSE))
static STRUCT(identity, struct input_id,
	FIELD(struct input_id, bustype, &lupe_type_ushort),
	FIELD(struct input_id, vendor, &lupe_type_ushort),
	FIELD(struct input_id, product, &lupe_type_ushort),
	FIELD(struct input_id, version, &lupe_type_ushort))
static const struct lupe_type repeat = {
	.kind = LUPE_KIND_ARRAY, .target = &lupe_type_uint, .count = 2};
static ENUM(key_code, 4, "KEY_???", KEY_NAMES)

/* [scancode, KEY_X]: two numbers of different kinds. */
struct key_pair {
	unsigned scancode, keycode;
};

static void print_key_pair(struct lupe_printer *printer, const struct lupe_value *value)
{
	lupe_buffer_char(printer->out, '[');
	lupe_strace_value(printer, &value->children[0]);
	lupe_buffer_string(printer->out, ", ");
	lupe_strace_value(printer, &value->children[1]);
	lupe_buffer_char(printer->out, ']');
}

static const struct lupe_type key_pair = {
	.name = "unsigned int [2]", .kind = LUPE_KIND_STRUCT, .size = sizeof(struct key_pair),
	.ops = &(const struct lupe_type_ops){.print = print_key_pair},
	MEMBERS(FIELD(struct key_pair, scancode, &lupe_type_uint),
		FIELD(struct key_pair, keycode, &key_code))};

static const struct lupe_type scancode = {
	.kind = LUPE_KIND_ARRAY, .target = &lupe_type_u8_hex, .count = 32};
static STRUCT(keymap, struct input_keymap_entry,
	FIELD(struct input_keymap_entry, flags, &lupe_type_u8),
	FIELD(struct input_keymap_entry, len, &lupe_type_u8),
	FIELD(struct input_keymap_entry, index, &lupe_type_ushort, .flags = LUPE_MEMBER_VERBOSE),
	FIELD(struct input_keymap_entry, keycode, &key_code, .flags = LUPE_MEMBER_VERBOSE),
	FIELD(struct input_keymap_entry, scancode, &scancode, .flags = LUPE_MEMBER_VERBOSE))
static STRUCT(trigger, struct ff_trigger,
	FIELD(struct ff_trigger, button, &lupe_type_ushort),
	FIELD(struct ff_trigger, interval, &lupe_type_ushort))
static STRUCT(replay, struct ff_replay,
	FIELD(struct ff_replay, length, &lupe_type_ushort),
	FIELD(struct ff_replay, delay, &lupe_type_ushort))
static STRUCT(effect, struct ff_effect,
	FIELD(struct ff_effect, type, &effects),
	FIELD(struct ff_effect, id, &lupe_type_short),
	FIELD(struct ff_effect, direction, &lupe_type_ushort),
	FIELD(struct ff_effect, trigger, &trigger, .flags = LUPE_MEMBER_VERBOSE),
	FIELD(struct ff_effect, replay, &replay, .flags = LUPE_MEMBER_VERBOSE))

/* A command of any size. */
#define ANY_SIZE(command, type_) \
	CASE_IN(command, ~((uint32_t)_IOC_SIZEMASK << _IOC_SIZESHIFT) & UINT32_MAX, \
		.type = PTR(type_), .flow = LUPE_FLOW_OUT, .count = BY_RESULT(LUPE_NO_MEMBER))
/* A command of any size for each of several numbers. */
#define ANY_OF(command, bits, type_, flow_) \
	CASE_IN(command, ~((uint32_t)_IOC_SIZEMASK << _IOC_SIZESHIFT | (bits)) & UINT32_MAX, \
		.type = PTR(type_), .flow = (flow_))
COMMANDS(lupe_ioctl_input,
	READS(EVIOCGVERSION, &lupe_type_u32_hex), READS(EVIOCGEFFECTS, &lupe_type_uint),
	READS(EVIOCGID, &identity), READS(EVIOCGREP, &repeat), WRITES(EVIOCSREP, &repeat),
	READS(EVIOCGKEYCODE, &key_pair), WRITES(EVIOCSKEYCODE, &key_pair),
	READS(EVIOCGKEYCODE_V2, &keymap), WRITES(EVIOCSKEYCODE_V2, &keymap),
	VALUE(EVIOCGMASK, &lupe_type_address), VALUE(EVIOCSMASK, &lupe_type_address),
	WRITES(EVIOCSFF, &effect), WRITES(EVIOCSCLOCKID, &lupe_type_uint),
	VALUE(EVIOCRMFF, &lupe_type_int), VALUE(EVIOCGRAB, &lupe_type_int),
	VALUE(EVIOCREVOKE, &lupe_type_int),
	ANY_SIZE(EVIOCGNAME(0), &lupe_type_bytes), ANY_SIZE(EVIOCGPHYS(0), &lupe_type_bytes),
	ANY_SIZE(EVIOCGUNIQ(0), &lupe_type_bytes), ANY_SIZE(EVIOCGPROP(0), &property_bits),
	ANY_SIZE(EVIOCGKEY(0), &key_bits), ANY_SIZE(EVIOCGLED(0), &led_bits),
	ANY_SIZE(EVIOCGSND(0), &sound_bits), ANY_SIZE(EVIOCGSW(0), &switch_bits),
	ANY_SIZE(EVIOCGBIT(0, 0), &event_bits), ANY_SIZE(EVIOCGBIT(EV_KEY, 0), &key_bits),
	ANY_SIZE(EVIOCGBIT(EV_REL, 0), &relative_bits), ANY_SIZE(EVIOCGBIT(EV_ABS, 0), &axis_bits),
	ANY_SIZE(EVIOCGBIT(EV_MSC, 0), &misc_bits), ANY_SIZE(EVIOCGBIT(EV_SW, 0), &switch_bits),
	ANY_SIZE(EVIOCGBIT(EV_LED, 0), &led_bits), ANY_SIZE(EVIOCGBIT(EV_SND, 0), &sound_bits),
	ANY_SIZE(EVIOCGBIT(EV_FF, 0), &effect_bits),
	ANY_OF(EVIOCGABS(0), 0x3f, &axis, LUPE_FLOW_OUT),
	ANY_OF(EVIOCSABS(0), 0x3f, &axis, LUPE_FLOW_IN))
/* clang-format on */
