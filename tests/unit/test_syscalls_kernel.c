/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Calls on the kernel, credentials, keys and performance events. The expected lines are
 * strace 6.1's own, of the same calls.
 */
#include "calls.h"

#include <asm/ldt.h>
#include <asm/prctl.h>
#include <linux/bpf.h>
#include <linux/capability.h>
#include <linux/kexec.h>
#include <linux/keyctl.h>
#include <linux/landlock.h>
#include <linux/membarrier.h>
#include <linux/perf_event.h>
#include <linux/reboot.h>
#include <sys/utsname.h>

/* clang-format off */

static void test_names(void **state)
{
	struct bench *b = *state;

	PUT_STRING(b, BASE + 0x100, "host name");
	assert_string_equal(LINE(b, __NR_uname, -38, END - 100),
		"uname(0x1ff9c) = -1 ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_sethostname, -38, BASE + 0x100, 4),
		"sethostname(\"host\", 4) = -1 ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_sethostname, -38, BASE + 0x100, 65),
		"sethostname(0x10100, 65) = -1 ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_setdomainname, -38, END - 4, 5),
		"setdomainname(0x1fffc, 5) = -1 ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_getrandom, -38, BASE, 8, 0xf0),
		"getrandom(0x10000, 8, 0xf0 /* GRND_??? */) = -1 ENOSYS (Function not "
		"implemented)");
	assert_string_equal(LINE(b, __NR_getcpu, -38, BASE, 0, BASE),
		"getcpu(0x10000, NULL, 0x10000) = -1 ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_personality, -38, 0xffffffff),
		"personality(0xffffffff) = -1 ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_personality, -38, 0x8000001),
		"personality(0x1 /* PER_??? */|ADDR_LIMIT_3GB) = -1 ENOSYS (Function not "
		"implemented)");
	assert_string_equal(LINE(b, __NR_personality, -38, 0x40000),
		"personality(PER_LINUX|ADDR_NO_RANDOMIZE) = -1 ENOSYS (Function not "
		"implemented)");
	assert_string_equal(LINE(b, __NR_membarrier, -38, 1, 9, 3),
		"membarrier(MEMBARRIER_CMD_GLOBAL, MEMBARRIER_CMD_FLAG_CPU|0x8, 3) = -1 "
		"ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_membarrier, -38, 0x400, 0, 0),
		"membarrier(0x400 /* MEMBARRIER_CMD_??? */, 0) = -1 ENOSYS (Function not "
		"implemented)");
	PUT(b, BASE + 0, ((struct utsname){.sysname = "Linux", .nodename = "vm"}));
	assert_string_equal(LINE(b, __NR_uname, 0, BASE),
		"uname({sysname=\"Linux\", nodename=\"vm\", ...}) = 0");
	assert_string_equal(LINE(b, __NR_getrandom, 0, BASE, 8, 7),
		"getrandom(\"\", 8, GRND_NONBLOCK|GRND_RANDOM|GRND_INSECURE) = 0");
	assert_string_equal(LINE(b, __NR_getcpu, 0, BASE + 0x100, BASE + 0x104, 0),
		"getcpu([0], [0], NULL) = 0");
}

