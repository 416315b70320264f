# SPDX-License-Identifier: Apache-2.0
# Writes the parts of the report as C: cmake -D SOURCE=… -D OUTPUT=… -D LEAFLET_JS=… -D LEAFLET_CSS=…
#   -D LANGUAGES=en,fr -P embed.cmake
# Scripts and styles are joined, so that the page's security policy has one hash for each.
set(scripts html numbers scoring map table charts weights sections main)

function(read path result)
  file(READ ${path} text)
  # a map of the source that nobody can ask for
  string(REGEX REPLACE "/[/*]# sourceMappingURL=[^\n]*" "" text "${text}")
  set(${result} "${text}" PARENT_SCOPE)
endfunction()

function(embed name path)
  file(READ ${path} hex HEX)
  file(SHA256 ${path} hash)
  string(REGEX REPLACE "(................................)" "\\1\n" hex "${hex}")
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," hex "${hex}")
  file(APPEND ${OUTPUT} "static const unsigned char ${name}_bytes[] = {\n${hex}0x00};\n"
    "const struct gs_report_part gs_report_${name} = {(const char *)${name}_bytes, \"${hash}\"};\n\n")
endfunction()

read(${LEAFLET_JS} script)
foreach(name ${scripts})
  read(${SOURCE}/${name}.js part)
  string(APPEND script "\n" "${part}")
endforeach()
read(${LEAFLET_CSS} style)
read(${SOURCE}/style.css part)
string(APPEND style "\n" "${part}")
foreach(text script style)
  if("${${text}}" MATCHES "</(script|style)")
    message(FATAL_ERROR "The report's ${text} would end early: it holds </${CMAKE_MATCH_1}")
  endif()
  file(WRITE ${OUTPUT}.${text} "${${text}}")
endforeach()

file(WRITE ${OUTPUT} "// Made by embed.cmake from src/output/report.\n#include \"output/report_parts.h\"\n\n")
embed(page ${SOURCE}/page.html)
embed(script ${OUTPUT}.script)
embed(style ${OUTPUT}.style)
string(REPLACE "," ";" LANGUAGES "${LANGUAGES}")
foreach(language ${LANGUAGES})
  embed(texts_${language} ${SOURCE}/texts/${language}.json)
endforeach()
