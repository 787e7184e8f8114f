package data

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// companions are the files that SQLite keeps beside a database.
var companions = []string{"-wal", "-shm", "-journal"}

// renameDurably moves a file within the folder; durable when it returns.
func renameDurably(from, to string) error {
	if err := os.Rename(from, to); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(to))
}

// syncFolder makes renames in a folder durable. Windows has no such call and needs none.
func syncFolder(dir string) error {
	f, err := os.Open(dir) // #nosec G304 -- a path inside the data folder, or one the person chose
	if err != nil {
		return err
	}
	defer f.Close()
	if err := f.Sync(); err != nil && !errors.Is(err, fs.ErrPermission) && !errors.Is(err, fs.ErrInvalid) && !errors.Is(err, errors.ErrUnsupported) {
		return err
	}
	return nil
}

// syncFile makes what was written to a file durable.
func syncFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0) // #nosec G304 -- a path inside the data folder, or one the person chose
	if err != nil {
		return err
	}
	defer f.Close()
	return f.Sync()
}

// copyFile copies a file to a new one with mode 0600; durable when it returns.
func copyFile(from, to string) error {
	in, err := os.Open(from) // #nosec G304 -- a path inside the data folder, or one the person chose
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600) // #nosec G304 -- a path inside the data folder, or one the person chose
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	if err == nil {
		err = out.Sync()
	}
	if e := out.Close(); err == nil {
		err = e
	}
	return err
}

// removeDatabase removes a database file and what lies beside it.
func removeDatabase(path string) error {
	for _, end := range append(companions, "") {
		if err := os.Remove(path + end); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// size is the length of a file, 0 where there is none.
func size(path string) int64 {
	info, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return info.Size()
}
