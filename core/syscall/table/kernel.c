/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The kernel and the machine: names, modules, reboot, logs, random numbers, personalities.
 */
#include <asm/ldt.h>
#include <asm/prctl.h>
#include <fcntl.h>
#include <linux/kexec.h>
#include <linux/membarrier.h>
#include <linux/module.h>
#include <linux/random.h>
#include <linux/reboot.h>
#include <sys/personality.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include "syscall/table/table.h"
#include "type/symbols.h"

enum {
	HOST_NAME_LIMIT = 64,
	KEXEC_SEGMENTS_MAX = 16,
	PERSONALITY_QUERY = -1,
	/* syslog's actions (syslog(2)) */
	LOG_CLOSE = 0,
	LOG_OPEN,
	LOG_READ,
	LOG_READ_ALL,
	LOG_READ_CLEAR,
	LOG_CLEAR,
	LOG_CONSOLE_OFF,
	LOG_CONSOLE_ON,
	LOG_CONSOLE_LEVEL,
	LOG_SIZE_UNREAD,
	LOG_SIZE_BUFFER,
	/* arch_prctl's newer codes (arch/x86/include/uapi/asm/prctl.h) */
	SET_CPUID = 0x1012,
	GET_CPUID = 0x1011,
	SHSTK_ENABLE = 0x5001,
	SHSTK_DISABLE,
	SHSTK_LOCK,
	SHSTK_UNLOCK,
	SHSTK_STATUS,
};

/* --- names: longer ones than the kernel takes are not read --- */

static void follow_host_name(struct lupe_decode *decode, struct lupe_value *value, size_t limit)
{
	lupe_value_follow_if(decode, value, limit, limit <= HOST_NAME_LIMIT);
}

static void follow_segments(struct lupe_decode *decode, struct lupe_value *value, size_t limit)
{
	lupe_value_follow_if(decode, value, limit, limit <= KEXEC_SEGMENTS_MAX);
}

/* --- numbers with their meaning in a comment --- */

static void print_commented(struct lupe_printer *printer, const struct lupe_value *value)
{
	const struct lupe_type *type = lupe_type_strip(value->type);
	size_t start;

	lupe_buffer_decimal(printer->out, (int32_t)value->u);
	if (printer->options->xlat == LUPE_XLAT_RAW)
		return;
	lupe_buffer_bytes(printer->out, " /* ", 4);
	start = printer->out->length;
	lupe_type_print_symbols(printer->out, type, value->u);
	if (lupe_buffer_text(printer->out)[start] == '0') {
		lupe_buffer_truncate(printer->out, start);
		lupe_buffer_string(printer->out, type->unknown);
	}
	lupe_buffer_bytes(printer->out, " */", 3);
}

static void print_personality(struct lupe_printer *printer, const struct lupe_value *value);
static void annotate_personality(struct lupe_printer *printer, const struct lupe_call *call,
				 const struct lupe_value *args);
static void annotate_membarrier(struct lupe_printer *printer, const struct lupe_call *call,
				const struct lupe_value *args);
static void annotate_thread_area(struct lupe_printer *printer, const struct lupe_call *call,
				 const struct lupe_value *args);
static void print_kexec_flags(struct lupe_printer *printer, const struct lupe_value *value);
static void print_segment_number(struct lupe_printer *printer, const struct lupe_value *value);
static void print_features(struct lupe_printer *printer, const struct lupe_value *value);
static void print_feature(struct lupe_printer *printer, const struct lupe_value *value);

static void decode_sized_desc(struct lupe_decode *decode, struct lupe_value *value, size_t limit);
static void print_desc(struct lupe_printer *printer, const struct lupe_value *value);

static bool reboot_has_text(const struct lupe_value *args)
{
	return (uint32_t)args->children[2].u == LINUX_REBOOT_CMD_RESTART2;
}

