package identity

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	gosync "sync"
	"time"

	"watchfloor/app"
	"watchfloor/app/identity"
	"watchfloor/app/sync"
	"watchfloor/integrations/azure"
	"watchfloor/integrations/azure/wire"
)

// Log is the feed of the sign-in log.
type Log struct {
	c     *Client
	trail azure.Trail

	mu    gosync.Mutex
	whole time.Time // when a run last asked for all days
}

var _ sync.Feed = (*Log)(nil)

var signInPart = part{"Sign-ins", "Entra ID P1", logged.Need, "Users at risk, their detections and all actions work without it."}

// late is how far before its watermark a run starts: rows appear in the log some minutes
// after the sign-in, rarely up to an hour.
const late = time.Hour

// wholeEvery is how often risky sign-ins of all days are read again: what people say of
// a sign-in later does not change its time. They are few; all sign-ins are not, and keep
// what they had when they came.
const wholeEvery = 6 * time.Hour

// ID implements sync.Feed.
func (*Log) ID() app.SourceID { return app.SignIns }

// Every implements sync.Feed.
func (*Log) Every() time.Duration { return 5 * time.Minute }

// Pull implements sync.Feed: a page of sign-ins, latest first. The filter leaves the
// choice to the service, and is checked again here: where it refuses the filter, the run
// asks by time alone. Which sign-ins are interactive cannot be asked for in v1.0.
func (l *Log) Pull(ctx context.Context, cur app.Cursor) (sync.FeedPage, error) {
	var out sync.FeedPage
	_, err := l.trail.Pull(ctx, cur, func(ctx context.Context, cur app.Cursor) (app.Page, error) {
		var err error
		out, err = l.pull(ctx, cur)
		return app.Page{}, err
	})
	if reason := whyClosed(err); reason != open {
		return sync.FeedPage{Cursor: app.Cursor{Watermark: cur.Watermark}, Done: true, Lacks: []app.Lack{signInPart.lack(reason)}}, nil
	}
	return out, err
}

func (l *Log) pull(ctx context.Context, cur app.Cursor) (sync.FeedPage, error) {
	link, from := cur.Next, cur.Watermark
	began := l.c.conf.Now()
	if link == "" {
		if l.wholeDue(began) {
			from = time.Time{}
		}
		link = l.first(from, true)
	}
	list, reply, err := l.c.list(ctx, logged, link)
	if cur.Next == "" && azure.StatusOf(err) == http.StatusBadRequest && l.c.conf.SignInFilter != All {
		from = cur.Watermark
		link = l.first(from, false)
		list, reply, err = l.c.list(ctx, logged, link)
	}
	if err != nil {
		return sync.FeedPage{}, err
	}
	if cur.Next == "" {
		l.noteWhole(began)
	}
	if err := l.trail.Step(link, list.Next); err != nil {
		return sync.FeedPage{}, err
	}
	p := sync.FeedPage{Rows: len(list.Rows)}
	for _, d := range wire.Each(list.Rows, DecodeSignIn) {
		if d.Odd {
			l.c.odd.Note(ctx, "sign-in", d.Row.ID)
		}
		if d.Odd || l.wanted(d.Row) {
			p.Identity.SignIns = append(p.Identity.SignIns, d.Row)
		}
	}
	ahead := cur.Ahead
	if cur.Next == "" || ahead.IsZero() {
		if ahead = l.c.serverTime(reply.Header); ahead.Before(cur.Watermark) {
			ahead = cur.Watermark
		}
	}
	if p.Done = list.Next == ""; p.Done {
		p.Cursor = app.Cursor{Watermark: ahead}
		return p, nil
	}
	p.Cursor = app.Cursor{Watermark: cur.Watermark, Ahead: ahead, Next: list.Next}
	return p, nil
}

// wholeDue reports that a run is to ask for all days.
func (l *Log) wholeDue(now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.c.conf.SignInFilter != All && (l.whole.IsZero() || now.Sub(l.whole) >= wholeEvery || l.whole.After(now))
}

// noteWhole notes a run that began, where it asked for all days or was to.
func (l *Log) noteWhole(now time.Time) {
	if !l.wholeDue(now) {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.whole = now
}

// blocked are the error codes of sign-ins that risk stopped: by Conditional Access,
// for want of a proof the risk forbids to register, and from an address known as
// malicious (Entra's list of error codes).
var blocked = []int{53003, 53004, 50053}

// first asks for a run. Only eq is documented for risk (sheet part C), so every state but
// none is named.
func (l *Log) first(watermark time.Time, filtered bool) string {
	from := l.c.conf.Now().AddDate(0, 0, -l.c.conf.Days)
	if !watermark.IsZero() {
		from = watermark.Add(-late)
	}
	filter := since("createdDateTime", from)
	if filtered && l.c.conf.SignInFilter != All {
		var any []string
		for _, s := range []identity.State{identity.StateAtRisk, identity.StateCompromised, identity.StateRemediated, identity.StateDismissed, identity.StateSafe} {
			any = append(any, "riskState eq "+quote(string(s)))
		}
		for _, code := range blocked {
			any = append(any, "status/errorCode eq "+strconv.Itoa(code))
		}
		filter += " and (" + strings.Join(any, " or ") + ")"
	}
	return l.c.base + "auditLogs/signIns" + query(filter, "createdDateTime desc", "1000")
}

// wanted reports a sign-in that the filter keeps.
func (l *Log) wanted(s identity.SignIn) bool {
	if l.c.conf.SignInFilter == All {
		return true
	}
	risky := s.State != identity.StateNone && s.State != "" || slices.Contains(blocked, s.ErrorCode)
	return risky && (s.Interactive || l.c.conf.SignInFilter != RiskyInteractive)
}
