/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One face for the libdwarf of Debian 12 (20210528) and of today (0.11 and newer): the object that it
 * reads sections from has changed its names and got a file size, everything else that we use is the same
 * under both names. The old one has no version macro. Source: libdwarf's own libdwarf.h of both.
 */
#ifndef LUPE_IMAGE_DWARF_COMPAT_H
#define LUPE_IMAGE_DWARF_COMPAT_H

#include <dwarf.h>
#include <libdwarf.h>

#ifdef DW_LIBDWARF_VERSION

typedef Dwarf_Obj_Access_Section_a lupe_dwarf_section_info;
typedef Dwarf_Obj_Access_Methods_a lupe_dwarf_methods;
typedef Dwarf_Obj_Access_Interface_a lupe_dwarf_interface;
#if DW_LIBDWARF_VERSION_MAJOR > 0 || DW_LIBDWARF_VERSION_MINOR >= 12
typedef Dwarf_Unsigned lupe_dwarf_section_index;
#else
typedef Dwarf_Half lupe_dwarf_section_index;
#endif
typedef Dwarf_Small lupe_dwarf_endian;
#define LUPE_DWARF_LITTLE_ENDIAN DW_END_little
#define LUPE_DWARF_FIELD(name) as_##name
#define LUPE_DWARF_METHOD(name) om_##name
#define LUPE_DWARF_INTERFACE(name) ai_##name
#define lupe_dwarf_object_finish(dbg, error) dwarf_object_finish(dbg)

#else

typedef Dwarf_Obj_Access_Section lupe_dwarf_section_info;
typedef Dwarf_Obj_Access_Methods lupe_dwarf_methods;
typedef Dwarf_Obj_Access_Interface lupe_dwarf_interface;
typedef Dwarf_Half lupe_dwarf_section_index;
typedef Dwarf_Endianness lupe_dwarf_endian;
#define LUPE_DWARF_LITTLE_ENDIAN DW_OBJECT_LSB
#define LUPE_DWARF_FIELD(name) name
#define LUPE_DWARF_METHOD(name) name
#define LUPE_DWARF_INTERFACE(name) name
#define lupe_dwarf_object_finish(dbg, error) dwarf_object_finish(dbg, error)

#endif
#endif
