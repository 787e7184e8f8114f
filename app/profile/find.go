package profile

import (
	"strings"

	"watchfloor/app"
)

// Find is the profile of a name or an id, ignoring case. KindNotFound: the sentence
// lists those there are.
func Find(list []Profile, name string) (Profile, error) {
	var names []string
	for _, p := range list {
		if strings.EqualFold(p.Name, name) || strings.EqualFold(p.ID, name) {
			return p, nil
		}
		names = append(names, p.Name)
	}
	if len(names) == 0 {
		return Profile{}, app.E(app.KindNotFound, "No tenant is connected yet. Connect one with watchfloor connect.", nil)
	}
	return Profile{}, app.E(app.KindNotFound, "No connected tenant has this name. There is: "+strings.Join(names, ", ")+".", nil)
}
