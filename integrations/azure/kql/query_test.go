package kql

import (
	"math/rand/v2"
	"os"
	"strings"
	"testing"
)

func dose(ci, release int) int {
	if os.Getenv("WATCHFLOOR_SOAK") == "1" {
		return release
	}
	return ci
}

// queryOf is a query with each value in two places.
func queryOf(vs ...string) string {
	q := From("SigninLogs")
	for _, v := range vs {
		q = q.Where("UserPrincipalName ==", Text(v)).Where("tolower(Name) has", Text(v))
	}
	return q.Pipe("project Id").Pipe("order by Id asc").String()
}

// operatorsOf is what queryOf of n values does.
func operatorsOf(n int) string {
	return "SigninLogs " + strings.Repeat("| where UserPrincipalName = = <text> | where tolower ( Name ) has <text> ", n) + "| project Id | order by Id asc "
}

func TestAQueryIsSpelled(t *testing.T) {
	const spelled = `T | where a == 'jo\'s \\ \"x\"\r\n\t\u0000\u2028\u202E\U000E0041é' | take 5`
	got := From("T").Where("a ==", Text("jo's \\ \"x\"\r\n\t\x00\u2028\u202e\U000e0041é")).Pipe("take 5").String()
	if got != spelled {
		t.Errorf("%s\nwant\n%s", got, spelled)
	}
}

// bits are what means something in the language or to one that reads it.
var bits = []string{
	"'", `"`, `\`, `\'`, `\\'`, `\"`, "''", "@'", `@"`, "h'", "```", "~~~", "|", "| union *", ";", "; drop table x", "//", "// x", "/*", "*/", "\n", "\r", "\r\n", "\t", "\x00", "\x0b", "\x0c", "\x1b", "\u0085", "\u2028", "\u2029",
	"\u202e", "\u200b", "\ufeff", "＇", "＂", "ʼ", "`", "$", "{", "}", "(", ")", "[", "]", "['x']", "x", "SigninLogs", "let a = 1", "where 1 == 1", "=", "==", "!", ",", ".", ":", "%", "#", "\xff", "\xc3", "\ufffd", "日本", "é", "e\u0301", "\U000e0041", "😀", `\u0027`, `\x27`, `\U00000027`, `\0`, `\47`, " ", "0",
}

// Goal 42: whatever a value is, the query does what it does with any other, and the value
// is the one that was meant.
func TestGoal42NoValueChangesAQuery(t *testing.T) {
	rnd := rand.New(rand.NewPCG(42, 5))
	value := func(i int) string {
		if i < len(bits)*len(bits) {
			return bits[i/len(bits)] + bits[i%len(bits)]
		}
		var b strings.Builder
		for range 1 + rnd.IntN(8) {
			switch rnd.IntN(4) {
			case 0:
				b.WriteRune(rune(rnd.IntN(0x110000)))
			case 1:
				b.WriteByte(byte(rnd.IntN(256)))
			default:
				b.WriteString(bits[rnd.IntN(len(bits))])
			}
		}
		return b.String()
	}
	const together = 16 // values in one query, each in a place of its own
	for i := 0; i < dose(50_000, 1_000_000); i += together {
		vs := make([]string, together)
		for k := range vs {
			vs[k] = value(i + k)
		}
		check(t, vs...)
		if t.Failed() {
			return
		}
	}
}

func check(t *testing.T, vs ...string) {
	t.Helper()
	q := queryOf(vs...)
	tokens, err := lex(q)
	if want := operatorsOf(len(vs)); err != nil || operators(tokens) != want {
		t.Errorf("%q: %s: %v\n%s", vs, operators(tokens), err, q)
		return
	}
	texts := 0
	for _, x := range tokens {
		if x.kind != "text" {
			continue
		}
		v := vs[texts/2]
		texts++
		meant := strings.ToValidUTF8(v, "\ufffd")
		if !strings.ContainsRune(meant, '\ufffd') && x.text != meant { // several bytes may become one or several
			t.Errorf("%q came out as %q", v, x.text)
		}
	}
	if strings.ContainsAny(q, "\r\n\x00\u2028\u2029\u0085\u202e\u200b") {
		t.Errorf("%q: the query is not one line that can be read: %q", vs, q)
	}
}

// The lexer sees what it must: a value that was put between quotes as it is.
func TestGoal42TheLexerSeesAnInjection(t *testing.T) {
	for _, v := range []string{"x' | union * //", "x'; drop", "x' or '1'=='1", "x\n", `x\`} {
		q := "SigninLogs | where UserPrincipalName == '" + v + "' | where tolower(Name) has 'x' | project Id | order by Id asc"
		if tokens, err := lex(q); err == nil && operators(tokens) == operatorsOf(1) {
			t.Errorf("%q is not seen", v)
		}
	}
	for _, q := range []string{`a == h'secret'`, `a == @'c:\x''y'`, "a == ```two\nlines```", "a == ~~~'~~~", `a == "it's"`} {
		if tokens, err := lex(q); err != nil || operators(tokens) != "a = = <text> " {
			t.Errorf("%s: %s %v", q, operators(tokens), err)
		}
	}
}

func FuzzGoal42Text(f *testing.F) {
	for _, b := range bits {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, v string) { check(t, v) })
}