static bool membarrier_has_cpu(const struct lupe_value *args)
{
	return args->children[1].u & MEMBARRIER_CMD_FLAG_CPU;
}

enum { NAME_SIZE = 65 };

static void decode_name(struct lupe_decode *decode, struct lupe_value *value, size_t limit)
{
	static const struct lupe_type text = {
	    .name = "char [65]", .kind = LUPE_KIND_STRING, .size = NAME_SIZE};
	struct lupe_decode whole = *decode;

	(void)limit;
	whole.limits.string_max = NAME_SIZE - 1;
	lupe_value_fill(&whole, value, &text, value->address, SIZE_MAX);
	decode->n_values = whole.n_values;
	decode->n_bytes = whole.n_bytes;
}

/* clang-format off */

#define NAME(field, ...) FIELD(struct utsname, field, &name_text, ##__VA_ARGS__)
/* Whole, whatever -s says. */
static const struct lupe_type_ops name_ops = {.decode = decode_name};
static const struct lupe_type name_text = {.name = "char [65]", .kind = LUPE_KIND_CUSTOM,
	.size = NAME_SIZE, .ops = &name_ops};
static STRUCT(utsname_type, struct utsname,
	NAME(sysname), NAME(nodename), NAME(release, .flags = LUPE_MEMBER_VERBOSE),
	NAME(version, .flags = LUPE_MEMBER_VERBOSE), NAME(machine, .flags = LUPE_MEMBER_VERBOSE),
	NAME(domainname, .flags = LUPE_MEMBER_VERBOSE))

#define INFO(field, type) FIELD(struct sysinfo, field, type)
static STRUCT(sysinfo_type, struct sysinfo,
	INFO(uptime, &lupe_type_ulong), INFO(loads, ARRAY_OF(&lupe_type_ulong, 3)),
	INFO(totalram, &lupe_type_ulong), INFO(freeram, &lupe_type_ulong),
	INFO(sharedram, &lupe_type_ulong), INFO(bufferram, &lupe_type_ulong),
	INFO(totalswap, &lupe_type_ulong), INFO(freeswap, &lupe_type_ulong),
	INFO(procs, &lupe_type_ushort), INFO(totalhigh, &lupe_type_ulong),
	INFO(freehigh, &lupe_type_ulong), INFO(mem_unit, &lupe_type_uint))

static const struct lupe_type_ops host_ops = {.decode = follow_host_name};
static const struct lupe_type host_name_pointer = {
	.kind = LUPE_KIND_POINTER, .size = sizeof(void *), .target = &lupe_type_bytes,
	.ops = &host_ops};

static FLAGS(random_flags, 4, "GRND_???", NULL,
	E(GRND_NONBLOCK), E(GRND_RANDOM), E(GRND_INSECURE))

#define BARRIERS E(MEMBARRIER_CMD_GLOBAL), E(MEMBARRIER_CMD_GLOBAL_EXPEDITED), \
	E(MEMBARRIER_CMD_REGISTER_GLOBAL_EXPEDITED), E(MEMBARRIER_CMD_PRIVATE_EXPEDITED), \
	E(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED), \
	E(MEMBARRIER_CMD_PRIVATE_EXPEDITED_SYNC_CORE), \
	E(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE), \
	E(MEMBARRIER_CMD_PRIVATE_EXPEDITED_RSEQ), \
	E(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_RSEQ)
static ENUM(membarrier_command, 4, "MEMBARRIER_CMD_???", E(MEMBARRIER_CMD_QUERY), BARRIERS)
static FLAGS(membarrier_commands, 4, "MEMBARRIER_CMD_???", NULL, BARRIERS)
CHOICE(membarrier_result, 0, 0, CASE(MEMBARRIER_CMD_QUERY, .type = &lupe_type_u32_hex))
static FLAGS(membarrier_flags, 4, "MEMBARRIER_CMD_FLAG_???", NULL, E(MEMBARRIER_CMD_FLAG_CPU))

