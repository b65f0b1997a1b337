/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Memory: mappings, their protection and locking, NUMA policy, memory of other processes.
 */
#include <asm/mman.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/mempolicy.h>
#include <linux/userfaultfd.h>
#include <sys/mman.h>
#include "base/arena.h"
#include "syscall/table/memory.h"
#include "syscall/table/table.h"

enum { PAGE = 4096, NODE_WORDS_MAX = 1024, NODES_PER_WORD = 64 };

static bool has_new_address(const struct lupe_value *args)
{
	return (args->children[3].u & (MREMAP_MAYMOVE | MREMAP_FIXED)) ==
	       (MREMAP_MAYMOVE | MREMAP_FIXED);
}

/* --- flags of mappings --- */

static const struct lupe_type map_bits, map_kind, map_rest;

static void map_symbols(struct lupe_printer *printer, uint64_t number)
{
	uint64_t kind = number & MAP_TYPE, bits = (uint32_t)number & ~(uint64_t)MAP_TYPE;

	if (kind <= MAP_SHARED_VALIDATE) {
		lupe_strace_huge_flags(printer, &map_bits, number, "MAP_HUGE_SHIFT");
		return;
	}
	lupe_strace_symbol(printer, &map_kind, kind);
	if (!bits)
		return;
	lupe_buffer_char(printer->out, '|');
	/* A kind is always written first: here it is there already. */
	lupe_strace_huge_flags(printer, &map_rest, bits, "MAP_HUGE_SHIFT");
}

static void print_map_flags(struct lupe_printer *printer, const struct lupe_value *value)
{
	lupe_strace_by_xlat(printer, value->u, map_symbols);
}

static const struct lupe_type_ops map_flags_ops = {.print = print_map_flags};

/* --- sets of NUMA nodes: longs of bits --- */

static void print_node_word(struct lupe_printer *printer, const struct lupe_value *value)
{
	lupe_buffer_printf(printer->out, "%#016" PRIx64, value->u);
}

static const struct lupe_type_ops node_word_ops = {.print = print_node_word};
static const struct lupe_type node_word = {
    .name = "unsigned long", .kind = LUPE_KIND_UINT, .size = 8, .ops = &node_word_ops};

/* `count` elements of an array at the value's address. Of a call that failed only an array of
 * none is known. */
static void decode_array(struct lupe_decode *decode, struct lupe_value *value,
			 const struct lupe_type *element, size_t count)
{
	struct lupe_type *array = lupe_arena_alloc(decode->arena, sizeof(*array));

	if (!array || (decode->has_result && decode->failed && count)) {
		value->flags |= LUPE_VALUE_OPAQUE;
		return;
	}
	array->kind = LUPE_KIND_ARRAY;
	array->target = element;
	array->count = count;
	lupe_value_fill(decode, value, array, value->address, count);
}

/* `limit` is one more than the number of nodes, as the kernel wants it. */
static void decode_answered_nodes(struct lupe_decode *decode, struct lupe_value *value,
				  size_t limit)
{
	size_t words = limit / NODES_PER_WORD + (limit % NODES_PER_WORD > 1);

	if (limit == 1 || words > NODE_WORDS_MAX)
		value->flags |= LUPE_VALUE_OPAQUE;
	else
		decode_array(decode, value, &node_word, words);
}

static void decode_nodes(struct lupe_decode *decode, struct lupe_value *value, size_t limit)
{
	struct lupe_decode given = *decode;

	given.failed = false; /* the caller's: they are there whatever happened */
	decode_answered_nodes(&given, value, limit);
	decode->n_values = given.n_values;
	decode->n_bytes = given.n_bytes;
}

static const struct lupe_type_ops nodes_ops = {.decode = decode_nodes};
static const struct lupe_type_ops answered_nodes_ops = {.decode = decode_answered_nodes};
static const struct lupe_type nodes = {
    .name = "nodemask_t", .kind = LUPE_KIND_CUSTOM, .ops = &nodes_ops};
