package keyslot

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"watchfloor/app"
	"watchfloor/data/vault"
)

// cheap is a cost for tests that are not about the cost.
var cheap = Cost{Memory: 64, Passes: 1, Lanes: 1}

func TestGoal34AKeyComesBackFromEachWrapAndFromNoOther(t *testing.T) {
	k := vault.NewKey()
	s := New("contoso-example", Passphrase, k)
	phrase := NewPhrase()
	if err := s.SetPassphrase(k, "zwölf Boxkämpfer", cheap); err != nil {
		t.Fatal(err)
	}
	if err := s.SetPhrase(k, phrase, cheap); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := s.Write(dir); err != nil {
		t.Fatal(err)
	}
	s, err := Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	for name, open := range map[string]func() (*vault.Key, error){
		"passphrase":                 func() (*vault.Key, error) { return s.WithPassphrase("zwölf Boxkämpfer") },
		"passphrase, letters in two": func() (*vault.Key, error) { return s.WithPassphrase("zwo\u0308lf Boxka\u0308mpfer") },
		"recovery phrase":            func() (*vault.Key, error) { return s.WithPhrase(phrase) },
	} {
		if got, err := open(); err != nil || !bytes.Equal(got.Bytes(), k.Bytes()) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, open := range map[string]func() (*vault.Key, error){
		"another passphrase":     func() (*vault.Key, error) { return s.WithPassphrase("zwölf boxkämpfer") },
		"no passphrase":          func() (*vault.Key, error) { return s.WithPassphrase("") },
		"phrase as passphrase":   func() (*vault.Key, error) { return s.WithPassphrase(string(phrase)) },
		"another phrase":         func() (*vault.Key, error) { return s.WithPhrase(NewPhrase()) },
		"passphrase as a phrase": func() (*vault.Key, error) { return s.WithPhrase("zwölf Boxkämpfer") },
	} {
		if _, err := open(); app.KindOf(err) != app.KindSignIn {
			t.Errorf("%s: %v", name, err)
		}
	}
	other := s
	other.Name = New("contoso-example", Keyring, k).Name
	if _, err := other.WithPassphrase("zwölf Boxkämpfer"); app.KindOf(err) != app.KindSignIn {
		t.Errorf("the wrap of one cache opens in the slots of another: %v", err)
	}
	if _, err := (Slots{}).WithPassphrase("x"); app.KindOf(err) != app.KindNotFound {
		t.Errorf("no wrap: %v", err)
	}
}

// Nothing in keys.json is the key, or words that open it.
func TestGoal23KeysJSONHoldsNoKeyAndNoWords(t *testing.T) {
	k, phrase := vault.NewKey(), NewPhrase()
	s := New("a", Keyring, k)
	_ = s.SetPassphrase(k, "correct horse battery", cheap)
	_ = s.SetPhrase(k, phrase, cheap)
	dir := t.TempDir()
	if err := s.Write(dir); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(filepath.Join(dir, FileName))
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{k.Encode(), string(k.Bytes()), "correct horse", string(phrase), phrase.Groups()} {
		if bytes.Contains(b, []byte(secret)) {
			t.Errorf("%q is in the file", secret)
		}
	}
	if info, _ := os.Stat(filepath.Join(dir, FileName)); info.Mode().Perm() != 0o600 {
		t.Errorf("mode %o", info.Mode().Perm())
	}
}

func TestGoal25TheCheckValueTellsKeysApart(t *testing.T) {
	k := vault.NewKey()
	s := New("a", Keyring, k)
	if !s.Opens(k.Copy()) || s.Opens(vault.NewKey()) || s.Opens(&vault.Key{}) {
		t.Error("keys are taken for one another")
	}
	if New("a", Keyring, k).Name == s.Name {
		t.Error("two caches of one profile share a name in the keyring")
	}
}

func TestDamagedSlotsAreToldFromMissingOnes(t *testing.T) {
	if _, err := Read(t.TempDir()); app.KindOf(err) != app.KindNotFound {
		t.Errorf("missing: %v", err)
	}
	k := vault.NewKey()
	s := New("a", Passphrase, k)
	_ = s.SetPassphrase(k, "p", cheap)
	good, _ := s.Encode()
	if _, err := Decode(good); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"empty": "", "half": string(good[:len(good)/2]), "null": "null", "twice": string(good) + string(good),
		"long":          strings.Repeat(" ", longest+1),
		"no place":      strings.Replace(string(good), `"place": "passphrase"`, `"place": "cellar"`, 1),
		"no wrap":       strings.Replace(string(good), `"passphrase": {`, `"other": {`, 1),
		"greedy memory": strings.Replace(string(good), `"memory": 64`, `"memory": 4294967295`, 1),
		"greedy passes": strings.Replace(string(good), `"passes": 1`, `"passes": 100000`, 1),
		"no lanes":      strings.Replace(string(good), `"lanes": 1`, `"lanes": 0`, 1),
	} {
		if _, err := Decode([]byte(text)); app.KindOf(err) != app.KindInvalid || !strings.Contains(app.Say(err), "damaged") {
			t.Errorf("%s: %v", name, err)
		}
	}
	newer := strings.Replace(string(good), `"version": 1`, `"version": 2`, 1)
	if _, err := Decode([]byte(newer)); !strings.Contains(app.Say(err), "newer Watchfloor") {
		t.Errorf("of a newer version: %v", err)
	}
}

