// #nosec G115 -- dice, seeds and small counts of an invented tenant, packed into few bits

package simulator

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// StoredRisk is what Entra ID Protection holds of a user or workload.
type StoredRisk struct {
	ID, Name             string
	Level, State, Detail string
	Changed              time.Time
	History              []StoredTurn // oldest first
}

// StoredTurn is one step of a history.
type StoredTurn struct {
	Level, State, Detail, By string
	At                       time.Time
}

// StoredSignIn is what the log holds of a sign-in.
type StoredSignIn struct {
	ID, User, State, Level, Detail, Risk string
	At                                   time.Time
}

func timeOf(ns int64) time.Time { return time.Unix(0, ns).UTC() }

func storedRisk(id, name string, r *risk) StoredRisk {
	out := StoredRisk{ID: id, Name: name, Level: r.level, State: r.state, Detail: r.detail, Changed: timeOf(r.changed)}
	for _, t := range r.turns {
		out.History = append(out.History, StoredTurn{t.level, t.state, t.detail, t.by, timeOf(t.at)})
	}
	return out
}

// RiskyUser is what is held of a user, by object id or UPN; false where there never was
// a risk.
func (s *Server) RiskyUser(id string) (StoredRisk, bool) {
	s.ids.enter()
	defer s.ids.mu.Unlock()
	i, known := s.ids.byID[id]
	r := s.ids.risky[i]
	if !known || r == nil {
		return StoredRisk{}, false
	}
	return storedRisk(s.ids.users[i].id, s.ids.users[i].upn, r), true
}

// RiskyUsers are all users that are or were at risk, by object id.
func (s *Server) RiskyUsers() []StoredRisk {
	s.ids.enter()
	defer s.ids.mu.Unlock()
	out := make([]StoredRisk, 0, len(s.ids.risky))
	for i, r := range s.ids.risky {
		out = append(out, storedRisk(s.ids.users[i].id, s.ids.users[i].upn, r))
	}
	slices.SortFunc(out, func(a, b StoredRisk) int { return strings.Compare(a.ID, b.ID) })
	return out
}

// RiskyWorkloads are all workloads that are or were at risk.
func (s *Server) RiskyWorkloads() []StoredRisk {
	s.ids.enter()
	defer s.ids.mu.Unlock()
	var out []StoredRisk
	for i := range s.ids.apps {
		if r := s.ids.riskyW[int32(i)]; r != nil {
			out = append(out, storedRisk(s.ids.apps[i].id, s.ids.apps[i].name, r))
		}
	}
	return out
}

// SignInByID is what the log holds of a sign-in.
func (s *Server) SignInByID(id string) (StoredSignIn, bool) {
	now := s.ids.enter()
	defer s.ids.mu.Unlock()
	n, ok := s.ids.signNumber(id, now)
	if !ok {
		return StoredSignIn{}, false
	}
	return s.ids.storedSign(n), true
}

func (x *identities) storedSign(n int) StoredSignIn {
	v := x.sign(n)
	return StoredSignIn{x.log.id(n), x.users[v.user].id, v.state, v.total, v.detail, v.risk, timeOf(v.at)}
}

// RiskySignIns are the sign-ins of the log that carry a risk, oldest first.
func (s *Server) RiskySignIns() (out []StoredSignIn) {
	now := s.ids.enter()
	defer s.ids.mu.Unlock()
	from, to := s.ids.bounds(now)
	for n := from; n < to; n++ {
		if s.ids.log.attackOf(n/blockSize) == noAttack || s.ids.log.seen(n) > now {
			continue
		}
		if v := s.ids.storedSign(n); v.State != "none" {
			out = append(out, v)
		}
	}
	return out
}

// SignInCount is how many sign-ins the log shows now.
func (s *Server) SignInCount() (count int) {
	now := s.ids.enter()
	defer s.ids.mu.Unlock()
	from, to := s.ids.bounds(now)
	for n := from; n < to; n++ {
		if s.ids.log.seen(n) <= now {
			count++
		}
	}
	return count
}

