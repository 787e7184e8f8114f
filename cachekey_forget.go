package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"watchfloor/app"
	"watchfloor/data/keyslot"
)

// forgetKeys destroys every key of a profile's caches, those set aside included: what is
// in the keyring first, then the slots and a key beside a cache. From then on no copy of
// the files, wherever it is, can be opened.
func (s *session) forgetKeys(ctx context.Context, dir string) error {
	folders := []string{dir}
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return unwritable(err)
	}
	for _, e := range entries {
		if e.IsDir() && strings.HasPrefix(e.Name(), lockedPrefix) {
			folders = append(folders, filepath.Join(dir, e.Name()))
		}
	}
	s.keys.drop(dir)
	var all error
	for _, folder := range folders {
		slots, err := keyslot.Read(folder)
		if err == nil && s.secrets.chain != nil {
			all = errors.Join(all, s.forgetKept(ctx, slots))
		}
		for _, name := range []string{keyslot.FileName, keyslot.KeyFile, keyslot.NextFile} {
			if err := shred(filepath.Join(folder, name)); err != nil {
				all = errors.Join(all, unwritable(err))
			}
		}
	}
	return all
}

// forgetKept removes the key of a cache from the keyring, with that of a rotation that
// was interrupted.
func (s *session) forgetKept(ctx context.Context, slots keyslot.Slots) (all error) {
	for kept := &slots; kept != nil; kept = kept.Next {
		if kept.Place != keyslot.Keyring {
			continue
		}
		if err := s.secrets.chain.Delete(ctx, kept.Name); err != nil {
			all = errors.Join(all, app.E(app.KindPermission, "The tenant is forgotten and its cache deleted, but the key is still in the system's keyring, which cannot be used now: remove "+kept.Name+" of watchfloor there.", err))
		}
	}
	return all
}

// drop forgets the key of a cache that ends with this process.
func (k *keyKeeping) drop(dir string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if key := k.kept[dir]; key != nil {
		key.Zero()
		delete(k.kept, dir)
	}
}

// shred overwrites a small file before it is deleted. Disks that write elsewhere keep
// what was there until it is reused.
func shred(path string) error {
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil || !info.Mode().IsRegular() {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY, 0) // #nosec G304 -- a path inside the data folder, or one the person chose
	if err != nil {
		return err
	}
	_, err = f.Write(make([]byte, info.Size()))
	return errors.Join(err, f.Sync(), f.Close(), os.Remove(path))
}
