-- /etc/prosody/prosody.cfg.lua: a Prosody 0.12 (Debian 12) behind the guard. Nothing in it is about
-- the guard: that every far domain is reached there is said by the name server alone. Nothing in it
-- names a domain or an address either: those are in conf.d.

data_path = "/var/lib/prosody"
pidfile = "/run/prosody/prosody.pid"
log = { info = "*console" }

modules_enabled = {
  "roster", "saslauth", "tls", "disco", "ping", "posix", "private", "vcard_legacy", "pep",
  "smacks", -- stream management: the guard knows, and records, what has arrived here
  -- Not "dialback": whoever has no good certificate is nobody.
}
authentication = "internal_hashed"
c2s_require_encryption = true

-- Server to server: TLS always, and a certificate that the authority below has issued.
s2s_require_encryption = true
s2s_secure_auth = true

-- Direct TLS (XEP-0368) beside STARTTLS; the guard is told of it in guard.xml. The way out needs no
-- setting: Prosody follows _xmpps-server records before _xmpp-server ones.
s2s_direct_tls_ports = { 5270 }

-- The server's certificate, for all of its domains (rooms and pubsub, too), for server and client
-- use. One authority, and not the system's collection of them (capath = false).
ssl = {
  certificate = "/etc/prosody/certs/server.pem",
  key = "/etc/prosody/certs/server.key",
  cafile = "/etc/prosody/certs/authority.pem",
  capath = false,
}

-- One file for each domain of this server.
Include "conf.d/*.cfg.lua"
