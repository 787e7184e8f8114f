package data

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"watchfloor/app"
	"watchfloor/app/identity"
	"watchfloor/app/triage"
)

// morsels are what means something to SQL, to FTS5, to LIKE or to the filter languages.
var morsels = []string{
	"'", `"`, `""`, "`", ";", "--", "/*", "*/", "(", ")", "*", "^", "+", "-", "NEAR(", "NEAR/2", " AND ", " OR ", " NOT ", "AND", "OR NOT", "title:", "{title entities}:", "search MATCH", "%", "_", `\`, `\%`, "[a]", "?", "?1", ":x", "@x", "$x", "\x00", "\n", "\t",
	"\u202e", "\u200b", "\ufeff", "\xff", "\xc3", "日本", "é", "e\u0301", "😀", "\U000e0041", "x", "ward", "1", "0x", "1e309", "NULL", "' OR 1=1 --", "'; DROP TABLE incident; --", "UNION SELECT", "sev:", "sev:high,", "status:", "status:any", "owner:", "owner:%", "tag:", "rule:", "number:", "#", "age<", "age<3d", "age>99999999999d", "created:", "created:2026-13-45", "openat:", "source:", "product:", "tactic:", "entity:", "is:", "is:queued", "-", "-is:", "--", ",", ",,", "<", ">", ":", "::",
	"user:", "level:", "state:", "country:", "app:", "result:", "risk:", "ip:", "type:", "from:", "to:", "at<24h", "at<", "-user:", "role:",
}

func morselsOf(rnd *rand.Rand) string {
	var b strings.Builder
	for range 1 + rnd.IntN(7) {
		switch rnd.IntN(12) {
		case 0:
			b.WriteRune(rune(rnd.IntN(0x110000)))
		case 1:
			b.WriteByte(byte(rnd.IntN(256)))
		case 2:
			b.WriteByte(' ')
		default:
			b.WriteString(morsels[rnd.IntN(len(morsels))])
		}
	}
	return b.String()
}

// noSQL reports an error that a person cannot act on: anything but a sentence about what
// was typed.
func noSQL(t *testing.T, what, typed string, err error) {
	t.Helper()
	if err != nil && app.KindOf(err) != app.KindInvalid {
		t.Errorf("%s, %.200q: %v", what, typed, err)
	}
}

// Goal 44: 100,000 fuzzed filters of each language meet a real cache, and no error of SQL
// or FTS5 comes back.
func TestGoal44NoFilterBreaksAQuery(t *testing.T) {
	cache := filterFixture(t)
	riskyPeople(t, cache)
	rnd := rand.New(rand.NewPCG(44, 5))
	people := cache.Identity()
	for i := range dose(5_000, 100_000) {
		typed := morselsOf(rnd)
		if i < len(morsels) {
			typed = morsels[i]
		}
		f, _ := triage.Parse(typed)
		_, err := cache.Window(t.Context(), triage.Query{Filter: f, Me: typed, Limit: 5})
		noSQL(t, "queue", typed, err)
		if i%16 == 0 {
			_, err = cache.Count(t.Context(), triage.Query{Filter: f})
			noSQL(t, "counts", typed, err)
		}
		g, err := identity.Parse(typed, noon)
		noSQL(t, "people's filter", typed, err)
		if err == nil {
			switch i % 4 {
			case 0:
				_, err = people.Users(t.Context(), identity.Query{Filter: g, Limit: 5})
			case 1:
				_, err = people.Workloads(t.Context(), identity.Query{Filter: g, Limit: 5})
			case 2:
				_, err = people.SignIns(t.Context(), identity.Query{Filter: g, Limit: 5})
			case 3:
				_, err = people.Detections(t.Context(), identity.Query{Filter: g, Limit: 5})
			}
			noSQL(t, "people", typed, err)
		}
		if t.Failed() {
			return
		}
	}
	if all, err := cache.Window(t.Context(), triage.Query{}); err != nil || len(all.Rows) == 0 {
		t.Fatalf("afterwards: %d rows, %v", len(all.Rows), err)
	}
}

// What is pasted by mistake is long: SQLite's bounds on patterns, on depth and on
// variables are met as a sentence or not at all.
func TestGoal44LongFiltersBreakNoQuery(t *testing.T) {
	cache := filterFixture(t)
	riskyPeople(t, cache)
	long := strings.Repeat("x", 200_000)
	many := func(term string, n int, sep string) string {
		return strings.TrimSuffix(strings.Repeat(term+sep, n), sep)
	}
	for name, typed := range map[string]string{
		"a word":           long,
		"a phrase":         `"` + many("ward", 30_000, " ") + `"`,
		"many words":       many("ward", 3_000, " "),
		"words left out":   many("-ward", 3_000, " "),
		"an owner":         "owner:" + long,
		"owners":           "owner:" + many("x", 5_000, ","),
		"owner after each": many("owner:x", 2_000, " "),
		"tags":             "tag:" + many("x", 40_000, ","),
		"rules":            many("rule:x", 2_000, " "),
		"left out":         many("-tag:x", 2_000, " "),
		"entities":         "entity:" + many("x", 40_000, ","),
		"a user":           "user:" + long,
		"users":            many("user:x", 2_000, " "),
		"levels":           "level:" + many("x", 40_000, ","),
		"brackets":         strings.Repeat("(", 5_000),
		"quotes":           strings.Repeat(`"`, 5_001),
		"wildcards":        "owner:" + strings.Repeat("%_", 10_000),
		"NEAR":             many("NEAR(a b)", 2_000, " "),
	} {
		f, _ := triage.Parse(typed)
		_, err := cache.Window(t.Context(), triage.Query{Filter: f})
		noSQL(t, name+" in the queue", typed, err)
		_, err = cache.Count(t.Context(), triage.Query{Filter: f})
		noSQL(t, name+" counted", typed, err)
		g, err := identity.Parse(typed, noon)
		noSQL(t, name+" of people", typed, err)
		if err == nil {
			_, err = cache.Identity().Users(t.Context(), identity.Query{Filter: g, Limit: 5})
			noSQL(t, name+" of users", typed, err)
			_, err = cache.Identity().SignIns(t.Context(), identity.Query{Filter: g, Limit: 5})
			noSQL(t, name+" of sign-ins", typed, err)
		}
	}
}

