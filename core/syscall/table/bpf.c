/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * bpf(2): a command and a union whose part for that command has grown over the years. The caller
 * says how many bytes of it there are: what it leaves out is zero for the kernel and so it is here,
 * but members newer than the first version are only shown when the size reaches them. Bytes beyond
 * the members we know are told by "..." unless they are zero.
 */
#include <linux/bpf.h>
#include "base/arena.h"
#include "syscall/table/table.h"

enum { ATTR_MAX = 4096 };

/* A type made of `target`, a struct of all the members we know; `count` bytes of it were there from
 * the beginning. With a name, the union has a struct of that name for the command. */
static void decode_attr(struct lupe_decode *decode, struct lupe_value *value, size_t limit);
static void print_version(struct lupe_printer *printer, const struct lupe_value *value);

static bool has_node(const struct lupe_value *parent)
{
	return lupe_value_member(parent, "map_flags")->u & BPF_F_NUMA_NODE;
}

/* clang-format off */

static ENUM(command, 4, "BPF_???",
	E(BPF_MAP_CREATE), E(BPF_MAP_LOOKUP_ELEM), E(BPF_MAP_UPDATE_ELEM), E(BPF_MAP_DELETE_ELEM),
	E(BPF_MAP_GET_NEXT_KEY), E(BPF_PROG_LOAD), E(BPF_OBJ_PIN), E(BPF_OBJ_GET),
	E(BPF_PROG_ATTACH), E(BPF_PROG_DETACH), E(BPF_PROG_TEST_RUN), E(BPF_PROG_GET_NEXT_ID),
	E(BPF_MAP_GET_NEXT_ID), E(BPF_PROG_GET_FD_BY_ID), E(BPF_MAP_GET_FD_BY_ID),
	E(BPF_OBJ_GET_INFO_BY_FD), E(BPF_PROG_QUERY), E(BPF_RAW_TRACEPOINT_OPEN), E(BPF_BTF_LOAD),
	E(BPF_BTF_GET_FD_BY_ID), E(BPF_TASK_FD_QUERY), E(BPF_MAP_LOOKUP_AND_DELETE_ELEM),
	E(BPF_MAP_FREEZE), E(BPF_BTF_GET_NEXT_ID), E(BPF_MAP_LOOKUP_BATCH),
	E(BPF_MAP_LOOKUP_AND_DELETE_BATCH), E(BPF_MAP_UPDATE_BATCH), E(BPF_MAP_DELETE_BATCH),
	E(BPF_LINK_CREATE), E(BPF_LINK_UPDATE), E(BPF_LINK_GET_FD_BY_ID), E(BPF_LINK_GET_NEXT_ID),
	E(BPF_ENABLE_STATS), E(BPF_ITER_CREATE), E(BPF_LINK_DETACH), E(BPF_PROG_BIND_MAP),
	E_AS("BPF_TOKEN_CREATE", 36))


#define MAP(name) E(BPF_MAP_TYPE_##name)
static ENUM(map_type, 4, "BPF_MAP_TYPE_???",
	MAP(UNSPEC), MAP(HASH), MAP(ARRAY), MAP(PROG_ARRAY), MAP(PERF_EVENT_ARRAY),
	MAP(PERCPU_HASH), MAP(PERCPU_ARRAY), MAP(STACK_TRACE), MAP(CGROUP_ARRAY), MAP(LRU_HASH),
	MAP(LRU_PERCPU_HASH), MAP(LPM_TRIE), MAP(ARRAY_OF_MAPS), MAP(HASH_OF_MAPS), MAP(DEVMAP),
	MAP(SOCKMAP), MAP(CPUMAP), MAP(XSKMAP), MAP(SOCKHASH), MAP(CGROUP_STORAGE),
	MAP(REUSEPORT_SOCKARRAY), MAP(PERCPU_CGROUP_STORAGE), MAP(QUEUE), MAP(STACK),
	MAP(SK_STORAGE), MAP(DEVMAP_HASH), MAP(STRUCT_OPS), MAP(RINGBUF), MAP(INODE_STORAGE),
	MAP(TASK_STORAGE), MAP(BLOOM_FILTER))
