package fonts

import (
	"encoding/binary"
)

// single returns one font of a file: the file itself, or the font at index of a
// collection (TTC), whose tables are copied into a file of their own. nil for what is
// neither.
func single(file []byte, index int) []byte {
	if len(file) < 16 || string(file[:4]) != "ttcf" {
		return file
	}
	n := int(binary.BigEndian.Uint32(file[8:]))
	if index < 0 || index >= n || 12+4*(index+1) > len(file) {
		return nil
	}
	start := uint64(binary.BigEndian.Uint32(file[12+4*index:]))
	if start+12 > uint64(len(file)) {
		return nil
	}
	tables := int(binary.BigEndian.Uint16(file[start+4:]))
	head := uint64(12 + 16*tables) // #nosec G115 -- of 16 bits
	if start+head > uint64(len(file)) {
		return nil
	}
	out := append([]byte{}, file[start:start+head]...)
	for i := range tables {
		entry := out[12+16*i:]
		from, size := uint64(binary.BigEndian.Uint32(entry[8:])), uint64(binary.BigEndian.Uint32(entry[12:]))
		if from+size > uint64(len(file)) || uint64(len(out))+size > 2*mostBytes {
			return nil
		}
		binary.BigEndian.PutUint32(entry[8:], uint32(len(out))) // #nosec G115 -- at most twice mostBytes, see above
		out = append(out, file[from:from+size]...)
		for len(out)%4 != 0 {
			out = append(out, 0)
		}
	}
	return out
}
