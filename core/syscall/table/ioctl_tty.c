/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ioctl of terminals. The modes of a termios are flags with fields among them: fields come first,
 * each with its name, then the flags, and nothing stands for no flag.
 */
#include <asm/ioctls.h>
#include <asm/termbits.h>
#include <linux/serial.h>
#include <linux/tty.h>
#include "syscall/table/ioctl.h"
#include "syscall/text.h"

/* The C library's header of the same name has a termios of its own: the kernel's termio here. */
struct kernel_termio {
	unsigned short c_iflag, c_oflag, c_cflag, c_lflag;
	unsigned char c_line, c_cc[8];
};

struct kernel_winsize {
	unsigned short ws_row, ws_col, ws_xpixel, ws_ypixel;
};

/* clang-format off */
static FLAGS(input_flags, 4, NULL, NULL,
	E(IGNBRK), E(BRKINT), E(IGNPAR), E(PARMRK), E(INPCK), E(ISTRIP), E(INLCR), E(IGNCR), E(ICRNL),
	E(IUCLC), E(IXON), E(IXANY), E(IXOFF), E(IMAXBEL), E(IUTF8))
static FLAGS(output_fields, 4, NULL, NULL,
	IN_FIELD(NL0, NLDLY), IN_FIELD(NL1, NLDLY),
	IN_FIELD(CR0, CRDLY), IN_FIELD(CR1, CRDLY), IN_FIELD(CR2, CRDLY), IN_FIELD(CR3, CRDLY),
	IN_FIELD(TAB0, TABDLY), IN_FIELD(TAB1, TABDLY), IN_FIELD(TAB2, TABDLY),
	IN_FIELD(XTABS, TABDLY),
	IN_FIELD(BS0, BSDLY), IN_FIELD(BS1, BSDLY), IN_FIELD(VT0, VTDLY), IN_FIELD(VT1, VTDLY),
	IN_FIELD(FF0, FFDLY), IN_FIELD(FF1, FFDLY))
static FLAGS(output_flags, 4, NULL, NULL,
	E(OPOST), E(OLCUC), E(ONLCR), E(OCRNL), E(ONOCR), E(ONLRET), E(OFILL), E(OFDEL))
static FLAGS(control_flags, 4, NULL, NULL,
	E(CSTOPB), E(CREAD), E(PARENB), E(PARODD), E(HUPCL), E(CLOCAL), E(CMSPAR), E(CRTSCTS))
static FLAGS(local_flags, 4, NULL, NULL,
	E(ISIG), E(ICANON), E(XCASE), E(ECHO), E(ECHOE), E(ECHOK), E(ECHONL), E(NOFLSH), E(IEXTEN),
	E(ECHOCTL), E(ECHOPRT), E(ECHOKE), E(FLUSHO), E(PENDIN), E(TOSTOP), E(EXTPROC))
static ENUM(speeds, 4, "B???",
	E(B0), E(B50), E(B75), E(B110), E(B134), E(B150), E(B200), E(B300), E(B600), E(B1200), E(B1800),
	E(B2400), E(B4800), E(B9600), E(B19200), E(B38400), E(BOTHER), E(B57600), E(B115200), E(B230400),
	E(B460800), E(B500000), E(B576000), E(B921600), E(B1000000), E(B1152000), E(B1500000),
	E(B2000000), E(B2500000), E(B3000000), E(B3500000), E(B4000000))
static ENUM(character_sizes, 4, NULL, E(CS5), E(CS6), E(CS7), E(CS8))
static ENUM(disciplines, 1, "N_???",
	E(N_TTY), E(N_SLIP), E(N_MOUSE), E(N_PPP), E(N_STRIP), E(N_AX25), E(N_X25), E(N_6PACK),
	E(N_MASC), E(N_R3964), E(N_PROFIBUS_FDL), E(N_IRDA), E(N_SMSBLOCK), E(N_HDLC), E(N_SYNC_PPP),
	E(N_HCI), E(N_GIGASET_M101), E(N_SLCAN), E(N_PPS), E(N_V253), E(N_CAIF), E(N_GSM0710),
	E(N_TI_WL), E(N_TRACESINK), E(N_TRACEROUTER), E(N_NCI), E(N_SPEAKUP), E(N_NULL))
static ENUM(characters, 1, NULL,
	E(VINTR), E(VQUIT), E(VERASE), E(VKILL), E(VEOF), E(VTIME), E(VMIN), E(VSWTC), E(VSTART),
	E(VSTOP), E(VSUSP), E(VEOL), E(VREPRINT), E(VDISCARD), E(VWERASE), E(VLNEXT), E(VEOL2))
