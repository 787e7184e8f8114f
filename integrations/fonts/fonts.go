package fonts

import (
	"cmp"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"sync"

	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/fontscan"

	"watchfloor/app/report/paper"
)

var _ paper.Fonts = (*System)(nil)

// System is the fonts of this computer. Safe for concurrent use.
type System struct {
	cache string
	log   *slog.Logger

	mu    sync.Mutex
	known []fontscan.Footprint
	read  bool
}

// NewSystem returns the fonts of this computer; cache is a folder that can be written.
func NewSystem(cache string, log *slog.Logger) *System { return &System{cache: cache, log: log} }

// mostBytes bounds the size of a font file that is read.
const mostBytes = 64 << 20

// Font implements paper.Fonts: of the usable fonts it returns the one with most of the
// characters; of those with as many the plainest, then the first by name, so that the
// same computer gives the same font.
func (s *System) Font(missing []rune) []byte {
	type candidate struct {
		fontscan.Footprint
		has int
	}
	var all []candidate
	for _, f := range s.list() {
		n := 0
		for _, r := range missing {
			if f.Runes.Contains(r) {
				n++
			}
		}
		if n > 0 {
			all = append(all, candidate{f, n})
		}
	}
	slices.SortStableFunc(all, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(b.has, a.has), cmp.Compare(plainness(a.Footprint), plainness(b.Footprint)),
			cmp.Compare(a.Family, b.Family), cmp.Compare(a.Location.File, b.Location.File), cmp.Compare(a.Location.Index, b.Location.Index))
	})
	for _, c := range all {
		if ttf := s.load(c.Location); paper.Usable(ttf) {
			return ttf
		}
	}
	return nil
}

// plainness is 0 for an upright font of normal weight and width.
func plainness(f fontscan.Footprint) int {
	n := 0
	if f.Aspect.Style != font.StyleNormal {
		n++
	}
	if f.Aspect.Weight != font.WeightNormal {
		n++
	}
	if f.Aspect.Stretch != font.StretchNormal {
		n++
	}
	return n
}

func (s *System) list() []fontscan.Footprint {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.read {
		s.read = true
		known, err := fontscan.SystemFonts(quiet{s.log}, s.cache)
		if err != nil {
			s.log.Warn("fonts of the system", "err", err)
		}
		s.known = known
	}
	return s.known
}

func (s *System) load(at fontscan.Location) []byte {
	info, err := os.Stat(at.File)
	if err != nil || info.Size() > mostBytes {
		return nil
	}
	b, err := os.ReadFile(at.File)
	if err != nil {
		s.log.Warn("font of the system", "err", err)
		return nil
	}
	return single(b, int(at.Index))
}

// quiet hands what the scan says to the log.
type quiet struct{ log *slog.Logger }

func (q quiet) Printf(format string, args ...any) {
	q.log.Debug("fonts of the system", "said", fmt.Sprintf(format, args...))
}
