package cli

import (
	"testing"

	"watchfloor/app"
)

// A script that waits for somebody to grant access waits for a licence in the same way.
func TestAMissingLicenceIsAMatterOfAccess(t *testing.T) {
	f := newFloor()
	f.openErr = app.E(app.KindLicence, "This needs the licence Entra ID P2, which the tenant does not have.", nil)
	if got := f.run(t, nil, "queue"); got.code != ExitAccess || got.err != "watchfloor: This needs the licence Entra ID P2, which the tenant does not have.\n" {
		t.Errorf("exit %d, %q", got.code, got.err)
	}
}
