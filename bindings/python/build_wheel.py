# SPDX-License-Identifier: BSD-2-Clause
"""Makes a wheel of the package: what pip calls (PEP 517). CMake builds and installs the package with its
libraries beside it; here that becomes an archive.

CMAKE_ARGS of the environment goes to CMake, such as "-DIGDROM_LIBPCI=OFF".
"""
import base64
import hashlib
import os
import pathlib
import shlex
import subprocess
import sys
import sysconfig
import tempfile
import zipfile

SOURCE = pathlib.Path(__file__).resolve().parents[2]


def install(build, stage):
    """The package, its libraries and its metadata, as they are to lie in the wheel."""
    options = {
        "CMAKE_BUILD_TYPE": "Release", "CMAKE_INSTALL_PREFIX": stage, "CMAKE_INSTALL_LIBDIR": "igdrom",
        "CMAKE_INSTALL_RPATH": "$ORIGIN", "IGDROM_PYTHON": "ON", "IGDROM_PYTHON_EXECUTABLE": sys.executable,
        "IGDROM_PYTHON_INSTALL_DIR": ".", "IGDROM_CLI": "OFF", "IGDROM_TESTS": "OFF",
    }
    words = [f"-D{name}={value}" for name, value in options.items()] + shlex.split(os.environ.get("CMAKE_ARGS", ""))
    subprocess.run(["cmake", "-S", SOURCE, "-B", build, *words], check=True)
    subprocess.run(["cmake", "--build", build, "--parallel", str(os.cpu_count() or 1)], check=True)
    for component in ("libigdrom", "python3-igdrom"):
        subprocess.run(["cmake", "--install", build, "--component", component, "--strip"], check=True)


def tag():
    version = f"cp{sys.version_info.major}{sys.version_info.minor}"
    return f"{version}-{version}-{sysconfig.get_platform().replace('-', '_').replace('.', '_')}"


def members(stage):
    """Names and bytes of the files. An archive has no links: a library lies under the name that is loaded."""
    loaded = {path.resolve(): path.name for path in stage.glob("igdrom/*.so.*") if path.is_symlink()}
    for path in sorted(stage.rglob("*")):
        name = path.relative_to(stage)
        if path.is_file() and not path.is_symlink() and path.name != "INSTALLER":
            yield str(name.with_name(loaded.get(path, path.name))), path.read_bytes()


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    """Makes the wheel. Returns its name."""
    with tempfile.TemporaryDirectory() as folder:
        stage = pathlib.Path(folder).resolve() / "stage"
        install(pathlib.Path(folder) / "build", stage)
        info, = stage.glob("igdrom-*.dist-info")
        files = dict(members(stage))
        files[f"{info.name}/WHEEL"] = f"Wheel-Version: 1.0\nGenerator: igdrom\nRoot-Is-Purelib: false\nTag: {tag()}\n".encode()
        files[f"{info.name}/LICENSE"] = (SOURCE / "LICENSE").read_bytes()
        record = "".join(
            f"{name},sha256={base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip('=')},{len(data)}\n"
            for name, data in files.items())
        files[f"{info.name}/RECORD"] = (record + f"{info.name}/RECORD,,\n").encode()
        wheel = f"{info.name.removesuffix('.dist-info')}-{tag()}.whl"
        with zipfile.ZipFile(pathlib.Path(wheel_directory) / wheel, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in files.items():
                archive.writestr(name, data)
    return wheel


def build_sdist(sdist_directory, config_settings=None):
    """There is none: the sources are those of the repository."""
    raise NotImplementedError("build a wheel from the repository: pip wheel .")