// RevokedAt is since when sessions of a user are valid.
func (s *Server) RevokedAt(id string) time.Time {
	s.ids.enter()
	defer s.ids.mu.Unlock()
	if u, ok := s.ids.user(id); ok {
		return timeOf(u.valid)
	}
	return time.Time{}
}

// AccountEnabled reports that a user exists and may sign in.
func (s *Server) AccountEnabled(id string) bool {
	s.ids.enter()
	defer s.ids.mu.Unlock()
	u, ok := s.ids.user(id)
	return ok && !u.disabled
}

// IdentityWrites are the writes that took effect on a user, workload or sign-in, oldest
// first; those of other analysts have the method EDIT.
func (s *Server) IdentityWrites(id string) []Write {
	s.ids.enter()
	defer s.ids.mu.Unlock()
	return slices.Clone(s.ids.writes[id])
}

// IdentityChange is what another analyst does to a user: dismiss, confirmCompromised,
// confirmSafe, revoke, disable or enable.
type IdentityChange struct {
	Who  string `json:"who"`
	User string `json:"user"` // object id or UPN
	Do   string `json:"do"`
}

// ApplyIdentity does what another analyst does. An error says why nothing was done.
func (s *Server) ApplyIdentity(c IdentityChange) error {
	who := s.t.ownerOf(firstOf(c.Who, "another analyst"))
	s.ids.enter()
	defer s.ids.mu.Unlock()
	u, ok := s.ids.user(c.User)
	if !ok {
		return fmt.Errorf("there is no user %q", c.User)
	}
	f, judged := userVerdict[c.Do]
	switch {
	case judged:
		s.ids.settleRisk(s.ids.byID[u.id], false, f, who.oid, s.ids.clock())
	case c.Do == "revoke":
		u.valid = s.ids.clock()
	case c.Do == "disable", c.Do == "enable":
		u.disabled = c.Do == "disable"
	default:
		return fmt.Errorf("there is nothing like %q to do to a user", c.Do)
	}
	s.ids.wrote(u.id, "EDIT", who, c.Do)
	return nil
}

// step lets another analyst settle one of the open risks, every other time, as Tick does
// with incidents. A directory that nobody asked for yet stays as it will be.
func (x *identities) step(who owner) {
	x.mu.Lock()
	made := x.made
	x.mu.Unlock()
	if !made {
		return
	}
	x.enter()
	defer x.mu.Unlock()
	x.steps++
	var open []*risk
	for _, r := range x.risky {
		if r.state == "atRisk" {
			open = append(open, r)
		}
	}
	if len(open) == 0 || x.steps%2 == 0 {
		return
	}
	slices.SortFunc(open, func(a, b *risk) int { return cmp.Or(cmp.Compare(a.changed, b.changed), cmp.Compare(a.who, b.who)) })
	r := open[int(hashOf(x.log.seed, uint64(x.steps), "step")%uint64(len(open)))]
	action := []string{"dismiss", "dismiss", "confirmSafe", "confirmCompromised"}[x.steps/2%4]
	x.settleRisk(r.who, false, userVerdict[action], who.oid, x.clock())
	x.wrote(x.users[r.who].id, "EDIT", who, action)
}

// controlIdentity shows what is held of a user, workload or sign-in, with every write.
func (s *Server) controlIdentity(w http.ResponseWriter, r *http.Request) {
	id := r.URL.Query().Get("id")
	user, atRisk := s.RiskyUser(id)
	sign, logged := s.SignInByID(id)
	writeJSON(w, http.StatusOK, map[string]any{
		"atRisk": atRisk, "user": user, "logged": logged, "signIn": sign, "enabled": s.AccountEnabled(id),
		"sessionsFrom": s.RevokedAt(id), "writes": s.IdentityWrites(id),
	})
}
