package data

import (
	"errors"

	"github.com/mattn/go-sqlite3"

	"watchfloor/app"
	"watchfloor/data/pages"
	"watchfloor/data/vault"
)

// doubted judges an I/O error without further code, as the search index reports a page
// that it could not read: it is damage where an image does not open, and the disk's where
// it cannot be read at all.
func (cfg Config) doubted(err error) error {
	var se sqlite3.Error
	if cfg.plain || !errors.As(err, &se) || se.Code != sqlite3.ErrIoErr || damaged(err) {
		return err
	}
	header, e := vault.Header(cfg.Path)
	if e != nil {
		return err
	}
	images, e := vault.NewImages(header, cfg.Key)
	if e != nil {
		return err
	}
	defer images.Close()
	broken := false
	f, e := pages.Open(cfg.Path, vault.PageBytes, vault.ReservedBytes, func(log bool, at int64, frame, image []byte) error {
		e := images.Open(log, at, frame, image)
		broken = broken || e != nil && !log
		return e
	})
	if e != nil {
		return err
	}
	defer f.Close()
	_, _ = pages.Scan(f, func(int) bool { return false }, func(pages.Row) error { return nil })
	if broken {
		return errors.Join(errUnsound, err)
	}
	return app.E(app.KindInvalid, diskWords, err) // starting again would find no more
}
