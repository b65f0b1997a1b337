/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ioctl: the names of commands, and which file knows their parameter.
 *
 * Names come from a table ordered by number. Some commands have a size or an index in their number
 * that the program chooses: they are patterns. A number without a name is taken apart.
 */
#include <asm/ioctl.h>
#include <string.h>
#include "syscall/table/ioctl.h"
#include "syscall/table/table.h"
#include "type/decode.h"
#include "type/symbols.h"

/* --- names --- */

#define IOCTL(number, name) {#name, number, 0},
static const struct lupe_enumerator names[] = {
#include "syscall/table/ioctl_names.def"
};
#undef IOCTL

static size_t first_name(uint32_t command)
{
	size_t low = 0, high = ARRAY_SIZE(names), middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (names[middle].value < command)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* --- commands with a variable part: what it is stands in parentheses after the name --- */

enum variable { BY_SIZE, BY_NUMBER, BY_BOTH };

struct pattern {
	const char *name;
	uint32_t direction;
	unsigned char type, first, last; /* of the number */
	enum variable variable;
	const struct lupe_type *numbers; /* what a number, less the first, is; NULL: itself */
};

/* clang-format off */
static const struct pattern patterns[] = {
	{"EVIOCGNAME", _IOC_READ, 'E', 0x06, 0x06, BY_SIZE, NULL},
	{"EVIOCGPHYS", _IOC_READ, 'E', 0x07, 0x07, BY_SIZE, NULL},
	{"EVIOCGUNIQ", _IOC_READ, 'E', 0x08, 0x08, BY_SIZE, NULL},
	{"EVIOCGPROP", _IOC_READ, 'E', 0x09, 0x09, BY_SIZE, NULL},
	{"EVIOCGMTSLOTS", _IOC_READ, 'E', 0x0a, 0x0a, BY_SIZE, NULL},
	{"EVIOCGKEY", _IOC_READ, 'E', 0x18, 0x18, BY_SIZE, NULL},
	{"EVIOCGLED", _IOC_READ, 'E', 0x19, 0x19, BY_SIZE, NULL},
	{"EVIOCGSND", _IOC_READ, 'E', 0x1a, 0x1a, BY_SIZE, NULL},
	{"EVIOCGSW", _IOC_READ, 'E', 0x1b, 0x1b, BY_SIZE, NULL},
	{"EVIOCGBIT", _IOC_READ, 'E', 0x20, 0x3f, BY_BOTH, &lupe_type_input_event},
	{"EVIOCGABS", _IOC_READ, 'E', 0x40, 0x7f, BY_NUMBER, &lupe_type_input_axis},
	{"EVIOCSABS", _IOC_WRITE, 'E', 0xc0, 0xff, BY_NUMBER, &lupe_type_input_axis},
	{"HIDIOCGRAWNAME", _IOC_READ, 'H', 0x04, 0x04, BY_SIZE, NULL},
	{"HIDIOCGRAWPHYS", _IOC_READ, 'H', 0x05, 0x05, BY_SIZE, NULL},
	{"HIDIOCSFEATURE", _IOC_READ, 'H', 0x06, 0x06, BY_SIZE, NULL},
	{"HIDIOCSFEATURE", _IOC_READ | _IOC_WRITE, 'H', 0x06, 0x06, BY_SIZE, NULL},
	{"HIDIOCGFEATURE", _IOC_READ | _IOC_WRITE, 'H', 0x07, 0x07, BY_SIZE, NULL},
	{"HIDIOCGRAWUNIQ", _IOC_READ, 'H', 0x08, 0x08, BY_SIZE, NULL},
	{"HIDIOCGPHYS", _IOC_READ, 'H', 0x12, 0x12, BY_SIZE, NULL},
	{"JSIOCGNAME", _IOC_READ, 'j', 0x13, 0x13, BY_SIZE, NULL},
	{"MIXER_READ", _IOC_READ, 'M', 0x00, 0xff, BY_NUMBER, NULL},
	{"MIXER_WRITE", _IOC_WRITE, 'M', 0x00, 0xff, BY_NUMBER, NULL},
	{"SPI_IOC_MESSAGE", _IOC_WRITE, 'k', 0x00, 0x00, BY_SIZE, NULL},
	{"UI_GET_SYSNAME", _IOC_READ, 'U', 0x2c, 0x2c, BY_SIZE, NULL},
};
/* clang-format on */

static const struct pattern *pattern_of(uint32_t command)
{
	uint32_t number = _IOC_NR(command);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(patterns); i++)
		if (patterns[i].type == _IOC_TYPE(command) &&
		    patterns[i].direction == _IOC_DIR(command) && number >= patterns[i].first &&
		    number <= patterns[i].last)
			return &patterns[i];
	return NULL;
}

