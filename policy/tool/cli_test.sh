#!/bin/sh
# What guard-policy says on the command line: exit status, JSON, signatures.
# Usage: cli_test.sh GUARD-POLICY EXAMPLES
set -u
tool=$1
examples=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0

# expect STATUS COMMAND...: the output is in $work/out, complaints in $work/err.
expect() {
  wanted=$1
  shift
  "$tool" "$@" >"$work/out" 2>"$work/err"
  status=$?
  if [ "$status" -ne "$wanted" ]; then
    echo "FAILED: guard-policy $*: status $status, expected $wanted"
    cat "$work/out" "$work/err"
    failures=$((failures + 1))
  fi
}
# says WORDS: the last command's output holds them.
says() {
  grep -qF -- "$1" "$work/out" "$work/err" && return
  echo "FAILED: not said: $1"
  cat "$work/out" "$work/err"
  failures=$((failures + 1))
}
# silent WORDS: the last command's output does not hold them.
silent() {
  grep -qF -- "$1" "$work/out" "$work/err" || return
  echo "FAILED: said: $1"
  cat "$work/out" "$work/err"
  failures=$((failures + 1))
}
# json: every line of the last output is one JSON value.
json() {
  while IFS= read -r line; do
    printf '%s' "$line" | python3 -m json.tool >/dev/null || {
      echo "FAILED: no JSON: $line"
      failures=$((failures + 1))
    }
  done <"$work/out"
}

pair=$examples/pair/policy.xml
mkdir "$work/pair"
cp "$examples/pair/spif.xml" "$work/pair/"
sed 's/<classification name="RESTRICTED"\/>//' "$pair" >"$work/pair/stricter.xml"
sed 's/<iq types="get"/<iq types="get set"/' "$pair" >"$work/pair/wider.xml"
sed 's/side="low"/side="middle"/' "$pair" >"$work/pair/bad.xml"
sed 's/<label name="open"/<label name="idle" classification="SECRET"\/>&/' "$pair" >"$work/pair/idle.xml"

expect 0 --help
says "Examples:"
expect 3
expect 3 frobnicate
says 'guard-policy: "frobnicate" is no subcommand; the subcommands are '
# The manual has them all.
commands=$(sed -n 's/.*the subcommands are //p' "$work/out" "$work/err" | tr -d ',')
[ "$(echo "$commands" | wc -w)" -ge 10 ] || { echo "FAILED: subcommands: $commands"; failures=1; }
for command in $commands; do
  manual=$examples/../man/guard-policy.1
  if ! grep -qF "guard-policy $command\\fR" "$manual" || ! grep -q "^\\.BR* .*\\b$command\\b" "$manual"; then
    echo "FAILED: guard-policy.1 does not say $command"
    failures=$((failures + 1))
  fi
done
expect 3 check
expect 3 matrix "$pair" --direction sideways
expect 3 explain "$pair"
expect 2 check "$work/none.xml"
expect 2 check "$work/pair/bad.xml"
says "bad.xml:"

expect 0 check "$pair"
expect 0 check --json "$pair"
json
expect 1 check "$work/pair/idle.xml"
says "[unused-label]"
if [ -e /dev/full ]; then
  for command in matrix show check; do
    "$tool" "$command" "$work/pair/idle.xml" >/dev/full 2>"$work/err"
    [ $? -eq 2 ] && grep -q "standard output cannot be written" "$work/err" || {
      echo "FAILED: $command into a full disk"
      failures=$((failures + 1))
    }
  done
fi
expect 0 show "$pair"
says "down-chat: allow messages"
says "Within the low side, from one peer to another: nothing"
expect 0 show "$pair" --json
json
expect 0 matrix "$pair"
says "EXAMPLE RESTRICTED"
expect 0 matrix "$pair" --json --direction low-to-high --kind presence
json
expect 0 matrix "$pair" --csv
says '"high-to-low"'
expect 0 matrix "$pair" --html
says "</html>"

