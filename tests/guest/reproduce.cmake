# SPDX-License-Identifier: BSD-2-Clause
# cmake -DSOURCE=tree -DEFI=guest.efi -DCLANG=... -DLLD_LINK=... -DGENERATOR=... -P reproduce.cmake:
# builds the guest driver once more, from a copy of the tree in another folder, and compares.
set(work ${CMAKE_CURRENT_BINARY_DIR}/reproduce)
file(REMOVE_RECURSE ${work})
file(COPY ${SOURCE}/CMakeLists.txt ${SOURCE}/libigdrom ${SOURCE}/include DESTINATION ${work}/an\ other\ place)
function(run)
	execute_process(COMMAND ${ARGN} COMMAND_ERROR_IS_FATAL ANY OUTPUT_QUIET)
endfunction()
run(${CMAKE_COMMAND} -S "${work}/an other place" -B "${work}/b" -G ${GENERATOR}
	-DIGDROM_TESTS=OFF -DIGDROM_CLI=OFF -DIGDROM_PYTHON=OFF -DIGDROM_JSON=OFF -DIGDROM_LIBPCI=OFF
	-DIGDROM_INSTALL=OFF -DIGDROM_GUEST_CLANG=${CLANG} -DIGDROM_GUEST_LLD_LINK=${LLD_LINK})
run(${CMAKE_COMMAND} --build "${work}/b" --target guest)
file(SHA256 ${EFI} here)
file(SHA256 ${work}/b/libigdrom/guest/guest.efi there)
if(NOT here STREQUAL there)
	message(FATAL_ERROR "guest.efi differs when it is built elsewhere: ${here}, ${there}; see ${work}")
endif()
file(REMOVE_RECURSE ${work})
message("${here}: the same from another folder")
