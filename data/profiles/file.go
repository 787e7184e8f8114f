package profiles

import (
	"os"
	"path/filepath"
	"runtime"
)

// ReplaceFile writes a private file whole or not at all, and durably: once it returns
// without an error a power cut does not bring the file before back.
func ReplaceFile(path string, b []byte) error {
	dir := filepath.Dir(path)
	f, err := os.CreateTemp(dir, ".new-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(b)
	if err == nil {
		err = f.Sync()
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err == nil {
		err = syncDir(dir)
	}
	return err
}

// syncDir makes a rename last. Windows keeps no folder open for that and needs none.
func syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(dir) // #nosec G304 -- a folder of the data folder
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}