#define PROG(name) E(BPF_PROG_TYPE_##name)
static ENUM(prog_type, 4, "BPF_PROG_TYPE_???",
	PROG(UNSPEC), PROG(SOCKET_FILTER), PROG(KPROBE), PROG(SCHED_CLS), PROG(SCHED_ACT),
	PROG(TRACEPOINT), PROG(XDP), PROG(PERF_EVENT), PROG(CGROUP_SKB), PROG(CGROUP_SOCK),
	PROG(LWT_IN), PROG(LWT_OUT), PROG(LWT_XMIT), PROG(SOCK_OPS), PROG(SK_SKB),
	PROG(CGROUP_DEVICE), PROG(SK_MSG), PROG(RAW_TRACEPOINT), PROG(CGROUP_SOCK_ADDR),
	PROG(LWT_SEG6LOCAL), PROG(LIRC_MODE2), PROG(SK_REUSEPORT), PROG(FLOW_DISSECTOR),
	PROG(CGROUP_SYSCTL), PROG(RAW_TRACEPOINT_WRITABLE), PROG(CGROUP_SOCKOPT), PROG(TRACING),
	PROG(STRUCT_OPS), PROG(EXT), PROG(LSM), PROG(SK_LOOKUP), PROG(SYSCALL))
static ENUM(attach_type, 4, "BPF_???",
	E(BPF_CGROUP_INET_INGRESS), E(BPF_CGROUP_INET_EGRESS), E(BPF_CGROUP_INET_SOCK_CREATE),
	E(BPF_CGROUP_SOCK_OPS), E(BPF_SK_SKB_STREAM_PARSER), E(BPF_SK_SKB_STREAM_VERDICT),
	E(BPF_CGROUP_DEVICE), E(BPF_SK_MSG_VERDICT), E(BPF_CGROUP_INET4_BIND),
	E(BPF_CGROUP_INET6_BIND), E(BPF_CGROUP_INET4_CONNECT), E(BPF_CGROUP_INET6_CONNECT),
	E(BPF_CGROUP_INET4_POST_BIND), E(BPF_CGROUP_INET6_POST_BIND), E(BPF_CGROUP_UDP4_SENDMSG),
	E(BPF_CGROUP_UDP6_SENDMSG), E(BPF_LIRC_MODE2), E(BPF_FLOW_DISSECTOR), E(BPF_CGROUP_SYSCTL),
	E(BPF_CGROUP_UDP4_RECVMSG), E(BPF_CGROUP_UDP6_RECVMSG), E(BPF_CGROUP_GETSOCKOPT),
	E(BPF_CGROUP_SETSOCKOPT), E(BPF_TRACE_RAW_TP), E(BPF_TRACE_FENTRY), E(BPF_TRACE_FEXIT),
	E(BPF_MODIFY_RETURN), E(BPF_LSM_MAC), E(BPF_TRACE_ITER), E(BPF_CGROUP_INET4_GETPEERNAME),
	E(BPF_CGROUP_INET6_GETPEERNAME), E(BPF_CGROUP_INET4_GETSOCKNAME),
	E(BPF_CGROUP_INET6_GETSOCKNAME), E(BPF_XDP_DEVMAP), E(BPF_CGROUP_INET_SOCK_RELEASE),
	E(BPF_XDP_CPUMAP), E(BPF_SK_LOOKUP), E(BPF_XDP), E(BPF_SK_SKB_VERDICT),
	E(BPF_SK_REUSEPORT_SELECT), E(BPF_SK_REUSEPORT_SELECT_OR_MIGRATE), E(BPF_PERF_EVENT),
	E(BPF_TRACE_KPROBE_MULTI), E(BPF_LSM_CGROUP))
static FLAGS(map_flags, 4, "BPF_F_???", NULL,
	E(BPF_F_NO_PREALLOC), E(BPF_F_NO_COMMON_LRU), E(BPF_F_NUMA_NODE), E(BPF_F_RDONLY),
	E(BPF_F_WRONLY), E(BPF_F_STACK_BUILD_ID), E(BPF_F_ZERO_SEED), E(BPF_F_RDONLY_PROG),
	E(BPF_F_WRONLY_PROG), E(BPF_F_CLONE), E(BPF_F_MMAPABLE), E(BPF_F_PRESERVE_ELEMS),
	E(BPF_F_INNER_MAP))
