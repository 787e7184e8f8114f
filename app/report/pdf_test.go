package report

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"codeberg.org/go-fonts/dejavu/dejavuserif"
)

func pdf(t *testing.T, d Document) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := d.PDF(&b, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// tool is a program of the system; the test is skipped where it is missing.
func tool(t *testing.T, names ...string) string {
	t.Helper()
	for _, n := range names {
		if p, err := exec.LookPath(n); err == nil {
			return p
		}
	}
	t.Skipf("no %s is installed here", names[0])
	return ""
}

func ask(t *testing.T, program string, args ...string) string {
	t.Helper()
	out, err := tryAsk(t, program, args...)
	if err != nil {
		t.Fatalf("%s: %v", program, err)
	}
	return out
}

func tryAsk(t *testing.T, program string, args ...string) (string, error) {
	out, err := exec.CommandContext(t.Context(), program, args...).Output()
	return string(out), err
}

func saved(t *testing.T, name string, content []byte) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestSameSnapshotSamePDF(t *testing.T) {
	c := richCase(10, 20, 5)
	first := pdf(t, Case(c, meta))
	for range 3 {
		if !bytes.Equal(first, pdf(t, Case(c, meta))) {
			t.Fatal("the same case gave two files")
		}
	}
}

var stream = regexp.MustCompile(`(?s)stream\r?\n.*?endstream`)

// Nothing in the file acts, whatever text it shows.
func TestGoal40HostileTextActsNotInAPDF(t *testing.T) {
	c := caseOf(strings.Join(append(attacks, "/URI (x) /JS /Launch /EmbeddedFile", "<< /A << /S /JavaScript >> >>", ") Tj ET endstream endobj", `\) Tj (`), " "))
	bones := stream.ReplaceAllString(string(pdf(t, Case(c, meta))), "")
	title := regexp.MustCompile(`/Title \(.*`).FindString(bones)
	bones = strings.Replace(bones, title, "", 1)
	for _, no := range []string{"/URI", "/JS", "/JavaScript", "/Launch", "/EmbeddedFile", "/Annot", "/AA", "/AcroForm", "/GoToR", "/SubmitForm"} {
		if regexp.MustCompile(regexp.QuoteMeta(no) + `\b`).MatchString(bones) {
			t.Errorf("the file has %s", no)
		}
	}
	if m := regexp.MustCompile(`/OpenAction[^\n]*`).FindString(bones); m != "" && !strings.Contains(m, "/Fit") {
		t.Errorf("on opening: %s", m)
	}
}

// poppler reads the file: every word is there, every font is inside, cut down, no picture.
func TestPopplerReadsThePDF(t *testing.T) {
	text, fonts, images := tool(t, "pdftotext"), tool(t, "pdffonts"), tool(t, "pdfimages")
	file := saved(t, "case.pdf", pdf(t, Case(richCase(12, 20, 9), meta)))
	got := ask(t, text, "-layout", file, "-")
	for _, want := range []string{
		"Hands-on-keyboard attack", "Zoë Müller-Łukasz", "Ελένη Παπαδοπούλου", "Владимир Щукин", "⟨U+738B⟩", "203.0.113[.]7", "hxxps://login-contoso[.]example",
		"▲ High", "◆ Medium", "● Low", "○ Informational", "page 1 of", "Contoso clinic", "Timeline", "Evidence", "Log",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("the text has no %q", want)
		}
	}
	if strings.Contains(got, "203.0.113.7") || strings.Contains(got, "https://") {
		t.Error("an indicator is live")
	}
	lines := strings.Split(strings.TrimSpace(ask(t, fonts, file)), "\n")[2:]
	for _, l := range lines {
		if f := strings.Fields(l); len(f) < 7 || !strings.Contains(l, "TrueType") || f[4] != "yes" {
			t.Errorf("a font that is not inside: %s", l)
		}
	}
	if len(lines) != 2 {
		t.Errorf("%d fonts, want the regular and the bold one", len(lines))
	}
	if pictures := ask(t, images, "-list", file); strings.Count(pictures, "\n") > 2 {
		t.Errorf("pictures: %s", pictures)
	}
}

