package identity

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"watchfloor/app"
	"watchfloor/app/text"
)

// Bounds of an imported list.
const (
	maxListBytes = 8 << 20
	maxListRows  = 50_000
	maxLineBytes = 64 << 10
	maxColumns   = 64
	maxWarnings  = 20
	// In characters: no key of a directory is longer, and what stands in a list is a line.
	maxKey, maxWords = 320, 400
)

// Origins of high-value identities.
const (
	OriginRole     = "role"
	OriginList     = "list"
	OriginDefender = "defender"
)

// columns of a list by the words people write above them.
var columns = map[string]string{
	"upn": "key", "userprincipalname": "key", "user": "key", "account": "key", "mail": "key", "email": "key", "e-mail": "key",
	"id": "key", "objectid": "key", "oid": "key", "sid": "key", "key": "key", "device": "key", "identity": "key",
	"name": "name", "displayname": "name", "reason": "reason", "why": "reason", "tier": "reason", "role": "reason", "comment": "reason",
}

// ParseHighValueCSV reads a list of people or devices that matter: a key (UPN, object id,
// SID, DOMAIN\name or device), a name and a reason, between commas, semicolons or tabs.
// A header may order the columns. Warnings are sentences about rows that were left out or
// look odd. The list is at most 8 MiB and 50,000 rows; longer ones are an error, as is
// text that is not UTF-8.
func ParseHighValueCSV(r io.Reader) ([]HighValue, []string, error) {
	b, err := io.ReadAll(io.LimitReader(r, maxListBytes+1))
	if err != nil {
		return nil, nil, app.E(app.KindInvalid, "The list cannot be read.", err)
	}
	if len(b) > maxListBytes {
		return nil, nil, invalid("The list is larger than 8 MiB.")
	}
	if !utf8.Valid(b) {
		return nil, nil, invalid("The list is not UTF-8 text. Save it as “CSV UTF-8”.")
	}
	b = bytes.TrimPrefix(b, []byte("\ufeff"))
	lines := 0
	for line := range bytes.Lines(b) {
		if lines++; lines > 2*maxListRows { // a cell may hold breaks
			return nil, nil, invalid("The list has more than 50,000 rows.")
		}
		if len(line) > maxLineBytes {
			return nil, nil, invalid("The list has a line of more than 64 KiB: it is no list of accounts.")
		}
	}
	in := csv.NewReader(bytes.NewReader(b))
	in.Comma, in.FieldsPerRecord, in.LazyQuotes, in.TrimLeadingSpace = separator(b), -1, true, true
	l := list{order: []string{"key", "name", "reason"}, seen: map[string]bool{}}
	for n := 1; ; n++ {
		rec, err := in.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			l.warn("Line %d cannot be read and is left out.", n)
			if errors.Is(err, csv.ErrFieldCount) || errors.Is(err, csv.ErrQuote) || errors.Is(err, csv.ErrBareQuote) {
				continue
			}
			return nil, l.warnings, app.E(app.KindInvalid, "The list cannot be read.", err)
		}
		if len(rec) > maxColumns {
			return nil, l.warnings, invalid("The list has more than 64 columns: it is no list of accounts.")
		}
		if n == 1 && l.header(rec) {
			continue
		}
		if len(l.out) == maxListRows {
			return nil, l.warnings, invalid("The list has more than 50,000 rows.")
		}
		l.add(rec, n)
	}
	if len(l.out) == 0 {
		return nil, l.warnings, invalid("The list names nobody. Its first column must be a UPN, object id, SID or DOMAIN\\name.")
	}
	if l.unsaid > 0 {
		l.warnings = append(l.warnings, fmt.Sprintf("%d more rows were left out or look odd.", l.unsaid))
	}
	return l.out, l.warnings, nil
}

type list struct {
	order    []string
	seen     map[string]bool
	out      []HighValue
	warnings []string
	unsaid   int
}

func (l *list) warn(format string, args ...any) {
	if len(l.warnings) < maxWarnings {
		l.warnings = append(l.warnings, fmt.Sprintf(format, args...))
	} else {
		l.unsaid++
	}
}

// header takes the first record as one if it names a key column.
func (l *list) header(rec []string) bool {
	order, found := make([]string, len(rec)), false
	for i, f := range rec {
		order[i] = columns[strings.ToLower(strings.NewReplacer(" ", "", "_", "").Replace(strings.TrimSpace(f)))]
		found = found || order[i] == "key"
	}
	if found {
		l.order = order
	}
	return found
}

func (l *list) add(rec []string, n int) {
	v := HighValue{Origin: OriginList}
	for i, f := range rec {
		if f = strings.TrimSpace(f); i >= len(l.order) || f == "" {
			continue
		}
		switch l.order[i] {
		case "key":
			if v.Key == "" {
				v.Key = strings.ToLower(f)
			}
		case "name":
			v.Name = text.Line(f, maxWords)
		case "reason":
			v.Reason = text.Line(f, maxWords)
		}
	}
	switch {
	case v.Key == "" && v.Name == "" && v.Reason == "":
		return
	case v.Key == "":
		l.warn("Line %d names no account and is left out.", n)
		return
	case utf8.RuneCountInString(v.Key) > maxKey || text.Line(v.Key, 0) != v.Key:
		l.warn("Line %d: “%s” is no account name and is left out.", n, text.Line(v.Key, 60))
		return
	case l.seen[v.Key]:
		l.warn("Line %d repeats “%s” and is left out.", n, text.Line(v.Key, 60))
		return
	case strings.Contains(v.Key, " "):
		l.warn("Line %d: “%s” looks like no account name; it is kept.", n, text.Line(v.Key, 60))
	}
	v.Reason = strings.TrimRight("list: "+v.Reason, ": ")
	l.seen[v.Key] = true
	l.out = append(l.out, v)
}

// separator is the one of comma, semicolon and tab that the first line holds most.
func separator(b []byte) rune {
	line, _ := bufio.NewReader(bytes.NewReader(b)).ReadString('\n')
	best, most := ',', strings.Count(line, ",")
	for _, c := range ";\t" {
		if n := strings.Count(line, string(c)); n > most {
			best, most = c, n
		}
	}
	return best
}