static FLAGS(file_flags, 4, "BPF_F_???", NULL, E(BPF_F_RDONLY), E(BPF_F_WRONLY))
static FLAGS(prog_flags, 4, "BPF_F_???", NULL,
	E(BPF_F_STRICT_ALIGNMENT), E(BPF_F_ANY_ALIGNMENT), E(BPF_F_TEST_RND_HI32),
	E(BPF_F_TEST_STATE_FREQ), E(BPF_F_SLEEPABLE), E(BPF_F_XDP_HAS_FRAGS))
static FLAGS(attach_flags, 4, "BPF_F_???", NULL, E(BPF_F_ALLOW_OVERRIDE), E(BPF_F_ALLOW_MULTI),
	E(BPF_F_REPLACE))
static FLAGS(query_flags, 4, "BPF_F_QUERY_???", NULL, E(BPF_F_QUERY_EFFECTIVE))
static FLAGS(test_flags, 4, "BPF_F_???", NULL, E(BPF_F_TEST_RUN_ON_CPU))
static FLAGS(lookup_flags, 8, "BPF_???", "BPF_ANY", E(BPF_F_LOCK))
static ENUM(element_flags, 8, "BPF_???", E(BPF_ANY), E(BPF_NOEXIST), E(BPF_EXIST), E(BPF_F_LOCK))
static ENUM(fd_type, 4, "BPF_FD_TYPE_???",
	E(BPF_FD_TYPE_RAW_TRACEPOINT), E(BPF_FD_TYPE_TRACEPOINT), E(BPF_FD_TYPE_KPROBE),
	E(BPF_FD_TYPE_KRETPROBE), E(BPF_FD_TYPE_UPROBE), E(BPF_FD_TYPE_URETPROBE))
static const struct lupe_type object_name = {.name = "char [16]", .kind = LUPE_KIND_STRING,
	.size = BPF_OBJ_NAME_LEN};
static const struct lupe_type_ops version_ops = {.print = print_version};
static const struct lupe_type version = {.name = "unsigned int", .kind = LUPE_KIND_UINT, .size = 4,
	.ops = &version_ops};

#define A(field, type, ...) FIELD(union bpf_attr, field, type, ##__VA_ARGS__)
/* A member of a struct inside the union, as if it began there. */
#define IN_PART(part, field, type_, ...) \
	{.name = #field, .type = (type_), .offset = offsetof(union bpf_attr, \
	part.field) - offsetof(union bpf_attr, part), ##__VA_ARGS__}
#define UINT &lupe_type_uint
#define ADDRESS &lupe_type_address
#define STRING PTR(&lupe_type_string)
#define FD &lupe_type_fd

static const struct lupe_type_ops attr_ops = {.decode = decode_attr};
/* The command's members in the order of their places; `from` is the size of the first version. */
#define ATTR(id, part, size_, from, ...) \
	static const struct lupe_type id##_all = {.name = "union bpf_attr", \
	.kind = LUPE_KIND_STRUCT, .size = (size_), \
		MEMBERS(__VA_ARGS__)}; \
	static const struct lupe_type id = {.name = part, .kind = LUPE_KIND_CUSTOM, \
	.target = &id##_all, \
		.count = (from), .ops = &attr_ops};

ATTR(map_create, NULL, 72, 16,
	A(map_type, &map_type), A(key_size, UINT), A(value_size, UINT), A(max_entries, UINT),
	A(map_flags, &map_flags), A(inner_map_fd, FD), A(numa_node, UINT, .present = has_node),
	A(map_name, &object_name), A(map_ifindex, UINT), A(btf_fd, FD), A(btf_key_type_id, UINT),
	A(btf_value_type_id, UINT), A(btf_vmlinux_value_type_id, UINT),
	A(map_extra, &lupe_type_ulong))
ATTR(lookup, NULL, 32, 24,
	A(map_fd, FD), A(key, ADDRESS), A(value, ADDRESS), A(flags, &lookup_flags))
ATTR(update, NULL, 32, 32,
	A(map_fd, FD), A(key, ADDRESS), A(value, ADDRESS), A(flags, &element_flags))
