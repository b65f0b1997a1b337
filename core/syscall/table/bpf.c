/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * bpf(2): a command and a union whose part for that command has grown over the years. The caller says
 * how many bytes of it there are: what it leaves out is zero for the kernel and so it is here, but
 * members newer than the first version are only shown when the size reaches them. Bytes beyond the
 * members we know are told by "..." unless they are zero.
 */
#include <linux/bpf.h>
#include "base/arena.h"
#include "syscall/table/table.h"

enum { ATTR_MAX = 4096 };

/* clang-format off */

static ENUM(command, 4, "BPF_???",
	E(BPF_MAP_CREATE), E(BPF_MAP_LOOKUP_ELEM), E(BPF_MAP_UPDATE_ELEM), E(BPF_MAP_DELETE_ELEM),
	E(BPF_MAP_GET_NEXT_KEY), E(BPF_PROG_LOAD), E(BPF_OBJ_PIN), E(BPF_OBJ_GET), E(BPF_PROG_ATTACH),
	E(BPF_PROG_DETACH), E(BPF_PROG_TEST_RUN), E(BPF_PROG_GET_NEXT_ID), E(BPF_MAP_GET_NEXT_ID),
	E(BPF_PROG_GET_FD_BY_ID), E(BPF_MAP_GET_FD_BY_ID), E(BPF_OBJ_GET_INFO_BY_FD), E(BPF_PROG_QUERY),
	E(BPF_RAW_TRACEPOINT_OPEN), E(BPF_BTF_LOAD), E(BPF_BTF_GET_FD_BY_ID), E(BPF_TASK_FD_QUERY),
	E(BPF_MAP_LOOKUP_AND_DELETE_ELEM), E(BPF_MAP_FREEZE), E(BPF_BTF_GET_NEXT_ID), E(BPF_MAP_LOOKUP_BATCH),
	E(BPF_MAP_LOOKUP_AND_DELETE_BATCH), E(BPF_MAP_UPDATE_BATCH), E(BPF_MAP_DELETE_BATCH), E(BPF_LINK_CREATE),
	E(BPF_LINK_UPDATE), E(BPF_LINK_GET_FD_BY_ID), E(BPF_LINK_GET_NEXT_ID), E(BPF_ENABLE_STATS),
	E(BPF_ITER_CREATE), E(BPF_LINK_DETACH), E(BPF_PROG_BIND_MAP), E_AS("BPF_TOKEN_CREATE", 36))

static const struct lupe_syscall entries[] = {
SYSCALL(bpf, G_DESC, &lupe_type_fd,
	IN("cmd", &command), IN("attr", &lupe_type_address), IN("size", &lupe_type_uint))
};

EXPORT_FAMILY(bpf)
