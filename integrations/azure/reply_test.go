package azure

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
)

// A typed client sees an empty object; the answer as received goes to the decoder.
func TestReplyAndBodyReplaceWhatTheClientKnows(t *testing.T) {
	var sent string
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		sent = string(b)
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusCreated)
		fmt.Fprint(w, `{"value":[{"title":5}]}`)
	})
	var r Reply
	ctx := WithBody(WithReply(context.Background(), &r), []byte(`{"unknown":"kept"}`))
	resp, err := call(ctx, s.pipeline(t, Limits{}), http.MethodPut, s.URL)
	if err != nil {
		t.Fatal(err)
	}
	seen, err := runtime.Payload(resp)
	if err != nil || string(seen) != "{}" {
		t.Errorf("the client sees %q, %v", seen, err)
	}
	if r.Status != http.StatusCreated || string(r.Body) != `{"value":[{"title":5}]}` || r.Header.Get("Date") == "" {
		t.Errorf("%+v", r)
	}
	if sent != `{"unknown":"kept"}` {
		t.Errorf("sent %q", sent)
	}
}

func TestOneRowIsOneObject(t *testing.T) {
	for body, good := range map[string]bool{`{}`: false, `{"a":null}`: false, `{"b":1}`: false, `{"a":1}`: true, `{"a":{}}`: true, `null`: false, `[]`: false, `"x"`: false, ``: false, `{`: false} {
		if (CheckObject([]byte(body), "a") == nil) != good {
			t.Errorf("%q: want %v", body, good)
		}
	}
}
