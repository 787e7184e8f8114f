// #nosec G115 -- dice, seeds and small counts of an invented tenant, packed into few bits

package story

import (
	"math"
	"time"
)

// dice is a splitmix64 generator: tiny, so that thousands can be thrown for a page.
type dice uint64

func newDice(seed uint64, salt string) *dice {
	h := seed ^ 0x9e3779b97f4a7c15
	for i := range len(salt) {
		h = (h ^ uint64(salt[i])) * 0x100000001b3
	}
	d := dice(h)
	d.next()
	return &d
}

func (d *dice) next() uint64 {
	*d += 0x9e3779b97f4a7c15
	z := uint64(*d)
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// n is a number from 0 to below, exclusive.
func (d *dice) n(below int) int {
	if below <= 1 {
		return 0
	}
	return int(d.next() % uint64(below))
}

func (d *dice) f() float64 { return float64(d.next()>>11) / (1 << 53) }

func (d *dice) chance(p float64) bool { return d.f() < p }

// around is a log-normal duration with the given median; sigma is of the logarithm.
func (d *dice) around(median time.Duration, sigma float64) time.Duration {
	u := math.Sqrt(-2*math.Log(1-d.f())) * math.Cos(2*math.Pi*d.f())
	return time.Duration(float64(median) * math.Exp(sigma*u))
}

func pick[T any](d *dice, from []T) T { return from[d.n(len(from))] }

// GUID makes an identifier in the form of a version 4 UUID.
func GUID(seed uint64, salt string) string {
	d := newDice(seed, salt)
	a, b := d.next(), d.next()
	a = a&^0xf000 | 0x4000           // version 4
	b = b&^(0xc000<<48) | 0x8000<<48 // variant of RFC 9562
	var out [36]byte
	for i, n := 0, 0; i < len(out); i++ {
		if i == 8 || i == 13 || i == 18 || i == 23 {
			out[i] = '-'
			continue
		}
		half := a
		if n >= 16 {
			half = b
		}
		out[i] = "0123456789abcdef"[half>>(60-n%16*4)&15]
		n++
	}
	return string(out[:])
}

func hex(d *dice, n int) string {
	const digits = "0123456789abcdef"
	b := make([]byte, n)
	for i := range b {
		b[i] = digits[d.next()&15]
	}
	return string(b)
}
