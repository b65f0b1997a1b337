/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * NETLINK_ROUTE: traffic control, that is queueing disciplines with their classes, filters, chains and
 * actions.
 */
#include <linux/gen_stats.h>
#include <linux/pkt_cls.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include "syscall/notation.h"
#include "syscall/table/netlink_parts.h"
#include "syscall/table/netlink_route.h"
#include "syscall/table/network.h"
#include "syscall/types.h"

/* clang-format off */

/* --- queueing disciplines, classes, filters, chains --- */

static STRUCT(tc_header, struct tcmsg,
	FIELD(struct tcmsg, tcm_family, &lupe_netlink_family8), FIELD(struct tcmsg, tcm_ifindex, &lupe_type_ifindex),
	FIELD(struct tcmsg, tcm_handle, &lupe_type_uint), FIELD(struct tcmsg, tcm_parent, &lupe_type_uint),
	FIELD(struct tcmsg, tcm_info, &lupe_type_uint))
static STRUCT(tc_stats, struct tc_stats,
	FIELD(struct tc_stats, bytes, &lupe_type_ulong), FIELD(struct tc_stats, packets,
	&lupe_type_uint), FIELD(struct tc_stats, drops, &lupe_type_uint), FIELD(struct tc_stats,
	overlimits, &lupe_type_uint), FIELD(struct tc_stats, bps, &lupe_type_uint), FIELD(struct
	tc_stats, pps, &lupe_type_uint), FIELD(struct tc_stats, qlen, &lupe_type_uint),
	FIELD(struct tc_stats, backlog, &lupe_type_uint))
static STRUCT(tc_basic, struct gnet_stats_basic,
	FIELD(struct gnet_stats_basic, bytes, &lupe_type_ulong), FIELD(struct gnet_stats_basic,
	packets, &lupe_type_uint))
static STRUCT(tc_rate, struct gnet_stats_rate_est,
	FIELD(struct gnet_stats_rate_est, bps, &lupe_type_uint), FIELD(struct
	gnet_stats_rate_est, pps, &lupe_type_uint))
static STRUCT(tc_queue, struct gnet_stats_queue,
	FIELD(struct gnet_stats_queue, qlen, &lupe_type_uint), FIELD(struct gnet_stats_queue,
	backlog, &lupe_type_uint), FIELD(struct gnet_stats_queue, drops, &lupe_type_uint),
	FIELD(struct gnet_stats_queue, requeues, &lupe_type_uint), FIELD(struct gnet_stats_queue,
	overlimits, &lupe_type_uint))
ATTRIBUTES(tc_stats_attributes, "TCA_STATS_???",
	(E(TCA_STATS_UNSPEC), E(TCA_STATS_BASIC), E(TCA_STATS_RATE_EST), E(TCA_STATS_QUEUE),
	 E(TCA_STATS_APP), E(TCA_STATS_RATE_EST64), E(TCA_STATS_PAD), E(TCA_STATS_BASIC_HW),
	 E(TCA_STATS_PKT64)),
	A_VALUE(TCA_STATS_BASIC, &tc_basic), A_VALUE(TCA_STATS_BASIC_HW, &tc_basic),
	A_VALUE(TCA_STATS_RATE_EST, &tc_rate), A_VALUE(TCA_STATS_QUEUE, &tc_queue))
static STRUCT(tc_estimator, struct tc_estimator,
	FIELD(struct tc_estimator, interval, &lupe_type_s8), FIELD(struct tc_estimator, ewma_log,
	&lupe_type_u8))
#define SIZE(field, type_) FIELD(struct tc_sizespec, field, type_)
static STRUCT(tc_sizes, struct tc_sizespec,
	SIZE(cell_log, &lupe_type_u8), SIZE(size_log, &lupe_type_u8), SIZE(cell_align, &lupe_type_short),
	SIZE(overhead, &lupe_type_int), SIZE(linklayer, &lupe_type_uint), SIZE(mpu, &lupe_type_uint),
	SIZE(mtu, &lupe_type_uint), SIZE(tsize, &lupe_type_uint))
