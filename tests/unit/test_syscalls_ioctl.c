/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ioctl: names of commands against the system's headers, parameters against what strace 6.1 wrote.
 */
#include "calls.h"

#include <net/if.h>
#include <net/if_arp.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <asm/ioctls.h>
#include <asm/termbits.h>
#include <linux/btrfs.h>
#include <linux/fiemap.h>
#include <linux/fs.h>
#include <linux/if_tun.h>
#include <linux/input.h>
#include <linux/kd.h>
#include <linux/kvm.h>
#include <linux/loop.h>
#include <linux/nsfs.h>
#include <linux/perf_event.h>
#include <linux/random.h>
#include <linux/rtc.h>
#include <linux/dm-ioctl.h>
#include <linux/seccomp.h>
#include <linux/sockios.h>
#include <linux/uinput.h>
#include <linux/userfaultfd.h>
#include <linux/vt.h>
#include <linux/watchdog.h>

struct answered {
	uint32_t command;
	const char *text;
};
static const struct answered answered[] = {
#include "answered_ioctl.def"
};

/* 1, 2, 3 ... at BASE, then zeros. */
static void count_up(struct bench *b)
{
	unsigned i;

	memset(b->bytes, 0, SIZE);
	for (i = 0; i < 255; i++)
		b->bytes[i] = (unsigned char)(i + 1);
}

static void test_answered(void **state)
{
	struct bench *b = *state;
	size_t i, failures = 0;
	char expected[2048];

	count_up(b);
	for (i = 0; i < ARRAY_SIZE(answered); i++) {
		const char *text = LINE(b, __NR_ioctl, 0, 3, answered[i].command, BASE);

		snprintf(expected, sizeof(expected), "ioctl(3, %s) = 0", answered[i].text);
		if (!strcmp(text, expected))
			continue;
		print_error("strace: %s\nlupe:   %s\n", expected, text);
		failures++;
	}
	assert_int_equal(failures, 0);
}

/* --- names --- */

#define NAMED(command) {command, #command ", "}
static const struct answered named[] = {
    NAMED(TIOCGWINSZ), NAMED(TIOCGPGRP), NAMED(FIONREAD), NAMED(FIONBIO), NAMED(TIOCGPTN),
    NAMED(SIOCGIFCONF), NAMED(SIOCGIFMTU), NAMED(SIOCGIFHWADDR), NAMED(SIOCGIFINDEX),
    NAMED(BLKGETSIZE64), NAMED(BLKSSZGET), NAMED(BLKDISCARD), NAMED(FS_IOC_GETFLAGS),
    NAMED(FS_IOC_FIEMAP), NAMED(FS_IOC_FSGETXATTR), NAMED(FITRIM), NAMED(LOOP_SET_FD),
    NAMED(LOOP_CONFIGURE), NAMED(KVM_RUN), NAMED(KVM_CREATE_VM), NAMED(KVM_SET_USER_MEMORY_REGION),
    NAMED(PERF_EVENT_IOC_ENABLE), NAMED(PERF_EVENT_IOC_SET_BPF), NAMED(NS_GET_OWNER_UID),
    NAMED(UFFDIO_API), NAMED(UFFDIO_COPY), NAMED(UFFDIO_WRITEPROTECT),
    NAMED(SECCOMP_IOCTL_NOTIF_RECV), NAMED(SECCOMP_IOCTL_NOTIF_ADDFD), NAMED(RTC_RD_TIME),
    NAMED(WDIOC_GETTIMEOUT), NAMED(RNDGETENTCNT), NAMED(TUNSETIFF), NAMED(TUNGETFEATURES),
    NAMED(VT_ACTIVATE), NAMED(KDSETMODE), NAMED(EVIOCGVERSION), NAMED(EVIOCGRAB),
    NAMED(UI_SET_EVBIT), NAMED(BTRFS_IOC_TREE_SEARCH)};

static void test_names(void **state)
{
	struct bench *b = *state;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(named); i++) {
		const char *text = LINE(b, __NR_ioctl, -25, 3, named[i].command, BASE + 8192);

		assert_memory_equal(text, "ioctl(3, ", 9);
		if (strncmp(text + 9, named[i].text, strlen(named[i].text)) != 0)
			fail_msg("%#x is %s not %s", named[i].command, text, named[i].text);
	}
}