static void test_reboot(void **state)
{
	struct bench *b = *state;

	PUT_STRING(b, BASE + 0x100, "host name");
	assert_string_equal(LINE(b, __NR_reboot, -38, LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2A,
	LINUX_REBOOT_CMD_RESTART2, BASE + 0x100),
		"reboot(LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2A, "
		"LINUX_REBOOT_CMD_RESTART2, \"host name\") = -1 ENOSYS (Function not "
		"implemented)");
	assert_string_equal(LINE(b, __NR_reboot, -38, 1, 2, 3, 4),
		"reboot(0x1 /* LINUX_REBOOT_MAGIC_??? */, 0x2 /* LINUX_REBOOT_MAGIC_??? "
		"*/, 0x3 /* LINUX_REBOOT_CMD_??? */) = -1 ENOSYS (Function not "
		"implemented)");
	assert_string_equal(LINE(b, __NR_finit_module, -38, 3, BASE + 0x100, 15),
		"finit_module(3, \"host name\", "
		"MODULE_INIT_IGNORE_MODVERSIONS|MODULE_INIT_IGNORE_VERMAGIC|"
		"MODULE_INIT_COMPRESSED_FILE|0x8) = -1 ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_init_module, -38, 0, -1, END),
		"init_module(NULL, 18446744073709551615, 0x20000) = -1 ENOSYS (Function "
		"not implemented)");
	assert_string_equal(LINE(b, __NR_delete_module, -38, BASE + 0x100, 0xa01),
		"delete_module(\"host name\", O_NONBLOCK|O_TRUNC|0x1) = -1 ENOSYS "
		"(Function not implemented)");
	PUT(b, BASE + 0x1000, ((uint64_t[8]){BASE, 10, 0x1000, 4096, BASE, 20, 0x2000, 8192}));
	assert_string_equal(LINE(b, __NR_kexec_load, -38, 0x1000, 2, BASE + 0x1000, 0x3e0001),
		"kexec_load(0x1000, 2, [{buf=0x10000, bufsz=10, mem=0x1000, memsz=4096}, "
		"{buf=0x10000, bufsz=20, mem=0x2000, memsz=8192}], "
		"KEXEC_ARCH_X86_64|KEXEC_ON_CRASH) = -1 ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_kexec_load, -38, 0x1000, 17, BASE + 0x1000, 0x1e0004),
		"kexec_load(0x1000, 17, 0x11000, 0x1e0000 /* KEXEC_ARCH_??? */|0x4 /* "
		"KEXEC_??? */) = -1 ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_kexec_file_load, -38, 3, 4, 6, BASE + 0x100, 9),
		"kexec_file_load(3, 4, 6, \"host n\", KEXEC_FILE_UNLOAD|0x8) = -1 ENOSYS "
		"(Function not implemented)");
	assert_string_equal(LINE(b, __NR_syslog, -38, 10, 0, 0),
		"syslog(10 /* SYSLOG_ACTION_SIZE_BUFFER */) = -1 ENOSYS (Function not "
		"implemented)");
	assert_string_equal(LINE(b, __NR_syslog, -38, 2, BASE, 10),
		"syslog(2 /* SYSLOG_ACTION_READ */, 0x10000, 10) = -1 ENOSYS (Function "
		"not implemented)");
	assert_string_equal(LINE(b, __NR_syslog, -38, 8, 0, 5),
		"syslog(8 /* SYSLOG_ACTION_CONSOLE_LEVEL */, NULL, 5 /* LOGLEVEL_NOTICE "
		"*/) = -1 ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_syslog, -38, 99, 0, 0),
		"syslog(99 /* SYSLOG_ACTION_??? */, NULL, 0) = -1 ENOSYS (Function not "
		"implemented)");
	assert_string_equal(LINE(b, __NR_acct, -38, 0),
		"acct(NULL) = -1 ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_ioperm, -38, 0x3f8, 8, 1),
		"ioperm(0x3f8, 0x8, 1) = -1 ENOSYS (Function not implemented)");
	PUT(b, BASE + 0x2000, ((struct user_desc){.entry_number = -1, .base_addr = 0x1000,
	.limit = 0xfffff, .seg_32bit = 1, .contents = 2, .lm = 1}));
	assert_string_equal(LINE(b, __NR_modify_ldt, -38, 1, BASE + 0x2000, 16),
		"modify_ldt(1, {entry_number=-1, base_addr=0x001000, limit=0x0fffff, "
		"seg_32bit=1, contents=2, read_exec_only=0, limit_in_pages=0, "
		"seg_not_present=0, useable=0, lm=1}, 16) = -1 ENOSYS (Function not "
		"implemented)");
	assert_string_equal(LINE(b, __NR_modify_ldt, -38, 1, BASE + 0x2000, 15),
		"modify_ldt(1, 0x12000, 15) = -1 ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_set_thread_area, -38, BASE + 0x2000),
		"set_thread_area({entry_number=-1, base_addr=0x001000, limit=0x0fffff, "
		"seg_32bit=1, contents=2, read_exec_only=0, limit_in_pages=0, "
		"seg_not_present=0, useable=0, lm=1}) = -1 ENOSYS (Function not "
		"implemented)");
	assert_string_equal(LINE(b, __NR_get_thread_area, -38, BASE + 0x2000),
		"get_thread_area({entry_number=-1, ...}) = -1 ENOSYS (Function not "
		"implemented)");
	assert_string_equal(LINE(b, __NR_arch_prctl, -38, ARCH_SET_GS, 5),
		"arch_prctl(ARCH_SET_GS, 0x5) = -1 ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_arch_prctl, -38, 0x1011, 0),
		"arch_prctl(ARCH_GET_CPUID) = -1 ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_arch_prctl, -38, ARCH_REQ_XCOMP_PERM, 18),
		"arch_prctl(ARCH_REQ_XCOMP_PERM, 0x12 /* XFEATURE_XTILE_DATA */) = -1 "
		"ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_arch_prctl, -38, 0x9999, 7),
		"arch_prctl(0x9999 /* ARCH_??? */, 0x7) = -1 ENOSYS (Function not "
		"implemented)");
	PUT(b, BASE + 0x100, ((uint64_t){0xe7}));
	assert_string_equal(LINE(b, __NR_arch_prctl, 0, ARCH_GET_FS, BASE + 0x100),
		"arch_prctl(ARCH_GET_FS, [0xe7]) = 0");
	assert_string_equal(LINE(b, __NR_arch_prctl, 0, ARCH_GET_XCOMP_SUPP, BASE + 0x100),
		"arch_prctl(ARCH_GET_XCOMP_SUPP, [0xe7 /* "
		"XFEATURE_MASK_FPSSE|XFEATURE_MASK_YMM|XFEATURE_MASK_AVX512 */]) = 0");
}

