package pages

import (
	"encoding/binary"
	"errors"
)

// Source gives the pages of a file one by one. ReadPage fails for a page that cannot be
// read, which says nothing about the others; what it returns may be used until the next
// call.
type Source interface {
	// Pages is the number of the last page; the first is 1.
	Pages() uint32
	// Usable is how many bytes of a page SQLite uses.
	Usable() int
	ReadPage(n uint32) ([]byte, error)
}

// Scan calls fn with every row that has as many columns as want says, in order of their
// pages, and returns how many pages could not be read. Rows of all tables come alike, of
// a table that was dropped too. An error of fn ends the scan.
func Scan(src Source, want func(columns int) bool, fn func(Row) error) (lost int, err error) {
	var page []byte
	for n := uint32(1); n <= src.Pages(); n++ {
		image, err := src.ReadPage(n)
		if err != nil {
			lost++
			continue
		}
		page = append(page[:0], image...)
		for _, c := range cells(n, page, src.Usable()) {
			if columns, known := columnsOf(c.local); known && !want(columns) {
				continue
			}
			values, err := read(src, c)
			if err != nil || !want(len(values)) {
				continue
			}
			if err := fn(Row{n, c.id, values}); err != nil {
				return lost, err
			}
		}
	}
	return lost, nil
}

// columnsOf counts the columns of a record by its beginning; known is false where its
// header is longer.
func columnsOf(local []byte) (n int, known bool) {
	types, _, err := serials(local)
	return len(types), err == nil
}

var errLost = errors.New("a part of the row cannot be read")

// read puts a row together.
func read(src Source, c cell) ([]any, error) {
	if c.overflow == 0 {
		return record(c.local)
	}
	part := uint64(src.Usable() - 4) // #nosec G115 -- some hundred at least
	if c.size > part*uint64(src.Pages())+uint64(len(c.local)) {
		return nil, errLost
	}
	payload := append(make([]byte, 0, c.size), c.local...)
	next := c.overflow
	for uint64(len(payload)) < c.size {
		if next < 2 || next > src.Pages() {
			return nil, errLost
		}
		page, err := src.ReadPage(next)
		if err != nil {
			return nil, err
		}
		if len(page) < src.Usable() {
			return nil, errLost
		}
		next = binary.BigEndian.Uint32(page)
		body := page[4:src.Usable()]
		payload = append(payload, body[:min(uint64(len(body)), c.size-uint64(len(payload)))]...)
	}
	return record(payload)
}