/* A personality is a number in the low byte and bits above it. */
static ENUM(personality_type, 4, "PER_???",
	E(PER_LINUX), E(PER_LINUX_32BIT), E(PER_SVR4), E(PER_SVR3), E(PER_SCOSVR3), E(PER_OSR5),
	E(PER_WYSEV386), E(PER_ISCR4), E(PER_BSD), E(PER_SUNOS), E(PER_XENIX), E(PER_LINUX32),
	E(PER_LINUX32_3GB), E(PER_IRIX32), E(PER_IRIXN32), E(PER_IRIX64), E(PER_RISCOS),
	E(PER_SOLARIS), E(PER_UW7), E(PER_OSF4), E(PER_HPUX), E(PER_MASK))
static FLAGS(personality_bits, 4, NULL, NULL,
	E(UNAME26), E(ADDR_NO_RANDOMIZE), E(FDPIC_FUNCPTRS), E(MMAP_PAGE_ZERO),
	E(ADDR_COMPAT_LAYOUT), E(READ_IMPLIES_EXEC), E(ADDR_LIMIT_32BIT), E(SHORT_INODE),
	E(WHOLE_SECONDS), E(STICKY_TIMEOUTS), E(ADDR_LIMIT_3GB))
static const struct lupe_type_ops personality_ops = {.print = print_personality};
static const struct lupe_type personality_number = {
	.name = "unsigned int", .kind = LUPE_KIND_UINT, .size = 4, .ops = &personality_ops};

static ENUM(reboot_magic1, 4, "LINUX_REBOOT_MAGIC_???", E(LINUX_REBOOT_MAGIC1))
static ENUM(reboot_magic2, 4, "LINUX_REBOOT_MAGIC_???",
	E(LINUX_REBOOT_MAGIC2), E(LINUX_REBOOT_MAGIC2A), E(LINUX_REBOOT_MAGIC2B),
	E(LINUX_REBOOT_MAGIC2C))
static ENUM(reboot_command, 4, "LINUX_REBOOT_CMD_???",
	E(LINUX_REBOOT_CMD_CAD_OFF), E(LINUX_REBOOT_CMD_RESTART), E(LINUX_REBOOT_CMD_HALT),
	E(LINUX_REBOOT_CMD_CAD_ON), E(LINUX_REBOOT_CMD_POWER_OFF), E(LINUX_REBOOT_CMD_RESTART2),
	E(LINUX_REBOOT_CMD_SW_SUSPEND), E(LINUX_REBOOT_CMD_KEXEC))

static FLAGS(module_flags, 4, "MODULE_INIT_???", NULL,
	E(MODULE_INIT_IGNORE_MODVERSIONS), E(MODULE_INIT_IGNORE_VERMAGIC),
	E_AS("MODULE_INIT_COMPRESSED_FILE", 4))
static FLAGS(delete_module_flags, 4, "O_???", NULL, E(O_NONBLOCK), E(O_TRUNC))

static ENUM(kexec_arch, 8, "KEXEC_ARCH_???",
	E(KEXEC_ARCH_DEFAULT), E(KEXEC_ARCH_386), E(KEXEC_ARCH_68K), E(KEXEC_ARCH_PARISC),
	E(KEXEC_ARCH_X86_64), E(KEXEC_ARCH_PPC), E(KEXEC_ARCH_PPC64), E(KEXEC_ARCH_IA_64),
	E(KEXEC_ARCH_ARM), E(KEXEC_ARCH_S390), E(KEXEC_ARCH_SH), E(KEXEC_ARCH_MIPS_LE),
	E(KEXEC_ARCH_MIPS), E(KEXEC_ARCH_AARCH64), E(KEXEC_ARCH_RISCV))
