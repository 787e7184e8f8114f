package cloudalerts

import (
	"context"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"time"

	"watchfloor/app"
	"watchfloor/integrations/azure"
	"watchfloor/integrations/azure/wire"
)

// overlap is how long before the end of a run an alert may have been made that it did
// not bring yet.
const overlap = 5 * time.Minute

// Pull implements app.Remote. Each page is one of the list of one subscription; the
// subscriptions follow one another by id. One that the sign-in may not read, or that has
// no Defender for Cloud, is passed over and logged; where all are, the pull fails. After
// the first run only rows that changed are given, and a change is dated by the service's
// clock.
func (c *Client) Pull(ctx context.Context, cur app.Cursor) (app.Page, error) {
	return c.trail.Pull(ctx, cur, c.pull)
}

func (c *Client) pull(ctx context.Context, cur app.Cursor) (app.Page, error) {
	sub, link, err := c.start(ctx, cur)
	if err != nil {
		return app.Page{}, err
	}
	for sub != "" {
		l, reply, err := c.list(ctx, sub, link)
		if err != nil {
			if link != "" || !azure.Refused(err) {
				return app.Page{}, err
			}
			c.pass(ctx, sub, err)
			sub = c.following(sub)
			continue
		}
		next := ""
		if l.Next != "" {
			next = at(sub, l.Next)
		} else if to := c.following(sub); to != "" {
			next = at(to, "")
		}
		if err := c.trail.Step(cur.Next, next); err != nil {
			return app.Page{}, err
		}
		if cur.Ahead.IsZero() {
			cur.Ahead = c.clock(reply)
		}
		p := app.Page{Total: -1, Done: next == "", Cursor: app.Cursor{Watermark: cur.Watermark, Ahead: cur.Ahead, Next: next}}
		if p.Done {
			p.Cursor = app.Cursor{Watermark: cur.Ahead}
		}
		c.take(ctx, &p, cur, l, c.clock(reply))
		return p, nil
	}
	return c.nothing(cur)
}

// at is the cursor of a page: a subscription and a link within its list.
func at(sub, link string) string { return sub + " " + link }

// start finds the page that cur stands for. It chooses the subscriptions of a new run, and
// notes that what the page before brought is stored.
func (c *Client) start(ctx context.Context, cur app.Cursor) (sub, link string, err error) {
	c.mu.Lock()
	if cur.Next == c.after.Next && cur.Watermark.Equal(c.after.Watermark) && cur.Ahead.Equal(c.after.Ahead) {
		maps.Copy(c.known, c.pending)
	}
	c.pending = nil
	have := c.subs != nil
	c.mu.Unlock()
	if cur.Next == "" || !have {
		subs, err := c.choose(ctx)
		if err != nil {
			return "", "", err
		}
		c.mu.Lock()
		c.subs, c.refused, c.read = subs, nil, 0
		c.mu.Unlock()
	}
	if cur.Next != "" {
		sub, link, _ = strings.Cut(cur.Next, " ")
		return sub, link, nil
	}
	return c.following(""), "", nil
}

// choose lists the subscriptions to read, sorted.
func (c *Client) choose(ctx context.Context) ([]string, error) {
	subs, err := c.subscriptions.Choose(ctx, c.conf.Subscriptions)
	if err != nil {
		return nil, err
	}
	out := make([]string, 0, len(subs))
	for _, s := range subs {
		out = append(out, strings.ToLower(s.ID))
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

// following is the subscription after sub, "" after the last.
func (c *Client) following(sub string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	i, found := slices.BinarySearch(c.subs, sub)
	if found {
		i++
	}
	if i == len(c.subs) {
		return ""
	}
	return c.subs[i]
}

// pass leaves a subscription out.
func (c *Client) pass(ctx context.Context, sub string, err error) {
	c.mu.Lock()
	c.refused = err
	c.mu.Unlock()
	c.conf.Logger().LogAttrs(ctx, slog.LevelWarn, "alerts of a subscription cannot be read",
		slog.String("subscription", sub), slog.String("kind", string(app.KindOf(err))))
}

// nothing ends a run whose last subscriptions could not be read: well where others could.
func (c *Client) nothing(cur app.Cursor) (app.Page, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.read == 0 && c.refused != nil {
		return app.Page{}, c.refused
	}
	if c.read == 0 {
		return app.Page{}, app.E(app.KindPermission, "This sign-in sees no subscription of Azure: ask for "+needToRead+".", nil)
	}
	if cur.Ahead.IsZero() {
		cur.Ahead = cur.Watermark
	}
	p := app.Page{Total: -1, Done: true, Cursor: app.Cursor{Watermark: cur.Ahead}}
	c.after, c.pending = p.Cursor, map[string]known{}
	return p, nil
}

// clock is the service's time of an answer.
func (c *Client) clock(r azure.Reply) time.Time {
	if at, ok := azure.Clock(r.Header); ok {
		return at
	}
	return c.conf.Now().UTC().Truncate(time.Second)
}

// take puts the rows of a page that are new or changed into p.
func (c *Client) take(ctx context.Context, p *app.Page, cur app.Cursor, l wire.List, now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.read++
	c.after, c.pending = p.Cursor, map[string]known{}
	for _, d := range wire.Each(l.Rows, DecodeAlert) {
		in := &d.Row.Incident
		if d.Odd {
			p.Odd++
			c.odd.Note(ctx, "alert", in.Ref.ID)
		}
		was, there := c.known[in.Ref.ID]
		if there && was.print == in.ETag && !cur.First() {
			continue
		}
		// What an earlier run brought, or must have brought, has changed since.
		old := there && was.print != in.ETag || in.Modified.Before(cur.Watermark.Add(-overlap))
		if !cur.First() && old || in.Modified.After(now) {
			in.Modified = now
		}
		c.pending[in.Ref.ID] = known{in.ETag, in.Status.Open()}
		p.Rows = append(p.Rows, d.Row)
	}
}
