/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The kernel's keys and keyrings.
 */
#include <linux/keyctl.h>
#include <stdint.h>
#include "syscall/table/table.h"
#include "type/symbols.h"

static void print_serial(struct lupe_printer *printer, const struct lupe_value *value);
static void print_keyring_default(struct lupe_printer *printer, const struct lupe_value *value);
static void print_rejection(struct lupe_printer *printer, const struct lupe_value *value);

/* clang-format off */

static const struct lupe_type_ops serial_ops = {.print = print_serial};
#define KEY(name) E(KEY_SPEC_##name)
static const struct lupe_type serial = {
	.name = "key_serial_t", .kind = LUPE_KIND_ENUM, .size = 4, .is_signed = true,
	.ops = &serial_ops, ENUMERATORS(
	KEY(THREAD_KEYRING), KEY(PROCESS_KEYRING), KEY(SESSION_KEYRING), KEY(USER_KEYRING),
	KEY(USER_SESSION_KEYRING), KEY(GROUP_KEYRING), KEY(REQKEY_AUTH_KEY),
	KEY(REQUESTOR_KEYRING))};

static ENUM(operation, 4, "KEYCTL_???",
	E(KEYCTL_GET_KEYRING_ID), E(KEYCTL_JOIN_SESSION_KEYRING), E(KEYCTL_UPDATE),
	E(KEYCTL_REVOKE), E(KEYCTL_CHOWN), E(KEYCTL_SETPERM), E(KEYCTL_DESCRIBE), E(KEYCTL_CLEAR),
	E(KEYCTL_LINK), E(KEYCTL_UNLINK), E(KEYCTL_SEARCH), E(KEYCTL_READ), E(KEYCTL_INSTANTIATE),
	E(KEYCTL_NEGATE), E(KEYCTL_SET_REQKEY_KEYRING), E(KEYCTL_SET_TIMEOUT),
	E(KEYCTL_ASSUME_AUTHORITY), E(KEYCTL_GET_SECURITY), E(KEYCTL_SESSION_TO_PARENT),
	E(KEYCTL_REJECT), E(KEYCTL_INSTANTIATE_IOV), E(KEYCTL_INVALIDATE), E(KEYCTL_GET_PERSISTENT),
	E(KEYCTL_DH_COMPUTE), E(KEYCTL_PKEY_QUERY), E(KEYCTL_PKEY_ENCRYPT), E(KEYCTL_PKEY_DECRYPT),
	E(KEYCTL_PKEY_SIGN), E(KEYCTL_PKEY_VERIFY), E(KEYCTL_RESTRICT_KEYRING), E(KEYCTL_MOVE),
	E(KEYCTL_CAPABILITIES), E(KEYCTL_WATCH_KEY))

#define PERMISSION(who, shift) \
	E_AS("KEY_" who "_VIEW", 1u << (shift)), E_AS("KEY_" who "_READ", 2u << (shift)), \
	E_AS("KEY_" who "_WRITE", 4u << (shift)), E_AS("KEY_" who "_SEARCH", 8u << (shift)), \
	E_AS("KEY_" who "_LINK", 16u << (shift)), E_AS("KEY_" who "_SETATTR", 32u << (shift))
static FLAGS(permissions, 4, "KEY_???", NULL,
	PERMISSION("POS", 24), PERMISSION("USR", 16), PERMISSION("GRP", 8), PERMISSION("OTH", 0))

static const struct lupe_type_ops default_ops = {.print = print_keyring_default};
static const struct lupe_type keyring_default = {
	.name = "int", .kind = LUPE_KIND_ENUM, .size = 4, .is_signed = true,
	.unknown = "KEY_REQKEY_DEFL_???", .ops = &default_ops, ENUMERATORS(
	E(KEY_REQKEY_DEFL_NO_CHANGE), E(KEY_REQKEY_DEFL_DEFAULT), E(KEY_REQKEY_DEFL_THREAD_KEYRING),
	E(KEY_REQKEY_DEFL_PROCESS_KEYRING), E(KEY_REQKEY_DEFL_SESSION_KEYRING),
	E(KEY_REQKEY_DEFL_USER_KEYRING), E(KEY_REQKEY_DEFL_USER_SESSION_KEYRING),
	E(KEY_REQKEY_DEFL_GROUP_KEYRING), E(KEY_REQKEY_DEFL_REQUESTOR_KEYRING))};
static const struct lupe_type_ops rejection_ops = {.print = print_rejection};
static const struct lupe_type rejection = {
	.name = "unsigned int", .kind = LUPE_KIND_UINT, .size = 4, .ops = &rejection_ops};
static FLAGS(move_flags, 4, "KEYCTL_MOVE_???", NULL, E(KEYCTL_MOVE_EXCL))