static void test_credentials(void **state)
{
	struct bench *b = *state;

	assert_string_equal(LINE(b, __NR_setuid, -38, -1),
		"setuid(-1) = -1 ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_setresuid, -38, -1, 0, 5),
		"setresuid(-1, 0, 5) = -1 ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_setregid, -38, 0xfffffffe, -1),
		"setregid(4294967294, -1) = -1 ENOSYS (Function not implemented)");
	PUT(b, BASE + 0x100, ((int[4]){1, 2, -1, 4}));
	assert_string_equal(LINE(b, __NR_setgroups, -38, 4, BASE + 0x100),
		"setgroups(4, [1, 2, -1, 4]) = -1 ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_setgroups, -38, 0, 0),
		"setgroups(0, NULL) = -1 ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_setgroups, -38, -1, BASE + 0x100),
		"setgroups(-1, 0x10100) = -1 ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_getgroups, -38, 4, BASE + 0x100),
		"getgroups(4, 0x10100) = -1 ENOSYS (Function not implemented)");
	PUT(b, BASE + 0x200, ((struct __user_cap_header_struct){_LINUX_CAPABILITY_VERSION_3, 7}));
	PUT(b, BASE + 0x300, ((uint32_t[6]){5, 1u << 21, 0, 0x7f, 0, 0x80000000}));
	assert_string_equal(LINE(b, __NR_capset, -38, BASE + 0x200, BASE + 0x300),
		"capset({version=_LINUX_CAPABILITY_VERSION_3, pid=7}, "
		"{effective=1<<CAP_CHOWN|1<<CAP_DAC_READ_SEARCH|1<<CAP_MAC_OVERRIDE|"
		"1<<CAP_MAC_ADMIN|1<<CAP_SYSLOG|1<<CAP_WAKE_ALARM|1<<CAP_BLOCK_SUSPEND|"
		"1<<CAP_AUDIT_READ|1<<CAP_PERFMON, permitted=1<<CAP_SYS_ADMIN, "
		"inheritable=0x80000000 /* CAP_??? */}) = -1 ENOSYS (Function not "
		"implemented)");
	PUT(b, BASE + 0x200, ((struct __user_cap_header_struct){_LINUX_CAPABILITY_VERSION_1, 7}));
	assert_string_equal(LINE(b, __NR_capset, -38, BASE + 0x200, BASE + 0x300),
		"capset({version=_LINUX_CAPABILITY_VERSION_1, pid=7}, "
		"{effective=1<<CAP_CHOWN|1<<CAP_DAC_READ_SEARCH, "
		"permitted=1<<CAP_SYS_ADMIN, inheritable=0}) = -1 ENOSYS (Function not "
		"implemented)");
	PUT(b, BASE + 0x200, ((struct __user_cap_header_struct){0, 7}));
	assert_string_equal(LINE(b, __NR_capset, -38, BASE + 0x200, BASE + 0x300),
		"capset({version=0 /* _LINUX_CAPABILITY_VERSION_??? */, pid=7}, "
		"{effective=1<<CAP_CHOWN|1<<CAP_DAC_READ_SEARCH, "
		"permitted=1<<CAP_SYS_ADMIN, inheritable=0}) = -1 ENOSYS (Function not "
		"implemented)");
	assert_string_equal(LINE(b, __NR_capget, -38, 0, END),
		"capget(NULL, 0x20000) = -1 ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_getresuid, 0, BASE + 0x100, BASE + 0x104, END),
		"getresuid([1], [2], 0x20000) = 0");
	assert_string_equal(LINE(b, __NR_getgroups, 0, 4, BASE + 0x100),
		"getgroups(4, []) = 0");
	assert_string_equal(LINE(b, __NR_setfsuid, 0, -1),
		"setfsuid(-1) = 0");
	assert_string_equal(LINE(b, __NR_getuid, 0, 0),
		"getuid() = 0");
}

