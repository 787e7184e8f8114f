package outbox

import (
	"maps"

	"watchfloor/app"
)

// Forward has later actions on a subject count on what the service holds since an
// earlier one is done: values that nobody could know beforehand, such as when the risk
// last changed. later is in order of Seq; those that changed are returned.
func Forward(done Action, later []Action) (changed []Action) {
	if done.Found == nil || !done.has(done.Found) {
		return nil
	}
	return shift(done, done.Found, later)
}

// shift replaces in later actions what an earlier one was expected to make of the values
// it was decided on by the values to.
func shift(ended Action, to app.Values, later []Action) (changed []Action) {
	expected := ended.After(ended.Seen)
	touched := touchedBy(ended.Request, ended.Seen)
	for _, a := range later {
		moved := false
		for p := range touched {
			was, seen := a.Seen[p]
			if before, known := expected[p]; was != before || seen != known {
				continue
			}
			v, known := to[p]
			if known == seen && v == was {
				continue
			}
			if !moved {
				if a.Seen = maps.Clone(a.Seen); a.Seen == nil {
					a.Seen = app.Values{}
				}
				moved = true
			}
			if known {
				a.Seen[p] = v
			} else {
				delete(a.Seen, p)
			}
		}
		for p := range touchedBy(a.Request, a.Seen) { // from here on the value is this one's
			delete(touched, p)
		}
		if moved {
			changed = append(changed, a)
		}
	}
	return changed
}

// touchedBy are the properties that a request changes, of those known and those it sets.
func touchedBy(r Request, v app.Values) map[app.Property]bool {
	after, out := r.After(v), map[app.Property]bool{}
	for p, s := range after {
		if was, known := v[p]; !known || was != s {
			out[p] = true
		}
	}
	for p := range v {
		if _, known := after[p]; !known {
			out[p] = true
		}
	}
	return out
}
