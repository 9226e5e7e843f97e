#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Builds one static igdrom binary on Debian, for hosts without a compiler or a package manager.
# Debian has no static libcjson and libpci, so both are built from Debian's own source packages, which
# are fetched with a package list of their own (the machine's apt settings stay as they are). Archives
# and domain XML are left out: what libarchive.a and libxml2.a need (ICU) is many times the size of
# everything else. So is Brotli's encoder, a fifth of the size, which no firmware of virtual machines has
# a use for.
#
#   libigdrom/cmake/build-static.sh [BUILD_DIR]      makes BUILD_DIR/igdrom (default: build-static)
set -eu

source=$(cd "$(dirname "$0")/../.." && pwd)
mkdir -p "${1-build-static}"
out=$(cd "${1-build-static}" && pwd)
mkdir -p "$out/apt/lists/partial" "$out/apt/archives/partial" "$out/deps/lib/pkgconfig" "$out/deps/include/cjson"

# The same archives as the machine's, as deb-src.
: >"$out/apt/sources.list"
for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
	[ -e "$file" ] && sed -n 's/^deb /deb-src /p' "$file" >>"$out/apt/sources.list"
done
mkdir -p "$out/apt/parts"
for file in /etc/apt/sources.list.d/*.sources; do
	[ -e "$file" ] && sed 's/^Types:.*/Types: deb-src/' "$file" >"$out/apt/parts/$(basename "$file")"
done
apt_source() {
	apt-get -q -o Dir::Etc::SourceList="$out/apt/sources.list" -o Dir::Etc::SourceParts="$out/apt/parts" \
		-o Dir::State::Lists="$out/apt/lists" -o Dir::Cache="$out/apt" \
		-o APT::Sandbox::User=root "$@"
}

cd "$out"
if [ ! -e deps/lib/libcjson.a ] || [ ! -e deps/lib/libpci.a ]; then
	apt_source update
	rm -rf cjson-src pciutils-src ./*.dsc
	apt_source source --download-only cjson pciutils
	dpkg-source --no-check -x cjson_*.dsc cjson-src
	dpkg-source --no-check -x pciutils_*.dsc pciutils-src

	cc -O2 -fPIC -c cjson-src/cJSON.c -o cJSON.o
	ar rcs deps/lib/libcjson.a cJSON.o
	cp cjson-src/cJSON.h deps/include/cjson/
	make -s -C pciutils-src ZLIB=no DNS=no HWDB=no LIBKMOD=no SHARED=no PREFIX="$out/deps" \
		install-lib >pciutils.log 2>&1 || { cat pciutils.log; exit 1; }
	printf 'Name: libcjson\nDescription: cJSON\nVersion: 1\nCflags: -I%s/deps/include/cjson\nLibs: -L%s/deps/lib -lcjson\n' \
		"$out" "$out" >deps/lib/pkgconfig/libcjson.pc
fi

PKG_CONFIG_PATH="$out/deps/lib/pkgconfig" cmake -S "$source" -B "$out/build" -G Ninja \
	-DCMAKE_BUILD_TYPE=MinSizeRel -DIGDROM_STATIC=ON -DIGDROM_INSTALL=OFF -DIGDROM_TESTS=OFF -DIGDROM_PYTHON=OFF -DIGDROM_ARCHIVE=OFF -DIGDROM_LIBXML=OFF -DIGDROM_BROTLI_ENCODER=OFF \
	"-DCMAKE_C_FLAGS=-ffunction-sections -fdata-sections -fno-asynchronous-unwind-tables" -DCMAKE_EXE_LINKER_FLAGS=-Wl,--gc-sections,-z,noseparate-code
cmake --build "$out/build" --target igdrom-command
cp "$out/build/examples/igdrom/igdrom" igdrom
strip igdrom
if ldd igdrom >/dev/null 2>&1; then
	echo "igdrom is not static" >&2
	exit 1
fi
./igdrom --version
echo "$out/igdrom: $(stat -c %s igdrom) bytes"