/* Each name of the table is found by its own number: the order that the search needs. */
static void test_order_of_names(void **state)
{
	static const struct {
		uint32_t number;
		const char *name;
	} all[] = {
#define IOCTL(number_, name_) {number_, #name_},
#include "../../core/syscall/table/ioctl_names.def"
#undef IOCTL
	};
	struct bench *b = *state;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(all); i++) {
		if (i)
			assert_true(all[i - 1].number <= all[i].number);
		assert_non_null(strstr(LINE(b, __NR_ioctl, -25, 3, all[i].number, 0), all[i].name));
	}
}

/* Each command has its own fields of one struct, others in the answer; as strace 6.1 wrote them. */
static void test_mapper(void **state)
{
	struct bench *b = *state;
	struct dm_ioctl control = {.version = {4, 2, 0},
				   .data_size = 1024,
				   .data_start = sizeof(control),
				   .target_count = 2,
				   .open_count = 3,
				   .event_nr = 7,
				   .flags = DM_READONLY_FLAG,
				   .dev = 0xfd00,
				   .name = "name",
				   .uuid = "uuid"};

	PUT(b, BASE, control);
	assert_string_equal(LINE(b, __NR_ioctl, -9, -1, DM_TABLE_LOAD, BASE),
			    "ioctl(-1, DM_TABLE_LOAD, [{version=[4, 2, 0], data_size=1024, data_start=312, "
			    "dev=makedev(0xfd, 0), name=\"name\", uuid=\"uuid\", target_count=2, "
			    "flags=DM_READONLY_FLAG}, ...]) = -1 EBADF (Bad file descriptor)");
	assert_string_equal(LINE(b, __NR_ioctl, -9, -1, DM_DEV_SUSPEND, BASE),
			    "ioctl(-1, DM_DEV_SUSPEND, [{version=[4, 2, 0], data_size=1024, dev=makedev(0xfd, 0), "
			    "name=\"name\", uuid=\"uuid\", event_nr=7, flags=DM_READONLY_FLAG}]) = -1 EBADF "
			    "(Bad file descriptor)");
	assert_string_equal(LINE(b, __NR_ioctl, -9, -1, DM_LIST_DEVICES, BASE),
			    "ioctl(-1, DM_LIST_DEVICES, [{version=[4, 2, 0], data_size=1024, data_start=312, "
			    "flags=DM_READONLY_FLAG}]) = -1 EBADF (Bad file descriptor)");
	control.version[0] = 5;
	PUT(b, BASE, control);
	assert_string_equal(LINE(b, __NR_ioctl, -9, -1, DM_VERSION, BASE),
			    "ioctl(-1, DM_VERSION, [{version=[5, 2, 0] /* unsupported device mapper ABI version */}])"
			    " = -1 EBADF (Bad file descriptor)");
	control.data_size = 8;
	PUT(b, BASE, control);
	assert_string_equal(LINE(b, __NR_ioctl, -9, -1, DM_VERSION, BASE),
			    "ioctl(-1, DM_VERSION, 0x10000) = -1 EBADF (Bad file descriptor)");
}

static void test_unnamed(void **state)
{
	struct bench *b = *state;

	assert_string_equal(LINE(b, __NR_ioctl, -25, 1, 0, 0),
			    "ioctl(1, _IOC(_IOC_NONE, 0, 0, 0), 0) = -1 ENOTTY (Inappropriate ioctl for "
			    "device)");
	assert_string_equal(LINE(b, __NR_ioctl, -25, 1, 0x12345678, 0x1000),
			    "ioctl(1, _IOC(_IOC_NONE, 0x56, 0x78, 0x1234), 0x1000) = -1 ENOTTY "
			    "(Inappropriate ioctl for device)");
	assert_string_equal(LINE(b, __NR_ioctl, -25, 1, _IOC(_IOC_READ | _IOC_WRITE, 0xfe, 0x34, 8), 1),
			    "ioctl(1, _IOC(_IOC_READ|_IOC_WRITE, 0xfe, 0x34, 0x8), 0x1) = -1 ENOTTY "
			    "(Inappropriate ioctl for device)");
	/* what the register holds above an int is nothing to the kernel */
	assert_string_equal(LINE(b, __NR_ioctl, -9, -1, UINT64_C(0xffffffff00005401), 0),
			    "ioctl(-1, TCGETS, NULL) = -1 EBADF (Bad file descriptor)");
	b->options.xlat = LUPE_XLAT_RAW;
	assert_string_equal(LINE(b, __NR_ioctl, 0, 1, TIOCNOTTY, 0), "ioctl(1, 0x5422) = 0");
	b->options.xlat = LUPE_XLAT_VERBOSE;
	assert_string_equal(LINE(b, __NR_ioctl, 0, 1, TIOCNOTTY, 0),
			    "ioctl(1, 0x5422 /* TIOCNOTTY */) = 0");
}

