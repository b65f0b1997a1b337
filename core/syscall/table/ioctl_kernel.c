/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ioctl of the descriptors that other calls make: performance events, namespaces, userfaultfd,
 * seccomp's listener, KVM; and the clones of files.
 */
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/btrfs.h>
#include <linux/fs.h>
#include <linux/kvm.h>
#include <linux/nsfs.h>
#include <linux/perf_event.h>
#include <linux/seccomp.h>
#include <linux/userfaultfd.h>
#include "syscall/table/ioctl.h"
#include "syscall/text.h"

/* clang-format off */

/* --- perf_event_open --- */

static FLAGS(perf_flags, 8, "PERF_IOC_FLAG_???", NULL, E(PERF_IOC_FLAG_GROUP))
static const struct lupe_type program_ids = {.kind = LUPE_KIND_ARRAY, .target = &lupe_type_uint};

static STRUCT(program_query, struct perf_event_query_bpf,
	FIELD(struct perf_event_query_bpf, ids_len, &lupe_type_uint),
	FIELD(struct perf_event_query_bpf, prog_cnt, &lupe_type_uint, ANSWER),
	FIELD(struct perf_event_query_bpf, ids, &program_ids, ANSWER, .count = BY_MEMBER(1)))
ASKED(program_query_asked, &program_query)

COMMANDS(lupe_ioctl_perf,
	VALUE(PERF_EVENT_IOC_ENABLE, &perf_flags), VALUE(PERF_EVENT_IOC_DISABLE, &perf_flags),
	VALUE(PERF_EVENT_IOC_RESET, &perf_flags), VALUE(PERF_EVENT_IOC_REFRESH, &lupe_type_int),
	WRITES(PERF_EVENT_IOC_PERIOD, &lupe_type_ulong), VALUE(PERF_EVENT_IOC_SET_OUTPUT, &lupe_type_fd),
	WRITES(PERF_EVENT_IOC_SET_FILTER, &lupe_type_string), READS(PERF_EVENT_IOC_ID, &lupe_type_ulong),
	VALUE(PERF_EVENT_IOC_SET_BPF, &lupe_type_fd),
	VALUE(PERF_EVENT_IOC_PAUSE_OUTPUT, &lupe_type_ulong),
	READS_LATE(PERF_EVENT_IOC_QUERY_BPF, &program_query_asked))

/* --- namespaces: the answers are descriptors, or a CLONE_ flag --- */

COMMANDS(lupe_ioctl_namespace,
	NOTHING(NS_GET_USERNS), NOTHING(NS_GET_PARENT), NOTHING(NS_GET_NSTYPE),
	READS(NS_GET_OWNER_UID, &lupe_type_uid))

/* --- userfaultfd --- */

static FLAGS(fault_features, 8, "UFFD_FEATURE_???", NULL,
	E(UFFD_FEATURE_PAGEFAULT_FLAG_WP), E(UFFD_FEATURE_EVENT_FORK), E(UFFD_FEATURE_EVENT_REMAP),
	E(UFFD_FEATURE_EVENT_REMOVE), E(UFFD_FEATURE_MISSING_HUGETLBFS),
	E(UFFD_FEATURE_MISSING_SHMEM), E(UFFD_FEATURE_EVENT_UNMAP), E(UFFD_FEATURE_SIGBUS),
	E(UFFD_FEATURE_THREAD_ID), E(UFFD_FEATURE_MINOR_HUGETLBFS), E(UFFD_FEATURE_MINOR_SHMEM),
	E(UFFD_FEATURE_EXACT_ADDRESS), E_AS("UFFD_FEATURE_WP_HUGETLBFS_SHMEM", 1 << 12))
#define BIT(name) E_AS("1<<" #name, 1ULL << (name))
static FLAGS(fault_commands, 8, "UFFDIO_???", NULL, BIT(_UFFDIO_REGISTER), BIT(_UFFDIO_UNREGISTER),
	BIT(_UFFDIO_API))
