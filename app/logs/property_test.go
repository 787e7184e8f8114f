package logs

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/url"
	"os"
	"strings"
	"testing"
	"unicode"

	"watchfloor/app"
)

// dose is the smaller figure, or the larger one for a release.
func dose(ci, release int) int {
	if os.Getenv("WATCHFLOOR_SOAK") == "1" {
		return release
	}
	return ci
}

// canary makes a thing that must not be written, and the part of it to look for.
func canary(r *rand.Rand) (whole, core string) {
	core = fmt.Sprintf("%07x", r.Uint64()>>36) + fmt.Sprint(r.IntN(10)) + "q"
	switch r.IntN(14) {
	case 0:
		return "mei." + core + "@clinic.example", core
	case 1:
		return "mei_" + core + "@clinic.onmicrosoft.com", core
	case 2:
		ip := fmt.Sprintf("%d.%d.%d.%d", 1+r.IntN(223), r.IntN(256), r.IntN(256), 1+r.IntN(254))
		return ip, ip
	case 3:
		ip := fmt.Sprintf("2001:db8:%x:%x::%x", r.IntN(65536), 0x1000+r.IntN(50000), 1+r.IntN(65535))
		return ip, ip
	case 4:
		id := fmt.Sprintf("%08x-%04x-4%03x-8%03x-%012x", r.Uint32(), r.IntN(65536), r.IntN(4096), r.IntN(4096), r.Uint64()>>16)
		return id, id
	case 5:
		return "/home/Mei/cases/" + core + "/cache.db", core
	case 6:
		return `C:\Users\` + core + `\AppData\x.log`, core
	case 7:
		return `\\fileserver\share\` + core, core
	case 8:
		return "eyJhbGciOi" + core + ".eyJzdWIi" + core + ".c2ln", core
	case 9:
		return "0.A" + core + strings.Repeat("Xy9", 10), core
	case 10:
		return "srv-" + core + ".corp.example", core
	case 11:
		return "DESKTOP-" + strings.ToUpper(core), strings.ToUpper(core)
	case 12:
		return core[:4] + "8Q~" + core + "_" + core, core
	}
	return "https://" + core + ".example/tenants/" + core + "?code=" + core, core
}

// around puts text next to a canary: sentences, quotes, line breaks, marks that reorder.
func around(r *rand.Rand, c string) string {
	some := []string{"", "open ", "\"", "'", "(", "user=", "\n", "\t", "\u202e", "\x1b[31m", "said: ", "\u200b", "{\"a\":\"", "https://", "%s %d ", "\xff", "\r\n{\"level\":\"INFO\"}\n", "é", "…", "a word, "}
	return some[r.IntN(len(some))] + c + some[r.IntN(len(some))]
}

type inner struct {
	Owner string
	Tags  map[string]string
	Next  *inner
}

type spelled string

func (s spelled) String() string { return "spelled " + string(s) }

type speaking struct{ text string }

func (s speaking) LogValue() slog.Value {
	return slog.GroupValue(slog.String("text", s.text), slog.Any(s.text, s.text))
}

// wrapped is the canary in an error of some depth.
func wrapped(r *rand.Rand, c string) error {
	var err error
	switch r.IntN(7) {
	case 0:
		err = &fs.PathError{Op: "open", Path: "/home/Mei Castro/" + c + "/a b", Err: fs.ErrNotExist}
	case 1:
		err = &net.DNSError{Err: "no such host", Name: c}
	case 2:
		err = &url.Error{Op: "Get", URL: "https://graph.example/" + c, Err: errors.New("EOF")}
	case 3:
		err = &os.LinkError{Op: "rename", Old: c, New: "x y " + c, Err: fs.ErrExist}
	case 4:
		err = &net.OpError{Op: "dial", Net: "tcp", Addr: &net.UnixAddr{Name: "/run/" + c}, Err: errors.New(c)}
	case 5:
		err = app.E(app.KindInvalid, "The file "+c+" cannot be read.", errors.New(c))
	default:
		err = errors.New(c)
	}
	for range r.IntN(4) {
		err = []error{fmt.Errorf("while reading %q: %w", c, err), errors.Join(err, errors.New(c)), app.E(app.KindInternal, "It failed.", err)}[r.IntN(3)]
	}
	return err
}

// value is the canary as anything that may stand in a record.
func value(r *rand.Rand, c string, depth int) any {
	switch n := r.IntN(14); {
	case n == 0:
		return wrapped(r, c)
	case n == 1:
		return inner{Owner: c, Tags: map[string]string{c: c}, Next: &inner{Owner: c}}
	case n == 2:
		return &inner{Owner: c}
	case n == 3:
		return []string{"one", c}
	case n == 4:
		return []byte(c)
	case n == 5:
		return spelled(c)
	case n == 6:
		return speaking{c}
	case n == 7:
		return map[string]any{c: c}
	case n == 8:
		return []any{c}
	case n == 9:
		return json.RawMessage(`{"a":"` + c + `"}`)
	case n == 10 && depth < 3:
		return slog.GroupValue(slog.Any("in", value(r, c, depth+1)), slog.Any(c, 1))
	case n == 11 && depth < 3:
		return []slog.Attr{slog.Any("in", value(r, c, depth+1))}
	case n == 12:
		return &c
	}
	return c
}

// record makes one random call with a canary somewhere in it.
func record(r *rand.Rand, l *slog.Logger, c string) {
	level := []slog.Level{slog.LevelInfo, slog.LevelWarn, slog.LevelError}[r.IntN(3)]
	key := []string{"err", "incident", "user", "password", c, "user." + c, "", "nested"}[r.IntN(8)]
	for range r.IntN(3) {
		switch r.IntN(3) {
		case 0:
			l = l.With(key, value(r, c, 0))
		case 1:
			l = l.WithGroup([]string{"group", c}[r.IntN(2)])
		default:
			l = l.With(slog.Group("g", slog.Any("v", value(r, c, 0)))).With("also", "fine")
		}
	}
	switch r.IntN(4) {
	case 0:
		l.Log(context.Background(), level, fmt.Sprintf("sync of %s failed: %v", c, wrapped(r, c)))
	case 1:
		odd := []any{key, value(r, c, 0), c} // a key without a value
		l.Log(context.Background(), level, "sync", odd...)
	case 2:
		l.LogAttrs(context.Background(), level, "sync", slog.Any(key, value(r, c, 0)))
	default:
		l.Log(context.Background(), level, c, "attempt", 3, key, value(r, c, 0))
	}
}

// What must not be written survives nowhere: not in a message, a key, a value, a group, a
// struct or the cause of an error; and each record is one line of plain JSON.
func TestGoal49NoCanarySurvivesRandomRecords(t *testing.T) {
	const seed = 49
	r := rand.New(rand.NewPCG(seed, seed))
	var b bytes.Buffer
	l := New(&b, slog.LevelInfo)
	calls := dose(20_000, 1_000_000)
	for n := range calls {
		whole, core := canary(r)
		b.Reset()
		record(r, l, around(r, whole))
		line := b.String()
		if low := strings.ToLower(line); strings.Contains(low, strings.ToLower(core)) || strings.Contains(line, whole) {
			t.Fatalf("call %d of seed %d: %q is in %s", n, seed, whole, line)
		}
		if err := oneRecord(line); err != nil {
			t.Fatalf("call %d of seed %d, with %q: %v: %q", n, seed, whole, err, line)
		}
	}
	t.Logf("%d records, none of them holds its canary", calls)
}

// oneRecord checks that a line is one JSON object without a character that hides,
// reorders or breaks a line.
func oneRecord(line string) error {
	body, ended := strings.CutSuffix(line, "\n")
	if !ended || !json.Valid([]byte(body)) || body[0] != '{' {
		return errors.New("not one JSON record")
	}
	for _, c := range body {
		if c >= ' ' && c <= '~' {
			continue
		}
		if unicode.Is(unicode.Cc, c) || unicode.Is(unicode.Cf, c) || c == '\u2028' || c == '\u2029' {
			return fmt.Errorf("holds %U", c)
		}
	}
	return nil
}

// Whatever stands around a canary, it does not survive at info level, and a token does
// not at debug level.
func FuzzRedactor(f *testing.F) {
	for i, s := range []string{"", "open ", "password=", "Bearer ", "\u202e", "\xff\xfe", "https://x/", "\n", "{\"a\":\"", "eyJ", "…", "a.b@", "-----BEGIN X-----", strings.Repeat("word ", 500)} {
		f.Add(s, s, uint64(i))
	}
	f.Fuzz(func(t *testing.T, before, after string, seed uint64) {
		r := rand.New(rand.NewPCG(seed, 1))
		whole, core := canary(r)
		if strings.Contains(strings.ToLower(before+after), strings.ToLower(core)) {
			t.Skip()
		}
		var b bytes.Buffer
		l := New(&b, slog.LevelDebug)
		l.Info(before+whole+after, before, whole+after, "err", errors.New(before+" "+whole))
		if line := b.String(); strings.Contains(strings.ToLower(line), strings.ToLower(core)) || oneRecord(line) != nil {
			t.Errorf("%q survives, or %v: %q", whole, oneRecord(line), line)
		}
		b.Reset()
		l.Debug(before+" eyJhbGciOi"+core+".eyJzdWIi"+core+".c2ln "+after, before, after)
		if line := b.String(); strings.Contains(line, core) || oneRecord(line) != nil {
			t.Errorf("at debug level: %v: %q", oneRecord(line), line)
		}
	})
}
