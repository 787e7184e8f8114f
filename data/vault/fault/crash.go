package fault

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
)

const sector = 512

// contents is a file during the replay of a record.
type contents struct {
	durable []byte
	exists  bool // durably
	pending []step
}

// Crash calls try with an image of the folder after each recorded change, once for each
// seed: what was synced is there; of what was not, each sector of 512 bytes holds any of
// the versions it had since, and the length of a file and its existence are those of any
// moment since. seen are the marks that were set before the cut. every leaves out changes
// to come down to fewer cuts: 1 is all. try must not keep the folder. It returns the number
// of images.
func (d *Disk) Crash(dir string, seeds, every int, try func(dir string, seen []string, cut int) error) (int, error) {
	d.mu.Lock()
	steps := slices.Clone(d.steps)
	d.mu.Unlock()
	files := map[string]*contents{}
	for name, b := range d.before {
		files[name] = &contents{durable: b, exists: true}
	}
	var seen []string
	images, cuts := 0, 0
	for i, s := range steps {
		if s.op == mark {
			seen = append(seen, s.mark)
			continue
		}
		apply(files, s)
		if cuts++; cuts%every != 0 {
			continue
		}
		for seed := range seeds {
			at := filepath.Join(dir, "image")
			if err := os.RemoveAll(at); err != nil {
				return images, err
			}
			if err := os.MkdirAll(at, 0o700); err != nil {
				return images, err
			}
			random := rand.New(rand.NewPCG(uint64(i), uint64(seed))) // #nosec G404 G115 -- a repeatable choice
			for _, name := range names(files) {
				if b, ok := files[name].after(random); ok {
					if err := os.WriteFile(filepath.Join(at, name), b, 0o600); err != nil {
						return images, err
					}
				}
			}
			images++
			if err := try(at, seen, i); err != nil {
				return images, err
			}
		}
	}
	return images, nil
}

func names(files map[string]*contents) []string {
	var all []string
	for name := range files {
		all = append(all, name)
	}
	slices.Sort(all)
	return all
}

func apply(files map[string]*contents, s step) {
	c := files[s.file]
	if c == nil {
		c = &contents{}
		files[s.file] = c
	}
	switch {
	case s.op == Sync:
		c.durable, c.exists = c.now()
		c.pending = nil
	case s.op == Delete && s.at != 0:
		*c = contents{}
	default:
		c.pending = append(c.pending, s)
	}
}

// now is the file as the running program sees it.
func (c *contents) now() ([]byte, bool) {
	b, exists := slices.Clone(c.durable), true
	for _, s := range c.pending {
		switch s.op {
		case Write:
			b = write(b, s.bytes, s.at)
			exists = true
		case Truncate:
			b = resize(b, s.at)
		case Delete:
			b, exists = nil, false
		}
	}
	return b, exists
}

// after is the file as a power cut at this moment may leave it.
func (c *contents) after(random *rand.Rand) ([]byte, bool) {
	if len(c.pending) == 0 {
		return c.durable, c.exists
	}
	lengths := []int{len(c.durable)}
	versions := map[int64][][]byte{} // by sector
	var b []byte = slices.Clone(c.durable)
	for _, s := range c.pending {
		switch s.op {
		case Write:
			b = write(b, s.bytes, s.at)
			for k := s.at / sector; k*sector < s.at+int64(len(s.bytes)); k++ {
				versions[k] = append(versions[k], slices.Clone(b[k*sector:min((k+1)*sector, int64(len(b)))]))
			}
		case Truncate:
			b = resize(b, s.at)
		case Delete:
			b = nil
		}
		lengths = append(lengths, len(b))
	}
	if !c.exists && random.IntN(2) == 0 {
		return nil, false
	}
	out := resize(slices.Clone(c.durable), int64(slices.Max(lengths)))
	keys := make([]int64, 0, len(versions))
	for k := range versions {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		if v := random.IntN(len(versions[k]) + 1); v > 0 {
			out = write(out, versions[k][v-1], k*sector)
		}
	}
	return resize(out, int64(lengths[random.IntN(len(lengths))])), true
}

func write(b, part []byte, at int64) []byte {
	if end := at + int64(len(part)); end > int64(len(b)) {
		b = resize(b, end)
	}
	copy(b[at:], part)
	return b
}

func resize(b []byte, size int64) []byte {
	if n := size - int64(len(b)); n > 0 {
		return append(b, bytes.Repeat([]byte{0}, int(n))...)
	}
	return b[:size]
}