static FLAGS(kexec_bits, 8, "KEXEC_???", NULL, E(KEXEC_ON_CRASH), E(KEXEC_PRESERVE_CONTEXT))
static const struct lupe_type_ops kexec_flags_ops = {.print = print_kexec_flags};
static const struct lupe_type kexec_flags = {
	.name = "unsigned long", .kind = LUPE_KIND_UINT, .size = 8, .ops = &kexec_flags_ops};
/* struct kexec_segment is for the kernel alone. */
struct segment {
	uint64_t buf, bufsz, mem, memsz;
};
static STRUCT(segment_type, struct segment,
	FIELD(struct segment, buf, &lupe_type_address),
	FIELD(struct segment, bufsz, &lupe_type_size_t),
	FIELD(struct segment, mem, &lupe_type_address),
	FIELD(struct segment, memsz, &lupe_type_size_t))
static const struct lupe_type_ops segments_ops = {.decode = follow_segments};
static const struct lupe_type segments_pointer = {
	.kind = LUPE_KIND_POINTER, .size = sizeof(void *), .target = &segment_type,
	.ops = &segments_ops};
static FLAGS(kexec_file_flags, 8, "KEXEC_FILE_???", NULL,
	E(KEXEC_FILE_UNLOAD), E(KEXEC_FILE_ON_CRASH), E(KEXEC_FILE_NO_INITRAMFS))

static const struct lupe_type_ops commented_ops = {.print = print_commented};
#define LOG(name) E_AS("SYSLOG_ACTION_" #name, LOG_##name)
static const struct lupe_type log_action = {
	.kind = LUPE_KIND_ENUM, .size = 4, .unknown = "SYSLOG_ACTION_???", .ops = &commented_ops,
	ENUMERATORS(
	LOG(CLOSE), LOG(OPEN), LOG(READ), LOG(READ_ALL), LOG(READ_CLEAR), LOG(CLEAR),
	LOG(CONSOLE_OFF), LOG(CONSOLE_ON), LOG(CONSOLE_LEVEL), LOG(SIZE_UNREAD), LOG(SIZE_BUFFER))};
static const struct lupe_type log_level = {
	.kind = LUPE_KIND_ENUM, .size = 4, .unknown = "LOGLEVEL_???", .ops = &commented_ops,
	ENUMERATORS(
	E_AS("LOGLEVEL_EMERG", 0), E_AS("LOGLEVEL_ALERT", 1), E_AS("LOGLEVEL_CRIT", 2),
	E_AS("LOGLEVEL_ERR", 3), E_AS("LOGLEVEL_WARNING", 4), E_AS("LOGLEVEL_NOTICE", 5),
	E_AS("LOGLEVEL_INFO", 6), E_AS("LOGLEVEL_DEBUG", 7),
	E_AS("LOGLEVEL_DEBUG+1", 8))};
#define LOG_FIRST IN("type", &log_action)
#define LOG_READS LOG_FIRST, OUT("bufp", PTR(&lupe_type_bytes), .count = BY_RESULT(2)), \
	IN("len", &lupe_type_int)
VARIANTS(syslog_variants, 0, 0,
	VARIANT(LOG_CLOSE, LOG_FIRST), VARIANT(LOG_OPEN, LOG_FIRST), VARIANT(LOG_CLEAR, LOG_FIRST),
	VARIANT(LOG_CONSOLE_OFF, LOG_FIRST), VARIANT(LOG_CONSOLE_ON, LOG_FIRST),
	VARIANT(LOG_SIZE_UNREAD, LOG_FIRST), VARIANT(LOG_SIZE_BUFFER, LOG_FIRST),
	VARIANT(LOG_READ, LOG_READS), VARIANT(LOG_READ_ALL, LOG_READS),
	VARIANT(LOG_READ_CLEAR, LOG_READS), VARIANT(LOG_CONSOLE_LEVEL, LOG_FIRST,
	IN("bufp", &lupe_type_address), IN("len", &log_level)))

/* --- x86 --- */

