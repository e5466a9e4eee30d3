#!/usr/bin/env bash
# A log host for tests: rsyslog over TLS on loopback, which wants a certificate of its clients.
#
#   rsyslog_for_test.sh FOLDER PORT     makes keys in FOLDER, then is rsyslogd in the foreground
#
# FOLDER gets ca.pem, client.pem, client.key, stranger.pem, stranger.key, and `kept`: what came in.
set -euo pipefail
folder=$1 port=$2
cd "$folder"
request() { openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$2" -keyout "$1.key" "${@:3}" 2>/dev/null; }
request ca "Log authority" -x509 -days 2 -out ca.pem
request stranger stranger -x509 -days 2 -out stranger.pem
for name in server client; do
  request "$name" "$name" -out "$name.csr"
  openssl x509 -req -in "$name.csr" -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -out "$name.pem" \
    -extfile <(echo "subjectAltName=IP:127.0.0.1,DNS:loghost.example") 2>/dev/null
done
cat > rsyslog.conf <<END
global(workDirectory="$folder" net.enableDNS="off"
  processInternalMessages="on"  # its first word opens \`kept\` before there are connections, see below
  defaultNetstreamDriverCAFile="$folder/ca.pem"
  defaultNetstreamDriverCertFile="$folder/server.pem"
  defaultNetstreamDriverKeyFile="$folder/server.key")
module(load="imtcp" streamDriver.name="ossl" streamDriver.mode="1"
  streamDriver.authMode="x509/certvalid")
input(type="imtcp" address="127.0.0.1" port="$port")
template(name="whole" type="string" string="%rawmsg%\n")
action(type="omfile" file="$folder/kept" template="whole" asyncWriting="off")
END
# rsyslog 8.2302 closes the descriptor of a connection that ends twice. Where its other thread opens
# the file in between, that closes the file, and what should be kept is written to the next connection.
exec rsyslogd -n -f "$folder/rsyslog.conf" -i "$folder/rsyslog.pid"