func TestOnlyASimulatedTenantKeepsItsKeyInAFile(t *testing.T) {
	dir, k := t.TempDir(), vault.NewKey()
	if err := WriteBeside(dir, k, false); app.KindOf(err) != app.KindInvalid {
		t.Errorf("a real tenant's key: %v", err)
	}
	if _, err := os.Stat(filepath.Join(dir, KeyFile)); !os.IsNotExist(err) {
		t.Fatal("it was written all the same")
	}
	if _, err := ReadBeside(dir, true); app.KindOf(err) != app.KindNotFound {
		t.Errorf("missing: %v", err)
	}
	if err := WriteBeside(dir, k, true); err != nil {
		t.Fatal(err)
	}
	if got, err := ReadBeside(dir, true); err != nil || !bytes.Equal(got.Bytes(), k.Bytes()) {
		t.Error(err)
	}
	if _, err := ReadBeside(dir, false); app.KindOf(err) != app.KindInvalid {
		t.Errorf("a real tenant reads one: %v", err)
	}
	if info, _ := os.Stat(filepath.Join(dir, KeyFile)); info.Mode().Perm() != 0o600 {
		t.Errorf("mode %o", info.Mode().Perm())
	}
}

func TestTheNumberOfUnsentActionsIsNoted(t *testing.T) {
	dir := t.TempDir()
	if _, known := Unsent(dir); known {
		t.Error("a number out of nothing")
	}
	if err := WriteUnsent(dir, 12); err != nil {
		t.Fatal(err)
	}
	if n, known := Unsent(dir); n != 12 || !known {
		t.Errorf("%d, %v", n, known)
	}
	if err := os.WriteFile(filepath.Join(dir, UnsentFile), []byte("-3"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, known := Unsent(dir); known {
		t.Error("fewer than none are believed")
	}
}

func FuzzGoal45KeysJSON(f *testing.F) {
	k := vault.NewKey()
	s := New("contoso-example", Passphrase, k)
	_ = s.SetPassphrase(k, "p", cheap)
	good, _ := s.Encode()
	f.Add(good)
	f.Add([]byte(`{"version":1,"name":"cache/x/y","place":"keyring","check":"AAAAAAAAAAAAAAAAAAAAAA=="}`))
	f.Add([]byte(`{"version":1e99}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := Decode(b)
		if err != nil {
			if app.KindOf(err) != app.KindInvalid {
				t.Errorf("%v", err)
			}
			return
		}
		again, err := s.Encode()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Decode(again); err != nil {
			t.Errorf("what was accepted is not accepted again: %v", err)
		}
		for _, w := range []*Wrap{s.ByPassphrase, s.ByPhrase} {
			if w != nil && (w.Memory > mostMemory || w.Passes > mostPasses) {
				t.Errorf("a file asks for %d KiB, %d times", w.Memory, w.Passes)
			}
		}
	})
}