static const struct lupe_type_ops segment_number_ops = {.print = print_segment_number};
static const struct lupe_type hex6 = {
	.name = "unsigned int", .kind = LUPE_KIND_UINT, .size = 4, .ops = &segment_number_ops};
/* Bit-fields after entry_number, base_addr and limit, from bit 0 on. */
enum { DESC_BITS = offsetof(struct user_desc, limit) + 4 };
#define DESC_BIT(text, from, width) \
	{.name = text, .type = &lupe_type_uint, .offset = DESC_BITS, .bit_offset = (from), \
	.bit_size = (width)}
static const struct lupe_type_ops desc_ops = {.print = print_desc};
static const struct lupe_type user_desc = {
	.name = "struct user_desc", .kind = LUPE_KIND_STRUCT, .size = sizeof(struct user_desc),
	.ops = &desc_ops, MEMBERS(
	FIELD(struct user_desc, entry_number, &lupe_type_int),
	FIELD(struct user_desc, base_addr, &hex6), FIELD(struct user_desc, limit, &hex6),
	DESC_BIT("seg_32bit", 0, 1), DESC_BIT("contents", 1, 2), DESC_BIT("read_exec_only", 3, 1),
	DESC_BIT("limit_in_pages", 4, 1), DESC_BIT("seg_not_present", 5, 1),
	DESC_BIT("useable", 6, 1), DESC_BIT("lm", 7, 1))};
/* modify_ldt's, when its size is right. */
static const struct lupe_type_ops sized_desc_ops = {.decode = decode_sized_desc};
static const struct lupe_type sized_desc = {
	.name = "struct user_desc", .kind = LUPE_KIND_CUSTOM, .ops = &sized_desc_ops};
CHOICE(ldt_data, 0, 0,
	CASE(0, .type = &lupe_type_address, .flow = LUPE_FLOW_IN),
	CASE(2, .type = &lupe_type_address, .flow = LUPE_FLOW_IN))

static ENUM(arch_code, 4, "ARCH_???",
	E(ARCH_SET_GS), E(ARCH_SET_FS), E(ARCH_GET_FS), E(ARCH_GET_GS),
	E_AS("ARCH_GET_CPUID", GET_CPUID), E_AS("ARCH_SET_CPUID", SET_CPUID),
	E(ARCH_GET_XCOMP_SUPP), E(ARCH_GET_XCOMP_PERM), E(ARCH_REQ_XCOMP_PERM),
	E(ARCH_GET_XCOMP_GUEST_PERM), E(ARCH_REQ_XCOMP_GUEST_PERM), E(ARCH_MAP_VDSO_X32),
	E(ARCH_MAP_VDSO_32), E(ARCH_MAP_VDSO_64), E_AS("ARCH_SHSTK_ENABLE", SHSTK_ENABLE),
	E_AS("ARCH_SHSTK_DISABLE", SHSTK_DISABLE), E_AS("ARCH_SHSTK_LOCK", SHSTK_LOCK),
	E_AS("ARCH_SHSTK_UNLOCK", SHSTK_UNLOCK), E_AS("ARCH_SHSTK_STATUS", SHSTK_STATUS))
static FLAGS(feature_bits, 8, "XFEATURE_MASK_???", NULL,
	E_AS("XFEATURE_MASK_FPSSE", 3), E_AS("XFEATURE_MASK_FP", 1), E_AS("XFEATURE_MASK_SSE", 2),
	E_AS("XFEATURE_MASK_YMM", 4), E_AS("XFEATURE_MASK_BNDREGS", 8),
	E_AS("XFEATURE_MASK_BNDCSR", 16), E_AS("XFEATURE_MASK_AVX512", 0xe0),
	E_AS("XFEATURE_MASK_OPMASK", 0x20), E_AS("XFEATURE_MASK_ZMM_Hi256", 0x40),
	E_AS("XFEATURE_MASK_Hi16_ZMM", 0x80), E_AS("XFEATURE_MASK_PT", 0x100),
	E_AS("XFEATURE_MASK_PKRU", 0x200), E_AS("XFEATURE_MASK_PASID", 0x400),
	E_AS("XFEATURE_MASK_LBR", 0x8000), E_AS("XFEATURE_MASK_XTILE", 0x60000),
	E_AS("XFEATURE_MASK_XTILE_CFG", 0x20000), E_AS("XFEATURE_MASK_XTILE_DATA", 0x40000))
