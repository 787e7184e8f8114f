package main

import (
	"database/sql"
	"encoding/binary"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"watchfloor/app/profile"

	"fyne.io/fyne/v2"
	fyneapp "fyne.io/fyne/v2/app"
	"fyne.io/fyne/v2/widget"
)

// asBareWindow makes the test binary open a Fyne window with one line of text.
const asBareWindow = "bare window"

func bareWindow() {
	a := fyneapp.NewWithID("local.watchfloor.bare")
	w := a.NewWindow("Watchfloor bare")
	w.Resize(fyne.NewSize(1440, 900))
	w.SetContent(widget.NewLabel("A bare window of the same size, with one line of text to see that it is painted."))
	w.ShowAndRun()
}

// painted is what one start of a window cost.
type painted struct {
	start  time.Duration // until its text was on the screen
	memory float64       // MiB resident after settling
	idle   float64       // CPU seconds a second while nothing happens
}

// Start to first painted rows, memory and idle CPU against a bare Fyne window under
// the same X server; medians of three starts, taken in turn.
func BenchmarkWindow(b *testing.B) {
	for _, tool := range []string{"Xvfb", "xwd"} {
		if _, err := exec.LookPath(tool); err != nil {
			b.Skip(tool, " is not installed (Debian and Ubuntu: xvfb, x11-apps)")
		}
	}
	home := largeHome(b)
	display := startXvfb(b)
	for b.Loop() {
		var ours, bare []painted
		for range 3 {
			bare = append(bare, measureWindow(b, display, nil, asBareWindow))
			ours = append(ours, measureWindow(b, display, []string{"--home", home}, "1"))
		}
		o, p := medianOf(ours), medianOf(bare)
		b.ReportMetric(o.start.Seconds()*1000, "start-ms")
		b.ReportMetric(p.start.Seconds()*1000, "bare-start-ms")
		b.ReportMetric(o.start.Seconds()/p.start.Seconds(), "start-ratio(<=1.4)")
		b.ReportMetric(o.memory, "MiB")
		b.ReportMetric(p.memory, "bare-MiB")
		b.ReportMetric(o.memory/p.memory, "memory-ratio(<=1.6)")
		b.ReportMetric(o.idle*100, "idle-%")
		b.ReportMetric(p.idle*100, "bare-idle-%")
		b.ReportMetric(o.idle/p.idle, "idle-ratio(<=1.5)")
	}
	b.ReportMetric(0, "ns/op")
}

func medianOf(all []painted) painted {
	by := func(key func(painted) float64) float64 {
		v := make([]float64, len(all))
		for i, p := range all {
			v[i] = key(p)
		}
		slices.Sort(v)
		return v[len(v)/2]
	}
	return painted{
		start:  time.Duration(by(func(p painted) float64 { return float64(p.start) })),
		memory: by(func(p painted) float64 { return p.memory }),
		idle:   by(func(p painted) float64 { return p.idle }),
	}
}

// largeHome is a data folder with a copy of the large cache, which its own session
// keeps open.
func largeHome(b *testing.B) string {
	b.Helper()
	l, home := large(), b.TempDir()
	d := profile.Draft{Profile: l.s.first().profile, Secret: l.sim.Settings().ClientSecret}
	d.ID = ""
	connectTo(b, home, d)
	db, err := sql.Open("watchfloor-sqlite3", "file:"+filepath.Join(l.s.first().dir, "cache.db"))
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec("VACUUM INTO ?", cacheOf(b, home)); err != nil {
		b.Fatal(err)
	}
	return home
}

// startWindow starts a window and returns once its text is on the screen.
func startWindow(b *testing.B, display string, args []string, as string) (cmd *exec.Cmd, took time.Duration) {
	b.Helper()
	cmd = exec.Command(os.Args[0], args...)
	cmd.Env = append(os.Environ(), asProgram+"="+as, "DISPLAY="+display, "WAYLAND_DISPLAY=", "LIBGL_ALWAYS_SOFTWARE=1")
	start := time.Now()
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	least := 200 // bright pixels of a line of text
	if as == "1" {
		least = 6000 // of a screen of rows
	}
	for bright(b, display) < least {
		if time.Since(start) > time.Minute {
			cmd.Process.Kill()
			b.Fatal("nothing was painted")
		}
	}
	return cmd, time.Since(start)
}

func measureWindow(b *testing.B, display string, args []string, as string) painted {
	b.Helper()
	cmd, took := startWindow(b, display, args, as)
	defer func() { cmd.Process.Kill(); cmd.Wait() }()
	p := painted{start: took}
	time.Sleep(8 * time.Second) // settle: the pull after the start ends
	p.memory = resident(b, cmd.Process.Pid)
	before := cpuSeconds(b, cmd.Process.Pid)
	const watch = 10 * time.Second
	time.Sleep(watch)
	p.idle = max((cpuSeconds(b, cmd.Process.Pid)-before)/watch.Seconds(), 0.001) // 0.1 % is what the kernel's ticks resolve
	return p
}

// bright counts the light pixels where the queue's rows are, from a dump of the screen.
func bright(b *testing.B, display string) int {
	b.Helper()
	dump, err := exec.Command("xwd", "-root", "-silent", "-display", display).Output()
	if err != nil || len(dump) < 100 {
		return 0
	}
	word := func(i int) int { return int(binary.BigEndian.Uint32(dump[4*i:])) }
	width, height, stride, bits, colours := word(4), word(5), word(12), word(11), word(19)
	at := word(0) + colours*12
	n := 0
	for y := 0; y < height; y++ {
		for x := 0; x < width*7/10; x++ {
			i := at + y*stride + x*bits/8
			if i+2 < len(dump) && dump[i] > 150 && dump[i+1] > 150 && dump[i+2] > 150 {
				n++
			}
		}
	}
	return n
}

func resident(b *testing.B, pid int) float64 {
	b.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		b.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kib, _ := strconv.Atoi(strings.Fields(rest)[0])
			return float64(kib) / 1024
		}
	}
	return 0
}

// cpuSeconds is the user and system time of a process (proc(5), fields 14 and 15, in
// ticks of 10 ms).
func cpuSeconds(b *testing.B, pid int) float64 {
	b.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		b.Fatal(err)
	}
	f := strings.Fields(string(text)[strings.LastIndexByte(string(text), ')')+2:])
	user, _ := strconv.Atoi(f[11])
	system, _ := strconv.Atoi(f[12])
	return float64(user+system) / 100
}
