package odata

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Kind is the type of a property.
type Kind int

// Kinds. A Word is an enum: it compares ignoring case. Times are nanoseconds since 1970.
const (
	Text Kind = iota
	Word
	Time
	Int
)

// Schema names the properties that may be filtered by.
type Schema map[string]Property

// Property is one of them; ID is what the row is asked for.
type Property struct {
	ID   int
	Kind Kind
}

// Row answers for one record. Null is told by ok = false.
type Row interface {
	Str(id int) (v string, ok bool)
	Num(id int) int64
}

// Expr is a parsed filter. A nil Expr matches everything.
type Expr struct {
	op   string // and or not eq ne gt ge lt le contains startswith in
	l, r *Expr
	p    Property
	text []string // literals; several for in
	num  int64
	null bool
}

// Match reports whether the row satisfies the expression.
func (e *Expr) Match(row Row) bool {
	if e == nil {
		return true
	}
	switch e.op {
	case "and":
		return e.l.Match(row) && e.r.Match(row)
	case "or":
		return e.l.Match(row) || e.r.Match(row)
	case "not":
		return !e.l.Match(row)
	}
	if e.p.Kind == Time || e.p.Kind == Int {
		return compare(e.op, row.Num(e.p.ID), e.num)
	}
	v, ok := row.Str(e.p.ID)
	if e.null {
		return ok == (e.op == "ne")
	}
	if !ok {
		return e.op == "ne"
	}
	switch e.op {
	case "contains":
		return strings.Contains(strings.ToLower(v), e.text[0])
	case "startswith":
		return strings.HasPrefix(strings.ToLower(v), e.text[0])
	}
	found := false
	for _, t := range e.text {
		if v == t || e.p.Kind == Word && strings.EqualFold(v, t) {
			found = true
		}
	}
	return found == (e.op != "ne")
}

func compare(op string, a, b int64) bool {
	switch op {
	case "eq":
		return a == b
	case "ne":
		return a != b
	case "gt":
		return a > b
	case "ge":
		return a >= b
	case "lt":
		return a < b
	}
	return a <= b
}

// Range returns bounds, inclusive, that every match has in the numeric property id:
// a list ordered by it need not be read outside of them.
func (e *Expr) Range(id int) (lo, hi int64) {
	lo, hi = math.MinInt64, math.MaxInt64
	if e == nil {
		return lo, hi
	}
	switch e.op {
	case "and":
		l1, h1 := e.l.Range(id)
		l2, h2 := e.r.Range(id)
		return max(l1, l2), min(h1, h2)
	case "eq", "gt", "ge", "lt", "le":
		if e.p.ID != id || e.p.Kind != Time && e.p.Kind != Int {
			return lo, hi
		}
		if e.op != "lt" && e.op != "le" {
			lo = e.num
		}
		if e.op != "gt" && e.op != "ge" {
			hi = e.num
		}
	}
	return lo, hi
}

// Parse reads a filter. The error is a sentence for the caller of the service.
func Parse(s string, schema Schema) (*Expr, error) {
	if strings.TrimSpace(s) == "" {
		return nil, nil
	}
	toks, err := lex(s)
	if err != nil {
		return nil, err
	}
	p := &parser{toks: toks, schema: schema}
	e, err := p.or()
	if err != nil {
		return nil, err
	}
	if t := p.peek(); t.kind != tokEnd {
		return nil, fmt.Errorf("syntax error at position %d in %q", t.at, s)
	}
	return e, nil
}

type parser struct {
	toks   []token
	i      int
	depth  int
	schema Schema
}

func (p *parser) peek() token { return p.toks[p.i] }

func (p *parser) take() token {
	t := p.toks[p.i]
	if t.kind != tokEnd {
		p.i++
	}
	return t
}

func (p *parser) word(w string) bool {
	if t := p.peek(); t.kind == tokWord && strings.EqualFold(t.text, w) {
		p.i++
		return true
	}
	return false
}

func (p *parser) want(k tokenKind, what string) error {
	if t := p.take(); t.kind != k {
		return fmt.Errorf("%s expected at position %d", what, t.at)
	}
	return nil
}

func (p *parser) or() (*Expr, error) {
	return p.chain("or", func() (*Expr, error) { return p.chain("and", p.unary) })
}

func (p *parser) chain(op string, next func() (*Expr, error)) (*Expr, error) {
	l, err := next()
	for err == nil && p.word(op) {
		var r *Expr
		if r, err = next(); err == nil {
			l = &Expr{op: op, l: l, r: r}
		}
	}
	return l, err
}

