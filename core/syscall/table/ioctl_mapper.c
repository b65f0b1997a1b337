/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ioctls of the device mapper: one struct for all commands, of which each uses some fields, others when it asks
 * than when it answers. What lies behind the struct (targets, names, dependencies) is told by "...".
 */
#include <linux/ioctl.h>
#include <linux/types.h>
/* both before the next, which does not include them */
#include <linux/dm-ioctl.h>
#include <stddef.h>
#include "syscall/notation.h"
#include "syscall/table/ioctl.h"
#include "syscall/types.h"

static void print_control(struct lupe_printer *printer, const struct lupe_value *value);

/* clang-format off */

#define FLAG(name) E(DM_##name##_FLAG)
static FLAGS(flags, 4, "DM_???", NULL,
	FLAG(READONLY), FLAG(SUSPEND), FLAG(PERSISTENT_DEV), FLAG(STATUS_TABLE), FLAG(ACTIVE_PRESENT),
	FLAG(INACTIVE_PRESENT), FLAG(BUFFER_FULL), FLAG(SKIP_BDGET), FLAG(SKIP_LOCKFS), FLAG(NOFLUSH),
	FLAG(QUERY_INACTIVE_TABLE), FLAG(UEVENT_GENERATED), FLAG(UUID), FLAG(SECURE_DATA),
	E(DM_DATA_OUT_FLAG), E(DM_DEFERRED_REMOVE), E(DM_INTERNAL_SUSPEND_FLAG))
static const struct lupe_type three = {.kind = LUPE_KIND_ARRAY, .target = &lupe_type_uint, .count = 3};
static const struct lupe_type name = CSTRING(DM_NAME_LEN), uuid = CSTRING(DM_UUID_LEN);
static const struct lupe_type_ops control_ops = {.print = print_control};
static STRUCT_PRINTED_BY(control, struct dm_ioctl, &control_ops,
	FIELD(struct dm_ioctl, version, &three), FIELD(struct dm_ioctl, data_size, &lupe_type_uint),
	FIELD(struct dm_ioctl, data_start, &lupe_type_uint), FIELD(struct dm_ioctl, dev, &lupe_type_dev),
	FIELD(struct dm_ioctl, name, &name), FIELD(struct dm_ioctl, uuid, &uuid),
	FIELD(struct dm_ioctl, target_count, &lupe_type_uint), FIELD(struct dm_ioctl, open_count, &lupe_type_int),
	FIELD(struct dm_ioctl, event_nr, &lupe_type_uint), FIELD(struct dm_ioctl, flags, &flags))
enum { VERSION, DATA_SIZE, DATA_START, DEV, NAME, UUID, TARGET_COUNT, OPEN_COUNT, EVENT_NR, FLAGS_, N_FIELDS };

/* What a command uses beside version, data_size and flags. */
enum use {
	DEVICE = 1,	/* dev, name, uuid */
	START = 2,	/* data_start */
	TARGETS = 4,	/* asks: target_count */
	EVENT = 8,	/* asks: event_nr */
	STATE = 16,	/* answers: target_count, open_count, event_nr */
	SAYS = 32,	/* asks with data behind the struct */
	TELLS = 64,	/* answers with data behind it */
};
static const unsigned char uses[] = {
	[DM_VERSION_CMD] = DEVICE, [DM_REMOVE_ALL_CMD] = 0, [DM_LIST_DEVICES_CMD] = START | TELLS,
	[DM_DEV_CREATE_CMD] = DEVICE | STATE, [DM_DEV_REMOVE_CMD] = DEVICE | EVENT,
	[DM_DEV_RENAME_CMD] = DEVICE | START | EVENT | STATE | SAYS, [DM_DEV_SUSPEND_CMD] = DEVICE | STATE,
	[DM_DEV_STATUS_CMD] = DEVICE | STATE, [DM_DEV_WAIT_CMD] = DEVICE | START | EVENT | STATE | TELLS,
	[DM_TABLE_LOAD_CMD] = DEVICE | START | TARGETS | STATE | SAYS, [DM_TABLE_CLEAR_CMD] = DEVICE | STATE,
	[DM_TABLE_DEPS_CMD] = DEVICE | START | STATE | TELLS,
	[DM_TABLE_STATUS_CMD] = DEVICE | START | STATE | TELLS, [DM_LIST_VERSIONS_CMD] = START | TELLS,
	[DM_TARGET_MSG_CMD] = DEVICE | START | STATE | SAYS,
	[DM_DEV_SET_GEOMETRY_CMD] = DEVICE | START | SAYS, [DM_DEV_ARM_POLL_CMD] = DEVICE,
};

