// #nosec G115 -- dice, seeds and small counts of an invented tenant, packed into few bits

package simulator

import (
	"net/http"
	"slices"
	"strings"

	"watchfloor/integrations/simulator/odata"
	"watchfloor/integrations/simulator/story"
)

const (
	propSID = 300 + iota
	propSAM
)

var userSchema = odata.Schema{
	"id": {ID: propID, Kind: odata.Word}, "userPrincipalName": {ID: propUPN, Kind: odata.Word}, "displayName": {ID: propName},
	"onPremisesSecurityIdentifier": {ID: propSID, Kind: odata.Word}, "onPremisesSamAccountName": {ID: propSAM, Kind: odata.Word},
}

// mostChildren is how many values a filter of the directory may hold.
const mostChildren = 15

// defaultUser is what a user shows without $select.
var defaultUser = []string{"id", "displayName", "userPrincipalName"}

func (x *identities) userJSON(j *jw, u *account, fields []string) {
	j.open("")
	for _, f := range fields {
		switch f {
		case "id":
			j.str(f, u.id)
		case "displayName":
			j.str(f, u.name)
		case "userPrincipalName":
			j.str(f, u.upn)
		case "accountEnabled":
			j.bool(f, !u.disabled)
		case "signInSessionsValidFromDateTime":
			stampOf(j, f, u.valid)
		case "onPremisesSecurityIdentifier":
			j.orNull(f, u.sid)
		case "onPremisesSamAccountName":
			j.orNull(f, u.sam)
		case "onPremisesDomainName":
			domain := ""
			if u.sam != "" {
				domain = "corp." + story.Domain
			}
			j.orNull(f, domain)
		}
	}
	j.end()
}

func selected(r *http.Request) []string {
	if v := r.URL.Query().Get("$select"); v != "" {
		return strings.Split(v, ",")
	}
	return defaultUser
}

func (s *Server) listUsers(w http.ResponseWriter, r *http.Request, _ owner) {
	s.count("graph users")
	if literals(r.URL.Query().Get("$filter")) > mostChildren {
		graphError(w, http.StatusBadRequest, "Request_UnsupportedQuery", "Too many child clauses specified in search filter expression containing 'OR' operators. Max allowed: 15.")
		return
	}
	s.ids.enter()
	defer s.ids.mu.Unlock()
	fields := selected(r)
	l := listing[*account]{
		key: func(*account) int64 { return 0 }, id: func(u *account) string { return u.id }, schema: userSchema, order: "userPrincipalName", most: 999,
		row: func(u *account) odata.Row {
			return fieldRow{func(p int) (string, bool) {
				v := map[int]string{propID: u.id, propUPN: u.upn, propName: u.name, propSID: u.sid, propSAM: u.sam}[p]
				return v, v != ""
			}, nil}
		},
	}
	for i := range s.ids.users {
		if u := &s.ids.users[i]; !u.deleted {
			l.rows = append(l.rows, u)
		}
	}
	writePage(s, w, r, "users", l, func(j *jw, u *account) { s.ids.userJSON(j, u, fields) })
}

// user finds an account that was not deleted, by object id or UPN.
func (x *identities) user(id string) (*account, bool) {
	i, ok := x.byID[strings.ToLower(id)]
	if !ok || x.users[i].deleted {
		return nil, false
	}
	return &x.users[i], true
}

func noUser(w http.ResponseWriter, id string) {
	graphError(w, http.StatusNotFound, "Request_ResourceNotFound", "Resource '"+id+"' does not exist or one of its queried reference-property objects are not present.")
}

func (s *Server) getUser(w http.ResponseWriter, r *http.Request, _ owner) {
	s.count("graph user")
	s.ids.enter()
	defer s.ids.mu.Unlock()
	u, ok := s.ids.user(r.PathValue("id"))
	if !ok {
		noUser(w, r.PathValue("id"))
		return
	}
	writeAnswer(w, http.StatusOK, func(j *jw) { s.ids.userJSON(j, u, selected(r)) })
}

func roleID(seed int64, i int) string {
	return story.GUID(uint64(seed), "role "+directoryRoles[i].template)
}

// listRoles lists the directory roles that were activated. The published description
// holds neither these routes nor those of roleManagement; they are those of the
// reference of Graph v1.0.
func (s *Server) listRoles(w http.ResponseWriter, _ *http.Request, _ owner) {
	s.count("graph roles")
	writeAnswer(w, http.StatusOK, func(j *jw) {
		j.open("")
		j.str("@odata.context", s.base+"/v1.0/$metadata#directoryRoles")
		j.list("value")
		for i, role := range directoryRoles {
			j.open("")
			j.str("id", roleID(s.o.Seed, i))
			j.str("displayName", role.name)
			j.str("roleTemplateId", role.template)
			j.end()
		}
		j.endList()
		j.end()
	})
}

// listMembers lists who holds a role: users, and for one role a group.
func (s *Server) listMembers(w http.ResponseWriter, r *http.Request, _ owner) {
	s.count("graph role members")
	s.ids.enter()
	defer s.ids.mu.Unlock()
	role := slices.IndexFunc(directoryRoles, func(d struct{ name, template string }) bool {
		return story.GUID(uint64(s.o.Seed), "role "+d.template) == r.PathValue("id")
	})
	if role < 0 {
		noUser(w, r.PathValue("id"))
		return
	}
	writeAnswer(w, http.StatusOK, func(j *jw) {
		j.open("")
		j.str("@odata.context", s.base+"/v1.0/$metadata#directoryObjects")
		j.list("value")
		for i := range s.ids.users {
			if u := &s.ids.users[i]; slices.Contains(u.roles, role) && !u.deleted {
				j.open("")
				j.str("@odata.type", "#microsoft.graph.user")
				j.str("id", u.id)
				j.str("displayName", u.name)
				j.str("userPrincipalName", u.upn)
				j.end()
			}
		}
		if role == 3 {
			j.open("")
			j.str("@odata.type", "#microsoft.graph.group")
			j.str("id", story.GUID(uint64(s.o.Seed), "admins group"))
			j.str("displayName", "Tier0-Operators")
			j.end()
		}
		j.endList()
		j.end()
	})
}
