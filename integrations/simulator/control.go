package simulator

import (
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"io"
	"net/http"
)

// controlRoutes let another process see and change what no client of the services can:
// they are reached whatever the faults, and only on loopback like everything here.
func (s *Server) controlRoutes(mux *http.ServeMux) {
	setting(mux, "faults", s.faults.get, func(f Faults) string { s.SetFaults(f); return "" })
	setting(mux, "rights", s.Rights, func(r Rights) string {
		if text := r.valid(); text != "" {
			return text
		}
		s.SetRights(r)
		return ""
	})
	setting(mux, "entra", s.entraNow, func(e Entra) string { s.SetEntra(e); return "" })
	setting(mux, "throttle", s.Throttled, func(t Throttle) string {
		if err := t.valid(); err != nil {
			return err.Error()
		}
		s.SetThrottle(t)
		return ""
	})
	setting(mux, "identity", s.IdentityMode, func(m IdentityMode) string { s.SetIdentity(m); return "" })
	taking(mux, "identityChange", s.Counters, func(c IdentityChange) string {
		if err := s.ApplyIdentity(c); err != nil {
			return err.Error()
		}
		return ""
	})
	mux.HandleFunc("GET /_control/subject", s.controlIdentity)
	setting(mux, "posture", s.PostureState, func(p PostureState) string { s.SetPostureState(p); return "" })
	taking(mux, "postureChange", s.Counters, func(c PostureChange) string {
		if err := s.ApplyPosture(c); err != nil {
			return err.Error()
		}
		return ""
	})
	taking(mux, "change", s.Counters, func(c Change) string {
		if err := s.Apply(c); err != nil {
			return err.Error()
		}
		return ""
	})
	mux.HandleFunc("GET /_control/counters", func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, http.StatusOK, s.Counters()) })
	mux.HandleFunc("GET /_control/incident", s.controlIncident)
	mux.HandleFunc("POST /_control/certificates", s.controlCertificate)
	for path, do := range map[string]func(){"revoke": s.Revoke, "changePassword": s.ChangePassword, "tick": s.Tick} {
		mux.HandleFunc("POST /_control/"+path, func(w http.ResponseWriter, _ *http.Request) {
			do()
			w.WriteHeader(http.StatusNoContent)
		})
	}
}

// setting serves one value: GET shows, POST replaces it. set says what is wrong.
func setting[Shown, Set any](mux *http.ServeMux, name string, get func() Shown, set func(Set) string) {
	mux.HandleFunc("GET /_control/"+name, func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, http.StatusOK, get()) })
	taking(mux, name, get, set)
}

// taking serves POST alone, which answers with what get shows afterwards.
func taking[Shown, Set any](mux *http.ServeMux, name string, get func() Shown, set func(Set) string) {
	mux.HandleFunc("POST /_control/"+name, func(w http.ResponseWriter, r *http.Request) {
		var v Set
		d := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody))
		d.DisallowUnknownFields() // a misspelt name must not pass as nothing
		if err := d.Decode(&v); err != nil {
			armError(w, http.StatusBadRequest, "BadRequest", err.Error())
			return
		}
		if text := set(v); text != "" {
			armError(w, http.StatusBadRequest, "BadRequest", text)
			return
		}
		writeJSON(w, http.StatusOK, get())
	})
}

// controlIncident shows what is held of one incident, and every write on it.
func (s *Server) controlIncident(w http.ResponseWriter, r *http.Request) {
	source, id := r.URL.Query().Get("source"), r.URL.Query().Get("id")
	in, ok := s.find(source, id)
	writes := s.Writes(source, id)
	if !ok && writes == nil {
		armError(w, http.StatusNotFound, "NotFound", "There is no such incident.")
		return
	}
	writeJSON(w, http.StatusOK, map[string]any{"exists": ok, "incident": in, "writes": writes})
}

// controlCertificate registers a certificate in PEM.
func (s *Server) controlCertificate(w http.ResponseWriter, r *http.Request) {
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err == nil {
		for block, rest := pem.Decode(raw); block != nil; block, rest = pem.Decode(rest) {
			if c, err := x509.ParseCertificate(block.Bytes); block.Type == "CERTIFICATE" && err == nil {
				s.RegisterCertificate(c)
				w.WriteHeader(http.StatusNoContent)
				return
			}
		}
	}
	armError(w, http.StatusBadRequest, "BadRequest", "The body holds no certificate in PEM.")
}
