package azure

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
)

func TestTheLogHoldsNoSecretAndNoId(t *testing.T) {
	s := serve(t, ok)
	var out bytes.Buffer
	tr, err := NewTransport(s.cloud(t), Limits{})
	if err != nil {
		t.Fatal(err)
	}
	o, _, err := Access{Cloud: s.cloud(t), Transport: tr, Log: slog.New(slog.NewJSONHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug}))}.ClientOptions(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	p := runtime.NewPipeline("test", "v1", runtime.PipelineOptions{PerRetry: []policy.Policy{runtime.NewBearerTokenPolicy(fixedToken{}, nil, nil)}}, &o)
	path := "/subscriptions/73e01a99-5cd7-4139-a149-9f2736ff2ab5/resourceGroups/secret-group/providers/x/workspaces/secret-place/incidents/2972395"
	if _, err := call(context.Background(), p, http.MethodGet, s.URL+path+"?$filter=canary-query"); err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"canary", "73e01a99", "secret-group", "secret-place", "2972395"} {
		if strings.Contains(out.String(), bad) {
			t.Errorf("%s in %s", bad, out.String())
		}
	}
	if !strings.Contains(out.String(), "/incidents/*") || !strings.Contains(out.String(), `"status":200`) {
		t.Errorf("the line says too little: %s", out.String())
	}
}

func TestASecretIsNeverPrinted(t *testing.T) {
	s := NewSecret("canary")
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "s", s, "in", struct{ S Secret }{s})
	b, err := json.Marshal(map[string]any{"s": s})
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{log.String(), string(b), fmt.Sprint(s), fmt.Sprintf("%v %+v %#v %s %q", s, s, s, s, s)} {
		if strings.Contains(text, "canary") {
			t.Error(text)
		}
	}
	if s.Reveal() != "canary" {
		t.Error("the secret is lost")
	}
}
