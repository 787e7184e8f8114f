package sentinel

import (
	"context"
	"fmt"
	"net/http"
	"path/filepath"
	"testing"
	"time"

	"watchfloor/app"
)

func TestDetailsGatherFiveLists(t *testing.T) {
	_, c := fake(t, func(w http.ResponseWriter, r *http.Request, f *fakeARM) {
		switch filepath.Base(r.URL.Path) {
		case "alerts":
			fmt.Fprint(w, `{"value":[{"name":"al","properties":{"systemAlertId":"al","alertDisplayName":"x"}}]}`)
		case "entities":
			fmt.Fprint(w, `{"entities":[{"kind":"Ip","name":"e","properties":{"address":"198.51.100.7"}}],"metaData":[]}`)
		case "bookmarks":
			fmt.Fprint(w, `{"value":[]}`)
		case "comments":
			if r.URL.Query().Has("$skipToken") {
				fmt.Fprint(w, `{"value":[{"name":"c2","properties":{"message":"two"}}]}`)
				return
			}
			fmt.Fprintf(w, `{"value":[{"name":"c1","properties":{"message":"one"}}],"nextLink":"%s%s?$skipToken=x"}`, f.URL, r.URL.Path)
		case "tasks":
			w.WriteHeader(http.StatusBadRequest)
			fmt.Fprint(w, `{"error":{"code":"BadRequest"}}`)
		}
	})
	d, err := c.Details(context.Background(), guid)
	if err != nil {
		t.Fatal(err)
	}
	if len(d.Alerts) != 1 || len(d.Entities) != 1 || len(d.Comments) != 2 || len(d.Evidence) != 1 || d.Bookmarks == nil || d.Tasks != nil {
		t.Errorf("%+v", d)
	}
}

// One part fails: the others stop, and nothing half is returned.
func TestDetailsFailWhole(t *testing.T) {
	_, c := fake(t, func(w http.ResponseWriter, r *http.Request, _ *fakeARM) {
		switch filepath.Base(r.URL.Path) {
		case "entities":
			w.Header().Set("Retry-After", "5")
			w.WriteHeader(http.StatusTooManyRequests)
		case "alerts", "bookmarks": // two of the three places that background work has
			<-r.Context().Done()
		default:
			fmt.Fprint(w, `{"value":[]}`)
		}
	})
	start := time.Now()
	d, err := c.Details(context.Background(), guid)
	if app.KindOf(err) != app.KindThrottled || d.Alerts != nil || time.Since(start) > 5*time.Second {
		t.Errorf("%+v %v", d, err)
	}
}

func TestGetTellsAGoneIncidentFromAGoneWorkspace(t *testing.T) {
	for code, want := range map[string]app.Kind{"NotFound": app.KindNotFound, "ResourceGroupNotFound": app.KindInvalid} {
		_, c := fake(t, func(w http.ResponseWriter, _ *http.Request, _ *fakeARM) {
			w.WriteHeader(http.StatusNotFound)
			fmt.Fprintf(w, `{"error":{"code":%q}}`, code)
		})
		if _, err := c.Get(context.Background(), guid); app.KindOf(err) != want {
			t.Errorf("%s: %v", code, err)
		}
	}
}

func TestACancelledPullEndsWithin200ms(t *testing.T) {
	arrived := make(chan struct{}, 1)
	_, c := fake(t, func(_ http.ResponseWriter, r *http.Request, _ *fakeARM) {
		arrived <- struct{}{}
		<-r.Context().Done()
	})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { _, err := c.Pull(ctx, app.Cursor{}); done <- err }()
	<-arrived
	start := time.Now()
	cancel()
	if err := <-done; app.KindOf(err) != app.KindCancelled || time.Since(start) > 200*time.Millisecond {
		t.Errorf("%v after %s", err, time.Since(start))
	}
}

func TestAConfigurationThatCannotWork(t *testing.T) {
	if _, err := New(Config{SubscriptionID: "s", ResourceGroup: "r"}); app.KindOf(err) != app.KindInvalid {
		t.Error(err)
	}
	if _, err := New(Config{SubscriptionID: "s", ResourceGroup: "r", Workspace: "w"}); app.KindOf(err) != app.KindInvalid {
		t.Errorf("without a cloud: %v", err)
	}
}
