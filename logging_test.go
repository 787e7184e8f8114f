package main

import (
	"bytes"
	"encoding/json"
	"log"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"watchfloor/app/profile"
	"watchfloor/ui/cli"
)

// The log of a data folder is its owner's alone, in every file it is rotated to, and no
// record is torn by rotation.
func TestGoal49TheLogRotatesInPrivateFiles(t *testing.T) {
	home := t.TempDir()
	old := []byte(`{"msg":"` + strings.Repeat("x", 1<<10) + "\"}\n")
	full := bytes.Repeat(old, 5<<20/len(old)-10)                                             // nearly
	if err := os.WriteFile(filepath.Join(home, "watchfloor.log"), full, 0o644); err != nil { // of an older version
		t.Fatal(err)
	}
	l, done := openLog(home, false)
	const more = 200
	for range more {
		l.Info("sync", "said", strings.Repeat("again ", 20))
	}
	done()
	files, err := filepath.Glob(filepath.Join(home, "watchfloor*.log"))
	if err != nil || len(files) != 2 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	records := 0
	for _, f := range files {
		if info, err := os.Stat(f); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 || info.Size() > 5<<20 {
			t.Errorf("%s: %v, %v", filepath.Base(f), info, err)
		}
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for line := range bytes.Lines(b) {
			if !json.Valid(line) {
				t.Fatalf("torn: %q", line)
			}
			records++
		}
	}
	if want := bytes.Count(full, []byte("\n")) + more; records != want {
		t.Errorf("%d of %d records", records, want)
	}
}

// What Fyne and other libraries print through package log or slog is cleaned as well.
func TestGoal49LibrariesAreCleaned(t *testing.T) {
	var b bytes.Buffer
	before, writer, flags := slog.Default(), log.Writer(), log.Flags()
	t.Cleanup(func() { slog.SetDefault(before); log.SetOutput(writer); log.SetFlags(flags) })
	slog.SetDefault(newLog(&b, false))
	log.Println("http: TLS handshake error from 10.9.8.7:4431: open /home/mei/ca.pem")
	slog.Warn("retry", "host", "srv-7.corp.example")
	toolkitLog{newLog(&b, false), os.Stderr, os.Exit}.Write([]byte("Preferences load error: open /home/mei/x.json: permission denied\n"))
	for _, leak := range []string{"10.9.8.7", "mei", "srv-7"} {
		if strings.Contains(b.String(), leak) {
			t.Errorf("%s is in %s", leak, &b)
		}
	}
	if n := strings.Count(b.String(), "\n"); n != 3 || !strings.Contains(b.String(), "TLS handshake error from [ip]") {
		t.Errorf("%d records: %s", n, &b)
	}
}

// A shift of work and a bad day, with every call logged: the records that may be handed to
// somebody else name no person, tenant, host or path, and none at all holds a token. The
// log of the SDK stays silent, whatever the environment says.
func TestGoal49TheLogOfADayNamesNobody(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the household has programs of a Unix")
	}
	h := newHousehold(t)
	secret := h.sim.Settings().ClientSecret
	h.connect("secret", secret, profile.Secret, nil)
	h.work("secret", secret, []string{"--debug", "sync"}, []string{"report", "handover", "-o", h.at("missing folder", "x.html")})
	loud := programCommand(h.at("home", "secret"), "sync")
	loud.Env = []string{asProgram + "=1", cli.SecretVariable + "=" + secret, "AZURE_SDK_GO_LOGGING=all", "HOME=" + h.at("home"), "XDG_CACHE_HOME=" + h.at("cache")}
	said, _ := loud.CombinedOutput() // it fails or not
	if bytes.Contains(said, []byte("==>")) || bytes.Contains(said, []byte("Authorization")) {
		t.Errorf("the SDK logs: %.500s", said)
	}
	b, err := os.ReadFile(h.at("home", "secret", "watchfloor.log"))
	if err != nil || bytes.Count(b, []byte("\n")) < 5 {
		t.Fatalf("%d bytes, %v", len(b), err)
	}
	set := h.sim.Settings()
	for line := range bytes.Lines(b) {
		var r struct{ Level string }
		if err := json.Unmarshal(line, &r); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		if m := bearer.Find(line); m != nil || bytes.Contains(line, []byte(secret)) {
			t.Errorf("holds a token: %s", line)
		}
		for _, name := range []string{set.TenantID, set.ClientID, set.User, "127.0.0.1", h.dir, "northwind"} {
			if r.Level != "DEBUG" && bytes.Contains(bytes.ToLower(line), []byte(strings.ToLower(name))) {
				t.Errorf("%s is in %s", name, line)
			}
		}
	}
	if !bytes.Contains(b, []byte(`"level":"DEBUG","msg":"call"`)) {
		t.Error("--debug logged no call")
	}
}