/* clang-format on */

/* Of a mode without any flag, nothing is left but its fields. */
static void print_flags(struct lupe_printer *printer, const struct lupe_type *type, uint64_t flags)
{
	if (flags)
		lupe_strace_symbol(printer, type, flags);
}

static void print_input(struct lupe_printer *printer, const struct lupe_value *value)
{
	print_flags(printer, &input_flags, value->u);
}

static void print_local(struct lupe_printer *printer, const struct lupe_value *value)
{
	print_flags(printer, &local_flags, value->u);
}

static void print_output(struct lupe_printer *printer, const struct lupe_value *value)
{
	const uint64_t fields = NLDLY | CRDLY | TABDLY | BSDLY | VTDLY | FFDLY;

	lupe_strace_symbol(printer, &output_fields, value->u & fields);
	lupe_buffer_char(printer->out, '|');
	print_flags(printer, &output_flags, value->u & ~fields);
}

static void print_control(struct lupe_printer *printer, const struct lupe_value *value)
{
	const uint64_t fields = CBAUD | CIBAUD | CSIZE;

	lupe_strace_symbol(printer, &speeds, value->u & CBAUD);
	lupe_buffer_char(printer->out, '|');
	if (value->u & CIBAUD) {
		lupe_strace_symbol(printer, &speeds, (value->u & CIBAUD) >> IBSHIFT);
		lupe_buffer_string(printer->out, "<<IBSHIFT|");
	}
	lupe_strace_symbol(printer, &character_sizes, value->u & CSIZE);
	lupe_buffer_char(printer->out, '|');
	print_flags(printer, &control_flags, value->u & ~fields);
}

/* [[VINTR]=0x3, ...]; beyond the last name, the index. */
static void print_characters(struct lupe_printer *printer, const struct lupe_value *value)
{
	size_t i;

	lupe_buffer_char(printer->out, '[');
	for (i = 0; i < value->n_bytes; i++) {
		lupe_buffer_string(printer->out, i ? ", [" : "[");
		if (i < characters.n_enumerators)
			lupe_strace_symbol(printer, &characters, i);
		else
			lupe_buffer_unsigned(printer->out, i);
		lupe_buffer_printf(printer->out, "]=%#x", value->bytes[i]);
	}
	lupe_buffer_char(printer->out, ']');
}

/* clang-format off */
#define CHARACTERS(bytes_) \
	{.name = "cc_t []", .kind = LUPE_KIND_BYTES, .role = LUPE_ROLE_PATH, .size = (bytes_), \
	 .ops = &(const struct lupe_type_ops){.print = print_characters}}

static const struct lupe_type input_mode = NUMBER_PRINTED_BY(4, print_input);
static const struct lupe_type output_mode = NUMBER_PRINTED_BY(4, print_output);
static const struct lupe_type control_mode = NUMBER_PRINTED_BY(4, print_control);
static const struct lupe_type local_mode = NUMBER_PRINTED_BY(4, print_local);
static const struct lupe_type input_mode16 = NUMBER_PRINTED_BY(2, print_input);
static const struct lupe_type output_mode16 = NUMBER_PRINTED_BY(2, print_output);
static const struct lupe_type control_mode16 = NUMBER_PRINTED_BY(2, print_control);
static const struct lupe_type local_mode16 = NUMBER_PRINTED_BY(2, print_local);
static const struct lupe_type termios_characters = CHARACTERS(NCCS);
static const struct lupe_type termio_characters = CHARACTERS(8);

#define MODES(ctype, input, output, control, local, cc) \
	FIELD(ctype, c_iflag, &input), FIELD(ctype, c_oflag, &output), \
	FIELD(ctype, c_cflag, &control), FIELD(ctype, c_lflag, &local), \
	FIELD(ctype, c_line, &disciplines, .flags = LUPE_MEMBER_VERBOSE), \
	FIELD(ctype, c_cc, &cc, .flags = LUPE_MEMBER_VERBOSE)
static STRUCT(termios, struct termios,
	MODES(struct termios, input_mode, output_mode, control_mode, local_mode, termios_characters))
static STRUCT(termios2, struct termios2,
	MODES(struct termios2, input_mode, output_mode, control_mode, local_mode, termios_characters),
	FIELD(struct termios2, c_ispeed, &lupe_type_uint, .flags = LUPE_MEMBER_VERBOSE),
	FIELD(struct termios2, c_ospeed, &lupe_type_uint, .flags = LUPE_MEMBER_VERBOSE))
