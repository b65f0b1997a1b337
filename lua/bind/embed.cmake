# SPDX-License-Identifier: GPL-3.0-or-later
# Writes OUTPUT, a C file with the bytes of each of FILES under its path relative to ROOT:
#   const struct lupe_embedded lupe_embedded_files[]; the last has name NULL.
set(arrays "")
set(table "")
set(i 0)
foreach(file IN LISTS FILES)
  file(READ ${file} hex HEX)
  file(RELATIVE_PATH name ${ROOT} ${file})
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
  string(APPEND arrays "static const unsigned char file_${i}[] = {${bytes}0};\n")
  string(APPEND table "\t{\"${name}\", (const char *)file_${i}, sizeof(file_${i}) - 1},\n")
  math(EXPR i "${i} + 1")
endforeach()
file(WRITE ${OUTPUT} "#include <stddef.h>
struct lupe_embedded { const char *name, *text; size_t size; };
extern const struct lupe_embedded lupe_embedded_files[];
${arrays}
const struct lupe_embedded lupe_embedded_files[] = {
${table}	{NULL, NULL, 0}
};
")