static FLAGS(range_commands, 8, "UFFDIO_???", NULL,
	BIT(_UFFDIO_WAKE), BIT(_UFFDIO_COPY), BIT(_UFFDIO_ZEROPAGE), BIT(_UFFDIO_WRITEPROTECT))
static FLAGS(register_modes, 8, "UFFDIO_REGISTER_MODE_???", NULL,
	E(UFFDIO_REGISTER_MODE_MISSING), E(UFFDIO_REGISTER_MODE_WP), E(UFFDIO_REGISTER_MODE_MINOR))
static FLAGS(copy_modes, 8, "UFFDIO_COPY_???", NULL,
	E(UFFDIO_COPY_MODE_DONTWAKE), E(UFFDIO_COPY_MODE_WP))
static FLAGS(zero_modes, 8, "UFFDIO_ZEROPAGE_???", NULL, E(UFFDIO_ZEROPAGE_MODE_DONTWAKE))

static STRUCT(fault_range, struct uffdio_range,
	FIELD(struct uffdio_range, start, &lupe_type_ulong_hex),
	FIELD(struct uffdio_range, len, &lupe_type_ulong_hex))
static STRUCT(fault_api, struct uffdio_api,
	FIELD(struct uffdio_api, api, &lupe_type_ulong_hex),
	FIELD(struct uffdio_api, features, &fault_features),
	FIELD(struct uffdio_api, ioctls, &fault_commands, ANSWER))
static STRUCT(fault_register, struct uffdio_register,
	FIELD(struct uffdio_register, range, &fault_range),
	FIELD(struct uffdio_register, mode, &register_modes),
	FIELD(struct uffdio_register, ioctls, &range_commands, ANSWER))
static STRUCT(fault_copy, struct uffdio_copy,
	FIELD(struct uffdio_copy, dst, &lupe_type_ulong_hex),
	FIELD(struct uffdio_copy, src, &lupe_type_ulong_hex),
	FIELD(struct uffdio_copy, len, &lupe_type_ulong_hex),
	FIELD(struct uffdio_copy, mode, &copy_modes),
	FIELD(struct uffdio_copy, copy, &lupe_type_ulong_hex, ANSWER))
static STRUCT(fault_zero, struct uffdio_zeropage,
	FIELD(struct uffdio_zeropage, range, &fault_range),
	FIELD(struct uffdio_zeropage, mode, &zero_modes),
	FIELD(struct uffdio_zeropage, zeropage, &lupe_type_ulong_hex, ANSWER))
ASKED(fault_api_asked, &fault_api)
ASKED(fault_register_asked, &fault_register)
ASKED(fault_copy_asked, &fault_copy)
ASKED(fault_zero_asked, &fault_zero)

COMMANDS(lupe_ioctl_userfault,
	READS_LATE(UFFDIO_API, &fault_api_asked), READS_LATE(UFFDIO_REGISTER, &fault_register_asked),
	READS_LATE(UFFDIO_COPY, &fault_copy_asked), READS_LATE(UFFDIO_ZEROPAGE, &fault_zero_asked),
	WRITES(UFFDIO_UNREGISTER, &fault_range), WRITES(UFFDIO_WAKE, &fault_range))

/* --- seccomp's listener --- */

static ENUM(architectures, 4, "AUDIT_ARCH_???",
	E(AUDIT_ARCH_X86_64), E(AUDIT_ARCH_I386), E(AUDIT_ARCH_AARCH64), E(AUDIT_ARCH_ARM),
	E(AUDIT_ARCH_RISCV64), E(AUDIT_ARCH_S390X), E(AUDIT_ARCH_PPC64LE), E(AUDIT_ARCH_MIPS64))
static const struct lupe_type six_arguments = {
	.kind = LUPE_KIND_ARRAY, .target = &lupe_type_ulong_hex, .count = 6};
