package process

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

const (
	role   = "WATCHFLOOR_TEST_ROLE"
	nobody = 65534
	secret = "canary in memory"
)

func TestMain(m *testing.M) {
	switch os.Getenv(role) {
	case "hard", "soft":
		beVictim(os.Getenv(role) == "hard")
	case "reader":
		beReader(os.Args[1])
	}
	os.Exit(m.Run())
}

// beVictim allows itself a core dump, hardens itself or not, says so and waits to be told
// to end.
func beVictim(hard bool) {
	var core unix.Rlimit
	_ = unix.Getrlimit(unix.RLIMIT_CORE, &core)
	_ = unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{Cur: core.Max, Max: core.Max})
	if hard {
		if err := Harden(); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
	}
	said, err := State(context.Background())
	fmt.Println(said, err)
	bufio.NewReader(os.Stdin).ReadByte()
	os.WriteFile("made", []byte(secret), 0o666)
	os.Mkdir("made.d", 0o777)
	os.Exit(0)
}

// beReader tries to read the memory of another process of its user.
func beReader(pid string) {
	f, err := os.Open("/proc/" + pid + "/mem")
	if err == nil {
		_, err = f.Seek(0, io.SeekStart)
	}
	if err != nil {
		fmt.Println("refused:", err)
		os.Exit(0)
	}
	fmt.Println("open")
	os.Exit(0)
}

// place is a folder that a user without rights may enter and write, with this test binary
// in it.
func place(t *testing.T) (dir, program string) {
	t.Helper()
	dir = t.TempDir()
	for _, d := range []string{dir, filepath.Dir(dir)} {
		if err := os.Chmod(d, 0o777); err != nil {
			t.Fatal(err)
		}
	}
	self, err := os.ReadFile(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	program = filepath.Join(dir, "program")
	if err := os.WriteFile(program, self, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir, program
}

// as makes a command in a role, of a user without rights where the test may choose.
func as(as, dir, program string, args ...string) *exec.Cmd {
	cmd := exec.Command(program, args...)
	cmd.Env = []string{role + "=" + as, "GOTRACEBACK=crash"}
	cmd.Dir = dir
	if os.Getuid() == 0 {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	}
	return cmd
}

// victim starts a process, hardened or not, and returns it with what it said of itself.
func victim(t *testing.T, dir, program, how string) (cmd *exec.Cmd, in io.Writer, said string) {
	t.Helper()
	cmd = as(how, dir, program)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return cmd, in, line
}

func cores(t *testing.T, dir string) int {
	t.Helper()
	all, err := filepath.Glob(filepath.Join(dir, "*core*"))
	if err != nil {
		t.Fatal(err)
	}
	return len(all)
}

// A crash by either signal leaves no core file, although the user had asked for one. The
// same crash without Harden leaves one, where the system writes them beside the program.
func TestGoal37ACrashLeavesNoCoreFile(t *testing.T) {
	pattern, _ := os.ReadFile("/proc/sys/kernel/core_pattern")
	for _, sig := range []syscall.Signal{syscall.SIGSEGV, syscall.SIGABRT} {
		for _, how := range []string{"hard", "soft"} {
			dir, program := place(t)
			cmd, _, _ := victim(t, dir, program, how)
			if err := cmd.Process.Signal(sig); err != nil {
				t.Fatal(err)
			}
			if err := cmd.Wait(); err == nil {
				t.Fatalf("%v did not end it", sig)
			}
			switch n := cores(t, dir); {
			case how == "hard" && n != 0:
				t.Errorf("%v left %d core files", sig, n)
			case how == "soft" && n == 0 && strings.TrimSpace(string(pattern)) == "core":
				t.Logf("no core file without Harden, either: this machine allows none")
			}
		}
	}
}

// Another process of the same user reads the memory of an ordinary process, and not that
// of a hardened one.
func TestGoal37MemoryIsClosedToTheSameUser(t *testing.T) {
	dir, program := place(t)
	read := func(how string) (string, string) {
		cmd, _, said := victim(t, dir, program, how)
		out, err := as("reader", dir, program, fmt.Sprint(cmd.Process.Pid)).CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		return string(out), said
	}
	got, said := read("hard")
	if !strings.HasPrefix(got, "refused") {
		t.Errorf("the reader says %q", got)
	}
	if !strings.Contains(said, "no core dumps, memory closed") {
		t.Errorf("the state says %q", said)
	}
	got, said = read("soft")
	if !strings.HasPrefix(got, "open") {
		t.Logf("this machine closes every process: %s", got)
	}
	if !strings.Contains(said, "other programs of yours can read it") {
		t.Errorf("an ordinary process says of itself %q", said)
	}
}

// What a hardened process creates belongs to its owner alone, whatever mode it asks for
// and whatever umask it was started with.
func TestGoal28AHardenedProcessCreatesPrivateFiles(t *testing.T) {
	dir, program := place(t)
	old := syscall.Umask(0)
	cmd, in, _ := victim(t, dir, program, "hard")
	syscall.Umask(old)
	if _, err := in.Write([]byte("\n")); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]os.FileMode{"made": 0o600, "made.d": 0o700} {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v", name, info.Mode(), err)
		}
	}
}