static const struct lupe_type_ops features_ops = {.print = print_features};
static const struct lupe_type features = {
	.name = "uint64_t", .kind = LUPE_KIND_UINT, .size = 8, .ops = &features_ops};
static ENUM(feature_numbers, 8, "XFEATURE_???",
	E_AS("XFEATURE_FP", 0), E_AS("XFEATURE_SSE", 1), E_AS("XFEATURE_YMM", 2),
	E_AS("XFEATURE_BNDREGS", 3), E_AS("XFEATURE_BNDCSR", 4), E_AS("XFEATURE_OPMASK", 5),
	E_AS("XFEATURE_ZMM_Hi256", 6), E_AS("XFEATURE_Hi16_ZMM", 7),
	E_AS("XFEATURE_PT_UNIMPLEMENTED_SO_FAR", 8), E_AS("XFEATURE_PKRU", 9),
	E_AS("XFEATURE_PASID", 10), E_AS("XFEATURE_LBR", 15), E_AS("XFEATURE_XTILE_CFG", 17),
	E_AS("XFEATURE_XTILE_DATA", 18))
static const struct lupe_type_ops feature_ops = {.print = print_feature};
static const struct lupe_type feature = {
	.name = "unsigned long", .kind = LUPE_KIND_UINT, .size = 8, .ops = &feature_ops};
#define ARCH_FIRST IN("op", &arch_code)
VARIANTS(arch_variants, 0, 0,
	VARIANT(ARCH_GET_FS, ARCH_FIRST, OUT("addr", PTR(&lupe_type_ulong_hex))),
	VARIANT(ARCH_GET_GS, ARCH_FIRST, OUT("addr", PTR(&lupe_type_ulong_hex))),
	VARIANT(GET_CPUID, ARCH_FIRST),
	VARIANT(ARCH_GET_XCOMP_SUPP, ARCH_FIRST, OUT("addr", PTR(&features))),
	VARIANT(ARCH_GET_XCOMP_PERM, ARCH_FIRST, OUT("addr", PTR(&features))),
	VARIANT(ARCH_GET_XCOMP_GUEST_PERM, ARCH_FIRST, OUT("addr", PTR(&features))),
	VARIANT(ARCH_REQ_XCOMP_PERM, ARCH_FIRST, IN("addr", &feature)),
	VARIANT(ARCH_REQ_XCOMP_GUEST_PERM, ARCH_FIRST, IN("addr", &feature)))

