package wire

import (
	"encoding/json"
	"strconv"
	"testing"
)

func TestRowsKeepTheOrderOfThePage(t *testing.T) {
	for _, n := range []int{0, 1, batch, batch + 1, 1000} {
		rows := make([]json.RawMessage, n)
		for i := range rows {
			rows[i] = json.RawMessage(strconv.Itoa(i))
		}
		got := Each(rows, func(b []byte) (string, bool) { return string(b), len(b) == 2 })
		if len(got) != n {
			t.Fatalf("%d of %d", len(got), n)
		}
		for i, d := range got {
			if d.Row != strconv.Itoa(i) || d.Odd != (i > 9 && i < 100) {
				t.Fatalf("row %d is %+v", i, d)
			}
		}
	}
}
