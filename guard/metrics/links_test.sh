#!/bin/sh
# What guard-metrics links, transitively: the C and C++ libraries and libseccomp. No TLS, no XML, no
# SQLite, nothing that looks up names. Usage: links_test.sh PROGRAM
set -eu
program=$1
libraries=$(ldd "$program" | awk '{ print $1 }' | sed 's,.*/,,; s,\.so.*,,' | sort)
allowed='libseccomp libstdc++ libm libgcc_s libc ld-linux-x86-64 linux-vdso
  libasan libubsan libresolv libpthread libdl librt'
status=0
for library in $libraries; do
  found=no
  for name in $allowed; do
    [ "$library" = "$name" ] && found=yes
  done
  if [ $found = no ]; then
    echo "$program links $library, which guard-metrics may not" >&2
    status=1
  fi
done
# libseccomp is there, so the list was not empty for some other reason.
echo "$libraries" | grep -qx libseccomp || { echo "no list of libraries" >&2; exit 1; }
exit $status
