-- /etc/prosody/conf.d/high.example.cfg.lua: the domains of this server, and where it listens.

-- Only needed where the host has further addresses that are not for this server.
interfaces = { "10.77.1.1" }

VirtualHost "high.example"

-- Each of these is a domain of its own between servers. The guard's policy names them, the
-- certificate of this server names them, and the far side's name server leads them to the guard.
Component "rooms.high.example" "muc"
  name = "Rooms"
  restrict_room_creation = "local"

Component "pubsub.high.example" "pubsub"
  name = "News"