static const struct lupe_syscall entries[] = {
SYSCALL(uname, 0, NULL, OUT("buf", PTR(&utsname_type)))
SYSCALL(sysinfo, 0, NULL, OUT("info", PTR(&sysinfo_type)))
SYSCALL(sethostname, 0, NULL,
	IN("name", &host_name_pointer, .count = BY_MEMBER(1)), IN("len", &lupe_type_uint))
SYSCALL(setdomainname, 0, NULL,
	IN("name", &host_name_pointer, .count = BY_MEMBER(1)), IN("len", &lupe_type_uint))
SYSCALL(getcpu, 0, NULL,
	OUT("cpu", PTR(&lupe_type_uint)), OUT("node", PTR(&lupe_type_uint)),
	IN("tcache", &lupe_type_address))
SYSCALL(getrandom, 0, NULL,
	OUT("buf", PTR(&lupe_type_bytes_hex), .count = BY_RESULT(1)), IN("buflen", &lupe_type_size_t),
	IN("flags", &random_flags))
SYSCALL_WITH(membarrier, 0, NULL, WITH(.annotate = annotate_membarrier,
	.result_choice = &membarrier_result), IN("cmd", &membarrier_command),
	IN("flags", &membarrier_flags), IN("cpu_id", &lupe_type_int, .present = membarrier_has_cpu))
SYSCALL_WITH(personality, 0, &lupe_type_u32_hex, WITH(.annotate = annotate_personality),
	IN("persona", &personality_number))
SYSCALL(reboot, 0, NULL,
	IN("magic", &reboot_magic1), IN("magic2", &reboot_magic2), IN("op", &reboot_command),
	IN("arg", PTR(&lupe_type_string), .present = reboot_has_text))
SYSCALL(init_module, 0, NULL,
	IN("module_image", &lupe_type_address), IN("len", &lupe_type_size_t),
	IN("param_values", PTR(&lupe_type_string)))
SYSCALL(finit_module, G_DESC, NULL,
	IN("fd", &lupe_type_fd), IN("param_values", PTR(&lupe_type_string)),
	IN("flags", &module_flags))
SYSCALL(delete_module, 0, NULL, IN("name", PTR(&lupe_type_string)),
	IN("flags", &delete_module_flags))
SYSCALL(kexec_load, 0, NULL,
	IN("entry", &lupe_type_address), IN("nr_segments", &lupe_type_ulong),
	IN("segments", &segments_pointer, .count = BY_MEMBER(1)), IN("flags", &kexec_flags))
SYSCALL(kexec_file_load, G_DESC, NULL,
	IN("kernel_fd", &lupe_type_fd), IN("initrd_fd", &lupe_type_fd),
	IN("cmdline_len", &lupe_type_ulong), IN("cmdline", PTR(&lupe_type_bytes),
	.count = BY_MEMBER(2)), IN("flags", &kexec_file_flags))
SYSCALL_WITH(syslog, 0, NULL, WITH(.variants = &syslog_variants),
	LOG_FIRST, IN("bufp", &lupe_type_address), IN("len", &lupe_type_int))
SYSCALL(acct, G_FILE, NULL, IN("filename", PTR(&lupe_type_path)))
SYSCALL_NO_ARGS(vhangup, 0, NULL, 0)
SYSCALL_NO_ARGS(restart_syscall, 0, NULL, 0)
SYSCALL(iopl, 0, NULL, IN("level", &lupe_type_int))
SYSCALL(ioperm, 0, NULL,
	IN("from", &lupe_type_ulong_hex), IN("num", &lupe_type_ulong_hex),
	IN("turn_on", &lupe_type_int))
SYSCALL(modify_ldt, 0, NULL,
	IN("func", &lupe_type_int), IN("ptr", PTR(&sized_desc), .count = BY_MEMBER(2),
	.choice = &ldt_data), IN("bytecount", &lupe_type_ulong))
SYSCALL_WITH(set_thread_area, 0, NULL, WITH(.annotate = annotate_thread_area),
	IN("u_info", PTR(&user_desc)))
SYSCALL(get_thread_area, 0, NULL, LATE("u_info", PTR(&user_desc)))
SYSCALL_WITH(arch_prctl, 0, NULL, WITH(.variants = &arch_variants),
	ARCH_FIRST, IN("addr", &lupe_type_ulong_hex))
};

EXPORT_FAMILY(kernel)

/* clang-format on */

static void print_personality_number(struct lupe_printer *printer, uint32_t number)
{
	lupe_strace_symbol(printer, &personality_type, number & PER_MASK);
	if (number & ~(uint32_t)PER_MASK) {
		lupe_buffer_char(printer->out, '|');
		lupe_strace_symbol(printer, &personality_bits, number & ~(uint32_t)PER_MASK);
	}
}

