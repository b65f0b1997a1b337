/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * NETLINK_NETFILTER: a message's type is a subsystem and its command; all begin with a struct nfgenmsg.
 * Source: linux/netfilter/nfnetlink*.h, nf_tables.h, ipset/ip_set.h.
 */
#include <arpa/inet.h>
#include <linux/netfilter/ipset/ip_set.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_acct.h>
#include <linux/netfilter/nfnetlink_compat.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <linux/netfilter/nfnetlink_cthelper.h>
#include <linux/netfilter/nfnetlink_cttimeout.h>
#include <linux/netfilter/nfnetlink_hook.h>
#include <linux/netfilter/nfnetlink_log.h>
#include <linux/netfilter/nfnetlink_queue.h>
#include <linux/netfilter/nf_tables_compat.h>
#include <linux/netfilter/xt_osf.h>
#include <linux/netlink.h>
#include "syscall/notation.h"
#include "syscall/table/netlink.h"
#include "syscall/table/network.h"
#include "syscall/types.h"
#include "type/symbols.h"

static void print_resource(struct lupe_printer *printer, const struct lupe_value *value);
static void print_message_type(struct lupe_printer *printer, const struct lupe_value *value);

/* clang-format off */

#define SUBSYSTEM(name) E(NFNL_SUBSYS_##name)
static ENUM(subsystems, 2, "NFNL_SUBSYS_???",
	SUBSYSTEM(NONE), SUBSYSTEM(CTNETLINK), SUBSYSTEM(CTNETLINK_EXP), SUBSYSTEM(QUEUE),
	SUBSYSTEM(ULOG), SUBSYSTEM(OSF), SUBSYSTEM(IPSET), SUBSYSTEM(ACCT),
	SUBSYSTEM(CTNETLINK_TIMEOUT), SUBSYSTEM(CTHELPER), SUBSYSTEM(NFTABLES),
	SUBSYSTEM(NFT_COMPAT), SUBSYSTEM(HOOK))

#define CT(name) E(IPCTNL_MSG_CT_##name)
static ENUM(conntrack, 1, "IPCTNL_MSG_CT_???",
	CT(NEW), CT(GET), CT(DELETE), CT(GET_CTRZERO), CT(GET_STATS_CPU), CT(GET_STATS), CT(GET_DYING),
	CT(GET_UNCONFIRMED))
#define EXPECT(name) E(IPCTNL_MSG_EXP_##name)
static ENUM(expectations, 1, "IPCTNL_MSG_EXP_???",
	EXPECT(NEW), EXPECT(GET), EXPECT(DELETE), EXPECT(GET_STATS_CPU))
static ENUM(queues, 1, "NFQNL_MSG_???",
	E(NFQNL_MSG_PACKET), E(NFQNL_MSG_VERDICT), E(NFQNL_MSG_CONFIG), E(NFQNL_MSG_VERDICT_BATCH))
static ENUM(logs, 1, "NFULNL_MSG_???", E(NFULNL_MSG_PACKET), E(NFULNL_MSG_CONFIG))
static ENUM(fingerprints, 1, "OSF_MSG_???", E(OSF_MSG_ADD), E(OSF_MSG_REMOVE))
#define SET(name) E(IPSET_CMD_##name)
static ENUM(sets, 1, "IPSET_CMD_???",
	SET(NONE), SET(PROTOCOL), SET(CREATE), SET(DESTROY), SET(FLUSH), SET(RENAME), SET(SWAP),
	SET(LIST), SET(SAVE), SET(ADD), SET(DEL), SET(TEST), SET(HEADER), SET(TYPE), SET(RESTORE),
	SET(HELP), SET(VERSION), SET(QUIT), SET(COMMIT))
static ENUM(accounts, 1, "NFNL_MSG_ACCT_???",
	E(NFNL_MSG_ACCT_NEW), E(NFNL_MSG_ACCT_GET), E(NFNL_MSG_ACCT_GET_CTRZERO),
	E(NFNL_MSG_ACCT_DEL), E(NFNL_MSG_ACCT_OVERQUOTA))
static ENUM(timeouts, 1, "IPCTNL_MSG_TIMEOUT_???",
	E(IPCTNL_MSG_TIMEOUT_NEW), E(IPCTNL_MSG_TIMEOUT_GET), E(IPCTNL_MSG_TIMEOUT_DELETE),
	E(IPCTNL_MSG_TIMEOUT_DEFAULT_SET), E(IPCTNL_MSG_TIMEOUT_DEFAULT_GET))
static ENUM(trackers, 1, "NFNL_MSG_CTHELPER_???",
	E(NFNL_MSG_CTHELPER_NEW), E(NFNL_MSG_CTHELPER_GET), E(NFNL_MSG_CTHELPER_DEL))