static STRUCT(seccomp_data, struct seccomp_data,
	FIELD(struct seccomp_data, nr, &lupe_type_int),
	FIELD(struct seccomp_data, arch, &architectures),
	FIELD(struct seccomp_data, instruction_pointer, &lupe_type_ulong_hex),
	FIELD(struct seccomp_data, args, &six_arguments))
static STRUCT(notification, struct seccomp_notif,
	FIELD(struct seccomp_notif, id, &lupe_type_ulong_hex),
	FIELD(struct seccomp_notif, pid, &lupe_type_pid),
	FIELD(struct seccomp_notif, flags, &lupe_type_u32_hex),
	FIELD(struct seccomp_notif, data, &seccomp_data))
static FLAGS(response_flags, 4, "SECCOMP_USER_NOTIF_FLAG_???", NULL,
	E(SECCOMP_USER_NOTIF_FLAG_CONTINUE))
static STRUCT(response, struct seccomp_notif_resp,
	FIELD(struct seccomp_notif_resp, id, &lupe_type_ulong_hex),
	FIELD(struct seccomp_notif_resp, val, &lupe_type_long),
	FIELD(struct seccomp_notif_resp, error, &lupe_type_int),
	FIELD(struct seccomp_notif_resp, flags, &response_flags))
static FLAGS(added_flags, 4, "SECCOMP_ADDFD_FLAG_???", NULL,
	E(SECCOMP_ADDFD_FLAG_SETFD), E(SECCOMP_ADDFD_FLAG_SEND))
static FLAGS(descriptor_flags, 4, "O_???", NULL, E(O_NONBLOCK), E(O_CLOEXEC))
static STRUCT(added_descriptor, struct seccomp_notif_addfd,
	FIELD(struct seccomp_notif_addfd, id, &lupe_type_ulong_hex),
	FIELD(struct seccomp_notif_addfd, flags, &added_flags),
	FIELD(struct seccomp_notif_addfd, srcfd, &lupe_type_fd),
	FIELD(struct seccomp_notif_addfd, newfd, &lupe_type_fd),
	FIELD(struct seccomp_notif_addfd, newfd_flags, &descriptor_flags))

COMMANDS(lupe_ioctl_seccomp,
	READS(SECCOMP_IOCTL_NOTIF_RECV, &notification),
	WRITES(SECCOMP_IOCTL_NOTIF_SEND, &response),
	WRITES(SECCOMP_IOCTL_NOTIF_ID_VALID, &lupe_type_ulong_hex),
	WRITES(SECCOMP_IOCTL_NOTIF_ADDFD, &added_descriptor))

/* --- KVM --- */