cat >"$work/ping.xml" <<'STANZA'
<iq from="ann@high.example/desk" to="bob@low.example/tent" id="1" type="get"><ping xmlns="urn:xmpp:ping"/></iq>
STANZA
expect 0 explain "$pair" "$work/ping.xml" --from-peer high-server
says 'allowed by rule "down-ping"'
expect 1 explain "$pair" "$work/ping.xml" --from-peer low-server
expect 1 explain "$pair" "$work/ping.xml" --from-peer low-server --json
json
# What the filter refuses by itself: the policy has not been asked about its content.
head="<message type='chat' from='a@high.example' to='b@low.example'>"
printf "%s<body>x</body>\n<foo xmlns='urn:foo'/></message>" "$head" >"$work/unknown.xml"
expect 1 explain "$pair" "$work/unknown.xml" --from-peer high-server
says "NO  can the filter read it?"
says "no, schema: $work/unknown.xml:2:"
says "refused: schema"
silent "has it a label"
expect 1 explain "$pair" "$work/unknown.xml" --from-peer high-server --json
json
says '"allowed":false,"reason":"schema"'
printf "%s<body>x</body><body>y</body></message>" "$head" >"$work/twice.xml"
expect 1 explain "$pair" "$work/twice.xml" --from-peer high-server --json
json
says '"allowed":false,"reason":"'
silent '"allowed":true'
# What is expected instead is named.
printf "<presence from='a@high.example' to='b@low.example'>\n<show>gone</show></presence>" >"$work/show.xml"
expect 1 explain "$pair" "$work/show.xml" --from-peer high-server
says "no, schema: $work/show.xml:2:18: element 'show' holds 'gone', expected 'away', 'chat', 'dnd' or 'xa'"
printf "<presence from='a@high.example' to='b@low.example'><show>gone</show></presence>" >"$work/show.xml"
expect 1 explain "$pair" "$work/show.xml" --from-peer high-server
says "no, schema: $work/show.xml:1:69: element 'show' holds 'gone', expected 'away', 'chat', 'dnd' or 'xa'"
printf "<iq from='a@high.example' to='b@low.example' id='1' type='ask'/>" >"$work/ask.xml"
expect 2 explain "$pair" "$work/ask.xml" --from-peer high-server
says "ask.xml:1:1: type 'ask' of element 'iq', expected get, set, result or error"
# A word that an option does not have is wrong usage, as everywhere.
expect 3 explain "$pair" "$work/ping.xml" --from-peer high-server --at tomorrow
says "--at tomorrow is no time, expected 2026-"
# What cannot be read, from somebody who may not send it: two answers, each to its question.
printf "<message type='chat' from='a@nobody.example' to='b@low.example'><foo xmlns='urn:foo'/></message>" >"$work/both.xml"
expect 1 explain "$pair" "$work/both.xml" --from-peer high-server
says "        no, not to high-server"
says "        no: $work/both.xml:1:"
silent "no, from-not-of-peer"
says "refused: from-not-of-peer"
# An error with a label is discarded, and another crosses in its place.
label=$(sed -n 's/.*\(<securitylabel.*securitylabel>\).*/\1/p' "$examples/../../tests/fuzz/corpus/judge/error-labelled.xml")
printf "<message type='error' from='a@low.example' to='b@high.example'>%s<error type='cancel'><gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>" "$label" >"$work/error.xml"
expect 1 explain "$pair" "$work/error.xml" --from-peer low-server
says "refused: label-on-error"
says "in its place the guard sends an error with the condition alone"
# What is no stanza, with its place.
printf "%s<body>this & that</body></message>" "$head" >"$work/ampersand.xml"
expect 2 explain "$pair" "$work/ampersand.xml" --from-peer high-server
says "ampersand.xml:1:"
says "expected &amp; where an ampersand is meant"
printf "\n%s<body>x</bodi></message>" "$head" >"$work/broken.xml"
expect 2 explain "$pair" "$work/broken.xml" --from-peer high-server
says "broken.xml:2:"
printf "\n  <message from='a@high.example' to='@'/>" >"$work/nowhere.xml"
expect 2 explain "$pair" "$work/nowhere.xml" --from-peer high-server
says "nowhere.xml:2:3: attribute 'to': '@' is no address"
printf "<message from='a@high.example'/>" >"$work/nobody.xml"
expect 2 explain "$pair" "$work/nobody.xml" --from-peer high-server
says "nobody.xml:1:1: no attribute 'to'"
expect 3 explain "$pair" --log "$work" --record -1
expect 3 explain "$pair" --log "$work" --record 0
expect 3 matrix "$pair" --csv --html
expect 3 matrix "$pair" --csv --json
expect 2 explain "$pair" "$work/ping.xml" --from-peer nobody
expect 2 explain "$pair" "$pair" --from-peer high-server

