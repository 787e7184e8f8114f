package uitest

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	gosync "sync"

	"watchfloor/app"
	"watchfloor/app/identity"
)

// Identity is the identities of a tenant in memory. Its filter knows level, state, type,
// country, user and words. Safe for concurrent use.
type Identity struct {
	mu        gosync.Mutex
	UserRows  []identity.UserRow
	WorkRows  []identity.WorkloadRow
	SignRows  []identity.SignInRow
	Found     []identity.Detection
	KeptNow   identity.Kept
	Persons   map[string]identity.Person // by object id
	Keys      map[string]identity.Key    // by the key of an entity
	Important []identity.HighValue
	Err       error
	Asked     []identity.Query
	// OnRead runs before a list is answered.
	OnRead func()
}

var _ identity.Reader = (*Identity)(nil)

// begin notes a call; Err ends it.
func (f *Identity) begin(ctx context.Context, q identity.Query) error {
	if f.OnRead != nil {
		f.OnRead()
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.Asked = append(f.Asked, q)
	if err := ctx.Err(); err != nil {
		return err
	}
	return f.Err
}

// Change edits the rows, as a pull would.
func (f *Identity) Change(edit func(f *Identity)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	edit(f)
}

func window[T any](all []T, q identity.Query, fields func(T) map[string]string, order func(a, b T) int) identity.Window[T] {
	var out identity.Window[T]
	rows := slices.Clone(all)
	slices.SortStableFunc(rows, func(a, b T) int {
		if q.Down {
			a, b = b, a
		}
		return order(a, b)
	})
	limit := cmp.Or(q.Limit, 100)
	from, _ := strconv.Atoi(q.After)
	for _, r := range rows {
		if !matches(q.Filter, fields(r)) {
			out.Hidden++
			continue
		}
		if out.Total++; out.Total > from && len(out.Rows) < limit {
			out.Rows = append(out.Rows, r)
		}
	}
	if end := from + len(out.Rows); end < out.Total {
		out.Next = strconv.Itoa(end)
	}
	return out
}

func matches(f identity.Filter, fields map[string]string) bool {
	for _, t := range f.Terms {
		v, ok := fields[t.Key]
		if ok && slices.ContainsFunc(t.Values, func(x string) bool { return strings.Contains(strings.ToLower(v), x) }) == t.Not {
			return false
		}
	}
	for _, w := range f.Words {
		if !strings.Contains(strings.ToLower(fields["user"]+fields["app"]+fields["ip"]+fields["type"]), strings.ToLower(w)) {
			return false
		}
	}
	return true
}

// Users implements identity.Reader.
func (f *Identity) Users(ctx context.Context, q identity.Query) (identity.Window[identity.UserRow], error) {
	if err := f.begin(ctx, q); err != nil {
		return identity.Window[identity.UserRow]{}, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	return window(f.UserRows, q, func(u identity.UserRow) map[string]string {
		return map[string]string{"level": string(u.Level), "state": strings.ToLower(string(u.State)), "user": u.Name + " " + u.UPN}
	}, func(a, b identity.UserRow) int {
		if q.Sort == identity.ByRisk {
			return cmp.Compare(a.Level.Rank(), b.Level.Rank())
		}
		return b.Changed.Compare(a.Changed)
	}), nil
}

// Workloads implements identity.Reader.
func (f *Identity) Workloads(ctx context.Context, q identity.Query) (identity.Window[identity.WorkloadRow], error) {
	if err := f.begin(ctx, q); err != nil {
		return identity.Window[identity.WorkloadRow]{}, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	return window(f.WorkRows, q, func(w identity.WorkloadRow) map[string]string {
		return map[string]string{"level": string(w.Level), "state": strings.ToLower(string(w.State)), "user": w.Name}
	}, func(a, b identity.WorkloadRow) int { return cmp.Compare(a.Level.Rank(), b.Level.Rank()) }), nil
}

// SignIns implements identity.Reader.
func (f *Identity) SignIns(ctx context.Context, q identity.Query) (identity.Window[identity.SignInRow], error) {
	if err := f.begin(ctx, q); err != nil {
		return identity.Window[identity.SignInRow]{}, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	return window(f.SignRows, q, func(s identity.SignInRow) map[string]string {
		return map[string]string{"country": s.Place.Country, "user": s.Name + " " + s.UPN, "app": s.App, "ip": s.IP, "risk": string(s.Aggregated)}
	}, func(a, b identity.SignInRow) int { return b.At.Compare(a.At) }), nil
}

// Detections implements identity.Reader.
func (f *Identity) Detections(ctx context.Context, q identity.Query) (identity.Window[identity.Detection], error) {
	if err := f.begin(ctx, q); err != nil {
		return identity.Window[identity.Detection]{}, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	return window(f.Found, q, detectionFields, func(a, b identity.Detection) int { return b.At.Compare(a.At) }), nil
}

func detectionFields(d identity.Detection) map[string]string {
	return map[string]string{"level": string(d.Level), "type": d.Type, "country": d.Place.Country, "user": d.Name + " " + d.UPN}
}

// Heat implements identity.Reader.
func (f *Identity) Heat(_ context.Context, filter identity.Filter, top int) (identity.Heat, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := map[[2]string]int{}
	types, countries := map[string]int{}, map[string]int{}
	h := identity.Heat{}
	for _, d := range f.Found {
		if !matches(filter, detectionFields(d)) {
			continue
		}
		n[[2]string{d.Type, d.Place.Country}]++
		types[d.Type]++
		countries[d.Place.Country]++
		h.N++
		if h.From.IsZero() || d.At.Before(h.From) {
			h.From = d.At
		}
		if d.At.After(h.To) {
			h.To = d.At
		}
	}
	h.Types, h.Countries = most(types, top), most(countries, top)
	for _, t := range h.Types {
		line := make([]int, len(h.Countries))
		for i, c := range h.Countries {
			line[i] = n[[2]string{t, c}]
		}
		h.Count = append(h.Count, line)
	}
	return h, f.Err
}

func most(n map[string]int, top int) []string {
	var out []string
	for k := range n {
		out = append(out, k)
	}
	slices.SortFunc(out, func(a, b string) int { return cmp.Or(cmp.Compare(n[b], n[a]), cmp.Compare(a, b)) })
	return out[:min(top, len(out))]
}

// SignIn implements identity.Reader.
func (f *Identity) SignIn(_ context.Context, id string) (identity.SignInRow, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, s := range f.SignRows {
		if s.ID == id {
			return s, nil
		}
	}
	return identity.SignInRow{}, app.E(app.KindNotFound, "There is no such sign-in here.", nil)
}

// Person implements identity.Reader.
func (f *Identity) Person(_ context.Context, k identity.Key) (identity.Person, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	p, ok := f.Persons[k.ObjectID]
	if !ok {
		return p, app.E(app.KindNotFound, "Nothing is known of this account.", nil)
	}
	return p, f.Err
}

// EntityKey implements identity.Reader.
func (f *Identity) EntityKey(_ context.Context, _ int64, entityKey string) (identity.Key, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	k, ok := f.Keys[entityKey]
	if !ok {
		return k, app.E(app.KindNotFound, "This entity names no account.", nil)
	}
	return k, nil
}

// Kept implements identity.Reader.
func (f *Identity) Kept(context.Context) (identity.Kept, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.KeptNow, f.Err
}

// Import implements identity.Reader.
func (f *Identity) Import(_ context.Context, origin string, list []identity.HighValue) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.Important = append(slices.DeleteFunc(f.Important, func(h identity.HighValue) bool { return h.Origin == origin }), list...)
	return len(list), f.Err
}

// HighValue implements identity.Reader.
func (f *Identity) HighValue(context.Context) ([]identity.HighValue, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.Important, f.Err
}