static const struct lupe_type answered_nodes = {
    .name = "nodemask_t", .kind = LUPE_KIND_CUSTOM, .ops = &answered_nodes_ops};

/* --- one thing for each page --- */

/* Only the lowest bit means something: mincore(2). */
static void print_page_state(struct lupe_printer *printer, const struct lupe_value *value)
{
	lupe_buffer_unsigned(printer->out, value->u & 1);
}

static const struct lupe_type_ops page_state_ops = {.print = print_page_state};
static const struct lupe_type page_state = {
    .name = "unsigned char", .kind = LUPE_KIND_UINT, .size = 1, .ops = &page_state_ops};

static void decode_pages(struct lupe_decode *decode, struct lupe_value *value, size_t limit)
{
	decode_array(decode, value, &page_state, limit / PAGE + (limit % PAGE != 0));
}

static const struct lupe_type_ops pages_ops = {.decode = decode_pages};
static const struct lupe_type pages = {
    .name = "unsigned char []", .kind = LUPE_KIND_CUSTOM, .ops = &pages_ops};

/* A node, or the negative number of an error. */
static void print_page_status(struct lupe_printer *printer, const struct lupe_value *value)
{
	const char *name = value->i < 0 ? lupe_errno_name((int)-value->i) : NULL;

	if (!name || printer->options->xlat == LUPE_XLAT_RAW) {
		lupe_buffer_decimal(printer->out, value->i);
		return;
	}
	if (printer->options->xlat == LUPE_XLAT_VERBOSE) {
		lupe_buffer_decimal(printer->out, value->i);
		lupe_buffer_string(printer->out, " /* ");
	}
	lupe_buffer_char(printer->out, '-');
	lupe_buffer_string(printer->out, name);
	if (printer->options->xlat == LUPE_XLAT_VERBOSE)
		lupe_buffer_string(printer->out, " */");
}

static const struct lupe_type_ops page_status_ops = {.print = print_page_status};
static const struct lupe_type page_status = {
    .name = "int", .kind = LUPE_KIND_INT, .size = 4, .ops = &page_status_ops};

static void decode_page_statuses(struct lupe_decode *decode, struct lupe_value *value, size_t limit)
{
	decode_array(decode, value, &page_status, limit);
}

static const struct lupe_type_ops page_statuses_ops = {.decode = decode_page_statuses};
static const struct lupe_type page_statuses = {
    .name = "int []", .kind = LUPE_KIND_CUSTOM, .ops = &page_statuses_ops};

/* --- types --- */

struct cachestat_range {
	uint64_t off, len;
};

struct cachestat {
	uint64_t nr_cache, nr_dirty, nr_writeback, nr_evicted, nr_recently_evicted;
};

/* clang-format off */

static FLAGS(protection, 8, "PROT_???", NULL,
	E(PROT_NONE), E(PROT_READ), E(PROT_WRITE), E(PROT_EXEC), E_AS("PROT_SEM", 8),
	E(PROT_GROWSDOWN), E(PROT_GROWSUP))

#define MAP_BITS                                                                                  \
	E(MAP_FIXED), E(MAP_ANONYMOUS), E(MAP_32BIT), E(MAP_NORESERVE), E(MAP_POPULATE),          \
	E(MAP_NONBLOCK), E(MAP_GROWSDOWN), E(MAP_DENYWRITE), E(MAP_EXECUTABLE), E(MAP_LOCKED),    \
	E(MAP_STACK), E(MAP_HUGETLB), E(MAP_SYNC), E(MAP_FIXED_NOREPLACE)
#define MAP_KINDS                                                                                 \
	IN_FIELD(MAP_FILE, MAP_TYPE), IN_FIELD(MAP_SHARED, MAP_TYPE),                             \
	IN_FIELD(MAP_PRIVATE, MAP_TYPE), IN_FIELD(MAP_SHARED_VALIDATE, MAP_TYPE)

static ENUM(map_kind, 4, "MAP_???",
	E(MAP_FILE), E(MAP_SHARED), E(MAP_PRIVATE), E(MAP_SHARED_VALIDATE))
