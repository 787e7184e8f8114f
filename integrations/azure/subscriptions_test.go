package azure

import (
	"context"
	"fmt"
	"net/http"
	"reflect"
	"testing"

	"watchfloor/app"
)

func subscriptions(t *testing.T, h http.HandlerFunc) *Subscriptions {
	t.Helper()
	s := serve(t, h)
	tr, err := NewTransport(s.cloud(t), Limits{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(tr.Close)
	list, err := NewSubscriptions(Access{Cloud: s.cloud(t), Transport: tr}, fixedToken{})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestAllSubscriptionsOfTheSignInAreChosenWithoutNames(t *testing.T) {
	list := subscriptions(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if r.URL.Query().Get("page") == "" {
			fmt.Fprintf(w, `{"value":[{"subscriptionId":"a","displayName":"Alpha","state":"Enabled"},{"subscriptionId":"gone","state":"Deleted"}],"nextLink":"https://%s/subscriptions?page=2"}`, r.Host)
			return
		}
		fmt.Fprint(w, `{"value":[{"subscriptionId":"b"},{"displayName":"no id"}]}`)
	})
	got, err := list.Choose(context.Background(), nil)
	if want := []Subscription{{"a", "Alpha"}, {"b", ""}}; err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%v %v", got, err)
	}
	if got[0].Label() != "Alpha" || got[1].Label() != "b" {
		t.Errorf("labels %q %q", got[0].Label(), got[1].Label())
	}
	got, err = list.Choose(context.Background(), []string{"B", "A"})
	if want := []Subscription{{"B", ""}, {"A", "Alpha"}}; err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%v %v", got, err)
	}
}

func TestNamedSubscriptionsNeedNoList(t *testing.T) {
	list := subscriptions(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) })
	if got, err := list.Choose(context.Background(), []string{"a"}); err != nil || len(got) != 1 || got[0].ID != "a" {
		t.Errorf("%v %v", got, err)
	}
	if _, err := list.Choose(context.Background(), nil); app.KindOf(err) != app.KindPermission {
		t.Errorf("%v", err)
	}
}
