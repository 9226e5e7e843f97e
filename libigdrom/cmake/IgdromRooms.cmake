# SPDX-License-Identifier: BSD-2-Clause
# What every target of this tree is built with, and the function that declares a room.

add_library(igdrom_build INTERFACE)
target_compile_features(igdrom_build INTERFACE c_std_11)
target_compile_options(igdrom_build INTERFACE
	-Wall -Wextra -Wshadow -Wundef -Wvla -Wwrite-strings -Wpointer-arith -Wimplicit-fallthrough
	-Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition -fno-strict-aliasing)
if(IGDROM_FUZZ)
	if(NOT CMAKE_C_COMPILER_ID MATCHES Clang)
		message(FATAL_ERROR "IGDROM_FUZZ needs libFuzzer: configure with CC=clang")
	endif()
	set(IGDROM_SANITIZE ON)
	target_compile_options(igdrom_build INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(IGDROM_SANITIZE)
	target_compile_options(igdrom_build INTERFACE
		-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
	target_link_options(igdrom_build INTERFACE -fsanitize=address,undefined)
endif()

# igdrom_room(NAME [HOST] SOURCES file... [LIBRARIES lib...]): an object library of
# position-independent, hidden symbols, with the public headers and "room/header.h" on its include
# path. HOST: it goes into libigdrom-host and may use POSIX.
function(igdrom_room name)
	cmake_parse_arguments(ARG "HOST" "" "SOURCES;LIBRARIES" ${ARGN})
	add_library(igdrom_room_${name} OBJECT ${ARG_SOURCES})
	set_target_properties(igdrom_room_${name} PROPERTIES
		C_EXTENSIONS OFF C_VISIBILITY_PRESET hidden POSITION_INDEPENDENT_CODE ON)
	target_include_directories(igdrom_room_${name} PRIVATE
		${PROJECT_SOURCE_DIR}/include ${PROJECT_SOURCE_DIR}/libigdrom ${PROJECT_BINARY_DIR}/libigdrom)
	target_link_libraries(igdrom_room_${name} PRIVATE igdrom_build ${ARG_LIBRARIES})
	if(ARG_HOST)
		target_compile_definitions(igdrom_room_${name} PRIVATE _XOPEN_SOURCE=700)
		set_property(GLOBAL APPEND PROPERTY IGDROM_HOST_ROOMS igdrom_room_${name})
	else()
		set_property(GLOBAL APPEND PROPERTY IGDROM_ROOMS igdrom_room_${name})
	endif()
endfunction()

# igdrom_requires(PREFIX [HOST] [IF option] MODULES module...): what pkg-config calls module is linked
# into the library; rooms that use it themselves link PkgConfig::PREFIX.
function(igdrom_requires prefix)
	cmake_parse_arguments(ARG "HOST" "IF" "MODULES" ${ARGN})
	if(ARG_IF AND NOT ${ARG_IF})
		return()
	endif()
	pkg_check_modules(${prefix} REQUIRED IMPORTED_TARGET GLOBAL ${ARG_MODULES})
	set(library IGDROM)
	if(ARG_HOST)
		set(library IGDROM_HOST)
	endif()
	set_property(GLOBAL APPEND PROPERTY ${library}_LIBRARIES PkgConfig::${prefix})
	set_property(GLOBAL APPEND PROPERTY ${library}_REQUIRES ${ARG_MODULES})
endfunction()

# igdrom_loads(PREFIX IF option MODULE module): the library is loaded when it is needed; PREFIX_SONAME
# is the name to load it by.
function(igdrom_loads prefix)
	cmake_parse_arguments(ARG "" "IF;MODULE" "" ${ARGN})
	if(NOT ${ARG_IF})
		return()
	endif()
	if(IGDROM_STATIC)
		message(FATAL_ERROR "A static command cannot load ${ARG_MODULE}: configure with -D${ARG_IF}=OFF")
	endif()
	pkg_check_modules(${prefix} REQUIRED ${ARG_MODULE})
	list(GET ${prefix}_LINK_LIBRARIES 0 file)
	execute_process(COMMAND ${CMAKE_READELF} -d ${file} OUTPUT_VARIABLE dynamic COMMAND_ERROR_IS_FATAL ANY)
	if(NOT dynamic MATCHES "SONAME[^\n]*\\[([^]\n]+)\\]")
		message(FATAL_ERROR "${file} has no SONAME")
	endif()
	set(${prefix}_SONAME ${CMAKE_MATCH_1} CACHE INTERNAL "")
	set_property(GLOBAL APPEND PROPERTY IGDROM_LIBRARIES ${CMAKE_DL_LIBS})
endfunction()

# igdrom_library(NAME PREFIX): the shared library NAME and the static one NAME_static from the rooms
# and the libraries that the global properties PREFIX_ROOMS and PREFIX_LIBRARIES list; libNAME with
# '-' for '_', its exported symbols in cmake/libNAME.map.
function(igdrom_library name prefix)
	get_property(rooms GLOBAL PROPERTY ${prefix}_ROOMS)
	get_property(libraries GLOBAL PROPERTY ${prefix}_LIBRARIES)
	list(TRANSFORM rooms REPLACE "(.+)" "$<TARGET_OBJECTS:\\1>")
	string(REPLACE "_" "-" file ${name})
	set(map ${CMAKE_CURRENT_SOURCE_DIR}/cmake/lib${file}.map)
	add_library(${name} SHARED ${rooms})
	add_library(${name}_static STATIC ${rooms})
	set_target_properties(${name} PROPERTIES
		VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR} LINK_DEPENDS ${map})
	set_target_properties(${name} ${name}_static PROPERTIES OUTPUT_NAME ${file})
	target_link_options(${name} PRIVATE -Wl,--version-script=${map})
	# clang keeps the runtime of its sanitizers and of its fuzzer in the program alone.
	if(NOT IGDROM_SANITIZE AND NOT IGDROM_FUZZ)
		target_link_options(${name} PRIVATE -Wl,--no-undefined)
	endif()
	foreach(target ${name} ${name}_static)
		target_include_directories(${target} PUBLIC
			$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
		target_link_libraries(${target} PRIVATE $<BUILD_INTERFACE:igdrom_build>)
		foreach(library IN LISTS libraries)
			target_link_libraries(${target} PRIVATE $<BUILD_INTERFACE:${library}>)
		endforeach()
	endforeach()
endfunction()