/* "private" is a word of C++, so the header has two names for the first. */
#define DH(text, at) {.name = text, .type = &serial, .offset = (at)}
static STRUCT(dh_params, struct keyctl_dh_params, DH("private", 0), DH("prime", 4), DH("base", 8))
#define KDF(field, type, ...) FIELD(struct keyctl_kdf_params, field, type, ##__VA_ARGS__)
static STRUCT(kdf_params, struct keyctl_kdf_params,
	KDF(hashname, PTR(&lupe_type_string)),
	KDF(otherinfo, PTR(&lupe_type_bytes), .count = BY_MEMBER(2)),
	KDF(otherinfolen, &lupe_type_uint), KDF(__spare, ARRAY_OF(&lupe_type_u32_hex, 8),
	.flags = LUPE_MEMBER_NONZERO))
static FLAGS(pkey_operations, 4, "KEYCTL_SUPPORTS_???", NULL,
	E(KEYCTL_SUPPORTS_ENCRYPT), E(KEYCTL_SUPPORTS_DECRYPT), E(KEYCTL_SUPPORTS_SIGN),
	E(KEYCTL_SUPPORTS_VERIFY))
#define QUERY(field, type, ...) FIELD(struct keyctl_pkey_query, field, type, ##__VA_ARGS__)
static STRUCT(pkey_query, struct keyctl_pkey_query,
	QUERY(supported_ops, &pkey_operations), QUERY(key_size, &lupe_type_uint),
	QUERY(max_data_size, &lupe_type_ushort), QUERY(max_sig_size, &lupe_type_ushort),
	QUERY(max_enc_size, &lupe_type_ushort), QUERY(max_dec_size, &lupe_type_ushort),
	QUERY(__spare, ARRAY_OF(&lupe_type_u32_hex, 10), .flags = LUPE_MEMBER_NONZERO))
#define PKEY(field, type, ...) FIELD(struct keyctl_pkey_params, field, type, ##__VA_ARGS__)
#define PKEY_SPARE PKEY(__spare, ARRAY_OF(&lupe_type_u32_hex, 7), .flags = LUPE_MEMBER_NONZERO)
static STRUCT(pkey_params, struct keyctl_pkey_params,
	PKEY(key_id, &serial), PKEY(in_len, &lupe_type_uint), PKEY(out_len, &lupe_type_uint),
	PKEY_SPARE)
static STRUCT(pkey_verify_params, struct keyctl_pkey_params,
	PKEY(key_id, &serial), PKEY(in_len, &lupe_type_uint), PKEY(in2_len, &lupe_type_uint),
	PKEY_SPARE)

#define O IN("operation", &operation)
#define KEY1(name) O, IN(name, &serial)
#define STRING(name) IN(name, PTR(&lupe_type_string))
#define PAYLOAD(length) IN("payload", PTR(&lupe_type_bytes), .count = BY_MEMBER(length)), \
	IN("plen", &lupe_type_ulong)
#define ANSWER(op) VARIANT(op, KEY1("key"), OUT("buffer", PTR(&lupe_type_bytes), \
	.count = BY_RESULT(3)), IN("buflen", &lupe_type_ulong))
#define HEX(name) IN(name, &lupe_type_ulong_hex)
/* The lengths are in the struct, which the decoder of a parameter cannot see: addresses, but for text. */
#define PKEY_CALL(op, params, last) VARIANT(op, O, IN("params", PTR(&params)), STRING("info"), \
	IN("in", &lupe_type_address), IN(last, &lupe_type_address))
