package sync

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"watchfloor/app"
)

// running starts an engine inside a bubble of virtual time and ends it with the test.
func running(t *testing.T, cfg Config) (e *Engine, stop func() time.Duration) {
	t.Helper()
	cfg.Now = time.Now
	e = New(cfg)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); e.Run(ctx) }()
	stop = func() time.Duration {
		start := time.Now()
		cancel()
		<-done
		return time.Since(start)
	}
	t.Cleanup(func() { stop() })
	synctest.Wait()
	return e, stop
}

func later(d time.Duration) {
	time.Sleep(d) // virtual
	synctest.Wait()
}

func one(remotes ...app.Remote) Config { return Config{Store: newShelf(), Remotes: remotes} }

func TestTheFirstPullIsStoredPageByPageThenFollowed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		st, src := newShelf(), &source{id: app.Sentinel, pull: book}
		start := time.Now()
		e, _ := running(t, Config{Store: st, Remotes: []app.Remote{src}})
		if got := strings.Join(st.rows, ""); got != "6543211" {
			t.Errorf("stored in the order %s", got)
		}
		s := e.State().Sources[0]
		if s.Phase != Idle || s.Rows != 7 || s.Total != 7 || !s.LastSuccess.Equal(start) || s.Problem != "" {
			t.Errorf("%+v", s)
		}
		later(3*DefaultInterval + time.Second)
		if got := src.times(start)[3:]; !slices.Equal(got, []time.Duration{time.Minute, 2 * time.Minute, 3 * time.Minute}) {
			t.Errorf("next runs after %v", got)
		}
	})
}

func TestProgressCountsRowsOfThisRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := &source{id: app.Sentinel, pull: func(ctx context.Context, cur app.Cursor) (app.Page, error) {
			time.Sleep(time.Second)
			return book(ctx, cur)
		}}
		e, _ := running(t, one(src))
		for _, want := range [][2]int{{0, -1}, {2, 6}, {4, 6}} {
			s := e.State().Sources[0]
			if s.Phase != FirstPull || s.Rows != want[0] || s.Total != want[1] {
				t.Errorf("%s %d of %d, want %v", s.Phase, s.Rows, s.Total, want)
			}
			later(time.Second)
		}
	})
}

func TestAPullResumesAtThePageWhereItStopped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		st, failed := newShelf(), false
		src := &source{id: app.Sentinel, pull: func(ctx context.Context, cur app.Cursor) (app.Page, error) {
			if cur.Next == "c" && !failed {
				failed = true
				return app.Page{}, fault(app.KindInternal, 0)
			}
			return book(ctx, cur)
		}}
		e, _ := running(t, Config{Store: st, Remotes: []app.Remote{src}})
		if s := e.State().Sources[0]; s.Phase != Failing || s.Problem == "" {
			t.Errorf("%+v", s)
		}
		later(firstBackoff)
		if got := strings.Join(st.rows, ""); got != "6543211" {
			t.Errorf("stored %s", got)
		}
	})
}

func TestAPageThatRepeatsForEverStopsThePull(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := &source{id: app.Sentinel, pull: func(context.Context, app.Cursor) (app.Page, error) {
			return app.Page{Rows: incidents("1"), Cursor: app.Cursor{Next: "again"}}, nil
		}}
		e, _ := running(t, one(src))
		if s := e.State().Sources[0]; s.Kind != app.KindInvalid || src.count() != 2 {
			t.Errorf("%d pulls, %+v", src.count(), s)
		}
	})
}

func TestBackOffGrowsToItsCapAndEndsWithSuccess(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var well atomic.Bool
		src := &source{id: app.Sentinel, pull: func(ctx context.Context, cur app.Cursor) (app.Page, error) {
			if well.Load() {
				return book(ctx, app.Cursor{Watermark: time.Now()})
			}
			return app.Page{}, fault(app.KindInternal, 0)
		}}
		start := time.Now()
		running(t, one(src))
		later(6 * time.Minute)
		var gaps []time.Duration
		times := src.times(start)
		for i := 1; i < len(times); i++ {
			gaps = append(gaps, (times[i]-times[i-1])/time.Second)
		}
		if !slices.Equal(gaps, []time.Duration{3, 6, 12, 24, 48, 96, 120}) {
			t.Errorf("gaps of %v seconds", gaps)
		}
		well.Store(true)
		later(2 * time.Minute)
		well.Store(false)
		n := src.count()
		later(DefaultInterval)
		if got := src.count() - n; got < 4 {
			t.Errorf("%d tries in the minute after a success: the back-off did not start anew", got)
		}
	})
}