static ENUM(capabilities, 4, "KVM_CAP_???",
	E(KVM_CAP_IRQCHIP), E(KVM_CAP_HLT), E(KVM_CAP_MMU_SHADOW_CACHE_CONTROL),
	E(KVM_CAP_USER_MEMORY), E(KVM_CAP_SET_TSS_ADDR), E(KVM_CAP_VAPIC), E(KVM_CAP_EXT_CPUID),
	E(KVM_CAP_CLOCKSOURCE), E(KVM_CAP_NR_VCPUS), E(KVM_CAP_NR_MEMSLOTS), E(KVM_CAP_PIT),
	E(KVM_CAP_NOP_IO_DELAY), E(KVM_CAP_PV_MMU), E(KVM_CAP_MP_STATE), E(KVM_CAP_COALESCED_MMIO),
	E(KVM_CAP_SYNC_MMU), E(KVM_CAP_IOMMU), E(KVM_CAP_DESTROY_MEMORY_REGION_WORKS),
	E(KVM_CAP_USER_NMI), E(KVM_CAP_SET_GUEST_DEBUG), E(KVM_CAP_REINJECT_CONTROL),
	E(KVM_CAP_IRQ_ROUTING), E(KVM_CAP_IRQ_INJECT_STATUS), E(KVM_CAP_ASSIGN_DEV_IRQ),
	E(KVM_CAP_JOIN_MEMORY_REGIONS_WORKS), E(KVM_CAP_MCE), E(KVM_CAP_IRQFD), E(KVM_CAP_PIT2),
	E(KVM_CAP_SET_BOOT_CPU_ID), E(KVM_CAP_PIT_STATE2), E(KVM_CAP_IOEVENTFD),
	E(KVM_CAP_SET_IDENTITY_MAP_ADDR), E(KVM_CAP_XEN_HVM), E(KVM_CAP_ADJUST_CLOCK),
	E(KVM_CAP_INTERNAL_ERROR_DATA), E(KVM_CAP_VCPU_EVENTS), E(KVM_CAP_S390_PSW),
	E(KVM_CAP_PPC_SEGSTATE), E(KVM_CAP_HYPERV), E(KVM_CAP_HYPERV_VAPIC),
	E(KVM_CAP_HYPERV_SPIN), E(KVM_CAP_PCI_SEGMENT), E(KVM_CAP_PPC_PAIRED_SINGLES),
	E(KVM_CAP_INTR_SHADOW), E(KVM_CAP_DEBUGREGS), E(KVM_CAP_X86_ROBUST_SINGLESTEP),
	E(KVM_CAP_PPC_OSI), E(KVM_CAP_PPC_UNSET_IRQ), E(KVM_CAP_ENABLE_CAP), E(KVM_CAP_XSAVE),
	E(KVM_CAP_XCRS), E(KVM_CAP_PPC_GET_PVINFO), E(KVM_CAP_PPC_IRQ_LEVEL), E(KVM_CAP_ASYNC_PF),
	E(KVM_CAP_TSC_CONTROL), E(KVM_CAP_GET_TSC_KHZ), E(KVM_CAP_PPC_BOOKE_SREGS),
	E(KVM_CAP_SPAPR_TCE), E(KVM_CAP_PPC_SMT), E(KVM_CAP_PPC_RMA), E(KVM_CAP_MAX_VCPUS),
	E(KVM_CAP_PPC_HIOR), E(KVM_CAP_PPC_PAPR), E(KVM_CAP_SW_TLB), E(KVM_CAP_ONE_REG),
	E(KVM_CAP_S390_GMAP), E(KVM_CAP_TSC_DEADLINE_TIMER), E(KVM_CAP_S390_UCONTROL),
	E(KVM_CAP_SYNC_REGS), E(KVM_CAP_PCI_2_3), E(KVM_CAP_KVMCLOCK_CTRL), E(KVM_CAP_SIGNAL_MSI),
	E(KVM_CAP_PPC_GET_SMMU_INFO), E(KVM_CAP_S390_COW), E(KVM_CAP_PPC_ALLOC_HTAB),
	E(KVM_CAP_READONLY_MEM), E(KVM_CAP_IRQFD_RESAMPLE), E(KVM_CAP_PPC_BOOKE_WATCHDOG),
	E(KVM_CAP_PPC_HTAB_FD), E(KVM_CAP_S390_CSS_SUPPORT), E(KVM_CAP_PPC_EPR),
	E(KVM_CAP_ARM_PSCI), E(KVM_CAP_ARM_SET_DEVICE_ADDR), E(KVM_CAP_DEVICE_CTRL),
	E(KVM_CAP_IRQ_MPIC), E(KVM_CAP_PPC_RTAS), E(KVM_CAP_IRQ_XICS), E(KVM_CAP_ARM_EL1_32BIT),
	E(KVM_CAP_SPAPR_MULTITCE), E(KVM_CAP_EXT_EMUL_CPUID), E(KVM_CAP_HYPERV_TIME),
	E(KVM_CAP_IOAPIC_POLARITY_IGNORED), E(KVM_CAP_ENABLE_CAP_VM), E(KVM_CAP_S390_IRQCHIP),
	E(KVM_CAP_IOEVENTFD_NO_LENGTH), E(KVM_CAP_VM_ATTRIBUTES), E(KVM_CAP_ARM_PSCI_0_2),
	E(KVM_CAP_PPC_FIXUP_HCALL), E(KVM_CAP_PPC_ENABLE_HCALL), E(KVM_CAP_CHECK_EXTENSION_VM),
	E(KVM_CAP_S390_USER_SIGP), E(KVM_CAP_S390_VECTOR_REGISTERS), E(KVM_CAP_S390_MEM_OP),
	E(KVM_CAP_S390_USER_STSI), E(KVM_CAP_S390_SKEYS), E(KVM_CAP_MIPS_FPU), E(KVM_CAP_MIPS_MSA),
	E(KVM_CAP_S390_INJECT_IRQ), E(KVM_CAP_S390_IRQ_STATE), E(KVM_CAP_PPC_HWRNG),
	E(KVM_CAP_DISABLE_QUIRKS), E(KVM_CAP_X86_SMM), E(KVM_CAP_MULTI_ADDRESS_SPACE),
	E(KVM_CAP_GUEST_DEBUG_HW_BPS), E(KVM_CAP_GUEST_DEBUG_HW_WPS), E(KVM_CAP_SPLIT_IRQCHIP),
	E(KVM_CAP_IOEVENTFD_ANY_LENGTH), E(KVM_CAP_HYPERV_SYNIC), E(KVM_CAP_S390_RI),
	E(KVM_CAP_SPAPR_TCE_64), E(KVM_CAP_ARM_PMU_V3), E(KVM_CAP_VCPU_ATTRIBUTES),
	E(KVM_CAP_MAX_VCPU_ID), E(KVM_CAP_X2APIC_API), E(KVM_CAP_S390_USER_INSTR0),
	E(KVM_CAP_MSI_DEVID), E(KVM_CAP_PPC_HTM), E(KVM_CAP_SPAPR_RESIZE_HPT),
	E(KVM_CAP_PPC_MMU_RADIX), E(KVM_CAP_PPC_MMU_HASH_V3), E(KVM_CAP_IMMEDIATE_EXIT),
	E(KVM_CAP_MIPS_VZ), E(KVM_CAP_MIPS_TE), E(KVM_CAP_MIPS_64BIT), E(KVM_CAP_S390_GS),
	E(KVM_CAP_S390_AIS), E(KVM_CAP_SPAPR_TCE_VFIO), E(KVM_CAP_X86_DISABLE_EXITS),
	E(KVM_CAP_ARM_USER_IRQ), E(KVM_CAP_S390_CMMA_MIGRATION), E(KVM_CAP_PPC_FWNMI),
	E(KVM_CAP_PPC_SMT_POSSIBLE), E(KVM_CAP_HYPERV_SYNIC2), E(KVM_CAP_HYPERV_VP_INDEX),
	E(KVM_CAP_S390_AIS_MIGRATION), E(KVM_CAP_PPC_GET_CPU_CHAR), E(KVM_CAP_S390_BPB),
	E(KVM_CAP_GET_MSR_FEATURES), E(KVM_CAP_HYPERV_EVENTFD), E(KVM_CAP_HYPERV_TLBFLUSH),
	E(KVM_CAP_S390_HPAGE_1M), E(KVM_CAP_NESTED_STATE), E(KVM_CAP_ARM_INJECT_SERROR_ESR),
	E(KVM_CAP_MSR_PLATFORM_INFO), E(KVM_CAP_PPC_NESTED_HV), E(KVM_CAP_HYPERV_SEND_IPI),
	E(KVM_CAP_COALESCED_PIO), E(KVM_CAP_HYPERV_ENLIGHTENED_VMCS), E(KVM_CAP_EXCEPTION_PAYLOAD),
	E(KVM_CAP_ARM_VM_IPA_SIZE), E(KVM_CAP_MANUAL_DIRTY_LOG_PROTECT), E(KVM_CAP_HYPERV_CPUID),
	E(KVM_CAP_MANUAL_DIRTY_LOG_PROTECT2), E(KVM_CAP_PPC_IRQ_XIVE), E(KVM_CAP_ARM_SVE),
	E(KVM_CAP_ARM_PTRAUTH_ADDRESS), E(KVM_CAP_ARM_PTRAUTH_GENERIC),
	E(KVM_CAP_PMU_EVENT_FILTER), E(KVM_CAP_ARM_IRQ_LINE_LAYOUT_2),
	E(KVM_CAP_HYPERV_DIRECT_TLBFLUSH), E(KVM_CAP_PPC_GUEST_DEBUG_SSTEP),
	E(KVM_CAP_ARM_NISV_TO_USER), E(KVM_CAP_ARM_INJECT_EXT_DABT), E(KVM_CAP_S390_VCPU_RESETS),
	E(KVM_CAP_S390_PROTECTED), E(KVM_CAP_PPC_SECURE_GUEST), E(KVM_CAP_HALT_POLL),
	E(KVM_CAP_ASYNC_PF_INT), E(KVM_CAP_LAST_CPU), E(KVM_CAP_SMALLER_MAXPHYADDR),
	E(KVM_CAP_S390_DIAG318), E(KVM_CAP_STEAL_TIME), E(KVM_CAP_X86_USER_SPACE_MSR),
	E(KVM_CAP_X86_MSR_FILTER), E(KVM_CAP_ENFORCE_PV_FEATURE_CPUID),
	E(KVM_CAP_SYS_HYPERV_CPUID), E(KVM_CAP_DIRTY_LOG_RING), E(KVM_CAP_X86_BUS_LOCK_EXIT),
	E(KVM_CAP_PPC_DAWR1), E(KVM_CAP_SET_GUEST_DEBUG2), E(KVM_CAP_SGX_ATTRIBUTE),
	E(KVM_CAP_VM_COPY_ENC_CONTEXT_FROM), E(KVM_CAP_PTP_KVM), E(KVM_CAP_HYPERV_ENFORCE_CPUID),
	E(KVM_CAP_SREGS2), E(KVM_CAP_EXIT_HYPERCALL), E(KVM_CAP_PPC_RPT_INVALIDATE),
	E(KVM_CAP_BINARY_STATS_FD), E(KVM_CAP_EXIT_ON_EMULATION_FAILURE), E(KVM_CAP_ARM_MTE),
	E(KVM_CAP_VM_MOVE_ENC_CONTEXT_FROM), E(KVM_CAP_VM_GPA_BITS), E(KVM_CAP_XSAVE2),
	E(KVM_CAP_SYS_ATTRIBUTES), E(KVM_CAP_PPC_AIL_MODE_3), E(KVM_CAP_S390_MEM_OP_EXTENSION),
	E(KVM_CAP_PMU_CAPABILITY), E(KVM_CAP_DISABLE_QUIRKS2), E(KVM_CAP_VM_TSC_CONTROL),
	E(KVM_CAP_SYSTEM_EVENT_DATA), E(KVM_CAP_ARM_SYSTEM_SUSPEND),
	E(KVM_CAP_S390_PROTECTED_DUMP), E(KVM_CAP_X86_TRIPLE_FAULT_EVENT),
	E(KVM_CAP_X86_NOTIFY_VMEXIT), E(KVM_CAP_VM_DISABLE_NX_HUGE_PAGES), E(KVM_CAP_S390_ZPCI_OP),
	E(KVM_CAP_S390_CPU_TOPOLOGY), E(KVM_CAP_DIRTY_LOG_RING_ACQ_REL))