ATTR(delete_element, NULL, 16, 16, A(map_fd, FD), A(key, ADDRESS))
ATTR(next_key, NULL, 24, 24, A(map_fd, FD), A(key, ADDRESS), A(next_key, ADDRESS))
ATTR(prog_load, NULL, 128, 24,
	A(prog_type, &prog_type), A(insn_cnt, UINT), A(insns, ADDRESS), A(license, STRING),
	A(log_level, UINT), A(log_size, UINT),
	A(log_buf, PTR(&lupe_type_string), .count = BY_MEMBER(5)), A(kern_version, &version),
	A(prog_flags, &prog_flags), A(prog_name, &object_name), A(prog_ifindex, UINT),
	A(expected_attach_type, &attach_type), A(prog_btf_fd, FD), A(func_info_rec_size, UINT),
	A(func_info, ADDRESS), A(func_info_cnt, UINT), A(line_info_rec_size, UINT),
	A(line_info, ADDRESS), A(line_info_cnt, UINT), A(attach_btf_id, UINT),
	A(attach_prog_fd, FD), A(fd_array, ADDRESS))
ATTR(object, NULL, 16, 12, A(pathname, PTR(&lupe_type_path)), A(bpf_fd, FD),
	A(file_flags, &file_flags))
ATTR(attach, NULL, 20, 16,
	A(target_fd, FD), A(attach_bpf_fd, FD), A(attach_type, &attach_type),
	A(attach_flags, &attach_flags), A(replace_bpf_fd, FD))
ATTR(detach, NULL, 12, 12, A(target_fd, FD), A(attach_type, &attach_type))
#define TEST(field, type) IN_PART(test, field, type)
ATTR(test_run, "test", 76, 40,
	TEST(prog_fd, FD), TEST(retval, UINT), TEST(data_size_in, UINT), TEST(data_size_out, UINT),
	TEST(data_in, ADDRESS), TEST(data_out, ADDRESS), TEST(repeat, UINT), TEST(duration, UINT),
	TEST(ctx_size_in, UINT), TEST(ctx_size_out, UINT), TEST(ctx_in, ADDRESS),
	TEST(ctx_out, ADDRESS), TEST(flags, &test_flags), TEST(cpu, UINT), TEST(batch_size, UINT))
ATTR(next_id, NULL, 12, 8, A(start_id, UINT), A(next_id, UINT), A(open_flags, &file_flags))
ATTR(prog_by_id, NULL, 12, 8, A(prog_id, UINT), A(next_id, UINT), A(open_flags, &file_flags))
ATTR(map_by_id, NULL, 12, 8, A(map_id, UINT), A(next_id, UINT), A(open_flags, &file_flags))
ATTR(btf_by_id, NULL, 4, 4, A(btf_id, UINT))
ATTR(link_by_id, NULL, 4, 4, A(link_id, UINT))
ATTR(freeze, NULL, 4, 4, A(map_fd, FD))
ATTR(object_info, "info", 16, 16,
	IN_PART(info, bpf_fd, FD), IN_PART(info, info_len, UINT), IN_PART(info, info, ADDRESS))
ATTR(query, "query", 28, 28,
	IN_PART(query, target_fd, FD), IN_PART(query, attach_type, &attach_type),
	IN_PART(query, query_flags, &query_flags), IN_PART(query, attach_flags, &attach_flags),
	IN_PART(query, prog_ids, ADDRESS), IN_PART(query, prog_cnt, UINT))
ATTR(raw_tracepoint, "raw_tracepoint", 12, 12,
	IN_PART(raw_tracepoint, name, STRING), IN_PART(raw_tracepoint, prog_fd, FD))
ATTR(btf_load, NULL, 28, 28,
	A(btf, PTR(&lupe_type_bytes), .count = BY_MEMBER(2)),
	A(btf_log_buf, PTR(&lupe_type_string), .count = BY_MEMBER(3)), A(btf_size, UINT),
	A(btf_log_size, UINT), A(btf_log_level, UINT))
