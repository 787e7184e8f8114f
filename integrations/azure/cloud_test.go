package azure

import (
	"testing"

	"watchfloor/app"
)

func TestCustomCloudTakesOnlyPlainAddresses(t *testing.T) {
	good := "https://127.0.0.1:8443"
	for _, bad := range []string{"", "http://127.0.0.1:8443", "https://", "https://u:p@127.0.0.1", "https://127.0.0.1/path", "https://127.0.0.1?x=1", "127.0.0.1:8443", "https://127.0.0.1#x"} {
		for _, c := range [][3]string{{bad, good, good}, {good, bad, good}, {good, good, bad}} {
			if _, err := Custom(c[0], c[1], "", c[2], nil); app.KindOf(err) != app.KindInvalid {
				t.Errorf("%q: %v", c, err)
			}
		}
	}
	if _, err := Custom(good, good, "", good, []byte("no certificate")); app.KindOf(err) != app.KindInvalid {
		t.Error("a CA file without certificate was taken")
	}
	c, err := Custom(good+"/", good, "", good+"/v1.0", nil)
	if err != nil || c.Authority != good || c.Graph != good || !c.IsCustom() || c.GraphScope() != good+"/.default" || c.ARMScope() != good+"/.default" {
		t.Errorf("%+v %v", c, err)
	}
}

func TestMicrosoftsClouds(t *testing.T) {
	for _, name := range []string{"", "public", "USGov", "dod", "china"} {
		c, ok := CloudByName(name)
		if !ok || c.IsCustom() {
			t.Errorf("%q: %+v", name, c)
		}
		for _, e := range []string{c.Authority, c.ARM, c.Graph} {
			if _, err := NewPin(e); err != nil {
				t.Errorf("%q: %v", name, err)
			}
		}
	}
	if _, ok := CloudByName("mars"); ok {
		t.Error("mars has a cloud")
	}
	if Public.ARMScope() != "https://management.core.windows.net//.default" {
		t.Error(Public.ARMScope())
	}
}
