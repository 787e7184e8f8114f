package profile

import (
	"net"
	"net/url"
)

// Simulated reports a tenant on this computer, whose secret protects nothing.
func (p Profile) Simulated() bool { return p.Authority != "" && loopback(p.Authority) }

// AddressProblem says why the addresses of a profile cannot be used; "" when they can:
// those of a cloud of Microsoft, or all on loopback.
func (p Profile) AddressProblem() string {
	if p.Authority == "" || loopback(p.Authority) && loopback(p.ARM) && loopback(p.Graph) {
		return ""
	}
	return "Addresses: only a simulated tenant on this computer has addresses of its own; leave out authority, arm, graph and caFile, and name the cloud."
}

func loopback(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
}
