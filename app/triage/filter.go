package triage

import (
	"strings"
	"unicode"

	"watchfloor/app/pieces"
)

// Key names what a Term tests.
type Key string

// Keys of the filter language. Words is full-text search over title, description,
// entities and comments.
const (
	Words    Key = ""
	Status   Key = "status"  // open, new, active, awaiting, closed, merged, any
	Severity Key = "sev"     // high, medium, low, info, unknown
	Owner    Key = "owner"   // me, none, or part of a name
	Tag      Key = "tag"     // exact, ignoring case
	Source   Key = "source"  // sentinel, defender
	Product  Key = "product" // part of a product name
	Entity   Key = "entity"  // exact entity key or name, ignoring case
	Tactic   Key = "tactic"  // part of a MITRE tactic
	Rule     Key = "rule"    // exact id or name of an analytics rule, ignoring case
	Number   Key = "number"  // the number, with or without #
	Age      Key = "age"     // since creation: age<3d, age>12h
	Updated  Key = "updated" // since last modification
	Created  Key = "created" // local days: created:2026-03-01 or created:2026-03-01..2026-03-07
	Closed   Key = "closed"  // the same of the last close
	Acked    Key = "acked"   // the same of the first change of owner or status by a person
	OpenAt   Key = "openat"  // open at the end of a local day, or at a minute of it: openat:2026-03-01T09:30
	AgeThen  Key = "agethen" // age at that moment: agethen<4h; agethen>4h means 4 hours or more
	Is       Key = "is"      // queued, conflict, twin, disagree, highvalue
	Tenant   Key = "tenant"  // part of the name of a connected tenant; package fleet evaluates it
)

var aliases = map[string]Key{
	"status": Status, "st": Status, "state": Status,
	"sev": Severity, "severity": Severity,
	"owner": Owner, "assignee": Owner,
	"tag": Tag, "label": Tag,
	"source": Source, "src": Source,
	"product": Product, "entity": Entity, "tactic": Tactic, "rule": Rule,
	"number": Number, "num": Number, "id": Number,
	"age": Age, "updated": Updated, "is": Is,
	"created": Created, "closed": Closed, "acked": Acked, "openat": OpenAt, "agethen": AgeThen,
	"tenant": Tenant,
}

// Op is how a Term compares.
type Op byte

// Operators: Equals for key:value lists, Less and More for ages.
const (
	Equals Op = ':'
	Less   Op = '<'
	More   Op = '>'
)

// Term is one condition. Its values are alternatives (any may match); terms of a
// Filter must all hold.
type Term struct {
	Key    Key
	Op     Op
	Values []string // lower case but for Words, Number
	Not    bool
}

// Filter is a conjunction of terms; the zero Filter matches everything.
type Filter struct{ Terms []Term }

// Parse reads the filter language. It never fails: what is not a known key with a
// usable value is searched for as words, so a pasted URL or command line works.
// Problems lists the parts that look like a mistake, in words, for the filter bar: a
// known key with a value it does not take is not used at all, a key that is not known
// is searched for as words. A line beyond the bounds of package pieces is not used at all.
func Parse(s string) (f Filter, problems []string) {
	if much := pieces.TooMuch(s, 0); much != "" {
		return Filter{}, []string{much}
	}
	conditions := 0
	for _, tok := range pieces.Of(s) {
		term, problem := parseToken(tok)
		if problem != "" {
			problems = append(problems, problem)
		}
		if len(term.Values) > 0 {
			f.Terms = append(f.Terms, term)
			conditions += len(term.Values)
		}
	}
	if much := pieces.TooMuch("", conditions); much != "" {
		return Filter{}, []string{much}
	}
	return f, problems
}

func parseToken(t pieces.Piece) (Term, string) {
	words := Term{Key: Words, Op: Equals, Values: []string{t.Text}, Not: t.Not}
	if strings.TrimSpace(t.Text) == "" {
		return Term{}, ""
	}
	if t.Quoted {
		return words, ""
	}
	if n, ok := strings.CutPrefix(t.Text, "#"); ok && isNumber(n) {
		return Term{Key: Number, Op: Equals, Values: []string{n}, Not: t.Not}, ""
	}
	at := strings.IndexAny(t.Text, ":<>")
	if at <= 0 {
		return words, ""
	}
	key, known := aliases[strings.ToLower(t.Text[:at])]
	op, rest := Op(t.Text[at]), t.Text[at+1:]
	if !known {
		if op == Equals && looksLikeKey(t.Text[:at], rest) {
			return words, "“" + t.Text[:at] + ":” is no field; quote it to search for the words"
		}
		return words, ""
	}
	if op == Equals && key.spans() && rest != "" && (rest[0] == '<' || rest[0] == '>') {
		op, rest = Op(rest[0]), rest[1:]
	}
	term := Term{Key: key, Op: op, Not: t.Not}
	for _, v := range strings.Split(rest, ",") {
		if v = strings.TrimSpace(v); v == "" {
			continue
		}
		if key == Number {
			v = strings.TrimPrefix(v, "#")
		}
		if norm, ok := normal(key, op, v); ok {
			term.Values = append(term.Values, norm)
		} else {
			return Term{}, notUsed(t.Text, key)
		}
	}
	if len(term.Values) == 0 {
		return Term{}, notUsed(t.Text, key)
	}
	return term, ""
}

func notUsed(part string, key Key) string {
	return "“" + part + "” is left out: " + hint(key)
}

// looksLikeKey tells a mistyped key from a URL, a Windows path, a time, a port or an
// address of which the colon is a part.
func looksLikeKey(key, rest string) bool {
	if len(key) < 2 || rest == "" || isNumber(rest) || strings.ContainsAny(rest[:1], `/\:`) {
		return false
	}
	for _, r := range key {
		if (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') {
			return false
		}
	}
	return true
}

func isNumber(s string) bool {
	if s == "" {
		return false
	}
	for _, r := range s {
		if r < '0' || r > '9' {
			return false
		}
	}
	return true
}

// String is the canonical text of the filter; Parse(f.String()) equals f.
func (f Filter) String() string {
	parts := make([]string, len(f.Terms))
	for i, t := range f.Terms {
		parts[i] = t.String()
	}
	return strings.Join(parts, " ")
}

// String is the canonical text of one term, as shown on its chip.
func (t Term) String() string {
	not := ""
	if t.Not {
		not = "-"
	}
	if t.Key == Words {
		return not + `"` + t.Values[0] + `"`
	}
	v := strings.Join(t.Values, ",")
	if strings.ContainsFunc(v, unicode.IsSpace) {
		v = `"` + v + `"`
	}
	return not + string(t.Key) + string(t.Op) + v
}

// Without returns the filter less its i-th term.
func (f Filter) Without(i int) Filter {
	var out Filter
	for j, t := range f.Terms {
		if j != i {
			out.Terms = append(out.Terms, t)
		}
	}
	return out
}
