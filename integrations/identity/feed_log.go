package identity

import (
	"context"
	"net/http"
	"strings"
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
}

var _ sync.Feed = (*Log)(nil)

var signInPart = part{"Sign-ins", "Entra ID P1", logged.Need, "Users at risk, their detections and all actions work without it."}

// late is how far before its watermark a run starts: rows appear in the log some minutes
// after the sign-in, rarely up to an hour.
const late = time.Hour

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
	link := cur.Next
	if link == "" {
		link = l.first(cur.Watermark, true)
	}
	list, reply, err := l.c.list(ctx, logged, link)
	if cur.Next == "" && azure.StatusOf(err) == http.StatusBadRequest && l.c.conf.SignInFilter != All {
		link = l.first(cur.Watermark, false)
		list, reply, err = l.c.list(ctx, logged, link)
	}
	if err != nil {
		return sync.FeedPage{}, err
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

// blocked are the error codes of sign-ins that risk stopped: by Conditional Access,
// for want of a proof the risk forbids to register, and from an address known as
// malicious (Entra's list of error codes).
var blocked = []string{"53003", "53004", "50053"}

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
			any = append(any, "status/errorCode eq "+code)
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
	risky := s.State != identity.StateNone && s.State != "" || s.ErrorCode == 53003 || s.ErrorCode == 53004 || s.ErrorCode == 50053
	return risky && (s.Interactive || l.c.conf.SignInFilter != RiskyInteractive)
}
