#!/usr/bin/env bash
# Checks one record and the last checkpoint of a segment with nothing but sqlite3, coreutils and
# openssl: what guard-audit says need not be believed.
#
#   audit/verify_by_hand.sh LOG/00000001.sqlite SEQUENCE
set -euo pipefail
segment=$1 sequence=$2
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT
ask() { sqlite3 -readonly "$segment" "$1"; }

# A leaf is SHA-256 over 00 and the record's encoding, which the view `encoding` spells.
computed=$(ask "SELECT '00'||hex FROM encoding WHERE sequence=$sequence" | basenc --base16 -d |
  openssl dgst -sha256 -r | cut -c1-64)
stored=$(ask "SELECT lower(hex(leaf)) FROM record WHERE sequence=$sequence")
[ -n "$stored" ] && [ "$computed" = "$stored" ] || { echo "leaf DOES NOT agree"; exit 1; }
echo "leaf agrees"

# The segment's public key is the sixth line of its statement; an Ed25519 key in DER begins so.
printf '302A300506032B6570032100' | basenc --base16 -d >"$folder/header"
ask "SELECT statement FROM segment" | sed -n 6p | base64 -d >"$folder/raw"
cat "$folder/header" "$folder/raw" >"$folder/key.der"

# A note is its text, an empty line, and signatures: the last word of such a line is base64 of the
# key's id (4 octets) and the signature.
ask "SELECT note FROM checkpoint ORDER BY size DESC LIMIT 1" >"$folder/note"
sed '/^$/,$d' "$folder/note" >"$folder/text"
sed -n '/^$/,$p' "$folder/note" | sed -n 2p | awk '{print $NF}' | base64 -d |
  tail -c 64 >"$folder/signature"
openssl pkeyutl -verify -pubin -keyform DER -inkey "$folder/key.der" -rawin \
  -in "$folder/text" -sigfile "$folder/signature" >/dev/null ||
  { echo "checkpoint IS NOT signed"; exit 1; }
echo "checkpoint is signed"
cat "$folder/text"
