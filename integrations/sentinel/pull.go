package sentinel

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/to"
	sdk "github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/securityinsights/armsecurityinsights/v2"

	"watchfloor/app"
	"watchfloor/integrations/azure"
	"watchfloor/integrations/azure/wire"
)

// overlap is how far before its watermark a run starts: the service shows a change up
// to some minutes after the time it carries.
const overlap = 5 * time.Minute

// A cursor normally continues by the time of the last row of its page, not by the
// service's link: a link repeats the small size of the first page, expires while the
// program is closed, and counts rows, so that one which changes or goes meanwhile
// shifts another past the reader. The link serves where times do not tell pages apart.
const (
	createdMark  = "created:"
	modifiedMark = "modified:"
)

// Pull implements app.Remote. The first run is ordered by creation, newest first, and
// its watermark is the newest modification the service knew before it; later runs are
// ordered by modification, oldest first. A link that the service refuses (400, 404,
// 410: it expired) starts the run again, at most three times.
func (c *Client) Pull(ctx context.Context, cur app.Cursor) (app.Page, error) {
	return c.trail.Pull(ctx, cur, c.pull)
}

func (c *Client) pull(ctx context.Context, cur app.Cursor) (app.Page, error) {
	first := cur.First()
	if first && cur.Ahead.IsZero() {
		ahead, err := c.newest(ctx)
		if err != nil {
			return app.Page{}, err
		}
		cur.Ahead = ahead
	}
	o, link := c.query(cur)
	l, reply, err := page(ctx, c, c.incidents.NewListPager(c.conf.ResourceGroup, c.conf.Workspace, o), link)
	if err != nil {
		return app.Page{}, err
	}
	if err := c.trail.Step(cur.Next, l.Next); err != nil {
		return app.Page{}, err
	}
	p := app.Page{Total: -1, Rows: make([]app.Pulled, 0, len(l.Rows))}
	var newest time.Time
	lastOdd := false
	for _, d := range wire.Each(l.Rows, DecodeIncident) {
		row := d.Row
		if lastOdd = d.Odd; d.Odd {
			p.Odd++
			c.odd.Note(ctx, "incident", row.Incident.Ref.ID)
		}
		p.Rows = append(p.Rows, row)
		newest = later(newest, row.Incident.Modified)
	}
	if !first {
		cur.Ahead = later(later(cur.Ahead, cur.Watermark), notAfter(newest, reply.Header))
	}
	if l.Next == "" {
		p.Done, p.Cursor = true, app.Cursor{Watermark: cur.Ahead}
		return p, nil
	}
	p.Cursor = app.Cursor{Watermark: cur.Watermark, Ahead: cur.Ahead, Next: l.Next}
	if last := len(p.Rows) - 1; last >= 0 && !lastOdd {
		if next := byTime(cur, p.Rows[last].Incident); next != "" {
			p.Cursor.Next = next
		}
	}
	return p, nil
}

// byTime continues after the page of cur whose last row is last; "" where that would
// not get any further than cur itself.
func byTime(cur app.Cursor, last app.Incident) string {
	if cur.First() {
		// A second more: the filter may know fractions that the answer does not show.
		next := createdMark + stamp(last.Created.Add(time.Second))
		if before, ok := strings.CutPrefix(cur.Next, createdMark); cur.Next == "" || ok && next < createdMark+before {
			return next
		}
		return ""
	}
	from := stamp(cur.Watermark.Add(-overlap))
	if at, ok := strings.CutPrefix(cur.Next, modifiedMark); ok {
		from = at
	} else if cur.Next != "" {
		return "" // in the middle of links
	}
	if next := stamp(last.Modified); next > from {
		return modifiedMark + next
	}
	return ""
}

// query is the request that cur stands for: options for a first page, or a link.
func (c *Client) query(cur app.Cursor) (*sdk.IncidentsClientListOptions, string) {
	o := &sdk.IncidentsClientListOptions{Top: to.Ptr(c.conf.PageSize)}
	switch {
	case !cur.First():
		from, ok := strings.CutPrefix(cur.Next, modifiedMark)
		if !ok {
			from = stamp(cur.Watermark.Add(-overlap))
		}
		o.Filter = to.Ptr("properties/lastModifiedTimeUtc ge " + from)
		o.Orderby = to.Ptr("properties/lastModifiedTimeUtc asc")
		if ok {
			return o, ""
		}
	case strings.HasPrefix(cur.Next, createdMark):
		o.Filter = to.Ptr("properties/createdTimeUtc le " + strings.TrimPrefix(cur.Next, createdMark))
		o.Orderby = to.Ptr("properties/createdTimeUtc desc")
		return o, ""
	default:
		o.Top = to.Ptr(c.conf.FirstPage)
		o.Orderby = to.Ptr("properties/createdTimeUtc desc")
	}
	return o, cur.Next
}

// newest asks for the latest modification; in an empty workspace, or one whose latest
// row tells no time, the service's own clock serves.
func (c *Client) newest(ctx context.Context) (time.Time, error) {
	l, reply, err := page(ctx, c, c.incidents.NewListPager(c.conf.ResourceGroup, c.conf.Workspace,
		&sdk.IncidentsClientListOptions{Top: to.Ptr(int32(1)), Orderby: to.Ptr("properties/lastModifiedTimeUtc desc")}), "")
	if err != nil {
		return time.Time{}, err
	}
	if len(l.Rows) > 0 {
		if row, _ := DecodeIncident(l.Rows[0]); !row.Incident.Modified.IsZero() {
			return notAfter(row.Incident.Modified, reply.Header), nil
		}
	}
	if at, ok := azure.Clock(reply.Header); ok {
		return at, nil
	}
	return time.Time{}, app.E(app.KindInvalid, "Sentinel told no time to start from; the pull is tried again later.", errNoClock)
}

var errNoClock = errors.New("neither a row nor a Date header carries a time")

// notAfter keeps one row from the future from hiding every change until then.
func notAfter(t time.Time, h http.Header) time.Time {
	if at, ok := azure.Clock(h); ok && t.After(at.Add(overlap)) {
		return at
	}
	return t
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.0000000Z") }