// Neither a refresh nor the switch nor Once shortens a wait that the service asked for.
func TestGoal18AWaitIsObeyedToTheMoment(t *testing.T) {
	for _, asked := range []time.Duration{1500 * time.Millisecond, 90 * time.Second, 26 * time.Hour} {
		for _, kind := range []app.Kind{app.KindThrottled, app.KindInternal} {
			synctest.Test(t, func(t *testing.T) {
				src := &source{id: app.Sentinel}
				src.pull = func(ctx context.Context, cur app.Cursor) (app.Page, error) {
					if len(src.times(time.Now())) == 1 {
						return app.Page{}, fault(kind, asked)
					}
					return book(ctx, cur)
				}
				start := time.Now()
				e, _ := running(t, one(src))
				if s := e.State().Sources[0]; kind == app.KindThrottled && (s.Phase != Waiting || !s.Until.Equal(start.Add(asked))) {
					t.Errorf("%+v", s)
				}
				for range 10 {
					e.Refresh()
					e.SetOffline(true)
					e.SetOffline(false)
					if err := e.Once(t.Context()); app.KindOf(err) != app.KindThrottled || app.RetryAfter(err) <= 0 {
						t.Fatalf("once: %v", err)
					}
					later(asked / 11)
				}
				later(asked)
				if got := src.times(start); len(got) < 2 || got[1] != asked {
					t.Errorf("asked to wait %v, called after %v", asked, got)
				}
			})
		}
	}
}

func TestARefreshRunsNowAndOnlyOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := &source{id: app.Sentinel}
		start := time.Now()
		e, _ := running(t, one(src))
		later(10 * time.Second)
		e.Refresh()
		e.Refresh()
		synctest.Wait()
		later(time.Second)
		if got := src.times(start); len(got) < 2 || got[1] != 10*time.Second || len(got) > 3 {
			t.Errorf("runs at %v", got)
		}
	})
}

func TestCancellingEndsRunWithin200ms(t *testing.T) {
	for name, src := range map[string]*source{
		"resting": {id: app.Sentinel},
		"waiting": {id: app.Sentinel, pull: func(context.Context, app.Cursor) (app.Page, error) {
			return app.Page{}, fault(app.KindThrottled, time.Hour)
		}},
		"pulling": {id: app.Sentinel, pull: func(ctx context.Context, _ app.Cursor) (app.Page, error) {
			<-ctx.Done()
			time.Sleep(100 * time.Millisecond)
			return app.Page{}, app.E(app.KindCancelled, "Cancelled.", ctx.Err())
		}},
	} {
		synctest.Test(t, func(t *testing.T) {
			_, stop := running(t, one(src))
			later(time.Second)
			if took := stop(); took > 200*time.Millisecond {
				t.Errorf("%s: %v", name, took)
			}
		})
	}
}

func TestTheSwitchInterruptsAndResumes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		recovered, slow := 0, true
		src := &source{id: app.Sentinel, pull: func(ctx context.Context, cur app.Cursor) (app.Page, error) {
			if slow {
				<-ctx.Done()
				return app.Page{}, app.E(app.KindCancelled, "Cancelled.", ctx.Err())
			}
			return book(ctx, cur)
		}}
		cfg := one(src)
		cfg.Recovered = func() { recovered++ }
		e, _ := running(t, cfg)
		once := make(chan error)
		e.SetOffline(true)
		synctest.Wait()
		if s := e.State(); !s.Offline() || s.Sources[0].Phase != Offline || s.Sources[0].Problem != "" {
			t.Errorf("%+v", s)
		}
		go func() { once <- e.Once(t.Context()) }()
		if err := <-once; app.KindOf(err) != app.KindOffline {
			t.Errorf("once: %v", err)
		}
		if err := e.Read(t.Context(), 1); app.KindOf(err) != app.KindOffline {
			t.Errorf("read: %v", err)
		}
		later(time.Hour)
		if src.count() != 1 {
			t.Errorf("%d pulls while offline", src.count())
		}
		slow = false
		e.SetOffline(false)
		synctest.Wait()
		if s := e.State(); s.Offline() || s.Sources[0].Rows != 7 || recovered != 1 {
			t.Errorf("recovered %d times, %+v", recovered, s)
		}
	})
}