#define TASK(field, type) IN_PART(task_fd_query, field, type)
ATTR(task_fd_query, "task_fd_query", 48, 48,
	TASK(pid, &lupe_type_pid), TASK(fd, FD), TASK(flags, UINT), TASK(buf_len, UINT),
	TASK(buf, ADDRESS), TASK(prog_id, UINT), TASK(fd_type, &fd_type),
	TASK(probe_offset, &lupe_type_ulong_hex), TASK(probe_addr, &lupe_type_ulong_hex))
#define BATCH(field, type) IN_PART(batch, field, type)
#define BATCH_REST BATCH(count, UINT), BATCH(map_fd, FD), BATCH(elem_flags, &element_flags), \
	BATCH(flags, &lupe_type_ulong_hex)
ATTR(lookup_batch, "batch", 56, 56,
	BATCH(in_batch, ADDRESS), BATCH(out_batch, ADDRESS), BATCH(keys, ADDRESS),
	BATCH(values, ADDRESS), BATCH_REST)
ATTR(update_batch, "batch", 56, 56, BATCH(keys, ADDRESS), BATCH(values, ADDRESS), BATCH_REST)
ATTR(delete_batch, "batch", 56, 56, BATCH(keys, ADDRESS), BATCH_REST)
#define LINK(part, field, type) IN_PART(part, field, type)
ATTR(link_create, "link_create", 16, 16,
	LINK(link_create, prog_fd, FD), LINK(link_create, target_fd, FD),
	LINK(link_create, attach_type, &attach_type), LINK(link_create, flags, &lupe_type_u32_hex))
ATTR(link_update, "link_update", 12, 12,
	LINK(link_update, link_fd, FD), LINK(link_update, new_prog_fd, FD),
	LINK(link_update, flags, &attach_flags))

#define FIRST IN("cmd", &command)
#define ATTRIBUTE(command_, type) VARIANT(command_, FIRST, \
	IN("attr", PTR(&type), .count = BY_MEMBER(2)), IN("size", UINT))
/* Commands that answer no descriptor say so. */
#define PLAIN(command_, type) VARIANT_WITH(command_, &lupe_type_int, FIRST, \
	IN("attr", PTR(&type), .count = BY_MEMBER(2)), IN("size", UINT))
VARIANTS(bpf_variants, 0, 0,
	ATTRIBUTE(BPF_MAP_CREATE, map_create), PLAIN(BPF_MAP_LOOKUP_ELEM, lookup),
	PLAIN(BPF_MAP_UPDATE_ELEM, update), PLAIN(BPF_MAP_DELETE_ELEM, delete_element),
	PLAIN(BPF_MAP_GET_NEXT_KEY, next_key), ATTRIBUTE(BPF_PROG_LOAD, prog_load),
	PLAIN(BPF_OBJ_PIN, object), ATTRIBUTE(BPF_OBJ_GET, object), PLAIN(BPF_PROG_ATTACH, attach),
	PLAIN(BPF_PROG_DETACH, detach), PLAIN(BPF_PROG_TEST_RUN, test_run),
	PLAIN(BPF_PROG_GET_NEXT_ID, next_id), PLAIN(BPF_MAP_GET_NEXT_ID, next_id),
	ATTRIBUTE(BPF_PROG_GET_FD_BY_ID, prog_by_id), ATTRIBUTE(BPF_MAP_GET_FD_BY_ID, map_by_id),
	PLAIN(BPF_OBJ_GET_INFO_BY_FD, object_info), PLAIN(BPF_PROG_QUERY, query),
	ATTRIBUTE(BPF_RAW_TRACEPOINT_OPEN, raw_tracepoint), ATTRIBUTE(BPF_BTF_LOAD, btf_load),
	ATTRIBUTE(BPF_BTF_GET_FD_BY_ID, btf_by_id), PLAIN(BPF_TASK_FD_QUERY, task_fd_query),
	PLAIN(BPF_MAP_LOOKUP_AND_DELETE_ELEM, lookup), PLAIN(BPF_MAP_FREEZE, freeze),
	PLAIN(BPF_BTF_GET_NEXT_ID, next_id), PLAIN(BPF_MAP_LOOKUP_BATCH, lookup_batch),
	PLAIN(BPF_MAP_LOOKUP_AND_DELETE_BATCH, lookup_batch),
	PLAIN(BPF_MAP_UPDATE_BATCH, update_batch), PLAIN(BPF_MAP_DELETE_BATCH, delete_batch),
	ATTRIBUTE(BPF_LINK_CREATE, link_create), PLAIN(BPF_LINK_UPDATE, link_update),
	ATTRIBUTE(BPF_LINK_GET_FD_BY_ID, link_by_id), PLAIN(BPF_LINK_GET_NEXT_ID, next_id))

