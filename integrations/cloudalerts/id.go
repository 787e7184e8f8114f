package cloudalerts

import (
	"strings"

	"watchfloor/app"
	"watchfloor/integrations/azure/wire"
)

// place is where an alert is: what its ARM id says that tells alerts apart and that the
// service is asked by. The remote id is the three joined: an ARM id may name a resource
// group besides, is three times as long and comes in varying case.
type place struct{ sub, location, name string }

// placeOf reads the ARM id of an alert; false where a part is missing.
func placeOf(id string) (place, bool) {
	p := place{strings.ToLower(wire.Segment(id, "subscriptions")), strings.ToLower(wire.Segment(id, "locations")), wire.Segment(id, "alerts")}
	return p, p.whole()
}

func (p place) whole() bool { return p.sub != "" && p.location != "" && p.name != "" }

func (p place) String() string { return p.sub + "/" + p.location + "/" + p.name }

// parse reads a remote id.
func parse(id string) (place, error) {
	parts := strings.Split(id, "/")
	if len(parts) != 3 {
		return place{}, unaddressed()
	}
	p := place{parts[0], parts[1], parts[2]}
	if !p.whole() {
		return place{}, unaddressed()
	}
	return p, nil
}

func unaddressed() error {
	return app.E(app.KindInvalid, "Defender for Cloud told no readable id of this alert, so it cannot be asked about; look at it in the portal.", nil)
}

// spoken is a short part of an alert's name that people can say: the beginning of the
// GUID behind its time.
func spoken(name string) string {
	guid := name[strings.LastIndexByte(name, '_')+1:]
	first, _, _ := strings.Cut(guid, "-")
	return first
}
