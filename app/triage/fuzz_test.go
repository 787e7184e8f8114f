package triage

import (
	"reflect"
	"testing"
	"time"
)

func FuzzParse(f *testing.F) {
	for _, s := range []string{
		`status:open sev:high,medium owner:me -tag:test age<3d "words"`, `#48210`, `owner:"Ana Lopez" a"b c"d`, `-"`, `"`,
		`age:<3d updated>100000w`, `tag:"a,b" entity:<x`, `-- --x -""`, "\xff:\x00", `https://evil.example/?a=b`, "status:\u0130", `is:twin,queued`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once, _ := Parse(s)
		again, problems := Parse(once.String())
		if !reflect.DeepEqual(once, again) || len(problems) > 0 {
			t.Errorf("%q: %#v became %#v through %q (%v)", s, once, again, once.String(), problems)
		}
	})
}

func TestASpanTooLongForTheClockIsRefused(t *testing.T) {
	for s, ok := range map[string]bool{"100000d": true, "15000w": true, "15500w": false, "100000w": false} {
		if d, got := ParseSpan(s); got != ok || d < 0 || got && d < 24*time.Hour {
			t.Errorf("%s: %v %v", s, d, got)
		}
	}
}
