# SPDX-License-Identifier: BSD-2-Clause
# What every target of this tree is built with, and the function that declares a room.

add_library(igdrom_build INTERFACE)
target_compile_features(igdrom_build INTERFACE c_std_11)
target_compile_options(igdrom_build INTERFACE
	-Wall -Wextra -Wshadow -Wundef -Wvla -Wwrite-strings -Wpointer-arith -Wimplicit-fallthrough
	-Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition -fno-strict-aliasing)
if(IGDROM_SANITIZE)
	target_compile_options(igdrom_build INTERFACE
		-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
	target_link_options(igdrom_build INTERFACE -fsanitize=address,undefined)
endif()
if(IGDROM_FUZZ)
	target_compile_options(igdrom_build INTERFACE -fsanitize=fuzzer-no-link)
endif()

# igdrom_room(NAME SOURCES file...): an object library of position-independent, hidden symbols, with
# the public headers and "room/header.h" on its include path.
function(igdrom_room name)
	cmake_parse_arguments(ARG "" "" "SOURCES;LIBRARIES" ${ARGN})
	add_library(igdrom_room_${name} OBJECT ${ARG_SOURCES})
	set_target_properties(igdrom_room_${name} PROPERTIES
		C_EXTENSIONS OFF C_VISIBILITY_PRESET hidden POSITION_INDEPENDENT_CODE ON)
	target_include_directories(igdrom_room_${name} PRIVATE
		${PROJECT_SOURCE_DIR}/include ${PROJECT_SOURCE_DIR}/libigdrom ${PROJECT_BINARY_DIR}/libigdrom)
	target_link_libraries(igdrom_room_${name} PRIVATE igdrom_build ${ARG_LIBRARIES})
	set_property(GLOBAL APPEND PROPERTY IGDROM_ROOMS igdrom_room_${name})
endfunction()
