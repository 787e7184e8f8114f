package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"time"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"watchfloor/app"
	"watchfloor/app/triage"
)

// Row is a line of the queue as JSON. Fields are only ever added.
type Row struct {
	ID       int64     `json:"id"`
	Source   string    `json:"source"`
	RemoteID string    `json:"remoteId"`
	Number   string    `json:"number"`
	Twin     string    `json:"twin,omitempty"`
	Title    string    `json:"title"`
	Severity string    `json:"severity"`
	Status   string    `json:"status"`
	Owner    string    `json:"owner"`
	OwnerUPN string    `json:"ownerUpn,omitempty"`
	Score    *int      `json:"score"`
	Entities string    `json:"entities"`
	Alerts   *int      `json:"alerts"`
	Created  time.Time `json:"created"`
	Modified time.Time `json:"modified"`
	Tags     []string  `json:"tags"`
	Queued   int       `json:"queued"`
	Conflict bool      `json:"conflict"`
	Disagree bool      `json:"twinsDisagree"`
	Deleted  bool      `json:"deleted"`
}

// RowOf converts a row of the queue. What the source does not say is null.
func RowOf(r triage.Row) Row {
	out := Row{
		ID: r.ID, Source: string(r.Ref.Source), RemoteID: r.Ref.ID, Number: r.Number, Twin: r.Twin, Title: r.Title,
		Severity: r.Severity.String(), Status: r.Status.String(), Owner: r.Owner, OwnerUPN: r.OwnerUPN, Score: r.Score,
		Entities: r.Entities, Created: r.Created.UTC(), Modified: r.Modified.UTC(), Tags: append([]string{}, r.Tags...),
		Queued: r.Queued, Conflict: r.Conflict, Disagree: r.Disagree, Deleted: r.Deleted,
	}
	if r.Alerts >= 0 {
		out.Alerts = &r.Alerts
	}
	return out
}

// QueueJSON writes rows as one array.
func QueueJSON(w io.Writer, rows []triage.Row) error {
	out := make([]Row, len(rows))
	for i, r := range rows {
		out[i] = RowOf(r)
	}
	return WriteJSON(w, out)
}

// WriteJSON writes v indented, with every character that hides or reorders text
// escaped, so that the file is safe to look at. Decoding gives the text as received.
func WriteJSON(w io.Writer, v any) error {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetIndent("", "  ")
	if err := enc.Encode(v); err != nil {
		return app.E(app.KindInternal, "The result could not be written as JSON.", err)
	}
	if _, err := w.Write(escapeHidden(b.Bytes())); err != nil {
		return app.E(app.KindInternal, "The JSON could not be written; is the disk full?", err)
	}
	return nil
}

// escapeHidden replaces hidden characters, which in JSON occur only within strings,
// by their escapes.
func escapeHidden(in []byte) []byte {
	if !bytes.ContainsFunc(in, hidden) {
		return in
	}
	var b bytes.Buffer
	for len(in) > 0 {
		r, n := utf8.DecodeRune(in)
		switch {
		case !hidden(r):
			b.Write(in[:n])
		case r > 0xffff:
			hi, lo := utf16.EncodeRune(r)
			fmt.Fprintf(&b, `\u%04x\u%04x`, hi, lo)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
		in = in[n:]
	}
	return b.Bytes()
}

func hidden(r rune) bool {
	return r != '\n' && unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Zl, unicode.Zp)
}
