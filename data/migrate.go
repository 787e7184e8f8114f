package data

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/pressly/goose/v3"

	"watchfloor/app"
	"watchfloor/data/migrations"
)

// migrate brings the schema to this release's version.
func migrate(ctx context.Context, db *sql.DB) error {
	p, err := goose.NewProvider(goose.DialectSQLite3, db, migrations.FS)
	if err != nil {
		return err
	}
	var newest int64
	for _, s := range p.ListSources() {
		newest = max(newest, s.Version)
	}
	at, err := p.GetDBVersion(ctx)
	if err != nil {
		return err
	}
	if at > newest {
		return app.E(app.KindInvalid, fmt.Sprintf(
			"This cache was written by a newer Watchfloor (schema %d, this one knows %d). Start the newer version, or choose another folder with --home.", at, newest), nil)
	}
	if at == newest {
		return nil
	}
	_, err = p.Up(ctx)
	return err
}
