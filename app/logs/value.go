package logs

import (
	"fmt"
	"log/slog"
	"reflect"
	"regexp"
)

// deepest is how many groups may stand in one another, most how many texts of a list are
// written.
const (
	deepest = 8
	most    = 20
)

// sieve cleans what one record holds.
type sieve struct {
	strict bool
	depth  int
}

func (n *sieve) attrs(as []slog.Attr) []slog.Attr {
	out := make([]slog.Attr, len(as))
	for i, a := range as {
		out[i] = n.attr(a)
	}
	return out
}

func (n *sieve) attr(a slog.Attr) slog.Attr {
	if a.Equal(slog.Attr{}) {
		return a // which slog leaves out
	}
	if telling(a.Key) && a.Value.Kind() != slog.KindGroup {
		return slog.String(n.key(a.Key), hidden)
	}
	v := n.value(a.Value)
	if a.Key == "" && v.Kind() == slog.KindGroup {
		return slog.Attr{Value: v} // its attributes stand among their neighbours
	}
	return slog.Attr{Key: n.key(a.Key), Value: v}
}

var keyShape = regexp.MustCompile(`^[A-Za-z]{1,24}([_.-][a-z]{1,24}){0,3}$`)

// key passes names as programs write them.
func (n *sieve) key(k string) string {
	if small(k) {
		return k
	}
	if !keyShape.MatchString(k) || n.strict && n.text(k) != k && !codeShape.MatchString(k) {
		return "[key]"
	}
	return k
}

func (n *sieve) value(v slog.Value) slog.Value {
	v = v.Resolve() // which survives a LogValue that panics
	switch v.Kind() {
	case slog.KindString:
		return slog.StringValue(n.text(v.String()))
	case slog.KindGroup:
		if n.depth >= deepest {
			return slog.StringValue("[group]")
		}
		n.depth++
		defer func() { n.depth-- }()
		return slog.GroupValue(n.attrs(v.Group())...)
	case slog.KindAny:
		return n.any(v.Any())
	}
	return v
}

// any goes by the type of a value: of those that the program did not make for the log
// only text and numbers are looked into.
func (n *sieve) any(x any) slog.Value {
	if x == nil {
		return slog.AnyValue(nil)
	}
	if err, ok := x.(error); ok {
		return slog.StringValue(n.err(err))
	}
	v := reflect.ValueOf(x)
	switch v.Kind() {
	case reflect.String:
		return slog.StringValue(n.text(v.String()))
	case reflect.Bool:
		return slog.BoolValue(v.Bool())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return slog.Int64Value(v.Int())
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return slog.Uint64Value(v.Uint())
	case reflect.Float32, reflect.Float64:
		return slog.Float64Value(v.Float())
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.String {
			return slog.AnyValue(n.list(v))
		}
	}
	return slog.StringValue(fmt.Sprintf("[%T]", x))
}

func (n *sieve) list(v reflect.Value) []string {
	out := make([]string, 0, min(v.Len(), most+1))
	for i := range v.Len() {
		if i == most {
			return append(out, "…")
		}
		out = append(out, n.text(v.Index(i).String()))
	}
	return out
}