static FLAGS(map_bits, 4, "MAP_???", NULL, MAP_KINDS, MAP_BITS)
static FLAGS(map_rest, 4, "MAP_???", NULL, MAP_BITS)
static const struct lupe_type map_flags = {
	.kind = LUPE_KIND_FLAGS, .size = 8, .unknown = "MAP_???", .ops = &map_flags_ops,
	ENUMERATORS(MAP_KINDS, MAP_BITS)};

static FLAGS(mremap_flags, 8, "MREMAP_???", NULL,
	E(MREMAP_MAYMOVE), E(MREMAP_FIXED), E_AS("MREMAP_DONTUNMAP", 4))
ENUM(lupe_type_memory_advice, 4, "MADV_???",
	E(MADV_NORMAL), E(MADV_RANDOM), E(MADV_SEQUENTIAL), E(MADV_WILLNEED), E(MADV_DONTNEED),
	E(MADV_FREE), E(MADV_REMOVE), E(MADV_DONTFORK), E(MADV_DOFORK), E(MADV_HWPOISON),
	E_AS("MADV_SOFT_OFFLINE", 101), E(MADV_MERGEABLE), E(MADV_UNMERGEABLE), E(MADV_HUGEPAGE),
	E(MADV_NOHUGEPAGE), E(MADV_DONTDUMP), E(MADV_DODUMP), E(MADV_WIPEONFORK),
	E(MADV_KEEPONFORK), E(MADV_COLD), E(MADV_PAGEOUT), E(MADV_POPULATE_READ),
	E(MADV_POPULATE_WRITE), E(MADV_DONTNEED_LOCKED), E_AS("MADV_COLLAPSE", 25))
static FLAGS(mlock2_flags, 4, "MLOCK_???", NULL, E_AS("MLOCK_ONFAULT", 1))
static FLAGS(mlockall_flags, 4, "MCL_???", NULL, E(MCL_CURRENT), E(MCL_FUTURE), E(MCL_ONFAULT))
static FLAGS(msync_flags, 4, "MS_???", NULL, E(MS_SYNC), E(MS_ASYNC), E(MS_INVALIDATE))
static FLAGS(pkey_rights, 8, "PKEY_???", NULL, E(PKEY_DISABLE_ACCESS), E(PKEY_DISABLE_WRITE),
	E_AS("PKEY_DISABLE_EXECUTE", 4))

#define POLICY_MODE (~UINT64_C(0xe000))
#define POLICIES                                                                       \
	IN_FIELD(MPOL_DEFAULT, POLICY_MODE), IN_FIELD(MPOL_PREFERRED, POLICY_MODE),    \
	IN_FIELD(MPOL_BIND, POLICY_MODE), IN_FIELD(MPOL_INTERLEAVE, POLICY_MODE),      \
	IN_FIELD(MPOL_LOCAL, POLICY_MODE), IN_FIELD(MPOL_PREFERRED_MANY, POLICY_MODE), \
	E(MPOL_F_STATIC_NODES), E(MPOL_F_RELATIVE_NODES), E(MPOL_F_NUMA_BALANCING)
static FLAGS(policy, 4, "MPOL_???", NULL, POLICIES)
static FLAGS(policy_64, 8, "MPOL_???", NULL, POLICIES)
static FLAGS(policy_move, 4, "MPOL_???", NULL,
	E(MPOL_MF_STRICT), E(MPOL_MF_MOVE), E(MPOL_MF_MOVE_ALL))
static FLAGS(page_move, 4, "MPOL_???", NULL, E(MPOL_MF_MOVE), E(MPOL_MF_MOVE_ALL))
static FLAGS(policy_query, 8, "MPOL_???", NULL,
	E(MPOL_F_NODE), E(MPOL_F_ADDR), E(MPOL_F_MEMS_ALLOWED))

static FLAGS(userfaultfd_flags, 4, "UFFD_???", NULL,
	E(UFFD_USER_MODE_ONLY), E(O_NONBLOCK), E(O_CLOEXEC))
