# SPDX-License-Identifier: BSD-2-Clause
# UEFI drivers for x64, built by clang and lld-link whatever compiler and target the library has.
# Nothing of the host goes into them: the same sources give the same bytes in every folder.

set(versions 21 20 19 18 17 16 15 14)
list(TRANSFORM versions PREPEND "clang-" OUTPUT_VARIABLE clangs)
list(TRANSFORM versions PREPEND "lld-link-" OUTPUT_VARIABLE linkers)
find_program(IGDROM_GUEST_CLANG NAMES clang ${clangs} NO_CMAKE_FIND_ROOT_PATH
	DOC "clang that compiles UEFI drivers")
find_program(IGDROM_GUEST_LLD_LINK NAMES lld-link ${linkers} NO_CMAKE_FIND_ROOT_PATH
	DOC "lld-link that links UEFI drivers")
if(NOT IGDROM_GUEST_CLANG OR NOT IGDROM_GUEST_LLD_LINK)
	message(FATAL_ERROR "clang and lld-link build the UEFI driver inside the library; one of them "
		"is missing. Debian: apt-get install clang lld. Elsewhere, name them by "
		"-DIGDROM_GUEST_CLANG=... -DIGDROM_GUEST_LLD_LINK=...")
endif()

# No red zone and no stack probes: interrupts run on our stack, and there is no run-time library.
set(IGDROM_UEFI_CFLAGS --target=x86_64-unknown-windows -std=c11 -ffreestanding -fshort-wchar
	-mno-red-zone -mno-stack-arg-probe -fno-stack-protector -fno-strict-aliasing
	-ffunction-sections -fdata-sections -Oz
	-Wall -Wextra -Wshadow -Wundef -Wvla -Wwrite-strings -Wpointer-arith -Wimplicit-fallthrough
	-Wstrict-prototypes -Wmissing-prototypes)

# igdrom_uefi_driver(NAME SOURCES file... [DEFINITIONS X=Y...] [INCLUDES dir...]
# [LINK_OPTIONS option...]): NAME.efi in the current binary folder, made by the target NAME, which
# has its path in the property IGDROM_EFI, and in IGDROM_SOURCES and IGDROM_DEFINITIONS what it takes
# to build a variant.
function(igdrom_uefi_driver name)
	cmake_parse_arguments(ARG "" "" "SOURCES;DEFINITIONS;INCLUDES;LINK_OPTIONS" ${ARGN})
	set(flags ${IGDROM_UEFI_CFLAGS})
	if(CMAKE_COMPILE_WARNING_AS_ERROR)
		list(APPEND flags -Werror)
	endif()
	list(TRANSFORM ARG_DEFINITIONS PREPEND -D OUTPUT_VARIABLE defines)
	list(TRANSFORM ARG_INCLUDES PREPEND -I)
	set(objects)
	set(sources)
	foreach(source ${ARG_SOURCES})
		cmake_path(ABSOLUTE_PATH source BASE_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR} NORMALIZE)
		cmake_path(GET source PARENT_PATH folder)
		cmake_path(GET source STEM stem)
		cmake_path(GET folder FILENAME folder)
		set(object ${CMAKE_CURRENT_BINARY_DIR}/${name}.dir/${folder}-${stem}.obj)
		add_custom_command(OUTPUT ${object} DEPENDS ${source} DEPFILE ${object}.d
			COMMAND ${IGDROM_GUEST_CLANG} ${flags} ${defines} -I${PROJECT_SOURCE_DIR}/libigdrom
				${ARG_INCLUDES} -MD -MF ${object}.d -c ${source} -o ${object}
			COMMENT "Compiling ${name}.efi: ${folder}/${stem}.c" VERBATIM)
		list(APPEND objects ${object})
		list(APPEND sources ${source})
	endforeach()
	file(MAKE_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/${name}.dir)
	set(efi ${CMAKE_CURRENT_BINARY_DIR}/${name}.efi)
	add_custom_command(OUTPUT ${efi} DEPENDS ${objects}
		COMMAND ${IGDROM_GUEST_LLD_LINK} /entry:efi_main /subsystem:efi_boot_service_driver
			/nodefaultlib /base:0 /opt:ref,icf /Brepro ${ARG_LINK_OPTIONS} /out:${efi} ${objects}
		COMMENT "Linking ${name}.efi" VERBATIM)
	add_custom_target(${name} DEPENDS ${efi})
	set_target_properties(${name} PROPERTIES IGDROM_EFI ${efi}
		IGDROM_SOURCES "${sources}" IGDROM_DEFINITIONS "${ARG_DEFINITIONS}")
endfunction()
