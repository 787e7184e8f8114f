package identity

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"watchfloor/app"
	"watchfloor/app/identity"
	"watchfloor/integrations/azure"
	"watchfloor/integrations/azure/wire"
)

// mostInFilter is how many ids one filter names: fifteen is what the directory documents.
const mostInFilter = 15

// Read implements app.Responder. Risk is read for deeds on risk and for those that lock
// somebody out; accounts for sessions, disabling and enabling. Where the tenant's licence
// or the rights do not show risk, deeds on accounts are read without it.
//
// The reference lists no filter by id for risky users, workloads and sign-ins, and names
// them only by riskState, riskLevel and times; a filter by id is asked with all the same,
// because one request for fifteen is a second where one each is fifteen. Where Graph
// refuses it, each is read alone from then on.
func (r *Risk) Read(ctx context.Context, d app.Deed, subjects []app.Subject) ([]app.SubjectState, error) {
	out := make([]app.SubjectState, len(subjects))
	ids := make([]string, 0, len(subjects))
	for i, s := range subjects {
		if s.Kind != subjects[0].Kind || s.ID == "" || !r.Can(d, s.Kind) {
			return nil, app.E(app.KindInvalid, "These cannot be read together; choose again.", nil)
		}
		out[i] = app.SubjectState{Subject: s, Values: app.Values{}}
		if !slices.Contains(ids, s.ID) {
			ids = append(ids, s.ID)
		}
	}
	if len(ids) == 0 {
		return out, nil
	}
	into := func(fill func(*app.SubjectState)) {
		for i := range out {
			fill(&out[i])
		}
	}
	switch kind := subjects[0].Kind; kind {
	case app.SubjectWorkload:
		rows, err := r.rows(ctx, "identityProtection/riskyServicePrincipals", workloadPart, ids)
		if err != nil {
			return nil, err
		}
		into(func(s *app.SubjectState) {
			raw, there := rows[strings.ToLower(s.ID)]
			w, _ := DecodeWorkload(raw)
			riskInto(s, raw, there, w.State, w.Level, w.Detail, w.Changed)
			s.Gone = !there
		})
	case app.SubjectSignIn:
		rows, err := r.rows(ctx, "auditLogs/signIns", "", ids)
		if err != nil {
			return nil, err
		}
		into(func(s *app.SubjectState) {
			raw, there := rows[strings.ToLower(s.ID)]
			v, _ := DecodeSignIn(raw)
			riskInto(s, raw, there, v.State, v.Aggregated, v.Detail, time.Time{})
			s.Gone = !there
		})
	default:
		return out, r.readUsers(ctx, d, ids, into)
	}
	return out, nil
}

// readUsers reads what a deed on users compares. A user whom Entra ID Protection does not
// list has no risk; one whom the directory does not know is gone.
func (r *Risk) readUsers(ctx context.Context, d app.Deed, ids []string, into func(func(*app.SubjectState))) error {
	onAccount := d == app.RevokeSessions || d == app.DisableAccount || d == app.EnableAccount
	listed := map[string]json.RawMessage{}
	risky := false
	if d != app.EnableAccount {
		rows, err := r.rows(ctx, "identityProtection/riskyUsers", userPart, ids)
		shut := app.KindOf(err) == app.KindLicence || app.KindOf(err) == app.KindPermission
		if err != nil && !(onAccount && shut) {
			return err
		}
		listed, risky = rows, err == nil
	}
	var unknown []string
	for _, id := range ids {
		if _, there := listed[strings.ToLower(id)]; onAccount || !there {
			unknown = append(unknown, id)
		}
	}
	accounts, err := r.accounts(ctx, unknown)
	known := err == nil
	if shut := app.KindOf(err) == app.KindLicence || app.KindOf(err) == app.KindPermission; err != nil && (onAccount || !shut) {
		return err
	}
	into(func(s *app.SubjectState) {
		raw, there := listed[strings.ToLower(s.ID)]
		u, _ := DecodeUser(raw)
		switch {
		case there:
			riskInto(s, raw, true, u.State, u.Level, u.Detail, u.Changed)
		case risky:
			s.Values[app.PropRiskState], s.Values[app.PropRiskLevel], s.Values[app.PropRiskDetail] = "none", "none", "none"
		}
		i := slices.IndexFunc(accounts, func(a identity.Account) bool { return strings.EqualFold(a.ID, s.ID) })
		if i < 0 {
			s.Gone = u.Deleted || known && slices.Contains(unknown, s.ID)
			return
		}
		a := accounts[i]
		if a.Enabled != "" {
			s.Values[app.PropEnabled] = a.Enabled
		}
		if !a.SessionsFrom.IsZero() {
			s.Values[app.PropSessionsFrom] = a.SessionsFrom.Format(time.RFC3339Nano)
		}
		if s.Raw == nil {
			s.Raw = a.Raw
		}
	})
	return nil
}

// riskInto fills the properties of a risk in.
func riskInto(s *app.SubjectState, raw []byte, there bool, state identity.State, level identity.Level, detail string, changed time.Time) {
	if !there {
		return
	}
	s.Raw, s.Modified = raw, changed
	s.Values[app.PropRiskState], s.Values[app.PropRiskLevel], s.Values[app.PropRiskDetail] = string(state), string(level), detail
	if !changed.IsZero() {
		s.Values[app.PropRiskChanged] = changed.Format(time.RFC3339Nano)
	}
}

// rows reads rows of a list by id; those it does not hold are left out. Keys are in lower
// case.
func (r *Risk) rows(ctx context.Context, path, part string, ids []string) (map[string]json.RawMessage, error) {
	intent := logged
	if part != "" {
		intent = reading
		intent.Need = parts[part].need
	}
	out := map[string]json.RawMessage{}
	for some := range slices.Chunk(ids, mostInFilter) {
		if len(some) > 1 && !r.oneByOne() {
			err := r.filtered(ctx, intent, path, some, out)
			if err == nil {
				continue
			}
			if azure.StatusOf(err) != http.StatusBadRequest {
				return nil, err
			}
			r.mu.Lock()
			r.single = true
			r.mu.Unlock()
		}
		for _, id := range some {
			reply, err := r.c.get(ctx, intent, r.c.base+path+"/"+url.PathEscape(id))
			switch {
			case azure.StatusOf(err) == http.StatusNotFound:
				continue
			case err != nil:
				return nil, err
			}
			if err := azure.CheckObject(reply.Body, "id"); err != nil {
				return nil, azure.Malformed(reply.Body, intent, err)
			}
			out[strings.ToLower(id)] = reply.Body
		}
	}
	return out, nil
}

func (r *Risk) oneByOne() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.single
}

func (r *Risk) filtered(ctx context.Context, intent azure.Intent, path string, ids []string, out map[string]json.RawMessage) error {
	terms := make([]string, len(ids))
	for i, id := range ids {
		terms[i] = "id eq " + quote(id)
	}
	trail := azure.Trail{Most: 100}
	for link := r.c.base + path + query(strings.Join(terms, " or "), "", "100"); link != ""; {
		l, _, err := r.c.list(ctx, intent, link)
		if err != nil {
			return err
		}
		if err := trail.Step(link, l.Next); err != nil {
			return err
		}
		for _, raw := range l.Rows {
			row := wire.ReadRow(raw)
			if id := row.ID("id"); id != "" {
				out[strings.ToLower(id)] = raw
			}
		}
		link = l.Next
	}
	return nil
}
