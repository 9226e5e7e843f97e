#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Builds programs against an installed libigdrom, shared and static, in C and C++, and runs them.

Usage: use_installed.py headers|find_package|pkg_config PREFIX LIBDIR WORK_DIR
CC, CXX, CFLAGS, CXXFLAGS, CMAKE and VERSION come from the environment.
"""
import os
import pathlib
import shutil
import subprocess
import sys

PROJECT = pathlib.Path(__file__).resolve().parent / "project"
VERSION = os.environ["VERSION"]
WARNINGS = ["-Wall", "-Wextra", "-Werror", "-pedantic"]


def run(*command, **env):
    """Standard output of a command that has to succeed."""
    command = [str(c) for c in command]
    print("+", *command, flush=True)
    done = subprocess.run(command, env={**os.environ, **env}, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        print(done.stdout)
        sys.exit(f"{command[0]} ended with {done.returncode}")
    return done.stdout


def compilers():
    yield "c", [os.environ["CC"], "-std=c11", *os.environ["CFLAGS"].split()]
    yield "cpp", [os.environ["CXX"], "-std=c++11", *os.environ["CXXFLAGS"].split()]


def check_output(program, env):
    """Runs a program that was built; what it prints is known."""
    if "host" in program.name:
        expected, args = f"{VERSION} {PROJECT.joinpath('use.c').stat().st_size}\n", [PROJECT / "use.c"]
    else:
        expected, args = f"{VERSION} 4680 ADLS 0\n", []
    printed = run(program, *args, **env)
    if printed != expected:
        sys.exit(f"{program} printed {printed!r}, not {expected!r}")


def headers(prefix, _libdir, work):
    """Each header stands alone, in C and in C++, without a warning."""
    names = sorted(p.name for p in (prefix / "include/igdrom").glob("*.h"))
    if len(names) < 10 or not (prefix / "include/igdrom/status.def").exists():
        sys.exit(f"headers are missing: {names}")
    for name in names:
        for suffix, compiler in compilers():
            source = work / f"{name}.{suffix}"
            source.write_text(f"#include <igdrom/{name}>\n", encoding="utf-8")
            run(*compiler, *WARNINGS, f"-I{prefix}/include", "-fsyntax-only", source)


def find_package(prefix, libdir, work):
    build = work / "build"
    cmake = os.environ["CMAKE"]
    run(cmake, "-S", PROJECT, "-B", build, f"-DCMAKE_PREFIX_PATH={prefix}", f"-DCMAKE_C_COMPILER={os.environ['CC']}",
        f"-DCMAKE_CXX_COMPILER={os.environ['CXX']}")
    run(cmake, "--build", build)
    for kind in ("igdrom", "igdrom_static", "host", "host_static"):
        for language, _ in compilers():
            program = build / f"{kind}_{language}"
            check_output(program, {})
            needs = run("readelf", "-d", program)
            if ("libigdrom" in needs) == kind.endswith("_static"):
                sys.exit(f"{program} is linked to the wrong kind of library:\n{needs}")


def pkg_config(prefix, libdir, work):
    env = {"PKG_CONFIG_PATH": str(prefix / libdir / "pkgconfig")}

    def ask(*question):
        return run("pkg-config", *question, **env).split()

    for module, source in (("igdrom", "use"), ("igdrom-host", "use_host")):
        if ask("--modversion", module) != [VERSION]:
            sys.exit(f"{module}.pc has another version")
        static = [f if not f.startswith("-ligdrom") else f"-l:lib{f[2:]}.a" for f in ask("--static", "--libs", module)]
        for suffix, compiler in compilers():
            common = [*compiler, *WARNINGS, *ask("--cflags", module), PROJECT / f"{source}.{suffix}"]
            run(*common, "-o", work / f"{module}_{suffix}", *ask("--libs", module))
            check_output(work / f"{module}_{suffix}", {"LD_LIBRARY_PATH": str(prefix / libdir)})
            run(*common, "-o", work / f"{module}_static_{suffix}", *static)
            check_output(work / f"{module}_static_{suffix}", {})


def main():
    how, prefix, libdir, work = sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3], pathlib.Path(sys.argv[4])
    for tool in (os.environ["CXX"], "pkg-config", "readelf"):
        if not shutil.which(tool):
            print(f"{tool} is not installed")
            sys.exit(1 if os.environ.get("IGDROM_NO_SKIP") else 77)
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    {"headers": headers, "find_package": find_package, "pkg_config": pkg_config}[how](prefix, libdir, work)


if __name__ == "__main__":
    main()
