/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Why a virtual CPU stopped (-e kvm=vcpu): KVM_RUN leaves it in the page that it shares with its process,
 * which maps it from the descriptor, "anon_inode:kvm-vcpu:N". Source: linux/kvm.h, struct kvm_run.
 */
#include <linux/kvm.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include "base/cleanup.h"
#include "session/log_parts.h"

#define REASON(name) [KVM_EXIT_##name] = "KVM_EXIT_" #name

static const char *const reasons[] = {
    REASON(UNKNOWN),	     REASON(EXCEPTION),	      REASON(IO),
    REASON(HYPERCALL),	     REASON(DEBUG),	      REASON(HLT),
    REASON(MMIO),	     REASON(IRQ_WINDOW_OPEN), REASON(SHUTDOWN),
    REASON(FAIL_ENTRY),	     REASON(INTR),	      REASON(SET_TPR),
    REASON(TPR_ACCESS),	     REASON(S390_SIEIC),      REASON(S390_RESET),
    REASON(DCR),	     REASON(NMI),	      REASON(INTERNAL_ERROR),
    REASON(OSI),	     REASON(PAPR_HCALL),      REASON(S390_UCONTROL),
    REASON(WATCHDOG),	     REASON(S390_TSCH),	      REASON(EPR),
    REASON(SYSTEM_EVENT),    REASON(S390_STSI),	      REASON(IOAPIC_EOI),
    REASON(HYPERV),	     REASON(ARM_NISV),	      REASON(X86_RDMSR),
    REASON(X86_WRMSR),	     REASON(DIRTY_RING_FULL), REASON(AP_RESET_HOLD),
    REASON(X86_BUS_LOCK),    REASON(XEN),	      REASON(RISCV_SBI),
};

/* Where a process has mapped what `name` names; 0: nowhere. */
static lupe_addr find_mapping(pid_t pid, const char *name)
{
	char path[32], line[512];
	unsigned long start = 0;

	snprintf(path, sizeof(path), "/proc/%d/maps", pid);
	CLEANUP_FILE FILE *file = fopen(path, "re");
	while (file && fgets(line, sizeof(line), file)) {
		line[strcspn(line, "\n")] = '\0';
		if (strstr(line, name) && sscanf(line, "%lx-", &start) == 1)
			return start;
	}
	return 0;
}

void lupe_log_put_kvm(pid_t pid, const struct lupe_call *call, const struct lupe_memory *memory,
		      struct lupe_buffer *out)
{
	char link[64], name[128];
	uint32_t reason;
	lupe_addr shared;
	ssize_t size;

	if (!call->syscall || strcmp(call->syscall->name, "ioctl") != 0 ||
	    (uint32_t)call->args[1] != KVM_RUN || call->failed)
		return;
	snprintf(link, sizeof(link), "/proc/%d/fd/%d", pid, (int)call->args[0]);
	size = readlink(link, name, sizeof(name) - 1);
	name[size > 0 ? size : 0] = '\0';
	if (!strstr(name, "kvm-vcpu"))
		return;
	shared = find_mapping(pid, name);
	if (!shared || lupe_memory_read_some(memory, shared + offsetof(struct kvm_run, exit_reason),
					     &reason, sizeof(reason)) != sizeof(reason))
		return;
	if (reason < ARRAY_SIZE(reasons) && reasons[reason])
		lupe_buffer_printf(out, " (%s)", reasons[reason]);
	else
		lupe_buffer_printf(out, " (KVM_EXIT_??? %u)", reason);
}
