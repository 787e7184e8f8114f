package incident

import (
	"slices"
	"strings"

	"watchfloor/app"
)

// accounts are the kinds of entities that are a person's or a workload's account.
var accounts = []string{"account", "user", "useraccount", "userevidence", "mailbox"}

func isAccount(e app.Entity) bool { return slices.Contains(accounts, strings.ToLower(string(e.Kind))) }

// Account is the account under the cursor of the Entities or Evidence tab, else the only
// account that the incident names.
func (p *Presenter) Account() (app.Entity, bool) {
	if p.detail == nil {
		return app.Entity{}, false
	}
	at := p.At()
	switch tabNames[p.tab] {
	case "Entities":
		if at < len(p.detail.Entities) {
			return p.detail.Entities[at], isAccount(p.detail.Entities[at])
		}
	case "Evidence":
		if at < len(p.detail.Evidence) {
			return p.detail.Evidence[at].Entity, isAccount(p.detail.Evidence[at].Entity)
		}
	}
	var found []app.Entity
	for _, e := range p.detail.Entities {
		if isAccount(e) {
			found = append(found, e)
		}
	}
	if len(found) == 1 {
		return found[0], true
	}
	return app.Entity{}, false
}
