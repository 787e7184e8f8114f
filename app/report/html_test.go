package report

import (
	"bytes"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"watchfloor/app"
	"watchfloor/app/triage"
)

func render(t *testing.T, c triage.Case) string {
	t.Helper()
	var b bytes.Buffer
	if err := CaseHTML(&b, c, Meta{Tenant: "Contoso <lab>", At: noon}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// outline is what of a page can act or structure: elements with their attributes, but
// no text.
func outline(t *testing.T, page string) (elements []string, text string) {
	t.Helper()
	var words strings.Builder
	for z := html.NewTokenizer(strings.NewReader(page)); ; {
		switch z.Next() {
		case html.ErrorToken:
			return elements, words.String()
		case html.StartTagToken, html.SelfClosingTagToken:
			tok := z.Token()
			for _, a := range tok.Attr {
				if strings.HasPrefix(a.Key, "on") || a.Key == "href" || a.Key == "src" || a.Key == "style" || a.Key == "action" || a.Key == "id" {
					t.Errorf("<%s> has the attribute %s=%q", tok.Data, a.Key, a.Val)
				}
			}
			elements = append(elements, tok.String())
		case html.TextToken:
			words.Write(z.Text())
		}
	}
}

// Whatever text the tenant holds, the page has the same elements as with harmless text.
func TestGoal40HostileTextAddsNoElement(t *testing.T) {
	want, _ := outline(t, render(t, caseOf("harmless")))
	for _, h := range hostile {
		got, text := outline(t, render(t, caseOf(h)))
		if strings.Join(got, "") != strings.Join(want, "") {
			t.Errorf("%q changes the elements of the page", h)
		}
		for _, live := range []string{"https://evil", "203.0.113.7", "jo@evil", "\u202e", "\u200b", "\x1b", "\x00"} {
			if strings.Contains(text, live) {
				t.Errorf("%q: the page shows %q", h, live)
			}
		}
	}
	for _, e := range want {
		for _, no := range []string{"<script", "<a ", "<a>", "<img", "<link", "<iframe", "<form", "<object", "<base"} {
			if strings.HasPrefix(e, no) {
				t.Errorf("the page has %s", e)
			}
		}
	}
}

func TestGoal40PageForbidsEverythingFromOutside(t *testing.T) {
	page := render(t, caseOf("x"))
	if !strings.Contains(page, `content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"`) {
		t.Error("the content security policy is missing or wider")
	}
	if i, j := strings.Index(page, "Content-Security-Policy"), strings.Index(page, "<style"); i < 0 || i > j {
		t.Error("the policy must come before what it governs")
	}
}

func TestSameSnapshotSameBytes(t *testing.T) {
	first, second := render(t, caseOf("x")), render(t, caseOf("x"))
	if first != second {
		t.Error("the same case gave two pages")
	}
}

func TestPageTellsWhatItKnowsAndWhatNot(t *testing.T) {
	full := render(t, caseOf("Beacon"))
	for _, want := range []string{
		"▲", "High", "Closed", "twin #Beacon", "2026-03-12 12:00 UTC", "✓ done", "not sent yet", "The source has deleted", "2 action(s)",
		"The twins disagree", "in conflict", "Contoso &lt;lab&gt;", "Defender XDR", "byte for byte",
	} {
		if !strings.Contains(full, want) {
			t.Errorf("does not say %q", want)
		}
	}
	bare := triage.Case{Row: triage.Row{Number: "5", Title: "x"}, Incident: app.Incident{Title: "x"}}
	if page := render(t, bare); strings.Count(page, "Not read from the source yet.") != 4 || !strings.Contains(page, "nobody") {
		t.Error("details that were never read must not look like none")
	}
	bare.DetailsAt = noon
	if page := render(t, bare); strings.Contains(page, "Not read") || !strings.Contains(page, "None.") {
		t.Error("details that were read and are empty are none")
	}
}