#define EXCHANGES(command) WRITES_READS((uint32_t)command, &control)
COMMANDS(lupe_ioctl_mapper,
	EXCHANGES(DM_VERSION), EXCHANGES(DM_REMOVE_ALL), EXCHANGES(DM_LIST_DEVICES), EXCHANGES(DM_DEV_CREATE),
	EXCHANGES(DM_DEV_REMOVE), EXCHANGES(DM_DEV_RENAME), EXCHANGES(DM_DEV_SUSPEND),
	EXCHANGES(DM_DEV_STATUS), EXCHANGES(DM_DEV_WAIT), EXCHANGES(DM_TABLE_LOAD), EXCHANGES(DM_TABLE_CLEAR),
	EXCHANGES(DM_TABLE_DEPS), EXCHANGES(DM_TABLE_STATUS), EXCHANGES(DM_LIST_VERSIONS),
	EXCHANGES(DM_TARGET_MSG), EXCHANGES(DM_DEV_SET_GEOMETRY), EXCHANGES(DM_DEV_ARM_POLL))
/* clang-format on */

static bool is_said(const struct lupe_value *child)
{
	return child->n_bytes ? child->bytes[0] != 0 : child->u != 0;
}

static bool is_used(const struct lupe_value *value, unsigned field, unsigned command, bool answers)
{
	/* To suspend and to resume is one command; only the latter has an event. */
	bool resumes = command == DM_DEV_SUSPEND_CMD && !(value->children[FLAGS_].u & DM_SUSPEND_FLAG);
	unsigned use = uses[command];

	switch (field) {
	case DATA_START:
		return use & START;
	case DEV:
	case NAME:
	case UUID:
		return use & DEVICE && is_said(&value->children[field]);
	case TARGET_COUNT:
		return use & (answers ? STATE : TARGETS);
	case OPEN_COUNT:
		return answers && use & STATE;
	case EVENT_NR:
		return use & (answers ? STATE : EVENT) || (!answers && resumes);
	default:
		return true;
	}
}

static void print_fields(struct lupe_printer *printer, const struct lupe_value *value, unsigned command)
{
	struct lupe_value half = *value, children[N_FIELDS];

	for (unsigned i = 0; i < N_FIELDS; i++) {
		children[i] = value->children[i];
		if (!is_used(value, i, command, printer->update))
			children[i].flags |= LUPE_VALUE_ABSENT;
	}
	half.children = children;
	lupe_strace_struct(printer, &half);
	if (uses[command] & (printer->update ? TELLS : SAYS))
		lupe_buffer_string(printer->out, ", ...");
}

static void print_control(struct lupe_printer *printer, const struct lupe_value *value)
{
	unsigned command = printer->call ? printer->call->args[1] & 0xff : 0;

	if (printer->update && printer->call && printer->call->failed)
		return; /* nothing was answered */
	if (value->n_children != N_FIELDS || command >= ARRAY_SIZE(uses) ||
	    value->children[DATA_SIZE].u < offsetof(struct dm_ioctl, data)) {
		lupe_strace_address(printer, value->address);
		return;
	}
	lupe_buffer_char(printer->out, '[');
	if (value->children[VERSION].n_children && value->children[VERSION].children[0].u != DM_VERSION_MAJOR) {
		lupe_buffer_string(printer->out, "{version=");
		lupe_strace_value(printer, &value->children[VERSION]);
		lupe_buffer_string(printer->out, " /* unsupported device mapper ABI version */}");
	} else {
		print_fields(printer, value, command);
	}
	lupe_buffer_char(printer->out, ']');
}
