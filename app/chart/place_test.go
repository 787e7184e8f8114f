package chart

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"watchfloor/app/identity"
	"watchfloor/app/metrics"
	"watchfloor/app/posture"
)

var lastDay = time.Date(2026, 3, 12, 0, 0, 0, 0, time.UTC)

func slots(days int) (out []metrics.Slot) {
	for i := range days {
		d := lastDay.AddDate(0, 0, i+1-days)
		out = append(out, metrics.Slot{First: d, Last: d, Complete: true, Known: true})
	}
	return out
}

// scoreStory is days of three models: one climbs, one drops when a control comes, one was
// not always seen and is once above its maximum.
func scoreStory(days int) metrics.Scores {
	s := metrics.Scores{Slots: slots(days), AsOf: lastDay.Add(9 * time.Hour), Since: lastDay.AddDate(0, 0, -400)}
	for k, m := range []posture.Model{posture.CloudClassic, posture.CloudRisk, posture.M365} {
		p := metrics.ScorePanel{Model: m}
		for i := range days {
			d := metrics.ScoreDay{Seen: true, Rated: true, Max: float64(60 + 340*k), Scores: []posture.Score{{}}}
			d.Current = d.Max * (0.4 + 0.3*float64(i)/float64(days))
			if k == 1 && i > days/2 {
				d.Max += 60
			}
			if k == 2 {
				d.Seen = i%9 < 7
				if i == days-2 {
					d.Current = d.Max * 1.1
				}
			}
			d.Percent = 100 * d.Current / d.Max
			p.Days = append(p.Days, d)
		}
		s.Panels = append(s.Panels, p)
	}
	return s
}

func moveStory() metrics.Moves {
	m := metrics.Moves{Period: metrics.Slot{First: lastDay.AddDate(0, 0, -29), Last: lastDay}, AsOf: lastDay}
	for k, model := range []posture.Model{posture.CloudClassic, posture.M365} {
		at := 31.5 + 300*float64(k)
		p := metrics.MovePanel{Model: model, Scopes: 3, Bars: []metrics.Bar{{Name: "On 11 Feb 2026", To: at, Total: true}}}
		for i, by := range []float64{-10, 4.5, -3, 2, 0.25} {
			p.Bars = append(p.Bars, metrics.Bar{Name: []string{"Enable MFA", "Remediate vulnerabilities on machines of all wards and of the old building", "Manage access", "Patch", "4 smaller moves"}[i], From: at, To: at + by})
			at += by
		}
		m.Panels = append(m.Panels, metrics.MovePanel{Model: p.Model, Scopes: p.Scopes, Bars: append(p.Bars, metrics.Bar{Name: "On 12 Mar 2026", To: at, Total: true})})
	}
	return m
}

func adviceStory() metrics.Advice {
	a := metrics.Advice{Today: slots(1)[0], AsOf: lastDay}
	a.Count = [6][5]int{{1, 2, 0, 0, 0}, {0, 4, 5, 2, 0}, {3, 6, 9, 4, 1}, {0, 0, 0, 0, 0}, {1, 8, 12, 14, 0}, {0, 0, 1, 0, 2}}
	return a
}

func heatStory() metrics.Heat {
	h := metrics.Heat{Period: metrics.Slot{First: lastDay.AddDate(0, 0, -29), Last: lastDay}, AsOf: lastDay}
	h.Cells = identity.Heat{Types: []string{"unfamiliarFeatures", "unlikelyTravel", "anonymizedIPAddress", "passwordSpray", "a<b>& \u202eype", "other"}, Countries: []string{"DE", "NL", "US", "", "BR", "other"}}
	for t := range h.Cells.Types {
		h.Cells.Count = append(h.Cells.Count, []int{120 / (t + 1), 31 / (t + 1), 12 - 2*t, t % 2, 0, 3})
	}
	h.Cells.N = 300
	return h
}

func funnelStory() metrics.Funnel {
	f := metrics.Funnel{Period: metrics.Slot{First: lastDay.AddDate(0, 0, -29), Last: lastDay}, AsOf: lastDay}
	for i, n := range []int{210, 14, 61, 70, 22, 33, 0, 24} {
		for k := range n {
			f.Stages[i] = append(f.Stages[i], metrics.Episode{Begin: lastDay, At: lastDay.Add(time.Duration(k) * time.Hour)})
		}
	}
	return f
}

