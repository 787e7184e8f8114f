package simulator

import (
	"encoding/base64"
	"fmt"
	"slices"
	"sort"

	"watchfloor/integrations/simulator/odata"
)

// IDs of the properties that both services sort and filter by.
const (
	propCreated = iota
	propModified
	propNumber
	propSeverity
	propStatus
	propTitle
	propOwner
	propClass
	propDetail
)

// query asks for a page of one shelf.
type query struct {
	filter *odata.Expr
	order  odata.Order
	top    int
	after  string // token of the page before
	skip   int
}

// list returns the rows of a page and the token of the next one, "" at the end. A
// page starts after the last key of the page before: rows that arrive or change
// meanwhile never shift it.
func (t *tenant) list(sh *shelf, q query) (rows []int32, next string, err error) {
	list, prop := sh.created, q.order.Property.ID
	key := func(i int32) int64 { return t.recs[i].created }
	if prop == propModified {
		list, key = sh.modified, func(i int32) int64 { return t.recs[i].modified }
	}
	if prop == propNumber { // numbers follow the order of arrival
		list, key = t.byNumber(sh), func(i int32) int64 { return int64(t.recs[i].number) }
	}
	lo, hi := q.filter.Range(prop)
	from := sort.Search(len(list), func(n int) bool { return key(list[n]) >= lo })
	to := sort.Search(len(list), func(n int) bool { return key(list[n]) > hi })
	if q.after != "" {
		k, i, err := readToken(q.after, prop, q.order.Desc)
		if err != nil {
			return nil, "", err
		}
		at := place(list, key, k, i)
		if q.order.Desc {
			to = min(to, at)
		} else {
			if at < len(list) && list[at] == i {
				at++
			}
			from = max(from, at)
		}
	}
	step, n := 1, from
	if q.order.Desc {
		step, n = -1, to-1
	}
	skip := q.skip
	for ; n >= from && n < to; n += step {
		i := list[n]
		if q.filter != nil && !q.filter.Match(rowOf{t, &t.recs[i]}) {
			continue
		}
		if skip > 0 {
			skip--
			continue
		}
		if len(rows) == q.top {
			last := rows[len(rows)-1]
			return rows, token(key(last), last, prop, q.order.Desc), nil
		}
		rows = append(rows, i)
	}
	return rows, "", nil
}

// byNumber orders by number; it differs from creation only after a twin came late.
func (t *tenant) byNumber(sh *shelf) []int32 {
	list := append([]int32(nil), sh.created...)
	slices.Sort(list) // records are numbered in the order they are stored
	return list
}

func (t *tenant) countRows(sh *shelf, e *odata.Expr) int {
	if e == nil {
		return len(sh.created)
	}
	n := 0
	for _, i := range sh.created {
		if e.Match(rowOf{t, &t.recs[i]}) {
			n++
		}
	}
	return n
}

func token(k int64, i int32, prop int, desc bool) string {
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%d.%t.%d.%d", prop, desc, k, i))
}

func readToken(s string, prop int, desc bool) (k int64, i int32, err error) {
	raw, err := base64.RawURLEncoding.DecodeString(s)
	var p int
	var d bool
	if err == nil {
		_, err = fmt.Sscanf(string(raw), "%d.%t.%d.%d", &p, &d, &k, &i)
	}
	if err != nil || p != prop || d != desc {
		return 0, 0, fmt.Errorf("the skip token does not belong to this query")
	}
	return k, i, nil
}

// rowOf answers a filter for one record in the words of its own service.
type rowOf struct {
	t *tenant
	r *record
}

func (x rowOf) Num(id int) int64 {
	switch id {
	case propCreated:
		return x.r.created
	case propModified:
		return x.r.modified
	}
	return int64(x.r.number)
}

func (x rowOf) Str(id int) (string, bool) {
	r := x.r
	switch id {
	case propTitle:
		return x.t.title(r), true
	case propOwner:
		o := x.t.owners[r.owner]
		if o.zero() {
			return "", false
		}
		return firstOf(o.upn, o.name, o.oid), true
	}
	if r.graph {
		switch id {
		case propSeverity:
			return graphSeverity[r.severity], true
		case propStatus:
			return graphStatus[r.status], true
		case propClass:
			return graphClass[r.class], true
		}
		return graphDetail[r.detail], true
	}
	switch id {
	case propSeverity:
		return sentinelSeverity[r.severity], true
	case propStatus:
		return sentinelStatus[r.status], true
	case propClass:
		return sentinelClass[r.class], r.class != 0
	}
	return sentinelReason[r.detail], r.detail != 0
}

func firstOf(s ...string) string {
	for _, x := range s {
		if x != "" {
			return x
		}
	}
	return ""
}