/* All bits ask for the current one. */
static void print_personality(struct lupe_printer *printer, const struct lupe_value *value)
{
	if ((uint32_t)value->u == (uint32_t)PERSONALITY_QUERY)
		lupe_buffer_hex(printer->out, UINT32_MAX);
	else
		print_personality_number(printer, (uint32_t)value->u);
}

static void annotate_personality(struct lupe_printer *printer, const struct lupe_call *call,
				 const struct lupe_value *args)
{
	(void)args;
	print_personality_number(printer, (uint32_t)call->result);
}

static void annotate_membarrier(struct lupe_printer *printer, const struct lupe_call *call,
				const struct lupe_value *args)
{
	if (args->n_children && !args->children[0].u && call->result)
		lupe_strace_symbol(printer, &membarrier_commands, (uint64_t)call->result);
}

/* Which slot the kernel has chosen: it writes the number back. */
static void annotate_thread_area(struct lupe_printer *printer, const struct lupe_call *call,
				 const struct lupe_value *args)
{
	const struct lupe_value *info = args->n_children ? &args->children[0] : NULL;

	(void)call;
	if (info && info->n_children && info->children[0].n_children &&
	    !(info->children[0].flags & LUPE_VALUE_PARTIAL)) {
		lupe_buffer_string(printer->out, "entry_number=");
		lupe_buffer_unsigned(printer->out, (uint32_t)info->children[0].children[0].u);
	}
}

static void print_kexec_flags(struct lupe_printer *printer, const struct lupe_value *value)
{
	lupe_strace_symbol(printer, &kexec_arch, value->u & KEXEC_ARCH_MASK);
	if (value->u & ~(uint64_t)KEXEC_ARCH_MASK) {
		lupe_buffer_char(printer->out, '|');
		lupe_strace_symbol(printer, &kexec_bits, value->u & ~(uint64_t)KEXEC_ARCH_MASK);
	}
}

static void decode_sized_desc(struct lupe_decode *decode, struct lupe_value *value, size_t limit)
{
	if (limit == sizeof(struct user_desc))
		lupe_value_fill(decode, value, &user_desc, value->address, SIZE_MAX);
	else
		value->flags |= LUPE_VALUE_OPAQUE;
}

/* When the kernel did not fill it in, the number asked for is all there is. */
static void print_desc(struct lupe_printer *printer, const struct lupe_value *value)
{
	const struct lupe_call *call = printer->call;

	if (call && call->finished && call->failed && call->syscall->nr == __NR_get_thread_area) {
		lupe_buffer_string(printer->out, "{entry_number=");
		lupe_buffer_decimal(printer->out, value->children[0].i);
		lupe_buffer_string(printer->out, ", ...}");
	} else {
		lupe_strace_struct(printer, value);
	}
}

static void print_segment_number(struct lupe_printer *printer, const struct lupe_value *value)
{
	lupe_buffer_printf(printer->out, value->u ? "0x%06x" : "%08x", (unsigned)value->u);
}

static void print_hex_with_names(struct lupe_printer *printer, const struct lupe_type *type,
				 uint64_t number)
{
	size_t start;

	lupe_strace_hex(printer, number);
	if (printer->options->xlat == LUPE_XLAT_RAW || (!number && type->kind == LUPE_KIND_FLAGS))
		return;
	start = printer->out->length;
	lupe_buffer_bytes(printer->out, " /* ", 4);
	if (!lupe_symbols_append(printer->out, type, number)) {
		lupe_buffer_truncate(printer->out, start);
		lupe_strace_comment(printer, type->unknown);
		return;
	}
	lupe_buffer_bytes(printer->out, " */", 3);
}

static void print_features(struct lupe_printer *printer, const struct lupe_value *value)
{
	lupe_buffer_char(printer->out, '[');
	print_hex_with_names(printer, &feature_bits, value->u);
	lupe_buffer_char(printer->out, ']');
}

static void print_feature(struct lupe_printer *printer, const struct lupe_value *value)
{
	print_hex_with_names(printer, &feature_numbers, value->u);
}
