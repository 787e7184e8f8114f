package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// gate is the one place where something dangerous may be named: a selector such as
// OpenURL, of whatever it is taken.
type gate struct {
	names []string
	// only are the folders that may; none means nobody.
	only []string
	why  string
}

var gates = []gate{
	{
		names: []string{"OpenURL", "OpenURI"},
		why:   "an address is opened by integrations/browser, which takes a portal.Address",
	},
	{
		names: []string{"NewHyperlink", "NewHyperlinkWithStyle", "Hyperlink", "HyperlinkSegment", "SetURLFromString"},
		why:   "nothing in the window is a live link",
	},
	{
		names: []string{"NewRichTextFromMarkdown", "ParseMarkdown", "AppendMarkdown", "ImageSegment", "NewImageFromURI", "LoadResourceFromURLString", "NewIconFromURI"},
		why:   "tenant text is plain text: Markdown makes live links and loads remote images",
	},
	{
		names: []string{"NewNotification", "SendNotification"},
		why:   "a notification goes through PowerShell on Windows, and over a locked screen: none is sent",
	},
	{
		names: []string{"Command", "CommandContext", "StartProcess", "ForkExec"}, only: []string{"integrations/browser", "integrations/filemanager"},
		why: "programs are started where their arguments are checked, without a shell",
	},
}

// starters are the packages whose selectors are looked at where a name is common.
var starters = map[string]bool{"os/exec": true, "os": true, "syscall": true}

// Goal 41: what opens, links or starts something stands in one place each.
func TestGoal41ThereIsOneGate(t *testing.T) {
	seen := 0
	for _, p := range packages(t) {
		for _, name := range p.files(t) {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			seen++
			f := parse(t, filepath.Join(p.Dir, name), parser.SkipObjectResolution)
			for _, wrong := range throughGates(p.rel(), f) {
				t.Errorf("%s/%s: %s", p.rel(), name, wrong)
			}
		}
	}
	if seen < 300 {
		t.Fatalf("only %d files seen", seen)
	}
}

// throughGates says what a file of a folder names although it may not.
func throughGates(folder string, f *ast.File) (wrong []string) {
	imports := map[string]string{}
	for _, i := range f.Imports {
		path, _ := strconv.Unquote(i.Path.Value)
		as := path[strings.LastIndexByte(path, '/')+1:]
		if i.Name != nil {
			as = i.Name.Name
		}
		imports[as] = path
		if as == "." {
			wrong = append(wrong, "imports "+path+" without a name, behind which a gate is not seen")
		}
	}
	ast.Inspect(f, func(n ast.Node) bool {
		s, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		for _, g := range gates {
			for _, name := range g.names {
				if s.Sel.Name != name || belowAny(folder, g.only) {
					continue
				}
				of, _ := s.X.(*ast.Ident)
				if strings.HasPrefix(name, "Command") || name == "StartProcess" || name == "ForkExec" {
					if of == nil || !starters[imports[of.Name]] {
						continue // a command of the keyboard or of cobra
					}
				}
				wrong = append(wrong, "names "+name+": "+g.why)
			}
		}
		return true
	})
	return wrong
}

// The gates themselves are proven on lines that somebody might write.
func TestGoal41GatesCatchWhatTheyForbid(t *testing.T) {
	for line, want := range map[string]bool{
		`import "fyne.io/fyne/v2"; func x(u *url.URL) { fyne.CurrentApp().OpenURL(u) }`:                            true,
		`import w "fyne.io/fyne/v2/widget"; var x = w.NewHyperlink("x", nil)`:                                      true,
		`import w "fyne.io/fyne/v2/widget"; var x = &w.HyperlinkSegment{}`:                                         true,
		`import w "fyne.io/fyne/v2/widget"; var x = w.NewRichTextFromMarkdown(s)`:                                  true,
		`import "os/exec"; func x() { exec.Command("firefox", u).Run() }`:                                          true,
		`import run "os/exec"; func x() { run.CommandContext(c, "sh").Run() }`:                                     true,
		`import . "os/exec"; func x() { Command("sh").Run() }`:                                                     true,
		`import "watchfloor/ui/keys"; var x keys.Command`:                                                          false,
		`import "github.com/spf13/cobra"; var x = &cobra.Command{}`:                                                false,
		`import "watchfloor/integrations/browser"; func x() { browser.Open(c, a) }`:                                false,
		`import w "fyne.io/fyne/v2/widget"; var x = w.NewLabel("OpenURL")`:                                         false,
		`import "fyne.io/fyne/v2"; func x(a fyne.App) { a.SendNotification(fyne.NewNotification("t", in.Title)) }`: true,
	} {
		f, err := parser.ParseFile(token.NewFileSet(), "x.go", "package x;"+line, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		if got := len(throughGates("ui/x", f)) > 0; got != want {
			t.Errorf("%s: forbidden %v, want %v", line, got, want)
		}
	}
}

// operator is the beginning of an operator of the Kusto Query Language.
var operator = regexp.MustCompile(`\|\s*(where|project|extend|summarize|order by|sort by|join|union|take|limit|top|distinct|parse|mv-expand|lookup|invoke)\b`)

// Goal 42: queries are built in integrations/azure/kql; elsewhere no text holds an
// operator with its pipe, so that none can be put together from pieces.
func TestGoal42QueriesAreBuiltInOnePlace(t *testing.T) {
	for _, p := range packages(t) {
		if below(p.rel(), "integrations/azure/kql") || below(p.rel(), "integrations/simulator") || below(p.rel(), "ui/uitest") {
			continue // the builder; the tenant that reads and shows queries
		}
		for _, name := range p.files(t) {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			ast.Inspect(parse(t, filepath.Join(p.Dir, name), parser.SkipObjectResolution), func(n ast.Node) bool {
				if l, ok := n.(*ast.BasicLit); ok && l.Kind == token.STRING && operator.MatchString(l.Value) {
					t.Errorf("%s/%s holds %s: build the query with integrations/azure/kql", p.rel(), name, l.Value)
				}
				return true
			})
		}
	}
}
