# SPDX-License-Identifier: BSD-2-Clause
# `cpack` in the build folder makes a .deb of the command, the libraries and the headers.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME igdrom)
set(CPACK_PACKAGE_VENDOR "libigdrom")
set(CPACK_PACKAGE_CONTACT "libigdrom maintainers <maintainers@libigdrom.invalid>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "option ROMs for Intel integrated GPUs in virtual machines")
set(CPACK_RESOURCE_FILE_LICENSE ${PROJECT_SOURCE_DIR}/LICENSE)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION utils)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS ${PROJECT_BINARY_DIR}/libigdrom)
if(IGDROM_LZMA)
	# Older ones have the same symbols, but not the form of the filter that is used.
	set(CPACK_DEBIAN_PACKAGE_DEPENDS "liblzma5 (>= 5.4)")
endif()
if(IGDROM_ARCHIVE)
	# Loaded by its SONAME, libNAME.so.N: what is linked does not tell.
	string(REGEX REPLACE "\\.so\\." "" igdrom_archive_package ${LIBARCHIVE_SONAME})
	set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "${igdrom_archive_package}t64 | ${igdrom_archive_package}")
endif()
include(CPack)
