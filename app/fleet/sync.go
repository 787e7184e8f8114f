package fleet

import (
	"context"
	"time"

	appsync "watchfloor/app/sync"
)

// State is the condition of all sources; each names its tenant where there are several.
// The fleet is offline when every tenant is, since the last of them went.
func (f *Fleet) State() appsync.State {
	var out appsync.State
	all := f.all()
	out.OfflineByChoice = len(all) > 0
	offline := len(all) > 0
	for _, m := range all {
		s := m.Sync.State()
		for _, source := range s.Sources {
			if len(all) > 1 {
				source.Tenant = m.Name
			}
			out.Sources = append(out.Sources, source)
		}
		out.OfflineByChoice = out.OfflineByChoice && s.OfflineByChoice
		offline = offline && s.Offline()
		if s.OfflineSince.After(out.OfflineSince) {
			out.OfflineSince = s.OfflineSince
		}
	}
	if !offline {
		out.OfflineSince = time.Time{}
	}
	return out
}

// Refresh asks every tenant to sync now.
func (f *Fleet) Refresh() {
	for _, m := range f.all() {
		m.Sync.Refresh()
	}
}

// SetOffline switches every tenant.
func (f *Fleet) SetOffline(on bool) {
	for _, m := range f.all() {
		m.Sync.SetOffline(on)
	}
}

// Once syncs every tenant to its end and returns the first error; the others are synced
// all the same.
func (f *Fleet) Once(ctx context.Context) error {
	_, err := each(f, f.all(), func(m member) (struct{}, error) { return struct{}{}, m.Sync.Once(ctx) })
	return err
}

// Read fetches the details of one incident now.
func (f *Fleet) Read(ctx context.Context, id int64) error {
	m, local, err := f.at(id)
	if err != nil {
		return err
	}
	return m.Sync.Read(ctx, local)
}
