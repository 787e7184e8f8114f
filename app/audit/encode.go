package audit

import (
	"fmt"
	"strconv"
	"time"
)

// layout of times: UTC, always six decimals.
const layout = "2006-01-02T15:04:05.000000Z"

// Encode is the record as its line, without a line end: a JSON object with keys in a fixed
// order, no white space, and every character of a text that is not printable ASCII as
// \uXXXX. Equal records have equal lines, whatever version of Go or Unicode wrote them.
func (r Record) Encode() []byte {
	b := make([]byte, 0, 512)
	b = append(b, `{"v":`...)
	b = strconv.AppendInt(b, Version, 10)
	b = append(b, `,"seq":`...)
	b = strconv.AppendInt(b, r.Seq, 10)
	b = appendText(b, "prev", r.Prev.String())
	b = appendTime(b, "at", r.At)
	b = appendTime(b, "serviceAt", r.ServiceAt)
	b = appendText(b, "event", string(r.Event))
	b = appendText(b, "by", r.By)
	b = appendText(b, "tenant", r.Tenant)
	b = appendText(b, "kind", r.Kind)
	b = appendText(b, "source", r.Source)
	b = appendText(b, "id", r.ID)
	b = appendText(b, "name", r.Name)
	b = appendText(b, "action", r.Action)
	if r.Number != 0 {
		b = append(b, `,"number":`...)
		b = strconv.AppendInt(b, r.Number, 10)
	}
	b = appendText(b, "verb", r.Verb)
	b = appendText(b, "state", r.State)
	b = appendTime(b, "until", r.Until)
	for i, c := range r.Changes {
		if i == 0 {
			b = append(b, `,"changes":[`...)
		} else {
			b = append(b, ',')
		}
		b = append(b, `{"field":`...)
		b = quote(b, c.Field)
		b = appendText(b, "from", c.From)
		b = appendText(b, "to", c.To)
		b = appendText(b, "theirs", c.Theirs)
		b = appendText(b, "who", c.Who)
		b = append(b, '}')
	}
	if len(r.Changes) > 0 {
		b = append(b, ']')
	}
	b = appendText(b, "reason", r.Reason)
	return append(b, '}')
}

// appendText adds a field; one without text is left out.
func appendText(b []byte, key, text string) []byte {
	if text == "" {
		return b
	}
	b = append(b, ',', '"')
	b = append(b, key...)
	b = append(b, '"', ':')
	return quote(b, text)
}

// appendTime adds a time; one that the layout has no place for is left out.
func appendTime(b []byte, key string, t time.Time) []byte {
	if t = t.UTC(); t.IsZero() || t.Year() < 0 || t.Year() > 9999 {
		return b
	}
	return appendText(b, key, t.Format(layout))
}

// quote adds a JSON string of printable ASCII. What is no UTF-8 becomes U+FFFD.
func quote(b []byte, text string) []byte {
	b = append(b, '"')
	for _, r := range text {
		switch {
		case r == '"' || r == '\\':
			b = append(b, '\\', byte(r))
		case r >= ' ' && r <= '~':
			b = append(b, byte(r))
		case r > 0xffff:
			r -= 0x10000
			b = fmt.Appendf(b, `\u%04x\u%04x`, 0xd800+r>>10, 0xdc00+r&0x3ff)
		default:
			b = fmt.Appendf(b, `\u%04x`, r)
		}
	}
	return append(b, '"')
}
