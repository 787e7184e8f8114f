package data

import (
	"strings"
	"sync"
	"time"
)

// highBook is the readers' memory of the lists: every page of sign-ins asks who matters.
type highBook struct {
	mu   sync.Mutex
	at   time.Time
	last *map[string]string // reasons by name in lower case; nil: not known
}

func (h *highBook) forget() {
	h.mu.Lock()
	h.last = nil
	h.mu.Unlock()
}

// of returns the reasons by object id, UPN and the other names of the lists, believed for
// totalsLast where this process wrote nothing.
func (h *highBook) of(now time.Time, q querier) (map[string]string, error) {
	h.mu.Lock()
	if h.last == nil || now.Sub(h.at).Abs() > totalsLast {
		h.last, h.at = &map[string]string{}, now
		*h.last = nil
	}
	mine := h.last
	known := *mine
	h.mu.Unlock()
	if known != nil {
		return known, nil
	}
	out := map[string]string{}
	err := q.each(`SELECT key, reason FROM high_value
    UNION ALL SELECT lower(a.id), h.reason FROM high_value h JOIN account a ON a.sid = h.key AND a.sid <> ''
    UNION ALL SELECT lower(a.id), h.reason FROM high_value h JOIN account a ON a.sam = h.key AND a.sam <> ''`, nil, func(scan func(...any) error) error {
		var key, reason string
		err := scan(&key, &reason)
		if key != "" && !strings.Contains(out[key], reason) {
			out[key] = strings.TrimPrefix(out[key]+"; "+reason, "; ")
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	h.mu.Lock()
	*mine = out // nobody's any more where it was forgotten meanwhile
	h.mu.Unlock()
	return out, nil
}