static FLAGS(memory_flags, 4, "KVM_MEM_???", NULL, E(KVM_MEM_LOG_DIRTY_PAGES), E(KVM_MEM_READONLY))
static STRUCT(memory_region, struct kvm_userspace_memory_region,
	FIELD(struct kvm_userspace_memory_region, slot, &lupe_type_uint),
	FIELD(struct kvm_userspace_memory_region, flags, &memory_flags),
	FIELD(struct kvm_userspace_memory_region, guest_phys_addr, &lupe_type_ulong_hex),
	FIELD(struct kvm_userspace_memory_region, memory_size, &lupe_type_ulong),
	FIELD(struct kvm_userspace_memory_region, userspace_addr, &lupe_type_ulong_hex))
static FLAGS(cpuid_flags, 4, "KVM_CPUID_FLAG_???", NULL,
	E_AS("KVM_CPUID_FLAG_SIGNIFCANT_INDEX", KVM_CPUID_FLAG_SIGNIFCANT_INDEX),
	E(KVM_CPUID_FLAG_STATEFUL_FUNC), E(KVM_CPUID_FLAG_STATE_READ_NEXT))
static STRUCT(cpuid_entry, struct kvm_cpuid_entry2,
	FIELD(struct kvm_cpuid_entry2, function, &lupe_type_u32_hex),
	FIELD(struct kvm_cpuid_entry2, index, &lupe_type_u32_hex),
	FIELD(struct kvm_cpuid_entry2, flags, &cpuid_flags),
	FIELD(struct kvm_cpuid_entry2, eax, &lupe_type_u32_hex),
	FIELD(struct kvm_cpuid_entry2, ebx, &lupe_type_u32_hex),
	FIELD(struct kvm_cpuid_entry2, ecx, &lupe_type_u32_hex),
	FIELD(struct kvm_cpuid_entry2, edx, &lupe_type_u32_hex))

