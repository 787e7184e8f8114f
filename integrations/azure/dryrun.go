package azure

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"watchfloor/app"
)

// dryRun lets nothing pass under app.WithDryRun: a write is recorded and the call ends
// with KindCancelled; a read (Read) only ends. It stands behind whatever builds a
// request and before the policies that repeat it and add the token.
type dryRun struct{}

func (dryRun) Do(req *policy.Request) (*http.Response, error) {
	ctx := req.Raw().Context()
	run := app.DryRunOf(ctx)
	if run == nil {
		return req.Next()
	}
	if !isRead(ctx) {
		r, err := onTheWire(req)
		if err != nil {
			return nil, err
		}
		run.Record(r)
	}
	return nil, app.E(app.KindCancelled, "Nothing was sent: this only shows the request.", nil)
}

// maskedToken stands for the token, which a dry run does not even ask for.
const maskedToken = "Authorization: Bearer ••••"

// shownHeaders are those that decide what a request does or by which it is found again,
// in the order they are shown. None of them carries a secret.
var shownHeaders = []string{"Accept", "Content-Type", "If-Match", "Prefer", "x-ms-client-request-id"}

func onTheWire(req *policy.Request) (app.WireRequest, error) {
	raw := req.Raw()
	r := app.WireRequest{Method: raw.Method, URL: raw.URL.String(), Header: []string{maskedToken}}
	for _, name := range shownHeaders {
		for _, v := range raw.Header.Values(name) {
			r.Header = append(r.Header, name+": "+v)
		}
	}
	if req.Body() == nil {
		return r, nil
	}
	body, err := io.ReadAll(req.Body())
	if err != nil {
		return r, err
	}
	var indented bytes.Buffer
	if json.Indent(&indented, body, "", "  ") == nil {
		body = indented.Bytes()
	}
	r.Body = string(body)
	return r, nil
}
