package fonts

import (
	"bytes"
	"encoding/binary"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"codeberg.org/go-fonts/dejavu/dejavusans"
	"codeberg.org/go-fonts/dejavu/dejavusansmono"
	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/fontscan"

	"watchfloor/app/report/paper"
)

// collection puts fonts into one file, as systems ship their Chinese ones.
func collection(ttfs ...[]byte) []byte {
	head := make([]byte, 12+4*len(ttfs))
	copy(head, "ttcf\x00\x01\x00\x00")
	binary.BigEndian.PutUint32(head[8:], uint32(len(ttfs)))
	out := head
	for i, ttf := range ttfs {
		start := uint32(len(out))
		binary.BigEndian.PutUint32(out[12+4*i:], start)
		out = append(out, ttf...)
		for t := range int(binary.BigEndian.Uint16(ttf[4:])) { // offsets count from the start of the collection
			at := int(start) + 12 + 16*t + 8
			binary.BigEndian.PutUint32(out[at:], binary.BigEndian.Uint32(out[at:])+start)
		}
		for len(out)%4 != 0 {
			out = append(out, 0)
		}
	}
	return out
}

func TestAFontIsTakenOutOfACollection(t *testing.T) {
	file := collection(dejavusans.TTF, dejavusansmono.TTF)
	for i, want := range [][]byte{dejavusans.TTF, dejavusansmono.TTF} {
		got := single(file, i)
		if !paper.Usable(got) {
			t.Fatalf("font %d cannot be used", i)
		}
		if len(got) < len(want) || len(got) > len(want)+64 {
			t.Errorf("font %d has %d bytes, want about %d", i, len(got), len(want))
		}
	}
	if single(file, 2) != nil || single(file, -1) != nil || single(file[:40], 0) != nil {
		t.Error("a font that is not there was found")
	}
	if got := single(dejavusans.TTF, 0); !bytes.Equal(got, dejavusans.TTF) {
		t.Error("a file of one font changed")
	}
}

func FuzzSingle(f *testing.F) {
	f.Add([]byte("ttcf\x00\x01\x00\x00\x00\x00\x00\x01\x00\x00\x00\x10\x00\x01\x00\x00\x00\x01"), 0)
	f.Fuzz(func(t *testing.T, b []byte, i int) { single(b, i) })
}

// shelf is a computer with these fonts and no others.
func shelf(t *testing.T, files map[string][]byte) *System {
	t.Helper()
	s := NewSystem(t.TempDir(), slog.New(slog.DiscardHandler))
	s.read = true
	dir := t.TempDir()
	for name, content := range files {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		var runes fontscan.RuneSet
		for _, r := range "王א" {
			if r == '王' || name != "chinese.ttf" {
				runes.Add(r)
			}
		}
		f := fontscan.Footprint{Location: font.FontID{File: path}, Family: name, Runes: runes}
		f.Aspect.SetDefaults()
		s.known = append(s.known, f)
	}
	return s
}

func TestTheFontWithMostOfTheCharactersIsTaken(t *testing.T) {
	s := shelf(t, map[string][]byte{"chinese.ttf": dejavusansmono.TTF, "everything.ttf": dejavusans.TTF})
	if got := s.Font([]rune("王א")); !bytes.Equal(got, dejavusans.TTF) {
		t.Error("another font was taken")
	}
	for range 5 { // of equals the first by name
		if got := s.Font([]rune("王")); !bytes.Equal(got, dejavusansmono.TTF) {
			t.Fatal("the choice changes")
		}
	}
	if s.Font([]rune("ж")) != nil {
		t.Error("a font without the character was taken")
	}
}

func TestAFontThatCannotBeUsedIsPassedOver(t *testing.T) {
	s := shelf(t, map[string][]byte{"a.ttf": []byte("OTTO broken"), "b.ttf": dejavusans.TTF})
	if got := s.Font([]rune("王")); !bytes.Equal(got, dejavusans.TTF) {
		t.Error("the one that works was not taken")
	}
}

// On this computer, whatever it has, the search ends and what it finds can be embedded.
func TestTheFontsOfThisComputer(t *testing.T) {
	s := NewSystem(t.TempDir(), slog.New(slog.DiscardHandler))
	if f := s.Font([]rune("王א")); f != nil && !paper.Usable(f) {
		t.Error("a font was found that cannot be embedded")
	}
	if s.Font([]rune("\u0378")) != nil {
		t.Error("a font for what is no character")
	}
}
