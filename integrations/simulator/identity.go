package simulator

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
)

const (
	msiPath = "/msi/token"
	// cliID is the client id of Azure CLI in every tenant.
	cliID = "04b07795-8ddb-461a-bbee-02f9e1bf7b46"
)

// appServiceToken is the managed identity endpoint of App Service (api-version
// 2019-08-01): a header proves that the caller runs there.
func (s *Server) appServiceToken(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("X-IDENTITY-HEADER") != identityHeader {
		identityError(w, http.StatusUnauthorized, "The header X-IDENTITY-HEADER is missing or wrong.")
		return
	}
	s.identityToken(w, r, "2019-08-01")
}

// imdsToken is the managed identity endpoint of a virtual machine. Clients have its
// address http://169.254.169.254 built in; a transport has to lead them here.
func (s *Server) imdsToken(w http.ResponseWriter, r *http.Request) {
	if !strings.EqualFold(r.Header.Get("Metadata"), "true") {
		identityError(w, http.StatusBadRequest, "The header Metadata: true is missing.")
		return
	}
	s.identityToken(w, r, "2018-02-01")
}

func (s *Server) identityToken(w http.ResponseWriter, r *http.Request, version string) {
	q := r.URL.Query()
	aud, known := s.audienceOf(q.Get("resource"))
	none := s.entraNow().NoIdentity
	p := principal{app: true, oid: "f4061728-2d3e-4f5a-9b72-8394a5b6c7d8", clientID: systemID, clientName: "vm-watchfloor (system)"}
	if id := q.Get("client_id"); id != "" {
		p = principal{app: true, oid: "05172839-3e4f-406b-8c83-94a5b6c7d8e9", clientID: identityID, clientName: "id-watchfloor"}
		none = none || !strings.EqualFold(id, identityID)
	}
	none = none || q.Get("object_id")+q.Get("principal_id")+q.Get("msi_res_id")+q.Get("mi_res_id") != ""
	switch {
	case q.Get("api-version") != version:
		identityError(w, http.StatusBadRequest, "The api-version must be "+version+".")
	case none:
		identityError(w, http.StatusBadRequest, "Identity not found")
	case !known:
		identityError(w, http.StatusBadRequest, "The resource is not known in the tenant.")
	default:
		s.count("token managed identity")
		until := s.now().Add(s.o.TokenLife).Unix() - 1
		writeJSON(w, http.StatusOK, map[string]any{
			"access_token": s.issue(p, aud), "client_id": p.clientID,
			"expires_on": strconv.FormatInt(until, 10), "resource": q.Get("resource"), "token_type": "Bearer",
		})
	}
}

func identityError(w http.ResponseWriter, status int, text string) {
	writeJSON(w, status, map[string]any{"statusCode": status, "error": "invalid_request", "error_description": text, "message": text})
}

// CLIToken is what "az account get-access-token -o json" prints for the person who is
// logged in there, with newline. Where az would fail, err is what it says.
func (s *Server) CLIToken(resource, tenant string) ([]byte, error) {
	aud, known := s.audienceOf(resource)
	if !known {
		return nil, refusal{number: 500011, text: "The resource principal named " + resource + " was not found in the tenant."}
	}
	if tenant != "" && tenant != tenantID {
		return nil, refusal{number: 90002, text: "Tenant '" + tenant + "' not found."}
	}
	if ref, refused := s.refused(aud, true); refused {
		return nil, ref.because("Interactive authentication is needed. Please run: az login")
	}
	s.count("token cli")
	me := s.me()
	me.clientID, me.clientName, me.firstParty = cliID, "Microsoft Azure CLI", true
	until := s.now().Add(s.o.TokenLife)
	token := s.issue(me, aud)
	b, err := json.MarshalIndent(map[string]any{
		"accessToken": token, "expiresOn": until.Local().Format("2006-01-02 15:04:05.000000"),
		"expires_on": until.Unix(), "subscription": subscriptionID, "tenant": tenantID, "tokenType": "Bearer",
	}, "", "  ")
	return append(b, '\n'), err
}

// Error makes a refusal what a program that failed to sign in says.
func (r refusal) Error() string { return r.String() }

// cliToken serves CLIToken to a stand-in for az that runs in another process: GET
// /_cli/token?resource=…&tenant=…; what az would write to its standard error comes as
// text with status 400.
func (s *Server) cliToken(w http.ResponseWriter, r *http.Request) {
	b, err := s.CLIToken(r.URL.Query().Get("resource"), r.URL.Query().Get("tenant"))
	if err != nil {
		http.Error(w, "ERROR: "+err.Error(), http.StatusBadRequest)
		return
	}
	writeRaw(w, http.StatusOK, b)
}
