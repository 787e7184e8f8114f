package audit

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var six = time.Date(2026, 3, 2, 6, 0, 0, 0, time.UTC)

// kept is a log in memory: lines with their places.
type kept struct {
	seqs  []int64
	lines [][]byte
}

func (k kept) Head(context.Context) (Head, error) {
	n := len(k.lines)
	return Head{k.seqs[n-1], Sum(k.lines[n-1])}, nil
}

func (k kept) Lines(_ context.Context, fn func(int64, []byte) error) error {
	for i, line := range k.lines {
		if err := fn(k.seqs[i], line); err != nil {
			return err
		}
	}
	return nil
}

func (k kept) copy() kept {
	c := kept{seqs: slices.Clone(k.seqs)}
	for _, line := range k.lines {
		c.lines = append(c.lines, bytes.Clone(line))
	}
	return c
}

// chained are records as they are appended, behind a genesis.
func chained(records ...Record) (kept, []Head) {
	var k kept
	var head Head
	var heads []Head
	for _, r := range append([]Record{{Event: Genesis, At: six, Reason: "The log of a new cache begins."}}, records...) {
		var line []byte
		line, head = head.Next(r)
		k.seqs, k.lines, heads = append(k.seqs, head.Count), append(k.lines, line), append(heads, head)
	}
	return k, heads
}