static void test_landlock(void **state)
{
	struct bench *b = *state;

	PUT(b, BASE + 0, ((uint64_t[2]){0x8003, 1}));
	assert_string_equal(LINE(b, __NR_landlock_create_ruleset, -38, BASE, 8, 0),
		"landlock_create_ruleset({handled_access_fs=LANDLOCK_ACCESS_FS_EXECUTE|"
		"LANDLOCK_ACCESS_FS_WRITE_FILE|0x8000}, 8, 0) = -1 ENOSYS (Function not "
		"implemented)");
	assert_string_equal(LINE(b, __NR_landlock_create_ruleset, -38, BASE, 16, 0),
		"landlock_create_ruleset({handled_access_fs=LANDLOCK_ACCESS_FS_EXECUTE|"
		"LANDLOCK_ACCESS_FS_WRITE_FILE|0x8000, ...}, 16, 0) = -1 ENOSYS "
		"(Function not implemented)");
	assert_string_equal(LINE(b, __NR_landlock_create_ruleset, -38, BASE, 4, 0),
		"landlock_create_ruleset(0x10000, 4, 0) = -1 ENOSYS (Function not "
		"implemented)");
	assert_string_equal(LINE(b, __NR_landlock_create_ruleset, -38, 0, 0, 1),
		"landlock_create_ruleset(NULL, 0, LANDLOCK_CREATE_RULESET_VERSION) = -1 "
		"ENOSYS (Function not implemented)");
	PUT(b, BASE + 0, ((struct landlock_path_beneath_attr){5, 3}));
	assert_string_equal(LINE(b, __NR_landlock_add_rule, -38, 3, LANDLOCK_RULE_PATH_BENEATH,
	BASE, 0),
		"landlock_add_rule(3, LANDLOCK_RULE_PATH_BENEATH, "
		"{allowed_access=LANDLOCK_ACCESS_FS_EXECUTE|"
		"LANDLOCK_ACCESS_FS_READ_FILE, parent_fd=3}, 0) = -1 ENOSYS (Function "
		"not implemented)");
	assert_string_equal(LINE(b, __NR_landlock_add_rule, -38, 3, 9, BASE, 1),
		"landlock_add_rule(3, 0x9 /* LANDLOCK_RULE_??? */, 0x10000, 0x1) = -1 "
		"ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_landlock_restrict_self, -38, 3, 0x10),
		"landlock_restrict_self(3, 0x10) = -1 ENOSYS (Function not implemented)");
}

