package vault

import (
	"bytes"
	"testing"
)

func BenchmarkOpenPage(b *testing.B) {
	s, err := newSealer(NewKey(), newSalt())
	if err != nil {
		b.Fatal(err)
	}
	sealed := page('x')
	if err := s.seal(spot{kind: database, at: PageBytes}, sealed); err != nil {
		b.Fatal(err)
	}
	p := bytes.Clone(sealed)
	b.SetBytes(PageBytes)
	for b.Loop() {
		copy(p, sealed)
		if s.open(spot{kind: database, at: PageBytes}, p) != nil {
			b.Fatal("does not open")
		}
	}
}

func BenchmarkSealPage(b *testing.B) {
	s, err := newSealer(NewKey(), newSalt())
	if err != nil {
		b.Fatal(err)
	}
	p := page('x')
	b.SetBytes(PageBytes)
	for b.Loop() {
		clear(p[usable:])
		if s.seal(spot{kind: database, at: PageBytes}, p) != nil {
			b.Fatal("was not sealed")
		}
	}
}
