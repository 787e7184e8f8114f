package ui

import (
	"strconv"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"watchfloor/app"
	"watchfloor/app/outbox"
	"watchfloor/app/sync"
	"watchfloor/ui/keys"
	"watchfloor/ui/look"
	"watchfloor/ui/posture"
	"watchfloor/ui/present"
	"watchfloor/ui/queue"
	"watchfloor/ui/widget"
)

// staleAfter is the age of a source's last sync from which it is called stale.
const staleAfter = 15 * time.Minute

// statusLine is the strip at the lower edge.
type statusLine struct {
	sh      *Shell
	root    *fyne.Container
	bar     *fyne.Container
	left    *widget.Line
	unsent  *widget.Line
	middle  *widget.Line
	zone    *widget.Button
	offline *widget.Button
	lock    *widget.Button
	help    *widget.Button
}

func newStatusLine(sh *Shell) *statusLine {
	s := &statusLine{sh: sh, left: widget.Natural(look.Cell{}), unsent: widget.Natural(look.Cell{}), middle: widget.Natural(look.Cell{})}
	s.left.TextSize, s.unsent.TextSize, s.middle.TextSize = theme.SizeNameCaptionText, theme.SizeNameCaptionText, theme.SizeNameCaptionText
	s.offline = widget.NewButton("Ctrl+O", "go offline", func() { sh.run(keys.Offline) })
	s.lock = widget.NewButton("Ctrl+R", "read-only", func() { sh.run(keys.ReadOnlyEverywhere) })
	s.zone = widget.NewButton("U", "UTC", func() { sh.run(keys.Zone) })
	s.help = widget.NewButton("?", "keys", func() { sh.run(keys.HelpCmd) })
	for _, b := range []*widget.Button{s.offline, s.lock, s.zone, s.help} {
		b.Quiet = true
	}
	right := widget.Row(0, s.offline, s.lock, s.zone, s.help)
	s.bar = container.New(shares{s.left, s.unsent, s.middle, right}, s.left, s.unsent, s.middle, right)
	s.root = widget.Over(widget.Panel(), s.bar)
	return s
}

func (s *statusLine) draw() {
	sh := s.sh
	s.left.Set(sh.lockSign(freshness(sh.state, sh.clock())))
	s.drawLock()
	s.unsent.Set(unsent(sh.counts))
	s.middle.Set(sh.said())
	zone := "local time"
	if sh.utc {
		zone = "UTC"
	}
	s.zone.Set(zone, false)
	label := "go offline"
	if sh.state.OfflineByChoice {
		label = "go online"
	}
	s.offline.Set(label, false)
	s.bar.Refresh()
}

const between = "   ·   "

// freshness says how each source stands.
func freshness(s sync.State, c present.Clock) look.Cell {
	var parts []string
	out := look.Cell{Tone: look.Dim}
	for i := 0; i < len(s.Sources); {
		tenant, said := s.Sources[i].Tenant, []string{}
		for before := ""; i < len(s.Sources) && s.Sources[i].Tenant == tenant; i++ {
			word, warn := sourceWords(s.Sources[i], c)
			code := s.Sources[i].Source.Code()
			if n := len(said) - 1; n >= 0 && s.Sources[i].Phase == sync.Failing && word == before { // one cause, said once
				said[n] = strings.TrimSuffix(said[n], " "+word) + ", " + code + " " + word
			} else {
				said = append(said, code+" "+word)
			}
			before = word
			if warn {
				out.Tone = look.Warn
			}
		}
		if tenant == "" {
			parts = append(parts, said...)
		} else {
			parts = append(parts, present.Field(tenant)+": "+strings.Join(said, ", "))
		}
	}
	if s.Offline() {
		parts = append(parts, "OFFLINE since "+c.At(s.OfflineSince))
	}
	out.Text = strings.Join(parts, between)
	return out
}

// unsent says what waits in the outbox, and for whom.
func unsent(n outbox.Counts) look.Cell {
	var parts []string
	out := look.Cell{Tone: look.Normal}
	if n.Waiting() > 0 {
		parts = append(parts, strconv.Itoa(n.Waiting())+" queued")
	}
	if n.Conflict > 0 {
		parts = append(parts, plural(n.Conflict, "conflict"))
		out.Tone = look.Warn
	}
	if n.Failed > 0 {
		parts = append(parts, strconv.Itoa(n.Failed)+" failed")
		out.Tone = look.Warn
	}
	out.Text = strings.Join(parts, between)
	return out
}

// patience is how old a source's last sync may be: scores and recommendations are pulled
// once an hour.
func patience(id app.SourceID) time.Duration {
	if id == app.CloudPosture || id == app.M365Score {
		return posture.StaleAfter
	}
	return staleAfter
}

func sourceWords(x sync.Status, c present.Clock) (words string, warn bool) {
	switch x.Phase {
	case sync.FirstPull:
		words = "first pull " + queue.Figure(x.Rows, false)
		if x.Total > 0 {
			words += " of " + queue.Figure(x.Total, false)
		}
		return words, false
	case sync.Waiting:
		return "asked to wait " + wait(x.Until.Sub(c.Now)), true
	case sync.Failing:
		return "failing: " + x.Problem, true
	}
	if x.LastSuccess.IsZero() {
		return "not synced yet", x.Phase != sync.Updating
	}
	words = c.At(x.LastSuccess)
	if c.Now.Sub(x.LastSuccess) > patience(x.Source) {
		words, warn = "as of "+words, true
	}
	switch x.Phase {
	case sync.Updating:
		words += ", updating"
	case sync.Reading:
		words += ", " + queue.Figure(x.DetailsDue, false) + " details to read"
	}
	return words, warn
}

// where is a source, with its tenant where there are several.
func where(x sync.Status) string {
	if x.Tenant == "" {
		return x.Source.Label()
	}
	return present.Field(x.Tenant) + ", " + x.Source.Label()
}

func wait(d time.Duration) string {
	return strconv.Itoa(max(0, int(d.Round(time.Second).Seconds()))) + " s"
}

func plural(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return strconv.Itoa(n) + " " + word + "s"
}

// bannerText is what the strip over the page says; empty without cause. tenant is the
// only one's name.
func bannerText(s sync.State, n outbox.Counts, c present.Clock, tenant string) look.Cell {
	if s.Offline() {
		text := "Offline since " + c.At(s.OfflineSince) + " – changes are queued (" + strconv.Itoa(n.Waiting()) + ")."
		if s.OfflineByChoice {
			text += " Ctrl+O goes online."
		}
		return look.Cell{Text: text, Shape: look.Ring, ShapeTone: look.Dim, Bold: true}
	}
	if x, ok := asks(s); ok {
		return asking(x, tenant)
	}
	for _, x := range s.Sources {
		switch {
		case x.Phase == sync.Waiting && x.Until.Sub(c.Now) > 5*time.Second:
			return look.Cell{Text: "Microsoft asked us to wait " + wait(x.Until.Sub(c.Now)) + " (" + where(x) + "). Your own actions go first.", Tone: look.Warn}
		case x.Problem != "":
			return look.Cell{Text: where(x) + ": " + x.Problem, Tone: look.Warn}
		}
	}
	return look.Cell{}
}