expect 0 diff "$pair" "$pair"
says "equivalent"
# What the low peer may see, from a file: as good as the list; a wider file beside the list changes nothing.
printf '<clearance xmlns="urn:xmpp-guard:label:1" policy="EXAMPLE"><classifications from="UNCLASSIFIED" to="%s"/></clearance>' \
  RESTRICTED >"$work/pair/low.xml"
printf '<clearance xmlns="urn:xmpp-guard:label:1" policy="EXAMPLE"><classifications from="UNCLASSIFIED" to="%s"/></clearance>' \
  SECRET >"$work/pair/wide.xml"
sed '/<classification name="UNCLASSIFIED"\/>/d; s/<classification name="RESTRICTED"\/>//; 52s/<clearance>/<clearance file="low.xml">/' \
  "$pair" >"$work/pair/file.xml"
sed '52s/<clearance>/<clearance file="wide.xml">/' "$pair" >"$work/pair/both.xml"
sed '52s/<clearance>/<clearance file="absent.xml">/' "$pair" >"$work/pair/none.xml"
for name in file both; do
  expect 0 diff "$pair" "$work/pair/$name.xml"
  says "equivalent"
done
expect 2 check "$work/pair/none.xml"
says 'none.xml:52:'
says 'clearance file "absent.xml": cannot be read: '
expect 1 diff "$pair" "$work/pair/stricter.xml"
says "stricter"
expect 1 diff "$pair" "$work/pair/wider.xml"
says "more permissive"
expect 1 diff "$pair" "$work/pair/wider.xml" --json
json

cat >"$work/invariants.xml" <<'INVARIANTS'
<invariants xmlns="urn:xmpp-guard:policy:1">
  <nothing-above id="restricted" reason="r" classification="RESTRICTED" to-side="low"/>
  <nothing-above id="unclassified" reason="r" classification="UNCLASSIFIED" to-side="low"/>
</invariants>
INVARIANTS
expect 1 prove "$pair" "$work/invariants.xml"
says "proven: restricted"
says "refuted: unclassified"
expect 1 prove "$pair" "$work/invariants.xml" --json
json
expect 2 prove "$pair" "$pair"
# Every sample says what it is meant to say, and has its report.
for sample in pair/policy chat/policy leaf/policy star/policy chain/policy chain/hub; do
  expect 0 check "$examples/$sample.xml"
  expect 0 prove "$examples/$sample.xml"
  expect 0 report "$examples/$sample.xml" -o "$work/sample.html"
  expect 0 show "$examples/$sample.xml" --json
  digest=$(python3 -c 'import json, sys; print(json.load(sys.stdin)["digest"])' <"$work/out")
  grep -qF "<tfoot><tr><td>policy digest $digest" "$work/sample.html" ||
    { echo "FAILED: no digest $digest in the report of $sample"; failures=$((failures + 1)); }
done
[ "$(ls "$examples"/*/*.xml | xargs grep -l '<policy name=' | wc -l)" -eq 6 ] ||
  { echo "FAILED: a sample that is not checked here"; failures=$((failures + 1)); }
expect 0 show "$examples/leaf/policy.xml"
says "requests (iq get) of urn:xmpp:sec-label:catalog:2 (catalog), which the guard answers itself"
says "requests (iq get) of urn:xmpp:ping (ping), and their answers"
expect 0 report "$work/pair/stricter.xml" --against "$pair" -o "$work/review.html"
grep -q "stricter" "$work/review.html" || { echo "FAILED: no changes in the report"; failures=1; }
expect 2 report "$pair" -o "$work/none/review.html"
expect 2 replay "$pair" "$work/none"

for name in one two three; do
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj "/CN=$name" \
    -keyout "$work/$name.key" -out "$work/$name.pem" 2>/dev/null