static void test_variable_names(void **state)
{
	struct bench *b = *state;

	memset(b->bytes, 0, 64);
	PUT_STRING(b, BASE, "keyboard");
	assert_string_equal(LINE(b, __NR_ioctl, 8, 3, EVIOCGNAME(200), BASE),
			    "ioctl(3, EVIOCGNAME(200), \"keyboard\") = 8");
	assert_string_equal(LINE(b, __NR_ioctl, -9, 3, EVIOCGBIT(EV_KEY, 96), BASE),
			    "ioctl(3, EVIOCGBIT(EV_KEY, 96), 0x10000) = -1 EBADF (Bad file descriptor)");
	memset(b->bytes, 0, 64);
	b->bytes[0] = 2;
	assert_string_equal(LINE(b, __NR_ioctl, 8, 3, EVIOCGKEY(256), BASE),
			    "ioctl(3, EVIOCGKEY(256), [KEY_ESC]) = 8");
	memset(b->bytes, 0xff, 8);
	assert_string_equal(LINE(b, __NR_ioctl, 8, 3, EVIOCGBIT(0, 8), BASE),
			    "ioctl(3, EVIOCGBIT(0, 8), [EV_SYN EV_KEY EV_REL EV_ABS ...]) = 8");
	put(b, BASE, (const int[]){47, 1, 2, 3, 4, 5}, 24);
	assert_string_equal(LINE(b, __NR_ioctl, 0, 3, EVIOCGABS(ABS_X), BASE),
			    "ioctl(3, EVIOCGABS(ABS_X), {value=47, minimum=1, ...}) = 0");
	assert_string_equal(LINE(b, __NR_ioctl, -25, 3, UI_GET_SYSNAME(17), 0x1000),
			    "ioctl(3, UI_GET_SYSNAME(17), 0x1000) = -1 ENOTTY (Inappropriate ioctl for "
			    "device)");
}

/* --- commands that change what they are given --- */

static void test_terminal(void **state)
{
	struct bench *b = *state;
	struct termios modes = {.c_iflag = ICRNL | IXON,
				.c_oflag = OPOST | ONLCR,
				.c_cflag = B38400 | CS8 | CREAD,
				.c_lflag = ISIG | ICANON | ECHO};

	PUT(b, BASE, modes);
	assert_string_equal(LINE(b, __NR_ioctl, 0, 0, TCGETS, BASE),
			    "ioctl(0, TCGETS, {c_iflag=ICRNL|IXON, "
			    "c_oflag=NL0|CR0|TAB0|BS0|VT0|FF0|OPOST|ONLCR, c_cflag=B38400|CS8|CREAD, "
			    "c_lflag=ISIG|ICANON|ECHO, ...}) = 0");
	assert_string_equal(LINE(b, __NR_ioctl, -25, 0, TCGETS, BASE),
			    "ioctl(0, TCGETS, 0x10000) = -1 ENOTTY (Inappropriate ioctl for device)");
	assert_string_equal(LINE(b, __NR_ioctl, 0, 0, TIOCSTI, END), "ioctl(0, TIOCSTI, 0x20000) = 0");
	put(b, BASE, (const unsigned short[]){24, 80, 0, 0}, 8);
	assert_string_equal(LINE(b, __NR_ioctl, 0, 0, TIOCGWINSZ, BASE),
			    "ioctl(0, TIOCGWINSZ, {ws_row=24, ws_col=80, ws_xpixel=0, ws_ypixel=0}) = 0");
}

static void answer_interfaces(struct bench *b)
{
	struct ifconf *list = (struct ifconf *)b->bytes;

	list->ifc_len = sizeof(struct ifreq);
}

