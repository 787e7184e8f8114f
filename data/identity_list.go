package data

import (
	"context"
	"strconv"
	"strings"
	"time"

	"watchfloor/app"
	"watchfloor/app/identity"
)

// idList describes a list whose rows are read by plain SQL: users, workloads, detections.
type idList struct {
	name, from string
	cols       string
	// key tells rows of one name apart.
	key   string
	sorts map[string]string // SQL by sort key; all lists have ByTime
	// text are the columns that words are searched in.
	text []string
	term func(w *where, t identity.Term, now time.Time) bool
}

// listWhere compiles a filter; terms that the list does not have are an error.
func (l *idList) where(f identity.Filter, now time.Time) (where, error) {
	var w where
	for _, t := range f.Terms {
		if t.Key == identity.KeyText {
			c, args := l.contains(t.Values[0])
			w.add("NOT "+c, args...)
			continue
		}
		var one where
		if !l.term(&one, t, now) {
			return w, notHere(t.Key+t.Op, l.name)
		}
		cond := "(" + strings.Join(one.conds, " OR ") + ")"
		if t.Not {
			cond = "NOT " + cond
		}
		w.add(cond, one.args...)
	}
	for _, word := range f.Words {
		c, args := l.contains(word)
		w.add(c, args...)
	}
	return w, nil
}

func (l *idList) contains(word string) (string, []any) {
	var alts []string
	var args []any
	for _, col := range l.text {
		alts, args = append(alts, col+` LIKE ? ESCAPE '\'`), append(args, like(word))
	}
	return "(" + strings.Join(alts, " OR ") + ")", args
}

// like is a pattern for text that contains s.
func like(s string) string { return "%" + likeEscape.Replace(s) + "%" }

var likeEscape = strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`)

// page builds the statement of a window. The cursor holds what the last row is ordered
// by, and its key.
func (l *idList) page(q identity.Query, now time.Time) (string, []any, error) {
	w, err := l.where(q.Filter, now)
	if err != nil {
		return "", nil, err
	}
	down := q.Down
	if q.Sort == "" {
		q.Sort, down = identity.ByTime, !q.Down
	}
	sort, sorted := l.sorts[q.Sort]
	if !sorted {
		return "", nil, notHere("order by "+q.Sort, l.name)
	}
	if q.After != "" {
		value, id, err := cutCursor(q.After)
		if err != nil {
			return "", nil, err
		}
		if down {
			w.add("("+sort+", "+l.key+") < (?, ?)", value, id)
		} else {
			w.add(sort+" >= ? AND ("+sort+" > ? OR "+l.key+" < ?)", value, value, id)
		}
	}
	text := "SELECT " + sort + ", " + l.cols + " FROM " + l.from
	if len(w.conds) > 0 {
		text += " WHERE " + w.text()
	}
	dir := " ASC, "
	if down {
		dir = " DESC, "
	}
	return text + " ORDER BY " + sort + dir + l.key + " DESC LIMIT ?", append(w.args, limitOf(q)+1), nil
}

func limitOf(q identity.Query) int {
	if q.Limit <= 0 {
		return 100
	}
	return q.Limit
}

func cutCursor(s string) (value any, id string, err error) {
	kind, rest, ok := strings.Cut(s, ":")
	n, text, more := strings.Cut(rest, ":")
	size, bad := strconv.Atoi(n)
	if !ok || !more || bad != nil || size < 0 || size > len(text) {
		return nil, "", app.E(app.KindInvalid, "The place in the list is not known; start again at its top.", nil)
	}
	v, id := text[:size], text[size:]
	if kind == "n" {
		num, err := strconv.ParseInt(v, 10, 64)
		return num, id, err
	}
	return v, id, nil
}

// cursorOf is the inverse of cutCursor.
func cursorOf(value any, id string) string {
	switch v := value.(type) {
	case int64:
		n := strconv.FormatInt(v, 10)
		return "n:" + strconv.Itoa(len(n)) + ":" + n + id
	case []byte:
		return "t:" + strconv.Itoa(len(v)) + ":" + string(v) + id
	case string:
		return "t:" + strconv.Itoa(len(v)) + ":" + v + id
	}
	return "n:1:0" + id
}

// count counts the rows that match and those that do not, each at most CountLimit.
func (l *idList) count(c *Cache, q querier, f identity.Filter) (total, hidden int, err error) {
	return c.counts.of(l.name+"\x00"+f.String(), c.cfg.Now(), func() (total, hidden int, err error) {
		w, err := l.where(f, c.cfg.Now())
		if err != nil {
			return 0, 0, err
		}
		cond := "1"
		if len(w.conds) > 0 {
			cond = w.text()
		}
		bounded := func(cond string) (n int, err error) {
			err = q.one("SELECT count(*) FROM (SELECT 1 FROM "+l.from+" WHERE "+cond+" LIMIT ?)", append(w.args[:len(w.args):len(w.args)], identity.CountLimit), &n)
			return n, err
		}
		if total, err = bounded(cond); err != nil || f.IsZero() {
			return total, 0, err
		}
		hidden, err = bounded("NOT (" + cond + ")")
		return total, hidden, err
	})
}

// readList reads a window. row reads one row behind its sort value and returns its key.
func readList[T any](ctx context.Context, c *Cache, l *idList, query identity.Query,
	row func(scan func(...any) error, sort *any) (T, string, error),
) (win identity.Window[T], err error) {
	text, args, err := l.page(query, c.cfg.Now())
	if err != nil {
		return win, err
	}
	limit := limitOf(query)
	err = c.view(ctx, func(q querier) error {
		var last string
		if err := q.each(text, args, func(scan func(...any) error) error {
			var sort any
			v, id, err := row(scan, &sort)
			if len(win.Rows) == limit {
				win.Next = last
				return err
			}
			win.Rows, last = append(win.Rows, v), cursorOf(sort, id)
			return err
		}); err != nil {
			return err
		}
		win.Total, win.Hidden, err = l.count(c, q, query.Filter)
		return err
	})
	return win, err
}