ATTRIBUTES(tc_stab_attributes, "TCA_STAB_???",
	(E(TCA_STAB_UNSPEC), E(TCA_STAB_BASE), E(TCA_STAB_DATA)), A_VALUE(TCA_STAB_BASE, &tc_sizes))
ATTRIBUTES(tc_attributes, "TCA_???",
	(E(TCA_UNSPEC), E(TCA_KIND), E(TCA_OPTIONS), E(TCA_STATS), E(TCA_XSTATS), E(TCA_RATE),
	 E(TCA_FCNT), E(TCA_STATS2), E(TCA_STAB), E(TCA_PAD), E(TCA_DUMP_INVISIBLE), E(TCA_CHAIN),
	 E(TCA_HW_OFFLOAD), E(TCA_INGRESS_BLOCK), E(TCA_EGRESS_BLOCK), E(TCA_DUMP_FLAGS)),
	A_STRING(TCA_KIND), A_VALUE(TCA_STATS, &tc_stats), A_VALUE(TCA_RATE, &tc_estimator),
	A_VALUE(TCA_FCNT, &lupe_type_uint), A_VALUE(TCA_CHAIN, &lupe_type_uint),
	A_VALUE(TCA_HW_OFFLOAD, &lupe_type_u8), A_VALUE(TCA_INGRESS_BLOCK, &lupe_type_uint),
	A_VALUE(TCA_EGRESS_BLOCK, &lupe_type_uint), A_VALUE(TCA_DUMP_FLAGS, &lupe_type_uint),
	A_NESTED(TCA_STATS2, tc_stats_attributes), A_NESTED(TCA_STAB, tc_stab_attributes))

/* --- actions --- */

static STRUCT(action_header, struct tcamsg, FIELD(struct tcamsg, tca_family, &lupe_netlink_family8))
static FLAGS(action_flags, 4, "TCA_ACT_FLAGS_???", NULL,
	E(TCA_ACT_FLAGS_NO_PERCPU_STATS), E(TCA_ACT_FLAGS_SKIP_HW), E(TCA_ACT_FLAGS_SKIP_SW))
static FLAGS(action_hardware, 4, "TCA_ACT_HW_STATS_???", NULL,
	E(TCA_ACT_HW_STATS_IMMEDIATE), E(TCA_ACT_HW_STATS_DELAYED))
ATTRIBUTES(action_attributes, "TCA_ACT_???",
	(E(TCA_ACT_UNSPEC), E(TCA_ACT_KIND), E(TCA_ACT_OPTIONS), E(TCA_ACT_INDEX), E(TCA_ACT_STATS),
	 E(TCA_ACT_PAD), E(TCA_ACT_COOKIE), E(TCA_ACT_FLAGS), E(TCA_ACT_HW_STATS),
	 E(TCA_ACT_USED_HW_STATS), E(TCA_ACT_IN_HW_COUNT)),
	A_STRING(TCA_ACT_KIND), A_VALUE(TCA_ACT_INDEX, &lupe_type_uint),
	A_NESTED(TCA_ACT_STATS, tc_stats_attributes), A_VALUE(TCA_ACT_FLAGS, &action_flags),
	A_VALUE(TCA_ACT_HW_STATS, &action_hardware), A_VALUE(TCA_ACT_USED_HW_STATS, &action_hardware),
	A_VALUE(TCA_ACT_IN_HW_COUNT, &lupe_type_uint))

static const struct lupe_netlink_payload payloads[] = {
	{RTM_NEWQDISC, RTM_GETQDISC, &tc_header, &tc_attributes},
	{RTM_NEWTCLASS, RTM_GETTCLASS, &tc_header, &tc_attributes},
	{RTM_NEWTFILTER, RTM_GETTFILTER, &tc_header, &tc_attributes},
	{RTM_NEWCHAIN, RTM_GETCHAIN, &tc_header, &tc_attributes},
	{RTM_NEWACTION, RTM_GETACTION, &action_header, &action_attributes},
};
/* clang-format on */

const struct lupe_netlink_payload *lupe_netlink_route_control(unsigned type)
{
	return lupe_netlink_payload_for(payloads, ARRAY_SIZE(payloads), type);
}