done
cat "$work/one.pem" "$work/two.pem" >"$work/signers.pem"
for name in one two three; do
  expect 0 sign "$pair" --report "$work/review.html" --certificate "$work/$name.pem" \
    --key "$work/$name.key" -o "$work/$name.cms"
done
verify="verify $pair --report $work/review.html --signers $work/signers.pem"
# shellcheck disable=SC2086
{
  expect 0 $verify --require 2 "$work/one.cms" "$work/two.cms"
  says "signed by CN=one"
  expect 0 $verify --require 2 "$work/one.cms" "$work/two.cms" --json
  json
  expect 1 $verify --require 2 "$work/one.cms" "$work/one.cms"  # one signer twice is one
  expect 1 $verify --require 1 "$work/three.cms"                # not in the list
  expect 1 $verify --require 2 "$work/one.cms" "$work/three.cms"
}
expect 1 verify "$work/pair/wider.xml" --report "$work/review.html" --signers "$work/signers.pem" \
  "$work/one.cms" # another policy
says "signed by CN=one, but the policy has changed: what was signed has the digest "
silent "the report is"
cp "$pair" "$work/pair/policy.xml"
sed -i 's/hierarchy="4"/hierarchy="5"/' "$work/pair/spif.xml" # the SPIF alone
expect 1 verify "$work/pair/policy.xml" --report "$work/review.html" --signers "$work/signers.pem" \
  "$work/one.cms" --json
json
says "(by the list beside the signature, which is not signed itself: spif.xml has changed)"
cp "$examples/pair/spif.xml" "$work/pair/spif.xml"
echo " " >>"$work/review.html"
expect 1 verify "$pair" --report "$work/review.html" --signers "$work/signers.pem" "$work/one.cms"
says "signed by CN=one, but the report is another than the one that was signed"
silent "the policy has changed"
expect 1 verify "$pair" --signers "$work/signers.pem" "$work/one.cms" # without its report
says "but it was signed with a report, and none is given"
sed 's/^policy .*/policy 00/' "$work/one.cms" >"$work/lie.cms" # a note that the signature is not of
expect 1 verify "$pair" --signers "$work/signers.pem" "$work/lie.cms"
silent "signed by CN=one"
expect 2 verify "$pair" --signers "$work/signers.pem" "$pair"         # no signature at all
expect 2 verify "$pair" --signers "$pair" "$work/one.cms"                # no certificate in the list
expect 3 verify "$pair" --require 0 --signers "$work/signers.pem" "$work/one.cms"

# An example of diff from a peer that is a guard, as explain takes it; without its hops it is refused.
cp -r "$examples" "$work/samples"
chain=$work/samples/chain
sed 's/from-users="watch" to-users="duty"//' "$chain/policy.xml" >"$chain/wide.xml"
expect 1 diff "$chain/policy.xml" "$chain/wide.xml"
at=$(sed -n 's/.*from peer trunk at \(.*\):$/\1/p' "$work/out" | head -n 1)
grep -m 1 '<message' "$work/out" >"$work/example.xml"
expect 0 explain "$chain/wide.xml" "$work/example.xml" --from-peer trunk --at "$at"
sed -i 's/<hops [^>]*>//' "$work/example.xml"
expect 1 explain "$chain/wide.xml" "$work/example.xml" --from-peer trunk --at "$at"
says "hops-missing"
sed 's/default-label label="internal"/default-label label="open"/' "$chain/policy.xml" >"$chain/open.xml"
expect 1 diff "$chain/policy.xml" "$chain/open.xml"
says "before: allowed by rule \"down-chat\", leaves as EXAMPLE RESTRICTED"
says "after:  allowed by rule \"down-chat\", leaves as EXAMPLE UNCLASSIFIED"

# Invariants that are gone: the same crosses, and the answer is no.
star=$work/samples/star
sed '/<invariants>/,/<\/invariants>/d' "$star/policy.xml" >"$star/none.xml"
expect 1 diff "$star/policy.xml" "$star/none.xml"
says "equivalent in what crosses; other things have changed"
says 'invariant "guests-restricted" is gone: '
expect 0 report "$star/none.xml" --against "$star/policy.xml" -o "$work/gone.html"
grep -q 'invariant &quot;guests-restricted&quot; is gone' "$work/gone.html" ||
  { echo "FAILED: the report does not say what is gone"; failures=$((failures + 1)); }
