package simulator

import (
	"strconv"
	"sync/atomic"
	"unicode/utf8"
)

// jw appends JSON without reflection: a page of fifty incidents with alerts is a
// megabyte, and rendering it must not be what a test measures.
type jw struct{ b []byte }

// room remembers how long the answers of one kind are, so that the next one is written
// without growing. Buffers are not kept for reuse: HTTP/2 may still read one after the
// handler that wrote it has returned.
type room struct{ bytes atomic.Int64 }

// writer returns a writer with room for an answer of the kind.
func (k *room) writer() *jw {
	return &jw{b: make([]byte, 0, max(4<<10, k.bytes.Load()))}
}

// used notes how much an answer took; the hint follows it slowly downwards.
func (k *room) used(j *jw) {
	n, old := int64(len(j.b)), k.bytes.Load()
	k.bytes.Store(max(n+n/8, old-old/16))
}

func (w *jw) comma() {
	if n := len(w.b); n > 0 {
		if c := w.b[n-1]; c != '{' && c != '[' && c != ':' {
			w.b = append(w.b, ',')
		}
	}
}

func (w *jw) key(k string) {
	w.comma()
	w.b = append(w.b, '"')
	w.b = append(w.b, k...)
	w.b = append(w.b, '"', ':')
}

func (w *jw) open(k string) { w.start(k, '{') }
func (w *jw) list(k string) { w.start(k, '[') }

// start opens an object or list; k is "" within a list and at the top.
func (w *jw) start(k string, c byte) {
	if k != "" {
		w.key(k)
	} else {
		w.comma()
	}
	w.b = append(w.b, c)
}

func (w *jw) end()     { w.b = append(w.b, '}') }
func (w *jw) endList() { w.b = append(w.b, ']') }

func (w *jw) str(k, v string) {
	w.key(k)
	w.b = appendString(w.b, v)
}

// opt writes a text unless it is empty.
func (w *jw) opt(k, v string) {
	if v != "" {
		w.str(k, v)
	}
}

// orNull writes null for an empty text.
func (w *jw) orNull(k, v string) {
	if v == "" {
		w.raw(k, "null")
		return
	}
	w.str(k, v)
}

func (w *jw) num(k string, v int64) {
	w.key(k)
	w.b = strconv.AppendInt(w.b, v, 10)
}

func (w *jw) bool(k string, v bool) {
	w.key(k)
	w.b = strconv.AppendBool(w.b, v)
}

func (w *jw) raw(k, v string) {
	w.key(k)
	w.b = append(w.b, v...)
}

func (w *jw) item(v string) {
	w.comma()
	w.b = appendString(w.b, v)
}

func (w *jw) strs(k string, v []string) {
	w.list(k)
	for _, s := range v {
		w.item(s)
	}
	w.endList()
}

const hexDigits = "0123456789abcdef"

func appendString(b []byte, s string) []byte {
	b = append(b, '"')
	from := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= utf8.RuneSelf {
			r, n := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && n == 1 {
				b = append(append(b, s[from:i]...), `\ufffd`...)
				from = i + 1
			}
			i += n
			continue
		}
		if c >= ' ' && c != '"' && c != '\\' {
			i++
			continue
		}
		b = append(b, s[from:i]...)
		switch c {
		case '"', '\\':
			b = append(b, '\\', c)
		case '\n':
			b = append(b, '\\', 'n')
		default:
			b = append(b, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		}
		i++
		from = i
	}
	return append(append(b, s[from:]...), '"')
}
