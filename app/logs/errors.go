package logs

import (
	"io/fs"
	"net"
	"net/url"
	"os"
	"os/exec"
	"slices"
	"strings"
)

// furthest is how many causes of an error are looked at.
const furthest = 64

// err is the text of an error without what its causes name: a path with spaces in it, for
// one, cannot be told from the words around it, but its fs.PathError tells. An Error
// method that panics, on a nil pointer, ends here.
func (n *sieve) err(err error) (said string) {
	defer func() {
		if recover() != nil {
			said = "[error]"
		}
	}()
	said = err.Error()
	if n.strict {
		for _, name := range named(err) {
			said = strings.ReplaceAll(said, name, " [name] ")
		}
	}
	return n.text(said)
}

// named are the paths, addresses and hosts that an error and its causes hold, longest
// first.
func named(err error) []string {
	var out []string
	left := furthest
	var walk func(error)
	walk = func(err error) {
		if err == nil || left == 0 {
			return
		}
		left--
		out = append(out, own(err)...)
		switch x := err.(type) { //nolint:errorlint // the chain is walked here
		case interface{ Unwrap() error }:
			walk(x.Unwrap())
		case interface{ Unwrap() []error }:
			for _, e := range x.Unwrap() {
				walk(e)
			}
		}
	}
	walk(err)
	out = slices.DeleteFunc(out, func(s string) bool { return s == "" })
	slices.SortFunc(out, func(a, b string) int { return len(b) - len(a) })
	return out
}

// own is what one error names, without its causes.
func own(err error) []string {
	switch x := err.(type) { //nolint:errorlint // named walks the chain
	case *fs.PathError:
		return []string{x.Path}
	case *os.LinkError:
		return []string{x.Old, x.New}
	case *exec.Error:
		return []string{x.Name}
	case *url.Error:
		return []string{x.URL}
	case *net.DNSError:
		return []string{x.Name, x.Server}
	case *net.AddrError:
		return []string{x.Addr}
	case *net.ParseError:
		return []string{x.Text}
	case *net.OpError:
		return append(address(x.Source), address(x.Addr)...)
	}
	return nil
}

func address(a net.Addr) []string {
	if a == nil {
		return nil
	}
	return []string{a.String()}
}
