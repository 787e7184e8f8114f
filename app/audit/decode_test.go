package audit

import (
	"bytes"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// sample has every field.
func sample() Record {
	return Record{
		Seq: 7, Prev: Sum([]byte("six")), At: six, ServiceAt: six.Add(time.Second), Event: Conflict, By: "ana@clinic.example", Tenant: "Contoso",
		Kind: "incident", Source: "sentinel", ID: "4a", Name: "48213", Action: "g-1", Number: 3, Verb: "severity", State: "conflict", Until: six,
		Changes: []Change{{Field: "severity", From: "High", To: "Low", Theirs: "Medium", Who: "Bob"}}, Reason: "Somebody else changed the same field.",
	}
}

// The form of version 1 is fixed: programs of others read it, and logs outlive releases.
func TestTheFormOfARecordStays(t *testing.T) {
	const line = `{"v":1,"seq":7,"prev":"ea5a8aeba7d4f5b1d4d1b0b0f0e1d2b6f4a0f8d0d7b9a8e6b4a7c0c9e1f2a3b4","at":"2026-03-02T06:00:00.000000Z"` +
		`,"serviceAt":"2026-03-02T06:00:01.000000Z","event":"conflict","by":"ana@clinic.example","tenant":"Contoso","kind":"incident","source":"sentinel"` +
		`,"id":"4a","name":"48213","action":"g-1","number":3,"verb":"severity","state":"conflict","until":"2026-03-02T06:00:00.000000Z"` +
		`,"changes":[{"field":"severity","from":"High","to":"Low","theirs":"Medium","who":"Bob"}],"reason":"Somebody else changed the same field."}`
	r := sample()
	var err error
	if r.Prev, err = ParseHash("ea5a8aeba7d4f5b1d4d1b0b0f0e1d2b6f4a0f8d0d7b9a8e6b4a7c0c9e1f2a3b4"); err != nil {
		t.Fatal(err)
	}
	if got := string(r.Encode()); got != line {
		t.Errorf("%s", got)
	}
	r = Record{Seq: 1, Event: Queued, At: six, Reason: "tab\t, ⟨rtl\u202e⟩, 👩 and \xff"}
	if got := string(r.Encode()); !strings.HasSuffix(got, `"reason":"tab\u0009, \u27e8rtl\u202e\u27e9, \ud83d\udc69 and \ufffd"}`) {
		t.Errorf("%s", got)
	}
}

// A line is verified with what every system has.
func TestTheHashIsThatOfSha256sum(t *testing.T) {
	tool, err := exec.LookPath("sha256sum")
	if err != nil {
		t.Skip("sha256sum is not installed")
	}
	line := sample().Encode()
	cmd := exec.CommandContext(t.Context(), tool)
	cmd.Stdin = bytes.NewReader(line)
	out, err := cmd.Output()
	if err != nil || !strings.HasPrefix(string(out), Sum(line).String()) {
		t.Errorf("%s, %v", out, err)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(sample().Encode())
	f.Add(Record{Seq: 1, Event: Genesis}.Encode())
	f.Add([]byte(`{"v":1,"seq":1,"prev":"","Event":"queued"}`))
	f.Add([]byte(`{"v":1,"seq":1e3}`))
	f.Add([]byte("\x00\xff{"))
	f.Fuzz(func(t *testing.T, line []byte) {
		r, err := Decode(line)
		if err != nil {
			return
		}
		if again := r.Encode(); !bytes.Equal(again, line) {
			t.Errorf("two lines of one record:\n%s\n%s", line, again)
		}
	})
}
