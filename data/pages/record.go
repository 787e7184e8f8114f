package pages

import (
	"encoding/binary"
	"errors"
	"math"
)

// errRecord says that bytes are no record.
var errRecord = errors.New("not a record")

// varint reads a number of one to nine bytes; n is 0 where there is none.
func varint(b []byte) (v uint64, n int) {
	for i := 0; i < 8 && i < len(b); i++ {
		v = v<<7 | uint64(b[i]&0x7f)
		if b[i] < 0x80 {
			return v, i + 1
		}
	}
	if len(b) < 9 {
		return 0, 0
	}
	return v<<8 | uint64(b[8]), 9
}

// serials reads the header of a record: the serial type of each column and where its
// values begin.
func serials(payload []byte) (types []uint64, body []byte, err error) {
	size, n := varint(payload)
	least := uint64(max(0, n)) // #nosec G115 -- not negative
	if n == 0 || size < least || size > uint64(len(payload)) {
		return nil, nil, errRecord
	}
	head := payload[n:size]
	for len(head) > 0 {
		t, n := varint(head)
		if n == 0 || t == 10 || t == 11 {
			return nil, nil, errRecord
		}
		types, head = append(types, t), head[n:]
	}
	return types, payload[size:], nil
}

// width is how many bytes the value of a serial type takes.
func width(t uint64) uint64 {
	switch {
	case t <= 4:
		return t
	case t == 5:
		return 6
	case t == 6 || t == 7:
		return 8
	case t < 12:
		return 0
	}
	return (t - 12) / 2
}

// record decodes the values of a payload: nil, int64, float64, string or []byte.
func record(payload []byte) ([]any, error) {
	types, body, err := serials(payload)
	if err != nil {
		return nil, err
	}
	out := make([]any, 0, len(types))
	for _, t := range types {
		w := width(t)
		if w > uint64(len(body)) {
			return nil, errRecord
		}
		out, body = append(out, value(t, body[:w])), body[w:]
	}
	if len(body) > 0 {
		return nil, errRecord
	}
	return out, nil
}

func value(t uint64, b []byte) any {
	switch {
	case t == 0:
		return nil
	case t == 7:
		return math.Float64frombits(binary.BigEndian.Uint64(b))
	case t <= 6:
		v := int64(int8(b[0])) // #nosec G115 -- the sign is what is meant
		for _, c := range b[1:] {
			v = v<<8 | int64(c)
		}
		return v
	case t == 8 || t == 9:
		return int64(t - 8) // #nosec G115 -- types 8 and 9 are 0 and 1
	case t%2 == 0:
		return append([]byte{}, b...)
	}
	return string(b)
}