// A whole hostile corpus is on the pages as text, and every page ends inside its margins.
func TestGoal40PDFShowsHostileTextAsText(t *testing.T) {
	text := tool(t, "pdftotext")
	var told []string
	for _, h := range hostile {
		told = append(told, inert(h))
	}
	c := richCase(1, 1, 1)
	c.Comments[0].Text = strings.Join(told, "\n")
	got := strings.Join(strings.Fields(ask(t, text, "-raw", saved(t, "h.pdf", pdf(t, Case(c, meta))), "-")), "")
	for _, h := range told {
		plain := strings.Map(func(r rune) rune {
			if r > 0x2000 && r != '⟨' && r != '⟩' || r >= 0x590 && r < 0x700 || r == 0x301 || r == 0xfffd {
				return -1
			}
			return r
		}, strings.Join(strings.Fields(h), ""))
		if plain == strings.Join(strings.Fields(h), "") && len(plain) < 60 && !strings.Contains(got, plain) {
			t.Errorf("%q is not there", h)
		}
	}
}

// serif answers as if it were a font of the system.
type serif struct{ asked int }

func (s *serif) Font([]rune) []byte { s.asked++; return dejavuserif.TTF }

// broken answers with what is no font.
type broken struct{}

func (broken) Font([]rune) []byte { return []byte("no font") }

// A font that helps is embedded, one that does not is not, and a broken one harms
// nothing.
func TestFontsOfTheSystem(t *testing.T) {
	c := richCase(1, 9, 1)
	plain := pdf(t, Case(c, meta))
	for name, f := range map[string]interface{ Font([]rune) []byte }{"helps with nothing": &serif{}, "broken": broken{}} {
		var b bytes.Buffer
		if err := Case(c, meta).PDF(&b, f); err != nil || !bytes.Equal(b.Bytes(), plain) {
			t.Errorf("%s: the file differs (%v)", name, err)
		}
	}
	s := &serif{}
	c = richCase(1, 1, 0)
	if err := Case(c, meta).PDF(&bytes.Buffer{}, s); err != nil || s.asked != 0 {
		t.Errorf("asked %d times although nothing is missing (%v)", s.asked, err)
	}
}

// Text of any size goes over as many pages as it needs.
func TestTallRowsAndLongTextGoOverPages(t *testing.T) {
	c := richCase(2, 1, 1)
	c.Incident.Description = strings.Repeat("A long story told by a rule. ", 2_000)
	c.Alerts[0].Description = strings.Repeat("line of an alert\n", 300)
	file := saved(t, "tall.pdf", pdf(t, Case(c, meta)))
	got := ask(t, tool(t, "pdftotext"), "-layout", file, "-")
	if n := strings.Count(got, "line of an alert"); n != 300 {
		t.Errorf("%d of 300 lines are there", n)
	}
	if strings.Count(got, "Time (UTC)") < 3 {
		t.Error("the header of the table is not repeated")
	}
}

// Chromium opens the hand-over: the words are there and nothing was loaded.
func TestChromiumShowsTheHandover(t *testing.T) {
	browser := tool(t, "chromium", "chromium-browser", "google-chrome")
	var page bytes.Buffer
	if err := HandoverReport(shift(5), "Watch srv-file-02.", meta).HTML(&page); err != nil {
		t.Fatal(err)
	}
	log := filepath.Join(t.TempDir(), "net.json")
	out, err := exec.CommandContext(t.Context(), browser, "--headless", "--no-sandbox", "--disable-gpu", "--user-data-dir="+t.TempDir(), "--virtual-time-budget=2000",
		"--log-net-log="+log, "--dump-dom", "file://"+saved(t, "shift.html", page.Bytes())).Output()
	if err != nil {
		t.Skipf("this Chromium does not start: %v", err)
	}
	for _, want := range []string{"Watch srv-file-02.", "1 action in conflict", "Zoë Müller-Łukasz", "outside[@]evil[.]example"} {
		if !strings.Contains(string(out), want) {
			t.Errorf("does not show %q", want)
		}
	}
	if asked, err := os.ReadFile(log); err == nil && strings.Contains(string(asked), "evil") {
		t.Error("an indicator was looked up")
	}
}
