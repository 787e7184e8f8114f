package main

import (
	"io"
	"log/slog"
	"os"
	"runtime"
	"strings"
)

// noOpenGL is said where Fyne cannot open a window.
const noOpenGL = "Watchfloor cannot open a window here: this display offers no OpenGL 2 (usual on remote desktops and jump hosts). " +
	"Install a software renderer (Mesa: libgl1-mesa-dri on Debian, opengl32.dll of Mesa on Windows), or work without a window: watchfloor queue, show and act."

// display reports whether a window can be opened here.
func display() bool {
	switch runtime.GOOS {
	case "windows", "darwin":
		return true
	}
	return os.Getenv("DISPLAY") != "" || os.Getenv("WAYLAND_DISPLAY") != ""
}

// toolkitLog takes what Fyne prints through package log. It belongs in the log file;
// but a window that cannot be created is only ever told there, and Fyne goes on to
// crash: so it is said in words and the program ends.
type toolkitLog struct {
	log  *slog.Logger
	out  io.Writer
	exit func(code int)
}

func (t toolkitLog) Write(line []byte) (int, error) {
	text := strings.TrimSpace(string(line))
	for _, sign := range []string{"window creation error", "failed to initialise GLFW", "failed to initialise OpenGL"} {
		if strings.Contains(text, sign) {
			t.log.Error("no window", "toolkit", text)
			_, _ = io.WriteString(t.out, "watchfloor: "+noOpenGL+"\n")
			t.exit(1)
		}
	}
	t.log.Info("toolkit", "line", text)
	return len(line), nil
}
