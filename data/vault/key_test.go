package vault

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

func TestAKeySurvivesItsEncodingAndFitsAKeyring(t *testing.T) {
	k := NewKey()
	s := k.Encode()
	if len(s) != 44 {
		t.Errorf("%d characters, want 44", len(s))
	}
	back, err := ParseKey(s)
	if err != nil || !bytes.Equal(back.Bytes(), k.Bytes()) {
		t.Fatalf("another key came back: %v", err)
	}
	for _, bad := range []string{"", "no base64 !", s[:40], s + s} {
		if _, err := ParseKey(bad); err == nil {
			t.Errorf("%q was taken for a key", bad)
		}
	}
}

func TestAKeyIsNeverPrinted(t *testing.T) {
	k := NewKey()
	var out bytes.Buffer
	fmt.Fprintf(&out, "%v %+v %#v %s %q", k, k, k, k, k)
	slog.New(slog.NewTextHandler(&out, nil)).Info("key", "key", k)
	slog.New(slog.NewJSONHandler(&out, nil)).Info("key", "key", k)
	j, _ := json.Marshal(map[string]any{"key": k})
	out.Write(j)
	for _, secret := range []string{k.Encode(), fmt.Sprint(k.b), fmt.Sprintf("%x", k.b)} {
		if strings.Contains(out.String(), secret) {
			t.Fatalf("the key is in %q", out.String())
		}
	}
}

func TestAZeroedKeyIsGoneAndItsCopyIsNot(t *testing.T) {
	k := NewKey()
	c := k.Copy()
	k.Zero()
	if !bytes.Equal(k.Bytes(), make([]byte, KeyBytes)) || bytes.Equal(c.Bytes(), k.Bytes()) {
		t.Error("the key, or too much, was left")
	}
}