static const struct lupe_syscall entries[] = {
SYSCALL_WITH(bpf, G_DESC, &lupe_type_fd, WITH(.variants = &bpf_variants),
	FIRST, IN("attr", &lupe_type_address), IN("size", &lupe_type_uint))
};

EXPORT_FAMILY(bpf)

/* clang-format on */

static void print_version(struct lupe_printer *printer, const struct lupe_value *value)
{
	uint32_t number = (uint32_t)value->u;

	if (printer->options->xlat == LUPE_XLAT_RAW) {
		lupe_buffer_hex(printer->out, number);
		return;
	}
	lupe_buffer_printf(printer->out, "KERNEL_VERSION(%u, %u, %u)", number >> 16,
			   number >> 8 & 0xff, number & 0xff);
}

static bool any_set(const unsigned char *bytes, size_t from, size_t to)
{
	for (; from < to; from++)
		if (bytes[from])
			return true;
	return false;
}

/* Members that came together: a size inside of such a version reaches its end. */
static size_t whole_version(const struct lupe_type *all, size_t size)
{
	static const struct {
		const struct lupe_type *type;
		uint8_t from, to;
	} versions[] = {{&map_create_all, 48, 60},
			{&prog_load_all, 24, 40},
			{&prog_load_all, 72, 108},
			{&test_run_all, 40, 64},
			{&test_run_all, 64, 72}};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(versions); i++)
		if (versions[i].type == all && size > versions[i].from && size < versions[i].to)
			return versions[i].to;
	return size;
}

/* The members that the size reaches, as a type of their own. */
static struct lupe_type *shortened(struct lupe_decode *decode, const struct lupe_type *attr,
				   size_t size)
{
	struct lupe_type *type = lupe_arena_copy(decode->arena, attr->target, sizeof(*type));

	size = whole_version(attr->target, MAX(size, (size_t)attr->count));
	while (type && type->n_members && type->members[type->n_members - 1].offset >= size)
		type->n_members--;
	return type;
}

/* {test={...}}: a struct around it. */
static struct lupe_type *wrapped(struct lupe_decode *decode, const struct lupe_type *part,
				 const char *name)
{
	struct lupe_type *type = lupe_arena_alloc(decode->arena, sizeof(*type));
	struct lupe_member *member = lupe_arena_alloc(decode->arena, sizeof(*member));

	if (!type || !member)
		return NULL;
	*member = (struct lupe_member){.name = name, .type = part};
	*type = (struct lupe_type){.name = part->name,
				   .kind = LUPE_KIND_STRUCT,
				   .size = part->size,
				   .members = member,
				   .n_members = 1};
	return type;
}

static void decode_attr(struct lupe_decode *decode, struct lupe_value *value, size_t limit)
{
	const struct lupe_type *attr = lupe_type_strip(value->type);
	size_t known = attr->target->size, size = MIN(limit, (size_t)ATTR_MAX);
	unsigned char *bytes = lupe_arena_alloc(decode->arena, MAX(size, known));
	struct lupe_type *type = shortened(decode, attr, size);
	struct lupe_value *over = NULL;

	if (!bytes || lupe_memory_read_some(decode->memory, value->address, bytes, size) < size) {
		value->flags |= LUPE_VALUE_UNREADABLE;
		return;
	}
	if (type && attr->name)
		type = wrapped(decode, type, attr->name);
	if (type)
		over = lupe_value_over(decode, type, value->address, bytes, known);
	if (!over) {
		value->flags |= LUPE_VALUE_OPAQUE;
		return;
	}
	over->member = value->member;
	*value = *over;
	if (any_set(bytes, known, size))
		value->flags |= LUPE_VALUE_TRUNCATED;
}
