package main

import (
	"os"
	"path/filepath"
	"runtime"

	"watchfloor/app"
)

// defaultHome is the data folder without --home.
func defaultHome() string {
	home, err := os.UserHomeDir()
	if err != nil {
		return "watchfloor-data"
	}
	switch runtime.GOOS {
	case "windows":
		if dir := os.Getenv("LOCALAPPDATA"); dir != "" {
			return filepath.Join(dir, "Watchfloor")
		}
	case "darwin":
		return filepath.Join(home, "Library", "Application Support", "Watchfloor")
	}
	if dir := os.Getenv("XDG_DATA_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "watchfloor")
	}
	return filepath.Join(home, ".local", "share", "watchfloor")
}

// makeHome creates a data folder for its owner alone.
func makeHome(home string) error {
	if err := os.MkdirAll(home, 0o700); err != nil {
		return unwritable(err)
	}
	return nil
}

func unwritable(err error) error {
	return app.E(app.KindInvalid, "The data folder cannot be written. Check its permissions, or choose another with --home.", err)
}
