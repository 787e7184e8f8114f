package outbox

import (
	"testing"

	"watchfloor/app"
)

func TestOwnersAreComparedByWhatBothTell(t *testing.T) {
	for _, c := range []struct {
		a, b app.Owner
		same bool
	}{
		{app.Owner{}, app.Owner{}, true},
		{app.Owner{}, app.Owner{UPN: "a@x"}, false},
		{app.Owner{UPN: "A@x", ObjectID: "1"}, app.Owner{UPN: "a@X"}, true},
		{app.Owner{UPN: "a@x", Name: "Ana"}, app.Owner{UPN: "b@x", Name: "Ana"}, false},
		{app.Owner{ObjectID: "1f", Name: "Ana"}, app.Owner{ObjectID: "1F"}, true},
		{app.Owner{ObjectID: "1", Name: "Ana"}, app.Owner{ObjectID: "2", Name: "Ana"}, false},
		{app.Owner{UPN: "a@x", Name: "Ana"}, app.Owner{Name: "a@x"}, true},
		{app.Owner{UPN: "a@x"}, app.Owner{ObjectID: "1"}, false},
		{app.Owner{UPN: "a@x", Name: "Ana"}, app.Owner{Name: "ana"}, true},
	} {
		if SameOwner(c.a, c.b) != c.same || SameOwner(c.b, c.a) != c.same {
			t.Errorf("%+v and %+v: same is not %v", c.a, c.b, c.same)
		}
	}
}

func TestFieldsAreEqualAcrossSpellings(t *testing.T) {
	f := func(change func(*app.Fields)) app.Fields {
		var x app.Fields
		change(&x)
		return x
	}
	for _, c := range []struct {
		field app.Field
		a, b  app.Fields
		equal bool
	}{
		{app.FieldTags, f(func(x *app.Fields) { x.Tags = []string{"B", "a"} }), f(func(x *app.Fields) { x.Tags = []string{"A", "b"} }), true},
		{app.FieldTags, f(func(x *app.Fields) { x.Tags = []string{"a"} }), app.Fields{}, false},
		{app.FieldClosingNote, f(func(x *app.Fields) { x.ClosingNote = "a\r\nb " }), f(func(x *app.Fields) { x.ClosingNote = "a\nb" }), true},
		{app.FieldDetermination, f(func(x *app.Fields) { x.Determination = "Clean" }), f(func(x *app.Fields) { x.Determination = "notMalicious" }), true},
		{app.FieldDetermination, f(func(x *app.Fields) { x.Determination = "malware" }), f(func(x *app.Fields) { x.Determination = "phishing" }), false},
		{app.FieldClassification, f(func(x *app.Fields) { x.Classification = app.Undetermined }), app.Fields{}, false},
	} {
		if Equal(c.a, c.b, c.field) != c.equal {
			t.Errorf("%s of %+v and %+v: equal is not %v", c.field, c.a, c.b, c.equal)
		}
	}
}

func TestTagsMergeIgnoringCase(t *testing.T) {
	r := Request{Verb: Tag, AddTags: []string{"VIP", "new"}, RemoveTags: []string{"OLD"}}
	if got := Value(r.Apply(app.Fields{Tags: []string{"old", "vip"}}), app.FieldTags); got != "new, vip" {
		t.Errorf("%q", got)
	}
}

func TestACloseIsWordedForItsSource(t *testing.T) {
	for _, c := range []struct {
		src        app.SourceID
		in, wanted string
	}{
		{app.Sentinel, "malware", "SuspiciousActivity"},
		{app.Sentinel, "", "SuspiciousActivity"},
		{app.Defender, "SuspiciousActivity", "multiStagedAttack"},
		{app.Defender, "compromisedUser", "compromisedAccount"},
		{app.Defender, "malware", "malware"},
	} {
		r := Request{Verb: Close, Want: app.Fields{Classification: app.TruePositive, Determination: c.in}}
		if got := r.For(c.src).Want.Determination; got != c.wanted {
			t.Errorf("%s takes %q as %q, want %q", c.src, c.in, got, c.wanted)
		}
	}
}

func TestRequestsThatMeanNothingAreRefused(t *testing.T) {
	long := make([]rune, maxText+1)
	for i := range long {
		long[i] = 'é'
	}
	for name, r := range map[string]Request{
		"empty comment": {Verb: Comment, Text: " \n"}, "long comment": {Verb: Comment, Text: string(long)},
		"close without class": {Verb: Close}, "close by status": {Verb: SetStatus, Want: app.Fields{Status: app.StatusClosed}},
		"status of the service": {Verb: SetStatus, Want: app.Fields{Status: app.StatusRedirected}},
		"no severity":           {Verb: SetSeverity}, "no tag": {Verb: Tag, AddTags: []string{""}}, "unknown": {Verb: "dance"},
	} {
		if err := check(r); app.KindOf(err) != app.KindInvalid || app.Say(err) == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := check(Request{Verb: Comment, Text: string(long[1:])}); err != nil {
		t.Errorf("the longest comment: %v", err)
	}
}
