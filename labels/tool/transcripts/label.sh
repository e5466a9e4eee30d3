#!/bin/sh
# label.sh CLASSIFICATION [TAG-SET=VALUE[=TEXT]]…: a label under conditions.xml, as our XML.
# $mark is its privacy mark.
printf '<label xmlns="urn:xmpp-guard:label:1" policy="CONDITIONS" classification="%s"' "$1"
[ -z "$mark" ] || printf ' privacy-mark="%s"' "$mark"
printf '>'
shift
for category in "$@"; do
  rest=${category#*=}
  printf '<category tag-set="%s" value="%s"' "${category%%=*}" "${rest%%=*}"
  [ "$rest" = "${rest%%=*}" ] || printf ' text="%s"' "${rest#*=}"
  printf '/>'
done
printf '</label>\n'
