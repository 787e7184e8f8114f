package report

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"watchfloor/app"
)

// share are the payloads for the k-th kind of report, some together for each text. All
// kinds write their texts by the same functions: in every run each payload meets one kind,
// where WATCHFLOOR_SOAK=1 all of them, one by one.
func share(all []string, k int) (out [][]string) {
	for some := range slices.Chunk(all, dose(16, 1)) {
		out = append(out, some)
	}
	if dose(0, 1) == 1 {
		return out
	}
	mine := 0
	for i, some := range out {
		if i%len(kinds) == k {
			out[mine], mine = some, mine+1
		}
	}
	return out[:mine]
}

// Goal 40: 500 payloads in every text of every kind of report add no element, no handler
// and no address to the page.
func TestGoal40NoPayloadAddsAnElement(t *testing.T) {
	all := payloads()
	if len(all) < 500 {
		t.Fatalf("only %d payloads", len(all))
	}
	page := func(d Document) string {
		var b bytes.Buffer
		if err := d.HTML(&b); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	for i, k := range kinds {
		want, _ := outline(t, page(k.of("harmless")))
		for _, some := range share(all, i) {
			text := strings.Join(some, " ")
			got, words := outline(t, page(k.of(text)))
			if !slices.Equal(got, want) {
				t.Fatalf("%s: %q changes the elements: %s", k.name, some, firstDifference(got, want))
			}
			for _, live := range []string{"https://evil", "http://evil", "\u202e", "\u2028", "\x00"} {
				if strings.Contains(words, live) {
					t.Errorf("%s: %q shows %q", k.name, some, live)
				}
			}
		}
	}
}

func TestGoal40NoPayloadActsInMarkdown(t *testing.T) {
	m := readers["unsafe"]
	for i, k := range kinds {
		want, _ := shape(t, m, markdown(t, k.of("harmless")))
		for _, some := range share(payloads()[len(attacks):], i) { // those of Markdown itself have their own test
			got, _ := shape(t, m, markdown(t, k.of(strings.Join(some, " "))))
			if !slices.Equal(got, want) {
				t.Fatalf("%s: %q changes what is shown: %s", k.name, some, firstDifference(got, want))
			}
		}
	}
}

// Chromium opens one page with all payloads: it holds our elements and no other, none of
// them ran, and nothing was asked for.
func TestGoal40ChromiumRunsNoPayload(t *testing.T) {
	browser := tool(t, "chromium", "chromium-browser", "google-chrome")
	open := func(page []byte) (dom, net string, ok bool) {
		log := filepath.Join(t.TempDir(), "net.json")
		dom, err := tryAsk(t, browser, "--headless", "--no-sandbox", "--disable-gpu", "--user-data-dir="+t.TempDir(), "--virtual-time-budget=2000",
			"--log-net-log="+log, "--dump-dom", "file://"+saved(t, "page.html", page))
		if err != nil {
			return "", "", false
		}
		b, err := os.ReadFile(log)
		return dom, string(b), err == nil
	}
	careless := `<title>x</title><img src="http://127.0.0.1:9/careless.png">` + hostile[0]
	dom, net, ok := open([]byte(careless))
	if !ok || !strings.Contains(dom, "<title>PWNED") || !strings.Contains(net, "careless.png") {
		t.Skip("this Chromium does not start, runs no script, or writes no log of what it asks for")
	}
	all := payloads()
	c := caseOf(strings.Join(hostile, " "))
	c.Comments = nil
	for i, p := range all { // in a head, in a text and in a cell
		c.Comments = append(c.Comments, app.Comment{Author: all[len(all)-1-i], Text: p, Created: noon})
		c.Entities = append(c.Entities, app.Entity{Kind: "host", Name: p, Key: p})
	}
	page := []byte(render(t, c))
	dom, net, ok = open(page)
	if !ok {
		t.Fatal("Chromium did not open the page")
	}
	if strings.Contains(dom, "<title>PWNED") {
		t.Error("a payload ran")
	}
	ours, _ := outline(t, string(page))
	allowed := map[string]bool{"tbody": true} // which a browser adds
	for _, e := range ours {
		allowed[name(e)] = true
	}
	seen, _ := outline(t, dom)
	for _, e := range seen {
		if !allowed[name(e)] {
			t.Errorf("the page holds %s", e)
		}
	}
	if len(seen) < len(ours) {
		t.Errorf("%d elements of %d: the page was cut short", len(seen), len(ours))
	}
	for _, asked := range regexp.MustCompile(`"url":"([^"]*)"`).FindAllStringSubmatch(net, -1) {
		if strings.Contains(asked[1], "evil") || strings.HasPrefix(asked[1], "javascript") || strings.HasPrefix(asked[1], "data:text") {
			t.Errorf("the page asked for %s", asked[1])
		}
	}
}

func name(element string) string {
	z := html.NewTokenizer(strings.NewReader(element))
	z.Next()
	tag, _ := z.TagName()
	return string(tag)
}

// Goal 40: what a PDF shows makes nothing in it act. poppler looks with other eyes.
func TestGoal40PDFHoldsNothingThatActs(t *testing.T) {
	structure := []string{
		"/URI (https://evil.example)", "/JS (app.alert(1))", "/Launch", "/EmbeddedFile", "/OpenAction << /S /JavaScript >>", "<< /A << /S /URI /URI (x) >> >>", ") /OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >> (",
		"endobj 1 0 obj << /Type /Catalog /OpenAction 2 0 R >> endobj", ") Tj ET endstream endobj", `\) Tj (`, `\`, "\\)", "(((", ")))", "%%EOF", "trailer << /Root 1 0 R >>", "xref", "stream\nx\nendstream", "þÿ", "\xfe\xff\x00)",
	}
	text := strings.Join(append(structure, payloads()[:dose(40, 500)]...), " ")
	for _, k := range kinds {
		kind, d := k.name, k.of(text)
		d.Title = strings.Join(structure, " ")
		content := pdf(t, d)
		bones := stream.ReplaceAllString(string(content), "")
		title := regexp.MustCompile(`(?s)/Title \(.*?[^\\]\)\n`).FindString(bones)
		bones = strings.Replace(bones, title, "", 1)
		for _, no := range []string{"/URI", "/JS", "/JavaScript", "/Launch", "/EmbeddedFile", "/EF", "/Filespec", "/Annot", "/AA", "/AcroForm", "/XFA", "/GoToR", "/GoToE", "/SubmitForm", "/ImportData", "/RichMedia", "/Movie", "/Sound", "/ObjStm"} {
			if regexp.MustCompile(regexp.QuoteMeta(no) + `\b`).MatchString(bones) {
				t.Errorf("%s: the file has %s", kind, no)
			}
		}
		if strings.Contains(bones, "/OpenAction") && !regexp.MustCompile(`/OpenAction \[\d+ 0 R /Fit[HV]? ?(null)?\]`).MatchString(bones) {
			t.Errorf("%s: on opening: %s", kind, regexp.MustCompile(`/OpenAction[^\n]*`).FindString(bones))
		}
		file := saved(t, "x.pdf", content)
		if said := ask(t, tool(t, "pdfinfo"), "-js", file); strings.TrimSpace(said) != "" {
			t.Errorf("%s: scripts: %s", kind, said)
		}
		if said := ask(t, tool(t, "pdfinfo"), "-url", file); strings.Count(strings.TrimSpace(said), "\n") > 0 {
			t.Errorf("%s: links: %s", kind, said)
		}
		if said := ask(t, tool(t, "pdfdetach"), "-list", file); !strings.HasPrefix(said, "0 embedded files") {
			t.Errorf("%s: %s", kind, said)
		}
	}
}

// JSON of every report is one value, whatever is in it.
func TestGoal40JSONStaysOneValue(t *testing.T) {
	for _, p := range payloads() {
		var b bytes.Buffer
		if err := WriteJSON(&b, map[string]string{"x": p, p: "y"}); err != nil || !json.Valid(b.Bytes()) || bytes.Contains(b.Bytes(), []byte("</script")) {
			t.Errorf("%q: %v, %s", p, err, b.Bytes())
		}
	}
}
