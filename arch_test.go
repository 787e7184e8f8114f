package main

import (
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// law forbids imports. A package below one of from (all, when empty) that is not below
// one of except must not import anything below to; why is what the reader is told.
type law struct {
	from, except, to []string
	why              string
	testsMay         bool // test files are free of it
}

const module = "watchfloor"

var laws = []law{
	{
		from: []string{"app"}, to: own("data", "integrations", "ui"),
		why: "the domain knows no adapter: declare a port in app and let main hand the adapter over",
	},
	{
		from: []string{"data"}, to: own("integrations", "ui"),
		why: "adapters do not know one another: what data needs of them is a port in app",
	},
	{
		from: []string{"integrations"}, to: own("data", "ui"),
		why: "adapters do not know one another: an integration returns domain values and stores nothing",
	},
	{
		from: []string{"ui"}, to: own("data", "integrations"),
		why: "adapters do not know one another: a screen declares the narrow interface it consumes",
	},
	{
		from: []string{"ui/widget", "ui/theme"}, to: own("app"),
		why: "our widgets know Fyne and no domain, so that every place can use them",
	},
	{
		from: []string{"app", "data", "integrations", "ui"}, to: []string{module},
		why: "package main is the composition root and nothing depends on it",
	},
	{
		except: []string{"ui", "."}, to: []string{"fyne.io/"},
		why: "Fyne belongs to the window: only ui/ and main may see it",
	},
	{
		from: []string{"ui/cli"}, to: []string{"fyne.io/"},
		why: "the command line must work where no window can be opened",
	},
	{
		except: []string{"data"}, testsMay: true, to: []string{"database/sql", "github.com/mattn/go-sqlite3", "github.com/pressly/goose"},
		why: "SQL belongs to the cache: only data/ may see it",
	},
	{
		testsMay: true, to: own("data/vault/fault"),
		why: "faults are for tests: a cache lies on the system's own files",
	},
	{
		except: []string{"integrations"}, testsMay: true, to: []string{"net/http", "github.com/Azure/", "github.com/AzureAD/"},
		why: "HTTP and the Azure SDK belong to the integrations: tokens and host pinning live there",
	},
	{
		except: []string{"integrations"}, to: []string{"github.com/zalando/go-keyring"},
		why: "the keyring can block and its mock races: only our wrapper in integrations may see it",
	},
	{
		except: []string{"app/chart", "app/report"}, to: []string{"gonum.org/v1/plot"},
		why: "one figure is rendered for screen, PNG and SVG in one place",
	},
	{
		from: []string{"app/report"}, to: []string{"gonum.org/v1/plot/plotter", "gonum.org/v1/plot/plotutil", "gonum.org/v1/plot/vg/draw"},
		why: "a report hands app/chart a page to draw on and draws no figure of its own",
	},
	{
		except: []string{"app/report/paper"}, testsMay: true, to: []string{"codeberg.org/go-pdf/"},
		why: "pages are set in one place, which makes tenant text showable and embeds its fonts",
	},
	{
		except: []string{"app/report"}, to: []string{"github.com/xuri/excelize"},
		why: "a workbook is written in one place, which keeps text from becoming a formula",
	},
	{
		except: []string{"ui/cli", "."}, to: []string{"github.com/spf13/cobra"},
		why: "the command line is in ui/cli",
	},
}

func own(folders ...string) []string {
	out := make([]string, len(folders))
	for i, f := range folders {
		out[i] = module + "/" + f
	}
	return out
}

// siblings may share these packages although adapters do not know one another.
var shared = map[string]string{
	"integrations/azure": "credentials, clouds and pipeline policies of all integrations",
}

// edge is one import of one file; from and to are relative to the module, to only
// where it is ours.
type edge struct {
	from, to, file string
	test           bool
}

func TestImportsObeyTheLaws(t *testing.T) {
	seen := 0
	for _, p := range packages(t) {
		for _, e := range p.edges(t) {
			seen++
			for _, l := range laws {
				if l.forbids(e) {
					t.Errorf("%s imports %s: %s", e.file, e.to, l.why)
				}
			}
			if why := crossesSiblings(e); why != "" {
				t.Errorf("%s imports %s: %s", e.file, e.to, why)
			}
		}
	}
	if seen < 50 {
		t.Fatalf("only %d imports seen: the test looks at the wrong place", seen)
	}
}

// The laws themselves are proven on edges that somebody might write.
func TestLawsCatchWhatTheyForbid(t *testing.T) {
	for _, c := range []struct {
		edge edge
		want bool
	}{
		{edge{from: "app/triage", to: "watchfloor/data"}, true},
		{edge{from: "app", to: "watchfloor/app/text"}, false},
		{edge{from: "data", to: "watchfloor/integrations/azure"}, true},
		{edge{from: "ui/queue", to: "watchfloor/ui/widget"}, false},
		{edge{from: "ui/widget", to: "watchfloor/app"}, true},
		{edge{from: "ui/widget", to: "fyne.io/fyne/v2"}, false},
		{edge{from: "ui/cli", to: "fyne.io/fyne/v2"}, true},
		{edge{from: "app/report", to: "net/http"}, true},
		{edge{from: "app/report", to: "net/url"}, false},
		{edge{from: "integrations/sentinel", to: "watchfloor/integrations/defender"}, true},
		{edge{from: "integrations/sentinel", to: "watchfloor/integrations/azure"}, false},
		{edge{from: "integrations/sentinel", to: "watchfloor/integrations/simulator", test: true}, false},
		{edge{from: "integrations/simulator", to: "watchfloor/integrations/simulator/story"}, false},
		{edge{from: ".", to: "net/http"}, true},
		{edge{from: ".", to: "net/http", test: true}, false},
		{edge{from: "app/metrics", to: "database/sql"}, true},
		{edge{from: "app/metrics", to: "github.com/Azure/azure-sdk-for-go/sdk/azcore"}, true},
		{edge{from: "app/report", to: "gonum.org/v1/plot/vg"}, false},
		{edge{from: "app/report", to: "gonum.org/v1/plot/plotter"}, true},
		{edge{from: "ui/trends", to: "gonum.org/v1/plot/vg"}, true},
		{edge{from: "app/report", to: "codeberg.org/go-pdf/fpdf", test: true}, false},
		{edge{from: "app/report", to: "codeberg.org/go-pdf/fpdf"}, true},
		{edge{from: "ui", to: "watchfloor"}, true},
	} {
		got := crossesSiblings(c.edge) != ""
		for _, l := range laws {
			got = got || l.forbids(c.edge)
		}
		if got != c.want {
			t.Errorf("%s -> %s: forbidden %v, want %v", c.edge.from, c.edge.to, got, c.want)
		}
	}
}

func (l law) forbids(e edge) bool {
	if e.test && l.testsMay && (e.from == "." || belowAny(e.from, []string{"data", "integrations", "app/report"})) {
		return false
	}
	if e.test && (e.from == "." || below(e.from, "wiring")) {
		return false // they wire the whole
	}
	if len(l.from) > 0 && !belowAny(e.from, l.from) || belowAny(e.from, l.except) {
		return false
	}
	for _, to := range l.to {
		if to == module && e.to == module || to != module && (below(e.to, to) || strings.HasSuffix(to, "/") && strings.HasPrefix(e.to, to)) {
			return true
		}
	}
	return false
}

// crossesSiblings says why an integration may not import its neighbour, "" where it
// may. Tests may use the simulated tenant as their test bed.
func crossesSiblings(e edge) string {
	to, ours := strings.CutPrefix(e.to, module+"/")
	if !ours || !below(e.from, "integrations") || !below(to, "integrations") {
		return ""
	}
	a, b := firstTwo(e.from), firstTwo(to)
	if a == b || shared[b] != "" || e.test && b == "integrations/simulator" {
		return ""
	}
	return "one folder per outside system, and none knows another; what they share goes to integrations/azure"
}

func firstTwo(path string) string {
	parts := strings.SplitN(path, "/", 3)
	return strings.Join(parts[:min(2, len(parts))], "/")
}

func below(path, root string) bool { return path == root || strings.HasPrefix(path, root+"/") }

func belowAny(path string, roots []string) bool {
	for _, r := range roots {
		if below(path, r) {
			return true
		}
	}
	return false
}

// Every package says once what it promises, and a file has one reason to exist.
func TestPackagesAreDocumentedAndFilesSmall(t *testing.T) {
	for _, p := range packages(t) {
		var documented []string
		for _, name := range p.files(t) {
			file := filepath.Join(p.Dir, name)
			src, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if n := strings.Count(string(src), "\n"); n > 800 {
				t.Errorf("%s/%s has %d lines: split it by reason, 800 is the bound", p.rel(), name, n)
			}
			if parsed := parse(t, file, parser.PackageClauseOnly|parser.ParseComments); parsed.Doc != nil && !strings.HasSuffix(name, "_test.go") {
				documented = append(documented, name)
			}
		}
		if len(p.GoFiles) > 0 && len(documented) != 1 {
			t.Errorf("package %s needs exactly one package comment, it has %d %v", p.ImportPath, len(documented), documented)
		}
	}
}

// listed is what go list says of a package.
type listed struct {
	ImportPath, Dir string
	GoFiles         []string
}

func (p listed) rel() string {
	if p.ImportPath == module {
		return "."
	}
	return strings.TrimPrefix(p.ImportPath, module+"/")
}

// files names every Go file of the package, those of other systems and tags included.
func (p listed) files(t *testing.T) []string {
	t.Helper()
	entries, err := os.ReadDir(p.Dir)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".go") {
			out = append(out, e.Name())
		}
	}
	return out
}

func (p listed) edges(t *testing.T) []edge {
	t.Helper()
	var out []edge
	for _, name := range p.files(t) {
		for _, imp := range parse(t, filepath.Join(p.Dir, name), parser.ImportsOnly).Imports {
			to, err := strconv.Unquote(imp.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, edge{from: p.rel(), to: to, file: p.rel() + "/" + name, test: strings.HasSuffix(name, "_test.go")})
		}
	}
	return out
}

func parse(t *testing.T, file string, mode parser.Mode) *ast.File {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), file, nil, mode)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func packages(t *testing.T) []listed {
	t.Helper()
	cmd := exec.Command("go", "list", "-e", "-json=ImportPath,Dir,GoFiles", "./...")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []listed
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listed
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}
