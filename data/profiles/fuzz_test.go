package profiles

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"watchfloor/app/fleet"
)

// Whatever profile.json holds, the folder is listed or called damaged, never both and
// never neither, and the file stays as it is.
func FuzzGoal45ProfileFile(f *testing.F) {
	for _, s := range []string{`{"name":"Northwind","slot":1}`, `{`, ``, `null`, `[]`, `{"slot":-1}`, `{"slot":1e99}`, `{"ID":"../../x"}`, "{\"Name\":\"\xff\u202e\"}", `{"Slot":"1"}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		home := t.TempDir()
		s := In(home)
		if err := os.MkdirAll(s.Dir("northwind"), 0o700); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(s.Dir("northwind"), file)
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		list, damaged, err := s.List()
		if err != nil || len(list)+len(damaged) != 1 {
			t.Fatalf("%d listed, %d damaged, %v", len(list), len(damaged), err)
		}
		if len(list) == 1 && (list[0].ID != "northwind" || list[0].Slot < 0 || list[0].Slot > fleet.MaxSlot) {
			t.Errorf("it reads %+v", list[0])
		}
		if after, err := os.ReadFile(path); err != nil || !bytes.Equal(after, b) {
			t.Errorf("the file holds %q, %v", after, err)
		}
	})
}