/* Abbreviated, the entries are "[...]", and none of them "[]". */
static void print_entries(struct lupe_printer *printer, const struct lupe_value *value)
{
	uint32_t i;

	if (!printer->options->verbose && value->total) {
		lupe_buffer_string(printer->out, "[...]");
		return;
	}
	lupe_buffer_char(printer->out, '[');
	for (i = 0; i < value->n_children; i++) {
		if (i)
			lupe_buffer_string(printer->out, ", ");
		lupe_strace_value(printer, &value->children[i]);
	}
	if (value->n_children < value->total)
		lupe_buffer_string(printer->out, value->n_children ? ", ..." : "...");
	lupe_buffer_char(printer->out, ']');
}

static const struct lupe_type cpuid_entries = {
	.kind = LUPE_KIND_ARRAY, .target = &cpuid_entry,
	.ops = &(const struct lupe_type_ops){.print = print_entries}};
static STRUCT(cpuid, struct kvm_cpuid2,
	FIELD(struct kvm_cpuid2, nent, &lupe_type_uint),
	FIELD(struct kvm_cpuid2, entries, &cpuid_entries, .count = BY_MEMBER(0)))

/* Abbreviated, the registers of general use are "..." twice: before and after the stack's. */
static void print_registers(struct lupe_printer *printer, const struct lupe_value *value)
{
	static const char *const shown[] = {"rax", NULL, "rsp", "rbp", NULL, "rip", "rflags"};
	const struct lupe_value *child;
	size_t i;

	if (printer->options->verbose) {
		lupe_strace_struct(printer, value);
		return;
	}
	lupe_buffer_char(printer->out, '{');
	for (i = 0; i < ARRAY_SIZE(shown); i++) {
		lupe_buffer_string(printer->out, i ? ", " : "");
		child = shown[i] ? lupe_value_member(value, shown[i]) : NULL;
		if (!child) {
			lupe_buffer_string(printer->out, "...");
			continue;
		}
		lupe_buffer_string(printer->out, shown[i]);
		lupe_buffer_char(printer->out, '=');
		lupe_strace_value(printer, child);
	}
	lupe_buffer_char(printer->out, '}');
}

