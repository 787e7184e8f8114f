package identity

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"time"

	"watchfloor/app"
	"watchfloor/app/identity"
	"watchfloor/app/sync"
	"watchfloor/integrations/azure"
	"watchfloor/integrations/azure/wire"
)

// page takes one step of a run and says where it stands then. began is the service's
// clock.
func (r *Risk) page(ctx context.Context, cur app.Cursor, at step) (p sync.FeedPage, next step, began time.Time, err error) {
	if len(at.Todo) > 0 {
		return r.history(ctx, cur, at)
	}
	link, top := at.Link, "500"
	if at.Stage <= users || at.Stage >= userHistory {
		top = "100"
	}
	if link == "" {
		link = r.c.base + at.Stage.path() + query(r.filter(cur, at, changed(at.Stage)), "", top)
	}
	intent := reading
	intent.Need = parts[at.Stage.part()].need
	l, reply, err := r.c.list(ctx, intent, link)
	if at.Stage == detections && at.Link == "" && azure.StatusOf(err) == http.StatusBadRequest {
		link = r.c.base + at.Stage.path() + query(r.filter(cur, at, "detectedDateTime"), "", top)
		l, reply, err = r.c.list(ctx, intent, link)
	}
	if err != nil {
		return p, at, began, err
	}
	if err := r.trail.Step(link, l.Next); err != nil {
		return p, at, began, err
	}
	began, next, p.Rows = r.c.serverTime(reply.Header), at, len(l.Rows)
	if next.Link = l.Next; l.Next == "" {
		next.Stage++
	}
	return p, next, began, r.take(ctx, &p, &next, at, l, full(cur, at))
}

// changed is the property that a run asks by. What a person settled changes a detection's
// update alone.
func changed(s stage) string {
	if s == detections || s == workloadDetections {
		return "lastUpdatedDateTime"
	}
	return "riskLastUpdatedDateTime"
}

// filter is what a stage asks for. Workloads document eq alone for their time: they are
// few, and read whole.
func (r *Risk) filter(cur app.Cursor, at step, property string) string {
	switch {
	case at.Stage == openUsers:
		return "riskState eq 'atRisk' or riskState eq 'confirmedCompromised'"
	case full(cur, at), at.Stage.part() == workloadPart:
		return ""
	}
	return since(property, cur.Watermark.Add(-overlap))
}

// take decodes the rows of a page.
func (r *Risk) take(ctx context.Context, p *sync.FeedPage, next *step, at step, l wire.List, whole bool) error {
	switch at.Stage {
	case openUsers, users:
		rows := decode(ctx, r, "risky user", l, DecodeUser, func(u identity.User) string { return u.ID })
		var ids []string
		for _, u := range rows {
			if u.Raw != nil && (at.Stage == openUsers || !whole || !u.State.Open()) {
				ids = append(ids, u.ID)
			}
		}
		p.Identity.Users = rows
		return r.people(ctx, p, next, ids)
	case detections, workloadDetections:
		p.Identity.Detections = decode(ctx, r, "risk detection", l, DecodeDetection, func(d identity.Detection) string { return d.ID })
	case workloads:
		p.Identity.Workloads = decode(ctx, r, "risky workload", l, DecodeWorkload, func(w identity.Workload) string { return w.ID })
	case userHistory, workloadHistory:
		p.Rows = 0
		for _, raw := range l.Rows {
			row := wire.ReadRow(raw)
			if id := row.ID("id"); id != "" {
				next.Todo = append(next.Todo, id)
			}
		}
		if len(next.Todo) > 0 {
			next.Stage = at.Stage
		}
	}
	return nil
}

func decode[T any](ctx context.Context, r *Risk, kind string, l wire.List, one func([]byte) (T, bool), id func(T) string) []T {
	out := make([]T, 0, len(l.Rows))
	for _, d := range wire.Each(l.Rows, one) {
		if d.Odd {
			r.c.odd.Note(ctx, kind, id(d.Row))
		}
		out = append(out, d.Row)
	}
	return out
}