func TestOnceSaysThatItWasInterrupted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := &source{id: app.Sentinel, pull: func(ctx context.Context, _ app.Cursor) (app.Page, error) {
			<-ctx.Done()
			return app.Page{}, app.E(app.KindCancelled, "Cancelled.", ctx.Err())
		}}
		cfg := one(src)
		cfg.Now = time.Now
		e := New(cfg)
		done := make(chan error)
		go func() { done <- e.Once(t.Context()) }()
		synctest.Wait()
		e.SetOffline(true)
		if err := <-done; app.KindOf(err) != app.KindOffline {
			t.Errorf("%v", err)
		}
	})
}

func TestASourceThatFailsDoesNotStopTheOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		recovered := 0
		var back atomic.Bool
		bad := &source{id: app.Sentinel, pull: func(ctx context.Context, cur app.Cursor) (app.Page, error) {
			if back.Load() {
				return book(ctx, cur)
			}
			return app.Page{}, fault(app.KindOffline, 0)
		}}
		good := &source{id: app.Defender}
		cfg := one(bad, good)
		cfg.Recovered = func() { recovered++ }
		e, _ := running(t, cfg)
		later(10 * time.Minute)
		s := e.State()
		if s.Offline() || s.Sources[0].Phase != Offline || s.Sources[1].Phase != Idle || good.count() != 11 {
			t.Errorf("%d pulls, %+v", good.count(), s)
		}
		back.Store(true)
		later(lastBackoff)
		if recovered != 1 || e.State().Sources[0].Phase != Idle {
			t.Errorf("recovered %d times: %+v", recovered, e.State().Sources[0])
		}
	})
}

func TestOfflineIsNoticedWhenNoSourceAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		e, _ := running(t, one(&source{id: app.Sentinel, pull: func(context.Context, app.Cursor) (app.Page, error) {
			return app.Page{}, fault(app.KindOffline, 0)
		}}))
		later(time.Minute)
		if s := e.State(); e.Online() || !s.OfflineSince.Equal(start) || s.OfflineByChoice {
			t.Errorf("%+v", s)
		}
		if err := e.Read(t.Context(), 1); err != nil || !e.Online() {
			t.Errorf("a read that was answered shows that the network is back: %v", err)
		}
	})
}

func TestDetailsThatFailBlockNoOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var due []string
		for i := range 100 {
			due = append(due, string(rune('1'+i/90))+string(rune('0'+i/10%10))+string(rune('0'+i%10)))
		}
		for _, kind := range []app.Kind{app.KindInvalid, app.KindInternal, app.KindNotFound} {
			st := newShelf(due...)
			asked := map[string]int{}
			src := &source{id: app.Sentinel, details: func(_ context.Context, id string) (app.Details, error) {
				st.mu.Lock()
				defer st.mu.Unlock()
				if asked[id]++; id == due[1] || id == due[50] {
					return app.Details{}, fault(kind, 0)
				}
				return app.Details{}, nil
			}}
			e := New(Config{Store: st, Remotes: []app.Remote{src}, Now: time.Now})
			if err := e.Once(t.Context()); err != nil || len(st.read) != 98 || asked[due[1]] != 1 || len(st.gone) != 0 {
				t.Errorf("%s: %v, read %d, asked %d times, gone %v", kind, err, len(st.read), asked[due[1]], st.gone)
			}
			if s := e.State().Sources[0]; s.DetailsDue != 2 || s.Phase != Idle {
				t.Errorf("%+v", s)
			}
		}
	})
}

