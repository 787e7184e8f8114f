package main

import (
	"io"
	"log/slog"
	"os"
	"path/filepath"

	"gopkg.in/natefinch/lumberjack.v2"

	"watchfloor/app/logs"
	"watchfloor/integrations/azure"
)

// openLog returns the log of a data folder: one JSON record a line, without names,
// addresses and tokens, rotated at 5 MiB, four old files kept. With debug it also holds
// every call, and what is only in those records keeps names. The files are their owner's
// alone, those of an older version too.
func openLog(home string, debug bool) (*slog.Logger, func()) {
	old, _ := filepath.Glob(filepath.Join(home, "watchfloor*.log"))
	for _, f := range old {
		_ = os.Chmod(f, 0o600) // a file of somebody else stays as it is
	}
	w := &lumberjack.Logger{Filename: filepath.Join(home, "watchfloor.log"), MaxSize: 5, MaxBackups: 4}
	return newLog(w, debug), func() { _ = w.Close() }
}

func newLog(w io.Writer, debug bool) *slog.Logger {
	level := slog.LevelInfo
	if debug {
		level = slog.LevelDebug
	}
	return logs.New(w, level)
}

// listen has what libraries log, through package log or slog, cleaned like everything
// else: on standard error from level warn on, until a session gives it its log.
func listen() {
	listens(logs.New(os.Stderr, slog.LevelWarn))
	azure.Quiet()
}

// listener is given the log of each session that opens; nil in tests.
type listener func(*slog.Logger)

func listens(l *slog.Logger) { slog.SetDefault(l) }