// history reads the history of the first of those still to be read. A page of them ends
// before the list goes on.
func (r *Risk) history(ctx context.Context, cur app.Cursor, at step) (p sync.FeedPage, next step, began time.Time, err error) {
	id := at.Todo[0]
	next = at
	if next.Todo = at.Todo[1:]; len(next.Todo) == 0 && next.Link == "" {
		next.Stage++
	}
	intent := reading
	intent.Need = parts[at.Stage.part()].need
	trail := azure.Trail{Most: mostPages}
	for link := r.c.base + at.Stage.path() + "/" + url.PathEscape(id) + "/history?$top=100"; link != ""; {
		l, reply, err := r.c.list(ctx, intent, link)
		if azure.StatusOf(err) == http.StatusNotFound || azure.StatusOf(err) == http.StatusBadRequest {
			return p, next, r.c.conf.Now().UTC(), nil // gone since, or an id that is none
		}
		if err != nil {
			return p, at, began, err
		}
		if err := trail.Step(link, l.Next); err != nil {
			return p, at, began, err
		}
		turns := decode(ctx, r, "risk history", l, func(raw []byte) (identity.Turn, bool) { return DecodeTurn(raw, id) }, func(t identity.Turn) string { return t.ID })
		p.Identity.Turns = append(p.Identity.Turns, turns...)
		p.Rows += len(turns)
		link, began = l.Next, r.c.serverTime(reply.Header)
	}
	return p, next, began, nil
}

// accountFields are returned only where they are asked for.
const accountFields = "id,displayName,userPrincipalName,accountEnabled,signInSessionsValidFromDateTime,onPremisesSecurityIdentifier,onPremisesSamAccountName,onPremisesDomainName"

// people reads accounts, and every some hours who holds a directory role; both may be
// closed without closing more.
func (r *Risk) people(ctx context.Context, p *sync.FeedPage, next *step, ids []string) error {
	holders, err := r.holders(ctx, p, next)
	if err != nil {
		return err
	}
	if !next.closed(accountPart) {
		rows, err := r.accounts(ctx, append(ids, holders...))
		switch reason := whyClosed(err); {
		case reason != open:
			next.close(p, accountPart, reason)
		case err != nil:
			return err // the roles are read again with the page
		default:
			p.Identity.Accounts = r.withRoles(rows)
		}
	}
	if len(p.Identity.Origins) > 0 {
		r.mu.Lock()
		r.rolesRead = r.c.conf.Now()
		r.mu.Unlock()
	}
	return nil
}

func (r *Risk) withRoles(rows []identity.Account) []identity.Account {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := range rows {
		rows[i].Roles = r.roles[rows[i].ID]
	}
	return rows
}

// accounts reads users of the directory by object id; those it does not know are left out.
func (r *Risk) accounts(ctx context.Context, ids []string) ([]identity.Account, error) {
	var out []identity.Account
	intent := reading
	intent.Need = parts[accountPart].need
	for some := range slices.Chunk(ids, mostInFilter) {
		trail := azure.Trail{Most: mostInFilter}
		for link := r.c.base + "users?$select=" + accountFields + "&$filter=" + oneOf("id", some); link != ""; {
			l, _, err := r.c.list(ctx, intent, link)
			if err != nil {
				return out, err
			}
			if err := trail.Step(link, l.Next); err != nil {
				return out, err
			}
			out = append(out, decode(ctx, r, "account", l, DecodeAccount, func(a identity.Account) string { return a.ID })...)
			link = l.Next
		}
	}
	return out, nil
}

// oneOf is a filter "property in ('a','b')", escaped.
func oneOf(property string, ids []string) string {
	text := property + " in ("
	for i, id := range ids {
		if i > 0 {
			text += ","
		}
		text += quote(id)
	}
	return escape(text + ")")
}

// fields of a row that is read for its ids alone.
type member struct {
	Type string `json:"@odata.type"`
	ID   string `json:"id"`
	UPN  string `json:"userPrincipalName"`
	Name string `json:"displayName"`
}

// members leaves out rows that cannot be told apart.
func (c *Client) members(ctx context.Context, l wire.List) []member {
	out := make([]member, 0, len(l.Rows))
	for _, raw := range l.Rows {
		var m member
		_ = json.Unmarshal(raw, &m) // what cannot be read is left empty
		if m.ID == "" {
			c.odd.Note(ctx, "role or member of one", wire.HashID("unreadable-", string(raw)))
			continue
		}
		out = append(out, m)
	}
	return out
}
