package audit

import (
	"bytes"
	"encoding/json"
	"io"
	"time"

	"watchfloor/app"
)

// wire is a line as JSON knows it.
type wire struct {
	V         int
	Seq       int64
	Prev      string
	At        string
	ServiceAt string
	Event     string
	By        string
	Tenant    string
	Kind      string
	Source    string
	ID        string
	Name      string
	Action    string
	Number    int64
	Verb      string
	State     string
	Until     string
	Changes   []Change
	Reason    string
}

// Decode reads a line as Encode writes it; anything else, however equal in meaning, is
// KindInvalid, so that a record has one line only.
func Decode(line []byte) (r Record, err error) {
	bad := func(err error) (Record, error) {
		return Record{}, app.E(app.KindInvalid, "This is no record of an audit log in the form of this version.", err)
	}
	var w wire
	dec := json.NewDecoder(bytes.NewReader(line))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&w); err != nil {
		return bad(err)
	}
	if _, err := dec.Token(); err != io.EOF {
		return bad(err)
	}
	if w.V != Version {
		return bad(nil)
	}
	r = Record{
		Seq: w.Seq, Event: Event(w.Event), By: w.By, Tenant: w.Tenant, Kind: w.Kind, Source: w.Source, ID: w.ID, Name: w.Name,
		Action: w.Action, Number: w.Number, Verb: w.Verb, State: w.State, Changes: w.Changes, Reason: w.Reason,
	}
	if r.Prev, err = ParseHash(w.Prev); err != nil {
		return bad(err)
	}
	for text, into := range map[*string]*time.Time{&w.At: &r.At, &w.ServiceAt: &r.ServiceAt, &w.Until: &r.Until} {
		if *text == "" {
			continue
		}
		if *into, err = time.Parse(layout, *text); err != nil {
			return bad(err)
		}
	}
	if !bytes.Equal(r.Encode(), line) {
		return bad(nil)
	}
	return r, nil
}
