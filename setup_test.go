package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// The set-up script is run with a PATH of fakes, so that each kind of machine can be
// tried on any.
type machine struct {
	system   string            // what uname -s says
	fakes    map[string]string // command -> body of a sh script
	wantExit int
	want     []string // in what it prints
	not      []string
}

func TestSetUpOnEachKindOfMachine(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the set-up script is tried on POSIX systems only")
	}
	const goodGo = "echo go1.26.0"
	missing := `for a in "$@"; do p=$a; done; case $p in xvfb|xdotool) exit 1;; *) echo "install ok installed";; esac`
	for name, m := range map[string]machine{
		"debian, all there": {
			"Linux",
			map[string]string{"go": goodGo, "apt-get": "echo MUST NOT RUN", "dpkg-query": `echo "install ok installed"`},
			0, nil,
			[]string{"MUST NOT RUN", "Installing"},
		},
		"debian as root": {
			"Linux",
			map[string]string{"go": goodGo, "id": "echo 0", "apt-get": `echo "apt-get $*"`, "dpkg-query": missing},
			0,
			[]string{"drawn through OpenGL", "Installing the missing system packages: xvfb xdotool", "apt-get update", "install -q -y --no-install-recommends xvfb xdotool"},
			[]string{"sudo"},
		},
		"ubuntu with sudo": {
			"Linux",
			map[string]string{"go": goodGo, "id": "echo 1000", "apt-get": `echo "apt-get $*"`, "dpkg-query": missing, "sudo": `echo "sudo $*"; exec "$@"`},
			0,
			[]string{"sudo apt-get update", "sudo env DEBIAN_FRONTEND=noninteractive apt-get install"},
			nil,
		},
		"debian without sudo": {
			"Linux",
			map[string]string{"go": goodGo, "id": "echo 1000", "apt-get": "echo MUST NOT RUN", "dpkg-query": missing},
			1,
			[]string{"As root, run: apt-get update && apt-get install -y --no-install-recommends xvfb xdotool"},
			[]string{"MUST NOT RUN"},
		},
		"fedora":           {"Linux", map[string]string{"go": goodGo}, 1, []string{"sudo dnf install gcc"}, nil},
		"macOS":            {"Darwin", map[string]string{"go": goodGo, "xcode-select": "exit 2"}, 1, []string{"xcode-select --install"}, nil},
		"macOS with tools": {"Darwin", map[string]string{"go": goodGo, "xcode-select": "exit 0"}, 0, nil, []string{"missing"}},
		"windows":          {"MINGW64_NT-10.0", map[string]string{"go": goodGo}, 1, []string{"pacman -S --needed mingw-w64-x86_64-gcc"}, nil},
		"unknown":          {"Plan9", map[string]string{"go": goodGo}, 1, []string{"dnf install", "xcode-select", "pacman"}, nil},
		"no go":            {"Linux", nil, 1, []string{"Go 1.26 or newer is needed and there is no go command"}, nil},
		"old go":           {"Linux", map[string]string{"go": "echo go1.21.3"}, 1, []string{"Go 1.26 or newer is needed, this is go1.21.3"}, nil},
		"go that refuses":  {"Linux", map[string]string{"go": "echo go: go.mod requires go 1.26 >&2; exit 1"}, 1, []string{"this is an older Go"}, nil},
	} {
		t.Run(name, func(t *testing.T) { m.try(t) })
	}
}

func (m machine) try(t *testing.T) {
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("no bash on this machine")
	}
	dir := t.TempDir()
	fake := func(name, body string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("#!"+bash+"\n"+body+"\n"), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	fake("uname", "echo "+m.system)
	fake("env", `while case $1 in *=*) true;; *) false;; esac; do shift; done; exec "$@"`)
	for name, body := range m.fakes {
		fake(name, body)
	}
	cmd := exec.Command(bash, ".ci/deps")
	cmd.Env = []string{"PATH=" + dir}
	out, _ := cmd.CombinedOutput()
	if got := cmd.ProcessState.ExitCode(); got != m.wantExit {
		t.Errorf("exit %d, want %d", got, m.wantExit)
	}
	for _, w := range m.want {
		if !strings.Contains(string(out), w) {
			t.Errorf("does not print %q", w)
		}
	}
	for _, n := range m.not {
		if strings.Contains(string(out), n) {
			t.Errorf("prints %q", n)
		}
	}
	if t.Failed() {
		t.Logf("it printed:\n%s", out)
	}
}

// One command serves both a desk and a server: without a display the same job runs
// headless.
func TestStartChoosesWindowOrHeadless(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux runs without a display")
	}
	for display, want := range map[string]string{"": "demo --out out --seed 3\n", ":0": "--simulated --seed 3\n"} {
		cmd := exec.Command(".ci/start", "echo", "--seed", "3")
		cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "DISPLAY=" + display}
		out, err := cmd.Output()
		if err != nil || !strings.HasSuffix(string(out), want) {
			t.Errorf("DISPLAY=%q: %v, ran %q, want %q", display, err, out, want)
		}
	}
}
