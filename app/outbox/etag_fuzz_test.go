package outbox

import (
	"strings"
	"testing"
	"time"

	"watchfloor/app"
)

// An ETag is compared whatever its form: services send the same one weak or strong, with
// and without quotes. Two that differ are never taken for one, or a write of somebody
// else would pass for ours.
func FuzzGoal45ETag(f *testing.F) {
	for _, s := range [][2]string{{"1", "2"}, {`W/"datetime'2026'"`, "datetime'2026'"}, {`"W/x"`, "x"}, {`""`, `W/""`}, {"", "a"}, {"W/", `"`}} {
		f.Add(s[0], s[1])
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		left := Sent{At: time.Unix(1, 0), ETag: a}
		forms := []string{a}
		if !strings.ContainsAny(a, `"`) && !strings.HasPrefix(a, "W/") {
			forms = append(forms, `"`+a+`"`, `W/"`+a+`"`)
		}
		for _, form := range forms {
			if a != "" && left.moved(app.Incident{ETag: form}) {
				t.Errorf("%q and %q are taken for two", a, form)
			}
		}
		if a == "" || b == "" {
			return
		}
		if moved := left.moved(app.Incident{ETag: b}); moved == (strong(a) == strong(b)) || moved != (Sent{At: left.At, ETag: b}).moved(app.Incident{ETag: a}) {
			t.Errorf("%q against %q: moved %v", a, b, moved)
		}
		if strings.Trim(a, `"W/`) != strings.Trim(b, `"W/`) && !left.moved(app.Incident{ETag: b}) {
			t.Errorf("%q passes for %q", b, a)
		}
	})
}