static FLAGS(memfd_secret_flags, 4, NULL, NULL, E(O_CLOEXEC))

static STRUCT(cachestat_range, struct cachestat_range,
	FIELD(struct cachestat_range, off, &lupe_type_ulong),
	FIELD(struct cachestat_range, len, &lupe_type_ulong))
static STRUCT(cachestat, struct cachestat,
	FIELD(struct cachestat, nr_cache, &lupe_type_ulong),
	FIELD(struct cachestat, nr_dirty, &lupe_type_ulong),
	FIELD(struct cachestat, nr_writeback, &lupe_type_ulong),
	FIELD(struct cachestat, nr_evicted, &lupe_type_ulong),
	FIELD(struct cachestat, nr_recently_evicted, &lupe_type_ulong))

static FLAGS(shadow_stack_flags, 4, "SHADOW_STACK_???", NULL,
	E_AS("SHADOW_STACK_SET_TOKEN", 1), E_AS("SHADOW_STACK_SET_MARKER", 2))

static const struct lupe_syscall entries[] = {

/* --- mappings --- */
SYSCALL(brk, G_MEMORY, &lupe_type_address, IN("addr", &lupe_type_address))
SYSCALL(mmap, G_DESC | G_MEMORY, &lupe_type_address,
	IN("addr", &lupe_type_address), IN("length", &lupe_type_size_t), IN("prot", &protection),
	IN("flags", &map_flags), IN("fd", &lupe_type_fd), IN("offset", &lupe_type_ulong_hex))
SYSCALL(munmap, G_MEMORY, NULL,
	IN("addr", &lupe_type_address), IN("length", &lupe_type_size_t))
SYSCALL(mremap, G_MEMORY, &lupe_type_address,
	IN("old_address", &lupe_type_address), IN("old_size", &lupe_type_size_t),
	IN("new_size", &lupe_type_size_t), IN("flags", &mremap_flags),
	IN("new_address", &lupe_type_address, .present = has_new_address))
SYSCALL(remap_file_pages, G_MEMORY, NULL,
	IN("addr", &lupe_type_address), IN("size", &lupe_type_size_t), IN("prot", &protection),
	IN("pgoff", &lupe_type_ulong), IN("flags", &map_flags))
SYSCALL(mprotect, G_MEMORY, NULL,
	IN("addr", &lupe_type_address), IN("len", &lupe_type_size_t), IN("prot", &protection))
SYSCALL(pkey_mprotect, G_MEMORY, NULL,
	IN("addr", &lupe_type_address), IN("len", &lupe_type_size_t), IN("prot", &protection),
	IN("pkey", &lupe_type_int))
SYSCALL(pkey_alloc, 0, NULL,
	IN("flags", &lupe_type_ulong_hex), IN("access_rights", &pkey_rights))
SYSCALL(pkey_free, 0, NULL, IN("pkey", &lupe_type_int))
SYSCALL(madvise, G_MEMORY, NULL,
	IN("addr", &lupe_type_address), IN("length", &lupe_type_size_t), IN("advice", &lupe_type_memory_advice))
SYSCALL(msync, G_MEMORY, NULL,
	IN("addr", &lupe_type_address), IN("length", &lupe_type_size_t), IN("flags", &msync_flags))
SYSCALL(mincore, G_MEMORY, NULL,
	IN("addr", &lupe_type_address), IN("length", &lupe_type_size_t),
	LATE("vec", PTR(&pages), .count = BY_MEMBER(1)))
SYSCALL(mlock, G_MEMORY, NULL, IN("addr", &lupe_type_address), IN("len", &lupe_type_size_t))
SYSCALL(mlock2, G_MEMORY, NULL,
	IN("addr", &lupe_type_address), IN("len", &lupe_type_size_t), IN("flags", &mlock2_flags))
SYSCALL(munlock, G_MEMORY, NULL, IN("addr", &lupe_type_address), IN("len", &lupe_type_size_t))
SYSCALL(mlockall, G_MEMORY, NULL, IN("flags", &mlockall_flags))
SYSCALL_NO_ARGS(munlockall, G_MEMORY, NULL, 0)
SYSCALL(mseal, G_MEMORY, NULL,
	IN("addr", &lupe_type_address), IN("len", &lupe_type_size_t),
	IN("flags", &lupe_type_ulong_hex))
SYSCALL(map_shadow_stack, G_MEMORY, &lupe_type_address,
	IN("addr", &lupe_type_address), IN("size", &lupe_type_size_t),
	IN("flags", &shadow_stack_flags))
SYSCALL(cachestat, G_DESC, NULL,
	IN("fd", &lupe_type_fd), IN("cstat_range", PTR(&cachestat_range)),
	OUT("cstat", PTR(&cachestat)), IN("flags", &lupe_type_u32_hex))

/* --- NUMA --- */
SYSCALL(mbind, G_MEMORY, NULL,
	IN("addr", &lupe_type_address), IN("len", &lupe_type_size_t), IN("mode", &policy_64),
	IN("nodemask", PTR(&nodes), .count = BY_MEMBER(4)), IN("maxnode", &lupe_type_ulong),
	IN("flags", &policy_move))
SYSCALL(set_mempolicy, G_MEMORY, NULL,
	IN("mode", &policy), IN("nodemask", PTR(&nodes), .count = BY_MEMBER(2)),
	IN("maxnode", &lupe_type_ulong))
SYSCALL(get_mempolicy, G_MEMORY, NULL,
	OUT("mode", PTR(&policy)), LATE("nodemask", PTR(&answered_nodes), .count = BY_MEMBER(2)),
	IN("maxnode", &lupe_type_ulong), IN("addr", &lupe_type_address),
	IN("flags", &policy_query))
SYSCALL(set_mempolicy_home_node, G_MEMORY, NULL,
	IN("start", &lupe_type_address), IN("len", &lupe_type_size_t),
	IN("home_node", &lupe_type_ulong), IN("flags", &lupe_type_ulong_hex))
SYSCALL(migrate_pages, G_MEMORY, NULL,
	IN("pid", &lupe_type_pid), IN("maxnode", &lupe_type_ulong),
	IN("old_nodes", PTR(&nodes), .count = BY_MEMBER(1)),
	IN("new_nodes", PTR(&nodes), .count = BY_MEMBER(1)))
SYSCALL(move_pages, G_MEMORY, NULL,
	IN("pid", &lupe_type_pid), IN("count", &lupe_type_ulong),
	IN("pages", PTR(&lupe_type_address), .count = BY_MEMBER(1)),
	IN("nodes", PTR(&lupe_type_int), .count = BY_MEMBER(1)),
	LATE("status", PTR(&page_statuses), .count = BY_MEMBER(1)), IN("flags", &page_move))

/* --- memory of other processes, memory as files --- */
SYSCALL(process_vm_readv, 0, NULL,
	IN("pid", &lupe_type_pid),
	LATE("local_iov", PTR(&lupe_type_iovecs_filled), .count = BY_MEMBER(2)),
	IN("liovcnt", &lupe_type_ulong),
	IN("remote_iov", PTR(&lupe_type_iovec_address), .count = BY_MEMBER(4)),
	IN("riovcnt", &lupe_type_ulong), IN("flags", &lupe_type_ulong))
SYSCALL(process_vm_writev, 0, NULL,
	IN("pid", &lupe_type_pid), IN("local_iov", PTR(&lupe_type_iovec), .count = BY_MEMBER(2)),
	IN("liovcnt", &lupe_type_ulong),
	IN("remote_iov", PTR(&lupe_type_iovec_address), .count = BY_MEMBER(4)),
	IN("riovcnt", &lupe_type_ulong), IN("flags", &lupe_type_ulong))
SYSCALL(userfaultfd, G_DESC, &lupe_type_fd, IN("flags", &userfaultfd_flags))
SYSCALL(memfd_secret, G_DESC, &lupe_type_fd, IN("flags", &memfd_secret_flags))
};

EXPORT_FAMILY(memory)
