package pages

import (
	"encoding/binary"
	"errors"
	"io"
	"os"
)

// Opener turns the stored image of a page into the page, where it is: the image at an
// offset of the database, or of its write-ahead log behind the 24 bytes frame that belong
// to it. An image that cannot be opened is an error. nil leaves images as they are.
type Opener func(wal bool, offset int64, frame, image []byte) error

// File is a database with its write-ahead log, as SQLite would see it: of each page the
// newest committed image. It only reads.
type File struct {
	db     *os.File
	wal    *os.File
	open   Opener
	size   int // of a page
	usable int
	pages  uint32
	newest map[uint32]int64 // offsets of images in the log
	torn   bool
	buf    []byte
}

const (
	walHeader   = 32
	frameHeader = 24
	walMagic    = 0x377f0682 // its last bit: checksums of big-endian words
)

// Open opens a database of pages of a size, of which reserved bytes each are not SQLite's.
// A log that is missing or damaged is read as far as it goes.
func Open(path string, size, reserved int, open Opener) (*File, error) {
	db, err := os.Open(path) // #nosec G304 -- a file of the data folder
	if err != nil {
		return nil, err
	}
	info, err := db.Stat()
	if err != nil {
		_ = db.Close()
		return nil, err
	}
	f := &File{db: db, open: open, size: size, usable: size - reserved, newest: map[uint32]int64{}, buf: make([]byte, size)}
	f.pages = uint32(min((info.Size()+int64(size)-1)/int64(size), 1<<32-2)) // #nosec G115 -- bounded on this line
	f.wal, err = os.Open(path + "-wal")                                     // #nosec G304 -- a file of the data folder
	if err == nil {
		f.replay()
	}
	return f, nil
}

// Close closes the files.
func (f *File) Close() error {
	if f.wal != nil {
		_ = f.wal.Close()
	}
	return f.db.Close()
}

// Pages implements Source.
func (f *File) Pages() uint32 { return f.pages }

// Usable implements Source.
func (f *File) Usable() int { return f.usable }

// Torn reports that the log goes on behind a frame that cannot be read: as after a power
// cut, or because of damage.
func (f *File) Torn() bool { return f.torn }

// ReadPage implements Source. The end of a page that is cut off is zero.
func (f *File) ReadPage(n uint32) ([]byte, error) {
	if off, ok := f.newest[n]; ok {
		return f.image(off)
	}
	off := int64(n-1) * int64(f.size)
	got, err := f.db.ReadAt(f.buf, off)
	if err != nil && (!errors.Is(err, io.EOF) || got == 0) {
		return nil, err
	}
	clear(f.buf[got:])
	if f.open != nil {
		if err := f.open(false, off, nil, f.buf); err != nil {
			return nil, err
		}
	}
	return f.buf, nil
}

// image reads the page of the frame at an offset of the log.
func (f *File) image(off int64) ([]byte, error) {
	var head [frameHeader]byte
	if _, err := f.wal.ReadAt(head[:], off); err != nil {
		return nil, err
	}
	if _, err := f.wal.ReadAt(f.buf, off+frameHeader); err != nil {
		return nil, err
	}
	if f.open != nil {
		if err := f.open(true, off+frameHeader, head[:], f.buf); err != nil {
			return nil, err
		}
	}
	return f.buf, nil
}

// replay finds the newest committed image of each page in the log. It ends where SQLite
// would: at the first frame of another log, or whose checksum is wrong.
func (f *File) replay() {
	var head [walHeader]byte
	if _, err := f.wal.ReadAt(head[:], 0); err != nil {
		return
	}
	magic := binary.BigEndian.Uint32(head[:])
	size := uint32(f.size) // #nosec G115 -- a page is small
	if magic&^1 != walMagic || binary.BigEndian.Uint32(head[8:]) != size {
		return
	}
	words := binary.ByteOrder(binary.LittleEndian)
	if magic&1 != 0 {
		words = binary.BigEndian
	}
	sum := checksum{words: words}
	if sum.add(head[:24]); !sum.is(head[24:]) {
		return
	}
	pending := map[uint32]int64{}
	most := f.pages // the log adds pages one by one
	var frame [frameHeader]byte
	for off := int64(walHeader); ; off += frameHeader + int64(f.size) {
		if _, err := f.wal.ReadAt(frame[:], off); err != nil || string(frame[8:16]) != string(head[16:24]) {
			return
		}
		page, err := f.image(off)
		sum.add(frame[:8])
		sum.add(page)
		if err != nil || !sum.is(frame[16:]) {
			f.torn = true
			return
		}
		n := binary.BigEndian.Uint32(frame[:])
		if most++; n == 0 || n > most {
			return
		}
		pending[n] = off
		if size := binary.BigEndian.Uint32(frame[4:]); size != 0 { // a commit
			for n, at := range pending {
				f.newest[n] = at
				f.pages = max(f.pages, n)
			}
			clear(pending)
		}
	}
}

// checksum is that of a log, over pairs of words.
type checksum struct {
	words binary.ByteOrder
	a, b  uint32
}

func (s *checksum) add(p []byte) {
	for ; len(p) >= 8; p = p[8:] {
		s.a += s.words.Uint32(p) + s.b
		s.b += s.words.Uint32(p[4:]) + s.a
	}
}

func (s *checksum) is(p []byte) bool {
	return binary.BigEndian.Uint32(p) == s.a && binary.BigEndian.Uint32(p[4:]) == s.b
}
