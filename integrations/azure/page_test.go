package azure

import (
	"testing"

	"watchfloor/app"
)

func TestAPageWhoseLinkLeavesTheEndpointIsNotRead(t *testing.T) {
	pin, err := NewPin("https://graph.microsoft.com")
	if err != nil {
		t.Fatal(err)
	}
	for body, want := range map[string]struct {
		kind app.Kind
		rows int
	}{
		`{"value":[{"id":"1"}],"@odata.nextLink":"https://graph.microsoft.com/v1.0/x?$skip=1"}`: {"", 1},
		`{"value":[{"id":"1"}]}`: {"", 1},
		`{"value":[{"id":"1"}],"@odata.nextLink":"https://graph.evil.example/v1.0/x"}`: {app.KindInvalid, 0},
		`{"rows":[]}`: {app.KindInvalid, 0},
	} {
		l, err := pin.ReadPage([]byte(body), Intent{Source: app.Defender})
		if app.KindOf(err) != want.kind || len(l.Rows) != want.rows {
			t.Errorf("%s: %d rows, %v", body, len(l.Rows), err)
		}
	}
}