func (p *parser) unary() (*Expr, error) {
	if p.depth++; p.depth > 100 {
		return nil, fmt.Errorf("the filter is nested too deeply")
	}
	defer func() { p.depth-- }()
	if p.word("not") {
		e, err := p.unary()
		return &Expr{op: "not", l: e}, err
	}
	if p.peek().kind == tokOpen {
		p.take()
		e, err := p.or()
		if err != nil {
			return nil, err
		}
		return e, p.want(tokClose, "')'")
	}
	t := p.take()
	if t.kind != tokWord {
		return nil, fmt.Errorf("a property expected at position %d", t.at)
	}
	if fn := strings.ToLower(t.text); (fn == "contains" || fn == "startswith") && p.peek().kind == tokOpen {
		return p.function(fn)
	}
	prop, err := p.property(t)
	if err != nil {
		return nil, err
	}
	op := strings.ToLower(p.take().text)
	switch op {
	case "eq", "ne", "gt", "ge", "lt", "le":
		return p.literal(&Expr{op: op, p: prop}, p.take())
	case "in":
		return p.list(&Expr{op: op, p: prop})
	}
	return nil, fmt.Errorf("an operator expected after %q", t.text)
}

func (p *parser) property(t token) (Property, error) {
	prop, ok := p.schema[t.text]
	if !ok {
		return prop, fmt.Errorf("filtering by property %q is not supported", t.text)
	}
	return prop, nil
}

func (p *parser) function(fn string) (*Expr, error) {
	p.take() // (
	prop, err := p.property(p.take())
	if err != nil {
		return nil, err
	}
	if prop.Kind != Text && prop.Kind != Word {
		return nil, fmt.Errorf("%s needs a text property", fn)
	}
	if err := p.want(tokComma, "','"); err != nil {
		return nil, err
	}
	t := p.take()
	if t.kind != tokText {
		return nil, fmt.Errorf("a quoted text expected at position %d", t.at)
	}
	return &Expr{op: fn, p: prop, text: []string{strings.ToLower(t.text)}}, p.want(tokClose, "')'")
}

func (p *parser) list(e *Expr) (*Expr, error) {
	if e.p.Kind == Time || e.p.Kind == Int {
		return nil, fmt.Errorf("'in' needs a text property")
	}
	if err := p.want(tokOpen, "'('"); err != nil {
		return nil, err
	}
	for {
		t := p.take()
		if t.kind != tokText {
			return nil, fmt.Errorf("a quoted text expected at position %d", t.at)
		}
		e.text = append(e.text, t.text)
		switch t = p.take(); t.kind {
		case tokClose:
			return e, nil
		case tokComma:
		default:
			return nil, fmt.Errorf("')' expected at position %d", t.at)
		}
	}
}

// literal completes a comparison with its right side.
func (p *parser) literal(e *Expr, t token) (*Expr, error) {
	switch {
	case t.kind != tokText && t.kind != tokWord:
		return nil, fmt.Errorf("a value expected at position %d", t.at)
	case e.p.Kind == Time:
		at, err := time.Parse(time.RFC3339Nano, t.text)
		if err != nil {
			return nil, fmt.Errorf("%q is not a date and time", t.text)
		}
		e.num = at.UnixNano()
	case e.p.Kind == Int:
		n, err := strconv.ParseInt(t.text, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("%q is not a whole number", t.text)
		}
		e.num = n
	case e.op != "eq" && e.op != "ne":
		return nil, fmt.Errorf("operator %q needs a number or a time", e.op)
	case t.kind == tokWord && t.text == "null":
		e.null = true
	case t.kind == tokWord:
		return nil, fmt.Errorf("a quoted text expected at position %d", t.at)
	default:
		e.text = []string{t.text}
	}
	return e, nil
}

// Order is a parsed $orderby.
type Order struct {
	Property Property
	Desc     bool
}

// ParseOrder reads "path [asc|desc]"; the default is given for an empty text.
func ParseOrder(s string, schema Schema, def Order) (Order, error) {
	f := strings.Fields(s)
	if len(f) == 0 {
		return def, nil
	}
	p, ok := schema[f[0]]
	if !ok || len(f) > 2 {
		return def, fmt.Errorf("ordering by %q is not supported", s)
	}
	o := Order{Property: p}
	if len(f) == 2 {
		switch strings.ToLower(f[1]) {
		case "desc":
			o.Desc = true
		case "asc":
		default:
			return def, fmt.Errorf("%q is neither asc nor desc", f[1])
		}
	}
	return o, nil
}
