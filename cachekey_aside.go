package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"watchfloor/app"
	"watchfloor/data/keyslot"
)

// lockedPrefix begins the name of a folder with a cache whose key is gone. Such a folder
// is kept until the tenant is forgotten: the key may come back.
const lockedPrefix = "locked-"

// staying are the files of a profile's folder that are no part of a cache.
var staying = []string{"profile.json", signInRecord, simulatedSecret, "ca.pem"}

// cacheFiles are the names of what belongs to the cache in a profile's folder, what says
// where its key is first.
func cacheFiles(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var names []string
	for _, e := range entries {
		switch name := e.Name(); {
		case slices.Contains(staying, name), strings.HasPrefix(name, lockedPrefix):
		case name == keyslot.FileName:
			names = slices.Insert(names, 0, name)
		default:
			names = append(names, name)
		}
	}
	return names, err
}

// setAside moves a cache that cannot be opened, with its slots and backups, into a folder
// of its own beside it. Nothing is overwritten and nothing deleted. The slots go first:
// a move that was interrupted leaves a cache without them, which is never given a new key.
func (h *keyHolder) setAside() error {
	names, err := cacheFiles(h.dir)
	if err != nil {
		return unwritable(err)
	}
	first := filepath.Join(h.dir, lockedPrefix+h.now().UTC().Format("20060102T150405Z"))
	to := first
	for n := 2; ; n++ {
		if err = os.Mkdir(to, 0o700); !errors.Is(err, fs.ErrExist) {
			break
		}
		to = first + "." + strconv.Itoa(n)
	}
	if err != nil {
		return unwritable(err)
	}
	for _, name := range names {
		if err := os.Rename(filepath.Join(h.dir, name), filepath.Join(to, name)); err != nil {
			return app.E(app.KindInvalid, "The locked cache cannot be set aside; check the permissions of the data folder. Nothing was lost: its files are where they were, and in "+to+".", err)
		}
	}
	h.log.Warn("a cache whose key is gone was set aside", "folder", filepath.Base(to))
	return nil
}
