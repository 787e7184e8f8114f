package defender

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"watchfloor/app"
	"watchfloor/integrations/azure"
	"watchfloor/integrations/azure/wire"
)

// overlap is how far before its watermark a run starts.
const overlap = 5 * time.Minute

// Pull implements app.Remote. The service lists newest first; a later run asks for
// what was modified at or after the watermark less the overlap, in the service's
// order. A link that the service refuses (400, 404, 410) starts the run again, at most
// three times.
func (c *Client) Pull(ctx context.Context, cur app.Cursor) (app.Page, error) {
	return c.trail.Pull(ctx, cur, c.pull)
}

func (c *Client) pull(ctx context.Context, cur app.Cursor) (app.Page, error) {
	link := cur.Next
	if link == "" {
		link = c.first(cur.Watermark)
	}
	l, reply, err := c.list(ctx, link)
	if cur.Next == "" && cur.First() && azure.StatusOf(err) == http.StatusBadRequest {
		link = c.query("", true) // rather without the figure than without the incidents
		l, reply, err = c.list(ctx, link)
	}
	if err != nil {
		return app.Page{}, err
	}
	if err := c.trail.Step(link, l.Next); err != nil {
		return app.Page{}, err
	}
	p := app.Page{Total: total(l), Rows: make([]app.Pulled, 0, len(l.Rows))}
	var newest time.Time
	for _, d := range wire.Each(l.Rows, DecodeIncident) {
		row := d.Row
		if d.Odd {
			p.Odd++
			c.odd.Note(ctx, "incident", row.Incident.Ref.ID)
		}
		p.Rows = append(p.Rows, row)
		if row.Incident.Modified.After(newest) {
			newest = row.Incident.Modified
		}
	}
	if cur.Ahead.IsZero() {
		if cur.Ahead, err = runStart(cur, newest, reply.Header); err != nil {
			return app.Page{}, err
		}
	}
	if p.Done = l.Next == ""; p.Done {
		p.Cursor = app.Cursor{Watermark: cur.Ahead}
		return p, nil
	}
	p.Cursor = app.Cursor{Watermark: cur.Watermark, Ahead: cur.Ahead, Next: l.Next}
	return p, nil
}

// total is how many rows the run has, -1 where the page does not say or says how many
// it holds itself.
func total(l wire.List) int {
	if l.Next != "" && l.Count <= len(l.Rows) {
		return -1
	}
	return l.Count
}

// runStart is the watermark of a run, known with its first page: the latest
// modification on it, or the service's clock if that is earlier. Whatever was modified
// before is on this page or on those still to come. It never moves back.
func runStart(cur app.Cursor, newest time.Time, h http.Header) (time.Time, error) {
	at, told := azure.Clock(h)
	switch {
	case told && (newest.After(at) || newest.IsZero() && cur.First()):
		newest = at
	case newest.IsZero() && cur.First():
		return newest, app.E(app.KindInvalid, "Defender XDR told no time to start from; the pull is tried again later.", errNoClock)
	}
	if newest.Before(cur.Watermark) {
		return cur.Watermark, nil
	}
	return newest, nil
}

var errNoClock = errors.New("neither a row nor a Date header carries a time")

func (c *Client) first(since time.Time) string {
	filter := ""
	if !since.IsZero() {
		filter = "lastUpdateDateTime ge " + since.Add(-overlap).UTC().Format("2006-01-02T15:04:05.0000000Z")
	}
	link := c.query(filter, true)
	if since.IsZero() { // counting what a filter leaves may cost the service a search
		link += "&$count=true"
	}
	return link
}

// query spells a list request in the order of the documentation; spaces as %20, which
// OData wants.
func (c *Client) query(filter string, expand bool) string {
	q := "$top=" + strconv.Itoa(c.conf.PageSize)
	if filter != "" {
		q += "&$filter=" + strings.ReplaceAll(url.QueryEscape(filter), "+", "%20")
	}
	if expand {
		q += "&$expand=alerts"
	}
	return c.base + "?" + q
}

// Open implements app.Remote.
func (c *Client) Open(ctx context.Context) ([]string, error) {
	trail := azure.Trail{Most: mostPages}
	ids := []string{}
	for link := c.query("status ne 'resolved'", false); ; {
		l, _, err := c.list(ctx, link)
		if err != nil {
			return nil, err
		}
		for _, raw := range l.Rows {
			if p, _ := DecodeIncident(raw); p.Incident.Status.Open() {
				ids = append(ids, p.Incident.Ref.ID)
			}
		}
		if err := trail.Step(link, l.Next); err != nil {
			return nil, err
		}
		if link = l.Next; link == "" {
			return ids, nil
		}
	}
}
