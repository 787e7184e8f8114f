package vault

import (
	"errors"
	"io"
	"io/fs"
	"net/url"
	"os"
	"strconv"

	"watchfloor/app"
)

// File is a sealed database that connections may be opened on. Close it after they are.
type File struct {
	vfs  string
	id   int64
	path string
	seal *sealer
}

// Attach makes a file known with its key, so that DSN parameters of Query open it. A file
// that is not there yet, or is empty, will be sealed from its first page. A file that is
// not sealed or has another key is refused and not touched. The key is copied.
// base is the VFS below, "" the system's.
func Attach(path string, key *Key, base string) (*File, error) {
	if key == nil {
		return nil, refuse("There is no key for this cache, so it is not opened.", nil)
	}
	vfs, err := Over(base)
	if err != nil {
		return nil, err
	}
	header, err := readHeader(path)
	if err != nil {
		return nil, err
	}
	salt := newSalt()
	if header != nil {
		if string(header) == plainMagic {
			return nil, &Refused{Plain: true, err: refuse("This cache was written in clear by an early Watchfloor, so it is not opened. Send what waits in it with that version, then move cache.db away: the rest is pulled afresh.", nil)}
		}
		if string(header[:len(magic)]) != magic {
			return nil, &Refused{Foreign: true, err: refuse("This file is not a cache of Watchfloor, or its beginning is damaged.", nil)}
		}
		salt = header[len(magic) : len(magic)+saltBytes]
	}
	s, err := newSealer(key, salt)
	if err != nil {
		return nil, err
	}
	if header != nil && !s.fits(header) {
		return nil, &Refused{err: refuse("This cache was encrypted with another key than the one that is kept for it. It was not touched.", nil)}
	}
	f := &File{vfs: vfs, id: last.Add(1), path: path, seal: s}
	sealers.Store(f.id, s)
	return f, nil
}

// Fits reports whether a sealed file was sealed with this key.
func Fits(path string, key *Key) (bool, error) {
	f, err := Attach(path, key, "")
	var refused *Refused
	if errors.As(err, &refused) && !refused.Plain && !refused.Foreign {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	f.Close()
	return true, nil
}

// Refused is why a file is not opened. Without a flag it has another key.
type Refused struct {
	Plain   bool // an unsealed database
	Foreign bool // neither sealed nor a database
	err     error
}

func (r *Refused) Error() string { return r.err.Error() }
func (r *Refused) Unwrap() error { return r.err }

func refuse(say string, cause error) error { return app.E(app.KindInvalid, say, cause) }

// readHeader returns the first 16 bytes; nil where there are none yet.
func readHeader(path string) ([]byte, error) {
	f, err := os.Open(path) // #nosec G304 -- a path inside the data folder, or one the person chose
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, refuse("The cache cannot be read. Check the permissions of the data folder.", err)
	}
	defer f.Close()
	header := make([]byte, headerBytes)
	n, err := io.ReadFull(f, header)
	switch {
	case n == 0 && errors.Is(err, io.EOF):
		return nil, nil
	case err != nil:
		return nil, &Refused{Foreign: true, err: refuse("This file is not a cache of Watchfloor, or its beginning is damaged.", err)}
	}
	return header, nil
}

// Query are the parameters that a DSN of this file needs. They hold no secret.
func (f *File) Query() url.Values {
	return url.Values{"vfs": {f.vfs}, "seal": {strconv.FormatInt(f.id, 10)}}
}

// Page reads page n, from 1, as it is in the database file: what is only in the log is
// not seen. io.EOF is past the end. It is for what cannot be read through SQLite any
// more.
func (f *File) Page(n int64) ([]byte, error) {
	file, err := os.Open(f.path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	page := make([]byte, PageBytes)
	at := (n - 1) * PageBytes
	if _, err := file.ReadAt(page, at); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, io.EOF
		}
		return nil, err
	}
	return page, f.seal.open(spot{kind: database, at: at}, page)
}

// Close forgets the file and overwrites its keys.
func (f *File) Close() {
	sealers.Delete(f.id)
	f.seal.wipe()
}