static void append_pattern(struct lupe_buffer *out, uint32_t command)
{
	const struct pattern *pattern = pattern_of(command);
	uint32_t number;

	if (!pattern)
		return;
	number = _IOC_NR(command) - pattern->first;
	lupe_buffer_string(out, pattern->name);
	lupe_buffer_char(out, '(');
	if (pattern->variable != BY_SIZE && pattern->numbers)
		lupe_type_print_symbols(out, pattern->numbers, number);
	else if (pattern->variable != BY_SIZE)
		lupe_buffer_unsigned(out, number);
	if (pattern->variable == BY_BOTH)
		lupe_buffer_string(out, ", ");
	if (pattern->variable != BY_NUMBER)
		lupe_buffer_unsigned(out, _IOC_SIZE(command));
	lupe_buffer_char(out, ')');
}

static void append_separator(struct lupe_buffer *out, size_t start)
{
	if (out->length > start)
		lupe_buffer_string(out, " or ");
}

static void append_names(struct lupe_buffer *out, uint32_t command, size_t start)
{
	size_t i;

	for (i = first_name(command); i < ARRAY_SIZE(names) && names[i].value == command; i++) {
		append_separator(out, start);
		lupe_buffer_string(out, names[i].name);
	}
}

/* --- a command without a name: _IOC(_IOC_READ, 0x12, 0x34, 0x8) --- */

static FLAGS(directions, 4, NULL, NULL, E(_IOC_NONE), E(_IOC_READ), E(_IOC_WRITE))

    static void append_parts(struct lupe_buffer *out, uint32_t command)
{
	lupe_buffer_string(out, "_IOC(");
	lupe_symbols_append(out, &directions, _IOC_DIR(command));
	lupe_buffer_printf(out, ", %#x, %#x, %#x)", _IOC_TYPE(command), _IOC_NR(command),
			   _IOC_SIZE(command));
}

static void append_command(struct lupe_buffer *out, uint32_t command)
{
	size_t start = out->length;

	append_pattern(out, command);
	append_names(out, command, start);
	if (out->length == start)
		append_parts(out, command);
}

static void print_command(struct lupe_printer *printer, const struct lupe_value *value)
{
	uint32_t command = (uint32_t)value->u;
	enum lupe_xlat xlat = printer->options->xlat;

	if (xlat != LUPE_XLAT_ABBREV)
		lupe_buffer_printf(printer->out, "%#x", command);
	if (xlat == LUPE_XLAT_RAW)
		return;
	if (xlat == LUPE_XLAT_VERBOSE)
		lupe_buffer_string(printer->out, " /* ");
	append_command(printer->out, command);
	if (xlat == LUPE_XLAT_VERBOSE)
		lupe_buffer_string(printer->out, " */");
}

static const struct lupe_type command_type = {
    .name = "unsigned int",
    .kind = LUPE_KIND_ENUM,
    .size = 4,
    .enumerators = names,
    .n_enumerators = ARRAY_SIZE(names),
    .ops = &(const struct lupe_type_ops){.print = print_command}};

/* --- parameters --- */

static void decode_nothing(struct lupe_decode *decode, struct lupe_value *value, size_t limit)
{
	(void)decode;
	(void)limit;
	value->flags |= LUPE_VALUE_ABSENT;
}

const struct lupe_type lupe_type_nothing = {
    .name = "void",
    .kind = LUPE_KIND_CUSTOM,
    .size = 8,
    .ops = &(const struct lupe_type_ops){.decode = decode_nothing}};

static void decode_asked(struct lupe_decode *decode, struct lupe_value *value, size_t limit)
{
	const struct lupe_type *whole = lupe_type_strip(lupe_type_strip(value->type)->target);
	uint32_t i;

	(void)limit;
	lupe_value_fill(decode, value, whole, value->address, SIZE_MAX);
	if (decode->has_result && !decode->failed)
		return;
	for (i = 0; i < value->n_children; i++)
		if (value->children[i].member->flow == LUPE_FLOW_OUT)
			value->children[i].flags |= LUPE_VALUE_ABSENT;
}

const struct lupe_type_ops lupe_asked_ops = {.decode = decode_asked};

enum { EXCHANGED_MAX = 32 /* fields of one struct */ };

static void print_exchanged(struct lupe_printer *printer, const struct lupe_value *value)
{
	const enum lupe_flow other = printer->update ? LUPE_FLOW_IN : LUPE_FLOW_OUT;
	struct lupe_value half = *value, children[EXCHANGED_MAX];
	uint32_t i, shown = 0;

	if (printer->update && printer->call && printer->call->failed)
		return; /* nothing was answered */
	if (value->n_children > EXCHANGED_MAX) {
		lupe_strace_struct(printer, value);
		return;
	}
	for (i = 0; i < value->n_children; i++) {
		children[i] = value->children[i];
		if (children[i].member->flow == other)
			children[i].flags |= LUPE_VALUE_ABSENT;
		shown += !(children[i].flags & LUPE_VALUE_ABSENT);
	}
	half.children = children;
	if (shown || !printer->update)
		lupe_strace_struct(printer, &half);
}

