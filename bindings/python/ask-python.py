#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Prints, separated by semicolons, what the build wants to know of this interpreter: its include
directory, the suffix of extension modules, and where packages are installed below /usr and below
any other prefix.
"""
import os
import sys
import sysconfig


def install_dir(prefix):
    if sys.prefix != sys.base_prefix:  # a virtual environment, whatever the distribution does
        return os.path.relpath(sysconfig.get_path("platlib"), sys.prefix)
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    # Debian: packages of the distribution under /usr, all others in dist-packages elsewhere.
    if "deb_system" in sysconfig.get_scheme_names():
        return "lib/python3/dist-packages" if prefix == "/usr" else f"lib/python{version}/dist-packages"
    place = {"base": "", "platbase": ""}
    return sysconfig.get_path("platlib", "posix_prefix", vars=place).lstrip("/")


print(sysconfig.get_path("include"), sysconfig.get_config_var("EXT_SUFFIX"), install_dir("/usr"),
      install_dir("/usr/local"), sep=";")