static STRUCT(termio, struct kernel_termio,
	MODES(struct kernel_termio, input_mode16, output_mode16, control_mode16, local_mode16,
	      termio_characters))

static STRUCT(winsize, struct kernel_winsize,
	FIELD(struct kernel_winsize, ws_row, &lupe_type_ushort),
	FIELD(struct kernel_winsize, ws_col, &lupe_type_ushort),
	FIELD(struct kernel_winsize, ws_xpixel, &lupe_type_ushort),
	FIELD(struct kernel_winsize, ws_ypixel, &lupe_type_ushort))

static FLAGS(modem_lines, 4, "TIOCM_???", NULL,
	E_AS("TIOCM_LE", 0x001), E_AS("TIOCM_DTR", 0x002), E_AS("TIOCM_RTS", 0x004),
	E_AS("TIOCM_ST", 0x008), E_AS("TIOCM_SR", 0x010), E_AS("TIOCM_CTS", 0x020),
	E_AS("TIOCM_CAR", 0x040), E_AS("TIOCM_RNG", 0x080), E_AS("TIOCM_DSR", 0x100),
	E_AS("TIOCM_OUT1", 0x2000), E_AS("TIOCM_OUT2", 0x4000), E_AS("TIOCM_LOOP", 0x8000))
static ENUM(flow_actions, 4, "TC???", E(TCOOFF), E(TCOON), E(TCIOFF), E(TCION))
static ENUM(queues, 4, "TC???", E(TCIFLUSH), E(TCOFLUSH), E(TCIOFLUSH))
static SCALAR(one_character, "char []", LUPE_KIND_BYTES, 1, LUPE_ROLE_NONE)

COMMANDS(lupe_ioctl_tty,
	READS(TCGETS, &termios), WRITES(TCSETS, &termios), WRITES(TCSETSW, &termios),
	WRITES(TCSETSF, &termios), READS(TIOCGLCKTRMIOS, &termios), WRITES(TIOCSLCKTRMIOS, &termios),
	READS(TCGETS2, &termios2), WRITES(TCSETS2, &termios2), WRITES(TCSETSW2, &termios2),
	WRITES(TCSETSF2, &termios2),
	READS(TCGETA, &termio), WRITES(TCSETA, &termio), WRITES(TCSETAW, &termio),
	WRITES(TCSETAF, &termio),
	READS(TIOCGWINSZ, &winsize), WRITES(TIOCSWINSZ, &winsize),
	VALUE(TCSBRK, &lupe_type_int), VALUE(TCSBRKP, &lupe_type_int),
	VALUE(TIOCSCTTY, &lupe_type_int), VALUE(TCXONC, &flow_actions), VALUE(TCFLSH, &queues),
	READS(TIOCGPGRP, &lupe_type_pgid), WRITES(TIOCSPGRP, &lupe_type_pgid),
	READS(TIOCGSID, &lupe_type_pid), WRITES(TIOCSTI, &one_character),
	READS(TIOCMGET, &modem_lines), WRITES(TIOCMBIS, &modem_lines), WRITES(TIOCMBIC, &modem_lines),
	WRITES(TIOCMSET, &modem_lines),
	READS(TIOCOUTQ, &lupe_type_int), READS(TIOCGSOFTCAR, &lupe_type_int),
	WRITES(TIOCSSOFTCAR, &lupe_type_int), READS(FIONREAD, &lupe_type_int),
	WRITES(TIOCPKT, &lupe_type_int), WRITES(FIONBIO, &lupe_type_int),
	WRITES(FIOASYNC, &lupe_type_int), WRITES(TIOCSETD, &lupe_type_int),
	READS(TIOCGETD, &lupe_type_int), WRITES(TIOCSPTLCK, &lupe_type_int),
	READS(TIOCGPTN, &lupe_type_int), READS(TIOCGDEV, &lupe_type_int),
	READS(TIOCGEXCL, &lupe_type_int),
	NOTHING(TIOCEXCL), NOTHING(TIOCNXCL), NOTHING(TIOCCONS), NOTHING(TIOCSSERIAL),
	NOTHING(TIOCNOTTY), NOTHING(TIOCSBRK), NOTHING(TIOCCBRK), NOTHING(TIOCVHANGUP),
	NOTHING(FIONCLEX), NOTHING(FIOCLEX))
/* clang-format on */
