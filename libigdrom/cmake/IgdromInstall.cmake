# SPDX-License-Identifier: BSD-2-Clause
# What `cmake --install` puts where: libraries, headers, the CMake package, pkg-config files, pages.
# Each program and binding installs itself. Components are called like Debian's packages.
include(CMakePackageConfigHelpers)

set(igdrom_config_dir ${CMAKE_INSTALL_LIBDIR}/cmake/igdrom)
set(igdrom_built ${PROJECT_BINARY_DIR}/libigdrom/cmake)

install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/igdrom DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
	COMPONENT libigdrom-dev FILES_MATCHING PATTERN "*.h" PATTERN "*.def")

# Targets in the build are called as SWIG, CMake and linkers like it; users see igdrom::NAME.
set_target_properties(igdrom_host PROPERTIES EXPORT_NAME host)
set_target_properties(igdrom_host_static PROPERTIES EXPORT_NAME host_static)
install(TARGETS igdrom igdrom_host EXPORT igdromTargets
	LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT libigdrom NAMELINK_COMPONENT libigdrom-dev)

# What the libraries are made of matters only to who links them statically: these targets are in
# files of their own, which igdromConfig.cmake reads when their parts are there.
get_property(igdrom_requires GLOBAL PROPERTY IGDROM_REQUIRES)
get_property(igdrom_host_requires GLOBAL PROPERTY IGDROM_HOST_REQUIRES)
list(PREPEND igdrom_host_requires ${igdrom_requires})
target_link_libraries(igdrom_static PRIVATE $<INSTALL_INTERFACE:PkgConfig::IGDROM_REQUIRES>)
target_link_libraries(igdrom_host_static PRIVATE $<INSTALL_INTERFACE:PkgConfig::IGDROM_HOST_REQUIRES>)
install(TARGETS igdrom_static EXPORT igdromStaticTargets
	ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT libigdrom-dev)
install(TARGETS igdrom_host_static EXPORT igdromHostStaticTargets
	ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT libigdrom-dev)
list(JOIN igdrom_requires " " igdrom_requires)
list(JOIN igdrom_host_requires " " igdrom_host_requires)
foreach(list igdrom_requires igdrom_host_requires)
	string(REPLACE ">=" " >= " pc_${list} "${${list}}")
endforeach()

foreach(export igdromTargets igdromStaticTargets igdromHostStaticTargets)
	install(EXPORT ${export} NAMESPACE igdrom:: DESTINATION ${igdrom_config_dir} COMPONENT libigdrom-dev)
endforeach()
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/igdromConfig.cmake.in ${igdrom_built}/igdromConfig.cmake
	INSTALL_DESTINATION ${igdrom_config_dir})
# Until 1.0 a minor version may break what users wrote.
write_basic_package_version_file(${igdrom_built}/igdromConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${igdrom_built}/igdromConfig.cmake ${igdrom_built}/igdromConfigVersion.cmake
	DESTINATION ${igdrom_config_dir} COMPONENT libigdrom-dev)

# The prefix is told from where the file lies, so that the tree can be installed elsewhere or moved.
set(igdrom_pc_dir ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig)
file(RELATIVE_PATH igdrom_pc_prefix ${igdrom_pc_dir} ${CMAKE_INSTALL_PREFIX})
string(REGEX REPLACE "/$" "" igdrom_pc_prefix ${igdrom_pc_prefix})
if(IGDROM_BROTLI_ENCODER)
	set(igdrom_pc_libs -lm)
endif()
foreach(name igdrom igdrom-host)
	configure_file(${CMAKE_CURRENT_LIST_DIR}/${name}.pc.in ${igdrom_built}/${name}.pc @ONLY)
	install(FILES ${igdrom_built}/${name}.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT libigdrom-dev)
endforeach()

install(FILES ${PROJECT_SOURCE_DIR}/libigdrom/man/libigdrom.3
	DESTINATION ${CMAKE_INSTALL_MANDIR}/man3 COMPONENT libigdrom-dev)
install(FILES ${PROJECT_SOURCE_DIR}/libigdrom/man/libigdrom.5
	DESTINATION ${CMAKE_INSTALL_MANDIR}/man5 COMPONENT igdrom)