#define REGISTER(name) FIELD(struct kvm_regs, name, &lupe_type_ulong_hex)
static const struct lupe_type registers = {
	.name = "struct kvm_regs", .kind = LUPE_KIND_STRUCT, .size = sizeof(struct kvm_regs),
	.ops = &(const struct lupe_type_ops){.print = print_registers},
	MEMBERS(REGISTER(rax), REGISTER(rbx), REGISTER(rcx), REGISTER(rdx), REGISTER(rsi), REGISTER(rdi),
		REGISTER(rsp), REGISTER(rbp), REGISTER(r8), REGISTER(r9), REGISTER(r10), REGISTER(r11),
		REGISTER(r12), REGISTER(r13), REGISTER(r14), REGISTER(r15), REGISTER(rip), REGISTER(rflags))};

static STRUCT(segment, struct kvm_segment,
	FIELD(struct kvm_segment, base, &lupe_type_ulong_hex),
	FIELD(struct kvm_segment, limit, &lupe_type_uint),
	FIELD(struct kvm_segment, selector, &lupe_type_ushort),
	FIELD(struct kvm_segment, type, &lupe_type_u8), FIELD(struct kvm_segment, present, &lupe_type_u8),
	FIELD(struct kvm_segment, dpl, &lupe_type_u8), FIELD(struct kvm_segment, db, &lupe_type_u8),
	FIELD(struct kvm_segment, s, &lupe_type_u8), FIELD(struct kvm_segment, l, &lupe_type_u8),
	FIELD(struct kvm_segment, g, &lupe_type_u8), FIELD(struct kvm_segment, avl, &lupe_type_u8))
