package profile

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"watchfloor/app"
	"watchfloor/app/text"
)

// Bounds of settings that somebody sent: those of a tenant take less than one kilobyte and
// are two levels deep.
const (
	maxSettings = 64 << 10
	maxDepth    = 8
	maxPath     = 1024 // of a file they name, in bytes
)

// ReadDraft reads settings as watchfloor simulate prints them: one JSON object of at most
// 64 KiB, in UTF-8. A name that stands there twice is refused, because a reader sees one
// value and a program takes the other; so is a path that leads to another computer, which
// Windows would sign in to. Where the profile is kept is not theirs to say: ID and Slot
// stay empty. Every error is KindInvalid.
func ReadDraft(r io.Reader) (Draft, error) {
	var d Draft
	b, err := io.ReadAll(io.LimitReader(r, maxSettings+1))
	switch {
	case err != nil:
		return d, app.E(app.KindInvalid, "The settings cannot be read.", err)
	case len(b) > maxSettings:
		return d, settings("The settings are larger than 64 KiB: they are not those of a tenant.", nil)
	case !utf8.Valid(b):
		return d, settings("The settings are not UTF-8 text.", nil)
	}
	if err := plainObject(b); err != nil {
		return d, err
	}
	if err := json.Unmarshal(b, &d); err != nil {
		return Draft{}, settings(notSettings, err)
	}
	d.ID, d.Slot = "", 0
	for _, path := range []string{d.Certificate, d.CAFile} {
		if !here(path) {
			return Draft{}, settings("The settings name a file that is not on this computer; copy the file here and give its path.", nil)
		}
	}
	return d, nil
}

const notSettings = "The settings are not the JSON that watchfloor simulate prints."

func settings(words string, cause error) error { return app.E(app.KindInvalid, words, cause) }

// plainObject reports what is no JSON object, too deep, or says something twice.
func plainObject(b []byte) error {
	dec := json.NewDecoder(bytes.NewReader(b))
	var names []map[string]bool // of each open object; nil for an array
	key := false                // the next text is a name
	for first := true; ; first = false {
		tok, err := dec.Token()
		if errors.Is(err, io.EOF) && len(names) == 0 && !first {
			return nil
		}
		if err != nil {
			return settings(notSettings, err)
		}
		if first != (len(names) == 0) || first && tok != json.Delim('{') {
			return settings(notSettings, errors.New("not one object"))
		}
		switch tok := tok.(type) {
		case json.Delim:
			switch tok {
			case '{':
				names = append(names, map[string]bool{})
			case '[':
				names = append(names, nil)
			default:
				names = names[:len(names)-1]
			}
			if len(names) > maxDepth {
				return settings(notSettings, errors.New("too deep"))
			}
			key = inObject(names)
			continue
		case string:
			if key {
				name := strings.ToLower(tok) // as a program matches names
				if names[len(names)-1][name] {
					return settings("The settings say “"+text.Line(tok, 40)+"” twice; which of the two is meant cannot be told.", nil)
				}
				names[len(names)-1][name] = true
				key = false
				continue
			}
		}
		key = inObject(names)
	}
}

func inObject(names []map[string]bool) bool { return len(names) > 0 && names[len(names)-1] != nil }

// here reports a path of this computer: not one of a share, of a device by its number, or
// with characters that do not show.
func here(path string) bool {
	p := strings.ReplaceAll(strings.TrimSpace(path), `\`, "/")
	return len(p) <= maxPath && !strings.HasPrefix(p, "//") && !strings.Contains(p, "://") && text.Line(p, 0) == p
}
