package report

import (
	"bytes"
	"context"
	"encoding/base64"
	"html"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"watchfloor/app"
	"watchfloor/app/metrics"
)

// steady is a history in which every day is alike.
type steady struct{ metrics.History }

func (steady) Flow(_ context.Context, from, to time.Time, _ *time.Location) (out []metrics.Day, err error) {
	for d := from.Truncate(24 * time.Hour); !d.After(to); d = d.AddDate(0, 0, 1) {
		out = append(out, metrics.Day{Date: d, Created: BySeverity{app.High: 3, app.Low: 4}, Closed: BySeverity{app.Low: 5}})
	}
	return out, nil
}
func (steady) AsOf(context.Context) (time.Time, error)  { return noon, nil }
func (steady) Since(context.Context) (time.Time, error) { return noon.AddDate(0, 0, -9), nil }
func (steady) Ages(_ context.Context, at []time.Time) ([]metrics.Ages, error) {
	out := make([]metrics.Ages, len(at))
	for i := range out {
		out[i] = metrics.Ages{1, 2, 3, 4, 60}
	}
	return out, nil
}

func withCharts(t *testing.T) Document {
	t.Helper()
	charts, err := HandoverCharts(t.Context(), steady{}, noon)
	if err != nil {
		t.Fatal(err)
	}
	return HandoverReport(shift(3), "", meta, charts...)
}

// In HTML charts are images that hold all of themselves, and the policy of the page
// allows no more than these.
func TestChartsOfAPage(t *testing.T) {
	var b bytes.Buffer
	if err := withCharts(t).HTML(&b); err != nil {
		t.Fatal(err)
	}
	page := html.UnescapeString(b.String())
	if !strings.Contains(page, `content="default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"`) {
		t.Error("the policy forbids the charts, or allows more than them")
	}
	pictures := regexp.MustCompile(`<img [^>]*src="data:image/svg\+xml;base64,([^"]+)"`).FindAllStringSubmatch(page, -1)
	if len(pictures) != 2 || strings.Count(page, "<img") != 2 {
		t.Fatalf("%d pictures that hold themselves of %d", len(pictures), strings.Count(page, "<img"))
	}
	for i, want := range []string{"Incidents created and closed per day", "Open incidents by age"} {
		svg, err := base64.StdEncoding.DecodeString(pictures[i][1])
		if err != nil || !bytes.Contains(svg, []byte(want)) || bytes.Contains(svg, []byte("<script")) {
			t.Errorf("picture %d is not %s (%v)", i, want, err)
		}
		if !strings.Contains(page, `alt="`+want) {
			t.Errorf("nobody who does not see it is told of %s", want)
		}
	}
}

// Markdown has the figures of a fortnight as tables, the newest first.
func TestChartsAsTables(t *testing.T) {
	var b bytes.Buffer
	if err := withCharts(t).Markdown(&b); err != nil {
		t.Fatal(err)
	}
	md := b.String()
	for _, want := range []string{"| Day \\(UTC\\) | Created, all | Closed, all |", "| Thu 12 Mar 2026 \\(not complete\\) | 7 | 5 |", "| Fri 27 Feb 2026 | 70 | 1 | 2 | 3 | 4 | 60 |"} {
		if !strings.Contains(md, want) {
			t.Errorf("no %q", want)
		}
	}
	if strings.Contains(md, "Thu 26 Feb 2026") || strings.Contains(md, "![") {
		t.Error("a picture, or more than a fortnight")
	}
}

// In PDF charts are drawn in lines and text.
func TestChartsOnPaper(t *testing.T) {
	d := withCharts(t)
	file := saved(t, "charts.pdf", pdf(t, d))
	got := ask(t, tool(t, "pdftotext"), "-layout", file, "-")
	for _, want := range []string{"Incidents created and closed per day", "7-day median of created", "7 days or older: 60", "time zone UTC", "Still open, owned"} {
		if !strings.Contains(got, want) {
			t.Errorf("the text has no %q", want)
		}
	}
	if images := ask(t, tool(t, "pdfimages"), "-list", file); strings.Count(images, "\n") > 2 {
		t.Errorf("the charts are pixels: %s", images)
	}
	if !bytes.Equal(pdf(t, d), pdf(t, d)) {
		t.Error("the same hand-over gave two files")
	}
}

// Whatever tenants and people are called, a hand-over of several has the same elements.
func TestGoal40HostileTenantNamesAddNothing(t *testing.T) {
	page := func(name string) []string {
		h := Join([]Handover{shift(3), shift(3)}, []string{name, "Lab"})
		var b bytes.Buffer
		if err := HandoverReport(h, "note", Meta{Tenant: name + ", Lab", At: noon, By: name}).HTML(&b); err != nil {
			t.Fatal(err)
		}
		elements, words := outline(t, b.String())
		for _, live := range []string{"https://evil", "203.0.113.7", "jo@evil", "\u202e", "\x1b"} {
			if strings.Contains(words, live) {
				t.Errorf("%q: the page shows %q", name, live)
			}
		}
		return elements
	}
	want := page("Clinic")
	for _, name := range hostile {
		if got := page(name); !slices.Equal(got, want) {
			t.Errorf("%q changes the elements of the page", name)
		}
	}
}
