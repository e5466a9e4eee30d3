#!/bin/sh
# What an executable links, transitively: the C and C++ libraries (and a sanitizer's), and of others
# those that are named, of which the first has to be there: else the list was empty for some reason.
# Usage: links_test.sh PROGRAM LIBRARY…
set -eu
program=$1
shift
libraries=$(ldd "$program" | awk '{ print $1 }' | sed 's,.*/,,; s,\.so.*,,' | sort)
echo "$libraries" | grep -qx "$1" || { echo "$program does not link $1" >&2; exit 1; }
status=0
for library in $libraries; do
  found=no
  for name in "$@" libstdc++ libm libgcc_s libc ld-linux-x86-64 linux-vdso \
    libasan libubsan libresolv libpthread libdl librt; do
    [ "$library" = "$name" ] && found=yes
  done
  if [ $found = no ]; then
    echo "$program links $library, which it may not" >&2
    status=1
  fi
done
exit $status
