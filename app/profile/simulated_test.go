package profile

import "testing"

// A file of settings that came by mail must not lead a secret elsewhere.
func TestOnlyThisComputerHasAddressesOfItsOwn(t *testing.T) {
	here := "https://127.0.0.1:8443"
	for name, c := range map[string]struct {
		authority, arm, graph string
		fine, simulated       bool
	}{
		"a cloud of Microsoft":  {"", "", "", true, false},
		"a simulated tenant":    {here, here, "https://localhost:8443/v1.0", true, true},
		"version six":           {"https://[::1]:1", "https://[::1]:1", "https://[::1]:1", true, true},
		"somebody's host":       {"https://login.evil.example", here, here, false, false},
		"only the second":       {here, "https://evil.example", here, false, true},
		"only the third":        {here, here, "https://evil.example", false, true},
		"a name that resembles": {"https://localhost.evil.example", here, here, false, false},
		"a person in front":     {"https://127.0.0.1@evil.example", here, here, false, false},
		"another machine":       {"https://192.168.1.7", here, here, false, false},
		"in clear text":         {"http://127.0.0.1", here, here, false, false},
	} {
		p := Profile{Authority: c.authority, ARM: c.arm, Graph: c.graph}
		if got := p.AddressProblem() == ""; got != c.fine || p.Simulated() != c.simulated {
			t.Errorf("%s: fine %v, simulated %v", name, got, p.Simulated())
		}
	}
}
