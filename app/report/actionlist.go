package report

import (
	"cmp"
	"strconv"
	"strings"

	"watchfloor/app/outbox"
)

// Actions lists actions with what they ask for, exactly, and why they wait. The last
// column is what is stored of one that cannot be read.
func Actions(rows []outbox.Action) List {
	l := List{Columns: []string{"number", "id", "decided", "by", "tenant", "source", "on", "name", "action", "changes", "state", "attempts", "reason", "stored"}}
	for _, a := range rows {
		on, name := a.Ref.ID, "#"+a.Number
		if !a.On.IsZero() {
			on, name = a.On.ID, a.On.Name
		}
		var changes []string
		stored := a.Raw
		if !a.Unreadable {
			stored = ""
			for _, c := range a.Decided().Changes {
				changes = append(changes, c.Field+": "+cmp.Or(c.From, "(none)")+" -> "+cmp.Or(c.To, "(none)"))
			}
		}
		l.Rows = append(l.Rows, []string{
			strconv.FormatInt(a.Seq, 10), inert(a.ID), stamp(a.Created), inert(a.Actor), inert(a.Tenant), string(a.Ref.Source), inert(on), inert(name),
			string(a.Verb), inert(strings.Join(changes, "; ")), string(a.State), strconv.Itoa(a.Attempts), inert(a.Reason), inert(stored),
		})
	}
	return l
}
