package keys

import (
	"slices"
	"strings"
)

// Router turns key presses into commands, remembering the beginning of a sequence.
// It belongs to the UI goroutine. The zero Router is ready.
type Router struct{ prefix []string }

// Option is one way to go on from the beginning of a sequence.
type Option struct{ Key, Help string }

// Press handles a key ("j", "Down", "Ctrl+O") on a screen. handled is false when the
// key means nothing there; an empty command with handled set means that a sequence
// began, was given up or was wrong.
func (r *Router) Press(on Screen, key string) (cmd Command, handled bool) {
	if len(r.prefix) > 0 && key == "Esc" {
		r.prefix = nil
		return "", true
	}
	seq := strings.Join(append(slices.Clone(r.prefix), key), " ")
	began := len(r.prefix) > 0
	for _, b := range Map {
		if !slices.Contains(b.On, on) {
			continue
		}
		if b.Keys == seq {
			r.prefix = nil
			return b.Do, true
		}
		if strings.HasPrefix(b.Keys, seq+" ") {
			r.prefix = append(r.prefix, key)
			return "", true
		}
	}
	r.prefix = nil
	return "", began
}

// Pending lists how the sequence that began can go on; nil when none began.
func (r *Router) Pending(on Screen) []Option {
	if len(r.prefix) == 0 {
		return nil
	}
	begin := strings.Join(r.prefix, " ") + " "
	var out []Option
	for _, b := range Map {
		if rest, ok := strings.CutPrefix(b.Keys, begin); ok && slices.Contains(b.On, on) {
			out = append(out, Option{rest, b.Help})
		}
	}
	return out
}

// Reset forgets the beginning of a sequence, for a change of screen.
func (r *Router) Reset() { r.prefix = nil }

// For lists the bindings of a screen that have a help text, in map order; keys of the
// same command are joined.
func For(on Screen) []Option {
	var out []Option
	at := map[Command]int{}
	for _, b := range Map {
		if !slices.Contains(b.On, on) {
			continue
		}
		if i, ok := at[b.Do]; ok {
			out[i].Key += "  " + b.Keys
		} else if b.Help != "" {
			at[b.Do] = len(out)
			key := b.Keys
			for _, prefix := range []string{"view", "tab", "digit"} {
				if _, ok := b.Do.Number(prefix); ok {
					key = "1…9"
				}
			}
			out = append(out, Option{key, b.Help})
		}
	}
	return out
}

// Conflicts lists, in words, keys that are given twice on one screen and keys that
// are also the beginning of a sequence there.
func Conflicts(m []Binding) []string {
	var out []string
	for i, a := range m {
		for _, b := range m[i+1:] {
			for _, s := range a.On {
				if !slices.Contains(b.On, s) {
					continue
				}
				switch {
				case a.Keys == b.Keys:
					out = append(out, string(s)+": "+a.Keys+" is both "+string(a.Do)+" and "+string(b.Do))
				case strings.HasPrefix(a.Keys, b.Keys+" "), strings.HasPrefix(b.Keys, a.Keys+" "):
					out = append(out, string(s)+": "+a.Keys+" and "+b.Keys+" begin alike")
				}
			}
		}
	}
	return out
}
