package directory_test

import (
	"context"
	"strings"
	"testing"

	"watchfloor/app"
	"watchfloor/app/profile"
	"watchfloor/integrations/simulator"
)

// The tenant has three subscriptions on two pages; two hold workspaces, one of them
// without Sentinel.
func TestPlacesListsWhatCanBeChosen(t *testing.T) {
	x := start(t, profile.Device, simulator.Options{})
	places, err := x.Places(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	var with, without []string
	for _, p := range places {
		if p.Problem != "" || p.Subscription == "" || p.SubscriptionName == "" || p.ResourceGroup == "" {
			t.Errorf("%+v", p)
		}
		if p.Sentinel {
			with = append(with, p.Workspace)
		} else {
			without = append(without, p.Workspace)
		}
	}
	if len(with) != 2 || len(without) != 1 || places[len(places)-1].Sentinel {
		t.Fatalf("with Sentinel %v, without %v", with, without)
	}
	first := places[0]
	if first.Subscription != x.SubscriptionID || first.ResourceGroup != x.ResourceGroup || first.Workspace != x.Workspace || first.Location == "" {
		t.Errorf("%+v", first)
	}
}

func TestPlacesOfAFailedSignIn(t *testing.T) {
	x := start(t, profile.Secret, simulator.Options{Entra: simulator.Entra{Refuse: 65001}})
	if _, err := x.Places(context.Background()); app.KindOf(err) != app.KindSignIn || !strings.Contains(app.Say(err), "consent") {
		t.Errorf("%v", err)
	}
	x.SetOffline(true)
	if _, err := x.Places(context.Background()); app.KindOf(err) != app.KindOffline {
		t.Errorf("%v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := x.Places(ctx); app.KindOf(err) != app.KindCancelled {
		t.Errorf("%v", err)
	}
}