func TestABrokenServiceIsNotAskedForEveryDetail(t *testing.T) {
	var due []string
	for i := range 500 {
		due = append(due, string(rune('1'+i/100))+string(rune('0'+i/10%10))+string(rune('0'+i%10)))
	}
	for kind, most := range map[app.Kind]int32{app.KindInternal: maxRefused + detailParallel, app.KindThrottled: detailParallel, app.KindOffline: detailParallel} {
		var asked atomic.Int32
		src := &source{id: app.Sentinel, details: func(context.Context, string) (app.Details, error) {
			asked.Add(1)
			return app.Details{}, fault(kind, 0)
		}}
		e := New(Config{Store: newShelf(due...), Remotes: []app.Remote{src}, Now: time.Now})
		if err := e.Once(t.Context()); app.KindOf(err) != kind || asked.Load() > most {
			t.Errorf("%s: %v after %d requests", kind, err, asked.Load())
		}
	}
}

func TestTheSweepMarksWhatIsGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		st := newShelf()
		src := &source{
			id: app.Sentinel, pull: book, open: func() ([]string, error) { return []string{"6", "5", "4"}, nil },
			get: func(id string) (app.Pulled, error) {
				switch id {
				case "3":
					return app.Pulled{}, fault(app.KindNotFound, 0)
				case "2":
					return app.Pulled{}, fault(app.KindInvalid, 0)
				}
				return incidents(id)[0], nil
			},
		}
		e, _ := running(t, Config{Store: st, Remotes: []app.Remote{src}})
		if len(st.lost()) != 0 {
			t.Error("swept while the program starts")
		}
		later(3 * DefaultInterval)
		if strings.Join(st.lost(), "") != "3" || strings.Join(st.kept, "") != "11" || e.State().Sources[0].Phase != Idle {
			t.Errorf("gone %v, stored again %v, %+v", st.gone, st.kept, e.State().Sources[0])
		}
		later(DefaultSweep - 5*time.Minute)
		if len(st.lost()) != 1 {
			t.Error("swept too often")
		}
		later(6 * time.Minute)
		if len(st.lost()) != 2 {
			t.Error("not swept again")
		}
	})
}

func TestReadHasPriorityAndSaysWhatIsGone(t *testing.T) {
	st, prior := newShelf(), false
	src := &source{id: app.Sentinel, details: func(ctx context.Context, _ string) (app.Details, error) {
		prior = app.Prioritised(ctx)
		return app.Details{}, nil
	}}
	e := New(Config{Store: st, Remotes: []app.Remote{src}, Now: time.Now})
	if err := e.Read(t.Context(), 7); err != nil || !prior || strings.Join(st.read, "") != "7" {
		t.Errorf("%v, priority %v, read %v", err, prior, st.read)
	}
	src.get = func(string) (app.Pulled, error) { return app.Pulled{}, fault(app.KindNotFound, 0) }
	if err := e.Read(t.Context(), 7); app.KindOf(err) != app.KindNotFound || strings.Join(st.gone, "") != "7" {
		t.Errorf("%v, gone %v", err, st.gone)
	}
	other := New(Config{Store: st, Remotes: []app.Remote{&source{id: app.Defender}}, Now: time.Now})
	if err := other.Read(t.Context(), 7); app.KindOf(err) != app.KindInvalid {
		t.Error(err)
	}
}

func TestOnceReportsTheFirstErrorAndRunsTheRest(t *testing.T) {
	st := newShelf()
	st.full = errors.New("disk full")
	src := &source{id: app.Defender}
	if err := New(Config{Store: st, Remotes: []app.Remote{src}, Now: time.Now}).Once(t.Context()); !errors.Is(err, st.full) {
		t.Error(err)
	}
	bad := &source{id: app.Sentinel, pull: func(context.Context, app.Cursor) (app.Page, error) {
		return app.Page{}, fault(app.KindPermission, 0)
	}}
	e := New(Config{Store: newShelf(), Remotes: []app.Remote{bad, src}, Now: time.Now})
	if err := e.Once(t.Context()); app.KindOf(err) != app.KindPermission || e.State().Sources[1].LastSuccess.IsZero() && src.count() != 2 {
		t.Error(err)
	}
}
