package azure

import (
	"bytes"
	"encoding/json"
	"errors"
	"mime"
	"net/http"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
)

var (
	errNotJSON = errors.New("answer is not JSON")
	errEmpty   = errors.New("answer is empty")
	errCharset = errors.New("answer is not UTF-8")
)

// answer refuses successful answers that cannot come from the service: a captive
// portal's page, an empty body, a foreign character set. Answers of 204 pass.
type answer struct{}

func (answer) Do(req *policy.Request) (*http.Response, error) {
	resp, err := req.Next()
	if err != nil || resp.StatusCode/100 != 2 || resp.StatusCode == http.StatusNoContent {
		return resp, err
	}
	b, err := runtime.Payload(resp)
	if err != nil {
		return nil, err
	}
	return resp, checkAnswer(resp.Header.Get("Content-Type"), b)
}

func checkAnswer(contentType string, b []byte) error {
	b = bytes.TrimSpace(bytes.TrimPrefix(b, byteOrderMark))
	if len(b) == 0 {
		return errEmpty
	}
	if b[0] == '<' || contentType == "" && b[0] != '{' && b[0] != '[' {
		return errNotJSON // a portal's page, whatever it calls itself
	}
	if contentType == "" {
		return nil
	}
	kind, params, err := mime.ParseMediaType(contentType)
	if err != nil || kind != "application/json" && kind != "text/json" && !strings.HasSuffix(kind, "+json") {
		return errNotJSON
	}
	switch strings.ToLower(params["charset"]) {
	case "", "utf-8", "utf8", "us-ascii":
		return nil
	}
	return errCharset
}

// CheckObject reports whether an answer is one JSON object with a member that every row
// of its kind has: without it the answer is of something else, and reading on would take
// all its fields for empty.
func CheckObject(b []byte, member string) error {
	var object map[string]json.RawMessage
	if err := json.Unmarshal(b, &object); err != nil {
		return err
	}
	if v := object[member]; v == nil || string(v) == "null" {
		return errNotObject
	}
	return nil
}

var errNotObject = errors.New("answer is not the object asked for")