static void test_interfaces(void **state)
{
	struct bench *b = *state;
	struct ifreq request = {.ifr_name = "lo"};
	struct ifconf list = {.ifc_len = 80, .ifc_buf = (char *)(uintptr_t)(BASE + 512)};

	request.ifr_flags = IFF_UP | IFF_LOOPBACK;
	PUT(b, BASE, request);
	assert_string_equal(LINE(b, __NR_ioctl, 0, 3, SIOCGIFFLAGS, BASE),
			    "ioctl(3, SIOCGIFFLAGS, {ifr_name=\"lo\", ifr_flags=IFF_UP|IFF_LOOPBACK}) = "
			    "0");
	assert_string_equal(LINE(b, __NR_ioctl, -19, 3, SIOCGIFFLAGS, BASE),
			    "ioctl(3, SIOCGIFFLAGS, {ifr_name=\"lo\"}) = -1 ENODEV (No such device)");
	assert_string_equal(LINE(b, __NR_ioctl, -14, 3, SIOCGIFFLAGS, 8),
			    "ioctl(3, SIOCGIFFLAGS, 0x8) = -1 EFAULT (Bad address)");
	memset(&request.ifr_addr, 0, sizeof(request.ifr_addr));
	request.ifr_addr.sa_family = AF_INET;
	PUT(b, BASE + 512, request);
	PUT(b, BASE, list);
	b->kernel = answer_interfaces;
	assert_string_equal(LINE(b, __NR_ioctl, 0, 3, SIOCGIFCONF, BASE),
			    "ioctl(3, SIOCGIFCONF, {ifc_len=80 /* 2 * sizeof(struct ifreq) */ => 40 /* 1 "
			    "* sizeof(struct ifreq) */, ifc_buf=[{ifr_name=\"lo\", "
			    "ifr_addr={sa_family=AF_INET, sin_port=htons(0), "
			    "sin_addr=inet_addr(\"0.0.0.0\")}}]}) = 0");
	b->kernel = NULL;
	PUT(b, BASE, list);
	assert_string_equal(LINE(b, __NR_ioctl, -14, 3, SIOCGIFCONF, BASE),
			    "ioctl(3, SIOCGIFCONF, {ifc_len=80 /* 2 * sizeof(struct ifreq) */, "
			    "ifc_buf=0x10200}) = -1 EFAULT (Bad address)");
}

static void answer_extents(struct bench *b)
{
	struct fiemap *map = (struct fiemap *)b->bytes;

	map->fm_mapped_extents = 1;
	map->fm_extents[0].fe_length = 4096;
	map->fm_extents[0].fe_flags = FIEMAP_EXTENT_LAST;
}

static void test_extents(void **state)
{
	struct bench *b = *state;
	const struct fiemap map = {.fm_length = 100, .fm_flags = FIEMAP_FLAG_SYNC, .fm_extent_count = 4};

	PUT(b, BASE, map);
	b->kernel = answer_extents;
	assert_string_equal(LINE(b, __NR_ioctl, 0, 3, FS_IOC_FIEMAP, BASE),
			    "ioctl(3, FS_IOC_FIEMAP, {fm_start=0, fm_length=100, "
			    "fm_flags=FIEMAP_FLAG_SYNC, fm_extent_count=4} => "
			    "{fm_flags=FIEMAP_FLAG_SYNC, fm_mapped_extents=1, ...}) = 0");
	b->options.verbose = true;
	assert_string_equal(LINE(b, __NR_ioctl, 0, 3, FS_IOC_FIEMAP, BASE),
			    "ioctl(3, FS_IOC_FIEMAP, {fm_start=0, fm_length=100, "
			    "fm_flags=FIEMAP_FLAG_SYNC, fm_extent_count=4} => "
			    "{fm_flags=FIEMAP_FLAG_SYNC, fm_mapped_extents=1, fm_extents=[{fe_logical=0, "
			    "fe_physical=0, fe_length=4096, fe_flags=FIEMAP_EXTENT_LAST}]}) = 0");
	assert_string_equal(LINE(b, __NR_ioctl, -9, -1, FS_IOC_FIEMAP, BASE),
			    "ioctl(-1, FS_IOC_FIEMAP, {fm_start=0, fm_length=100, "
			    "fm_flags=FIEMAP_FLAG_SYNC, fm_extent_count=4}) = -1 EBADF (Bad file "
			    "descriptor)");
}

/* Every command with memory that ends within its parameter, before and after the call. */
static void test_ends_of_memory(void **state)
{
	static const uint32_t all[] = {
#define IOCTL(number, name) number,
#include "../../core/syscall/table/ioctl_names.def"
#undef IOCTL
	};
	struct bench *b = *state;
	size_t i;
	unsigned room;

	memset(b->bytes, 0xff, SIZE);
	b->options.verbose = true;
	for (i = 0; i < ARRAY_SIZE(all); i++)
		for (room = 0; room < 64; room += 7) {
			assert_non_null(LINE(b, __NR_ioctl, 0, 3, all[i], END - room));
			assert_non_null(LINE(b, __NR_ioctl, -9, 3, all[i], END - room));
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_answered),       TEST(test_names),    TEST(test_order_of_names),
	    TEST(test_mapper),	       TEST(test_unnamed),	       TEST(test_variable_names), TEST(test_terminal),
	    TEST(test_interfaces),     TEST(test_extents),  TEST(test_ends_of_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