func places() map[string]metrics.Chart {
	return map[string]metrics.Chart{"score": scoreStory(30), "score-long": scoreStory(180), "moves": moveStory(), "advice": adviceStory(), "heat": heatStory(), "funnel": funnelStory()}
}

func TestFiguresOfPlacesSayWhatTheyShow(t *testing.T) {
	for name, want := range map[string][]string{
		"score":  {"Secure score by day", "Defender for Cloud (classic)", "Cloud secure score (risk-based)", "Microsoft 365 secure score", "per cent of the maximum", "150 %", "12 Mar 2026"},
		"moves":  {"What moved the secure score", "Enable MFA", "−10", "+4.5", "…", "25.25"},
		"advice": {"under 7 days", "no date given", "Critical", "not told", ">35<"},
		"heat":   {"unlikelyTravel", "no country", "DE", "120", "other"},
		"funnel": {"Came to be at risk", "Still at risk", "70, median 1.4 days", "Pale: no person decided it."},
	} {
		var svg bytes.Buffer
		if err := Of(places()[name], Light, Auto).SVG(&svg, 1100, 520); err != nil {
			t.Fatal(err)
		}
		for _, w := range append(want, "time zone UTC", "as of 2026-03-12", "n = ") {
			if !strings.Contains(svg.String(), w) {
				t.Errorf("%s does not say %q", name, w)
			}
		}
		if strings.Contains(svg.String(), "<b>") || strings.ContainsRune(svg.String(), '\u202e') {
			t.Errorf("%s holds text of the tenant as it came", name)
		}
	}
}

// Every point of every series has one place, inside the picture.
func TestEveryPointOfAPlaceHasASpot(t *testing.T) {
	for name, c := range places() {
		for _, size := range [][2]int{{1000, 520}, {1600, 800}} {
			_, spots := Of(c, Dark, Auto).Picture(size[0], size[1], 1)
			seen := map[string]bool{}
			for _, s := range spots {
				seen[fmt.Sprint(s.Series, "/", s.Point)] = true
				if s.X < 0 || s.X > float64(size[0]) || s.Y < 0 || s.Y > float64(size[1]) || s.Top > s.Bottom {
					t.Errorf("%s: %+v is outside", name, s)
				}
			}
			want := len(c.Series()) * c.Len()
			if len(seen) != want || len(spots) != want {
				t.Errorf("%s at %v: %d places for %d points", name, size, len(spots), want)
			}
		}
	}
}

func TestPlacesWithoutFiguresSaySo(t *testing.T) {
	for _, k := range metrics.PlaceKinds {
		c, err := metrics.LoadPlace(t.Context(), metrics.Sources{}, k, 30, lastDay)
		if err != nil {
			t.Fatal(err)
		}
		var svg bytes.Buffer
		if err := Of(c, Dark, Auto).SVG(&svg, 800, 400); err != nil {
			t.Fatal(err)
		}
		if !slices.ContainsFunc([]string{"No secure score is kept of these days.", "No recommendation has unhealthy", "No risk was detected", "No user came to be at risk"},
			func(s string) bool { return strings.Contains(svg.String(), s) }) || !strings.Contains(svg.String(), "never synced") {
			t.Errorf("%s says nothing", k)
		}
	}
}

// WATCHFLOOR_LOOK names a folder to draw into, for eyes. No size may fail.
func TestPlacesAtEverySize(t *testing.T) {
	dir := os.Getenv("WATCHFLOOR_LOOK")
	for name, c := range places() {
		for _, size := range [][2]int{{320, 220}, {700, 620}, {1000, 460}} {
			for theme, word := range map[Theme]string{Light: "light", Dark: "dark"} {
				if dir == "" && theme == Dark && size[0] > 320 {
					continue // the layout is that of the other theme
				}
				if dir == "" {
					if got := Of(c, theme, Auto).Image(size[0], size[1], 1).Bounds(); got.Dx() != size[0] {
						t.Errorf("%s at %v is drawn on %v", name, size, got)
					}
				} else {
					var b bytes.Buffer
					if err := Of(c, theme, Auto).PNG(&b, size[0], size[1], 1); err != nil {
						t.Fatal(err)
					}
					if err := os.WriteFile(filepath.Join(dir, fmt.Sprint(name, "-", word, "-", size[0], ".png")), b.Bytes(), 0o600); err != nil {
						t.Fatal(err)
					}
				}
			}
		}
	}
}