// A percent sign and an underscore are themselves.
func TestGoal44WildcardsAreCharacters(t *testing.T) {
	cache, _ := newCache(t)
	for n, owner := range map[string]string{"1": "100% sure", "2": "1000 sure", "3": "a_b", "4": "axb", "5": `back\slash`} {
		storePage(t, cache, app.Defender, pulled(app.Defender, n, func(in *app.Incident) { in.Owner = app.Owner{Name: owner} }))
	}
	for typed, want := range map[string]string{`owner:"100%"`: "1", "owner:%": "1", "owner:a_b": "3", "owner:_": "3", `owner:\`: "5", "owner:%%": ""} {
		f, problems := triage.Parse(typed)
		w, err := cache.Window(t.Context(), triage.Query{Filter: f})
		if got := numbers(w.Rows); err != nil || got != want {
			t.Errorf("%s: %q, want %q (%v, %v)", typed, got, want, err, problems)
		}
	}
}

// namesTables are the files that may format names into a statement: those of our own
// schema, when a damaged cache is brought over; and a number of the program.
var namesTables = map[string]bool{"rebuild.go": true, "salvage.go": true, "salvage_put.go": true, "damage.go": true}

// Goal 44: no statement is put together with a format: what varies in one is a column or
// an operator of the program, and every value is an argument.
func TestGoal44NoStatementIsFormatted(t *testing.T) {
	statement := regexp.MustCompile(`(?i)\b(select|insert|update|delete|vacuum|attach|pragma|where|match|like|order by|values)\b`)
	verb := regexp.MustCompile(`%[+#]?[vsdq]`)
	seen := 0
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || namesTables[path] {
			return err
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		seen++
		ast.Inspect(f, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || len(call.Args) == 0 {
				return true
			}
			s, ok := call.Fun.(*ast.SelectorExpr)
			if !ok || !strings.HasPrefix(s.Sel.Name, "Sprint") && !strings.HasPrefix(s.Sel.Name, "Fprint") && !strings.HasPrefix(s.Sel.Name, "Append") {
				return true
			}
			for _, a := range call.Args {
				if l, ok := a.(*ast.BasicLit); ok && l.Kind == token.STRING && verb.MatchString(l.Value) && statement.MatchString(l.Value) && strings.ToUpper(l.Value[1:7]) == l.Value[1:7] {
					t.Errorf("%s formats %s", path, l.Value)
				}
			}
			return true
		})
		return nil
	})
	if err != nil || seen < 50 {
		t.Fatalf("%d files, %v", seen, err)
	}
	if _, err := os.Stat("search.go"); err != nil {
		t.Error("the test looks at the wrong place")
	}
}
