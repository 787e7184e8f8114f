package sync

import (
	"context"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"watchfloor/app"
)

func feeds(st *shelf, remotes []app.Remote, fs ...Feed) Config {
	return Config{Store: st, FeedStore: st, Remotes: remotes, Feeds: fs}
}

func TestAFeedIsFollowedBesideTheRemotesAtItsOwnPace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		st, start := newShelf(), time.Now()
		src := &source{id: app.Sentinel}
		risk := &feed{id: app.EntraRisk, every: 10 * time.Minute, pull: func(cur app.Cursor) (FeedPage, error) {
			if cur.Next == "" {
				return FeedPage{Rows: 3, Cursor: app.Cursor{Next: "b"}, Lacks: []app.Lack{{What: "Workloads", Needs: "Workload ID Premium"}}}, nil
			}
			return FeedPage{Rows: 2, Done: true, Cursor: app.Cursor{Watermark: time.Now()}, Lacks: []app.Lack{{What: "Workloads", Needs: "Workload ID Premium"}}}, nil
		}}
		e, _ := running(t, feeds(st, []app.Remote{src}, risk))
		s := e.State()
		if len(s.Sources) != 2 || s.Sources[0].Source != app.Sentinel || s.Sources[1].Source != app.EntraRisk {
			t.Fatalf("%+v", s.Sources)
		}
		if f := s.Sources[1]; f.Phase != Idle || f.Rows != 5 || f.Total != -1 || !f.LastSuccess.Equal(start) || len(f.Lacks) != 1 {
			t.Errorf("%+v", f)
		}
		later(25 * time.Minute)
		if got := risk.times(start); !slices.Equal(got, []time.Duration{0, 0, 10 * time.Minute, 10 * time.Minute, 20 * time.Minute, 20 * time.Minute}) {
			t.Errorf("asked after %v", got)
		}
		if n := src.count(); n != 26 {
			t.Errorf("the remote was asked %d times in 25 minutes", n)
		}
		if got := strings.Join(st.pages(), ""); got != strings.Repeat("entra-risk", 6) {
			t.Errorf("stored %s", got)
		}
	})
}

// What a run no longer finds missing is no longer said to be.
func TestWhatAFeedLacksIsReplacedByTheNextRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var bought atomic.Bool
		f := &feed{id: app.EntraRisk, every: time.Minute, pull: func(app.Cursor) (FeedPage, error) {
			p := FeedPage{Done: true, Cursor: app.Cursor{Watermark: time.Now()}}
			if !bought.Load() {
				p.Lacks = []app.Lack{{What: "Risk of workload identities", Needs: "Workload ID Premium"}}
			}
			return p, nil
		}}
		e, _ := running(t, feeds(newShelf(), nil, f))
		if l := e.State().Sources[0].Lacks; len(l) != 1 {
			t.Errorf("%+v", l)
		}
		bought.Store(true)
		later(time.Minute)
		if l := e.State().Sources[0].Lacks; len(l) != 0 {
			t.Errorf("after it was bought: %+v", l)
		}
	})
}

func TestAMissingLicenceIsAStateAndIsNotAskedForWithinAnHour(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		f := &feed{id: app.EntraRisk, every: time.Minute, pull: func(app.Cursor) (FeedPage, error) {
			return FeedPage{}, app.E(app.KindLicence, "This needs Entra ID P2.", nil)
		}}
		e, _ := running(t, feeds(newShelf(), []app.Remote{&source{id: app.Sentinel}}, f))
		for range 10 { // somebody is impatient
			e.Refresh()
			later(time.Minute)
		}
		if err := e.Once(t.Context()); err != nil {
			t.Errorf("once: %v", err)
		}
		s := e.State()
		if st := s.Sources[1]; st.Phase != Idle || st.Problem != "" || st.Kind != app.KindLicence || !st.LastSuccess.IsZero() ||
			len(st.Lacks) != 1 || st.Lacks[0] != (app.Lack{What: app.EntraRisk.Label(), Needs: "a licence that the tenant does not have", Still: "This needs Entra ID P2."}) {
			t.Errorf("%+v", st)
		}
		if s.Offline() {
			t.Error("a missing licence is taken for a missing network")
		}
		later(2 * time.Hour)
		for i, at := range f.times(start) {
			if at < time.Duration(i)*time.Hour {
				t.Errorf("asked for the %d. time after %v", i+1, at)
			}
		}
		if n := len(f.times(start)); n != 3 {
			t.Errorf("asked %d times in 2 hours and 10 minutes", n)
		}
	})
}