static void test_keys(void **state)
{
	struct bench *b = *state;

	PUT_STRING(b, BASE + 0, "user");
	PUT_STRING(b, BASE + 0x20, "desc");
	assert_string_equal(LINE(b, __NR_add_key, -38, BASE, BASE + 0x20, BASE, 4, -1),
		"add_key(\"user\", \"desc\", \"user\", 4, KEY_SPEC_THREAD_KEYRING) = -1 ENOSYS "
		"(Function not implemented)");
	assert_string_equal(LINE(b, __NR_request_key, -38, BASE, END, 0, -9),
		"request_key(\"user\", 0x20000, NULL, -9) = -1 ENOSYS (Function not "
		"implemented)");
	assert_string_equal(LINE(b, __NR_keyctl, -38, KEYCTL_SETPERM, -3, 0x3f000021),
		"keyctl(KEYCTL_SETPERM, KEY_SPEC_SESSION_KEYRING, "
		"KEY_POS_VIEW|KEY_POS_READ|KEY_POS_WRITE|KEY_POS_SEARCH|KEY_POS_LINK|"
		"KEY_POS_SETATTR|KEY_OTH_VIEW|KEY_OTH_SETATTR) = -1 ENOSYS (Function not "
		"implemented)");
	assert_string_equal(LINE(b, __NR_keyctl, -38, KEYCTL_JOIN_SESSION_KEYRING, BASE),
		"keyctl(KEYCTL_JOIN_SESSION_KEYRING, \"user\") = -1 ENOSYS (Function not "
		"implemented)");
	assert_string_equal(LINE(b, __NR_keyctl, -38, KEYCTL_UPDATE, 5, BASE, 4),
		"keyctl(KEYCTL_UPDATE, 5, \"user\", 4) = -1 ENOSYS (Function not "
		"implemented)");
	assert_string_equal(LINE(b, __NR_keyctl, -38, KEYCTL_READ, 5, BASE, 4),
		"keyctl(KEYCTL_READ, 5, 0x10000, 4) = -1 ENOSYS (Function not "
		"implemented)");
	assert_string_equal(LINE(b, __NR_keyctl, -38, KEYCTL_SEARCH, -4, BASE, BASE + 0x20, 7),
		"keyctl(KEYCTL_SEARCH, KEY_SPEC_USER_KEYRING, \"user\", \"desc\", 7) = -1 "
		"ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_keyctl, -38, KEYCTL_REJECT, 5, 6, 10, -2),
		"keyctl(KEYCTL_REJECT, 5, 6, ECHILD, KEY_SPEC_PROCESS_KEYRING) = -1 "
		"ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_keyctl, -38, KEYCTL_SET_REQKEY_KEYRING, -1),
		"keyctl(KEYCTL_SET_REQKEY_KEYRING, KEY_REQKEY_DEFL_NO_CHANGE) = -1 "
		"ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_keyctl, -38, KEYCTL_SET_REQKEY_KEYRING, 77),
		"keyctl(KEYCTL_SET_REQKEY_KEYRING, 77 /* KEY_REQKEY_DEFL_??? */) = -1 "
		"ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_keyctl, -38, KEYCTL_MOVE, 1, 2, 3, 5),
		"keyctl(KEYCTL_MOVE, 1, 2, 3, KEYCTL_MOVE_EXCL|0x4) = -1 ENOSYS "
		"(Function not implemented)");
	assert_string_equal(LINE(b, __NR_keyctl, -38, 77, 1, 2, 3, 4),
		"keyctl(0x4d /* KEYCTL_??? */, 0x1, 0x2, 0x3, 0x4) = -1 ENOSYS (Function "
		"not implemented)");
	PUT(b, BASE + 0x100, ((uint64_t[4]){BASE, 4, BASE + 0x20, 4}));
	assert_string_equal(LINE(b, __NR_keyctl, -38, KEYCTL_INSTANTIATE_IOV, 5, BASE + 0x100, 2,
	0),
		"keyctl(KEYCTL_INSTANTIATE_IOV, 5, [{iov_base=\"user\", iov_len=4}, "
		"{iov_base=\"desc\", iov_len=4}], 2, 0) = -1 ENOSYS (Function not "
		"implemented)");
}