expect 0 prove "$star/none.xml"
says "no invariants"

# A counter-example of a time to come, which explain takes with that time and not without.
sed 's/from="2026-09-01" until="2027-03-01"/from="2130-09-01" until="2131-03-01"/' \
  "$star/policy.xml" >"$star/later.xml"
cat >"$work/later.xml" <<'INVARIANTS'
<invariants xmlns="urn:xmpp-guard:policy:1">
  <nothing-above id="i6" reason="r" classification="UNCLASSIFIED" to-peers="charlie"/>
  <nothing-reaches id="i7" reason="r" domain="nowhere.example" from-side="high"/>
</invariants>
INVARIANTS
expect 1 prove "$star/later.xml" "$work/later.xml"
says "example, from peer headquarters at 2130-09-01T00:00:00Z:"
says "note: no peer that they could reach claims nowhere.example"
grep -m 1 '<message' "$work/out" >"$work/example.xml"
expect 0 explain "$star/later.xml" "$work/example.xml" --from-peer headquarters --at 2130-09-01T00:00:00Z
expect 1 explain "$star/later.xml" "$work/example.xml" --from-peer headquarters
expect 1 prove "$star/later.xml" "$work/later.xml" --json
json
says '"peer":"headquarters","at":"2130-09-01T00:00:00Z"'
says '"notes":["no peer that they could reach claims nowhere.example"]'

expect 0 matrix "$star/policy.xml" --to-peer charlie --allowed --direction high-to-low
says "headquarters (hq.example rooms.hq.example) to charlie"
silent "alpha"
silent "refused:"
expect 0 matrix "$star/policy.xml" --from-peer charlie --to-peer headquarters --json
json
expect 2 matrix "$star/policy.xml" --to-peer nobody
says 'the policy has no peer "nobody"'

# Within a side: only where the policy has rules for it.
expect 0 show "$star/policy.xml"
says "Within the high side, from one peer to another: nothing"
says "nations-chat: allow messages"
expect 0 matrix "$star/policy.xml" --direction low-to-low --allowed
says "low-to-low: alpha (alpha.example *.alpha.example) to bravo"
silent "headquarters"
expect 0 matrix "$star/policy.xml" --direction low-to-low --kind presence --json
json
says '"direction":"low-to-low","sender":"alpha"'
silent "nations-chat"
cat >"$work/ping.xml" <<'STANZA'
<iq from="ann@alpha.example/d" to="bob@bravo.example/d" id="1" type="get"><ping xmlns="urn:xmpp:ping"/></iq>
STANZA
expect 0 explain "$star/policy.xml" "$work/ping.xml" --from-peer alpha
says "which other peer of the low side claims bravo.example by name?"
says 'allowed by rule "nations-ping"'
sed '/<direction from="low" to="low">/,/<\/direction>/d' "$star/policy.xml" >"$star/apart.xml"
expect 1 explain "$star/apart.xml" "$work/ping.xml" --from-peer alpha
says "nobody's: it is bravo's, of the low side, within which no rule lets anything pass"
says "refused: within-side"
expect 1 diff "$star/apart.xml" "$star/policy.xml"
says "more permissive: low-to-low, message (normal, chat)"
silent "-to-high,"
cat >"$work/within.xml" <<'INVARIANTS'
<invariants xmlns="urn:xmpp-guard:policy:1">
  <only-labelled id="up" reason="r" from="high" to="high"/>
  <nothing-reaches id="apart" reason="r" domain="bravo.example" from-peers="alpha"/>
</invariants>
INVARIANTS
expect 0 prove "$star/apart.xml" "$work/within.xml"
says "note: nothing passes within the high side: there are no rules for it"
expect 1 prove "$star/policy.xml" "$work/within.xml"
says "proven: up: within the high side no message crosses without a label of its own"
says "refuted: apart: nothing from alpha reaches bravo.example"
grep -m 1 '<message\|<iq\|<presence' "$work/out" >"$work/example.xml"
expect 0 explain "$star/policy.xml" "$work/example.xml" --from-peer alpha

[ "$failures" -eq 0 ] && echo "all as expected"
exit "$((failures > 0))"
