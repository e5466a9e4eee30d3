-- The server of the low side: an ordinary Prosody 0.12 (Debian 12). Nothing in it knows about
-- the guard; that every far domain leads to the guard is said by the name server alone
-- (dnsmasq-low.conf). Copy it, and change domain, addresses and paths.

data_path = "/var/lib/prosody-low"
pidfile = "/run/prosody-low/prosody.pid"
log = { info = "*console" }

-- The addresses of this server. The guard's edge on this side listens at 10.77.2.2.
interfaces = { "10.77.2.1" }

-- Only where Prosody is started as root and is to stay so; leave it out under systemd.
run_as_root = true

modules_enabled = {
  "roster", "saslauth", "tls", "disco", "ping", "posix",
  "dialback", -- used only where the far end has no good certificate and s2s_secure_auth is off
}
authentication = "internal_hashed"
c2s_require_encryption = true

-- Server to server: TLS always, and a certificate that our own authority has issued. The guard
-- shows one for high.example from the authority of this side.
s2s_require_encryption = true
s2s_secure_auth = true

-- One authority, and not the system's collection of them (capath = false).
ssl = {
  certificate = "/etc/prosody-low/low.example.pem",
  key = "/etc/prosody-low/low.example.key",
  cafile = "/etc/prosody-low/authority.pem",
  capath = false,
}

-- The name server that knows the way to the guard. The file has one line: nameserver 127.0.0.53
unbound = { resolvconf = "/etc/prosody-low/resolv.conf", hoststxt = false }

VirtualHost "low.example"