func anyText(t *rapid.T, name string) string {
	return rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"", "ana@clinic.example", "a\nb", "\u202egpj.exe", "\xff\xfe", `"\`, "👩‍⚕️"})).Draw(t, name)
}

func anyRecord(t *rapid.T) Record {
	at := func(name string) time.Time {
		return rapid.SampledFrom([]time.Time{{}, six, six.Add(time.Microsecond), six.AddDate(1, 2, 3)}).Draw(t, name)
	}
	r := Record{
		At: six.Add(time.Duration(rapid.IntRange(-9, 9).Draw(t, "at")) * time.Hour), ServiceAt: at("service"), Until: at("until"),
		Event: rapid.SampledFrom([]Event{Queued, Sending, Done, Conflict, Settled}).Draw(t, "event"), By: anyText(t, "by"), Tenant: anyText(t, "tenant"),
		Kind: "incident", Source: "sentinel", ID: anyText(t, "id"), Name: anyText(t, "name"), Action: anyText(t, "action"),
		Number: rapid.Int64Range(0, 9).Draw(t, "number"), Verb: "severity", State: "queued", Reason: anyText(t, "reason"),
	}
	for range rapid.IntRange(0, 2).Draw(t, "changes") {
		r.Changes = append(r.Changes, Change{Field: anyText(t, "field"), From: anyText(t, "from"), To: anyText(t, "to"), Theirs: anyText(t, "theirs"), Who: anyText(t, "who")})
	}
	return r
}

func anyLog(t *rapid.T) (kept, []Head) {
	var rs []Record
	for range rapid.IntRange(1, 8).Draw(t, "records") {
		rs = append(rs, anyRecord(t))
	}
	return chained(rs...)
}

func TestALogAsItWasWrittenIsWholeAndKnowsItsHeads(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		log, heads := anyLog(t)
		at := rapid.IntRange(0, len(heads)-1).Draw(t, "noted")
		v, err := Verify(context.Background(), log, heads[at].Hash)
		if err != nil || !v.Whole() || v.Head != heads[len(heads)-1] || v.Known[0] != heads[at].Count || !v.First.Equal(six) {
			t.Fatalf("%+v, %v", v, err)
		}
		var file bytes.Buffer
		if err := Write(context.Background(), &file, log); err != nil {
			t.Fatal(err)
		}
		for _, c := range file.Bytes() {
			if c != '\n' && (c < ' ' || c > '~') {
				t.Fatalf("%q in a file of plain ASCII", c)
			}
		}
		again, err := Verify(context.Background(), File(&file), heads[at].Hash)
		if err != nil || !again.Whole() || again.Head != v.Head {
			t.Fatalf("as a file: %+v, %v", again, err)
		}
	})
}

// Whatever is done to one line before the last: it is found, in its place, without any
// head that was noted.
func TestAnyChangeBeforeTheLastLineIsFound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		log, heads := anyLog(t)
		bad := log.copy()
		at := rapid.IntRange(0, len(bad.lines)-2).Draw(t, "line")
		switch rapid.IntRange(0, 4).Draw(t, "change") {
		case 0: // one bit
			i := rapid.IntRange(0, len(bad.lines[at])-1).Draw(t, "byte")
			bad.lines[at][i] ^= 1 << rapid.IntRange(0, 7).Draw(t, "bit")
		case 1: // a record well made, but another
			r, err := Decode(bad.lines[at])
			if err != nil {
				t.Fatal(err)
			}
			r.Reason += " or so"
			bad.lines[at] = r.Encode()
		case 2: // left out
			bad.seqs, bad.lines = slices.Delete(bad.seqs, at, at+1), slices.Delete(bad.lines, at, at+1)
		case 3: // left out, and what follows moved up
			bad.seqs, bad.lines = bad.seqs[:len(bad.seqs)-1], slices.Delete(bad.lines, at, at+1)
		case 4: // exchanged with the next
			bad.lines[at], bad.lines[at+1] = bad.lines[at+1], bad.lines[at]
		}
		v, err := Verify(context.Background(), bad, heads[len(heads)-1].Hash)
		if err != nil || len(v.Breaks) == 0 {
			t.Fatalf("not found: %+v, %v", v, err)
		}
		if first := v.Breaks[0].Seq; first < int64(at) || first > int64(at)+2 {
			t.Fatalf("line %d was changed, %d is named: %s", at+1, first, v.Breaks[0].What)
		}
	})
}

// The end is another matter: a log that was cut, or whose last line was replaced, is whole
// by itself. Only the head that somebody noted tells.
func TestTheEndIsFoundByTheHeadOfAReport(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		log, heads := anyLog(t)
		noted := heads[len(heads)-1]
		bad := log.copy()
		last := len(bad.lines) - 1
		switch rapid.IntRange(0, 2).Draw(t, "change") {
		case 0:
			n := rapid.IntRange(1, last).Draw(t, "left")
			bad.seqs, bad.lines = bad.seqs[:n], bad.lines[:n]
		case 1:
			r, err := Decode(bad.lines[last])
			if err != nil {
				t.Fatal(err)
			}
			r.By += "?"
			bad.lines[last] = r.Encode()
		case 2: // all made anew, from the first line on
			var rs []Record
			for _, line := range bad.lines[1:] {
				r, err := Decode(line)
				if err != nil {
					t.Fatal(err)
				}
				r.By += "?"
				rs = append(rs, r)
			}
			bad, _ = chained(rs...)
		}
		v, err := Verify(context.Background(), bad)
		if err != nil || !v.Whole() {
			t.Fatalf("%+v, %v", v, err)
		}
		if v, err = Verify(context.Background(), bad, noted.Hash, heads[0].Hash); err != nil || v.Whole() || v.Known[0] != 0 || v.Known[1] != 1 {
			t.Fatalf("%+v, %v", v, err)
		}
	})
}

func TestABreakSaysWhatIsWrong(t *testing.T) {
	log, _ := chained(Record{Event: Queued, At: six}, Record{Event: Sending, At: six}, Record{Event: Done, At: six})
	for name, c := range map[string]struct {
		change func(*kept)
		at     int64
		says   string
	}{
		"nothing there": {func(k *kept) { *k = kept{} }, 1, "empty"},
		"one is gone":   {func(k *kept) { k.seqs, k.lines = slices.Delete(k.seqs, 1, 2), slices.Delete(k.lines, 1, 2) }, 2, "Record 2 is missing"},
		"two are gone":  {func(k *kept) { k.seqs, k.lines = slices.Delete(k.seqs, 1, 3), slices.Delete(k.lines, 1, 3) }, 2, "Records 2 to 3 are missing"},
		"the first is gone": {func(k *kept) {
			k.seqs, k.lines = k.seqs[:3], k.lines[1:]
		}, 1, "says that it is record 2"},
		"rubbish":       {func(k *kept) { k.lines[2] = []byte("x") }, 3, "Record 3 cannot be read"},
		"no beginning":  {func(k *kept) { k.lines[0], _ = Head{}.Next(Record{Event: Queued, At: six}) }, 1, "not the beginning"},
		"white space":   {func(k *kept) { k.lines[1] = append(k.lines[1], ' ') }, 2, "Record 2 cannot be read"},
		"a key twice":   {func(k *kept) { k.lines[1] = []byte(strings.Replace(string(k.lines[1]), "{", `{"v":1,`, 1)) }, 2, "Record 2 cannot be read"},
		"a later form":  {func(k *kept) { k.lines[1] = []byte(strings.Replace(string(k.lines[1]), `"v":1`, `"v":2`, 1)) }, 2, "Record 2 cannot be read"},
		"another value": {func(k *kept) { k.lines[1] = []byte(strings.Replace(string(k.lines[1]), "queued", "parked", 1)) }, 2, "one of the two was changed"},
	} {
		bad := log.copy()
		c.change(&bad)
		v, err := Verify(t.Context(), bad)
		if err != nil || len(v.Breaks) == 0 || v.Breaks[0].Seq != c.at || !strings.Contains(v.Breaks[0].What, c.says) {
			t.Errorf("%s: %+v, %v", name, v.Breaks, err)
		}
	}
}

// However much is wrong, the list stays short enough to read.
func TestManyBreaksAreCounted(t *testing.T) {
	log, _ := chained(make([]Record, 200)...)
	for i := range log.lines {
		log.lines[i] = []byte("rubbish")
	}
	v, err := Verify(t.Context(), log)
	if err != nil || len(v.Breaks) != maxBreaks || v.More != 201-maxBreaks {
		t.Errorf("%d and %d more, %v", len(v.Breaks), v.More, err)
	}
}

func TestAHashIsReadAsItIsPrinted(t *testing.T) {
	h := Sum([]byte("abc"))
	if h.String() != "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" {
		t.Error(h)
	}
	for _, text := range []string{h.String(), " " + strings.ToUpper(h.String()) + "\n"} {
		if got, err := ParseHash(text); err != nil || got != h {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "ba78", h.String() + "00", strings.Repeat("g", 64)} {
		if _, err := ParseHash(text); err == nil {
			t.Errorf("%q was read", text)
		}
	}
}
