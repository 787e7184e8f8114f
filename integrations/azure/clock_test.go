package azure

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"
)

// A watermark is taken from the service's clock: whatever the zone it is told in, and
// never from a header that is none.
func TestTheServicesClock(t *testing.T) {
	h := http.Header{}
	for text, want := range map[string]time.Time{
		"Mon, 16 Nov 2026 14:02:00 GMT": time.Date(2026, 11, 16, 14, 2, 0, 0, time.UTC),
		"":                              {},
		"soon":                          {},
	} {
		h.Set("Date", text)
		at, ok := Clock(h)
		if ok == want.IsZero() || !at.Equal(want) || at.Location() != time.UTC {
			t.Errorf("%q is read as %v, %v", text, at, ok)
		}
	}
	if _, ok := Clock(nil); ok {
		t.Error("an answer that never came has a clock")
	}
}

func TestAWaitEndsWithItsCaller(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := Timer(ctx, time.Hour); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if err := Timer(t.Context(), time.Nanosecond); err != nil {
		t.Error(err)
	}
}
