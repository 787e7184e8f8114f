package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"watchfloor/app"
	"watchfloor/app/audit"
)

// lines is an audit log in memory.
type lines [][]byte

func (l lines) Head(context.Context) (audit.Head, error) {
	return audit.Head{Count: int64(len(l)), Hash: audit.Sum(l[len(l)-1])}, nil
}

func (l lines) Lines(_ context.Context, fn func(int64, []byte) error) error {
	for i, line := range l {
		if err := fn(int64(i+1), line); err != nil {
			return err
		}
	}
	return nil
}

// story is a log of four records.
func story() (out lines) {
	var head audit.Head
	for i, e := range []audit.Event{audit.Genesis, audit.Queued, audit.Sending, audit.Done} {
		var line []byte
		line, head = head.Next(audit.Record{Event: e, At: noon.Add(time.Duration(i) * time.Minute), By: "ana@contoso.com", Reason: "é\u202e"})
		out = append(out, line)
	}
	return out
}

// withLogs hands the session logs of tenants.
func withLogs(logs ...AuditLog) func(*Deps) {
	return func(d *Deps) {
		open := d.Open
		d.Open = func(ctx context.Context, o Options) (*Session, error) {
			s, err := open(ctx, o)
			if err == nil {
				s.Audit = logs
			}
			return s, err
		}
	}
}

func headOf(l lines) string { h, _ := l.Head(context.Background()); return h.Hash.String() }

func TestVerifySaysWhatALogHolds(t *testing.T) {
	log := story()
	at := withLogs(AuditLog{"Contoso", log})
	newFloor().run(t, at, "verify").expect(t, 0, "Contoso", "whole: 4 records", "first  2026-03-12 12:00:00Z", "last   2026-03-12 12:03:00Z", headOf(log))
	newFloor().run(t, at, "verify", "--head", strings.ToUpper(headOf(log[:2]))).expect(t, 0, "is that of record 2; 2 came after it")
	newFloor().run(t, at, "verify", "--head", headOf(log)).expect(t, 0, "nothing came after it")
	newFloor().run(t, at, "verify", "--head", "abc").expect(t, ExitUsage, "64 digits")
	newFloor().run(t, nil, "verify").expect(t, ExitFailed, "no audit log")
}

// Two tenants have two logs; a head of either is known.
func TestVerifyChecksTheLogOfEveryTenant(t *testing.T) {
	log, other := story(), story()[:1]
	bad := story()
	bad[1] = bytes.Replace(bad[1], []byte("queued"), []byte("parked"), 1)
	newFloor().run(t, withLogs(AuditLog{"Contoso", log}, AuditLog{"Fabrikam\u202e", other}), "verify", "--head", headOf(log)).
		expect(t, 0, "Contoso", "Fabrikam⟨U+202E⟩", "whole: 1 record", "record 4")
	r := newFloor().run(t, withLogs(AuditLog{"Contoso", bad}, AuditLog{"Fabrikam", other}), "verify")
	r.expect(t, ExitFailed, "✗ broken: 4 records", "Record 2 is not the one that record 3 was chained to", "✓ whole: 1 record", "1 of 2 audit logs are not as they were written")
	r = newFloor().run(t, withLogs(AuditLog{"Contoso", bad}), "verify", "--json")
	var got []verdictJSON
	if err := json.Unmarshal([]byte(r.out), &got); err != nil || r.code != ExitFailed || len(got) != 1 || got[0].Whole || len(got[0].Breaks) != 1 || got[0].Breaks[0].Record != 2 {
		t.Errorf("%d %s, %v", r.code, r.out, err)
	}
}

// A log whose end was cut off is whole by itself; the head of a report tells.
func TestVerifyWithTheHeadOfAReportFindsWhatIsMissingAtTheEnd(t *testing.T) {
	log := story()
	cut := withLogs(AuditLog{"Contoso", log[:3]})
	newFloor().run(t, cut, "verify").expect(t, 0, "whole: 3 records")
	newFloor().run(t, cut, "verify", "--head", headOf(log)).expect(t, ExitFailed, "No record has the head "+headOf(log))
}

func TestTheLogIsWrittenAndCheckedAsAFile(t *testing.T) {
	log, dir := story(), t.TempDir()
	file := filepath.Join(dir, "audit.jsonl")
	newFloor().run(t, withLogs(AuditLog{"Contoso", log}), "audit", "-o", file).expect(t, 0, "written")
	b, err := os.ReadFile(file)
	if err != nil || !bytes.Equal(b, append(bytes.Join(log, []byte("\n")), '\n')) {
		t.Fatalf("%s, %v", b, err)
	}
	f := newFloor()
	f.run(t, nil, "verify", file, "--head", headOf(log)).expect(t, 0, "whole: 4 records", "record 4")
	if f.closed != 0 {
		t.Error("a file is checked without opening the cache")
	}
	for name, change := range map[string]func([]byte) []byte{
		"a byte":            func(b []byte) []byte { b[len(b)/2] ^= 1; return b },
		"its last byte":     func(b []byte) []byte { return b[:len(b)-3] },
		"other line ends":   func(b []byte) []byte { return bytes.ReplaceAll(b, []byte("\n"), []byte("\r\n")) },
		"an empty line":     func(b []byte) []byte { return bytes.Replace(b, []byte("\n"), []byte("\n\n"), 1) },
		"nothing":           func([]byte) []byte { return nil },
		"something else":    func([]byte) []byte { return []byte("number,title\n") },
		"without beginning": func(b []byte) []byte { return b[bytes.IndexByte(b, '\n')+1:] },
	} {
		bad := filepath.Join(dir, strings.ReplaceAll(name, " ", "-"))
		if err := os.WriteFile(bad, change(bytes.Clone(b)), 0o600); err != nil {
			t.Fatal(err)
		}
		newFloor().run(t, nil, "verify", bad).expect(t, ExitFailed, "✗", "not as they were written")
	}
	newFloor().run(t, nil, "verify", filepath.Join(dir, "none")).expect(t, ExitFailed, "There is no file")
	newFloor().run(t, withLogs(AuditLog{"a", log}, AuditLog{"b", log}), "audit").expect(t, ExitUsage, "--profile")
}

// Each report ends with the head that proves it later, in every form.
func TestReportsEndWithTheHeadOfTheLog(t *testing.T) {
	log := story()
	for _, args := range [][]string{
		{"report", "case", "48213", "--format", "html"},
		{"report", "case", "48213", "--format", "md"},
		{"report", "case", "48213", "--format", "json"},
		{"report", "handover", "--format", "html"},
		{"report", "handover", "--format", "md"},
	} {
		r := newFloor().run(t, withLogs(AuditLog{"Contoso", log}), args...)
		r.expect(t, 0, headOf(log))
		if again := newFloor().run(t, withLogs(AuditLog{"Contoso", log}), args...); again.out != r.out {
			t.Errorf("%v: twice the same differs", args)
		}
		if without := newFloor().run(t, nil, args...); strings.Contains(without.out, "Audit log") {
			t.Errorf("%v: a log that is not there", args)
		}
	}
	if _, err := (&Session{Audit: []AuditLog{{"Contoso", broken{}}}}).heads(t.Context()); app.KindOf(err) != app.KindInternal {
		t.Error(err)
	}
}

type broken struct{ audit.Reader }

func (broken) Head(context.Context) (audit.Head, error) {
	return audit.Head{}, app.E(app.KindInternal, "The cache reported an error.", nil)
}