static void test_bpf(void **state)
{
	struct bench *b = *state;

	PUT(b, BASE + 0, ((uint32_t[12]){1, 4, 8, 10, 5, 0, 3}));
	assert_string_equal(LINE(b, __NR_bpf, -38, BPF_MAP_CREATE, BASE, 48),
		"bpf(BPF_MAP_CREATE, {map_type=BPF_MAP_TYPE_HASH, key_size=4, "
		"value_size=8, max_entries=10, "
		"map_flags=BPF_F_NO_PREALLOC|BPF_F_NUMA_NODE, inner_map_fd=0, "
		"numa_node=3, map_name=\"\", map_ifindex=0}, 48) = -1 ENOSYS (Function not "
		"implemented)");
	assert_string_equal(LINE(b, __NR_bpf, -38, BPF_MAP_CREATE, BASE, 16),
		"bpf(BPF_MAP_CREATE, {map_type=BPF_MAP_TYPE_HASH, key_size=4, "
		"value_size=8, max_entries=10}, 16) = -1 ENOSYS (Function not "
		"implemented)");
	assert_string_equal(LINE(b, __NR_bpf, -38, BPF_MAP_CREATE, BASE, 4),
		"bpf(BPF_MAP_CREATE, {map_type=BPF_MAP_TYPE_HASH, key_size=0, "
		"value_size=0, max_entries=0}, 4) = -1 ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_bpf, -38, BPF_MAP_CREATE, END - 4, 48),
		"bpf(BPF_MAP_CREATE, 0x1fffc, 48) = -1 ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_bpf, -38, BPF_MAP_LOOKUP_ELEM, BASE, 48),
		"bpf(BPF_MAP_LOOKUP_ELEM, {map_fd=1, key=0xa00000008, value=0x5, "
		"flags=0x3 /* BPF_??? */}, 48) = -1 ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_bpf, -38, BPF_PROG_TEST_RUN, BASE, 48),
		"bpf(BPF_PROG_TEST_RUN, {test={prog_fd=1, retval=4, data_size_in=8, "
		"data_size_out=10, data_in=0x5, data_out=0x3, repeat=0, duration=0, "
		"ctx_size_in=0, ctx_size_out=0, ctx_in=NULL, ctx_out=NULL}}, 48) = -1 "
		"ENOSYS (Function not implemented)");
	assert_string_equal(LINE(b, __NR_bpf, -38, BPF_PROG_GET_NEXT_ID, BASE, 48),
		"bpf(BPF_PROG_GET_NEXT_ID, {start_id=1, next_id=4, "
		"open_flags=BPF_F_RDONLY, ...}, 48) = -1 ENOSYS (Function not "
		"implemented)");
	assert_string_equal(LINE(b, __NR_bpf, -38, BPF_OBJ_GET_INFO_BY_FD, BASE, 16),
		"bpf(BPF_OBJ_GET_INFO_BY_FD, {info={bpf_fd=1, info_len=4, "
		"info=0xa00000008}}, 16) = -1 ENOSYS (Function not implemented)");
	PUT_STRING(b, BASE + 0x100, "GPL");
	PUT(b, BASE + 0, ((union bpf_attr){.prog_type = BPF_PROG_TYPE_XDP, .insn_cnt = 2,
	.insns = BASE + 0x200, .license = BASE + 0x100, .kern_version = 0x50a03, .prog_flags = 3,
	.prog_name = "name"}));
	assert_string_equal(LINE(b, __NR_bpf, -38, BPF_PROG_LOAD, BASE, 72),
		"bpf(BPF_PROG_LOAD, {prog_type=BPF_PROG_TYPE_XDP, insn_cnt=2, "
		"insns=0x10200, license=\"GPL\", log_level=0, log_size=0, log_buf=NULL, "
		"kern_version=KERNEL_VERSION(5, 10, 3), "
		"prog_flags=BPF_F_STRICT_ALIGNMENT|BPF_F_ANY_ALIGNMENT, "
		"prog_name=\"name\", prog_ifindex=0, "
		"expected_attach_type=BPF_CGROUP_INET_INGRESS}, 72) = -1 ENOSYS "
		"(Function not implemented)");
	assert_string_equal(LINE(b, __NR_bpf, -38, 99, BASE, 72),
		"bpf(0x63 /* BPF_??? */, 0x10000, 72) = -1 ENOSYS (Function not "
		"implemented)");
}

