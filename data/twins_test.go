package data

import (
	"slices"
	"testing"
	"time"

	"watchfloor/app"
)

// An alert that both products have is shown once: by the id that both state, else by
// title, severity and time; and an id pairs before likeness can take its partner away.
func TestAnAlertOfTwinsIsShownOnce(t *testing.T) {
	alert := func(id, provider, title string, after time.Duration) app.Alert {
		return app.Alert{ID: id, ProviderID: provider, Title: title, Severity: app.High, First: noon.Add(after), Created: noon.Add(after)}
	}
	for name, c := range map[string]struct {
		defender, sentinel []app.Alert
		want               []string
	}{
		"the same id, another title and hour": {[]app.Alert{alert("d1", "p1", "Renamed", 0)}, []app.Alert{alert("s1", "p1", "Mail", time.Hour)}, []string{"d1"}},
		"an id at one of them only":           {[]app.Alert{alert("d1", "p1", "Mail", 0)}, []app.Alert{alert("s1", "", "Mail", time.Minute)}, []string{"d1"}},
		"ids that differ, else alike":         {[]app.Alert{alert("d1", "p1", "Mail", 0)}, []app.Alert{alert("s1", "q1", "Mail", time.Minute)}, []string{"d1"}},
		"nothing in common":                   {[]app.Alert{alert("d1", "p1", "Mail", 0)}, []app.Alert{alert("s1", "q1", "Mail", time.Hour)}, []string{"d1", "s1"}},
		"no ids at all are no match":          {[]app.Alert{alert("d1", "", "Mail", 0)}, []app.Alert{alert("s1", "", "Other", 0)}, []string{"d1", "s1"}},
		// s1 is like d1 but is d2; only s2 is like d1 besides.
		"the id goes before likeness": {
			[]app.Alert{alert("d1", "", "Mail", 0), alert("d2", "p2", "Mail", time.Hour)},
			[]app.Alert{alert("s1", "p2", "Mail", time.Minute), alert("s2", "", "Mail", 2*time.Minute)},
			[]string{"d1", "d2"},
		},
		"one for one": {[]app.Alert{alert("d1", "p1", "Mail", 0)}, []app.Alert{alert("s1", "p1", "Mail", 0), alert("s2", "p1", "Mail", 0)}, []string{"d1", "s2"}},
	} {
		cache, _ := newCache(t)
		ours := pulled(app.Defender, "4711")
		ours.Details = &app.Details{Alerts: c.defender}
		storePage(t, cache, app.Defender, ours)
		theirs := pulled(app.Sentinel, "aaaa", func(in *app.Incident) { in.ProviderName, in.ProviderID = "Microsoft XDR", "4711" })
		theirs.Details = &app.Details{Alerts: c.sentinel}
		storePage(t, cache, app.Sentinel, theirs)
		var got []string
		for _, a := range readCase(t, cache, find(t, cache, "4711")).Alerts {
			got = append(got, a.ID)
		}
		slices.Sort(got)
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
		cache.Close()
	}
}

// Details that were read before this release knew the id of the product are stored again
// when they are next read, though nothing else changed.
func TestTheIdOfTheProductIsStoredWhenDetailsAreReadAgain(t *testing.T) {
	cache, _ := newCache(t)
	storePage(t, cache, app.Sentinel, pulled(app.Sentinel, "aaaa"))
	id := find(t, cache, "aaaa")
	for _, provider := range []string{"", "p1"} {
		if err := cache.StoreDetails(t.Context(), map[int64]app.Details{id: {Alerts: []app.Alert{{ID: "s1", ProviderID: provider, Title: "Mail"}}}}); err != nil {
			t.Fatal(err)
		}
		if a := readCase(t, cache, id).Alerts; len(a) != 1 || a[0].ProviderID != provider {
			t.Errorf("%+v, want the id %q", a, provider)
		}
	}
}
