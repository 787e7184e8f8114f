package pages

import "encoding/binary"

const (
	tableLeaf  = 0x0d // the type of a page that holds rows
	fileHeader = 100  // bytes before the tree on page 1
	leafHeader = 8
	smallest   = 512 // the smallest page there is
)

// Row is a row of a table without its name. A column that is the row's number is nil in
// Values and in ID.
type Row struct {
	Page   uint32
	ID     int64
	Values []any // nil, int64, float64, string or []byte
}

// cell is where a row lies on its page, and what of it lies elsewhere.
type cell struct {
	id       int64
	size     uint64 // of the payload
	local    []byte
	overflow uint32
}

// cells finds the rows of a table's leaf page; none on any other page. Those that do not
// fit are left out.
func cells(n uint32, page []byte, usable int) (out []cell) {
	if usable < smallest-32 || usable > len(page) {
		return nil
	}
	page = page[:usable]
	at := 0
	if n == 1 {
		at = fileHeader
	}
	if page[at] != tableLeaf {
		return nil
	}
	count := int(binary.BigEndian.Uint16(page[at+3:]))
	for i := range count {
		p := at + leafHeader + 2*i
		if p+2 > usable {
			break
		}
		if c, ok := cellAt(page, int(binary.BigEndian.Uint16(page[p:])), at+leafHeader+2*count); ok {
			out = append(out, c)
		}
	}
	return out
}

// cellAt reads the cell at an offset, which lies behind the list of offsets.
func cellAt(page []byte, off, first int) (c cell, ok bool) {
	if off < first || off >= len(page) {
		return c, false
	}
	b := page[off:]
	size, n := varint(b)
	if n == 0 {
		return c, false
	}
	b = b[n:]
	id, n := varint(b)
	if n == 0 {
		return c, false
	}
	b = b[n:]
	c.size, c.id = size, int64(id) // #nosec G115 -- as SQLite stores it
	local := here(size, uint64(len(page)))
	if local == size {
		if size > uint64(len(b)) {
			return c, false
		}
		c.local = b[:size]
		return c, true
	}
	if local+4 > uint64(len(b)) {
		return c, false
	}
	c.local, c.overflow = b[:local], binary.BigEndian.Uint32(b[local:])
	return c, c.overflow > 1
}

// here is how much of a payload lies on its leaf page.
func here(size, usable uint64) uint64 {
	most, least := usable-35, (usable-12)*32/255-23
	if size <= most {
		return size
	}
	if k := least + (size-least)%(usable-4); k <= most {
		return k
	}
	return least
}
