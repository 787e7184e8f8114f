package vault

import (
	"bytes"
	"os"
	"reflect"
	"testing"
)

func page(fill byte) []byte {
	p := bytes.Repeat([]byte{fill}, PageBytes)
	clear(p[usable:])
	return p
}

// No nonce is used twice, whatever page is written and however often.
func TestGoal27NoNonceIsUsedTwice(t *testing.T) {
	s, err := newSealer(NewKey(), newSalt())
	if err != nil {
		t.Fatal(err)
	}
	writes := 50_000
	if os.Getenv("WATCHFLOOR_SOAK") != "" {
		writes = 10_000_000
	}
	seen := make(map[[nonceBytes]byte]struct{}, writes)
	p := page('x')
	for range writes {
		clear(p[usable:])
		if err := s.seal(spot{kind: walFrame, at: 56}, p); err != nil {
			t.Fatal(err)
		}
		nonce := [nonceBytes]byte(p[usable+tagBytes:])
		if _, twice := seen[nonce]; twice {
			t.Fatal("a nonce was used twice")
		}
		seen[nonce] = struct{}{}
	}
}

func TestAnImageOpensOnlyWhereItWasSealed(t *testing.T) {
	s, err := newSealer(NewKey(), newSalt())
	if err != nil {
		t.Fatal(err)
	}
	here := spot{kind: walFrame, at: 56, bound: [8]byte{0, 0, 0, 7}}
	sealed := page('a')
	if err := s.seal(here, sealed); err != nil {
		t.Fatal(err)
	}
	for name, where := range map[string]spot{
		"here":            here,
		"another offset":  {kind: walFrame, at: 4176, bound: here.bound},
		"another kind":    {kind: journal, at: 56, bound: here.bound},
		"another page":    {kind: walFrame, at: 56, bound: [8]byte{0, 0, 0, 8}},
		"another purpose": {kind: database, at: 56},
	} {
		p := bytes.Clone(sealed)
		err := s.open(where, p)
		if (err == nil) != (where == here) {
			t.Errorf("%s: %v", name, err)
		}
		if err == nil && !bytes.Equal(p, page('a')) {
			t.Error("another image came back")
		}
	}
}

// What SQLite keeps in the bytes of the seal could not be brought back.
func TestAPageThatUsesTheReservedBytesIsNotSealed(t *testing.T) {
	s, err := newSealer(NewKey(), newSalt())
	if err != nil {
		t.Fatal(err)
	}
	p := page('a')
	p[PageBytes-1] = 1
	if s.seal(spot{kind: database, at: PageBytes}, p) == nil {
		t.Error("sealed")
	}
	first := page(0)
	copy(first, plainMagic)
	first[16], first[20] = PageBytes>>8, 0
	if s.seal(spot{kind: database}, first) == nil {
		t.Error("a first page without reserved bytes was sealed")
	}
}

func TestAClosedFileLeavesNoKeyInMemory(t *testing.T) {
	s, err := newSealer(NewKey(), newSalt())
	if err != nil {
		t.Fatal(err)
	}
	sealed := page('a')
	if err := s.seal(spot{kind: journal}, sealed); err != nil {
		t.Fatal(err)
	}
	block, aead := reflect.ValueOf(s.block).Elem(), reflect.ValueOf(s.aead).Elem()
	if block.IsZero() || aead.IsZero() {
		t.Fatal("the expanded keys are somewhere else")
	}

	s.wipe()

	if !block.IsZero() || !aead.IsZero() {
		t.Error("expanded keys were left in memory")
	}
	if s.open(spot{kind: journal}, sealed) == nil || s.seal(spot{kind: journal}, page('b')) == nil {
		t.Error("the closed file still seals and opens")
	}
}

// Whatever a file holds, opening a page of it neither panics nor returns what was not
// sealed.
func FuzzOpenPage(f *testing.F) {
	s, err := newSealer(&Key{}, make([]byte, saltBytes))
	if err != nil {
		f.Fatal(err)
	}
	good := page('a')
	if err := s.seal(spot{kind: journal, at: 516}, good); err != nil {
		f.Fatal(err)
	}
	f.Add(good, byte(journal), int64(516))
	f.Add(make([]byte, PageBytes), byte(database), int64(0))
	f.Add([]byte("WFV1"), byte(database), int64(0))
	f.Fuzz(func(t *testing.T, b []byte, kind byte, at int64) {
		p := make([]byte, PageBytes)
		copy(p, b)
		was := bytes.Clone(p)
		if s.open(spot{kind: kind, at: at}, p) == nil && !bytes.Equal(was, good) {
			t.Error("an image opened that was never sealed")
		}
	})
}
