/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Families of NETLINK_GENERIC: their numbers are given when the kernel boots, so it is asked for them, once.
 * Source: genetlink(7), CTRL_CMD_GETFAMILY of GENL_ID_CTRL.
 */
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>
#include "base/cleanup.h"
#include "session/log_parts.h"

enum { ANSWER_MAX = 1 << 15, WAIT_US = 200000, MESSAGES_MAX = 64 };

struct log_families {
	VECTOR(struct log_family {
		uint16_t id;
		char name[GENL_NAMSIZ];
	}) list;
};

/* One message of the answer: attributes behind a struct genlmsghdr. */
static void note_family(struct log_families *families, const unsigned char *at, size_t size)
{
	struct log_family family = {0};
	struct nlattr attribute;

	while (size >= sizeof(attribute)) {
		memcpy(&attribute, at, sizeof(attribute));
		if (attribute.nla_len < sizeof(attribute) || attribute.nla_len > size)
			break;
		if (attribute.nla_type == CTRL_ATTR_FAMILY_ID && attribute.nla_len >= NLA_HDRLEN + 2)
			memcpy(&family.id, at + NLA_HDRLEN, sizeof(family.id));
		if (attribute.nla_type == CTRL_ATTR_FAMILY_NAME)
			memcpy(family.name, at + NLA_HDRLEN,
			       MIN((size_t)attribute.nla_len - NLA_HDRLEN, sizeof(family.name) - 1));
		at += MIN(NLA_ALIGN((size_t)attribute.nla_len), size);
		size -= MIN(NLA_ALIGN((size_t)attribute.nla_len), size);
	}
	if (family.id && *family.name)
		(void)VECTOR_PUSH(&families->list, family); /* out of memory: it has no name */
}

/* False: this was the last. */
static bool note_families(struct log_families *families, const unsigned char *at, size_t size)
{
	const size_t head = NLMSG_HDRLEN + GENL_HDRLEN;
	struct nlmsghdr header;

	while (size >= sizeof(header)) {
		memcpy(&header, at, sizeof(header));
		if (header.nlmsg_type == NLMSG_DONE || header.nlmsg_type == NLMSG_ERROR ||
		    header.nlmsg_len < head || header.nlmsg_len > size)
			return false;
		note_family(families, at + head, header.nlmsg_len - head);
		at += MIN(NLMSG_ALIGN((size_t)header.nlmsg_len), size);
		size -= MIN(NLMSG_ALIGN((size_t)header.nlmsg_len), size);
	}
	return true;
}

static void ask_kernel(struct log_families *families)
{
	struct {
		struct nlmsghdr header;
		struct genlmsghdr command;
	} request = {{sizeof(request), GENL_ID_CTRL, NLM_F_REQUEST | NLM_F_DUMP, 0, 0},
		     {.cmd = CTRL_CMD_GETFAMILY, .version = 2}};
	CLEANUP_FREE unsigned char *answer = malloc(ANSWER_MAX);
	struct timeval wait = {.tv_usec = WAIT_US};
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);
	ssize_t size = 0;

	if (answer && fd >= 0 && !setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait)) &&
	    send(fd, &request, sizeof(request), 0) == sizeof(request))
		for (int i = 0; i < MESSAGES_MAX; i++) {
			size = recv(fd, answer, ANSWER_MAX, 0);
			if (size <= 0 || !note_families(families, answer, size))
				break;
		}
	if (fd >= 0)
		close(fd);
}

const char *lupe_log_generic_family(struct lupe_log *log, uint16_t id)
{
	if (!log->families) {
		log->families = calloc(1, sizeof(*log->families));
		if (!log->families)
			return NULL;
		ask_kernel(log->families);
	}
	for (size_t i = 0; i < log->families->list.count; i++)
		if (log->families->list.data[i].id == id)
			return log->families->list.data[i].name;
	return NULL;
}

void lupe_log_families_destroy(struct log_families *families)
{
	if (families)
		VECTOR_DEINIT(&families->list);
	free(families);
}
