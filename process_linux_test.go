package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// The program itself, run by a user without rights, allows no core dump and closes its
// memory to that very user; doctor says so.
func TestGoal37TheProgramClosesItsMemory(t *testing.T) {
	dir := t.TempDir()
	for _, d := range []string{dir, filepath.Dir(dir)} {
		if err := os.Chmod(d, 0o777); err != nil {
			t.Fatal(err)
		}
	}
	self, err := os.ReadFile(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(dir, "watchfloor")
	if err := os.WriteFile(program, self, 0o755); err != nil {
		t.Fatal(err)
	}
	user := func(name string, args ...string) *exec.Cmd {
		cmd := exec.Command(name, args...)
		cmd.Env = []string{asProgram + "=1", "HOME=" + dir, "PATH=" + os.Getenv("PATH")}
		if os.Getuid() == 0 {
			cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
		}
		return cmd
	}
	var out lockedBuffer
	sim := user(program, "--incidents", "10", "simulate", "--ca", filepath.Join(dir, "own", "ca.pem"))
	sim.Stdout, sim.Stderr = &out, &out
	if err := sim.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { sim.Process.Kill(); sim.Wait() })
	eventually(t, 30*time.Second, "the program did not start", func() bool { return strings.Contains(out.String(), "client") })

	proc := filepath.Join("/proc", strconv.Itoa(sim.Process.Pid))
	for _, file := range []string{"mem", "environ"} {
		said, err := user("head", "-c", "1", filepath.Join(proc, file)).CombinedOutput()
		if err == nil || !strings.Contains(string(said), "ermission denied") {
			t.Errorf("its user may read %s: %v, %s", file, err, said)
		}
	}
	limits, err := os.ReadFile(filepath.Join(proc, "limits"))
	if err != nil || !regexp.MustCompile(`Max core file size\s+0\s+0\s`).Match(limits) {
		t.Errorf("core dumps are allowed: %v, %s", err, limits)
	}
	said, _ := user(program, "--home", filepath.Join(dir, "own"), "doctor").CombinedOutput()
	if !strings.Contains(string(said), "no core dumps, memory closed to other programs of yours") {
		t.Errorf("doctor says %s", said)
	}
}
