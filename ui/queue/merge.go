package queue

import "watchfloor/app/triage"

// merge brings rows from..from+len(old part) up to date with a window read again.
// Rows keep their order. A row that the window no longer holds disappears unless it
// lies behind the window's end, or is pin. Rows that are new to the list go behind
// their predecessor in the window; insert false leaves them out.
func merge(rows []triage.Row, from, to int, win triage.Window, pin *triage.Row, insert bool) []triage.Row {
	fresh := make(map[int64]int, len(win.Rows))
	for i, r := range win.Rows {
		fresh[r.ID] = i
	}
	known := make(map[int64]bool, len(rows))
	for _, r := range rows {
		known[r.ID] = true
	}
	// follow lists, by predecessor (0 for none), the rows to insert behind it.
	follow := map[int64][]triage.Row{}
	if insert {
		prev := int64(0)
		for _, r := range win.Rows {
			if known[r.ID] {
				prev = r.ID
			} else {
				follow[prev] = append(follow[prev], r)
			}
		}
	}
	last := lastKnown(rows, from, to, fresh)
	out := append(make([]triage.Row, 0, len(rows)+8), rows[:from]...)
	out = append(out, follow[0]...)
	for i := from; i < to; i++ {
		r := rows[i]
		at, ok := fresh[r.ID]
		switch {
		case ok:
			out = append(out, win.Rows[at])
		case pin != nil && pin.ID == r.ID:
			out = append(out, *pin)
		case win.More && i > last:
			out = append(out, r)
		}
		out = append(out, follow[r.ID]...)
	}
	return append(out, rows[to:]...)
}

// lastKnown is the index of the last row of the range that the window holds.
func lastKnown(rows []triage.Row, from, to int, fresh map[int64]int) int {
	for i := to - 1; i >= from; i-- {
		if _, ok := fresh[rows[i].ID]; ok {
			return i
		}
	}
	return from - 1
}