const struct lupe_type_ops lupe_exchanged_ops = {.print = print_exchanged};

static void print_numbered(struct lupe_printer *printer, const struct lupe_value *value)
{
	if (!printer->update) {
		lupe_strace_struct(printer, value);
	} else if (value->n_children && printer->call && !printer->call->failed) {
		lupe_buffer_char(printer->out, '[');
		lupe_strace_value(printer, value->children);
		lupe_buffer_char(printer->out, ']');
	}
}

const struct lupe_type_ops lupe_numbered_ops = {.print = print_numbered};

void lupe_strace_first(struct lupe_printer *printer, const struct lupe_value *array, uint64_t count)
{
	struct lupe_value first = *array;

	first.total = MIN(array->total, count);
	first.n_children = (uint32_t)MIN(array->n_children, first.total);
	lupe_strace_array(printer, &first, lupe_type_strip(array->type), SIZE_MAX);
}

static void print_counted(struct lupe_printer *printer, const struct lupe_value *value)
{
	const struct lupe_value *parent = printer->parent, *said;
	const struct lupe_type *type;
	bool negative;

	if (!parent || !value->member || value->member->count.member >= parent->n_children)
		return;
	said = &parent->children[value->member->count.member];
	type = lupe_type_strip(said->type);
	negative = type && lupe_kind_is_signed(type) && said->i < 0;
	lupe_strace_first(printer, value, negative ? 0 : said->u);
}

const struct lupe_type_ops lupe_counted_ops = {.print = print_counted};

/* clang-format off */
/* Commands of a type byte that are not listed have a number, or an address, which is NULL if zero. */
#define OF_TYPE(byte, commands) \
	CASE((byte) << _IOC_TYPESHIFT, .type = &lupe_type_ulong_hex, .choice = (commands))
#define OF_TYPE_POINTERS(byte, commands) \
	CASE((byte) << _IOC_TYPESHIFT, .type = &lupe_type_address, .choice = (commands))

CHOICE(parameters, 1, _IOC_TYPEMASK << _IOC_TYPESHIFT,
	OF_TYPE('T', &lupe_ioctl_tty),
	OF_TYPE_POINTERS(0x89, &lupe_ioctl_socket),
	OF_TYPE(0x12, &lupe_ioctl_block),
	OF_TYPE('f', &lupe_ioctl_files),
	OF_TYPE('X', &lupe_ioctl_xfs), OF_TYPE(0x94, &lupe_ioctl_clone),
	OF_TYPE('E', &lupe_ioctl_input), OF_TYPE(0x03, &lupe_ioctl_ide),
	OF_TYPE(0x22, &lupe_ioctl_scsi), OF_TYPE('L', &lupe_ioctl_loop), OF_TYPE('K', &lupe_ioctl_console),
	OF_TYPE(0xab, &lupe_ioctl_nbd), OF_TYPE('p', &lupe_ioctl_rtc),
	OF_TYPE('W', &lupe_ioctl_watchdog), OF_TYPE('R', &lupe_ioctl_random),
	OF_TYPE('I', &lupe_ioctl_inotify), OF_TYPE('$', &lupe_ioctl_perf),
	OF_TYPE(0xb7, &lupe_ioctl_namespace), OF_TYPE(0xaa, &lupe_ioctl_userfault),
	OF_TYPE('!', &lupe_ioctl_seccomp), OF_TYPE(0xae, &lupe_ioctl_kvm),
	OF_TYPE('M', &lupe_ioctl_mtd), OF_TYPE('o', &lupe_ioctl_ubi),
	OF_TYPE('O', &lupe_ioctl_ubi_volume), OF_TYPE('=', &lupe_ioctl_clock),
	OF_TYPE('>', &lupe_ioctl_counter), OF_TYPE('i', &lupe_ioctl_infrared),
	OF_TYPE(0xb4, &lupe_ioctl_gpio), OF_TYPE(0xa4, &lupe_ioctl_tee),
	OF_TYPE('V', &lupe_ioctl_video), OF_TYPE(0xfd, &lupe_ioctl_mapper))

static const struct lupe_syscall entries[] = {
SYSCALL(ioctl, G_DESC, NULL,
	IN("fd", &lupe_type_fd), IN("cmd", &command_type),
	IN("arg", &lupe_type_ulong_hex, .choice = &parameters))
};
/* clang-format on */

EXPORT_FAMILY(ioctl)
