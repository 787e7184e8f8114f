package main

import (
	"io"
	"log/slog"
	"path/filepath"

	"gopkg.in/natefinch/lumberjack.v2"
)

// openLog returns the log of a data folder: one JSON record a line, rotated at 5 MiB,
// four old files kept.
func openLog(home string) (*slog.Logger, func()) {
	w := &lumberjack.Logger{Filename: filepath.Join(home, "watchfloor.log"), MaxSize: 5, MaxBackups: 4}
	return newLog(w), func() { w.Close() }
}

func newLog(w io.Writer) *slog.Logger { return slog.New(slog.NewJSONHandler(w, nil)) }
