package simulator

import (
	"cmp"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"watchfloor/integrations/simulator/odata"
)

// listing is a list of Graph that is ordered by one time.
type listing[T any] struct {
	rows   []T
	key    func(T) int64
	id     func(T) string
	row    func(T) odata.Row
	schema odata.Schema
	order  string // the property that may be ordered by
	most   int    // rows a page
}

// page returns the rows of a page, latest first unless asked otherwise, and the token of
// the next one. bad says what is wrong with the request.
func (l listing[T]) page(v url.Values) (out []T, next, bad string) {
	top, ok := topOf(v, min(100, l.most), l.most)
	if !ok {
		return nil, "", "Invalid value for the query option '$top'."
	}
	filter, err := odata.Parse(v.Get("$filter"), l.schema)
	if err != nil {
		return nil, "", "Invalid filter clause: " + err.Error() + "."
	}
	by := odata.Schema{l.order: l.schema[l.order]}
	order, err := odata.ParseOrder(v.Get("$orderby"), by, odata.Order{Property: by[l.order], Desc: true})
	if err != nil {
		return nil, "", "Invalid orderby clause: " + err.Error() + "."
	}
	compare := func(a, b T) int { return cmp.Or(cmp.Compare(l.key(a), l.key(b)), cmp.Compare(l.id(a), l.id(b))) }
	if order.Desc {
		up := compare
		compare = func(a, b T) int { return up(b, a) }
	}
	rows := slices.Clone(l.rows)
	slices.SortFunc(rows, compare)
	from, after, ok := readAfter(v.Get("$skiptoken"), order.Desc)
	if !ok {
		return nil, "", "The skip token does not belong to this query."
	}
	for _, x := range rows {
		if after != "" {
			c := cmp.Or(cmp.Compare(l.key(x), from), cmp.Compare(l.id(x), after))
			if order.Desc {
				c = -c
			}
			if c <= 0 {
				continue
			}
		}
		if !filter.Match(l.row(x)) {
			continue
		}
		if len(out) == top {
			last := out[top-1]
			return out, afterToken(l.key(last), l.id(last), order.Desc), ""
		}
		out = append(out, x)
	}
	return out, "", ""
}

func afterToken(key int64, id string, desc bool) string {
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%t.%d.%s", desc, key, id))
}

func readAfter(token string, desc bool) (key int64, id string, ok bool) {
	if token == "" {
		return 0, "", true
	}
	raw, err := base64.RawURLEncoding.DecodeString(token)
	var d bool
	if err == nil {
		_, err = fmt.Sscanf(string(raw), "%t.%d.%s", &d, &key, &id)
	}
	return key, id, err == nil && d == desc
}

// writePage answers with the rows of a page.
func writePage[T any](s *Server, w http.ResponseWriter, r *http.Request, what string, l listing[T], render func(*jw, T)) {
	v := r.URL.Query()
	page, next, bad := l.page(v)
	if bad != "" {
		graphError(w, http.StatusBadRequest, "BadRequest", bad)
		return
	}
	odd := s.faults.takeOdd(true)
	writeAnswer(w, http.StatusOK, func(j *jw) {
		j.open("")
		j.str("@odata.context", s.base+"/v1.0/$metadata#"+what)
		j.list("value")
		if odd {
			oddIdentity(j)
		}
		for _, x := range page {
			render(j, x)
		}
		j.endList()
		if next != "" {
			j.str("@odata.nextLink", nextLink(s.base, r.URL, v, next))
		}
		j.end()
	})
}

func nextLink(base string, u *url.URL, v url.Values, token string) string {
	v.Del("$skip")
	v.Set("$skiptoken", token)
	return base + u.Path + "?" + v.Encode()
}

// oddIdentity writes rows that no schema allows.
func oddIdentity(j *jw) {
	for _, row := range []string{
		`{"id":"odd-1","riskLevel":7,"riskState":{"a":1},"riskLastUpdatedDateTime":"yesterday","createdDateTime":12,"detectedDateTime":[],"userPrincipalName":null}`,
		`{}`, `null`, `17`, `"row"`, `{"id":"odd-2","riskLevel":"extreme","riskState":"bewitched","riskDetail":"nobodyKnows","location":"somewhere","additionalInfo":"[{]","createdDateTime":"9999-12-31T23:59:59Z","status":5,"deviceDetail":[]}`,
	} {
		j.comma()
		j.b = append(j.b, row...)
	}
}

// fieldRow answers a filter from functions.
type fieldRow struct {
	str func(id int) (string, bool)
	num func(id int) int64
}

func (f fieldRow) Str(id int) (string, bool) { return f.str(id) }
func (f fieldRow) Num(id int) int64          { return f.num(id) }

// literals counts the texts of a filter.
func literals(filter string) int { return strings.Count(filter, "'") / 2 }
