package simulator

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// kql is a query as far as Resource Graph is spoken here: securityresources, filtered by
// texts, projected, ordered, counted by a text, cut.
type kql struct {
	steps []kqlStep
}

type kqlStep struct {
	verb    string // where, project, order, summarize, limit
	tests   []kqlTest
	columns []string
	desc    bool
	limit   int
	count   string // the name of the number
	by      kqlText
	byName  string
}

// kqlTest compares a text column with one of several texts.
type kqlTest struct {
	column string
	words  []string
	fold   bool
	not    bool
}

// kqlText is a text made of a column: cut at a separator, then put into lower case.
type kqlText struct {
	column    string
	separator string // "" = not cut
	index     int
	lower     bool
}

func (x kqlText) of(row *graphRow) string {
	v, _ := row.text(x.column)
	if x.separator != "" {
		parts := strings.Split(v, x.separator)
		if v = ""; x.index < len(parts) {
			v = parts[x.index]
		}
	}
	if x.lower {
		v = strings.ToLower(v)
	}
	return v
}

// textColumns are those that can be compared and ordered by; properties can only be
// projected.
var textColumns = []string{"id", "name", "type", "tenantId", "subscriptionId", "resourceGroup", "location", "kind"}

// kqlWords splits a query into words, signs and quoted texts; a text keeps its quote.
func kqlWords(q string) (out []string, err error) {
	for i := 0; i < len(q); {
		c := q[i]
		switch {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			i++
		case c == '\'' || c == '"':
			n := strings.IndexByte(q[i+1:], c)
			if n < 0 {
				return nil, errors.New("a text does not end")
			}
			out = append(out, "'"+q[i+1:i+1+n])
			i += n + 2
		case strings.HasPrefix(q[i:], "=~"), strings.HasPrefix(q[i:], "=="), strings.HasPrefix(q[i:], "!="):
			out = append(out, q[i:i+2])
			i += 2
		case strings.IndexByte("|,()[]=", c) >= 0:
			out = append(out, string(c))
			i++
		default:
			n := i
			for n < len(q) && strings.IndexByte(" \t\r\n|,()[]='\"!", q[n]) < 0 {
				n++
			}
			if n == i {
				return nil, fmt.Errorf("the sign %q is not understood", string(c))
			}
			out = append(out, q[i:n])
			i = n
		}
	}
	return out, nil
}

// kqlReader reads words one by one; the first that does not fit is kept in bad.
type kqlReader struct {
	words []string
	at    int
	bad   error
}

func (r *kqlReader) peek() string {
	if r.at < len(r.words) {
		return r.words[r.at]
	}
	return ""
}

func (r *kqlReader) next() string { w := r.peek(); r.at++; return w }

func (r *kqlReader) fail(want string) {
	if r.bad == nil {
		r.bad = fmt.Errorf("%s expected near '%s'", want, strings.TrimPrefix(r.peek(), "'"))
	}
}

// take reads a word if it comes, ignoring case.
func (r *kqlReader) take(word string) bool {
	if strings.EqualFold(r.peek(), word) {
		r.at++
		return true
	}
	return false
}

func (r *kqlReader) need(word string) {
	if !r.take(word) {
		r.fail("'" + word + "'")
	}
}

func (r *kqlReader) column(list []string) string {
	for _, c := range list {
		if c == r.peek() {
			r.at++
			return c
		}
	}
	r.fail("a column")
	return ""
}

func (r *kqlReader) text() string {
	if w := r.peek(); strings.HasPrefix(w, "'") {
		r.at++
		return w[1:]
	}
	r.fail("a text")
	return ""
}

func (r *kqlReader) number() int {
	n, err := strconv.Atoi(r.peek())
	if err != nil || n < 0 {
		r.fail("a number")
		return 0
	}
	r.at++
	return n
}

// parseKQL reads a query; the error says what is not understood.
func parseKQL(q string) (kql, error) {
	words, err := kqlWords(q)
	if err != nil {
		return kql{}, err
	}
	r := &kqlReader{words: words}
	r.need("securityresources")
	var out kql
	columns := append([]string{"properties"}, textColumns...)
	for r.bad == nil && r.take("|") {
		st := kqlStep{verb: strings.ToLower(r.next())}
		switch st.verb {
		case "where":
			st.tests = append(st.tests, r.test(columns))
			for r.bad == nil && r.take("and") {
				st.tests = append(st.tests, r.test(columns))
			}
		case "project":
			st.columns = append(st.columns, r.column(columns))
			for r.bad == nil && r.take(",") {
				st.columns = append(st.columns, r.column(columns))
			}
			columns = st.columns
		case "order", "sort":
			st.verb = "order"
			r.need("by")
			st.columns = []string{r.column(columns)}
			st.desc = !r.take("asc") // the language's default is descending
			r.take("desc")
		case "summarize":
			st.count, st.byName, st.by = r.summary(columns)
			columns = []string{st.count, st.byName}
		case "limit", "take":
			st.verb, st.limit = "limit", r.number()
		default:
			r.at--
			r.fail("an operator")
		}
		out.steps = append(out.steps, st)
	}
	if r.bad == nil && r.at < len(r.words) {
		r.fail("'|'")
	}
	return out, r.bad
}

// test reads COLUMN ==|=~|!= 'TEXT' or COLUMN in[~] ('A', 'B').
func (r *kqlReader) test(columns []string) kqlTest {
	t := kqlTest{column: r.column(columns)}
	if t.column == "properties" {
		r.fail("a text column")
	}
	switch op := r.next(); op {
	case "==", "=~", "!=":
		t.fold, t.not = op == "=~", op == "!="
		t.words = []string{r.text()}
	case "in", "in~":
		t.fold = op == "in~"
		r.need("(")
		t.words = append(t.words, r.text())
		for r.bad == nil && r.take(",") {
			t.words = append(t.words, r.text())
		}
		r.need(")")
	default:
		r.at--
		r.fail("a comparison")
	}
	return t
}

// summary reads NAME = count() by NAME = TEXT; both names may be left out.
func (r *kqlReader) summary(columns []string) (count, by string, x kqlText) {
	count = "count_"
	if r.at+1 < len(r.words) && r.words[r.at+1] == "=" {
		count = r.next()
		r.next()
	}
	r.need("count")
	r.need("(")
	r.need(")")
	r.need("by")
	if r.at+1 < len(r.words) && r.words[r.at+1] == "=" {
		by = r.next()
		r.next()
	}
	x = r.expression(columns)
	if by == "" {
		by = x.column
	}
	return count, by, x
}

// expression reads a column, tostring(…), tolower(…) or split(…, 'SEPARATOR')[N].
func (r *kqlReader) expression(columns []string) kqlText {
	switch {
	case r.take("tostring"):
		r.need("(")
		x := r.expression(columns)
		r.need(")")
		return x
	case r.take("tolower"):
		r.need("(")
		x := r.expression(columns)
		r.need(")")
		x.lower = true
		return x
	case r.take("split"):
		r.need("(")
		x := r.expression(columns)
		r.need(",")
		if x.separator != "" || x.lower {
			r.fail("a column")
		}
		x.separator = r.text()
		r.need(")")
		r.need("[")
		x.index = r.number()
		r.need("]")
		return x
	}
	return kqlText{column: r.column(columns)}
}

// holds reports whether a row passes.
func (t kqlTest) holds(row *graphRow) bool {
	v, _ := row.text(t.column)
	for _, w := range t.words {
		if v == w || t.fold && strings.EqualFold(v, w) {
			return !t.not
		}
	}
	return t.not
}