#define NFT(name) E(NFT_MSG_##name)
static ENUM(tables, 1, "NFT_MSG_???",
	NFT(NEWTABLE), NFT(GETTABLE), NFT(DELTABLE), NFT(NEWCHAIN), NFT(GETCHAIN), NFT(DELCHAIN),
	NFT(NEWRULE), NFT(GETRULE), NFT(DELRULE), NFT(NEWSET), NFT(GETSET), NFT(DELSET),
	NFT(NEWSETELEM), NFT(GETSETELEM), NFT(DELSETELEM), NFT(NEWGEN), NFT(GETGEN), NFT(TRACE),
	NFT(NEWOBJ), NFT(GETOBJ), NFT(DELOBJ), NFT(GETOBJ_RESET), NFT(NEWFLOWTABLE),
	NFT(GETFLOWTABLE), NFT(DELFLOWTABLE))
static ENUM(compatibility, 1, "NFNL_MSG_COMPAT_???", E_AS("NFNL_MSG_COMPAT_GET", 0))
static ENUM(hooks, 1, "NFT_MSG_HOOK_???", E(NFNL_MSG_HOOK_GET))

static const struct lupe_type *const commands[] = {
	[NFNL_SUBSYS_CTNETLINK] = &conntrack, [NFNL_SUBSYS_CTNETLINK_EXP] = &expectations,
	[NFNL_SUBSYS_QUEUE] = &queues, [NFNL_SUBSYS_ULOG] = &logs, [NFNL_SUBSYS_OSF] = &fingerprints,
	[NFNL_SUBSYS_IPSET] = &sets, [NFNL_SUBSYS_ACCT] = &accounts,
	[NFNL_SUBSYS_CTNETLINK_TIMEOUT] = &timeouts, [NFNL_SUBSYS_CTHELPER] = &trackers,
	[NFNL_SUBSYS_NFTABLES] = &tables, [NFNL_SUBSYS_NFT_COMPAT] = &compatibility,
	[NFNL_SUBSYS_HOOK] = &hooks};

static ENUM(batches, 2, "NFNL_MSG_???", E(NFNL_MSG_BATCH_BEGIN), E(NFNL_MSG_BATCH_END))

static ENUM(version, 1, "NFNETLINK_???", E(NFNETLINK_V0))
static const struct lupe_type_ops resource_ops = {.print = print_resource};
static const struct lupe_type resource = {
	.name = "__be16", .kind = LUPE_KIND_UINT, .size = 2, .ops = &resource_ops};
static STRUCT(header, struct nfgenmsg,
	FIELD(struct nfgenmsg, nfgen_family, &lupe_netlink_family8),
	FIELD(struct nfgenmsg, version, &version), FIELD(struct nfgenmsg, res_id, &resource))
ATTRIBUTES(attributes, NULL, (E_AS("NLA_???", UINT16_MAX)), {.number = UINT16_MAX})
static const struct lupe_netlink_payload payload = {0, 0, &header, &attributes};
static const struct lupe_netlink_payload batch = {
	NFNL_MSG_BATCH_BEGIN, NFNL_MSG_BATCH_END, &header, &lupe_netlink_bytes};

static const struct lupe_type_ops message_ops = {.print = print_message_type};
static const struct lupe_type message_type = {
	.name = "uint16_t", .kind = LUPE_KIND_UINT, .size = 2, .ops = &message_ops};

/* clang-format on */

/* The number of a resource; of a batch, the subsystem that it is for. */
static void print_resource(struct lupe_printer *printer, const struct lupe_value *value)
{
	lupe_buffer_printf(printer->out, "htons(%u)", ntohs((uint16_t)value->u));
}

/* NFNL_SUBSYS_NFTABLES<<8|NFT_MSG_NEWTABLE */
static void print_message_type(struct lupe_printer *printer, const struct lupe_value *value)
{
	unsigned subsystem = value->u >> 8 & 0xff, command = value->u & 0xff;

	if (value->u == NFNL_MSG_BATCH_BEGIN || value->u == NFNL_MSG_BATCH_END) {
		lupe_strace_symbol(printer, &batches, value->u);
		return;
	}
	lupe_strace_symbol(printer, &subsystems, subsystem);
	lupe_buffer_string(printer->out, "<<8|");
	if (subsystem < ARRAY_SIZE(commands) && commands[subsystem])
		lupe_strace_symbol(printer, commands[subsystem], command);
	else
		lupe_strace_hex(printer, command);
}

static const char *command_name(unsigned type)
{
	unsigned subsystem = type >> 8;
	const struct lupe_type *list =
	    subsystem < ARRAY_SIZE(commands) ? commands[subsystem] : NULL;

	for (size_t i = 0; list && i < list->n_enumerators; i++)
		if (list->enumerators[i].value == (type & 0xff))
			return list->enumerators[i].name;
	return NULL;
}

const struct lupe_netlink_family lupe_netlink_netfilter = {.protocol = NETLINK_NETFILTER,
							    .types = &message_type,
							    .payloads = &batch,
							    .n_payloads = 1,
							    .fallback = &payload,
							    .message_name = command_name};