static STRUCT(descriptor_table, struct kvm_dtable,
	FIELD(struct kvm_dtable, base, &lupe_type_ulong_hex),
	FIELD(struct kvm_dtable, limit, &lupe_type_ushort))
static const struct lupe_type interrupts = {
	.kind = LUPE_KIND_ARRAY, .target = &lupe_type_ulong_hex,
	.count = sizeof(((struct kvm_sregs *)0)->interrupt_bitmap) / sizeof(__u64)};
#define SEGMENT(name) FIELD(struct kvm_sregs, name, &segment, .flags = LUPE_MEMBER_VERBOSE)
#define SPECIAL(name, type_) FIELD(struct kvm_sregs, name, (type_), .flags = LUPE_MEMBER_VERBOSE)
static STRUCT(special_registers, struct kvm_sregs,
	FIELD(struct kvm_sregs, cs, &segment), SEGMENT(ds), SEGMENT(es), SEGMENT(fs), SEGMENT(gs),
	SEGMENT(ss), SEGMENT(tr), SEGMENT(ldt), SPECIAL(gdt, &descriptor_table),
	SPECIAL(idt, &descriptor_table), SPECIAL(cr0, &lupe_type_ulong), SPECIAL(cr2, &lupe_type_ulong),
	SPECIAL(cr3, &lupe_type_ulong), SPECIAL(cr4, &lupe_type_ulong), SPECIAL(cr8, &lupe_type_ulong),
	SPECIAL(efer, &lupe_type_ulong), SPECIAL(apic_base, &lupe_type_ulong_hex),
	SPECIAL(interrupt_bitmap, &interrupts))

COMMANDS(lupe_ioctl_kvm,
	VALUE(KVM_CHECK_EXTENSION, &capabilities),
	READS(KVM_GET_REGS, &registers), WRITES(KVM_SET_REGS, &registers),
	READS(KVM_GET_SREGS, &special_registers), WRITES(KVM_SET_SREGS, &special_registers),
	VALUE(KVM_CREATE_VCPU, &lupe_type_int), WRITES(KVM_SET_USER_MEMORY_REGION, &memory_region),
	WRITES(KVM_SET_CPUID2, &cpuid), READS(KVM_GET_SUPPORTED_CPUID, &cpuid),
	READS(KVM_GET_EMULATED_CPUID, &cpuid))
/* clang-format on */
