package profile

import (
	"strings"
	"testing"

	"watchfloor/app"
)

func TestAProfileIsFoundByNameOrId(t *testing.T) {
	list := []Profile{{ID: "contoso", Name: "Contoso – Banking"}, {ID: "clinic-2", Name: "Clinic"}}
	for name, want := range map[string]string{"clinic": "clinic-2", "CLINIC-2": "clinic-2", "contoso – banking": "contoso", "Contoso": "contoso"} {
		if p, err := Find(list, name); err != nil || p.ID != want {
			t.Errorf("%s: %q, %v", name, p.ID, err)
		}
	}
	if _, err := Find(list, "bank"); app.KindOf(err) != app.KindNotFound || !strings.Contains(app.Say(err), "Contoso – Banking, Clinic") {
		t.Errorf("a part of a name: %v", err)
	}
	if _, err := Find(nil, "x"); app.KindOf(err) != app.KindNotFound || !strings.Contains(app.Say(err), "watchfloor connect") {
		t.Errorf("without any: %v", err)
	}
}
