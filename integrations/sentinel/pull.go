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

// createdMark starts a cursor that continues the first pull by creation time instead
// of a link: a link repeats the size of the small first page to the end.
const createdMark = "created:"

// Pull implements app.Remote. The first run is ordered by creation, newest first, and
// its watermark is the newest modification the service knew before it; later runs are
// ordered by modification, oldest first. A link that the service refuses (400, 404,
// 410: it expired) starts the run again, at most three times.
func (c *Client) Pull(ctx context.Context, cur app.Cursor) (app.Page, error) {
	if cur.Next == "" {
		c.trail.Start()
	}
	p, err := c.pull(ctx, cur)
	if cur.Next != "" && expired(err) {
		if err := c.trail.Restart(); err != nil {
			return app.Page{}, err
		}
		cur.Next = ""
		p, err = c.pull(ctx, cur)
	}
	return p, err
}

func expired(err error) bool {
	switch azure.StatusOf(err) {
	case http.StatusBadRequest, http.StatusNotFound, http.StatusGone:
		return true
	}
	return false
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
	for _, d := range wire.Each(l.Rows, DecodeIncident) {
		row := d.Row
		if d.Odd {
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
	if first && cur.Next == "" && c.conf.PageSize > c.conf.FirstPage && len(p.Rows) > 0 {
		if oldest := p.Rows[len(p.Rows)-1].Incident.Created; !oldest.IsZero() {
			// A second more: the filter may know fractions that the answer does not show.
			p.Cursor.Next = createdMark + oldest.Add(time.Second).Format(time.RFC3339)
		}
	}
	return p, nil
}

// query is the request that cur stands for: options for a first page, or a link.
func (c *Client) query(cur app.Cursor) (*sdk.IncidentsClientListOptions, string) {
	o := &sdk.IncidentsClientListOptions{Top: to.Ptr(c.conf.PageSize)}
	switch {
	case !cur.First():
		o.Filter = to.Ptr("properties/lastModifiedTimeUtc ge " + stamp(cur.Watermark.Add(-overlap)))
		o.Orderby = to.Ptr("properties/lastModifiedTimeUtc asc")
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
	if at, err := http.ParseTime(reply.Header.Get("Date")); err == nil {
		return at.UTC(), nil
	}
	return time.Time{}, app.E(app.KindInvalid, "Sentinel told no time to start from; the pull is tried again later.", errNoClock)
}

var errNoClock = errors.New("neither a row nor a Date header carries a time")

// notAfter keeps one row from the future from hiding every change until then.
func notAfter(t time.Time, h http.Header) time.Time {
	if at, err := http.ParseTime(h.Get("Date")); err == nil && t.After(at.Add(overlap)) {
		return at.UTC()
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
