package vault

import "io"

// HeaderBytes is the length of what Header returns.
const HeaderBytes = headerBytes

// Header reads the first bytes of a sealed file: they say which key opens it. It holds no
// secret. io.EOF where the file has none.
func Header(path string) ([]byte, error) {
	header, err := readHeader(path)
	if err == nil && header == nil {
		err = io.EOF
	}
	return header, err
}

// HeaderFits reports whether a file that begins with header is sealed with key.
func HeaderFits(header []byte, key *Key) bool {
	if len(header) != headerBytes || key == nil {
		return false
	}
	s, err := newSealer(key, header[len(magic):len(magic)+saltBytes])
	if err != nil {
		return false
	}
	defer s.wipe()
	return s.fits(header)
}

// Images opens single page images of a file that SQLite cannot open any more, also where
// its first page is lost and only a copy of its header was kept.
type Images struct{ s *sealer }

// NewImages is for a file that began with header.
func NewImages(header []byte, key *Key) (*Images, error) {
	if !HeaderFits(header, key) {
		return nil, refuse("This cache was encrypted with another key than the one that is kept for it. It was not touched.", nil)
	}
	s, err := newSealer(key, header[len(magic):len(magic)+saltBytes])
	return &Images{s}, err
}

// Open opens the image at an offset of the database, or of its log, where it is; of a
// frame of the log the frame's header comes along. It fails for one that is damaged.
func (i *Images) Open(log bool, at int64, frame, image []byte) error {
	if len(image) != PageBytes {
		return errShape
	}
	p := spot{kind: database, at: at}
	if log {
		p.kind = walFrame
		copy(p.bound[:], frame)
	}
	return i.s.open(p, image)
}

// Close overwrites the keys.
func (i *Images) Close() { i.s.wipe() }
