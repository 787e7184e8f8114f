package process

import (
	"context"
	"strings"

	"watchfloor/app"
)

// Harden does what the system offers. Call it first in main, before there is a secret and
// before a file is created. One step that the system refuses leaves the others done; the
// error names it.
func Harden() error { return harden() }

// State is a check: it reads back what holds, in a sentence, or says what does not.
func State(context.Context) (string, error) {
	holds, missing := state()
	if len(missing) > 0 {
		return "", app.E(app.KindPermission, "The system does not protect the memory of this program: "+strings.Join(missing, "; ")+".", nil)
	}
	return strings.Join(holds, ", "), nil
}
