#!/bin/sh
# What a program that may read policies does not link: Santuario and the shared Xerces beneath it.
# Usage: links_test.sh PROGRAM-WITHOUT... -- PROGRAM-WITH
set -eu
seen=no
status=0
for program in "$@"; do
  if [ "$program" = -- ]; then
    seen=yes
    continue
  fi
  if ldd "$program" | grep -Eq 'libxml-security-c|libxerces-c'; then with=yes; else with=no; fi
  if [ $with != $seen ]; then
    echo "$program: links the XML signature library: $with, expected $seen" >&2
    status=1
  fi
done
exit $status