static void test_perf(void **state)
{
	struct bench *b = *state;

	PUT(b, BASE + 0, ((struct perf_event_attr){.size = PERF_ATTR_SIZE_VER5,
	.config = PERF_COUNT_HW_INSTRUCTIONS, .disabled = 1, .precise_ip = 2}));
	assert_string_equal(LINE(b, __NR_perf_event_open, -38, BASE, 0, -1, -1,
	PERF_FLAG_FD_CLOEXEC),
		"perf_event_open({type=PERF_TYPE_HARDWARE, size=PERF_ATTR_SIZE_VER5, "
		"config=PERF_COUNT_HW_INSTRUCTIONS, sample_period=0, sample_type=0, "
		"read_format=0, disabled=1, precise_ip=2 /* requested to have 0 skid */, "
		"...}, 0, -1, -1, PERF_FLAG_FD_CLOEXEC) = -1 ENOSYS (Function not "
		"implemented)");
	PUT(b, BASE + 0, ((struct perf_event_attr){.type = PERF_TYPE_HW_CACHE, .config = 0x10203,
	.freq = 1, .sample_freq = 4000, .sample_type = 7, .read_format = 8}));
	assert_string_equal(LINE(b, __NR_perf_event_open, -38, BASE, -1, 2, 3, 0x20),
		"perf_event_open({type=PERF_TYPE_HW_CACHE, size=0 /* PERF_ATTR_SIZE_??? "
		"*/, "
		"config=PERF_COUNT_HW_CACHE_RESULT_MISS<<16|"
		"PERF_COUNT_HW_CACHE_OP_PREFETCH<<8|PERF_COUNT_HW_CACHE_DTLB, "
		"sample_freq=4000, "
		"sample_type=PERF_SAMPLE_IP|PERF_SAMPLE_TID|PERF_SAMPLE_TIME, "
		"read_format=PERF_FORMAT_GROUP, freq=1, precise_ip=0 /* arbitrary skid "
		"*/, ...}, -1, 2, 3, 0x20 /* PERF_FLAG_??? */) = -1 ENOSYS (Function not "
		"implemented)");
	PUT(b, BASE + 0, ((struct perf_event_attr){.size = 8}));
	assert_string_equal(LINE(b, __NR_perf_event_open, -38, BASE, 0, -1, -1, 0),
		"perf_event_open(0x10000, 0, -1, -1, 0) = -1 ENOSYS (Function not "
		"implemented)");
	assert_string_equal(LINE(b, __NR_perf_event_open, -38, END, 0, -1, -1, 0),
		"perf_event_open(0x20000, 0, -1, -1, 0) = -1 ENOSYS (Function not "
		"implemented)");
}

/* clang-format on */

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_names), TEST(test_reboot), TEST(test_credentials), TEST(test_landlock),
	    TEST(test_keys),  TEST(test_bpf),    TEST(test_perf),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
