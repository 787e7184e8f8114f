package outbox

import (
	"slices"
	"strings"
	"testing"

	"watchfloor/app"
)

// disputed is a closing over which somebody else closed the incident otherwise.
func disputed() Action {
	a := Action{
		State: Conflict, Ref: app.Ref{Source: app.Defender, ID: "7"},
		Base: app.Fields{Severity: app.High, Status: app.StatusNew},
		Theirs: app.Fields{
			Severity: app.Low, Status: app.StatusClosed, Classification: app.FalsePositive,
			Determination: "notMalicious", ClosingNote: "noise",
		},
		Request: Request{IncidentID: 1, Verb: Close, Want: app.Fields{
			Status:         app.StatusClosed,
			Classification: app.TruePositive, Determination: "malware", ClosingNote: "real",
		}},
	}
	for _, f := range closing {
		a.Drift = append(a.Drift, Drift{Field: f})
	}
	return a
}

func choices(sides ...Side) (out []Choice) {
	for i, s := range sides {
		out = append(out, Choice{Field: closing[i], Keep: s})
	}
	return out
}

func TestAClosingIsSettledFieldByField(t *testing.T) {
	for name, c := range map[string]struct {
		choices []Choice
		want    app.Fields // of the request, where it is sent
		send    bool
		refused string
	}{
		"all theirs":  {choices(Theirs, Theirs, Theirs), app.Fields{}, false, ""},
		"all mine":    {choices(Mine, Mine, Mine), app.Fields{Classification: app.TruePositive, Determination: "malware", ClosingNote: "real"}, true, ""},
		"my note":     {choices(Theirs, Theirs, Mine), app.Fields{Classification: app.FalsePositive, Determination: "notMalicious", ClosingNote: "real"}, true, ""},
		"their note":  {choices(Mine, Mine, Theirs), app.Fields{Classification: app.TruePositive, Determination: "malware", ClosingNote: "noise"}, true, ""},
		"mixed":       {choices(Mine, Theirs, Theirs), app.Fields{}, false, "does not go with"},
		"one missing": {choices(Mine, Mine), app.Fields{}, false, "closing note"},
		"not asked":   {append(choices(Mine, Mine, Mine), Choice{Field: app.FieldOwner, Keep: Mine}), app.Fields{}, false, "no conflict"},
		"edited as they have it": {
			append(choices(Theirs, Theirs), Choice{Field: app.FieldClosingNote, Keep: Edited, Value: app.Fields{ClosingNote: "noise "}}),
			app.Fields{},
			false, "",
		},
		"edited": {
			append(choices(Theirs, Theirs), Choice{Field: app.FieldClosingNote, Keep: Edited, Value: app.Fields{ClosingNote: "noise, but watched"}}),
			app.Fields{Classification: app.FalsePositive, Determination: "notMalicious", ClosingNote: "noise, but watched"},
			true, "",
		},
	} {
		a := disputed()
		send, err := a.settle(c.choices)
		switch {
		case c.refused != "":
			if app.KindOf(err) != app.KindInvalid || !strings.Contains(app.Say(err), c.refused) {
				t.Errorf("%s: %v", name, err)
			}
		case err != nil || send != c.send:
			t.Errorf("%s: sent %v, %v", name, send, err)
		case send:
			for _, f := range closing {
				if !Equal(a.Want, c.want, f) {
					t.Errorf("%s: %s is %q", name, f, Value(a.Want, f))
				}
			}
		}
	}
}

func TestStatusAndClassificationMustGoTogether(t *testing.T) {
	open := disputed()
	open.Theirs = app.Fields{Status: app.StatusActive, Severity: app.High}
	open.Drift = []Drift{{Field: app.FieldStatus}}
	if _, err := open.settle([]Choice{{Field: app.FieldStatus, Keep: Edited, Value: app.Fields{Status: app.StatusNew}}}); !strings.Contains(app.Say(err), "open incident has no classification") {
		t.Errorf("open with my classification: %v", err)
	}
	if send, err := open.settle([]Choice{{Field: app.FieldStatus, Keep: Mine}}); !send || err != nil || open.Verb != Close {
		t.Errorf("closing all the same: %v %v", send, err)
	}

	reopen := disputed()
	reopen.Base = app.Fields{Status: app.StatusClosed, Classification: app.TruePositive, Determination: "malware"}
	reopen.Request = Request{Verb: SetStatus, Want: app.Fields{Status: app.StatusActive}}
	reopen.Drift = []Drift{{Field: app.FieldClassification}, {Field: app.FieldDetermination}}
	if _, err := reopen.settle(choices(Theirs, Mine)); app.KindOf(err) != app.KindInvalid {
		t.Errorf("opened and classified: %v", err)
	}
	if send, err := reopen.settle(choices(Theirs, Theirs)); send || err != nil {
		t.Errorf("left closed: %v %v", send, err)
	}
	if send, err := reopen.settle(choices(Mine, Mine)); !send || err != nil || reopen.Want.Status != app.StatusActive {
		t.Errorf("opened: %v %v", send, err)
	}

	service := Action{
		State: Conflict, Theirs: app.Fields{Status: app.StatusAwaiting}, Drift: []Drift{{Field: app.FieldStatus}},
		Request: Request{Verb: SetStatus, Want: app.Fields{Status: app.StatusActive}},
	}
	if _, err := service.settle([]Choice{{Field: app.FieldStatus, Keep: Edited, Value: app.Fields{Status: app.StatusRedirected}}}); app.KindOf(err) != app.KindInvalid {
		t.Errorf("a status of the service's own: %v", err)
	}
}

func TestSingleFieldsAndTagsAreSettled(t *testing.T) {
	a := Action{
		State: Conflict, Theirs: app.Fields{Severity: app.Low}, Drift: []Drift{{Field: app.FieldSeverity}},
		Request: Request{Verb: SetSeverity, Want: app.Fields{Severity: app.High}},
	}
	if send, err := a.settle([]Choice{{Field: app.FieldSeverity, Keep: Edited, Value: app.Fields{Severity: app.Medium}}}); !send || err != nil || a.Want.Severity != app.Medium {
		t.Errorf("%v %v %v", send, err, a.Want.Severity)
	}
	if _, err := a.settle([]Choice{{Field: app.FieldSeverity, Keep: Edited}}); app.KindOf(err) != app.KindInvalid {
		t.Errorf("no severity: %v", err)
	}
	tags := Action{
		State: Conflict, Theirs: app.Fields{Tags: []string{"bob", "old"}}, Drift: []Drift{{Field: app.FieldTags}},
		Request: Request{Verb: Tag, AddTags: []string{"vip"}},
	}
	send, err := tags.settle([]Choice{{Field: app.FieldTags, Keep: Edited, Value: app.Fields{Tags: []string{"vip", "Bob", "new"}}}})
	if !send || err != nil || !slices.Equal(tags.AddTags, []string{"new", "vip"}) || !slices.Equal(tags.RemoveTags, []string{"old"}) {
		t.Errorf("%v %v +%v -%v", send, err, tags.AddTags, tags.RemoveTags)
	}
	task := Action{State: Conflict, Drift: []Drift{{Field: app.FieldTask}}, Request: Request{Verb: FinishTask, TaskID: "1"}}
	if _, err := task.settle([]Choice{{Field: app.FieldTask, Keep: Edited}}); app.KindOf(err) != app.KindInvalid {
		t.Errorf("an edited task: %v", err)
	}
	if send, err := task.settle([]Choice{{Field: app.FieldTask, Keep: Mine}}); !send || err != nil {
		t.Errorf("my task: %v %v", send, err)
	}
}
