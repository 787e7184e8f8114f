package data

import (
	"os"
	"path/filepath"
	"strings"
	"time"
)

// leftoverAge is how old a file that is being written may become: each is there for
// seconds, where the program is not killed.
const leftoverAge = time.Hour

// dropLeftovers removes what killed starts and killed writes left half-written in the
// folder of the cache and in that of its backups. Only names that Watchfloor makes for
// such files are touched.
func (cfg Config) dropLeftovers() {
	dir, base := filepath.Split(cfg.Path)
	cfg.drop(dir, func(name string) bool {
		of, _, half := strings.Cut(name, ".new-")
		return half && (of == "" || of == base || strings.HasPrefix(of, base+"."))
	})
	cfg.drop(cfg.backupsDir(), func(name string) bool { return strings.HasPrefix(name, writingPrefix) })
}

func (cfg Config) drop(dir string, half func(name string) bool) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return // there is none yet
	}
	for _, e := range entries {
		info, err := e.Info()
		if err != nil || !info.Mode().IsRegular() || !half(e.Name()) || cfg.Now().Sub(info.ModTime()) < leftoverAge {
			continue
		}
		if err := os.Remove(filepath.Join(dir, e.Name())); err != nil {
			cfg.Log.Warn("a half-written file stays", "file", e.Name(), "err", err)
			continue
		}
		cfg.Log.Info("a half-written file was removed", "file", e.Name())
	}
}