VARIANTS(keyctl_variants, 0, 0,
	VARIANT_WITH(KEYCTL_GET_KEYRING_ID, &serial, KEY1("key"), IN("create", &lupe_type_int)),
	VARIANT_WITH(KEYCTL_JOIN_SESSION_KEYRING, &serial, O, STRING("name")),
	VARIANT(KEYCTL_UPDATE, KEY1("key"), PAYLOAD(3)),
	VARIANT(KEYCTL_REVOKE, KEY1("key")), VARIANT(KEYCTL_CLEAR, KEY1("keyring")),
	VARIANT(KEYCTL_INVALIDATE, KEY1("key")), VARIANT(KEYCTL_ASSUME_AUTHORITY, KEY1("key")),
	VARIANT(KEYCTL_SESSION_TO_PARENT, O), VARIANT(KEYCTL_CHOWN, KEY1("key"),
	IN("uid", &lupe_type_uid), IN("gid", &lupe_type_gid)),
	VARIANT(KEYCTL_SETPERM, KEY1("key"), IN("perm", &permissions)), ANSWER(KEYCTL_DESCRIBE),
	ANSWER(KEYCTL_READ), ANSWER(KEYCTL_GET_SECURITY),
	VARIANT(KEYCTL_LINK, KEY1("key"), IN("keyring", &serial)),
	VARIANT(KEYCTL_UNLINK, KEY1("key"), IN("keyring", &serial)),
	VARIANT_WITH(KEYCTL_SEARCH, &serial, KEY1("keyring"), STRING("type"), STRING("description"),
	IN("destination", &serial)), VARIANT(KEYCTL_INSTANTIATE, KEY1("key"), PAYLOAD(3),
	IN("keyring", &serial)), VARIANT(KEYCTL_NEGATE, KEY1("key"), IN("timeout", &lupe_type_uint),
	IN("keyring", &serial)), VARIANT(KEYCTL_SET_REQKEY_KEYRING, O,
	IN("keyring", &keyring_default)), VARIANT(KEYCTL_SET_TIMEOUT, KEY1("key"),
	IN("timeout", &lupe_type_uint)), VARIANT(KEYCTL_REJECT, KEY1("key"),
	IN("timeout", &lupe_type_uint), IN("error", &rejection), IN("keyring", &serial)),
	VARIANT(KEYCTL_INSTANTIATE_IOV, KEY1("key"),
	IN("iov", PTR(&lupe_type_iovec), .count = BY_MEMBER(3)),
		IN("ioc", &lupe_type_ulong), IN("keyring", &serial)),
	VARIANT_WITH(KEYCTL_GET_PERSISTENT, &serial, O, IN("uid", &lupe_type_uid),
	IN("keyring", &serial)), VARIANT(KEYCTL_DH_COMPUTE, O, IN("params", PTR(&dh_params)),
	OUT("buffer", PTR(&lupe_type_bytes), .count = BY_RESULT(3)),
		IN("buflen", &lupe_type_ulong), IN("kdf", PTR(&kdf_params))),
	VARIANT(KEYCTL_PKEY_QUERY, KEY1("key"), HEX("reserved"), STRING("info"),
	OUT("result", PTR(&pkey_query))), PKEY_CALL(KEYCTL_PKEY_ENCRYPT, pkey_params, "out"),
	PKEY_CALL(KEYCTL_PKEY_DECRYPT, pkey_params, "out"),
	PKEY_CALL(KEYCTL_PKEY_SIGN, pkey_params, "out"),
	PKEY_CALL(KEYCTL_PKEY_VERIFY, pkey_verify_params, "in2"),
	VARIANT(KEYCTL_RESTRICT_KEYRING, KEY1("keyring"), STRING("type"), STRING("restriction")),
	VARIANT(KEYCTL_MOVE, KEY1("key"), IN("from", &serial), IN("to", &serial),
	IN("flags", &move_flags)), VARIANT(KEYCTL_CAPABILITIES, O,
	OUT("buffer", PTR(&lupe_type_u8_hex), .count = BY_RESULT(2)),
	IN("buflen", &lupe_type_ulong)))

static const struct lupe_syscall entries[] = {
SYSCALL(add_key, 0, NULL,
	STRING("type"), STRING("description"),
	IN("payload", PTR(&lupe_type_bytes), .count = BY_MEMBER(3)), IN("plen", &lupe_type_size_t),
	IN("keyring", &serial))
SYSCALL(request_key, 0, NULL,
	STRING("type"), STRING("description"), STRING("callout_info"), IN("dest_keyring", &serial))
SYSCALL_WITH(keyctl, 0, NULL, WITH(.variants = &keyctl_variants),
	O, HEX("arg2"), HEX("arg3"), HEX("arg4"), HEX("arg5"))
};

EXPORT_FAMILY(keys)

/* clang-format on */

static void print_serial(struct lupe_printer *printer, const struct lupe_value *value)
{
	const struct lupe_type *type = lupe_type_strip(value->type);
	enum lupe_xlat xlat = printer->options->xlat;
	size_t start = printer->out->length;

	if (xlat == LUPE_XLAT_ABBREV && lupe_symbols_append(printer->out, type, value->u))
		return;
	lupe_buffer_truncate(printer->out, start);
	lupe_buffer_decimal(printer->out, (int32_t)value->u);
	if (xlat != LUPE_XLAT_VERBOSE)
		return;
	start = printer->out->length;
	lupe_buffer_bytes(printer->out, " /* ", 4);
	if (lupe_symbols_append(printer->out, type, value->u))
		lupe_buffer_bytes(printer->out, " */", 3);
	else
		lupe_buffer_truncate(printer->out, start);
}

static void print_keyring_default(struct lupe_printer *printer, const struct lupe_value *value)
{
	const struct lupe_type *type = lupe_type_strip(value->type);

	if (printer->options->xlat == LUPE_XLAT_ABBREV &&
	    lupe_symbols_append(printer->out, type, value->u))
		return;
	lupe_buffer_decimal(printer->out, (int32_t)value->u);
	if (printer->options->xlat != LUPE_XLAT_RAW)
		lupe_strace_comment(printer, type->unknown);
}

/* The error that readers of the key will see. */
static void print_rejection(struct lupe_printer *printer, const struct lupe_value *value)
{
	const char *name = value->u < 512 ? lupe_errno_name((int)value->u) : NULL;

	if (name && printer->options->xlat == LUPE_XLAT_ABBREV)
		lupe_buffer_string(printer->out, name);
	else
		lupe_buffer_unsigned(printer->out, value->u);
}
