package data

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/pressly/goose/v3"

	"watchfloor/app"
	"watchfloor/data/migrations"
)

// migrate brings the schema to this release's version. Several processes may do so at
// once: each migration is a transaction, and one that lost the race finds it done. before
// is called ahead of the first change of a cache that has a schema.
func migrate(ctx context.Context, db *sql.DB, before func(ctx context.Context, at int64) error) error {
	p, err := goose.NewProvider(goose.DialectSQLite3, db, migrations.FS)
	if err != nil {
		return err
	}
	var newest int64
	for _, s := range p.ListSources() {
		newest = max(newest, s.Version)
	}
	at, err := version(ctx, p)
	if err != nil {
		return err
	}
	if at > newest {
		return app.E(app.KindInvalid, fmt.Sprintf(
			"This cache was written by a newer Watchfloor (schema %d, this one knows %d). Start the newer version, or choose another folder with --home.", at, newest), nil)
	}
	if at > 0 && at < newest {
		if err := before(ctx, at); err != nil {
			return err
		}
	}
	for at < newest {
		_, failed := p.Up(ctx)
		now, err := version(ctx, p)
		if err != nil {
			return err
		}
		if failed != nil && now <= at {
			return failed
		}
		at = now // whoever opens the same cache at this moment may have been faster
	}
	return nil
}

// version reads the schema's version. In a new cache that makes goose's own table, which
// a second process may be making at the same moment.
func version(ctx context.Context, p *goose.Provider) (at int64, err error) {
	for range 3 {
		if at, err = p.GetDBVersion(ctx); err == nil {
			return at, nil
		}
	}
	return 0, err
}