func TestAFeedThatFailsBacksOffAndStopsNoOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		bad := &feed{id: app.EntraRisk, every: time.Hour, pull: func(app.Cursor) (FeedPage, error) {
			return FeedPage{}, fault(app.KindInternal, 0)
		}}
		asked := &feed{id: app.SignIns, every: time.Hour, pull: func(app.Cursor) (FeedPage, error) {
			return FeedPage{}, fault(app.KindThrottled, 7*time.Minute)
		}}
		stuck := &feed{id: app.CloudPosture, every: time.Hour, pull: func(app.Cursor) (FeedPage, error) {
			return FeedPage{Cursor: app.Cursor{Next: "again"}}, nil
		}}
		well := &feed{id: app.M365Score, every: time.Minute}
		e, _ := running(t, feeds(newShelf(), nil, bad, asked, stuck, well))
		later(20 * time.Second)
		if got := bad.times(start); !slices.Equal(got, []time.Duration{0, 3 * time.Second, 9 * time.Second}) {
			t.Errorf("tries after %v", got)
		}
		var phases []Phase
		for _, s := range e.State().Sources {
			phases = append(phases, s.Phase)
		}
		if !slices.Equal(phases, []Phase{Failing, Waiting, Failing, Idle}) {
			t.Errorf("%v", phases)
		}
		e.Refresh()
		later(7*time.Minute - 21*time.Second)
		if n := len(asked.times(start)); n != 1 {
			t.Errorf("asked %d times before the wait was over", n)
		}
		later(time.Second)
		if n := len(asked.times(start)); n != 2 {
			t.Errorf("asked %d times after it", n)
		}
	})
}

func TestTheSwitchStopsFeedsToo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		f := &feed{id: app.EntraRisk, every: time.Minute}
		e, _ := running(t, feeds(newShelf(), nil, f))
		e.SetOffline(true)
		later(10 * time.Minute)
		if n := len(f.times(start)); n != 1 || e.State().Sources[0].Phase != Offline {
			t.Errorf("asked %d times while offline", n)
		}
		e.SetOffline(false)
		later(time.Second)
		if n := len(f.times(start)); n != 2 {
			t.Errorf("asked %d times after it", n)
		}
	})
}

// A feed is asked seldom: one that has not noticed yet must not hide that the network is
// gone, and one that was heard since must.
func TestOfflineCountsFeedsByWhatTheyHeardLast(t *testing.T) {
	for name, c := range map[string]struct {
		remote, feed bool // lost
		every        time.Duration
		offline      bool
	}{
		"both lost":                      {true, true, time.Minute, true},
		"the feed has not been asked":    {true, false, 24 * time.Hour, true},
		"the feed answers all the while": {true, false, 10 * time.Second, false},
		"only the feed is lost":          {false, true, 10 * time.Second, false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var cut atomic.Bool
				src := &source{id: app.Sentinel, pull: func(_ context.Context, cur app.Cursor) (app.Page, error) {
					if cut.Load() && c.remote {
						return app.Page{}, fault(app.KindOffline, 0)
					}
					return app.Page{Done: true, Total: -1, Cursor: app.Cursor{Watermark: time.Now()}}, nil
				}}
				f := &feed{id: app.EntraRisk, every: c.every, pull: func(app.Cursor) (FeedPage, error) {
					if cut.Load() && c.feed {
						return FeedPage{}, fault(app.KindOffline, 0)
					}
					return FeedPage{Done: true, Cursor: app.Cursor{Watermark: time.Now()}}, nil
				}}
				e, _ := running(t, feeds(newShelf(), []app.Remote{src}, f))
				cut.Store(true)
				later(5 * time.Minute)
				if got := e.State().Offline(); got != c.offline {
					t.Errorf("offline %v: %+v", got, e.State().Sources)
				}
			})
		})
	}
}

func TestOnceRunsFeedsAndReportsTheirError(t *testing.T) {
	st := newShelf()
	e := New(Config{Store: st, FeedStore: st, Now: time.Now, Feeds: []Feed{
		&feed{id: app.SignIns, every: time.Hour},
		&feed{id: app.EntraRisk, every: time.Hour, pull: func(app.Cursor) (FeedPage, error) { return FeedPage{}, fault(app.KindPermission, 0) }},
	}})
	if err := e.Once(t.Context()); app.KindOf(err) != app.KindPermission {
		t.Errorf("%v", err)
	}
	if got := st.pages(); len(got) != 1 || got[0] != string(app.SignIns) {
		t.Errorf("stored %v", got)
	}
}
